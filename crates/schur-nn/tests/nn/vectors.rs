//! Layers between vectors of any group.

use burn::module::{Param, ParamId};
use burn::tensor::{DType, Device, Tensor};
use schur_math::{
    FiniteRepresentation, Group, LinearGroup, Representation, SpaceIrrep, TensorType, irrep,
};
use schur_nn::export::Graph;
use schur_nn::{
    EquivariantLinearConfig, NnError, Nonlinearity, VectorBatchNorm, VectorDropout, VectorGated,
    VectorLayer, VectorNormNonlinearity, VectorPointwise, VectorType, relative_distance, tolerance,
};

use crate::equivariance::bound;
use crate::gradients::{differences, point, weigh};
use crate::support::{TYPES, generic, numbers, tensor, uniform};
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

fn so3() -> Vec<(Representation<SpaceIrrep>, usize)> {
    let of = |l| Representation::irreducible(&SpaceIrrep::so3(l).unwrap());
    vec![(of(0), 3), (of(1), 2), (of(2), 2)]
}

fn tensors(group: &LinearGroup, text: &str) -> VectorType {
    VectorType::tensors(group, &text.parse().unwrap()).unwrap()
}

fn lorentz(text: &str) -> VectorType {
    tensors(&LinearGroup::lorentz().unwrap(), text)
}

/// Types of orthogonal representations, and whether every block is permuted.
fn orthogonal() -> Vec<(VectorType, Vec<bool>)> {
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let s5 = LinearGroup::symmetric(5).unwrap();
    vec![
        (VectorType::finite(&s4()).unwrap(), vec![true, true, false]),
        (
            VectorType::compact(&so3()).unwrap(),
            vec![true, false, false],
        ),
        (
            tensors(&o3, "4 T(0) + 3 T(1) + 2 T(2)"),
            vec![true, false, false],
        ),
        (tensors(&s5, "2 T(0) + 3 T(1) + T(2)"), vec![true; 3]),
    ]
}

fn vectors(of: &VectorType, device: &Device, dtype: DType) -> Tensor<2> {
    let shape = [4, of.dim()];
    tensor(uniform(shape[0] * shape[1], 5), shape, dtype, device)
}

/// Asserts that a layer commutes with the group, and is neither 0 nor the identity.
fn check(layer: &impl VectorLayer, device: &Device, dtype: DType) {
    let x = vectors(layer.input_type(), device, dtype);
    let what = format!("{} of {} in {dtype:?}", layer.name(), layer.input_type());
    let y = layer.forward(x.clone()).unwrap();
    assert!(numbers(&y).iter().any(|v| v.abs() > BROKEN), "{what}");
    assert_ne!(numbers(&y), numbers(&x), "{what}");
    if let Err(error) = layer.assert_equivariant(&x, bound(dtype)) {
        panic!("{what}: {error}");
    }
}

#[test]
fn commute_with_the_group() {
    for device in [Device::flex(), Device::flex().autodiff()] {
        for dtype in TYPES {
            for (of, permuted) in orthogonal() {
                for function in [Nonlinearity::Relu, Nonlinearity::Tanh] {
                    let layer = VectorNormNonlinearity::new(&of, function.clone(), &device);
                    check(&generic(layer.unwrap(), dtype), &device, dtype);
                    for (block, permuted) in permuted.iter().enumerate() {
                        let block = of.select(block..block + 1).unwrap();
                        match VectorPointwise::new(&block, function.clone()) {
                            Ok(layer) => check(&layer, &device, dtype),
                            Err(error) => assert!(!permuted, "{error}"),
                        }
                    }
                }
                let layer = generic(VectorBatchNorm::new(&of, &device).unwrap(), dtype);
                check(&layer, &device, dtype);
            }
            // Boosts change lengths, but gates do not care.
            let of = lorentz("4 T(0) + 3 T(1) + 2 T(1, 1) + 5 T(0)");
            check(&VectorGated::new(&of).unwrap(), &device, dtype);
        }
    }
}

