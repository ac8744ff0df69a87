//! Cosine and sine of fractions of a turn, exact where they are rational.

use std::f64::consts::{FRAC_PI_2, TAU};

/// `(cos, sin)` of `2π k / n`, for `n > 0`.
///
/// The angle is reduced to at most an eighth of a turn in integers. So multiples of a quarter
/// turn give exactly 0 and ±1, multiples of a twelfth exactly ±1/2 where due, and opposite
/// angles exactly opposite values.
pub(crate) fn cos_sin(k: usize, n: usize) -> (f64, f64) {
    let k = k % n;
    let (quadrant, rest) = (4 * k / n, 4 * k % n);
    let (cos, sin) = if 2 * rest <= n {
        first_eighth(rest, n)
    } else {
        let (cos, sin) = first_eighth(n - rest, n);
        (sin, cos)
    };
    // `0.0 - x` instead of `-x`: minus zero would be printed.
    match quadrant {
        0 => (cos, sin),
        1 => (0.0 - sin, cos),
        2 => (0.0 - cos, 0.0 - sin),
        _ => (sin, 0.0 - cos),
    }
}

/// `(cos, sin)` of the fraction `m / n <= 1/2` of a right angle.
fn first_eighth(m: usize, n: usize) -> (f64, f64) {
    let angle = FRAC_PI_2 * (m as f64 / n as f64);
    if 3 * m == n {
        (angle.cos(), 0.5)
    } else {
        (angle.cos(), angle.sin())
    }
}

/// The angle `2π k / n` in `[0, 2π)`.
pub(crate) fn angle(k: usize, n: usize) -> f64 {
    TAU * ((k % n) as f64 / n as f64)
}
