//! Channels in another order, some more than once and some not at all.

use crate::parallel::*;

use crate::error::check_len;
use crate::{Result, Scalar};

/// Numbers of a part of the work, about.
const PART: usize = 1 << 13;

/// A linear map of the channels of every pixel, `y_c = Σ x_s` over pairs of a channel `s` of the input and
/// a channel `c` of the result.
///
/// ```
/// use schur_engine::channels::ChannelMap;
/// let map = ChannelMap::select(3, &[2, 0, 0]).expect("three channels");
/// assert_eq!(map.apply(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?, [3.0, 1.0, 1.0, 6.0, 4.0, 4.0]);
/// assert_eq!(map.adjoint().apply(&[1.0, 1.0, 1.0])?, [2.0, 0.0, 1.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelMap {
    inputs: usize,
    outputs: usize,
    /// Channels that follow each other in both: first of the result, first of the input, number.
    runs: Vec<[usize; 3]>,
}

impl ChannelMap {
    /// For every channel of the result the one of the input. Nothing if one is not below `inputs`.
    #[must_use]
    pub fn select(inputs: usize, sources: &[usize]) -> Option<Self> {
        let mut runs: Vec<[usize; 3]> = Vec::new();
        for (channel, &source) in sources.iter().enumerate() {
            match runs.last_mut() {
                Some([_, first, len]) if *first + *len == source => *len += 1,
                _ => runs.push([channel, source, 1]),
            }
        }
        let known = sources.iter().all(|&source| source < inputs);
        known.then_some(Self {
            inputs,
            outputs: sources.len(),
            runs,
        })
    }

    /// Number of channels of the result.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The transposed map, which takes gradients back.
    #[must_use]
    pub fn adjoint(&self) -> Self {
        let swapped = self.runs.iter().map(|&[to, from, len]| [from, to, len]);
        Self {
            inputs: self.outputs,
            outputs: self.inputs,
            runs: swapped.collect(),
        }
    }

    /// `[pixels, channels]` to `[pixels, channels']`.
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::Length`] if `x` does not consist of whole pixels.
    pub fn apply<T: Scalar>(&self, x: &[T]) -> Result<Vec<T>> {
        let pixels = x.len().checked_div(self.inputs).unwrap_or(0);
        check_len("x", x.len(), pixels * self.inputs)?;
        let mut y = vec![T::ZERO; pixels * self.outputs];
        if y.is_empty() {
            return Ok(y);
        }
        let part = PART.div_ceil(self.outputs);
        y.par_chunks_mut(part * self.outputs)
            .zip(x.par_chunks(part * self.inputs))
            .for_each(|(y, x)| {
                let pixels = y
                    .chunks_exact_mut(self.outputs)
                    .zip(x.chunks_exact(self.inputs));
                for (y, x) in pixels {
                    for &[to, from, len] in &self.runs {
                        let terms = y[to..to + len].iter_mut().zip(&x[from..from + len]);
                        terms.for_each(|(y, &x)| *y += x);
                    }
                }
            });
        Ok(y)
    }
}