/// The same mask before and after.
#[test]
fn dropout() {
    let device = Device::flex().autodiff();
    for (of, _) in orthogonal() {
        let layer = || VectorDropout::new(&of, 0.5, 3, &device).unwrap();
        let x = vectors(&of, &device, DType::F64);
        let f = |x| layer().forward(x);
        of.assert_equivariant(&of, f, &x, tolerance::EXACT_F64)
            .unwrap();
        // Fields are 0 or doubled.
        let factors = numbers(&(layer().forward(x.clone()).unwrap() / x.clone()));
        assert!(
            factors.iter().all(|f| *f == 0.0 || *f == 2.0),
            "{factors:?}"
        );
        assert!(factors.contains(&0.0) && factors.contains(&2.0));
        let one = layer();
        let masks = [0, 1].map(|_| numbers(&one.forward(x.clone()).unwrap()));
        assert_ne!(masks[0], masks[1]);
        assert_eq!(one.step.value_sync().into_scalar::<f64>(), 2.0);
        let at_rest = VectorDropout::new(&of, 0.5, 3, &Device::flex()).unwrap();
        let x = vectors(&of, &Device::flex(), DType::F64);
        assert_eq!(numbers(&at_rest.forward(x.clone()).unwrap()), numbers(&x));
    }
}

/// Every layer entry by entry.
#[test]
fn by_formula() {
    let device = Device::flex().autodiff();
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let of = tensors(&o3, "2 T(0) + 2 T(1)");
    let x = vectors(&of, &device, DType::F64);
    let rows: Vec<Vec<f64>> = numbers(&x).chunks(8).map(<[f64]>::to_vec).collect();
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
        let defect = relative_distance(&y.unsqueeze::<4>(), &expected.unsqueeze::<4>());
        assert!(defect < tolerance::EXACT_F64, "{what}: {defect}");
    };

    let norm = VectorNormNonlinearity::new(&of, Nonlinearity::Sigmoid, &device).unwrap();
    let norm = generic(norm, DType::F64);
    let biases = numbers(&norm.bias.val());
    assert_rows(
        "norm",
        norm.forward(x.clone()).unwrap(),
        &|row, field, c| {
            let squares: f64 = row[fields[field].clone()].iter().map(|v| v * v).sum();
            let length = (squares + tolerance::SOFT_NORM.powi(2)).sqrt();
            row[c] / length / (1.0 + (-length - biases[field]).exp())
        },
    );

    let batch = generic(VectorBatchNorm::new(&of, &device).unwrap(), DType::F64);
    let gamma = numbers(&batch.gamma.val());
    let beta = numbers(&batch.beta.as_ref().unwrap().val());
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
        batch.forward(x.clone()).unwrap(),
        &|row, field, c| {
            let (mean, variance) = statistics(field);
            let shift = beta.get(field).copied().unwrap_or(0.0);
            gamma[field] * (row[c] - mean) / (variance + tolerance::NORM_EPSILON).sqrt() + shift
        },
    );
    let moved = numbers(&batch.running_variance.value_sync());
    for (field, (new, old)) in moved.iter().zip(running).enumerate() {
        let expected = 0.9 * old + 0.1 * statistics(field).1;
        assert!((new - expected).abs() < tolerance::EXACT_F64);
    }

    let gated = VectorGated::new(&tensors(&o3, "2 T(1) + 2 T(0)")).unwrap();
    let flipped = Tensor::cat(
        vec![x.clone().narrow(1, 2, 6), x.clone().narrow(1, 0, 2)],
        1,
    );
    let y = gated.forward(flipped).unwrap();
    let both = Tensor::cat(vec![x.narrow(1, 0, 2), y], 1);
    assert_rows("gates", both, &|row, field, c| match field {
        0 | 1 => row[c],
        _ => row[c] / (1.0 + (-row[field - 2]).exp()),
    });
}

#[test]
fn gradients() {
    let device = Device::flex().autodiff();
    // Near 0 the softened norm is too steep for differences, and scalars come near it.
    let of = VectorType::compact(&so3()[1..]).unwrap();
    let size = 3 * of.dim();
    let batch = |x: &Tensor<1>| -> Tensor<2> { x.clone().reshape([3, -1]) };
    let with = |x: &Tensor<1>| Param::initialized(ParamId::new(), x.clone());
    let norm = VectorNormNonlinearity::new(&of, Nonlinearity::Softplus, &device).unwrap();
    let norm = generic(norm, DType::F64);
    differences("norm", &point(&[size, 4]), FINITE_DIFFERENCE, |inputs| {
        let mut norm = norm.clone();
        norm.bias = with(&inputs[1]);
        weigh(norm.forward(batch(&inputs[0])).unwrap())
    });
    let of = VectorType::compact(&so3()).unwrap();
    let size = 3 * of.dim();
    let layer = generic(VectorBatchNorm::new(&of, &device).unwrap(), DType::F64);
    differences(
        "batch norm",
        &point(&[size, 7, 3]),
        FINITE_DIFFERENCE,
        |inputs| {
            let mut layer = layer.clone();
            layer.gamma = with(&inputs[1]);
            layer.beta = Some(with(&inputs[2]));
            weigh(layer.forward(batch(&inputs[0])).unwrap())
        },
    );
    let of = lorentz("2 T(0) + 2 T(1) + 2 T(0)");
    let gated = VectorGated::new(&of).unwrap();
    differences(
        "gates",
        &point(&[3 * of.dim()]),
        FINITE_DIFFERENCE,
        |inputs| weigh(gated.forward(batch(&inputs[0])).unwrap()),
    );
}

