//! Normalisation that commutes with every orthogonal representation.
//!
//! The mean of a field over a set that the group permutes (pixels, samples, fields of one type)
//! is normed by its part in the invariant vectors of the representation, the only directions in
//! which fields that are as likely as their transforms have a mean; the variance is one number
//! per field, the mean over its components, which is invariant. Norming channels one by one
//! would break equivariance.

pub(crate) mod constants;
pub(crate) mod moments;
pub(crate) mod sample;
