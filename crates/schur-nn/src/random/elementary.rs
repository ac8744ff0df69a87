//! Logarithm and cosine without branches, tables and calls: a loop over them becomes vector
//! instructions. Products and sums are not fused, so the bits are the same on every processor.
//! Errors are below two units of the last place, as comparing with the platform's functions shows.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI};

/// Bits of the exponent of 1.
const BIAS: u64 = 1023;
const MANTISSA_BITS: u32 = f64::MANTISSA_DIGITS - 1;

/// ln 2 in two parts: the first has zeros at its end, so that its products with exponents are exact.
const LN_2: [f64; 2] = [
    f64::from_bits(0x3fe6_2e42_fee0_0000),
    f64::from_bits(0x3dea_39ef_3579_3c76),
];
/// π/2 in two parts, for the same reason.
const HALF_PI: [f64; 2] = [
    f64::from_bits(0x3ff9_21fb_5440_0000),
    f64::from_bits(0x3dd0_b461_1a62_6331),
];
/// A number of this size has no room for a fraction: adding it rounds to an integer, which then
/// stands in the last bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// The natural logarithm of a normal positive number.
///
/// `x = 2^k m` with `m` in `[√½, √2)` and `ln m = 2 artanh s`, `s = (m - 1) / (m + 1)`, by its
/// Taylor series: `s² < 0.0295`, so what is left out is below `1e-18 s`.
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let biased = (bits + (BIAS << MANTISSA_BITS) - FRAC_1_SQRT_2.to_bits()) >> MANTISSA_BITS;
    let m = f64::from_bits(bits.wrapping_sub(biased.wrapping_sub(BIAS) << MANTISSA_BITS));
    let k = biased as f64 - BIAS as f64;
    let f = m - 1.0;
    let s = f / (m + 1.0);
    let z = s * s;
    let mut series = 1.0 / 23.0;
    for odd in [21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        series = series * z + 1.0 / odd;
    }
    // 2 s = f - s f, where f is exact.
    let rest = 2.0 * s * z * series - s * f;
    k * LN_2[0] + (f + (rest + k * LN_2[1]))
}

/// The cosine of a number in [0, 2π].
///
/// The multiple of π/2 that is nearest is taken away; between -π/4 and π/4 the Taylor series of
/// sine and cosine leave out less than `1e-18`.
#[inline(always)]
pub(super) fn cos(angle: f64) -> f64 {
    let shifted = angle * FRAC_2_PI + ROUNDER;
    let (quarter, quarters) = (shifted.to_bits(), shifted - ROUNDER);
    let r = (angle - quarters * HALF_PI[0]) - quarters * HALF_PI[1];
    let z = r * r;
    // n! for n = 18, 16, ..., 4 and n = 17, 15, ..., 3, with the signs of the series.
    let even = [
        -6_402_373_705_728_000.0,
        20_922_789_888_000.0,
        -87_178_291_200.0,
        479_001_600.0,
        -3_628_800.0,
        40_320.0,
        -720.0,
        24.0,
    ];
    let odd = [
        355_687_428_096_000.0,
        -1_307_674_368_000.0,
        6_227_020_800.0,
        -39_916_800.0,
        362_880.0,
        -5_040.0,
        120.0,
        -6.0,
    ];
    let (mut cos, mut sin) = (0.0, 0.0);
    for (even, odd) in even.into_iter().zip(odd) {
        cos = cos * z + 1.0 / even;
        sin = sin * z + 1.0 / odd;
    }
    let (cos, sin) = (1.0 - 0.5 * z + z * z * cos, r + r * z * sin);
    let value = if quarter & 1 == 0 { cos } else { sin };
    // Negative in the second and third quarter.
    f64::from_bits(value.to_bits() ^ ((quarter + 1) & 2) << 62)
}
