//! What a matrix product multiplies.

#![allow(unsafe_code, reason = "the name of this file says so")]

use std::fmt::Debug;

use crate::Scalar;
#[cfg(target_arch = "x86_64")]
use crate::cpu::factors::{Left, Product, Right};
use crate::cpu::isa::Isa;
#[cfg(target_arch = "aarch64")]
use crate::cpu::neon_unsafe::Pair;
#[cfg(target_arch = "x86_64")]
use crate::cpu::product_unsafe::avx512;
use crate::cpu::scalar::sealed::Sealed;
use crate::cpu::scratch::Buffer;
use crate::cpu::shelf::Shelf;
use crate::cpu::simd_unsafe::{Multiply, Simd};
use crate::parallel::*;

/// What a matrix product multiplies: numbers themselves, or groups of narrower numbers that follow
/// each other along the inner index, multiplied and summed at once.
///
/// The three functions that make factors of rows of numbers fill up with zeros.
pub trait Factor: Copy + Debug + Default + Send + Sync + 'static {
    /// The numbers that factors are made of, and in which products are summed.
    type Sum: Scalar;
    /// Numbers of a factor.
    const NUMBERS: usize;
    /// No number: for memory that is written before it is read.
    const NONE: Self;
    /// Vectors of the instruction sets.
    #[cfg(target_arch = "aarch64")]
    type NeonFactors: Multiply<Self>;
    #[cfg(target_arch = "x86_64")]
    type Avx512Factors: Multiply<Self>;
    #[cfg(target_arch = "x86_64")]
    type Avx2Factors: Multiply<Self>;
    type PortableFactors: Multiply<Self>;

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

    /// [`crate::cpu::product_unsafe::multiply_tile`] with AVX-512.
    ///
    /// # Safety
    ///
    /// The instruction set that [`Factor::isa`] demands, and factors and destination of matching
    /// sizes.
    #[cfg(target_arch = "x86_64")]
    unsafe fn multiply_avx512(
        product: Product<'_, Self::Sum>,
        accumulate: bool,
        left: Left<'_, Self>,
        right: Right<'_, Self>,
    );
}

impl<T: Scalar> Factor for T {
    type Sum = T;
    const NUMBERS: usize = 1;
    const NONE: T = <T as Sealed>::NAN;
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

    #[cfg(target_arch = "x86_64")]
    unsafe fn multiply_avx512(
        product: Product<'_, T>,
        accumulate: bool,
        left: Left<'_, T>,
        right: Right<'_, T>,
    ) {
        // SAFETY: promised by the caller.
        unsafe { avx512(product, accumulate, left, right) }
    }
}

impl<T: Scalar, S: Simd<T>> Multiply<T> for S {
    type Sums = S;

    #[inline(always)]
    unsafe fn all(factor: T) -> Self {
        // SAFETY: promised by the caller.
        unsafe { S::splat(factor) }
    }

    #[inline(always)]
    unsafe fn read(from: *const T) -> Self {
        // SAFETY: promised by the caller.
        unsafe { S::load(from) }
    }

    #[inline(always)]
    unsafe fn times(self, factor: Self, sum: S) -> S {
        // SAFETY: promised by the caller.
        unsafe { self.mul_add(factor, sum) }
    }
}

/// Rows of `len` numbers as factors of neighbours: the numbers themselves, or in `room`.
pub(crate) fn along<'a, F: Factor>(
    isa: Isa,
    rows: &'a [F::Sum],
    len: usize,
    room: &'a mut Buffer<F>,
) -> &'a [F] {
    F::of_numbers(rows).unwrap_or_else(|| {
        let to = room.room(rows.len() / len.max(1) * len.div_ceil(F::NUMBERS));
        F::along(isa, rows, len, to);
        to
    })
}

/// [`along`] for many rows, by all threads.
pub(crate) fn all_along<'a, F: Factor>(
    isa: Isa,
    rows: &'a [F::Sum],
    len: usize,
    room: &'a mut Buffer<F>,
) -> &'a [F] {
    /// Rows at a time.
    const ROWS: usize = 256;
    F::of_numbers(rows).unwrap_or_else(|| {
        let each = len.div_ceil(F::NUMBERS);
        let to = room.room(rows.len() / len.max(1) * each);
        to.par_chunks_mut((ROWS * each).max(1))
            .zip(rows.par_chunks((ROWS * len).max(1)))
            .for_each(|(to, rows)| F::along(isa, rows, len, to));
        to
    })
}

/// Blocks of `rows` rows of `len` numbers as factors of neighbouring rows: the numbers themselves,
/// or in `room`.
pub(crate) fn across<'a, F: Factor>(
    isa: Isa,
    blocks: &'a [F::Sum],
    (rows, len): (usize, usize),
    room: &'a mut Buffer<F>,
) -> &'a [F] {
    F::of_numbers(blocks).unwrap_or_else(|| {
        let count = blocks.len() / (rows * len).max(1);
        let to = room.room(count * rows.div_ceil(F::NUMBERS) * len);
        F::across(isa, blocks, (rows, len), to);
        to
    })
}
