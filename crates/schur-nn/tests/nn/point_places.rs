//! Convolutions on points: places with gradients, other points that see, groups, harmonics that
//! are kept.

use burn::tensor::{DType, Device, Tensor};
use schur_math::{KernelBand, PlaneIsometry, SpaceIsometry};
use schur_nn::{
    Aggregation, Field, FieldType, GroupElement, Layer, PointConv, PointConvConfig, PointGraph,
    assert_equivariant, relative_distance, tolerance,
};

use crate::equivariance::bound;
use crate::gradients::{differences, point, weigh};
use crate::points::features;
use crate::support::{TYPES, generic, numbers, tensor, uniform};
use crate::tolerance::{BROKEN, FINITE_DIFFERENCE};

const PAIRS: [(&str, &str); 6] = [
    ("C8: 2 regular + 3 trivial", "C8: 2 regular + 1 E1"),
    ("D5@20: 1 regular", "D5@20: 1 regular + 2 A2"),
    ("SO(2): 2 trivial + 3 E1", "SO(2): 2 E1 + 1 E2"),
    ("O(2): 1 spectral(2)", "O(2): 2 trivial + 1 spectral(1)"),
    (
        "O(3): 2 trivial + 1 defining",
        "O(3): 1 defining + 1 trivial",
    ),
    ("T: 1 regular", "T: 2 trivial + 1 defining"),
];

fn fields((input, output): (&str, &str)) -> [FieldType; 2] {
    [input, output].map(|text| FieldType::parse(text).unwrap())
}

fn places(count: usize, seed: u64) -> Vec<[f64; 2]> {
    let numbers = uniform(2 * count, seed);
    let pairs = numbers.chunks(2);
    pairs.map(|p| [1.5 * p[0], 1.5 * p[1]]).collect()
}

fn in_space(count: usize, seed: u64) -> Vec<[f64; 3]> {
    let numbers = uniform(3 * count, seed);
    let triples = numbers.chunks(3);
    triples
        .map(|p| [0, 1, 2].map(|axis| 1.2 * p[axis]))
        .collect()
}

fn is_in_space(of: &FieldType) -> bool {
    of.group().dimension() == Some(3)
}

/// Nine points of which four others see most, where the group of a type acts.
fn onto_four(of: &FieldType) -> PointGraph {
    let edges: Vec<(usize, usize)> = (0..36)
        .map(|e| (e % 9, e / 9))
        .filter(|e| e.0 != 2 * e.1)
        .collect();
    match is_in_space(of) {
        true => PointGraph::bipartite(&in_space(9, 5), &in_space(4, 6), &edges).unwrap(),
        false => PointGraph::bipartite(&places(9, 5), &places(4, 6), &edges).unwrap(),
    }
}

fn cloud(of: &FieldType, radius: f64) -> PointGraph {
    match is_in_space(of) {
        true => PointGraph::within(&in_space(9, 5), radius).unwrap(),
        false => PointGraph::within(&places(9, 5), radius).unwrap(),
    }
}

fn band() -> KernelBand {
    KernelBand::for_points(2.0, 3).unwrap()
}

fn build(types: &[FieldType; 2], graph: &PointGraph, dtype: DType, device: &Device) -> PointConv {
    let config = PointConvConfig::new(&types[0], &types[1], &band()).with_bias(true);
    generic(config.init(graph, device).unwrap(), dtype)
}

/// Points as `[points, 2]` or `[points, 3]`.
fn places_of(points: &[[f64; 3]], graph: &PointGraph, dtype: DType, device: &Device) -> Tensor<2> {
    let axes = graph.dimension();
    let numbers = points.iter().flat_map(|p| p[..axes].to_vec());
    tensor(numbers.collect(), [points.len(), axes], dtype, device)
}

