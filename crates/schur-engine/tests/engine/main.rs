//! Checks of the engine against its oracles, finite differences and itself.

mod conv;
mod epilogue;
mod errors;
mod norm;
mod paths;
mod plan;
mod pool;
mod support;
mod threads;
