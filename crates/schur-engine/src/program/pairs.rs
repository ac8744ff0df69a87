//! The linear map between the parameters of a basis and the blocks of a kernel.

use std::sync::Arc;

use super::isotypic::Decomposition;
use super::reading::{Place, Projection, Reading};
use super::seating::Decomposed;
use crate::basis::{SparseBasis, SparseRows};
use crate::known::Known;
use crate::parallel::*;

/// Basis elements that are projected in one piece.
const PIECE: usize = 64;

/// One number of a block, for all copies of an input and of an output component: where it stands.
///
/// ```
/// use schur_engine::program::Number;
/// let second_component_to_the_first = Number { block: 2, row: 5, col: 0 };
/// assert_eq!(second_component_to_the_first.row, 5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The number of the block.
    pub block: usize,
    /// First row: that of the first input copy.
    pub row: usize,
    /// First column: that of the first output copy.
    pub col: usize,
}

/// The blocks of one pair of blocks of fields as a sparse function of its basis elements.
///
/// With the parameters of the pair as `[element][input copy][output copy]`, number `k` has the
/// value `sum over (element, value) in by_number().row(k) of value * parameters[element][u][v]` at
/// row `row + u` and column `col + v` of its block.
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
    /// The numbers.
    places: Vec<Place>,
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
        let mut places = Vec::new();
        by_element.renumber(|place| {
            if index[place] == usize::MAX {
                index[place] = places.len();
                places.push(reading.place(place));
            }
            index[place]
        });
        Ok(Self {
            out: projection.out.components.clone(),
            input: projection.input.components.clone(),
            fibre: projection.fibre.map(|fibre| fibre.basis.clone()),
            transposed: projection.transposed,
            basis: projection.basis.clone(),
            by_number: by_element.transposed(places.len()),
            places,
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
        let number = |place: &Place| {
            let (irrep, _, col) = outs[place.out];
            Number {
                block: projection.products.block(irrep) + place.product,
                row: ins[place.input].2,
                col,
            }
        };
        Ok(Self {
            pair: projection.pair,
            transposed: projection.transposed,
            in_copies: projection.in_copies,
            out_copies: projection.out_copies,
            numbers: projected.places.iter().map(number).collect(),
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
