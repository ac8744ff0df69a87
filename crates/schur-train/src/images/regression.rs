//! Numbers and vectors: what networks find, and how good that is.

use schur_data::Quantities;
use schur_nn::InferenceNetwork;
use serde::Serialize;

use crate::error::{ErrorKind, Result, fail};
use crate::examples::Examples;
use crate::images::answers::Answers;
use crate::images::set::Images;

/// Figures of a number as people read it.
const FIGURES: i32 = 5;

/// How good one number or vector is on test images, in the units of the table.
///
/// ```
/// use schur_train::images::{TargetErrors, TargetScore};
///
/// let errors = |rmse| TargetErrors { rmse, mae: Some(0.8 * rmse), degrees: None };
/// let length = TargetScore {
///     name: "length".to_string(), kind: "number",
///     found: errors(0.5), mean: errors(1.0), r2: Some(1.0 - 0.25),
/// };
/// // As programs read it: the errors of the network beside its name.
/// let json = serde_json::to_value(&length)?;
/// assert_eq!((&json["rmse"], &json["mean"]["rmse"]), (&0.5.into(), &1.0.into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetScore {
    /// The name of the target: of a vector without `_x` and `_y`.
    pub name: String,
    /// `number` or `vector`.
    pub kind: &'static str,
    /// Errors of the network.
    #[serde(flatten)]
    pub found: TargetErrors,
    /// One less the sum of the squares of the errors over that of the best constant answer; `None` if
    /// all true values are equal.
    pub r2: Option<f64>,
    /// Errors of the best constant answer, the mean of the true values of these images: what a network
    /// has to be better than.
    pub mean: TargetErrors,
}

/// Errors of answers for one number or vector.
///
/// ```
/// use schur_train::images::TargetErrors;
///
/// // Of a vector: the length of the error, and the angle.
/// let errors = TargetErrors { rmse: 0.1, mae: None, degrees: Some(12.0) };
/// assert_eq!(serde_json::to_value(errors)?["degrees"], 12.0);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TargetErrors {
    /// Root of the mean square of the error; of a vector of its length.
    pub rmse: f64,
    /// Mean absolute error of a number.
    pub mae: Option<f64>,
    /// Mean angle between a vector and the true one, in degrees, where neither vanishes.
    pub degrees: Option<f64>,
}

/// Numbers and vectors that a network finds, one row per image, in the units of the table.
///
/// # Errors
///
/// If the images do not fit the network, or have no targets.
pub fn values(network: &InferenceNetwork, images: &Images) -> Result<Vec<Vec<f64>>> {
    let quantities = asked(images)?;
    let found = rows(network, images, quantities.width())?;
    Ok(found.iter().map(|row| quantities.in_units(row)).collect())
}

/// What is asked of images.
fn asked(images: &Images) -> Result<&Quantities> {
    match images.targets() {
        Some(targets) => Ok(targets.quantities()),
        None => fail(
            ErrorKind::Data,
            "the images have no numbers or vectors to be found; give them a table (--targets)",
        ),
    }
}

/// The answers as the network gives them, a row of `width` numbers per image.
pub(super) fn rows(
    network: &InferenceNetwork,
    images: &Images,
    width: usize,
) -> Result<Vec<Vec<f64>>> {
    let device = network.device();
    let indices: Vec<usize> = (0..images.len()).collect();
    let mut rows = Vec::with_capacity(images.len());
    for batch in indices.chunks(images.at_once()) {
        let answers = network.vectors(images.batch(batch, &device).0)?;
        let numbers: Vec<f64> = answers.into_data().iter::<f64>().collect();
        rows.extend(numbers.chunks(width).map(<[f64]>::to_vec));
    }
    Ok(rows)
}

/// How good a network is at every number and vector.
pub(super) fn scores(network: &InferenceNetwork, images: &Images) -> Result<Vec<TargetScore>> {
    let found = values(network, images)?;
    let Some(targets) = images.targets() else {
        return Ok(Vec::new());
    };
    let quantities = targets.quantities();
    let count = found.len() as f64;
    let score = |(index, (name, place)): (usize, (&str, std::ops::Range<usize>))| {
        let truth: Vec<&[f64]> = (0..found.len())
            .map(|i| &targets.row(i)[place.clone()])
            .collect();
        let found: Vec<&[f64]> = found.iter().map(|row| &row[place.clone()]).collect();
        let mean = |axis: usize| truth.iter().map(|row| row[axis]).sum::<f64>() / count;
        let mean: Vec<f64> = (0..place.len()).map(mean).collect();
        let constant = vec![&mean[..]; truth.len()];
        let is_number = index < quantities.numbers().len();
        let of_network = TargetErrors::of(&found, &truth, is_number);
        let of_mean = TargetErrors::of(&constant, &truth, is_number);
        let all_equal = truth.windows(2).all(|pair| pair[0] == pair[1]);
        TargetScore {
            name: name.to_string(),
            kind: if is_number { "number" } else { "vector" },
            r2: (!all_equal).then(|| 1.0 - (of_network.rmse / of_mean.rmse).powi(2)),
            found: of_network,
            mean: of_mean,
        }
    };
    Ok(quantities.places().enumerate().map(score).collect())
}

