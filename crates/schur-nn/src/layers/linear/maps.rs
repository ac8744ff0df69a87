//! Bases of the linear maps between two blocks.

use schur_math::{
    FiniteRepresentation, IntertwinerBasis, LinearGroup, MathError, Representation, SymmetryIrrep,
    TensorTerm, TensorType,
};

use crate::NnError;
use crate::ops::dense::Elements;

/// Most numbers that the maps between two blocks may have.
const MAX_NUMBERS: usize = 1 << 26;

/// Orthonormal maps between representations: transposed, as batches of rows are multiplied from
/// the left.
impl Elements {
    pub(super) fn finite(
        input: &FiniteRepresentation,
        out: &FiniteRepresentation,
    ) -> Result<Self, NnError> {
        Self::compact(&input.decomposed()?, &out.decomposed()?)
    }

    pub(super) fn compact<I: SymmetryIrrep>(
        input: &Representation<I>,
        out: &Representation<I>,
    ) -> Result<Self, NnError> {
        let basis = IntertwinerBasis::new(out, input)?;
        let shape = (input.dim(), out.dim());
        check_size(basis.dim(), shape, input.name(), out.name())?;
        let maps = (0..basis.dim()).map(|index| basis.matrix(index).into_values());
        Ok(Self::of_maps(maps, shape))
    }

    /// The maps between all pairs of terms, terms of `out` outer.
    pub(super) fn tensors(
        group: &LinearGroup,
        input: &TensorType,
        out: &TensorType,
    ) -> Result<Vec<Self>, NnError> {
        let (from, to) = (single(input), single(out));
        // One call, because pairs of terms share their invariants.
        let maps = group.maps(&from, &to)?;
        let sizes = |of: &TensorType| -> Result<Vec<usize>, MathError> {
            let terms = of.terms().iter();
            let one = |t: &TensorTerm| TensorType::new(&[*t]).dim(group.dim());
            terms.map(one).collect()
        };
        let (widths, heights) = (sizes(&from)?, sizes(&to)?);
        let columns: usize = widths.iter().sum();
        check_size(maps.dim(), (columns, heights.iter().sum()), input, out)?;
        let matrices: Result<Vec<_>, _> = (0..maps.dim()).map(|index| maps.matrix(index)).collect();
        let (matrices, mut first, mut row) = (matrices?, 0, 0);
        let mut pairs = Vec::new();
        for &height in &heights {
            let mut col = 0;
            for &width in &widths {
                let block = |matrix: &Vec<f64>| -> Vec<f64> {
                    let rows = matrix.chunks(columns).skip(row).take(height);
                    rows.flat_map(|r| r[col..col + width].to_vec()).collect()
                };
                // Every map lives on one pair of terms, and pairs follow each other.
                let own = matrices[first..].iter().map(block);
                let own = own.take_while(|block| block.iter().any(|&v| v != 0.0));
                let pair = Self::of_maps(own, (width, height));
                first += pair.count;
                pairs.push(pair);
                col += width;
            }
            row += height;
        }
        Ok(pairs)
    }

    fn of_maps(maps: impl IntoIterator<Item = Vec<f64>>, (inputs, outs): (usize, usize)) -> Self {
        let (mut count, mut numbers) = (0, Vec::new());
        for map in maps {
            for input in 0..inputs {
                numbers.extend((0..outs).map(|out| map[out * inputs + input]));
            }
            count += 1;
        }
        Self {
            count,
            positions: 1,
            numbers,
        }
    }

    /// The same maps, each with largest entry 1.
    pub(super) fn with_largest_entry_one(mut self) -> Self {
        let size = (self.numbers.len() / self.count.max(1)).max(1);
        for map in self.numbers.chunks_mut(size) {
            let largest = map.iter().fold(0.0f64, |l, v| l.max(v.abs()));
            map.iter_mut().for_each(|v| *v /= largest);
        }
        self
    }
}

/// One copy of every term.
fn single(of: &TensorType) -> TensorType {
    let one = |term: &TensorTerm| TensorTerm {
        multiplicity: 1,
        ..*term
    };
    TensorType::new(&of.terms().iter().map(one).collect::<Vec<_>>())
}

fn check_size(
    count: usize,
    (inputs, outs): (usize, usize),
    from: impl std::fmt::Display,
    to: impl std::fmt::Display,
) -> Result<(), NnError> {
    let numbers = count.saturating_mul(inputs).saturating_mul(outs);
    if numbers <= MAX_NUMBERS {
        return Ok(());
    }
    Err(MathError::TooLarge {
        what: format!("the linear maps from {from} to {to}"),
        numbers: numbers.to_string(),
        max: MAX_NUMBERS,
        remedy: "representations of lower dimension with higher multiplicities",
    }
    .into())
}
