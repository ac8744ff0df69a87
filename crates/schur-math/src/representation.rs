//! Representations: irreps and a change of basis.

mod algebra;
mod decompose;
mod named;
mod planar;
mod restriction;
mod samples;
mod spatial;
mod spectral;
mod text;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub use named::NamedGroup;
pub use samples::{GroupSamples, Sampled};
pub use spatial::SpatialRepresentation;
pub use spectral::SpectralField;
pub use text::{RepresentationTerm, RepresentationText, RepresentationWords};

use crate::error::MathError;
use crate::finite_representation::{FiniteRepresentation, check_orthogonal, check_size};
use crate::matrix::Matrix;
use crate::symmetry::{ElementOf, SymmetryGroup, SymmetryIrrep, check_irrep};
use crate::tolerance::REPRESENTATION_DEFECT;

/// A real orthogonal representation of a group: irreps and an orthogonal change of basis `$Q$`.
/// So it cannot fail to be a homomorphism. Cloning copies a pointer.
///
/// ```math
/// \rho(g) = Q\, \big( \psi_1(g) \oplus \psi_2(g) \oplus \dots \big)\, Q^\top
/// ```
///
/// Of a finite group it also keeps the matrices of all elements, as a [`FiniteRepresentation`]
/// in which signed permutations are exact.
///
/// ```
/// use schur_math::{PlanarGroup, PlanarRepresentation};
///
/// let c8 = PlanarGroup::parse("C8")?;
/// let regular = PlanarRepresentation::regular(&c8)?;
/// let parts: Vec<String> = regular.parts().iter().map(|irrep| irrep.to_string()).collect();
/// assert_eq!(parts, ["A", "B", "E1", "E2", "E3"]);
/// // Products of two vectors: the scalar product, the area, and a part of frequency 2.
/// let vectors = PlanarRepresentation::defining(&PlanarGroup::o2());
/// assert_eq!(vectors.tensor_product(&vectors)?.to_string(), "A1 + A2 + E2");
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub struct Representation<I: SymmetryIrrep>(Arc<Data<I>>);

/// A representation of a group of the plane: how the fibre of a feature field on a plane
/// transforms.
///
/// ```
/// use schur_math::{PlanarGroup, PlanarRepresentation};
///
/// // A vector beside a number that mirrors change the sign of.
/// let fibre = PlanarRepresentation::parse(&PlanarGroup::parse("D4")?, "defining + A2")?;
/// assert_eq!((fibre.dim(), fibre.to_string()), (3, "E1 + A2".to_string()));
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub type PlanarRepresentation = Representation<crate::point_group::plane::PlanarIrrep>;

struct Data<I: SymmetryIrrep> {
    group: I::Group,
    name: String,
    parts: Vec<I>,
    /// `Q`, and whether it is the identity.
    basis: Matrix,
    is_standard: bool,
    /// The matrices of a finite group.
    finite: Option<FiniteRepresentation>,
    /// The restriction to the symmetries of the lattice, found when it is first asked for.
    lattice: OnceLock<FiniteRepresentation>,
}

impl<I: SymmetryIrrep> Representation<I> {
    /// Most numbers that the matrix of an element may have.
    pub const MAX_NUMBERS: usize = FiniteRepresentation::MAX_NUMBERS;

    /// The sum of some irreps, in the basis of the columns of `Qᵀ`: vectors of it are `Q v`
    /// for vectors `v` of the sum. Without `Q`, the sum itself. Its name lists the irreps.
    ///
    /// ```
    /// use schur_math::{Matrix, PlanarGroup, PlanarIrrep, PlaneIsometry, Representation};
    ///
    /// // Points (x, y) are E1 in the basis (y, -x).
    /// let (o2, basis) = (PlanarGroup::o2(), Matrix::from([[0.0, -1.0], [1.0, 0.0]]));
    /// let parts = vec![PlanarIrrep::of_frequency(&o2, 1)?];
    /// let points = Representation::new(&o2, parts, Some(basis))?;
    /// assert_eq!(points.matrix(&PlaneIsometry::MIRROR)?.values(), [-1.0, 0.0, 0.0, 1.0]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If an irrep is of another group, the sum is too large, or `Q` has another size or is
    /// not orthogonal up to [`REPRESENTATION_DEFECT`].
    pub fn new(group: &I::Group, parts: Vec<I>, basis: Option<Matrix>) -> Result<Self, MathError> {
        parts
            .iter()
            .try_for_each(|irrep| check_irrep(irrep, group))?;
        let dim = parts.iter().map(SymmetryIrrep::dim).sum();
        check_size("a representation", dim)?;
        if let Some(basis) = &basis {
            check_orthogonal(basis, dim)?;
        }
        let basis = basis.unwrap_or_else(|| Matrix::identity(dim));
        Ok(Self::from_parts(group, list(&parts), parts, basis, None))
    }

