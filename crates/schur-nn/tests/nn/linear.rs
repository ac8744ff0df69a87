//! Linear layers between vectors of any group.

use burn::module::{Param, ParamId};
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor};
use schur_math::{
    FiniteRepresentation, Group, LinearGroup, Representation, SpaceIrrep, SpinRotations,
    SymmetryGroup, irrep,
};
use schur_nn::export::{Graph, Unary};
use schur_nn::{
    EquivariantLinear, EquivariantLinearConfig, NnError, VectorType, relative_distance, tolerance,
};

use crate::equivariance::bound;
use crate::gradients::{differences, point, weigh};
use crate::support::{TYPES, generic, normal, numbers, tensor, uniform};
use crate::tolerance::{BROKEN, FINITE_DIFFERENCE, VARIANCE};

/// Regular and irreducible vectors of a finite group.
fn finite(group: &str) -> Vec<(FiniteRepresentation, usize)> {
    let group = Group::parse(group).unwrap();
    let last = schur_math::irreps(&group).pop().unwrap();
    vec![
        (FiniteRepresentation::regular(&group), 2),
        (last.representation().clone(), 3),
        (FiniteRepresentation::trivial(&group), 2),
    ]
}

fn tensors(group: &LinearGroup, input: &str, output: &str) -> EquivariantLinearConfig {
    let (input, output) = (input.parse().unwrap(), output.parse().unwrap());
    EquivariantLinearConfig::tensors(group, &input, &output).unwrap()
}

/// Layers of all kinds of groups, with their numbers of weights and of biases by hand.
fn layers() -> Vec<(EquivariantLinearConfig, usize, usize)> {
    let mut layers = Vec::new();
    for (name, weights, biases) in [
        // |G| between regular vectors, the dimension to an irrep and 1 to a scalar; endomorphisms.
        ("C1", 7 * 7, 7),
        ("C4", 4 * 4 + 2 * 2 * 6 + 2 * 4 + 9 * 2 + 4, 2 + 2),
        ("D4", 8 * 4 + 2 * 2 * 6 + 2 * 4 + 9 + 4, 2 + 2),
        ("S4", 24 * 4 + 2 * 3 * 6 + 2 * 4 + 9 + 4, 2 + 2),
        ("Q8", 8 * 4 + 2 * 4 * 6 + 2 * 4 + 9 * 4 + 4, 2 + 2),
    ] {
        let types = finite(name);
        let config = EquivariantLinearConfig::finite(&types, &types).unwrap();
        layers.push((config, weights, biases));
    }
    let vector = Representation::irreducible(&SpaceIrrep::so3(1).unwrap());
    let quadrupole = Representation::irreducible(&SpaceIrrep::so3(2).unwrap());
    let matrix = vector.tensor_product(&vector).unwrap();
    let (input, output) = ([(vector, 4), (quadrupole, 2)], [(matrix, 3)]);
    let config = EquivariantLinearConfig::compact(&input, &output).unwrap();
    layers.push((config, 4 * 3 + 2 * 3, 3));
    let spinor = SpinRotations.irrep("1/2").unwrap();
    let spinors = [(Representation::irreducible(&spinor), 3)];
    let config = EquivariantLinearConfig::compact(&spinors, &spinors).unwrap();
    layers.push((config, 9 * 4, 0));
    let o3 = LinearGroup::orthogonal(3).unwrap();
    // T(2) -> T(2): trace, identity, transposition.
    let config = tensors(&o3, "2 T(0) + 5 T(1) + 2 T(2)", "4 T(1) + 3 T(2)");
    layers.push((config, 20 + 2 * 3 + 3 * 6, 3));
    let lorentz = LinearGroup::lorentz().unwrap();
    let config = tensors(&lorentz, "T(0) + 3 T(1)", "2 T(0, 1) + T(1, 1)");
    layers.push((config, 6 + 1, 1));
    let config = tensors(
        &LinearGroup::symmetric(5).unwrap(),
        "10 T(1) + 5 T(2)",
        "3 T(0) + T(2)",
    );
    layers.push((config, 185, 3 + 2));
    let plane = LinearGroup::special_linear(2).unwrap();
    layers.push((tensors(&plane, "2 T(1)", "T(1) + 3 T(0, 1)"), 2 + 6, 0));
    layers
}

