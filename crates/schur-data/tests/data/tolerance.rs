//! The tolerances of the integration tests, each with its reason.

/// Resampled constants and means of values in [0, 1]: the sums are f64 and the result is
/// rounded once to f32 (half an ulp of 1 is 6e-8).
pub(crate) const F32_ROUNDING: f32 = 1.2e-7;

/// Relative change of the ink (sum of values) of a smooth blob by one rotation. Bilinear
/// sampling of a Gaussian of 2 pixels width changes it by 6e-4 at most (measured).
pub(crate) const INK_OF_BLOB: f64 = 1e-3;

/// Distance in pixels of the centre of mass of a rotated blob from where it belongs: 2.4e-3
/// at most (measured). Rotating about a point half a pixel off the centre exceeds it.
pub(crate) const CENTRE_OF_MASS: f64 = 1e-2;

/// Chi-square statistic with 35 degrees of freedom that is exceeded by chance once in a
/// million (Wilson-Hilferty with z = 4.753).
pub(crate) const CHI_SQUARE_35: f64 = 90.5;

/// Two ways to resample a pixel in `f32`: each rounds some values of at most 1 by half an ulp
/// (6e-8) in three passes.
pub(crate) const RESAMPLED: f32 = 1e-6;

/// Relative error of bilinear interpolation of Gaussians of 3 pixels width: `h²/8` times the second
/// derivative, about 0.02.
pub(crate) const BILINEAR: f32 = 5e-2;

/// Mean and mean square of 24 normalised `f32` numbers of size 1: each is rounded by up to 6e-8.
pub(crate) const MEAN: f64 = 1e-6;

/// Distances of voxels that a header has as 32-bit numbers of size 1, as lengths of columns of a
/// rotated map: some roundings of 6e-8 each.
pub(crate) const SPACING: f64 = 1e-6;

/// Share of 3,000 random rotations at one of six places, relative to the mean: the deviation of such a
/// mean is about 0.03, and of the first numbers that were tried the worst was 0.05.
pub(crate) const UNIFORM: f64 = 0.12;

/// Vectors of length up to 2 that are turned by cosines and sines in 64 bits, against those of the
/// platform, and against images in 32 bits that are not interpolated.
pub(crate) const MOVED: f64 = 1e-6;
