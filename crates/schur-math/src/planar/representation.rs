//! Representations of planar groups: how the fibre of a feature field transforms.

mod construct;
mod parse;
mod restrict;
mod sum;

use std::fmt;
use std::sync::Arc;

use super::{PlanarGroup, PlanarIrrep};
use crate::error::MathError;
use crate::representation::Representation;
use crate::rotation::PlaneIsometry;
use crate::tolerance::REPRESENTATION_DEFECT;

/// A real orthogonal representation of a planar group: irreps and an orthogonal change of
/// basis, `ρ(g) = Q (⊕ ψ(g)) Qᵀ`. Cloning copies a pointer.
///
/// Of a finite group it also keeps the matrices as a [`Representation`], in which signed
/// permutations are exact.
///
/// ```
/// use schur_math::{PlanarGroup, PlanarRepresentation};
///
/// let c8 = PlanarGroup::parse("C8")?;
/// let regular = PlanarRepresentation::regular(&c8)?;
/// let parts: Vec<String> = regular.parts().iter().map(|irrep| irrep.to_string()).collect();
/// assert_eq!(parts, ["A", "B", "E1", "E2", "E3"]);
/// // Fields of SO(2) up to frequency 3, one copy of each irrep.
/// let band = PlanarRepresentation::parse(&PlanarGroup::so2(), "spectral(3)")?;
/// assert_eq!(band.dim(), 7);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone)]
pub struct PlanarRepresentation(Arc<Data>);

struct Data {
    group: PlanarGroup,
    name: String,
    /// The matrices of a finite group.
    finite: Option<Representation>,
    parts: Vec<PlanarIrrep>,
    /// `Q`, row-major.
    basis: Vec<f64>,
}

impl PlanarRepresentation {
    /// The group it represents.
    pub fn group(&self) -> &PlanarGroup {
        &self.0.group
    }

    /// Name, such as `regular`, `quotient(C2)` or `irrep(E1)`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The same representation under another name.
    #[must_use]
    pub fn with_name(&self, name: impl Into<String>) -> Self {
        Self(Arc::new(Data {
            group: self.group().clone(),
            name: name.into(),
            finite: self.0.finite.clone(),
            parts: self.0.parts.clone(),
            basis: self.0.basis.clone(),
        }))
    }

    /// Dimension of the vectors it acts on.
    pub fn dim(&self) -> usize {
        self.0.parts.iter().map(PlanarIrrep::dim).sum()
    }

    /// The matrices by the index of the element, if the group is finite.
    pub fn finite(&self) -> Option<&Representation> {
        self.0.finite.as_ref()
    }

    /// The irreps, in the order of the columns of the change of basis.
    pub fn parts(&self) -> &[PlanarIrrep] {
        &self.0.parts
    }

    /// The orthogonal matrix `Q` with `ρ(g) = Q (⊕ ψ(g)) Qᵀ`, `dim x dim` numbers, row-major.
    pub fn change_of_basis(&self) -> &[f64] {
        &self.0.basis
    }

    /// The matrix `ρ(g)`, `dim x dim` numbers, row-major.
    ///
    /// # Errors
    ///
    /// If `g` is not in the group.
    pub fn matrix(&self, g: &PlaneIsometry) -> Result<Vec<f64>, MathError> {
        let outside = || MathError::NotInPlanarGroup {
            element: g.to_string(),
            group: self.group().name().to_string(),
        };
        if let Some(finite) = self.finite() {
            let g = self.group().element(g).ok_or_else(outside)?;
            return Ok(finite.matrix(g));
        }
        if !self.group().contains(g) {
            return Err(outside());
        }
        Ok(self.conjugated(g))
    }

