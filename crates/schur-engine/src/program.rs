//! Convolution in blocks as a program: one matrix product per irrep of a symmetry group.
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
//!
//! A copy of an irrep of complex type is a complex number, and its block one of complex numbers
//! `a + i b`. Their product takes three real ones instead of four (Gauss; Knuth, The Art of Computer
//! Programming 4.6.4), so such an irrep has three blocks:
//!
//! ```text
//! p = a (x0 + x1),  q = (a + b) x1,  r = (b - a) x0:    y0 = p - q,  y1 = p + r
//! ```
//!
//! A [`Program`] says all that as plain numbers and knows no device: [`crate::ConvPlan::program`]
//! gives it to whoever wants to run it elsewhere.

pub(crate) mod bank;
pub(crate) mod build;
mod isotypic;
mod pairs;
mod reading;
mod seating;

use std::ops::Range;

pub use crate::basis::SparseRows;
pub use bank::Filters;
pub use pairs::{Number, PairBlocks};

/// A run of numbers: the copies of one component, which lie one after the other.
///
/// ```
/// use schur_engine::program::Source;
/// // Channels 8, 9, ... at the fifth tap of a patch.
/// let source = Source { slot: 4, offset: 8 };
/// assert_eq!(source.slot, 4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// In a patch: the tap, or the filter whose response is meant. In an output: 0.
    pub slot: usize,
    /// The first channel.
    pub offset: usize,
}

/// A run of columns in a stream.
///
/// ```
/// use schur_engine::program::Seat;
/// let second_copy_of_a_run_of_five = Seat { stream: 0, column: 5 };
/// assert_eq!(second_copy_of_a_run_of_five.column, 5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// The number of the stream.
    pub stream: usize,
    /// The first column in the stream.
    pub column: usize,
}

/// A change of basis between a few runs of channels and as many or fewer runs of columns:
/// `columns(seats[i]) = sum over j of matrix[i][j] channels(places[j])`, and with the transposed
/// matrix back.
///
/// ```
/// use schur_engine::program::{Seat, Source, Transform};
/// let (place, seat) = (Source { slot: 0, offset: 0 }, Seat { stream: 0, column: 0 });
/// let identity = Transform { run: 4, matrix: vec![1.0], places: vec![place], seats: vec![seat] };
/// assert_eq!(identity.matrix.len(), identity.places.len() * identity.seats.len());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Transform {
    /// Length of the runs: the multiplicity of the block of fields, or that of several components
    /// that lie side by side.
    pub run: usize,
    /// Seats by places, row-major.
    pub matrix: Vec<f64>,
    /// The coordinates.
    pub places: Vec<Source>,
    /// Where the rows go.
    pub seats: Vec<Seat>,
}

/// Some transforms that read the same channels, and are best computed together.
///
/// ```
/// use schur_engine::program::Bundle;
/// let bundle = Bundle { inputs: 0..3, channels: vec![0, 5], run: 5 };
/// assert_eq!(bundle.inputs.len(), 3);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// Which of [`Program::inputs`].
    pub inputs: Range<usize>,
    /// The first channel of every component that they read; neighbours with filters.
    pub channels: Vec<usize>,
    /// Length of their runs.
    pub run: usize,
}