/// A multi-layer perceptron from S4, and one of SO(3), in inference and as plain networks.
#[test]
fn perceptrons_and_their_plain_networks() {
    let device = Device::flex();
    let trained = |mlp: &dyn Fn(Tensor<2>) -> Tensor<2>, graph: &Graph, input: &VectorType| {
        let x = vectors(input, &device, DType::F32);
        let y = mlp(x.clone());
        let plain = graph.run(x.reshape([4, -1, 1, 1])).unwrap();
        let y = y.clone().reshape([4, -1, 1, 1]);
        let defect = relative_distance(&plain, &y);
        assert!(defect < tolerance::EXACT_F32, "{input}: {defect}");
    };

    let hidden = s4();
    let regular = vec![hidden[1].clone()];
    let linear = |input: &[(FiniteRepresentation, usize)],
                  output: &[(FiniteRepresentation, usize)]| {
        let config = EquivariantLinearConfig::finite(input, output).unwrap();
        config.with_bias(true).init(&device).unwrap()
    };
    let of_regular = VectorType::finite(&regular).unwrap();
    let of_hidden = VectorType::finite(&hidden).unwrap();
    let mlp = (
        linear(&hidden, &regular),
        VectorBatchNorm::new(&of_regular, &device).unwrap(),
        VectorPointwise::new(&of_regular, Nonlinearity::Elu { alpha: 1.0 }).unwrap(),
        VectorDropout::new(&of_regular, 0.3, 0, &device).unwrap(),
        linear(&regular, &hidden),
        VectorNormNonlinearity::new(&of_hidden, Nonlinearity::Relu, &device).unwrap(),
    );
    let mlp = generic(mlp, DType::F32);
    check(&mlp, &device, DType::F32);
    let graph = Graph::export_vectors(&mlp).unwrap();
    trained(&|x| mlp.forward(x).unwrap(), &graph, &of_hidden);

    let input = so3();
    let mut gates = input.clone();
    gates.push((input[0].0.clone(), 4));
    let linear = |output: &[_]| {
        let config = EquivariantLinearConfig::compact(&input, output).unwrap();
        config.with_bias(true).init(&device).unwrap()
    };
    let first = linear(&gates);
    let gated = VectorGated::new(first.output_type()).unwrap();
    let mlp = generic((first, gated, linear(&input)), DType::F32);
    check(&mlp, &device, DType::F32);
    assert_eq!(
        VectorLayer::parameters(&mlp),
        mlp.0.parameters() + mlp.2.parameters()
    );
    let graph = Graph::export_vectors(&mlp).unwrap();
    trained(
        &|x| mlp.forward(x).unwrap(),
        &graph,
        &VectorType::compact(&input).unwrap(),
    );
}

#[test]
fn empty_batches() {
    let device = Device::flex().autodiff();
    for (of, _) in orthogonal() {
        let x = || Tensor::zeros([0, of.dim()], &device);
        let norm = VectorNormNonlinearity::new(&of, Nonlinearity::Relu, &device).unwrap();
        let batch_norm = VectorBatchNorm::new(&of, &device).unwrap();
        let dropout = VectorDropout::new(&of, 0.5, 0, &device).unwrap();
        assert_eq!(norm.forward(x()).unwrap().dims()[0], 0);
        assert_eq!(batch_norm.forward(x()).unwrap().dims()[0], 0);
        assert_eq!(
            numbers(&batch_norm.running_mean.value_sync()),
            vec![0.0; of.fields()]
        );
        assert_eq!(dropout.forward(x()).unwrap().dims()[0], 0);
    }
    let of = lorentz("T(0) + T(1) + T(0)");
    let x = Tensor::zeros([0, of.dim()], &device);
    assert_eq!(
        VectorGated::new(&of).unwrap().forward(x).unwrap().dims(),
        [0, 5]
    );
}

