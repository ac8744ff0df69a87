//! Eight numbers in one register of AVX-512 or in two of AVX2.

use std::arch::x86_64::{__m256d, __m512d, _CMP_GE_OQ, _CMP_LT_OQ};

use pulp::cast;
use pulp::x86::{V3, V4};

use super::eights::Eights;

// Functions, not closures: a closure has none of the instructions of the function around it
// unless it is inlined, which cannot be asked for.

/// Blocks 0 and 2 of both, each of two numbers.
#[inline(always)]
fn even(simd: V4, a: __m512d, b: __m512d) -> __m512d {
    simd.avx512f._mm512_shuffle_f64x2::<0b10_00_10_00>(a, b)
}

/// Blocks 1 and 3 of both.
#[inline(always)]
fn odd(simd: V4, a: __m512d, b: __m512d) -> __m512d {
    simd.avx512f._mm512_shuffle_f64x2::<0b11_01_11_01>(a, b)
}

/// Takes of four rows the columns 0 and 4, 1 and 5, 2 and 6, 3 and 7.
#[inline(always)]
fn eight_columns(
    simd: V4,
    a: __m512d,
    b: __m512d,
    c: __m512d,
    d: __m512d,
) -> (__m512d, __m512d, __m512d, __m512d) {
    let avx = simd.avx512f;
    let (left_ab, left_cd) = (avx._mm512_unpacklo_pd(a, b), avx._mm512_unpacklo_pd(c, d));
    let (right_ab, right_cd) = (avx._mm512_unpackhi_pd(a, b), avx._mm512_unpackhi_pd(c, d));
    (
        even(simd, left_ab, left_cd),
        even(simd, right_ab, right_cd),
        odd(simd, left_ab, left_cd),
        odd(simd, right_ab, right_cd),
    )
}

impl Eights for V4 {
    type Eight = __m512d;

    #[inline(always)]
    fn load(self, numbers: [f64; 8]) -> __m512d {
        cast(numbers)
    }

    #[inline(always)]
    fn store(self, numbers: __m512d) -> [f64; 8] {
        cast(numbers)
    }

    #[inline(always)]
    fn add(self, a: __m512d, b: __m512d) -> __m512d {
        self.avx512f._mm512_add_pd(a, b)
    }

    #[inline(always)]
    fn sub(self, a: __m512d, b: __m512d) -> __m512d {
        self.avx512f._mm512_sub_pd(a, b)
    }

    #[inline(always)]
    fn mul(self, a: __m512d, b: __m512d) -> __m512d {
        self.avx512f._mm512_mul_pd(a, b)
    }

    #[inline(always)]
    fn div(self, a: __m512d, b: __m512d) -> __m512d {
        self.avx512f._mm512_div_pd(a, b)
    }

    #[inline(always)]
    fn sqrt(self, a: __m512d) -> __m512d {
        self.avx512f._mm512_sqrt_pd(a)
    }

    #[inline(always)]
    fn within(self, numbers: __m512d, low: f64, high: f64) -> bool {
        let simd = self.avx512f;
        let (low, high) = (self.splat(low), self.splat(high));
        let above = simd._mm512_cmp_pd_mask::<_CMP_GE_OQ>(numbers, low);
        let below = simd._mm512_cmp_pd_mask::<_CMP_LT_OQ>(numbers, high);
        above & below == u8::MAX
    }

    /// Three rounds, which exchange blocks of 1, 2 and 4 numbers.
    #[inline(always)]
    fn transpose(self, [a, b, c, d, e, f, g, h]: [__m512d; 8]) -> [__m512d; 8] {
        let (p0, p1, p2, p3) = eight_columns(self, a, b, c, d);
        let (q0, q1, q2, q3) = eight_columns(self, e, f, g, h);
        [
            even(self, p0, q0),
            even(self, p1, q1),
            even(self, p2, q2),
            even(self, p3, q3),
            odd(self, p0, q0),
            odd(self, p1, q1),
            odd(self, p2, q2),
            odd(self, p3, q3),
        ]
    }
}

