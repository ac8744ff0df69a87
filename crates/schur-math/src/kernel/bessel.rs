//! Bessel functions of the first kind of whole order, and their zeros.

use std::f64::consts::TAU;

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
/// order that has none; higher orders have none either.
///
/// The first zero of `J_m` lies beyond `m`, and zeros are more than 3 apart (Watson 1944,
/// sections 15.3 and 15.8), so steps of 1 see every change of sign.
pub(super) fn bessel_zeros(limit: f64) -> Vec<Vec<f64>> {
    let of_order = |m: usize| {
        let steps = (m..).map(|x| x as f64).take_while(|&x| x < limit);
        let mut zeros = Vec::new();
        let mut before = bessel_j(m, m as f64);
        for left in steps {
            let after = bessel_j(m, left + 1.0);
            if (before > 0.0) != (after > 0.0) {
                zeros.push(zero_between(m, left, left + 1.0));
            }
            before = after;
        }
        zeros.retain(|&zero| zero <= limit);
        zeros
    };
    (0..)
        .map(of_order)
        .take_while(|zeros| !zeros.is_empty())
        .collect()
}

/// The only zero of `J_m` between two numbers at distance 1: by halving to three digits, then
/// by Newton's method, which doubles them in each step.
fn zero_between(m: usize, mut left: f64, mut right: f64) -> f64 {
    let is_positive = bessel_j(m, left) > 0.0;
    for _ in 0..10 {
        let middle = 0.5 * (left + right);
        if (bessel_j(m, middle) > 0.0) == is_positive {
            left = middle;
        } else {
            right = middle;
        }
    }
    let mut zero = 0.5 * (left + right);
    for _ in 0..4 {
        let value = bessel_j(m, zero);
        zero -= value / (m as f64 / zero * value - bessel_j(m + 1, zero));
    }
    zero
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
        let (limit, steps) = (30.0, 1000);
        let orders = bessel_zeros(limit);
        for m in 0..=30 {
            let is_positive = |j: i32| bessel_j(m, limit * f64::from(j) / f64::from(steps)) > 0.0;
            // Near 0 the values of high orders are round-off.
            let first = (m as i32 * steps / 30).max(1);
            let changes = (first..steps).filter(|&j| is_positive(j) != is_positive(j + 1));
            let zeros = orders.get(m).map_or(&[][..], |zeros| zeros);
            assert_eq!(zeros.len(), changes.count(), "order {m}");
            assert!(zeros.iter().all(|&zero| bessel_j(m, zero).abs() < BESSEL));
        }
        assert!(orders.len() > 20);
    }
}
