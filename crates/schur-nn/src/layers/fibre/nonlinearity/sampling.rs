//! Samples of functions on a group, or on its cosets, given by their Fourier coefficients.

use schur_math::{PlanarGroup, PlanarRepresentation, PlaneIsometry};

use crate::NnError;
use crate::tolerance::SAMPLING;

/// The functions on a group `G`, or on the cosets of a subgroup `H`, whose Fourier coefficients
/// are the vectors of a representation, at the points of a grid.
///
/// The coefficients `x` are those of `f(g) = <ρ(g) k, x>`, where `k` (of length 1, fixed by `H`)
/// is the band-limited Dirac function at the identity. A group element permutes the samples if it
/// permutes the grid.
#[derive(Clone, Debug)]
pub(in crate::layers) struct Sampling {
    /// `f(g_i) = Σ_j rows[i][j] x_j`.
    pub(in crate::layers) rows: Vec<Vec<f64>>,
    /// The points `g_i`.
    pub(in crate::layers) points: Vec<PlaneIsometry>,
    /// The elements that permute the grid.
    pub(in crate::layers) grid: PlanarGroup,
}

/// The smallest number of rotations that is at least twice what the highest frequency needs and
/// a multiple of four, so that the symmetries of the pixels permute the grid.
pub(in crate::layers) fn default_rotations(rho: &PlanarRepresentation) -> usize {
    (2 * least_rotations(rho)).next_multiple_of(4)
}

/// The number of rotations that tells the frequencies of a representation apart.
fn least_rotations(rho: &PlanarRepresentation) -> usize {
    let frequencies = rho.parts().iter().map(|part| part.frequency());
    2 * frequencies.max().unwrap_or(0) + 1
}

impl Sampling {
    /// Samples of functions on the cosets of a subgroup of the group of `rho`: at all of them if
    /// the group is finite, otherwise at those of the rotations by multiples of `2π/rotations`
    /// (and the mirrors at the axes of the square).
    pub(in crate::layers) fn new(
        rho: &PlanarRepresentation,
        subgroup: &PlanarGroup,
        rotations: usize,
        layer: &str,
    ) -> Result<Self, NnError> {
        let group = rho.group();
        let grid = match group.finite() {
            Some(_) => group.clone(),
            None if group.has_mirrors() => PlanarGroup::dihedral(rotations)?,
            None => PlanarGroup::cyclic(rotations)?,
        };
        let refuse = |problem: String| NnError::Unsuitable {
            layer: layer.to_string(),
            representation: rho.name().to_string(),
            problem,
        };
        let dirac = dirac(rho, subgroup)?.ok_or_else(|| {
            refuse(format!(
                "an irrep occurs more often in it than in the functions on {}; use \
                 `spectral(frequency)`, or with a subgroup `spectral(frequency, subgroup)`, or a \
                 norm or gated nonlinearity",
                if subgroup.finite().is_some_and(|h| h.order() == 1) {
                    group.to_string()
                } else {
                    format!("the cosets of {subgroup} in {group}")
                }
            ))
        })?;
        let (mut rows, mut points) = (Vec::<Vec<f64>>::new(), Vec::new());
        for g in grid.elements().unwrap_or_default() {
            let row = rho.matrix(&g)?.apply(&dirac);
            // Elements of one coset give the same sample.
            if !rows.iter().any(|other| distance(other, &row) <= SAMPLING) {
                rows.push(row);
                points.push(g);
            }
        }
        let sampling = Self { rows, points, grid };
        if sampling.defect() > SAMPLING {
            let least = least_rotations(rho);
            return Err(refuse(format!(
                "{rotations} rotations do not tell its frequencies apart; use at least {least}"
            )));
        }
        Ok(sampling)
    }

    /// The factor `dim / samples` that makes the transposed of [`rows`](Self::rows) its inverse
    /// on band-limited functions.
    pub(in crate::layers) fn weight(&self) -> f64 {
        self.rows[0].len() as f64 / self.rows.len() as f64
    }

    /// How far sampling and transforming back is from the identity: the largest entry of
    /// `Aᵀ A · weight - 1`. Sums over the grid are integrals up to the degree of the products
    /// if it vanishes; that certifies the grid.
    fn defect(&self) -> f64 {
        let dim = self.rows[0].len();
        let entry = |i: usize, j: usize| -> f64 {
            let sum: f64 = self.rows.iter().map(|row| row[i] * row[j]).sum();
            (sum * self.weight() - f64::from(u8::from(i == j))).abs()
        };
        let pairs = (0..dim).flat_map(|i| (0..=i).map(move |j| (i, j)));
        pairs.map(|(i, j)| entry(i, j)).fold(0.0, f64::max)
    }
}

/// The Dirac function: for the `c`-th copy of an irrep the `c`-th vector of an orthonormal basis
/// of its vectors fixed by the subgroup, weighted with `√dim`, of length 1 in all. `None` if
/// there are more copies than such vectors (up to what commutes with the irrep).
fn dirac(rho: &PlanarRepresentation, subgroup: &PlanarGroup) -> Result<Option<Vec<f64>>, NnError> {
    let mut coefficients = Vec::with_capacity(rho.dim());
    let mut seen: Vec<String> = Vec::new();
    for part in rho.parts() {
        let name = part.to_string();
        let copy = seen.iter().filter(|other| **other == name).count();
        let irrep = PlanarRepresentation::irrep(rho.group(), &name)?;
        let fixed = fixed_vectors(&irrep, subgroup)?;
        let endomorphisms = part.dim() / part.regular_multiplicity();
        let Some(vector) = fixed.get(copy * endomorphisms) else {
            return Ok(None);
        };
        let scale = (part.dim() as f64 / rho.dim() as f64).sqrt();
        coefficients.extend(vector.iter().map(|v| v * scale));
        seen.push(name);
    }
    Ok(Some(rho.change_of_basis().apply(&coefficients)))
}

/// An orthonormal basis of the vectors that a subgroup fixes: the columns of the projection on
/// them, orthogonalised in turn.
fn fixed_vectors(
    rho: &PlanarRepresentation,
    subgroup: &PlanarGroup,
) -> Result<Vec<Vec<f64>>, NnError> {
    let dim = rho.dim();
    let fixed = rho.restricted_to(subgroup)?.invariant_basis();
    let project = |axis: usize| -> Vec<f64> {
        let entry = |row: usize| -> f64 { fixed.iter().map(|v| v[row] * v[axis]).sum() };
        (0..dim).map(entry).collect()
    };
    let mut vectors: Vec<Vec<f64>> = Vec::new();
    for axis in 0..dim {
        let mut vector = project(axis);
        for other in &vectors {
            let overlap: f64 = vector.iter().zip(other).map(|(a, b)| a * b).sum();
            vector
                .iter_mut()
                .zip(other)
                .for_each(|(v, o)| *v -= overlap * o);
        }
        let norm = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
        if norm > SAMPLING {
            vectors.push(vector.into_iter().map(|v| v / norm).collect());
        }
    }
    Ok(vectors)
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let differences = a.iter().zip(b).map(|(x, y)| (x - y).abs());
    differences.fold(0.0, f64::max)
}
