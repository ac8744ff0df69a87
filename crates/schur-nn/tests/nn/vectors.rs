//! Layers in the fibre on vectors of groups of any kind.

use burn::module::{Param, ParamId};
use burn::tensor::{DType, Device, Tensor};
use schur_engine::Activation;
use schur_math::{
    FiniteRepresentation, Group, LinearGroup, Matrix, Representation, SpatialIrrep, TensorType,
    irrep,
};
use schur_nn::export::Graph;
use schur_nn::{
    Domain, EquivariantLinearConfig, Field, FieldDropout, FieldNorm, FieldType, Gated, Layer,
    Nonlinearity, NormNonlinearity, NormPool, Pointwise, SampleNorm, TensorProduct,
    assert_equivariant, relative_distance, tolerance,
};

use crate::equivariance::bound;
use crate::gradients::{differences, point, weigh};
use crate::linear::vectors;
use crate::support::{TYPES, generic, numbers, tensor};
use crate::tolerance::{BROKEN, FINITE_DIFFERENCE};

fn s4() -> Vec<(FiniteRepresentation, usize)> {
    let group = Group::parse("S4").unwrap();
    let last = irrep(&group, "E1").or_else(|_| irrep(&group, "E"));
    let last = last.unwrap_or_else(|_| schur_math::irreps(&group).pop().unwrap());
    vec![
        (FiniteRepresentation::trivial(&group), 3),
        (FiniteRepresentation::regular(&group), 2),
        (last.representation().clone(), 4),
    ]
}

fn so3() -> Vec<(Representation<SpatialIrrep>, usize)> {
    let of = |l| Representation::irreducible(&SpatialIrrep::so3(l).unwrap());
    vec![(of(0), 3), (of(1), 2), (of(2), 2)]
}

pub(crate) fn tensors(group: &LinearGroup, text: &str) -> FieldType {
    FieldType::tensors(group, &text.parse().unwrap()).unwrap()
}

pub(crate) fn lorentz(text: &str) -> FieldType {
    tensors(&LinearGroup::lorentz(), text)
}

/// Types of orthogonal representations, and whether every block is permuted.
fn orthogonal() -> Vec<(FieldType, Vec<bool>)> {
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let s5 = LinearGroup::symmetric(5).unwrap();
    vec![
        (FieldType::of(s4()).unwrap(), vec![true, true, false]),
        (FieldType::of(so3()).unwrap(), vec![true, false, false]),
        (
            tensors(&o3, "4 T(0) + 3 T(1) + 2 T(2)"),
            vec![true, false, false],
        ),
        (tensors(&s5, "2 T(0) + 3 T(1) + T(2)"), vec![true; 3]),
    ]
}

/// Asserts that a layer commutes with the group, and is neither 0 nor the identity.
fn check(layer: &impl Layer, device: &Device, dtype: DType) {
    let x = vectors(layer.input_type(), 4, dtype, device);
    let what = format!("{} of {} in {dtype:?}", layer.name(), layer.input_type());
    let y = layer.forward(x.clone()).unwrap();
    assert!(
        numbers(y.memory()).iter().any(|v| v.abs() > BROKEN),
        "{what}"
    );
    assert_ne!(numbers(y.memory()), numbers(x.memory()), "{what}");
    if let Err(error) = assert_equivariant(layer, &x, bound(dtype)) {
        panic!("{what}: {error}");
    }
}

#[test]
fn commute_with_the_group() {
    for device in [Device::flex(), Device::flex().autodiff()] {
        for dtype in TYPES {
            for (of, permuted) in orthogonal() {
                for function in [Nonlinearity::Relu, Nonlinearity::Tanh] {
                    let layer = NormNonlinearity::new(&of, function.clone(), &device);
                    check(&generic(layer.unwrap(), dtype), &device, dtype);
                    for (block, permuted) in permuted.iter().enumerate() {
                        let block = of.select(block..block + 1).unwrap();
                        match Pointwise::new(&block, function.clone()) {
                            Ok(layer) => check(&layer, &device, dtype),
                            Err(error) => assert!(!permuted, "{error}"),
                        }
                    }
                }
                let norm = FieldNorm::new(&of, Activation::Identity, &device).unwrap();
                check(&generic(norm, dtype), &device, dtype);
                let norm = SampleNorm::groups(&of.select(0..1).unwrap(), 1, &device).unwrap();
                check(&generic(norm, dtype), &device, dtype);
                check(&NormPool::new(&of).unwrap(), &device, dtype);
            }
            // Boosts change lengths, but gates do not care.
            let of = lorentz("4 T(0) + 3 T(1) + 2 T(1, 1)");
            check(&Gated::new(&of).unwrap(), &device, dtype);
        }
    }
}

