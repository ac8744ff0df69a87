//! How good directions, masks, numbers and vectors are on test images.

use schur_nn::InferenceNetwork;
use serde::Serialize;

use crate::error::Result;
use crate::examples::Examples;
use crate::images::Images;
use crate::images::answers::Answers;
use crate::images::evaluation::{FullTurn, at_elements, score};
use crate::images::pose::{self, angle_between, answer_of};
use crate::images::regression::{TargetScore, quarter_change, rows, scores};
use crate::images::task::{Task, angular_errors, found_mask, overlap};
use crate::objective::Score;
use crate::tolerance::NEAR;

/// Images on which the effect of quarter turns is measured.
const QUARTER_IMAGES: usize = 100;

/// How good the directions, masks, or numbers and vectors of a network are on test images.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::network::model;
/// use schur_train::images::{DataConfig, FullTurn, Measures, Parts, Task};
///
/// let config = DataConfig { max_train: Some(4), max_validation: Some(4), max_test: Some(4), ..DataConfig::default() };
/// let parts = Parts::load(&config, Task::Pose, &())?;
/// let network = model("pose", &"C4".parse()?)?.config.init(0, &Device::flex())?.for_inference()?;
/// let turn = FullTurn { steps: 2, images: 4, ..FullTurn::default() };
/// let measures = Measures::of(Task::Pose, &network, &parts.test()?, &parts.upright_test(), turn)?;
/// let degrees: Vec<f64> = measures.by_angle.iter().map(|(degrees, _)| *degrees).collect();
/// assert_eq!((measures.images, degrees), (4, vec![0.0, 180.0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Measures {
    /// Number of images.
    pub images: usize,
    /// Mean loss of the task.
    pub loss: f64,
    /// Score of the task.
    pub score: f64,
    /// Named measures, in the order in which they are printed.
    pub values: Vec<(String, f64)>,
    /// (degrees, mean error in degrees) of upright digits that are all turned by it; of scenes
    /// (degrees, IoU) for quarter turns; of images with targets (degrees, score).
    pub by_angle: Vec<(f64, f64)>,
    /// Every number and vector, of images that have some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetScore>,
    /// (element, score) of volumes with targets or poses that are all moved by it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_element: Vec<(String, f64)>,
}

impl Measures {
    /// Measures on `images`, and on digits that are `upright`, which are turned; scenes with masks
    /// by quarters, whatever the angles.
    ///
    /// # Errors
    ///
    /// If the images do not fit the network.
    pub fn of(
        task: Task,
        network: &InferenceNetwork,
        images: &Images,
        upright: &Images,
        turn: FullTurn<'_>,
    ) -> Result<Self> {
        let Score { loss, score } = score(task, network, images)?;
        let mut measures = Self {
            images: images.len(),
            loss,
            score,
            values: Vec::new(),
            by_angle: Vec::new(),
            targets: Vec::new(),
            by_element: Vec::new(),
        };
        match task {
            Task::Segmentation => {
                measures.values = of_masks(network, images)?;
                measures.by_angle = masks_by_quarter(network, images, turn)?;
            }
            Task::Regression => measures.of_targets(network, images, upright, turn)?,
            _ if images.sizes()[0] > 1 => {
                measures.values = of_rotations(network, images)?;
                measures.at_elements(task, network, upright, turn)?;
            }
            _ => {
                measures.values = of_angles(network, images)?;
                measures.by_angle = errors_by_angle(network, upright, turn)?;
            }
        }
        Ok(measures)
    }

