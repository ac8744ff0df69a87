//! Wigner's D matrices in the basis of projections.

use super::HalfInteger;
use super::small_d::HalfBeta;
use crate::error::MathError;
use crate::matrix::Matrix;
use crate::rotation::UnitQuaternion;

/// Wigner's small d matrix, with rows and columns `m, n = j, j-1, …, -j`:
///
/// ```math
/// d^j_{mn}(\beta) = \langle j\, m |\, e^{-i \beta J_y} \,| j\, n \rangle
/// \qquad
/// d^{1/2}(\beta) = \begin{pmatrix}
///     \cos \frac{\beta}{2} & -\sin \frac{\beta}{2} \\[2pt]
///     \sin \frac{\beta}{2} & \cos \frac{\beta}{2}
/// \end{pmatrix}
/// ```
///
/// Phases of Condon and Shortley.
/// Computed by a [stable recursion](https://doi.org/10.1007/s00041-008-9013-5) in the spin,
/// in `O(j³)` steps.
///
/// ```
/// use schur_math::angular_momentum::wigner_small_d;
/// use schur_math::angular_momentum::HalfInteger;
///
/// let d = wigner_small_d(HalfInteger::whole(1), 0.3)?;
/// assert!((d[(1, 1)] - 0.3f64.cos()).abs() < 1e-15);
/// assert!((d[(0, 1)] + 0.3f64.sin() / 2f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If `j` is negative or above [`HalfInteger::MAX_SPIN`], or the angle is not finite.
pub fn wigner_small_d(j: HalfInteger, beta: f64) -> Result<Matrix, MathError> {
    j.check_spin()?;
    if !beta.is_finite() {
        return Err(MathError::geometry(
            "the angle of a small d matrix",
            beta,
            "it is not finite",
            "give radians",
        ));
    }
    let (sin, cos) = (beta / 2.0).sin_cos();
    Ok(small_d(j, HalfBeta { cos, sin }))
}

/// Wigner's D matrix of the quaternion `$q = q_z(\alpha)\, q_y(\beta)\, q_z(\gamma)$`, as pairs
/// of real and imaginary part, row-major, with `m, n = j, j-1, …, -j`: the irrep of spin `j` of
/// SU(2).
///
/// ```math
/// D^j_{mn}(q) = e^{-i m \alpha}\, d^j_{mn}(\beta)\, e^{-i n \gamma}
/// ```
///
/// `$D^{1/2}(q)$` is [`UnitQuaternion::su2_matrix`]; for whole `j` it depends on the rotation
/// only, and `$Y_l^m(R^{-1} x) = \sum_n D^l_{nm}(R)\, Y_l^n(x)$`.
///
/// ```
/// use schur_math::angular_momentum::wigner_d;
/// use schur_math::angular_momentum::HalfInteger;
/// use schur_math::UnitQuaternion;
///
/// let q = UnitQuaternion::new(0.5, 0.1, 0.7, -0.2)?;
/// let (d, matrix) = (wigner_d(HalfInteger::halves(1), &q)?, q.su2_matrix());
/// assert!((d[1][0] - matrix[0][1][0]).abs() < 1e-15);
/// assert!((d[1][1] - matrix[0][1][1]).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If `j` is negative or above [`HalfInteger::MAX_SPIN`].
pub fn wigner_d(j: HalfInteger, q: &UnitQuaternion) -> Result<Vec<[f64; 2]>, MathError> {
    j.check_spin()?;
    let angles = q.half_angles();
    let (cos, sin) = (angles.cos, angles.sin);
    let dim = j.dim();
    let values = small_d(j, HalfBeta { cos, sin });
    let entries = values.values().iter().enumerate().map(|(k, d)| {
        let m = j.value() - (k / dim) as f64;
        let n = j.value() - (k % dim) as f64;
        // m α + n γ = (m + n) (α+γ)/2 + (m - n) (α-γ)/2, with whole factors.
        let phase = (m + n) * angles.half_sum + (m - n) * angles.half_difference;
        [d * phase.cos(), -d * phase.sin()]
    });
    Ok(entries.collect())
}

/// The small d matrix of a spin that was checked.
fn small_d(j: HalfInteger, half: HalfBeta) -> Matrix {
    let two_j = j.twice();
    let mut d = Matrix::zeros(j.dim(), j.dim());
    let place = |two_m: i32| ((two_j - two_m) / 2) as usize;
    // d_{mn} = d_{-n,-m} = (-1)^(m-n) d_{nm} = (-1)^(m-n) d_{-m,-n}: a quarter suffices.
    for two_m in (0..=two_j).filter(|m| (two_j - m) % 2 == 0) {
        for two_n in (-two_m..=two_m).step_by(2) {
            let mut value = 0.0;
            half.series(two_m, two_n, two_j, |_, d| value = d);
            let odd = (two_m - two_n) / 2 % 2 != 0;
            let flipped = if odd { 0.0 - value } else { value };
            d[(place(two_m), place(two_n))] = value;
            d[(place(-two_n), place(-two_m))] = value;
            d[(place(two_n), place(two_m))] = flipped;
            d[(place(-two_m), place(-two_n))] = flipped;
        }
    }
    d
}