/// Products of irreps of finite and compact groups.
#[test]
fn tensor_products() {
    let device = Device::flex();
    let s4 = FieldType::of(s4()).unwrap();
    let so3 = FieldType::of(so3()).unwrap();
    let spinors = schur_math::SymmetryGroup::irrep(&schur_math::SpinRotations, "1/2").unwrap();
    let spinors = FieldType::of([(Representation::irreducible(&spinors), 2)]).unwrap();
    let one = schur_math::SymmetryGroup::irrep(&schur_math::SpinRotations, "1").unwrap();
    let one = FieldType::of([(Representation::irreducible(&one), 1)]).unwrap();
    for (input, output) in [(&s4, &s4), (&so3, &so3), (&spinors, &one)] {
        for dtype in TYPES {
            let layer = TensorProduct::new(input, output, 0, &device).unwrap();
            check(&generic(layer, dtype), &device, dtype);
        }
    }
    // Of two vectors in space: three scalar products and the cross product.
    let of = |l| Representation::irreducible(&SpatialIrrep::so3(l).unwrap());
    let pairs = FieldType::of([(of(1), 2)]).unwrap();
    let output = FieldType::of([(of(0), 1), (of(1), 1)]).unwrap();
    let layer = TensorProduct::new(&pairs, &output, 0, &device).unwrap();
    assert_eq!(layer.parameters(), 3 + 1);
    // Tensors of groups of matrices have no irreps that are known.
    let o3 = tensors(&LinearGroup::orthogonal(3).unwrap(), "2 T(1)");
    let error = TensorProduct::new(&o3, &o3, 0, &device).unwrap_err();
    assert!(error.to_string().contains("not by their irreps"), "{error}");
}

/// The same mask before and after.
#[test]
fn dropout() {
    let device = Device::flex().autodiff();
    for (of, _) in orthogonal() {
        let layer = || FieldDropout::new(&of, 0.5, 3, &device).unwrap();
        let x = vectors(&of, 4, DType::F64, &device);
        for g in of.group().test_elements() {
            let of_moved = layer().forward(x.transform(&g).unwrap()).unwrap();
            let moved = layer().forward(x.clone()).unwrap().transform(&g).unwrap();
            let defect = relative_distance(of_moved.memory(), moved.memory());
            assert!(defect < tolerance::EXACT_F64, "{of} {g}: {defect}");
        }
        // Fields are 0 or doubled.
        let y = layer().forward(x.clone()).unwrap().into_memory();
        let factors = numbers(&(y / x.memory().clone()));
        assert!(
            factors.iter().all(|f| *f == 0.0 || *f == 2.0),
            "{factors:?}"
        );
        assert!(factors.contains(&0.0) && factors.contains(&2.0));
        let one = layer();
        let masks = [0, 1].map(|_| numbers(one.forward(x.clone()).unwrap().memory()));
        assert_ne!(masks[0], masks[1]);
        assert_eq!(one.step.value_sync().into_scalar::<f64>(), 2.0);
        let at_rest = FieldDropout::new(&of, 0.5, 3, &Device::flex()).unwrap();
        let x = vectors(&of, 4, DType::F64, &Device::flex());
        let y = at_rest.forward(x.clone()).unwrap();
        assert_eq!(numbers(y.memory()), numbers(x.memory()));
    }
}

