//! Representations of compact groups.

use std::fmt;

use super::dense::{block_diagonal, difference, identity, multiply, transpose};
use crate::error::MathError;
use crate::representation::Representation;
use crate::symmetry::{ElementOf, SymmetryGroup, SymmetryIrrep, check_irrep};
use crate::tolerance::REPRESENTATION_DEFECT;

/// A real orthogonal representation of a compact group: irreps and an orthogonal change of
/// basis `$Q$`. So it cannot fail to be a homomorphism.
///
/// ```math
/// \rho(g) = Q\, \big( \psi_1(g) \oplus \psi_2(g) \oplus \dots \big)\, Q^\top
/// ```
///
/// ```
/// use schur_math::{CompactRepresentation, PlanarGroup, PlanarIrrep, PlaneIsometry, PlanarGroup};
///
/// // Points (x, y) are E1 in the basis (y, -x).
/// let basis = vec![0.0, -1.0, 1.0, 0.0];
/// let points =
///     CompactRepresentation::new(&PlanarGroup::o2(), vec![PlanarIrrep::of_frequency(&PlanarGroup::o2(), 1)?], Some(basis))?;
/// assert_eq!(points.matrix(&PlaneIsometry::MIRROR)?, [-1.0, 0.0, 0.0, 1.0]);
/// // Products of two vectors: the scalar product, the area, and a part of frequency 2.
/// let products = points.tensor_product(&points)?;
/// let names: Vec<String> = products.irreps().iter().map(|irrep| irrep.to_string()).collect();
/// assert_eq!(names, ["A1", "A2", "E2"]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CompactRepresentation<I: SymmetryIrrep> {
    group: I::Group,
    irreps: Vec<I>,
    dim: usize,
    /// `None` for the identity.
    basis: Option<Vec<f64>>,
}

impl<I: SymmetryIrrep> CompactRepresentation<I> {
    /// The sum of some irreps, in the basis of the columns of `Qᵀ`: vectors of it are `Q v`
    /// for vectors `v` of the sum. Without `Q`, the sum itself.
    ///
    /// # Errors
    ///
    /// If an irrep is of another group, the sum is too large, or `Q` has another size or is
    /// not orthogonal up to [`REPRESENTATION_DEFECT`].
    pub fn new(
        group: &I::Group,
        irreps: Vec<I>,
        basis: Option<Vec<f64>>,
    ) -> Result<Self, MathError> {
        irreps
            .iter()
            .try_for_each(|irrep| check_irrep(irrep, group))?;
        let dim = irreps.iter().map(SymmetryIrrep::dim).sum();
        check_size("a representation of a compact group", dim)?;
        if let Some(basis) = &basis {
            check_orthogonal(basis, dim)?;
        }
        Ok(Self::from_parts(group, irreps, basis))
    }

    /// As [`new`](Self::new), from parts that fit by construction.
    pub(super) fn from_parts(group: &I::Group, irreps: Vec<I>, basis: Option<Vec<f64>>) -> Self {
        let dim = irreps.iter().map(SymmetryIrrep::dim).sum();
        Self {
            group: group.clone(),
            irreps,
            dim,
            basis: basis.filter(|basis| *basis != identity(dim)),
        }
    }

    /// The trivial representation of dimension 1.
    ///
    /// # Errors
    ///
    /// None that is known: every group has a trivial irrep.
    pub fn trivial(group: &I::Group) -> Result<Self, MathError> {
        let mut irreps = group.irreps(0)?;
        irreps.truncate(1);
        Ok(Self::from_parts(group, irreps, None))
    }

    /// One irrep.
    pub fn irreducible(irrep: &I) -> Self {
        Self::from_parts(&irrep.group(), vec![irrep.clone()], None)
    }

    /// The group.
    pub fn group(&self) -> &I::Group {
        &self.group
    }

    /// The irreps in it, with repetition, in the order of the columns of `Q`.
    pub fn irreps(&self) -> &[I] {
        &self.irreps
    }

    /// The orthogonal matrix `Q`, row-major.
    pub fn change_of_basis(&self) -> Vec<f64> {
        self.basis.clone().unwrap_or_else(|| identity(self.dim))
    }

    /// The dimension.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// The largest band of its irreps.
    pub fn band(&self) -> usize {
        let bands = self.irreps.iter().map(SymmetryIrrep::band);
        bands.max().unwrap_or(0)
    }

    /// The matrix of an element, row-major.
    ///
    /// # Errors
    ///
    /// If it is no element of the group.
    pub fn matrix(&self, g: &ElementOf<I>) -> Result<Vec<f64>, MathError> {
        self.group.check_element(g)?;
        // Equal irreps often follow each other.
        let runs = || self.irreps.chunk_by(|a, b| a == b);
        let firsts: Vec<I> = runs().map(|run| run[0].clone()).collect();
        let matrices = I::matrices(&firsts, g)?;
        let blocks = runs().zip(&matrices);
        let blocks = blocks.flat_map(|(run, matrix)| run.iter().map(|_| matrix.as_slice()));
        let sum = block_diagonal(blocks);
        Ok(match &self.basis {
            None => sum,
            Some(q) => {
                let rotated = multiply(q, &sum, self.dim);
                multiply(&rotated, &transpose(q, self.dim), self.dim)
            }
        })
    }

    /// The character, the trace of the matrix.
    ///
    /// # Errors
    ///
    /// If `g` is no element of the group.
    pub fn character(&self, g: &ElementOf<I>) -> Result<f64, MathError> {
        self.group.check_element(g)?;
        self.irreps.iter().map(|irrep| irrep.character(g)).sum()
    }

    /// How often an irrep occurs.
    pub fn multiplicity(&self, irrep: &I) -> usize {
        self.irreps.iter().filter(|other| *other == irrep).count()
    }

