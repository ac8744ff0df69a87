//! Dense matrices.

use std::fmt;
use std::ops::{Index, IndexMut};

use crate::error::MathError;

/// A real matrix of any size, row-major: entry `(i, j)` is `values()[i * cols() + j]`.
///
/// Sums run in the order of the indices, one product after the other and without fused
/// operations, so the same matrices give the same bits on every processor.
///
/// ```
/// use schur_math::Matrix;
///
/// let turn = Matrix::new(2, 2, vec![0.0, -1.0, 1.0, 0.0])?;
/// assert_eq!(turn.times(&turn), Matrix::identity(2).scaled(-1.0));
/// assert_eq!(turn.transposed()[(0, 1)], 1.0);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Panics
///
/// Operations on two matrices panic, like slice indexing, if the sizes do not fit.
#[derive(Clone, PartialEq, Default)]
pub struct Matrix {
    rows: usize,
    cols: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// Most numbers that the matrices of a representation or of a coupling may hold together.
    pub(crate) const MAX_NUMBERS: usize = 1 << 26;

    /// The matrix with some entries, row-major.
    ///
    /// # Errors
    ///
    /// If there are not `rows · cols` of them.
    pub fn new(rows: usize, cols: usize, values: Vec<f64>) -> Result<Self, MathError> {
        if rows.checked_mul(cols) != Some(values.len()) {
            return Err(MathError::Length {
                what: "the list of entries of a matrix".to_string(),
                found: values.len(),
                expected: rows.saturating_mul(cols),
                meaning: format!("{rows} rows of {cols} columns"),
            });
        }
        Ok(Self { rows, cols, values })
    }

    /// The matrix with some entries, whose number is known to fit.
    pub(crate) fn from_values(rows: usize, cols: usize, values: Vec<f64>) -> Self {
        assert_eq!(rows * cols, values.len(), "a {rows} x {cols} matrix");
        Self { rows, cols, values }
    }

    /// The matrix whose entry `(i, j)` is `entry(i, j)`.
    pub fn from_fn(rows: usize, cols: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Self {
        let mut values = Vec::with_capacity(rows * cols);
        for i in 0..rows {
            values.extend((0..cols).map(|j| entry(i, j)));
        }
        Self { rows, cols, values }
    }

    /// A matrix of zeros.
    pub fn zeros(rows: usize, cols: usize) -> Self {
        let values = vec![0.0; rows * cols];
        Self { rows, cols, values }
    }

    /// The identity of `dim x dim` entries.
    pub fn identity(dim: usize) -> Self {
        Self::from_fn(dim, dim, |i, j| f64::from(u8::from(i == j)))
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The entries, row after row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The entries, row after row, to be changed in place.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// The entries, row after row, without a copy.
    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.cols..][..self.cols]
    }

    /// Column `j`.
    pub fn column(&self, j: usize) -> Vec<f64> {
        (0..self.rows).map(|i| self[(i, j)]).collect()
    }

    /// The columns from `start` on, `count` of them.
    #[must_use]
    pub fn columns(&self, start: usize, count: usize) -> Self {
        Self::from_fn(self.rows, count, |i, j| self[(i, start + j)])
    }

