//! Bessel functions of the first kind of whole order and spherical ones, and their zeros.

use std::f64::consts::TAU;

use crate::tolerance::NEAR_ZERO;

/// The radial solutions of the wave equation that are finite at the origin: `J_m(x)` in the plane,
/// `j_m(x) = √(π/2x) J_{m+1/2}(x)` in space.
pub(super) fn bessel(dimension: usize, m: usize, x: f64) -> f64 {
    match dimension {
        2 => bessel_j(m, x),
        _ => spherical_bessel(m, x),
    }
}

/// The derivative of [`bessel`] by `x`.
pub(super) fn bessel_slope(dimension: usize, m: usize, x: f64) -> f64 {
    let [below, above] = [m.saturating_sub(1), m + 1].map(|m| bessel(dimension, m, x));
    match (dimension, m) {
        (_, 0) => -above,
        (2, _) => 0.5 * (below - above),
        // (2m + 1) j_m' = m j_{m-1} - (m + 1) j_{m+1}.
        _ => (m as f64 * below - (m + 1) as f64 * above) / (2 * m + 1) as f64,
    }
}

/// `j_l(x)` for `x >= 0`: the recursion `j_{k-1} = (2k + 1)/x j_k - j_{k+1}` downwards, in which
/// `j` outgrows the other solution, from a degree where it is below round-off, scaled to fit
/// `j_0 = sin x / x` or `j_1 = sin x / x² - cos x / x`, whichever is larger (Miller's method;
/// Abramowitz and Stegun 1964, section 10.5).
fn spherical_bessel(l: usize, x: f64) -> f64 {
    if x <= NEAR_ZERO {
        return match l {
            0 => 1.0,
            1 => x / 3.0,
            _ => 0.0,
        };
    }
    let first = l.max(x.ceil() as usize) + 40;
    let largest = f64::MAX.sqrt();
    let (mut above, mut here, mut wanted) = (0.0, 1.0f64, 0.0);
    for k in (1..=first).rev() {
        if k == l {
            wanted = here;
        }
        (above, here) = (here, (2 * k + 1) as f64 / x * here - above);
        if here.abs() > largest {
            [above, here, wanted] = [above, here, wanted].map(|v| v / largest);
        }
    }
    if l == 0 {
        wanted = here;
    }
    // Now `here` and `above` are proportional to j_0 and j_1.
    let (sin, cos) = x.sin_cos();
    let (zeroth, second) = (sin / x, (sin / x - cos) / x);
    if zeroth.abs() > second.abs() {
        wanted * (zeroth / here)
    } else {
        wanted * (second / above)
    }
}

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

/// The zeros `0 < x <= limit` of `J_m`, in space of `j_m`, ascending, for each `m = 0, 1, …` up to
/// the first order that has none; higher orders have none either.
///
/// The first zero of `J_m` lies beyond `m`, and zeros are more than 3 apart (Watson 1944,
/// sections 15.3 and 15.8), so steps of 1 see every change of sign. Those of `j_m` are those of
/// `J_{m+1/2}`.
pub(super) fn bessel_zeros(dimension: usize, limit: f64) -> Vec<Vec<f64>> {
    let of_order = |m: usize| {
        let steps = (m..).map(|x| x as f64).take_while(|&x| x < limit);
        let mut zeros = Vec::new();
        let mut before = bessel(dimension, m, m as f64);
        for left in steps {
            let after = bessel(dimension, m, left + 1.0);
            if (before > 0.0) != (after > 0.0) {
                zeros.push(zero_between(dimension, m, left, left + 1.0));
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

/// The only zero between two numbers at distance 1: by halving to three digits, then by Newton's
/// method, which doubles them in each step. The derivative is `m/x J_m - J_{m+1}`, also of `j_m`.
fn zero_between(dimension: usize, m: usize, mut left: f64, mut right: f64) -> f64 {
    let bessel_j = |m, x| bessel(dimension, m, x);
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
    use std::f64::consts::PI;

    use super::*;
    use crate::tolerance::BESSEL;

    /// A step of differences, small beside 1.
    const STEP: f64 = 1.0 / 4096.0;

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
        let zeros = bessel_zeros(2, 9.0);
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

    /// Abramowitz and Stegun 1964, tables 10.1 and 10.6: zeros of `j_0` are multiples of π, and
    /// `tan x = x` at those of `j_1`.
    #[test]
    fn published_spherical_values() {
        for (l, x, value) in [
            (0, 1.0, 0.841_470_984_807_896_5),
            (1, 1.0, 0.301_168_678_939_756_8),
            (2, 1.0, 0.062_035_052_011_373_86),
            (0, 10.0, -0.054_402_111_088_936_98),
            (5, 10.0, -0.055_534_511_621_452_18),
            (3, 0.0, 0.0),
        ] {
            let found = spherical_bessel(l, x);
            assert!((found - value).abs() < BESSEL, "j_{l}({x}) = {found}");
        }
        let zeros = bessel_zeros(3, 10.0);
        for (n, zero) in zeros[0].iter().enumerate() {
            assert!((zero - (n + 1) as f64 * PI).abs() < BESSEL);
        }
        assert!((zeros[1][0] - 4.493_409_457_909_064).abs() < BESSEL);
        assert!(
            zeros[1]
                .iter()
                .all(|x| (x.tan() - x).abs() < 100.0 * BESSEL)
        );
        // Small arguments: x^l / (2l + 1)!!.
        let small = spherical_bessel(4, STEP) / STEP.powi(4) * 945.0;
        assert!((small - 1.0).abs() < STEP, "{small}");
    }

    /// The slope, by differences.
    #[test]
    fn slopes() {
        for dimension in [2, 3] {
            for m in 0..5 {
                for x in [0.7, 3.1, 9.4] {
                    let near = |step| bessel(dimension, m, x + step);
                    let difference = (near(STEP) - near(-STEP)) / (2.0 * STEP);
                    let slope = bessel_slope(dimension, m, x);
                    assert!((difference - slope).abs() < STEP, "{dimension} {m} {x}");
                }
            }
        }
    }

    #[test]
    fn zeros_are_zeros_and_none_is_missed() {
        let (limit, steps) = (30.0, 1000);
        for dimension in [2, 3] {
            let bessel_j = |m, x| bessel(dimension, m, x);
            let orders = bessel_zeros(dimension, limit);
            for m in 0..=30 {
                let is_positive =
                    |j: i32| bessel_j(m, limit * f64::from(j) / f64::from(steps)) > 0.0;
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
}