/// Signs that cancel in a product permute nothing but keep everything.
#[test]
fn kinds_of_tensors() {
    let mirror = [vec![-1.0, 0.0, 0.0, -1.0]];
    let group = LinearGroup::new("±", 2, &mirror, &[]).unwrap();
    let of =
        |text: &str| VectorType::tensors(&group, &text.parse::<TensorType>().unwrap()).unwrap();
    let relu = |of: &VectorType| VectorPointwise::new(of, Nonlinearity::Relu);
    assert!(relu(&of("T(1)")).is_err() && relu(&of("T(3)")).is_err());
    let layer = relu(&of("2 T(2) + T(1, 1)")).unwrap();
    check(&layer, &Device::flex(), DType::F64);
    assert!(VectorPointwise::new(&of("T(3)"), Nonlinearity::Tanh).is_ok());
    // x -> 2 x keeps the length of nothing but T(1, 1), where it does nothing.
    let scaling = LinearGroup::new("2", 2, &[vec![2.0, 0.0, 0.0, 2.0]], &[]).unwrap();
    let of =
        |text: &str| VectorType::tensors(&scaling, &text.parse::<TensorType>().unwrap()).unwrap();
    assert!(VectorPointwise::new(&of("T(1, 1)"), Nonlinearity::Relu).is_ok());
    assert!(VectorBatchNorm::new(&of("T(1)"), &Device::flex()).is_err());
}

#[test]
fn what_is_refused() {
    let device = Device::flex();
    fn message<L>(result: Result<L, NnError>) -> String {
        match result {
            Err(error) => error.to_string(),
            Ok(_) => panic!("not refused"),
        }
    }
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let of = |text: &str| tensors(&o3, text);
    let relu = message(VectorPointwise::new(
        &of("T(0) + 2 T(1)"),
        Nonlinearity::Relu,
    ));
    assert!(
        relu.contains("T(1) of O(3)") && relu.contains("VectorGated"),
        "{relu}"
    );
    assert!(message(VectorPointwise::new(&of("T(1)"), Nonlinearity::Tanh)).contains("VectorGated"));
    let boosted = lorentz("T(0) + T(1)");
    let norm = message(VectorNormNonlinearity::new(
        &boosted,
        Nonlinearity::Relu,
        &device,
    ));
    assert!(
        norm.contains("keep its length; use `VectorGated`"),
        "{norm}"
    );
    assert!(message(VectorBatchNorm::new(&boosted, &device)).contains("keep its length"));
    for (few, why) in [
        ("2 T(1) + T(0)", "not 2 scalars"),
        ("2 T(1) + 3 T(0)", "not 2 scalars"),
        ("2 T(0) + T(1)", "nothing to gate"),
        ("T(1) + T(1)", "not 1 scalars"),
        ("2 T(0)", "nothing to gate"),
    ] {
        let gates = message(VectorGated::new(&of(few)));
        assert!(gates.contains(why), "{few}: {gates}");
    }
    assert!(message(VectorDropout::new(&of("T(1)"), 1.0, 0, &device)).contains("[0, 1)"));
    assert!(message(of("T(0) + T(1)").select(1..3)).contains("0 to 1"));
    assert!(message(of("T(0) + T(1)").select(1..1)).contains("at least one"));

    let scalars = of("4 T(0)");
    let relu = VectorPointwise::new(&scalars, Nonlinearity::Relu).unwrap();
    let five = Tensor::ones([1, 5], &device);
    assert!(message(relu.forward(five)).contains("pass [batch, 4]"));
    let batch_norm = VectorBatchNorm::new(&scalars, &device).unwrap();
    let double = vectors(&scalars, &device, DType::F64);
    assert!(message(batch_norm.forward(double)).contains("cast both"));
    // As many numbers, but of another type.
    let of_s4 = LinearGroup::symmetric(4).unwrap();
    let other = VectorPointwise::new(&tensors(&of_s4, "T(1)"), Nonlinearity::Relu).unwrap();
    let mixed = (relu, other);
    let x = Tensor::ones([1, 4], &device);
    assert!(message(mixed.forward(x)).contains("4 T(0)"));
    assert!(message(Graph::export_vectors(&mixed)).contains("4 T(0)"));
}
