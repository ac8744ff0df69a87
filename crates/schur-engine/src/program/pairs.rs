//! The linear map between the parameters of a basis and the blocks of a kernel.

use std::ops::Range;

use super::seating::{CopySeat, Decomposed};
use crate::basis::SparseRows;
use crate::symmetry::Irrep;
use crate::tolerance::{COMMUTES, TRANSFORM_ENTRY};

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
/// value `sum over (element, value) in by_number.row(k) of value * parameters[element][u][v]` at
/// row `row + u` and column `col + v` of the block, for every one of its [`places`](Number::places).
///
/// ```
/// use schur_engine::program::PairBlocks;
/// /// Numbers of a block that depend on a basis element.
/// fn changed_by(blocks: &PairBlocks, element: usize) -> usize {
///     blocks.by_element.row(element).len()
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
    /// The elements of every number with their coefficients.
    pub by_number: SparseRows,
    /// The numbers of every element with their coefficients.
    pub by_element: SparseRows,
}

/// The two sides of a pair of blocks of fields.
pub(super) struct Projection<'a> {
    pub(super) irreps: &'a [Irrep],
    pub(super) out: &'a Decomposed,
    pub(super) input: &'a Decomposed,
    pub(super) pair: usize,
    pub(super) transposed: bool,
    pub(super) out_copies: usize,
    pub(super) in_copies: usize,
}

/// All rows of a decomposition by the coordinate they read: (row, coefficient).
fn rows_of_sources(side: &Decomposed, dim: usize) -> Vec<Vec<(usize, f64)>> {
    let mut of_source = vec![Vec::new(); dim];
    let mut index = 0;
    for component in &side.components {
        for row in &component.rows {
            for (&source, &c) in component.sources.iter().zip(&row.coefficients) {
                if c != 0.0 {
                    of_source[source].push((index, c));
                }
            }
            index += 1;
        }
    }
    of_source
}

/// (irrep, part, seat) of a row.
type RowSeat = (usize, usize, CopySeat);

/// Those of every row, in the order of [`rows_of_sources`].
fn row_seats(side: &Decomposed) -> Vec<RowSeat> {
    let rows = side.components.iter().flat_map(|c| &c.rows);
    rows.map(|r| (r.irrep, r.part, side.seats[r.irrep][r.copy]))
        .collect()
}

