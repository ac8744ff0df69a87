//! Linear layers between vectors of any group.

use burn::module::{Param, ParamId};
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor};
use schur_math::{
    FiniteRepresentation, Group, GroupDefinition, LinearGroup, PlaneIsometry, Representation,
    SpatialIrrep, SpinRotations, SymmetryGroup, irrep,
};
use schur_nn::export::{Graph, Unary};
use schur_nn::{
    Domain, EquivariantLinear, EquivariantLinearConfig, Field, FieldType, Layer, NnError,
    PointGraph, assert_equivariant, relative_distance, tolerance,
};

use crate::equivariance::bound;
use crate::gradients::{differences, point, weigh};
use crate::support::{TYPES, field, generic, normal, numbers, tensor, uniform};
use crate::tolerance::{BROKEN, FINITE_DIFFERENCE, VARIANCE};

/// Regular and irreducible vectors of a finite group.
fn blocks(group: &str) -> Vec<(FiniteRepresentation, usize)> {
    let group = Group::parse(group).unwrap();
    let last = schur_math::irreps(&group).pop().unwrap();
    vec![
        (FiniteRepresentation::regular(&group), 2),
        (last.representation().clone(), 3),
        (FiniteRepresentation::trivial(&group), 2),
    ]
}

fn finite(group: &str) -> FieldType {
    FieldType::of(blocks(group)).unwrap()
}

fn between(input: &FieldType, output: &FieldType) -> EquivariantLinearConfig {
    EquivariantLinearConfig::new(input, output).unwrap()
}

fn tensors(group: &LinearGroup, input: &str, output: &str) -> EquivariantLinearConfig {
    let of = |text: &str| FieldType::tensors(group, &text.parse().unwrap()).unwrap();
    between(&of(input), &of(output))
}

/// The elements of a group that a person gives by named permutations are called by these names on
/// one side and by cycles on the other; it is one group.
#[test]
fn a_group_by_named_permutations_is_one_group() {
    let text = "group square\n permutation r = (1 2 3 4)\n permutation s = (1 2)(3 4)";
    let square = GroupDefinition::from_text(text).unwrap();
    let points = square.defining().unwrap().unwrap();
    let points = FieldType::of([(points, 2)]).unwrap();
    let regular = FiniteRepresentation::regular(square.group());
    let regular = FieldType::of([(regular, 1)]).unwrap();
    for (input, output) in [(&points, &regular), (&regular, &points)] {
        let layer = between(input, output).init(&Device::flex()).unwrap();
        let layer = generic(layer, DType::F64);
        let x = tensor(normal(24, 3), [3, 8], DType::F64, &Device::flex());
        let x = Field::from_vectors(x, input).unwrap();
        let checked = assert_equivariant(&layer, &x, tolerance::EXACT_F64).unwrap();
        assert!(
            checked.is_complete() && checked.elements.len() == 8,
            "{checked}"
        );
    }
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
        layers.push((between(&types, &types), weights, biases));
    }
    let vector = Representation::irreducible(&SpatialIrrep::so3(1).unwrap());
    let quadrupole = Representation::irreducible(&SpatialIrrep::so3(2).unwrap());
    let matrix = vector.tensor_product(&vector).unwrap();
    let input = FieldType::of([(vector, 4), (quadrupole, 2)]).unwrap();
    let config = between(&input, &FieldType::of([(matrix, 3)]).unwrap());
    layers.push((config, 4 * 3 + 2 * 3, 3));
    let spinor = SpinRotations.irrep("1/2").unwrap();
    let spinors = FieldType::of([(Representation::irreducible(&spinor), 3)]).unwrap();
    layers.push((between(&spinors, &spinors), 9 * 4, 0));
    // Of the plane: endomorphisms of E1 are complex in C8 and SO(2), real in O(2).
    for (fields, weights, biases) in [
        ("C8: 2 regular + 3 E1", 8 * 4 + 2 * 2 * 6 + 2 * 9, 2),
        ("SO(2): 2 trivial + 3 E1", 4 + 2 * 9, 2),
        ("O(2): 2 trivial + 3 E1 + 2 A2", 4 + 9 + 4, 2),
    ] {
        let fields = FieldType::parse(fields).unwrap();
        layers.push((between(&fields, &fields), weights, biases));
    }
    let o3 = LinearGroup::orthogonal(3).unwrap();
    // T(2) -> T(2): trace, identity, transposition.
    let config = tensors(&o3, "2 T(0) + 5 T(1) + 2 T(2)", "4 T(1) + 3 T(2)");
    layers.push((config, 20 + 2 * 3 + 3 * 6, 3));
    let lorentz = LinearGroup::lorentz();
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

/// A batch of vectors.
pub(crate) fn vectors(of: &FieldType, batch: usize, dtype: DType, device: &Device) -> Field {
    let shape = [batch, 1, of.channels()];
    let x = tensor(uniform(batch * of.channels(), 5), shape, dtype, device);
    Field::from_memory(x, Domain::Vector, of).unwrap()
}

