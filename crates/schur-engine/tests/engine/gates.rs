//! Gated channels against single numbers.

use proptest::prelude::*;
use schur_engine::{Activation, gates::GateMap};

use crate::support::{Source, agree_as_sums, narrow};

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A map and its gradients in both number types against its channels, one after the other.
fn are_those_of_single_numbers(
    map: &GateMap,
    inputs: usize,
    pairs: &[(usize, Option<usize>)],
    activation: Activation,
    (pixels, seed): (usize, u64),
) -> Result<(), TestCaseError> {
    let mut source = Source::new(seed);
    let x: Vec<f64> = source
        .signed(pixels * inputs)
        .iter()
        .map(|x| 4.0 * x)
        .collect();
    let dy = source.signed(pixels * pairs.len());
    let (mut want, mut slopes) = (Vec::new(), vec![0.0; x.len()]);
    for (pixel, x) in x.chunks(inputs).enumerate() {
        for (channel, &(source, gate)) in pairs.iter().enumerate() {
            let dy = dy[pixel * pairs.len() + channel];
            let Some(gate) = gate else {
                want.push(activation.value(x[source]));
                slopes[pixel * inputs + source] += dy * activation.slope(x[source]);
                continue;
            };
            let open = sigmoid(x[gate]);
            want.push(x[source] * open);
            slopes[pixel * inputs + source] += dy * open;
            slopes[pixel * inputs + gate] += dy * x[source] * open * (1.0 - open);
        }
    }
    agree_as_sums("f64", &map.forward(&x).unwrap(), &want)?;
    agree_as_sums("f32", &map.forward(&narrow(&x)).unwrap(), &want)?;
    agree_as_sums("gradient", &map.backward(&x, &dy).unwrap(), &slopes)?;
    let single = map.backward(&narrow(&x), &narrow(&dy)).unwrap();
    agree_as_sums("gradient in f32", &single, &slopes)
}

proptest! {
    #[test]
    fn gates_and_their_gradients_are_those_of_single_numbers(
        pixels in 0..=300_usize,
        inputs in 1..=70_usize,
        pairs in prop::collection::vec((0..70_usize, 0..70_usize), 1..90),
        in_order in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let mut pairs: Vec<_> = pairs.into_iter().map(|(s, g)| (s % inputs, g % inputs)).collect();
        if in_order {
            // Long runs, as of fields, and channels that gate themselves.
            pairs = (0..pairs.len()).map(|i| (i % inputs, i % inputs)).collect();
        }
        let (sources, gates): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
        let map = GateMap::new(inputs, &sources, &gates).unwrap();
        let pairs: Vec<_> = pairs.into_iter().map(|(s, g)| (s, Some(g))).collect();
        are_those_of_single_numbers(&map, inputs, &pairs, Activation::Identity, (pixels, seed))?;
    }
}

proptest! {
    /// Runs of channels without a gate beside gated ones, some of which have the same source.
    #[test]
    fn channels_without_a_gate_have_an_activation(
        pixels in 0..=300_usize,
        inputs in 2..=40_usize,
        pairs in prop::collection::vec((0..40_usize, prop::option::of(0..40_usize)), 1..60),
        seed in any::<u64>(),
    ) {
        let mut pairs: Vec<(usize, Option<usize>)> = (pairs.into_iter())
            .map(|(source, gate)| (source % inputs, gate.map(|gate| gate % inputs)))
            .collect();
        pairs.extend((0..inputs).map(|source| (source, None)));
        pairs.push((0, Some(1)));
        let (sources, gates): (Vec<usize>, Vec<Option<usize>>) = pairs.iter().copied().unzip();
        for activation in [Activation::Identity, Activation::Relu, Activation::Elu] {
            let map = GateMap::with_activation(inputs, &sources, &gates, activation).unwrap();
            are_those_of_single_numbers(&map, inputs, &pairs, activation, (pixels, seed))?;
        }
    }
}

#[test]
fn gates_that_are_not_there_are_no_map() {
    assert!(GateMap::new(3, &[0, 3], &[0, 0]).is_none());
    assert!(GateMap::new(3, &[0, 1], &[0, 3]).is_none());
    assert!(GateMap::new(3, &[0, 1], &[0]).is_none());
    let free = |gates: &[_]| GateMap::with_activation(3, &[0, 1], gates, Activation::Elu);
    assert!(free(&[None, None]).is_none());
    assert!(free(&[None, Some(3)]).is_none());
    assert!(free(&[None, Some(2)]).is_some());
    let map = GateMap::new(3, &[0, 2], &[1, 1]).unwrap();
    assert!(map.forward(&[0.0; 4]).is_err());
    assert!(map.backward(&[0.0; 3], &[0.0; 3]).is_err());
    assert!(map.forward::<f32>(&[]).unwrap().is_empty());
}
