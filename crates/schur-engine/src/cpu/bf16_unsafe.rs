//! Products of two numbers of bf16 (8 bits of exponent, 7 of fraction) at once, summed in `f32`.
//!
//! Numbers are rounded to the nearest, ties to even. A product of two of them is exact in `f32`, so
//! every processor gives the same sums, in hardware (AVX512-BF16) and without; hardware takes
//! numbers below 1.2e-38 for 0.

#![allow(unsafe_code, reason = "the name of this file says so")]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

#[cfg(target_arch = "x86_64")]
use crate::cpu::bf16::in_hardware;
use crate::cpu::bf16::{Bf16x2, nearest};
use crate::cpu::isa::Isa;
use crate::cpu::scalar::Factor;
use crate::cpu::scalar::sealed::Sealed;
use crate::cpu::shelf::Shelf;
use crate::cpu::simd_unsafe::{Multiply, Simd};

impl Factor for Bf16x2 {
    type Sum = f32;
    const NUMBERS: usize = 2;
    const ARE_NUMBERS: bool = false;
    const NONE: Self = Self(u32::MAX);
    #[cfg(target_arch = "aarch64")]
    type NeonFactors = Split<crate::cpu::neon_unsafe::Pair<<f32 as Sealed>::Neon>>;
    #[cfg(target_arch = "x86_64")]
    type Avx512Factors = Pairs;
    #[cfg(target_arch = "x86_64")]
    type Avx2Factors = Split<<f32 as Sealed>::Avx2>;
    type PortableFactors = Split<<f32 as Sealed>::Portable>;

    fn isa(isa: Isa) -> Isa {
        match isa {
            // Every processor with AVX-512 has AVX2.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 if !in_hardware() => Isa::Avx2,
            isa => isa,
        }
    }

    fn kept() -> &'static Shelf<Self> {
        static SHELF: Shelf<Bf16x2> = Shelf::new();
        &SHELF
    }

    fn of_numbers(_: &[f32]) -> Option<&[Self]> {
        None
    }

    #[inline(always)]
    fn put(&mut self, which: usize, number: f32) {
        let shift = 16 * which;
        self.0 = (self.0 & !(0xffff << shift)) | nearest(number) << shift;
    }

    fn along(isa: Isa, rows: &[f32], len: usize, to: &mut [Self]) {
        let (len, pairs) = (len.max(1), len.div_ceil(2).max(1));
        for (row, to) in rows.chunks_exact(len).zip(to.chunks_exact_mut(pairs)) {
            neighbours(isa, row, to);
        }
    }

    fn across(isa: Isa, blocks: &[f32], (rows, len): (usize, usize), to: &mut [Self]) {
        let len = len.max(1);
        let to = to.chunks_exact_mut((rows.div_ceil(2) * len).max(1));
        for (block, to) in blocks.chunks_exact((rows * len).max(1)).zip(to) {
            for (two, to) in block.chunks(2 * len).zip(to.chunks_exact_mut(len)) {
                let (first, second) = two.split_at(len);
                together(isa, first, second, to);
            }
        }
    }

    fn apart(isa: Isa, numbers: &[f32], distance: usize, to: &mut [Self]) {
        together(isa, numbers, &numbers[distance.min(numbers.len())..], to);
    }
}

/// Neighbours of a row, and 0 behind the last if it is alone.
fn neighbours(isa: Isa, row: &[f32], to: &mut [Bf16x2]) {
    let done = in_vectors(isa, row, to);
    for (two, to) in row[2 * done..].chunks(2).zip(&mut to[done..]) {
        *to = Bf16x2::new(two[0], two.get(1).copied().unwrap_or(0.0));
    }
}

/// How many pairs whole vectors have made.
#[cfg(target_arch = "x86_64")]
fn in_vectors(isa: Isa, row: &[f32], to: &mut [Bf16x2]) -> usize {
    match isa {
        // SAFETY: `Factor::isa` gives AVX-512 for these factors where there is bf16, too.
        Isa::Avx512 => unsafe { neighbours_avx512(row, to) },
        _ => 0,
    }
}

/// How many pairs whole vectors have made.
#[cfg(not(target_arch = "x86_64"))]
fn in_vectors(_: Isa, _: &[f32], _: &mut [Bf16x2]) -> usize {
    0
}

/// The first pairs, as many as there are in whole vectors.
///
/// # Safety
///
/// AVX-512F and AVX512-BF16.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn neighbours_avx512(row: &[f32], to: &mut [Bf16x2]) -> usize {
    let vectors = row.len() / 32;
    assert!(to.len() >= 16 * vectors, "room for pairs");
    for vector in 0..vectors {
        // SAFETY: 32 numbers begin there, and 16 pairs.
        unsafe {
            let from = row.as_ptr().add(32 * vector);
            let (low, high) = (_mm512_loadu_ps(from), _mm512_loadu_ps(from.add(16)));
            let pairs: __m512i = std::mem::transmute(_mm512_cvtne2ps_pbh(high, low));
            _mm512_storeu_si512(to.as_mut_ptr().add(16 * vector).cast(), pairs);
        }
    }
    16 * vectors
}