fn build(config: &EquivariantLinearConfig, device: &Device) -> EquivariantLinear {
    config.clone().with_bias(true).init(device).unwrap()
}

fn vectors(of: &VectorType, batch: usize, dtype: DType) -> Tensor<2> {
    let shape = [batch, of.dim()];
    tensor(
        uniform(shape[0] * shape[1], 5),
        shape,
        dtype,
        &Device::flex(),
    )
}

#[test]
fn commute_with_the_group_and_are_complete() {
    for (config, weights, biases) in layers() {
        for dtype in TYPES {
            let layer = generic(build(&config, &Device::flex()), dtype);
            let what = format!("{} to {}", layer.input_type(), layer.output_type());
            assert_eq!(layer.weight.val().dims()[0], weights, "{what}");
            assert_eq!(layer.parameters(), weights + biases, "{what}");
            let x = vectors(layer.input_type(), 3, dtype);
            let y = layer.forward(x.clone()).unwrap();
            assert!(numbers(&y).iter().any(|v| v.abs() > BROKEN), "{what}");
            if let Err(error) = layer.assert_equivariant(&x, bound(dtype)) {
                panic!("{what} in {dtype:?}: {error}");
            }
        }
    }
}

/// The mean of any matrix over the group is a layer: nothing is missing, and copies and
/// components stand where they are said to.
#[test]
fn every_equivariant_matrix_is_a_layer() {
    let device = Device::flex().autodiff();
    for name in ["C4", "D4", "S4", "Q8"] {
        let types = finite(name);
        let config = EquivariantLinearConfig::finite(&types, &types).unwrap();
        let layer = generic(config.init(&device).unwrap(), DType::F64);
        let size = layer.input_type().dim();
        // Block-diagonal matrices of all elements, by hand.
        let matrix = |g| {
            let mut matrix = vec![0.0; size * size];
            let mut first = 0;
            for (rho, copies) in &types {
                for _ in 0..*copies {
                    for (row, values) in rho.matrix(g).values().chunks(rho.dim()).enumerate() {
                        let at = (first + row) * size + first;
                        matrix[at..at + rho.dim()].copy_from_slice(values);
                    }
                    first += rho.dim();
                }
            }
            tensor(matrix, [size, size], DType::F64, &device)
        };
        let any = tensor(uniform(size * size, 8), [size, size], DType::F64, &device);
        let group = types[0].0.group();
        let mut mean = any.zeros_like();
        for g in group.elements() {
            let moved = matrix(g).matmul(any.clone()).matmul(matrix(g).transpose());
            mean = mean + moved / group.order() as f64;
        }
        // The basis is orthonormal, so the gradient of a product is the coefficient.
        let weight = layer.weight.val().detach().require_grad();
        let with = |weight: Tensor<1>| {
            let mut layer = layer.clone();
            layer.weight = Param::initialized(ParamId::new(), weight);
            layer.dense().0
        };
        let product = (with(weight.clone()) * mean.clone()).sum();
        let coefficients = weight.grad(&product.backward()).unwrap();
        let coefficients = Tensor::from_inner(coefficients);
        let found = with(coefficients).unsqueeze::<4>();
        let defect = relative_distance(&found, &mean.unsqueeze::<4>());
        assert!(defect < tolerance::EXACT_F64, "{name}: {defect}");
    }
}