    /// From parts that fit by construction. Without matrices of a finite group, they are made.
    pub(crate) fn from_parts(
        group: &I::Group,
        name: impl Into<String>,
        parts: Vec<I>,
        basis: Matrix,
        finite: Option<FiniteRepresentation>,
    ) -> Self {
        let (name, dim) = (name.into(), basis.rows());
        let is_standard = basis == Matrix::identity(dim);
        let finite = finite.or_else(|| {
            let abstract_group = group.finite().filter(|_| dim > 0)?;
            let elements = abstract_group.elements();
            let elements = elements.filter_map(|g| group.finite_element(g));
            let basis = (!is_standard).then_some(&basis);
            let matrices = elements.filter_map(|g| conjugated(&parts, basis, &g).ok());
            let values = matrices.flat_map(Matrix::into_values).collect();
            let of = FiniteRepresentation::from_closed_form;
            Some(of(abstract_group, name.as_str(), dim, values))
        });
        Self(Arc::new(Data {
            group: group.clone(),
            name,
            parts,
            basis,
            is_standard,
            finite,
            lattice: OnceLock::new(),
        }))
    }

    /// The representation of a finite group with given matrices, decomposed.
    ///
    /// # Errors
    ///
    /// If the group is infinite or the matrices are of another group, or so inaccurate that a
    /// multiplicity is no integer.
    pub fn from_finite(group: &I::Group, rho: FiniteRepresentation) -> Result<Self, MathError> {
        match group.finite() {
            Some(finite) => rho.check_group(finite)?,
            None => {
                let what = format!("the representation {}", rho.name());
                return Err(crate::symmetry::foreign(what, rho.group(), group));
            }
        }
        Self::decomposed_finite(group, rho)
    }

    /// The trivial representation: dimension 1, `ρ(g) = 1`.
    pub fn trivial(group: &I::Group) -> Self {
        let finite = group.finite().map(FiniteRepresentation::trivial);
        let parts = vec![group.trivial()];
        Self::from_parts(group, "trivial", parts, Matrix::identity(1), finite)
    }

    /// One irrep.
    pub fn irreducible(irrep: &I) -> Self {
        let (group, dim) = (irrep.group(), irrep.dim());
        let name = irrep.to_string();
        Self::from_parts(
            &group,
            name,
            vec![irrep.clone()],
            Matrix::identity(dim),
            None,
        )
    }

    /// The group it represents.
    pub fn group(&self) -> &I::Group {
        &self.0.group
    }

    /// Name, such as `regular`, `quotient(C2)`, `irrep(E1)` or `A1 + 2 E1`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The representation under another name.
    #[must_use]
    pub fn with_name(&self, name: impl Into<String>) -> Self {
        Self(Arc::new(Data {
            group: self.group().clone(),
            name: name.into(),
            parts: self.0.parts.clone(),
            basis: self.0.basis.clone(),
            is_standard: self.0.is_standard,
            finite: self.0.finite.clone(),
            lattice: OnceLock::new(),
        }))
    }

    /// Dimension of the vectors it acts on.
    pub fn dim(&self) -> usize {
        self.0.basis.rows()
    }

    /// The irreps in it, with repetition, in the order of the columns of the change of basis.
    pub fn parts(&self) -> &[I] {
        &self.0.parts
    }

