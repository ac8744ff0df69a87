//! Wigner's D matrices in the basis of real spherical harmonics.

use std::f64::consts::SQRT_2;

use super::small_d::HalfBeta;
use crate::error::MathError;
use crate::harmonics::{SphericalHarmonics, check_degree};
use crate::matrix::Matrix;
use crate::rotation::UnitQuaternion;

/// The real orthogonal D matrix of degree `l`, with rows and columns
/// `m = -l, …, l`: the irrep `l` of SO(3).
///
/// It is fixed by the real [`SphericalHarmonics`]:
///
/// ```math
/// Y_l(R\, x) = D^l(R)\, Y_l(x)
/// ```
///
/// `$D^1$` is the rotation matrix with the coordinates in the order `y, z, x`
/// ([`SphericalHarmonics::VECTOR_ORDER`]).
///
/// Method: `$D(R_z(\alpha) R_y(\beta) R_z(\gamma)) = Z(\alpha)\, \Delta(\beta)\, Z(\gamma)$`.
/// `$Z$` rotates the pair `(m, -m)` by `m` times the angle. `$\Delta$` keeps cosines and sines
/// apart, with entries `$(-1)^{m+n} d_{mn} \pm (-1)^m d_{m,-n}$` for `m, n > 0`, where the small
/// `d` come from the stable recursion of [`wigner_small_d`](crate::angular_momentum::wigner_small_d).
///
/// ```
/// use schur_math::angular_momentum::real_wigner_d;
/// use schur_math::{Matrix, UnitQuaternion};
///
/// let quarter = UnitQuaternion::from_axis_angle([0.0, 0.0, 1.0], std::f64::consts::FRAC_PI_2)?;
/// // (y, z, x) -> (x, z, -y)
/// let expected = Matrix::from([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]]);
/// assert!(real_wigner_d(1, &quarter)?.difference(&expected) < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the degree is above [`SphericalHarmonics::MAX_DEGREE`].
pub fn real_wigner_d(degree: usize, q: &UnitQuaternion) -> Result<Matrix, MathError> {
    let mut matrices = compute(degree, degree, q)?;
    Ok(matrices.pop().expect("one degree was asked for"))
}

/// The D matrices of all degrees `0..=max_degree`, for little more than the cost of the last.
///
/// ```
/// use schur_math::angular_momentum::real_wigner_d_up_to;
/// use schur_math::UnitQuaternion;
///
/// let matrices = real_wigner_d_up_to(3, &UnitQuaternion::IDENTITY)?;
/// assert_eq!((matrices.len(), matrices[3].rows()), (4, 7));
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the degree is above [`SphericalHarmonics::MAX_DEGREE`].
pub fn real_wigner_d_up_to(
    max_degree: usize,
    q: &UnitQuaternion,
) -> Result<Vec<Matrix>, MathError> {
    compute(0, max_degree, q)
}

fn compute(first: usize, last: usize, q: &UnitQuaternion) -> Result<Vec<Matrix>, MathError> {
    check_degree(
        "the degree of a D matrix",
        last,
        SphericalHarmonics::MAX_DEGREE,
    )?;
    let angles = q.half_angles();
    let turns = |angle: f64| -> Vec<[f64; 2]> {
        (0..=last)
            .map(|m| (m as f64 * angle).sin_cos())
            .map(|(sin, cos)| [cos, sin])
            .collect()
    };
    let left = turns(angles.half_sum + angles.half_difference);
    let right = turns(angles.half_sum - angles.half_difference);
    let half = HalfBeta {
        cos: angles.cos,
        sin: angles.sin,
    };
    let empty = |l: usize| Matrix::zeros(2 * l + 1, 2 * l + 1);
    let mut matrices: Vec<Matrix> = (first..=last).map(empty).collect();
    let (mut same, mut opposite) = (vec![0.0; last + 1], vec![0.0; last + 1]);
    for m in 0..=last {
        for n in 0..=m {
            let (two_m, two_n, two_last) = (2 * m as i32, 2 * n as i32, 2 * last as i32);
            half.series(two_m, two_n, two_last, |two_l, d| {
                same[two_l as usize / 2] = d
            });
            half.series(two_m, -two_n, two_last, |two_l, d| {
                opposite[two_l as usize / 2] = d
            });
            for l in m.max(first)..=last {
                let (cos, sin) = cosine_and_sine(m, n, same[l], opposite[l]);
                let matrix = &mut matrices[l - first];
                write_block(matrix, (m, n), (cos, sin), left[m], right[n]);
                if n < m {
                    // Δ(β)ᵀ = Δ(-β), which changes signs where m + n is odd.
                    let sign = parity(m + n);
                    let (cos, sin) = (sign * cos, sign * sin);
                    write_block(matrix, (n, m), (cos, sin), left[n], right[m]);
                }
            }
        }
    }
    Ok(matrices)
}

/// The entries of `Δ` between cosines and between sines, for `m >= n >= 0`. Without sines,
/// that is for `n = 0`, the second is 0.
fn cosine_and_sine(m: usize, n: usize, same: f64, opposite: f64) -> (f64, f64) {
    match (m, n) {
        (0, 0) => (same, 0.0),
        (_, 0) => (SQRT_2 * parity(m) * same, 0.0),
        _ => {
            let (a, b) = (parity(m + n) * same, parity(m) * opposite);
            (a + b, a - b)
        }
    }
}

/// Writes `R(m α) diag(cos, sin) R(n γ)` to rows `±m` and columns `±n`.
fn write_block(
    matrix: &mut Matrix,
    (m, n): (usize, usize),
    (cos, sin): (f64, f64),
    [left_cos, left_sin]: [f64; 2],
    [right_cos, right_sin]: [f64; 2],
) {
    let l = matrix.rows() / 2;
    let mut set = |row: usize, column: usize, value: f64| matrix[(row, column)] = value;
    set(
        l + m,
        l + n,
        left_cos * cos * right_cos - left_sin * sin * right_sin,
    );
    if n > 0 {
        set(
            l + m,
            l - n,
            0.0 - left_cos * cos * right_sin - left_sin * sin * right_cos,
        );
    }
    if m > 0 {
        set(
            l - m,
            l + n,
            left_sin * cos * right_cos + left_cos * sin * right_sin,
        );
    }
    if m > 0 && n > 0 {
        set(
            l - m,
            l - n,
            left_cos * sin * right_cos - left_sin * cos * right_sin,
        );
    }
}

/// `(-1)^k`.
fn parity(k: usize) -> f64 {
    if k.is_multiple_of(2) { 1.0 } else { -1.0 }
}
