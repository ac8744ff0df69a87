//! Accuracy of a network on images.

mod area;
mod moved;

pub(crate) use moved::at_elements;
pub use moved::{MovedScore, by_elements, on_rotated};

use std::cell::RefCell;

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;
use schur_data::Strip;
use schur_nn::{InferenceNetwork, Network};

use crate::error::Result;
use crate::examples::Examples;
use crate::images::answers::Answers;
use crate::images::luck::Luck;
use crate::images::set::Images;
use crate::images::task::{Task, Truth, argmax, judge_masks, overlap};
use crate::objective::{Objective, Score, Tally, measure_batches};
use crate::observer::Observer;

/// At which angles a network is measured on images that are all turned by the same one.
///
/// ```
/// use schur_train::images::FullTurn;
///
/// let quarters = FullTurn { steps: 4, ..FullTurn::default() };
/// assert_eq!(quarters.degrees().collect::<Vec<_>>(), [0.0, 90.0, 180.0, 270.0]);
/// ```
#[derive(Clone, Copy)]
pub struct FullTurn<'a> {
    /// Number of equidistant angles over a full turn, from 0 on; 36 by default.
    pub steps: usize,
    /// Number of images that are turned, the first of the test images; 500 by default.
    pub images: usize,
    /// Who is told at which of the angles the network is.
    pub observer: &'a dyn Observer,
}

impl Default for FullTurn<'_> {
    fn default() -> Self {
        Self {
            steps: 36,
            images: 500,
            observer: &(),
        }
    }
}

impl FullTurn<'_> {
    /// The angles in degrees.
    pub fn degrees(&self) -> impl Iterator<Item = f64> {
        let steps = self.steps;
        (0..steps).map(move |step| 360.0 * step as f64 / steps as f64)
    }

    /// What is found at every angle: (degrees, number).
    pub(super) fn measure(
        &self,
        upright: &Images,
        mut number: impl FnMut(&Images) -> Result<f64>,
    ) -> Result<Vec<(f64, f64)>> {
        let found = self.degrees().enumerate().map(|(step, degrees)| {
            let number = number(&upright.turned(degrees, self.images)?)?;
            self.observer.measuring(step + 1, self.steps);
            Ok((degrees, number))
        });
        found.collect()
    }
}

/// What a classifier says of labelled images.
///
/// ```
/// use schur_train::images::Evaluation;
///
/// let confusion = vec![vec![3, 1], vec![0, 4]];
/// let evaluation = Evaluation { loss: 0.5, confusion, areas: vec![Some(0.9), Some(0.9)] };
/// assert_eq!(evaluation.accuracy(), 0.875);
/// assert_eq!(evaluation.class_accuracies(), [Some(0.75), Some(1.0)]);
/// assert_eq!(evaluation.area(), Some(0.9));
/// ```
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// Mean cross entropy in nats.
    pub loss: f64,
    /// `confusion[label][prediction]`, in images.
    pub confusion: Vec<Vec<usize>>,
    /// Per class the area under the ROC curve of its probability against all others: the share of pairs
    /// of an image of the class and another one in which the first has the larger probability, equal
    /// ones counting half; `None` unless there are both.
    pub areas: Vec<Option<f64>>,
}

impl Evaluation {
    /// Number of images.
    pub fn total(&self) -> usize {
        self.confusion.iter().flatten().sum()
    }

    /// Number of images whose class is recognised.
    pub fn correct(&self) -> usize {
        (0..self.confusion.len())
            .map(|i| self.confusion[i][i])
            .sum()
    }

