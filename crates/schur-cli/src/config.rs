//! The config file of a training run.

mod data;

use std::path::Path;

use burn::tensor::Device;
use clap::ValueEnum;
use schur_math::PlanarGroup;
use schur_nn::network::{NonlinearityKind, Output, model};
use schur_nn::{Network, NetworkConfig};
use serde::{Deserialize, Serialize};

use crate::args::TrainArgs;
use crate::dataset::Parts;
use crate::error::{CliError, Result, fail};
use crate::path::PathChoice;
use crate::recipe;
use crate::task::Task;

pub(crate) use data::DataConfig;

/// Parameter budget when neither the command line nor a config file says otherwise.
const DEFAULT_PARAMETERS: usize = 25_000;
/// Largest budget: a network of this size still trains, if slowly, on one machine.
const MAX_PARAMETERS: usize = 50_000_000;
/// Most images per step.
pub(crate) const MAX_BATCH: usize = 65_536;

/// Everything that determines a run: one seed and one config give one result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Seed of the weights, of the rotations of the training images and of their order.
    #[serde(default)]
    pub(crate) seed: u64,
    /// Parameter budget; resolved into widths when the run starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) params: Option<usize>,
    #[serde(default)]
    pub(crate) data: DataConfig,
    #[serde(default)]
    pub(crate) train: TrainConfig,
    #[serde(default)]
    pub(crate) network: NetworkConfig,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TrainConfig {
    /// Passes over the training images.
    pub(crate) epochs: usize,
    /// Images per step.
    pub(crate) batch: usize,
    /// Highest learning rate.
    pub(crate) learning_rate: f64,
    /// Decoupled weight decay (AdamW).
    pub(crate) weight_decay: f64,
    /// Factor of the sum of the absolute values of all weights, which is added to the loss.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) l1: f64,
    /// Course of the learning rate.
    pub(crate) schedule: Schedule,
    /// Stop after so many epochs without a better validation accuracy; 0 never stops.
    pub(crate) patience: usize,
    /// The path of the engine that computes convolutions, where they have it.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) path: PathChoice,
}

