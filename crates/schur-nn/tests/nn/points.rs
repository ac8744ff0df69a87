//! Convolutions on points in the plane and in space.

use burn::module::{Param, ParamId};
use burn::tensor::{DType, Device, Tensor};
use schur_math::{
    KernelAttributes, KernelBand, KernelBasis, PlanarRepresentation, PlaneIsometry,
    SpatialRepresentation, SteerableKernelBasis,
};
use schur_nn::{
    Aggregation, AnyRepresentation, Field, FieldType, Layer, PointConv, PointConvConfig,
    PointGraph, assert_equivariant, relative_distance, tolerance,
};

use crate::equivariance::bound;
use crate::gradients::{differences, point, weigh};
use crate::support::{TYPES, generic, numbers, tensor, uniform};
use crate::tolerance::{BROKEN, FINITE_DIFFERENCE};

/// Pairs of types of finite and continuous groups, with irreps, regular and quotient fields.
const PAIRS: [(&str, &str); 13] = [
    ("C1: 2 trivial", "C1: 3 trivial"),
    ("C8: 2 regular + 3 trivial", "C8: 2 regular + 1 E1"),
    ("C3: 2 E1", "C3: 1 regular + 2 trivial"),
    ("D4: 2 regular", "D4: 1 quotient(C2) + 2 E1 + 1 A2"),
    ("D5@20: 1 regular", "D5@20: 1 regular"),
    ("SO(2): 2 trivial + 3 E1", "SO(2): 2 E1 + 1 E2"),
    ("O(2): 2 trivial + 2 E1", "O(2): 2 E1 + 1 E3"),
    ("O(2): 1 spectral(2)", "O(2): 2 trivial + 1 spectral(1)"),
    (
        "SO(3): 2 trivial + 3 irrep(1)",
        "SO(3): 2 irrep(1) + 1 irrep(2)",
    ),
    (
        "O(3): 2 trivial + 1 defining",
        "O(3): 2 defining + 1 harmonics(2)",
    ),
    ("O: 1 regular", "O: 2 trivial + 1 defining"),
    ("Oh: 2 defining", "Oh: 1 trivial + 1 defining"),
    (
        "C4 in space: 1 regular + 1 defining",
        "C4 in space: 1 regular",
    ),
];

pub(crate) fn fields((input, output): (&str, &str)) -> [FieldType; 2] {
    [input, output].map(|text| FieldType::parse(text).unwrap())
}

/// Points without any symmetry where the group of a type acts, of which one sees nothing, one sees itself
/// and two are at the same place.
fn cloud(of: &FieldType) -> PointGraph {
    match of.group().dimension() {
        Some(3) => cloud_in::<3>(),
        _ => cloud_in::<2>(),
    }
}

fn cloud_in<const D: usize>() -> PointGraph {
    let numbers = uniform(12 * D, 3);
    let mut points: Vec<[f64; D]> = (numbers.chunks(D))
        .map(|p| std::array::from_fn(|axis| 2.0 * p[axis]))
        .collect();
    points[5] = points[4];
    let mut edges = vec![(0, 0), (5, 4)];
    for source in 0..12 {
        edges.extend(
            (1..12)
                .filter(|t| source != *t && *t != 7)
                .map(|t| (source, t)),
        );
    }
    PointGraph::new(&points, &edges).unwrap()
}

pub(crate) fn band() -> KernelBand {
    KernelBand::for_points(2.0, 3).unwrap()
}

fn build(types: &[FieldType; 2], aggregation: Aggregation, dtype: DType) -> PointConv {
    let config = PointConvConfig::new(&types[0], &types[1], &band());
    let config = config.with_aggregation(aggregation).with_bias(true);
    generic(
        config.init(&cloud(&types[0]), &Device::flex()).unwrap(),
        dtype,
    )
}

/// Features of the sources of a graph.
pub(crate) fn features(of: &FieldType, graph: &PointGraph, dtype: DType) -> Field {
    let shape = [graph.points().len(), of.channels()];
    let x = uniform(shape[0] * shape[1], 6);
    let x = tensor(x, shape, dtype, &Device::flex());
    Field::from_points(x, graph.clone(), of).unwrap()
}

