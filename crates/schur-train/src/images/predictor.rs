//! From the directory of a run to answers.

use std::fmt;
use std::path::Path;

use burn::tensor::Device;
use burn::tensor::activation::softmax;
use image::DynamicImage;
use schur_data::{Quantities, Volume};
use schur_math::SpaceIsometry;
use schur_nn::InferenceNetwork;

use crate::error::{ErrorKind, Result, fail};
use crate::images::answers::Answers;
use crate::images::config::Config;
use crate::images::pose::{self, axis_and_degrees};
use crate::images::prepared::{Prepared, prepare, prepare_volume};
use crate::images::regression::significant;
use crate::images::task::{Task, angular_errors, argmax, found_mask};
use crate::images::trained::Trained;
use crate::run_dir::RunDir;

/// The trained network of a run on images, ready to answer: it makes of any picture what the network
/// was trained on, and of the network's numbers an answer in words of the task. The answers are those
/// of `schur predict`.
///
/// ```
/// use burn::tensor::Device;
/// use image::{DynamicImage, GrayImage};
/// use schur_data::Pictures;
/// use schur_train::images::{Prediction, Predictor};
///
/// let run = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pretrained/digits-C8");
/// let predictor = Predictor::load(run, &Device::flex())?;
/// // Any picture does: `image::open`, a frame of a camera; here a digit of the test images.
/// let digits = Pictures::embedded_test()?;
/// let digit = GrayImage::from_raw(28, 28, digits.image(0).to_vec()).ok_or("28 x 28 pixels")?;
/// let picture = DynamicImage::from(digit);
/// match predictor.predict(&picture)? {
///     Prediction::Class { name, probabilities, class } => {
///         assert_eq!(name, digits.labels()[0].to_string());
///         assert!(probabilities[class] > 0.9);
///     }
///     answer => println!("{answer}"),
/// }
/// // The network is invariant: an eighth of a turn changes nothing but rounding and interpolation.
/// let turned = predictor.prepare(&picture)?.turned(45.0)?;
/// println!("{}", predictor.answer(&turned)?); // 0 (100.0 %)
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Predictor {
    config: Config,
    network: InferenceNetwork,
    sizes: [usize; 3],
    names: Vec<String>,
    asked: Option<Quantities>,
}

/// What a network says of a picture.
///
/// ```
/// use schur_train::images::Prediction;
///
/// let digit = Prediction::Class { class: 1, name: "1".to_string(), probabilities: vec![0.25, 0.75] };
/// assert_eq!(digit.to_string(), "1 (75.0 %)");
/// let found = vec![("age".to_string(), vec![41.5]), ("axis".to_string(), vec![1.0, 0.0])];
/// assert_eq!(Prediction::Values(found).to_string(), "age 41.500, axis (1.0000, 0)");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Prediction {
    /// What is on the picture.
    Class {
        /// Index of the most probable class.
        class: usize,
        /// Its name: that of its folder, or the digit.
        name: String,
        /// Of all classes, in their order; their sum is 1.
        probabilities: Vec<f64>,
    },
    /// By how much it is turned counter-clockwise, in (-180, 180] degrees.
    Direction {
        /// The angle in degrees.
        degrees: f64,
    },
    /// By which rotation of space a volume is moved.
    Rotation(SpaceIsometry),
    /// Where something is.
    Mask {
        /// `[depth, height, width]`: the class of every pixel, 0 on the background and where the network
        /// does not look, outside of the central square of a picture.
        pixels: Vec<u8>,
        /// Slices of the volume, 1 of a picture.
        depth: usize,
        /// Rows of the picture.
        height: usize,
        /// Columns of the picture.
        width: usize,
    },
    /// Numbers, and then vectors, by their names, in the units of the table of the training: a number
    /// has one component, a vector x (right) and y (up), in space also z.
    Values(Vec<(String, Vec<f64>)>),
}

