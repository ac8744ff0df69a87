//! How is trained: the section `[train]` of a config file.

use serde::{Deserialize, Serialize};

use schur_engine::Precision;

use crate::error::{ErrorKind, Result, fail, in_range, real_in_range};
use crate::path::PathChoice;

/// Most examples per step.
pub const MAX_BATCH: usize = 65_536;
/// Most layers that are counted.
const MAX_LAYERS: usize = 10_000;

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
    /// Into how many pieces the examples of a step are cut, which are computed one after the other and
    /// whose gradients are summed: a step takes that much less memory. Norms take the statistics of a
    /// piece for those of the step, so that another number gives another training.
    #[serde(skip_serializing_if = "is_one")]
    pub pieces: usize,
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
    /// The numbers that convolutions multiply, on the CPU: for networks that are built from a config.
    #[serde(skip_serializing_if = "is_default", with = "by_name")]
    pub precision: Precision,
    /// Earlier trainings that this one goes on from: (the epoch after which it ended, the epochs that
    /// its schedule was made for). The schedule begins anew after each.
    #[serde(skip_serializing_if = "is_default")]
    pub earlier: Vec<(usize, usize)>,
    /// Layers that do not learn, by their numbers from 1, such as `1-6, 8`: for networks that are built
    /// from a config.
    #[serde(skip_serializing_if = "is_default")]
    pub freeze: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_one(value: &usize) -> bool {
    *value == 1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Values as their names in files.
mod by_name {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'a, T: FromStr<Err: Display>, D: Deserializer<'a>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 14,
            batch: 64,
            pieces: 1,
            learning_rate: 0.01,
            weight_decay: 0.01,
            l1: 0.0,
            schedule: Schedule::Cosine,
            patience: 0,
            path: PathChoice::Auto,
            precision: Precision::F32,
            earlier: Vec::new(),
            freeze: String::new(),
        }
    }
}

impl TrainConfig {
    /// Examples that are computed at a time, at most: those of a step, or of a piece of it.
    pub fn at_a_time(&self) -> usize {
        self.batch.div_ceil(self.pieces.max(1))
    }

    /// Checks every entry; the message names it and its range.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`].
    pub fn validate(&self) -> Result<()> {
        in_range("train.epochs", self.epochs, 1, 10_000)?;
        in_range("train.batch", self.batch, 1, MAX_BATCH)?;
        in_range("train.pieces", self.pieces, 1, self.batch)?;
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
        real_in_range("train.l1", self.l1, 0.0, 1.0)?;
        let mut begun = 0;
        for &(end, of) in &self.earlier {
            if end <= begun || end - begun > of || end >= self.epochs {
                let text = format!(
                    "train.earlier: [{end}, {of}] makes no sense behind {begun} epochs of {}; the first \
                     numbers rise and are below train.epochs, the second ones are as many epochs as \
                     were planned",
                    self.epochs
                );
                return fail(ErrorKind::Config, text);
            }
            begun = end;
        }
        self.frozen(usize::MAX).map(|_| ())
    }

    /// These settings for a training that goes on after `done` epochs, to `epochs` in all: what is done
    /// becomes an [earlier](Self::earlier) training, and the schedule begins anew.
    ///
    /// ```
    /// use schur_train::TrainConfig;
    ///
    /// let settings = TrainConfig::default().going_on(14, 30);
    /// assert_eq!((settings.epochs, settings.earlier), (30, vec![(14, 14)]));
    /// ```
    #[must_use]
    pub fn going_on(mut self, done: usize, epochs: usize) -> Self {
        // What is not trained yet is planned anew.
        let (begun, of) = self.stage(done.max(1));
        self.earlier.retain(|&(end, _)| end < done);
        if done > begun {
            self.earlier.push((done, of));
        }
        self.epochs = epochs;
        self
    }

    /// In which entry these are not the settings of a training that has `done` so many epochs with
    /// `kept`, with both values. The patience and the path may be others, and so may the epochs that
    /// come, if those that are done were planned alike ([`going_on`](Self::going_on)).
    pub(crate) fn difference(&self, kept: &Self, done: usize) -> Option<String> {
        let plan = |of: &Self| (1..=done).map(|epoch| of.stage(epoch)).collect::<Vec<_>>();
        if plan(self) != plan(kept) {
            return Some(format!(
                "train.epochs is {} here and {} there, for which the rates of the {done} that are done were \
                 planned (`TrainConfig::going_on` keeps them and trains on)",
                self.epochs, kept.epochs
            ));
        }
        let alike = |of: &Self| Self {
            epochs: 0,
            earlier: Vec::new(),
            patience: 0,
            path: PathChoice::Auto,
            ..of.clone()
        };
        let entries = |of: &Self| toml::Table::try_from(alike(of)).unwrap_or_default();
        let (here, there) = (entries(self), entries(kept));
        let differs = |name: &&String| here.get(*name) != there.get(*name);
        let name = here.keys().chain(there.keys()).find(differs)?;
        let value = |of: &toml::Table| match of.get(name) {
            Some(value) => value.to_string(),
            None => "not set".to_string(),
        };
        let (here, there) = (value(&here), value(&there));
        Some(format!("train.{name} is {here} here and {there} there"))
    }

