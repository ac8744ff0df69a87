//! What kinds of representations there are, as layers tell them apart.

use schur_math::Matrix;
use schur_math::tolerance::{REPRESENTATION_DEFECT, SIGNED_PERMUTATION};

/// What the matrices of a representation do to the components of vectors.
///
/// ```
/// use schur_math::Matrix;
/// use schur_nn::MatrixKind;
///
/// let swap = Matrix::new(2, 2, vec![0.0, 1.0, 1.0, 0.0])?;
/// let kind = MatrixKind::of(&[swap.clone()]);
/// assert!(kind.permutation && kind.orthogonal && !kind.trivial);
/// assert!(!MatrixKind::of(&[swap.scaled(-1.0)]).permutation);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatrixKind {
    /// Nothing moves.
    pub trivial: bool,
    /// Components change places.
    pub permutation: bool,
    /// Components change places and signs.
    pub monomial: bool,
    /// Lengths stay.
    pub orthogonal: bool,
}

impl MatrixKind {
    /// The kind of a representation with these matrices of generators.
    pub fn of(generators: &[Matrix]) -> Self {
        let factors: Vec<Vec<Matrix>> = generators.iter().map(|m| vec![m.clone()]).collect();
        Self::of_products(&factors)
    }

    /// That of a representation whose generators act by Kronecker products of matrices. `A ⊗ B` is
    /// of a kind if `A` and `B` are up to factors, and the product of the factors is 1.
    pub(crate) fn of_products(generators: &[Vec<Matrix>]) -> Self {
        let all = |factor_of: &dyn Fn(&Matrix) -> Option<f64>| {
            generators.iter().all(|factors| {
                let mut factors = factors.iter().map(factor_of);
                let product = factors.try_fold(1.0, |product, factor| Some(product * factor?));
                product.is_some_and(|product: f64| (product - 1.0).abs() <= SIGNED_PERMUTATION)
            })
        };
        Self {
            trivial: all(&|m| times_permutation(m, true).filter(|_| is_diagonal(m))),
            permutation: all(&|m| times_permutation(m, true)),
            monomial: all(&|m| times_permutation(m, false)),
            orthogonal: all(&times_orthogonal),
        }
    }
}

/// `c` if the matrix is `c` times a permutation, with `signed` false up to signs of entries.
fn times_permutation(matrix: &Matrix, signed: bool) -> Option<f64> {
    let mut used = vec![false; matrix.cols()];
    let mut factor = None;
    for row in 0..matrix.rows() {
        let mut found = None;
        for (col, &value) in matrix.row(row).iter().enumerate() {
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

fn is_diagonal(matrix: &Matrix) -> bool {
    let off = |(k, value): (usize, &f64)| {
        k % (matrix.cols() + 1) == 0 || value.abs() <= SIGNED_PERMUTATION
    };
    matrix.values().iter().enumerate().all(off)
}

/// `c` if `AᵀA = c`.
fn times_orthogonal(matrix: &Matrix) -> Option<f64> {
    let square = matrix.transposed().times(matrix);
    let factor = square[(0, 0)];
    let difference = square.difference(&Matrix::identity(matrix.cols()).scaled(factor));
    (difference <= REPRESENTATION_DEFECT * factor).then_some(factor)
}
