//! Steerable kernels as linear maps from harmonics times input components to output components.

use burn::tensor::Tensor;
use schur_math::{KernelBand, PlanarRepresentation, SteerableKernelBasis};

use crate::PointGraph;
use crate::layers::grid::conv::kernel::{check_groups, connected};
use crate::ops::dense::{Elements, Weights};
use crate::{FieldType, NnError};

/// The kernels between all pairs of blocks.
#[derive(Debug)]
pub(super) struct PointMaps {
    pub(super) input: FieldType,
    pub(super) output: FieldType,
    pub(super) band: KernelBand,
    /// Per pair of blocks, those of the output outer, per shell and frequency the kernels
    /// `ψ(r) (cos μφ C + sin μφ S)`, with `C` and `S` as positions; without `S` for frequency 0.
    pairs: Vec<Vec<Elements>>,
}

/// Per kernel the mean of `‖K‖²` where the cosine and the sine have these mean products.
fn squared_norms(maps: &Elements, [cc, cs, ss]: [f64; 3]) -> impl Iterator<Item = f64> {
    maps.each().map(move |kernel| {
        let (cos, sin) = kernel.split_at(kernel.len() / maps.positions);
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        cc * dot(cos, cos) + 2.0 * cs * dot(cos, sin) + ss * dot(sin, sin)
    })
}

impl PointMaps {
    pub(super) fn new(
        input: &FieldType,
        output: &FieldType,
        band: &KernelBand,
        groups: usize,
    ) -> Result<Self, NnError> {
        input.check_group(output)?;
        check_groups("point convolution", groups, input, output)?;
        let layer = "point convolution";
        let (inputs, outs) = (input.planar_blocks(layer)?, output.planar_blocks(layer)?);
        let mut pairs = Vec::new();
        for (o, out) in outs.into_iter().enumerate() {
            for (i, rho) in inputs.iter().enumerate() {
                pairs.push(if connected(groups, i, input, o, output) {
                    pair(out, rho, band)?
                } else {
                    nothing(band)
                });
            }
        }
        if pairs.iter().flatten().all(|maps| maps.count == 0) {
            return Err(NnError::Config {
                at: "point convolution".to_string(),
                problem: format!(
                    "among kernels of the band only 0 commutes with the group from `{input}` to \
                     `{output}`; use higher frequencies, or types that share irreps"
                ),
            });
        }
        Ok(Self {
            input: input.clone(),
            output: output.clone(),
            band: band.clone(),
            pairs,
        })
    }

    /// Number of weights.
    pub(super) fn weights(&self) -> usize {
        self.rows().map(|(weights, _)| weights).sum()
    }

    /// Per block of the output the number of its weights, and the mean square of a component
    /// of its fields for independent weights and features of variance 1, over all points of
    /// `graph` with an edge.
    pub(super) fn powers(&self, graph: &PointGraph, factors: &[f64]) -> Vec<(usize, f64)> {
        let products = self.mean_products(graph, factors);
        let rows = self.rows().zip(self.output.blocks());
        let power = |(weights, pairs): (usize, &[Vec<Elements>]), dim: usize| {
            let mut sum = 0.0;
            for (maps, block) in pairs.iter().zip(self.input.blocks()) {
                for (maps, &products) in maps.iter().zip(&products) {
                    let norms: f64 = squared_norms(maps, products).sum();
                    sum += norms * block.multiplicity as f64;
                }
            }
            (weights, sum / dim as f64)
        };
        rows.map(|(row, out)| power(row, out.representation.dim()))
            .collect()
    }

    /// The weights and the pairs of every block of the output.
    fn rows(&self) -> impl Iterator<Item = (usize, &[Vec<Elements>])> {
        let inputs = self.input.blocks();
        let rows = self.pairs.chunks(inputs.len());
        rows.zip(self.output.blocks()).map(move |(pairs, out)| {
            let counts = pairs.iter().zip(inputs).map(|(maps, block)| {
                let kernels: usize = maps.iter().map(|m| m.count).sum();
                kernels * block.multiplicity * out.multiplicity
            });
            (counts.sum(), pairs)
        })
    }

