//! Every tolerance of this crate, named.

/// Added to the square of a vector's length before the root: far below the squares of answers,
/// which are of order 1.
pub(crate) const SQUARED_LENGTH: f64 = 1e-12;

/// Angles that are computed in two ways, in degrees: arc tangents of `f32` components.
#[cfg(test)]
pub(crate) const DEGREES: f64 = 1e-4;

/// Cosines of `f32` vectors: some roundings of 6e-8.
#[cfg(test)]
pub(crate) const COSINE: f64 = 1e-6;

/// Sums of some hundred `f32` numbers in two orders, relative to the sum.
#[cfg(test)]
pub(crate) const SUM: f64 = 1e-5;

/// Sides of voxels in millimetres: below a nanometre and above a kilometre no file means millimetres.
pub(crate) const SPACINGS: [f64; 2] = [1e-6, 1e6];

/// Distances of voxels are equal up to this share: programs write them with six digits.
pub(crate) const SPACING: f64 = 1e-4;

/// A class that has so much more of the training images than an even share is named: guessing it always
/// is right that much more often.
pub(crate) const UNEVEN: f64 = 0.05;

/// A found angle counts as right up to so many degrees: guessing is right in one of twelve cases.
pub(crate) const NEAR: f64 = 15.0;

/// So many deviations above the mean of pixels at random is no luck: by chance one mask of seven hundred gets
/// there.
pub(crate) const DEVIATIONS: f64 = 3.0;

/// Ink is what is brighter than this share of the full range.
pub(crate) const INK: f32 = 0.2;

/// Smallest difference of the brightest and the darkest pixel that is taken for ink rather than noise,
/// as a share of the full range.
pub(crate) const MIN_CONTRAST: f32 = 0.1;