    /// Share of images whose class is recognised.
    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.total() as f64
    }

    /// The area under the ROC curve: of two classes that of either against the other, of more the mean
    /// over the classes that have one.
    pub fn area(&self) -> Option<f64> {
        let known: Vec<f64> = self.areas.iter().copied().flatten().collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
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

/// What a classifier says of all images.
///
/// # Errors
///
/// If the images do not fit the network.
pub fn evaluate(
    network: &InferenceNetwork,
    images: &dyn Examples<Batch = (Tensor<5>, Truth)>,
) -> Result<Evaluation> {
    let classes = network.classes();
    let (mut scores, mut labels) = (Vec::new(), Vec::new());
    let mut confusion = vec![vec![0; classes]; classes];
    let mut loss = 0.0;
    let device = network.device();
    let indices: Vec<usize> = (0..images.len()).collect();
    for batch in indices.chunks(images.at_once().max(1)) {
        let (x, truth) = images.batch(batch, &device)?;
        let logs = log_softmax(network.vectors(x)?, 1);
        let logs: Vec<f32> = logs.into_data().iter::<f32>().collect();
        for (row, &label) in logs.chunks(classes).zip(&truth.labels) {
            let label = usize::from(label);
            loss -= f64::from(row[label]);
            confusion[label][argmax(row)] += 1;
        }
        scores.extend(logs);
        labels.extend(truth.labels);
    }
    Ok(Evaluation {
        loss: loss / images.len() as f64,
        confusion,
        areas: area::of_classes(&scores, &labels, classes),
    })
}

/// Mean loss and score of a task on all images.
///
/// # Errors
///
/// If the images do not fit the network.
pub fn score(
    task: Task,
    network: &InferenceNetwork,
    images: &dyn Examples<Batch = (Tensor<5>, Truth)>,
) -> Result<Score> {
    if task == Task::Classification {
        let evaluation = evaluate(network, images)?;
        return Ok(Score {
            loss: evaluation.loss,
            score: evaluation.accuracy(),
        });
    }
    measure_batches(images, &network.device(), |(x, truth)| {
        task.judge(network, x, &truth)
    })
}

impl Objective<Network> for Task {
    type Batch = (Tensor<5>, Truth);

    fn judge(&self, network: &Network, (x, truth): Self::Batch) -> Result<(Tensor<1>, Tally)> {
        (*self).judge(network, x, &truth)
    }

    fn score_name(&self) -> &str {
        (*self).score_name()
    }

    /// By the network as it is used after training ([`Network::for_inference`]).
    fn measure(
        &self,
        network: &Network,
        images: &dyn Examples<Batch = Self::Batch>,
    ) -> Result<Score> {
        let network = network.for_inference()?;
        if *self != Task::Segmentation {
            return score(*self, &network, images);
        }
        let luck = RefCell::new(Luck::default());
        let found = measure_batches(images, &network.device(), |(x, truth)| {
            let (loss, found) = judge_masks(&network, x, &truth)?;
            luck.borrow_mut().add(&found, &truth.masks);
            let (both, either) = overlap(&found, &truth.masks);
            Ok((loss, Tally::share(both as f64, either as f64)))
        })?;
        // Where there is nothing to be found, nothing is right.
        let is_luck = found.score < 1.0 && luck.borrow().is_all();
        Ok(Score {
            score: if is_luck { 0.0 } else { found.score },
            ..found
        })
    }
}

/// Accuracy on upright images that are all turned by the same angle: (degrees, accuracy).
///
/// # Errors
///
/// If the images do not fit the network.
pub fn accuracy_by_angle(
    network: &InferenceNetwork,
    upright: &Images,
    turn: FullTurn<'_>,
) -> Result<Vec<(f64, f64)>> {
    turn.measure(upright, |turned| Ok(evaluate(network, turned)?.accuracy()))
}

/// (shift in columns, accuracy) of upright images that are all shifted by the same number of columns
/// along a strip, for all shifts up to its period; nothing where no angles are asked for either.
///
/// # Errors
///
/// If the images do not fit the network.
pub fn accuracy_by_shift(
    network: &InferenceNetwork,
    upright: &Images,
    strip: Strip,
    turn: FullTurn<'_>,
) -> Result<Vec<(usize, f64)>> {
    let period = match turn.steps {
        0 => 0,
        _ => strip.period(upright.sizes()[2]),
    };
    let accuracy = |columns| -> Result<(usize, f64)> {
        let shifted = upright.shifted(strip, columns, turn.images);
        let accuracy = evaluate(network, &shifted)?.accuracy();
        turn.observer.measuring(columns + 1, period);
        Ok((columns, accuracy))
    };
    (0..period).map(accuracy).collect()
}
