//! The executor of this crate: processors, with the sizes of their caches and vectors.

pub(crate) mod bf16;
mod bf16_unsafe;
pub(crate) mod blocks;
pub mod carry;
pub mod channels;
pub mod conv;
pub mod edges;
pub(crate) mod epilogue;
mod exponential;
pub(crate) mod factors;
mod filters_unsafe;
pub mod gates;
pub(crate) mod isa;
pub(crate) mod keeping_unsafe;
pub(crate) mod machine;
pub(crate) mod narrow;
#[cfg(target_arch = "aarch64")]
mod neon_unsafe;
pub mod norm;
pub mod pointwise;
pub mod pool;
mod product_unsafe;
pub mod resample;
mod runs_unsafe;
pub(crate) mod scalar;
pub(crate) mod scratch;
mod shelf;
mod simd_unsafe;
pub mod sphere;
mod vectors;
