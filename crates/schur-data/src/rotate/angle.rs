//! Cosine and sine of an angle in degrees, the same bits on every machine.

use std::f64::consts::PI;

/// (cos, sin) of an angle in degrees, with an error of a few units in the last place of 1, and
/// exact at multiples of 90 degrees. The angle must be finite.
///
/// The platform's functions differ in the last bit from one system to the next, and take
/// radians, in which a quarter turn is no floating-point number.
pub(crate) fn cos_sin_degrees(degrees: f64) -> (f64, f64) {
    // Both steps are exact: a remainder always is, and subtracting the nearest multiple of
    // 90 from an angle in (-360, 360) loses no bit.
    let reduced = degrees % 360.0;
    let quarters = (reduced / 90.0).round();
    let x = (reduced - 90.0 * quarters) * (PI / 180.0);
    let (cos, sin) = (cos_series(x), sin_series(x));
    match (quarters as i32).rem_euclid(4) {
        0 => (cos, sin),
        1 => (-sin, cos),
        2 => (-cos, -sin),
        _ => (sin, -cos),
    }
}

/// Taylor series of the cosine to x^18. For |x| <= pi/4 the next term is below 1e-20.
fn cos_series(x: f64) -> f64 {
    let square = x * x;
    (1..=9).rev().fold(1.0, |sum, k| {
        let k = 2.0 * f64::from(k);
        1.0 - square * sum / ((k - 1.0) * k)
    })
}

/// Taylor series of the sine to x^19. For |x| <= pi/4 the next term is below 1e-21.
fn sin_series(x: f64) -> f64 {
    let square = x * x;
    let sum = (1..=9).rev().fold(1.0, |sum, k| {
        let k = 2.0 * f64::from(k);
        1.0 - square * sum / (k * (k + 1.0))
    });
    x * sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tolerance::COS_SIN;

    #[test]
    fn quarter_turns_are_exact() {
        let exact = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
        for turn in -9..9_i32 {
            let found = cos_sin_degrees(90.0 * f64::from(turn));
            assert_eq!(found, exact[turn.rem_euclid(4) as usize], "{turn} quarters");
        }
        assert_eq!(cos_sin_degrees(360.0e9), (1.0, 0.0));
    }

    #[test]
    fn agrees_with_the_platform() {
        for tenth in -7200..7200 {
            let degrees = f64::from(tenth) / 10.0;
            let (cos, sin) = cos_sin_degrees(degrees);
            let (true_sin, true_cos) = degrees.to_radians().sin_cos();
            assert!((cos - true_cos).abs() < COS_SIN, "cos {degrees}");
            assert!((sin - true_sin).abs() < COS_SIN, "sin {degrees}");
        }
    }

    #[test]
    fn known_values() {
        let half_root = 0.5_f64.sqrt();
        let (cos, sin) = cos_sin_degrees(45.0);
        assert!((cos - half_root).abs() < COS_SIN && (sin - half_root).abs() < COS_SIN);
        let (cos, sin) = cos_sin_degrees(-60.0);
        assert!((cos - 0.5).abs() < COS_SIN && (sin + 0.75_f64.sqrt()).abs() < COS_SIN);
    }
}
