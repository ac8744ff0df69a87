//! The linear map between the parameters of a basis and the blocks of a kernel.

use std::sync::Arc;

use super::isotypic::Decomposition;
use super::reading::{Projection, Reading};
use super::seating::Decomposed;
use crate::basis::{SparseBasis, SparseRows};
use crate::known::Known;
use crate::parallel::*;

/// Basis elements that are projected in one piece.
const PIECE: usize = 64;

/// One number of the block of an irrep, for all copies of an input and of an output component:
/// where they stand.
///
/// ```
/// use schur_engine::program::Number;
/// // The number b of [[a, -b], [b, a]].
/// let b = Number { irrep: 2, rows: [0, 5], cols: [0, 3], complex: true, turned: true };
/// assert_eq!(b.places().collect::<Vec<_>>(), [(0, 3, false), (5, 0, true)]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The irrep.
    pub irrep: usize,
    /// First rows of the two parts of the input copies; those of a real irrep use the first.
    pub rows: [usize; 2],
    /// First columns of the two parts of the output copies.
    pub cols: [usize; 2],
    /// Whether the irrep is of complex type.
    pub complex: bool,
    /// Whether it is the `b` of a complex block.
    pub turned: bool,
}

impl Number {
    /// Where this number and its mirror image stand in the block: (first row, first column,
    /// whether negated).
    pub fn places(&self) -> impl ExactSizeIterator<Item = (usize, usize, bool)> + use<> {
        let parts: &'static [(usize, usize, bool)] = match (self.complex, self.turned) {
            (false, _) => &[(0, 0, false)],
            (true, false) => &[(0, 0, false), (1, 1, false)],
            (true, true) => &[(0, 1, false), (1, 0, true)],
        };
        let (rows, cols) = (self.rows, self.cols);
        parts
            .iter()
            .map(move |&(from, to, negated)| (rows[from], cols[to], negated))
    }
}

/// The blocks of one pair of blocks of fields as a sparse function of its basis elements.
///
/// With the parameters of the pair as `[element][input copy][output copy]`, number `k` has the
/// value `sum over (element, value) in by_number().row(k) of value * parameters[element][u][v]` at
/// row `row + u` and column `col + v` of the block, for every one of its [`places`](Number::places).
///
/// ```
/// use schur_engine::program::PairBlocks;
/// /// Numbers of a block that depend on a basis element.
/// fn changed_by(blocks: &PairBlocks, element: usize) -> usize {
///     blocks.by_element().row(element).len()
/// }
/// ```
#[derive(Debug, Clone)]
pub struct PairBlocks {
    /// Index of the pair in the order of [`ConvPlan::pair_ranges`](crate::ConvPlan::pair_ranges).
    pub pair: usize,
    /// Whether the parameters lie as `[element][output copy][input copy]`, as seen from this
    /// direction: so do those of an input gradient.
    pub transposed: bool,
    /// Copies in the input, as seen from this direction.
    pub in_copies: usize,
    /// Copies in the output.
    pub out_copies: usize,
    /// The numbers.
    pub numbers: Vec<Number>,
    projected: Arc<Projected>,
}

/// The blocks of a basis, which plans share, wherever the columns of copies are.
#[derive(Debug)]
struct Projected {
    /// What they follow from. The basis in which kernels are given, if it is not that of the input.
    out: Arc<Decomposition>,
    input: Arc<Decomposition>,
    fibre: Option<Vec<f64>>,
    transposed: bool,
    basis: Arc<SparseBasis>,
    /// The numbers: rows of the output and of the input.
    rows: Vec<(usize, usize)>,
    by_number: SparseRows,
    by_element: SparseRows,
}

impl Projected {
    fn new(
        projection: &Projection<'_>,
        kernel: impl Fn(usize) -> Option<Vec<(usize, usize, f64)>> + Sync,
    ) -> Result<Self, &'static str> {
        let reading = Reading::new(projection);
        let elements = projection.basis.by_element.rows();
        let piece = |piece: usize| {
            let first = piece * PIECE;
            reading.blocks(first..elements.min(first + PIECE), &kernel)
        };
        let pieces = (0..elements.div_ceil(PIECE)).into_par_iter().map(piece);
        let pieces: Vec<_> = pieces.collect();
        let pieces = pieces.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut by_element = SparseRows::stacked(pieces);
        // Numbered in the order in which elements have them.
        let mut index = vec![usize::MAX; reading.places()];
        let mut rows = Vec::new();
        by_element.renumber(|place| {
            if index[place] == usize::MAX {
                index[place] = rows.len();
                rows.push(reading.rows(place));
            }
            index[place]
        });
        Ok(Self {
            out: projection.out.components.clone(),
            input: projection.input.components.clone(),
            fibre: projection.fibre.map(|fibre| fibre.basis.clone()),
            transposed: projection.transposed,
            basis: projection.basis.clone(),
            by_number: by_element.transposed(rows.len()),
            rows,
            by_element,
        })
    }

    fn is_of(&self, projection: &Projection<'_>) -> bool {
        Arc::ptr_eq(&self.basis, projection.basis)
            && Arc::ptr_eq(&self.out, &projection.out.components)
            && Arc::ptr_eq(&self.input, &projection.input.components)
            && self.transposed == projection.transposed
            && self.fibre.as_deref() == projection.fibre.map(|fibre| &fibre.basis[..])
    }
}

impl PairBlocks {
    /// Projects every basis element, given by its numbers (out, position x input, value), onto the
    /// blocks, or says why what the blocks hold is not the whole element.
    pub(super) fn new(
        projection: &Projection<'_>,
        kernel: impl Fn(usize) -> Option<Vec<(usize, usize, f64)>> + Sync,
    ) -> Result<Self, &'static str> {
        static KNOWN: Known<Projected> = Known::keeping(0);
        // Those of a bank follow from its filters too.
        let is = |known: &Projected| !projection.of_bank && known.is_of(projection);
        let make = || Projected::new(projection, kernel);
        let projected = match projection.of_bank {
            true => Arc::new(make()?),
            false => KNOWN.get(is, make)?,
        };
        let [ins, outs] = [projection.input, projection.out].map(Decomposed::row_seats);
        let number = |&(out, input): &(usize, usize)| {
            let (irrep, part, cols) = outs[out];
            Number {
                irrep,
                rows: ins[input].2,
                cols,
                complex: projection.irreps[irrep].complex,
                turned: part == 1,
            }
        };
        Ok(Self {
            pair: projection.pair,
            transposed: projection.transposed,
            in_copies: projection.in_copies,
            out_copies: projection.out_copies,
            numbers: projected.rows.iter().map(number).collect(),
            projected,
        })
    }

    /// The elements of every number with their coefficients.
    #[must_use]
    pub fn by_number(&self) -> &SparseRows {
        &self.projected.by_number
    }

    /// The numbers of every element with their coefficients.
    #[must_use]
    pub fn by_element(&self) -> &SparseRows {
        &self.projected.by_element
    }
}
