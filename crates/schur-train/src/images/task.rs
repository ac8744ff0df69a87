//! What a network is trained for: the loss, and the score that chooses the best epoch.

use burn::tensor::Tensor;
use schur_nn::network::Output;
use serde::Serialize;

use crate::error::{ErrorKind, Result, fail};
use crate::images::answers::Answers;
use crate::images::pose;
use crate::loss::{circular, cross_entropy, squares};
use crate::objective::Tally;

/// Pictures whose pose can be told from their shape: turned by 180° they are no such digit any
/// more, unlike 0, 1, 8 (nearly the same), 2, 5 (nearly the same) and the pair 6, 9, of which
/// one is left.
const POSE_DIGITS: [u8; 4] = [3, 4, 6, 7];

/// What a network on images is trained for. The output of the network decides which task it is.
///
/// As an [`Objective`](crate::Objective) of a [`Network`](schur_nn::Network) it has the loss and the score that are
/// named below; higher scores are better, and 1 is best.
///
/// ```
/// use schur_nn::network::Output;
/// use schur_train::images::Task;
///
/// let task = Task::of(Output::Direction);
/// assert_eq!((task, task.score_name()), (Task::Pose, "closeness"));
/// assert_eq!(task.show(0.95), "mean error   9.0°");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Which digit is it? Cross entropy in nats; accuracy.
    Classification,
    /// By which angle is it turned, or a volume by which rotation of space? 1 - cos of the error; 1 less
    /// the mean error over 180°.
    Pose,
    /// Where is the digit among pieces of others, or, of images of one's own, what does every pixel
    /// show? Cross entropy per pixel in nats; the pixels that are rightly found to be no background
    /// over those that are none in found or true masks. In validation that counts as 0 where as many
    /// pixels at random would be right as often, so that the smaller loss decides between epochs that
    /// have found nothing.
    Segmentation,
    /// Which numbers and vectors has a table for images of one's own? Mean square of the standardised
    /// errors; 1 less that, the explained share of the variance.
    Regression,
}

/// What is known of the images of a batch.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::NetworkConfig;
/// use schur_train::Objective;
/// use schur_train::images::{Task, Truth};
///
/// let device = Device::flex();
/// let network = NetworkConfig::default().init(0, &device)?;
/// let truth = Truth { labels: vec![3], angles: vec![0.0], ..Truth::default() };
/// let batch = (Tensor::<5>::zeros([1, 1, 1, 28, 28], &device), truth);
/// let (loss, _) = Objective::judge(&Task::Classification, &network, batch)?;
/// // Nothing is seen on an empty image, and nothing learnt: ten classes are equally probable.
/// assert!((loss.into_scalar::<f64>() - 10f64.ln()).abs() < 1e-5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// Index of the class of each image.
    pub labels: Vec<u8>,
    /// By how many degrees each is turned, counter-clockwise.
    pub angles: Vec<f64>,
    /// By which matrix on (x, y, z) each is moved, of volumes.
    pub matrices: Vec<[[f64; 3]; 3]>,
    /// Classes of pixels, `[image, depth, height, width]`; empty without masks.
    pub masks: Vec<u8>,
    /// Standardised numbers and vectors, `[image, component]`; empty without targets.
    pub values: Vec<f64>,
}

impl Task {
    /// The task of networks with this output.
    pub fn of(output: Output) -> Self {
        match output {
            Output::Classes => Self::Classification,
            Output::Direction => Self::Pose,
            Output::Mask => Self::Segmentation,
            Output::Values => Self::Regression,
        }
    }