#[test]
fn every_element_of_every_group() {
    for pair in PAIRS {
        let types = fields(pair);
        let graph = cloud(&types[0]);
        for (dtype, aggregation) in [
            (DType::F32, Aggregation::Mean),
            (DType::F64, Aggregation::Mean),
            (DType::F64, Aggregation::Sum),
        ] {
            let layer = build(&types, aggregation, dtype);
            let x = features(&types[0], &graph, dtype);
            let y = layer.forward(x.clone()).unwrap();
            assert!(numbers(y.memory()).iter().any(|v| v.abs() > BROKEN));
            if let Err(error) = assert_equivariant(&layer, &x, bound(dtype)) {
                panic!("{pair:?} {dtype:?}: {error}");
            }
        }
    }
}

/// Elements that are not of the group, points that stay, and features that stay.
#[test]
fn what_is_no_symmetry_is_seen() {
    let types = fields(PAIRS[1]);
    let graph = cloud(&types[0]);
    let layer = build(&types, Aggregation::Mean, DType::F64);
    let x = features(&types[0], &graph, DType::F64);
    let y = layer.forward(x.clone()).unwrap();
    let g = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_4).unwrap();
    let (moved_x, moved_y) = [&x, &y].map(|f| f.transform(g).unwrap()).into();
    let defect = |x: &Field, graph: &PointGraph| {
        let of_moved = layer.forward(x.on(graph.clone()).unwrap()).unwrap();
        relative_distance(of_moved.memory(), moved_y.memory())
    };
    assert!(defect(&moved_x, &graph.transform(g).unwrap()) < tolerance::EXACT_F64);
    assert!(defect(&moved_x, &graph) > BROKEN);
    assert!(defect(&x, &graph.transform(g).unwrap()) > BROKEN);
    let eighth = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_8).unwrap();
    assert!(defect(&moved_x, &graph.transform(eighth).unwrap()) > BROKEN);
}

/// The kernels between two representations: what is known of each, and their values at a point.
type Kernels = (Vec<KernelAttributes>, Box<dyn Fn([f64; 3]) -> Vec<f64>>);

fn kernels(out: &AnyRepresentation, input: &AnyRepresentation) -> Kernels {
    if let Some(out) = out.get::<SpatialRepresentation>() {
        let basis = SteerableKernelBasis::<3>::new(out, input.get().unwrap(), &band()).unwrap();
        return (
            basis.attributes(),
            Box::new(move |point| basis.sample(point)),
        );
    }
    let out = out.get::<PlanarRepresentation>().unwrap();
    let basis = SteerableKernelBasis::<2>::new(out, input.get().unwrap(), &band()).unwrap();
    (
        basis.attributes(),
        Box::new(move |[x, y, _]| basis.sample([x, y])),
    )
}

/// The sum over edges of sampled kernels times features, entry by entry.
fn oracle(layer: &PointConv, x: &[f64], graph: &PointGraph, mean: bool) -> Vec<f64> {
    let (input, output) = (layer.input_type(), layer.output_type());
    let weights = numbers(&layer.weight.val());
    let (channels, outs) = (input.channels(), output.channels());
    let mut y = vec![0.0; graph.points().len() * outs];
    let (mut first, mut out_channel) = (0, 0);
    for out in output.blocks() {
        let mut in_channel = 0;
        for block in input.blocks() {
            let [rho_out, rho_in] = [out, block].map(|b| &b.representation);
            let (attributes, sample) = kernels(rho_out, rho_in);
            let mut order: Vec<usize> = (0..attributes.len()).collect();
            order.sort_by_key(|&b| (attributes[b].ring, attributes[b].frequency));
            let (d_out, d_in) = (rho_out.dim(), rho_in.dim());
            for &(source, target) in graph.edges() {
                let of = |axis: usize| graph.points()[source][axis] - graph.points()[target][axis];
                let samples = sample([of(0), of(1), of(2)]);
                let sees = graph.edges().iter().filter(|(_, t)| *t == target).count();
                let factor = if mean { 1.0 / sees as f64 } else { 1.0 };
                for (place, b) in order.iter().enumerate() {
                    let kernel = &samples[b * d_out * d_in..(b + 1) * d_out * d_in];
                    for u in 0..block.multiplicity {
                        for v in 0..out.multiplicity {
                            let at = (place * block.multiplicity + u) * out.multiplicity + v;
                            let weight = weights[first + at] * factor;
                            for (k, value) in kernel.iter().enumerate() {
                                let from = source * channels + in_channel + u * d_in + k % d_in;
                                let to = target * outs + out_channel + v * d_out + k / d_in;
                                y[to] += weight * value * x[from];
                            }
                        }
                    }
                }
            }
            first += attributes.len() * block.multiplicity * out.multiplicity;
            in_channel += d_in * block.multiplicity;
        }
        out_channel += out.representation.dim() * out.multiplicity;
    }
    assert_eq!(first, weights.len());
    y
}

