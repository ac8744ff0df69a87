//! Layers on cylinders and Möbius strips know nothing of the place of the cut.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor};
use schur_nn::network::PoolKind;
use schur_nn::tolerance::{EXACT_F32, EXACT_F64};
use schur_nn::{
    AdaptiveMaxPool, Atlas, BlurPool, Domain, EquivariantConv, EquivariantConvConfig,
    EquivariantConvTransposed, Field, FieldNorm, FieldType, FourierMaxPool, GlobalPool, Layer,
    NnError, Nonlinearity, NormMaxPool, NormNonlinearity, PaddingMode, Pointwise, Resampling,
    Resize, SpatialPool, assert_equivariant, relative_distance,
};

use crate::support::{TYPES as NUMBERS, generic, tensor, uniform};
use crate::tolerance::{BROKEN, DIFFERENCE_STEP, FINITE_DIFFERENCE};

/// Fields of the mirror across a strip: scalars, fields that change their sign, regular ones and a
/// mixture.
pub(crate) const FIELDS: [&str; 4] = [
    "D1@0: 3 trivial",
    "D1@0: 3 A2",
    "D1@0: 2 regular",
    "D1@0: 2 trivial + 2 A2 + regular + A2",
];

/// Both number types that the engine computes in, with the largest defect that is round-off.
fn types() -> [(DType, f64); 2] {
    NUMBERS.map(|dtype| match dtype {
        DType::F32 => (dtype, EXACT_F32),
        _ => (dtype, EXACT_F64),
    })
}

pub(crate) fn parse(fields: &str) -> FieldType {
    FieldType::parse(fields).unwrap()
}

pub(crate) fn on(fields: &FieldType, domain: impl Into<Domain>, dtype: DType) -> Field {
    let domain = domain.into();
    let shape = [2, domain.places(), fields.channels()];
    let values = uniform(shape.iter().product(), 7);
    let values = tensor(values, shape, dtype, &Device::flex());
    Field::from_memory(values, domain, fields).unwrap()
}

pub(crate) fn conv(
    input: &FieldType,
    output: &FieldType,
    mode: PaddingMode,
    dtype: DType,
) -> EquivariantConv {
    let config = EquivariantConvConfig::new(input, output, 5)
        .with_padding(2)
        .with_padding_mode(mode)
        .with_bias(true);
    generic(config.init(&Device::flex()).unwrap(), dtype)
}

/// The largest relative defect `L(shift x) - shift L(x)` over all shifts of `x`, where `step`
/// columns of the input are one of the output.
fn shift_defect(layer: &impl Layer, x: &Field, step: i64) -> f64 {
    let [_, _, columns] = sizes(x);
    let y = layer.forward(x.clone()).unwrap();
    let mut worst = 0.0f64;
    for k in 0..=2 * columns as i64 / step {
        let shifted = layer.forward(x.shifted(k * step).unwrap()).unwrap();
        let expected = y.shifted(k).unwrap();
        assert_eq!(shifted.domain(), expected.domain());
        worst = worst.max(relative_distance(shifted.memory(), expected.memory()));
    }
    worst
}

fn sizes(x: &Field) -> [usize; 3] {
    match x.domain() {
        Domain::Atlas(atlas) => atlas.sizes(),
        other => panic!("{other} is no atlas"),
    }
}

pub(crate) fn moebius(rows: usize, columns: usize) -> Atlas {
    Atlas::moebius(rows, columns).unwrap()
}

#[test]
fn convolutions_on_the_moebius_strip_do_not_see_the_cut() {
    for (dtype, exact) in types() {
        for input in FIELDS {
            for output in FIELDS {
                let (input, output) = (parse(input), parse(output));
                let x = on(&input, moebius(6, 7), dtype);
                let modes = [PaddingMode::Zeros, PaddingMode::Reflect];
                for mode in modes {
                    let layer = conv(&input, &output, mode, dtype);
                    let defect = shift_defect(&layer, &x, 1);
                    assert!(defect <= exact, "{input} to {output}: {defect}");
                    let checked = assert_equivariant(&layer, &x, exact).unwrap();
                    assert_eq!(checked.elements.len(), 2);
                }
            }
        }
    }
}

/// All paddings of a free edge go with the mirror; a circular one makes a Klein bottle.
#[test]
fn every_padding_mode_goes_on_over_the_cut() {
    let fields = parse(FIELDS[3]);
    let x = on(&fields, moebius(6, 7), DType::F64);
    let modes = [PaddingMode::Circular, PaddingMode::Replicate];
    for mode in modes {
        let layer = conv(&fields, &fields, mode, DType::F64);
        assert!(shift_defect(&layer, &x, 1) <= EXACT_F64);
    }
}

