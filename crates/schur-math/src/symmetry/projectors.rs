//! The projector formula: the irreps in matrices given by a function.

use super::{Coupling, ElementOf, SymmetryGroup, SymmetryIrrep};
use crate::error::MathError;
use crate::finite_representation::{FiniteRepresentation, check_numbers};
use crate::group::Element;
use crate::linear::{norm, remainder};
use crate::matrix::Matrix;
use crate::quadrature::Quadrature;
use crate::tolerance::MULTIPLICITY;
use crate::violation::{Law, Violation};

/// The matrix of an element.
pub(crate) enum Image<'a> {
    Dense(Matrix),
    /// Images and signs of the basis vectors.
    Signed(&'a [usize], &'a [i8]),
}

impl Image<'_> {
    fn trace(&self) -> f64 {
        match self {
            Self::Dense(matrix) => matrix.trace(),
            Self::Signed(images, signs) => {
                let fixed = images.iter().zip(*signs).enumerate();
                let fixed = fixed.filter(|(j, (i, _))| *i == j);
                fixed.map(|(_, (_, &sign))| f64::from(sign)).sum()
            }
        }
    }

    /// Adds a multiple to a matrix.
    fn add_to(&self, factor: f64, sum: &mut Matrix) {
        match self {
            Self::Dense(matrix) => {
                for (s, v) in sum.values_mut().iter_mut().zip(matrix.values()) {
                    *s += factor * v;
                }
            }
            Self::Signed(images, signs) => {
                for (j, (&i, &sign)) in images.iter().zip(*signs).enumerate() {
                    sum[(i, j)] += factor * f64::from(sign);
                }
            }
        }
    }
}

/// The irreps in matrices given by a function, and the change of basis.
pub(crate) fn decompose<'a, I: SymmetryIrrep>(
    group: &I::Group,
    dim: usize,
    band: usize,
    image: impl Fn(&ElementOf<I>) -> Result<Image<'a>, MathError>,
) -> Result<(Vec<I>, Matrix), MathError> {
    let grid = group.quadrature(band.saturating_mul(2))?;
    let (irreps, multiplicities) = multiplicities::<I>(group, dim, band, &grid, &image)?;
    let (mut parts, mut columns) = (Vec::new(), Vec::with_capacity(dim));
    let mut counts = multiplicities.into_iter();
    // As many irreps at once as their projectors have room: matrices are made once for them.
    let room = (Matrix::MAX_NUMBERS / (dim * dim).max(1)).max(1);
    let mut rest = &irreps[..];
    while let Some(first) = rest.first() {
        let (mut size, mut taken) = (first.dim(), 1);
        while let Some(next) = rest.get(taken).filter(|next| size + next.dim() <= room) {
            (size, taken) = (size + next.dim(), taken + 1);
        }
        let (now, later) = rest.split_at(taken);
        check_numbers(
            "the projectors of a decomposition",
            &[first.dim(), dim, dim],
        )?;
        for (irrep, projectors) in now.iter().zip(projectors(now, dim, &grid, &image)?) {
            let units = irrep.endomorphisms();
            let first = |x: usize| projectors[0].column(x);
            let count = counts.next().unwrap_or(0);
            orthonormal_firsts(dim, units.len(), count, first, |w| {
                let embedding: Vec<Vec<f64>> = projectors.iter().map(|p| p.apply(&w)).collect();
                let used = units.iter().map(|unit| first_of(unit, &embedding));
                let used = used.collect();
                columns.extend(embedding);
                parts.push(irrep.clone());
                used
            });
        }
        rest = later;
    }
    if columns.len() != dim {
        let (e, what) = (
            group.identity(),
            "is one of matrices that have no projectors",
        );
        return Err(broken(group, Law::Homomorphism, &e, f64::INFINITY, what));
    }
    let basis = Matrix::from_fn(dim, dim, |i, j| columns[j][i]);
    Ok((parts, basis))
}

