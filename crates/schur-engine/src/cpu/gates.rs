//! Channels that other channels open and close.

use crate::parallel::*;
use pulp::NullaryFnOnce;

use super::norm::activation::{Elu, Function, Identity, Relu};
use super::scratch::Shared;
use super::vectors::in_wide_vectors;
use crate::error::check_len;
use crate::{Activation, Result, Scalar};

/// Numbers of a part of the work, about.
const PART: usize = 1 << 13;

/// Products of channels with the sigmoid of others, at every pixel: `y_c = x_s σ(x_g)`, where every channel
/// `c` of the result has a source `s` and a gate `g`, `σ(t) = 1 / (1 + exp(-t))`. A channel that gates
/// itself is SiLU. Channels without a gate have an [activation](Self::with_activation).
///
/// ```
/// use schur_engine::gates::GateMap;
/// // Two channels with one gate.
/// let map = GateMap::new(3, &[0, 1], &[2, 2]).expect("three channels");
/// assert_eq!(map.forward(&[2.0, -4.0, 0.0])?, [1.0, -2.0]);
/// // d(x_0 σ(x_2)) and d(x_1 σ(x_2)), with σ' = 1/4.
/// assert_eq!(map.backward(&[2.0, -4.0, 0.0], &[1.0, 0.0])?, [0.5, 0.0, 0.5]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateMap {
    inputs: usize,
    outputs: usize,
    /// Number of channels that gate.
    gates: usize,
    /// Gates that follow each other: first gate, first channel of it, number.
    open: Vec<[usize; 3]>,
    /// Channels that follow each other in all three: first of the result, first source, first gate, number.
    runs: Vec<[usize; 4]>,
    /// What channels without a gate have.
    activation: Activation,
    /// Number of these.
    free: usize,
    /// Those that follow each other: first of them, first of the result, first source, number.
    free_runs: Vec<[usize; 4]>,
}

impl GateMap {
    /// For every channel of the result its source and its gate among `inputs` channels. Nothing if there is
    /// no such channel, or not one gate for each source.
    #[must_use]
    pub fn new(inputs: usize, sources: &[usize], gates: &[usize]) -> Option<Self> {
        let gates: Vec<Option<usize>> = gates.iter().copied().map(Some).collect();
        Self::with_activation(inputs, sources, &gates, Activation::Identity)
    }

    /// As [`new`](Self::new), where channels without a gate are `y_c = f(x_s)` with the activation `f`.
    /// Nothing also if no channel has a gate.
    ///
    /// ```
    /// use schur_engine::{Activation, gates::GateMap};
    /// // A scalar, and a channel with a gate.
    /// let map = GateMap::with_activation(3, &[0, 1], &[None, Some(2)], Activation::Relu);
    /// let map = map.expect("three channels");
    /// assert_eq!(map.forward(&[-2.0, -4.0, 0.0])?, [0.0, -2.0]);
    /// assert_eq!(map.backward(&[3.0, -4.0, 0.0], &[1.0, 1.0])?, [1.0, 0.5, -1.0]);
    /// # Ok::<(), schur_engine::EngineError>(())
    /// ```
    #[must_use]
    pub fn with_activation(
        inputs: usize,
        sources: &[usize],
        gates: &[Option<usize>],
        activation: Activation,
    ) -> Option<Self> {
        let known = |channel: &usize| *channel < inputs;
        let mut distinct: Vec<usize> = gates.iter().flatten().copied().collect();
        if sources.len() != gates.len() || distinct.is_empty() {
            return None;
        }
        if !sources.iter().chain(&distinct).all(known) {
            return None;
        }
        distinct.sort_unstable();
        distinct.dedup();
        let mut open: Vec<[usize; 3]> = Vec::new();
        for (gate, &channel) in distinct.iter().enumerate() {
            match open.last_mut() {
                Some([_, first, len]) if *first + *len == channel => *len += 1,
                _ => open.push([gate, channel, 1]),
            }
        }
        let (mut runs, mut free_runs): (Vec<[usize; 4]>, Vec<[usize; 4]>) = Default::default();
        let mut free = 0;
        for (channel, (&source, gate)) in sources.iter().zip(gates).enumerate() {
            let Some(gate) = gate else {
                match free_runs.last_mut() {
                    Some([_, to, from, len]) if *to + *len == channel && *from + *len == source => {
                        *len += 1;
                    }
                    _ => free_runs.push([free, channel, source, 1]),
                }
                free += 1;
                continue;
            };
            let gate = distinct.partition_point(|other| other < gate);
            match runs.last_mut() {
                Some([to, from, first, len])
                    if [*to + *len, *from + *len, *first + *len] == [channel, source, gate] =>
                {
                    *len += 1;
                }
                _ => runs.push([channel, source, gate, 1]),
            }
        }
        Some(Self {
            inputs,
            outputs: sources.len(),
            gates: distinct.len(),
            open,
            runs,
            activation,
            free,
            free_runs,
        })
    }

