//! The epochs of a run.

use std::time::Instant;

use schur_nn::{Layer, Network};

use crate::config::Config;
use crate::dataset::{Parts, check_classes};
use crate::error::{Result, TrainError, fail};
use crate::evaluation::score;
use crate::history::EpochRecord;
use crate::observer::Observer;
use crate::run_dir::RunDir;
use crate::state::TrainState;
use crate::step;
use crate::task::Task;

/// Most numbers that the activations of one step may have; with their gradients they take 16
/// GiB.
const MAX_ACTIVATIONS: u128 = 1 << 31;

/// Refuses images that do not fit the network, and steps that do not fit into memory.
pub fn check_fit(config: &Config, parts: &Parts, network: &Network) -> Result<()> {
    let (height, width) = (parts.height(), parts.width());
    // Images of one's own decide the channels of the network, so that these are digits.
    let channels = config.network.channels;
    if channels != parts.channels() {
        return fail(format!(
            "network.channels: {channels}, but the digits are grey; use 1, or images of your own in \
             colour (--data)"
        ));
    }
    network
        .check_size(height, width)
        .map_err(|e| match parts.own() {
            true => TrainError::Message(format!("{e}; or enlarge the images with --size")),
            false => e.into(),
        })?;
    if config.task() == Task::Classification {
        check_classes(&parts.labels(), network.classes())?;
    }
    if config.task() == Task::Segmentation {
        let found = network.output_size(height, width)?;
        if found != (height, width) {
            return fail(format!(
                "the masks have {} x {} pixels, the images {height} x {width}; change padding, \
                 pools or upsampling of network.blocks",
                found.0, found.1
            ));
        }
    }
    let batch = config.train.batch.min(parts.train_len());
    let numbers = network.activations(height, width)? * batch as u128;
    if numbers > MAX_ACTIVATIONS {
        return fail(format!(
            "a step on {batch} images would hold {numbers} activations, more than \
             {MAX_ACTIVATIONS}; reduce train.batch, or fields or padding of network.blocks{}",
            if parts.own() { ", or --size" } else { "" }
        ));
    }
    Ok(())
}

/// The epochs that are still to be done.
pub fn train(
    state: &mut TrainState,
    run: &RunDir,
    config: &Config,
    parts: &Parts,
    observer: &dyn Observer,
) -> Result<()> {
    let images = parts.train_len();
    state.history.images = images;
    while state.epoch() < config.train.epochs {
        if state.history.out_of_patience(config.train.patience) {
            observer.out_of_patience(config.train.patience);
            break;
        }
        let epoch = state.epoch() + 1;
        let started = Instant::now();
        let trained = step::epoch(state, config, parts, epoch, observer)?;
        if !trained.loss.is_finite() {
            return fail(diverged(epoch, run, config, trained.loss));
        }
        let seconds = started.elapsed().as_secs_f64();
        let network = state.inference_network()?;
        let (loss, score) = score(config.task(), &network, parts.validation())?;
        if !loss.is_finite() {
            return fail(diverged(epoch, run, config, loss));
        }
        let record = EpochRecord {
            epoch,
            learning_rate: trained.learning_rate,
            train_loss: trained.loss,
            train_accuracy: trained.score,
            validation_loss: loss,
            validation_accuracy: score,
        };
        observer.epoch_ends(&record, images as f64 / seconds);
        state.finish_epoch(run, record, seconds)?;
    }
    Ok(())
}

fn diverged(epoch: usize, run: &RunDir, config: &Config, loss: f64) -> String {
    let kept = if run.best_path().is_file() {
        format!(
            "the checkpoints of the epochs before are kept in {}",
            run.path().display()
        )
    } else {
        "no epoch was finished, so there is no checkpoint".to_string()
    };
    format!(
        "the loss became {loss} in epoch {epoch}; {kept}; try a lower learning rate than {} \
         (--learning-rate {})",
        config.train.learning_rate,
        config.train.learning_rate / 10.0
    )
}
