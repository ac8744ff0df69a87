//! The linear map between the parameters of a basis and the blocks of a kernel.

use rayon::prelude::*;

use super::BlockPlan;
use super::action::IrrepMatrices;
use super::build::{Decomposed, Seat};
use crate::plan::{SparseRows, add_scaled};
use crate::product_unsafe::panel_columns;
use crate::simd_unsafe::Isa;
use crate::tolerance::{COMMUTES, TRANSFORM_ENTRY};
use crate::{Block, Scalar};

/// One number of a block, for all copies: which it is, and the seats of its two ends.
#[derive(Debug, Clone, Copy)]
struct Position {
    output: Seat,
    input: Seat,
    /// Whether it is the `b` of a complex block.
    turned: bool,
    complex: bool,
}

/// The blocks of one pair of field blocks as a sparse function of its basis elements.
#[derive(Debug, Clone)]
pub(super) struct PairBlocks {
    /// Index of the pair in the order of the parameters.
    pair: usize,
    /// Whether parameters lie as [output copy][input copy], seen from this direction.
    transposed: bool,
    copies: (usize, usize),
    positions: Vec<Position>,
    by_position: SparseRows,
    by_element: SparseRows,
}

/// Block weights in the order of the chunks and irreps, packed for the product.
#[derive(Debug, Clone)]
pub(crate) struct Packed<T> {
    pub(super) data: Vec<T>,
}

impl<T> Packed<T> {
    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }
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

/// (irrep, part, seat) of every row, in the order of [`rows_of_sources`].
fn row_seats(side: &Decomposed) -> Vec<(usize, usize, Seat)> {
    let rows = side.components.iter().flat_map(|c| &c.rows);
    rows.map(|r| (r.irrep, r.part, side.seats[r.irrep][r.copy]))
        .collect()
}

impl PairBlocks {
    /// Projects every basis element onto the blocks, or says why what the blocks hold is not
    /// the whole element.
    pub(super) fn new(
        irreps: &[IrrepMatrices],
        (out, out_block): (&Decomposed, Block),
        (input, in_block): (&Decomposed, Block),
        (elements, coordinates): (usize, impl Fn(usize) -> Option<Vec<f64>>),
        (pair, transposed): (usize, bool),
    ) -> Result<Self, &'static str> {
        let in_dim = input.components.iter().map(|c| c.sources.len()).sum();
        let in_rows = rows_of_sources(input, in_dim);
        let out_rows = rows_of_sources(out, out_block.dim);
        let (in_seats, out_seats) = (row_seats(input), row_seats(out));
        // Numbered by output row and input row; only rows with part 0 on the input side count.
        let mut numbers = vec![usize::MAX; out_seats.len() * in_seats.len()];
        let mut places: Vec<Position> = Vec::new();
        let mut triples = Vec::new();
        let mut half = vec![0.0; out_block.dim * in_seats.len()];
        let mut whole = vec![0.0; out_seats.len() * in_seats.len()];
        for element in 0..elements {
            half.fill(0.0);
            whole.fill(0.0);
            let kernel =
                coordinates(element).ok_or("the basis is not in the band of its filters")?;
            for (index, &value) in kernel.iter().enumerate() {
                if value != 0.0 {
                    for &(row, c) in &in_rows[index % in_dim] {
                        half[index / in_dim * in_seats.len() + row] += value * c;
                    }
                }
            }
            for (o, half) in half.chunks_exact(in_seats.len()).enumerate() {
                for &(row, c) in &out_rows[o] {
                    let whole = &mut whole[row * in_seats.len()..][..in_seats.len()];
                    for (sum, &h) in whole.iter_mut().zip(half) {
                        *sum += c * h;
                    }
                }
            }
            let size = whole.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
            for (out_row, &(out_irrep, out_part, out_seat)) in out_seats.iter().enumerate() {
                for (in_row, &(in_irrep, in_part, in_seat)) in in_seats.iter().enumerate() {
                    let index = out_row * in_seats.len() + in_row;
                    let value = whole[index];
                    // What the first parts of the same copies say this entry must be.
                    let complex = irreps[in_irrep].complex;
                    let (o, i) = (out_row - out_part, in_row - in_part);
                    let at = |o: usize, i: usize| whole[o * in_seats.len() + i];
                    let want = match (out_irrep == in_irrep, complex) {
                        (false, _) => 0.0,
                        (true, false) if out_part == in_part => at(o, i),
                        (true, false) => 0.0,
                        (true, true) if out_part == in_part => at(o, i),
                        (true, true) if out_part == 1 => at(o + 1, i),
                        (true, true) => -at(o + 1, i),
                    };
                    if (value - want).abs() > COMMUTES * size {
                        return Err("the basis does not commute with the symmetry");
                    }
                    let stored =
                        out_irrep == in_irrep && in_part == 0 && (out_part == 0 || complex);
                    if stored && value.abs() > TRANSFORM_ENTRY * size {
                        if numbers[index] == usize::MAX {
                            numbers[index] = places.len();
                            places.push(Position {
                                output: out_seat,
                                input: in_seat,
                                turned: out_part == 1,
                                complex,
                            });
                        }
                        triples.push((element, numbers[index], value));
                    }
                }
            }
        }
        triples.sort_by_key(|t| (t.0, t.1));
        let by_element = SparseRows::from_sorted(elements, &triples);
        for triple in &mut triples {
            *triple = (triple.1, triple.0, triple.2);
        }
        triples.sort_by_key(|t| (t.0, t.1));
        Ok(Self {
            pair,
            transposed,
            copies: (out_block.multiplicity, in_block.multiplicity),
            by_position: SparseRows::from_sorted(places.len(), &triples),
            positions: places,
            by_element,
        })
    }
}