    /// Number of channels of the result.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// `[pixels, channels]` to `[pixels, channels']`.
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::Length`] if `x` does not consist of whole pixels.
    pub fn forward<T: Scalar>(&self, x: &[T]) -> Result<Vec<T>> {
        let pixels = self.pixels(x)?;
        let mut y = vec![T::ZERO; pixels * self.outputs];
        if y.is_empty() {
            return Ok(y);
        }
        let part = PART.div_ceil(self.outputs);
        let scratch = Shared::new();
        y.par_chunks_mut(part * self.outputs)
            .zip(x.par_chunks(part * self.inputs))
            .for_each(|(y, x)| {
                scratch.with(Vec::new, |sigmas| {
                    in_wide_vectors(Sigmas {
                        map: self,
                        x,
                        sigmas,
                    });
                    in_wide_vectors(Products {
                        map: self,
                        x,
                        sigmas,
                        y,
                    });
                    match self.activation {
                        _ if self.free == 0 => {}
                        Activation::Identity => in_wide_vectors(Free(Identity, self, x, sigmas, y)),
                        Activation::Relu => in_wide_vectors(Free(Relu, self, x, sigmas, y)),
                        Activation::Elu => in_wide_vectors(Free(Elu, self, x, sigmas, y)),
                    }
                });
            });
        Ok(y)
    }

    /// The gradient in `x`, `[pixels, channels]`, from that in the result, `[pixels, channels']`.
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::Length`] if `x` does not consist of whole pixels, or `dy` has not as many.
    pub fn backward<T: Scalar>(&self, x: &[T], dy: &[T]) -> Result<Vec<T>> {
        let pixels = self.pixels(x)?;
        check_len("dy", dy.len(), pixels * self.outputs)?;
        let mut dx = vec![T::ZERO; x.len()];
        if dy.is_empty() {
            return Ok(dx);
        }
        let part = PART.div_ceil(self.outputs);
        let scratch = Shared::new();
        dx.par_chunks_mut(part * self.inputs)
            .zip(x.par_chunks(part * self.inputs))
            .zip(dy.par_chunks(part * self.outputs))
            .for_each(|((dx, x), dy)| {
                let make = || (Vec::new(), vec![T::ZERO; self.gates]);
                scratch.with(make, |(sigmas, sums)| {
                    in_wide_vectors(Sigmas {
                        map: self,
                        x,
                        sigmas,
                    });
                    in_wide_vectors(Gradients {
                        map: self,
                        x,
                        sigmas,
                        dy,
                        sums,
                        dx,
                    });
                    match self.activation {
                        _ if self.free == 0 => {}
                        Activation::Identity => {
                            in_wide_vectors(Slopes(Identity, self, x, sigmas, dy, dx));
                        }
                        Activation::Relu => in_wide_vectors(Slopes(Relu, self, x, sigmas, dy, dx)),
                        Activation::Elu => in_wide_vectors(Slopes(Elu, self, x, sigmas, dy, dx)),
                    }
                });
            });
        Ok(dx)
    }

    /// Writes the channels without a gate side by side, `[pixels, free]`: one long run for the processor,
    /// where theirs are as short as there are scalars.
    #[inline(always)]
    fn gather<T: Scalar>(&self, x: &[T], to: &mut Vec<T>) {
        to.resize(x.len() / self.inputs * self.free, T::ZERO);
        let pixels = to
            .chunks_exact_mut(self.free)
            .zip(x.chunks_exact(self.inputs));
        for (to, x) in pixels {
            for &[first, _, from, len] in &self.free_runs {
                to[first..first + len].copy_from_slice(&x[from..from + len]);
            }
        }
    }

    fn pixels<T>(&self, x: &[T]) -> Result<usize> {
        let pixels = x.len().checked_div(self.inputs).unwrap_or(0);
        check_len("x", x.len(), pixels * self.inputs)?;
        Ok(pixels)
    }
}

/// Writes how far the gates of all pixels are open, `[pixels, gates]`.
struct Sigmas<'a, T> {
    map: &'a GateMap,
    x: &'a [T],
    sigmas: &'a mut Vec<T>,
}

impl<T: Scalar> NullaryFnOnce for Sigmas<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { map, x, sigmas } = self;
        sigmas.resize(x.len() / map.inputs * map.gates, T::ZERO);
        for (sigma, x) in sigmas
            .chunks_exact_mut(map.gates)
            .zip(x.chunks_exact(map.inputs))
        {
            for &[gate, channel, len] in &map.open {
                sigma[gate..gate + len].copy_from_slice(&x[channel..channel + len]);
            }
        }
        for sigma in sigmas {
            *sigma = sigma.sigmoid();
        }
    }
}

struct Products<'a, T> {
    map: &'a GateMap,
    x: &'a [T],
    sigmas: &'a [T],
    y: &'a mut [T],
}

impl<T: Scalar> NullaryFnOnce for Products<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { map, x, sigmas, y } = self;
        let inputs = x
            .chunks_exact(map.inputs)
            .zip(sigmas.chunks_exact(map.gates));
        for (y, (x, sigma)) in y.chunks_exact_mut(map.outputs).zip(inputs) {
            for &[to, from, gate, len] in &map.runs {
                let factors = x[from..from + len].iter().zip(&sigma[gate..gate + len]);
                for (y, (&x, &sigma)) in y[to..to + len].iter_mut().zip(factors) {
                    *y = x * sigma;
                }
            }
        }
    }
}

/// Writes the channels without a gate; the scratch is free by then.
struct Free<'a, T, F>(F, &'a GateMap, &'a [T], &'a mut Vec<T>, &'a mut [T]);

impl<T: Scalar, F: Function> NullaryFnOnce for Free<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self(function, map, x, values, y) = self;
        map.gather(x, values);
        for value in values.iter_mut() {
            *value = function.value(*value);
        }
        for (y, values) in y
            .chunks_exact_mut(map.outputs)
            .zip(values.chunks_exact(map.free))
        {
            for &[first, to, _, len] in &map.free_runs {
                y[to..to + len].copy_from_slice(&values[first..first + len]);
            }
        }
    }
}

/// Adds the gradients of the channels without a gate; the scratch is free by then.
struct Slopes<'a, T, F>(
    F,
    &'a GateMap,
    &'a [T],
    &'a mut Vec<T>,
    &'a [T],
    &'a mut [T],
);

impl<T: Scalar, F: Function> NullaryFnOnce for Slopes<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self(function, map, x, slopes, dy, dx) = self;
        map.gather(x, slopes);
        for slope in slopes.iter_mut() {
            *slope = function.slope(*slope);
        }
        let given = slopes
            .chunks_exact(map.free)
            .zip(dy.chunks_exact(map.outputs));
        for (dx, (slopes, dy)) in dx.chunks_exact_mut(map.inputs).zip(given) {
            for &[first, to, from, len] in &map.free_runs {
                let factors = slopes[first..first + len].iter().zip(&dy[to..to + len]);
                for (dx, (&slope, &dy)) in dx[from..from + len].iter_mut().zip(factors) {
                    *dx += slope * dy;
                }
            }
        }
    }
}

struct Gradients<'a, T> {
    map: &'a GateMap,
    x: &'a [T],
    sigmas: &'a [T],
    dy: &'a [T],
    /// Of the gates of a pixel.
    sums: &'a mut [T],
    dx: &'a mut [T],
}

impl<T: Scalar> NullaryFnOnce for Gradients<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            map,
            x,
            sigmas,
            dy,
            sums,
            dx,
        } = self;
        let inputs = x
            .chunks_exact(map.inputs)
            .zip(sigmas.chunks_exact(map.gates));
        let given = inputs.zip(dy.chunks_exact(map.outputs));
        for (dx, ((x, sigma), dy)) in dx.chunks_exact_mut(map.inputs).zip(given) {
            sums.fill(T::ZERO);
            for &[to, from, gate, len] in &map.runs {
                let (x, dx) = (&x[from..from + len], &mut dx[from..from + len]);
                let (sigma, sums) = (&sigma[gate..gate + len], &mut sums[gate..gate + len]);
                for (i, &dy) in dy[to..to + len].iter().enumerate() {
                    dx[i] += dy * sigma[i];
                    sums[i] += dy * x[i];
                }
            }
            for &[gate, channel, len] in &map.open {
                let sums = sums[gate..gate + len].iter().zip(&sigma[gate..gate + len]);
                for (dx, (&sum, &sigma)) in dx[channel..channel + len].iter_mut().zip(sums) {
                    *dx += sum * sigma * (T::ONE - sigma);
                }
            }
        }
    }
}
