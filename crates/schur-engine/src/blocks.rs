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

pub(crate) mod bank;
mod build;
mod execute;
mod filter;
mod gradient;
mod isotypic;
mod scatter;
mod weights;

use bank::Bank;
use weights::PairBlocks;

use crate::Scalar;
use crate::runs_unsafe::Source;
use crate::simd_unsafe::Isa;

pub(crate) use weights::Packed;

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

impl Part {
    /// The transposed matrix: coordinates by streams.
    pub(crate) fn turned<T: Scalar>(&self) -> Vec<T> {
        let (rows, cols) = (self.streams.len(), self.places.len());
        let entry = |i: usize| T::from_f64(self.matrix[i % rows * cols + i / rows]);
        (0..rows * cols).map(entry).collect()
    }
}

/// A piece of the patch space.
#[derive(Debug, Clone)]
pub(crate) struct Chunk {
    pub(crate) parts: Vec<Part>,
    /// With a bank: the parts that share filter responses.
    pub(crate) groups: Vec<Group>,
    /// Columns of a tile per irrep: the inner size of its product.
    pub(crate) inner: Vec<usize>,
}

/// The parts made from the filter responses of one irrep of one block.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) parts: std::ops::Range<usize>,
    /// First channel of every coordinate of the irrep.
    pub(crate) channels: Vec<usize>,
    pub(crate) run: usize,
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
    in_channels: usize,
    out_channels: usize,
    /// Filters that are applied before the blocks.
    bank: Option<Bank>,
    /// With a bank: the change of basis of every input block.
    fibres: Vec<Part>,
}

impl BlockPlan {
    /// Products per output pixel: of the blocks, of the transforms around them, of the filters.
    pub(crate) fn products(&self) -> [u128; 3] {
        self.count(|cols| cols, |run| run)
    }

    /// The same with everything that a processor does beside it: whole vectors of the longest
    /// kind (16 numbers), and numbers one by one where a run is shorter than a vector.
    pub(crate) fn padded_products(&self) -> [u128; 3] {
        const LANES: usize = 16;
        let vectors = |run: usize| {
            if run < LANES {
                run
            } else {
                run.div_ceil(LANES)
            }
        };
        self.count(
            |cols| cols.next_multiple_of(LANES),
            |run| LANES * vectors(run),
        )
    }

    fn count(&self, cols: impl Fn(usize) -> usize, run: impl Fn(usize) -> usize) -> [u128; 3] {
        let mut blocks = 0;
        for chunk in &self.chunks {
            for &irrep in &self.streams {
                blocks += chunk.inner[irrep] as u128 * cols(self.cols[irrep]) as u128;
            }
        }
        let inputs = self.chunks.iter().flat_map(|c| &c.parts);
        let parts = inputs.chain(&self.outputs).chain(&self.fibres);
        let transform = |p: &Part| {
            let nonzero = p.matrix.iter().filter(|&&m| m != 0.0).count();
            nonzero as u128 * run(p.run) as u128
        };
        let filters = self.bank.as_ref().map_or(0, |bank| {
            let groups = self.chunks.iter().flat_map(|c| &c.groups);
            let channels = groups.map(|g| g.channels.len() as u128 * run(g.run) as u128);
            bank.filters.values.len() as u128 * channels.sum::<u128>()
        });
        [blocks, parts.map(transform).sum(), filters]
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
