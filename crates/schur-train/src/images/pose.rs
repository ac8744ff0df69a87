//! How images and volumes stand: an angle, or a rotation of space as where the axes x and y have gone.

use burn::tensor::Tensor;
use schur_math::SpaceIsometry;

use crate::loss::aligned;

/// A matrix on (x, y, z), row by row.
pub(crate) type Matrix = [[f64; 3]; 3];

/// Numbers of an answer in space: two vectors.
pub(super) const NUMBERS: usize = 6;

/// The axis of a rotation of space, of length 1, and its angle about it in degrees, from 0 to 180.
///
/// ```
/// use schur_math::SpaceIsometry;
/// use schur_train::images::axis_and_degrees;
///
/// let back = SpaceIsometry::from_axis_angle([0.0, 0.0, 1.0], -0.5 * std::f64::consts::PI)?;
/// let (axis, degrees) = axis_and_degrees(&back);
/// assert_eq!((axis, degrees.round()), ([0.0, 0.0, -1.0], 90.0));
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub fn axis_and_degrees(rotation: &SpaceIsometry) -> ([f64; 3], f64) {
    let quaternion = rotation.quaternion();
    let short = if quaternion.parts()[0] < 0.0 {
        quaternion.negated()
    } else {
        quaternion
    };
    let (axis, angle) = short.to_axis_angle();
    (axis, angle.to_degrees())
}

/// `a b`.
pub(super) fn product(a: &Matrix, b: &Matrix) -> Matrix {
    a.map(|row| std::array::from_fn(|col| (0..3).map(|k| row[k] * b[k][col]).sum()))
}

fn cross([a, b, c]: [f64; 3], [x, y, z]: [f64; 3]) -> [f64; 3] {
    [b * z - c * y, c * x - a * z, a * y - b * x]
}

/// `v` as a unit vector, without its part along `axis`; nothing if that leaves nothing.
fn unit(v: [f64; 3], axis: [f64; 3]) -> Option<[f64; 3]> {
    let along: f64 = v.iter().zip(axis).map(|(a, b)| a * b).sum();
    let rest: [f64; 3] = std::array::from_fn(|i| v[i] - along * axis[i]);
    let length = rest.iter().map(|c| c * c).sum::<f64>().sqrt();
    (length > 0.0 && length.is_finite()).then(|| rest.map(|c| c / length))
}

/// The rotation that takes x to the direction of the first of two vectors, and y as near to the second as
/// a right angle between both allows (Gram-Schmidt); nothing if they are parallel or vanish.
pub(super) fn rotation(answer: &[f64]) -> Option<Matrix> {
    let [a, b, c, d, e, f] = *answer.first_chunk::<NUMBERS>()?;
    let x = unit([a, b, c], [0.0; 3])?;
    let y = unit([d, e, f], x)?;
    let z = cross(x, y);
    Some(std::array::from_fn(|row| [x[row], y[row], z[row]]))
}

/// Where x and y go under a matrix: the answer that is right.
pub(super) fn answer_of(matrix: &Matrix) -> [f64; NUMBERS] {
    std::array::from_fn(|i| matrix[i % 3][i / 3])
}

/// An answer that is moved by a matrix: every vector is.
pub(super) fn moved(answer: &[f64], matrix: &Matrix) -> Vec<f64> {
    let vectors = answer.chunks(3);
    let moved = |v: &[f64]| matrix.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum::<f64>());
    vectors.flat_map(moved).collect()
}

/// The angle in degrees of the rotation between two answers, from 0 to 180; 180 if one is none.
pub(super) fn angle_between(found: &[f64], truth: &[f64]) -> f64 {
    let (Some(found), Some(truth)) = (rotation(found), rotation(truth)) else {
        return 180.0;
    };
    let back: Matrix = std::array::from_fn(|i| std::array::from_fn(|j| truth[j][i]));
    let [[a, b, c], [d, e, f], [g, h, i]] = product(&found, &back);
    // 2 sin and 2 cos of the angle: the sine tells small angles better than the cosine does.
    let sine = ((h - f).powi(2) + (c - g).powi(2) + (d - b).powi(2)).sqrt();
    sine.atan2(a + e + i - 1.0).to_degrees()
}

/// The loss of vectors `[batch, 6]` of volumes that were moved by these matrices, and the size of each error
/// in degrees.
pub(super) fn judge(vectors: Tensor<2>, matrices: &[Matrix]) -> (Tensor<1>, Vec<f64>) {
    let right: Vec<f64> = matrices.iter().flat_map(answer_of).collect();
    let found: Vec<f64> = vectors.to_data().iter::<f64>().collect();
    let pairs = found.chunks(NUMBERS).zip(right.chunks(NUMBERS));
    let errors = pairs.map(|(a, b)| angle_between(a, b)).collect();
    (aligned(vectors, &right, 3), errors)
}

#[cfg(test)]
mod tests {
    use super::{angle_between, answer_of, product, rotation};
    use crate::tolerance;

    fn about_z(degrees: f64) -> [[f64; 3]; 3] {
        schur_data::rotation_about_z(degrees).unwrap()
    }

    #[test]
    fn errors_are_angles_of_rotations() {
        let still = answer_of(&about_z(0.0));
        for degrees in [0.0, 0.01, 30.0, 179.0] {
            let found = angle_between(&still, &answer_of(&about_z(degrees)));
            assert!((found - degrees).abs() < tolerance::DEGREES, "{found}");
        }
        // A third of a turn about a diagonal takes every axis to the next.
        let third = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
        let found = angle_between(&answer_of(&third), &still);
        assert!((found - 120.0).abs() < tolerance::DEGREES, "{found}");
        // Both turned alike, the error stays.
        let (a, b) = (product(&about_z(77.0), &third), about_z(77.0));
        let moved = angle_between(&answer_of(&a), &answer_of(&b));
        assert!((moved - 120.0).abs() < tolerance::DEGREES, "{moved}");
        assert_eq!(angle_between(&[0.0; 6], &still), 180.0);
    }

    #[test]
    fn vectors_of_any_length_and_angle_are_made_a_rotation() {
        let found = rotation(&[0.0, 2.0, 0.0, -1.0, 5.0, 0.0]).unwrap();
        assert_eq!(found, [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]);
        assert_eq!(rotation(&[0.0, 2.0, 0.0, 0.0, 1.0, 0.0]), None);
        assert_eq!(rotation(&[1.0, 2.0]), None);
    }
}
