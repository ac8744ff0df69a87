//! The blocks of a kernel read off at a few components of its output.
//!
//! A kernel that commutes with a group takes the first vector `v` of a copy of an irrep to
//! `sum over a of c_a u_a`, where the `u_a` are the first vectors of the copies of that irrep in the
//! output (both vectors, if it is of complex type), and by Schur's lemma the `c_a` are all that there
//! is to know. As many components of the output as there are `u_a` decide them: the rest of the kernel
//! is not transformed, but compared, on vectors, with what the blocks make of them.

use std::ops::Range;
use std::sync::Arc;

use super::seating::{Decomposed, GIVEN, OF_A, OF_B, Products, RowSeat};
use crate::basis::{SparseBasis, SparseRows};
use crate::symmetry::{Fibre, Irrep};
use crate::tolerance::{COMMUTES, TRANSFORM_ENTRY};

/// Vectors on which kernel and blocks are compared. Their numbers look random: one that a wrong block
/// sends to the right place would be an accident, two of them do not happen.
const PROBES: usize = 2;

/// A number for every probe.
type Probed = [f64; PROBES];

/// The two sides of a pair of blocks of fields.
pub(super) struct Projection<'a> {
    pub(super) irreps: &'a [Irrep],
    pub(super) products: &'a Products,
    pub(super) out: &'a Decomposed,
    pub(super) input: &'a Decomposed,
    /// The basis of the components of the input that was decomposed, if it is not that of kernels.
    pub(super) fibre: Option<&'a Fibre>,
    pub(super) basis: &'a Arc<SparseBasis>,
    /// Whether kernels are in the band of a bank of filters.
    pub(super) of_bank: bool,
    pub(super) pair: usize,
    pub(super) transposed: bool,
    pub(super) out_copies: usize,
    pub(super) in_copies: usize,
}

/// Where a number of a block comes from.
#[derive(Debug)]
pub(super) struct Place {
    /// Rows of the output and of the input: the first of their copies.
    pub(super) out: usize,
    pub(super) input: usize,
    /// Which product of a complex irrep; 0 of a real one.
    pub(super) product: usize,
}

