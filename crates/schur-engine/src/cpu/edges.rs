//! Weighted sums over what the points of a graph see along its edges.

use std::sync::Arc;

use crate::parallel::*;
use pulp::NullaryFnOnce;

use super::scratch::Shared;
use super::vectors::in_wide_vectors;
use crate::error::check_len;
use crate::{Result, Scalar};

/// Numbers of a part of the work, about.
const PART: usize = 1 << 13;

/// The edges of a graph, each from a source, which is seen, to a target, which sees it.
///
/// ```
/// use schur_engine::edges::Ends;
/// let ends = Ends::new([2, 1], &[(0, 0), (1, 0)]).expect("ends that are there");
/// assert_eq!(ends.pairs(), [(0, 0), (1, 0)]);
/// assert!(Ends::new([2, 1], &[(0, 1)]).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    into_targets: Incident,
    out_of_sources: Incident,
}

/// Of every point its edges, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Incident {
    /// The first edge of every point, and the end of the last.
    firsts: Vec<usize>,
    /// Number of the edge, and the point at its other end.
    edges: Vec<(usize, usize)>,
}

impl Incident {
    fn new(points: usize, own: &[usize], others: &[usize]) -> Self {
        let mut firsts = vec![0; points + 1];
        for &point in own {
            firsts[point + 1] += 1;
        }
        for point in 0..points {
            firsts[point + 1] += firsts[point];
        }
        let (mut next, mut edges) = (firsts.clone(), vec![(0, 0); own.len()]);
        for (edge, (&point, &other)) in own.iter().zip(others).enumerate() {
            edges[next[point]] = (edge, other);
            next[point] += 1;
        }
        Self { firsts, edges }
    }

    fn points(&self) -> usize {
        self.firsts.len() - 1
    }

    #[inline(always)]
    fn of(&self, point: usize) -> &[(usize, usize)] {
        &self.edges[self.firsts[point]..self.firsts[point + 1]]
    }
}

impl Ends {
    /// The (source, target) of every edge among so many sources and targets; nothing if one is not there.
    #[must_use]
    pub fn new([sources, targets]: [usize; 2], edges: &[(usize, usize)]) -> Option<Self> {
        let known = |&(source, target): &(usize, usize)| source < sources && target < targets;
        if !edges.iter().all(known) {
            return None;
        }
        let (of_sources, of_targets): (Vec<usize>, Vec<usize>) = edges.iter().copied().unzip();
        Some(Self {
            into_targets: Incident::new(targets, &of_targets, &of_sources),
            out_of_sources: Incident::new(sources, &of_sources, &of_targets),
        })
    }

    /// How many targets there are.
    #[must_use]
    pub fn count_of_targets(&self) -> usize {
        self.into_targets.points()
    }

    /// How many edges there are.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.into_targets.edges.len()
    }

    /// The (source, target) of every edge.
    #[must_use]
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let mut pairs = vec![(0, 0); self.edges()];
        for target in 0..self.into_targets.points() {
            for &(edge, source) in self.into_targets.of(target) {
                pairs[edge] = (source, target);
            }
        }
        pairs
    }
}

/// How channels that follow each other are carried along every edge: `z_c = a x_c + b x_p` with the factors
/// `[a, b]` of the edge and a partner `p` of the channel `c`.
///
/// ```
/// use std::sync::Arc;
/// use schur_engine::edges::Turn;
/// // The first component of vectors, two copies of it, that are turned by a quarter along the only edge.
/// let turn = Turn { first: 0, len: 2, partner: 2, factors: Some(Arc::new(vec![[0.0, -1.0]])) };
/// assert_eq!(turn.partner - turn.first, turn.len);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The first of the channels.
    pub first: usize,
    /// How many there are.
    pub len: usize,
    /// The partner of the first; those of the others follow.
    pub partner: usize,
    /// The factors along every edge; none if the channels are not changed.
    pub factors: Option<Arc<Vec<[f64; 2]>>>,
}

/// What is summed along edges: `y_(p,h) = Σ_(q→p) w_h T x_q` over the edges into the target `p`, with some
/// weights `w_h` per edge and [turns](Turn) `T` of channels. Sums are in the order of the edges.
///
/// ```
/// use std::sync::Arc;
/// use schur_engine::edges::{EdgeMap, Ends};
/// // The first of two points sees both, with two weights per edge.
/// let ends = Ends::new([2, 1], &[(0, 0), (1, 0)]).expect("ends that are there");
/// let map = EdgeMap::new(Arc::new(ends), Arc::new(vec![1.0, 0.0, 2.0, 3.0]), 1, vec![]);
/// let map = map.expect("two weights for every edge");
/// assert_eq!(map.apply(1, &[5.0, 7.0])?, [5.0 + 2.0 * 7.0, 3.0 * 7.0]);
/// assert_eq!(map.adjoint().apply(1, &[1.0, 1.0])?, [1.0, 5.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeMap {
    ends: Arc<Ends>,
    weights: Arc<Vec<f64>>,
    count: usize,
    channels: usize,
    turns: Vec<Turn>,
    adjoint: bool,
}