/// A convolution in blocks. At every output place:
///
/// 1. With [`fibres`](Self::fibres), the input is first moved to another basis: channel run
///    `fibres[b].seats[i].column` becomes `sum over j of matrix[i][j]` times the channel run
///    `fibres[b].places[j].offset`. Then, with filters, the value of channel `c` at slot `f` of a patch is
///    `sum over taps t of filters.values[f][t] x[t][c]`; without filters it is `x[slot][c]`.
/// 2. The [`inputs`](Self::inputs) transform the patch to streams, stream `s` having
///    `inner[streams[s]]` columns.
/// 3. Every stream `s` is multiplied by the block `W` with the number `streams[s]`, which has
///    `inner` rows and `cols` columns and is linear in the parameters: see [`PairBlocks`].
/// 4. The [`outputs`](Self::outputs), transposed, give the channels of the output.
///
/// Its gradients are the transposes of these steps.
///
/// ```
/// use schur_engine::symmetry::{Action, Columns, Irrep, Symmetry};
/// use schur_engine::{Block, ConvPlan, Entry, Geometry, Layout, PairBasis, Path};
///
/// // Fields of two numbers that a mirror exchanges, mixed at every place by a I + b J.
/// let swap: Columns = vec![vec![(1, 1.0)], vec![(0, 1.0)]];
/// let unit: Columns = vec![vec![(0, 1.0)], vec![(1, 1.0)]];
/// let sign = |value: f64| Irrep { dim: 1, complex: false, matrices: vec![vec![1.0], vec![value]] };
/// let action = Action {
///     irreps: vec![sign(1.0), sign(-1.0)],
///     positions: vec![vec![vec![(0, 1.0)]]; 2],
///     inputs: vec![vec![unit.clone(), swap.clone()]],
///     outputs: vec![vec![unit, swap]],
/// };
/// let symmetry = Symmetry { name: "mirror".to_string(), action, subgroups: Vec::new(), band: None };
/// let entry = |out, input| Entry { out, input, tap: 0, value: 1.0 };
/// let (same, other) = (vec![entry(0, 0), entry(1, 1)], vec![entry(0, 1), entry(1, 0)]);
/// let bases = vec![PairBasis { elements: vec![same, other] }];
/// let fields = Layout::new(vec![Block { dim: 2, multiplicity: 3 }])?;
/// let (fields, to) = (fields.clone(), fields);
/// let plan = ConvPlan::with_symmetry(fields, to, Geometry::square(1)?, bases, &symmetry)?;
/// let program = plan.program(Path::Lattice).expect("the basis commutes with the mirror");
/// // The even and the odd parts of three fields each.
/// assert_eq!((program.streams.as_slice(), program.inner.as_slice()), (&[0, 1][..], &[3, 3][..]));
/// assert_eq!(program.products(), 3 * 3 + 3 * 3);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Program {
    /// The block of every stream. A real irrep has one block and as many streams as its dimension, one
    /// of complex type three blocks with a stream each.
    pub streams: Vec<usize>,
    /// From patches to streams.
    pub inputs: Vec<Transform>,
    /// All of [`inputs`](Self::inputs), in order.
    pub bundles: Vec<Bundle>,
    /// From output channels to streams; run backwards.
    pub outputs: Vec<Transform>,
    /// Columns of a patch per block: its rows.
    pub inner: Vec<usize>,
    /// Columns of an output per block.
    pub cols: Vec<usize>,
    /// How the blocks depend on the parameters, for every pair of blocks of fields.
    pub pairs: Vec<PairBlocks>,
    /// Channels of the input.
    pub in_channels: usize,
    /// Channels of the output.
    pub out_channels: usize,
    /// Filters that are applied before the transforms.
    pub filters: Option<Filters>,
    /// The changes of basis of the input blocks, from channels to channels (stream 0); empty where
    /// patches are read as the input lies.
    pub fibres: Vec<Transform>,
}

impl Program {
    /// Products of all blocks with the streams of one output place.
    #[must_use]
    pub fn products(&self) -> u128 {
        let product = |&block: &usize| self.inner[block] as u128 * self.cols[block] as u128;
        self.streams.iter().map(product).sum()
    }

    /// Products of the transforms at one output place.
    #[must_use]
    pub fn transform_products(&self) -> u128 {
        self.count_transforms(|run| run)
    }

    /// Products of the filters at one output place.
    #[must_use]
    pub fn filter_products(&self) -> u128 {
        self.count_filters(|run| run)
    }

    /// Numbers in all blocks.
    #[must_use]
    pub fn weights(&self) -> u128 {
        let sizes = self.inner.iter().zip(&self.cols);
        sizes
            .map(|(&inner, &cols)| inner as u128 * cols as u128)
            .sum()
    }

    /// Products per output place of the blocks, of the transforms around them and of the filters,
    /// with everything that a processor does beside them: whole vectors of the longest kind (16
    /// numbers).
    pub(crate) fn padded_products(&self) -> [u128; 3] {
        const LANES: usize = 16;
        let padded = |run: usize| run.next_multiple_of(LANES);
        let block = |&block: &usize| {
            let cols = self.cols[block].next_multiple_of(LANES);
            self.inner[block] as u128 * cols as u128
        };
        [
            self.streams.iter().map(block).sum(),
            self.count_transforms(padded),
            self.count_filters(padded),
        ]
    }

    /// The products of the transforms, where a run counts as told.
    fn count_transforms(&self, run: impl Fn(usize) -> usize) -> u128 {
        let all = self.inputs.iter().chain(&self.outputs).chain(&self.fibres);
        let products = |part: &Transform| {
            let nonzero = part.matrix.iter().filter(|&&m| m != 0.0).count();
            nonzero as u128 * run(part.run) as u128
        };
        all.map(products).sum()
    }

    /// The products of the filters, where a run counts as told.
    fn count_filters(&self, run: impl Fn(usize) -> usize) -> u128 {
        self.filters.as_ref().map_or(0, |filters| {
            let channels =
                |bundle: &Bundle| bundle.channels.len() as u128 * run(bundle.run) as u128;
            let channels: u128 = self.bundles.iter().map(channels).sum();
            filters.values.len() as u128 * channels
        })
    }
}
