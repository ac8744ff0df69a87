//! Nonlinearities commute with their groups, and are refused where they would not.

use burn::tensor::{DType, Device};
use schur_math::PlanarGroup;
use schur_nn::export::Unary;
use schur_nn::{
    Concatenated, Field, FieldType, Formula, Gated, Layer, MaxOut, NnError, Nonlinearity,
    NormNonlinearity, Pointwise, TensorProduct, equivariance_error_interpolated,
};

use crate::equivariance::{bound, check};
use crate::support::groups::every_group;
use crate::support::{TYPES, field, generic, numbers, planar, tensor};

/// Every function there is.
fn functions() -> Vec<Nonlinearity> {
    vec![
        Nonlinearity::Identity,
        Nonlinearity::Relu,
        Nonlinearity::LeakyRelu { slope: 0.1 },
        Nonlinearity::Elu { alpha: 1.0 },
        Nonlinearity::Gelu,
        Nonlinearity::Silu,
        Nonlinearity::Sigmoid,
        Nonlinearity::Softplus,
        Nonlinearity::Tanh,
        Nonlinearity::Softsign,
        Nonlinearity::custom("square", |x| x.square()),
        Nonlinearity::custom_odd("cube", |x| x.powi_scalar(3)),
        formulas()[0].clone(),
        formulas()[1].clone(),
    ]
}

/// Functions by formula: one without symmetry that uses every kind of term, and an odd one.
pub(crate) fn formulas() -> [Nonlinearity; 2] {
    let t = Formula::variable();
    let bent = Formula::number(0.5) - t.clone() * t.of(Unary::Sigmoid) * 2.0;
    let size = (t.clone() * t.clone() + 1.0).of(Unary::Sqrt);
    [
        Nonlinearity::formula("bent", bent),
        Nonlinearity::formula("gentle", t * size.of(Unary::Reciprocal)),
    ]
}

/// Field types of a group from texts, without those that it does not have.
pub(crate) fn types(group: &PlanarGroup, texts: &[&str]) -> Vec<FieldType> {
    let parse = |text: &&str| FieldType::parse_blocks(group, text).ok();
    texts.iter().filter_map(parse).collect()
}

/// Fields of every kind.
pub(crate) fn any_types(group: &PlanarGroup) -> Vec<FieldType> {
    let texts = [
        "3 trivial",
        "2 defining + trivial",
        "spectral(2) + 2 spectral(1)",
        "2 regular",
        "2 regular + 3 quotient(C1) + defining",
    ];
    types(group, &texts)
}

/// Checks a layer with generic parameters in both number types, on elements that permute the
/// pixels.
pub(crate) fn check_lattice<L: Layer + burn::module::Module>(layer: &L) {
    for dtype in TYPES {
        let layer = generic(layer.clone(), dtype);
        check(&layer, (4, 4), dtype, &Device::flex());
    }
}

/// The same, and on a single pixel, which every element leaves in its place, for all elements.
pub(crate) fn check_both<L: Layer + burn::module::Module>(layer: &L) {
    check_lattice(layer);
    for dtype in TYPES {
        let layer = generic(layer.clone(), dtype);
        let x = field(layer.input_type(), (1, 1), dtype, &Device::flex());
        for g in layer.input_type().group().test_elements() {
            let error = equivariance_error_interpolated(&layer, &x, &g).unwrap();
            let what = || format!("{} of {} under {g}", layer.name(), layer.input_type());
            assert!(error <= bound(dtype), "{}: {error}", what());
        }
    }
}

fn pointwise_on_permutations(group: &str) {
    let group = planar(group);
    let texts = [
        "3 trivial",
        "2 regular + trivial",
        "2 quotient(C1)",
        "3 quotient(D1)",
    ];
    for fields in types(&group, &texts) {
        for function in functions() {
            check_both(&Pointwise::new(&fields, function).unwrap());
        }
    }
}

every_group!(pointwise_on_permutations);