    /// The product `self · other`: as maps, `other` acts first.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        assert_eq!(
            self.cols, other.rows,
            "the product of {self:?} and {other:?}"
        );
        let mut product = Self::zeros(self.rows, other.cols);
        if other.cols == 0 || self.cols == 0 {
            return product;
        }
        let rows = self.values.chunks(self.cols);
        for (row, out) in rows.zip(product.values.chunks_mut(other.cols)) {
            for (&factor, other_row) in row.iter().zip(other.values.chunks(other.cols)) {
                if factor != 0.0 {
                    for (sum, &value) in out.iter_mut().zip(other_row) {
                        *sum += factor * value;
                    }
                }
            }
        }
        product
    }

    /// The image of a vector.
    pub fn apply(&self, vector: &[f64]) -> Vec<f64> {
        assert_eq!(
            self.cols,
            vector.len(),
            "the image of a vector under {self:?}"
        );
        let dot = |i| self.row(i).iter().zip(vector).map(|(a, b)| a * b).sum();
        (0..self.rows).map(dot).collect()
    }

    /// The transposed matrix.
    #[must_use]
    pub fn transposed(&self) -> Self {
        Self::from_fn(self.cols, self.rows, |i, j| self[(j, i)])
    }

    /// Every entry times a number.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let values = self.values.iter().map(|value| factor * value).collect();
        Self { values, ..*self }
    }

    /// The Kronecker product `A ⊗ B`: entry `(i · rows(B) + k, j · cols(B) + l)` is `A_ij B_kl`.
    #[must_use]
    pub fn kronecker(&self, other: &Self) -> Self {
        let mut values = Vec::with_capacity(self.values.len() * other.values.len());
        for i in 0..self.rows {
            for k in 0..other.rows {
                let right = other.row(k);
                let left = self.row(i).iter();
                values.extend(left.flat_map(|a| right.iter().map(move |b| a * b)));
            }
        }
        Self {
            rows: self.rows * other.rows,
            cols: self.cols * other.cols,
            values,
        }
    }

    /// Blocks along the diagonal, zero elsewhere.
    pub fn direct_sum<'a>(blocks: impl IntoIterator<Item = &'a Self, IntoIter: Clone>) -> Self {
        let blocks = blocks.into_iter();
        let rows = blocks.clone().map(Self::rows).sum();
        let cols = blocks.clone().map(Self::cols).sum();
        let mut sum = Self::zeros(rows, cols);
        let (mut top, mut left) = (0, 0);
        for block in blocks {
            for i in 0..block.rows {
                let out = (top + i) * cols + left;
                sum.values[out..][..block.cols].copy_from_slice(block.row(i));
            }
            top += block.rows;
            left += block.cols;
        }
        sum
    }

    /// The sum of the diagonal.
    pub fn trace(&self) -> f64 {
        self.values.iter().step_by(self.cols + 1).sum()
    }

    /// The largest difference of entries; infinite if the sizes differ or an entry is no number.
    pub fn difference(&self, other: &Self) -> f64 {
        if (self.rows, self.cols) != (other.rows, other.cols) {
            return f64::INFINITY;
        }
        let pairs = self.values.iter().zip(&other.values);
        pairs.fold(0.0, |worst, (x, y)| {
            let d = (x - y).abs();
            if d.is_nan() {
                f64::INFINITY
            } else {
                worst.max(d)
            }
        })
    }
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;

    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.row(i)[j]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.values[i * self.cols..][..self.cols][j]
    }
}

impl<const R: usize, const C: usize> From<[[f64; C]; R]> for Matrix {
    /// A matrix from its rows.
    fn from(rows: [[f64; C]; R]) -> Self {
        Self {
            rows: R,
            cols: C,
            values: rows.concat(),
        }
    }
}

impl fmt::Debug for Matrix {
    /// The size, and the entries of small matrices.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Matrix({} x {}", self.rows, self.cols)?;
        // More than the 4 x 4 matrices that a person reads hide the message around them.
        if self.values.len() <= 16 {
            write!(f, ": {:?}", self.values)?;
        }
        write!(f, ")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_sums_and_kronecker_products() {
        let a = Matrix::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
        let b = Matrix::from([[1.0, -1.0]]);
        let sum = Matrix::direct_sum([&a, &b]);
        assert_eq!((sum.rows(), sum.cols()), (4, 4));
        assert_eq!(sum.apply(&[1.0, 1.0, 2.0, 1.0]), [3.0, 7.0, 11.0, 1.0]);
        // (A ⊗ B)(Aᵀ ⊗ Bᵀ) = A Aᵀ ⊗ B Bᵀ.
        let left = a
            .kronecker(&b)
            .times(&a.transposed().kronecker(&b.transposed()));
        let right = a
            .times(&a.transposed())
            .kronecker(&b.times(&b.transposed()));
        assert_eq!(left.difference(&right), 0.0);
        assert_eq!(Matrix::identity(3).trace(), 3.0);
    }

    #[test]
    fn matrices_without_rows_or_columns() {
        let empty = Matrix::zeros(2, 0);
        assert_eq!(empty.times(&Matrix::zeros(0, 3)), Matrix::zeros(2, 3));
        assert_eq!(empty.transposed(), Matrix::zeros(0, 2));
        assert_eq!(empty.kronecker(&Matrix::identity(2)).cols(), 0);
        assert!(Matrix::new(2, 2, vec![1.0]).is_err());
    }
}