    /// `Q (⊕ ψ(g)) Qᵀ`.
    fn conjugated(&self, g: &PlaneIsometry) -> Vec<f64> {
        let dim = self.dim();
        let basis = self.change_of_basis();
        let mut matrix = vec![0.0; dim * dim];
        let mut first = 0;
        for part in self.parts() {
            let (block, size) = (part.matrix_at(g), part.dim());
            for (k, value) in block.into_iter().enumerate() {
                let (a, b) = (first + k / size, first + k % size);
                for i in 0..dim {
                    let left = basis[i * dim + a] * value;
                    if left != 0.0 {
                        for j in 0..dim {
                            matrix[i * dim + j] += left * basis[j * dim + b];
                        }
                    }
                }
            }
            first += size;
        }
        matrix
    }

    /// Whether every matrix has one 1 in every row and column, and 0 elsewhere, so that
    /// functions applied to each component commute with the group.
    pub fn is_permutation(&self) -> bool {
        match self.finite() {
            Some(finite) => finite.is_permutation(),
            None => self.is_trivial(),
        }
    }

    /// Whether every matrix is a permutation up to signs, so that odd functions applied to
    /// each component commute with the group.
    pub fn is_monomial(&self) -> bool {
        match self.finite() {
            Some(finite) => finite.is_monomial(),
            None => self.is_trivial() || self.is_signs(),
        }
    }

    /// Whether a representation of a continuous group is a sum of one-dimensional irreps in
    /// the standard basis.
    fn is_signs(&self) -> bool {
        let one_dimensional = self.parts().iter().all(|part| part.dim() == 1);
        one_dimensional && self.change_of_basis() == sum::identity(self.dim())
    }

    /// Whether every matrix is the identity, in any dimension.
    pub fn is_trivial(&self) -> bool {
        self.parts().iter().all(PlanarIrrep::is_trivial)
    }

    /// The dimension of the invariant vectors: the multiplicity of the trivial irrep.
    pub fn invariants(&self) -> usize {
        let trivial = self.parts().iter().filter(|part| part.is_trivial());
        trivial.count()
    }

    /// An orthonormal basis of the invariant vectors: the columns of the change of basis that
    /// belong to trivial irreps.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation};
    ///
    /// let regular = PlanarRepresentation::regular(&PlanarGroup::parse("C4")?)?;
    /// let [constant] = &regular.invariant_basis()[..] else { panic!("one invariant") };
    /// assert!(constant.iter().all(|v| (v - 0.5).abs() < 1e-15));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn invariant_basis(&self) -> Vec<Vec<f64>> {
        let (dim, basis) = (self.dim(), self.change_of_basis());
        let mut vectors = Vec::new();
        let mut column = 0;
        for part in self.parts() {
            if part.is_trivial() {
                vectors.push((0..dim).map(|row| basis[row * dim + column]).collect());
            }
            column += part.dim();
        }
        vectors
    }

    /// Checks that this is a representation of `group`.
    pub(crate) fn check_group(&self, group: &PlanarGroup) -> Result<(), MathError> {
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

impl PartialEq for PlanarRepresentation {
    /// The same matrices, up to [`REPRESENTATION_DEFECT`]; names do not matter.
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.0, &other.0) {
            return true;
        }
        if self.group() != other.group() || self.dim() != other.dim() {
            return false;
        }
        let pairs = |a: Vec<f64>, b: Vec<f64>| {
            let mut pairs = a.into_iter().zip(b);
            pairs.all(|(x, y)| (x - y).abs() <= REPRESENTATION_DEFECT)
        };
        match (self.finite(), other.finite()) {
            (Some(a), Some(b)) => {
                let generators = a.group().generators();
                generators.iter().all(|&g| pairs(a.matrix(g), b.matrix(g)))
            }
            _ => {
                // Equal irreps, and `Qᵀ Q'` commutes with them: tested where no two of the
                // frequencies up to the largest agree by chance.
                let elements = self.group().test_elements();
                let equal = |g| pairs(self.conjugated(g), other.conjugated(g));
                elements.iter().all(equal)
            }
        }
    }
}

impl fmt::Debug for PlanarRepresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, group, dim) = (self.name(), self.group(), self.dim());
        write!(
            f,
            "PlanarRepresentation({name} of {group}, dimension {dim})"
        )
    }
}
