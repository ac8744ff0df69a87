//! Named rules for the frequencies of rings.

use super::shell::Ring;
use crate::error::MathError;

/// Width of a ring, of the outermost ring, and of the point at the centre, in pixels.
pub(super) const SIGMA: f64 = 0.6;
pub(super) const OUTER_SIGMA: f64 = 0.4;
/// Width of a Gaussian so narrow that it vanishes on all pixels but the central one.
pub(super) const CENTRE_SIGMA: f64 = 0.005;

/// Which frequencies the rings of a kernel have, for
/// [`KernelBand::with_policy`](super::KernelBand::with_policy). On the point at the centre it is
/// 0. The names stand for the policies of escnn (`frequencies_cutoff`).
///
/// ```
/// use schur_math::{FrequencyPolicy, KernelBand};
///
/// let default = KernelBand::with_policy(5, FrequencyPolicy::Default)?;
/// assert_eq!(default, KernelBand::for_size(5)?);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum FrequencyPolicy {
    /// Up to `2r` on the ring of radius `r`, one less for even `r`, and up to 2 on the outermost
    /// ring (escnn: -1, the default).
    #[default]
    Default,
    /// As by default, but up to 1 on the outermost ring, which a square grid holds worst
    /// (escnn: -2).
    LowRim,
    /// Up to 2, and to 1 on the outermost ring (escnn: -3). Never above `2r`.
    Low,
    /// Up to so many times the radius, rounded down (escnn: a positive number; its wide residual
    /// networks have 3).
    Radius(f64),
}

impl FrequencyPolicy {
    /// The rings of a kernel of `size > 0` pixels.
    pub(super) fn rings(self, size: usize) -> Result<Vec<Ring>, MathError> {
        if let Self::Radius(factor) = self
            && !(factor.is_finite() && factor >= 0.0)
        {
            return Err(MathError::geometry(
                "the frequencies per radius of kernels",
                factor,
                "it is not a number of frequencies",
                "use a finite number from 0 up, such as 3",
            ));
        }
        let odd = size % 2 == 1;
        let count = size.div_ceil(2);
        let ring = |i: usize| {
            let last = i + 1 == count;
            let radius = i as f64 + if odd { 0.0 } else { 0.5 };
            Ring {
                radius,
                max_frequency: if odd && i == 0 {
                    0
                } else {
                    // `2r`, which is odd between the pixels.
                    let twice = if odd { 2 * i } else { 2 * i + 1 };
                    match (self, last) {
                        (Self::Default, true) => 2,
                        (Self::Default | Self::LowRim, false) => {
                            twice - usize::from(odd && i.is_multiple_of(2))
                        }
                        (Self::LowRim | Self::Low, true) => 1,
                        (Self::Low, false) => twice.min(2),
                        // As a cast saturates, what is too large is refused by the band.
                        (Self::Radius(factor), _) => (factor * radius) as usize,
                    }
                },
                sigma: match (i, last, odd) {
                    (0, _, true) => CENTRE_SIGMA,
                    (0, true, false) => SIGMA,
                    (_, true, _) => OUTER_SIGMA,
                    _ => SIGMA,
                },
            }
        };
        Ok((0..count).map(ring).collect())
    }
}