#[test]
fn a_wrong_transport_is_caught() {
    let fields = parse(FIELDS[3]);
    let strip = moebius(6, 7);
    let layer = conv(&fields, &fields, PaddingMode::Zeros, DType::F64);
    let right = on(&fields, strip.clone(), DType::F64);
    let wrong = right.on(strip.without_transport()).unwrap();
    let y = layer.forward(wrong).unwrap().into_memory();
    let y = Field::from_memory(y, right.domain().clone(), layer.output_type()).unwrap();
    // The inner columns are the same, those at the cut are not.
    let expected = layer.forward(right.clone()).unwrap();
    assert!(relative_distance(y.memory(), expected.memory()) > BROKEN);
    let cut = |field: &Field| field.to_tensor().narrow(3, 2, 3);
    assert_eq!(relative_distance(&cut(&y), &cut(&expected)), 0.0);
    // A conventional network, which copies features over the cut, is no function on the strip.
    let plain = FieldType::parse("C1: 3 trivial").unwrap();
    let plain_conv = conv(&plain, &plain, PaddingMode::Zeros, DType::F64);
    let x = on(&plain, moebius(6, 7).without_transport(), DType::F64);
    assert!(shift_defect(&plain_conv, &x, 1) > BROKEN);
    // On a cylinder nothing is carried over, and it is.
    let x = x.on(Atlas::cylinder(6, 7).unwrap()).unwrap();
    assert!(shift_defect(&plain_conv, &x, 1) <= EXACT_F64);
}

#[test]
fn once_around_is_the_mirror_and_twice_the_identity() {
    for fields in FIELDS {
        let fields = parse(fields);
        let x = on(&fields, moebius(4, 5), DType::F64);
        let same = |a: &Field, b: &Field| relative_distance(a.memory(), b.memory()) == 0.0;
        let across = x.transform(Atlas::across()).unwrap();
        assert!(same(&x.shifted(5).unwrap(), &across));
        assert!(same(&x.shifted(10).unwrap(), &x));
        assert!(same(&x.shifted(-3).unwrap(), &x.shifted(7).unwrap()));
        assert!(!same(&x.shifted(5).unwrap(), &x));
        let twice = x.shifted(2).unwrap().shifted(4).unwrap();
        assert!(same(&twice, &x.shifted(6).unwrap()));
    }
}

#[test]
fn a_cylinder_is_an_image_padded_circularly_around() {
    // An image whose rows are as far from the border as the kernel reaches, so that only the
    // padding of columns is seen.
    let fields = parse("D4: 2 regular");
    let (rows, columns) = (9, 6);
    let config = |mode, padding: (usize, usize)| {
        EquivariantConvConfig::new(&fields, &fields, 3)
            .with_padding(padding)
            .with_padding_mode(mode)
            .init(&Device::flex())
            .unwrap()
    };
    let strip = on(&fields, Atlas::cylinder(rows, columns).unwrap(), DType::F32);
    let image = strip.on(Domain::image(rows, columns)).unwrap();
    for padding in [(0, 1), (1, 1)] {
        let on_strip = config(PaddingMode::Zeros, padding).forward(strip.clone());
        let on_image = config(PaddingMode::Circular, padding).forward(image.clone());
        let [a, b] = [on_strip.unwrap(), on_image.unwrap()].map(|y| y.to_tensor());
        assert_eq!(a.dims(), b.dims());
        let inner = |y: Tensor<4>| match padding.0 {
            0 => y,
            _ => y.narrow(2, 1, rows - 2),
        };
        assert_eq!(relative_distance(&inner(a), &inner(b)), 0.0);
    }
    let x = on(&fields, Atlas::cylinder(rows, columns).unwrap(), DType::F64);
    let layer = generic(config(PaddingMode::Zeros, (1, 1)), DType::F64);
    assert!(shift_defect(&layer, &x, 1) <= EXACT_F64);
    // Mirrors across and along, and the half turn of both.
    assert_eq!(
        assert_equivariant(&layer, &x, EXACT_F64)
            .unwrap()
            .elements
            .len(),
        4
    );
}

