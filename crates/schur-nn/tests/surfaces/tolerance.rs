//! Bounds and small numbers of these tests, named.

/// A relative difference that no rounding explains.
pub(crate) const BROKEN: f64 = 1e-2;

/// Step of central differences in `f64`: the cube of it is below round-off over it.
pub(crate) const STEP: f64 = 1e-5;

/// Relative error of central differences with that step: round-off of sums of some hundred products over
/// the step.
pub(crate) const DIFFERENCES: f64 = 1e-7;
