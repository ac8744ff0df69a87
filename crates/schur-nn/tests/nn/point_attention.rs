//! Self-attention along the edges of point graphs.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor};
use schur_nn::{
    Field, FieldType, Layer, PointGraph, SelfAttention, SelfAttentionConfig, assert_equivariant,
    relative_distance, tolerance,
};

use crate::equivariance::bound;
use crate::gradients::{Substitute, differences, lengths, point, weigh};
use crate::points::features;
use crate::support::{TYPES, field, generic, numbers, uniform};
use crate::tolerance::{BROKEN, FINITE_DIFFERENCE_NETWORK};

const FIELDS: [(&str, &str); 4] = [
    ("C8: 1 regular + 2 E3", "C8: 2 E3 + trivial"),
    ("D5@20: 1 regular + 1 E1", "D5@20: 1 regular"),
    ("SO(2): 3 E1 + 2 E2 + 2 trivial", "SO(2): E1 + E2 + trivial"),
    ("O(2): 2 E1 + 2 A2 + 2 trivial", "O(2): E1 + A2"),
];

fn config((fields, head): (&str, &str)) -> SelfAttentionConfig {
    let [fields, head] = [fields, head].map(|text| FieldType::parse(text).unwrap());
    SelfAttentionConfig::new(&fields, &head, 2).with_distances(4)
}

fn places() -> Vec<[f64; 2]> {
    let numbers = uniform(18, 5);
    numbers
        .chunks(2)
        .map(|p| [2.0 * p[0], 2.0 * p[1]])
        .collect()
}

/// Nine points, of which the last sees nothing and the first sees itself twice.
fn cloud() -> PointGraph {
    let all = (0..72).map(|e| (e % 9, e / 9));
    let mut edges: Vec<(usize, usize)> = all.filter(|(s, t)| (s + t) % 4 > 0).collect();
    edges.extend([(0, 0), (0, 0)]);
    PointGraph::new(&places(), &edges).unwrap()
}

#[test]
fn every_element_of_every_group() {
    let graph = cloud();
    for types in FIELDS {
        let config = config(types).with_spacing(0.4);
        for dtype in TYPES {
            let layer = generic(config.init(&Device::flex()).unwrap(), dtype);
            let x = features(layer.input_type(), &graph, dtype);
            let y = layer.forward(x.clone()).unwrap();
            let differs = numbers(y.memory()).into_iter().zip(numbers(x.memory()));
            let differs: Vec<bool> = differs.map(|(y, x)| (y - x).abs() > BROKEN).collect();
            let (seeing, alone) = differs.split_at(8 * layer.input_type().channels());
            assert!(
                seeing.contains(&true) && !alone.contains(&true),
                "{types:?}"
            );
            if let Err(error) = assert_equivariant(&layer, &x, bound(dtype)) {
                panic!("{types:?} {dtype:?}: {error}");
            }
            // Points further apart are another cloud.
            let wide = places().into_iter().map(|p| p.map(|v| 1.5 * v));
            let wide = PointGraph::new(&wide.collect::<Vec<_>>(), graph.edges()).unwrap();
            let wide = layer.forward(x.on(wide).unwrap()).unwrap();
            assert!(relative_distance(wide.memory(), y.memory()) > BROKEN);
        }
    }
}

/// Pixels as points, at any scale.
#[test]
fn pixels_are_points() {
    let device = Device::flex();
    let (height, width) = (4, 5);
    let places = |scale: f64| -> Vec<[f64; 2]> {
        let pixels = 0..height * width;
        let place = |p: usize| [scale * (p % width) as f64, scale * -((p / width) as f64)];
        pixels.map(place).collect()
    };
    for types in FIELDS {
        for (radius, scale) in [(1.0, 1.0), (2.3, 0.5)] {
            let config = config(types).with_radius(radius);
            let on_pixels = generic(config.init(&device).unwrap(), DType::F64);
            let on_points = config.with_spacing(scale).init(&device).unwrap();
            let on_points = generic(on_points, DType::F64);
            let x = field(on_pixels.input_type(), (height, width), DType::F64, &device);
            let of_first = |x: Tensor<3>| x.narrow(0, 0, 1);
            let x = x.map(on_pixels.input_type(), of_first).unwrap();
            let expected = on_pixels.forward(x.clone()).unwrap().into_memory();
            let graph = PointGraph::within(&places(scale), radius * scale).unwrap();
            let y = on_points.forward(x.on(graph).unwrap()).unwrap();
            let defect = relative_distance(y.memory(), &expected);
            assert!(defect < tolerance::EXACT_F64, "{types:?}: {defect}");
        }
    }
}

#[test]
fn gradients() {
    let device = Device::flex().autodiff();
    let graph = cloud();
    for types in [FIELDS[0], FIELDS[3]] {
        let layer = generic(config(types).init(&device).unwrap(), DType::F64);
        let shape = [1, 9, layer.input_type().channels()];
        let mut sizes = vec![shape.iter().product()];
        sizes.extend(lengths(&layer));
        differences(
            types.0,
            &point(&sizes),
            FINITE_DIFFERENCE_NETWORK,
            |inputs| {
                let layer = layer.clone().map(&mut Substitute::new(&inputs[1..]));
                let x = inputs[0].clone().reshape(shape);
                let x = Field::from_memory(x, graph.clone().into(), layer.input_type()).unwrap();
                weigh(layer.forward(x).unwrap().into_memory())
            },
        );
    }
}

#[test]
fn large_logits_and_nothing_to_see() {
    let mut layer: SelfAttention = config(FIELDS[3]).init(&Device::flex()).unwrap();
    let x = features(layer.input_type(), &cloud(), DType::F32);
    let alone = PointGraph::new(&places(), &[]).unwrap();
    let y = layer.forward(x.on(alone).unwrap()).unwrap();
    assert_eq!(numbers(y.memory()), numbers(x.memory()));
    // Exponentials of a thousand overflow.
    layer.bias = layer.bias.map(|bias| bias + 1000.0);
    let y = layer.forward(x).unwrap();
    assert!(numbers(y.memory()).iter().all(|v| v.is_finite()));

    let other = PointGraph::bipartite(&places(), &[[0.0; 2]], &[(1, 0)]).unwrap();
    let x = features(layer.input_type(), &other, DType::F32);
    let error = layer.forward(x).unwrap_err().to_string();
    assert!(error.contains("a graph of one cloud"), "{error}");
    let x = Tensor::<2>::zeros([1, 8], &Device::flex());
    let vectors = Field::from_vectors(x, layer.input_type()).unwrap();
    let error = layer.forward(vectors).unwrap_err().to_string();
    assert!(
        error.contains("acts on images and volumes, not on vectors"),
        "{error}"
    );
    for spacing in [0.0, -1.0, f64::NAN] {
        let error = config(FIELDS[3])
            .with_spacing(spacing)
            .init(&Device::flex());
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("no step between distances")
        );
    }
}