    /// Per harmonic the sums over the edges into a point of squares and products of cosine and
    /// sine, times the squared factor of the edge: their mean over all points with an edge.
    fn mean_products(&self, graph: &PointGraph, factors: &[f64]) -> Vec<[f64; 3]> {
        let harmonics = self.pairs.first().map_or(&[][..], |maps| maps);
        let mut products = vec![[0.0; 3]; harmonics.len()];
        let all = graph.harmonics(&self.band);
        for (values, factor) in all.chunks(self.band.harmonics()).zip(factors) {
            let mut values = values.iter().map(|value| value * factor);
            for (sums, maps) in products.iter_mut().zip(harmonics) {
                let cos = values.next().unwrap_or(0.0);
                let sin = match maps.positions {
                    1 => 0.0,
                    _ => values.next().unwrap_or(0.0),
                };
                for (sum, product) in sums.iter_mut().zip([cos * cos, cos * sin, sin * sin]) {
                    *sum += product;
                }
            }
        }
        let seeing = graph.degrees().iter().filter(|&&d| d > 0).count().max(1) as f64;
        products.iter_mut().flatten().for_each(|sum| *sum /= seeing);
        products
    }

    /// All kernels as one matrix `[harmonic · input channel, output channel]`, channels in
    /// memory order.
    pub(super) fn matrix(&self, weight: Tensor<1>) -> Tensor<2> {
        let mut weights = Weights::new(weight);
        let mut columns = Vec::with_capacity(self.output.blocks().len());
        for ((_, pairs), out) in self.rows().zip(self.output.blocks()) {
            let out = out.shape();
            let harmonics = pairs.first().map_or(0, Vec::len);
            let mut parts: Vec<Vec<Tensor<3>>> = vec![Vec::new(); harmonics];
            for (maps, block) in pairs.iter().zip(self.input.blocks()) {
                let input = block.shape();
                for (maps, parts) in maps.iter().zip(&mut parts) {
                    let sums = weights.combine_new(maps, [input, out]);
                    let shape = [maps.positions, input.channels(), out.channels()];
                    parts.push(sums.permute([0, 1, 3, 2, 4]).reshape(shape));
                }
            }
            let rows = parts.into_iter().map(|parts| Tensor::cat(parts, 1));
            columns.push(Tensor::cat(rows.collect(), 0));
        }
        let matrix = Tensor::cat(columns, 2);
        let [functions, inputs, outs] = matrix.dims();
        matrix.reshape([functions * inputs, outs])
    }
}

/// No kernels, by harmonic.
fn nothing(band: &KernelBand) -> Vec<Elements> {
    let frequencies = band.shells().iter().flat_map(|shell| shell.frequencies());
    let of_frequency = |&frequency: &usize| Elements {
        count: 0,
        positions: if frequency == 0 { 1 } else { 2 },
        numbers: Vec::new(),
    };
    frequencies.map(of_frequency).collect()
}

/// The kernels from `input` to `out`, by harmonic.
fn pair(
    out: &PlanarRepresentation,
    input: &PlanarRepresentation,
    band: &KernelBand,
) -> Result<Vec<Elements>, NnError> {
    let basis = SteerableKernelBasis::new(out, input, band)?;
    let (outs, inputs) = (out.dim(), input.dim());
    let mut all = Vec::new();
    for (ring, shell) in band.shells().iter().enumerate() {
        for &frequency in shell.frequencies() {
            let functions = if frequency == 0 { 1 } else { 2 };
            let (mut count, mut numbers) = (0, Vec::new());
            for (attributes, entries) in basis.coefficients() {
                if (attributes.ring, attributes.frequency) != (ring, frequency) {
                    continue;
                }
                let start = numbers.len();
                numbers.resize(start + functions * inputs * outs, 0.0);
                for entry in entries {
                    let at = start + entry.input * outs + entry.out;
                    for (function, value) in entry.values.iter().enumerate() {
                        numbers[at + function * inputs * outs] = *value;
                    }
                }
                count += 1;
            }
            all.push(Elements {
                count,
                positions: functions,
                numbers,
            });
        }
    }
    Ok(all)
}
