//! Runs on images: their configs, and what was trained.

use std::fs::File;

use burn::tensor::Device;
use schur_data::counted;
use schur_nn::{Checkpoint, Network};

use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::history::{EpochRecord, History};
use crate::images::answers::check_sizes;
use crate::images::config::Config;
use crate::run_dir::{RunDir, STOPPED};
use crate::trainer::{DATA_NOTE, EPOCH_NOTE};

/// Note of a checkpoint: side of the square training images, in pixels.
pub(crate) const IMAGE_SIZE: &str = "image_size";
/// Note of a checkpoint: the config of its run.
pub(crate) const CONFIG: &str = "config";

/// A trained network of a run on images, and what it needs to be used.
///
/// ```
/// use std::path::Path;
///
/// use burn::tensor::Device;
/// use schur_train::RunDir;
///
/// let run = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pretrained/digits-C8");
/// let trained = RunDir::open(Path::new(run))?.best_network(&Device::flex())?;
/// assert_eq!(trained.sizes(), [1, trained.image_size, trained.image_size]);
/// assert_eq!(trained.config.network.group.to_string(), "C8");
/// # Ok::<(), schur_train::TrainError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trained {
    /// The config of its run.
    pub config: Config,
    /// The network with the weights of the epoch that was best in validation.
    pub network: Network,
    /// Side of the square images in pixels; rows of volumes, whose sizes are [`sizes`](Self::sizes).
    pub image_size: usize,
    /// Epoch of the checkpoint.
    pub epoch: usize,
    /// Digest of the data that it was trained on.
    pub data: Option<String>,
}

impl Trained {
    /// [depth, rows, columns] of the images that it was trained on; images have depth 1.
    pub fn sizes(&self) -> [usize; 3] {
        let size = self.image_size;
        self.config.data.volume.unwrap_or([1, size, size])
    }

    /// The record of the epoch that the weights are of.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Checkpoint`] if that was not the best in validation: then the checkpoint is of
    /// another run.
    pub fn record<'a>(&self, history: &'a History) -> Result<&'a EpochRecord> {
        let record = self
            .epoch
            .checked_sub(1)
            .and_then(|i| history.epochs.get(i));
        let best = history.best();
        match record {
            // Runs that began before losses decided between equal scores keep the first.
            Some(record)
                if best.is_some_and(|best| best.validation_score == record.validation_score) =>
            {
                Ok(record)
            }
            _ => fail(
                ErrorKind::Checkpoint,
                format!(
                    "checkpoint best.safetensors: it is of epoch {}, but the best epoch of the run is \
                     {}; it is of another run, train anew",
                    self.epoch,
                    best.map_or(0, |best| best.epoch)
                ),
            ),
        }
    }
}

impl RunDir {
    /// The config of a run on images.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the file is not understood, or asks for a budget instead of widths.
    pub fn config(&self) -> Result<Config> {
        let config = Config::read(&self.config_path()).map_err(|e| self.of_other_loop(e))?;
        if config.params.is_some() {
            let text = format!(
                "config {}: it has no widths (network.blocks or network.layers), or `params` beside them, as \
                 no run writes it; put the file back, or remove the entry",
                self.config_path().display()
            );
            return fail(ErrorKind::Config, text);
        }
        Ok(config)
    }

    /// What is to be said of a config that is none of images, if it has none of a network.
    fn of_other_loop(&self, error: TrainError) -> TrainError {
        match self.read_config::<toml::Table>() {
            Ok(config) if !config.is_empty() && !config.contains_key("network") => {
                let text = format!(
                    "config {}: it is that of a training loop of one's own, and not of images; \
                     `RunDir::read_config` reads it, and `Checkpoint::restore` the weights",
                    self.config_path().display()
                );
                TrainError::new(ErrorKind::Config, text)
            }
            _ => error,
        }
    }

    /// The config of a run on images with more epochs: what was trained so far becomes an earlier
    /// training, and the schedule begins anew after it. Nothing is written before
    /// [`change_config`](Self::change_config).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the run has as many epochs already, or as [`config`](Self::config).
    pub fn train_on(&self, epochs: usize) -> Result<Config> {
        let mut config = self.config()?;
        let done = match self.last()? {
            Some(last) => last
                .note(EPOCH_NOTE)
                .and_then(|n| n.parse().ok())
                .unwrap_or(0),
            None => 0,
        };
        if epochs <= done {
            let text = format!(
                "--epochs {epochs}: {} has {} already; ask for more",
                self.path().display(),
                counted(done, "epoch")
            );
            return fail(ErrorKind::Config, text);
        }
        config.train = config.train.going_on(done, epochs);
        config.validate()?;
        Ok(config)
    }

