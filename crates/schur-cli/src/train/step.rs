//! One epoch of gradient steps.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::progress::Progress;
use super::state::TrainState;
use crate::config::Config;
use crate::dataset::Parts;
use crate::error::Result;

/// What an epoch of training has measured on its way.
pub(crate) struct Trained {
    pub(crate) loss: f64,
    pub(crate) accuracy: f64,
    pub(crate) learning_rate: f64,
}

/// Trains on every image once, in an order that depends on seed and epoch alone. Stops at the
/// first loss that is not a number.
pub(crate) fn epoch(
    state: &mut TrainState,
    config: &Config,
    parts: &Parts,
    epoch: usize,
    progress: &Progress,
) -> Result<Trained> {
    let device = Device::flex().autodiff();
    let images = parts.train_images(config.seed, epoch)?;
    let order = schur_data::shuffled_indices(images.len(), config.seed, epoch as u64);
    let per_epoch = order.len().div_ceil(config.train.batch);
    let steps = per_epoch * config.train.epochs;
    let (mut loss_sum, mut correct, mut rate) = (0.0, 0, 0.0);
    progress.start_epoch(epoch);
    for (step, batch) in order.chunks(config.train.batch).enumerate() {
        rate = config.train.schedule.rate(
            config.train.learning_rate,
            (epoch - 1) * per_epoch + step,
            steps,
            per_epoch,
        );
        let (x, labels) = images.batch(batch, &device);
        let logits = state.network().forward(x)?;
        let loss = cross_entropy(logits.clone(), &labels);
        let value = loss.clone().into_scalar::<f64>();
        if !value.is_finite() {
            loss_sum = value;
            break;
        }
        loss_sum += value * batch.len() as f64;
        correct += count_correct(logits, &labels);
        state.descend(&loss, rate);
        progress.step(batch.len(), value);
    }
    Ok(Trained {
        loss: loss_sum / order.len() as f64,
        accuracy: correct as f64 / order.len() as f64,
        learning_rate: rate,
    })
}

/// Mean of `-log softmax(logits)[label]`, in nats.
pub(crate) fn cross_entropy(logits: Tensor<2>, labels: &[u8]) -> Tensor<1> {
    let indices: Vec<i64> = labels.iter().map(|&label| i64::from(label)).collect();
    let indices = Tensor::<2, Int>::from_data(
        TensorData::new(indices, [labels.len(), 1]),
        &logits.device(),
    );
    log_softmax(logits, 1).gather(1, indices).mean().neg()
}

fn count_correct(logits: Tensor<2>, labels: &[u8]) -> usize {
    let [_, classes] = logits.dims();
    let values: Vec<f32> = logits.into_data().iter::<f32>().collect();
    values
        .chunks(classes)
        .zip(labels)
        .filter(|(row, label)| argmax(row) == usize::from(**label))
        .count()
}

/// Index of the largest value, the first of equals.
pub(crate) fn argmax<T: PartialOrd>(row: &[T]) -> usize {
    (1..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best })
}
