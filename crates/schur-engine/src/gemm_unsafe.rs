//! A bounds-checked matrix product by the `gemm` crate.
//!
//! The `gemm` crate takes raw pointers and strides. Here every index that the product can touch
//! is checked against the slices before the call, so the rest of the crate stays safe.

#![allow(unsafe_code)]

use crate::Scalar;

/// A matrix inside a slice: entry (i, j) lies at `i * row_stride + j * col_stride`.
#[derive(Clone, Copy)]
pub(crate) struct View<'a, T> {
    data: &'a [T],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

impl<'a, T> View<'a, T> {
    /// The row-major `rows` x `cols` matrix at the start of `data`.
    pub(crate) fn row_major(data: &'a [T], rows: usize, cols: usize) -> Self {
        Self::strided(data, rows, cols, cols, 1)
    }

    /// The matrix with the given strides.
    ///
    /// # Panics
    ///
    /// If an entry would lie outside `data`: callers have validated their shapes.
    fn strided(
        data: &'a [T],
        rows: usize,
        cols: usize,
        row_stride: usize,
        col_stride: usize,
    ) -> Self {
        if rows > 0 && cols > 0 {
            let last = (rows - 1)
                .checked_mul(row_stride)
                .zip((cols - 1).checked_mul(col_stride))
                .and_then(|(row, col)| row.checked_add(col));
            assert!(
                last.is_some_and(|last| last < data.len()),
                "a {rows} x {cols} view with strides {row_stride}, {col_stride} leaves its {} entries",
                data.len()
            );
        }
        Self {
            data,
            rows,
            cols,
            row_stride,
            col_stride,
        }
    }

    /// The transposed matrix in the same memory.
    pub(crate) fn transposed(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            ..self
        }
    }
}

/// `dst = lhs * rhs`, or `dst += lhs * rhs` if `accumulate`, in the calling thread.
///
/// `dst` is row-major, `lhs.rows` x `rhs.cols`, and fills its slice.
///
/// # Panics
///
/// If the shapes do not match: callers have validated them.
pub(crate) fn multiply<T: Scalar>(
    dst: &mut [T],
    accumulate: bool,
    lhs: View<'_, T>,
    rhs: View<'_, T>,
) {
    let (rows, inner, cols) = (lhs.rows, lhs.cols, rhs.cols);
    assert_eq!(inner, rhs.rows, "inner sizes of a matrix product differ");
    assert_eq!(
        Some(dst.len()),
        rows.checked_mul(cols),
        "destination of a matrix product"
    );
    if dst.is_empty() {
        return;
    }
    // SAFETY: `lhs` and `rhs` were checked, when they were made, to lie inside their slices for
    // all their rows and columns, and their strides are at most the slice lengths (or belong to
    // an axis of length 1 or less, which is never stepped along), so they fit into `isize`.
    // `dst` is a unique slice of exactly rows * cols entries, row-major. `T` is `f32` or `f64`
    // (`Scalar` is sealed), two of the types that `gemm` accepts.
    unsafe {
        gemm::gemm(
            rows,
            cols,
            inner,
            dst.as_mut_ptr(),
            1,
            cols as isize,
            accumulate,
            lhs.data.as_ptr(),
            lhs.col_stride as isize,
            lhs.row_stride as isize,
            rhs.data.as_ptr(),
            rhs.col_stride as isize,
            rhs.row_stride as isize,
            T::ONE,
            T::ONE,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{View, multiply};

    #[test]
    fn product_of_small_matrices() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let b = [1.0, 0.0, -1.0, 2.0, 0.5, 1.0];
        let mut c = [10.0; 4];
        multiply(
            &mut c,
            false,
            View::row_major(&a, 2, 3),
            View::row_major(&b, 3, 2),
        );
        assert_eq!(c, [0.5, 7.0, 2.0, 16.0]);
        // The same product from transposed memory, added on top.
        let at = [1.0, 4.0, 2.0, 5.0, 3.0, 6.0];
        let at = View::row_major(&at, 3, 2).transposed();
        multiply(&mut c, true, at, View::row_major(&b, 3, 2));
        assert_eq!(c, [1.0, 14.0, 4.0, 32.0]);
    }

    #[test]
    #[should_panic(expected = "leaves its 5 entries")]
    fn view_outside_its_slice_is_refused() {
        let _ = View::row_major(&[0.0; 5], 2, 3);
    }

    #[test]
    #[should_panic(expected = "inner sizes")]
    fn shapes_must_match() {
        let a = [0.0; 6];
        multiply(
            &mut [0.0; 4],
            false,
            View::row_major(&a, 2, 3),
            View::row_major(&a, 2, 3),
        );
    }
}
