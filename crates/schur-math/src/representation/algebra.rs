//! Sums, products and powers of representations.

use super::Representation;
use crate::error::MathError;
use crate::finite_representation::{FiniteRepresentation, PowerBasis};
use crate::finite_representation::{check_numbers, check_size};
use crate::matrix::Matrix;
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep};

impl<I: SymmetryIrrep> Representation<I> {
    /// The direct sum `ρ ⊕ σ`: block-diagonal matrices, dimensions add.
    ///
    /// ```
    /// use schur_math::{Representation, SpatialIrrep};
    ///
    /// let scalar = Representation::irreducible(&SpatialIrrep::so3(0)?);
    /// let vector = Representation::irreducible(&SpatialIrrep::so3(1)?);
    /// assert_eq!(vector.direct_sum(&scalar)?.to_string(), "1 + 0");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the sum is too large.
    pub fn direct_sum(&self, other: &Self) -> Result<Self, MathError> {
        let sum = Self::sum_of(self.group(), &[self, other])?;
        Ok(sum.with_name(format!("{} + {}", self.name(), other.name())))
    }

    /// The direct sum of any number of representations of a group.
    pub(super) fn sum_of(group: &I::Group, terms: &[&Self]) -> Result<Self, MathError> {
        let mut parts = Vec::new();
        let mut finite: Option<FiniteRepresentation> = None;
        for term in terms {
            term.check_group(group)?;
            parts.extend_from_slice(term.parts());
        }
        let dim: usize = terms.iter().map(|term| term.dim()).sum();
        check_size("the direct sum", dim)?;
        for term in terms.iter().filter_map(|term| term.finite()) {
            finite = Some(match finite {
                None => term.clone(),
                Some(sum) => sum.direct_sum(term)?,
            });
        }
        let basis = Matrix::direct_sum(terms.iter().map(|term| term.change_of_basis()));
        let names: Vec<&str> = terms.iter().map(|term| term.name()).collect();
        Ok(Self::from_parts(
            group,
            names.join(" + "),
            parts,
            basis,
            finite,
        ))
    }

    /// The tensor product `ρ ⊗ σ`, decomposed by the [couplings](SymmetryIrrep::couplings) of
    /// the irreps: `(ρ ⊗ σ)(g)` is the Kronecker product, component `(i, j)` stands at
    /// `i · σ.dim() + j`.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation, Representation, SpatialIrrep};
    ///
    /// // Matrices: trace, antisymmetric part, symmetric part without trace.
    /// let vector = Representation::irreducible(&SpatialIrrep::so3(1)?);
    /// assert_eq!(vector.tensor_product(&vector)?.to_string(), "0 + 1 + 2");
    /// // Two vectors of a plane have a scalar product and an area, both unchanged by rotations.
    /// let vector = PlanarRepresentation::irrep(&PlanarGroup::so2(), "E1")?;
    /// assert_eq!(vector.tensor_product(&vector)?.invariants(), 2);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the product is too large.
    pub fn tensor_product(&self, other: &Self) -> Result<Self, MathError> {
        other.check_group(self.group())?;
        let right = other.dim();
        let dim = self.dim().saturating_mul(right);
        check_size("the tensor product", dim)?;
        let mut parts = Vec::new();
        let mut coupled = Matrix::zeros(dim, dim);
        let mut known: Vec<(&I, &I, Vec<Coupling<I>>)> = Vec::new();
        let (mut column, mut i) = (0, 0);
        for a in self.parts() {
            let mut j = 0;
            for b in other.parts() {
                let place = match known.iter().position(|(x, y, _)| (*x, *y) == (a, b)) {
                    Some(place) => place,
                    None => {
                        known.push((a, b, a.couplings(b)?));
                        known.len() - 1
                    }
                };
                for part in &known[place].2 {
                    let isometry = part.isometry();
                    for row in 0..isometry.rows() {
                        let out = (i + row / b.dim()) * right + j + row % b.dim();
                        for (k, &value) in isometry.row(row).iter().enumerate() {
                            coupled[(out, column + k)] = value;
                        }
                    }
                    parts.push(part.irrep().clone());
                    column += isometry.cols();
                }
                j += b.dim();
            }
            i += a.dim();
        }
        let bases = self.change_of_basis().kronecker(other.change_of_basis());
        let finite = match (self.finite(), other.finite()) {
            (Some(a), Some(b)) => Some(a.tensor_product(b)?),
            _ => None,
        };
        let name = format!("{} x {}", self.name(), other.name());
        Ok(Self::from_parts(
            self.group(),
            name,
            parts,
            bases.times(&coupled),
            finite,
        ))
    }

    /// The `k`-th symmetric power, decomposed, in the basis of
    /// [`FiniteRepresentation::symmetric_power`](crate::FiniteRepresentation::symmetric_power).
    ///
    /// ```
    /// use schur_math::{Representation, SpatialIrrep};
    ///
    /// let vector = Representation::irreducible(&SpatialIrrep::so3(1)?);
    /// assert_eq!(vector.symmetric_power(2)?.to_string(), "0 + 2");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `k` is above
    /// [`FiniteRepresentation::MAX_POWER`](crate::FiniteRepresentation::MAX_POWER), or the
    /// power, or its matrices on the quadrature that decomposes it, of degree `2k` times the
    /// band, are too large.
    pub fn symmetric_power(&self, k: usize) -> Result<Self, MathError> {
        self.power(k, false)
    }

    /// The `k`-th antisymmetric power, decomposed, in the basis of
    /// [`FiniteRepresentation::antisymmetric_power`](crate::FiniteRepresentation::antisymmetric_power).
    ///
    /// ```
    /// use schur_math::{Representation, SpatialIrrep};
    ///
    /// // The determinant of three vectors.
    /// let vector = Representation::irreducible(&SpatialIrrep::so3(1)?);
    /// assert_eq!(vector.antisymmetric_power(3)?.to_string(), "0");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `k` is above the dimension, or as [`symmetric_power`](Self::symmetric_power).
    pub fn antisymmetric_power(&self, k: usize) -> Result<Self, MathError> {
        self.power(k, true)
    }

    fn power(&self, k: usize, alternating: bool) -> Result<Self, MathError> {
        let what = format!(
            "the power {k} of a representation of dimension {}",
            self.dim()
        );
        let basis = PowerBasis::new(self.dim(), k, alternating, |dim| check_size(&what, dim))?;
        let band = self.band().saturating_mul(k);
        // Every matrix is made twice; beyond this that takes hours.
        let points = self
            .group()
            .quadrature(band.saturating_mul(2))?
            .points()
            .len();
        let what = format!("{what}, with a matrix for each point of its quadrature,");
        check_numbers(&what, &[points, basis.dim(), basis.dim()])?;
        Self::decomposed(self.group(), basis.dim(), band, |g| {
            Ok(basis.matrix(&self.matrix(g)?))
        })
    }
}
