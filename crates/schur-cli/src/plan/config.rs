//! What is planned.

use schur_nn::network::models;
use schur_train::images::{Config, DataConfig};
use schur_train::{RunDir, TrainError};

use crate::args::{ImagesArgs, PlanArgs, TrainArgs};
use crate::error::{CliError, Result, fail};
use crate::train::quoted;

/// What is wrong with data, and how those of a run are found that are in another place.
pub(super) fn with_place(error: TrainError, args: &PlanArgs, data: &DataConfig) -> CliError {
    match &data.directory {
        Some(directory) if args.config.is_dir() && !directory.exists() => {
            let config = quoted(&args.config.join("config.toml"));
            CliError::Message(format!(
                "{error}; if the data of the run are elsewhere now, --data says where: schur plan {config} \
                 --data DIR"
            ))
        }
        _ => error.into(),
    }
}

/// The config of what a plan is asked for: a run, a network of the collection, or a file.
pub(super) fn of(args: &PlanArgs) -> Result<Config> {
    let name = args.config.to_str().filter(|name| models().contains(name));
    if args.config.is_dir() {
        let read = &args.learnt.read;
        let given = [
            ("--group", args.group.is_some()),
            ("--task", args.learnt.task.is_some()),
            ("--data", args.learnt.data.is_some()),
            ("--targets", read.targets.is_some()),
            ("--columns", !read.columns.is_empty()),
            ("--size", read.size.is_some()),
            ("--spacing", read.spacing.is_some()),
            ("--max-train", args.learnt.max_train.is_some()),
        ];
        if let Some((option, _)) = given.into_iter().find(|(_, given)| *given) {
            return fail(format!(
                "{option}: the run {} has its data and its network; give its config.toml instead",
                args.config.display()
            ));
        }
        return Ok(RunDir::open(&args.config)?.config()?);
    }
    let model = name.filter(|_| !args.config.exists());
    let standard_input = args.config.as_os_str() == "-";
    let given = model.is_some() || args.config.exists() || standard_input;
    if !given && args.config.extension().is_none() {
        return fail(format!(
            "{}: it is no file, no run, and no network of the collection; those are {}",
            args.config.display(),
            models().join(", ")
        ));
    }
    let new = TrainArgs {
        config: model.is_none().then(|| args.config.clone()),
        model: model.map(str::to_string),
        group: args.group.clone(),
        images: ImagesArgs {
            learnt: args.learnt.clone(),
            ..ImagesArgs::default()
        },
        ..TrainArgs::default()
    };
    new.config()
}
