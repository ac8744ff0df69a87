//! Spatial pooling, channels last: maximum and average over windows.
//!
//! A global pool is a window of the size of the image.

mod average;
mod max;
mod places;

pub use crate::pool_shape::PoolShape;
pub use crate::windows::Windows;
pub use average::{average_pool, average_pool_backward};
pub use max::{MaxPool, max_pool, max_pool_backward};