impl PairBlocks {
    /// Projects every basis element, given by its numbers (out, position x input, value), onto the
    /// blocks, or says why what the blocks hold is not the whole element.
    pub(super) fn new(
        projection: &Projection<'_>,
        elements: usize,
        kernel: impl Fn(usize) -> Option<Vec<(usize, usize, f64)>>,
    ) -> Result<Self, &'static str> {
        let &Projection {
            irreps, out, input, ..
        } = projection;
        let dim = |side: &Decomposed| side.components.iter().map(|c| c.sources.len()).sum();
        let (out_dim, in_dim): (usize, usize) = (dim(out), dim(input));
        let in_rows = rows_of_sources(input, in_dim);
        let out_rows = rows_of_sources(out, out_dim);
        let (in_seats, out_seats) = (row_seats(input), row_seats(out));
        let width = in_seats.len();
        // First rows of the input copies of every irrep, and where input and output rows are
        // of different irreps.
        let mut in_copies = vec![Vec::new(); irreps.len()];
        for (row, &(irrep, part, _)) in in_seats.iter().enumerate() {
            if part == 0 {
                in_copies[irrep].push(row);
            }
        }
        let mut whole = vec![0.0; out_seats.len() * width];
        // Numbered by output row and input row; only rows with part 0 on the input side count.
        let mut numbers = vec![usize::MAX; out_seats.len() * width];
        let mut found: Vec<Number> = Vec::new();
        let mut triples = Vec::new();
        // Rows of the input by output component, which of them an element has, and the last element
        // that has them.
        let (mut half, mut touched) = (vec![0.0; out_dim * width], Vec::new());
        let mut last = vec![usize::MAX; half.len()];
        // First rows of the copies of every irrep that an element sees.
        let mut copies_seen: Vec<Vec<usize>> = vec![Vec::new(); irreps.len()];
        // An element sees few of the components that the group keeps apart: the others stay 0.
        let parts = Parts::new(input, in_dim);
        for element in 0..elements {
            let kernel = kernel(element).ok_or("the basis is not in the band of its filters")?;
            let seen = parts.seen(kernel.iter().map(|&(_, source, _)| source));
            let clear = |matrix: &mut [f64]| {
                for row in matrix.chunks_exact_mut(width) {
                    seen.iter().for_each(|rows| row[rows.clone()].fill(0.0));
                }
            };
            clear(&mut half);
            clear(&mut whole);
            touched.clear();
            for &(out, source, value) in &kernel {
                for &(row, c) in &in_rows[source] {
                    let place = out * width + row;
                    half[place] += value * c;
                    if last[place] != element {
                        last[place] = element;
                        touched.push((out, row));
                    }
                }
            }
            for &(out, i) in &touched {
                let h = half[out * width + i];
                for &(row, c) in &out_rows[out] {
                    whole[row * width + i] += c * h;
                }
            }
            let (size, mut defect) = largest(&whole, (&out_seats, &in_seats), &seen);
            let negligible = TRANSFORM_ENTRY * size;
            for (copies, all) in copies_seen.iter_mut().zip(&in_copies) {
                copies.clear();
                copies.extend(seen.iter().flat_map(|rows| within(all, rows)));
            }
            let first = triples.len();
            for (out_row, &(irrep, out_part, output)) in out_seats.iter().enumerate() {
                let (dim, complex) = (irreps[irrep].dim, irreps[irrep].complex);
                let of_part = |part| &whole[(out_row - out_part + part) * width..][..width];
                let (row, top) = (of_part(out_part), of_part(0));
                let bottom = if complex { of_part(1) } else { top };
                for &i in &copies_seen[irrep] {
                    for (in_part, value) in row[i..i + dim].iter().enumerate() {
                        // What the first parts of the same copies say this entry must be.
                        let want = match (out_part == in_part, complex) {
                            (true, _) => top[i],
                            (false, false) => 0.0,
                            (false, true) if out_part == 1 => bottom[i],
                            (false, true) => -bottom[i],
                        };
                        defect = defect.max((value - want).abs());
                    }
                    let stored = (out_part == 0 || complex) && row[i].abs() > negligible;
                    if stored {
                        let number = &mut numbers[out_row * width + i];
                        if *number == usize::MAX {
                            *number = found.len();
                            found.push(Number {
                                irrep,
                                rows: in_seats[i].2,
                                cols: output,
                                complex,
                                turned: out_part == 1,
                            });
                        }
                        triples.push((element, *number, row[i]));
                    }
                }
            }
            triples[first..].sort_unstable_by_key(|t| t.1);
            if defect > COMMUTES * size {
                return Err("the basis does not commute with the symmetry");
            }
        }
        let by_element = SparseRows::from_sorted(elements, &triples);
        Ok(Self {
            pair: projection.pair,
            transposed: projection.transposed,
            in_copies: projection.in_copies,
            out_copies: projection.out_copies,
            by_number: by_element.transposed(found.len()),
            numbers: found,
            by_element,
        })
    }
}

/// The rows of every component of the input side, and the component of every source.
struct Parts {
    rows: Vec<Range<usize>>,
    of_source: Vec<usize>,
}

impl Parts {
    fn new(side: &Decomposed, dim: usize) -> Self {
        let (mut rows, mut of_source, mut first) = (Vec::new(), vec![0; dim], 0);
        for (index, component) in side.components.iter().enumerate() {
            rows.push(first..first + component.rows.len());
            first += component.rows.len();
            for &source in &component.sources {
                of_source[source] = index;
            }
        }
        Self { rows, of_source }
    }

    /// The rows of the components of some sources, ascending.
    fn seen(&self, sources: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
        let mut parts: Vec<usize> = sources.map(|source| self.of_source[source]).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
            .into_iter()
            .map(|part| self.rows[part].clone())
            .collect()
    }
}

/// Of ascending numbers those in a range.
fn within<'a>(numbers: &'a [usize], range: &Range<usize>) -> &'a [usize] {
    let place = |bound: usize| numbers.partition_point(|&number| number < bound);
    &numbers[place(range.start)..place(range.end)]
}

/// The largest absolute value in some columns of a matrix, and the largest where row and column are
/// of different irreps.
fn largest(
    matrix: &[f64],
    (rows, cols): (&[RowSeat], &[RowSeat]),
    seen: &[Range<usize>],
) -> (f64, f64) {
    let (mut all, mut foreign) = (0.0f64, 0.0f64);
    for (row, values) in rows.iter().zip(matrix.chunks_exact(cols.len().max(1))) {
        for range in seen {
            for (col, value) in cols[range.clone()].iter().zip(&values[range.clone()]) {
                all = all.max(value.abs());
                if row.0 != col.0 {
                    foreign = foreign.max(value.abs());
                }
            }
        }
    }
    (all, foreign)
}