/// The strip unrolled twice, where the second half is the first one upside down, is a cylinder.
#[test]
fn the_double_cover_gives_the_same_values() {
    for (dtype, exact) in types() {
        for fields in FIELDS {
            let fields = parse(fields);
            let (rows, columns) = (6, 7);
            let x = on(&fields, moebius(rows, columns), dtype);
            let unrolled = |x: &Field| {
                let turned = x.transform(Atlas::across()).unwrap();
                let both = Tensor::cat(vec![x.to_tensor(), turned.to_tensor()], 3);
                let [rows, columns] = [both.dims()[2], both.dims()[3]];
                let cylinder = Atlas::cylinder(rows, columns).unwrap();
                Field::from_tensor(both, x.field_type())
                    .unwrap()
                    .on(cylinder)
                    .unwrap()
            };
            let layer = conv(&fields, &fields, PaddingMode::Zeros, dtype);
            let on_strip = unrolled(&layer.forward(x.clone()).unwrap());
            let on_cover = layer.forward(unrolled(&x)).unwrap();
            assert_eq!(on_strip.domain(), on_cover.domain());
            let defect = relative_distance(on_strip.memory(), on_cover.memory());
            assert!(defect <= exact, "{fields}: {defect}");
        }
    }
}

#[test]
fn strides_and_pools_keep_the_strip() {
    let device = Device::flex();
    for fields in FIELDS {
        let fields = parse(fields);
        let x = on(&fields, moebius(8, 12), DType::F64);
        let strided = EquivariantConvConfig::new(&fields, &fields, 4)
            .with_padding(1)
            .with_stride(2);
        let strided = generic(strided.init(&device).unwrap(), DType::F64);
        assert!(shift_defect(&strided, &x, 2) <= EXACT_F64);
        let norm_max = NormMaxPool::new(&fields, 2, 2).unwrap();
        assert!(shift_defect(&norm_max, &x, 2) <= EXACT_F64);
        let mean = SpatialPool::padded(&fields, PoolKind::Average, 3, 1, 1).unwrap();
        assert!(shift_defect(&mean, &x, 1) <= EXACT_F64);
        let blur = BlurPool::new(&fields, 0.66, 1).unwrap();
        assert!(shift_defect(&blur, &x, 1) <= EXACT_F64);
        for layer in [&norm_max as &dyn Layer, &mean, &blur, &strided] {
            let y = layer.forward(x.clone()).unwrap();
            assert_eq!(y.domain(), &layer.output_domain(x.domain()).unwrap());
            assert!(y.domain().to_string().starts_with("a Möbius strip of"));
            assert_equivariant(layer, &x, EXACT_F64).unwrap();
        }
    }
    let regular = parse(FIELDS[2]);
    let x = on(&regular, moebius(8, 12), DType::F64);
    for (window, stride, padding) in [(2, 2, 0), (3, 1, 1), (4, 2, 1)] {
        let max = SpatialPool::padded(&regular, PoolKind::Max, window, stride, padding).unwrap();
        assert!(shift_defect(&max, &x, stride as i64) <= EXACT_F64);
        assert_equivariant(&max, &x, EXACT_F64).unwrap();
    }
    let o2 = parse("O(2): 2 spectral(1)");
    let x = on(&o2, moebius(8, 12), DType::F64);
    let fourier = FourierMaxPool::new(&o2, 2, 2).unwrap();
    assert!(shift_defect(&fourier, &x, 2) <= EXACT_F64);
}

