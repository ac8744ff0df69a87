//! How good directions and masks are on test images.

use schur_nn::InferenceNetwork;
use serde::Serialize;

use crate::error::Result;
use crate::images::Images;
use crate::images::evaluation::{ANGLE_IMAGES, ANGLE_STEPS, score};
use crate::images::task::{Task, angular_errors, found_mask, overlap};
use crate::objective::{MEASURED_AT_ONCE, Score};

/// A found angle counts as right up to so many degrees.
const NEAR: f64 = 15.0;

/// Images on which the effect of quarter turns is measured.
const QUARTER_IMAGES: usize = 100;

/// How good the directions or masks of a network are on test images.
#[derive(Clone, Debug, Serialize)]
pub struct Measures {
    /// Number of images.
    pub images: usize,
    /// Mean loss of the task.
    pub loss: f64,
    /// Score of the task.
    pub score: f64,
    /// Named measures, in the order in which they are printed.
    pub values: Vec<(&'static str, f64)>,
    /// (degrees, mean error in degrees) of upright digits that are all turned by it; of scenes
    /// (degrees, IoU) for quarter turns.
    pub by_angle: Vec<(f64, f64)>,
}

impl Measures {
    /// Measures on `images`, and on digits that are `upright`, which are turned.
    ///
    /// # Errors
    ///
    /// If the images do not fit the network.
    pub fn of(
        task: Task,
        network: &InferenceNetwork,
        images: &Images,
        upright: &Images,
    ) -> Result<Self> {
        let Score { loss, score } = score(task, network, images)?;
        let (values, by_angle) = if task == Task::Segmentation {
            (
                of_masks(network, images)?,
                masks_by_quarter(network, images)?,
            )
        } else {
            (
                of_angles(network, images)?,
                errors_by_angle(network, upright)?,
            )
        };
        Ok(Self {
            images: images.len(),
            loss,
            score,
            values,
            by_angle,
        })
    }
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
    for batch in indices.chunks(MEASURED_AT_ONCE) {
        let (x, truth) = images.batch(batch, &device);
        errors.extend(angular_errors(&network.forward(x)?, &truth.angles));
    }
    Ok(errors)
}

/// The masks that a network finds, `[image, height, width]`: 1 on the digit.
///
/// # Errors
///
/// If the images do not fit the network.
pub fn masks(network: &InferenceNetwork, images: &Images) -> Result<Vec<u8>> {
    let device = network.device();
    let indices: Vec<usize> = (0..images.len()).collect();
    let mut found = Vec::new();
    for batch in indices.chunks(MEASURED_AT_ONCE) {
        let (x, truth) = images.batch(batch, &device);
        let logits = network.masks(x)?;
        let classes = logits.dims()[3];
        found.extend(found_mask(&logits.reshape([truth.masks.len(), classes])));
    }
    Ok(found)
}

fn of_angles(network: &InferenceNetwork, images: &Images) -> Result<Vec<(&'static str, f64)>> {
    let mut sizes: Vec<f64> = angles(network, images)?.into_iter().map(f64::abs).collect();
    sizes.sort_by(f64::total_cmp);
    let count = sizes.len() as f64;
    let near = sizes.iter().filter(|e| **e <= NEAR).count() as f64;
    let quarter = images.first(QUARTER_IMAGES)?;
    let turned = quarter.turned(90.0, quarter.len())?;
    let defect = angles(network, &quarter)?
        .iter()
        .zip(angles(network, &turned)?)
        // The first error is against the image's own angle, the second against one more quarter.
        .map(|(a, b)| (180.0 - (180.0 - (a - b)).rem_euclid(360.0)).abs())
        .fold(0.0, f64::max);
    Ok(vec![
        ("mean error in degrees", sizes.iter().sum::<f64>() / count),
        ("median error in degrees", sizes[sizes.len() / 2]),
        ("share within 15 degrees", near / count),
        (
            "worst change of the error by a quarter turn, in degrees",
            defect,
        ),
    ])
}

fn of_masks(network: &InferenceNetwork, images: &Images) -> Result<Vec<(&'static str, f64)>> {
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
    let quarter = images.first(QUARTER_IMAGES)?;
    let turned = quarter.turned(90.0, quarter.len())?;
    let side = images.size().0;
    let there_and_back = masks(network, &turned)?;
    let unturned: Vec<u8> = there_and_back
        .chunks(size)
        .flat_map(|mask| turn_back(mask, side))
        .collect();
    let first = &found[..unturned.len()];
    let changed = unturned.iter().zip(first).filter(|(a, b)| a != b).count();
    let (both, either) = overlap(&found, &truth);
    Ok(vec![
        ("IoU of all pixels", both as f64 / (either as f64).max(1.0)),
        ("mean IoU per image", single / images.len() as f64),
        (
            "share of pixels that are right",
            right as f64 / found.len() as f64,
        ),
        (
            "share of pixels that a quarter turn changes",
            changed as f64 / unturned.len().max(1) as f64,
        ),
    ])
}

/// A mask turned by a quarter clockwise.
fn turn_back(mask: &[u8], side: usize) -> Vec<u8> {
    let from = |k: usize| mask[(side - 1 - k % side) * side + k / side];
    (0..mask.len()).map(from).collect()
}

fn errors_by_angle(network: &InferenceNetwork, upright: &Images) -> Result<Vec<(f64, f64)>> {
    (0..ANGLE_STEPS)
        .map(|step| {
            let degrees = 360.0 * step as f64 / ANGLE_STEPS as f64;
            let turned = upright.turned(degrees, ANGLE_IMAGES)?;
            let errors = angles(network, &turned)?;
            let sum: f64 = errors.iter().map(|e| e.abs()).sum();
            Ok((degrees, sum / errors.len() as f64))
        })
        .collect()
}

fn masks_by_quarter(network: &InferenceNetwork, images: &Images) -> Result<Vec<(f64, f64)>> {
    [0.0, 90.0, 180.0, 270.0]
        .into_iter()
        .map(|degrees| {
            let turned = images.turned(degrees, ANGLE_IMAGES)?;
            Ok((degrees, score(Task::Segmentation, network, &turned)?.score))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_turned_back_clockwise() {
        // Counter-clockwise the pixel on the right goes to the top; back from there.
        let top = [0, 1, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(turn_back(&top, 3), [0, 0, 0, 0, 0, 1, 0, 0, 0]);
    }
}
