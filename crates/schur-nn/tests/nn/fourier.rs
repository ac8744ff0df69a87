//! Nonlinearities of functions on a group that are given by Fourier coefficients.

use burn::tensor::{DType, Device};
use schur_math::{PlanarGroup, PlanarRepresentation, PlaneIsometry};
use schur_nn::{
    Domain, Field, FieldType, FourierPointwise, Layer, Nonlinearity, VectorField,
    assert_equivariant,
};

use crate::nonlinearities::{check_both, check_lattice};
use crate::support::{field, numbers, planar, tensor};

/// Checks the elements that permute the pixels, and of a finite group all: those of a continuous
/// group need not permute the samples.
pub(crate) fn check_sampled<L: Layer + burn::module::Module>(layer: &L) {
    match layer.input_type().group().planar().unwrap().finite() {
        Some(_) => check_both(layer),
        None => check_lattice(layer),
    }
}

/// Band-limited fields with the subgroup whose cosets they are functions on.
pub(crate) fn band_limited() -> Vec<(FieldType, PlanarGroup)> {
    let cases = [
        ("SO(2): 3 spectral(0) + 2 spectral(1) + 2 spectral(3)", "C1"),
        ("O(2): 2 spectral(1) + 2 spectral(3)", "C1"),
        ("O(2)@20: 2 spectral(2)", "C1"),
        ("C8: 2 spectral(2) + 2 spectral(4) + regular", "C1"),
        ("D8: 2 spectral(2) + 2 spectral(4)", "C1"),
        ("D4: 2 spectral(1) + E1 + B2", "C1"),
        ("SO(2): 2 spectral(4, C2)", "C2"),
        ("O(2): 2 spectral(3, D1)", "D1"),
        ("O(2): 2 spectral(3, D1@0)", "D1@0"),
        ("O(2): 2 spectral(2, SO(2))", "SO(2)"),
        ("D8: 2 spectral(4, D1) + 2 quotient(D1)", "D1"),
        ("D4: 2 quotient(C2)", "C2"),
    ];
    let parse = |(fields, subgroup)| (FieldType::parse(fields).unwrap(), planar(subgroup));
    cases.map(parse).to_vec()
}

#[test]
fn fourier_pointwise() {
    for (fields, subgroup) in band_limited() {
        for function in [Nonlinearity::Relu, Nonlinearity::Gelu] {
            let layer = FourierPointwise::on_cosets(&fields, &subgroup, function);
            check_sampled(&layer.unwrap());
        }
    }
}

/// With the identity it does nothing: the grid tells all coefficients apart.
#[test]
fn fourier_transforms_invert() {
    for (fields, subgroup) in band_limited() {
        let layer = FourierPointwise::on_cosets(&fields, &subgroup, Nonlinearity::Identity);
        let x = field(&fields, (2, 3), DType::F64, &Device::flex());
        let y = layer.unwrap().forward(x.clone()).unwrap();
        let error = schur_nn::relative_distance(y.memory(), x.memory());
        assert!(error <= schur_nn::tolerance::EXACT_F64, "{fields}: {error}");
    }
}

/// Against the formula with cosines and sines: coefficients `(a_0, a_1, b_1, …)` of
/// `f(θ) = (a_0 + √2 Σ a_k cos kθ + b_k sin kθ) / √dim`.
#[test]
fn fourier_by_formula() {
    let fields = FieldType::parse("SO(2): spectral(2)").unwrap();
    let samples = 9;
    let layer = FourierPointwise::new(&fields, Nonlinearity::Relu).unwrap();
    let layer = layer.with_rotations(samples).unwrap();
    let x = field(&fields, (3, 1), DType::F64, &Device::flex());
    let y = layer.forward(x.clone()).unwrap();
    let basis = |theta: f64| {
        let root = std::f64::consts::SQRT_2;
        let waves = [1.0, 2.0].map(|k| [root * (k * theta).cos(), root * (k * theta).sin()]);
        [1.0, waves[0][0], waves[0][1], waves[1][0], waves[1][1]].map(|v| v / 5f64.sqrt())
    };
    for (x, y) in numbers(x.memory())
        .chunks(5)
        .zip(numbers(y.memory()).chunks(5))
    {
        let mut expected = [0.0; 5];
        for i in 0..samples {
            let at = basis(std::f64::consts::TAU * i as f64 / samples as f64);
            let f: f64 = at.iter().zip(x).map(|(b, x)| b * x).sum();
            for (e, b) in expected.iter_mut().zip(at) {
                *e += 5.0 / samples as f64 * f.max(0.0) * b;
            }
        }
        for (found, expected) in y.iter().zip(expected) {
            let error = (found - expected).abs();
            assert!(
                error <= schur_nn::tolerance::EXACT_F64,
                "{found} {expected}"
            );
        }
    }
}

