//! Training of equivariant networks.

pub mod answers;
pub mod config;
pub mod dataset;
pub mod error;
pub mod evaluation;
pub mod history;
pub mod observer;
pub mod path;
mod penalty;
pub mod picture;
pub mod recipe;
pub mod run_dir;
pub mod state;
pub mod step;
pub mod task;
mod tolerance;
pub mod train;