/// The irreps in the matrices of a finite group, and the change of basis.
pub(crate) fn decompose_finite<I: SymmetryIrrep>(
    group: &I::Group,
    rho: &FiniteRepresentation,
) -> Result<(Vec<I>, Matrix), MathError> {
    let image = |g: &ElementOf<I>| {
        group.check_element(g)?;
        let g = group.finite_index(g).unwrap_or(Element::new(0));
        Ok(match rho.signed_permutation(g) {
            Some((images, signs)) => Image::Signed(images, signs),
            None => Image::Dense(rho.matrix(g)),
        })
    };
    // A finite group has finitely many irreps, whatever the band.
    decompose::<I>(group, rho.dim(), rho.group().order(), image)
}

/// The irreps in the product of two of a finite group, each with its columns of the change of basis.
pub(crate) fn finite_couplings<I: SymmetryIrrep>(
    group: &I::Group,
    left: &FiniteRepresentation,
    right: &FiniteRepresentation,
) -> Result<Vec<Coupling<I>>, MathError> {
    let (irreps, basis) = decompose_finite::<I>(group, &left.tensor_product(right)?)?;
    let mut start = 0;
    let copy = |irrep: I| {
        let isometry = basis.columns(start, irrep.dim());
        start += irrep.dim();
        Coupling::new(irrep, isometry)
    };
    Ok(irreps.into_iter().map(copy).collect())
}

/// The irreps that occur, and how often, from the mean products of characters.
fn multiplicities<'a, I: SymmetryIrrep>(
    group: &I::Group,
    dim: usize,
    band: usize,
    grid: &Quadrature<ElementOf<I>>,
    image: &impl Fn(&ElementOf<I>) -> Result<Image<'a>, MathError>,
) -> Result<(Vec<I>, Vec<usize>), MathError> {
    let irreps = group.irreps(band)?;
    let mut means = vec![0.0; irreps.len()];
    for (g, weight) in grid.points().iter().zip(grid.weights()) {
        let character = weight * image(g)?.trace();
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

/// Signed permutation matrices of all elements, row by row: a sum of multiples of them is then made in
/// the cache, in the order of the elements as it is entry by entry.
struct SignedRows {
    elements: usize,
    /// `[row][element]`: where the entry of the row is, and its sign.
    columns: Vec<u32>,
    signs: Vec<i8>,
}

impl SignedRows {
    /// Most entries.
    const MAX: usize = 1 << 23;

    /// If all matrices are signed permutations, and not too many.
    fn of<'a, E>(
        dim: usize,
        grid: &Quadrature<E>,
        image: &impl Fn(&E) -> Result<Image<'a>, MathError>,
    ) -> Result<Option<Self>, MathError> {
        let elements = grid.points().len();
        if elements.saturating_mul(dim) > Self::MAX {
            return Ok(None);
        }
        let mut rows = Self {
            elements,
            columns: vec![0; dim * elements],
            signs: vec![0; dim * elements],
        };
        for (index, g) in grid.points().iter().enumerate() {
            let Image::Signed(images, signs) = image(g)? else {
                return Ok(None);
            };
            for (j, (&i, &sign)) in images.iter().zip(signs).enumerate() {
                rows.columns[i * elements + index] = j as u32;
                rows.signs[i * elements + index] = sign;
            }
        }
        Ok(Some(rows))
    }

    /// Adds the multiples of all matrices to a matrix.
    fn add_to(&self, factors: &[f64], sum: &mut Matrix) {
        let columns = self.columns.chunks_exact(self.elements);
        let rows = columns.zip(self.signs.chunks_exact(self.elements));
        let width = sum.cols();
        for (row, (columns, signs)) in sum.values_mut().chunks_exact_mut(width).zip(rows) {
            for ((&factor, &j), &sign) in factors.iter().zip(columns).zip(signs) {
                if factor != 0.0 {
                    row[j as usize] += factor * f64::from(sign);
                }
            }
        }
    }
}

/// The matrices `p_a0` for all `a`, for every irrep.
fn projectors<'a, I: SymmetryIrrep>(
    irreps: &[I],
    dim: usize,
    grid: &Quadrature<ElementOf<I>>,
    image: &impl Fn(&ElementOf<I>) -> Result<Image<'a>, MathError>,
) -> Result<Vec<Vec<Matrix>>, MathError> {
    let empty = |irrep: &I| vec![Matrix::zeros(dim, dim); irrep.dim()];
    let mut all: Vec<Vec<Matrix>> = irreps.iter().map(empty).collect();
    if let Some(rows) = SignedRows::of(dim, grid, image)? {
        let mut factors: Vec<Vec<Vec<f64>>> =
            irreps.iter().map(|i| vec![Vec::new(); i.dim()]).collect();
        for (g, weight) in grid.points().iter().zip(grid.weights()) {
            for (psi, factors) in I::matrices(irreps, g)?.iter().zip(&mut factors) {
                for (a, factors) in factors.iter_mut().enumerate() {
                    factors.push(psi.rows() as f64 * weight * psi[(a, 0)]);
                }
            }
        }
        let projectors = all.iter_mut().flatten();
        for (projector, factors) in projectors.zip(factors.iter().flatten()) {
            rows.add_to(factors, projector);
        }
        return Ok(all);
    }
    for (g, weight) in grid.points().iter().zip(grid.weights()) {
        let value = image(g)?;
        let matrices = I::matrices(irreps, g)?;
        for (psi, projectors) in matrices.iter().zip(&mut all) {
            for (a, projector) in projectors.iter_mut().enumerate() {
                let factor = psi.rows() as f64 * weight * psi[(a, 0)];
                if factor != 0.0 {
                    value.add_to(factor, projector);
                }
            }
        }
    }
    Ok(all)
}