/// Course of the learning rate over all steps of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Schedule {
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
    /// The config of a new run: defaults, then the file, then the options. A budget still
    /// stands in it.
    pub(crate) fn of_args(args: &TrainArgs) -> Result<Self> {
        let default = || PlanarGroup::cyclic(4);
        let group = args.group.clone().map_or_else(default, Ok)?;
        let mut config = match (&args.config, &args.model, args.task) {
            (Some(_), Some(_), _) => {
                return fail("--model: the config file has a network already; use one of the two");
            }
            (Some(path), None, _) => Self::read(path)?,
            (None, Some(name), _) => {
                let model = model(name, &group)?;
                let (data, train) = recipe::of(&model);
                Self {
                    seed: 0,
                    params: None,
                    data,
                    train,
                    network: model.config,
                }
            }
            (None, None, task) => {
                let name = task.unwrap_or(Task::Classification).default_model();
                Self {
                    seed: 0,
                    params: Some(DEFAULT_PARAMETERS),
                    data: DataConfig::default(),
                    train: TrainConfig::default(),
                    network: model(name, &group)?.config,
                }
            }
        };
        config.apply(args)?;
        let task = config.task();
        if args.task.is_some_and(|wanted| wanted != task) {
            return fail(format!(
                "--task: the network gives what {task:?} needs; set network.output to \"{}\"",
                match args.task {
                    Some(Task::Pose) => "direction",
                    Some(Task::Segmentation) => "mask",
                    _ => "classes",
                }
            ));
        }
        if let Some(directory) = &config.data.directory {
            // The run is continued and evaluated from other working directories too.
            let absolute = std::path::absolute(directory)
                .map_err(|e| CliError::io("finding", directory, &e))?;
            config.data.directory = Some(absolute);
        }
        config.validate()?;
        Ok(config)
    }

    /// What the network is trained for.
    pub(crate) fn task(&self) -> Task {
        Task::of(self.network.output)
    }

    /// The same with what images of one's own decide: classes, channels, size, normalisation.
    pub(crate) fn with_data(mut self, parts: &Parts) -> Result<Self> {
        if !parts.own() {
            return Ok(self);
        }
        let (channels, network) = (parts.channels(), &mut self.network);
        if ![1, channels].contains(&network.channels) {
            return fail(format!(
                "network.channels: {}, but the images have {channels}; remove the entry, or set \
                 data.channels",
                network.channels
            ));
        }
        network.channels = channels;
        network.classes = parts.classes().len();
        self.data.size = Some(parts.height());
        self.data.channels = Some(channels);
        self.data.classes = parts.classes().to_vec();
        self.data.mean = parts.normalisation().mean().to_vec();
        self.data.deviation = parts.normalisation().deviation().to_vec();
        Ok(self)
    }

    /// Names of the classes; digits are called by their numbers.
    pub(crate) fn class_names(&self) -> Vec<String> {
        match self.data.is_own() {
            true => self.data.classes.clone(),
            false => (0..self.network.classes).map(|c| c.to_string()).collect(),
        }
    }

    /// The network that it describes, with its first weights.
    pub(crate) fn network(&self, device: &Device) -> Result<Network> {
        let network = self.network.init(self.seed, device)?;
        self.train.path.apply(network)
    }

    /// The same with widths in place of the budget.
    pub(crate) fn resolve(mut self) -> Result<Self> {
        if let Some(budget) = self.params.take() {
            self.network = self.network.with_parameter_budget(budget)?;
        }
        Ok(self)
    }

    /// Reads and validates a config file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).map_err(|e| CliError::io("reading config", path, &e))?;
        let in_file =
            |problem: String| CliError::Message(format!("config {}: {problem}", path.display()));
        let config = Self::parse(&text).map_err(in_file)?;
        config.validate().map_err(|e| in_file(e.to_string()))?;
        Ok(config)
    }

    /// A file that gives neither a budget nor widths gets the default budget.
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, String> {
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
    pub(crate) fn difference(&self, other: &Self) -> Option<&'static str> {
        if self.seed != other.seed {
            return Some("seed");
        }
        if self.data != other.data {
            return Some("[data]");
        }
        (self.network != other.network).then_some("[network]")
    }

    /// The file's text.
    pub(crate) fn to_toml(&self) -> Result<String> {
        toml::to_string(self).map_err(|e| CliError::Message(format!("writing config: {e}")))
    }

    fn apply(&mut self, args: &TrainArgs) -> Result<()> {
        fn set<T: Clone>(entry: &mut T, value: &Option<T>) {
            if let Some(value) = value {
                *entry = value.clone();
            }
        }
        set(&mut self.network.group, &args.group);
        set(&mut self.seed, &args.seed);
        set(&mut self.train.epochs, &args.epochs);
        set(&mut self.train.batch, &args.batch);
        set(&mut self.train.learning_rate, &args.learning_rate);
        set(&mut self.train.schedule, &args.schedule);
        set(&mut self.train.patience, &args.patience);
        set(&mut self.train.path, &args.path);
        self.params = args.params.or(self.params);
        self.data.directory = args.data.clone().or(self.data.directory.take());
        self.data.max_train = args.max_train.or(self.data.max_train);
        self.data.max_test = args.max_test.or(self.data.max_test);
        self.data.augment |= args.augment;
        self.data.upright |= args.upright;
        self.data.rotated |= args.rotated;
        self.data.size = args.size.or(self.data.size);
        if let Some(name) = &args.activation {
            self.network = self.network.clone().with_activation(activation(name)?);
        }
        Ok(())
    }

    /// Checks every entry; the message names it and its range.
    pub(crate) fn validate(&self) -> Result<()> {
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
    pub(crate) fn rate(self, highest: f64, step: usize, steps: usize, per_epoch: usize) -> f64 {
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

fn activation(name: &str) -> Result<NonlinearityKind> {
    use NonlinearityKind::{Elu, Fourier, Gated, Norm, Relu};
    let kinds = [Relu, Elu, Gated, Norm, Fourier];
    match kinds.into_iter().find(|kind| kind.name() == name) {
        Some(kind) => Ok(kind),
        None => fail(format!(
            "--activation: `{name}` is unknown; choose one of {}",
            kinds.map(NonlinearityKind::name).join(", ")
        )),
    }
}

pub(crate) fn in_range(at: &str, value: usize, low: usize, high: usize) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    fail(format!(
        "{at}: {value} is out of range; use {low} to {high}"
    ))
}

fn real_in_range(at: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    fail(format!(
        "{at}: {value} is out of range; use {low:e} to {high:e}"
    ))
}
