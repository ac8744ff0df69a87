//! What isometries do to points and harmonics.

use std::fmt::Debug;

use crate::angular_momentum::real_wigner_d_up_to;
use crate::error::MathError;
use crate::matrix::Matrix;
use crate::rotation::{PlaneIsometry, SpaceIsometry};

/// An isometry of the plane (`D = 2`) or of space (`D = 3`) that fixes the origin, with what it
/// does to harmonics: all that kernels need to know of an element.
///
/// ```
/// use schur_math::{Isometry, PlaneIsometry, SpaceIsometry};
///
/// // One constant, cosine and sine of every frequency above; 2l + 1 harmonics of degree l.
/// let sizes = |matrices: Vec<schur_math::Matrix>| -> Vec<usize> {
///     matrices.iter().map(|matrix| matrix.rows()).collect()
/// };
/// assert_eq!(sizes(PlaneIsometry::MIRROR.harmonic_matrices(3)?), [1, 2, 2, 2]);
/// assert_eq!(sizes(SpaceIsometry::INVERSION.harmonic_matrices(3)?), [1, 3, 5, 7]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub trait Isometry<const D: usize>: Clone + Debug + Send + Sync + 'static {
    /// The image of a point.
    fn image(&self, point: [f64; D]) -> [f64; D];

    /// For every degree `l` up to a highest one the orthogonal matrix `D(g)` with
    /// `Y(g x) = D(g) Y(x)` for the vector `Y` of the harmonics of degree `l`: `1`, then
    /// `(cos lφ, sin lφ)` in the plane; the `2l + 1` real
    /// [`SphericalHarmonics`](crate::SphericalHarmonics) in space.
    ///
    /// # Errors
    ///
    /// In space, if the degree is above
    /// [`SphericalHarmonics::MAX_DEGREE`](crate::SphericalHarmonics::MAX_DEGREE).
    fn harmonic_matrices(&self, max_degree: usize) -> Result<Vec<Matrix>, MathError>;
}

impl Isometry<2> for PlaneIsometry {
    fn image(&self, point: [f64; 2]) -> [f64; 2] {
        self.apply(point)
    }

    fn harmonic_matrices(&self, max_degree: usize) -> Result<Vec<Matrix>, MathError> {
        // A rotation by θ sends φ to φ + θ, a mirror to θ + π - φ.
        let matrix = |l: usize| -> Matrix {
            if l == 0 {
                return Matrix::identity(1);
            }
            let l = l as f64;
            if self.is_reflected() {
                let (sin, cos) = (l * (self.angle() + std::f64::consts::PI)).sin_cos();
                [[cos, sin], [sin, -cos]].into()
            } else {
                let (sin, cos) = (l * self.angle()).sin_cos();
                [[cos, -sin], [sin, cos]].into()
            }
        };
        Ok((0..=max_degree).map(matrix).collect())
    }
}

impl Isometry<3> for SpaceIsometry {
    fn image(&self, point: [f64; 3]) -> [f64; 3] {
        self.apply(point)
    }

    fn harmonic_matrices(&self, max_degree: usize) -> Result<Vec<Matrix>, MathError> {
        let proper = real_wigner_d_up_to(max_degree, &self.quaternion())?;
        let signed = |(l, matrix): (usize, Matrix)| {
            // Harmonics of odd degree are odd.
            let odd = self.is_improper() && l % 2 == 1;
            if odd { matrix.scaled(-1.0) } else { matrix }
        };
        Ok(proper.into_iter().enumerate().map(signed).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harmonics::{CircularHarmonics, SphericalHarmonics};
    use crate::tolerance::REPRESENTATION_DEFECT;

    /// `Y(g x) = D(g) Y(x)`.
    #[test]
    fn matrices_move_harmonics() {
        let check = |matrices: Vec<Matrix>, here: Vec<f64>, moved: Vec<f64>| {
            let mut first = 0;
            for matrix in matrices {
                let range = first..first + matrix.rows();
                first = range.end;
                let image = matrix.apply(&here[range.clone()]);
                for (a, b) in image.iter().zip(&moved[range]) {
                    assert!((a - b).abs() <= REPRESENTATION_DEFECT, "{a} {b}");
                }
            }
            assert_eq!(first, here.len());
        };
        let circular = CircularHarmonics::new(5).unwrap();
        for g in [
            PlaneIsometry::wrapped(0.7, false),
            PlaneIsometry::wrapped(2.1, true),
        ] {
            let (x, matrices) = ([0.4, -1.3], g.harmonic_matrices(5).unwrap());
            let values = |x| circular.values(x).unwrap();
            check(matrices, values(x), values(g.image(x)));
        }
        let spherical = SphericalHarmonics::new(5).unwrap();
        let turn = SpaceIsometry::from_axis_angle([1.0, -2.0, 0.5], 2.3).unwrap();
        for g in [turn, turn.compose(&SpaceIsometry::INVERSION)] {
            let (x, matrices) = ([0.4, -1.3, 0.8], g.harmonic_matrices(5).unwrap());
            let values = |x| spherical.values(x).unwrap();
            check(matrices, values(x), values(g.image(x)));
        }
    }
}
