//! Real orthogonal representations of finite groups.

mod algebra;
mod checks;
mod construct;
mod defining;
mod functors;
pub(crate) mod laws;
mod matrices;
mod points;
mod power;

use std::fmt;
use std::sync::Arc;

use crate::error::MathError;
use crate::group::{Element, Group};
use crate::matrix::Matrix;
pub(crate) use checks::{check_numbers, check_orthogonal, check_size};
use matrices::Matrices;
pub(crate) use points::are_same;
pub(crate) use power::PowerBasis;

/// A real orthogonal representation: an orthogonal matrix `$\rho(g)$` for every element, with
/// `$\rho(g h) = \rho(g)\, \rho(h)$`. Cloning copies a pointer.
///
/// Signed permutations are stored as such, so `|G| · dim` numbers hold a regular
/// representation and its entries are exact.
///
/// ```
/// use schur_math::{Group, FiniteRepresentation};
///
/// let d3 = Group::parse("D3")?;
/// let regular = FiniteRepresentation::regular(&d3);
/// assert_eq!(regular.dim(), 6);
/// assert!(regular.is_permutation());
/// // The regular representation has one invariant: the sum.
/// assert_eq!(regular.inner_product(&FiniteRepresentation::trivial(&d3))?, 1.0);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone)]
pub struct FiniteRepresentation(Arc<Data>);

#[derive(PartialEq)]
struct Data {
    group: Group,
    name: String,
    dim: usize,
    matrices: Matrices,
}

impl FiniteRepresentation {
    /// Most numbers that a representation may hold.
    pub const MAX_NUMBERS: usize = Matrix::MAX_NUMBERS;

    fn new(group: &Group, name: impl Into<String>, dim: usize, matrices: Matrices) -> Self {
        Self(Arc::new(Data {
            group: group.clone(),
            name: name.into(),
            dim,
            matrices,
        }))
    }

    /// The group it represents.
    pub fn group(&self) -> &Group {
        &self.0.group
    }

    /// Name, such as `regular` or `E1`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// This representation under another name.
    #[must_use]
    pub fn with_name(&self, name: impl Into<String>) -> Self {
        Self::new(self.group(), name, self.dim(), self.0.matrices.clone())
    }

    /// Dimension of the vectors it acts on.
    pub fn dim(&self) -> usize {
        self.0.dim
    }

    /// The matrix `ρ(g)`.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `g` is an element of another, larger group. That holds for all
    /// methods that take elements.
    pub fn matrix(&self, g: Element) -> Matrix {
        self.0.matrices.matrix(g.index(), self.dim())
    }

    /// The character `χ(g) = tr ρ(g)`.
    pub fn character(&self, g: Element) -> f64 {
        self.0.matrices.trace(g.index(), self.dim())
    }

    /// The inner product of the characters, which is the dimension of the space of
    /// intertwiners between the two representations:
    ///
    /// ```math
    /// \langle \chi, \chi' \rangle = \frac{1}{|G|} \sum_{g \in G} \chi(g)\, \chi'(g)
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups.
    pub fn inner_product(&self, other: &Self) -> Result<f64, MathError> {
        other.check_group(self.group())?;
        let elements = self.group().elements();
        let products = elements.map(|g| self.character(g) * other.character(g));
        Ok(products.sum::<f64>() / self.group().order() as f64)
    }

    /// Whether every matrix has one 1 in every row and column, and 0 elsewhere. Then functions
    /// applied to each component, such as ReLU, commute with the group.
    pub fn is_permutation(&self) -> bool {
        self.0.matrices.is_permutation()
    }

    /// Whether every matrix is a permutation up to signs. Then odd functions applied to each
    /// component commute with the group.
    pub fn is_monomial(&self) -> bool {
        matches!(self.0.matrices, Matrices::Monomial { .. })
    }

    /// Whether every matrix is the identity, in any dimension.
    pub fn is_trivial(&self) -> bool {
        let fixes_all = |images: &[usize]| images.iter().enumerate().all(|(j, &i)| i == j);
        let mut elements = self.group().elements();
        elements.all(|g| self.permutation(g).is_some_and(fixes_all))
    }

    /// Where a permutation representation sends the basis vectors: entry `j` is the `i` with
    /// `ρ(g) e_j = e_i`. `None` unless [`is_permutation`](Self::is_permutation).
    pub fn permutation(&self, g: Element) -> Option<&[usize]> {
        let (images, _) = self.signed_permutation(g)?;
        self.is_permutation().then_some(images)
    }

    /// Where a monomial representation sends the basis vectors: `ρ(g) e_j = signs[j]
    /// e_images[j]`, with signs ±1. `None` unless [`is_monomial`](Self::is_monomial).
    pub fn signed_permutation(&self, g: Element) -> Option<(&[usize], &[i8])> {
        self.0.matrices.signed_permutation(g.index(), self.dim())
    }

    /// Checks that this is a representation of `group`.
    pub(crate) fn check_group(&self, group: &Group) -> Result<(), MathError> {
        if self.group() == group {
            return Ok(());
        }
        Err(MathError::ForeignGroup {
            what: format!("the representation {}", self.name()),
            found: self.group().name().to_string(),
            expected: group.name().to_string(),
        })
    }
}

impl PartialEq for FiniteRepresentation {
    /// Representations are equal if their names and matrices are, to the bit.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl fmt::Debug for FiniteRepresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, group, dim) = (self.name(), self.group(), self.dim());
        write!(
            f,
            "FiniteRepresentation({name} of {group}, dimension {dim})"
        )
    }
}
