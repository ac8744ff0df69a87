//! The config of a new run from the options of the command line.

use std::path::Path;

use schur_data::TargetFolder;
use schur_math::PlanarGroup;
use schur_nn::network::{NonlinearityKind, Output, own_group};
use schur_nn::{GridGroup, NetworkConfig};
use schur_train::RunDir;
use schur_train::images::{Config, DataConfig, Task, are_volumes};

use crate::args::{TaskName, TrainArgs};
use crate::error::{CliError, Result, fail};

/// The group of networks of volumes where none is named: the rotations of the cube.
const VOLUMES: &str = "O";

impl TrainArgs {
    /// The config of a new run: defaults, then the file, then the options. A budget still
    /// stands in it.
    pub(crate) fn config(&self) -> Result<Config> {
        let table = self.images.learnt.read.targets.as_deref();
        let has_table = table.is_some()
            || self
                .images
                .learnt
                .data
                .as_deref()
                .is_some_and(TargetFolder::is_one);
        // A table says what is learnt where nothing else does.
        let task = match (self.images.learnt.task, &self.config) {
            (None, None) if has_table => Some(Task::Regression),
            (task, _) => task.map(TaskName::task),
        };
        let of_table = if has_table {
            Task::Regression
        } else {
            Task::Classification
        };
        let volumes = (self.images.learnt.data.as_deref())
            .is_some_and(|data| are_volumes(data, of_table, table));
        let strip = self.images.learnt.task == Some(TaskName::Moebius);
        let sphere = self.images.learnt.task == Some(TaskName::Sphere);
        let model = match (&self.model, &self.config) {
            (None, None) if strip => Some(self.on_strip()?),
            (None, None) if sphere => Some("sphere"),
            (model, _) => model.as_deref(),
        };
        let own = model.and_then(own_group).map(GridGroup::parse);
        let group = match (&self.group, volumes) {
            (Some(group), true) => group.in_space()?,
            (Some(group), false) => group.clone(),
            (None, true) => GridGroup::parse(VOLUMES)?,
            (None, false) => match own {
                Some(group) => group?,
                None => GridGroup::from(PlanarGroup::cyclic(4)?),
            },
        };
        let mut config = match (&self.config, model, task) {
            (Some(_), Some(_), _) => {
                return fail("--model: the config file has a network already; use one of the two");
            }
            (Some(path), None, _) => self.read(path)?,
            (None, Some(name), _) => Config::of_model(name, &group)?,
            (None, None, None | Some(Task::Regression)) if self.from.is_some() => {
                self.of_trained()?
            }
            (None, None, task) => Config::of_task(task.unwrap_or(Task::Classification), &group)?,
        };
        // The body of any classifier serves.
        let classes = config.network.output == Output::Classes;
        if task == Some(Task::Regression) && self.config.is_none() && classes {
            let values = |network: &mut NetworkConfig| network.output = Output::Values;
            config.network = config.network.answering(values);
        }
        // Without a config file nobody has asked for the channels of the source, and images of one's own
        // have theirs.
        if self.config.is_none() && self.images.learnt.data.is_some() {
            config.network.channels = 1;
        }
        self.apply(&mut config)?;
        let asked = task;
        let task = config.task();
        if strip && config.data.strip.is_none() {
            return fail(
                "--task moebius: this network has no digits on a strip; set network.domain and \
                 data.strip to \"moebius\"",
            );
        }
        if sphere && config.data.sphere.is_none() {
            return fail(
                "--task sphere: this network has no digits on a sphere; set network.domain to \
                 \"sphere\" and data.sphere to a bandwidth such as 30",
            );
        }
        if self.images.chunk.is_some() && config.data.sphere.is_none() {
            return fail("--chunk: only digits on a sphere share rotations; use --task sphere");
        }
        if asked.is_some_and(|wanted| wanted != task) {
            return fail(format!(
                "--task: the network gives what {} needs; set network.output to \"{}\", or choose another model",
                format!("{task:?}").to_lowercase(),
                match asked {
                    Some(Task::Pose) => "direction",
                    Some(Task::Segmentation) => "mask",
                    Some(Task::Regression) => "values",
                    _ => "classes",
                }
            ));
        }
        if let Some(directory) = &config.data.directory {
            let absolute = super::absolute(directory)?;
            let table = config.data.targets.as_deref();
            if are_volumes(&absolute, task, table) {
                config.network.group = config.network.group.in_space()?;
            }
            config.data.directory = Some(absolute);
        }
        if let Some(table) = &config.data.targets {
            config.data.targets = Some(super::absolute(table)?);
        }
        config.validate()?;
        // What can't be kept with the run is found before anything is made.
        config.to_toml()?;
        Ok(config)
    }