    /// The model of the collection that is trained where no model is named: of images, or of
    /// `volumes`.
    pub fn default_model(self, volumes: bool) -> &'static str {
        match self {
            Self::Classification | Self::Regression if volumes => "octahedral",
            Self::Classification | Self::Regression => "p4",
            Self::Pose => "pose",
            Self::Segmentation => "u-net",
        }
    }

    /// The classes of digits that the task makes sense for, all if `None`.
    pub fn classes(self) -> Option<&'static [u8]> {
        (self == Self::Pose).then_some(&POSE_DIGITS)
    }

    /// Which digits are used, for the description of the data.
    pub fn selection(self) -> &'static str {
        match self {
            Self::Classification | Self::Regression => "",
            Self::Pose => " (digits 3, 4, 6, 7, whose pose is visible)",
            Self::Segmentation => " (each in a scene with pieces of others)",
        }
    }

    /// What the score is called in tables and files.
    pub fn score_name(self) -> &'static str {
        match self {
            Self::Classification => "accuracy",
            Self::Pose => "closeness",
            Self::Segmentation => "iou",
            Self::Regression => "explained",
        }
    }

    /// What people call the number that [`value`](Self::value) gives.
    pub fn words(self) -> &'static str {
        match self {
            Self::Classification => "accuracy",
            Self::Pose => "mean error",
            Self::Segmentation => "IoU",
            Self::Regression => "explained",
        }
    }

    /// A score as a number that people read, in percent or degrees.
    pub fn value(self, score: f64) -> String {
        match self {
            Self::Classification | Self::Segmentation | Self::Regression => {
                format!("{:5.2} %", 100.0 * score)
            }
            Self::Pose => format!("{:5.1}°", 180.0 * (1.0 - score)),
        }
    }

    /// A score as people read it, with its name.
    pub fn show(self, score: f64) -> String {
        format!("{} {}", self.words(), self.value(score))
    }

    /// The loss of a batch, and how good the answers are.
    ///
    /// # Errors
    ///
    /// If the images do not fit the network.
    pub fn judge(
        self,
        network: &impl Answers,
        images: Tensor<5>,
        truth: &Truth,
    ) -> Result<(Tensor<1>, Tally)> {
        match self {
            Self::Classification => {
                let logits = network.vectors(images)?;
                let loss = cross_entropy(logits.clone(), &truth.labels);
                let right = count_correct(&logits, &truth.labels);
                Ok((loss, Tally::share(right as f64, truth.labels.len() as f64)))
            }
            Self::Pose => {
                let vectors = network.vectors(images)?;
                let (loss, errors) = judge_poses(vectors, truth)?;
                let distance: f64 = errors.iter().map(|e| e.abs() / 180.0).sum();
                let count = errors.len() as f64;
                Ok((loss, Tally::share(count - distance, count)))
            }
            Self::Segmentation => {
                let (loss, found) = judge_masks(network, images, truth)?;
                let (both, either) = overlap(&found, &truth.masks);
                Ok((loss, Tally::share(both as f64, either as f64)))
            }
            Self::Regression => {
                let answers = network.vectors(images)?;
                let [count, width] = answers.dims();
                if truth.values.len() != count * width {
                    let text = format!(
                        "{} values for {count} images, of which a network finds {width} each; give the images \
                         a table (--targets)",
                        truth.values.len()
                    );
                    return fail(ErrorKind::Data, text);
                }
                let loss = squares(answers, &truth.values);
                let unexplained = loss.clone().into_scalar::<f64>() * count as f64;
                Ok((loss, Tally::share(count as f64 - unexplained, count as f64)))
            }
        }
    }
}

/// The loss of a batch of a network that gives masks, and these.
pub(super) fn judge_masks(
    network: &impl Answers,
    images: Tensor<5>,
    truth: &Truth,
) -> Result<(Tensor<1>, Vec<u8>)> {
    let pixels = network.pixels(images)?;
    let found = found_mask(&pixels);
    Ok((cross_entropy(pixels, &truth.masks), found))
}

/// The loss of vectors `[batch, 2]` of images against their angles, or `[batch, 6]` of volumes against their
/// matrices, and each error in degrees.
fn judge_poses(vectors: Tensor<2>, truth: &Truth) -> Result<(Tensor<1>, Vec<f64>)> {
    let (width, volumes) = (vectors.dims()[1], !truth.matrices.is_empty());
    if (width == pose::NUMBERS) != volumes {
        let text = format!(
            "an answer of {width} numbers for {}; a pose is 2 numbers of an image and {} of a volume",
            if volumes { "volumes" } else { "images" },
            pose::NUMBERS
        );
        return fail(ErrorKind::Network, text);
    }
    if volumes {
        return Ok(pose::judge(vectors, &truth.matrices));
    }
    let errors = angular_errors(&vectors, &truth.angles);
    Ok((circular(vectors, &truth.angles), errors))
}

