//! Steerable kernels as linear maps from harmonics times input components to output components.

use burn::tensor::Tensor;
use schur_math::{
    ElementOf, Isometry, KernelBand, PlanarRepresentation, PointGroup, Representation,
    SpatialRepresentation, SteerableKernelBasis, SymmetryIrrep,
};

use crate::PointGraph;
use crate::layers::grid::conv::kernel::{check_groups, connected, no_grid};
use crate::ops::dense::{Elements, Weights};
use crate::{AnyRepresentation, FieldType, NnError};

/// The kernels between all pairs of blocks.
#[derive(Debug)]
pub(super) struct PointMaps {
    pub(super) input: FieldType,
    pub(super) output: FieldType,
    pub(super) band: KernelBand,
    /// That of the points: 2 in the plane, 3 in space.
    pub(super) dimension: usize,
    /// Per pair of blocks, those of the output outer, per shell and degree the kernels
    /// `ψ(r) Σ_m Y_m C_m`, with the matrices `C_m` as positions: in the plane cosine and sine.
    pairs: Vec<Vec<Elements>>,
}

/// Per kernel the mean of `‖K‖²` where the harmonics have these mean products.
fn squared_norms<'a>(maps: &'a Elements, products: &'a [f64]) -> impl Iterator<Item = f64> {
    maps.each().map(move |kernel| {
        let matrices: Vec<&[f64]> = kernel.chunks(kernel.len() / maps.positions).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let pairs = (matrices.iter()).flat_map(|a| matrices.iter().map(move |b| dot(a, b)));
        pairs.zip(products).map(|(dot, mean)| dot * mean).sum()
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
        let group = input.group();
        let dimension = group.dimension().ok_or_else(|| no_grid(group))?;
        let mut pairs = Vec::new();
        for (o, out) in output.blocks().iter().enumerate() {
            for (i, block) in input.blocks().iter().enumerate() {
                pairs.push(if connected(groups, i, input, o, output) {
                    pair(&out.representation, &block.representation, band)?
                } else {
                    nothing(band, dimension)
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
            dimension,
            pairs,
        })
    }

    /// Number of harmonics along an edge.
    pub(super) fn harmonics(&self) -> usize {
        match self.dimension {
            2 => self.band.harmonics(),
            _ => self.band.harmonics_in_space(),
        }
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
                for (maps, products) in maps.iter().zip(&products) {
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

    /// Per shell and degree the sums over the edges into a point of the products of all pairs of
    /// harmonics, times the squared factor of the edge: their mean over all points with an edge.
    fn mean_products(&self, graph: &PointGraph, factors: &[f64]) -> Vec<Vec<f64>> {
        let degrees = self.pairs.first().map_or(&[][..], |maps| maps);
        let seeing = graph.degrees().iter().filter(|&&d| d > 0).count().max(1) as f64;
        let mut products: Vec<Vec<f64>> = (degrees.iter())
            .map(|maps| vec![0.0; maps.positions * maps.positions])
            .collect();
        let all = graph.harmonics(&self.band, self.dimension);
        for (values, factor) in all.chunks(self.harmonics()).zip(factors) {
            let mut values = values;
            for (sums, maps) in products.iter_mut().zip(degrees) {
                let (own, rest) = values.split_at(maps.positions);
                values = rest;
                let pairs = own.iter().flat_map(|a| own.iter().map(move |b| a * b));
                for (sum, product) in sums.iter_mut().zip(pairs) {
                    *sum += product * factor * factor / seeing;
                }
            }
        }
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

/// How many harmonics of a degree there are.
fn functions(dimension: usize, degree: usize) -> usize {
    match (dimension, degree) {
        (_, 0) => 1,
        (2, _) => 2,
        _ => 2 * degree + 1,
    }
}

/// No kernels, by shell and degree.
fn nothing(band: &KernelBand, dimension: usize) -> Vec<Elements> {
    let degrees = band.shells().iter().flat_map(|shell| shell.frequencies());
    let of_degree = |&degree: &usize| Elements {
        count: 0,
        positions: functions(dimension, degree),
        numbers: Vec::new(),
    };
    degrees.map(of_degree).collect()
}

/// The kernels from `input` to `out`, by shell and degree.
fn pair(
    out: &AnyRepresentation,
    input: &AnyRepresentation,
    band: &KernelBand,
) -> Result<Vec<Elements>, NnError> {
    let plane = out.get::<PlanarRepresentation>().zip(input.get());
    let space = out.get::<SpatialRepresentation>().zip(input.get());
    match (plane, space) {
        (Some((out, input)), _) => kernels::<2, _>(out, input, band),
        (_, Some((out, input))) => kernels::<3, _>(out, input, band),
        _ => Err(no_grid(&input.group())),
    }
}

fn kernels<const D: usize, I: SymmetryIrrep<Group: PointGroup>>(
    out: &Representation<I>,
    input: &Representation<I>,
    band: &KernelBand,
) -> Result<Vec<Elements>, NnError>
where
    ElementOf<I>: Isometry<D>,
{
    let basis = SteerableKernelBasis::<D>::new(out, input, band)?;
    let (outs, inputs) = (out.dim(), input.dim());
    let mut all = Vec::new();
    for (ring, shell) in band.shells().iter().enumerate() {
        for &degree in shell.frequencies() {
            let functions = functions(D, degree);
            let (mut count, mut numbers) = (0, Vec::new());
            for (attributes, entries) in basis.coefficients() {
                if (attributes.ring, attributes.frequency) != (ring, degree) {
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
