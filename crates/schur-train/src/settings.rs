//! How is trained: the section `[train]` of a config file.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result, fail, in_range, real_in_range};
use crate::path::PathChoice;

/// Most examples per step.
pub const MAX_BATCH: usize = 65_536;

/// How a network is trained: how long, in which steps, at which rate. The section `[train]` of a
/// config file.
///
/// ```
/// use schur_train::{Schedule, TrainConfig};
///
/// let settings = TrainConfig { epochs: 30, schedule: Schedule::Constant, ..TrainConfig::default() };
/// settings.validate()?;
/// # Ok::<(), schur_train::TrainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainConfig {
    /// Passes over the training examples.
    pub epochs: usize,
    /// Examples per step; the last step of an epoch takes what is left.
    pub batch: usize,
    /// Highest learning rate.
    pub learning_rate: f64,
    /// Decoupled weight decay (AdamW).
    pub weight_decay: f64,
    /// Factor of the sum of the absolute values of all weights, which is added to the loss that
    /// is descended, not to the one that is reported.
    #[serde(skip_serializing_if = "is_default")]
    pub l1: f64,
    /// Course of the learning rate.
    pub schedule: Schedule,
    /// Stop after so many epochs without a better score in validation; 0 never stops.
    pub patience: usize,
    /// The path of the engine that computes convolutions, where they have it: for networks that
    /// are built from a config.
    #[serde(skip_serializing_if = "is_default")]
    pub path: PathChoice,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 14,
            batch: 64,
            learning_rate: 0.01,
            weight_decay: 0.01,
            l1: 0.0,
            schedule: Schedule::Cosine,
            patience: 0,
            path: PathChoice::Auto,
        }
    }
}

impl TrainConfig {
    /// Checks every entry; the message names it and its range.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`].
    pub fn validate(&self) -> Result<()> {
        in_range("train.epochs", self.epochs, 1, 10_000)?;
        in_range("train.batch", self.batch, 1, MAX_BATCH)?;
        in_range("train.patience", self.patience, 0, 10_000)?;
        // The upper bound on the rate leaves room to provoke divergence, not to be absurd.
        if !(self.learning_rate > 0.0 && self.learning_rate <= 1e6) {
            let text = format!(
                "train.learning_rate: {} is out of range; use a number above 0 up to 1e6",
                self.learning_rate
            );
            return fail(ErrorKind::Config, text);
        }
        real_in_range("train.weight_decay", self.weight_decay, 0.0, 1.0)?;
        real_in_range("train.l1", self.l1, 0.0, 1.0)
    }
}

/// Course of the learning rate over all steps of a run.
///
/// ```
/// use schur_train::Schedule;
///
/// let rate = |step| Schedule::Cosine.rate(0.1, step, 100, 10);
/// assert!(rate(0) < rate(2) && rate(2) < rate(4));
/// assert!(rate(10) > rate(50) && rate(50) > rate(99));
/// assert_eq!(Schedule::Constant.rate(0.1, 99, 100, 10), 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Always the same.
    Constant,
    /// Rises linearly over the first twentieth, then falls to zero along a half cosine.
    Cosine,
    /// Constant for the first third, then times 0.8 per epoch (the e2cnn benchmark recipe).
    ExponentialTail,
}

impl Schedule {
    /// Learning rate at `step` (from 0) of `steps`, with `per_epoch` steps per epoch.
    pub fn rate(self, highest: f64, step: usize, steps: usize, per_epoch: usize) -> f64 {
        let part = step as f64 / steps as f64;
        let factor = match self {
            Self::Constant => 1.0,
            Self::Cosine => {
                let warm = (steps as f64 / 20.0).max(1.0);
                let rise = (step as f64 + 1.0) / warm;
                rise.min(0.5 * (1.0 + (std::f64::consts::PI * part).cos()))
            }
            Self::ExponentialTail => {
                let epochs = (step / per_epoch) as f64;
                let constant = (steps / per_epoch) as f64 / 3.0;
                0.8f64.powf((epochs - constant).max(0.0))
            }
        };
        highest * factor
    }
}
