//! What is planned.

use schur_nn::network::models;
use schur_train::RunDir;
use schur_train::images::Config;

use crate::args::{PlanArgs, TrainArgs};
use crate::error::{Result, fail};

/// The config of what a plan is asked for: a run, a network of the collection, or a file.
pub(super) fn of(args: &PlanArgs) -> Result<Config> {
    let name = args.config.to_str().filter(|name| models().contains(name));
    if args.config.is_dir() {
        if args.images.data.is_some() {
            return fail(format!(
                "--data: the run {} has its data; give its config.toml instead",
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
        images: args.images.clone(),
        ..TrainArgs::default()
    };
    new.config()
}
