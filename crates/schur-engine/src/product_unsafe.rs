//! The register-blocked matrix product under all fast paths: a strided tile times a matrix
//! whose rows are whole vectors.
//!
//! A block of up to `M` rows by two vectors of the result stays in registers over the whole
//! inner size. Its left factor is read number by number with any strides, so neither a tile nor
//! its transpose is ever packed; the right factor is read in vectors.

#![allow(unsafe_code)]

use crate::Scalar;
use crate::simd_unsafe::{Isa, Simd};

/// The left factor: entry (row, k) lies at `row * row_stride + k * inner_stride`.
#[derive(Clone, Copy)]
pub(crate) struct Left<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) rows: usize,
    pub(crate) inner: usize,
    pub(crate) row_stride: usize,
    pub(crate) inner_stride: usize,
}

/// The right factor, `inner` x `cols`, with `cols` a multiple of the vector length.
#[derive(Clone, Copy)]
pub(crate) struct Right<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) cols: usize,
    /// Panels of two vectors (the last may have one), each row after row: see [`panel_place`].
    /// Otherwise row-major.
    pub(crate) packed: bool,
}

/// Where entry (k, col) of a packed right factor lies.
pub(crate) fn panel_place(
    lanes: usize,
    (inner, cols): (usize, usize),
    k: usize,
    col: usize,
) -> usize {
    let first = col / (2 * lanes) * (2 * lanes);
    let width = (cols - first).min(2 * lanes);
    first * inner + k * width + (col - first)
}

/// `dst = left * right`, or `dst += left * right` if `accumulate`, in the calling thread.
/// `dst` is row-major with `right.cols` columns.
///
/// # Panics
///
/// If the shapes do not match the slices: callers have validated them.
pub(crate) fn multiply_tile<T: Scalar>(
    isa: Isa,
    dst: &mut [T],
    accumulate: bool,
    left: Left<'_, T>,
    right: Right<'_, T>,
) {
    if left.rows == 0 || right.cols == 0 {
        return;
    }
    assert_eq!(
        right.cols % isa.lanes::<T>(),
        0,
        "columns are no whole vectors"
    );
    assert!(
        dst.len() >= left.rows * right.cols,
        "destination of a tile product"
    );
    if left.inner == 0 {
        if !accumulate {
            dst[..left.rows * right.cols].fill(T::ZERO);
        }
        return;
    }
    let last = (left.rows - 1) * left.row_stride + (left.inner - 1) * left.inner_stride;
    assert!(last < left.data.len(), "left factor of a tile product");
    assert!(
        right.data.len() >= left.inner * right.cols,
        "right factor of a tile product"
    );
    // SAFETY: `isa` is one that this processor has (`Isa::detect`). Entry (row, k) of the left
    // factor is at most `last`, the right factor and the destination hold all their entries.
    unsafe {
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => avx512(dst, accumulate, left, right),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => avx2(dst, accumulate, left, right),
            Isa::Portable => portable(dst, accumulate, left, right),
        }
    }
}

/// One block of the result: pointers to its first entries, and strides.
struct Block<T> {
    inner: usize,
    left: *const T,
    row_stride: usize,
    inner_stride: usize,
    right: *const T,
    right_stride: usize,
    dst: *mut T,
    dst_stride: usize,
    accumulate: bool,
}

/// `M` rows by `V` vectors.
///
/// # Safety
///
/// The instruction set of `S`, and all entries of the block inside their slices.
#[inline(always)]
unsafe fn block<T: Scalar, S: Simd<T>, const M: usize, const V: usize>(b: &Block<T>) {
    // SAFETY: promised by the caller.
    unsafe {
        let mut sums = [[S::splat(T::ZERO); V]; M];
        if b.accumulate {
            for (i, row) in sums.iter_mut().enumerate() {
                for (v, sum) in row.iter_mut().enumerate() {
                    *sum = S::load(b.dst.add(i * b.dst_stride + v * S::LANES));
                }
            }
        }
        let (mut left, mut right) = (b.left, b.right);
        for _ in 0..b.inner {
            let mut factors = [S::splat(T::ZERO); V];
            for (v, factor) in factors.iter_mut().enumerate() {
                *factor = S::load(right.add(v * S::LANES));
            }
            for (i, row) in sums.iter_mut().enumerate() {
                let entry = S::splat(*left.add(i * b.row_stride));
                for (sum, factor) in row.iter_mut().zip(&factors) {
                    *sum = entry.mul_add(*factor, *sum);
                }
            }
            // Not past the end: the last step stays inside or is never read.
            left = left.wrapping_add(b.inner_stride);
            right = right.wrapping_add(b.right_stride);
        }
        for (i, row) in sums.iter().enumerate() {
            for (v, sum) in row.iter().enumerate() {
                sum.store(b.dst.add(i * b.dst_stride + v * S::LANES));
            }
        }
    }
}

/// Calls `block` with the number of rows as a constant.
macro_rules! block_of_rows {
    ($rows:expr, $block:expr, $s:ty, $v:literal, [$($m:literal)*]) => {
        match $rows {
            $($m => block::<T, $s, $m, $v>($block),)*
            _ => unreachable!("a block has at most as many rows as the largest kernel"),
        }
    };
}

