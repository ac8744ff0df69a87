//! Who watches a training: progress bars, logs, plots.

use crate::history::EpochRecord;

/// Is told what a training does. Every method does nothing unless it is written.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use burn::nn::{Linear, LinearConfig};
/// use burn::tensor::{Device, Tensor};
/// use schur_train::{LossOnly, Observer, TrainConfig, Trainer};
///
/// struct Steps(AtomicUsize);
///
/// impl Observer for Steps {
///     fn step(&self, _examples: usize, _loss: f64) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// let squares = LossOnly::new(|network: &Linear, (x, y): (Tensor<2>, Tensor<2>)| {
///     Ok((network.forward(x) - y).square().mean())
/// });
/// let (device, steps) = (Device::flex(), Steps(AtomicUsize::new(0)));
/// let mut examples = (Tensor::<2>::ones([10, 1], &device), Tensor::<2>::ones([10, 1], &device));
/// let settings = TrainConfig { epochs: 1, batch: 4, ..TrainConfig::default() };
/// let mut trainer = Trainer::new(LinearConfig::new(1, 1).init(&device), squares, settings, 0)?;
/// let validation = examples.clone();
/// trainer.epoch(&mut examples, &validation, &steps)?;
/// assert_eq!(steps.0.into_inner(), 3);
/// # Ok::<(), schur_train::TrainError>(())
/// ```
pub trait Observer: Sync {
    /// Says that `done` of `of` image files are read. Called from several threads.
    fn reading(&self, done: usize, of: usize) {
        let _ = (done, of);
    }

    /// Says that a network is measured on `done` of `of` copies of the test images, each moved by
    /// another element.
    fn measuring(&self, done: usize, of: usize) {
        let _ = (done, of);
    }

    /// Epoch number `epoch` (from 1) begins.
    fn epoch_begins(&self, epoch: usize) {
        let _ = epoch;
    }

    /// A step on so many examples is done, with this mean loss.
    fn step(&self, examples: usize, loss: f64) {
        let _ = (examples, loss);
    }

    /// An epoch is done, in which so many examples per second were trained on.
    fn epoch_ends(&self, record: &EpochRecord, per_second: f64) {
        let _ = (record, per_second);
    }

    /// The training ends early: there was no better score for so many epochs.
    fn out_of_patience(&self, epochs: usize) {
        let _ = epochs;
    }
}

/// Nobody watches.
impl Observer for () {}
