//! Coupling of real irreps of SO(3).

use std::f64::consts::FRAC_1_SQRT_2;

use super::HalfInteger;
use super::clebsch_gordan::checked_coupling;
use crate::error::MathError;
use crate::harmonics::{SphericalHarmonics, check_degree};
use crate::matrix::Matrix;

/// The real Clebsch-Gordan matrix `C` of the degrees `l1`, `l2` and `l`: a
/// `(2l+1) x (2l1+1)(2l2+1)` matrix, with rows `m = -l, …, l` and columns
/// `(m1, m2)`, `m1 = -l1, …, l1` slowest.
///
/// It intertwines the [`real_wigner_d`](crate::angular_momentum::real_wigner_d), and its rows are orthonormal. The
/// space of such intertwiners has one dimension, so only the sign is a convention, which comes
/// from the coefficients `$\mathrm{CG}$` of Condon and Shortley and the unitary `$U$` from
/// complex to real harmonics:
///
/// ```math
/// C\, \big( D^{l_1}(R) \otimes D^{l_2}(R) \big) = D^l(R)\, C
/// \qquad
/// C = i^{\,l - l_1 - l_2}\; U_l\, \mathrm{CG}\, (U_{l_1} \otimes U_{l_2})^\dagger
/// ```
///
/// Then
///
/// - for `l1 + l2 + l` even, `$C\, (Y_{l_1}(x) \otimes Y_{l_2}(x))$` is a positive multiple of
///   `$Y_l(x)$`;
///   for `l1 = l2`, `l = 0` it is the scalar product divided by `√(2 l1 + 1)`;
/// - for `l1 = l2 = l = 1` it is the cross product divided by `√2`.
///
/// In O(3) the parity of the result is the product of the parities.
///
/// ```
/// use schur_math::angular_momentum::real_clebsch_gordan;
///
/// let dot = real_clebsch_gordan(1, 1, 0)?;
/// assert!((dot[(0, 0)] - 1.0 / 3f64.sqrt()).abs() < 1e-15 && dot[(0, 1)] == 0.0);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If `l` is none of `|l1 - l2|, …, l1 + l2`, a degree is above
/// [`SphericalHarmonics::MAX_DEGREE`], or the matrix has more than
/// [`FiniteRepresentation::MAX_NUMBERS`](crate::FiniteRepresentation::MAX_NUMBERS) entries.
pub fn real_clebsch_gordan(l1: usize, l2: usize, l: usize) -> Result<Matrix, MathError> {
    for degree in [l1, l2, l] {
        let what = "the degree of a coupling";
        check_degree(what, degree, SphericalHarmonics::MAX_DEGREE)?;
    }
    let spin = |degree: usize| HalfInteger::whole(degree as i32);
    let coupling = checked_coupling(spin(l1), spin(l2), spin(l))?;
    let mut matrix = Matrix::zeros(2 * l + 1, (2 * l1 + 1) * (2 * l2 + 1));
    let turns = l as i32 - (l1 + l2) as i32;
    let place = |degree: usize, m: i32| (degree as i32 + m) as usize;
    coupling.for_each(|two_m1, two_m2, value| {
        let (m1, m2) = (two_m1 / 2, two_m2 / 2);
        for (row, row_turns, row_size) in real_parts(m1 + m2) {
            for (first, first_turns, first_size) in real_parts(m1) {
                for (second, second_turns, second_size) in real_parts(m2) {
                    let sign = match (turns + row_turns - first_turns - second_turns) & 3 {
                        0 => 1.0,
                        2 => -1.0,
                        // The imaginary parts of (m1, m2) and (-m1, -m2) cancel.
                        _ => continue,
                    };
                    let column = place(l1, first) * (2 * l2 + 1) + place(l2, second);
                    matrix[(place(l, row), column)] +=
                        sign * value * row_size * first_size * second_size;
                }
            }
        }
    });
    Ok(matrix)
}

/// The column of `U` for the complex harmonic `Y^m`: the places, powers of `i` and sizes of
/// its entries, so that `Y_{l,k} = Σ_m U_{km} Y_l^m` are the real harmonics.
pub(crate) fn real_parts(m: i32) -> impl Iterator<Item = (i32, i32, f64)> {
    let size = if m == 0 { 1.0 } else { FRAC_1_SQRT_2 };
    // √2 Re: (-1)^m for m > 0, 1 for m < 0; √2 Im: -i (-1)^m for m > 0, i for m < 0.
    let half_turn = if m > 0 && m % 2 != 0 { 2 } else { 0 };
    let cosine = (m.abs(), half_turn, size);
    let sine = (-m.abs(), half_turn - m.signum(), size);
    std::iter::once(cosine).chain((m != 0).then_some(sine))
}
