//! The tolerances of this crate's tests, each with its reason.

/// Our cosine and sine against the platform's. Both err by about an ulp (1.1e-16), and
/// `to_radians` of an angle up to 4 pi shifts the platform's argument by up to 1.8e-15.
pub(crate) const COS_SIN: f64 = 4e-15;
