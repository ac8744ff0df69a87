//! How good a network is on volumes that are moved.

use burn::tensor::Tensor;
use schur_math::{PointGroup, SpaceIsometry, SpatialGroup};
use schur_nn::InferenceNetwork;
use serde::Serialize;

use crate::error::ErrorKind;
use crate::error::{Result, TrainError};
use crate::examples::Examples;
use crate::images::evaluation::{Evaluation, evaluate};
use crate::images::set::Images;
use crate::images::task::Truth;
use crate::observer::Observer;

/// How good a classifier is on volumes that are all moved by the same element, or each by one of its
/// own.
///
/// ```
/// use schur_train::images::MovedScore;
///
/// let turned = MovedScore { element: "r(90°, z)".to_string(), accuracy: 0.75, area: Some(0.8) };
/// let json = serde_json::to_string(&turned)?;
/// assert_eq!(json, r#"{"element":"r(90°, z)","accuracy":0.75,"area":0.8}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovedScore {
    /// Name of the element, or what stands for all.
    pub element: String,
    /// Share of volumes whose class is recognised.
    pub accuracy: f64,
    /// Area under the ROC curve ([`Evaluation::area`]).
    pub area: Option<f64>,
}

impl MovedScore {
    fn of(element: String, evaluation: &Evaluation) -> Self {
        Self {
            element,
            accuracy: evaluation.accuracy(),
            area: evaluation.area(),
        }
    }
}

/// The classifier on volumes that are all moved by an element, for the 24 rotations of the cube, or its
/// 48 symmetries if the group of the network has mirrors or inversions. Where axes have different
/// lengths, only elements that exchange none of these.
///
/// # Errors
///
/// If the volumes do not fit the network.
pub fn by_elements(
    network: &InferenceNetwork,
    upright: &Images,
    observer: &dyn Observer,
) -> Result<Vec<MovedScore>> {
    at_elements(network, upright, observer, |element, moved| {
        Ok(MovedScore::of(element, &evaluate(network, moved)?))
    })
}

/// What is found on volumes that are all moved by an element, of those that
/// [`by_elements`] has.
pub(crate) fn at_elements<T>(
    network: &InferenceNetwork,
    upright: &Images,
    observer: &dyn Observer,
    found: impl Fn(String, &Images) -> Result<T>,
) -> Result<Vec<T>> {
    let own = network.network().group().space();
    let rotations = |group: &SpatialGroup| SpatialGroup::so3().contains_group(group);
    let name = if own.is_none_or(rotations) { "O" } else { "Oh" };
    let math = |e| TrainError::caused_by(ErrorKind::Network, e);
    let cube = SpatialGroup::parse(name).map_err(math)?;
    let [depth, height, width] = upright.sizes();
    let lengths = [width, height, depth];
    let keeps = |matrix: &[[f64; 3]; 3]| {
        let pairs = (0..9).map(|at| (at / 3, at % 3));
        let mut moved = pairs.filter(|&(row, col)| matrix[row][col].abs() >= 0.5);
        moved.all(|(row, col)| lengths[row] == lengths[col])
    };
    let mut elements = cube.elements().unwrap_or_default();
    elements.retain(|g| keeps(&g.matrix()));
    let score = |(index, g): (usize, &SpaceIsometry)| {
        let moved = upright.moved(&g.matrix(), upright.len())?;
        let score = found(g.to_string(), &moved)?;
        observer.measuring(index + 1, elements.len());
        Ok(score)
    };
    elements.iter().enumerate().map(score).collect()
}

/// The classifier on images that are each rotated at random.
///
/// # Errors
///
/// If the images do not fit the network.
pub fn on_rotated(
    network: &InferenceNetwork,
    rotated: &dyn Examples<Batch = (Tensor<5>, Truth)>,
) -> Result<MovedScore> {
    let evaluation = evaluate(network, rotated)?;
    Ok(MovedScore::of("random rotations".to_string(), &evaluation))
}