/// All blocks, column panels outer: a panel of the right factor stays in the first-level cache.
macro_rules! all_blocks {
    ($s:ty, $largest:literal, $rows:tt, $dst:ident, $accumulate:ident, $left:ident, $right:ident) => {{
        let lanes = <$s as Simd<T>>::LANES;
        let mut col = 0;
        while col < $right.cols {
            let width = ($right.cols - col).min(2 * lanes);
            let (place, right_stride) = if $right.packed {
                (col * $left.inner, width)
            } else {
                (col, $right.cols)
            };
            let mut row = 0;
            while row < $left.rows {
                let count = ($left.rows - row).min($largest);
                let b = Block {
                    inner: $left.inner,
                    left: $left.data.as_ptr().add(row * $left.row_stride),
                    row_stride: $left.row_stride,
                    inner_stride: $left.inner_stride,
                    right: $right.data.as_ptr().add(place),
                    right_stride,
                    dst: $dst.as_mut_ptr().add(row * $right.cols + col),
                    dst_stride: $right.cols,
                    accumulate: $accumulate,
                };
                if width == 2 * lanes {
                    block_of_rows!(count, &b, $s, 2, $rows);
                } else {
                    block_of_rows!(count, &b, $s, 1, $rows);
                }
                row += count;
            }
            col += width;
        }
    }};
}

/// # Safety
///
/// AVX-512F, and factors and destination of matching sizes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn avx512<T: Scalar>(
    dst: &mut [T],
    accumulate: bool,
    left: Left<'_, T>,
    right: Right<'_, T>,
) {
    // SAFETY: promised by the caller.
    unsafe {
        all_blocks!(T::Avx512, 14, [1 2 3 4 5 6 7 8 9 10 11 12 13 14], dst, accumulate, left, right);
    }
}

/// # Safety
///
/// AVX2 and FMA, and factors and destination of matching sizes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2<T: Scalar>(dst: &mut [T], accumulate: bool, left: Left<'_, T>, right: Right<'_, T>) {
    // SAFETY: promised by the caller.
    unsafe {
        all_blocks!(T::Avx2, 6, [1 2 3 4 5 6], dst, accumulate, left, right);
    }
}

/// # Safety
///
/// Factors and destination of matching sizes.
unsafe fn portable<T: Scalar>(
    dst: &mut [T],
    accumulate: bool,
    left: Left<'_, T>,
    right: Right<'_, T>,
) {
    // SAFETY: promised by the caller.
    unsafe {
        all_blocks!(T::Portable, 4, [1 2 3 4], dst, accumulate, left, right);
    }
}

#[cfg(test)]
mod tests {
    use super::{Isa, Left, Right, multiply_tile, panel_place};

    /// Small whole numbers, so that every order of summation gives the same bits.
    fn numbers(len: usize, seed: usize) -> Vec<f64> {
        (0..len)
            .map(|i| ((i * 7 + seed) % 11) as f64 - 5.0)
            .collect()
    }

    #[test]
    fn every_instruction_set_multiplies() {
        let mut cases = 0;
        for isa in Isa::available() {
            let lanes = isa.lanes::<f64>();
            for (rows, inner, vectors) in [(1, 1, 1), (3, 5, 2), (29, 17, 3), (14, 1, 5), (2, 0, 1)]
            {
                let cols = vectors * lanes;
                let (a, b) = (numbers(rows * inner, 1), numbers(inner * cols, 2));
                let mut packed = vec![0.0; b.len()];
                for k in 0..inner {
                    for j in 0..cols {
                        packed[panel_place(lanes, (inner, cols), k, j)] = b[k * cols + j];
                    }
                }
                let start = numbers(rows * cols, 3);
                let mut want = start.clone();
                for i in 0..rows {
                    for j in 0..cols {
                        for k in 0..inner {
                            want[i * cols + j] += a[i * inner + k] * b[k * cols + j];
                        }
                    }
                }
                let by_rows = Left {
                    data: &a,
                    rows,
                    inner,
                    row_stride: inner,
                    inner_stride: 1,
                };
                let mut turned = vec![0.0; a.len()];
                for i in 0..rows {
                    for k in 0..inner {
                        turned[k * rows + i] = a[i * inner + k];
                    }
                }
                let by_cols = Left {
                    data: &turned,
                    rows,
                    inner,
                    row_stride: 1,
                    inner_stride: rows,
                };
                for left in [by_rows, by_cols] {
                    for (data, packed) in [(&b, false), (&packed, true)] {
                        let right = Right { data, cols, packed };
                        let mut got = start.clone();
                        multiply_tile(isa, &mut got, true, left, right);
                        assert_eq!(got, want, "{isa:?} {rows} {inner} {cols}");
                        multiply_tile(isa, &mut got, false, left, right);
                        let difference: Vec<f64> =
                            want.iter().zip(&start).map(|(w, s)| w - s).collect();
                        assert_eq!(got, difference);
                        cases += 1;
                    }
                }
            }
        }
        assert!(cases >= 20);
    }

    #[test]
    #[should_panic(expected = "right factor")]
    fn a_short_factor_is_refused() {
        let isa = Isa::Portable;
        let left = Left {
            data: &[1.0_f64; 4],
            rows: 2,
            inner: 2,
            row_stride: 2,
            inner_stride: 1,
        };
        let right = Right {
            data: &[1.0; 7],
            cols: 4,
            packed: false,
        };
        multiply_tile(isa, &mut [0.0; 8], false, left, right);
    }
}
