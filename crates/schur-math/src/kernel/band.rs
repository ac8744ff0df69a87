//! The radial functions and frequencies of steerable kernels.

mod sample;

use std::f64::consts::PI;

use super::basis::KernelAttributes;
use super::bessel::{bessel, bessel_zeros};
use super::harmonics::count;
use super::policy::{CENTRE_SIGMA, FrequencyPolicy, OUTER_SIGMA, SIGMA};
use super::shell::{Profile, Ring, Shell};
use crate::error::MathError;
use crate::harmonics::check_degree;

/// The radial functions of a kernel basis, each with its frequencies: rings of Gaussian
/// profile, Bessel functions, Zernike polynomials or powers.
///
/// In space the rings are spherical shells and the frequencies degrees of spherical harmonics.
/// Bands made for the plane and for space differ in which degrees and functions they take; both
/// are bands in either:
///
/// | for | plane | space |
/// |---|---|---|
/// | a kernel of some pixels or voxels | [`for_size`](Self::for_size), [`with_policy`](Self::with_policy), [`for_line`](Self::for_line) | [`in_space`](Self::in_space) |
/// | orthonormal functions on a disk or in a ball | [`bessel`](Self::bessel), [`zernike`](Self::zernike) | [`bessel_in_space`](Self::bessel_in_space), [`zernike_in_space`](Self::zernike_in_space) |
/// | points | [`for_points`](Self::for_points) | the same |
/// | rings of one's own, homogeneous polynomials, harmonics alone, intertwiners | [`new`](Self::new), [`polynomials`](Self::polynomials), [`angular`](Self::angular), [`point`](Self::point) | the same |
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
    shells: Vec<Shell>,
    max_offset: Option<usize>,
}

impl KernelBand {
    /// Largest kernel in pixels.
    pub const MAX_SIZE: usize = 255;

    /// Largest kernel of [`bessel`](Self::bessel) and [`zernike`](Self::zernike) in pixels:
    /// they have about as many functions as the kernel has pixels.
    pub const MAX_DISK: usize = 63;

    /// Largest kernel of [`bessel_in_space`](Self::bessel_in_space) and
    /// [`zernike_in_space`](Self::zernike_in_space) in voxels along an axis.
    pub const MAX_BALL: usize = 31;

    /// Highest angular frequency, and highest degree in space.
    pub const MAX_FREQUENCY: usize = 256;

    /// The default band for kernels of `size` pixels, that of escnn (Cesa et al. 2022) for odd
    /// sizes: rings at `0, 1, …, (size - 1)/2`; on ring `r` frequencies up to `2r`, one less
    /// for even `r`, and up to 2 on the outermost ring. Kernels of even size have rings at
    /// `1/2, 3/2, …` instead, with frequencies up to `2r`, on the outermost up to 2. On square
    /// grids of this size the samples of different elements are linearly independent.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// // A point in the middle and a ring of radius 1.
    /// let band = KernelBand::for_size(3)?;
    /// assert_eq!(band.shells().len(), 2);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_SIZE`](Self::MAX_SIZE).
    pub fn for_size(size: usize) -> Result<Self, MathError> {
        Self::with_policy(size, FrequencyPolicy::Default)
    }

    /// The default band for kernels of `size` voxels along each axis, that of escnn (Cesa et al.
    /// 2022) for odd sizes: spherical shells at `0, 1, …, (size - 1)/2`, with spherical harmonics
    /// of degree 0 at the centre and up to 2 elsewhere. Kernels of even size have shells at
    /// `1/2, 3/2, …` instead, the innermost of several up to degree 1. On cubic grids of this size
    /// the harmonics of the band are linearly independent; only of 2 voxels, two of degree 2 vanish.
    ///
    /// [`with_max_frequency`](Self::with_max_frequency) takes higher degrees.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// let degrees: Vec<usize> = (KernelBand::in_space(7)?.shells().iter())
    ///     .map(|shell| shell.frequencies().len() - 1)
    ///     .collect();
    /// assert_eq!(degrees, [0, 2, 2, 2]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_SIZE`](Self::MAX_SIZE).
    pub fn in_space(size: usize) -> Result<Self, MathError> {
        check_size(size, Self::MAX_SIZE)?;
        let mut rings = FrequencyPolicy::Default.rings(size)?;
        for ring in &mut rings {
            ring.max_frequency = ring.max_frequency.min(2);
        }
        Self::new(rings)
    }

