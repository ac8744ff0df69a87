//! Two numbers of bf16 (8 bits of exponent, 7 of fraction) as one factor of products.

/// Two numbers of bf16, the first in the lower bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Bf16x2(pub(super) u32);

/// The nearest bf16 as bits, of two the even one; a NaN stays one.
#[inline(always)]
pub(super) fn nearest(number: f32) -> u32 {
    let bits = number.to_bits();
    // Half of the last place that stays, less if that is even.
    let rounded = bits.wrapping_add(0x7fff + ((bits >> 16) & 1)) >> 16;
    if number.is_nan() {
        (bits >> 16) | 0x40
    } else {
        rounded
    }
}

impl Bf16x2 {
    #[inline(always)]
    pub(super) fn new(first: f32, second: f32) -> Self {
        Self(nearest(first) | nearest(second) << 16)
    }

    /// Both numbers.
    #[inline(always)]
    pub(super) fn numbers(self) -> [f32; 2] {
        [self.0 << 16, self.0 & 0xffff_0000].map(f32::from_bits)
    }
}

/// Whether this processor multiplies bf16 itself.
pub(crate) fn in_hardware() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512bf16");
    #[cfg(not(target_arch = "x86_64"))]
    false
}
