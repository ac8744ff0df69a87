//! Layers that look at several places of a grid.

pub(crate) mod adaptive_max_pool;
pub(crate) mod attention;
pub(crate) mod blur_pool;
pub(crate) mod conv;
pub(crate) mod fourier_max_pool;
pub(crate) mod global_pool;
pub(crate) mod implicit_conv;
pub(crate) mod mask;
pub(crate) mod norm_max_pool;
pub(crate) mod pool;
mod resample;
pub(crate) mod resize;
