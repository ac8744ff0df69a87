//! From bases and an action to a block plan.

use super::bank::{Bank, seen};
use super::isotypic::{Component, decompose, tensor};
use super::weights::PairBlocks;
use super::{BlockPlan, Chunk, Group, Part};
use crate::plan::PairBasis;
use crate::runs_unsafe::Source;
use crate::symmetry::{Action, Fibre, Irrep};
use crate::{Geometry, Layout};

/// Numbers per tile row that a chunk should have at most: a tile of
/// the usual 112 rows then takes about 400 KiB in `f32`, beside the weights in a
/// second-level cache of 1 MiB.
const CHUNK_DEPTH: usize = 896;

/// Where a copy of an irrep lies: chunk (inputs only) and first columns of its parts in the
/// irrep's product. Real irreps have one column; the parts are separate streams.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub(super) chunk: usize,
    pub(super) irrep: usize,
    pub(super) cols: [usize; 2],
}

/// The decomposition of one block and the seats of its copies.
pub(super) struct Decomposed {
    pub(super) components: Vec<Component>,
    /// Per irrep and copy.
    pub(super) seats: Vec<Vec<Seat>>,
}

/// Hands out columns.
struct Seating<'a> {
    irreps: &'a [Irrep],
    /// First stream of every irrep.
    first_stream: &'a [usize],
    /// Irreps that the product needs: of the input, those that the output has too.
    live: &'a [bool],
    /// Columns given away in this chunk, per irrep.
    inner: Vec<usize>,
    chunk: usize,
}

impl Seating<'_> {
    /// Columns that the rows of some components take in all streams together.
    fn depth(&self, components: &[Component], run: usize) -> usize {
        let rows = components.iter().flat_map(|c| &c.rows);
        rows.filter(|r| self.live[r.irrep]).count() * run
    }

    /// Gives every row of a component its columns.
    fn seat(
        &mut self,
        component: &Component,
        run: usize,
        seats: &mut [Vec<Seat>],
        place: impl Fn(usize) -> Source,
    ) -> Part {
        let mut streams = Vec::with_capacity(component.rows.len());
        let mut matrix = Vec::new();
        for row in &component.rows {
            let irrep = row.irrep;
            let (complex, live) = (self.irreps[irrep].complex, self.live[irrep]);
            if row.part == 0 {
                let first = self.inner[irrep];
                let cols = [first, first + run];
                let chunk = self.chunk;
                seats[irrep].push(Seat { chunk, irrep, cols });
                if live {
                    self.inner[irrep] += if complex { 2 * run } else { run };
                }
            }
            if !live {
                continue;
            }
            let seat = seats[irrep][row.copy];
            streams.push(if complex {
                (self.first_stream[irrep], seat.cols[row.part])
            } else {
                (self.first_stream[irrep] + row.part, seat.cols[0])
            });
            matrix.extend_from_slice(&row.coefficients);
        }
        let places = component.sources.iter().map(|&s| place(s)).collect();
        Part {
            run,
            matrix,
            places,
            streams,
        }
    }
}

const NOT_A_REPRESENTATION: &str = "the matrices of the symmetry are no representation";

impl BlockPlan {
    /// The plan of a basis per pair of blocks (output blocks outer), or why there is none.
    ///
    /// `transposed`: the bases and their parameters belong to the convolution in the other
    /// direction, of which this is the gradient in the input; `input` is then its output.
    /// With a `bank`, the positions of the action are its filters instead of the taps.
    pub(crate) fn new(
        action: &Action,
        (input, output): (&Layout, &Layout),
        geometry: &Geometry,
        (bases, transposed): (&[PairBasis], bool),
        bank: Option<Bank>,
    ) -> Result<Self, &'static str> {
        let irreps = &action.irreps;
        let mut streams = Vec::new();
        let mut first_stream = Vec::new();
        for (irrep, psi) in irreps.iter().enumerate() {
            first_stream.push(streams.len());
            let count = if psi.complex { 1 } else { psi.dim };
            streams.extend(std::iter::repeat_n(irrep, count));
        }
        let seating = |live| Seating {
            irreps,
            first_stream: &first_stream,
            live,
            inner: vec![0; irreps.len()],
            chunk: 0,
        };

        let all = vec![true; irreps.len()];
        let mut current = seating(&all);
        let mut outputs = Vec::new();
        let mut decomposed_outputs = Vec::new();
        for (index, (block, rho)) in output.blocks().iter().zip(&action.outputs).enumerate() {
            let components = decompose(irreps, rho, |_| 0).ok_or(NOT_A_REPRESENTATION)?;
            let mut seats = vec![Vec::new(); irreps.len()];
            for component in &components {
                let place = |s| Source {
                    slot: 0,
                    offset: output.channel(index, s, 0),
                };
                outputs.push(current.seat(component, block.multiplicity, &mut seats, place));
            }
            decomposed_outputs.push(Decomposed { components, seats });
        }
        let cols = current.inner;
        let live: Vec<bool> = cols.iter().map(|&c| c > 0).collect();

