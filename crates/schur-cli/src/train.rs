//! `schur train`.

mod history;
mod penalty;
mod progress;
mod state;
mod step;

use std::time::Instant;

use burn::tensor::Device;
use schur_nn::{Domain, Layer, Network, Processor};

use crate::args::TrainArgs;
use crate::config::Config;
use crate::dataset::{Parts, check_classes};
use crate::error::{CliError, Result, fail};
use crate::evaluation::score;
use crate::path::PathChoice;
use crate::report;
use crate::run_dir::{Reserved, RunDir};
use crate::say::{emit, say};
use crate::task::Task;

use progress::Progress;
use state::TrainState;

pub(crate) use history::{EpochRecord, History};

/// Most numbers that the activations of one step may have; with their gradients they take 16
/// GiB.
const MAX_ACTIVATIONS: u128 = 1 << 31;

/// Where a run goes on, or begins.
enum Place {
    Old(RunDir),
    New(Reserved),
}

pub(crate) fn run(args: &TrainArgs) -> Result<()> {
    if args.show_config {
        return emit(&Config::of_args(args)?.to_toml()?);
    }
    // A directory that can't be used is refused before anything is read; what is refused after that
    // leaves no directory.
    let (place, config) = match &args.resume {
        Some(path) => {
            let run = RunDir::open(path)?;
            let config = run.config()?;
            (Place::Old(run), config)
        }
        None => {
            let config = Config::of_args(args)?;
            let reserved = match &args.out {
                Some(path) => Reserved::at(path)?,
                None => Reserved::by_name(&default_name(&config))?,
            };
            (Place::New(reserved), config)
        }
    };
    let device = args.device.open()?;
    if args.device != Processor::Cpu && config.train.path != PathChoice::Auto {
        return fail(format!(
            "--device {}: only the CPU has paths, elsewhere every convolution is dense; leave out \
             --path (train.path)",
            args.device
        ));
    }
    let parts = Parts::load(&config.data, config.task())?;
    let config = config.with_data(&parts)?.resolve()?;
    let network = config.network(&device.clone().autodiff())?;
    check_fit(&config, &parts, &network)?;
    say!("data      {}", parts.description());
    say!("network   {}", describe(&config, &network));
    if let Some(path) = config.train.path.describe(&network) {
        say!("path      {path}");
    }
    if let Some(note) = first_inexactness(&network, &parts) {
        say!("note      {note}");
    }
    for note in network.notices() {
        say!("note      {note}");
    }
    let run = match place {
        Place::Old(run) => run,
        Place::New(reserved) => reserved.begin(&config)?,
    };
    let _claim = run.lock()?;
    say!(
        "run       {0} (if interrupted: schur train --resume {0})",
        run.path().display()
    );
    let description = network.description();
    let mut state = TrainState::load_or_new(&run, &config, &parts, network)?;
    run.write_json("model.json", &description)?;
    if state.epoch() > 0 {
        say!(
            "resumed   after epoch {} of {}",
            state.epoch(),
            config.train.epochs
        );
    }
    train(&mut state, &run, &config, &parts)?;
    finish(&run, &state.history, &parts, &device)
}

/// Refuses images that do not fit the network, and steps that do not fit into memory.
fn check_fit(config: &Config, parts: &Parts, network: &Network) -> Result<()> {
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
            true => CliError::Message(format!("{e}; or enlarge the images with --size")),
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

/// With which element the network does not commute exactly on images of this size, and why.
fn first_inexactness(network: &Network, parts: &Parts) -> Option<String> {
    let group = network.group();
    let kept = network.output_type().group();
    let lattice = group.lattice_subgroup().test_elements();
    let mut lattice = lattice.iter().filter(|g| kept.contains(g));
    lattice.find_map(|g| {
        let why = network.inexactness(&g.into(), &Domain::image(parts.height(), parts.width()))?;
        let element = group.element_name(g);
        Some(format!("not exactly equivariant under {element}: {why}"))
    })
}

fn default_name(config: &Config) -> String {
    let mut name = format!("{}-seed{}", config.network.group, config.seed);
    match config.task() {
        Task::Classification => {}
        Task::Pose => name += "-pose",
        Task::Segmentation => name += "-segmentation",
    }
    if config.data.rotated {
        name += "-rotated";
    }
    if config.data.upright {
        name += "-upright";
    }
    if config.data.augment {
        name += "-augment";
    }
    name
}

fn describe(config: &Config, network: &Network) -> String {
    let blocks = &config.network.blocks;
    let parts = || blocks.iter().flat_map(|b| b.fields.parts());
    let fields = if parts().all(|(_, name)| name == "regular") {
        let widths: Vec<String> = parts().map(|(count, _)| count.to_string()).collect();
        format!("{} regular fields", widths.join("-"))
    } else {
        let widths: Vec<String> = blocks.iter().map(|b| b.fields.to_string()).collect();
        format!("fields {}", widths.join(" | "))
    };
    let parameters = network.parameters();
    format!(
        "{}: {fields}, {parameters} parameters",
        config.network.group
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
        progress.epoch(&record, config.task(), images as f64 / seconds);
        state.finish_epoch(run, record, seconds)?;
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
fn finish(run: &RunDir, history: &History, parts: &Parts, device: &Device) -> Result<()> {
    let trained = run.best_network(device)?;
    let best = history.best().map_or(0, |record| record.epoch);
    if trained.epoch != best {
        return fail(format!(
            "checkpoint {}: it is of epoch {}, but the best epoch of the run is {best}; it is of \
             another run, train anew",
            run.best_path().display(),
            trained.epoch
        ));
    }
    if trained.config.task() == Task::Classification {
        report::write(run, &trained, history, parts)?.print(run);
    } else {
        report::write_answers(run, &trained, history, parts)?.print(run);
    }
    Ok(())
}
