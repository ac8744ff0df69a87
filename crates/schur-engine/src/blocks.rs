//! Convolution in blocks: one matrix product per irrep of a symmetry group.
//!
//! Let H act on kernel taps, input fibre and output fibre. A patch (taps x input components) is
//! a representation of H, and a kernel with `K(h t) = rho_out(h) K(t) rho_in(h)^-1` is a linear
//! map from it to the output fibre that commutes with H. In bases adapted to the irreps
//! (Schur's lemma) it is one small matrix per irrep, with multiplicities as sizes, repeated for
//! every dimension of the irrep:
//!
//! ```text
//! y = Q_out^T  [ sum over irreps  W_psi (x) 1_d ]  Q_in  patch
//! ```
//!
//! Q_in and Q_out are fixed, sparse and orthogonal; for H = C4 and regular fields they are the
//! Fourier transform of four numbers, gathered with an offset that turns with the component.
//! Irreps of complex type have blocks `[[a, -b], [b, a]]`.
//!
//! | part of a product | here |
//! |---|---|
//! | a *stream* | a matrix product per tile: one per dimension of a real irrep, one per complex irrep |
//! | a *chunk* | the part of the patch space whose transformed tile fits the second-level cache |

pub(crate) mod action;
mod execute;
mod gradient;
mod isotypic;
mod weights;

use action::{Action, IrrepMatrices};
use isotypic::{Component, decompose, tensor};
use weights::PairBlocks;

use crate::plan::{Entry, PairBasis};
use crate::runs_unsafe::Source;
use crate::simd_unsafe::Isa;
use crate::{Geometry, Layout, Scalar};

pub(crate) use weights::Packed;

/// Numbers per tile row that a chunk should have at most: a tile of
/// [`execute::TILE_ROWS`] rows then takes about 400 KiB in `f32`, beside the weights in a
/// second-level cache of 1 MiB.
const CHUNK_DEPTH: usize = 896;

/// A component of a transform with its place in the memory layout.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Length of a run: the multiplicity of the block.
    pub(crate) run: usize,
    /// Streams by coordinates, row-major.
    pub(crate) matrix: Vec<f64>,
    /// Where the coordinates lie: tap (0 for an output) and first channel.
    pub(crate) places: Vec<Source>,
    /// Where the rows go: stream and first column.
    pub(crate) streams: Vec<(usize, usize)>,
}

/// A piece of the patch space.
#[derive(Debug, Clone)]
pub(crate) struct Chunk {
    pub(crate) parts: Vec<Part>,
    /// Columns of a tile per irrep: the inner size of its product.
    pub(crate) inner: Vec<usize>,
}

/// A convolution in blocks, prepared from bases and an action.
#[derive(Debug, Clone)]
pub(crate) struct BlockPlan {
    /// The irrep of every stream.
    streams: Vec<usize>,
    chunks: Vec<Chunk>,
    outputs: Vec<Part>,
    /// Columns of the output per irrep.
    cols: Vec<usize>,
    pairs: Vec<PairBlocks>,
    out_channels: usize,
}

/// Where a copy of an irrep lies: chunk (inputs only) and first columns of its parts in the
/// irrep's product. Real irreps have one column; the parts are separate streams.
#[derive(Debug, Clone, Copy)]
struct Seat {
    chunk: usize,
    irrep: usize,
    cols: [usize; 2],
}

/// The decomposition of one block and the seats of its copies.
struct Decomposed {
    components: Vec<Component>,
    /// Per irrep and copy.
    seats: Vec<Vec<Seat>>,
}

/// Per input or output layout: running totals while seats are handed out.
struct Seating<'a> {
    irreps: &'a [IrrepMatrices],
    /// First stream of every irrep.
    first_stream: &'a [usize],
    inner: Vec<usize>,
    chunk: usize,
}

impl Seating<'_> {
    /// Columns that a component takes in all streams together.
    fn depth(component: &Component, run: usize) -> usize {
        component.rows.len() * run
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
        for row in &component.rows {
            let irrep = row.irrep;
            let complex = self.irreps[irrep].complex;
            if row.part == 0 {
                let first = self.inner[irrep];
                self.inner[irrep] += if complex { 2 * run } else { run };
                let cols = [first, first + run];
                seats[irrep].push(Seat {
                    chunk: self.chunk,
                    irrep,
                    cols,
                });
            }
            let seat = seats[irrep][row.copy];
            streams.push(if complex {
                (self.first_stream[irrep], seat.cols[row.part])
            } else {
                (self.first_stream[irrep] + row.part, seat.cols[0])
            });
        }
        Part {
            run,
            matrix: component
                .rows
                .iter()
                .flat_map(|r| r.coefficients.iter().copied())
                .collect(),
            places: component.sources.iter().map(|&s| place(s)).collect(),
            streams,
        }
    }
}

