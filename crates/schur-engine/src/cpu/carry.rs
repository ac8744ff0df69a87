//! Values that are carried from place to place, their channels permuted and multiplied.

use crate::parallel::*;

use crate::error::check_len;
use crate::{Result, Scalar};

/// Numbers of a part of the work, at least.
const PART: usize = 1 << 12;

/// A linear map `y_p = Σ T x_q` over pairs (place q of the input, transport T) of every place `p` of the
/// result, where a transport sends channels to channels: `(T x)_c = f(c) x_s(c)` with a permutation `s`.
///
/// The copy of a row of two places with its mirror image beyond the end, where the second channel has
/// the other sign:
///
/// ```
/// use schur_engine::carry::CarryMap;
/// let kept = vec![(0, 1.0), (1, 1.0)];
/// let mirrored = vec![(0, 1.0), (1, -1.0)];
/// let places = [Some((0, 0)), Some((1, 0)), Some((0, 1)), None];
/// let map = CarryMap::new(2, vec![kept, mirrored], &places).expect("permutations of channels");
/// let x = [1.0, 2.0, 3.0, 4.0];
/// assert_eq!(map.apply(1, &x)?, [1.0, 2.0, 3.0, 4.0, 1.0, -2.0, 0.0, 0.0]);
/// assert_eq!(map.adjoint().apply(1, &[1.0; 8])?, [2.0, 0.0, 1.0, 1.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CarryMap {
    inputs: usize,
    channels: usize,
    transports: Vec<Transport>,
    /// Of every place of the result: the last of its pairs, those of all before it counted.
    ends: Vec<usize>,
    /// Place of the input, transport.
    pairs: Vec<(usize, usize)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Transport {
    /// Whether nothing changes.
    kept: bool,
    /// Per channel of the result: that of the input, and the factor.
    channels: Vec<(usize, f64)>,
}

impl CarryMap {
    /// A map from `inputs` places to as many as `places` has: for every one the place of the input and
    /// the index of a transport, or nothing for zeros. A transport has for every channel of the result
    /// that of the input and the factor.
    ///
    /// Nothing if a transport is no permutation of the channels of all, or an index is out of range.
    #[must_use]
    pub fn new(
        inputs: usize,
        transports: Vec<Vec<(usize, f64)>>,
        places: &[Option<(usize, usize)>],
    ) -> Option<Self> {
        let channels = transports.first().map_or(0, Vec::len);
        let permutes = |transport: &Vec<(usize, f64)>| {
            let mut sources: Vec<usize> = transport.iter().map(|&(source, _)| source).collect();
            sources.sort_unstable();
            sources.into_iter().eq(0..channels)
        };
        let known =
            |&(place, transport): &(usize, usize)| place < inputs && transport < transports.len();
        if !transports.iter().all(permutes) || !places.iter().flatten().all(known) {
            return None;
        }
        let transports = transports.into_iter().map(|channels| Transport {
            kept: channels
                .iter()
                .enumerate()
                .all(|(c, &from)| from == (c, 1.0)),
            channels,
        });
        let mut map = Self {
            inputs,
            channels,
            transports: transports.collect(),
            ends: Vec::with_capacity(places.len()),
            pairs: Vec::new(),
        };
        for place in places {
            map.pairs.extend(place);
            map.ends.push(map.pairs.len());
        }
        Some(map)
    }

    /// Number of places of the result.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.ends.len()
    }

    /// The transposed map, which takes gradients back.
    #[must_use]
    pub fn adjoint(&self) -> Self {
        let transposed = |transport: &Transport| {
            let mut channels = transport.channels.clone();
            for (channel, &(source, factor)) in transport.channels.iter().enumerate() {
                channels[source] = (channel, factor);
            }
            Transport {
                kept: transport.kept,
                channels,
            }
        };
        let mut of_input = vec![Vec::new(); self.inputs];
        for place in 0..self.outputs() {
            for &(input, transport) in self.pairs_of(place) {
                of_input[input].push((place, transport));
            }
        }
        let ends = of_input.iter().scan(0, |end, pairs| {
            *end += pairs.len();
            Some(*end)
        });
        Self {
            inputs: self.outputs(),
            channels: self.channels,
            transports: self.transports.iter().map(transposed).collect(),
            ends: ends.collect(),
            pairs: of_input.concat(),
        }
    }

    fn pairs_of(&self, place: usize) -> &[(usize, usize)] {
        let first = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.pairs[first..self.ends[place]]
    }

    /// `[batch, places, channels]` to `[batch, places', channels]`.
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::Length`] if `x` does not have the length of batch, places and channels.
    pub fn apply<T: Scalar>(&self, batch: usize, x: &[T]) -> Result<Vec<T>> {
        let (image, outputs) = (self.inputs * self.channels, self.outputs());
        check_len("x", x.len(), batch * image)?;
        let mut y = vec![T::ZERO; batch * outputs * self.channels];
        if y.is_empty() {
            return Ok(y);
        }
        let places = PART.div_ceil(self.channels);
        let parts = y.par_chunks_mut(places * self.channels).enumerate();
        parts.for_each(|(part, y)| {
            for (at, y) in (part * places..).zip(y.chunks_exact_mut(self.channels)) {
                let x = &x[at / outputs * image..][..image];
                for (index, &(place, transport)) in self.pairs_of(at % outputs).iter().enumerate() {
                    let x = &x[place * self.channels..][..self.channels];
                    match (&self.transports[transport], index) {
                        (Transport { kept: true, .. }, 0) => y.copy_from_slice(x),
                        (Transport { kept: true, .. }, _) => {
                            y.iter_mut().zip(x).for_each(|(y, &x)| *y += x);
                        }
                        (Transport { channels, .. }, _) => {
                            for (y, &(source, factor)) in y.iter_mut().zip(channels) {
                                *y += T::from_f64(factor) * x[source];
                            }
                        }
                    }
                }
            }
        });
        Ok(y)
    }
}
