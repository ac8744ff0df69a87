//! From bases and an action to a program.

use std::sync::Arc;

use super::bank::{PatchBasis, seen};
use super::isotypic::{Acting, Component, connected, decompose, part};
use super::pairs::PairBlocks;
use super::reading::Projection;
use super::seating::{Decomposed, GIVEN, Products, Seating, TAKEN};
use super::{Bundle, Program, Seat, Source, Transform};
use crate::basis::SparseBasis;
use crate::symmetry::{Action, Fibre, Irrep};
use crate::{Geometry, Layout};

/// Runs from this length on are not joined: whole vectors fill them, and a tile wants small pieces.
const LONGEST_RUN: usize = 48;

const NOT_A_REPRESENTATION: &str = "the matrices of the symmetry are no representation";

/// What a program is made of.
pub(crate) struct Convolution<'a> {
    pub(crate) input: &'a Layout,
    pub(crate) output: &'a Layout,
    pub(crate) geometry: &'a Geometry,
    /// One basis per pair of blocks, output blocks outer.
    pub(crate) bases: &'a [Arc<SparseBasis>],
    /// Whether the bases and their parameters belong to the convolution in the other direction,
    /// of which this is the gradient in the input; `input` is then its output.
    pub(crate) transposed: bool,
}

/// A program that does not know yet how its blocks depend on the parameters, which takes the most
/// time to find; what it costs to run it is known.
pub(crate) struct Draft<'a> {
    convolution: Convolution<'a>,
    irreps: &'a [Irrep],
    basis: Option<&'a PatchBasis>,
    outputs: Vec<Decomposed>,
    inputs: Vec<Decomposed>,
    products: Products,
    /// Without pairs.
    pub(crate) program: Program,
}

impl<'a> Draft<'a> {
    /// The draft of a convolution, or why there is none. With a `basis`, the action is that on
    /// patches in it: positions are the filters of its bank, if it has one, instead of the taps.
    pub(crate) fn new(
        convolution: Convolution<'a>,
        action: &'a Action,
        basis: Option<&'a PatchBasis>,
    ) -> Result<Self, &'static str> {
        let (input, output) = (convolution.input, convolution.output);
        let irreps = &action.irreps[..];
        let products = Products::new(irreps);

        let all = vec![true; irreps.len()];
        let mut seating = Seating::new(&products, TAKEN, &all);
        let mut outputs = Vec::new();
        let mut decomposed_outputs = Vec::new();
        for (index, (block, rho)) in output.blocks().iter().zip(&action.outputs).enumerate() {
            let components =
                decompose(irreps, Acting::One(rho), &[]).ok_or(NOT_A_REPRESENTATION)?;
            let mut seats = vec![Vec::new(); irreps.len()];
            for component in components.iter() {
                let place = |s| Source {
                    slot: 0,
                    offset: output.channel(index, s, 0),
                };
                let run = block.multiplicity;
                outputs.push(seating.seat(irreps, component, run, &mut seats, place));
            }
            decomposed_outputs.push(Decomposed { components, seats });
        }
        let cols = seating.given;
        let live: Vec<bool> = cols.iter().map(|&c| c > 0).collect();

        let (mut inputs, mut bundles) = (Vec::new(), Vec::new());
        let mut decomposed_inputs = Vec::new();
        let mut seating = Seating::new(&products, GIVEN, &live);
        for (index, (block, rho)) in input.blocks().iter().zip(&action.inputs).enumerate() {
            let patch = Acting::Product(&action.positions, rho);
            // Components that share filter responses stay together.
            let filtered = basis.filter(|basis| basis.bank.is_some());
            let part_of = filtered.map(|basis| basis.fibres[index].part_of());
            let part_of = part_of.unwrap_or_default();
            let components = decompose(irreps, patch, &part_of).ok_or(NOT_A_REPRESENTATION)?;
            let key = |s: usize| part(&part_of, s);
            let mut seats = vec![Vec::new(); irreps.len()];
            let together = |a: &Component, b: &Component| {
                filtered.is_some() && key(a.sources[0]) == key(b.sources[0])
            };
            for bundle in components.chunk_by(together) {
                let first = inputs.len();
                for component in bundle {
                    let place = |s: usize| Source {
                        slot: s / block.dim,
                        offset: input.channel(index, s % block.dim, 0),
                    };
                    let run = block.multiplicity;
                    inputs.push(seating.seat(irreps, component, run, &mut seats, place));
                }
                let part = key(bundle[0].sources[0]);
                let components = (0..block.dim).filter(|&c| key(c) == part);
                bundles.push(Bundle {
                    inputs: first..inputs.len(),
                    channels: components.map(|c| input.channel(index, c, 0)).collect(),
                    run: block.multiplicity,
                });
            }
            decomposed_inputs.push(Decomposed { components, seats });
        }
        let inner = seating.given;

