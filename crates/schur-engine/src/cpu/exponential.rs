//! The exponential linear unit and the sigmoid in single precision, free of branches and calls, so that
//! the compiler turns loops over them into vector code (the library `exp_m1` costs ten times more).

/// Below this, exp(x) - 1 is -1 in `f32`.
const LOWEST: f32 = -18.0;
/// Below this, exp(x) is not a normal number.
const LEAST: f32 = -87.0;
/// 1.5 * 2^23: adding it rounds to an integer, which then stands in the low mantissa bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts; the first has so few bits that small multiples of it are exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// Taylor coefficients 1/7!, ..., 1/2! of exp: on |r| <= ln(2) / 2 the rest is below 2e-8 r.
const TAYLOR: [f32; 6] = [
    1.0 / 5040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
];

/// (2^k, exp(r) - 1) for z = k ln 2 + r with `lowest` <= z <= 0: exp(z) = 2^k (exp(r) - 1) + 2^k. Numbers
/// below are taken for `lowest`.
#[inline(always)]
fn parts(z: f32, lowest: f32) -> (f32, f32) {
    // Written as a comparison, which leaves a NaN in place.
    let z = if z < lowest { lowest } else { z };
    let rounded = z * std::f32::consts::LOG2_E + ROUND;
    let k = rounded - ROUND;
    let r = (z - k * LN_2_HIGH) - k * LN_2_LOW;
    let mut tail = TAYLOR[0];
    for &coefficient in &TAYLOR[1..] {
        tail = tail * r + coefficient;
    }
    // The low bits of `rounded` are k; moved into the exponent they make 2^k.
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    (power, r + r * r * tail)
}

/// x if x > 0, else exp(x) - 1 = 2^k p + (2^k - 1), where nothing cancels; the relative error is below
/// `ELU_F32` of the tolerances.
#[inline(always)]
pub(crate) fn elu_f32(x: f32) -> f32 {
    let (power, p) = parts(if x > 0.0 { 0.0 } else { x }, LOWEST);
    let negative = power * p + (power - 1.0);
    if x > 0.0 { x } else { negative }
}

/// 1 / (1 + exp(-x)), by exp(-|x|); the relative error is below `ELU_F32` of the tolerances from -87 on.
#[inline(always)]
pub(crate) fn sigmoid_f32(x: f32) -> f32 {
    let (power, p) = parts(if x > 0.0 { -x } else { x }, LEAST);
    let e = power * p + power;
    (if x > 0.0 { 1.0 } else { e }) / (1.0 + e)
}

#[cfg(test)]
mod tests {
    use super::{elu_f32, sigmoid_f32};
    use crate::tolerance::ELU_F32;

    /// The relative error at x.
    fn error(x: f32) -> f64 {
        (f64::from(elu_f32(x)) / f64::from(x).exp_m1() - 1.0).abs()
    }

    #[test]
    fn agrees_with_the_library() {
        // Every 101st number from the smallest to -64.
        let numbers = (1..64.0_f32.to_bits())
            .step_by(101)
            .map(|bits| -f32::from_bits(bits));
        let worst = numbers.map(error).fold(0.0, f64::max);
        assert!(worst < ELU_F32, "{worst:e}");
        assert!(worst > 0.0, "nothing was compared");
    }

    #[test]
    fn extremes() {
        for x in [0.0, 1.5, f32::MAX, f32::INFINITY] {
            assert_eq!(elu_f32(x), x);
        }
        assert_eq!(elu_f32(f32::NEG_INFINITY), -1.0);
        assert!(elu_f32(f32::NAN).is_nan());
    }

    #[test]
    fn sigmoids_are_those_of_the_library() {
        let numbers = (1..87.0_f32.to_bits()).step_by(101).map(f32::from_bits);
        let both = numbers.flat_map(|x| [x, -x]);
        let error = |x: f32| {
            let expected = 1.0 / (1.0 + (-f64::from(x)).exp());
            (f64::from(sigmoid_f32(x)) / expected - 1.0).abs()
        };
        let worst = both.map(error).fold(0.0, f64::max);
        assert!(worst < ELU_F32, "{worst:e}");
        assert!(worst > 0.0, "nothing was compared");
        assert_eq!(sigmoid_f32(0.0), 0.5);
        assert_eq!(sigmoid_f32(f32::INFINITY), 1.0);
        assert!(sigmoid_f32(f32::NEG_INFINITY) < f32::MIN_POSITIVE * 2.0_f32.powi(10));
        assert!(sigmoid_f32(f32::NAN).is_nan());
    }
}
