//! What kinds of representations the blocks of a vector carry.

use schur_math::tolerance::{REPRESENTATION_DEFECT, SIGNED_PERMUTATION};

use super::{Matrix, VectorType};

/// The blocks are told apart by the matrices of the known elements, which generate the group. A
/// Kronecker product `A ⊗ B` is of a kind if `A` and `B` are up to factors, and the product of
/// the factors is 1.
impl VectorType {
    /// Whether nothing moves the components of a block, which must exist.
    pub(crate) fn is_trivial(&self, block: usize) -> bool {
        self.all(block, |m| {
            m.times_permutation(true).filter(|_| m.is_diagonal())
        })
    }

    /// Whether the group permutes the components of a block.
    pub(crate) fn is_permutation(&self, block: usize) -> bool {
        self.all(block, |m| m.times_permutation(true))
    }

    /// Whether the group permutes the components of a block up to signs.
    pub(crate) fn is_monomial(&self, block: usize) -> bool {
        self.all(block, |m| m.times_permutation(false))
    }

    /// Whether the group keeps the length of the fields of a block.
    pub(crate) fn is_orthogonal(&self, block: usize) -> bool {
        self.all(block, Matrix::times_orthogonal)
    }

    fn all(&self, block: usize, factor_of: impl Fn(&Matrix) -> Option<f64>) -> bool {
        self.inner.elements.iter().all(|element| {
            let mut factors = element.factors[block].iter().map(&factor_of);
            let product = factors.try_fold(1.0, |product, factor| Some(product * factor?));
            product.is_some_and(|product: f64| (product - 1.0).abs() <= SIGNED_PERMUTATION)
        })
    }
}

impl Matrix {
    /// `c` if the matrix is `c` times a permutation, with `signed` false up to signs of entries.
    fn times_permutation(&self, signed: bool) -> Option<f64> {
        let mut used = vec![false; self.dim];
        let mut factor = None;
        for row in self.entries.chunks(self.dim) {
            let mut found = None;
            for (col, &value) in row.iter().enumerate() {
                if value.abs() <= SIGNED_PERMUTATION {
                    continue;
                }
                if found.is_some() || used[col] {
                    return None;
                }
                used[col] = true;
                found = Some(if signed { value } else { value.abs() });
            }
            let (found, known) = (found?, factor.unwrap_or(found?));
            if (found - known).abs() > SIGNED_PERMUTATION * known.abs() {
                return None;
            }
            factor = Some(known);
        }
        factor
    }

    fn is_diagonal(&self) -> bool {
        let mut entries = self.entries.iter().enumerate();
        entries.all(|(k, v)| k % (self.dim + 1) == 0 || v.abs() <= SIGNED_PERMUTATION)
    }

    /// `c` if `AᵀA = c`.
    fn times_orthogonal(&self) -> Option<f64> {
        let dim = self.dim;
        let product = |a: usize, b: usize| -> f64 {
            let rows = self.entries.chunks(dim);
            rows.map(|row| row[a] * row[b]).sum()
        };
        let square = product(0, 0);
        for a in 0..dim {
            for b in a..dim {
                let expected = if a == b { square } else { 0.0 };
                if (product(a, b) - expected).abs() > REPRESENTATION_DEFECT * square {
                    return None;
                }
            }
        }
        Some(square)
    }
}
