//! Values of layers from their formulas, in plain loops; transforms as part of a loss.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor};
use schur_math::PlaneIsometry;
use schur_nn::export::Graph;
use schur_nn::network::PoolKind;
use schur_nn::{
    BlurPool, Concatenated, Domain, EquivariantConvConfig, Field, FieldType, GroupPool, Layer,
    Mask, MaxOut, Nonlinearity, NormNonlinearity, NormPool, PaddingMode, SpatialPool,
    relative_distance, tolerance,
};

use crate::gradients::{differences, point, weigh};
use crate::normalizations::Double;
use crate::support::{field, generic, numbers, planar, tensor};
use crate::tolerance::FINITE_DIFFERENCE;

fn fields(text: &str) -> FieldType {
    FieldType::parse(text).unwrap()
}

/// The output of a layer at one pixel with these outward channels.
fn at_pixel(layer: &dyn Layer, channels: &[f64]) -> Vec<f64> {
    let shape = [1, channels.len(), 1, 1];
    let x = tensor(channels.to_vec(), shape, DType::F64, &Device::flex());
    let x = Field::from_tensor(x, layer.input_type()).unwrap();
    numbers(&layer.forward(x).unwrap().to_tensor())
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?} {expected:?}");
    for (f, e) in found.iter().zip(expected) {
        assert!(
            (f - e).abs() <= tolerance::EXACT_F64,
            "{found:?} {expected:?}"
        );
    }
}

/// Maxima, means and norms over the components of a field, in the order of the fields.
#[test]
fn pools_over_components() {
    let regular = fields("C4: 2 regular + trivial");
    let x = [1.0, -2.0, 3.0, 0.5, -1.0, -4.0, -2.0, -3.0, 7.0];
    let pool = GroupPool::new(&regular).unwrap();
    close(&at_pixel(&pool, &x), &[3.0, -1.0, 7.0]);
    close(&at_pixel(&pool.with_mean(), &x), &[0.625, -2.5, 7.0]);
    // The cosets of {e, r²} are {e, r²} and {r, r³}.
    let half = planar("C2");
    let pool = GroupPool::over(&fields("C4: 2 regular"), &half).unwrap();
    close(&at_pixel(&pool, &x[..8]), &[3.0, 0.5, -1.0, -3.0]);
    // In D2 the mirror s exchanges the cosets {e, rs} and {r, s} of {e, rs}, and keeps those
    // of {e, s}; the scalar stays.
    let mixed = fields("D2: regular + quotient(D1@0) + quotient(D1) + trivial");
    let pool = GroupPool::over(&mixed, planar("D1")).unwrap();
    let y = at_pixel(&pool, &[1.0, 2.0, 4.0, 3.0, 5.0, 6.0, 8.0, 7.0, 9.0]);
    close(&y, &[4.0, 3.0, 6.0, 8.0, 7.0, 9.0]);
    let types = fields("D2: quotient(D1) + trivial + quotient(D1) + trivial");
    assert_eq!(pool.output_type(), &types);
    let pool = NormPool::new(&fields("SO(2): 2 E1 + trivial")).unwrap();
    let found = at_pixel(&pool, &[3.0, -4.0, 5.0, 12.0, -2.0]);
    close(&found, &[5.0, 13.0, 2.0]);
}

/// Oblong windows and padding: passed over by the maximum, zeros for the mean.
#[test]
fn padded_pools() {
    let image = fields("C1: trivial");
    let x = tensor(
        vec![-1.0, -2.0, -3.0],
        [1, 1, 1, 3],
        DType::F64,
        &Device::flex(),
    );
    let x = Field::from_tensor(x, &image).unwrap();
    for (kind, expected) in [
        (PoolKind::Max, [-1.0, -2.0]),
        (PoolKind::Average, [-0.5, -2.5]),
    ] {
        let pool = SpatialPool::padded(&image, kind, (1, 2), (1, 2), (0, 1)).unwrap();
        assert!(
            pool.name().ends_with("pool 1x2 padding 0x1"),
            "{}",
            pool.name()
        );
        let y = pool.forward(x.clone()).unwrap();
        assert_eq!(pool.output_size(1, 3).unwrap(), y.size());
        assert_eq!(numbers(y.memory()), expected);
        let error = SpatialPool::padded(&image, kind, (1, 2), (1, 2), (1, 0)).unwrap_err();
        assert!(error.to_string().contains("less padding"), "{error}");
        let error = SpatialPool::padded(&image, kind, (0, 2), (1, 2), (0, 0)).unwrap_err();
        assert!(error.to_string().contains("kernel is (0, 2)"), "{error}");
    }
}

