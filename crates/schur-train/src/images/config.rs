//! The config file of a training run.

mod data;
mod seed;

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use schur_data::Strip;
use schur_nn::network::{AnyLayer, DomainKind, Output};
use schur_nn::{Layer, Network, NetworkConfig, Precision};
use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result, TrainError, fail, in_range};
use crate::images::task::Task;
use crate::run_dir;
use crate::settings::TrainConfig;

pub use data::DataConfig;

/// Parameter budget when neither the command line nor a config file says otherwise.
pub const DEFAULT_PARAMETERS: usize = 25_000;
/// Largest budget: a network of this size still trains, if slowly, on one machine.
const MAX_PARAMETERS: usize = 50_000_000;

/// Everything that determines a run on images: one seed and one config give one result.
///
/// ```
/// use schur_train::images::{Config, Task};
///
/// let config = Config::parse("seed = 3\nparams = 5000\n[network]\ngroup = \"D4\"\n")?;
/// config.validate()?;
/// assert_eq!(config.task(), Task::Classification);
/// let resolved = config.resolve()?;
/// assert!(resolved.network.parameters()? <= 5000);
/// assert_eq!(Config::parse(&resolved.to_toml()?)?, resolved);
/// # Ok::<(), schur_train::TrainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Seed of the weights, of the rotations of the training images and of their order. Files hold
    /// one from 2^63 on as a text in quotes, because numbers in TOML end there.
    #[serde(default, with = "seed")]
    pub seed: u64,
    /// Parameter budget; resolved into widths when the run starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<usize>,
    /// Directory of the run whose network this training starts from, as far as it fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PathBuf>,
    /// The section `[data]`: which images are used, and how.
    #[serde(default)]
    pub data: DataConfig,
    /// The section `[train]`: how long, in which steps, at which rate.
    #[serde(default)]
    pub train: TrainConfig,
    /// The section `[network]`.
    #[serde(default)]
    pub network: NetworkConfig,
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

    /// The network that it describes, with its first weights, on the path of the engine that it
    /// asks for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if no convolution has that path, and if the description makes no
    /// sense.
    pub fn network(&self, device: &Device) -> Result<Network> {
        let network = self.network.init(self.seed, device)?;
        let frozen = self.train.frozen(network.layers().len())?;
        let learns =
            |(index, layer): (usize, &AnyLayer)| layer.parameters() > 0 && !frozen.contains(&index);
        if !frozen.is_empty() && !network.layers().iter().enumerate().any(learns) {
            let text = format!(
                "train.freeze: `{}` are all layers that have parameters, so nothing is left to learn; \
                 leave out the last",
                self.train.freeze
            );
            return fail(ErrorKind::Config, text);
        }
        let network = network.with_frozen(frozen);
        self.train
            .path
            .apply(network.with_precision(self.train.precision))
    }

    /// The config with widths in place of the budget.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the budget is too small for any width.
    pub fn resolve(mut self) -> Result<Self> {
        if let Some(budget) = self.params.take() {
            self.network = self.network.with_parameter_budget(budget)?;
        }
        Ok(self)
    }

    /// Reads and validates a config file, or the standard input if the path is `-`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] if it can't be read, [`ErrorKind::Config`] with its path if it makes no
    /// sense.
    pub fn read(path: &Path) -> Result<Self> {
        // `-` is the standard input, as for other programs.
        let text = match path.as_os_str() == "-" {
            true => std::io::read_to_string(std::io::stdin()),
            false => std::fs::read_to_string(path),
        };
        let text = text.map_err(|e| TrainError::io("reading config", path, &e))?;
        let in_file = |problem: String| {
            TrainError::new(
                ErrorKind::Config,
                format!("config {}: {problem}", path.display()),
            )
        };
        if toml::from_str::<toml::Table>(&text).is_ok_and(|table| table.is_empty()) {
            let text = "it has no entry; put back what was in it, or write at least one, such as `seed = 0`";
            return Err(in_file(text.into()));
        }
        let config = Self::parse(&text).map_err(|e| in_file(e.to_string()))?;
        config.validate().map_err(|e| in_file(e.to_string()))?;
        Ok(config)
    }

    /// The config in a text in TOML. One that gives neither a budget nor widths gets
    /// [`DEFAULT_PARAMETERS`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] with line and column if the text is not understood; ranges are
    /// checked by [`validate`](Self::validate).
    pub fn parse(text: &str) -> Result<Self> {
        let message = |e: toml::de::Error| {
            TrainError::new(ErrorKind::Config, e.to_string().trim_end().to_string())
        };
        let mut config: Self = toml::from_str(text).map_err(message)?;
        let table: toml::Table = toml::from_str(text).map_err(message)?;
        let network = table.get("network");
        let widths = network.and_then(|n| n.get("blocks").or_else(|| n.get("layers")));
        if config.params.is_none() && widths.is_none() {
            config.params = Some(DEFAULT_PARAMETERS);
        }
        Ok(config)
    }

    /// Where `other` wants a different network, seed or data: a run can't be continued across
    /// that. The `[train]` section may change, and the places of the data, whose content is
    /// compared by its digest ([`Parts::digest`](super::Parts::digest)).
    pub fn difference(&self, other: &Self) -> Option<&'static str> {
        if self.seed != other.seed {
            return Some("seed");
        }
        let anywhere = |data: &DataConfig| DataConfig {
            directory: None,
            targets: None,
            ..data.clone()
        };
        if anywhere(&self.data) != anywhere(&other.data) {
            return Some("[data]");
        }
        (self.network != other.network).then_some("[network]")
    }

    /// The text of its file, which [`parse`](Self::parse) reads as this config again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if TOML can't hold it.
    pub fn to_toml(&self) -> Result<String> {
        run_dir::to_toml(self)
    }

    /// Checks every entry; the message names it and its range.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`].
    pub fn validate(&self) -> Result<()> {
        self.train.validate()?;
        if let Some(params) = self.params {
            in_range("params", params, 1, MAX_PARAMETERS)?;
        }
        self.data.validate()?;
        let network = &self.network;
        let lies_on = match network.domain {
            DomainKind::Image | DomainKind::Sphere => None,
            DomainKind::Cylinder => Some(Strip::Cylinder),
            DomainKind::Moebius | DomainKind::MoebiusUntransported => Some(Strip::Moebius),
        };
        if self.data.strip.is_some() && self.data.strip != lies_on {
            return fail(
                ErrorKind::Config,
                "data.strip: the network has images elsewhere; set network.domain to the same strip, \
                 or remove the entry",
            );
        }
        if self.data.strip.is_some() && network.output != Output::Classes {
            return fail(
                ErrorKind::Config,
                "data.strip: only digits to be classified are put on a strip; set network.output to \
                 \"classes\", or remove the entry",
            );
        }
        if self.data.sphere.is_some() && network.domain != DomainKind::Sphere {
            return fail(
                ErrorKind::Config,
                "data.sphere: the network has images elsewhere; set network.domain to \"sphere\", or \
                 remove the entry",
            );
        }
        if network.domain == DomainKind::Sphere && self.train.precision != Precision::default() {
            return fail(
                ErrorKind::Config,
                "train.precision: layers on the sphere multiply numbers of 32 bits only; remove the entry \
                 (--precision)",
            );
        }
        if network.output == Output::Values && network.domain != DomainKind::Image {
            return fail(
                ErrorKind::Config,
                "network.output: numbers and vectors are found on plain images and volumes; set \
                 network.domain to \"image\"",
            );
        }
        for (entry, option, set) in [
            ("data.targets", "--targets", self.data.targets.is_some()),
            ("data.columns", "--columns", !self.data.columns.is_empty()),
        ] {
            if set && network.output != Output::Values {
                let text = format!(
                    "{entry}: the network gives no numbers and vectors; use --task regression (network.output \
                     = \"values\"), or remove the entry ({option})"
                );
                return fail(ErrorKind::Config, text);
            }
        }
        // Masks of one's own have as many classes as they have.
        let scenes = self.data.directory.is_none();
        if scenes && network.output == Output::Mask && network.classes != 2 {
            return fail(
                ErrorKind::Config,
                format!(
                    "network.classes: a mask has the 2 classes background and digit, not {}",
                    network.classes
                ),
            );
        }
        let parameters = network.parameters()?;
        if self.params.is_none() && parameters > MAX_PARAMETERS {
            return fail(
                ErrorKind::Config,
                format!(
                    "network: {parameters} parameters are more than {MAX_PARAMETERS}; reduce \
                 `fields` or `kernel`"
                ),
            );
        }
        Ok(())
    }
}