    fn of_targets(
        &mut self,
        network: &InferenceNetwork,
        images: &Images,
        upright: &Images,
        turn: FullTurn<'_>,
    ) -> Result<()> {
        let explained = |moved: &Images| Ok(score(Task::Regression, network, moved)?.score);
        self.targets = scores(network, images)?;
        let quarter = images.first(QUARTER_IMAGES);
        // Where rows and columns differ, a quarter turn loses a part of the volume.
        if let [_, rows, cols] = images.sizes()
            && rows == cols
        {
            self.values = named([(
                "worst change by a quarter turn, in deviations",
                quarter_change(network, &quarter)?,
            )]);
        }
        if images.sizes()[0] == 1 {
            self.by_angle = turn.measure(upright, explained)?;
            return Ok(());
        }
        self.at_elements(Task::Regression, network, upright, turn)
    }

    /// The score on volumes that are all moved by a symmetry of the cube.
    fn at_elements(
        &mut self,
        task: Task,
        network: &InferenceNetwork,
        upright: &Images,
        turn: FullTurn<'_>,
    ) -> Result<()> {
        if turn.steps > 0 {
            let of_element =
                |element, moved: &Images| Ok((element, score(task, network, moved)?.score));
            self.by_element = at_elements(network, upright, turn.observer, of_element)?;
        }
        Ok(())
    }
}

/// Where a network finds that x and y of every volume have gone: two vectors of three components, of any
/// length.
///
/// # Errors
///
/// If the images do not fit the network.
pub fn axes(network: &InferenceNetwork, images: &Images) -> Result<Vec<Vec<f64>>> {
    rows(network, images, pose::NUMBERS)
}

/// The error of every angle that a network finds, found less true, in degrees.
///
/// # Errors
///
/// If the images do not fit the network.
pub fn angles(network: &InferenceNetwork, images: &Images) -> Result<Vec<f64>> {
    let device = network.device();
    let indices: Vec<usize> = (0..images.len()).collect();
    let mut errors = Vec::with_capacity(images.len());
    for batch in indices.chunks(images.at_once()) {
        let (x, truth) = images.batch(batch, &device);
        errors.extend(angular_errors(&network.vectors(x)?, &truth.angles));
    }
    Ok(errors)
}

/// The masks that a network finds, `[image, depth, height, width]`: classes of the pixels, 0 on the
/// background.
///
/// # Errors
///
/// If the images do not fit the network.
pub fn masks(network: &InferenceNetwork, images: &Images) -> Result<Vec<u8>> {
    let device = network.device();
    let indices: Vec<usize> = (0..images.len()).collect();
    let mut found = Vec::new();
    for batch in indices.chunks(images.at_once()) {
        let (x, _) = images.batch(batch, &device);
        found.extend(found_mask(&network.pixels(x)?));
    }
    Ok(found)
}

fn of_angles(network: &InferenceNetwork, images: &Images) -> Result<Vec<(String, f64)>> {
    let sizes: Vec<f64> = angles(network, images)?.into_iter().map(f64::abs).collect();
    let quarter = images.first(QUARTER_IMAGES);
    let turned = quarter.turned(90.0, quarter.len())?;
    let defect = angles(network, &quarter)?
        .iter()
        .zip(angles(network, &turned)?)
        // The first error is against the image's own angle, the second against one more quarter.
        .map(|(a, b)| (180.0 - (180.0 - (a - b)).rem_euclid(360.0)).abs())
        .fold(0.0, f64::max);
    Ok(of_errors(sizes, defect))
}

fn of_rotations(network: &InferenceNetwork, images: &Images) -> Result<Vec<(String, f64)>> {
    let found = axes(network, images)?;
    let pairs = found.iter().zip(images.matrices());
    let errors = pairs.map(|(found, truth)| angle_between(found, &answer_of(truth)));
    let errors = errors.collect();
    let quarter = images.first(QUARTER_IMAGES);
    let matrix = schur_data::rotation_about_z(90.0)?;
    let turned = axes(network, &quarter.turned(90.0, quarter.len())?)?;
    let expected = found.iter().map(|row| pose::moved(row, &matrix));
    let changes = expected.zip(&turned).map(|(a, b)| angle_between(&a, b));
    Ok(of_errors(errors, changes.fold(0.0, f64::max)))
}