/// How the blocks of one pair of blocks of fields are read off.
pub(super) struct Reading<'a> {
    irreps: &'a [Irrep],
    in_seats: Vec<RowSeat>,
    out_seats: Vec<RowSeat>,
    /// Rows of the output side by component.
    out_rows: SparseRows,
    /// The first rows of the copies of the input in irreps that the output has: the columns.
    columns: Vec<usize>,
    /// Columns of the input side by coordinate of kernels.
    in_columns: SparseRows,
    /// `component * irreps + irrep`: the output rows of the irrep that a component tells, and the
    /// factors of its value in them.
    readers: SparseRows,
    /// Whether a component tells any.
    reads: Vec<bool>,
    parts: Parts,
    /// The probes by coordinate of kernels.
    probes: Vec<Probed>,
    /// And by row of the input side.
    probed_rows: Vec<Probed>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(projection: &Projection<'a>) -> Self {
        let &Projection {
            irreps, out, input, ..
        } = projection;
        let out_rows = rows_of_sources(out);
        let mut in_rows = rows_of_sources(input);
        if let Some(fibre) = projection.fibre {
            in_rows = in_old_basis(&in_rows, fibre);
        }
        let (in_seats, out_seats) = (input.row_seats(), out.row_seats());
        let (readers, reads) = readers(irreps, out, out_rows.rows());
        let mut live = vec![false; irreps.len()];
        out_seats.iter().for_each(|seat| live[seat.0] = true);
        let (mut columns, mut column_of) = (Vec::new(), vec![usize::MAX; in_seats.len()]);
        for (row, &(irrep, part, _)) in in_seats.iter().enumerate() {
            if part == 0 && live[irrep] {
                column_of[row] = columns.len();
                columns.push(row);
            }
        }
        let probes: Vec<Probed> = (0..in_rows.rows()).map(probe).collect();
        let mut probed_rows = vec![[0.0; PROBES]; in_seats.len()];
        let mut in_columns = SparseRows::none();
        for (source, probe) in probes.iter().enumerate() {
            let row = in_rows.row(source);
            row.iter()
                .for_each(|&(row, c)| add(&mut probed_rows[row], c, probe));
            let columns = row.iter().map(|&(row, c)| (column_of[row], c));
            in_columns.push(columns.filter(|&(column, _)| column != usize::MAX));
        }
        Self {
            irreps,
            parts: Parts::new(input, &in_rows, &column_of),
            in_seats,
            out_seats,
            out_rows,
            columns,
            in_columns,
            readers,
            reads,
            probes,
            probed_rows,
        }
    }

    /// Output rows times columns.
    fn entries(&self) -> usize {
        self.out_seats.len() * self.columns.len()
    }

    /// How many places numbers of blocks can have.
    pub(super) fn places(&self) -> usize {
        GIVEN.len() * self.entries()
    }

    pub(super) fn place(&self, index: usize) -> Place {
        let (width, entry) = (self.columns.len(), index % self.entries());
        Place {
            out: entry / width,
            input: self.columns[entry % width],
            product: index / self.entries(),
        }
    }

    /// The numbers of some basis elements by place, ascending, if blocks of them are the elements.
    pub(super) fn blocks(
        &self,
        elements: Range<usize>,
        kernel: impl Fn(usize) -> Option<Vec<(usize, usize, f64)>>,
    ) -> Result<SparseRows, &'static str> {
        let (outs, irreps, width) = (self.out_rows.rows(), self.irreps.len(), self.columns.len());
        let mut whole = vec![0.0; self.entries()];
        let mut sums = vec![0.0; self.places()];
        let mut images = vec![[0.0; PROBES]; outs];
        let mut streams = vec![[0.0; PROBES]; self.out_seats.len()];
        // Of the components that an element sees, and the columns of these by irrep: the others stay 0.
        let mut seen = vec![false; self.parts.columns.len()];
        let mut columns_seen: Vec<Vec<usize>> = vec![Vec::new(); irreps];
        let mut found = Vec::new();
        let mut blocks = SparseRows::none();
        for element in elements {
            let kernel = kernel(element).ok_or("the basis is not in the band of its filters")?;
            images.fill([0.0; PROBES]);
            for &(out, source, value) in &kernel {
                add(&mut images[out], value, &self.probes[source]);
                if !self.reads[out] {
                    continue;
                }
                let parts = &self.parts.of_source[source];
                parts.iter().for_each(|&part| seen[part] = true);
                for &(column, c) in self.in_columns.row(source) {
                    let irrep = self.in_seats[self.columns[column]].0;
                    for &(row, m) in self.readers.row(out * irreps + irrep) {
                        whole[row * width + column] += value * c * m;
                    }
                }
            }
            columns_seen.iter_mut().for_each(Vec::clear);
            for (seen, columns) in seen.iter_mut().zip(&self.parts.columns) {
                if std::mem::take(seen) {
                    let of_irreps = columns.iter();
                    of_irreps.for_each(|(irrep, range)| columns_seen[*irrep].extend(range.clone()));
                }
            }
            found.clear();
            for (row, &(irrep, part, _)) in self.out_seats.iter().enumerate() {
                if part > 0 && !self.irreps[irrep].complex {
                    continue;
                }
                let row = row * width..(row + 1) * width;
                for &column in &columns_seen[irrep] {
                    let value = std::mem::take(&mut whole[row.clone()][column]);
                    if value != 0.0 {
                        found.push((row.start + column, value));
                    }
                }
            }
            let size = found
                .iter()
                .fold(0.0_f64, |m, (_, value)| m.max(value.abs()));
            if self.defect(&found, &mut images, &mut streams) > COMMUTES * size {
                return Err("the basis does not commute with the symmetry");
            }
            self.to_products(&mut found, &mut sums);
            let stored = |&(_, value): &(usize, f64)| value.abs() > TRANSFORM_ENTRY * size;
            blocks.push(found.iter().copied().filter(stored));
        }
        Ok(blocks)
    }

    /// The numbers `a` and `b` of complex irreps as those of their three products. `sums` is 0 at all
    /// places, before and after.
    fn to_products(&self, numbers: &mut Vec<(usize, f64)>, sums: &mut [f64]) {
        let width = self.columns.len();
        let of_complex = |&(entry, _): &(usize, f64)| {
            let (irrep, part, _) = self.out_seats[entry / width];
            self.irreps[irrep].complex.then_some(part)
        };
        if numbers.iter().all(|number| of_complex(number).is_none()) {
            return;
        }
        let mut places = Vec::new();
        for number in numbers.iter() {
            let (first, shares) = match of_complex(number) {
                None => (number.0, [1.0, 0.0, 0.0]),
                Some(0) => (number.0, OF_A),
                Some(_) => (number.0 - width, OF_B),
            };
            for (product, share) in shares.into_iter().enumerate() {
                if share != 0.0 {
                    let place = product * self.entries() + first;
                    sums[place] += share * number.1;
                    places.push(place);
                }
            }
        }
        places.sort_unstable();
        places.dedup();
        numbers.clear();
        let sum = |place: usize| (place, std::mem::take(&mut sums[place]));
        numbers.extend(places.into_iter().map(sum));
    }

    /// The largest difference between the images of the probes and those under some numbers of
    /// blocks.
    fn defect(
        &self,
        numbers: &[(usize, f64)],
        images: &mut [Probed],
        streams: &mut [Probed],
    ) -> f64 {
        streams.fill([0.0; PROBES]);
        for &(place, value) in numbers {
            let (row, column) = (
                place / self.columns.len(),
                self.columns[place % self.columns.len()],
            );
            let (irrep, turned, _) = self.out_seats[row];
            let Irrep { dim, complex, .. } = self.irreps[irrep];
            match (complex, turned) {
                (true, 1) => {
                    add(&mut streams[row], value, &self.probed_rows[column]);
                    add(&mut streams[row - 1], -value, &self.probed_rows[column + 1]);
                }
                _ => (0..dim).for_each(|part| {
                    add(
                        &mut streams[row + part],
                        value,
                        &self.probed_rows[column + part],
                    );
                }),
            }
        }
        let mut defect = 0.0_f64;
        for (out, image) in images.iter_mut().enumerate() {
            for &(row, c) in self.out_rows.row(out) {
                add(image, -c, &streams[row]);
            }
            defect = image.iter().fold(defect, |m, d| m.max(d.abs()));
        }
        defect
    }
}

