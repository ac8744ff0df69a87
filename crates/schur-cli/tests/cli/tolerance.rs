//! Tolerances of these tests, named.

/// Probabilities that must agree up to f32 round-off in a network of a few layers.
pub(crate) const PROBABILITY: f64 = 1e-5;

/// Probabilities of the same ink drawn bright and dark: only the rounding of pixels differs.
pub(crate) const POLARITY: f64 = 0.01;

/// A defect at an angle outside the group is far above round-off.
pub(crate) const NOT_EXACT: f64 = 1e-3;