/// What is said of the sizes of errors, and of the worst change of one by a quarter turn.
fn of_errors(mut sizes: Vec<f64>, defect: f64) -> Vec<(String, f64)> {
    sizes.sort_by(f64::total_cmp);
    let count = sizes.len() as f64;
    let near = sizes.iter().filter(|e| **e <= NEAR).count() as f64;
    named([
        ("mean error in degrees", sizes.iter().sum::<f64>() / count),
        ("median error in degrees", sizes[sizes.len() / 2]),
        ("share within 15 degrees", near / count),
        (
            "worst change of the error by a quarter turn, in degrees",
            defect,
        ),
    ])
}

fn named<const N: usize>(values: [(&str, f64); N]) -> Vec<(String, f64)> {
    values
        .map(|(name, value)| (name.to_string(), value))
        .to_vec()
}

fn of_masks(network: &InferenceNetwork, images: &Images) -> Result<Vec<(String, f64)>> {
    let all: Vec<usize> = (0..images.len()).collect();
    let (found, truth) = (masks(network, images)?, images.truth(&all).masks);
    let size = found.len() / images.len().max(1);
    let pairs = found.chunks(size).zip(truth.chunks(size));
    let single: f64 = pairs
        .map(|(found, truth)| match overlap(found, truth) {
            (_, 0) => 1.0,
            (both, either) => both as f64 / either as f64,
        })
        .sum();
    let right = found.iter().zip(&truth).filter(|(a, b)| a == b).count();
    let quarter = images.first(QUARTER_IMAGES);
    let turned = quarter.turned(90.0, quarter.len())?;
    let (sizes, back) = (images.sizes(), schur_data::rotation_about_z(-90.0)?);
    let mut unturned = Vec::new();
    for mask in masks(network, &turned)?.chunks(size) {
        unturned.extend(schur_data::move_mask(mask, sizes, &back)?);
    }
    let first = &found[..unturned.len()];
    let changed = unturned.iter().zip(first).filter(|(a, b)| a != b).count();
    let (both, either) = overlap(&found, &truth);
    let places = match images.sizes()[0] {
        1 => "pixels",
        _ => "voxels",
    };
    let share = |what: &str| format!("share of {places} that {what}");
    let mut values = vec![
        (
            format!("IoU of all {places}"),
            both as f64 / (either as f64).max(1.0),
        ),
        (
            "mean IoU per image".to_string(),
            single / images.len() as f64,
        ),
        (share("are right"), right as f64 / found.len() as f64),
        (
            share("a quarter turn changes"),
            changed as f64 / unturned.len().max(1) as f64,
        ),
    ];
    let classes = network.classes();
    for class in (0..classes).filter(|_| classes > 2) {
        let is = |mask: &[u8]| -> Vec<u8> {
            mask.iter()
                .map(|&c| u8::from(usize::from(c) == class))
                .collect()
        };
        let (both, either) = overlap(&is(&found), &is(&truth));
        let share = both as f64 / (either as f64).max(1.0);
        values.push((format!("IoU of class {class}"), share));
    }
    Ok(values)
}

fn errors_by_angle(
    network: &InferenceNetwork,
    upright: &Images,
    turn: FullTurn<'_>,
) -> Result<Vec<(f64, f64)>> {
    turn.measure(upright, |turned| {
        let errors = angles(network, turned)?;
        let sum: f64 = errors.iter().map(|e| e.abs()).sum();
        Ok(sum / errors.len() as f64)
    })
}

fn masks_by_quarter(
    network: &InferenceNetwork,
    images: &Images,
    turn: FullTurn<'_>,
) -> Result<Vec<(f64, f64)>> {
    let quarters = FullTurn { steps: 4, ..turn };
    quarters.measure(images, |turned| {
        Ok(score(Task::Segmentation, network, turned)?.score)
    })
}
