//! One epoch of gradient steps.

use crate::config::Config;
use crate::dataset::Parts;
use crate::error::Result;
use crate::observer::Observer;
use crate::penalty::l1_norm;
use crate::state::TrainState;
use crate::task::Tally;

/// What an epoch of training has measured on its way.
pub struct Trained {
    pub loss: f64,
    /// The score of the task.
    pub score: f64,
    pub learning_rate: f64,
}

/// Trains on every image once, in an order that depends on seed and epoch alone. Stops at the
/// first loss that is not a number.
pub fn epoch(
    state: &mut TrainState,
    config: &Config,
    parts: &Parts,
    epoch: usize,
    observer: &dyn Observer,
) -> Result<Trained> {
    let device = state.network().device();
    let images = parts.train_images(config.seed, epoch)?;
    let order = schur_data::shuffled_indices(images.len(), config.seed, epoch as u64);
    let per_epoch = order.len().div_ceil(config.train.batch);
    let steps = per_epoch * config.train.epochs;
    let (mut loss_sum, mut tally, mut rate) = (0.0, Tally::default(), 0.0);
    let task = config.task();
    observer.epoch_begins(epoch);
    for (step, batch) in order.chunks(config.train.batch).enumerate() {
        rate = config.train.schedule.rate(
            config.train.learning_rate,
            (epoch - 1) * per_epoch + step,
            steps,
            per_epoch,
        );
        let (x, truth) = images.batch(batch, &device);
        let (loss, right) = task.judge(state.network(), x, &truth)?;
        let value = loss.clone().into_scalar::<f64>();
        if !value.is_finite() {
            loss_sum = value;
            break;
        }
        loss_sum += value * batch.len() as f64;
        tally.add(right);
        let loss = match config.train.l1 {
            0.0 => loss,
            factor => loss + l1_norm(state.network()) * factor,
        };
        state.descend(&loss, rate);
        observer.step(batch.len(), value);
    }
    Ok(Trained {
        loss: loss_sum / order.len() as f64,
        score: tally.score(),
        learning_rate: rate,
    })
}
