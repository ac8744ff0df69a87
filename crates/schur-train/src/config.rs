//! The config file of a training run.

mod data;

use std::path::Path;

use burn::tensor::Device;
use schur_nn::network::Output;
use schur_nn::{Network, NetworkConfig};
use serde::{Deserialize, Serialize};

use crate::error::{Result, TrainError, fail, in_range, real_in_range};
use crate::path::PathChoice;
use crate::task::Task;

pub use data::DataConfig;

/// Parameter budget when neither the command line nor a config file says otherwise.
pub const DEFAULT_PARAMETERS: usize = 25_000;
/// Largest budget: a network of this size still trains, if slowly, on one machine.
const MAX_PARAMETERS: usize = 50_000_000;
/// Most images per step.
pub const MAX_BATCH: usize = 65_536;

/// Everything that determines a run: one seed and one config give one result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Seed of the weights, of the rotations of the training images and of their order.
    #[serde(default)]
    pub seed: u64,
    /// Parameter budget; resolved into widths when the run starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<usize>,
    #[serde(default)]
    pub data: DataConfig,
    #[serde(default)]
    pub train: TrainConfig,
    #[serde(default)]
    pub network: NetworkConfig,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainConfig {
    /// Passes over the training images.
    pub epochs: usize,
    /// Images per step.
    pub batch: usize,
    /// Highest learning rate.
    pub learning_rate: f64,
    /// Decoupled weight decay (AdamW).
    pub weight_decay: f64,
    /// Factor of the sum of the absolute values of all weights, which is added to the loss.
    #[serde(skip_serializing_if = "is_default")]
    pub l1: f64,
    /// Course of the learning rate.
    pub schedule: Schedule,
    /// Stop after so many epochs without a better validation accuracy; 0 never stops.
    pub patience: usize,
    /// The path of the engine that computes convolutions, where they have it.
    #[serde(skip_serializing_if = "is_default")]
    pub path: PathChoice,
}

/// Course of the learning rate over all steps of a run.
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

impl Config {
    /// What the network is trained for.
    pub fn task(&self) -> Task {
        Task::of(self.network.output)
    }

    /// Names of the classes; digits are called by their numbers.
    pub fn class_names(&self) -> Vec<String> {
        match self.data.is_own() {
            true => self.data.classes.clone(),
            false => (0..self.network.classes).map(|c| c.to_string()).collect(),
        }
    }

    /// The network that it describes, with its first weights.
    pub fn network(&self, device: &Device) -> Result<Network> {
        let network = self.network.init(self.seed, device)?;
        self.train.path.apply(network)
    }

    /// The same with widths in place of the budget.
    pub fn resolve(mut self) -> Result<Self> {
        if let Some(budget) = self.params.take() {
            self.network = self.network.with_parameter_budget(budget)?;
        }
        Ok(self)
    }

    /// Reads and validates a config file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| TrainError::io("reading config", path, &e))?;
        let in_file =
            |problem: String| TrainError::Message(format!("config {}: {problem}", path.display()));
        let config = Self::parse(&text).map_err(in_file)?;
        config.validate().map_err(|e| in_file(e.to_string()))?;
        Ok(config)
    }

    /// A file that gives neither a budget nor widths gets the default budget.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let message = |e: toml::de::Error| e.to_string().trim_end().to_string();
        let mut config: Self = toml::from_str(text).map_err(message)?;
        let table: toml::Table = toml::from_str(text).map_err(message)?;
        let widths = table.get("network").and_then(|n| n.get("blocks"));
        if config.params.is_none() && widths.is_none() {
            config.params = Some(DEFAULT_PARAMETERS);
        }
        Ok(config)
    }

    /// Where `other` wants a different network, seed or data: a run can't be continued across
    /// that. The `[train]` section may change.
    pub fn difference(&self, other: &Self) -> Option<&'static str> {
        if self.seed != other.seed {
            return Some("seed");
        }
        if self.data != other.data {
            return Some("[data]");
        }
        (self.network != other.network).then_some("[network]")
    }

    /// The file's text.
    pub fn to_toml(&self) -> Result<String> {
        toml::to_string(self).map_err(|e| TrainError::Message(format!("writing config: {e}")))
    }

    /// Checks every entry; the message names it and its range.
    pub fn validate(&self) -> Result<()> {
        let t = &self.train;
        in_range("train.epochs", t.epochs, 1, 10_000)?;
        in_range("train.batch", t.batch, 1, MAX_BATCH)?;
        in_range("train.patience", t.patience, 0, 10_000)?;
        // The upper bound on the rate leaves room to provoke divergence, not to be absurd.
        if !(t.learning_rate > 0.0 && t.learning_rate <= 1e6) {
            return fail(format!(
                "train.learning_rate: {} is out of range; use a number above 0 up to 1e6",
                t.learning_rate
            ));
        }
        real_in_range("train.weight_decay", t.weight_decay, 0.0, 1.0)?;
        real_in_range("train.l1", t.l1, 0.0, 1.0)?;
        if let Some(params) = self.params {
            in_range("params", params, 1, MAX_PARAMETERS)?;
        }
        self.data.validate()?;
        let network = &self.network;
        if network.output == Output::Mask && network.classes != 2 {
            return fail(format!(
                "network.classes: a mask has the 2 classes background and digit, not {}",
                network.classes
            ));
        }
        let parameters = network.parameters()?;
        if self.params.is_none() && parameters > MAX_PARAMETERS {
            return fail(format!(
                "network: {parameters} parameters are more than {MAX_PARAMETERS}; reduce \
                 `fields` or `kernel`"
            ));
        }
        Ok(())
    }
}

impl Schedule {
    /// Learning rate at `step` of `steps`, with `per_epoch` steps per epoch.
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