/// More samples alias less, smooth functions less than ReLU; finite groups not at all.
#[test]
fn aliasing_is_measured() {
    let fields = FieldType::parse("SO(2): 4 spectral(3)").unwrap();
    let aliasing = |function: Nonlinearity, rotations| {
        let layer = FourierPointwise::new(&fields, function).unwrap();
        layer.with_rotations(rotations).unwrap().aliasing().unwrap()
    };
    let relu = [7, 16, 64].map(|n| aliasing(Nonlinearity::Relu, n));
    let square = || Nonlinearity::custom("square", |x| x.square());
    assert!(
        relu[0] > 4.0 * relu[1] && relu[1] > 4.0 * relu[2],
        "{relu:?}"
    );
    assert!(aliasing(Nonlinearity::Silu, 16) < 0.1 * relu[1]);
    // A square has twice the band: 3 + 6 < 10 rotations do not alias into the band.
    assert!(aliasing(square(), 10) <= schur_nn::tolerance::EXACT_F64);
    assert!(aliasing(square(), 9) > crate::tolerance::BROKEN);
    let finite = FieldType::parse("D8: spectral(2)").unwrap();
    let finite = FourierPointwise::new(&finite, Nonlinearity::Relu).unwrap();
    assert_eq!(finite.aliasing().unwrap(), 0.0);
}

#[test]
fn fourier_output_of_another_band() {
    let fields = FieldType::parse("O(2): 2 spectral(2)").unwrap();
    for text in ["O(2): 2 spectral(4)", "O(2): 2 spectral(1)"] {
        let output = FieldType::parse(text).unwrap();
        let layer = FourierPointwise::new(&fields, Nonlinearity::Relu).unwrap();
        let layer = layer.with_output(&output).unwrap();
        check_sampled(&layer);
        assert_eq!(layer.output_type(), &output);
    }
    let layer = FourierPointwise::new(&fields, Nonlinearity::Relu).unwrap();
    let more = FieldType::parse("O(2): 3 spectral(2)").unwrap();
    assert!(layer.with_output(&more).is_err());
}

/// What cannot be sampled is refused, what does not permute the samples announced and measured.
#[test]
fn fourier_says_what_is_wrong() {
    for (group, name) in [("SO(2)", "E1"), ("D4", "A2"), ("O(2)", "spectral(1)")] {
        let rho = PlanarRepresentation::parse(&planar(group), name).unwrap();
        let twice = FieldType::new(rho.group(), [(rho.direct_sum(&rho).unwrap(), 2)]).unwrap();
        let error = FourierPointwise::new(&twice, Nonlinearity::Relu).unwrap_err();
        assert!(error.to_string().contains("use `spectral"), "{error}");
    }
    let odd = FieldType::parse("SO(2): E1").unwrap();
    assert!(FourierPointwise::on_cosets(&odd, planar("C2"), Nonlinearity::Relu).is_err());
    let fields = FieldType::parse("SO(2): spectral(3)").unwrap();
    let layer = FourierPointwise::new(&fields, Nonlinearity::Relu).unwrap();
    let error = layer.clone().with_rotations(6).unwrap_err().to_string();
    assert!(error.contains("at least 7"), "{error}");
    assert!(layer.clone().with_rotations(0).is_err());
    let odd = layer.with_rotations(9).unwrap();
    let turn = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2).unwrap();
    let why = odd.inexactness(&turn.into(), &Domain::image(4, 4)).unwrap();
    assert!(why.remedy.contains("multiple of 4"), "{why}");
    let x = field(&fields, (4, 4), DType::F64, &Device::flex());
    let error = assert_equivariant(&odd, &x, crate::tolerance::BROKEN).unwrap_err();
    assert!(error.to_string().contains("samples"), "{error}");
}

#[test]
fn vector_fields() {
    for text in [
        "C4: 2 regular",
        "C8: 2 regular",
        "D4: 2 regular",
        "D8: regular",
        "D1@0: 2 regular",
        "SO(2): 2 spectral(1) + spectral(3)",
        "O(2): 2 spectral(2)",
    ] {
        check_sampled(&VectorField::new(&FieldType::parse(text).unwrap()).unwrap());
    }
    // With every irrep twice, it is no function on the group.
    let error = VectorField::new(&FieldType::parse("C4: induced(C2, defining)").unwrap());
    assert!(error.unwrap_err().to_string().contains("use `spectral"));
}

/// The vector of a regular field points to its maximum; between equal maxima in the middle.
#[test]
fn vectors_by_example() {
    let fields = FieldType::parse("C4: regular").unwrap();
    let layer = VectorField::new(&fields).unwrap();
    let of = |values: [f64; 4]| {
        let x = tensor(values.to_vec(), [1, 4, 1, 1], DType::F64, &Device::flex());
        let x = Field::from_tensor(x, &fields).unwrap();
        numbers(&layer.forward(x).unwrap().to_tensor())
    };
    assert_eq!(of([1.0, 3.0, 2.0, 0.0]), [0.0, 3.0]);
    assert_eq!(of([1.0, 3.0, 5.0, 0.0]), [-5.0, 0.0]);
    assert_eq!(of([4.0, 4.0, 2.0, 0.0]), [2.0, 2.0]);
    assert_eq!(of([-1.0, -3.0, -2.0, -4.0]), [0.0, 0.0]);
}