    /// The rings of [`for_size`](Self::for_size) with the frequencies of another policy.
    ///
    /// ```
    /// use schur_math::{FrequencyPolicy, KernelBand};
    ///
    /// let highest = |policy| -> Result<Vec<usize>, schur_math::MathError> {
    ///     let band = KernelBand::with_policy(7, policy)?;
    ///     Ok(band.shells().iter().map(|shell| shell.frequencies().len() - 1).collect())
    /// };
    /// assert_eq!(highest(FrequencyPolicy::Default)?, [0, 2, 3, 2]);
    /// assert_eq!(highest(FrequencyPolicy::LowRim)?, [0, 2, 3, 1]);
    /// assert_eq!(highest(FrequencyPolicy::Low)?, [0, 2, 2, 1]);
    /// assert_eq!(highest(FrequencyPolicy::Radius(3.0))?, [0, 3, 6, 9]);
    /// assert!(KernelBand::with_policy(7, FrequencyPolicy::Radius(-1.0)).is_err());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_SIZE`](Self::MAX_SIZE), the factor of a policy is
    /// negative or not finite, or a frequency would be above
    /// [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
    pub fn with_policy(size: usize, policy: FrequencyPolicy) -> Result<Self, MathError> {
        check_size(size, Self::MAX_SIZE)?;
        Self::new(policy.rings(size)?)
    }

    /// The band for kernels on a line of `size` pixels, of the trivial group or of mirrors: the
    /// rings of [`for_size`](Self::for_size), each with its even (frequency 0) and its odd
    /// (frequency 1) functions. On `1 x size` pixels it is complete.
    ///
    /// ```
    /// use schur_math::{KernelBand, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
    ///
    /// let flip = PlanarGroup::parse("D1")?;
    /// let even = PlanarRepresentation::irrep(&flip, "A1")?;
    /// let odd = PlanarRepresentation::irrep(&flip, "A2")?;
    /// let basis = SteerableKernelBasis::new(&odd, &even, &KernelBand::for_line(5)?)?;
    /// // Antisymmetric kernels of length 5.
    /// assert_eq!(basis.on_grid([1, 1, 5])?.len(), 2);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_SIZE`](Self::MAX_SIZE).
    pub fn for_line(size: usize) -> Result<Self, MathError> {
        check_size(size, Self::MAX_SIZE)?;
        let mut rings = FrequencyPolicy::Default.rings(size)?;
        for ring in &mut rings {
            ring.max_frequency = usize::from(ring.radius > 0.0);
        }
        Self::new(rings)
    }

    /// The band of escnn for kernels that are sampled at any points of the plane or of space up to a
    /// distance `width`: `rings` rings (spherical shells) from 0 to `width`, frequencies (degrees) up to
    /// three times the radius. [`with_max_frequency`](Self::with_max_frequency) takes fewer: of degree `l`
    /// there are `2l + 1` harmonics in space.
    ///
    /// # Errors
    ///
    /// If there is no ring, the width is not positive and finite, or a frequency would be above
    /// [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
    pub fn for_points(width: f64, rings: usize) -> Result<Self, MathError> {
        let (max, what) = (Self::MAX_SIZE, "the number of rings");
        check_degree(what, rings, max)?;
        let radius = |i: usize| width * i as f64 / rings.saturating_sub(1).max(1) as f64;
        let ring = |i: usize| Ring {
            radius: radius(i),
            sigma: match i {
                0 => CENTRE_SIGMA,
                _ if i + 1 == rings => OUTER_SIGMA,
                _ => SIGMA,
            },
            // As a cast saturates, what is too large is refused below.
            max_frequency: (3.0 * radius(i)) as usize,
        };
        Self::new((0..rings).map(ring).collect())
    }

    /// The band of a point: intertwiners, without a radial function and without frequencies.
    pub fn point() -> Self {
        Self::of_powers([0], |_| vec![0])
    }