impl TargetErrors {
    fn of(found: &[&[f64]], truth: &[&[f64]], is_number: bool) -> Self {
        let pairs = || found.iter().zip(truth);
        let distance = |(a, b): (&&[f64], &&[f64])| -> f64 {
            a.iter().zip(*b).map(|(a, b)| (a - b).powi(2)).sum()
        };
        let mean = |numbers: Vec<f64>| match numbers.len() {
            0 => None,
            count => Some(numbers.iter().sum::<f64>() / count as f64),
        };
        let squares = mean(pairs().map(distance).collect()).unwrap_or(0.0);
        let angles = || pairs().filter_map(|(a, b)| angle(a, b)).collect();
        Self {
            rmse: squares.sqrt(),
            mae: is_number
                .then(|| mean(pairs().map(|(a, b)| (a[0] - b[0]).abs()).collect()))
                .flatten(),
            degrees: (!is_number).then(|| mean(angles())).flatten(),
        }
    }
}

/// The angle between two vectors of 2 or 3 components in degrees; `None` if one vanishes.
fn angle(a: &[f64], b: &[f64]) -> Option<f64> {
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let (lengths, product) = ((dot(a, a) * dot(b, b)).sqrt(), dot(a, b));
    // The area of the parallelogram, which tells small angles better than the cosine does.
    let areas = (0..a.len()).flat_map(|i| (0..i).map(move |j| a[i] * b[j] - a[j] * b[i]));
    let area = areas.map(|area| area * area).sum::<f64>().sqrt();
    (lengths > 0.0).then(|| area.atan2(product).to_degrees())
}

/// By how much a quarter turn changes an answer that should only turn with the image, at worst, as part
/// of the scale of each number and vector.
pub(super) fn quarter_change(network: &InferenceNetwork, images: &Images) -> Result<f64> {
    let quantities = asked(images)?;
    let turned = images.turned(90.0, images.len())?;
    let matrix = schur_data::rotation_about_z(90.0)?;
    let width = quantities.width();
    let upright = rows(network, images, width)?;
    let upright = upright
        .iter()
        .flat_map(|row| quantities.moved(row, &matrix));
    let turned = rows(network, &turned, width)?;
    let pairs = upright.zip(turned.into_iter().flatten());
    Ok(pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max))
}

/// A number with five figures, whatever its units.
///
/// ```
/// use schur_train::images::significant;
///
/// assert_eq!([12.3456789, -0.5, 1234567.0].map(significant), ["12.346", "-0.50000", "1234567"]);
/// assert_eq!(significant(1.5e-7), "1.5000e-7");
/// ```
pub fn significant(value: f64) -> String {
    let power = value.abs().log10().floor();
    if value == 0.0 || !power.is_finite() {
        return format!("{value}");
    }
    let decimals = FIGURES - 1 - power as i32;
    match decimals {
        ..-3 | 9.. => format!("{value:.*e}", FIGURES as usize - 1),
        _ => format!("{value:.*}", decimals.max(0) as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::{TargetErrors, angle};
    use crate::tolerance;

    #[test]
    fn angles_are_those_between_vectors_of_any_length() {
        let near = |a: &[f64], b: &[f64], degrees: f64| {
            let found = angle(a, b).unwrap();
            assert!((found - degrees).abs() < tolerance::DEGREES, "{found}");
        };
        near(&[2.0, 0.0], &[0.0, 5.0], 90.0);
        near(&[2.0, 0.0], &[-3.0, 0.0], 180.0);
        near(
            &[1.0, 1.0, 0.0],
            &[1.0, 1.0, 1.0],
            (2.0f64 / 3.0).sqrt().acos().to_degrees(),
        );
        assert_eq!(angle(&[0.0, 0.0], &[1.0, 0.0]), None);
    }

    #[test]
    fn errors_of_numbers_and_of_vectors() {
        let of_numbers = TargetErrors::of(&[&[1.0], &[5.0]], &[&[4.0], &[1.0]], true);
        assert_eq!(
            (of_numbers.rmse, of_numbers.mae, of_numbers.degrees),
            (12.5f64.sqrt(), Some(3.5), None)
        );
        let of_vectors = TargetErrors::of(&[&[3.0, 0.0]], &[&[0.0, 4.0]], false);
        assert_eq!((of_vectors.rmse, of_vectors.mae), (5.0, None));
    }
}