    /// The orthogonal matrix `Q` with `ρ(g) = Q (⊕ ψ(g)) Qᵀ`.
    pub fn change_of_basis(&self) -> &Matrix {
        &self.0.basis
    }

    /// The matrices by the number of the element, if the group is finite.
    pub fn finite(&self) -> Option<&FiniteRepresentation> {
        self.0.finite.as_ref()
    }

    /// The largest band of its irreps.
    pub fn band(&self) -> usize {
        let bands = self.parts().iter().map(SymmetryIrrep::band);
        bands.max().unwrap_or(0)
    }

    /// The matrix `ρ(g)`.
    ///
    /// # Errors
    ///
    /// If `g` is not in the group.
    pub fn matrix(&self, g: &ElementOf<I>) -> Result<Matrix, MathError> {
        self.group().check_element(g)?;
        if let Some((finite, g)) = self.finite().zip(self.group().finite_index(g)) {
            return Ok(finite.matrix(g));
        }
        let basis = (!self.0.is_standard).then_some(&self.0.basis);
        conjugated(self.parts(), basis, g)
    }

    /// The character, the trace of the matrix.
    ///
    /// # Errors
    ///
    /// If `g` is not in the group.
    pub fn character(&self, g: &ElementOf<I>) -> Result<f64, MathError> {
        self.group().check_element(g)?;
        self.parts().iter().map(|irrep| irrep.character(g)).sum()
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
        let is_sign = |irrep: &I| irrep.dim() == 1;
        match self.finite() {
            Some(finite) => finite.is_monomial(),
            None => self.is_trivial() || self.0.is_standard && self.parts().iter().all(is_sign),
        }
    }

    /// Whether every matrix is the identity, in any dimension.
    pub fn is_trivial(&self) -> bool {
        self.parts().iter().all(SymmetryIrrep::is_trivial)
    }

    /// The dimension of the invariant vectors: the multiplicity of the trivial irrep.
    pub fn invariants(&self) -> usize {
        let trivial = self.parts().iter().filter(|irrep| irrep.is_trivial());
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
        let mut vectors = Vec::new();
        let mut column = 0;
        for part in self.parts() {
            if part.is_trivial() {
                vectors.push(self.change_of_basis().column(column));
            }
            column += part.dim();
        }
        vectors
    }

    /// How often an irrep occurs.
    pub fn multiplicity(&self, irrep: &I) -> usize {
        self.parts().iter().filter(|other| *other == irrep).count()
    }

    /// The dimension of the space of intertwiners to another representation, which is the
    /// inner product of the characters: by Schur's lemma `Σ_ψ m_ψ m'_ψ c_ψ`.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarIrrep, Representation};
    ///
    /// // E1 of SO(2) is of complex type: turns of it commute with it, too.
    /// let plane = PlanarIrrep::of_frequency(&PlanarGroup::so2(), 1)?;
    /// let plane = Representation::irreducible(&plane);
    /// assert_eq!(plane.inner_product(&plane)?, 2);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups.
    pub fn inner_product(&self, other: &Self) -> Result<usize, MathError> {
        other.check_group(self.group())?;
        let terms = self.parts().iter().map(|irrep| {
            let units = irrep.endomorphism_type().dim();
            units * other.multiplicity(irrep)
        });
        Ok(terms.sum())
    }

    /// The inner product of the characters as the mean of their product over a quadrature whose
    /// degree is the sum of the bands.
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the band is too large.
    pub fn inner_product_by_quadrature(&self, other: &Self) -> Result<f64, MathError> {
        other.check_group(self.group())?;
        let grid = self.group().quadrature(self.band() + other.band())?;
        let pairs = grid.points().iter().zip(grid.weights());
        let terms = pairs.map(|(g, w)| Ok(w * self.character(g)? * other.character(g)?));
        terms.sum()
    }

    /// Whether the two have the same irreps equally often, which makes them isomorphic.
    ///
    /// # Errors
    ///
    /// If the two are of different groups.
    pub fn is_isomorphic_to(&self, other: &Self) -> Result<bool, MathError> {
        other.check_group(self.group())?;
        let same = |irrep| self.multiplicity(irrep) == other.multiplicity(irrep);
        Ok(self.dim() == other.dim() && self.parts().iter().all(same))
    }

