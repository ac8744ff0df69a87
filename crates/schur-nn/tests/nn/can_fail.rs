//! What is broken must be caught, and what is inexact must be announced.

use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, Device, Tensor};
use proptest::prelude::*;
use schur_nn::exactness::Inexactness;
use schur_nn::network::PoolKind;
use schur_nn::{
    Domain, EquivariantConvConfig, Field, FieldType, GroupElement, Layer, NnError, SpatialPool,
    assert_equivariant, equivariance_error, tolerance,
};

use crate::support::{GROUPS, field, generic, numbers, pixels, planar, tensor};
use crate::tolerance::BROKEN;

/// A convolution with any dense weight, which need not be shared over the group. It claims to
/// be exact.
struct Dense {
    fields: FieldType,
    weight: Tensor<4>,
}

impl Dense {
    /// The convolution of an equivariant one of D4, with one dense weight changed by `error`.
    fn with_error(error: f64) -> Self {
        let fields = FieldType::regular(planar("D4"), 2).unwrap();
        let conv = EquivariantConvConfig::new(&fields, &fields, 3);
        let conv = conv.init(&Device::flex()).unwrap();
        let mut weight = conv.plan().expand(&numbers(&conv.weight.val())).unwrap();
        weight[100] += error;
        let (device, channels) = (Device::flex(), fields.channels());
        let weight = tensor(weight, [3, 3, channels, channels], DType::F64, &device);
        Self {
            fields,
            weight: weight.permute([3, 2, 0, 1]),
        }
    }
}

impl Layer for Dense {
    fn name(&self) -> String {
        "dense conv".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.fields
    }

    fn output_type(&self) -> &FieldType {
        &self.fields
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        let options = ConvOptions::new([1, 1], [0, 0], [1, 1], 1);
        let x = pixels(&field).permute([0, 3, 1, 2]);
        let y = conv2d(x, self.weight.clone(), None, options);
        Field::from_grid(y.permute([0, 2, 3, 1]), &self.fields)
    }

    fn inexactness(&self, _: &GroupElement, _: &Domain) -> Option<Inexactness> {
        None
    }
}