fn add(sum: &mut Probed, factor: f64, values: &Probed) {
    sum.iter_mut()
        .zip(values)
        .for_each(|(s, v)| *s += factor * v);
}

/// What the probes have at a coordinate: sizes between 1/2 and 3/2 of both signs, by SplitMix64
/// (Steele, Lea & Flood 2014).
fn probe(coordinate: usize) -> Probed {
    std::array::from_fn(|probe| {
        let number = (coordinate * PROBES + probe) as u64 + 1;
        let mut z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        let size = 0.5 + (z >> 11) as f64 / (1_u64 << 53) as f64;
        if z & 1 == 0 { size } else { -size }
    })
}

/// All rows of a decomposition by the coordinate they read: (row, coefficient).
fn rows_of_sources(side: &Decomposed) -> SparseRows {
    let dim = side.components.iter().map(|c| c.sources.len()).sum();
    let mut by_row = SparseRows::none();
    for component in side.components.iter() {
        for row in &component.rows {
            let entries = component
                .sources
                .iter()
                .copied()
                .zip(row.coefficients.iter().copied());
            by_row.push(entries.filter(|&(_, c)| c != 0.0));
        }
    }
    by_row.transposed(dim)
}

/// Rows by position and new component, by position and old component.
fn in_old_basis(rows: &SparseRows, fibre: &Fibre) -> SparseRows {
    let dim = fibre.part_of().len();
    let mut all = SparseRows::none();
    for position in (0..rows.rows()).step_by(dim) {
        for old in fibre.basis.chunks_exact(dim) {
            let news = old.iter().enumerate().filter(|&(_, &b)| b != 0.0);
            let entries = news.flat_map(|(new, &b)| {
                let row = rows.row(position + new).iter();
                row.map(move |&(row, c)| (row, b * c))
            });
            all.push(entries);
        }
    }
    all
}

