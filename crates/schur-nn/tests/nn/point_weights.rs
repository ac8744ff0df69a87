//! Initial weights of convolutions on points.

use burn::tensor::{DType, Device};
use schur_nn::{Aggregation, Field, Layer, PointConvConfig, PointGraph};

use crate::points::{band, fields};
use crate::support::{normal, tensor, uniform};
use crate::tolerance::VARIANCE;

#[test]
fn white_noise_keeps_its_power() {
    let coordinates = uniform(600, 8);
    let points = |size: f64| {
        coordinates
            .chunks(3)
            .map(move |p| [0, 1, 2].map(|axis| size * p[axis]))
    };
    let in_plane: Vec<[f64; 2]> = points(6.0).map(|[x, y, _]| [x, y]).collect();
    let in_plane = PointGraph::within(&in_plane, 2.0).unwrap();
    let in_space: Vec<[f64; 3]> = points(3.0).collect();
    let in_space = PointGraph::within(&in_space, 2.0).unwrap();
    for (pair, aggregation, gain) in [
        (
            ("C8: 12 regular", "C8: 12 regular + 40 trivial"),
            Aggregation::Mean,
            1.0,
        ),
        (
            (
                "O(2): 20 trivial + 20 E1",
                "O(2): 60 E1 + 60 E2 + 60 trivial",
            ),
            Aggregation::Sum,
            1.5,
        ),
        (
            ("D4: 8 regular", "D4: 30 quotient(C2)"),
            Aggregation::Mean,
            3.0,
        ),
        (
            (
                "SO(3): 20 trivial + 10 irrep(1)",
                "SO(3): 60 trivial + 40 irrep(1) + 30 irrep(2)",
            ),
            Aggregation::Mean,
            1.0,
        ),
    ] {
        let [input, output] = fields(pair);
        let graph = match input.group().dimension() {
            Some(3) => &in_space,
            _ => &in_plane,
        };
        let config = PointConvConfig::new(&input, &output, &band());
        let config = config.with_aggregation(aggregation).with_gain(gain);
        let draws = 6;
        let mut powers = vec![0.0; output.blocks().len()];
        for seed in 0..draws {
            let layer = config
                .clone()
                .with_seed(seed)
                .init(graph, &Device::flex())
                .unwrap();
            let shape = [1, 200, input.channels()];
            let noise = normal(shape.iter().product(), 50 + seed);
            let noise = tensor(noise, shape, DType::F32, &Device::flex());
            let x = Field::from_memory(noise, graph.clone().into(), &input).unwrap();
            let y = layer.forward(x).unwrap().into_memory();
            for (block, power) in powers.iter_mut().enumerate() {
                let channels = output.layout().block_channels(block);
                let part = y.clone().narrow(2, channels.start, channels.len());
                let mean = part.square().mean().into_scalar::<f64>();
                *power += mean / gain.powi(2) / draws as f64;
            }
        }
        let near = |power: &f64| (power - 1.0).abs() < VARIANCE;
        assert!(powers.iter().all(near), "{pair:?}: {powers:?}");
    }
}

/// Weights for clouds known by the number of neighbours alone keep the variance on such clouds,
/// where points are strewn evenly.
#[test]
fn weights_for_clouds_by_their_number_of_neighbours() {
    let device = Device::flex();
    strewn::<2>([
        "O(2): 20 trivial + 20 E1",
        "O(2): 60 E1 + 60 E2 + 60 trivial",
    ]);
    strewn::<3>([
        "SO(3): 20 trivial + 10 irrep(1)",
        "SO(3): 60 trivial + 40 irrep(1) + 30 irrep(2)",
    ]);
    let [input, output] = fields(("O(2): 2 trivial + 2 E1", "O(2): 2 E1 + 1 E3"));
    let config = PointConvConfig::new(&input, &output, &band());
    for (neighbours, radius, part) in [
        (0, 1.0, "neighbours"),
        (3, 0.0, "radius"),
        (3, f64::NAN, "radius"),
    ] {
        let error = config.init_spread(neighbours, radius, &device).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    // Alone it sees itself.
    assert!(config.init_spread(1, 2.0, &device).is_ok());
}

/// Every target sees itself and 15 points strewn over the disc or the ball.
fn strewn<const D: usize>([input, output]: [&str; 2]) {
    let device = Device::flex();
    let (targets, others, radius, gain) = (400, 15, 2.0, 1.5);
    let mut numbers = uniform(5 * D * targets * others, 21).into_iter();
    let (mut sources, mut centres, mut edges) = (Vec::new(), Vec::new(), Vec::new());
    for target in 0..targets {
        let centre: [f64; D] =
            std::array::from_fn(|axis| if axis == 0 { 10.0 * target as f64 } else { 0.0 });
        centres.push(centre);
        edges.push((sources.len(), target));
        sources.push(centre);
        let mut next = || std::array::from_fn(|_| radius * numbers.next().unwrap());
        let inside = |p: &[f64; D]| p.iter().fold(0.0, |r: f64, x| r.hypot(*x)) <= radius;
        let near: Vec<[f64; D]> = (std::iter::repeat_with(&mut next))
            .filter(inside)
            .take(others)
            .collect();
        for place in near {
            edges.push((sources.len(), target));
            sources.push(std::array::from_fn(|axis| centre[axis] + place[axis]));
        }
    }
    let graph = PointGraph::bipartite(&sources, &centres, &edges).unwrap();
    let [input, output] = fields((input, output));
    let config = PointConvConfig::new(&input, &output, &band()).with_gain(gain);
    for aggregation in [Aggregation::Mean, Aggregation::Sum] {
        let config = config.clone().with_aggregation(aggregation);
        let layer = config.init_spread(others + 1, radius, &device).unwrap();
        let shape = [1, sources.len(), input.channels()];
        let noise = tensor(normal(shape[1] * shape[2], 60), shape, DType::F32, &device);
        let x = Field::from_memory(noise, graph.clone().into(), &input).unwrap();
        let y = layer.forward(x).unwrap().into_memory();
        let power = y.square().mean().into_scalar::<f64>() / gain.powi(2);
        assert!(
            (power - 1.0).abs() < VARIANCE,
            "{D} {aggregation:?}: {power}"
        );
    }
}
