//! Groups of real matrices.

use super::closure::Closure;
use super::{Element, Family, Group};
use crate::error::MathError;
use crate::matrix::Matrix;
use crate::tolerance::{INFINITE_ORDER, MATRIX_DISTINCT, MATRIX_EQUAL};

/// A finite group of real matrices, closed numerically, with those matrices.
///
/// Elements are numbered by the length of the shortest word in the generators, the identity
/// first, and named by that word: `a b^2`.
///
/// ```
/// use schur_math::{Matrix, MatrixGroup};
///
/// // A quarter turn and a mirror generate the symmetries of the square.
/// let turn = Matrix::from([[0.0, -1.0], [1.0, 0.0]]);
/// let mirror = Matrix::from([[-1.0, 0.0], [0.0, 1.0]]);
/// let square = MatrixGroup::generate("square", &[turn, mirror])?;
/// assert_eq!(square.group().order(), 8);
/// assert_eq!(square.representation()?.dim(), 2);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixGroup {
    group: Group,
    dim: usize,
    matrices: Vec<Matrix>,
}

impl MatrixGroup {
    /// All products of some square matrices.
    ///
    /// Two products are the same element if they differ by at most
    /// [`MATRIX_EQUAL`] times their largest entry, and different ones if they differ by more
    /// than [`MATRIX_DISTINCT`] times it; anything between is refused.
    ///
    /// # Errors
    ///
    /// If there is no generator, one is not square, not finite, not invertible or of another
    /// size, two products are neither equal nor clearly distinct, or there are more than
    /// [`Group::MAX_ORDER`] products.
    pub fn generate(name: impl Into<String>, generators: &[Matrix]) -> Result<Self, MathError> {
        Self::generate_family(name.into(), Family::Matrices, generators)
    }

    pub(super) fn generate_family(
        name: String,
        family: Family,
        generators: &[Matrix],
    ) -> Result<Self, MathError> {
        let dim = check_matrices(&name, generators)?;
        let closure = Closure::generate(
            &name,
            Matrix::identity(dim),
            generators,
            ", perhaps infinite",
            |g: &Matrix, h: &Matrix| g.times(h),
            |elements, candidate| locate(&name, elements, candidate),
        )?;
        if let Some(generator) = closure.singular_generator() {
            return Err(MathError::Generator {
                group: name,
                generator,
                problem: "is not invertible".to_string(),
                remedy: "give invertible matrices",
            });
        }
        let order: Vec<usize> = (0..closure.elements.len()).collect();
        let generators = closure.generators();
        let group = Group::from_checked(
            name,
            family,
            closure.table(&order),
            generators.into_iter().map(Element::new).collect(),
            closure.words(),
        );
        let matrices = closure.elements;
        Ok(Self {
            group,
            dim,
            matrices,
        })
    }

    /// The group itself.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// Number of rows of a matrix.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// The matrix of `g`.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `g` is an element of another, larger group.
    pub fn matrix(&self, g: Element) -> &Matrix {
        &self.matrices[g.index()]
    }

    /// The matrices of all elements, in their order.
    pub(crate) fn matrices(&self) -> &[Matrix] {
        &self.matrices
    }
}

/// Number of rows, if all are finite and square of the same size.
fn check_matrices(name: &str, generators: &[Matrix]) -> Result<usize, MathError> {
    let wrong = |generator: usize, problem: String| MathError::Generator {
        group: name.to_string(),
        generator,
        problem,
        remedy: "give square matrices of one size, of finite numbers",
    };
    let dim = generators.first().map_or(0, Matrix::rows);
    if dim == 0 {
        return Err(wrong(0, "has no entries".to_string()));
    }
    for (k, generator) in generators.iter().enumerate() {
        let (rows, columns) = (generator.rows(), generator.cols());
        if (rows, columns) != (dim, dim) {
            let problem = format!("is {rows} x {columns}, not {dim} x {dim}");
            return Err(wrong(k, problem));
        }
        if let Some(entry) = generator.values().iter().find(|entry| !entry.is_finite()) {
            return Err(wrong(k, format!("has the entry {entry}")));
        }
    }
    Ok(dim)
}

/// Which element a matrix is, if any.
fn locate(name: &str, elements: &[Matrix], candidate: &Matrix) -> Result<Option<usize>, MathError> {
    // The difference of two infinities is not a number and would look small.
    let infinite = |why: &str| MathError::Order {
        name: format!("the group {name:?} that the generators generate"),
        order: format!("infinite ({why})"),
        max: Group::MAX_ORDER,
    };
    let candidate = candidate.values();
    if candidate.iter().any(|entry| !entry.is_finite()) {
        return Err(infinite("its matrices overflow"));
    }
    let scale = candidate.iter().fold(1.0f64, |m, v| m.max(v.abs()));
    let mut nearest = (f64::INFINITY, 0);
    for (index, element) in elements.iter().enumerate() {
        let mut distance = 0.0f64;
        for (a, b) in element.values().iter().zip(candidate) {
            distance = distance.max((a - b).abs());
            if distance >= nearest.0 {
                break;
            }
        }
        if distance < nearest.0 {
            nearest = (distance, index);
        }
    }
    if nearest.0 <= MATRIX_EQUAL * scale {
        Ok(Some(nearest.1))
    } else if nearest.0 <= MATRIX_DISTINCT * scale && elements.iter().any(has_infinite_order) {
        Err(infinite("no power of one of its matrices is the identity"))
    } else if nearest.0 <= MATRIX_DISTINCT * scale {
        Err(MathError::NearlyEqual {
            group: name.to_string(),
            distance: nearest.0,
            equal: MATRIX_EQUAL * scale,
            distinct: MATRIX_DISTINCT * scale,
        })
    } else {
        Ok(None)
    }
}

/// Whether no power of a matrix is the identity, as far as its trace shows: the eigenvalues of one of
/// finite order have size 1, so that only those of ±1 add up to the dimension.
fn has_infinite_order(matrix: &Matrix) -> bool {
    let (dim, trace) = (matrix.rows(), matrix.trace());
    let sign = Matrix::identity(dim).scaled(trace.signum());
    trace.abs() >= dim as f64 * (1.0 - INFINITE_ORDER) && matrix.difference(&sign) > MATRIX_DISTINCT
}
