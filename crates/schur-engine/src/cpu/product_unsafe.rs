//! The register-blocked matrix product under all paths: strided rows times a matrix whose rows
//! are whole vectors.
//!
//! A block of up to `M` rows by a few vectors of the result stays in registers over the whole
//! inner size. Its left factor is read number by number with any strides and in segments, so
//! neither a tile, nor its transpose, nor the patches of an image are ever packed; the right
//! factor is read in vectors. [`crate::cpu::factors`] says how they lie in memory.

#![allow(unsafe_code, reason = "the name of this file says so")]

use crate::Scalar;
use crate::cpu::factors::{Left, Product, Right, Segment, Storage, WIDEST, panels};
use crate::cpu::isa::Isa;
use crate::cpu::scalar::Factor;
use crate::cpu::simd_unsafe::{Multiply, Simd};

/// `product = left * right`, or `product += left * right` if `accumulate`, in the calling thread.
///
/// # Panics
///
/// If the shapes do not match the slices: callers have validated them.
pub(crate) fn multiply_tile<F: Factor>(
    isa: Isa,
    product: Product<'_, F::Sum>,
    accumulate: bool,
    left: Left<'_, F>,
    right: Right<'_, F>,
) {
    if left.rows == 0 || product.cols == 0 {
        return;
    }
    let lanes = F::lanes(isa);
    assert_eq!(
        right.cols,
        product.cols.next_multiple_of(lanes),
        "columns are no whole vectors"
    );
    assert!(
        product.cols <= product.stride
            && product.data.len() >= (left.rows - 1) * product.stride + product.cols,
        "destination of a tile product"
    );
    if left.inner * left.segments.len() == 0 {
        if !accumulate {
            for row in product.data.chunks_mut(product.stride).take(left.rows) {
                row[..product.cols].fill(F::Sum::ZERO);
            }
        }
        return;
    }
    let most = |place: fn(&Segment) -> usize| left.segments.iter().map(place).max().unwrap_or(0);
    let last = most(|segment| segment.left)
        + (left.rows - 1) * left.row_stride
        + (left.inner - 1) * left.inner_stride;
    assert!(last < left.data.len(), "left factor of a tile product");
    let end = match right.storage {
        Storage::Panels => right.rows * right.cols,
        Storage::Rows(stride) => (right.rows.max(1) - 1) * stride + right.cols,
    };
    assert!(
        most(|segment| segment.right) + left.inner <= right.rows && right.data.len() >= end,
        "right factor of a tile product"
    );
    // SAFETY: `isa` is one that this processor has (`Isa::detect`). Every entry of the left
    // factor is at most at `last`, the right factor and the destination hold all their entries.
    unsafe {
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 if F::ARE_NUMBERS => avx512(product, accumulate, left, right),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => avx512_bf16(product, accumulate, left, right),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => avx2(product, accumulate, left, right),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => neon(product, accumulate, left, right),
            Isa::Portable => portable(product, accumulate, left, right),
        }
    }
}

/// A tile of the result: pointers to its first entries, and strides.
struct Tile<'a, F: Factor> {
    segments: &'a [Segment],
    inner: usize,
    left: *const F,
    row_stride: usize,
    inner_stride: usize,
    right: *const F,
    right_stride: usize,
    dst: *mut F::Sum,
    dst_stride: usize,
    /// Numbers of the last vector that are part of the result.
    last: usize,
    accumulate: bool,
}

/// `M` rows by `V` vectors.
///
/// # Safety
///
/// The instruction set of `S`, and all entries of the block inside their slices.
#[inline(always)]
unsafe fn block<F: Factor, S: Multiply<F, F::Sum>, const M: usize, const V: usize>(
    b: &Tile<'_, F>,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let lanes = <S::Sums as Simd<F::Sum>>::LANES;
        let mut sums = [[S::Sums::splat(F::Sum::ZERO); V]; M];
        let whole = b.last == lanes;
        if b.accumulate {
            for (i, row) in sums.iter_mut().enumerate() {
                for (v, sum) in row.iter_mut().enumerate() {
                    let from = b.dst.add(i * b.dst_stride + v * lanes);
                    *sum = if whole || v + 1 < V {
                        S::Sums::load(from)
                    } else {
                        S::Sums::load_first(from, b.last)
                    };
                }
            }
        }
        for segment in b.segments {
            let mut left = b.left.add(segment.left);
            let mut right = b.right.add(segment.right * b.right_stride);
            for _ in 0..b.inner {
                let mut factors = [S::all(F::default()); V];
                for (v, factor) in factors.iter_mut().enumerate() {
                    *factor = S::read(right.add(v * lanes));
                }
                for (i, row) in sums.iter_mut().enumerate() {
                    let entry = S::all(*left.add(i * b.row_stride));
                    for (sum, factor) in row.iter_mut().zip(&factors) {
                        *sum = entry.times(*factor, *sum);
                    }
                }
                // Not past the end: the last step stays inside or is never read.
                left = left.wrapping_add(b.inner_stride);
                right = right.wrapping_add(b.right_stride);
            }
        }
        for (i, row) in sums.iter().enumerate() {
            for (v, sum) in row.iter().enumerate() {
                let to = b.dst.add(i * b.dst_stride + v * lanes);
                if whole || v + 1 < V {
                    sum.store(to);
                } else {
                    sum.store_first(to, b.last);
                }
            }
        }
    }
}