/// Every layer entry by entry.
#[test]
fn by_formula() {
    let device = Device::flex().autodiff();
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let of = tensors(&o3, "2 T(0) + 2 T(1)");
    let x = vectors(&of, 4, DType::F64, &device);
    let rows: Vec<Vec<f64>> = numbers(&x.to_rows())
        .chunks(8)
        .map(<[f64]>::to_vec)
        .collect();
    let fields = [0..1, 1..2, 2..5, 5..8];
    let assert_rows = |what: &str, y: Tensor<2>, expected: &dyn Fn(&[f64], usize, usize) -> f64| {
        let of_field = |row: &Vec<f64>| -> Vec<f64> {
            let fields = fields.iter().enumerate();
            fields
                .flat_map(|(f, range)| range.clone().map(move |c| (f, c)))
                .map(|(f, c)| expected(row, f, c))
                .collect()
        };
        let expected = rows.iter().flat_map(of_field).collect();
        let expected = tensor(expected, [4, y.dims()[1]], DType::F64, &device);
        let defect = relative_distance(&y, &expected);
        assert!(defect < tolerance::EXACT_F64, "{what}: {defect}");
    };

    let norm = NormNonlinearity::new(&of, Nonlinearity::Sigmoid, &device).unwrap();
    let norm = generic(norm, DType::F64);
    let biases = numbers(&norm.bias.as_ref().unwrap().val());
    assert_rows(
        "norm",
        norm.forward(x.clone()).unwrap().to_rows(),
        &|row, field, c| {
            let squares: f64 = row[fields[field].clone()].iter().map(|v| v * v).sum();
            let length = (squares + tolerance::SOFT_NORM.powi(2)).sqrt();
            row[c] / length / (1.0 + (-length - biases[field]).exp())
        },
    );

    let batch = FieldNorm::new(&of, Activation::Identity, &device).unwrap();
    let batch = generic(batch, DType::F64);
    let gamma = numbers(&batch.gamma.val());
    let beta = numbers(&batch.beta.val());
    let running = numbers(&batch.running_variance.value_sync());
    let mean_of = |f: &dyn Fn(f64) -> f64, field: usize| {
        let of_row = |row: &Vec<f64>| {
            row[fields[field].clone()]
                .iter()
                .map(|v| f(*v))
                .sum::<f64>()
        };
        rows.iter().map(of_row).sum::<f64>() / (4 * fields[field].len()) as f64
    };
    let statistics = |field: usize| {
        let mean = if field < 2 {
            mean_of(&|v| v, field)
        } else {
            0.0
        };
        (mean, mean_of(&|v| (v - mean) * (v - mean), field))
    };
    assert_rows(
        "batch norm",
        batch.forward(x.clone()).unwrap().to_rows(),
        &|row, field, c| {
            let (mean, variance) = statistics(field);
            let shift = if field < 2 { beta[field] } else { 0.0 };
            gamma[field] * (row[c] - mean) / (variance + tolerance::NORM_EPSILON).sqrt() + shift
        },
    );
    let moved = numbers(&batch.running_variance.value_sync());
    for (field, (new, old)) in moved.iter().zip(running).enumerate() {
        let expected = 0.9 * old + 0.1 * statistics(field).1;
        assert!((new - expected).abs() < tolerance::EXACT_F64);
    }

    // Gates follow the features that they belong to.
    let gated = Gated::new(&tensors(&o3, "2 T(1)")).unwrap();
    let rows_of = x.to_rows();
    let gates = rows_of.clone().narrow(1, 0, 2);
    let flipped = Tensor::cat(vec![rows_of.narrow(1, 2, 6), gates.clone()], 1);
    let flipped = Field::from_vectors(flipped, gated.input_type()).unwrap();
    let y = gated.forward(flipped).unwrap().to_rows();
    let both = Tensor::cat(vec![gates, y], 1);
    assert_rows("gates", both, &|row, field, c| match field {
        0 | 1 => row[c],
        _ => row[c] / (1.0 + (-row[field - 2]).exp()),
    });
}

#[test]
fn gradients() {
    let device = Device::flex().autodiff();
    // Near 0 the softened norm is too steep for differences, and scalars come near it.
    let of = FieldType::of(so3().split_off(1)).unwrap();
    let size = 3 * of.channels();
    let batch = |of: &FieldType, x: &Tensor<1>| {
        let x = x.clone().reshape([3, 1, of.channels()]);
        Field::from_memory(x, Domain::Vector, of).unwrap()
    };
    let with = |x: &Tensor<1>| Param::initialized(ParamId::new(), x.clone());
    let norm = NormNonlinearity::new(&of, Nonlinearity::Softplus, &device).unwrap();
    let norm = generic(norm, DType::F64);
    differences("norm", &point(&[size, 4]), FINITE_DIFFERENCE, |inputs| {
        let mut norm = norm.clone();
        norm.bias = Some(with(&inputs[1]));
        weigh(norm.forward(batch(&of, &inputs[0])).unwrap().into_memory())
    });
    let of = FieldType::of(so3()).unwrap();
    let lengths = [3 * of.channels(), 7, 7];
    let layer = FieldNorm::new(&of, Activation::Identity, &device).unwrap();
    let layer = generic(layer, DType::F64);
    differences(
        "batch norm",
        &point(&lengths),
        FINITE_DIFFERENCE,
        |inputs| {
            let mut layer = layer.clone();
            layer.gamma = with(&inputs[1]);
            layer.beta = with(&inputs[2]);
            weigh(layer.forward(batch(&of, &inputs[0])).unwrap().into_memory())
        },
    );
    let gated = Gated::new(&lorentz("2 T(0) + 2 T(1)")).unwrap();
    let of = gated.input_type();
    let size = [3 * of.channels()];
    differences("gates", &point(&size), FINITE_DIFFERENCE, |inputs| {
        weigh(gated.forward(batch(of, &inputs[0])).unwrap().into_memory())
    });
    let of = FieldType::of(so3()).unwrap();
    let product = TensorProduct::new(&of, &of, 0, &device).unwrap();
    let product = generic(product, DType::F64);
    let lengths = [3 * of.channels(), product.parameters()];
    differences("product", &point(&lengths), FINITE_DIFFERENCE, |inputs| {
        let mut product = product.clone();
        product.weight = with(&inputs[1]);
        weigh(
            product
                .forward(batch(&of, &inputs[0]))
                .unwrap()
                .into_memory(),
        )
    });
}