impl fmt::Display for Prediction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Class {
                class,
                name,
                probabilities,
            } => write!(f, "{name} ({:.1} %)", 100.0 * probabilities[*class]),
            Self::Direction { degrees } => write!(f, "turned by {degrees:.1}°"),
            Self::Rotation(rotation) => {
                let ([x, y, z], degrees) = axis_and_degrees(rotation);
                write!(f, "turned by {degrees:.1}° about ({x:.2}, {y:.2}, {z:.2})")
            }
            Self::Mask { pixels, depth, .. } => {
                let marked = pixels.iter().filter(|&&m| m > 0).count();
                let places = if *depth > 1 { "voxels" } else { "pixels" };
                write!(f, "{marked} of {} {places}", pixels.len())
            }
            Self::Values(values) => {
                for (i, (name, value)) in values.iter().enumerate() {
                    let comma = if i > 0 { ", " } else { "" };
                    match value[..] {
                        [number] => write!(f, "{comma}{name} {}", significant(number))?,
                        _ => {
                            let value: Vec<String> =
                                value.iter().copied().map(significant).collect();
                            write!(f, "{comma}{name} ({})", value.join(", "))?;
                        }
                    }
                }
                Ok(())
            }
        }
    }
}

impl Predictor {
    /// The network of a run's directory with the weights of the epoch that was best in validation.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Run`] if it is no finished run, [`ErrorKind::Config`] and
    /// [`ErrorKind::Checkpoint`] if its files are damaged.
    pub fn load(run: impl AsRef<Path>, device: &Device) -> Result<Self> {
        Self::new(RunDir::open(run.as_ref())?.best_network(device)?)
    }

    /// A network that was trained, prepared for inference.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Network`] if it can't be prepared.
    pub fn new(trained: Trained) -> Result<Self> {
        Ok(Self {
            network: trained.network.for_inference()?,
            names: trained.config.class_names(),
            asked: trained.config.data.quantities().transpose()?,
            sizes: trained.sizes(),
            config: trained.config,
        })
    }

    /// What the network was trained for: which answers it gives.
    pub fn task(&self) -> Task {
        self.config.task()
    }

    /// Numbers and vectors that it was trained to find, if it was.
    pub fn quantities(&self) -> Option<&Quantities> {
        self.asked.as_ref()
    }

    /// Names of the classes, in the order of the probabilities.
    pub fn class_names(&self) -> &[String] {
        &self.names
    }

    /// [depth, height, width] of what the network sees; images are squares of depth 1.
    pub fn sizes(&self) -> [usize; 3] {
        self.sizes
    }

    /// Whether the network sees volumes.
    pub fn sees_volumes(&self) -> bool {
        self.config.data.volume.is_some()
    }