/// What every component of the output tells: see [`Reading::readers`].
fn readers(irreps: &[Irrep], out: &Decomposed, outs: usize) -> (SparseRows, Vec<bool>) {
    let mut triples = Vec::new();
    let mut first = 0;
    for component in out.components.iter() {
        for (irrep, psi) in irreps.iter().enumerate() {
            let rows = component.rows.iter().enumerate();
            let rows = rows.filter(|(_, row)| row.irrep == irrep && (row.part == 0 || psi.complex));
            let (rows, vectors): (Vec<usize>, Vec<&[f64]>) = rows
                .map(|(index, row)| (first + index, &row.coefficients[..]))
                .unzip();
            for (place, factors) in deciding(&vectors) {
                let reader = component.sources[place] * irreps.len() + irrep;
                let factors = rows.iter().zip(factors);
                triples.extend(factors.map(|(&row, factor)| (reader, row, factor)));
            }
        }
        first += component.rows.len();
    }
    triples.sort_unstable_by_key(|&(reader, row, _)| (reader, row));
    let mut reads = vec![false; outs];
    triples
        .iter()
        .for_each(|t| reads[t.0 / irreps.len()] = true);
    (
        SparseRows::from_sorted(outs * irreps.len(), &triples),
        reads,
    )
}

/// As many coordinates as there are vectors, which are orthonormal, with numbers `m` such that
/// `c[r] = sum over coordinates k of m_k[r] y[k]` for every combination `y` of vectors with the
/// coefficients `c`.
fn deciding(vectors: &[&[f64]]) -> Vec<(usize, Vec<f64>)> {
    let count = vectors.len();
    let mut rows: Vec<Vec<f64>> = vectors.iter().map(|v| v.to_vec()).collect();
    // Gauss-Jordan on the vectors and beside them the identity.
    for (r, row) in rows.iter_mut().enumerate() {
        row.extend((0..count).map(|k| f64::from(u8::from(k == r))));
    }
    let dim = vectors.first().map_or(0, |v| v.len());
    let mut chosen = Vec::with_capacity(count);
    for r in 0..count {
        let largest = rows[r][..dim].iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        // The first that is large, so that other irreps take the same.
        let pivot = rows[r][..dim].iter().position(|v| v.abs() >= largest / 2.0);
        let Some(pivot) = pivot else { continue };
        let value = rows[r][pivot];
        let row: Vec<f64> = rows[r].iter().map(|v| v / value).collect();
        for other in &mut rows {
            let factor = other[pivot];
            other
                .iter_mut()
                .zip(&row)
                .for_each(|(o, v)| *o -= factor * v);
        }
        rows[r] = row;
        chosen.push(pivot);
    }
    let small = |m: f64| if m.abs() < TRANSFORM_ENTRY { 0.0 } else { m };
    let factors = rows
        .iter()
        .map(|row| row[dim..].iter().map(|&m| small(m)).collect());
    chosen.into_iter().zip(factors).collect()
}

/// Where components of the input side, which the group keeps apart, have columns.
struct Parts {
    /// Of every component by irrep: within one they lie side by side.
    columns: Vec<Vec<(usize, Range<usize>)>>,
    /// The components that have any, by coordinate of kernels.
    of_source: Vec<Vec<usize>>,
}

impl Parts {
    fn new(side: &Decomposed, in_rows: &SparseRows, column_of: &[usize]) -> Self {
        let (mut columns, mut part_of) = (Vec::new(), Vec::new());
        for (part, component) in side.components.iter().enumerate() {
            let mut of_part: Vec<(usize, Range<usize>)> = Vec::new();
            for row in &component.rows {
                let column = column_of[part_of.len()];
                part_of.push(part);
                if column == usize::MAX {
                    continue;
                }
                match of_part.last_mut() {
                    Some((irrep, range)) if *irrep == row.irrep => range.end = column + 1,
                    _ => of_part.push((row.irrep, column..column + 1)),
                }
            }
            columns.push(of_part);
        }
        let of_source = |source| {
            let rows = in_rows.row(source).iter().map(|&(row, _)| row);
            let live = rows.filter(|&row| column_of[row] != usize::MAX);
            let mut parts: Vec<usize> = live.map(|row| part_of[row]).collect();
            parts.sort_unstable();
            parts.dedup();
            parts
        };
        Self {
            columns,
            of_source: (0..in_rows.rows()).map(of_source).collect(),
        }
    }
}
