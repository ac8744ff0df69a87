//! Training a network on images.

use burn::tensor::{Device, Tensor};
use schur_data::counted;
use schur_nn::{Checkpoint, Domain, Layer, Network, Transplanted};

use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::examples::Examples;
use crate::images::answers::check_group;
use crate::images::config::Config;
use crate::images::parts::{Parts, check_classes};
use crate::images::set::Images;
use crate::images::task::{Task, Truth};
use crate::images::trained::{CONFIG, IMAGE_SIZE, check_origin};
use crate::run_dir::RunDir;
use crate::trainer::{DATA_NOTE, Trainer};

/// Most numbers that the activations of one step may have; with their gradients they take 16
/// GiB.
const MAX_ACTIVATIONS: u128 = 1 << 31;

/// Refuses images that do not fit the network, and steps that do not fit into memory.
///
/// # Errors
///
/// [`ErrorKind::Data`], or [`ErrorKind::Network`] if the images are too small for a layer.
pub fn check_fit(config: &Config, parts: &Parts, network: &Network) -> Result<()> {
    parts.check_targets()?;
    let sizes = parts.sizes();
    // Images of one's own decide the channels of the network, so that these are digits.
    let channels = config.network.channels;
    if channels != parts.channels() {
        return fail(
            ErrorKind::Data,
            format!(
                "network.channels: {channels}, but the digits are grey; use 1, or images of your own in \
             colour (--data)"
            ),
        );
    }
    check_group(network.group(), network.domain(), sizes)?;
    network.check_size(sizes).map_err(|e| match parts.own() {
        true => TrainError::new(
            ErrorKind::Data,
            format!("{e}; or enlarge the images with --size"),
        ),
        false => e.into(),
    })?;
    if config.task() == Task::Classification {
        check_classes(&parts.labels(), network.classes())?;
    }
    if config.task() == Task::Segmentation {
        let domain = Domain::from(sizes);
        let found = network.output_domain(&domain)?;
        if found != domain {
            return fail(
                ErrorKind::Data,
                format!(
                    "the masks have {found}, the images {domain}; change padding, pools or upsampling of \
                     network.blocks"
                ),
            );
        }
    }
    let batch = config.train.batch.min(parts.train_len());
    let numbers = network.activations(sizes)? * batch as u128;
    if numbers > MAX_ACTIVATIONS {
        return fail(
            ErrorKind::Data,
            format!(
                "a step on {} would hold {numbers} activations, {:.0} GB with their \
             gradients, of which {:.0} GB are allowed; reduce train.batch, or fields or padding of network.blocks{}",
                counted(batch, "image"),
                gigabytes(numbers),
                gigabytes(MAX_ACTIVATIONS),
                if parts.own() { ", or --size" } else { "" }
            ),
        );
    }
    Ok(())
}

/// Of activations and as many gradients in `f32`.
fn gigabytes(numbers: u128) -> f64 {
    8.0 * numbers as f64 / 1e9
}

/// The training images of a run, which are drawn anew in every epoch if they are augmented.
///
/// ```
/// use burn::tensor::Device;
/// use schur_train::images::{DataConfig, Parts, Task, TrainingImages};
/// use schur_train::{Examples, Result};
///
/// let config = DataConfig { max_train: Some(20), augment: true, ..DataConfig::default() };
/// let parts = Parts::load(&config, Task::Classification, &())?;
/// let mut images = TrainingImages::new(&parts, 0)?;
/// let angles = |images: &TrainingImages| -> Result<Vec<f64>> {
///     Ok(images.batch(&[0], &Device::flex())?.1.angles)
/// };
/// let first = angles(&images)?;
/// images.begin_epoch(2)?;
/// assert!(images.len() == 20 && angles(&images)? != first);
/// # Ok::<(), schur_train::TrainError>(())
/// ```
pub struct TrainingImages<'a> {
    parts: &'a Parts,
    seed: u64,
    /// The epoch that the images are of.
    epoch: usize,
    images: Images,
}

