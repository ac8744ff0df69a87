//! How a generator acts on tensors, mode by mode.

use super::sparse::SparseMatrix;
use crate::matrix::Matrix;
use crate::tolerance::REPRESENTATION_DEFECT;

/// A generator with its action on vectors (index 0) and covectors (index 1).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Generator {
    discrete: bool,
    forward: [SparseMatrix; 2],
    transposed: [SparseMatrix; 2],
}

impl Generator {
    /// A group element: covectors transform with the transposed inverse.
    pub(super) fn discrete(matrix: &Matrix, inverse: &Matrix) -> Self {
        let vector = SparseMatrix::new(matrix);
        // An exact signed permutation has itself as transposed inverse; not to round it keeps
        // orbits exact.
        let covector = match vector.signed_permutation() {
            Some(_) => vector.clone(),
            None => SparseMatrix::new(inverse).transposed(),
        };
        Self::from_actions(true, [vector, covector])
    }

    /// An element of the Lie algebra: covectors transform with minus the transpose.
    pub(super) fn algebra(matrix: &Matrix) -> Self {
        let vector = SparseMatrix::new(matrix);
        let covector = vector.transposed().negated();
        Self::from_actions(false, [vector, covector])
    }

    fn from_actions(discrete: bool, forward: [SparseMatrix; 2]) -> Self {
        let transposed = [forward[0].transposed(), forward[1].transposed()];
        Self {
            discrete,
            forward,
            transposed,
        }
    }

    /// The matrix on vectors or covectors, row-major.
    pub(super) fn matrix(&self, covector: bool) -> Vec<f64> {
        self.forward[usize::from(covector)].dense()
    }

    pub(super) fn is_orthogonal(&self) -> bool {
        let [vector, covector] = &self.forward;
        let mut pairs = vector.dense().into_iter().zip(covector.dense());
        vector == covector || pairs.all(|(v, c)| (v - c).abs() < REPRESENTATION_DEFECT)
    }

    /// Images and signs of basis vectors, if this is a signed permutation of them.
    pub(super) fn signed_permutation(&self) -> Option<(Vec<usize>, Vec<i8>)> {
        self.forward[0]
            .signed_permutation()
            .filter(|_| self.discrete)
    }

    /// `ρ(g) x`, or `dρ(A) x`. `modes` says which modes are covectors.
    pub(super) fn image(&self, modes: &[bool], dim: usize, x: &[f64]) -> Vec<f64> {
        self.act(&self.forward, modes, dim, x)
    }

    /// What is wrong with `x` being invariant: `ρ(g) x - x`, or `dρ(A) x`.
    pub(super) fn defect(&self, modes: &[bool], dim: usize, x: &[f64]) -> Vec<f64> {
        self.minus_identity(self.image(modes, dim, x), x)
    }

    /// The transpose of [`defect`](Self::defect).
    pub(super) fn transposed_defect(&self, modes: &[bool], dim: usize, x: &[f64]) -> Vec<f64> {
        self.minus_identity(self.act(&self.transposed, modes, dim, x), x)
    }

    fn minus_identity(&self, mut image: Vec<f64>, x: &[f64]) -> Vec<f64> {
        if self.discrete {
            image.iter_mut().zip(x).for_each(|(i, v)| *i -= v);
        }
        image
    }

    fn act(&self, actions: &[SparseMatrix; 2], modes: &[bool], dim: usize, x: &[f64]) -> Vec<f64> {
        let mut inner = x.len();
        if self.discrete {
            let mut image = x.to_vec();
            for &covector in modes {
                inner /= dim;
                let mut next = vec![0.0; x.len()];
                actions[usize::from(covector)].add_to_mode(inner, &image, &mut next);
                image = next;
            }
            image
        } else {
            let mut image = vec![0.0; x.len()];
            for &covector in modes {
                inner /= dim;
                actions[usize::from(covector)].add_to_mode(inner, x, &mut image);
            }
            image
        }
    }
}
