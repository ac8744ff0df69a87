//! Training: a loop for networks, data and losses of any kind, whose result is determined by the
//! seed and which continues to the bit wherever it was interrupted; and, made of it, the training
//! of networks on images as the program `schur` does it.
//!
//! # The loop
//!
//! - [`Examples`] are data: how many there are, and batches of them. Two tensors are examples.
//! - An [`Objective`] is what is learned: a loss and a score. [`LossOnly`] and [`LossAndScore`] make
//!   one from a function; [`loss`] has the losses of the program.
//! - A [`Trainer`] holds a network (any Burn `Module`), the optimizer and the [`History`];
//!   [`TrainConfig`] says how long, in which steps and at which rate ([`Schedule`]) it trains.
//! - [`Trainer::state`] is a checkpoint to continue from and [`Trainer::weights`] one to use; both
//!   are files or bytes. [`RunDir`] keeps them in a directory, with metrics and a lock.
//! - An [`Observer`] is told of every step: progress bars, logs.
//!
//! `examples/own_data.rs` has data, a loss and a layer of its own, and is interrupted and resumed.
//!
//! # Images
//!
//! [`images`] has what a config file describes: digits or one's own images, the tasks
//! classification, pose, segmentation and regression, and measures of the result.
//!
//! Errors have a kind for programs and a text for people ([`TrainError`]). Nothing is printed.

mod error;
mod examples;
mod fit;
mod history;
pub mod images;
pub mod loss;
mod objective;
mod observer;
mod path;
mod penalty;
mod run_dir;
mod settings;
mod tolerance;
mod trainer;

pub use error::{ErrorKind, Result, TrainError, in_range};
pub use examples::Examples;
pub use history::{EpochRecord, History};
pub use objective::{LossAndScore, LossOnly, Objective, Score, Tally};
pub use observer::Observer;
pub use path::PathChoice;
pub use run_dir::{Reserved, RunDir, STOPPED};
pub use settings::{MAX_BATCH, Schedule, TrainConfig};
pub use trainer::{EPOCH_NOTE, Pass, Trainer};
