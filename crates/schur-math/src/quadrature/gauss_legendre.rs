//! Gauss-Legendre quadrature.

use crate::error::MathError;
use crate::harmonics::check_degree;

/// Most nodes.
const MAX_NODES: usize = 4096;

/// The `n` nodes, ascending in `(-1, 1)`, and weights, which sum to 2, of Gauss and Legendre.
/// For all polynomials of degree at most `2n - 1`
///
/// ```math
/// \sum_{i=1}^n w_i\, f(x_i) = \int_{-1}^1 f(x)\, \mathrm{d}x,
/// \qquad
/// P_n(x_i) = 0, \quad w_i = \frac{2}{(1 - x_i^2)\, P_n'(x_i)^2}
/// ```
///
/// with the Legendre polynomial `$P_n$`, whose zeros are found by Newton's method from the
/// asymptotic `$\cos \pi \frac{i - 1/4}{n + 1/2}$`.
///
/// ```
/// let (nodes, weights) = schur_math::quadrature::gauss_legendre(2)?;
/// assert!((nodes[1] - 1.0 / 3f64.sqrt()).abs() < 1e-15 && (weights[0] - 1.0).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If there are more than 4096 nodes. Without nodes both lists are empty.
pub fn gauss_legendre(n: usize) -> Result<(Vec<f64>, Vec<f64>), MathError> {
    check_degree("the number of Gauss-Legendre nodes", n, MAX_NODES)?;
    let (mut nodes, mut weights) = (vec![0.0; n], vec![0.0; n]);
    for i in 0..n.div_ceil(2) {
        // Newton's method converges quadratically from a guess off by O(1/n²); six steps
        // reach round-off from anywhere in the basin, and more change nothing.
        const STEPS: usize = 6;
        let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
        if 2 * i + 1 == n {
            x = 0.0;
        }
        for _ in 0..STEPS {
            let (value, slope) = legendre(n, x);
            x -= value / slope;
        }
        let (_, slope) = legendre(n, x);
        let weight = 2.0 / ((1.0 - x) * (1.0 + x) * slope * slope);
        (nodes[i], weights[i]) = (0.0 - x, weight);
        (nodes[n - 1 - i], weights[n - 1 - i]) = (x, weight);
    }
    Ok((nodes, weights))
}

/// `P_n(x)` and its derivative, for `n >= 1` and `|x| < 1`.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut last) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, last) = (last, ((2.0 * k - 1.0) * x * last - (k - 1.0) * before) / k);
    }
    let slope = n as f64 * (before - x * last) / ((1.0 - x) * (1.0 + x));
    (last, slope)
}
