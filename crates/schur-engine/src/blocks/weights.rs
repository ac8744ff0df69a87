//! The linear map between the parameters of a basis and the blocks of a kernel.

use crate::parallel::*;

use super::BlockPlan;
use super::action::IrrepMatrices;
use super::build::{Decomposed, Seat};
use crate::factors::panel_columns;
use crate::plan::{SparseRows, add_scaled};
use crate::scratch::Buffer;
use crate::simd_unsafe::Isa;
use crate::tolerance::{COMMUTES, TRANSFORM_ENTRY};
use crate::{Block, Scalar};

/// Numbers that are compared side by side.
const LANES: usize = 8;

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
pub(crate) struct Packed<T: Scalar> {
    pub(super) data: Buffer<T>,
}

impl<T: Scalar> Packed<T> {
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
        let width = in_seats.len();
        // First rows of the input copies of every irrep, and where input and output rows are
        // of different irreps.
        let mut in_copies = vec![Vec::new(); irreps.len()];
        for (row, &(irrep, part, _)) in in_seats.iter().enumerate() {
            if part == 0 {
                in_copies[irrep].push(row);
            }
        }
        let mut whole = vec![0.0; (out_seats.len() * width).next_multiple_of(LANES)];
        let mut foreign = vec![0.0; whole.len()];
        let pairs = out_seats
            .iter()
            .flat_map(|o| in_seats.iter().map(|i| o.0 != i.0));
        for (mark, differ) in foreign.iter_mut().zip(pairs) {
            *mark = f64::from(differ);
        }
        // Numbered by output row and input row; only rows with part 0 on the input side count.
        let mut numbers = vec![usize::MAX; out_seats.len() * width];
        let mut places: Vec<Position> = Vec::new();
        let mut triples = Vec::new();
        let mut half = vec![0.0; out_block.dim * width];
        for element in 0..elements {
            half.fill(0.0);
            whole.fill(0.0);
            let kernel =
                coordinates(element).ok_or("the basis is not in the band of its filters")?;
            for (half, values) in half
                .chunks_exact_mut(width)
                .zip(kernel.chunks_exact(in_dim))
            {
                for (&value, rows) in values.iter().zip(&in_rows) {
                    if value != 0.0 {
                        for &(row, c) in rows {
                            half[row] += value * c;
                        }
                    }
                }
            }
            for (o, half) in half.chunks_exact(width).enumerate() {
                for &(row, c) in &out_rows[o] {
                    let whole = &mut whole[row * width..][..width];
                    for (sum, &h) in whole.iter_mut().zip(half) {
                        *sum += c * h;
                    }
                }
            }
            let (size, mut defect) = largest(&whole, &foreign);
            let negligible = TRANSFORM_ENTRY * size;
            let first = triples.len();
            for (out_row, &(irrep, out_part, output)) in out_seats.iter().enumerate() {
                let (dim, complex) = (irreps[irrep].dim, irreps[irrep].complex);
                let of_part = |part| &whole[(out_row - out_part + part) * width..][..width];
                let (row, top) = (of_part(out_part), of_part(0));
                let bottom = if complex { of_part(1) } else { top };
                for &i in &in_copies[irrep] {
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
                            *number = places.len();
                            places.push(Position {
                                output,
                                input: in_seats[i].2,
                                turned: out_part == 1,
                                complex,
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
            pair,
            transposed,
            copies: (out_block.multiplicity, in_block.multiplicity),
            by_position: by_element.transposed(places.len()),
            positions: places,
            by_element,
        })
    }
}

/// The largest absolute value, and the largest of those that are marked by 1 and not by 0. Both
/// slices are whole numbers of [`LANES`].
fn largest(values: &[f64], marks: &[f64]) -> (f64, f64) {
    let greater = |a: f64, b: f64| if a > b { a } else { b };
    let (mut all, mut marked) = ([0.0; LANES], [0.0; LANES]);
    let chunks = values.chunks_exact(LANES).zip(marks.chunks_exact(LANES));
    for (values, marks) in chunks {
        for lane in 0..LANES {
            let size = values[lane].abs();
            all[lane] = greater(size, all[lane]);
            marked[lane] = greater(size * marks[lane], marked[lane]);
        }
    }
    let fold = |lanes: [f64; LANES]| lanes.into_iter().fold(0.0, greater);
    (fold(all), fold(marked))
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
        let mut data = Buffer::zeros(sizes.iter().map(|s| s.0).sum());
        let mut rest = &mut data[..];
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
            let mut runs = Buffer::zeros(pair.positions.len() * run);
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
