//! 6j symbols.

use super::HalfInteger;
use super::clebsch_gordan::is_triangle;
use super::exact::{Natural, Scaled};
use crate::error::MathError;

/// Wigner's symbol `{j1 j2 j3; j4 j5 j6}`, which changes the order in which three spins are
/// coupled.
///
/// Zero unless `(j1 j2 j3)`, `(j1 j5 j6)`, `(j4 j2 j6)` and `(j4 j5 j3)` are triangles. With
/// the sums `α` of these four and `β` of `j1 j2 j4 j5`, `j2 j3 j5 j6`, `j3 j1 j6 j4`,
///
/// ```math
/// \Delta\,\Delta\,\Delta\,\Delta\, \sum_t
///     \frac{(-1)^t\, (t+1)!}{\prod_i (t-\alpha_i)!\, \prod_k (\beta_k-t)!},
/// \qquad
/// \Delta(a\,b\,c)^2 = \frac{(a+b-c)!\, (a-b+c)!\, (b-a+c)!}{(a+b+c+1)!}
/// ```
///
/// (Racah 1942). The sum is taken in whole numbers of any size, so the value is right to a few
/// units in the last place.
///
/// ```
/// use schur_math::angular_momentum::wigner_6j;
/// use schur_math::angular_momentum::HalfInteger;
///
/// let one = HalfInteger::whole(1);
/// assert!((wigner_6j([one; 3], [one; 3])? - 1.0 / 6.0).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If a spin is negative or above [`HalfInteger::MAX_SPIN`].
pub fn wigner_6j(upper: [HalfInteger; 3], lower: [HalfInteger; 3]) -> Result<f64, MathError> {
    for spin in upper.into_iter().chain(lower) {
        spin.check_spin()?;
    }
    let ([j1, j2, j3], [j4, j5, j6]) = (upper, lower);
    let triads = [[j1, j2, j3], [j1, j5, j6], [j4, j2, j6], [j4, j5, j3]];
    if !triads.iter().all(|&[a, b, c]| is_triangle(a, b, c)) {
        return Ok(0.0);
    }
    let half_sum = |spins: &[HalfInteger]| {
        let twice: i32 = spins.iter().map(|spin| spin.twice()).sum();
        u64::from(twice.unsigned_abs()) / 2
    };
    let alphas = triads.map(|triad| half_sum(&triad));
    let betas = [[j1, j2, j4, j5], [j2, j3, j5, j6], [j3, j1, j6, j4]].map(|q| half_sum(&q));
    let deltas = triads.map(squared_delta);
    let product = deltas.into_iter().reduce(Scaled::times);
    let root = product.expect("there are four triangles").sqrt();
    Ok(racah_sum(alphas, betas).times(root).value())
}

/// `Δ(a b c)²`.
fn squared_delta([a, b, c]: [HalfInteger; 3]) -> Scaled {
    let [a, b, c] = [a, b, c].map(HalfInteger::twice);
    let factorial = |twice: i32| Natural::factorial(u64::from(twice.unsigned_abs()) / 2);
    let above = factorial(a + b - c)
        .times(&factorial(a - b + c))
        .times(&factorial(b - a + c));
    above.to_scaled().over(factorial(a + b + c + 2).to_scaled())
}

/// The sum over `t`. Written as
/// `(α1+1)! / ((β1-α2)! (β2-α3)! (β3-α4)!)` times the whole numbers
/// `Σ (-1)^t C(t+1, α1+1) C(β1-α2, t-α2) C(β2-α3, t-α3) C(β3-α4, t-α4)`.
fn racah_sum(alphas: [u64; 4], betas: [u64; 3]) -> Scaled {
    let start = alphas.into_iter().fold(0, u64::max);
    let end = betas.into_iter().fold(u64::MAX, u64::min);
    let [first, others @ ..] = alphas;
    let (mut even, mut odd) = (Natural::zero(), Natural::zero());
    // In a valid symbol every α is at most every β.
    let widths = [0, 1, 2].map(|i| betas[i] - others[i]);
    for t in start..=end {
        let mut term = Natural::binomial(t + 1, first + 1);
        for i in 0..3 {
            term = term.times(&Natural::binomial(widths[i], t - others[i]));
        }
        let sum = if t % 2 == 0 { &mut even } else { &mut odd };
        sum.add(&term);
    }
    let below = widths.map(Natural::factorial);
    let below = below[0].times(&below[1]).times(&below[2]).to_scaled();
    let above = Natural::factorial(first + 1).to_scaled();
    even.minus(&odd).times(above.over(below))
}