/// What steps do not divide, and what would look otherwise from the other side, is refused.
#[test]
fn windows_that_see_the_cut_are_refused() {
    let fields = parse(FIELDS[2]);
    let refused = |layer: &dyn Layer, domain: Atlas| {
        let x = on(&fields, domain, DType::F32);
        let error = layer.forward(x.clone()).unwrap_err();
        assert!(matches!(error, NnError::Size { .. }), "{error}");
        let known = layer.output_domain(x.domain()).unwrap_err();
        assert_eq!(known.to_string(), error.to_string());
        error.to_string()
    };
    let pool = SpatialPool::new(&fields, PoolKind::Max, 2, 2).unwrap();
    let message = refused(&pool, moebius(6, 7));
    assert!(message.contains("7 columns go around, which steps of 2 do not divide"));
    let message = refused(&pool, moebius(7, 6));
    assert!(
        message.contains("rows are turned round at a seam"),
        "{message}"
    );
    // A cylinder turns nothing round.
    let x = on(&fields, Atlas::cylinder(7, 6).unwrap(), DType::F32);
    assert!(pool.forward(x).is_ok());
    let wide = SpatialPool::new(&fields, PoolKind::Max, 3, 1).unwrap();
    let message = refused(&wide, moebius(6, 6));
    assert!(message.contains("use padding 1"), "{message}");
    let device = Device::flex();
    let unpadded = EquivariantConvConfig::new(&fields, &fields, 5);
    let message = refused(&unpadded.init(&device).unwrap(), moebius(6, 6));
    assert!(message.contains("use padding 2"), "{message}");
    let resize = Resize::new(&fields, Resampling::Nearest(2)).unwrap();
    let adaptive = AdaptiveMaxPool::new(&fields, 2).unwrap();
    let transposed = EquivariantConvConfig::new(&fields, &fields, 3);
    let transposed: EquivariantConvTransposed = transposed.init_transposed(0, &device).unwrap();
    for layer in [&resize as &dyn Layer, &adaptive, &transposed] {
        let message = refused(layer, moebius(6, 6));
        assert!(
            message.contains("acts on images and volumes, not on a Möbius strip"),
            "{message}"
        );
    }
    // The mean of what changes its sign around the strip depends on where it is cut.
    let global = GlobalPool::new(&fields, PoolKind::Average).unwrap();
    let message = refused(&global, moebius(6, 6));
    assert!(message.contains("the way around changes it"), "{message}");
    let scalars = parse(FIELDS[0]);
    let global = GlobalPool::new(&scalars, PoolKind::Max).unwrap();
    let x = on(&scalars, moebius(6, 6), DType::F32);
    assert_eq!(global.forward(x).unwrap().domain(), &Domain::image(1, 1));
}

#[test]
fn layers_of_the_fibre_do_not_ask() {
    let device = Device::flex();
    let fields = parse(FIELDS[3]);
    let x = on(&fields, moebius(4, 6), DType::F32);
    let norm = FieldNorm::new(&fields, schur_nn::Activation::Identity, &device).unwrap();
    let sign = NormNonlinearity::new(&fields, Nonlinearity::Elu { alpha: 1.0 }, &device).unwrap();
    for layer in [&norm as &dyn Layer, &sign] {
        assert_equivariant(layer, &x, EXACT_F32).unwrap();
        let shifted = layer.forward(x.shifted(4).unwrap()).unwrap();
        let expected = layer.forward(x.clone()).unwrap().shifted(4).unwrap();
        assert!(relative_distance(shifted.memory(), expected.memory()) <= EXACT_F32);
    }
    let regular = parse(FIELDS[2]);
    let elu = Pointwise::new(&regular, Nonlinearity::Elu { alpha: 1.0 }).unwrap();
    let x = on(&regular, moebius(4, 6), DType::F32);
    assert!(shift_defect(&elu, &x, 1) <= EXACT_F32);
}

/// Gradients of inputs and weights over the cut agree with finite differences.
#[test]
fn gradients_go_over_the_cut() {
    let device = Device::flex().autodiff();
    let fields = parse(FIELDS[3]);
    let layer = conv(&fields, &fields, PaddingMode::Zeros, DType::F64);
    let layer = layer.to_device(&device);
    let strip: Domain = moebius(4, 3).into();
    let shape = [1, strip.places(), fields.channels()];
    let count = shape.iter().product();
    let loss = |values: Vec<f64>| {
        let x = tensor(values, shape, DType::F64, &device);
        let x = x.require_grad();
        let field = Field::from_memory(x.clone(), strip.clone(), &fields).unwrap();
        let y = layer.forward(field).unwrap().into_memory();
        let weights = tensor(uniform(count, 11), shape, DType::F64, &device);
        (x, (y.square() * weights).sum())
    };
    let values = uniform(count, 3);
    let (x, value) = loss(values.clone());
    let gradients = value.backward();
    let gradient = x.grad(&gradients).unwrap().to_data();
    let gradient: Vec<f64> = gradient.iter::<f64>().collect();
    let step = DIFFERENCE_STEP;
    let at = |place: usize, by: f64| {
        let mut moved = values.clone();
        moved[place] += by;
        loss(moved).1.into_scalar::<f64>()
    };
    let largest = gradient.iter().fold(0.0f64, |a, g| a.max(g.abs()));
    assert_eq!(gradient.len(), count);
    for (place, gradient) in gradient.iter().enumerate() {
        let difference = (at(place, step) - at(place, -step)) / (2.0 * step);
        assert!((difference - gradient).abs() <= FINITE_DIFFERENCE * largest.max(1.0));
    }
}
