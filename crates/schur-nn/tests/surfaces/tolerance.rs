//! Bounds and small numbers of these tests, named.

/// A relative difference that no rounding explains.
pub(crate) const BROKEN: f64 = 1e-2;

/// Step of central differences in `f64`: the cube of it is below round-off over it.
pub(crate) const STEP: f64 = 1e-5;

/// Relative error of central differences with that step: round-off of sums of some hundred products over
/// the step.
pub(crate) const DIFFERENCES: f64 = 1e-7;

/// The relative gauge defect of ReLU on 7 samples of fields up to frequency 2, as published.
pub(crate) const PUBLISHED: f64 = 0.093;

/// How far a mean defect over some hundred random fields may be from another one: two standard errors and
/// the choice of the frames.
pub(crate) const OF_SAMPLES: f64 = 0.01;

/// The defects of ReLU on 12 and 8 samples and of ELU on 7 and 12, rounded up from what was measured.
pub(crate) const DEFECTS: [f64; 4] = [0.032, 0.075, 0.06, 0.012];
