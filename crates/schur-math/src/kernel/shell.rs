//! Radial functions with the frequencies that they carry.

use super::bessel::{bessel, bessel_slope};
use super::zernike::{zernike, zernike_slope};

/// A ring of Gaussian profile: `exp(-(r - radius)² / 2σ²)` times circular harmonics up to a
/// frequency.
///
/// ```
/// use schur_math::{KernelBand, Ring};
///
/// let ring = Ring { radius: 2.0, sigma: 0.6, max_frequency: 3 };
/// let band = KernelBand::new(vec![ring])?;
/// assert_eq!(band.shells()[0].frequencies(), [0, 1, 2, 3]);
/// assert_eq!(band.shells()[0].value(3, 2.0), 1.0);
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

/// One radial function of a [`KernelBand`](super::KernelBand) and the frequencies `μ` of the
/// circular harmonics, in space the degrees of the spherical ones, that it is multiplied with. The function may depend on `μ`.
///
/// ```
/// use schur_math::KernelBand;
///
/// // Zernike polynomials: degree n carries the frequencies n, n - 2, …
/// let band = KernelBand::zernike(5)?;
/// assert_eq!(band.shells()[3].frequencies(), [1, 3]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Shell {
    pub(super) profile: Profile,
    pub(super) frequencies: Vec<usize>,
}

/// The kinds of radial functions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Profile {
    /// `exp(-(r - radius)² / 2σ²)`.
    Gaussian { radius: f64, sigma: f64 },
    /// `J_μ(j r/R)`, in space `j_μ`, normalised; 0 from `R` on. At index `μ` the zero `j` of the
    /// function of order `μ`, and the size of that of order `μ + 1` there.
    Bessel {
        dimension: usize,
        disk: f64,
        zeros: Vec<(f64, f64)>,
    },
    /// `R_n^μ(r/R)`, normalised; 0 beyond `R`.
    Zernike {
        dimension: usize,
        disk: f64,
        degree: usize,
    },
    /// `r^n`.
    Power { degree: usize },
}

impl Shell {
    /// The frequencies of its harmonics, ascending.
    pub fn frequencies(&self) -> &[usize] {
        &self.frequencies
    }

    /// Radius in pixels: of a ring, or of the disk outside which it is zero; 0 for powers
    /// of `r`, which have none.
    pub fn radius(&self) -> f64 {
        match self.profile {
            Profile::Gaussian { radius, .. } => radius,
            Profile::Bessel { disk, .. } | Profile::Zernike { disk, .. } => disk,
            Profile::Power { .. } => 0.0,
        }
    }

    /// The radial function of a frequency at a distance from the centre; 0 for frequencies
    /// that it does not carry.
    pub fn value(&self, frequency: usize, distance: f64) -> f64 {
        if !self.frequencies.contains(&frequency) {
            return 0.0;
        }
        match &self.profile {
            Profile::Gaussian { radius, sigma } => {
                let deviation = (distance - radius) / sigma;
                (-0.5 * deviation * deviation).exp()
            }
            Profile::Bessel {
                dimension,
                disk,
                zeros,
            } => {
                if distance >= *disk {
                    return 0.0;
                }
                // ∫ J_μ(j r/R)² r dr over the disk is R²/2 J_{μ+1}(j)², ∫ j_μ(j r/R)² r² dr over
                // the ball R³/2 j_{μ+1}(j)².
                let (zero, slope) = zeros[frequency];
                let norm = root_power(*dimension, *disk) * 0.5f64.sqrt() * slope;
                bessel(*dimension, frequency, zero * distance / disk) / norm
            }
            Profile::Zernike {
                dimension,
                disk,
                degree,
            } => {
                if distance > *disk {
                    return 0.0;
                }
                // ∫ R_n^μ(r/R)² r^{D-1} dr over the disk or ball is R^D/(2n + D).
                let size = ((2 * degree + dimension) as f64).sqrt();
                let norm = root_power(*dimension, *disk) / size;
                zernike(*dimension, *degree, frequency, distance / disk) / norm
            }
            Profile::Power { degree } => distance.powi(*degree as i32),
        }
    }

    /// The value that all of its frequencies share, if they do.
    pub(super) fn common(&self, distance: f64) -> Option<f64> {
        let depends = matches!(
            self.profile,
            Profile::Bessel { .. } | Profile::Zernike { .. }
        );
        let frequency = self.frequencies.first().filter(|_| !depends)?;
        Some(self.value(*frequency, distance))
    }

    /// The derivative of [`value`](Self::value) by the distance. On the rim of a disk it is that
    /// inside it; of Bessel functions, which end there with a kink, 0.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// // r², and r³ beyond.
    /// let band = KernelBand::polynomials(3)?;
    /// assert_eq!(band.shells()[2].slope(0, 1.5), 3.0);
    /// assert_eq!(band.shells()[3].slope(1, 2.0), 12.0);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn slope(&self, frequency: usize, distance: f64) -> f64 {
        if !self.frequencies.contains(&frequency) {
            return 0.0;
        }
        match &self.profile {
            Profile::Gaussian { radius, sigma } => {
                let deviation = (distance - radius) / sigma;
                -deviation / sigma * (-0.5 * deviation * deviation).exp()
            }
            Profile::Bessel {
                dimension,
                disk,
                zeros,
            } => {
                if distance >= *disk {
                    return 0.0;
                }
                let (zero, slope) = zeros[frequency];
                let norm = root_power(*dimension, *disk) * 0.5f64.sqrt() * slope;
                let derivative = bessel_slope(*dimension, frequency, zero * distance / disk);
                derivative * zero / disk / norm
            }
            Profile::Zernike {
                dimension,
                disk,
                degree,
            } => {
                if distance > *disk {
                    return 0.0;
                }
                let size = ((2 * degree + dimension) as f64).sqrt();
                let norm = root_power(*dimension, *disk) / size;
                zernike_slope(*dimension, *degree, frequency, distance / disk) / disk / norm
            }
            Profile::Power { degree: 0 } => 0.0,
            Profile::Power { degree } => *degree as f64 * distance.powi(*degree as i32 - 1),
        }
    }

    /// This function stretched by a factor; powers of `r` have no size and stay.
    pub(super) fn scaled(&self, factor: f64) -> Self {
        let profile = match self.profile.clone() {
            Profile::Gaussian { radius, sigma } => Profile::Gaussian {
                radius: radius * factor,
                sigma: sigma * factor,
            },
            Profile::Bessel {
                dimension,
                disk,
                zeros,
            } => Profile::Bessel {
                dimension,
                disk: disk * factor,
                zeros,
            },
            Profile::Zernike {
                dimension,
                disk,
                degree,
            } => Profile::Zernike {
                dimension,
                disk: disk * factor,
                degree,
            },
            Profile::Power { degree } => Profile::Power { degree },
        };
        Self {
            profile,
            frequencies: self.frequencies.clone(),
        }
    }
}

/// `R^{D/2}`.
fn root_power(dimension: usize, radius: f64) -> f64 {
    match dimension {
        2 => radius,
        _ => radius * radius.sqrt(),
    }
}
