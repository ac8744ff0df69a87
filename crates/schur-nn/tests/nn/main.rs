//! The tests of `schur-nn`, one binary so that Burn is linked once.

mod support;
mod tolerance;

mod can_fail;
mod equivariance;
mod field_type;
mod gradients;
mod introduction;
mod irreps;
