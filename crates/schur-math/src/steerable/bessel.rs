//! Bessel functions of the first kind of whole order, and their zeros.

use std::f64::consts::{PI, TAU};

/// `J_m(x) = 1/2π ∫ cos(m τ - x sin τ) dτ` over a full turn (Bessel's integral).
///
/// The integrand is periodic, so the trapezoidal rule with `n` points is off by
/// `J_{n-m}(x) + …` alone, which is below round-off for the `n` that is used.
pub(super) fn bessel_j(m: usize, x: f64) -> f64 {
    let points = m + 2 * (x.abs().ceil() as usize) + 48;
    let value = |j: usize| {
        let (share, n) = (j as f64 / points as f64, points);
        // The multiple of a whole turn is reduced in integers.
        let turns = (m * j % n) as f64 / n as f64;
        (TAU * turns - x * (TAU * share).sin()).cos()
    };
    (0..points).map(value).sum::<f64>() / points as f64
}

/// The zeros `0 < x <= limit` of `J_m`, ascending, for each `m = 0, 1, …` up to the first
/// order that has none.
///
/// Zeros of neighbouring orders interlace (Watson 1944, section 15.22), and those of `J_0` lie
/// one each between `(n - 1/2) π` and `n π`; so each is alone between two known numbers.
pub(super) fn bessel_zeros(limit: f64) -> Vec<Vec<f64>> {
    // Order m needs one zero more of order m - 1 than it has itself.
    let mut zeros: Vec<f64> = (1..)
        .map(|n| f64::from(n) * PI)
        .map(|right| bisect(0, right - PI / 2.0, right))
        .take_while(|&zero| zero <= 2.0 * limit + TAU)
        .collect();
    let mut orders = Vec::new();
    while zeros.first().is_some_and(|&zero| zero <= limit) {
        orders.push(
            zeros
                .iter()
                .copied()
                .filter(|&zero| zero <= limit)
                .collect(),
        );
        let m = orders.len();
        zeros = zeros
            .windows(2)
            .map(|pair| bisect(m, pair[0], pair[1]))
            .collect();
    }
    orders
}

/// The only zero of `J_m` between two numbers.
fn bisect(m: usize, mut left: f64, mut right: f64) -> f64 {
    let sign = bessel_j(m, left).signum();
    // Halving an interval of a few units 60 times leaves neighbouring numbers.
    for _ in 0..60 {
        let middle = 0.5 * (left + right);
        if bessel_j(m, middle).signum() == sign {
            left = middle;
        } else {
            right = middle;
        }
    }
    0.5 * (left + right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tolerance::BESSEL;

    /// Abramowitz and Stegun 1964, tables 9.1, 9.2 and 9.5.
    #[test]
    fn published_values() {
        for (m, x, value) in [
            (0, 1.0, 0.765_197_686_557_966_6),
            (1, 1.0, 0.440_050_585_744_933_5),
            (2, 1.0, 0.114_903_484_931_900_48),
            (0, 10.0, -0.245_935_764_451_348_34),
            (5, 10.0, -0.234_061_528_186_793_63),
        ] {
            assert!((bessel_j(m, x) - value).abs() < BESSEL, "J_{m}({x})");
        }
        let zeros = bessel_zeros(9.0);
        let published: [&[f64]; 6] = [
            &[
                2.404_825_557_695_773,
                5.520_078_110_286_311,
                8.653_727_912_911_013,
            ],
            &[3.831_705_970_207_512, 7.015_586_669_815_619],
            &[5.135_622_301_840_683, 8.417_244_140_399_864],
            &[6.380_161_895_923_984],
            &[7.588_342_434_503_804],
            &[8.771_483_815_959_954],
        ];
        assert_eq!(zeros.len(), published.len());
        for (found, expected) in zeros.iter().zip(published) {
            assert_eq!(found.len(), expected.len());
            for (a, b) in found.iter().zip(expected) {
                assert!((a - b).abs() < BESSEL, "{a} {b}");
            }
        }
    }

    #[test]
    fn zeros_are_zeros_and_none_is_missed() {
        let limit = 40.0;
        for (m, zeros) in bessel_zeros(limit).iter().enumerate() {
            let steps = 4000;
            let sign = |j: i32| bessel_j(m, limit * f64::from(j) / f64::from(steps)) > 0.0;
            let changes = (1..steps).filter(|&j| sign(j) != sign(j + 1)).count();
            assert_eq!(zeros.len(), changes, "order {m}");
            assert!(zeros.iter().all(|&zero| bessel_j(m, zero).abs() < BESSEL));
        }
    }
}