    /// How many epochs the trainings have that this one goes on from.
    pub fn begun(&self) -> usize {
        self.earlier.last().map_or(0, |&(end, _)| end)
    }

    /// Of which training an epoch (from 1) is: the number of epochs before it, and those that its
    /// schedule is made for.
    pub(crate) fn stage(&self, epoch: usize) -> (usize, usize) {
        let mut begun = 0;
        for &(end, of) in &self.earlier {
            if epoch <= end {
                return (begun, of);
            }
            begun = end;
        }
        (begun, self.epochs - begun)
    }

    /// The layers of [`freeze`](Self::freeze) by their numbers from 0, of a network of so many.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the text is no list of numbers and ranges, or the network has no such
    /// layer.
    pub fn frozen(&self, layers: usize) -> Result<Vec<usize>> {
        let mut frozen = Vec::new();
        for part in self
            .freeze
            .split(',')
            .map(str::trim)
            .filter(|p| !p.is_empty())
        {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            match (first.trim().parse(), last.trim().parse()) {
                (Ok(first), Ok(last))
                    if (1..=last).contains(&first) && last <= layers.min(MAX_LAYERS) =>
                {
                    frozen.extend(first - 1..last);
                }
                _ => {
                    let count = match layers {
                        usize::MAX => String::new(),
                        layers => format!(", and the network has the layers 1 to {layers}"),
                    };
                    let text = format!(
                        "train.freeze: `{part}` is no layer or range of layers; they are numbered as \
                         `schur plan` does, for example \"1-6, 8\"{count}"
                    );
                    return fail(ErrorKind::Config, text);
                }
            }
        }
        Ok(frozen)
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
/// let halved = [39, 40, 99].map(|step| Schedule::Halving.rate(0.1, step, 100, 10));
/// assert_eq!(halved, [0.1, 0.05, 0.025]);
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
    /// Halved after every four epochs (the recipe of Weiler et al. 2021 on the Möbius strip).
    Halving,
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
            Self::Halving => 0.5f64.powi((step / per_epoch / 4) as i32),
        };
        highest * factor
    }
}

#[cfg(test)]
mod tests {
    use super::{Schedule, TrainConfig};

    fn settings(epochs: usize, earlier: &[(usize, usize)], freeze: &str) -> TrainConfig {
        TrainConfig {
            epochs,
            earlier: earlier.to_vec(),
            freeze: freeze.to_string(),
            ..TrainConfig::default()
        }
    }

    #[test]
    fn a_schedule_begins_anew_where_a_training_goes_on() {
        let settings = settings(30, &[(9, 14), (20, 11)], "");
        settings.validate().unwrap();
        assert_eq!(settings.begun(), 20);
        for (epoch, stage) in [
            (1, (0, 14)),
            (9, (0, 14)),
            (10, (9, 11)),
            (20, (9, 11)),
            (21, (20, 10)),
            (30, (20, 10)),
        ] {
            assert_eq!(settings.stage(epoch), stage, "epoch {epoch}");
        }
        // The first step of a stage has the rate of the first step of a run.
        let first = |epochs: usize| Schedule::Cosine.rate(1.0, 0, epochs * 10, 10);
        assert!(first(10) > 0.0 && first(10) <= 1.0);
    }

    #[test]
    fn stages_that_contradict_themselves_are_refused() {
        for earlier in [&[(30, 30)][..], &[(5, 4)], &[(5, 14), (5, 10)], &[(0, 3)]] {
            let error = settings(30, earlier, "").validate().unwrap_err();
            assert!(error.to_string().contains("train.earlier"), "{error}");
        }
    }

    #[test]
    fn frozen_layers_are_numbers_and_ranges() {
        let frozen = |text| settings(3, &[], text).frozen(8);
        assert_eq!(frozen("").unwrap(), [0; 0]);
        assert_eq!(frozen("1-3, 8").unwrap(), [0, 1, 2, 7]);
        for text in ["0", "3-2", "9", "x", "1-", "-"] {
            let error = frozen(text).unwrap_err().to_string();
            assert!(
                error.contains("train.freeze") && error.contains("1 to 8"),
                "{error}"
            );
        }
    }
}
