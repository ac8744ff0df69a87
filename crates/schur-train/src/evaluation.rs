//! Accuracy of a network on images.

use burn::tensor::activation::log_softmax;
use schur_nn::InferenceNetwork;

use crate::dataset::Images;
use crate::error::Result;
use crate::task::{Tally, Task, argmax};

/// Angles over a full turn in the angle curve.
pub const ANGLE_STEPS: usize = 36;
/// Pictures that are turned for it.
pub const ANGLE_IMAGES: usize = 500;

/// Images per forward pass.
pub const BATCH: usize = 250;

/// What a network says of labelled images.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// Mean cross entropy in nats.
    pub loss: f64,
    /// `confusion[label][prediction]`, in images.
    pub confusion: Vec<Vec<usize>>,
}

impl Evaluation {
    pub fn total(&self) -> usize {
        self.confusion.iter().flatten().sum()
    }

    pub fn correct(&self) -> usize {
        (0..self.confusion.len())
            .map(|i| self.confusion[i][i])
            .sum()
    }

    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.total() as f64
    }

    /// Per class: the share of its images that is recognised, or `None` if there is none.
    pub fn class_accuracies(&self) -> Vec<Option<f64>> {
        self.confusion
            .iter()
            .enumerate()
            .map(|(label, row)| {
                let total: usize = row.iter().sum();
                (total > 0).then(|| row[label] as f64 / total as f64)
            })
            .collect()
    }
}

/// Evaluates all images.
pub fn evaluate(network: &InferenceNetwork, images: &Images) -> Result<Evaluation> {
    let classes = network.classes();
    let mut confusion = vec![vec![0; classes]; classes];
    let mut loss = 0.0;
    let device = network.device();
    let indices: Vec<usize> = (0..images.len()).collect();
    for batch in indices.chunks(BATCH) {
        let (x, truth) = images.batch(batch, &device);
        let logs = log_softmax(network.forward(x)?, 1);
        let logs: Vec<f32> = logs.into_data().iter::<f32>().collect();
        for (row, label) in logs.chunks(classes).zip(truth.labels) {
            let label = usize::from(label);
            loss -= f64::from(row[label]);
            confusion[label][argmax(row)] += 1;
        }
    }
    Ok(Evaluation {
        loss: loss / images.len() as f64,
        confusion,
    })
}

/// Mean loss and score on all images.
pub fn score(task: Task, network: &InferenceNetwork, images: &Images) -> Result<(f64, f64)> {
    if task == Task::Classification {
        let evaluation = evaluate(network, images)?;
        return Ok((evaluation.loss, evaluation.accuracy()));
    }
    let (mut loss_sum, mut tally) = (0.0, Tally::default());
    let device = network.device();
    let indices: Vec<usize> = (0..images.len()).collect();
    for batch in indices.chunks(BATCH) {
        let (x, truth) = images.batch(batch, &device);
        let (loss, right) = task.judge(network, x, &truth)?;
        loss_sum += loss.into_scalar::<f64>() * batch.len() as f64;
        tally.add(right);
    }
    Ok((loss_sum / images.len() as f64, tally.score()))
}

/// Accuracy of the first `count` upright images when all are turned by the same angle, for
/// `steps` angles over a full turn: (degrees, accuracy).
pub fn accuracy_by_angle(
    network: &InferenceNetwork,
    upright: &Images,
    steps: usize,
    count: usize,
) -> Result<Vec<(f64, f64)>> {
    (0..steps)
        .map(|step| {
            let degrees = 360.0 * step as f64 / steps as f64;
            let turned = upright.turned(degrees, count)?;
            Ok((degrees, evaluate(network, &turned)?.accuracy()))
        })
        .collect()
}