    /// The dimension of the space of intertwiners to another representation, which is the
    /// inner product of the characters: by Schur's lemma `Σ_ψ m_ψ m'_ψ c_ψ`.
    ///
    /// ```
    /// use schur_math::{CompactRepresentation, PlanarGroup, PlanarIrrep};
    ///
    /// // E1 of SO(2) is of complex type: turns of it commute with it, too.
    /// let plane = CompactRepresentation::irreducible(&PlanarIrrep::of_frequency(&PlanarGroup::so2(), 1)?);
    /// assert_eq!(plane.inner_product(&plane)?, 2);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups.
    pub fn inner_product(&self, other: &Self) -> Result<usize, MathError> {
        self.check_group(other)?;
        let terms = self.irreps.iter().map(|irrep| {
            let units = irrep.endomorphism_type().dim();
            units * other.multiplicity(irrep)
        });
        Ok(terms.sum())
    }

    /// The same number as the mean of the product of the characters over a quadrature whose
    /// degree is the sum of the bands.
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the band is too large.
    pub fn inner_product_by_quadrature(&self, other: &Self) -> Result<f64, MathError> {
        self.check_group(other)?;
        let grid = self.group.quadrature(self.band() + other.band())?;
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
        self.check_group(other)?;
        let same = |irrep| self.multiplicity(irrep) == other.multiplicity(irrep);
        Ok(self.dim == other.dim && self.irreps.iter().all(same))
    }

    /// Whether the matrices are the same, up to [`REPRESENTATION_DEFECT`]: looked at for the
    /// generators, which decide. Two that are `==` have in addition the same irreps in the
    /// same order and the same `Q`, to the bit.
    ///
    /// # Errors
    ///
    /// If the two are of different groups.
    pub fn has_matrices_of(&self, other: &Self) -> Result<bool, MathError> {
        self.check_group(other)?;
        if self.dim != other.dim {
            return Ok(false);
        }
        for g in self.group.generators() {
            if difference(&self.matrix(&g)?, &other.matrix(&g)?) > REPRESENTATION_DEFECT {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The same representation in the orthonormal basis of the columns of `B`:
    /// `g -> Bᵀ ρ(g) B`, with `B` row-major.
    ///
    /// ```
    /// use schur_math::{CompactRepresentation, PlanarGroup, PlanarIrrep, PlaneIsometry};
    ///
    /// let plane = CompactRepresentation::irreducible(&PlanarIrrep::of_frequency(&PlanarGroup::o2(), 1)?);
    /// let swapped = plane.in_basis(&[0.0, 1.0, 1.0, 0.0])?;
    /// let (a, b) = (plane.matrix(&PlaneIsometry::MIRROR)?, swapped.matrix(&PlaneIsometry::MIRROR)?);
    /// assert_eq!((a[0], a[3]), (b[3], b[0]));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `B` has the wrong size or is not orthogonal up to [`REPRESENTATION_DEFECT`].
    pub fn in_basis(&self, basis: &[f64]) -> Result<Self, MathError> {
        check_orthogonal(basis, self.dim)?;
        let back = transpose(basis, self.dim);
        Ok(self.rotated(&back))
    }

    /// `g -> B ρ(g) Bᵀ` for an orthogonal `B`.
    pub(super) fn rotated(&self, matrix: &[f64]) -> Self {
        let basis = match &self.basis {
            Some(q) => multiply(matrix, q, self.dim),
            None => matrix.to_vec(),
        };
        Self::from_parts(&self.group, self.irreps.clone(), Some(basis))
    }

    pub(super) fn check_group(&self, other: &Self) -> Result<(), MathError> {
        if self.group == other.group {
            return Ok(());
        }
        let what = "the second representation";
        Err(crate::symmetry::foreign(what, &other.group, &self.group))
    }
}

impl<I: SymmetryIrrep> fmt::Display for CompactRepresentation<I> {
    /// The irreps, such as `A1 + 2 E1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, run) in self.irreps.chunk_by(|a, b| a == b).enumerate() {
            f.write_str(if place > 0 { " + " } else { "" })?;
            match run.len() {
                1 => write!(f, "{}", run[0])?,
                n => write!(f, "{n} {}", run[0])?,
            }
        }
        Ok(())
    }
}

/// Checks that a `dim x dim` matrix is not too large.
pub(super) fn check_size(what: &str, dim: usize) -> Result<(), MathError> {
    check_numbers(what, &[dim, dim])
}

/// Checks that a product of sizes is not too large.
pub(super) fn check_numbers(what: &str, sizes: &[usize]) -> Result<(), MathError> {
    let mut sizes = sizes.iter();
    let numbers = sizes.try_fold(1usize, |product, &size| product.checked_mul(size));
    match numbers {
        Some(numbers) if numbers <= Representation::MAX_NUMBERS => Ok(()),
        _ => Err(MathError::TooLarge {
            what: what.to_string(),
            numbers: numbers.map_or("too many".to_string(), |n| n.to_string()),
            max: Representation::MAX_NUMBERS,
            remedy: "smaller representations or bands",
        }),
    }
}

fn check_orthogonal(basis: &[f64], dim: usize) -> Result<(), MathError> {
    if basis.len() != dim * dim {
        return Err(MathError::Length {
            what: "the change of basis".to_string(),
            found: basis.len(),
            expected: dim * dim,
            meaning: format!("{dim} x {dim}"),
        });
    }
    let product = multiply(&transpose(basis, dim), basis, dim);
    if difference(&product, &identity(dim)) <= REPRESENTATION_DEFECT {
        return Ok(());
    }
    Err(MathError::geometry(
        "a change of basis",
        format!("{dim} x {dim} matrix"),
        "it is not orthogonal",
        "give orthonormal columns",
    ))
}
