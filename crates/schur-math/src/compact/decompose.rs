//! Decomposing matrix functions by the projector formula.

use super::dense::{difference, identity, multiply, trace, transpose};
use super::representation::{CompactRepresentation, check_numbers, check_size};
use crate::decomposition::{first_of, orthonormal_firsts};
use crate::error::MathError;
use crate::laws::{Law, Violation};
use crate::quadrature::Quadrature;
use crate::symmetry::{ElementOf, SymmetryGroup, SymmetryIrrep};
use crate::tolerance::{MULTIPLICITY, REPRESENTATION_DEFECT};

impl<I: SymmetryIrrep> CompactRepresentation<I> {
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
    /// `$p_{a0}\, w$` is the `$a$`-th. First vectors are the projections of the standard basis vectors `e_x`, made orthonormal
    /// in the order of `x`, so their component along `e_x` is positive; this fixes all signs.
    ///
    /// ```
    /// use schur_math::{CompactRepresentation, SpaceIrrep, SpaceIsometry, SpaceRotations};
    ///
    /// let matrix = |g: &SpaceIsometry| Ok(g.matrix().concat());
    /// let points: CompactRepresentation<SpaceIrrep> =
    ///     CompactRepresentation::from_function(&SpaceRotations::O3, 3, 1, matrix)?;
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
        matrix: impl Fn(&ElementOf<I>) -> Result<Vec<f64>, MathError>,
    ) -> Result<Self, MathError> {
        check_size("a representation of a compact group", dim)?;
        let sized = |g: &ElementOf<I>| {
            let values = matrix(g)?;
            if values.len() == dim * dim {
                return Ok(values);
            }
            Err(MathError::Length {
                what: format!("the matrix of {g:?}"),
                found: values.len(),
                expected: dim * dim,
                meaning: format!("{dim} x {dim}"),
            })
        };
        check_laws::<I>(group, dim, &sized)?;
        Self::decomposed(group, dim, band, sized)
    }

    /// As [`from_function`](Self::from_function), for a function known to be an orthogonal
    /// homomorphism.
    pub(super) fn decomposed(
        group: &I::Group,
        dim: usize,
        band: usize,
        matrix: impl Fn(&ElementOf<I>) -> Result<Vec<f64>, MathError>,
    ) -> Result<Self, MathError> {
        let grid = group.quadrature(band.saturating_mul(2))?;
        let (irreps, multiplicities) = multiplicities::<I>(group, dim, band, &grid, &matrix)?;
        let parts = projectors(&irreps, dim, &grid, &matrix)?;
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(dim);
        let mut sum = Vec::new();
        for ((irrep, count), projectors) in irreps.into_iter().zip(multiplicities).zip(parts) {
            let units = irrep.endomorphisms();
            let first = |x: usize| -> Vec<f64> {
                (0..dim).map(|row| projectors[0][row * dim + x]).collect()
            };
            orthonormal_firsts(dim, units.len(), count, first, |w| {
                let images = projectors.iter().map(|p| multiply(p, &w, dim));
                let embedding: Vec<Vec<f64>> = images.collect();
                let used = units.iter().map(|unit| first_of(unit, &embedding));
                let used = used.collect();
                columns.extend(embedding);
                sum.push(irrep.clone());
                used
            });
        }
        if columns.len() != dim {
            let (e, what) = (
                group.identity(),
                "is one of matrices that have no projectors",
            );
            return Err(broken(group, Law::Homomorphism, &e, f64::INFINITY, what));
        }
        let basis = transpose(&columns.concat(), dim);
        let found = Self::from_parts(group, sum, Some(basis));
        for g in group.probes() {
            let defect = difference(&found.matrix(&g)?, &matrix(&g)?);
            if defect > REPRESENTATION_DEFECT {
                let what = "is not the sum of the irreps found; raise the band";
                return Err(broken(group, Law::Homomorphism, &g, defect, what));
            }
        }
        Ok(found)
    }
}

