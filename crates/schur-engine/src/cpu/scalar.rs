//! The two number types the engine computes in, and what its products multiply.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use super::isa::Isa;
#[cfg(target_arch = "aarch64")]
use super::neon_unsafe::Pair;
use super::shelf::Shelf;
use super::simd_unsafe::{Multiply, Simd};

pub(crate) mod sealed {
    use super::Factor;
    use crate::cpu::bf16::Bf16x2;
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

    /// 1 / (1 + exp(-x)); a NaN stays one.
    fn sigmoid(self) -> Self;
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
        crate::cpu::exponential::elu_f32(self)
    }

    #[inline(always)]
    fn sigmoid(self) -> Self {
        crate::cpu::exponential::sigmoid_f32(self)
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

    #[inline(always)]
    fn sigmoid(self) -> Self {
        let e = (-self.abs()).exp();
        (if self > 0.0 { 1.0 } else { e }) / (1.0 + e)
    }
}

/// What a matrix product multiplies: numbers themselves, or groups of narrower numbers that follow
/// each other along the inner index, multiplied and summed at once.
///
/// The three functions that make factors of rows of numbers fill up with zeros.
pub trait Factor: Copy + Debug + Default + Send + Sync + 'static {
    /// The numbers that factors are made of, and in which products are summed.
    type Sum: Scalar;
    /// Numbers of a factor.
    const NUMBERS: usize;
    /// Whether that is one, as it is; other factors need instructions of their own.
    const ARE_NUMBERS: bool;
    /// No number: for memory that is written before it is read.
    const NONE: Self;
    /// Vectors of the instruction sets.
    #[cfg(target_arch = "aarch64")]
    type NeonFactors: Multiply<Self, Self::Sum>;
    #[cfg(target_arch = "x86_64")]
    type Avx512Factors: Multiply<Self, Self::Sum>;
    #[cfg(target_arch = "x86_64")]
    type Avx2Factors: Multiply<Self, Self::Sum>;
    type PortableFactors: Multiply<Self, Self::Sum>;

    /// The best set for these factors of a processor that has `isa`.
    fn isa(isa: Isa) -> Isa;

    /// Where scratch memory of this type is kept between calls.
    fn kept() -> &'static Shelf<Self>;

    /// Numbers as factors, if they are ones.
    fn of_numbers(numbers: &[Self::Sum]) -> Option<&[Self]>;

    /// Sets one of the numbers.
    fn put(&mut self, which: usize, number: Self::Sum);

    /// Neighbours in rows of `len` numbers become factors.
    fn along(isa: Isa, rows: &[Self::Sum], len: usize, to: &mut [Self]);

    /// Numbers of neighbouring rows become factors: in every `block` of some rows of some
    /// numbers the first row and those after it, and so on.
    fn across(isa: Isa, blocks: &[Self::Sum], block: (usize, usize), to: &mut [Self]);

    /// Every number and those `distance`, `2 distance`, ... behind it become a factor.
    fn apart(isa: Isa, numbers: &[Self::Sum], distance: usize, to: &mut [Self]);

    /// The best set of this processor for these factors.
    fn best() -> Isa {
        Self::isa(Isa::detect())
    }

    /// Numbers in a vector of sums.
    fn lanes(isa: Isa) -> usize {
        fn of<F, T, V: Multiply<F, T>>() -> usize {
            <V::Sums as Simd<T>>::LANES
        }
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => of::<Self, Self::Sum, Self::Avx512Factors>(),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => of::<Self, Self::Sum, Self::Avx2Factors>(),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => of::<Self, Self::Sum, Self::NeonFactors>(),
            Isa::Portable => of::<Self, Self::Sum, Self::PortableFactors>(),
        }
    }
}

impl<T: Scalar> Factor for T {
    type Sum = T;
    const NUMBERS: usize = 1;
    const ARE_NUMBERS: bool = true;
    const NONE: T = <T as sealed::Sealed>::NAN;
    #[cfg(target_arch = "aarch64")]
    type NeonFactors = Pair<T::Neon>;
    #[cfg(target_arch = "x86_64")]
    type Avx512Factors = T::Avx512;
    #[cfg(target_arch = "x86_64")]
    type Avx2Factors = T::Avx2;
    type PortableFactors = T::Portable;

    fn isa(isa: Isa) -> Isa {
        isa
    }

    fn kept() -> &'static Shelf<Self> {
        T::shelf()
    }

    fn of_numbers(numbers: &[T]) -> Option<&[T]> {
        Some(numbers)
    }

    #[inline(always)]
    fn put(&mut self, _: usize, number: T) {
        *self = number;
    }

    fn along(_: Isa, rows: &[T], _: usize, to: &mut [T]) {
        to.copy_from_slice(rows);
    }

    fn across(_: Isa, blocks: &[T], _: (usize, usize), to: &mut [T]) {
        to.copy_from_slice(blocks);
    }

    fn apart(_: Isa, numbers: &[T], _: usize, to: &mut [T]) {
        to.copy_from_slice(numbers);
    }
}

/// `sum += value * terms`.
pub(crate) fn add_scaled<T: Scalar>(sum: &mut [T], value: f64, terms: &[T]) {
    let value = T::from_f64(value);
    for (sum, &term) in sum.iter_mut().zip(terms) {
        *sum += value * term;
    }
}
