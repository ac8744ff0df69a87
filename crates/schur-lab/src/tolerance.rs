//! The bounds of the laboratory, fixed before the measurements, with their reasons.

/// Defects of identities computed in `f64`: sums of some hundred products of numbers of order
/// one round to 1e-14; a broken identity is off by more than 0.01.
pub(crate) const EXACT_F64: f64 = 1e-11;

/// Relative defects of layers in `f32`.
pub(crate) const EXACT_F32: f64 = schur_nn::tolerance::EXACT_F32;

/// Relative defect, at any angle, of a sampled kernel whose frequency is within the default
/// band: a tenth, so that nine tenths of the response do turn with the image. Aliased kernels
/// are off by as much as the response itself.
pub(crate) const IN_BAND: f64 = 0.1;

/// How far a measured order of convergence may be from a whole one: over the radii that are tried, terms of
/// higher orders change a slope by less than a hundredth, and a wrong order is off by one or more.
pub(crate) const ORDER: f64 = 0.05;

/// By how many degrees the mean error of an arrow may differ between images and the same images
/// after half a turn: it is the same up to round-off, which the angle of a short arrow magnifies.
pub(crate) const SAME_ARROW: f64 = 0.1;

/// Mean error of a useful arrow in degrees, a third of what guessing gives.
pub(crate) const POSE: f64 = 30.0;

/// Mean error in degrees of a rotation that is told by where a centre of mass is: half of what guessing gives.
pub(crate) const TOLD: f64 = 45.0;

/// Right answers in percent of a network that has learnt to tell two classes apart: guessing gives 50, and
/// by what overlaps most some 80 can be found.
pub(crate) const LEARNT: f64 = 65.0;

/// By how much the error of a network on moved states may differ from that on the states themselves, as a share
/// of the error of saying that nothing changes: round-off.
pub(crate) const SAME_ERROR: f64 = 1e-4;

/// Error of a network that has learnt what becomes of water, as a share of that of saying that nothing changes:
/// a quadratic map of two hours leaves out what is cubic in them, and measured errors are about 0.1.
pub(crate) const FORETOLD: f64 = 0.2;

/// Least distance of two colours of a figure in CIE L*a*b*, for every reader: some six times what is
/// just told apart on large areas, since lines are thin.
#[cfg(test)]
pub(crate) const DIFFERENCE: f64 = 15.0;

/// Least contrast of a line on its paper, the bound of WCAG 2.1 for parts of graphics.
#[cfg(test)]
pub(crate) const CONTRAST: f64 = 3.0;

/// How many standard errors a measured mean must stay away from its bound to decide anything: by chance
/// alone it does in one of forty cases.
pub(crate) const DECISIVE: f64 = 2.0;

/// Sizes of numbers that are printed with decimals: smaller ones would lose figures, larger ones have
/// more than mean anything.
pub(crate) const DECIMALS: std::ops::Range<f64> = 1e-3..1e4;

/// Smallest defect that a chart with a logarithmic axis shows, in place of 0: an ulp of 1 in `f64`.
pub(crate) const SMALLEST_DRAWN: f64 = f64::EPSILON;