impl EdgeMap {
    /// With `[edge][weight]` and turns of all channels in their order; of none if all are kept.
    ///
    /// Nothing if weights or factors are not as many for every edge, or turns leave out channels.
    #[must_use]
    pub fn new(
        ends: Arc<Ends>,
        weights: Arc<Vec<f64>>,
        channels: usize,
        turns: Vec<Turn>,
    ) -> Option<Self> {
        let edges = ends.edges();
        let mut end = 0;
        for turn in &turns {
            let fits = turn.factors.as_ref().is_none_or(|of| of.len() == edges);
            if turn.first != end || turn.partner + turn.len > channels || !fits {
                return None;
            }
            end += turn.len;
        }
        if !(turns.is_empty() || end == channels) || !weights.len().is_multiple_of(edges.max(1)) {
            return None;
        }
        Some(Self {
            count: weights.len() / edges.max(1),
            ends,
            weights,
            channels,
            turns,
            adjoint: false,
        })
    }

    /// The transposed map, which takes gradients back.
    #[must_use]
    pub fn adjoint(&self) -> Self {
        Self {
            adjoint: !self.adjoint,
            ..self.clone()
        }
    }

    /// The edges.
    #[must_use]
    pub fn ends(&self) -> &Ends {
        &self.ends
    }

    /// `[edge][weight]`.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// How channels are carried; nothing if all are kept.
    #[must_use]
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// Points and channels at each that come in and that go out: weights of a target are its outer channels.
    #[must_use]
    pub fn sizes(&self) -> [[usize; 2]; 2] {
        let sources = [self.ends.out_of_sources.points(), self.channels];
        let targets = [self.ends.into_targets.points(), self.count * self.channels];
        match self.adjoint {
            false => [sources, targets],
            true => [targets, sources],
        }
    }

    /// `[batch, sources, channels]` to `[batch, targets, weights · channels]`; of the adjoint map the other
    /// way round.
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::Length`] if `x` does not have the length of batch, points and channels.
    pub fn apply<T: Scalar>(&self, batch: usize, x: &[T]) -> Result<Vec<T>> {
        let [[seen, width], [points, channels]] = self.sizes();
        check_len("x", x.len(), batch * seen * width)?;
        let mut y = vec![T::ZERO; batch * points * channels];
        if y.is_empty() || x.is_empty() {
            return Ok(y);
        }
        let rows = PART.div_ceil(channels);
        let scratch = Shared::new();
        let parts = y.par_chunks_mut(rows * channels).enumerate();
        parts.for_each(|(part, y)| {
            scratch.with(
                || vec![T::ZERO; self.channels],
                |carried| {
                    in_wide_vectors(Rows {
                        map: self,
                        first: part * rows,
                        x,
                        y,
                        carried,
                    });
                },
            );
        });
        Ok(y)
    }
}

/// Some points of the result.
struct Rows<'a, T> {
    map: &'a EdgeMap,
    /// The first of them, those of all images of the batch counted.
    first: usize,
    x: &'a [T],
    y: &'a mut [T],
    carried: &'a mut [T],
}

impl<T: Scalar> NullaryFnOnce for Rows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (map, channels) = (self.map, self.map.channels);
        let [[seen, width], [points, out]] = map.sizes();
        for (row, y) in (self.first..).zip(self.y.chunks_exact_mut(out)) {
            let x = &self.x[row / points * seen * width..][..seen * width];
            let point = row % points;
            if map.adjoint {
                for &(edge, target) in map.ends.out_of_sources.of(point) {
                    self.carried.fill(T::ZERO);
                    let weights = &map.weights[edge * map.count..][..map.count];
                    let x = &x[target * width..][..width];
                    for (&weight, x) in weights.iter().zip(x.chunks_exact(channels)) {
                        add(self.carried, T::from_f64(weight), x);
                    }
                    back(&map.turns, edge, self.carried, y);
                }
            } else {
                for &(edge, source) in map.ends.into_targets.of(point) {
                    let x = &x[source * width..][..width];
                    let carried = carry(&map.turns, edge, x, self.carried);
                    let weights = &map.weights[edge * map.count..][..map.count];
                    for (&weight, y) in weights.iter().zip(y.chunks_exact_mut(channels)) {
                        add(y, T::from_f64(weight), carried);
                    }
                }
            }
        }
    }
}

/// `y += factor x`.
#[inline(always)]
fn add<T: Scalar>(y: &mut [T], factor: T, x: &[T]) {
    y.iter_mut().zip(x).for_each(|(y, &x)| *y += factor * x);
}

/// `T x` along an edge.
#[inline(always)]
fn carry<'a, T: Scalar>(turns: &[Turn], edge: usize, x: &'a [T], scratch: &'a mut [T]) -> &'a [T] {
    if turns.is_empty() {
        return x;
    }
    for turn in turns {
        let z = &mut scratch[turn.first..][..turn.len];
        z.copy_from_slice(&x[turn.first..][..turn.len]);
        if let Some(factors) = &turn.factors {
            let [own, other] = factors[edge].map(T::from_f64);
            let partners = &x[turn.partner..][..turn.len];
            for (z, &partner) in z.iter_mut().zip(partners) {
                *z = own * *z + other * partner;
            }
        }
    }
    scratch
}

/// `y += Tᵀ z` along an edge.
#[inline(always)]
fn back<T: Scalar>(turns: &[Turn], edge: usize, z: &[T], y: &mut [T]) {
    if turns.is_empty() {
        return add(y, T::ONE, z);
    }
    for turn in turns {
        let z = &z[turn.first..][..turn.len];
        let Some(factors) = &turn.factors else {
            add(&mut y[turn.first..][..turn.len], T::ONE, z);
            continue;
        };
        let [own, other] = factors[edge].map(T::from_f64);
        add(&mut y[turn.first..][..turn.len], own, z);
        add(&mut y[turn.partner..][..turn.len], other, z);
    }
}
