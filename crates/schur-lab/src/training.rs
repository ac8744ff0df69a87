//! Training classifiers in memory, always in the same way: what differs between two of them is
//! the network or the data, not the recipe.

mod stack;

pub(crate) use stack::{Design, Ending, Stack};

use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};
use schur_data::shuffled_indices;
use schur_nn::Network;
use schur_train::config::{Schedule, TrainConfig};
use schur_train::dataset::Images;
use schur_train::task::{argmax, cross_entropy};

use crate::error::{Result, fail};

use super::experiment::Context;

/// Images per forward pass without gradients.
const BATCH: usize = 250;

/// A network from images to one number per class.
pub(crate) trait Classifier: Module {
    /// `[batch, classes]` for `[batch, 1, height, width]`.
    fn logits(&self, images: Tensor<4>) -> Result<Tensor<2>>;
}

impl Classifier for Network {
    fn logits(&self, images: Tensor<4>) -> Result<Tensor<2>> {
        Ok(self.forward(images)?)
    }
}

/// How long and in which order is trained; rates and weight decay are the defaults of `schur
/// train`, with the cosine schedule.
pub(crate) struct Recipe {
    pub(crate) epochs: usize,
    pub(crate) batch: usize,
    pub(crate) seed: u64,
}

/// Trains for all epochs, without looking at other images in between. `images` gives those of
/// an epoch, counted from 1.
pub(crate) fn train<C: Classifier>(
    network: C,
    recipe: &Recipe,
    images: impl Fn(usize) -> Images,
    context: &Context,
) -> Result<C> {
    let loss = |network: &C, images: &Images, batch: &[usize]| {
        let (x, truth) = images.batch(batch, &Device::flex().autodiff());
        Ok(cross_entropy(network.logits(x)?, &truth.labels))
    };
    descend(network, recipe, images, loss, context)
}

/// As [`train`], for any network and the mean loss of a batch.
pub(crate) fn descend<M: Module>(
    mut network: M,
    recipe: &Recipe,
    images: impl Fn(usize) -> Images,
    loss: impl Fn(&M, &Images, &[usize]) -> Result<Tensor<1>>,
    context: &Context,
) -> Result<M> {
    let defaults = TrainConfig::default();
    let mut optimizer = AdamWConfig::new()
        .with_weight_decay(defaults.weight_decay as f32)
        .init();
    for epoch in 1..=recipe.epochs {
        let images = images(epoch);
        let order = shuffled_indices(images.len(), recipe.seed, epoch as u64);
        let per_epoch = order.len().div_ceil(recipe.batch);
        for (step, batch) in order.chunks(recipe.batch).enumerate() {
            let rate = Schedule::Cosine.rate(
                defaults.learning_rate,
                (epoch - 1) * per_epoch + step,
                recipe.epochs * per_epoch,
                per_epoch,
            );
            let loss = loss(&network, &images, batch)?;
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(rate, network, gradients);
            context.advance(batch.len());
        }
    }
    Ok(network.valid())
}

/// The class of every image: that of the largest mean probability over the `turns` of the image
/// by equal parts of a full turn. One turn leaves the image as it is.
pub(crate) fn predict<C: Classifier>(
    network: &C,
    images: &Images,
    turns: usize,
) -> Result<Vec<usize>> {
    let device = Device::flex();
    let mut predictions = Vec::with_capacity(images.len());
    let indices: Vec<usize> = (0..images.len()).collect();
    for batch in indices.chunks(BATCH) {
        let (x, _) = images.batch(batch, &device);
        let mut sum = softmax(network.logits(x.clone())?, 1);
        for turn in 1..turns {
            let degrees = 360.0 * turn as f64 / turns as f64;
            let turned = Images::turn_maps(&x, degrees)?;
            sum = sum + softmax(network.logits(turned)?, 1);
        }
        let [_, classes] = sum.dims();
        let sums: Vec<f32> = sum.into_data().iter::<f32>().collect();
        predictions.extend(sums.chunks(classes).map(argmax));
    }
    Ok(predictions)
}

/// The share of images whose class is recognised, as in [`predict`].
pub(crate) fn accuracy<C: Classifier>(network: &C, images: &Images, turns: usize) -> Result<f64> {
    if images.len() == 0 {
        return fail("an accuracy needs at least one image");
    }
    let predictions = predict(network, images, turns)?;
    let labels = images.labels().iter().map(|&label| usize::from(label));
    let correct = predictions.iter().zip(labels).filter(|(p, l)| **p == *l);
    Ok(correct.count() as f64 / images.len() as f64)
}
