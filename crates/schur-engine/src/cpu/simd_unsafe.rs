//! Vectors of the instruction sets that the kernels are compiled for.
//!
//! A kernel is written once over [`Simd`] and compiled per instruction set inside a function
//! that enables it; [`Isa::detect`](crate::cpu::isa::Isa::detect) says which one this processor
//! has.

#![allow(unsafe_code, reason = "the name of this file says so")]

use std::ops::{Add, Mul, Sub};

/// A vector of numbers.
///
/// # Safety
///
/// All methods need the instruction set of the type; `load` and `store` need `LANES` numbers
/// at the pointer, which need not be aligned.
pub trait Simd<T>: Copy {
    /// Numbers in the vector.
    const LANES: usize;
    /// One number in all lanes.
    unsafe fn splat(value: T) -> Self;
    /// Reads `LANES` numbers.
    unsafe fn load(from: *const T) -> Self;
    /// Writes `LANES` numbers.
    unsafe fn store(self, to: *mut T);
    /// Reads the first `count` numbers, at most `LANES`; the others are 0.
    unsafe fn load_first(from: *const T, count: usize) -> Self;
    /// Writes the first `count` numbers, at most `LANES`.
    unsafe fn store_first(self, to: *mut T, count: usize);
    /// `self * factor + sum`.
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self;
    /// `self * factor`.
    unsafe fn mul(self, factor: Self) -> Self;
    /// `self + other`.
    unsafe fn add(self, other: Self) -> Self;
    /// `self - other`.
    unsafe fn sub(self, other: Self) -> Self;
}

/// Where vectors start in a run: one after the other, and the last at the end, so that it may
/// compute some numbers again. A run shorter than a vector has one, of which it fills the first
/// numbers.
#[inline(always)]
pub(super) fn vector_starts(run: usize, lanes: usize) -> impl Iterator<Item = usize> {
    (0..run.div_ceil(lanes)).map(move |v| (v * lanes).min(run.saturating_sub(lanes)))
}

/// The first `count` numbers of a vector; the others are 0.
///
/// # Safety
///
/// The instruction set of `S`, and `count` numbers at the pointer.
#[inline(always)]
pub(super) unsafe fn load<T, S: Simd<T>>(from: *const T, count: usize) -> S {
    // SAFETY: promised by the caller.
    unsafe {
        if count == S::LANES {
            S::load(from)
        } else {
            S::load_first(from, count)
        }
    }
}

/// Writes the first `count` numbers of a vector.
///
/// # Safety
///
/// The instruction set of `S`, and `count` places at the pointer.
#[inline(always)]
pub(super) unsafe fn store<T, S: Simd<T>>(vector: S, to: *mut T, count: usize) {
    // SAFETY: promised by the caller.
    unsafe {
        if count == S::LANES {
            vector.store(to);
        } else {
            vector.store_first(to, count);
        }
    }
}

/// A vector of factors `F`, multiplied one by one and added to a vector of sums `T`.
///
/// # Safety
///
/// All methods need the instruction set of the type; `read` needs as many factors at the pointer as
/// there are sums.
pub trait Multiply<F, T>: Copy {
    /// The sums.
    type Sums: Simd<T>;
    /// One factor for all sums.
    unsafe fn all(factor: F) -> Self;
    /// Reads one factor per sum.
    unsafe fn read(from: *const F) -> Self;
    /// `sum + self * factor`.
    unsafe fn times(self, factor: Self, sum: Self::Sums) -> Self::Sums;
}

/// Numbers that are summed as they are multiplied.
impl<T, S: Simd<T>> Multiply<T, T> for S {
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

/// A number of the fallback.
pub trait Fused:
    Copy + Default + Mul<Output = Self> + Add<Output = Self> + Sub<Output = Self>
{
    /// `self * factor + sum` in one rounding, where the processor has it as one instruction
    /// whatever the build's target features; otherwise two.
    fn times_plus(self, factor: Self, sum: Self) -> Self;
}

macro_rules! fused {
    ($t:ty) => {
        impl Fused for $t {
            #[inline(always)]
            fn times_plus(self, factor: Self, sum: Self) -> Self {
                if cfg!(target_arch = "aarch64") {
                    self.mul_add(factor, sum)
                } else {
                    self * factor + sum
                }
            }
        }
    };
}

fused!(f32);
fused!(f64);

/// The fallback: an array that the compiler may put into whatever vectors it has.
#[derive(Clone, Copy)]
pub struct Portable<T, const N: usize>([T; N]);

impl<T: Fused, const N: usize> Simd<T> for Portable<T, N> {
    const LANES: usize = N;

    #[inline(always)]
    unsafe fn splat(value: T) -> Self {
        Self([value; N])
    }

