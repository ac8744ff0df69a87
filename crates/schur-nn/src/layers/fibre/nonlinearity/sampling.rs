//! Samples of functions on a group, or on its cosets, given by their Fourier coefficients.

use std::fmt;

use schur_math::{
    GroupSamples, NamedGroup, PlanarGroup, PlanarIrrep, Representation, Sampled, Schoenflies,
    SpatialGroup, SpatialIrrep, SymmetryGroup, SymmetryIrrep,
};

use crate::group::AnyRepresentation;
use crate::tolerance::SAMPLING;
use crate::{FieldType, GridGroup, GroupElement, NnError};

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
    pub(in crate::layers) points: Vec<GroupElement>,
    /// The elements that permute the grid.
    pub(in crate::layers) grid: GridGroup,
    /// Whether a point stands for several elements, those of a coset.
    pub(in crate::layers) merged: bool,
}

/// The subgroup of whose cosets the samples are functions: none, for functions on the group itself, or
/// one by a name, which fields of space take as that of a group of space.
pub(crate) fn cosets(
    fields: &FieldType,
    subgroup: Option<&GridGroup>,
    layer: &str,
) -> Result<GridGroup, NnError> {
    let group = fields.grid_group(layer)?;
    match (subgroup, group) {
        (Some(subgroup), GridGroup::Space(_)) => subgroup.in_space(),
        (Some(subgroup), GridGroup::Plane(_)) => Ok(subgroup.clone()),
        (None, GridGroup::Plane(_)) => Ok(PlanarGroup::cyclic(1)?.into()),
        (None, GridGroup::Space(_)) => Ok(SpatialGroup::new(Schoenflies::C(Some(1)))?.into()),
    }
}

impl Sampling {
    /// Samples of functions on the cosets of a subgroup: at all of them if the group is finite,
    /// otherwise at those of as many elements as are asked for ([`GroupSamples`]).
    pub(in crate::layers) fn new(
        rho: &AnyRepresentation,
        subgroup: &GridGroup,
        count: Option<usize>,
        layer: &str,
    ) -> Result<Self, NnError> {
        let [sampling, _] = Self::pair([rho, rho], subgroup, count, layer)?;
        Ok(sampling)
    }

    /// The same samples of functions of two bands.
    pub(in crate::layers) fn pair(
        pair: [&AnyRepresentation; 2],
        subgroup: &GridGroup,
        count: Option<usize>,
        layer: &str,
    ) -> Result<[Self; 2], NnError> {
        let planar = pair.map(AnyRepresentation::get::<Representation<PlanarIrrep>>);
        let spatial = pair.map(AnyRepresentation::get::<Representation<SpatialIrrep>>);
        match (planar, spatial, subgroup) {
            ([Some(a), Some(b)], _, GridGroup::Plane(h)) => pair_of([a, b], h, count, layer),
            (_, [Some(a), Some(b)], GridGroup::Space(h)) => pair_of([a, b], h, count, layer),
            _ => Err(NnError::Unsuitable {
                layer: layer.to_string(),
                representation: pair[0].name().to_string(),
                problem: format!(
                    "functions on the cosets of {subgroup} are those of a group that acts on the \
                     same space, the plane or space"
                ),
            }),
        }
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

/// The samples of two representations of a group of the plane, or of space.
fn pair_of<I>(
    pair: [&Representation<I>; 2],
    subgroup: &I::Group,
    count: Option<usize>,
    layer: &str,
) -> Result<[Sampling; 2], NnError>
where
    I: SymmetryIrrep + fmt::Display + Send + Sync + 'static,
    I::Group: NamedGroup + Sampled,
    GridGroup: From<I::Group>,
    GroupElement: From<<I::Group as SymmetryGroup>::Element>,
{
    let group = pair[0].group();
    let band = pair[0].band().max(pair[1].band());
    let samples = GroupSamples::new(group, subgroup, band, count)?;
    let mut diracs = Vec::with_capacity(2);
    for rho in pair {
        let refuse = |problem: String| NnError::Unsuitable {
            layer: layer.to_string(),
            representation: rho.name().to_string(),
            problem,
        };
        diracs.push(dirac(rho, subgroup)?.ok_or_else(|| {
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
        })?);
    }
    let mut rows = [(); 2].map(|()| Vec::<Vec<f64>>::new());
    let mut points = Vec::new();
    for g in samples.elements() {
        let row = |side: usize| -> Result<Vec<f64>, NnError> {
            Ok(pair[side].matrix(g)?.apply(&diracs[side]))
        };
        let [first, second] = [row(0)?, row(1)?];
        // Elements of one coset give the same samples.
        let same = |at: usize| {
            distance(&rows[0][at], &first) <= SAMPLING
                && distance(&rows[1][at], &second) <= SAMPLING
        };
        if !(0..points.len()).any(same) {
            rows[0].push(first);
            rows[1].push(second);
            points.push(GroupElement::from(g.clone()));
        }
    }
    let grid = GridGroup::from(samples.symmetries().clone());
    let merged = points.len() < samples.elements().len();
    let samplings = rows.map(|rows| Sampling {
        merged,
        rows,
        points: points.clone(),
        grid: grid.clone(),
    });
    for (sampling, rho) in samplings.iter().zip(pair) {
        if sampling.defect() > SAMPLING {
            return Err(NnError::Unsuitable {
                layer: layer.to_string(),
                representation: rho.name().to_string(),
                problem: format!(
                    "{} rotations do not tell its frequencies apart; use at least {}",
                    count.unwrap_or(points.len()),
                    2 * band + 1
                ),
            });
        }
    }
    Ok(samplings)
}

/// The Dirac function: for the `c`-th copy of an irrep the `c`-th vector of an orthonormal basis
/// of its vectors fixed by the subgroup, weighted with `√dim`, of length 1 in all. `None` if
/// there are more copies than such vectors (up to what commutes with the irrep).
fn dirac<I>(rho: &Representation<I>, subgroup: &I::Group) -> Result<Option<Vec<f64>>, NnError>
where
    I: SymmetryIrrep + fmt::Display + Send + Sync + 'static,
    I::Group: NamedGroup,
{
    let mut coefficients = Vec::with_capacity(rho.dim());
    let mut seen: Vec<String> = Vec::new();
    for part in rho.parts() {
        let name = part.to_string();
        let copy = seen.iter().filter(|other| **other == name).count();
        let fixed = fixed_vectors(&Representation::of_irrep(part), subgroup)?;
        let endomorphisms = part.endomorphism_type().dim();
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
fn fixed_vectors<I>(rho: &Representation<I>, subgroup: &I::Group) -> Result<Vec<Vec<f64>>, NnError>
where
    I: SymmetryIrrep + Send + Sync + 'static,
    I::Group: NamedGroup,
{
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
