//! Batch normalisation fused with an activation, aware of fields.

pub(crate) mod activation;
mod backward;
mod forward;
mod plan;
mod statistics;
mod types;
mod wide;

pub use activation::Activation;
pub use plan::NormPlan;
pub use types::{Affine, Centering, Moments, NormGradient};
