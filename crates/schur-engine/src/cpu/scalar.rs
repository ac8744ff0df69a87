//! The two number types the engine computes in.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

pub(crate) mod sealed {
    use crate::cpu::bf16_unsafe::Bf16x2;
    use crate::cpu::factor_unsafe::Factor;
    use crate::cpu::shelf::Shelf;
    use crate::cpu::simd_unsafe::{Portable, Simd};

    /// Keeps [`super::Scalar`] closed: the matrix product knows exactly these types.
    pub trait Sealed: Sized {
        /// A vector of 128 bits.
        #[cfg(target_arch = "aarch64")]
        type Neon: Simd<Self>;
        /// A vector of 512 bits.
        #[cfg(target_arch = "x86_64")]
        type Avx512: Simd<Self>;
        /// A vector of 256 bits.
        #[cfg(target_arch = "x86_64")]
        type Avx2: Simd<Self>;
        /// A vector of 256 bits made of plain numbers.
        type Portable: Simd<Self>;
        /// What products of [`crate::Precision::Bf16`] multiply.
        type Half: Factor<Sum = Self>;
        /// No number.
        const NAN: Self;

        /// Where scratch memory of this type is kept between calls.
        fn shelf() -> &'static Shelf<Self>;
    }

    impl Sealed for f32 {
        #[cfg(target_arch = "aarch64")]
        type Neon = std::arch::aarch64::float32x4_t;
        #[cfg(target_arch = "x86_64")]
        type Avx512 = std::arch::x86_64::__m512;
        #[cfg(target_arch = "x86_64")]
        type Avx2 = std::arch::x86_64::__m256;
        type Portable = Portable<Self, 8>;
        type Half = Bf16x2;
        const NAN: Self = f32::NAN;

        fn shelf() -> &'static Shelf<Self> {
            static SHELF: Shelf<f32> = Shelf::new();
            &SHELF
        }
    }

    impl Sealed for f64 {
        #[cfg(target_arch = "aarch64")]
        type Neon = std::arch::aarch64::float64x2_t;
        #[cfg(target_arch = "x86_64")]
        type Avx512 = std::arch::x86_64::__m512d;
        #[cfg(target_arch = "x86_64")]
        type Avx2 = std::arch::x86_64::__m256d;
        type Portable = Portable<Self, 4>;
        type Half = Self;
        const NAN: Self = f64::NAN;

        fn shelf() -> &'static Shelf<Self> {
            static SHELF: Shelf<f64> = Shelf::new();
            &SHELF
        }
    }
}

/// A number type of the engine: `f32` or `f64`. The trait is sealed.
///
/// ```
/// use schur_engine::Scalar;
/// fn half<T: Scalar>(x: T) -> T {
///     x * T::from_f64(0.5)
/// }
/// assert_eq!(half(3.0_f32), 1.5);
/// ```
pub trait Scalar:
    sealed::Sealed
    + Copy
    + Debug
    + Default
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + 'static
{
    /// The number 0.
    const ZERO: Self;
    /// The number 1.
    const ONE: Self;

    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;

    /// This number as `f64`, exactly.
    fn to_f64(self) -> f64;

    /// x if x > 0, else exp(x) - 1, accurate near 0; a NaN stays one.
    fn elu(self) -> Self;
}

impl Scalar for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value as f32
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn elu(self) -> Self {
        crate::cpu::elu::elu_f32(self)
    }
}

impl Scalar for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn from_f64(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn elu(self) -> Self {
        if self > 0.0 { self } else { self.exp_m1() }
    }
}