/// Calls `block` with the number of rows as a constant.
macro_rules! block_of_rows {
    ($rows:expr, $block:expr, $s:ty, $v:literal, [$($m:literal)*]) => {
        match $rows {
            $($m => block::<F, $s, $m, $v>($block),)*
            _ => unreachable!("a block has at most as many rows as the largest kernel"),
        }
    };
}

/// All blocks, column panels outer: a panel of the right factor stays near. The most rows of a
/// block follow from the number of registers, for panels of up to two and of three vectors.
macro_rules! all_blocks {
    ($s:ty, ($rows:literal $each:tt, $rows3:literal $each3:tt),
     $product:ident, $accumulate:ident, $left:ident, $right:ident) => {{
        let lanes = <<$s as Multiply<F, F::Sum>>::Sums as Simd<F::Sum>>::LANES;
        for (col, width) in panels(lanes, $right.cols) {
            let (place, right_stride) = match $right.storage {
                Storage::Panels => (col * $right.rows, width),
                Storage::Rows(stride) => (col, stride),
            };
            let most = if width == WIDEST * lanes {
                $rows3
            } else {
                $rows
            };
            let blocks = $left.rows.div_ceil(most);
            for index in 0..blocks {
                // Blocks of nearly equal heights.
                let row = index * $left.rows / blocks;
                let count = (index + 1) * $left.rows / blocks - row;
                let b = Tile {
                    segments: $left.segments,
                    inner: $left.inner,
                    left: $left.data.as_ptr().add(row * $left.row_stride),
                    row_stride: $left.row_stride,
                    inner_stride: $left.inner_stride,
                    right: $right.data.as_ptr().add(place),
                    right_stride,
                    dst: $product.data.as_mut_ptr().add(row * $product.stride + col),
                    dst_stride: $product.stride,
                    last: ($product.cols - col).min(width) - (width - lanes),
                    accumulate: $accumulate,
                };
                if width == WIDEST * lanes {
                    block_of_rows!(count, &b, $s, 3, $each3);
                } else if width == 2 * lanes {
                    block_of_rows!(count, &b, $s, 2, $each);
                } else {
                    block_of_rows!(count, &b, $s, 1, $each);
                }
            }
        }
    }};
}