    /// What masks of images of one's own mark, or of scenes.
    pub fn marked(&self) -> &'static str {
        if self.config.data.is_own() {
            "something"
        } else {
            "digit"
        }
    }

    /// Number of classes.
    pub fn class_count(&self) -> usize {
        self.network.classes()
    }

    /// The network itself, for tensors that are prepared already.
    pub fn network(&self) -> &InferenceNetwork {
        &self.network
    }

    /// What the network says of a picture of any size and colours.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`] if a network of digits finds no ink on the picture, [`ErrorKind::Network`]
    /// if the answer is no finite number.
    pub fn predict(&self, picture: &DynamicImage) -> Result<Prediction> {
        self.answer(&self.prepare(picture)?)
    }

    /// What the network says of a picture or volume in a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] and [`ErrorKind::Data`] if the file can't be read or is no picture, else
    /// as [`predict`](Self::predict).
    pub fn predict_file(&self, path: impl AsRef<Path>) -> Result<Prediction> {
        self.answer(&self.prepare_file(path)?)
    }

    /// What the network sees of a picture. One that was trained on images of one's own sees the
    /// central square, normalised as those were; one of digits sees bright ink on black, the ink in
    /// the middle, as in MNIST; one that gives masks sees the whole picture.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`] if a network of digits finds no ink on the picture, or the network sees
    /// volumes.
    pub fn prepare(&self, picture: &DynamicImage) -> Result<Prepared> {
        prepare(&self.config, self.sizes, picture)
    }

    /// What the network sees of a volume: resampled and cut as those of its training, and normalised
    /// as they were.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`] if it has other sizes or channels then, or the network sees pictures.
    pub fn prepare_volume(&self, volume: Volume) -> Result<Prepared> {
        prepare_volume(&self.config, self.sizes, volume)
    }

    /// What the network sees of a picture in a PNG or JPEG file, or of a volume in a NIfTI or NumPy
    /// file or a folder of slices.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] and [`ErrorKind::Data`] if the file can't be read or is no picture, or if
    /// a network of digits finds no ink on it.
    pub fn prepare_file(&self, path: impl AsRef<Path>) -> Result<Prepared> {
        Prepared::of_file(path.as_ref(), &self.config, self.sizes)
    }

    /// What the network says of a picture that is prepared.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Network`] if the answer is no finite number.
    pub fn answer(&self, seen: &Prepared) -> Result<Prediction> {
        Ok(match self.task() {
            Task::Classification => {
                let probabilities = self.probabilities(seen)?;
                let class = argmax(&probabilities);
                Prediction::Class {
                    class,
                    name: self.names[class].clone(),
                    probabilities,
                }
            }
            Task::Pose if self.sees_volumes() => Prediction::Rotation(self.rotation(seen)?),
            Task::Pose => Prediction::Direction {
                degrees: self.degrees(seen)?,
            },
            Task::Regression => {
                let values = self.values(seen)?;
                let asked = self.asked.iter().flat_map(Quantities::places);
                Prediction::Values(
                    asked
                        .map(|(name, place)| (name.to_string(), values[place].to_vec()))
                        .collect(),
                )
            }
            Task::Segmentation => {
                let [depth, height, width] = seen.extent();
                Prediction::Mask {
                    pixels: seen.at_full_size(&self.mask(seen)?)?,
                    depth,
                    height,
                    width,
                }
            }
        })
    }

    /// Probabilities of the classes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Network`] if they are no finite numbers, or the network gives masks.
    pub fn probabilities(&self, seen: &Prepared) -> Result<Vec<f64>> {
        let logits = self.network.vectors(seen.tensor(&self.network.device()))?;
        let probabilities: Vec<f64> = softmax(logits, 1).into_data().iter::<f64>().collect();
        finite(probabilities.iter().all(|p| p.is_finite()))?;
        Ok(probabilities)
    }

    /// The direction of the answer, in (-180, 180] degrees counter-clockwise from the right.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Network`] if it is no finite number, or the network gives masks.
    pub fn degrees(&self, seen: &Prepared) -> Result<f64> {
        let vector = self.network.vectors(seen.tensor(&self.network.device()))?;
        let degrees = angular_errors(&vector, &[0.0])[0];
        finite(degrees.is_finite())?;
        Ok(degrees)
    }

    /// The rotation by which a volume is moved: the two vectors of the answer, made orthonormal.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Network`] if they are no finite numbers, vanish or are parallel, or the network was
    /// trained for something else.
    pub fn rotation(&self, seen: &Prepared) -> Result<SpaceIsometry> {
        let vectors = self.network.vectors(seen.tensor(&self.network.device()))?;
        let vectors: Vec<f64> = vectors.into_data().iter::<f64>().collect();
        finite(vectors.iter().all(|v| v.is_finite()))?;
        let matrix = pose::rotation(&vectors);
        match matrix.and_then(|matrix| SpaceIsometry::from_matrix(&matrix).ok()) {
            Some(rotation) => Ok(rotation),
            None => fail(
                ErrorKind::Network,
                "the vectors of the answer vanish or are parallel, and are no rotation; train the network longer",
            ),
        }
    }

    /// Numbers and components of vectors in the units of the table of the training, as
    /// [`Quantities::components`] names them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Network`] if they are no finite numbers, or the network was trained for something
    /// else.
    pub fn values(&self, seen: &Prepared) -> Result<Vec<f64>> {
        let Some(asked) = &self.asked else {
            let text = "the network was not trained to find numbers and vectors; ask it what it was trained for";
            return fail(ErrorKind::Network, text);
        };
        let answer = self.network.vectors(seen.tensor(&self.network.device()))?;
        let answer: Vec<f64> = answer.into_data().iter::<f64>().collect();
        finite(answer.iter().all(|v| v.is_finite()))?;
        Ok(asked.in_units(&answer))
    }

    /// The mask of what the network sees, `[depth, height, width]`: classes of the pixels, 0 on the
    /// background.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Network`] if the network gives no masks or no finite numbers.
    pub fn mask(&self, seen: &Prepared) -> Result<Vec<u8>> {
        let logits = self.network.pixels(seen.tensor(&self.network.device()))?;
        finite(logits.clone().is_finite().all().into_scalar::<bool>())?;
        Ok(found_mask(&logits))
    }
}

fn finite(finite: bool) -> Result<()> {
    match finite {
        true => Ok(()),
        false => fail(
            ErrorKind::Network,
            "the network gives no finite numbers; train it again",
        ),
    }
}