/// A multi-layer perceptron from S4, and one of SO(3), in inference and as plain networks.
#[test]
fn perceptrons_and_their_plain_networks() {
    let device = Device::flex();
    let compare = |mlp: &dyn Layer| {
        let x = vectors(mlp.input_type(), 4, DType::F32, &device);
        let graph = Graph::export(mlp, 1, 1).unwrap();
        let plain = graph.run(x.to_tensor()).unwrap();
        let y = mlp.forward(x).unwrap().to_tensor();
        let defect = relative_distance(&plain, &y);
        assert!(
            defect < tolerance::EXACT_F32,
            "{}: {defect}",
            mlp.input_type()
        );
    };
    let linear = |input: &FieldType, output: &FieldType| {
        let config = EquivariantLinearConfig::new(input, output).unwrap();
        config.with_bias(true).init(&device).unwrap()
    };
    let hidden = FieldType::of(s4()).unwrap();
    let regular = hidden.select(1..2).unwrap();
    let mlp = (
        linear(&hidden, &regular),
        FieldNorm::new(&regular, Activation::Identity, &device).unwrap(),
        Pointwise::new(&regular, Nonlinearity::Elu { alpha: 1.0 }).unwrap(),
        FieldDropout::new(&regular, 0.3, 0, &device).unwrap(),
        linear(&regular, &hidden),
        NormNonlinearity::new(&hidden, Nonlinearity::Relu, &device).unwrap(),
    );
    let mlp = generic(mlp, DType::F32);
    check(&mlp, &device, DType::F32);
    compare(&mlp);

    let input = FieldType::of(so3()).unwrap();
    let gates = Gated::new(&input).unwrap();
    let first = linear(&input, gates.input_type());
    let product = TensorProduct::new(&input, &input, 0, &device).unwrap();
    let mlp = (first, gates, product, linear(&input, &input));
    let mlp = generic(mlp, DType::F32);
    check(&mlp, &device, DType::F32);
    let parameters = mlp.0.parameters() + mlp.2.parameters() + mlp.3.parameters();
    assert_eq!(Layer::parameters(&mlp), parameters);
    compare(&mlp);
}

#[test]
fn empty_batches() {
    let device = Device::flex().autodiff();
    for (of, _) in orthogonal() {
        let x = || vectors(&of, 0, DType::F32, &device);
        let norm = NormNonlinearity::new(&of, Nonlinearity::Relu, &device).unwrap();
        let batch_norm = FieldNorm::new(&of, Activation::Identity, &device).unwrap();
        let dropout = FieldDropout::new(&of, 0.5, 0, &device).unwrap();
        assert_eq!(norm.forward(x()).unwrap().batch(), 0);
        assert_eq!(batch_norm.forward(x()).unwrap().batch(), 0);
        let running = numbers(&batch_norm.running_variance.value_sync());
        assert_eq!(running, vec![1.0; of.fields()]);
        assert_eq!(dropout.forward(x()).unwrap().batch(), 0);
    }
    let gated = Gated::new(&lorentz("T(0) + T(1)")).unwrap();
    let x = vectors(gated.input_type(), 0, DType::F32, &device);
    assert_eq!(gated.forward(x).unwrap().to_rows().dims(), [0, 5]);
}

/// Signs that cancel in a product permute nothing but keep everything.
#[test]
fn kinds_of_tensors() {
    let mirror = [Matrix::identity(2).scaled(-1.0)];
    let group = LinearGroup::new("±", 2, &mirror, &[]).unwrap();
    let of = |text: &str| FieldType::tensors(&group, &text.parse::<TensorType>().unwrap()).unwrap();
    let relu = |of: &FieldType| Pointwise::new(of, Nonlinearity::Relu);
    assert!(relu(&of("T(1)")).is_err() && relu(&of("T(3)")).is_err());
    let layer = relu(&of("2 T(2) + T(1, 1)")).unwrap();
    check(&layer, &Device::flex(), DType::F64);
    assert!(Pointwise::new(&of("T(3)"), Nonlinearity::Tanh).is_ok());
    // x -> 2 x keeps the length of nothing but T(1, 1), where it does nothing.
    let scaling = LinearGroup::new("2", 2, &[Matrix::identity(2).scaled(2.0)], &[]).unwrap();
    let of =
        |text: &str| FieldType::tensors(&scaling, &text.parse::<TensorType>().unwrap()).unwrap();
    assert!(Pointwise::new(&of("T(1, 1)"), Nonlinearity::Relu).is_ok());
    assert!(FieldNorm::new(&of("T(1)"), Activation::Identity, &Device::flex()).is_err());
}