#[test]
fn the_sum_over_edges() {
    for pair in PAIRS {
        let types = fields(pair);
        let graph = cloud(&types[0]);
        for aggregation in [Aggregation::Mean, Aggregation::Sum] {
            let mut layer = build(&types, aggregation, DType::F64);
            layer.bias = None;
            let x = features(&types[0], &graph, DType::F64);
            let y = layer.forward(x.clone()).unwrap().to_rows();
            let mean = aggregation == Aggregation::Mean;
            let expected = oracle(&layer, &numbers(&x.to_rows()), &graph, mean);
            let expected = tensor(expected, y.dims(), DType::F64, &Device::flex());
            let defect = relative_distance(&y, &expected);
            assert!(defect < tolerance::EXACT_F64, "{pair:?}: {defect}");
        }
    }
}

#[test]
fn gradients() {
    let device = Device::flex().autodiff();
    for pair in [PAIRS[3], PAIRS[6], PAIRS[8]] {
        let types = fields(pair);
        let graph = cloud(&types[0]);
        let config = PointConvConfig::new(&types[0], &types[1], &band()).with_bias(true);
        let layer = generic(config.init(&graph, &device).unwrap(), DType::F64);
        let biases = layer.bias.as_ref().map(|bias| bias.val().dims()[0]);
        let mut lengths = vec![12 * types[0].channels(), layer.weight.val().dims()[0]];
        lengths.extend(biases);
        assert_eq!(layer.parameters(), lengths[1..].iter().sum::<usize>());
        differences(pair.0, &point(&lengths), FINITE_DIFFERENCE, |inputs| {
            let mut layer = layer.clone();
            layer.weight = Param::initialized(ParamId::new(), inputs[1].clone());
            let bias = inputs.get(2);
            layer.bias = bias.map(|b| Param::initialized(ParamId::new(), b.clone()));
            let x: Tensor<2> = inputs[0].clone().reshape([12, -1]);
            let x = Field::from_points(x, graph.clone(), &types[0]).unwrap();
            weigh(layer.forward(x).unwrap().into_memory())
        });
    }
}

#[test]
fn who_sees_whom() {
    let points: Vec<[f64; 2]> = uniform(80, 4).chunks(2).map(|p| [p[0], p[1]]).collect();
    let graph = PointGraph::within(&points, 0.4).unwrap();
    let mut expected = Vec::new();
    for (t, target) in points.iter().enumerate() {
        for (s, source) in points.iter().enumerate() {
            if (source[0] - target[0]).hypot(source[1] - target[1]) <= 0.4 {
                expected.push((s, t));
            }
        }
    }
    assert_eq!(graph.edges(), expected);
    assert!(expected.len() > 80 && expected.len() < 1600);

    // Clouds of a batch do not see each other.
    let types = fields(PAIRS[5]);
    for dtype in TYPES {
        let layer = build(&types, Aggregation::Mean, dtype);
        let (a, b) = (cloud(&types[0]), PointGraph::within(&points, 0.4).unwrap());
        let both = PointGraph::batch(&[a.clone(), b.clone()]);
        let x = features(&types[0], &both, dtype);
        let y = layer.forward(x.clone()).unwrap().into_memory();
        for (graph, first) in [(a, 0), (b, 12)] {
            let count = graph.points().len();
            let part = x.memory().clone().narrow(1, first, count);
            let part = Field::from_memory(part, graph.into(), &types[0]).unwrap();
            let own = layer.forward(part).unwrap().into_memory();
            let defect = relative_distance(&own, &y.clone().narrow(1, first, count));
            assert!(defect < bound(dtype), "{defect}");
        }
    }
}

#[test]
fn nothing_to_see() {
    let types = fields(("C4: 2 regular", "C4: 3 regular"));
    for device in [Device::flex(), Device::flex().autodiff()] {
        let config = PointConvConfig::new(&types[0], &types[1], &band()).with_bias(true);
        let layer = config.init(&cloud(&types[0]), &device).unwrap();
        let alone = PointGraph::new(&[[0.0, 0.0], [1.0, 1.0]], &[]).unwrap();
        let x = Tensor::<2>::ones([2, 8], &device);
        let x = Field::from_points(x, alone, &types[0]).unwrap();
        let y = layer.forward(x).unwrap();
        assert_eq!(numbers(y.memory()), vec![0.0; 24]);
        let x = Tensor::<2>::ones([0, 8], &device);
        let none = PointGraph::new::<2>(&[], &[]).unwrap();
        let x = Field::from_points(x, none, &types[0]).unwrap();
        assert_eq!(layer.forward(x).unwrap().domain().places(), 0);
    }
}