    #[inline(always)]
    unsafe fn load(from: *const T) -> Self {
        // SAFETY: the caller promises N numbers; an array of T has the alignment of T.
        Self(unsafe { from.cast::<[T; N]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        // SAFETY: as for `load`.
        unsafe { to.cast::<[T; N]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const T, count: usize) -> Self {
        let mut values = [T::default(); N];
        for (i, value) in values.iter_mut().enumerate().take(count) {
            // SAFETY: the caller promises `count` numbers.
            *value = unsafe { from.add(i).read() };
        }
        Self(values)
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut T, count: usize) {
        for (i, value) in self.0.iter().enumerate().take(count) {
            // SAFETY: the caller promises `count` places.
            unsafe { to.add(i).write(*value) }
        }
    }

    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        Self(std::array::from_fn(|i| {
            self.0[i].times_plus(factor.0[i], sum.0[i])
        }))
    }

    #[inline(always)]
    unsafe fn mul(self, factor: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] * factor.0[i]))
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] - other.0[i]))
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86 {
    //! Vectors of x86-64.

    use std::arch::x86_64::*;

    use super::Simd;

    /// Bits of the first lanes of 16.
    #[inline(always)]
    fn first_of_16(count: usize) -> __mmask16 {
        ((1_u32 << count) - 1) as __mmask16
    }

    /// Bits of the first lanes of 8.
    #[inline(always)]
    fn first_of_8(count: usize) -> __mmask8 {
        ((1_u32 << count) - 1) as __mmask8
    }

    /// The sign bits of the first lanes of 8 numbers.
    ///
    /// # Safety
    ///
    /// AVX2.
    #[inline(always)]
    unsafe fn first_of_8_wide(count: usize) -> __m256i {
        // SAFETY: promised by the caller.
        unsafe {
            let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), lanes)
        }
    }

    /// The sign bits of the first lanes of 4 numbers.
    ///
    /// # Safety
    ///
    /// AVX2.
    #[inline(always)]
    unsafe fn first_of_4_wide(count: usize) -> __m256i {
        // SAFETY: promised by the caller.
        unsafe {
            let lanes = _mm256_setr_epi64x(0, 1, 2, 3);
            _mm256_cmpgt_epi64(_mm256_set1_epi64x(count as i64), lanes)
        }
    }

    /// # Safety
    ///
    /// AVX, and numbers where the mask says so.
    #[inline(always)]
    unsafe fn load_masked_ps(mask: __m256i, from: *const f32) -> __m256 {
        // SAFETY: promised by the caller.
        unsafe { _mm256_maskload_ps(from, mask) }
    }

    /// # Safety
    ///
    /// AVX, and numbers where the mask says so.
    #[inline(always)]
    unsafe fn load_masked_pd(mask: __m256i, from: *const f64) -> __m256d {
        // SAFETY: promised by the caller.
        unsafe { _mm256_maskload_pd(from, mask) }
    }

    macro_rules! vector {
        ($name:ident, $t:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $fma:ident,
         $mul:ident, $add:ident, $sub:ident, $mask:ident, $load_first:ident, $store_first:ident) => {
            impl Simd<$t> for $name {
                const LANES: usize = $lanes;

                #[inline(always)]
                unsafe fn splat(value: $t) -> Self {
                    // SAFETY: the caller promises the instruction set.
                    unsafe { $splat(value) }
                }

                #[inline(always)]
                unsafe fn load(from: *const $t) -> Self {
                    // SAFETY: the caller promises the instruction set and the numbers.
                    unsafe { $load(from) }
                }

                #[inline(always)]
                unsafe fn store(self, to: *mut $t) {
                    // SAFETY: the caller promises the instruction set and the place.
                    unsafe { $store(to, self) }
                }

                #[inline(always)]
                unsafe fn load_first(from: *const $t, count: usize) -> Self {
                    // SAFETY: the caller promises the instruction set and `count` numbers;
                    // others are not read.
                    unsafe { $load_first($mask(count), from) }
                }

                #[inline(always)]
                unsafe fn store_first(self, to: *mut $t, count: usize) {
                    // SAFETY: as for `load_first`; others are not written.
                    unsafe { $store_first(to, $mask(count), self) }
                }

                #[inline(always)]
                unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
                    // SAFETY: the caller promises the instruction set.
                    unsafe { $fma(self, factor, sum) }
                }

                #[inline(always)]
                unsafe fn mul(self, factor: Self) -> Self {
                    // SAFETY: the caller promises the instruction set.
                    unsafe { $mul(self, factor) }
                }

                #[inline(always)]
                unsafe fn add(self, other: Self) -> Self {
                    // SAFETY: the caller promises the instruction set.
                    unsafe { $add(self, other) }
                }

                #[inline(always)]
                unsafe fn sub(self, other: Self) -> Self {
                    // SAFETY: the caller promises the instruction set.
                    unsafe { $sub(self, other) }
                }
            }
        };
    }

    vector!(
        __m512,
        f32,
        16,
        _mm512_set1_ps,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_fmadd_ps,
        _mm512_mul_ps,
        _mm512_add_ps,
        _mm512_sub_ps,
        first_of_16,
        _mm512_maskz_loadu_ps,
        _mm512_mask_storeu_ps
    );
    vector!(
        __m512d,
        f64,
        8,
        _mm512_set1_pd,
        _mm512_loadu_pd,
        _mm512_storeu_pd,
        _mm512_fmadd_pd,
        _mm512_mul_pd,
        _mm512_add_pd,
        _mm512_sub_pd,
        first_of_8,
        _mm512_maskz_loadu_pd,
        _mm512_mask_storeu_pd
    );
    vector!(
        __m256,
        f32,
        8,
        _mm256_set1_ps,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_fmadd_ps,
        _mm256_mul_ps,
        _mm256_add_ps,
        _mm256_sub_ps,
        first_of_8_wide,
        load_masked_ps,
        _mm256_maskstore_ps
    );
    vector!(
        __m256d,
        f64,
        4,
        _mm256_set1_pd,
        _mm256_loadu_pd,
        _mm256_storeu_pd,
        _mm256_fmadd_pd,
        _mm256_mul_pd,
        _mm256_add_pd,
        _mm256_sub_pd,
        first_of_4_wide,
        load_masked_pd,
        _mm256_maskstore_pd
    );
}