        let mut chunks: Vec<Chunk> = Vec::new();
        let mut decomposed_inputs = Vec::new();
        let mut current = seating(&live);
        let (mut parts, mut groups) = (Vec::new(), Vec::new());
        let mut depth = 0;
        for (index, (block, rho)) in input.blocks().iter().zip(&action.inputs).enumerate() {
            let patch: Vec<_> = (action.positions.iter().zip(rho))
                .map(|(positions, rho)| tensor(positions, rho))
                .collect();
            // Components that share filter responses stay together.
            let fibre = bank.as_ref().map(|bank| &bank.fibres[index]);
            let part_of = fibre.map(Fibre::part_of);
            let key = |s: usize| part_of.as_ref().map_or(0, |part_of| part_of[s % block.dim]);
            let components = decompose(irreps, &patch, key).ok_or(NOT_A_REPRESENTATION)?;
            let mut seats = vec![Vec::new(); irreps.len()];
            let together = |a: &Component, b: &Component| {
                fibre.is_some() && key(a.sources[0]) == key(b.sources[0])
            };
            for group in components.chunk_by(together) {
                let more = current.depth(group, block.multiplicity);
                if depth > 0 && depth + more > CHUNK_DEPTH {
                    let next = Seating {
                        chunk: current.chunk + 1,
                        ..seating(&live)
                    };
                    let inner = std::mem::replace(&mut current, next).inner;
                    let (parts, groups) = (std::mem::take(&mut parts), std::mem::take(&mut groups));
                    chunks.push(Chunk {
                        parts,
                        groups,
                        inner,
                    });
                    depth = 0;
                }
                depth += more;
                let first = parts.len();
                for component in group {
                    let place = |s: usize| Source {
                        slot: s / block.dim,
                        offset: input.channel(index, s % block.dim, 0),
                    };
                    parts.push(current.seat(component, block.multiplicity, &mut seats, place));
                }
                if let Some(part_of) = &part_of {
                    let part = key(group[0].sources[0]);
                    let coordinates = (0..block.dim).filter(|&c| part_of[c] == part);
                    groups.push(Group {
                        parts: first..parts.len(),
                        channels: coordinates.map(|c| input.channel(index, c, 0)).collect(),
                        run: block.multiplicity,
                    });
                }
            }
            decomposed_inputs.push(Decomposed { components, seats });
        }
        chunks.push(Chunk {
            parts,
            groups,
            inner: current.inner,
        });

        let mut pairs = Vec::with_capacity(bases.len());
        for (o, out) in decomposed_outputs.iter().enumerate() {
            for (i, from) in decomposed_inputs.iter().enumerate() {
                let index = if transposed {
                    i * output.blocks().len() + o
                } else {
                    o * input.blocks().len() + i
                };
                let (out_block, in_block) = (output.blocks()[o], input.blocks()[i]);
                let coordinates = |element: usize| {
                    // A bank's filters are turned instead of the kernel.
                    let turned = transposed && bank.is_none();
                    let entries = bases[index].elements[element].iter();
                    let entries = entries.map(|e| seen(e, geometry.taps(), turned, transposed));
                    match &bank {
                        Some(bank) => {
                            let entries: Vec<_> = entries.collect();
                            bank.coefficients(i, &entries, out_block.dim)
                        }
                        None => {
                            let width = geometry.taps() * in_block.dim;
                            let mut kernel = vec![0.0; out_block.dim * width];
                            for (tap, out, input, value) in entries {
                                kernel[out * width + tap * in_block.dim + input] += value;
                            }
                            Some(kernel)
                        }
                    }
                };
                let pair = PairBlocks::new(
                    irreps,
                    (out, out_block),
                    (from, in_block),
                    (bases[index].elements.len(), coordinates),
                    (index, transposed),
                );
                pairs.push(pair?);
            }
        }
        let fibres = bank.iter().flat_map(|bank| bank.fibres.iter().enumerate());
        let fibres = fibres
            .map(|(index, fibre)| to_irreps(input, index, fibre))
            .collect();
        Ok(Self {
            streams,
            chunks,
            outputs,
            cols,
            pairs,
            in_channels: input.channels(),
            out_channels: output.channels(),
            // The input gradient sees the kernel turned round on every axis.
            bank: bank.map(|bank| if transposed { bank.turned() } else { bank }),
            fibres,
        })
    }
}

/// The change of basis of one input block, from channels to channels.
fn to_irreps(input: &Layout, index: usize, fibre: &Fibre) -> Part {
    let dim = input.blocks()[index].dim;
    let channel = |c| input.channel(index, c, 0);
    Part {
        run: input.blocks()[index].multiplicity,
        matrix: (0..dim * dim)
            .map(|k| fibre.basis[k % dim * dim + k / dim])
            .collect(),
        places: (0..dim)
            .map(|c| Source {
                slot: 0,
                offset: channel(c),
            })
            .collect(),
        streams: (0..dim).map(|c| (0, channel(c))).collect(),
    }
}