#[test]
fn what_is_broken_is_caught() {
    for (config, _, _) in layers() {
        let layer = build(&config, &Device::flex());
        let (input, output) = (layer.input_type(), layer.output_type());
        if input.group() == "C1" {
            continue;
        }
        let x = vectors(input, 4, DType::F32);
        let (matrix, _) = layer.dense();
        let mut values = numbers(&matrix);
        // Between two components of nontrivial representations.
        values[matrix.dims()[1] * (input.dim() / 2) + output.dim() / 2] += 0.5;
        let broken = tensor(values, matrix.dims(), DType::F32, &Device::flex());
        let f = |x: Tensor<2>| Ok(x.matmul(broken.clone()));
        let error = input.assert_equivariant(output, f, &x, BROKEN);
        let message = error.unwrap_err().to_string();
        assert!(message.contains("does not commute with"), "{message}");
    }
    // ReLU of vectors, and numbers that are none.
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let vectors_of = VectorType::tensors(&o3, &"2 T(1)".parse().unwrap()).unwrap();
    let x = vectors(&vectors_of, 4, DType::F32);
    let of_relu = vectors_of.assert_equivariant(&vectors_of, |x| Ok(relu(x)), &x, BROKEN);
    assert!(matches!(of_relu, Err(NnError::NotEquivariant(_))));
    let of_nan = |x: Tensor<2>| Ok(x * f64::NAN);
    let of_nan = vectors_of.assert_equivariant(&vectors_of, of_nan, &x, f64::INFINITY);
    assert!(of_nan.is_err());
}

#[test]
fn what_is_refused() {
    let message = |result: Result<EquivariantLinearConfig, NnError>| match result {
        Err(error) => error.to_string(),
        Ok(config) => panic!("{config:?}"),
    };
    let d4 = Group::parse("D4").unwrap();
    let trivial = FiniteRepresentation::trivial(&d4);
    let plane = irrep(&d4, "E1").unwrap().representation().clone();
    let of = |input: &[(FiniteRepresentation, usize)], output: &[(FiniteRepresentation, usize)]| {
        message(EquivariantLinearConfig::finite(input, output))
    };
    let no_map = of(&[(trivial.clone(), 2)], &[(plane.clone(), 2)]);
    assert!(no_map.contains("only the map 0"), "{no_map}");
    assert!(of(&[], &[(plane.clone(), 2)]).contains("at least one"));
    assert!(of(&[(trivial.clone(), 0)], &[(trivial.clone(), 1)]).contains("use at least 1"));
    let foreign = FiniteRepresentation::trivial(&Group::parse("C4").unwrap());
    assert!(of(&[(trivial.clone(), 1)], &[(foreign.clone(), 1)]).contains("C4"));
    assert!(
        of(
            &[(trivial.clone(), 1), (foreign, 1)],
            &[(trivial.clone(), 1)]
        )
        .contains("C4")
    );
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let (none, vector) = ("0".parse().unwrap(), "T(1)".parse().unwrap());
    let empty = message(EquivariantLinearConfig::tensors(&o3, &none, &vector));
    assert!(empty.contains("at least one"), "{empty}");

    let layer = tensors(&o3, "2 T(1)", "T(1)")
        .init(&Device::flex())
        .unwrap();
    let x =
        |columns: usize, dtype| tensor(vec![1.0; columns], [1, columns], dtype, &Device::flex());
    let size = layer.forward(x(5, DType::F32)).unwrap_err().to_string();
    assert!(
        size.contains("5 components") && size.contains("[batch, 6]"),
        "{size}"
    );
    assert!(layer.forward(x(6, DType::F64)).is_err());
    assert!(layer.input_type().act(99, x(6, DType::F32)).is_err());
    let config = tensors(&o3, "2 T(1)", "T(1)").with_gain(f64::NAN);
    assert!(config.init(&Device::flex()).is_err());
}