impl BlockPlan {
    /// The plan of a basis per pair of blocks (output blocks outer), or why there is none.
    ///
    /// `transposed`: the bases and their parameters belong to the convolution in the other
    /// direction, of which this is the gradient in the input; `input` is then its output.
    pub(crate) fn new(
        action: &Action,
        (input, output): (&Layout, &Layout),
        geometry: &Geometry,
        bases: &[PairBasis],
        transposed: bool,
    ) -> Result<Self, &'static str> {
        const NOT_A_REPRESENTATION: &str = "the matrices of the symmetry are no representation";
        let irreps = &action.irreps;
        let mut streams = Vec::new();
        let mut first_stream = Vec::new();
        for (irrep, psi) in irreps.iter().enumerate() {
            first_stream.push(streams.len());
            let count = if psi.complex { 1 } else { psi.dim };
            streams.extend(std::iter::repeat_n(irrep, count));
        }
        let seating = || Seating {
            irreps,
            first_stream: &first_stream,
            inner: vec![0; irreps.len()],
            chunk: 0,
        };

        let mut chunks: Vec<Chunk> = Vec::new();
        let mut decomposed_inputs = Vec::new();
        let mut current = seating();
        let mut parts = Vec::new();
        let mut depth = 0;
        for (index, (block, rho)) in input.blocks().iter().zip(&action.inputs).enumerate() {
            let patch: Vec<_> = (action.positions.iter().zip(rho))
                .map(|(positions, rho)| tensor(positions, rho))
                .collect();
            let components = decompose(irreps, &patch).ok_or(NOT_A_REPRESENTATION)?;
            let mut seats = vec![Vec::new(); irreps.len()];
            for component in &components {
                let more = Seating::depth(component, block.multiplicity);
                if depth > 0 && depth + more > CHUNK_DEPTH {
                    let next = Seating {
                        chunk: current.chunk + 1,
                        ..seating()
                    };
                    let inner = std::mem::replace(&mut current, next).inner;
                    chunks.push(Chunk {
                        parts: std::mem::take(&mut parts),
                        inner,
                    });
                    depth = 0;
                }
                depth += more;
                let place = |s: usize| Source {
                    slot: s / block.dim,
                    offset: input.channel(index, s % block.dim, 0),
                };
                parts.push(current.seat(component, block.multiplicity, &mut seats, place));
            }
            decomposed_inputs.push(Decomposed { components, seats });
        }
        chunks.push(Chunk {
            parts,
            inner: current.inner,
        });

        let mut outputs = Vec::new();
        let mut decomposed_outputs = Vec::new();
        let mut current = seating();
        for (index, (block, rho)) in output.blocks().iter().zip(&action.outputs).enumerate() {
            let components = decompose(irreps, rho).ok_or(NOT_A_REPRESENTATION)?;
            let mut seats = vec![Vec::new(); irreps.len()];
            for component in &components {
                let place = |s: usize| Source {
                    slot: 0,
                    offset: output.channel(index, s, 0),
                };
                outputs.push(current.seat(component, block.multiplicity, &mut seats, place));
            }
            decomposed_outputs.push(Decomposed { components, seats });
        }

        let mut pairs = Vec::with_capacity(bases.len());
        let (rows, cols) = geometry.kernel();
        for o in 0..output.blocks().len() {
            for i in 0..input.blocks().len() {
                let index = if transposed {
                    i * output.blocks().len() + o
                } else {
                    o * input.blocks().len() + i
                };
                let of_tap = |e: &Entry| {
                    if transposed {
                        ((rows - 1 - e.row) * cols + cols - 1 - e.col, e.input, e.out)
                    } else {
                        (e.row * cols + e.col, e.out, e.input)
                    }
                };
                let (out_block, in_block) = (output.blocks()[o], input.blocks()[i]);
                let pair = PairBlocks::new(
                    irreps,
                    (&decomposed_outputs[o], out_block),
                    (&decomposed_inputs[i], in_block, geometry.taps()),
                    &bases[index],
                    of_tap,
                    (index, transposed),
                );
                pairs.push(pair.ok_or("the basis does not commute with the symmetry")?);
            }
        }
        Ok(Self {
            streams,
            chunks,
            outputs,
            cols: current.inner,
            pairs,
            out_channels: output.channels(),
        })
    }

    /// Products per output pixel: of the blocks, and of the transforms around them.
    pub(crate) fn products(&self) -> (u128, u128) {
        let mut blocks = 0;
        for chunk in &self.chunks {
            for &irrep in &self.streams {
                blocks += chunk.inner[irrep] as u128 * self.cols[irrep] as u128;
            }
        }
        let parts = self
            .chunks
            .iter()
            .flat_map(|c| &c.parts)
            .chain(&self.outputs);
        let transform = |p: &Part| {
            let nonzero = p.matrix.iter().filter(|&&m| m != 0.0).count();
            nonzero as u128 * p.run as u128
        };
        (blocks, parts.map(transform).sum())
    }

    /// Numbers in the weights of all products, without padding.
    pub(crate) fn weights(&self) -> u128 {
        let of_chunk = |c: &Chunk| {
            let sizes = c.inner.iter().zip(&self.cols);
            sizes
                .map(|(&inner, &cols)| inner as u128 * cols as u128)
                .sum::<u128>()
        };
        self.chunks.iter().map(of_chunk).sum()
    }

    /// Length of the packed weights.
    pub(crate) fn packed_len<T: Scalar>(&self, isa: Isa) -> usize {
        let padded = self.padded::<T>(isa);
        (0..self.chunks.len())
            .map(|c| self.chunk_len(c, &padded).0)
            .sum()
    }
}
