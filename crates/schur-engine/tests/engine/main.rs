//! Checks of the engine against its oracles, finite differences and itself.

mod blocks;
mod carry;
mod cases;
mod channels;
mod conv;
mod edges;
mod epilogue;
mod errors;
mod gates;
mod groups;
mod norm;
mod paths;
mod plan;
mod pointwise;
mod pool;
mod precision;
mod program;
mod refused;
mod resample;
mod sphere;
mod support;
#[cfg(feature = "threads")]
mod threads;
mod tolerance;
