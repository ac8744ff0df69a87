//! Spatial pooling, channels last: maximum and average over windows without padding.
//!
//! A global pool is a window of the size of the image.

mod average;
mod max;
mod shape;

pub use average::{average_pool, average_pool_backward};
pub use max::{MaxPool, max_pool, max_pool_backward};
pub use shape::PoolShape;
