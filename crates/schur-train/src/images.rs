//! Training on images, as a config file describes it.
//!
//! A [`Config`] is a network, its data and how it is trained. [`Parts`] are the images,
//! [`Task`] is what the network's output is for, and [`Trained`] is what is left in the directory of
//! a run. [`evaluate`] and [`Measures`] say how good it is, and a [`Predictor`] applies it to pictures.

mod answers;
mod config;
mod evaluation;
mod ink;
mod luck;
mod measures;
mod parts;
pub mod picture;
mod pose;
mod predictor;
mod prepared;
mod recipe;
mod regression;
mod set;
mod task;
mod trained;
mod training;

pub use answers::{Answers, check_sizes};
pub use config::{Config, DEFAULT_PARAMETERS, DataConfig};
pub use evaluation::{
    Evaluation, FullTurn, MovedScore, accuracy_by_angle, accuracy_by_shift, by_elements, evaluate,
    on_rotated, score,
};
pub use measures::{Measures, angles, axes, masks};
pub use parts::{FarRow, Parts, TestImages, are_volumes, check_classes};
pub use pose::axis_and_degrees;
pub use predictor::{Prediction, Predictor};
pub use prepared::Prepared;
pub use regression::{TargetErrors, TargetScore, significant, values};
pub use set::Images;
pub use task::{Task, Truth, angular_errors, argmax, found_mask, overlap};
pub use trained::Trained;
pub use training::{TrainingImages, check_fit, resume, start, take_start};