/// At its own places the layer gives what it gives for the graph.
#[test]
fn places_as_tensors() {
    let device = Device::flex();
    for pair in PAIRS {
        let types = fields(pair);
        for graph in [cloud(&types[0], 1.2), onto_four(&types[0])] {
            for dtype in TYPES {
                let layer = build(&types, &graph, dtype, &device);
                let x = features(&types[0], &graph, dtype);
                let expected = layer.forward(x.clone()).unwrap();
                let at = [graph.points(), graph.targets()];
                let at = at.map(|p| places_of(p, &graph, dtype, &device));
                let [sources, targets] = at;
                let found = layer.forward_at(x.clone(), sources.clone(), targets);
                let found = found.unwrap();
                let defect = relative_distance(found.memory(), expected.memory());
                assert!(defect < bound(dtype), "{pair:?}: {defect}");
                // Elsewhere it gives something else.
                let targets = places_of(graph.targets(), &graph, dtype, &device) + 0.1;
                let moved = layer.forward_at(x, sources, targets).unwrap();
                assert!(relative_distance(moved.memory(), expected.memory()) > BROKEN);
            }
        }
    }
}

#[test]
fn gradients_of_places_against_differences() {
    let device = Device::flex().autodiff();
    let bands = [
        band(),
        KernelBand::polynomials(3).unwrap(),
        KernelBand::bessel(5).unwrap(),
        KernelBand::zernike(7).unwrap(),
        KernelBand::bessel_in_space(5).unwrap(),
        KernelBand::polynomials(3).unwrap(),
    ];
    for (pair, band) in PAIRS.into_iter().zip(bands) {
        let types = fields(pair);
        let graph = onto_four(&types[0]);
        let axes = graph.dimension();
        for aggregation in [Aggregation::Mean, Aggregation::Sum] {
            let config = PointConvConfig::new(&types[0], &types[1], &band);
            let config = config.with_aggregation(aggregation);
            let layer = generic(config.init(&graph, &device).unwrap(), DType::F64);
            let lengths = [9 * types[0].channels(), 9 * axes, 4 * axes];
            differences(pair.0, &point(&lengths), FINITE_DIFFERENCE, |inputs| {
                let x: Tensor<2> = inputs[0].clone().reshape([9, -1]);
                let x = Field::from_points(x, graph.clone(), &types[0]).unwrap();
                let sources: Tensor<2> = inputs[1].clone().reshape([9, axes]);
                let targets: Tensor<2> = inputs[2].clone().reshape([4, axes]);
                let y = layer.forward_at(x, sources, targets).unwrap();
                weigh(y.into_memory())
            });
        }
    }
    // Points that see themselves and each other.
    for pair in [PAIRS[3], PAIRS[4]] {
        let types = fields(pair);
        let graph = cloud(&types[0], 4.0);
        let axes = graph.dimension();
        let layer = build(&types, &graph, DType::F64, &device);
        differences("cloud", &point(&[9 * axes]), FINITE_DIFFERENCE, |inputs| {
            let at: Tensor<2> = inputs[0].clone().reshape([9, axes]);
            let x = features(&types[0], &graph, DType::F64)
                .to_rows()
                .into_data();
            let x = Tensor::<2>::from_data(x, (&device, DType::F64));
            let x = Field::from_points(x, graph.clone(), &types[0]).unwrap();
            let y = layer.forward_at(x, at.clone(), at).unwrap();
            weigh(y.into_memory())
        });
    }
}

/// The gradient of an invariant number by the places turns with them.
#[test]
fn forces_turn_with_the_points() {
    let device = Device::flex().autodiff();
    for text in ["O(2): 2 trivial", "O(3): 2 trivial"] {
        let types = fields((text, text));
        let graph = cloud(&types[0], 1.5);
        let layer = build(&types, &graph, DType::F64, &device);
        let forces = |graph: &PointGraph| {
            let at = places_of(graph.points(), graph, DType::F64, &device).require_grad();
            let x = Tensor::<2>::ones([9, 2], (&device, DType::F64));
            let x = Field::from_points(x, graph.clone(), &types[0]).unwrap();
            let y = layer.forward_at(x, at.clone(), at.clone()).unwrap();
            let gradients = y.into_memory().square().sum().backward();
            numbers(&at.grad(&gradients).unwrap())
        };
        let still = forces(&graph);
        assert!(still.iter().any(|force| force.abs() > BROKEN));
        for g in types[0].group().test_elements() {
            let turned = forces(&graph.transform(g.clone()).unwrap());
            let expected = still
                .chunks(graph.dimension())
                .flat_map(|f| match g.plane() {
                    Some(g) => g.apply([f[0], f[1]]).to_vec(),
                    None => g.space().unwrap().apply([f[0], f[1], f[2]]).to_vec(),
                });
            for (found, expected) in turned.iter().zip(expected) {
                assert!(
                    (found - expected).abs() < tolerance::EXACT_F64,
                    "{text} {g}"
                );
            }
        }
    }
}

