//! Sums, products and powers of representations.

use super::dense::{block_diagonal, kronecker, multiply};
use super::representation::{CompactRepresentation, check_numbers, check_size};
use crate::error::MathError;
use crate::representation::PowerBasis;
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep};

impl<I: SymmetryIrrep> CompactRepresentation<I> {
    /// The direct sum: block-diagonal matrices, dimensions add.
    ///
    /// ```
    /// use schur_math::{CompactRepresentation, SpaceIrrep};
    ///
    /// let scalar = CompactRepresentation::irreducible(&SpaceIrrep::so3(0)?);
    /// let vector = CompactRepresentation::irreducible(&SpaceIrrep::so3(1)?);
    /// assert_eq!(vector.direct_sum(&scalar)?.to_string(), "1 + 0");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the sum is too large.
    pub fn direct_sum(&self, other: &Self) -> Result<Self, MathError> {
        Self::sum_of(self.group(), &[self, other])
    }

    /// The direct sum of any number of representations of a group.
    pub(super) fn sum_of(group: &I::Group, parts: &[&Self]) -> Result<Self, MathError> {
        let mut irreps = Vec::new();
        for part in parts {
            parts[0].check_group(part)?;
            irreps.extend_from_slice(part.irreps());
        }
        let dim: usize = parts.iter().map(|part| part.dim()).sum();
        check_size("the direct sum", dim)?;
        let bases: Vec<Vec<f64>> = parts.iter().map(|part| part.change_of_basis()).collect();
        let blocks = bases.iter().map(Vec::as_slice);
        let basis = block_diagonal(blocks);
        Ok(Self::from_parts(group, irreps, Some(basis)))
    }

    /// The tensor product, decomposed by the [couplings](SymmetryIrrep::couplings) of the
    /// irreps: `(ρ ⊗ σ)(g)` is the Kronecker product, component `(i, j)` stands at
    /// `i · σ.dim() + j`.
    ///
    /// ```
    /// use schur_math::{CompactRepresentation, SpaceIrrep};
    ///
    /// // Matrices: trace, antisymmetric part, symmetric part without trace.
    /// let vector = CompactRepresentation::irreducible(&SpaceIrrep::so3(1)?);
    /// assert_eq!(vector.tensor_product(&vector)?.to_string(), "0 + 1 + 2");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the product is too large.
    pub fn tensor_product(&self, other: &Self) -> Result<Self, MathError> {
        self.check_group(other)?;
        let (left, right) = (self.dim(), other.dim());
        let dim = left.saturating_mul(right);
        check_size("the tensor product", dim)?;
        let mut irreps = Vec::new();
        let mut coupled = vec![0.0; dim * dim];
        let mut known: Vec<(&I, &I, Vec<Coupling<I>>)> = Vec::new();
        let (mut column, mut i) = (0, 0);
        for a in self.irreps() {
            let mut j = 0;
            for b in other.irreps() {
                let place = match known.iter().position(|(x, y, _)| (*x, *y) == (a, b)) {
                    Some(place) => place,
                    None => {
                        known.push((a, b, a.couplings(b)?));
                        known.len() - 1
                    }
                };
                for part in &known[place].2 {
                    let size = part.irrep().dim();
                    for (row, values) in part.isometry().chunks(size).enumerate() {
                        let row = (i + row / b.dim()) * right + j + row % b.dim();
                        let start = row * dim + column;
                        coupled[start..start + size].copy_from_slice(values);
                    }
                    irreps.push(part.irrep().clone());
                    column += size;
                }
                j += b.dim();
            }
            i += a.dim();
        }
        let bases = kronecker(
            &self.change_of_basis(),
            left,
            &other.change_of_basis(),
            right,
        );
        let basis = multiply(&bases, &coupled, dim);
        Ok(Self::from_parts(self.group(), irreps, Some(basis)))
    }

    /// The dual `g -> ρ(g⁻¹)ᵀ`, which for orthogonal matrices is `ρ` itself.
    #[must_use]
    pub fn dual(&self) -> Self {
        self.clone()
    }

    /// The `k`-th symmetric power, decomposed, in the basis of
    /// [`Representation::symmetric_power`](crate::Representation::symmetric_power).
    ///
    /// ```
    /// use schur_math::{CompactRepresentation, SpaceIrrep};
    ///
    /// let vector = CompactRepresentation::irreducible(&SpaceIrrep::so3(1)?);
    /// assert_eq!(vector.symmetric_power(2)?.to_string(), "0 + 2");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `k` is above [`Representation::MAX_POWER`](crate::Representation::MAX_POWER), or the
    /// power, or its matrices on the quadrature that decomposes it, of degree `2k` times the
    /// band, are too large.
    pub fn symmetric_power(&self, k: usize) -> Result<Self, MathError> {
        self.power(k, false)
    }

    /// The `k`-th antisymmetric power, decomposed, in the basis of
    /// [`Representation::antisymmetric_power`](crate::Representation::antisymmetric_power).
    ///
    /// ```
    /// use schur_math::{CompactRepresentation, SpaceIrrep};
    ///
    /// // The determinant of three vectors.
    /// let vector = CompactRepresentation::irreducible(&SpaceIrrep::so3(1)?);
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