impl Position {
    /// Where this number and its mirror image stand in the block: (input part, output part,
    /// whether negated).
    fn entries(&self) -> &'static [(usize, usize, bool)] {
        match (self.complex, self.turned) {
            (false, _) => &[(0, 0, false)],
            (true, false) => &[(0, 0, false), (1, 1, false)],
            (true, true) => &[(0, 1, false), (1, 0, true)],
        }
    }
}

impl BlockPlan {
    /// Padded columns per irrep.
    pub(super) fn padded<T: Scalar>(&self, isa: Isa) -> Vec<usize> {
        let lanes = isa.lanes::<T>();
        self.cols
            .iter()
            .map(|c| c.next_multiple_of(lanes))
            .collect()
    }

    /// Numbers in the weight of one chunk, and the first of every irrep.
    pub(super) fn chunk_len(&self, chunk: usize, padded: &[usize]) -> (usize, Vec<usize>) {
        let mut len = 0;
        let sizes = self.chunks[chunk].inner.iter().zip(padded);
        let first = sizes.map(|(inner, cols)| {
            let first = len;
            len += inner * cols;
            first
        });
        let first = first.collect();
        (len, first)
    }

    /// The blocks of the parameters, packed. `ranges` are the parameters of every pair.
    pub(crate) fn pack<T: Scalar>(
        &self,
        isa: Isa,
        parameters: &[T],
        ranges: &[std::ops::Range<usize>],
    ) -> Packed<T> {
        let padded = self.padded::<T>(isa);
        let lanes = isa.lanes::<T>();
        let sizes: Vec<_> = (0..self.chunks.len())
            .map(|c| self.chunk_len(c, &padded))
            .collect();
        let mut data = vec![T::ZERO; sizes.iter().map(|s| s.0).sum()];
        let mut rest = data.as_mut_slice();
        let mut tasks = Vec::new();
        for (chunk, (len, first)) in sizes.iter().enumerate() {
            let (here, after) = rest.split_at_mut(*len);
            rest = after;
            tasks.push((chunk, here, first));
        }
        tasks.into_par_iter().for_each(|(chunk, weight, first)| {
            let mut sum = Vec::new();
            let mut turned = Vec::new();
            let inner = &self.chunks[chunk].inner;
            let columns: Vec<_> = (inner.iter().zip(&padded))
                .map(|(&inner, &cols)| panel_columns(lanes, inner, cols))
                .collect();
            for pair in &self.pairs {
                let parameters = &parameters[ranges[pair.pair].clone()];
                let (outs, ins) = pair.copies;
                for (index, position) in pair.positions.iter().enumerate() {
                    if position.input.chunk != chunk {
                        continue;
                    }
                    sum.clear();
                    sum.resize(outs * ins, T::ZERO);
                    for &(element, value) in pair.by_position.row(index) {
                        add_scaled(
                            &mut sum,
                            value,
                            &parameters[element * outs * ins..][..outs * ins],
                        );
                    }
                    if pair.transposed {
                        transpose(&sum, outs, ins, &mut turned);
                        std::mem::swap(&mut sum, &mut turned);
                    }
                    let irrep = position.input.irrep;
                    let block = &mut weight[first[irrep]..][..inner[irrep] * padded[irrep]];
                    for &(from, to, negated) in position.entries() {
                        let (k, n) = (position.input.cols[from], position.output.cols[to]);
                        let columns = &columns[irrep][n..n + outs];
                        for (u, row) in sum.chunks_exact(outs).enumerate() {
                            for (&(place, width), &value) in columns.iter().zip(row) {
                                block[place + (k + u) * width] =
                                    if negated { -value } else { value };
                            }
                        }
                    }
                }
            }
        });
        Packed { data }
    }

    /// The transpose of [`BlockPlan::pack`], from gradients in unpacked row-major blocks.
    pub(super) fn contract<T: Scalar>(
        &self,
        isa: Isa,
        gradient: &[T],
        ranges: &[std::ops::Range<usize>],
        parameters: &mut [T],
    ) {
        let padded = self.padded::<T>(isa);
        let mut next = 0;
        let firsts: Vec<Vec<usize>> = (0..self.chunks.len())
            .map(|c| {
                let (len, mut first) = self.chunk_len(c, &padded);
                first.iter_mut().for_each(|f| *f += next);
                next += len;
                first
            })
            .collect();
        for pair in &self.pairs {
            let (outs, ins) = pair.copies;
            let run = outs * ins;
            let mut runs = vec![T::ZERO; pair.positions.len() * run];
            runs.par_chunks_mut(run)
                .zip(&pair.positions)
                .for_each(|(run, position)| {
                    let irrep = position.input.irrep;
                    let cols = padded[irrep];
                    let block = &gradient[firsts[position.input.chunk][irrep]..];
                    for &(from, to, negated) in position.entries() {
                        let (k, n) = (position.input.cols[from], position.output.cols[to]);
                        for (u, row) in run.chunks_exact_mut(outs).enumerate() {
                            let terms = &block[(k + u) * cols + n..][..outs];
                            for (sum, &term) in row.iter_mut().zip(terms) {
                                *sum += if negated { -term } else { term };
                            }
                        }
                    }
                });
            let elements = parameters[ranges[pair.pair].clone()].par_chunks_mut(run);
            elements.enumerate().for_each(|(element, sum)| {
                for &(position, value) in pair.by_element.row(element) {
                    add_scaled(sum, value, &runs[position * run..][..run]);
                }
            });
        }
    }
}

/// `to[u][v] = from[v][u]`, for `u` in `0..cols`.
fn transpose<T: Scalar>(from: &[T], rows: usize, cols: usize, to: &mut Vec<T>) {
    to.clear();
    for u in 0..cols {
        to.extend((0..rows).map(|v| from[v * cols + u]));
    }
}
