//! Small matrices with few entries, applied to one mode of a tensor.

use crate::matrix::Matrix;

/// The non-zero entries of a `d x d` matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SparseMatrix {
    rows: Vec<Vec<(usize, f64)>>,
}

impl SparseMatrix {
    pub(super) fn new(matrix: &Matrix) -> Self {
        let entries = |row: &[f64]| {
            let entries = row.iter().copied().enumerate();
            entries.filter(|&(_, value)| value != 0.0).collect()
        };
        Self {
            rows: (0..matrix.rows()).map(|i| entries(matrix.row(i))).collect(),
        }
    }

    pub(super) fn dense(&self) -> Vec<f64> {
        let dim = self.rows.len();
        let mut matrix = vec![0.0; dim * dim];
        for (row, entries) in matrix.chunks_mut(dim).zip(&self.rows) {
            entries
                .iter()
                .for_each(|&(column, value)| row[column] = value);
        }
        matrix
    }

    pub(super) fn transposed(&self) -> Self {
        let mut rows = vec![Vec::new(); self.rows.len()];
        for (row, entries) in self.rows.iter().enumerate() {
            entries
                .iter()
                .for_each(|&(column, value)| rows[column].push((row, value)));
        }
        Self { rows }
    }

    pub(super) fn negated(mut self) -> Self {
        for entry in self.rows.iter_mut().flatten() {
            entry.1 = 0.0 - entry.1;
        }
        self
    }

    /// The images and signs of the basis vectors, if the matrix is a signed permutation:
    /// `M e_j = signs[j] e_images[j]`.
    pub(super) fn signed_permutation(&self) -> Option<(Vec<usize>, Vec<i8>)> {
        let (mut images, mut signs) = (vec![usize::MAX; self.rows.len()], vec![0; self.rows.len()]);
        for (row, entries) in self.rows.iter().enumerate() {
            let &[(column, value)] = entries.as_slice() else {
                return None;
            };
            if value.abs() != 1.0 || signs[column] != 0 {
                return None;
            }
            images[column] = row;
            signs[column] = if value > 0.0 { 1 } else { -1 };
        }
        Some((images, signs))
    }

    /// Adds the matrix applied to one mode: the tensor is `outer x d x inner` numbers.
    pub(super) fn add_to_mode(&self, inner: usize, x: &[f64], sum: &mut [f64]) {
        let slab = self.rows.len() * inner;
        if inner == 1 {
            // The same without slices of length one, which cost more than the sums.
            for (x, sum) in x.chunks(slab).zip(sum.chunks_mut(slab)) {
                for (entries, out) in self.rows.iter().zip(sum) {
                    for &(column, value) in entries {
                        *out += value * x[column];
                    }
                }
            }
            return;
        }
        for (x, sum) in x.chunks(slab).zip(sum.chunks_mut(slab)) {
            for (entries, out) in self.rows.iter().zip(sum.chunks_mut(inner)) {
                for &(column, value) in entries {
                    let from = &x[column * inner..][..inner];
                    out.iter_mut().zip(from).for_each(|(s, v)| *s += value * v);
                }
            }
        }
    }
}
