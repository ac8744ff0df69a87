//! The radial profiles and frequencies of steerable kernels.

use crate::error::MathError;

/// Kernels around one radius: `exp(-(r - radius)² / 2σ²)` times circular harmonics up to a
/// frequency.
///
/// ```
/// use schur_math::KernelBand;
///
/// let band = KernelBand::for_size(7)?;
/// let frequencies: Vec<usize> = band.rings().iter().map(|ring| ring.max_frequency).collect();
/// assert_eq!(frequencies, [0, 2, 3, 2]);
/// assert_eq!(band.rings()[2].profile(2.0), 1.0);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ring {
    /// Radius in pixels.
    pub radius: f64,
    /// Standard deviation of the Gaussian profile in pixels.
    pub sigma: f64,
    /// Highest angular frequency.
    pub max_frequency: usize,
}

impl Ring {
    /// The profile at a distance from the centre.
    pub fn profile(&self, distance: f64) -> f64 {
        let deviation = (distance - self.radius) / self.sigma;
        (-0.5 * deviation * deviation).exp()
    }
}

/// Rings with their widths and highest frequencies.
///
/// ```
/// use schur_math::KernelBand;
///
/// // As many circular harmonics as the default bases of escnn have.
/// let harmonics = |k| KernelBand::for_size(k).map(|band| band.harmonics());
/// assert_eq!(harmonics(3)?, 6);
/// assert_eq!(harmonics(5)?, 11);
/// assert_eq!(harmonics(7)?, 18);
/// assert_eq!(harmonics(9)?, 31);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct KernelBand {
    rings: Vec<Ring>,
}

/// Width of a ring, of the outermost ring, and of the point at the centre, in pixels.
const SIGMA: f64 = 0.6;
const OUTER_SIGMA: f64 = 0.4;
/// So narrow that it vanishes on all pixels but the central one.
const CENTRE_SIGMA: f64 = 0.005;

impl KernelBand {
    /// Largest kernel in pixels.
    pub const MAX_SIZE: usize = 255;

    /// The default band for kernels of `size` pixels, that of escnn (Cesa et al. 2022) for odd
    /// sizes: rings at `0, 1, …, (size - 1)/2`; on ring `r` frequencies up to `2r`, one less
    /// for even `r`, and up to 2 on the outermost ring. Kernels of even size have rings at
    /// `1/2, 3/2, …` instead, with frequencies up to `2r + 1`, on the outermost up to 2.
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_SIZE`](Self::MAX_SIZE).
    pub fn for_size(size: usize) -> Result<Self, MathError> {
        if size == 0 || size > Self::MAX_SIZE {
            return Err(MathError::geometry(
                "the size of a kernel",
                size,
                "it is out of range",
                "use 1 to 255 pixels",
            ));
        }
        let odd = size % 2 == 1;
        let count = size.div_ceil(2);
        let rings = (0..count).map(|i| {
            let radius = i as f64 + if odd { 0.0 } else { 0.5 };
            let last = i + 1 == count;
            let max_frequency = match (i, last, odd) {
                (0, _, true) => 0,
                (_, true, _) => 2,
                (i, _, true) => 2 * i - (i + 1) % 2,
                (i, _, false) => 2 * i + 2,
            };
            let sigma = match (i, last, odd) {
                (0, _, true) => CENTRE_SIGMA,
                (0, true, false) => SIGMA,
                (_, true, _) => OUTER_SIGMA,
                _ => SIGMA,
            };
            Ring {
                radius,
                sigma,
                max_frequency,
            }
        });
        Self::new(rings.collect())
    }

    /// A band of given rings.
    ///
    /// # Errors
    ///
    /// If there is no ring, a radius is negative, a width is not positive, a number is not
    /// finite, or a ring of radius 0 has frequencies above 0.
    pub fn new(rings: Vec<Ring>) -> Result<Self, MathError> {
        let problem = |ring: &Ring| {
            if !(ring.radius.is_finite() && ring.radius >= 0.0) {
                Some((
                    "its radius is not a size",
                    "use a radius of 0 or more pixels",
                ))
            } else if !(ring.sigma.is_finite() && ring.sigma > 0.0) {
                Some(("its width is not a size", "use a width above 0 pixels"))
            } else if ring.radius == 0.0 && ring.max_frequency > 0 && ring.sigma <= CENTRE_SIGMA {
                Some(("at radius 0 there is no direction", "use frequency 0 there"))
            } else {
                None
            }
        };
        for ring in &rings {
            if let Some((problem, remedy)) = problem(ring) {
                return Err(MathError::geometry(
                    "a ring of kernels",
                    ring,
                    problem,
                    remedy,
                ));
            }
        }
        if rings.is_empty() {
            return Err(MathError::geometry(
                "a band of kernels",
                "no rings",
                "it is empty",
                "give at least one ring",
            ));
        }
        Ok(Self { rings })
    }

    /// The rings from the inside out.
    pub fn rings(&self) -> &[Ring] {
        &self.rings
    }

    /// The highest frequency of all rings.
    pub fn max_frequency(&self) -> usize {
        let frequencies = self.rings.iter().map(|ring| ring.max_frequency);
        frequencies.max().unwrap_or(0)
    }

    /// Number of circular harmonics on all rings, `Σ (1 + 2 F_r)`.
    pub fn harmonics(&self) -> usize {
        let of_ring = |ring: &Ring| 1 + 2 * ring.max_frequency;
        self.rings.iter().map(of_ring).sum()
    }
}
