//! Representations from functions and from the matrices of finite groups.

use super::Representation;
use crate::error::MathError;
use crate::finite_representation::{FiniteRepresentation, check_size};
use crate::irreps::Irrep;
use crate::matrix::Matrix;
use crate::symmetry::{
    ElementOf, Image, SymmetryGroup, SymmetryIrrep, broken, decompose, decompose_finite,
};
use crate::tolerance::REPRESENTATION_DEFECT;
use crate::violation::Law;

impl<I: SymmetryIrrep> Representation<I> {
    /// The representation with matrices given by a function, of dimension `dim` and with
    /// irreps of band at most `band`.
    ///
    /// By the projector formula (Serre 1977, section 2.7), for an irrep `$\psi$` of real
    /// dimension `$D$`, with the Haar measure as a quadrature of degree `2 band`:
    ///
    /// ```math
    /// p_{ab} = D \int_G \psi_{ab}(g)\, \rho(g)\, \mathrm{d}g
    /// ```
    ///
    /// `$p_{00}$` projects onto first basis vectors of copies, and if `$w$` is one,
    /// `$p_{a0}\, w$` is the `$a$`-th. First vectors are the projections of the standard basis
    /// vectors `e_x`, made orthonormal in the order of `x`, so their component along `e_x` is
    /// positive; this fixes all signs.
    ///
    /// ```
    /// use schur_math::{Representation, SpaceIsometry, SpatialGroup, SpatialIrrep};
    ///
    /// let matrix = |g: &SpaceIsometry| Ok(g.matrix().into());
    /// let points: Representation<SpatialIrrep> =
    ///     Representation::from_function(&SpatialGroup::o3(), 3, 1, matrix)?;
    /// assert_eq!(points.to_string(), "1-");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a matrix has another size, the function is no orthogonal homomorphism at the
    /// [probes](SymmetryGroup::probes), the irreps of that band do not fill the dimension, or
    /// the sum of irreps found is not the function, at the probes, up to
    /// [`REPRESENTATION_DEFECT`].
    pub fn from_function(
        group: &I::Group,
        dim: usize,
        band: usize,
        matrix: impl Fn(&ElementOf<I>) -> Result<Matrix, MathError>,
    ) -> Result<Self, MathError> {
        check_size("a representation", dim)?;
        let sized = |g: &ElementOf<I>| {
            let value = matrix(g)?;
            if (value.rows(), value.cols()) == (dim, dim) {
                return Ok(value);
            }
            Err(MathError::Length {
                what: format!("the matrix of {g:?}"),
                found: value.values().len(),
                expected: dim * dim,
                meaning: format!("{dim} x {dim}"),
            })
        };
        check_laws::<I>(group, dim, &sized)?;
        Self::decomposed(group, dim, band, sized)
    }

    /// The sum of irreps that a function known to be an orthogonal homomorphism is, as in
    /// [`from_function`](Self::from_function).
    pub(crate) fn decomposed(
        group: &I::Group,
        dim: usize,
        band: usize,
        matrix: impl Fn(&ElementOf<I>) -> Result<Matrix, MathError>,
    ) -> Result<Self, MathError> {
        let image = |g: &ElementOf<I>| Ok(Image::Dense(matrix(g)?));
        let (parts, basis) = decompose::<I>(group, dim, band, image)?;
        let found = Self::from_parts(group, super::list(&parts), parts, basis, None);
        for g in group.probes() {
            let defect = found.matrix(&g)?.difference(&matrix(&g)?);
            if defect > REPRESENTATION_DEFECT {
                let what = "is not the sum of the irreps found; raise the band";
                return Err(broken(group, Law::Homomorphism, &g, defect, what));
            }
        }
        Ok(found)
    }

    /// The sum of irreps that the matrices of a finite group are.
    pub(super) fn decomposed_finite(
        group: &I::Group,
        rho: FiniteRepresentation,
    ) -> Result<Self, MathError> {
        let (parts, basis) = decompose_finite::<I>(group, &rho)?;
        Ok(Self::from_parts(
            group,
            rho.name(),
            parts,
            basis,
            Some(rho.clone()),
        ))
    }
}

impl FiniteRepresentation {
    /// The sum of irreps that it is, by the [projector formula](Representation::from_function),
    /// copies of one irrep next to each other, in the order of [`irreps`](crate::irreps).
    ///
    /// # Errors
    ///
    /// If the matrices are so inaccurate that a multiplicity is no integer.
    pub fn decomposed(&self) -> Result<Representation<Irrep>, MathError> {
        Representation::from_finite(self.group(), self.clone())
    }
}

/// Checks that matrices are orthogonal and multiply like the elements, at the probes.
fn check_laws<I: SymmetryIrrep>(
    group: &I::Group,
    dim: usize,
    matrix: &impl Fn(&ElementOf<I>) -> Result<Matrix, MathError>,
) -> Result<(), MathError> {
    let one = Matrix::identity(dim);
    let probes = group.probes();
    for g in &probes {
        let value = matrix(g)?;
        let defect = value.transposed().times(&value).difference(&one);
        if defect > REPRESENTATION_DEFECT {
            let what = "is not orthogonal";
            return Err(broken(group, Law::Orthogonality, g, defect, what));
        }
        for h in &probes {
            let product = value.times(&matrix(h)?);
            let defect = product.difference(&matrix(&group.compose(g, h))?);
            if defect > REPRESENTATION_DEFECT {
                let what = format!("times that of {h:?} is not that of the product");
                return Err(broken(group, Law::Homomorphism, g, defect, &what));
            }
        }
    }
    Ok(())
}
