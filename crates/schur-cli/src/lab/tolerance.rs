//! The bounds of the laboratory, fixed before the measurements, with their reasons.

/// Defects of identities computed in `f64`: sums of some hundred products of numbers of order
/// one round to 1e-14; a broken identity is off by more than 0.01.
pub(crate) const EXACT_F64: f64 = 1e-11;

/// Relative defects of layers in `f32`.
pub(crate) const EXACT_F32: f64 = schur_nn::tolerance::EXACT_F32;
