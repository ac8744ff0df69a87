//! How long a step of the whole training takes on this machine.

use std::time::Instant;

use burn::tensor::{Device, Tensor};
use schur_train::images::{Config, Parts, TrainingImages, Truth};
use schur_train::{Examples, Trainer};

use crate::error::Result;

/// Steps that are measured take about so many seconds.
const SECONDS: f64 = 1.0;
/// And are no more than so many.
const MAX_STEPS: usize = 200;

/// The first examples of a training, over and over where there are too few, with their channels over
/// and over where the network has more.
struct First<'a> {
    images: &'a TrainingImages<'a>,
    count: usize,
    channels: usize,
    /// Labels of digits are cut to so many.
    classes: usize,
}

impl Examples for First<'_> {
    type Batch = (Tensor<5>, Truth);

    fn len(&self) -> usize {
        self.count
    }

    fn batch(&self, indices: &[usize], device: &Device) -> schur_train::Result<Self::Batch> {
        let existing: Vec<usize> = indices.iter().map(|i| i % self.images.len()).collect();
        let (images, mut truth) = self.images.batch(&existing, device)?;
        for label in &mut truth.labels {
            *label = (usize::from(*label) % self.classes) as u8;
        }
        let there = images.dims()[1];
        let images = match there == self.channels {
            true => images,
            false => {
                images
                    .repeat_dim(1, self.channels.div_ceil(there))
                    .narrow(1, 0, self.channels)
            }
        };
        Ok((images, truth))
    }
}

/// Seconds of a step with a batch: forward, backward and optimizer, after one that is not counted.
pub(super) fn step(config: &Config, parts: &Parts, batch: usize) -> Result<f64> {
    let network = config.network(&Device::flex().autodiff())?;
    let mut settings = config.train.clone();
    settings.batch = batch;
    let mut trainer = Trainer::new(network, config.task(), settings, config.seed)?;
    let images = TrainingImages::new(parts, config.seed)?;
    let mut seconds = |steps: usize| -> Result<f64> {
        let mut examples = First {
            images: &images,
            count: steps * batch,
            channels: config.network.channels,
            classes: config.network.classes.max(1),
        };
        let start = Instant::now();
        trainer.pass(1, &mut examples, &())?;
        Ok(start.elapsed().as_secs_f64() / steps as f64)
    };
    seconds(1)?;
    let one = seconds(1)?;
    let steps = (SECONDS / one).ceil().clamp(1.0, MAX_STEPS as f64) as usize;
    seconds(steps)
}