    /// The representation in the orthonormal basis of the columns of `B`: `g -> Bᵀ ρ(g) B`.
    ///
    /// ```
    /// use schur_math::{Matrix, PlanarGroup, PlanarRepresentation, PlaneIsometry};
    ///
    /// let plane = PlanarRepresentation::irrep(&PlanarGroup::o2(), "E1")?;
    /// let swapped = plane.in_basis(&Matrix::from([[0.0, 1.0], [1.0, 0.0]]))?;
    /// let (a, b) = (plane.matrix(&PlaneIsometry::MIRROR)?, swapped.matrix(&PlaneIsometry::MIRROR)?);
    /// assert_eq!((a[(0, 0)], a[(1, 1)]), (b[(1, 1)], b[(0, 0)]));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `B` has the wrong size or is not orthogonal up to [`REPRESENTATION_DEFECT`].
    pub fn in_basis(&self, basis: &Matrix) -> Result<Self, MathError> {
        check_orthogonal(basis, self.dim())?;
        let finite = match self.finite() {
            Some(finite) => Some(finite.in_basis(basis)?),
            None => None,
        };
        let q = basis.transposed().times(self.change_of_basis());
        let name = format!("{} in another basis", self.name());
        Ok(Self::from_parts(
            self.group(),
            name,
            self.parts().to_vec(),
            q,
            finite,
        ))
    }

    /// Checks that this is a representation of `group`.
    pub(crate) fn check_group(&self, group: &I::Group) -> Result<(), MathError> {
        if self.group() == group {
            return Ok(());
        }
        let what = format!("the representation {}", self.name());
        Err(crate::symmetry::foreign(what, self.group(), group))
    }
}

/// `Q (⊕ ψ(g)) Qᵀ`; without `Q`, the sum.
fn conjugated<I: SymmetryIrrep>(
    parts: &[I],
    basis: Option<&Matrix>,
    g: &ElementOf<I>,
) -> Result<Matrix, MathError> {
    // Equal irreps often follow each other.
    let runs = || parts.chunk_by(|a, b| a == b);
    let firsts: Vec<I> = runs().map(|run| run[0].clone()).collect();
    let matrices = I::matrices(&firsts, g)?;
    let blocks = runs().zip(&matrices);
    let sum = Matrix::direct_sum(blocks.flat_map(|(run, matrix)| run.iter().map(move |_| matrix)));
    Ok(match basis {
        None => sum,
        Some(q) => q.times(&sum).times(&q.transposed()),
    })
}

impl<I: SymmetryIrrep> Clone for Representation<I> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<I: SymmetryIrrep> PartialEq for Representation<I> {
    /// Representations are equal if their matrices are, up to [`REPRESENTATION_DEFECT`]: looked at
    /// for the generators, which decide. Names do not matter.
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.0, &other.0) {
            return true;
        }
        if self.group() != other.group() || self.dim() != other.dim() {
            return false;
        }
        if (self.parts(), self.change_of_basis()) == (other.parts(), other.change_of_basis()) {
            return true;
        }
        let close = |g| match (self.matrix(&g), other.matrix(&g)) {
            (Ok(a), Ok(b)) => a.difference(&b) <= REPRESENTATION_DEFECT,
            _ => false,
        };
        self.group().generators().into_iter().all(close)
    }
}

impl<I: SymmetryIrrep> fmt::Display for Representation<I> {
    /// The irreps, such as `A1 + 2 E1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&list(self.parts()))
    }
}

impl<I: SymmetryIrrep> fmt::Debug for Representation<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, group, dim) = (self.name(), self.group(), self.dim());
        write!(f, "Representation({name} of {group}, dimension {dim})")
    }
}

/// Irreps with repetition, such as `A1 + 2 E1`.
fn list<I: SymmetryIrrep>(parts: &[I]) -> String {
    let runs = parts.chunk_by(|a, b| a == b);
    let terms = runs.map(|run| match run.len() {
        1 => run[0].to_string(),
        n => format!("{n} {}", run[0]),
    });
    terms.collect::<Vec<String>>().join(" + ")
}
