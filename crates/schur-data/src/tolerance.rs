//! The tolerances of this crate, each with its reason.

/// Scalar products of the rows of an isometry, which users give by numbers that they may have written
/// with seven digits; a matrix that is none is off by far more.
pub(crate) const ORTHOGONAL: f64 = 1e-5;

/// The height from which the points of a sphere are projected on the plane that it stands on, above its
/// diameter: beyond it, so that the north pole has an image; as in the published protocol.
pub(crate) const ABOVE: f64 = 1e-3;

/// Bytes differ if the sum of their squared distances from the mean is above this: one of `n` that is off
/// by one has `1 - 1/n`, at least a half, and of equal ones only rounding is left.
pub(crate) const BYTES_DIFFER: f64 = 0.25;

/// A triangle of a polygon overlaps others if it looks away from the side to which the whole looks, by more
/// than this share of the area; less is rounding of corners on one line.
pub(crate) const OVERLAP: f64 = 1e-9;

/// (Of tests.) Our cosine and sine against the platform's. Both err by about an ulp (1.1e-16), and
/// `to_radians` of an angle up to 4 pi shifts the platform's argument by up to 1.8e-15.
#[cfg(test)]
pub(crate) const COS_SIN: f64 = 4e-15;

/// (Of tests.) Mean and deviation of at most 100 numbers up to 5, which round to some ulps of 5.
#[cfg(test)]
pub(crate) const ROUNDED: f64 = 1e-13;
