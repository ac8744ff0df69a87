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