/// A function that computes all blocks of a product with vectors of one kind.
macro_rules! product {
    ($(#[$about:meta])* $name:ident, $s:ty, $rows:tt) => {
        $(#[$about])*
        unsafe fn $name<F: Factor>(
            product: Product<'_, F::Sum>,
            accumulate: bool,
            left: Left<'_, F>,
            right: Right<'_, F>,
        ) {
            // SAFETY: promised by the caller.
            unsafe { all_blocks!($s, $rows, product, accumulate, left, right) }
        }
    };
}

product!(
    /// # Safety
    ///
    /// AVX-512F, and factors and destination of matching sizes.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    avx512,
    F::Avx512Factors,
    (14 [1 2 3 4 5 6 7 8 9 10 11 12 13 14], 9 [1 2 3 4 5 6 7 8 9])
);
product!(
    /// # Safety
    ///
    /// AVX-512F and AVX512-BF16, and factors and destination of matching sizes.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bf16")]
    avx512_bf16,
    F::Avx512Factors,
    (14 [1 2 3 4 5 6 7 8 9 10 11 12 13 14], 9 [1 2 3 4 5 6 7 8 9])
);
product!(
    /// # Safety
    ///
    /// AVX2 and FMA, and factors and destination of matching sizes.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    avx2,
    F::Avx2Factors,
    (6 [1 2 3 4 5 6], 4 [1 2 3 4])
);
product!(
    /// # Safety
    ///
    /// NEON, and factors and destination of matching sizes.
    #[cfg(target_arch = "aarch64")]
    #[target_feature(enable = "neon")]
    neon,
    F::NeonFactors,
    (6 [1 2 3 4 5 6], 4 [1 2 3 4])
);
product!(
    /// # Safety
    ///
    /// Factors and destination of matching sizes.
    portable,
    F::PortableFactors,
    (4 [1 2 3 4], 2 [1 2])
);

#[cfg(test)]
mod tests {
    use super::{Isa, Left, Product, Right, Segment, Storage, multiply_tile, panels};
    use crate::cpu::factors::WHOLE;
    use crate::cpu::scalar::Factor;

    /// Small whole numbers, so that every order of summation gives the same bits.
    fn numbers(len: usize, seed: usize) -> Vec<f64> {
        (0..len)
            .map(|i| ((i * 7 + seed) % 11) as f64 - 5.0)
            .collect()
    }

    /// The row-major matrix in panels.
    fn pack(b: &[f64], lanes: usize, (inner, cols): (usize, usize)) -> Vec<f64> {
        let mut packed = Vec::new();
        for (first, width) in panels(lanes, cols) {
            for row in b.chunks_exact(cols).take(inner) {
                packed.extend(&row[first..first + width]);
            }
        }
        packed
    }

    #[test]
    fn every_instruction_set_multiplies() {
        let mut cases = 0;
        for isa in Isa::available() {
            let lanes = f64::lanes(isa);
            for (rows, inner, missing, vectors) in [
                (1, 1, 0, 1),
                (3, 6, 1, 2),
                (29, 18, 2, 3),
                (14, 2, 0, 5),
                (5, 4, 3, 4),
                (2, 0, 0, 1),
            ] {
                let cols = vectors * lanes;
                let used = cols - missing;
                let (a, b) = (numbers(rows * inner, 1), numbers(inner * cols, 2));
                let packed = pack(&b, lanes, (inner, cols));
                // Rows of the result have a gap behind them, which must not change, but the last
                // one ends its slice: a sanitizer sees a vector that goes on.
                let stride = cols + 1;
                let start = numbers((rows - 1) * stride + used, 3);
                let mut want = start.clone();
                for i in 0..rows {
                    for j in 0..used {
                        for k in 0..inner {
                            want[i * stride + j] += a[i * inner + k] * b[k * cols + j];
                        }
                    }
                }
                let by_rows = Left {
                    data: &a,
                    rows,
                    segments: WHOLE,
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
                    row_stride: 1,
                    inner_stride: rows,
                    ..by_rows
                };
                let halves = [0, inner / 2].map(|k| Segment { left: k, right: k });
                let in_halves = Left {
                    segments: if inner % 2 == 0 { &halves } else { WHOLE },
                    inner: if inner % 2 == 0 { inner / 2 } else { inner },
                    ..by_rows
                };
                for left in [by_rows, by_cols, in_halves] {
                    for (data, storage) in [(&b, Storage::Rows(cols)), (&packed, Storage::Panels)] {
                        let right = Right {
                            data,
                            rows: inner,
                            cols,
                            storage,
                        };
                        let mut got = start.clone();
                        let mut multiply = |accumulate| {
                            let product = Product {
                                data: &mut got,
                                stride,
                                cols: used,
                            };
                            multiply_tile(isa, product, accumulate, left, right);
                            got.clone()
                        };
                        assert_eq!(multiply(true), want, "{isa:?} {rows} {inner} {cols}");
                        let got = multiply(false);
                        for (i, got) in got.iter().enumerate() {
                            let kept = i % stride >= used;
                            let want = if kept { want[i] } else { want[i] - start[i] };
                            assert_eq!(*got, want);
                        }
                        cases += 1;
                    }
                }
            }
        }
        assert!(cases >= 36);
    }

    /// The product of two rows of two by a matrix of four columns in `right`.
    fn multiply_small(segments: &[Segment], right: &[f64]) {
        let left = Left {
            data: &[1.0_f64; 4],
            rows: 2,
            segments,
            inner: 2 / segments.len(),
            row_stride: 3 - segments.len(),
            inner_stride: 1,
        };
        let right = Right {
            data: right,
            rows: 2,
            cols: 4,
            storage: Storage::Rows(4),
        };
        let product = Product {
            data: &mut [0.0; 8],
            stride: 4,
            cols: 4,
        };
        multiply_tile(Isa::Portable, product, false, left, right);
    }

    #[test]
    #[should_panic(expected = "right factor")]
    fn a_short_factor_is_refused() {
        multiply_small(WHOLE, &[1.0; 7]);
    }

    #[test]
    #[should_panic(expected = "left factor")]
    fn a_segment_outside_is_refused() {
        let segments = [(0, 0), (3, 1)].map(|(left, right)| Segment { left, right });
        multiply_small(&segments, &[1.0; 8]);
    }

    #[test]
    fn a_product_that_fits_is_not() {
        multiply_small(WHOLE, &[1.0; 8]);
        let segments = [(0, 0), (2, 1)].map(|(left, right)| Segment { left, right });
        multiply_small(&segments, &[1.0; 8]);
    }
}