#[test]
fn white_noise_keeps_its_power() {
    let types: Vec<_> = finite("D4")
        .into_iter()
        .map(|(rho, n)| (rho, 20 * n))
        .collect();
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let draws = 8;
    for config in [
        EquivariantLinearConfig::finite(&types, &types).unwrap(),
        tensors(
            &o3,
            "60 T(0) + 40 T(1) + 20 T(2)",
            "90 T(0) + 90 T(1) + 60 T(2)",
        ),
    ] {
        // Means over several draws of the weights, for every block.
        let mut powers = Vec::new();
        for seed in 0..draws {
            let config = config.clone().with_gain(1.5).with_seed(seed);
            let layer = config.init(&Device::flex()).unwrap();
            let shape = [100, layer.input_type().dim()];
            let noise = normal(shape[0] * shape[1], 60 + seed);
            let noise = tensor(noise, shape, DType::F32, &Device::flex());
            let y = layer.forward(noise).unwrap();
            let blocks = layer.output_type().blocks();
            powers.resize(blocks.len(), 0.0);
            let mut offset = 0;
            for (block, power) in blocks.iter().zip(&mut powers) {
                let channels = block.dim * block.multiplicity;
                let part = y.clone().narrow(1, offset, channels).square().mean();
                *power += part.into_scalar::<f64>() / 1.5f64.powi(2) / draws as f64;
                offset += channels;
            }
        }
        let error = |power: &f64| (power - 1.0).abs();
        assert!(powers.iter().all(|p| error(p) < VARIANCE), "{powers:?}");
    }
}

#[test]
fn gradients() {
    let device = Device::flex().autodiff();
    for (config, weights, biases) in layers().into_iter().take(9) {
        let layer = generic(build(&config, &device), DType::F64);
        let shape = [2, layer.input_type().dim()];
        let mut lengths = vec![shape[0] * shape[1], weights];
        lengths.extend((biases > 0).then_some(biases));
        let what = layer.input_type().to_string();
        differences(&what, &point(&lengths), FINITE_DIFFERENCE, |inputs| {
            let mut layer = layer.clone();
            layer.weight = Param::initialized(ParamId::new(), inputs[1].clone());
            let bias = inputs.get(2);
            layer.bias = bias.map(|b| Param::initialized(ParamId::new(), b.clone()));
            weigh(layer.forward(inputs[0].clone().reshape(shape)).unwrap())
        });
    }
}

/// Every layer as a plain network.
#[test]
fn exports() {
    for (config, ..) in layers() {
        let layer = config.with_bias(true).init(&Device::flex()).unwrap();
        let layer = generic(layer, DType::F32);
        let (inputs, outputs) = (layer.input_type().dim(), layer.output_type().dim());
        let graph = Graph::build((inputs, 1, 1), |graph, x| layer.export(graph, x)).unwrap();
        assert_eq!(graph.output(), (outputs, 1, 1));
        let x = tensor(
            normal(3 * inputs, 6),
            [3, inputs],
            DType::F32,
            &Device::flex(),
        );
        let found = graph.run(x.clone().reshape([3, inputs, 1, 1])).unwrap();
        let expected = layer.forward(x).unwrap().reshape([3, outputs, 1, 1]);
        let defect = relative_distance(&found, &expected);
        assert!(
            defect < tolerance::EXACT_F32,
            "{}: {defect}",
            layer.input_type()
        );
        let wrong = Graph::build((inputs + 1, 1, 1), |graph, x| layer.export(graph, x));
        assert!(matches!(wrong, Err(NnError::Size { .. })));
    }
}

/// The output is the value that is returned, also if it is not the newest.
#[test]
fn any_value_can_be_the_output() {
    let graph = Graph::build((2, 1, 1), |graph, x| {
        let first = graph.unary(Unary::Exp, x, "first");
        graph.unary(Unary::Tanh, first, "unused");
        Ok(first)
    });
    let x = tensor(vec![0.0, 1.0], [1, 2, 1, 1], DType::F32, &Device::flex());
    let y = graph.unwrap().run(x.clone()).unwrap();
    assert_eq!(numbers(&y), numbers(&x.exp()));
}