/// Other points that see: as one cloud in which only they see and only the others are seen.
#[test]
fn bipartite_graphs() {
    let device = Device::flex();
    for pair in PAIRS {
        let types = fields(pair);
        let graph = onto_four(&types[0]);
        let all = [graph.points(), graph.targets()].concat();
        let edges: Vec<_> = graph.edges().iter().map(|&(s, t)| (s, t + 9)).collect();
        let in_plane: Vec<[f64; 2]> = all.iter().map(|&[x, y, _]| [x, y]).collect();
        let one = match is_in_space(&types[0]) {
            true => PointGraph::new(&all, &edges).unwrap(),
            false => PointGraph::new(&in_plane, &edges).unwrap(),
        };
        for dtype in TYPES {
            let layer = build(&types, &graph, dtype, &device);
            let x = features(&types[0], &graph, dtype);
            let y = layer.forward(x.clone()).unwrap();
            assert_eq!(y.domain().places(), 4);
            let zeros = Tensor::zeros([1, 4, types[0].channels()], (&device, dtype));
            let padded = Tensor::cat(vec![x.memory().clone(), zeros], 1);
            let padded = Field::from_memory(padded, one.clone().into(), &types[0]).unwrap();
            let expected = layer.forward(padded).unwrap().into_memory();
            let defect = relative_distance(y.memory(), &expected.narrow(1, 9, 4));
            assert!(defect < bound(dtype), "{pair:?}: {defect}");
            if let Err(error) = assert_equivariant(&layer, &x, bound(dtype)) {
                panic!("{pair:?} {dtype:?}: {error}");
            }
        }
    }
    // Who sees whom, and batches of both kinds.
    let (fine, coarse) = (places(40, 7), places(11, 8));
    let near = PointGraph::bipartite_within(&fine, &coarse, 0.5).unwrap();
    let mut expected = Vec::new();
    for (t, target) in coarse.iter().enumerate() {
        for (s, source) in fine.iter().enumerate() {
            if (source[0] - target[0]).hypot(source[1] - target[1]) <= 0.5 {
                expected.push((s, t));
            }
        }
    }
    assert_eq!(near.edges(), expected);
    assert!(expected.len() > 11 && expected.len() < 200);
    let cloud = PointGraph::within(&coarse, 0.5).unwrap();
    let batch = PointGraph::batch(&[near.clone(), cloud.clone()]);
    assert_eq!((batch.points().len(), batch.targets().len()), (51, 22));
    let moved = cloud.edges().iter().map(|(s, t)| (s + 40, t + 11));
    assert!(batch.edges()[expected.len()..].iter().copied().eq(moved));
    assert!(cloud != PointGraph::bipartite(&coarse, &coarse, cloud.edges()).unwrap());
    let none = PointGraph::bipartite(&fine, &[], &[]).unwrap();
    let types = fields(PAIRS[0]);
    let layer = build(&types, &near, DType::F32, &device);
    let y = layer
        .forward(features(&types[0], &none, DType::F32))
        .unwrap();
    assert_eq!(y.domain().places(), 0);
}

