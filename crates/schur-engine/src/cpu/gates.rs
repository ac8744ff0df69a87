//! Channels that other channels open and close.

use crate::parallel::*;
use pulp::NullaryFnOnce;

use super::scratch::Shared;
use super::vectors::in_wide_vectors;
use crate::error::check_len;
use crate::{Result, Scalar};

/// Numbers of a part of the work, about.
const PART: usize = 1 << 13;

/// Products of channels with the sigmoid of others, at every pixel: `y_c = x_s σ(x_g)`, where every channel
/// `c` of the result has a source `s` and a gate `g`, `σ(t) = 1 / (1 + exp(-t))`. A channel that gates
/// itself is SiLU.
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
}

impl GateMap {
    /// For every channel of the result its source and its gate among `inputs` channels. Nothing if there is
    /// no such channel, or not one gate for each source.
    #[must_use]
    pub fn new(inputs: usize, sources: &[usize], gates: &[usize]) -> Option<Self> {
        let known = |channels: &[usize]| channels.iter().all(|&channel| channel < inputs);
        if sources.len() != gates.len() || !known(sources) || !known(gates) {
            return None;
        }
        let mut distinct = gates.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let mut open: Vec<[usize; 3]> = Vec::new();
        for (gate, &channel) in distinct.iter().enumerate() {
            match open.last_mut() {
                Some([_, first, len]) if *first + *len == channel => *len += 1,
                _ => open.push([gate, channel, 1]),
            }
        }
        let mut runs: Vec<[usize; 4]> = Vec::new();
        for (channel, (&source, gate)) in sources.iter().zip(gates).enumerate() {
            let gate = distinct.partition_point(|other| other < gate);
            match runs.last_mut() {
                Some([_, from, first, len]) if *from + *len == source && *first + *len == gate => {
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
                });
            });
        Ok(dx)
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