/// Odd functions commute with signs, others do not; nothing but the identity commutes with
/// rotations by an eighth.
#[test]
fn pointwise_by_parity() {
    let signed = [
        ("C4", "B"),
        ("C4", "E"),
        ("D4", "A2"),
        ("D4", "E"),
        ("O(2)", "A2"),
    ];
    for (group, irrep) in signed {
        let fields = FieldType::parse_blocks(&planar(group), irrep).unwrap();
        for function in functions() {
            let odd = function.is_odd();
            match Pointwise::new(&fields, function) {
                Ok(layer) => {
                    assert!(odd, "{} on {fields}", layer.name());
                    check_both(&layer);
                }
                Err(error) => {
                    assert!(
                        !odd && matches!(error, NnError::Inadmissible { .. }),
                        "{error}"
                    );
                    assert!(
                        error.to_string().contains("norm, gated or Fourier"),
                        "{error}"
                    );
                }
            }
        }
    }
    let eighths = FieldType::parse("C8: E1").unwrap();
    for function in functions() {
        let identity = matches!(function, Nonlinearity::Identity);
        assert_eq!(Pointwise::new(&eighths, function).is_ok(), identity);
    }
}

/// The values of the functions, from their formulas.
#[test]
fn functions_by_formula() {
    let points = [-3.0f64, -0.5, 0.0, 0.25, 2.0, 30.0];
    let sigmoid = |t: f64| 1.0 / (1.0 + (-t).exp());
    type Expected = Box<dyn Fn(f64) -> f64>;
    let values: [(Nonlinearity, Expected); 9] = [
        (
            Nonlinearity::LeakyRelu { slope: 0.1 },
            Box::new(|t| t.max(0.1 * t)),
        ),
        (
            Nonlinearity::Elu { alpha: 2.0 },
            Box::new(|t| if t > 0.0 { t } else { 2.0 * t.exp_m1() }),
        ),
        (Nonlinearity::Silu, Box::new(move |t| t * sigmoid(t))),
        (Nonlinearity::Sigmoid, Box::new(sigmoid)),
        (Nonlinearity::Tanh, Box::new(f64::tanh)),
        (Nonlinearity::Softsign, Box::new(|t| t / (1.0 + t.abs()))),
        (
            Nonlinearity::custom("square", |x| x.square()),
            Box::new(|t| t * t),
        ),
        (
            formulas()[0].clone(),
            Box::new(|t| 0.5 - 2.0 * t / (1.0 + (-t).exp())),
        ),
        (
            formulas()[1].clone(),
            Box::new(|t| t / (1.0 + t * t).sqrt()),
        ),
    ];
    for (function, formula) in values {
        let x = tensor(points.to_vec(), [1, 2, 3], DType::F64, &Device::flex());
        for (found, t) in numbers(&function.apply(x)).into_iter().zip(points) {
            let error = (found - formula(t)).abs();
            let name = function.name();
            assert!(
                error <= schur_nn::tolerance::EXACT_F64,
                "{name} of {t}: {found}"
            );
        }
    }
}

/// What the parts of a formula say about its sign.
#[test]
fn odd_formulas() {
    let t = Formula::variable;
    let odd = [
        t(),
        t() * 2.0,
        t() - t().of(Unary::Tanh),
        t() * t().of(Unary::Erf) * t(),
        t() * (t() * t()).of(Unary::Sqrt),
        (t() * 3.0).of(Unary::Reciprocal),
    ];
    let others = [
        Formula::number(1.0),
        t() + 1.0,
        t() * t(),
        t().of(Unary::Relu),
        t() * t().of(Unary::Sigmoid),
        t() + t() * t(),
        (t() + 1.0).of(Unary::Tanh),
    ];
    assert!(odd.iter().all(Formula::is_odd));
    assert!(!others.iter().any(Formula::is_odd));
    let vectors = FieldType::parse("D4: 2 E1").unwrap();
    let [bent, gentle] = formulas();
    assert!(Pointwise::new(&vectors, gentle).is_ok());
    let message = Pointwise::new(&vectors, bent).unwrap_err().to_string();
    assert!(message.contains("`bent` does not commute"), "{message}");
}