/// PyTorch's `ceil_mode`: means divide by the pixels of image and padding, and no window begins
/// behind the image. Values of `torch.nn.AvgPool1d(3, 2, 1, ceil_mode=True)` by hand.
#[test]
fn rounded_up_pools() {
    let image = fields("C1: trivial");
    let of = |kind, (window, stride, padding), values: &[f64]| {
        let shape = [1, 1, 1, values.len()];
        let x = tensor(values.to_vec(), shape, DType::F64, &Device::flex());
        let x = Field::from_tensor(x, &image).unwrap();
        let pool = SpatialPool::padded(&image, kind, (1, window), (1, stride), (0, padding));
        let pool = pool.unwrap().with_ceil_mode(true);
        let y = pool.forward(x).unwrap();
        assert_eq!(pool.output_size(1, values.len()).unwrap(), y.size());
        numbers(y.memory())
    };
    // -1..=1, 1..=3, 3..=5, of which 5 is beyond the padding.
    let x = [3.0, -6.0, -9.0, -12.0];
    close(&of(PoolKind::Average, (3, 2, 1), &x), &[-1.0, -9.0, -6.0]);
    close(&of(PoolKind::Max, (3, 2, 1), &x), &[3.0, -6.0, -12.0]);
    // Without padding a mean counts what there is.
    close(&of(PoolKind::Average, (2, 2, 0), &x[..3]), &[-1.5, -9.0]);
    // The window at 4 would begin behind the image.
    close(&of(PoolKind::Max, (2, 4, 1), &x), &[3.0, -12.0]);
    close(&of(PoolKind::Max, (2, 4, 1), &x[..3]), &[3.0]);
    let pool = SpatialPool::new(&fields("C4: regular"), PoolKind::Max, 3, 2).unwrap();
    let turn = planar("C4").test_elements()[1];
    let why = |pool: &SpatialPool, side| {
        pool.inexactness(&turn.into(), &Domain::image(side, side))
            .unwrap()
    };
    assert!(why(&pool, 6).reason.contains("leaves 1 of 6 places"));
    let pool = pool.with_ceil_mode(true);
    let reason = why(&pool, 6).reason;
    assert!(reason.contains("reaches 1 beyond 6 places"), "{reason}");
    assert!(
        pool.inexactness(&turn.into(), &Domain::image(7, 7))
            .is_none()
    );
}

