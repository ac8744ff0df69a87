//! The radial polynomials of Zernike.

/// `R_n^m(ρ)` for `m <= n` of equal parity, with `R_n^m(1) = 1`: the polynomials of degree `n`
/// that make their products with harmonics of degree `m` orthogonal on the unit disk or ball of
/// `D` dimensions.
///
/// `R_n^m(ρ) = (-1)^k ρ^m P_k^{(m + D/2 - 1, 0)}(1 - 2ρ²)` with `k = (n - m)/2`, by the recursion
/// of the Jacobi polynomials, which is stable (Born and Wolf 1999, section 9.2; in space Canterakis
/// 1999).
pub(super) fn zernike(dimension: usize, n: usize, m: usize, rho: f64) -> f64 {
    let (value, _) = jacobi(dimension, n, m, rho);
    rho.powi(m as i32) * value
}

/// The derivative of `R_n^m(ρ)` by `ρ`.
pub(super) fn zernike_slope(dimension: usize, n: usize, m: usize, rho: f64) -> f64 {
    let (value, slope) = jacobi(dimension, n, m, rho);
    let of_power = match m {
        0 => 0.0,
        _ => m as f64 * rho.powi(m as i32 - 1),
    };
    of_power * value + rho.powi(m as i32) * slope
}

/// `(-1)^k P_k^{(m + D/2 - 1, 0)}(1 - 2ρ²)` and its derivative by `ρ`.
fn jacobi(dimension: usize, n: usize, m: usize, rho: f64) -> (f64, f64) {
    let a = m as f64 + (dimension as f64 - 2.0) / 2.0;
    let (x, dx) = (1.0 - 2.0 * rho * rho, -4.0 * rho);
    // Values with their derivatives.
    let (mut before, mut now) = ((0.0, 0.0), (1.0, 0.0));
    let steps = (n - m) / 2;
    for k in (1..=steps).map(|k| k as f64) {
        let next = if k == 1.0 {
            let slope = (a + 2.0) / 2.0;
            ((a + 1.0) + slope * (x - 1.0), slope * dx)
        } else {
            let c = 2.0 * k + a;
            let factor = (c - 1.0) * (c * (c - 2.0) * x + a * a);
            let falling = 2.0 * (k + a - 1.0) * (k - 1.0) * c;
            let divisor = 2.0 * k * (k + a) * (c - 2.0);
            let turning = (c - 1.0) * c * (c - 2.0) * dx * now.0;
            (
                (factor * now.0 - falling * before.0) / divisor,
                (factor * now.1 + turning - falling * before.1) / divisor,
            )
        };
        (before, now) = (now, next);
    }
    let sign = if steps % 2 == 1 { -1.0 } else { 1.0 };
    (sign * now.0, sign * now.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tolerance::BESSEL;

    /// Born and Wolf 1999, table 9.2.
    #[test]
    fn published_polynomials() {
        for rho in [0.0, 0.3, 0.7, 1.0f64] {
            let square = rho * rho;
            for (n, m, value) in [
                (0, 0, 1.0),
                (1, 1, rho),
                (2, 0, 2.0 * square - 1.0),
                (3, 1, 3.0 * rho * square - 2.0 * rho),
                (4, 0, 6.0 * square * square - 6.0 * square + 1.0),
                (4, 2, 4.0 * square * square - 3.0 * square),
                (5, 1, rho * (10.0 * square * square - 12.0 * square + 3.0)),
                (
                    6,
                    2,
                    square * (15.0 * square * square - 20.0 * square + 6.0),
                ),
                (
                    6,
                    0,
                    20.0 * square.powi(3) - 30.0 * square * square + 12.0 * square - 1.0,
                ),
            ] {
                assert!(
                    (zernike(2, n, m, rho) - value).abs() < BESSEL,
                    "R_{n}^{m}({rho})"
                );
            }
        }
    }
    /// Canterakis 1999: `R_2^0 = (5ρ² - 3)/2`, `R_3^1 = ρ (7ρ² - 5)/2`, scaled to 1 at 1.
    #[test]
    fn polynomials_of_the_ball() {
        for rho in [0.0, 0.3, 0.7, 1.0f64] {
            let square = rho * rho;
            for (n, m, value) in [
                (0, 0, 1.0),
                (1, 1, rho),
                (2, 0, (5.0 * square - 3.0) / 2.0),
                (3, 1, rho * (7.0 * square - 5.0) / 2.0),
                (4, 0, (63.0 * square * square - 70.0 * square + 15.0) / 8.0),
            ] {
                let found = zernike(3, n, m, rho);
                assert!((found - value).abs() < BESSEL, "R_{n}^{m}({rho}) = {found}");
            }
        }
    }
}