    /// The config file, or what else the word was meant as.
    fn read(&self, path: &Path) -> Result<Config> {
        let word = super::quoted(path);
        if path.is_dir() {
            return fail(format!(
                "{word}: a directory is no config file; images are given by `--data {word}`, a run is \
                 continued by `schur train --resume {word}`"
            ));
        }
        let group = path.to_str().filter(|_| !path.exists());
        if self.images.augment == Some(None) && group.is_some_and(|g| GridGroup::parse(g).is_ok()) {
            return fail(format!(
                "{word}: no such config file; the group of --augment is written behind an equals sign: \
                 --augment={word}"
            ));
        }
        Ok(Config::read(path)?)
    }

    /// The network for digits on a Möbius strip that is trained where no model is named: that of
    /// regular fields, or the conventional one.
    fn on_strip(&self) -> Result<&'static str> {
        let trivial = PlanarGroup::cyclic(1)?.into();
        Ok(match &self.group {
            Some(group) if *group == trivial => "moebius-cnn",
            _ => "moebius-regular",
        })
    }

    /// The config of the run that is started from, for other data if there are such.
    fn of_trained(&self) -> Result<Config> {
        let from = self.from.as_deref().unwrap_or(Path::new("."));
        let mut config = RunDir::open(from)?.config()?;
        config.train.earlier.clear();
        config.train.freeze.clear();
        // How other data are read and turned is asked for anew; what the network lives on stays.
        if self.images.learnt.data.is_some() {
            config.data = DataConfig {
                size: config.data.size,
                strip: config.data.strip,
                sphere: config.data.sphere,
                ..DataConfig::default()
            };
        }
        Ok(config)
    }

    fn apply(&self, config: &mut Config) -> Result<()> {
        fn set<T: Clone>(entry: &mut T, value: &Option<T>) {
            if let Some(value) = value {
                *entry = value.clone();
            }
        }
        set(&mut config.network.group, &self.group);
        set(&mut config.seed, &self.seed);
        set(&mut config.train.epochs, &self.epochs);
        set(&mut config.train.batch, &self.batch);
        set(&mut config.train.learning_rate, &self.learning_rate);
        set(&mut config.train.schedule, &self.schedule);
        set(&mut config.train.patience, &self.patience);
        set(&mut config.train.path, &self.path);
        set(&mut config.train.precision, &self.precision);
        set(&mut config.train.freeze, &self.freeze);
        if let Some(from) = &self.from {
            let absolute =
                std::path::absolute(from).map_err(|e| CliError::io("finding", from, &e))?;
            config.from = Some(absolute);
        }
        config.params = self.params.or(config.params);
        config.data.directory = self
            .images
            .learnt
            .data
            .clone()
            .or(config.data.directory.take());
        config.data.targets = self
            .images
            .learnt
            .read
            .targets
            .clone()
            .or(config.data.targets.take());
        if !self.images.learnt.read.columns.is_empty() {
            // In place of those of the run that is started from.
            forget_targets(&mut config.data);
            config.data.columns = self.images.learnt.read.columns.clone();
        }
        config.data.max_train = self.images.learnt.max_train.or(config.data.max_train);
        config.data.max_test = self.images.max_test.or(config.data.max_test);
        config.data.augment |= self.images.augment.is_some();
        if let Some(Some(group)) = &self.images.augment {
            config.data.augment_by = Some(group.parse()?);
        }
        config.data.spacing = self.images.learnt.read.spacing.or(config.data.spacing);
        config.data.upright |= self.images.upright;
        config.data.shifted |= self.images.shifted;
        config.data.chunk = self.images.chunk.or(config.data.chunk);
        config.data.rotated |= self.images.rotated;
        config.data.size = self.images.learnt.read.size.or(config.data.size);
        let options = [
            ("--activation", "nonlinearities", self.activation.is_some()),
            ("--params", "widths", self.params.is_some()),
        ];
        for (option, what, given) in options {
            if given && !config.network.layers.is_empty() {
                return fail(format!(
                    "{option}: this network is a list of layers, which have {what} of their own; leave the \
                     option out, change the layers (--show-config prints them), or take a network of blocks"
                ));
            }
        }
        if let Some(name) = &self.activation {
            config.network = config.network.clone().with_activation(activation(name)?);
        }
        Ok(())
    }
}

/// What is found anew in a table.
fn forget_targets(data: &mut DataConfig) {
    for list in [&mut data.columns, &mut data.numbers, &mut data.vectors] {
        list.clear();
    }
    for list in [&mut data.target_mean, &mut data.target_scale] {
        list.clear();
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