    /// Bessel functions on a disk: `J_μ(j r/R)` for all zeros `j` of `J_μ` with `j/R <= π`, the
    /// highest frequency that pixels can hold. The disk ends one pixel beyond the middle of the
    /// outermost pixel, `R = (size + 1)/2`. Shells count the zeros.
    ///
    /// Elements are orthonormal in `1/2π ∫ tr(K K'ᵀ) dx dy`.
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_DISK`](Self::MAX_DISK).
    pub fn bessel(size: usize) -> Result<Self, MathError> {
        Self::of_bessel(2, size, Self::MAX_DISK)
    }

    /// Spherical Bessel functions in a ball: `j_l(j r/R)` for all zeros `j` of `j_l` with
    /// `j/R <= π`, the highest frequency that voxels can hold. The ball ends one voxel beyond the
    /// middle of the outermost voxel on an axis, `R = (size + 1)/2`. Shells count the zeros.
    ///
    /// Elements are orthonormal in `1/4π ∫ tr(K K'ᵀ) dx dy dz`.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// // The zeros of j_0 = sin x / x are multiples of π: one per voxel from the centre on.
    /// assert_eq!(KernelBand::bessel_in_space(5)?.shells().len(), 3);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_BALL`](Self::MAX_BALL).
    pub fn bessel_in_space(size: usize) -> Result<Self, MathError> {
        Self::of_bessel(3, size, Self::MAX_BALL)
    }

    fn of_bessel(dimension: usize, size: usize, max: usize) -> Result<Self, MathError> {
        check_size(size, max)?;
        let disk = (size as f64 + 1.0) / 2.0;
        let orders = bessel_zeros(dimension, PI * disk);
        let count = orders.first().map_or(0, Vec::len);
        let shell = |n: usize| {
            let nth = orders.iter().map_while(|zeros| zeros.get(n).copied());
            let zeros: Vec<(f64, f64)> = (nth.enumerate())
                .map(|(mu, zero)| (zero, bessel(dimension, mu + 1, zero).abs()))
                .collect();
            Shell {
                frequencies: (0..zeros.len()).collect(),
                profile: Profile::Bessel {
                    dimension,
                    disk,
                    zeros,
                },
            }
        };
        Self::of_shells((0..count).map(shell).collect())
    }

    /// Zernike polynomials on the disk of radius `size/2`, of degrees below `size`, which the
    /// pixels tell apart. Shells are the degrees.
    ///
    /// Elements are orthonormal in `1/2π ∫ tr(K K'ᵀ) dx dy`.
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_DISK`](Self::MAX_DISK).
    pub fn zernike(size: usize) -> Result<Self, MathError> {
        Self::of_zernike(2, size, Self::MAX_DISK)
    }

    /// Zernike polynomials of space (Canterakis 1999) in the ball of radius `size/2`, of degrees
    /// below `size`, which the voxels tell apart. Shells are the degrees.
    ///
    /// Elements are orthonormal in `1/4π ∫ tr(K K'ᵀ) dx dy dz`.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// // All polynomials of three variables of degree up to 2.
    /// assert_eq!(KernelBand::zernike_in_space(3)?.harmonics_in_space(), 10);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_BALL`](Self::MAX_BALL).
    pub fn zernike_in_space(size: usize) -> Result<Self, MathError> {
        Self::of_zernike(3, size, Self::MAX_BALL)
    }

    fn of_zernike(dimension: usize, size: usize, max: usize) -> Result<Self, MathError> {
        check_size(size, max)?;
        let disk = size as f64 / 2.0;
        let shell = |degree| Shell {
            profile: Profile::Zernike {
                dimension,
                disk,
                degree,
            },
            frequencies: same_parity(degree),
        };
        Self::of_shells((0..size).map(shell).collect())
    }

    /// Homogeneous polynomials up to a degree: `r^n` with the frequencies `n, n - 2, …`. Shells
    /// are the degrees.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// // Degree 3 has the frequencies 3 and 1.
    /// assert_eq!(KernelBand::polynomials(3)?.max_frequency(), 3);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the degree is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
    pub fn polynomials(max_degree: usize) -> Result<Self, MathError> {
        check_degree("the degree of polynomials", max_degree, Self::MAX_FREQUENCY)?;
        Ok(Self::of_powers(0..=max_degree, same_parity))
    }

    /// Circular harmonics up to a frequency, without a radial function.
    ///
    /// # Errors
    ///
    /// If the frequency is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
    pub fn angular(max_frequency: usize) -> Result<Self, MathError> {
        check_frequency(max_frequency)?;
        Ok(Self::of_powers([0], |_| (0..=max_frequency).collect()))
    }

    fn of_powers(
        degrees: impl IntoIterator<Item = usize>,
        frequencies: impl Fn(usize) -> Vec<usize>,
    ) -> Self {
        let shell = |degree| Shell {
            profile: Profile::Power { degree },
            frequencies: frequencies(degree),
        };
        Self {
            shells: degrees.into_iter().map(shell).collect(),
            max_offset: None,
        }
    }

    /// A band of given rings.
    ///
    /// # Errors
    ///
    /// If there is no ring, a radius is negative, a width is not positive, a number is not
    /// finite, a narrow ring of radius 0 has frequencies above 0, or a frequency is above
    /// [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
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
        let mut shells = Vec::with_capacity(rings.len());
        for ring in rings {
            if let Some((problem, remedy)) = problem(&ring) {
                return Err(MathError::geometry(
                    "a ring of kernels",
                    ring,
                    problem,
                    remedy,
                ));
            }
            check_frequency(ring.max_frequency)?;
            let Ring { radius, sigma, .. } = ring;
            shells.push(Shell {
                profile: Profile::Gaussian { radius, sigma },
                frequencies: (0..=ring.max_frequency).collect(),
            });
        }
        Self::of_shells(shells)
    }

    fn of_shells(shells: Vec<Shell>) -> Result<Self, MathError> {
        if shells.is_empty() {
            return Err(MathError::geometry(
                "a band of kernels",
                "no rings",
                "it is empty",
                "give at least one ring",
            ));
        }
        Ok(Self {
            shells,
            max_offset: None,
        })
    }

    /// This band with other highest frequencies, given by radius: on rings all
    /// frequencies up to it (none above 0 at the centre), on others those of theirs that are not
    /// above it.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// // Frequencies up to three times the radius, as in wide residual networks of escnn.
    /// let band = KernelBand::for_size(5)?.with_max_frequency(|radius| (3.0 * radius) as usize)?;
    /// assert_eq!(band.harmonics(), 1 + 7 + 13);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a frequency is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
    pub fn with_max_frequency(&self, of: impl Fn(f64) -> usize) -> Result<Self, MathError> {
        let mut band = self.clone();
        for shell in &mut band.shells {
            let highest = of(shell.radius());
            match shell.profile {
                Profile::Gaussian { radius, .. } => {
                    check_frequency(highest)?;
                    let highest = if radius > 0.0 { highest } else { 0 };
                    shell.frequencies = (0..=highest).collect();
                }
                _ => shell.frequencies.retain(|&frequency| frequency <= highest),
            }
        }
        Ok(band)
    }

    /// The harmonics that a filter keeps, by frequency, index and radius of their shell. It is
    /// asked without irreps; [`SteerableKernelBasis::filtered`](super::SteerableKernelBasis)
    /// also filters by these.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// // Frequencies 0 and 2 only, and nothing but the mean on the outermost ring.
    /// let band = KernelBand::for_size(7)?;
    /// let band = band.filtered(|of| of.frequency == 0 || of.frequency == 2 && of.radius < 3.0)?;
    /// assert_eq!(band.harmonics(), 1 + 3 + 3 + 1);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If nothing is left.
    pub fn filtered(&self, keep: impl Fn(&KernelAttributes) -> bool) -> Result<Self, MathError> {
        let mut band = self.clone();
        for (ring, shell) in band.shells.iter_mut().enumerate() {
            let radius = shell.radius();
            shell.frequencies.retain(|&frequency| {
                keep(&KernelAttributes {
                    frequency,
                    ring,
                    radius,
                    parts: None,
                })
            });
        }
        if band.harmonics() > 0 {
            return Ok(band);
        }
        Err(MathError::geometry(
            "a filter of kernels",
            "the harmonics of a band",
            "it keeps none",
            "keep at least one frequency of one ring",
        ))
    }

    /// This band stretched by a factor: sampled with a dilation of that factor it has the
    /// same taps. Powers have no size and stay.
    ///
    /// # Errors
    ///
    /// If the factor is not positive and finite.
    pub fn scaled(&self, factor: f64) -> Result<Self, MathError> {
        if !(factor.is_finite() && factor > 0.0) {
            return Err(MathError::geometry(
                "the scale of a band of kernels",
                factor,
                "it is not a factor",
                "use a number above 0",
            ));
        }
        let shells = self.shells.iter().map(|shell| shell.scaled(factor));
        Ok(Self {
            shells: shells.collect(),
            max_offset: self.max_offset,
        })
    }

    /// This band, of whose kernels between irreps of finite groups only those with small
    /// *offsets* are taken.
    ///
    /// Between irreps of frequencies `m` (input) and `n` (output) of C_N or D_N there are kernels
    /// of the frequencies `μ = n ± m + tN`, with a sign: `R(μφ)` times a matrix of the form
    /// `a + bJ` for the difference, a mirror times such a matrix for the sum. Their offset is
    /// `|t|` (`maximum_offset` of e2cnn). Those of offset 0 are also kernels of SO(2) or O(2)
    /// between irreps of the same frequencies; the others exist only as the group is finite.
    /// Irreps of one dimension count with both signs of their frequency, so those of frequency
    /// `N/2` as the parts of the irrep `E_{N/2}` of the continuous group. Kernels of SO(2) and
    /// O(2) have offset 0.
    ///
    /// Between regular fields the basis is then that [by
    /// irreps](super::SteerableKernelBasis::by_irreps), which is dense.
    ///
    /// ```
    /// use schur_math::{KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
    ///
    /// // Frequencies 0 and ±4 between scalars of C4, those of offset 0 and 1.
    /// let scalar = PlanarRepresentation::trivial(&PlanarGroup::parse("C4")?);
    /// let band = KernelBand::angular(7)?;
    /// let dim = |band: &KernelBand| SteerableKernelBasis::new(&scalar, &scalar, band).map(|b| b.dim());
    /// assert_eq!((dim(&band)?, dim(&band.with_max_offset(0))?), (3, 1));
    /// assert_eq!(dim(&band.with_max_offset(1))?, 3);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    #[must_use]
    pub fn with_max_offset(&self, offset: usize) -> Self {
        Self {
            shells: self.shells.clone(),
            max_offset: Some(offset),
        }
    }

    /// The largest [offset](Self::with_max_offset), or `None` if all are taken.
    pub fn max_offset(&self) -> Option<usize> {
        self.max_offset
    }

    /// The radial functions, rings from the inside out.
    pub fn shells(&self) -> &[Shell] {
        &self.shells
    }

    /// Index of the shell and frequency of all harmonics, in their order.
    pub(super) fn harmonics_by_shell(&self) -> impl Iterator<Item = (usize, usize)> {
        let shells = self.shells.iter().enumerate();
        shells.flat_map(|(ring, shell)| shell.frequencies.iter().map(move |&mu| (ring, mu)))
    }

    /// The highest frequency of all shells.
    pub fn max_frequency(&self) -> usize {
        let frequencies = self.shells.iter().flat_map(Shell::frequencies);
        frequencies.copied().max().unwrap_or(0)
    }

    /// Number of circular harmonics on all shells: one of frequency 0, two of every other.
    pub fn harmonics(&self) -> usize {
        self.count::<2>()
    }

    /// Number of spherical harmonics on all shells: `2l + 1` of degree `l`.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// let harmonics = |k| KernelBand::in_space(k).map(|band| band.harmonics_in_space());
    /// assert_eq!((harmonics(3)?, harmonics(5)?), (10, 19));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn harmonics_in_space(&self) -> usize {
        self.count::<3>()
    }

    fn count<const D: usize>(&self) -> usize {
        let harmonics = self.harmonics_by_shell();
        harmonics.map(|(_, degree)| count::<D>(degree)).sum()
    }
}

/// `n, n - 2, …`, ascending.
fn same_parity(n: usize) -> Vec<usize> {
    (n % 2..=n).step_by(2).collect()
}

fn check_size(size: usize, max: usize) -> Result<(), MathError> {
    if size == 0 {
        let remedy = "use at least one pixel";
        return Err(MathError::geometry(
            "the size of a kernel",
            size,
            "it has no pixels",
            remedy,
        ));
    }
    check_degree("the size of a kernel in pixels", size, max)
}

fn check_frequency(frequency: usize) -> Result<(), MathError> {
    let what = "the angular frequency of kernels";
    check_degree(what, frequency, KernelBand::MAX_FREQUENCY)
}