/// The columns of four rows.
#[inline(always)]
fn four_columns(
    simd: V3,
    a: __m256d,
    b: __m256d,
    c: __m256d,
    d: __m256d,
) -> (__m256d, __m256d, __m256d, __m256d) {
    let avx = simd.avx;
    let (left_ab, left_cd) = (avx._mm256_unpacklo_pd(a, b), avx._mm256_unpacklo_pd(c, d));
    let (right_ab, right_cd) = (avx._mm256_unpackhi_pd(a, b), avx._mm256_unpackhi_pd(c, d));
    (
        avx._mm256_permute2f128_pd::<0x20>(left_ab, left_cd),
        avx._mm256_permute2f128_pd::<0x20>(right_ab, right_cd),
        avx._mm256_permute2f128_pd::<0x31>(left_ab, left_cd),
        avx._mm256_permute2f128_pd::<0x31>(right_ab, right_cd),
    )
}

impl Eights for V3 {
    type Eight = (__m256d, __m256d);

    #[inline(always)]
    fn load(self, [a, b, c, d, e, f, g, h]: [f64; 8]) -> Self::Eight {
        (cast([a, b, c, d]), cast([e, f, g, h]))
    }

    #[inline(always)]
    fn store(self, (left, right): Self::Eight) -> [f64; 8] {
        cast([cast::<__m256d, [f64; 4]>(left), cast(right)])
    }

    #[inline(always)]
    fn add(self, a: Self::Eight, b: Self::Eight) -> Self::Eight {
        let simd = self.avx;
        (simd._mm256_add_pd(a.0, b.0), simd._mm256_add_pd(a.1, b.1))
    }

    #[inline(always)]
    fn sub(self, a: Self::Eight, b: Self::Eight) -> Self::Eight {
        let simd = self.avx;
        (simd._mm256_sub_pd(a.0, b.0), simd._mm256_sub_pd(a.1, b.1))
    }

    #[inline(always)]
    fn mul(self, a: Self::Eight, b: Self::Eight) -> Self::Eight {
        let simd = self.avx;
        (simd._mm256_mul_pd(a.0, b.0), simd._mm256_mul_pd(a.1, b.1))
    }

    #[inline(always)]
    fn div(self, a: Self::Eight, b: Self::Eight) -> Self::Eight {
        let simd = self.avx;
        (simd._mm256_div_pd(a.0, b.0), simd._mm256_div_pd(a.1, b.1))
    }

    #[inline(always)]
    fn sqrt(self, a: Self::Eight) -> Self::Eight {
        (self.avx._mm256_sqrt_pd(a.0), self.avx._mm256_sqrt_pd(a.1))
    }

    #[inline(always)]
    fn within(self, numbers: Self::Eight, low: f64, high: f64) -> bool {
        let simd = self.avx;
        let (low, high) = (simd._mm256_set1_pd(low), simd._mm256_set1_pd(high));
        let (left, right) = numbers;
        let above = simd._mm256_and_pd(
            simd._mm256_cmp_pd::<_CMP_GE_OQ>(left, low),
            simd._mm256_cmp_pd::<_CMP_GE_OQ>(right, low),
        );
        let below = simd._mm256_and_pd(
            simd._mm256_cmp_pd::<_CMP_LT_OQ>(left, high),
            simd._mm256_cmp_pd::<_CMP_LT_OQ>(right, high),
        );
        simd._mm256_movemask_pd(simd._mm256_and_pd(above, below)) == 0b1111
    }

    /// Four transposes of 4 x 4.
    #[inline(always)]
    fn transpose(self, [a, b, c, d, e, f, g, h]: [Self::Eight; 8]) -> [Self::Eight; 8] {
        let (a0, a1, a2, a3) = four_columns(self, a.0, b.0, c.0, d.0);
        let (a4, a5, a6, a7) = four_columns(self, a.1, b.1, c.1, d.1);
        let (e0, e1, e2, e3) = four_columns(self, e.0, f.0, g.0, h.0);
        let (e4, e5, e6, e7) = four_columns(self, e.1, f.1, g.1, h.1);
        [
            (a0, e0),
            (a1, e1),
            (a2, e2),
            (a3, e3),
            (a4, e4),
            (a5, e5),
            (a6, e6),
            (a7, e7),
        ]
    }
}
