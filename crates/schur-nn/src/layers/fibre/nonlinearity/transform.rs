//! Between Fourier coefficients and samples: what the layers share that compute on samples.

use burn::tensor::{DType, Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_math::{PlanarGroup, PlaneIsometry, SymmetryGroup};

use super::sampling::Sampling;
use crate::exactness::Inexactness;
use crate::matmul::matmul;
use crate::random::normal;
use crate::{AnyGroup, Domain, Field, FieldType, GridGroup, GroupElement, NnError};

/// A matrix given by rows, times `factor`, as a tensor like `x`.
pub(in crate::layers) fn matrix_like(rows: &[Vec<f64>], factor: f64, x: &Tensor<2>) -> Tensor<2> {
    let shape = [rows.len(), rows[0].len()];
    let values: Vec<f64> = rows.iter().flatten().map(|v| v * factor).collect();
    Tensor::from_data(TensorData::new(values, shape), (&x.device(), x.dtype()))
}

/// The samples of every field, `[pixel · copy, sample]`.
pub(in crate::layers) fn samples(x: Tensor<3>, sampling: &Sampling) -> Tensor<2> {
    let [pixels, dim, copies] = x.dims();
    let x: Tensor<2> = x.swap_dims(1, 2).reshape([pixels * copies, dim]);
    let analysis = matrix_like(&sampling.rows, 1.0, &x).transpose();
    matmul(x, analysis)
}

/// What a sampled layer says of an element that does not permute one of its grids.
pub(in crate::layers) fn off_grid<'a>(
    g: &GroupElement,
    mut grids: impl Iterator<Item = &'a GridGroup>,
) -> Option<Inexactness> {
    grids
        .find(|grid| !AnyGroup::from(*grid).contains(g))
        .map(|grid| Inexactness {
            reason: format!(
                "{g} does not permute the samples, which the elements of {grid} permute"
            ),
            remedy: match grid {
                GridGroup::Plane(_) => "use a multiple of 4 rotations".to_string(),
                GridGroup::Space(_) => "use more rotations, and see `aliasing`".to_string(),
            },
        })
}

/// The samples of every field as a map of the channels in memory order: component-major, as the
/// coefficients are.
pub(in crate::layers) fn analysis<'a>(
    fields: &FieldType,
    samplings: impl Iterator<Item = &'a Sampling>,
) -> Vec<Vec<(usize, f64)>> {
    let mut rows = Vec::new();
    for ((offset, block), sampling) in fields.parts().zip(samplings) {
        let copies = block.multiplicity;
        for row in &sampling.rows {
            for copy in 0..copies {
                let terms = row.iter().enumerate();
                let terms = terms.map(|(c, &v)| (offset + c * copies + copy, v));
                rows.push(terms.collect());
            }
        }
    }
    rows
}

/// The coefficients of every field as a map of its samples: the way back.
pub(in crate::layers) fn synthesis<'a>(
    fields: &FieldType,
    samplings: impl Iterator<Item = &'a Sampling>,
) -> Vec<Vec<(usize, f64)>> {
    let (mut rows, mut offset) = (Vec::new(), 0);
    for (block, sampling) in fields.blocks().iter().zip(samplings) {
        let (copies, weight) = (block.multiplicity, sampling.weight());
        for component in 0..block.representation.dim() {
            for copy in 0..copies {
                let terms = sampling.rows.iter().enumerate();
                let terms =
                    terms.map(|(i, row)| (offset + i * copies + copy, row[component] * weight));
                rows.push(terms.collect());
            }
        }
        offset += sampling.rows.len() * copies;
    }
    rows
}

/// Fields of normal random coefficients, so many of them on the places of a domain, in `f64`; always
/// the same ones.
pub(in crate::layers) fn random_field(
    fields: &FieldType,
    batch: usize,
    domain: Domain,
) -> Result<Field, NnError> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let shape = [batch, domain.places(), fields.channels()];
    let values: Vec<f64> = (0..shape.iter().product())
        .map(|_| normal(&mut rng))
        .collect();
    let place = (&Device::flex(), DType::F64);
    let x = Tensor::from_data(TensorData::new(values, shape), place);
    Field::from_memory(x, domain, fields)
}

/// The largest defect for elements of a continuous group between the samples: in the plane rotations by
/// a half and a quarter of the step of a grid, in space rotations at random, always the same ones.
pub(in crate::layers) fn between_samples<'a>(
    group: &AnyGroup,
    samplings: impl Iterator<Item = &'a Sampling>,
    defect: impl Fn(&GroupElement) -> Result<f64, NnError>,
) -> Result<f64, NnError> {
    let mut elements: Vec<GroupElement> = Vec::new();
    for grid in samplings.map(|sampling| &sampling.grid) {
        let Some(rotations) = grid.plane().and_then(PlanarGroup::rotations) else {
            continue;
        };
        let step = std::f64::consts::TAU / rotations as f64;
        for fraction in [0.5, 0.25] {
            elements.push(PlaneIsometry::rotation(step * fraction)?.into());
        }
    }
    if let Some(group) = group.spatial() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        elements.extend((0..4).map(|_| GroupElement::from(group.random(&mut rng))));
    }
    let mut defects = elements.iter().map(defect);
    defects.try_fold(0.0, |worst, found| Ok(f64::max(worst, found?)))
}
