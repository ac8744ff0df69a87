//! Mean and variance of fields of any orthogonal representation, composed of Burn's operations
//! and so differentiable through the statistics.

use burn::tensor::{Tensor, TensorData};

use crate::layers::map_blocks;
use crate::{FieldType, NnError};

/// What is normed together: axes `[kept, pooled, component, group, member]`, where statistics
/// run over `pooled`, `member` and the components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Together {
    /// Over batch and pixels, for every field.
    Batch,
    /// Over the pixels of a sample, for every field.
    Sample,
    /// Over the pixels of a sample and all fields of each of so many groups of a block.
    Groups(usize),
    /// At a pixel, over all fields of a block.
    PixelBlock,
    /// At a pixel, for every field.
    PixelField,
}

impl Together {
    /// `[kept, pooled, group, member]` for a batch of images with so many copies of a field.
    fn shape(self, batch: usize, pixels: usize, copies: usize) -> [usize; 4] {
        match self {
            Self::Batch => [1, batch * pixels, copies, 1],
            Self::Sample => [batch, pixels, copies, 1],
            Self::Groups(groups) => [batch, pixels, groups, copies / groups],
            Self::PixelBlock => [batch * pixels, 1, 1, copies],
            Self::PixelField => [batch * pixels, 1, copies, 1],
        }
    }
}

/// Mean, in coordinates of the invariant vectors, and variance of every field:
/// `[kept, invariant, group]` and `[kept, group]`.
pub(crate) struct Moments {
    /// None where there are no invariant vectors.
    pub(crate) mean: Option<Tensor<3>>,
    /// Biased.
    pub(crate) variance: Tensor<2>,
}

/// Normalisation of fields of one type.
#[derive(Clone, Debug)]
pub(crate) struct Normalizer {
    fields: FieldType,
    /// Per block: orthonormal bases of the invariant vectors.
    invariants: Vec<Vec<Vec<f64>>>,
}

impl Normalizer {
    pub(crate) fn new(fields: &FieldType) -> Result<Self, NnError> {
        let blocks = fields.blocks().iter();
        let invariants = blocks.map(|b| b.representation.invariant_basis());
        Ok(Self {
            invariants: invariants.collect::<Result<_, _>>()?,
            fields: fields.clone(),
        })
    }

    /// Number of means and shifts: one per field and invariant direction.
    pub(crate) fn shifts(&self) -> usize {
        let blocks = self.fields.blocks().iter().zip(&self.invariants);
        blocks
            .map(|(b, vectors)| b.multiplicity * vectors.len())
            .sum()
    }

    /// `γ (x - μ) / √(σ² + ε) + β` for every block, with the moments that `moments` gives of a
    /// block as `[kept, pooled, component, group, member]`.
    pub(crate) fn normalize(
        &self,
        memory: Tensor<3>,
        together: Together,
        epsilon: f64,
        gamma: &Tensor<1>,
        beta: &Tensor<1>,
        mut moments: impl FnMut(&Tensor<5>, usize) -> Moments,
    ) -> Tensor<3> {
        let [batch, places, _] = memory.dims();
        let (mut field, mut shift) = (0, 0);
        map_blocks(memory, &self.fields, |x, block| {
            let [pixels, dim, copies] = x.dims();
            let [kept, pooled, groups, members] = together.shape(batch, places, copies);
            let x: Tensor<5> = x.reshape([kept, pooled, dim, groups, members]);
            let Moments { mean, variance } = moments(&x, block);
            let gamma = gamma.clone().narrow(0, field, copies);
            field += copies;
            let deviation = (variance + epsilon).sqrt();
            let gain = gamma.reshape([1, 1, 1, groups, members])
                / deviation.reshape([kept, 1, 1, groups, 1]);
            let vectors = &self.invariants[block];
            let y = match mean {
                None => x * gain,
                Some(mean) => {
                    let center = along(vectors, mean).reshape([kept, 1, dim, groups, 1]);
                    let beta = beta.clone().narrow(0, shift, copies * vectors.len());
                    shift += copies * vectors.len();
                    let beta = along(vectors, beta.reshape([1, vectors.len(), copies]));
                    (x - center) * gain + beta.reshape([1, 1, dim, groups, members])
                }
            };
            y.reshape([pixels, dim, copies])
        })
    }

    /// The moments of a block as it is.
    pub(crate) fn moments(&self, x: &Tensor<5>, block: usize) -> Moments {
        let [kept, _, dim, groups, _] = x.dims();
        let vectors = &self.invariants[block];
        let pool = |x: Tensor<5>| x.mean_dim(1).mean_dim(4);
        if vectors.is_empty() {
            let variance = pool(x.clone().square().mean_dim(2)).reshape([kept, groups]);
            return Moments {
                mean: None,
                variance,
            };
        }
        let whole: Tensor<3> = pool(x.clone()).reshape([kept, dim, groups]);
        let coordinates: Vec<Tensor<3>> = vectors
            .iter()
            .map(|v| (whole.clone() * column(v, &whole)).sum_dim(1))
            .collect();
        let mean = Tensor::cat(coordinates, 1);
        let center = along(vectors, mean.clone()).reshape([kept, 1, dim, groups, 1]);
        let deviation = (x.clone() - center).square();
        Moments {
            variance: pool(deviation.mean_dim(2)).reshape([kept, groups]),
            mean: Some(mean),
        }
    }

