//! Training settings of the networks of the collection, as their sources have them.

use schur_data::Strip;
use schur_nn::GridGroup;
use schur_nn::network::{Model, model};

use crate::error::Result;
use crate::images::config::{Config, DEFAULT_PARAMETERS, DataConfig};
use crate::images::task::Task;
use crate::settings::{Schedule, TrainConfig};

/// Bandwidth of the sphere in the published protocol (Cohen et al. 2018).
const BANDWIDTH: usize = 30;

impl Config {
    /// A network of the collection ([`schur_nn::network::models`]) by its name, with the training
    /// settings of its source.
    ///
    /// # Errors
    ///
    /// If there is no such model, or none for this group.
    pub fn of_model(name: &str, group: &GridGroup) -> Result<Self> {
        let model = model(name, group)?;
        let (data, train) = of(&model);
        Ok(Self {
            seed: 0,
            params: None,
            from: None,
            data,
            train,
            network: model.config,
        })
    }

    /// The network that a task is trained with by default, with a parameter budget.
    ///
    /// # Errors
    ///
    /// If there is no such network for this group.
    pub fn of_task(task: Task, group: &GridGroup) -> Result<Self> {
        Ok(Self {
            seed: 0,
            params: Some(DEFAULT_PARAMETERS),
            from: None,
            data: DataConfig::default(),
            train: TrainConfig::default(),
            network: model(task.default_model(group.space().is_some()), group)?.config,
        })
    }
}

/// Data and training for a model. Where the source trains for hours, so does this.
fn of(model: &Model) -> (DataConfig, TrainConfig) {
    let (data, train) = (DataConfig::default(), TrainConfig::default());
    let data = DataConfig {
        // Volumes stay as they are: none come with the program.
        size: (model.image_size != 28 && model.config.group.plane().is_some())
            .then_some(model.image_size),
        ..data
    };
    let augmented = DataConfig {
        augment: true,
        ..data.clone()
    };
    match model.name {
        // Adam 5e-5, 30 epochs, images enlarged by 3 before they are turned.
        "tutorial" => (
            DataConfig {
                oversample: 3,
                ..augmented
            },
            TrainConfig {
                epochs: 30,
                learning_rate: 1.0 / 20_000.0,
                weight_decay: 1.0 / 100_000.0,
                schedule: Schedule::Constant,
                ..train
            },
        ),
        // Adam 1e-3, constant for ten of 30 epochs, then times 0.8.
        "benchmark" => (
            augmented,
            TrainConfig {
                epochs: 30,
                learning_rate: 0.001,
                weight_decay: 1.0 / 1e7,
                schedule: Schedule::ExponentialTail,
                ..train
            },
        ),
        // Adam 0.015, 40 epochs, L1 and L2 of 1e-7 (in the dense layers of 1e-8).
        "large" | "large-restricted" | "large-quotient" => (
            augmented,
            TrainConfig {
                epochs: 40,
                learning_rate: 0.015,
                weight_decay: 1.0 / 1e7,
                l1: 1.0 / 1e7,
                schedule: Schedule::ExponentialTail,
                ..train
            },
        ),
        // Adam 5e-3, halved every 4 of 20 epochs, batches of 128, L2 of 1e-6; 12,000 digits.
        name if name.starts_with("moebius-") => (
            DataConfig {
                strip: Some(Strip::Moebius),
                ..data
            },
            TrainConfig {
                epochs: 20,
                batch: 128,
                learning_rate: 0.005,
                weight_decay: 1.0 / 1e6,
                schedule: Schedule::Halving,
                ..train
            },
        ),
        // Adam 5e-3 as Cohen et al. (2018).
        "sphere" => (
            DataConfig {
                sphere: Some(BANDWIDTH),
                ..data
            },
            TrainConfig {
                epochs: 20,
                learning_rate: 0.005,
                ..train
            },
        ),
        _ => (data, train),
    }
}