/// Numbers of two rows, and 0 behind the end of the second.
fn together(isa: Isa, first: &[f32], second: &[f32], to: &mut [Bf16x2]) {
    #[inline(always)]
    fn run(first: &[f32], second: &[f32], to: &mut [Bf16x2]) {
        let both = second.len().min(first.len());
        for ((to, &a), &b) in to.iter_mut().zip(first).zip(second) {
            *to = Bf16x2::new(a, b);
        }
        for (to, &a) in to[both..].iter_mut().zip(&first[both..]) {
            *to = Bf16x2::new(a, 0.0);
        }
    }
    /// # Safety
    ///
    /// AVX-512F.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    unsafe fn wide(first: &[f32], second: &[f32], to: &mut [Bf16x2]) {
        run(first, second, to);
    }
    /// # Safety
    ///
    /// AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn half(first: &[f32], second: &[f32], to: &mut [Bf16x2]) {
        run(first, second, to);
    }
    match isa {
        // SAFETY: `isa` is one that this processor has.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { wide(first, second, to) },
        // SAFETY: the same.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { half(first, second, to) },
        _ => run(first, second, to),
    }
}

/// Sixteen pairs, multiplied by the processor.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub struct Pairs(__m512i);

#[cfg(target_arch = "x86_64")]
impl Multiply<Bf16x2, f32> for Pairs {
    type Sums = __m512;

    #[inline(always)]
    unsafe fn all(factor: Bf16x2) -> Self {
        // SAFETY: the caller promises the instruction set.
        Self(unsafe { _mm512_set1_epi32(factor.0 as i32) })
    }

    #[inline(always)]
    unsafe fn read(from: *const Bf16x2) -> Self {
        // SAFETY: the caller promises the instruction set and 16 pairs.
        Self(unsafe { _mm512_loadu_si512(from.cast()) })
    }

    #[inline(always)]
    unsafe fn times(self, factor: Self, sum: __m512) -> __m512 {
        // SAFETY: the caller promises the instruction set; both types are 512 bits.
        unsafe {
            let (a, b) = (
                std::mem::transmute::<__m512i, __m512bh>(self.0),
                std::mem::transmute::<__m512i, __m512bh>(factor.0),
            );
            _mm512_dpbf16_ps(sum, a, b)
        }
    }
}

/// Pairs as two vectors of `f32`, for processors without such products.
#[derive(Clone, Copy)]
pub struct Split<S> {
    first: S,
    second: S,
}

impl<S: Simd<f32>> Multiply<Bf16x2, f32> for Split<S> {
    type Sums = S;

    #[inline(always)]
    unsafe fn all(factor: Bf16x2) -> Self {
        let [first, second] = factor.numbers();
        // SAFETY: the caller promises the instruction set.
        unsafe {
            Self {
                first: S::splat(first),
                second: S::splat(second),
            }
        }
    }

    #[inline(always)]
    unsafe fn read(from: *const Bf16x2) -> Self {
        // At least as long as any vector.
        let (mut first, mut second) = ([0.0; 16], [0.0; 16]);
        debug_assert!(S::LANES <= 16);
        for (lane, both) in first.iter_mut().zip(&mut second).enumerate().take(S::LANES) {
            // SAFETY: the caller promises as many pairs.
            [*both.0, *both.1] = unsafe { from.add(lane).read() }.numbers();
        }
        // SAFETY: the caller promises the instruction set.
        unsafe {
            Self {
                first: S::load(first.as_ptr()),
                second: S::load(second.as_ptr()),
            }
        }
    }