    /// Statistics of a block from those of all: `[shifts]` and `[fields]`.
    pub(crate) fn of_block(&self, mean: &Tensor<1>, variance: &Tensor<1>, block: usize) -> Moments {
        let before = self.fields.blocks()[..block].iter().zip(&self.invariants);
        let (mut field, mut shift) = (0, 0);
        for (block, vectors) in before {
            field += block.multiplicity;
            shift += block.multiplicity * vectors.len();
        }
        let copies = self.fields.blocks()[block].multiplicity;
        let count = self.invariants[block].len();
        let mean = (count > 0).then(|| {
            let mean = mean.clone().narrow(0, shift, count * copies);
            mean.reshape([1, count, copies])
        });
        let variance = variance.clone().narrow(0, field, copies);
        Moments {
            mean,
            variance: variance.reshape([1, copies]),
        }
    }
}

impl Normalizer {
    /// Scale and shift of every channel in memory order, for fixed factors per field and means
    /// and shifts per field and invariant direction: `factor (x - μ) + β`.
    pub(crate) fn of_channels(
        &self,
        factors: &[f64],
        mean: &[f64],
        beta: &[f64],
    ) -> (Vec<f64>, Vec<f64>) {
        let (mut scales, mut shifts) = (Vec::new(), Vec::new());
        let mut shift = 0;
        for ((fields, block), vectors) in self.fields.ranges().zip(&self.invariants) {
            let copies = block.multiplicity;
            for component in 0..block.representation.dim() {
                for (copy, &factor) in factors[fields.clone()].iter().enumerate() {
                    let along = |(i, v): (usize, &Vec<f64>)| {
                        let k = shift + i * copies + copy;
                        v[component] * (beta[k] - factor * mean[k])
                    };
                    scales.push(factor);
                    shifts.push(vectors.iter().enumerate().map(along).sum());
                }
            }
            shift += copies * vectors.len();
        }
        (scales, shifts)
    }

    /// The mean over the pooled fields of a group, in the invariant directions, as a map of the
    /// channels: subtracting its image centres the fields.
    pub(crate) fn mean_rows(&self, together: Together) -> Vec<Vec<(usize, f64)>> {
        let entry = |block: usize, row: usize, col: usize| -> f64 {
            let vectors = self.invariants[block].iter();
            vectors.map(|v| v[row] * v[col]).sum()
        };
        self.group_rows(together, entry)
    }

    /// The mean over the pooled fields of a group and their components, as a map of the channels.
    pub(crate) fn variance_rows(&self, together: Together) -> Vec<Vec<(usize, f64)>> {
        let blocks = self.fields.blocks();
        let dim = |block: usize| blocks[block].representation.dim();
        self.group_rows(together, |block, _, _| 1.0 / dim(block) as f64)
    }

    /// The mean of the members of a group, after a matrix on the components of a block.
    fn group_rows(
        &self,
        together: Together,
        entry: impl Fn(usize, usize, usize) -> f64,
    ) -> Vec<Vec<(usize, f64)>> {
        let mut rows = Vec::with_capacity(self.fields.channels());
        for (index, (offset, block)) in self.fields.parts().enumerate() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            let [_, _, _, members] = together.shape(1, 1, copies);
            for row in 0..dim {
                for copy in 0..copies {
                    let first = copy / members * members;
                    let mut terms = Vec::new();
                    for col in 0..dim {
                        let value = entry(index, row, col) / members as f64;
                        if value != 0.0 {
                            let channel = offset + col * copies + first;
                            terms.extend((0..members).map(|m| (channel + m, value)));
                        }
                    }
                    rows.push(terms);
                }
            }
        }
        rows
    }
}

/// The vectors with the given coordinates, `[kept, component, group]` from
/// `[kept, invariant, group]`.
fn along(vectors: &[Vec<f64>], coordinates: Tensor<3>) -> Tensor<3> {
    let term =
        |(i, v): (usize, &Vec<f64>)| coordinates.clone().narrow(1, i, 1) * column(v, &coordinates);
    let terms = vectors.iter().enumerate().map(term);
    let sum = terms.reduce(|sum, term| sum + term);
    sum.expect("there are invariant vectors where there are coordinates")
}

/// A vector over the components, `[1, component, 1]`.
fn column(vector: &[f64], like: &Tensor<3>) -> Tensor<3> {
    let data = TensorData::new(vector.to_vec(), [1, vector.len(), 1]);
    Tensor::from_data(data, (&like.device(), like.dtype()))
}