#[test]
fn commute_with_the_group_and_are_complete() {
    for (config, weights, biases) in layers() {
        for dtype in TYPES {
            let layer = generic(build(&config, &Device::flex()), dtype);
            let what = format!("{} to {}", layer.input_type(), layer.output_type());
            assert_eq!(layer.weight.val().dims()[0], weights, "{what}");
            assert_eq!(layer.parameters(), weights + biases, "{what}");
            let x = vectors(layer.input_type(), 3, dtype, &Device::flex());
            let y = layer.forward(x.clone()).unwrap();
            let moves = |v: &f64| v.abs() > BROKEN;
            assert!(numbers(y.memory()).iter().any(moves), "{what}");
            if let Err(error) = assert_equivariant(&layer, &x, bound(dtype)) {
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
        let types = blocks(name);
        let of_types = finite(name);
        let layer = between(&of_types, &of_types).init(&device).unwrap();
        let layer = generic(layer, DType::F64);
        let size = layer.input_type().channels();
        // Block-diagonal matrices of all elements, by hand.
        let matrix = |g| {
            let mut matrix = vec![0.0; size * size];
            let mut first = 0;
            for (rho, copies) in &types {
                for (k, value) in rho.matrix(g).into_values().into_iter().enumerate() {
                    let (row, col) = (k / rho.dim(), k % rho.dim());
                    for copy in 0..*copies {
                        let at = |component: usize| first + component * copies + copy;
                        matrix[at(row) * size + at(col)] = value;
                    }
                }
                first += rho.dim() * copies;
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
        let defect = relative_distance(&with(coefficients), &mean);
        assert!(defect < tolerance::EXACT_F64, "{name}: {defect}");
    }
}

/// A matrix that need not commute with anything, and another function of all channels.
struct Claimed {
    fields: [FieldType; 2],
    map: Box<dyn Fn(Tensor<3>) -> Tensor<3>>,
}

impl Layer for Claimed {
    fn name(&self) -> String {
        "claimed".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.fields[0]
    }

    fn output_type(&self) -> &FieldType {
        &self.fields[1]
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        field.map(&self.fields[1], &self.map)
    }
}

#[test]
fn what_is_broken_is_caught() {
    let device = Device::flex();
    for (config, _, _) in layers() {
        let layer = build(&config, &device);
        let (input, output) = (layer.input_type(), layer.output_type());
        if input.group().name() == "C1" {
            continue;
        }
        let x = vectors(input, 4, DType::F32, &device);
        let (matrix, _) = layer.dense();
        let mut values = numbers(&matrix);
        // Between two components of nontrivial representations.
        let middle = matrix.dims()[1] * (input.channels() / 2) + output.channels() / 2;
        values[middle] += 0.5;
        let broken = tensor(values, matrix.dims(), DType::F32, &device);
        let fields = [input.clone(), output.clone()];
        let map = Box::new(move |x: Tensor<3>| x.matmul(broken.clone().unsqueeze()));
        let error = assert_equivariant(&Claimed { fields, map }, &x, BROKEN);
        let message = error.unwrap_err().to_string();
        assert!(message.contains("does not commute with"), "{message}");
    }
    // ReLU of vectors, and numbers that are none.
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let of = FieldType::tensors(&o3, &"2 T(1)".parse().unwrap()).unwrap();
    let x = vectors(&of, 4, DType::F32, &device);
    let fields = || [of.clone(), of.clone()];
    let relu = Claimed {
        fields: fields(),
        map: Box::new(relu),
    };
    let of_relu = assert_equivariant(&relu, &x, BROKEN);
    assert!(matches!(of_relu, Err(NnError::NotEquivariant(_))));
    let none = Claimed {
        fields: fields(),
        map: Box::new(|x| x * f64::NAN),
    };
    assert!(assert_equivariant(&none, &x, f64::INFINITY).is_err());
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
    type Blocks<'a> = &'a [(FiniteRepresentation, usize)];
    let of = |blocks: Blocks<'_>| FieldType::of(blocks.iter().cloned());
    let refused = |blocks: Blocks<'_>| of(blocks).unwrap_err().to_string();
    let linear = |input: Blocks<'_>, output: Blocks<'_>| {
        message(EquivariantLinearConfig::new(
            &of(input).unwrap(),
            &of(output).unwrap(),
        ))
    };
    let no_map = linear(&[(trivial.clone(), 2)], &[(plane, 2)]);
    assert!(no_map.contains("only the map 0"), "{no_map}");
    assert!(refused(&[]).contains("at least one"));
    assert!(refused(&[(trivial.clone(), 0)]).contains("use at least 1"));
    let foreign = FiniteRepresentation::trivial(&Group::parse("C4").unwrap());
    assert!(linear(&[(trivial.clone(), 1)], &[(foreign.clone(), 1)]).contains("C4"));
    assert!(refused(&[(trivial, 1), (foreign, 1)]).contains("C4"));
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let empty = FieldType::tensors(&o3, &"0".parse().unwrap()).unwrap_err();
    assert!(empty.to_string().contains("at least one"), "{empty}");

    let layer = tensors(&o3, "2 T(1)", "T(1)");
    let layer = layer.init(&Device::flex()).unwrap();
    let five = Tensor::<2>::ones([1, 5], &Device::flex());
    let size = Field::from_vectors(five, layer.input_type()).unwrap_err();
    assert!(size.to_string().contains("5 channels"), "{size}");
    let double = vectors(layer.input_type(), 1, DType::F64, &Device::flex());
    assert!(layer.forward(double).is_err());
    let x = vectors(layer.input_type(), 1, DType::F32, &Device::flex());
    let foreign = PlaneIsometry::rotation(1.0).unwrap();
    let foreign = x.transform(foreign).unwrap_err().to_string();
    assert!(foreign.contains("it is none of O(3)"), "{foreign}");
    let config = tensors(&o3, "2 T(1)", "T(1)").with_gain(f64::NAN);
    assert!(config.init(&Device::flex()).is_err());
}

#[test]
fn white_noise_keeps_its_power() {
    let types = blocks("D4").into_iter();
    let types = FieldType::of(types.map(|(rho, n)| (rho, 20 * n))).unwrap();
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let draws = 8;
    for config in [
        between(&types, &types),
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
            let shape = [100, 1, layer.input_type().channels()];
            let noise = normal(shape.iter().product(), 60 + seed);
            let noise = tensor(noise, shape, DType::F32, &Device::flex());
            let x = Field::from_memory(noise, Domain::Vector, layer.input_type()).unwrap();
            let y = layer.forward(x).unwrap().into_memory();
            let layout = layer.output_type().layout();
            powers.resize(layout.blocks().len(), 0.0);
            for (block, power) in powers.iter_mut().enumerate() {
                let channels = layout.block_channels(block);
                let part = y.clone().narrow(2, channels.start, channels.len()).square();
                *power += part.mean().into_scalar::<f64>() / 1.5f64.powi(2) / draws as f64;
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
        let shape = [2, 1, layer.input_type().channels()];
        let mut lengths = vec![shape.iter().product(), weights];
        lengths.extend((biases > 0).then_some(biases));
        let what = layer.input_type().to_string();
        differences(&what, &point(&lengths), FINITE_DIFFERENCE, |inputs| {
            let mut layer = layer.clone();
            layer.weight = Param::initialized(ParamId::new(), inputs[1].clone());
            let bias = inputs.get(2);
            layer.bias = bias.map(|b| Param::initialized(ParamId::new(), b.clone()));
            let x = inputs[0].clone().reshape(shape);
            let x = Field::from_memory(x, Domain::Vector, layer.input_type()).unwrap();
            weigh(layer.forward(x).unwrap().into_memory())
        });
    }
}

/// Every layer as a plain network.
#[test]
fn exports() {
    for (config, ..) in layers() {
        let layer = config.with_bias(true).init(&Device::flex()).unwrap();
        let layer = generic(layer, DType::F32);
        let graph = Graph::export(&layer, 1, 1).unwrap();
        assert_eq!(
            graph.output(),
            (layer.output_type().channels(), 1, 1).into()
        );
        let x = vectors(layer.input_type(), 3, DType::F32, &Device::flex());
        let found = graph.run(x.to_tensor()).unwrap();
        let expected = layer.forward(x).unwrap().to_tensor();
        let defect = relative_distance(&found, &expected);
        let what = layer.input_type();
        assert!(defect < tolerance::EXACT_F32, "{what}: {defect}");
    }
}

/// The same layer at the pixels of an image, at points and on vectors.
#[test]
fn at_every_place_of_every_domain() {
    let device = Device::flex();
    let fields = FieldType::parse("D4: 2 regular + 3 E1").unwrap();
    let layer = generic(build(&between(&fields, &fields), &device), DType::F64);
    let image = field(&fields, (3, 3), DType::F64, &device);
    let points: Vec<[f64; 2]> = uniform(18, 3).chunks(2).map(|p| [p[0], p[1]]).collect();
    let points = PointGraph::new(&points, &[]).unwrap();
    let expected = layer.forward(image.clone()).unwrap();
    assert_equivariant(&layer, &image, tolerance::EXACT_F64).unwrap();
    let of_points = image.on(points).unwrap();
    assert_equivariant(&layer, &of_points, tolerance::EXACT_F64).unwrap();
    let found = layer.forward(of_points).unwrap();
    assert_eq!(numbers(found.memory()), numbers(expected.memory()));
    let vectors = Field::from_vectors(image.to_rows(), &fields).unwrap();
    let found = layer.forward(vectors).unwrap();
    assert_eq!(numbers(found.memory()), numbers(expected.memory()));
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
