//! How the matrices of a representation are stored.

use crate::matrix::Matrix;
use crate::tolerance::SIGNED_PERMUTATION;

/// The matrices of all elements, in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Matrices {
    /// `ρ(g) e_j = signs[g dim + j] e_images[g dim + j]`.
    Monomial { images: Vec<usize>, signs: Vec<i8> },
    /// `ρ(g)[i][j]` at `(g dim + i) dim + j`.
    Dense(Vec<f64>),
}

impl Matrices {
    /// Permutations: entry `g dim + j` is the image of `j`.
    pub(super) fn permutations(images: Vec<usize>) -> Self {
        let signs = vec![1; images.len()];
        Self::Monomial { images, signs }
    }

    /// The sparse form if all matrices are signed permutations, otherwise the dense one.
    pub(super) fn from_dense(values: Vec<f64>, dim: usize) -> Self {
        let (mut images, mut signs) = (Vec::new(), Vec::new());
        for matrix in values.chunks(dim * dim) {
            for j in 0..dim {
                let Some((i, sign)) = signed_unit_column(matrix, dim, j) else {
                    return Self::Dense(values);
                };
                images.push(i);
                signs.push(sign);
            }
        }
        Self::Monomial { images, signs }
    }

    pub(super) fn is_permutation(&self) -> bool {
        match self {
            Self::Monomial { signs, .. } => signs.iter().all(|&sign| sign == 1),
            Self::Dense(_) => false,
        }
    }

    pub(super) fn signed_permutation(&self, g: usize, dim: usize) -> Option<(&[usize], &[i8])> {
        let range = g * dim..(g + 1) * dim;
        match self {
            Self::Monomial { images, signs } => Some((&images[range.clone()], &signs[range])),
            Self::Dense(_) => None,
        }
    }

    pub(super) fn matrix(&self, g: usize, dim: usize) -> Matrix {
        match self {
            Self::Monomial { images, signs } => {
                let mut matrix = Matrix::zeros(dim, dim);
                for j in 0..dim {
                    matrix[(images[g * dim + j], j)] = f64::from(signs[g * dim + j]);
                }
                matrix
            }
            Self::Dense(values) => {
                let values = &values[g * dim * dim..(g + 1) * dim * dim];
                Matrix::from_values(dim, dim, values.to_vec())
            }
        }
    }

    pub(super) fn trace(&self, g: usize, dim: usize) -> f64 {
        match self {
            Self::Monomial { images, signs } => {
                let fixed = (0..dim).filter(|&j| images[g * dim + j] == j);
                fixed.map(|j| f64::from(signs[g * dim + j])).sum()
            }
            Self::Dense(values) => (0..dim).map(|i| values[(g * dim + i) * dim + i]).sum(),
        }
    }
}

/// The row and sign of the only entry of a column, if the others vanish and it is ±1.
fn signed_unit_column(matrix: &[f64], dim: usize, j: usize) -> Option<(usize, i8)> {
    let mut found = None;
    for i in 0..dim {
        let value = matrix[i * dim + j];
        if value.abs() <= SIGNED_PERMUTATION {
            continue;
        }
        if found.is_some() || (value.abs() - 1.0).abs() > SIGNED_PERMUTATION {
            return None;
        }
        found = Some((i, if value > 0.0 { 1 } else { -1 }));
    }
    found
}