impl<'a> TrainingImages<'a> {
    /// The images of the first epoch of a run with this seed.
    ///
    /// # Errors
    ///
    /// If the images can't be turned or put into scenes as the config asks.
    pub fn new(parts: &'a Parts, seed: u64) -> Result<Self> {
        Ok(Self {
            parts,
            seed,
            epoch: 1,
            images: parts.train_images(seed, 1)?,
        })
    }
}

impl Examples for TrainingImages<'_> {
    type Batch = (Tensor<5>, Truth);

    fn len(&self) -> usize {
        self.images.len()
    }

    fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
        Ok(self.images.batch(indices, device))
    }

    fn begin_epoch(&mut self, epoch: usize) -> Result<()> {
        if epoch != self.epoch && self.parts.augmented() {
            self.images = self.parts.train_images(self.seed, epoch)?;
            self.epoch = epoch;
        }
        Ok(())
    }
}

/// Takes into a new run what another has trained: `start.safetensors` is the best network of the run
/// that `config.from` names. Nothing where it names none.
///
/// # Errors
///
/// [`ErrorKind::Run`] if that run has no network, or one of another group, [`ErrorKind::File`] if the file can't be written.
pub fn take_start(run: &RunDir, config: &Config) -> Result<()> {
    let Some(from) = &config.from else {
        return Ok(());
    };
    let best = RunDir::open(from)?.best_path();
    if !best.is_file() {
        let text = format!(
            "--from {}: it has no best.safetensors; train it for an epoch at least",
            from.display()
        );
        return fail(ErrorKind::Run, text);
    }
    let start = Checkpoint::read(&best)?;
    let (there, here) = (&start.description().group, config.network.group.name());
    if *there != here {
        let text = format!(
            "--from {}: its network is one of {there}, this one of {here}, and weights are coefficients of \
             kernels of their group; use the same group (network.group, --group)",
            from.display()
        );
        return fail(ErrorKind::Run, text);
    }
    Ok(start.write(&run.start_path())?)
}

/// The network with the weights that its run starts from, and which these are; as it is given, and
/// `None`, if the run starts from random ones.
///
/// # Errors
///
/// [`ErrorKind::Checkpoint`] if nothing of the other network fits, or its file is damaged or lost.
pub fn start(
    run: &RunDir,
    config: &Config,
    network: Network,
) -> Result<(Network, Option<Transplanted>)> {
    let Some(from) = &config.from else {
        return Ok((network, None));
    };
    let (network, part) = Checkpoint::read(&run.start_path())?.transplant(network);
    if part.taken.is_empty() {
        let text = format!(
            "--from {}: nothing of its network fits this one; use the same group and widths (its \
             config.toml has them)",
            from.display()
        );
        return fail(ErrorKind::Checkpoint, text);
    }
    Ok((network, Some(part)))
}

/// The training of a network on images in the directory of its run: as it was after the last
/// finished epoch, or before the first.
///
/// # Errors
///
/// [`ErrorKind::Checkpoint`] if the checkpoint is damaged, or of another network, seed or data.
pub fn resume(
    run: &RunDir,
    config: &Config,
    parts: &Parts,
    network: Network,
) -> Result<Trainer<Network, Task>> {
    let description = network.description();
    let digest = parts.digest();
    let trainer = Trainer::new(network, config.task(), config.train.clone(), config.seed)?
        .with_description(description.clone())
        .with_note(IMAGE_SIZE, parts.height().to_string())
        .with_note(CONFIG, config.to_toml()?)
        .with_data(digest.clone());
    let Some(last) = run.last()? else {
        parts.keep_samples(run)?;
        return Ok(trainer);
    };
    // Another network is named by the checkpoint itself.
    if *last.description() == description {
        check_origin(run, &last, config)?;
    }
    if last.note(DATA_NOTE).is_some_and(|kept| kept != digest) {
        let text = format!(
            "checkpoint {}: the data have changed since it was written{}; put them back, or start a new run",
            last.origin(),
            parts.changes_since(run)?
        );
        return fail(ErrorKind::Checkpoint, text);
    }
    // The section `[train]` may change: it stands in the config of the run.
    let trainer = trainer.resume_with_settings(&last)?;
    parts.keep_samples(run)?;
    // A kill between the files leaves metrics one epoch behind the checkpoint.
    run.write_history(trainer.history(), config.task().score_name())?;
    Ok(trainer)
}