    /// Writes another `config.toml` into a run on images that this process has claimed, and gives the
    /// claim of the new file. That of the old one is to be kept until then.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if TOML can't hold it, [`ErrorKind::File`] if it can't be written.
    pub fn change_config(&self, config: &Config) -> Result<File> {
        self.write("config.toml", config.to_toml()?)?;
        self.lock()
    }

    /// What was trained on images: the network with the weights of the epoch that was best in
    /// validation.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Run`] if there is no such epoch, [`ErrorKind::Checkpoint`] if its checkpoint is
    /// damaged or of another config.
    pub fn best_network(&self, device: &Device) -> Result<Trained> {
        let best = self.best_path();
        if !best.is_file() {
            let run = self.path().display();
            return fail(
                ErrorKind::Run,
                if self.last_path().exists() {
                    format!("{run}: best.safetensors is lost; {}", self.rescue())
                } else if let Ok(reason) = std::fs::read_to_string(self.path().join(STOPPED)) {
                    format!("{run}: it has no trained network: {}", reason.trim_end())
                } else {
                    format!(
                        "{run}: no best.safetensors; the run has not finished its first epoch, \
                     continue it with `schur train --resume {run}`"
                    )
                },
            );
        }
        let checkpoint = Checkpoint::read(&best).map_err(TrainError::from);
        let checkpoint = checkpoint.map_err(|e| match self.last_path().exists() {
            true => TrainError::new(e.kind(), format!("{e}; {}", self.rescue())),
            false => e,
        })?;
        self.network_of(&checkpoint, device)
    }

    /// What can be done with a run of which only the last checkpoint is there.
    fn rescue(&self) -> String {
        format!(
            "`schur eval {} --last` tests the network of the last epoch; all else needs the best one: train anew",
            self.path().display()
        )
    }

    /// What was trained on images: the network with the weights of the last finished epoch, whatever
    /// its score in validation.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Run`] if no epoch is finished, [`ErrorKind::Checkpoint`] if its checkpoint is
    /// damaged or of another config.
    pub fn last_network(&self, device: &Device) -> Result<Trained> {
        match self.last()? {
            Some(last) => self.network_of(&last, device),
            None => fail(
                ErrorKind::Run,
                format!("{}: no epoch is finished; train it", self.path().display()),
            ),
        }
    }

    fn network_of(&self, checkpoint: &Checkpoint, device: &Device) -> Result<Trained> {
        let config = self.config()?;
        let network = config.network(device)?;
        let description = network.description();
        let network = checkpoint.restore(network, &description)?;
        check_origin(self, checkpoint, &config)?;
        let number = |note: &str| checkpoint.note(note).and_then(|text| text.parse().ok());
        let (Some(image_size), Some(epoch)) = (number(IMAGE_SIZE), number(EPOCH_NOTE)) else {
            return fail(
                ErrorKind::Checkpoint,
                format!(
                    "checkpoint {}: it does not say for which image size and in which epoch it was \
                 trained; use another",
                    checkpoint.origin()
                ),
            );
        };
        let trained = Trained {
            config,
            network,
            image_size,
            epoch,
            data: checkpoint.note(DATA_NOTE).map(str::to_string),
        };
        check_sizes(&trained.network, trained.sizes())?;
        Ok(trained)
    }
}

/// Refuses a checkpoint of another network, seed or data than the config of its run asks for.
pub(crate) fn check_origin(run: &RunDir, checkpoint: &Checkpoint, config: &Config) -> Result<()> {
    let refuse = |problem: String| {
        let text = format!("checkpoint {}: {problem}", checkpoint.origin());
        fail(ErrorKind::Checkpoint, text)
    };
    let Some(text) = checkpoint.note(CONFIG) else {
        return refuse("it does not say with which config it was trained".to_string());
    };
    match Config::parse(text) {
        Err(problem) => refuse(format!("its config can't be read: {problem}")),
        Ok(trained) => match trained.difference(config) {
            Some(entry) => refuse(format!(
                "it is of another run: {entry} differs from {}; put back the entry or start a new \
                 run",
                run.config_path().display()
            )),
            None => Ok(()),
        },
    }
}
