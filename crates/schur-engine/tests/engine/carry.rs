//! Carried values against plain sums in `f64`.

use proptest::prelude::*;
use schur_engine::carry::CarryMap;

use crate::support::{Source, agree, dot, narrow};

type Transports = Vec<Vec<(usize, f64)>>;

/// The kept channels, and some other order of them with signs.
fn transports(channels: usize, source: &mut Source) -> Transports {
    let kept: Vec<(usize, f64)> = (0..channels).map(|channel| (channel, 1.0)).collect();
    let mut moved = kept.clone();
    for channel in 0..channels {
        moved.swap(channel, source.below(channels));
    }
    moved
        .iter_mut()
        .for_each(|(_, factor)| *factor = source.signed(1)[0]);
    vec![kept, moved]
}

fn plain_sums(
    (inputs, transports): (usize, &Transports),
    places: &[Option<(usize, usize)>],
    batch: usize,
    x: &[f64],
) -> Vec<f64> {
    let channels = transports[0].len();
    let mut y = Vec::new();
    for image in 0..batch {
        for place in places {
            let of_channel = |channel: usize| {
                place.map_or(0.0, |(from, transport)| {
                    let (source, factor) = transports[transport][channel];
                    factor * x[(image * inputs + from) * channels + source]
                })
            };
            y.extend((0..channels).map(of_channel));
        }
    }
    y
}

proptest! {
    #[test]
    fn maps_carry_and_their_adjoints_carry_back(
        (batch, inputs, outputs) in (0..=3_usize, 1..=60_usize, 0..=90_usize),
        channels in prop::sample::select(vec![1_usize, 2, 17, 150]),
        seed in any::<u64>(),
    ) {
        let mut source = Source::new(seed);
        let transports = transports(channels, &mut source);
        let place = |_| (source.below(5) > 0).then(|| (source.below(inputs), source.below(2)));
        let places: Vec<_> = (0..outputs).map(place).collect();
        let map = CarryMap::new(inputs, transports.clone(), &places).unwrap();
        let x = source.signed(batch * inputs * channels);
        let dy = source.signed(batch * outputs * channels);
        let want = plain_sums((inputs, &transports), &places, batch, &x);
        agree("f64", &map.apply(batch, &x).unwrap(), &want)?;
        agree("f32", &map.apply(batch, &narrow(&x)).unwrap(), &want)?;
        let back = map.adjoint().apply(batch, &dy).unwrap();
        agree("<A x, y> = <x, A^T y>", &[1.0, dot(&x, &back)], &[1.0, dot(&want, &dy)])?;
        prop_assert_eq!(map.adjoint().adjoint().apply(batch, &x).unwrap(), map.apply(batch, &x).unwrap());
    }
}

#[test]
fn what_is_no_permutation_or_out_of_range_is_no_map() {
    let kept = vec![(0, 1.0), (1, 1.0)];
    let doubled = vec![(0, 1.0), (0, 1.0)];
    assert!(CarryMap::new(3, vec![kept.clone(), doubled], &[None]).is_none());
    assert!(CarryMap::new(3, vec![kept.clone(), vec![(0, 1.0)]], &[None]).is_none());
    assert!(CarryMap::new(3, vec![kept.clone()], &[Some((3, 0))]).is_none());
    assert!(CarryMap::new(3, vec![kept.clone()], &[Some((0, 1))]).is_none());
    let map = CarryMap::new(3, vec![kept], &[Some((2, 0))]).unwrap();
    let error = map.apply(1, &[0.0; 4]).unwrap_err().to_string();
    assert_eq!(error, "x has 4 entries where the shapes ask for 6");
}