fn norm_nonlinearities(group: &str) {
    let group = planar(group);
    let device = Device::flex();
    for fields in any_types(&group) {
        check_both(&NormNonlinearity::squash(&fields).unwrap());
        for function in functions() {
            check_both(&NormNonlinearity::new(&fields, function, &device).unwrap());
        }
    }
}

every_group!(norm_nonlinearities);

/// Fields of representations induced from subgroups, with their group and subgroup.
fn induced() -> Vec<(FieldType, PlanarGroup)> {
    let cases = [
        ("D4: 2 induced(C4, E1) + induced(C4, regular)", "C4"),
        ("C8: 2 induced(C2, B)", "C2"),
        ("D4: 2 induced(D1, A2)", "D1"),
        ("O(2): 2 induced(SO(2), E2)", "SO(2)"),
        ("D4: 2 regular", "C1"),
    ];
    let parse = |(fields, subgroup)| (FieldType::parse(fields).unwrap(), planar(subgroup));
    cases.map(parse).to_vec()
}

#[test]
fn induced_norms_and_gates() {
    let device = Device::flex();
    for (fields, subgroup) in induced() {
        let norm = NormNonlinearity::new(&fields, Nonlinearity::Relu, &device).unwrap();
        check_both(&norm.induced(&subgroup).unwrap());
        check_both(&Gated::induced(&fields, &subgroup).unwrap());
    }
    // Not induced from that subgroup, though the sizes fit.
    for (fields, subgroup) in [("D8: 2 E1", "C8"), ("C4: regular", "C2"), ("C8: E1", "C4")] {
        let fields = FieldType::parse(fields).unwrap();
        let norm = NormNonlinearity::squash(&fields)
            .unwrap()
            .induced(planar(subgroup));
        let error = norm.unwrap_err();
        assert!(error.to_string().contains("use `induced"), "{error}");
        assert!(Gated::induced(&fields, planar(subgroup)).is_err());
    }
}

fn gates(group: &str) {
    for fields in any_types(&planar(group)) {
        match Gated::new(&fields) {
            Ok(layer) => {
                check_both(&layer);
                check_both(
                    &layer
                        .with_gate_function(Nonlinearity::Relu)
                        .with_scalar_function(Nonlinearity::Tanh),
                );
            }
            Err(error) => assert!(error.to_string().contains("pointwise"), "{error}"),
        }
    }
}

every_group!(gates);

#[test]
fn gates_within_a_type() {
    for text in ["SO(2): 3 spectral(1)", "O(2): 2 trivial + E1"] {
        let fields = FieldType::parse(text).unwrap();
        match Gated::within(&fields) {
            Ok(layer) => check_both(&layer),
            Err(error) => assert!(error.to_string().contains("k trivial irreps"), "{error}"),
        }
    }
}

/// `y = σ(g) x`, with the gates where the input type says they are.
#[test]
fn gates_by_example() {
    let device = Device::flex();
    let layer = Gated::new(&FieldType::parse("C4: 1 trivial + 1 E1 + 2 regular").unwrap());
    let layer = layer.unwrap().with_scalar_function(Nonlinearity::Relu);
    let x = field(layer.input_type(), (1, 1), DType::F64, &device);
    let input = numbers(&x.to_tensor());
    let output = numbers(&layer.forward(x).unwrap().to_tensor());
    let channels = layer.input_type().channels();
    assert_eq!((channels, layer.output_type().channels()), (14, 11));
    for (input, output) in input.chunks(14).zip(output.chunks(11)) {
        for (c, &y) in output.iter().enumerate() {
            let expected = match c {
                0 => input[0].max(0.0),
                1..=2 => input[c] / (1.0 + (-input[11]).exp()),
                3..=6 => input[c] / (1.0 + (-input[12]).exp()),
                _ => input[c] / (1.0 + (-input[13]).exp()),
            };
            let error = (y - expected).abs();
            assert!(error <= schur_nn::tolerance::EXACT_F64, "{c}: {y}");
        }
    }
}