        let fibres = basis
            .iter()
            .flat_map(|basis| basis.fibres.iter().enumerate());
        let fibres = fibres.flat_map(|(index, fibre)| to_irreps(input, index, fibre));
        let fibres = fibres.collect();
        // The input gradient sees the kernel turned round on every axis.
        let transposed = convolution.transposed;
        if basis.is_some_and(|basis| basis.bank.is_none()) {
            (inputs, bundles) = joined(inputs);
        }
        let bank = basis.and_then(|basis| basis.bank.clone());
        let bank = bank.map(|bank| if transposed { bank.turned() } else { bank });
        let program = Program {
            streams: products.streams.clone(),
            inputs,
            bundles,
            outputs,
            inner: products.per_block(&inner),
            cols: products.per_block(&cols),
            pairs: Vec::new(),
            in_channels: input.channels(),
            out_channels: output.channels(),
            filters: bank.map(|bank| bank.filters),
            fibres,
        };
        Ok(Self {
            convolution,
            irreps,
            basis,
            outputs: decomposed_outputs,
            inputs: decomposed_inputs,
            products,
            program,
        })
    }

    /// The whole program, or why there is none.
    pub(crate) fn finish(self) -> Result<Program, &'static str> {
        let convolution = &self.convolution;
        let (inputs, outputs) = (convolution.input.blocks(), convolution.output.blocks());
        let mut pairs = Vec::with_capacity(convolution.bases.len());
        for (o, out) in self.outputs.iter().enumerate() {
            for (i, input) in self.inputs.iter().enumerate() {
                let pair = convolution.pair(o, i);
                let projection = Projection {
                    irreps: self.irreps,
                    products: &self.products,
                    out,
                    input,
                    // Kernels in the band of a bank are in the new basis already.
                    fibre: self.basis.and_then(|basis| basis.in_place(i)),
                    basis: &convolution.bases[pair],
                    of_bank: self.basis.is_some_and(|basis| basis.bank.is_some()),
                    pair,
                    transposed: convolution.transposed,
                    out_copies: outputs[o].multiplicity,
                    in_copies: inputs[i].multiplicity,
                };
                let kernel = |element| convolution.kernel([o, i], element, self.basis);
                pairs.push(PairBlocks::new(&projection, kernel)?);
            }
        }
        Ok(Program {
            pairs,
            ..self.program
        })
    }
}

impl Convolution<'_> {
    /// The index of the basis from input block `i` to output block `o`.
    fn pair(&self, o: usize, i: usize) -> usize {
        if self.transposed {
            i * self.output.blocks().len() + o
        } else {
            o * self.input.blocks().len() + i
        }
    }

    /// The numbers of a basis element from input block `i` to output block `o` that are not 0, as
    /// (out, position x input, value): positions and components of a bank in its basis, otherwise
    /// taps and components as they are. `None` if it is not in the band.
    fn kernel(
        &self,
        [o, i]: [usize; 2],
        element: usize,
        basis: Option<&PatchBasis>,
    ) -> Option<Vec<(usize, usize, f64)>> {
        let (taps, outs) = (self.geometry.taps(), self.output.blocks()[o].dim);
        let dim = self.input.blocks()[i].dim;
        let bank = basis.filter(|basis| basis.bank.is_some());
        // A bank's filters are turned instead of the kernel.
        let turned = self.transposed && bank.is_none();
        let entries = self.bases[self.pair(o, i)].entries(element);
        let entries = entries.map(|e| seen(&e, taps, turned, self.transposed));
        match bank {
            None => Some(
                entries
                    .map(|e| (e.out, e.tap * dim + e.input, e.value))
                    .collect(),
            ),
            Some(basis) => basis.coefficients(i, &entries.collect::<Vec<_>>(), outs),
        }
    }
}

/// The change of basis of one input block, from channels to channels: one transform for every set
/// of components that it mixes.
fn to_irreps(input: &Layout, index: usize, fibre: &Fibre) -> Vec<Transform> {
    let block = input.blocks()[index];
    let dim = block.dim;
    let entry = |new: usize, old: usize| fibre.basis[old * dim + new];
    // Old components, and behind them new ones.
    let sets = connected(2 * dim, |link| {
        for (old, row) in fibre.basis.chunks(dim.max(1)).enumerate() {
            let news = (0..dim).filter(|&new| row[new] != 0.0);
            news.for_each(|new| link(old, dim + new));
        }
    });
    let channel = |c: &usize| input.channel(index, *c, 0);
    let transform = |set: Vec<usize>| {
        let (olds, news) = set.split_at(set.partition_point(|&member| member < dim));
        let news: Vec<usize> = news.iter().map(|new| new - dim).collect();
        let row = |&new: &usize| olds.iter().map(move |&old| (new, old)).collect::<Vec<_>>();
        let places = news.iter().flat_map(row);
        let source = |offset| Source { slot: 0, offset };
        let seat = |column| Seat { stream: 0, column };
        Transform {
            run: block.multiplicity,
            matrix: places.map(|(new, old)| entry(new, old)).collect(),
            places: olds.iter().map(channel).map(source).collect(),
            seats: news.iter().map(channel).map(seat).collect(),
        }
    };
    sets.into_iter().map(transform).collect()
}

/// Transforms of which neighbours with one matrix that read and write side by side are one with a
/// longer run, and a bundle of each.
fn joined(parts: Vec<Transform>) -> (Vec<Transform>, Vec<Bundle>) {
    let mut all: Vec<Transform> = Vec::new();
    for part in parts {
        match all.last_mut() {
            Some(last) if last.run < LONGEST_RUN && last.continues(&part) => last.run += part.run,
            _ => all.push(part),
        }
    }
    let bundle = |(index, part): (usize, &Transform)| Bundle {
        inputs: index..index + 1,
        channels: part.places.iter().map(|place| place.offset).collect(),
        run: part.run,
    };
    let bundles = all.iter().enumerate().map(bundle).collect();
    (all, bundles)
}

impl Transform {
    /// Whether another transform does the same one run further on.
    fn continues(&self, next: &Self) -> bool {
        let place = |p: &Source| (p.slot, p.offset + self.run);
        let seat = |s: &Seat| (s.stream, s.column + self.run);
        self.matrix == next.matrix
            && (self.places.iter().map(place)).eq(next.places.iter().map(|p| (p.slot, p.offset)))
            && (self.seats.iter().map(seat)).eq(next.seats.iter().map(|s| (s.stream, s.column)))
    }
}
