//! Training classifiers in memory, always in the same way: what differs between two of them is
//! the network or the data, not the recipe.

mod stack;

pub(crate) use stack::{Design, Ending};

use burn::module::Module;
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};
use schur_data::Dataset;
use schur_nn::Network;
use schur_train::images::{Answers, Images, Truth, argmax};
use schur_train::loss::cross_entropy;
use schur_train::{Examples, LossOnly, Objective, Observer, TrainConfig, Trainer};

use super::experiment::Context;
use crate::error::{Result, fail};

/// Images per forward pass without gradients.
const BATCH: usize = 250;

/// How long and in which order is trained; rates and weight decay are the defaults of `schur
/// train`, with the cosine schedule.
pub(crate) struct Recipe {
    pub(crate) epochs: usize,
    pub(crate) batch: usize,
    pub(crate) seed: u64,
}

/// Trains for all epochs, without looking at other images in between. `images` gives those of
/// an epoch, counted from 1.
pub(crate) fn train(
    network: Network,
    recipe: &Recipe,
    images: impl Fn(usize) -> Images,
    context: &Context,
) -> Result<Network> {
    let loss = |network: &Network, (x, truth): (Tensor<5>, Truth)| {
        Ok(cross_entropy(network.vectors(x)?, &truth.labels))
    };
    descend(network, recipe, images, LossOnly::new(loss), context)
}

/// Right answers to the test images in percent, after training on the same images in every epoch.
pub(crate) fn trained_accuracy(
    network: Network,
    recipe: &Recipe,
    data: &Dataset,
    test: &Images,
    context: &Context,
) -> Result<f64> {
    context.expect(recipe.epochs * data.len());
    let network = train(network, recipe, |_| Images::new(data.clone()), context)?;
    Ok(100.0 * accuracy(&network, test, 1)?)
}

/// Trains any network for any objective on images or other examples, as [`train`] does.
pub(crate) fn descend<M: Module, E: Examples>(
    network: M,
    recipe: &Recipe,
    examples: impl Fn(usize) -> E,
    objective: impl Objective<M, Batch = E::Batch>,
    context: &Context,
) -> Result<M> {
    let settings = TrainConfig {
        epochs: recipe.epochs,
        batch: recipe.batch,
        ..TrainConfig::default()
    };
    let mut trainer = Trainer::new(network, objective, settings, recipe.seed)?;
    for epoch in 1..=recipe.epochs {
        trainer.pass(epoch, &mut examples(epoch), &Told(context))?;
    }
    Ok(trainer.into_network())
}

/// Tells the progress of an experiment of every step.
struct Told<'a>(&'a Context);

impl Observer for Told<'_> {
    fn step(&self, examples: usize, _: f64) {
        self.0.advance(examples);
    }
}

/// The class of every image: that of the largest mean probability over the `turns` of the image
/// by equal parts of a full turn. One turn leaves the image as it is.
pub(crate) fn predict(network: &Network, images: &Images, turns: usize) -> Result<Vec<usize>> {
    let device = Device::flex();
    let mut predictions = Vec::with_capacity(images.len());
    let indices: Vec<usize> = (0..images.len()).collect();
    for batch in indices.chunks(BATCH) {
        let (x, _) = images.batch(batch, &device);
        let mut sum = softmax(network.forward(x.clone())?, 1);
        for turn in 1..turns {
            let degrees = 360.0 * turn as f64 / turns as f64;
            let turned = Images::turn_maps(&x, degrees)?;
            sum = sum + softmax(network.forward(turned)?, 1);
        }
        let [_, classes] = sum.dims();
        let sums: Vec<f32> = sum.into_data().iter::<f32>().collect();
        predictions.extend(sums.chunks(classes).map(argmax));
    }
    Ok(predictions)
}

/// The share of images whose class is recognised, as in [`predict`].
pub(crate) fn accuracy(network: &Network, images: &Images, turns: usize) -> Result<f64> {
    if images.is_empty() {
        return fail("an accuracy needs at least one image");
    }
    let predictions = predict(network, images, turns)?;
    let labels = images.labels().iter().map(|&label| usize::from(label));
    let correct = predictions.iter().zip(labels).filter(|(p, l)| **p == *l);
    Ok(correct.count() as f64 / images.len() as f64)
}