#[test]
fn max_out() {
    for group in ["C4", "D8"].map(planar) {
        let fields = FieldType::parse_blocks(&group, "4 regular + 2 trivial").unwrap();
        let layer = MaxOut::new(&fields, 2).unwrap();
        check_both(&layer);
        assert_eq!(layer.output_type().fields(), 3);
        let error = MaxOut::new(&fields, 4).unwrap_err();
        assert!(error.to_string().contains("a divisor of 2"), "{error}");
    }
    assert!(MaxOut::new(&FieldType::parse("C4: 2 E1").unwrap(), 2).is_err());
}

fn concatenated(group: &str) {
    let group = planar(group);
    let texts = [
        "2 regular + trivial",
        "2 A2",
        "2 B",
        "2 B1 + A2",
        "2 E",
        "2 defining",
        "3 trivial",
    ];
    for fields in types(&group, &texts) {
        match Concatenated::new(&fields, Nonlinearity::Relu) {
            Ok(layer) => {
                check_both(&layer);
                assert_eq!(layer.output_type().channels(), 2 * fields.channels());
                // Python and checkpoints know types by their texts.
                let again = FieldType::parse(&layer.output_type().to_string()).unwrap();
                assert_eq!(again, *layer.output_type());
            }
            Err(error) => {
                assert!(
                    fields
                        .blocks()
                        .iter()
                        .any(|b| !b.representation.is_monomial())
                );
                assert!(error.to_string().contains("norm, gated"), "{error}");
            }
        }
    }
}

every_group!(concatenated);

#[test]
fn tensor_products() {
    let device = Device::flex();
    for group in ["C4", "C8", "D4", "D8", "SO(2)", "O(2)"].map(planar) {
        for input in any_types(&group) {
            for output in types(
                &group,
                &["2 trivial + spectral(2)", "2 defining + regular", "A2"],
            ) {
                if let Ok(layer) = TensorProduct::new(&input, &output, 3, &device) {
                    check_both(&layer);
                } else {
                    assert!(
                        input.to_string().ends_with("trivial"),
                        "{input} -> {output}"
                    );
                }
            }
        }
    }
}

/// The number of weights is that of all quadratic equivariant maps: the intertwiners from the
/// symmetric square of the whole fibre.
#[test]
fn tensor_products_are_complete() {
    let device = Device::flex();
    for (input, output) in [
        ("C4: E1 + regular", "C4: regular + E1"),
        ("C8: 2 E1 + B", "C8: 2 E2 + A + E3"),
        ("D4: regular + A2", "D4: 2 E1 + A1 + B2"),
        ("C2: regular + 2 B", "C2: A + 2 B"),
    ] {
        let [input, output] = [input, output].map(|text| FieldType::parse(text).unwrap());
        let layer = TensorProduct::new(&input, &output, 0, &device).unwrap();
        let whole = |fields: &FieldType| {
            let mut sum: Option<schur_math::FiniteRepresentation> = None;
            for block in fields.blocks() {
                for _ in 0..block.multiplicity {
                    let rho = block
                        .representation
                        .planar("a test")
                        .unwrap()
                        .finite()
                        .unwrap();
                    sum = Some(match sum {
                        Some(sum) => sum.direct_sum(rho).unwrap(),
                        None => rho.clone(),
                    });
                }
            }
            sum.unwrap()
        };
        let square = whole(&input).symmetric_power(2).unwrap();
        let expected = square.inner_product(&whole(&output)).unwrap();
        assert_eq!(
            layer.parameters(),
            expected.round() as usize,
            "{input} -> {output}"
        );
    }
}

/// White noise of variance 1 in, variance about 1 out.
#[test]
fn tensor_products_keep_the_scale() {
    let fields = FieldType::parse("O(2): 6 trivial + 4 E1 + 4 E2").unwrap();
    let layer = TensorProduct::new(&fields, &fields, 1, &Device::flex()).unwrap();
    let shape = [400, 1, 1, fields.channels()];
    let x = crate::support::normal(shape.iter().product(), 5);
    let x = tensor(x, shape, DType::F32, &Device::flex());
    let y = layer
        .forward(Field::from_grid(x, &fields).unwrap())
        .unwrap();
    let y = numbers(y.memory());
    let square = y.iter().map(|v| v * v).sum::<f64>() / y.len() as f64;
    assert!((0.5..2.0).contains(&square), "{square}");
}