/// Found less true angle, in (-180, 180] degrees, of vectors `[batch, 2]` and angles in degrees.
pub fn angular_errors(vectors: &Tensor<2>, degrees: &[f64]) -> Vec<f64> {
    let vectors: Vec<f64> = vectors.to_data().iter::<f64>().collect();
    vectors
        .chunks(2)
        .zip(degrees)
        .map(|(vector, angle)| {
            let error = vector[1].atan2(vector[0]).to_degrees() - angle;
            180.0 - (180.0 - error).rem_euclid(360.0)
        })
        .collect()
}

/// The class with the largest of the logits `[pixels, classes]`; 0 is background.
pub fn found_mask(pixels: &Tensor<2>) -> Vec<u8> {
    let classes = pixels.dims()[1];
    let logits: Vec<f32> = pixels.to_data().iter::<f32>().collect();
    // There are at most 256 classes.
    let class = |row: &[f32]| argmax(row) as u8;
    logits.chunks(classes).map(class).collect()
}

/// Number of pixels that have the same class in both masks, other than background, and of those that
/// have one in at least one mask.
pub fn overlap(found: &[u8], mask: &[u8]) -> (usize, usize) {
    let pairs = || found.iter().zip(mask);
    (
        pairs().filter(|(a, b)| a == b && **a > 0).count(),
        pairs().filter(|(a, b)| **a > 0 || **b > 0).count(),
    )
}

fn count_correct(logits: &Tensor<2>, labels: &[u8]) -> usize {
    let classes = logits.dims()[1];
    let values: Vec<f32> = logits.to_data().iter::<f32>().collect();
    values
        .chunks(classes)
        .zip(labels)
        .filter(|(row, label)| argmax(row) == usize::from(**label))
        .count()
}

/// Index of the largest value, the first of equals; 0 of nothing.
pub fn argmax<T: PartialOrd>(row: &[T]) -> usize {
    (1..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best })
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    fn vectors(values: &[[f64; 2]]) -> Tensor<2> {
        let flat: Vec<f64> = values.iter().flatten().copied().collect();
        Tensor::from_data(TensorData::new(flat, [values.len(), 2]), &Device::flex())
    }

    #[test]
    fn errors_go_the_short_way_round() {
        let found = vectors(&[[1.0, 0.0], [1.0, 0.0], [-2.0, 0.0], [0.0, 0.5]]);
        let errors = angular_errors(&found, &[350.0, 10.0, 0.0, 90.0]);
        for (found, expected) in errors.iter().zip([10.0, -10.0, 180.0, 0.0]) {
            assert!(
                (found - expected).abs() < crate::tolerance::DEGREES,
                "{errors:?}"
            );
        }
    }

    #[test]
    fn the_loss_on_the_circle_does_not_see_lengths() {
        let loss = |scale: f64, angle| -> f64 {
            circular(vectors(&[[scale, 0.0]]), &[angle]).into_scalar()
        };
        assert!((loss(1.0, 60.0) - 0.5).abs() < crate::tolerance::COSINE);
        assert!((loss(7.0, 60.0) - 0.5).abs() < crate::tolerance::COSINE);
        assert!((loss(1.0, 180.0) - 2.0).abs() < crate::tolerance::COSINE);
    }

    #[test]
    fn masks_are_compared_by_pixels() {
        assert_eq!(overlap(&[1, 1, 0, 0], &[1, 0, 1, 0]), (1, 3));
        // Another class than the true one is wrong.
        assert_eq!(overlap(&[2, 1, 0], &[2, 2, 0]), (1, 2));
        let mut tally = Tally::share(1.0, 3.0);
        tally.add(Tally::share(2.0, 3.0));
        assert_eq!(tally.score(), 0.5);
        assert_eq!(Tally::default().score(), 1.0);
    }
}
