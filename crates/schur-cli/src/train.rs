//! `schur train`.

mod config;
mod memory;
mod progress;
mod start;

use std::fs::File;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use schur_data::counted;
use schur_nn::network::DomainKind;
use schur_nn::{GridGroup, Layer, Network, Processor};
use schur_train::images::{
    Config, FarRow, Parts, Task, TrainingImages, check_fit, resume, start, take_start,
};
use schur_train::{ErrorKind, History, PathChoice, Reserved, RunDir, STOPPED, TrainError};

use crate::args::TrainArgs;
use crate::error::{CliError, Result, fail};
use crate::exact_sizes;
use crate::interrupt;
use crate::made::{cpu, made, this_command};
use crate::precision;
use crate::report;
use crate::say::{emit_data, say};
use crate::waiting::Waiting;

use progress::Progress;
use start::{check_frozen, frozen, taken};

/// The file of a run with the commands by which it was trained, a line each.
const COMMANDS: &str = "commands.txt";

/// Where a run goes on, or begins.
enum Place {
    Old {
        run: RunDir,
        claim: File,
        /// Whether another config is to be written, once the data and the checkpoint are read.
        changed: bool,
    },
    New(Reserved),
}

pub(crate) fn run(args: &TrainArgs) -> Result<()> {
    if args.show_config {
        return emit_data(&args.config()?.to_toml()?);
    }
    // A directory that can't be used is refused before anything is read; what is refused after that
    // leaves no directory.
    let (place, config) = match &args.resume {
        Some(path) => {
            let run = RunDir::open(path)?;
            // Nobody else trains in it while its plan changes.
            let claim = run.lock()?;
            let kept = run.config()?;
            let mut config = match args.epochs {
                Some(epochs) => run.train_on(epochs)?,
                None => kept.clone(),
            };
            let place = |path: &Option<PathBuf>| path.as_deref().map(absolute).transpose();
            config.data = config.data.moved_to(
                place(&args.images.learnt.data)?,
                place(&args.images.learnt.read.targets)?,
            );
            let changed = config != kept;
            (
                Place::Old {
                    run,
                    claim,
                    changed,
                },
                config,
            )
        }
        None => {
            let config = args.config()?;
            let reserved = match &args.out {
                Some(path) => Reserved::at(path).map_err(|e| taken_up(&e, path))?,
                None => Reserved::by_name(&default_name(&config))
                    .map_err(|e| CliError::Message(format!("{e} (--out)")))?,
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
    precision::check(
        config.train.precision,
        args.device,
        "--precision (train.precision)",
    )?;
    let parts = Parts::load(&config.data, config.task(), &Waiting::new());
    let parts = parts.map_err(|e| moved(e, &place, &config))?;
    let (mut config, network) = fitted(config, &parts, &device)?;
    let memory = (args.memory)
        .map(|budget| memory::fit(&mut config, &network, &parts, budget.as_u64()))
        .transpose()?;
    say!("data      {}", parts.description());
    say!("network   {}", describe(&config, &network));
    if let Some(path) = config.train.path.describe(&network) {
        say!("path      {path}");
    }
    if let Some(numbers) = precision::describe(config.train.precision) {
        say!("products  {numbers}");
    }
    if let Some(memory) = memory {
        say!("memory    {memory}");
    }
    if let Some(frozen) = frozen(&config, &network)? {
        say!("frozen    {frozen}");
    }
    if let Some(note) = exact_sizes::note(&network, parts.sizes(), parts.own()) {
        say!("note      {note}");
    }
    for note in parts.notices() {
        say!("note      {note}");
    }
    for far in noted(parts.far_out()) {
        say!("note      {far}");
    }
    for note in network.notices() {
        say!("note      {note}");
    }
    let (run, mut claim, changed) = match place {
        Place::Old {
            run,
            claim,
            changed,
        } => (run, claim, changed),
        Place::New(reserved) => {
            check_frozen(&config, &network)?;
            take_start(reserved.run(), &config)?;
            let run = reserved.begin(&config)?;
            let claim = run.lock()?;
            (run, claim, false)
        }
    };
    let (network, part) = start(&run, &config, network)?;
    if let (Some(part), Some(from)) = (part, &config.from) {
        say!("{}", taken(&part, from));
    }
    say!(
        "run       {} (if interrupted: schur train --resume {})",
        run.path().display(),
        quoted(run.path())
    );
    let description = network.description();
    let mut trainer = resume(&run, &config, &parts, network)?;
    if changed {
        claim = run.change_config(&config)?;
    }
    run.write_json("model.json", &description)?;
    let done = trainer.history().epochs.len();
    if done > 0 {
        let epochs = config.train.epochs;
        let end = match done < epochs {
            true => "",
            false => ": finished, and measured again; --epochs N trains on",
        };
        say!("resumed   after epoch {done} of {epochs}{end}");
    }
    interrupt::says(format!(
        "interrupted; go on with: schur train --resume {}",
        quoted(run.path())
    ))?;
    let commands = commands(&run, done < config.train.epochs)?;
    let progress = Progress::new(&config, done, parts.train_len());
    if done < config.train.epochs {
        progress.head();
    }
    let mut images = TrainingImages::new(&parts, config.seed)?;
    trainer
        .fit(&mut images, parts.validation(), Some(&run), &progress)
        .map_err(|e| with_remedy(e, &run))?;
    progress.finish();
    finish(&run, trainer.history(), &parts, &device, &commands)?;
    drop(claim);
    Ok(())
}

/// The config with what its data decide and the widths of its budget, and its network, if that fits the
/// data.
pub(crate) fn fitted(config: Config, parts: &Parts, device: &Device) -> Result<(Config, Network)> {
    let config = parts.complete(config)?.resolve()?;
    let network = config.network(&device.clone().autodiff())?;
    let sizes = parts.sizes();
    check_fit(&config, parts, &network).map_err(|error| {
        let others = match exact_sizes::fits(&network, sizes) {
            true => None,
            false => exact_sizes::others(&network, sizes, parts.own()),
        };
        match others {
            Some(others) => CliError::Message(format!("{error}; {others}")),
            None => error.into(),
        }
    })?;
    Ok((config, network))
}

/// The commands by which a run was trained, this one with them if it trains.
fn commands(run: &RunDir, trains: bool) -> Result<Vec<String>> {
    // Runs of old versions have no such file.
    let text = std::fs::read_to_string(run.path().join(COMMANDS)).unwrap_or_default();
    let mut commands: Vec<String> = text.lines().map(str::to_string).collect();
    if trains {
        commands.push(this_command().replace('\n', " "));
        run.write(COMMANDS, commands.join("\n") + "\n")?;
    }
    Ok(commands)
}

/// A run whose data are not where they were goes on with an option.
fn moved(error: TrainError, place: &Place, config: &Config) -> CliError {
    match (place, &config.data.directory) {
        (Place::Old { run, .. }, Some(directory)) if !directory.exists() => {
            CliError::Message(format!(
                "{error}; if the images are in another place now, --data says where: schur train \
                 --resume {} --data DIR",
                quoted(run.path())
            ))
        }
        _ => error.into(),
    }
}

/// A path as it is kept in a config: the run is continued and evaluated from other working
/// directories too.
pub(crate) fn absolute(directory: &Path) -> Result<PathBuf> {
    let absolute =
        std::path::absolute(directory).map_err(|e| CliError::io("finding", directory, &e))?;
    match absolute.to_str() {
        Some(_) => Ok(absolute),
        None => fail(format!(
            "--data {}: this path is no Unicode text, which a config file has to be; rename it, or make \
             a link to it",
            absolute.display()
        )),
    }
}

/// A directory in which no run can begin, and which options help.
fn taken_up(error: &TrainError, path: &Path) -> CliError {
    CliError::Message(match RunDir::open(path) {
        Ok(_) => {
            let path = quoted(path);
            format!("{error} (--out; `schur train --resume {path}` resumes it)")
        }
        Err(_) => format!("{error} (--out)"),
    })
}

/// A path as a word of a command that can be copied.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%~".contains(c);
    match text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Rows that lie far out, and how many more there are of many.
fn noted(far: &[FarRow]) -> impl Iterator<Item = String> {
    const SHOWN: usize = 3;
    let more = far.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| {
        let rows = counted(more, "more value");
        format!("{rows} far out; `schur data show` lists them")
    });
    far.iter().take(SHOWN).map(FarRow::to_string).chain(more)
}

/// A group as a part of a file's name: parentheses, as in `SO(2)`, and spaces mean something to
/// shells.
pub(crate) fn file_name(group: &GridGroup) -> String {
    group.name().replace(['(', ')'], "").replace(' ', "-")
}

fn default_name(config: &Config) -> String {
    let group = file_name(&config.network.group);
    let mut name = format!("{group}-seed{}", config.seed);
    match config.task() {
        Task::Classification => {}
        Task::Pose => name += "-pose",
        Task::Segmentation => name += "-segmentation",
        Task::Regression => name += "-regression",
    }
    match config.network.domain {
        DomainKind::Image => {}
        DomainKind::Cylinder => name += "-cylinder",
        DomainKind::Moebius | DomainKind::MoebiusUntransported => name += "-moebius",
        DomainKind::Sphere => name += "-sphere",
    }
    if config.data.shifted {
        name += "-shifted";
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
    if let Some(group) = &config.data.augment_by {
        name += &group.name().replace(['(', ')', ' '], "");
    }
    name
}

fn describe(config: &Config, network: &Network) -> String {
    let blocks = &config.network.blocks;
    let parts = || blocks.iter().flat_map(|b| b.fields.parts());
    let fields = if blocks.is_empty() {
        format!("{} layers", network.layers().len())
    } else if parts().all(|(_, name)| name == "regular") {
        let widths: Vec<String> = parts().map(|(count, _)| count.to_string()).collect();
        format!("{} regular fields", widths.join("-"))
    } else {
        let widths: Vec<String> = blocks.iter().map(|b| b.fields.to_string()).collect();
        format!("fields {}", widths.join(" | "))
    };
    let parameters = network.parameters();
    let place = match network.domain() {
        DomainKind::Image => String::new(),
        other => format!(" {}", other.words()),
    };
    format!(
        "{}: {fields}{place}, {parameters} parameters",
        config.network.group
    )
}

/// Where the checkpoints of a run are that has diverged, and which option helps.
fn with_remedy(error: TrainError, run: &RunDir) -> CliError {
    if error.kind() != ErrorKind::Diverged {
        return error.into();
    }
    let kept = if run.best_path().is_file() {
        format!(
            "the checkpoints of the epochs before are kept in {}",
            run.path().display()
        )
    } else {
        "no epoch was finished, so there is no checkpoint".to_string()
    };
    // Who asks later, with `eval` or `export`, is told the reason.
    let _ = run.write(STOPPED, format!("{error}\n"));
    let option = match error.to_string().contains("learning rate") {
        true => " (--learning-rate)",
        false => "",
    };
    CliError::Message(format!("{error}{option}; {kept}"))
}

/// Test, report and final table, from the best checkpoint.
fn finish(
    run: &RunDir,
    history: &History,
    parts: &Parts,
    device: &Device,
    commands: &[String],
) -> Result<()> {
    let trained = run.best_network(device)?;
    let name = match Processor::is_cpu(device) {
        true => cpu(),
        false => Processor::describe(device),
    };
    let mut made = made(&name, Some(history.total_seconds()));
    if !commands.is_empty() {
        // Who measures a run again has not made it.
        made[0].1 = commands.join("; then ");
    }
    if trained.config.task() == Task::Classification {
        report::write(run, &trained, history, parts, &made)?.print(run);
    } else {
        report::write_answers(run, &trained, history, parts, &made)?.print(run);
    }
    Ok(())
}