#[test]
fn broken_weight_sharing() {
    let device = Device::flex();
    let intact = Dense::with_error(0.0);
    let x = field(&intact.fields, (6, 6), DType::F64, &device);
    assert_equivariant(&intact, &x, tolerance::EXACT_F64).unwrap();
    let broken = Dense::with_error(0.1);
    let error = assert_equivariant(&broken, &x, BROKEN).unwrap_err();
    let message = error.to_string();
    assert!(matches!(error, NnError::NotEquivariant(_)), "{message}");
    for part in ["dense conv", "of D4", "relative defect", "bound"] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// A layer whose output is not a number somewhere.
struct Poison(FieldType);

impl Layer for Poison {
    fn name(&self) -> String {
        "poison".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.0
    }

    fn output_type(&self) -> &FieldType {
        &self.0
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        field.map(&self.0, |values| {
            let zero = values * 0.0;
            zero.clone() / zero
        })
    }

    fn inexactness(&self, _: &GroupElement, _: &Domain) -> Option<Inexactness> {
        None
    }
}

#[test]
fn a_defect_that_is_not_a_number() {
    for name in ["C1", "C4"] {
        let layer = Poison(FieldType::regular(planar(name), 1).unwrap());
        let x = field(&layer.0, (4, 4), DType::F32, &Device::flex());
        let error = assert_equivariant(&layer, &x, f64::INFINITY).unwrap_err();
        assert!(error.to_string().contains("NaN"), "{error}");
    }
}

/// ReLU on every channel, whatever the fields.
struct Relu(FieldType);

impl Layer for Relu {
    fn name(&self) -> String {
        "relu".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.0
    }

    fn output_type(&self) -> &FieldType {
        &self.0
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        field.map(&self.0, burn::tensor::activation::relu)
    }

    fn inexactness(&self, _: &GroupElement, _: &Domain) -> Option<Inexactness> {
        None
    }
}

#[test]
fn relu_on_an_irrep() {
    let d4 = planar("D4");
    let regular = Relu(FieldType::regular(&d4, 1).unwrap());
    let x = field(&regular.0, (4, 4), DType::F32, &Device::flex());
    assert_equivariant(&regular, &x, tolerance::EXACT_F32).unwrap();
    for name in ["A2", "B1", "E"] {
        let layer = Relu(FieldType::parse_blocks(&d4, name).unwrap());
        let x = field(&layer.0, (4, 4), DType::F32, &Device::flex());
        let error = assert_equivariant(&layer, &x, BROKEN).unwrap_err();
        assert!(matches!(error, NnError::NotEquivariant(_)), "{error}");
    }
}

/// A map of the channels at every pixel that claims to be exact.
struct Smuggled {
    name: &'static str,
    input: FieldType,
    output: FieldType,
    map: fn(Tensor<3>) -> Tensor<3>,
}

impl Layer for Smuggled {
    fn name(&self) -> String {
        self.name.to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        field.map(&self.output, self.map)
    }

    fn inexactness(&self, _: &GroupElement, _: &Domain) -> Option<Inexactness> {
        None
    }
}

/// What the nonlinearities, norms and dropouts must not do, and do not.
#[test]
fn smuggled_nonlinearities_and_norms() {
    type Map = fn(Tensor<3>) -> Tensor<3>;
    let cases: [(&str, &str, &str, Map); 8] = [
        (
            "relu on Fourier coefficients",
            "D4: spectral(2)",
            "D4: spectral(2)",
            burn::tensor::activation::relu,
        ),
        ("a bias on a vector", "C4: E1", "C4: E1", |x| x + 0.5),
        ("the norm of one component", "C4: E1", "C4: E1", |x| {
            x.clone() * x.narrow(2, 0, 1).abs()
        }),
        ("a gate that is no scalar", "D4: A2 + E1", "D4: E1", |x| {
            x.clone().narrow(2, 1, 2) * x.narrow(2, 0, 1)
        }),
        ("a scale per channel", "C4: E1", "C4: E1", |x| {
            let first = x.clone().narrow(2, 0, 1);
            Tensor::cat(vec![first * 2.0, x.narrow(2, 1, 1)], 2)
        }),
        ("relu and negative as two irreps", "C4: B", "C4: 2 B", |x| {
            let negative = x.clone().neg();
            burn::tensor::activation::relu(Tensor::cat(vec![x, negative], 2))
        }),
        (
            "the angle of another convention",
            "C4: regular",
            "C4: defining",
            |x| {
                let component = |c| x.clone().narrow(2, c, 1);
                let (right, left) = (component(0) - component(2), component(3) - component(1));
                Tensor::cat(vec![right, left], 2)
            },
        ),
        (
            "max-out over components",
            "C4: 2 regular",
            "C4: regular",
            |x| {
                // The halves of the memory are pairs of components, not the two copies.
                x.clone().narrow(2, 0, 4).max_pair(x.narrow(2, 4, 4))
            },
        ),
    ];
    for (name, input, output, map) in cases {
        let [input, output] = [input, output].map(|text| FieldType::parse(text).unwrap());
        let layer = Smuggled {
            name,
            input,
            output,
            map,
        };
        let x = field(&layer.input, (4, 4), DType::F64, &Device::flex());
        let error = assert_equivariant(&layer, &x, BROKEN);
        assert!(
            matches!(error, Err(NnError::NotEquivariant(_))),
            "{name}: {error:?}"
        );
    }
}

/// Asserts that a layer is caught, and announces it with a remedy.
fn caught(layer: &impl Layer, size: usize, remedy: &str) {
    let x = field(
        layer.input_type(),
        (size, size),
        DType::F32,
        &Device::flex(),
    );
    let message = assert_equivariant(layer, &x, BROKEN)
        .unwrap_err()
        .to_string();
    assert!(message.contains(remedy), "`{remedy}` is not in: {message}");
}

#[test]
fn stride_2_on_an_even_size() {
    for name in ["C2", "C4", "D1", "D4"] {
        let group = planar(name);
        let fields = FieldType::regular(&group, 1).unwrap();
        let conv = EquivariantConvConfig::new(&fields, &fields, 3).with_stride(2);
        let conv = conv.init(&Device::flex()).unwrap();
        caught(&conv, 8, "of 7 or 9");
        let padded = EquivariantConvConfig::new(&fields, &fields, 3)
            .with_stride(2)
            .with_padding(1);
        caught(&padded.init(&Device::flex()).unwrap(), 8, "of 7 or 9");
    }
}

#[test]
fn pool_2_on_an_odd_size() {
    for kind in [PoolKind::Max, PoolKind::Average] {
        let fields = FieldType::regular(planar("C4"), 2).unwrap();
        caught(
            &SpatialPool::new(&fields, kind, 2, 2).unwrap(),
            7,
            "of 6 or 8",
        );
    }
}

/// A layer that could only give zero is refused, in both directions.
#[test]
fn nothing_passes() {
    let (scalars, vectors) = (
        FieldType::parse("C4: 2 trivial").unwrap(),
        FieldType::parse("C4: 2 E1").unwrap(),
    );
    let config = |kernel| EquivariantConvConfig::new(&scalars, &vectors, kernel);
    let errors = [
        config(1).init(&Device::flex()).err(),
        config(1).init_transposed(0, &Device::flex()).err(),
    ];
    for error in errors {
        let message = error.expect("an error").to_string();
        for part in [
            "1 x 1 taps only 0",
            "`C4: 2 trivial` to `C4: 2 irrep(E1)`",
            "use larger",
        ] {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
    }
    assert!(config(2).init(&Device::flex()).is_ok());
}

/// A remedy names sizes that exist.
#[test]
fn remedies_are_possible() {
    let fields = FieldType::regular(planar("C4"), 1).unwrap();
    let turn = &fields.group().test_elements()[1];
    let conv = EquivariantConvConfig::new(&fields, &fields, 1)
        .with_stride(8)
        .with_padding(2);
    let why = conv
        .init(&Device::flex())
        .unwrap()
        .inexactness(turn, &Domain::image(1, 1))
        .unwrap();
    assert!(why.remedy.contains("an input height of 5 by"), "{why}");
    let pool = SpatialPool::new(&fields, PoolKind::Max, 4, 3).unwrap();
    let why = pool.inexactness(turn, &Domain::image(5, 5)).unwrap();
    assert!(why.remedy.contains("an input height of 4 or 7 by"), "{why}");
    assert!(
        !why.remedy.contains("use padding"),
        "no remedy of a pool: {why}"
    );
}

/// What breaks a symmetry of an oblong image is named, not its shape, and nothing if nothing does.
#[test]
fn oblong_images_are_no_reason() {
    let fields = FieldType::regular(planar("C4"), 2).unwrap();
    let turn = &fields.group().test_elements()[1];
    let conv = EquivariantConvConfig::new(&fields, &fields, 3).with_stride(2);
    let conv = generic(conv.init(&Device::flex()).unwrap(), DType::F32);
    for (size, exact) in [((9, 11), true), ((9, 12), false), ((9, 9), true)] {
        compare(&conv, size);
        let why = conv.inexactness(turn, &Domain::image(size.0, size.1));
        assert_eq!(why.is_none(), exact, "{size:?}: {why:?}");
        let named = why.is_none_or(|why| why.reason.contains("1 of 12 places of width unvisited"));
        assert!(named, "{size:?}");
    }
    // Windows that only together are symmetric: 2 x 2 in steps of 3, rounded up at the end of one
    // axis as padding does at the beginning of the other.
    let fields = FieldType::regular(planar("D4"), 16).unwrap();
    let (window, stride, padding) = ((2, 2), (3, 3), (1, 0));
    for (kind, count) in [(PoolKind::Max, 2), (PoolKind::Average, 1)] {
        let pool = SpatialPool::padded(&fields, kind, window, stride, padding);
        let pool = pool.unwrap().with_ceil_mode(true);
        compare(&pool, (19, 19));
        let elements = fields.group().test_elements();
        let exact = |g: &&GroupElement| pool.inexactness(g, &Domain::image(19, 19)).is_none();
        assert_eq!(elements.iter().filter(exact).count(), count, "{kind:?}");
    }
}

/// Whether the measured defect of `g` is round-off (`Some(true)`) or gross; `None` if the
/// output vanishes, so that nothing is measured.
fn measured(layer: &impl Layer, x: &Field, g: &GroupElement) -> Option<bool> {
    let y = layer.forward(x.clone()).unwrap();
    if numbers(y.memory()).iter().all(|&v| v == 0.0) {
        return None;
    }
    // An element that does not map the grid to itself has no action to compare with.
    let Ok(error) = equivariance_error(layer, x, g) else {
        return Some(false);
    };
    assert!(
        !(tolerance::EXACT_F32..BROKEN).contains(&error),
        "neither exact nor broken: {error}"
    );
    Some(error < tolerance::EXACT_F32)
}

fn compare(layer: &impl Layer, (height, width): (usize, usize)) {
    let x = field(
        layer.input_type(),
        (height, width),
        DType::F32,
        &Device::flex(),
    );
    let group = layer.input_type().group();
    for g in group.test_elements() {
        let predicted = layer.inexactness(&g, &Domain::image(height, width));
        if let Some(exact) = measured(layer, &x, &g) {
            assert_eq!(
                predicted.is_none(),
                exact,
                "{} of {} under {g} on {height} x {width}: {predicted:?}",
                layer.name(),
                group.name(),
            );
        }
    }
}

/// Square with one chance in two, since quarter turns need it.
fn size() -> impl Strategy<Value = (usize, usize)> {
    (1usize..12, 1usize..12, any::<bool>())
        .prop_map(|(height, width, square)| (height, if square { height } else { width }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..Default::default() })]

    /// A convolution with generic weights is exact for an element if and only if it says so.
    #[test]
    fn convolutions_announce_exactly_what_is_inexact(
        name in prop::sample::select(GROUPS.to_vec()),
        (kernel, stride, padding, dilation) in (1usize..5, 1usize..5, 0usize..4, 1usize..4),
        size in size(),
    ) {
        let group = planar(name);
        let input = FieldType::trivial(&group, 2).unwrap();
        let output = FieldType::regular(&group, 2).unwrap();
        let conv = EquivariantConvConfig::new(&input, &output, kernel)
            .with_stride(stride)
            .with_padding(padding)
            .with_dilation(dilation)
            .init(&Device::flex())
            .unwrap();
        prop_assume!(conv.plan().geometry().output_size([1, size.0, size.1]).is_ok());
        compare(&generic(conv, DType::F32), size);
    }

    /// The same of pools, for groups with other angles too.
    #[test]
    fn pools_announce_exactly_what_is_inexact(
        name in prop::sample::select(vec!["C2", "C3", "C4", "C8", "D1", "D2", "D3", "D4", "D8"]),
        kind in prop::sample::select(vec![PoolKind::Max, PoolKind::Average]),
        (rows, cols) in ((1usize..5, 1usize..4, 0usize..2), (1usize..5, 1usize..4, 0usize..2)),
        (square, ceil) in any::<(bool, bool)>(),
        size in size(),
    ) {
        // Many, since few maxima may happen to lie where the windows overlap.
        let fields = FieldType::regular(planar(name), 16).unwrap();
        let cols = if square { rows } else { cols };
        let (window, stride, padding) = ((rows.0, cols.0), (rows.1, cols.1), (rows.2, cols.2));
        let pool = SpatialPool::padded(&fields, kind, window, stride, padding);
        prop_assume!(pool.is_ok());
        let pool = pool.unwrap().with_ceil_mode(ceil);
        // Where padded or oblong windows reach all of an image, the geometry may not matter.
        let more = if rows == cols && padding == (0, 0) { 0 } else { 8 };
        let size = (size.0 + more, size.1 + more);
        prop_assume!(pool.windows().output_size([1, size.0, size.1]).is_ok());
        compare(&pool, size);
    }
}