/// Chooses `multiplicity` unit vectors in the image of a projector `p_00` of trace
/// `units · multiplicity`, orthogonal to all that the ones before them use up: `first(x)` is
/// `p_00 e_x`, and `take` is told each vector and returns the `units` vectors that it uses.
///
/// What is left of `p_00` after some copies has trace `units · (copies still to find)`, so some
/// `e_x` has at least its share of that; the next one with half of it is taken. Fewer are found
/// only if `first` is no such projector.
pub(crate) fn orthonormal_firsts(
    points: usize,
    units: usize,
    multiplicity: usize,
    first: impl Fn(usize) -> Vec<f64>,
    mut take: impl FnMut(Vec<f64>) -> Vec<Vec<f64>>,
) {
    let mut used: Vec<Vec<f64>> = Vec::new();
    let (mut found, mut x, mut looked) = (0, 0, 0);
    while found < multiplicity && looked < 2 * points {
        let left = (units * (multiplicity - found)) as f64;
        let candidate = first(x);
        let rest = remainder(&remainder(&candidate, &used), &used);
        let size = norm(&rest);
        // Inaccurate matrices might miss the share everywhere; then the best is taken.
        let enough = if looked < points { 0.5 } else { 0.0 };
        if size * size >= enough * left / points as f64 && size > 0.0 {
            used.extend(take(rest.into_iter().map(|v| v / size).collect()));
            found += 1;
            looked = 0;
        }
        looked += 1;
        x = (x + 1) % points;
    }
}

/// The image of `Eᵀ e_0`.
fn first_of(unit: &Matrix, embedding: &[Vec<f64>]) -> Vec<f64> {
    let mut sum = vec![0.0; embedding[0].len()];
    for (factor, vector) in unit.row(0).iter().zip(embedding) {
        for (s, v) in sum.iter_mut().zip(vector) {
            *s += factor * v;
        }
    }
    sum
}

pub(crate) fn broken<G: SymmetryGroup>(
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
