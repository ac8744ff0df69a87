//! Vectors of AArch64.
//!
//! A register has 128 bits and there are 32 of them. The matrix product takes two as one
//! vector, [`Pair`], so that a block reads few numbers per product; the transforms of short runs
//! take single ones.

#![allow(unsafe_code, reason = "the name of this file says so")]

use std::arch::aarch64::*;

use crate::cpu::simd_unsafe::Simd;

macro_rules! vector {
    ($name:ident, $t:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $fma:ident,
     $mul:ident, $add:ident, $sub:ident) => {
        impl Simd<$t> for $name {
            const LANES: usize = $lanes;

            #[inline(always)]
            unsafe fn splat(value: $t) -> Self {
                // SAFETY: the caller promises NEON.
                unsafe { $splat(value) }
            }

            #[inline(always)]
            unsafe fn load(from: *const $t) -> Self {
                // SAFETY: the caller promises NEON and the numbers.
                unsafe { $load(from) }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $t) {
                // SAFETY: the caller promises NEON and the place.
                unsafe { $store(to, self) }
            }

            #[inline(always)]
            unsafe fn load_first(from: *const $t, count: usize) -> Self {
                let mut values = [0.0; $lanes];
                // SAFETY: the caller promises NEON and `count` numbers, at most as many as lanes.
                unsafe {
                    values.as_mut_ptr().copy_from_nonoverlapping(from, count);
                    $load(values.as_ptr())
                }
            }

            #[inline(always)]
            unsafe fn store_first(self, to: *mut $t, count: usize) {
                let mut values = [0.0; $lanes];
                // SAFETY: as for `load_first`.
                unsafe {
                    $store(values.as_mut_ptr(), self);
                    to.copy_from_nonoverlapping(values.as_ptr(), count);
                }
            }

            #[inline(always)]
            unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
                // SAFETY: the caller promises NEON.
                unsafe { $fma(sum, self, factor) }
            }

            #[inline(always)]
            unsafe fn mul(self, factor: Self) -> Self {
                // SAFETY: the caller promises NEON.
                unsafe { $mul(self, factor) }
            }

            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                // SAFETY: the caller promises NEON.
                unsafe { $add(self, other) }
            }

            #[inline(always)]
            unsafe fn sub(self, other: Self) -> Self {
                // SAFETY: the caller promises NEON.
                unsafe { $sub(self, other) }
            }
        }
    };
}

vector!(
    float32x4_t,
    f32,
    4,
    vdupq_n_f32,
    vld1q_f32,
    vst1q_f32,
    vfmaq_f32,
    vmulq_f32,
    vaddq_f32,
    vsubq_f32
);
vector!(
    float64x2_t,
    f64,
    2,
    vdupq_n_f64,
    vld1q_f64,
    vst1q_f64,
    vfmaq_f64,
    vmulq_f64,
    vaddq_f64,
    vsubq_f64
);

/// Two vectors as one of twice the lanes.
#[derive(Clone, Copy)]
pub struct Pair<V>([V; 2]);

impl<T: Copy + Default, V: Simd<T>> Simd<T> for Pair<V> {
    const LANES: usize = 2 * V::LANES;

    #[inline(always)]
    unsafe fn splat(value: T) -> Self {
        // SAFETY: the caller promises the instruction set.
        Self([unsafe { V::splat(value) }; 2])
    }

    #[inline(always)]
    unsafe fn load(from: *const T) -> Self {
        // SAFETY: the caller promises the instruction set and the numbers.
        unsafe { Self([V::load(from), V::load(from.add(V::LANES))]) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        // SAFETY: the caller promises the instruction set and the place.
        unsafe {
            self.0[0].store(to);
            self.0[1].store(to.add(V::LANES));
        }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const T, count: usize) -> Self {
        // SAFETY: the caller promises the instruction set and `count` numbers.
        unsafe {
            if count < V::LANES {
                Self([V::load_first(from, count), V::splat(T::default())])
            } else {
                let rest = V::load_first(from.add(V::LANES), count - V::LANES);
                Self([V::load(from), rest])
            }
        }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut T, count: usize) {
        // SAFETY: as for `load_first`.
        unsafe {
            if count < V::LANES {
                self.0[0].store_first(to, count);
            } else {
                self.0[0].store(to);
                self.0[1].store_first(to.add(V::LANES), count - V::LANES);
            }
        }
    }

    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        // SAFETY: the caller promises the instruction set.
        let half = |i: usize| unsafe { self.0[i].mul_add(factor.0[i], sum.0[i]) };
        Self([half(0), half(1)])
    }

    #[inline(always)]
    unsafe fn mul(self, factor: Self) -> Self {
        // SAFETY: the caller promises the instruction set.
        let half = |i: usize| unsafe { self.0[i].mul(factor.0[i]) };
        Self([half(0), half(1)])
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller promises the instruction set.
        let half = |i: usize| unsafe { self.0[i].add(other.0[i]) };
        Self([half(0), half(1)])
    }

    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        // SAFETY: the caller promises the instruction set.
        let half = |i: usize| unsafe { self.0[i].sub(other.0[i]) };
        Self([half(0), half(1)])
    }
}
