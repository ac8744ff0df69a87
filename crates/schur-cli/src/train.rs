//! `schur train`.

mod history;
mod progress;
mod state;
mod step;

use std::fs::File;
use std::path::PathBuf;
use std::time::Instant;

use burn::tensor::Device;
use schur_nn::Network;

use crate::args::TrainArgs;
use crate::config::Config;
use crate::dataset::{Parts, check_classes};
use crate::error::{Result, fail};
use crate::evaluation::evaluate;
use crate::report;
use crate::run_dir::RunDir;
use crate::say::say;

use progress::Progress;
use state::TrainState;

pub(crate) use history::{EpochRecord, History, read_history};
pub(crate) use step::argmax;

pub(crate) fn run(args: &TrainArgs) -> Result<()> {
    if args.show_config {
        say!("{}", Config::resolve(args)?.to_toml()?);
        return Ok(());
    }
    let (place, config) = match &args.resume {
        Some(path) => {
            let run = RunDir::open(path)?;
            let config = run.config()?;
            (Place::Existing(run), config)
        }
        None => {
            let config = Config::resolve(args)?;
            let default = || RunDir::free_default(&default_name(&config));
            let path = args.out.clone().unwrap_or_else(default);
            (Place::New(path), config)
        }
    };
    // Everything that can be refused is refused before the directory exists.
    let device = Device::flex();
    let parts = Parts::load(&config.data)?;
    let network = config
        .network
        .init(config.seed, &device.clone().autodiff())?;
    network.check_size(parts.height(), parts.width())?;
    check_classes(&parts, network.classes())?;
    say!("data      {}", parts.description());
    say!("network   {}", describe(&config, &network));
    let (run, _claim) = place.enter(&config, &network)?;
    say!(
        "run       {0} (if interrupted: schur train --resume {0})",
        run.path().display()
    );

    let mut state = TrainState::load_or_new(&run, &config, network)?;
    if state.epoch() > 0 {
        say!(
            "resumed   after epoch {} of {}",
            state.epoch(),
            config.train.epochs
        );
    }
    train(&mut state, &run, &config, &parts)?;
    finish(&run, &parts, &device)
}

/// Where a run is written.
enum Place {
    New(PathBuf),
    Existing(RunDir),
}

impl Place {
    /// The run directory with its config and description, claimed for this process.
    fn enter(self, config: &Config, network: &Network) -> Result<(RunDir, File)> {
        let run = match self {
            Self::New(path) => {
                let run = RunDir::create(&path)?;
                run.write("config.toml", config.to_toml()?)?;
                run
            }
            Self::Existing(run) => run,
        };
        let claim = run.lock()?;
        run.write_json("model.json", &network.description())?;
        Ok((run, claim))
    }
}

fn default_name(config: &Config) -> String {
    let mut name = format!("{}-seed{}", config.network.group, config.seed);
    if config.data.upright {
        name += "-upright";
    }
    if config.data.augment {
        name += "-augment";
    }
    name
}

fn describe(config: &Config, network: &Network) -> String {
    let widths: Vec<String> = config
        .network
        .blocks
        .iter()
        .map(|b| b.fields.to_string())
        .collect();
    format!(
        "{}: {} regular fields, {} parameters",
        config.network.group,
        widths.join("-"),
        network.parameters()
    )
}

/// The epochs that are still to be done.
fn train(state: &mut TrainState, run: &RunDir, config: &Config, parts: &Parts) -> Result<()> {
    let images = parts.train_len();
    state.history.images = images;
    let progress = Progress::new(config.train.epochs, state.epoch(), images);
    while state.epoch() < config.train.epochs {
        if state.history.out_of_patience(config.train.patience) {
            progress.line(&format!(
                "stopped: no better validation accuracy for {} epochs",
                config.train.patience
            ));
            break;
        }
        let epoch = state.epoch() + 1;
        let started = Instant::now();
        let trained = step::epoch(state, config, parts, epoch, &progress)?;
        if !trained.loss.is_finite() {
            return fail(diverged(epoch, run, config, trained.loss));
        }
        let seconds = started.elapsed().as_secs_f64();
        let validation = evaluate(&state.inference_network(), parts.validation())?;
        if !validation.loss.is_finite() {
            return fail(diverged(epoch, run, config, validation.loss));
        }
        let record = EpochRecord {
            epoch,
            learning_rate: trained.learning_rate,
            train_loss: trained.loss,
            train_accuracy: trained.accuracy,
            validation_loss: validation.loss,
            validation_accuracy: validation.accuracy(),
        };
        progress.epoch(&record, images as f64 / seconds);
        state.finish_epoch(run, record, seconds, parts.height())?;
    }
    progress.finish();
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

/// Test, report and final table, from the best checkpoint.
fn finish(run: &RunDir, parts: &Parts, device: &Device) -> Result<()> {
    let trained = run.best_network(device)?;
    let history = read_history(run)?;
    let summary = report::write(run, &trained, &history, parts)?;
    summary.print(run);
    Ok(())
}