#[test]
fn what_is_refused() {
    let graph = |points: &[[f64; 2]], edges: &[(usize, usize)]| {
        PointGraph::new(points, edges).unwrap_err().to_string()
    };
    let unit = [[0.0, 0.0], [1.0, 0.0]];
    let outside = graph(&unit, &[(0, 1), (1, 2)]);
    assert!(
        outside.contains("edge 1") && outside.contains("names point 2"),
        "{outside}"
    );
    assert!(graph(&[[0.0, f64::NAN]], &[]).contains("point 0"));
    assert!(graph(&[[f64::MAX, 0.0], [-f64::MAX, 0.0]], &[(0, 1)]).contains("overflows"));
    assert!(PointGraph::within(&unit, f64::NAN).is_err());
    assert!(PointGraph::within(&[[f64::INFINITY, 0.0]], 1.0).is_err());

    let device = Device::flex();
    let config = |input: &str, output: &str| {
        let [input, output] = fields((input, output));
        PointConvConfig::new(&input, &output, &band())
    };
    let near = PointGraph::within(&unit, 1.0).unwrap();
    let refused = |config: PointConvConfig, example: &PointGraph| {
        config.init(example, &device).unwrap_err().to_string()
    };
    assert!(refused(config("C4: 1 trivial", "C8: 1 trivial"), &near).contains("two groups"));
    let far = config("SO(2): 1 trivial", "SO(2): 1 E50");
    assert!(refused(far, &near).contains("only 0 commutes"));
    let scalars = || config("C4: 1 trivial", "C4: 1 trivial");
    assert!(refused(scalars().with_gain(f64::NAN), &near).contains("no number"));
    let apart = PointGraph::new(&[[0.0, 0.0], [900.0, 0.0]], &[(0, 1)]).unwrap();
    assert!(refused(scalars(), &apart).contains("its 1 edges"));
    assert!(refused(scalars(), &PointGraph::new::<2>(&[], &[]).unwrap()).contains("its 0 edges"));

    let layer = scalars().init(&near, &device).unwrap();
    let refused = |x: Field| layer.forward(x).unwrap_err().to_string();
    let x = |channels: &str, dtype| features(&FieldType::parse(channels).unwrap(), &near, dtype);
    assert!(refused(x("C4: 2 trivial", DType::F32)).contains("expects fields"));
    assert!(refused(x("C4: 1 trivial", DType::F64)).contains("cast both"));
    let scalar = FieldType::parse("C4: 1 trivial").unwrap();
    let image = Tensor::<4>::ones([1, 1, 2, 1], &device);
    let image = Field::from_tensor(image, &scalar).unwrap();
    assert!(refused(image).contains("acts on points, not on an image of 2 x 1 pixels"));
    let three = Field::from_points(Tensor::<2>::ones([3, 1], &device), near.clone(), &scalar);
    let three = three.unwrap_err().to_string();
    assert!(three.contains("3 places on 2 points; pass 2"), "{three}");
    let row = Field::from_points(Tensor::<1>::ones([2], &device), near, &scalar).unwrap_err();
    assert!(row.to_string().contains("pass [points, channels]"));
}

/// Several fields on the same points are as many single ones.
#[test]
fn batches_of_fields_on_the_same_points() {
    let types = fields(PAIRS[5]);
    let graph = cloud(&types[0]);
    let layer = build(&types, Aggregation::Mean, DType::F64);
    let [one, other] = [1.0, -0.5].map(|f| features(&types[0], &graph, DType::F64).scale(f));
    let both = Tensor::cat(vec![one.memory().clone(), other.memory().clone()], 0);
    let both = Field::from_memory(both, graph.into(), &types[0]).unwrap();
    let together = layer.forward(both).unwrap();
    let apart = [one, other].map(|x| layer.forward(x).unwrap().into_memory());
    let defect = relative_distance(together.memory(), &Tensor::cat(apart.to_vec(), 0));
    assert!(defect < tolerance::EXACT_F64, "{defect}");
}