/// Blocks of different groups do not see each other, and every group is a layer of its own.
#[test]
fn groups_do_not_see_each_other() {
    let device = Device::flex();
    let graph = PointGraph::within(&places(9, 5), 1.2).unwrap();
    let types = fields(("C8: 2 regular + 3 E1", "C8: 1 E1 + 4 trivial"));
    let config = PointConvConfig::new(&types[0], &types[1], &band());
    let grouped = config.clone().with_groups(2).init(&graph, &device).unwrap();
    let grouped = generic(grouped, DType::F64);
    let halves = [("C8: 2 regular", "C8: 1 E1"), ("C8: 3 E1", "C8: 4 trivial")].map(fields);
    let counts = halves.clone().map(|types| {
        let layer = PointConvConfig::new(&types[0], &types[1], &band());
        layer.init(&graph, &device).unwrap().parameters()
    });
    assert_eq!(grouped.parameters(), counts.iter().sum::<usize>());
    let x = features(&types[0], &graph, DType::F64);
    let y = grouped.forward(x.clone()).unwrap();
    let mut first = 0;
    for (block, (types, count)) in halves.iter().zip(counts).enumerate() {
        let half = PointConvConfig::new(&types[0], &types[1], &band());
        let mut half = generic(half.init(&graph, &device).unwrap(), DType::F64);
        let weights = grouped.weight.val().narrow(0, first, count);
        half.weight = burn::module::Param::from_tensor(weights);
        let part = half.forward(x.select(block..block + 1).unwrap()).unwrap();
        let found = y.select(block..block + 1).unwrap();
        let defect = relative_distance(found.memory(), part.memory());
        assert!(defect < tolerance::EXACT_F64, "{defect}");
        first += count;
    }
    for groups in [0, 3] {
        let error = config.clone().with_groups(groups).init(&graph, &device);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("groups of a point convolution"), "{error}");
    }
}

/// Harmonics that a graph keeps are those that it would compute, of their band only.
#[test]
fn kept_harmonics() {
    kept_harmonics_of(PAIRS[1], PlaneIsometry::rotation(0.3).unwrap().into());
    kept_harmonics_of(PAIRS[4], SpaceIsometry::INVERSION.into());
}

fn kept_harmonics_of(pair: (&str, &str), g: GroupElement) {
    let device = Device::flex();
    let other = KernelBand::for_points(1.5, 3).unwrap();
    let types = fields(pair);
    let graph = cloud(&types[0], 1.2);
    let layer = build(&types, &graph, DType::F64, &device);
    let x = features(&types[0], &graph, DType::F64);
    let apply = |graph: &PointGraph| {
        let x = x.on(graph.clone()).unwrap();
        numbers(layer.forward(x).unwrap().memory())
    };
    let expected = apply(&graph);
    let kept = graph.clone().with_harmonics(&other).with_harmonics(&band());
    assert_eq!(apply(&kept), expected);
    assert_eq!(apply(&graph.clone().with_harmonics(&other)), expected);
    let moved = [kept, graph].map(|graph| apply(&graph.transform(g.clone()).unwrap()));
    assert_eq!(moved[0], moved[1]);
}

#[test]
fn what_is_refused() {
    let device = Device::flex();
    let types = fields(PAIRS[2]);
    let graph = onto_four(&types[0]);
    let layer = build(&types, &graph, DType::F64, &device);
    let refused = |sources: Tensor<2>, targets: Tensor<2>| {
        let x = features(&types[0], &graph, DType::F64);
        layer
            .forward_at(x, sources, targets)
            .unwrap_err()
            .to_string()
    };
    let right = || {
        (
            places_of(graph.points(), &graph, DType::F64, &device),
            places_of(graph.targets(), &graph, DType::F64, &device),
        )
    };
    let (sources, targets) = right();
    assert!(refused(targets.clone(), targets).contains("pass [9, 2]"));
    assert!(refused(sources.clone(), sources).contains("pass [4, 2]"));
    let (sources, targets) = right();
    assert!(refused(sources.clone().cast(DType::F32), targets.clone()).contains("cast them"));
    assert!(refused(sources * f64::INFINITY, targets).contains("not finite"));
    let outside = PointGraph::bipartite(&places(3, 1), &places(2, 1), &[(0, 0), (2, 2)]);
    let outside = outside.unwrap_err().to_string();
    assert!(outside.contains("names point 2 as target"), "{outside}");
}