/// The irreps that occur, and how often, from the mean products of characters.
fn multiplicities<I: SymmetryIrrep>(
    group: &I::Group,
    dim: usize,
    band: usize,
    grid: &Quadrature<ElementOf<I>>,
    matrix: &impl Fn(&ElementOf<I>) -> Result<Vec<f64>, MathError>,
) -> Result<(Vec<I>, Vec<usize>), MathError> {
    let irreps = group.irreps(band)?;
    let mut means = vec![0.0; irreps.len()];
    for (g, weight) in grid.points().iter().zip(grid.weights()) {
        let character = weight * trace(&matrix(g)?, dim);
        for (mean, irrep) in means.iter_mut().zip(&irreps) {
            *mean += character * irrep.character(g)?;
        }
    }
    let (mut found, mut counts, mut filled) = (Vec::new(), Vec::new(), 0);
    for (mean, irrep) in means.into_iter().zip(irreps) {
        let multiplicity = mean / irrep.endomorphism_type().dim() as f64;
        let count = multiplicity.round();
        if !((multiplicity - count).abs() <= MULTIPLICITY && count >= 0.0) {
            return Err(MathError::Multiplicity {
                irrep: irrep.to_string(),
                representation: format!("a representation of {group} of dimension {dim}"),
                multiplicity,
            });
        }
        if count > 0.0 {
            filled += count as usize * irrep.dim();
            found.push(irrep);
            counts.push(count as usize);
        }
    }
    if filled != dim {
        return Err(MathError::Band {
            group: group.to_string(),
            band,
            filled,
            dim,
        });
    }
    Ok((found, counts))
}

/// The matrices `p_a0` for all `a`, for every irrep.
fn projectors<I: SymmetryIrrep>(
    irreps: &[I],
    dim: usize,
    grid: &Quadrature<ElementOf<I>>,
    matrix: &impl Fn(&ElementOf<I>) -> Result<Vec<f64>, MathError>,
) -> Result<Vec<Vec<Vec<f64>>>, MathError> {
    let columns: usize = irreps.iter().map(SymmetryIrrep::dim).sum();
    check_numbers("the projectors of a decomposition", &[columns, dim, dim])?;
    let empty = |irrep: &I| vec![vec![0.0; dim * dim]; irrep.dim()];
    let mut all: Vec<Vec<Vec<f64>>> = irreps.iter().map(empty).collect();
    for (g, weight) in grid.points().iter().zip(grid.weights()) {
        let value = matrix(g)?;
        let matrices = I::matrices(irreps, g)?;
        for ((irrep, psi), projectors) in irreps.iter().zip(matrices).zip(&mut all) {
            let size = irrep.dim();
            for (a, projector) in projectors.iter_mut().enumerate() {
                let factor = size as f64 * weight * psi[a * size];
                for (sum, v) in projector.iter_mut().zip(&value) {
                    *sum += factor * v;
                }
            }
        }
    }
    Ok(all)
}

/// Checks that matrices are orthogonal and multiply like the elements, at the probes.
fn check_laws<I: SymmetryIrrep>(
    group: &I::Group,
    dim: usize,
    matrix: &impl Fn(&ElementOf<I>) -> Result<Vec<f64>, MathError>,
) -> Result<(), MathError> {
    let one = identity(dim);
    let probes = group.probes();
    for g in &probes {
        let value = matrix(g)?;
        let defect = difference(&multiply(&transpose(&value, dim), &value, dim), &one);
        if defect > REPRESENTATION_DEFECT {
            let what = "is not orthogonal";
            return Err(broken(group, Law::Orthogonality, g, defect, what));
        }
        for h in &probes {
            let product = multiply(&value, &matrix(h)?, dim);
            let defect = difference(&product, &matrix(&group.compose(g, h))?);
            if defect > REPRESENTATION_DEFECT {
                let what = format!("times that of {h:?} is not that of the product");
                return Err(broken(group, Law::Homomorphism, g, defect, &what));
            }
        }
    }
    Ok(())
}

fn broken<G: SymmetryGroup>(
    group: &G,
    law: Law,
    g: &G::Element,
    worst: f64,
    problem: &str,
) -> MathError {
    MathError::Law {
        what: format!("a representation of {group}"),
        violation: Violation {
            law,
            witness: format!("{g:?}"),
            explanation: format!("the matrix {problem}"),
            worst,
        },
    }
}
