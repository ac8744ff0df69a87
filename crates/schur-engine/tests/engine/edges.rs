//! Sums along edges against plain sums in `f64`.

use std::sync::Arc;

use proptest::prelude::*;
use schur_engine::edges::{EdgeMap, Ends, Turn};

use crate::support::{Source, agree_as_sums, dot, narrow};

/// What is summed: the edges, weights of each, and turns of channels.
pub(crate) struct Case {
    counts: [usize; 2],
    edges: Vec<(usize, usize)>,
    weights: Vec<f64>,
    count: usize,
    channels: usize,
    turns: Vec<Turn>,
}

impl Case {
    /// Random edges; two kept channels, then vectors of so many copies that are turned.
    pub(crate) fn new(
        counts: [usize; 2],
        [edges, count, copies]: [usize; 3],
        source: &mut Source,
    ) -> Self {
        let edge = |_| (source.below(counts[0]), source.below(counts[1]));
        let edges: Vec<_> = (0..edges).map(edge).collect();
        let mut factors = || {
            let numbers = source.signed(2 * edges.len());
            Some(Arc::new(
                numbers.chunks(2).map(|of| [of[0], of[1]]).collect(),
            ))
        };
        let turn = |first, len, partner, factors| Turn {
            first,
            len,
            partner,
            factors,
        };
        let turns = vec![
            turn(0, 2, 0, None),
            turn(2, copies, 2 + copies, factors()),
            turn(2 + copies, copies, 2, factors()),
        ];
        Self {
            counts,
            weights: source.signed(count * edges.len()),
            edges,
            count,
            channels: 2 + 2 * copies,
            turns,
        }
    }

    pub(crate) fn map(&self) -> EdgeMap {
        let ends = Arc::new(Ends::new(self.counts, &self.edges).unwrap());
        let weights = Arc::new(self.weights.clone());
        EdgeMap::new(ends, weights, self.channels, self.turns.clone()).unwrap()
    }

    fn plain_sums(&self, batch: usize, x: &[f64]) -> Vec<f64> {
        let [sources, targets] = self.counts;
        let mut y = vec![0.0; batch * targets * self.count * self.channels];
        for image in 0..batch {
            for (edge, &(source, target)) in self.edges.iter().enumerate() {
                let x = &x[(image * sources + source) * self.channels..];
                let turns = self.turns.iter();
                let carried = turns.flat_map(|turn| {
                    let factors = turn.factors.as_ref();
                    let [own, other] = factors.map_or([1.0, 0.0], |of| of[edge]);
                    (0..turn.len).map(move |copy| {
                        own * x[turn.first + copy] + other * x[turn.partner + copy]
                    })
                });
                for (channel, value) in carried.enumerate() {
                    for weight in 0..self.count {
                        let row = (image * targets + target) * self.count + weight;
                        y[row * self.channels + channel] +=
                            self.weights[edge * self.count + weight] * value;
                    }
                }
            }
        }
        y
    }
}

proptest! {
    #[test]
    fn sums_are_plain_sums_and_their_adjoints_take_them_back(
        (batch, sources, targets) in (0..=3_usize, 1..=40_usize, 1..=40_usize),
        (edges, count) in (1..=200_usize, 1..=5_usize),
        copies in prop::sample::select(vec![0_usize, 1, 3, 16]),
        seed in any::<u64>(),
    ) {
        let mut source = Source::new(seed);
        let case = Case::new([sources, targets], [edges, count, copies], &mut source);
        let map = case.map();
        prop_assert_eq!(map.sizes(), [[sources, case.channels], [targets, count * case.channels]]);
        let x = source.signed(batch * sources * case.channels);
        let want = case.plain_sums(batch, &x);
        agree_as_sums("f64", &map.apply(batch, &x).unwrap(), &want)?;
        agree_as_sums("f32", &map.apply(batch, &narrow(&x)).unwrap(), &want)?;
        let dy = source.signed(want.len());
        let back = map.adjoint().apply(batch, &dy).unwrap();
        agree_as_sums("<A x, y> = <x, A^T y>", &[dot(&x, &back)], &[dot(&want, &dy)])?;
        let again = map.adjoint().adjoint();
        prop_assert_eq!(again.apply(batch, &x).unwrap(), map.apply(batch, &x).unwrap());
    }
}

#[test]
fn what_is_not_there_is_no_map() {
    assert!(Ends::new([2, 3], &[(2, 0)]).is_none());
    assert!(Ends::new([2, 3], &[(0, 3)]).is_none());
    let ends = Arc::new(Ends::new([2, 3], &[(1, 0), (0, 2)]).unwrap());
    let of = |weights: usize, turns: Vec<Turn>| {
        EdgeMap::new(Arc::clone(&ends), Arc::new(vec![1.0; weights]), 2, turns)
    };
    let turn = |first, len, partner, edges| Turn {
        first,
        len,
        partner,
        factors: Some(Arc::new(vec![[1.0, 0.0]; edges])),
    };
    assert!(
        of(3, vec![]).is_none(),
        "a weight and a half for every edge"
    );
    assert!(
        of(2, vec![turn(0, 1, 1, 2)]).is_none(),
        "a channel is left out"
    );
    assert!(of(2, vec![turn(1, 1, 0, 2)]).is_none(), "in another order");
    assert!(
        of(2, vec![turn(0, 2, 1, 2)]).is_none(),
        "partners that are not there"
    );
    assert!(
        of(2, vec![turn(0, 2, 0, 1)]).is_none(),
        "factors of one edge of two"
    );
    let map = of(2, vec![turn(0, 2, 0, 2)]).unwrap();
    let error = map.apply(1, &[0.0; 3]).unwrap_err().to_string();
    assert_eq!(error, "x has 3 entries where the shapes ask for 4");
}