/// Norms at the cosets of a subgroup, as many as the group has, in their order.
#[test]
fn induced_norm_pool() {
    let c4 = planar("C4");
    let vectors = fields("D4: 2 induced(C4, E1) + induced(C4, regular)");
    let pool = NormPool::induced(&vectors, &c4).unwrap();
    let x = [
        3.0, 4.0, 6.0, 8.0, 0.0, 1.0, 5.0, 12.0, 1.0, 1.0, 1.0, 1.0, 2.0, 0.0, 0.0, 0.0,
    ];
    let y = at_pixel(&pool, &x);
    close(&y, &[5.0, 10.0, 1.0, 13.0, 2.0, 2.0]);
    let cosets = fields("D4: 2 quotient(C4) + quotient(C4)");
    assert_eq!(pool.output_type(), &cosets);
    crate::nonlinearities::check_both(&pool);
    // Of one coset it is the norm, of single components their absolute values.
    let whole = NormPool::induced(&vectors, planar("D4")).unwrap();
    let norms = NormPool::new(&vectors).unwrap();
    assert_eq!(at_pixel(&whole, &x), at_pixel(&norms, &x));
    let regular = fields("C8: regular");
    let absolute = NormPool::induced(&regular, planar("C1")).unwrap();
    crate::nonlinearities::check_both(&absolute);
    let y = at_pixel(&absolute, &[1.0, -2.0, 3.0, -4.0, 5.0, -6.0, 7.0, -8.0]);
    close(&y, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    let rotations = fields("O(2): 2 induced(SO(2), E2)");
    let pool = NormPool::induced(&rotations, planar("SO(2)")).unwrap();
    crate::nonlinearities::check_both(&pool);
    let error = NormPool::induced(&fields("D8: 2 E1"), planar("C8")).unwrap_err();
    assert!(error.to_string().contains("use `induced"), "{error}");
}

/// `f(|x| + b) x / |x|` with the softened norm, and `x / (1 + |x|)`.
#[test]
fn functions_of_the_norm() {
    let vectors = fields("SO(2): 2 E1 + trivial");
    let x = [3.0, -4.0, 0.06, 0.08, -2.0];
    let norm = |squares: f64| (squares + tolerance::SOFT_NORM.powi(2)).sqrt();
    let norms = [norm(25.0), norm(0.01), norm(4.0)];
    let scaled = |gain: &dyn Fn(f64, usize) -> f64| -> Vec<f64> {
        let of_field = [0, 0, 1, 1, 2].into_iter();
        let channels = x.iter().zip(of_field);
        channels.map(|(x, u)| x * gain(norms[u], u)).collect()
    };
    let squash = scaled(&|norm, _| 1.0 / (1.0 + norm));
    close(
        &at_pixel(&NormNonlinearity::squash(&vectors).unwrap(), &x),
        &squash,
    );
    let device = Device::flex();
    let relu = NormNonlinearity::new(&vectors, Nonlinearity::Relu, &device).unwrap();
    let initial = scaled(&|norm, _| (norm - 0.5).max(0.0) / norm);
    let relu = relu.map(&mut Double);
    close(&at_pixel(&relu, &x), &initial);
    assert_eq!(initial[2..4], [0.0, 0.0], "short vectors vanish");
    let softplus = NormNonlinearity::new(&vectors, Nonlinearity::Softplus, &device).unwrap();
    let softplus = generic(softplus, DType::F64);
    let bias = numbers(&softplus.bias.as_ref().unwrap().val());
    let expected = scaled(&|norm, u| (norm + bias[u]).exp().ln_1p() / norm);
    close(&at_pixel(&softplus, &x), &expected);
}

/// `(a(x_1), a(-x_1), a(x_2), …)` of signed fields, first `x` and then `-x` of permutation
/// fields; the larger of successive fields.
#[test]
fn concatenated_and_max_out() {
    let signs = Concatenated::new(&fields("C4: 2 B"), Nonlinearity::Relu).unwrap();
    close(&at_pixel(&signs, &[2.0, -3.0]), &[2.0, 0.0, 0.0, 3.0]);
    let regular = Concatenated::new(&fields("C2: regular"), Nonlinearity::Relu).unwrap();
    close(&at_pixel(&regular, &[2.0, -3.0]), &[2.0, 0.0, 0.0, 3.0]);
    let two = Concatenated::new(&fields("C2: 2 regular"), Nonlinearity::Relu).unwrap();
    let y = at_pixel(&two, &[2.0, -3.0, 5.0, -7.0]);
    close(&y, &[2.0, 0.0, 5.0, 0.0, 0.0, 3.0, 0.0, 7.0]);
    let max = MaxOut::new(&fields("C2: 4 regular"), 2).unwrap();
    let y = at_pixel(&max, &[1.0, 2.0, 3.0, 0.0, -1.0, -2.0, -3.0, -1.5]);
    close(&y, &[3.0, 2.0, -1.0, -1.5]);
}

/// 1 up to the radius, then `exp((r₀² - r²) / σ²)`.
#[test]
fn mask() {
    let image = fields("C4: trivial");
    let (margin, sigma, height, width) = (0.25, 1.5, 7, 9);
    let ones = Tensor::<4>::ones([1, 1, height, width], (&Device::flex(), DType::F64));
    let ones = Field::from_tensor(ones, &image).unwrap();
    let mask = Mask::new(&image, margin, sigma).unwrap();
    let found = numbers(&mask.forward(ones).unwrap().to_tensor());
    let radius: f64 = 3.0 * (1.0 - margin);
    let mut expected = Vec::new();
    for row in -3..=3 {
        for col in -4..=4 {
            let square = f64::from(row * row + col * col);
            let beyond = (square - radius * radius) / (sigma * sigma);
            expected.push(if square <= radius * radius {
                1.0
            } else {
                (-beyond).exp()
            });
        }
    }
    close(&found, &expected);
}

/// On a point the blur leaves its weights: a Gaussian on `2 round(3σ) + 1` pixels with sum 1.
#[test]
fn blur_pool() {
    let image = fields("C4: trivial");
    let size = 9;
    let blur = |stride: usize| {
        let mut values = vec![0.0; size * size];
        values[4 * size + 4] = 1.0;
        let x = tensor(values, [1, 1, size, size], DType::F64, &Device::flex());
        let pool = BlurPool::new(&image, 0.66, stride).unwrap();
        let x = Field::from_tensor(x, &image).unwrap();
        numbers(&pool.forward(x).unwrap().to_tensor())
    };
    let weight = |distance: usize| match distance {
        0..=2 => (-0.5 * (distance as f64 / 0.66).powi(2)).exp(),
        _ => 0.0,
    };
    let sum = weight(0) + 2.0 * weight(1) + 2.0 * weight(2);
    for stride in [1, 2] {
        let mut expected = Vec::new();
        for row in (0..size).step_by(stride) {
            for col in (0..size).step_by(stride) {
                let product = weight(row.abs_diff(4)) * weight(col.abs_diff(4));
                expected.push(product / (sum * sum));
            }
        }
        close(&blur(stride), &expected);
    }
}

/// Both transforms have gradients, so that they can be part of a loss.
#[test]
fn transforms_have_gradients() {
    let quarter = std::f64::consts::FRAC_PI_2;
    for text in ["D4: regular + E1", "O(2): 2 E1 + spectral(1)"] {
        let fields = fields(text);
        let shape = [2, 3, 3, fields.channels()];
        let at = point(&[shape.iter().product()]);
        let field = |inputs: &[Tensor<1>]| {
            Field::from_grid(inputs[0].clone().reshape(shape), &fields).unwrap()
        };
        for g in [
            PlaneIsometry::rotation(quarter).unwrap(),
            PlaneIsometry::new(quarter, true).unwrap(),
        ] {
            differences(text, &at, FINITE_DIFFERENCE, |inputs| {
                weigh(field(inputs).transform(g).unwrap().into_memory())
            });
            differences(text, &at, FINITE_DIFFERENCE, |inputs| {
                weigh(
                    field(inputs)
                        .transform_interpolated(g)
                        .unwrap()
                        .into_memory(),
                )
            });
        }
    }
    let fields = fields("O(2): 2 E1 + spectral(1)");
    let shape = [2, 3, 3, fields.channels()];
    let g = PlaneIsometry::new(0.4, true).unwrap();
    let at = point(&[shape.iter().product()]);
    differences("between pixels", &at, FINITE_DIFFERENCE, |inputs| {
        let x = Field::from_grid(inputs[0].clone().reshape(shape), &fields).unwrap();
        weigh(x.transform_interpolated(g).unwrap().into_memory())
    });
}

/// Every padding mode survives the export, with every geometry of the convolution.
#[test]
fn padding_modes_are_exported() {
    let (input, output) = (
        fields("C4: regular + 2 trivial"),
        fields("C4: 2 E1 + regular"),
    );
    for mode in [
        PaddingMode::Zeros,
        PaddingMode::Circular,
        PaddingMode::Reflect,
        PaddingMode::Replicate,
    ] {
        for (stride, dilation) in [(1, 1), (2, 1), (1, 2)] {
            let conv = EquivariantConvConfig::new(&input, &output, 3)
                .with_padding(2)
                .with_padding_mode(mode)
                .with_stride(stride)
                .with_dilation(dilation)
                .with_bias(true)
                .init(&Device::flex())
                .unwrap();
            let conv = generic(conv, DType::F32);
            let x = field(&input, (6, 6), DType::F32, &Device::flex());
            let graph = Graph::export(&conv, 6, 6).unwrap();
            let plain = graph.run(x.to_tensor()).unwrap();
            let expected = conv.forward(x).unwrap().to_tensor();
            let defect = relative_distance(&plain, &expected);
            assert!(
                defect < tolerance::EXACT_F32,
                "{mode:?} {stride} {dilation}: {defect}"
            );
        }
    }
}