    #[inline(always)]
    unsafe fn times(self, factor: Self, sum: S) -> S {
        // SAFETY: the caller promises the instruction set. The order is that of the hardware.
        unsafe {
            let sum = self.second.mul_add(factor.second, sum);
            self.first.mul_add(factor.first, sum)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cpu::bf16::{Bf16x2, in_hardware, nearest};
    use crate::cpu::factors::{Left, Product, Right, Storage, WHOLE};
    use crate::cpu::isa::Isa;
    use crate::cpu::product_unsafe::multiply_tile;
    use crate::cpu::scalar::Factor;

    /// The sets that multiply pairs.
    fn sets() -> impl Iterator<Item = Isa> {
        Isa::available()
            .into_iter()
            .filter(|&isa| Bf16x2::isa(isa) == isa)
    }

    /// Numbers of all sizes that are none of bf16.
    fn wild(len: usize) -> Vec<f32> {
        let number = |i: usize| ((i * 7919) as f32).sin() * 2.0_f32.powi((i % 9) as i32 - 4);
        (0..len).map(number).collect()
    }

    #[test]
    fn numbers_round_to_the_nearest() {
        for (i, x) in wild(1000).into_iter().enumerate() {
            let [near] = [nearest(x) << 16].map(f32::from_bits);
            let step = f32::from_bits((x.to_bits() & 0x7f80_0000).saturating_sub(7 << 23));
            assert!((near - x).abs() <= step / 2.0, "{i}: {x} -> {near}");
        }
        for x in [0.0, -0.0, 1.0, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(nearest(x) << 16, x.to_bits());
        }
        assert!(f32::from_bits(nearest(f32::NAN) << 16).is_nan());
        assert!(f32::from_bits(nearest(f32::from_bits(0x7f80_0001)) << 16).is_nan());
    }

    #[test]
    fn every_set_makes_the_same_factors() {
        for len in [0, 1, 2, 31, 32, 33, 67] {
            let rows = wild(6 * len);
            for isa in sets() {
                let mut along = vec![Bf16x2::NONE; 6 * len.div_ceil(2)];
                Bf16x2::along(isa, &rows, len, &mut along);
                for (i, &factor) in along.iter().enumerate() {
                    let pairs = len.div_ceil(2);
                    let (row, first) = (i / pairs, 2 * (i % pairs));
                    let at = |k: usize| rows[row * len..][..len].get(k).copied().unwrap_or(0.0);
                    let want = [at(first), at(first + 1)].map(|x| nearest(x) << 16);
                    assert_eq!(factor.numbers().map(f32::to_bits), want, "{isa:?} {len}");
                }
                // Two blocks of three rows.
                let mut across = vec![Bf16x2::NONE; 4 * len];
                Bf16x2::across(isa, &rows, (3, len), &mut across);
                for (i, &factor) in across.iter().enumerate() {
                    let (block, row, col) = (i / len / 2, i / len % 2, i % len);
                    let at = |r: usize| (r < 3).then(|| rows[(3 * block + r) * len + col]);
                    let want = [at(2 * row), at(2 * row + 1)].map(|x| x.unwrap_or(0.0));
                    let want = want.map(|x| nearest(x) << 16);
                    assert_eq!(factor.numbers().map(f32::to_bits), want, "{isa:?} {len}");
                }
                let mut apart = vec![Bf16x2::NONE; 6 * len];
                Bf16x2::apart(isa, &rows, 5, &mut apart);
                for (i, &factor) in apart.iter().enumerate() {
                    let second = rows.get(i + 5).copied().unwrap_or(0.0);
                    let want = [rows[i], second].map(|x| nearest(x) << 16);
                    assert_eq!(factor.numbers().map(f32::to_bits), want, "{isa:?} {len}");
                }
            }
        }
    }

    /// The same bits in hardware and without.
    #[test]
    fn every_set_multiplies_pairs() {
        assert!(sets().any(|isa| isa == Bf16x2::best()));
        for (rows, inner, vectors) in [(1, 1, 1), (5, 7, 2), (29, 40, 3), (14, 9, 5)] {
            let cols = 16 * vectors;
            let numbers_of = |count: usize| {
                let mut factors = vec![Bf16x2::default(); count];
                Bf16x2::along(Isa::Portable, &wild(2 * count), 2 * count, &mut factors);
                factors
            };
            let (a, b) = (numbers_of(rows * inner), numbers_of(inner * cols));
            let mut want = vec![0.5_f32; rows * cols];
            for (place, sum) in want.iter_mut().enumerate() {
                for k in 0..inner {
                    let (x, y) = (a[place / cols * inner + k], b[k * cols + place % cols]);
                    let ([x0, x1], [y0, y1]) = (x.numbers(), y.numbers());
                    *sum += x1 * y1;
                    *sum += x0 * y0;
                }
            }
            for isa in sets() {
                let mut got = vec![0.5_f32; rows * cols];
                let left = Left {
                    data: &a,
                    rows,
                    segments: WHOLE,
                    inner,
                    row_stride: inner,
                    inner_stride: 1,
                };
                let right = Right {
                    data: &b,
                    rows: inner,
                    cols,
                    storage: Storage::Rows(cols),
                };
                let product = Product {
                    data: &mut got,
                    stride: cols,
                    cols,
                };
                multiply_tile(isa, product, true, left, right);
                assert_eq!(got, want, "{isa:?}, in hardware: {}", in_hardware());
            }
        }
    }
}
