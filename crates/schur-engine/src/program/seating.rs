//! Columns for the copies of irreps.

use std::sync::Arc;

use super::isotypic::{Component, Decomposition};
use super::{Seat, Source, Transform};
use crate::symmetry::Irrep;

/// What the three products of an irrep of complex type are given of the two parts of a number.
pub(super) const GIVEN: [[f64; 2]; 3] = [[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]];
/// What `a` and `b` have in their blocks.
pub(super) const OF_A: [f64; 3] = [1.0, 1.0, -1.0];
pub(super) const OF_B: [f64; 3] = [0.0, 1.0, 1.0];
/// What they add to the two parts of the result.
pub(super) const TAKEN: [[f64; 2]; 3] = [[1.0, 1.0], [-1.0, 0.0], [0.0, 1.0]];

/// The decomposition of one block of fields and the columns of its copies.
pub(super) struct Decomposed {
    pub(super) components: Arc<Decomposition>,
    /// Per irrep and copy: the first column in every product of the irrep.
    pub(super) seats: Vec<Vec<usize>>,
}

/// (irrep, part, first column) of a row.
pub(super) type RowSeat = (usize, usize, usize);

impl Decomposed {
    /// The seat of every row of every component, in their order.
    pub(super) fn row_seats(&self) -> Vec<RowSeat> {
        let rows = self.components.iter().flat_map(|c| &c.rows);
        rows.map(|r| (r.irrep, r.part, self.seats[r.irrep][r.copy]))
            .collect()
    }
}

/// The products of all irreps: a real irrep has a stream per dimension, which share one block, one of
/// complex type three streams with a block each.
pub(super) struct Products {
    /// The block of every stream.
    pub(super) streams: Vec<usize>,
    /// Per irrep: its first stream and its first block.
    first: Vec<(usize, usize)>,
    /// The irrep of every block.
    irreps: Vec<usize>,
}

impl Products {
    pub(super) fn new(irreps: &[Irrep]) -> Self {
        let (mut streams, mut first, mut owners) = (Vec::new(), Vec::new(), Vec::new());
        for (irrep, psi) in irreps.iter().enumerate() {
            let block = owners.len();
            first.push((streams.len(), block));
            if psi.complex {
                streams.extend(block..block + GIVEN.len());
                owners.extend([irrep; GIVEN.len()]);
            } else {
                streams.extend(std::iter::repeat_n(block, psi.dim));
                owners.push(irrep);
            }
        }
        Self {
            streams,
            first,
            irreps: owners,
        }
    }

    /// The first block of an irrep.
    pub(super) fn block(&self, irrep: usize) -> usize {
        self.first[irrep].1
    }

    /// Per block what is known per irrep.
    pub(super) fn per_block(&self, of_irreps: &[usize]) -> Vec<usize> {
        self.irreps.iter().map(|&irrep| of_irreps[irrep]).collect()
    }
}

/// Hands out columns.
pub(super) struct Seating<'a> {
    products: &'a Products,
    /// What the products of a complex irrep read of the parts of a number.
    complex: [[f64; 2]; 3],
    /// Irreps that the product needs: of the input, those that the output has too.
    live: &'a [bool],
    /// Columns given away, per irrep.
    pub(super) given: Vec<usize>,
}

impl<'a> Seating<'a> {
    pub(super) fn new(products: &'a Products, complex: [[f64; 2]; 3], live: &'a [bool]) -> Self {
        Self {
            products,
            complex,
            live,
            given: vec![0; live.len()],
        }
    }

    /// Gives every row of a component its columns.
    pub(super) fn seat(
        &mut self,
        irreps: &[Irrep],
        component: &Component,
        run: usize,
        seats: &mut [Vec<usize>],
        place: impl Fn(usize) -> Source,
    ) -> Transform {
        let mut taken = Vec::with_capacity(component.rows.len());
        let mut matrix = Vec::new();
        for (index, row) in component.rows.iter().enumerate() {
            let irrep = row.irrep;
            if row.part == 0 {
                seats[irrep].push(self.given[irrep]);
                self.given[irrep] += if self.live[irrep] { run } else { 0 };
            }
            if !self.live[irrep] {
                continue;
            }
            let (first, column) = (self.products.first[irrep].0, seats[irrep][row.copy]);
            if !irreps[irrep].complex {
                let stream = first + row.part;
                taken.push(Seat { stream, column });
                matrix.extend_from_slice(&row.coefficients);
            } else if row.part == 0 {
                // The other part follows.
                let other = &component.rows[index + 1].coefficients;
                for (which, [a, b]) in self.complex.into_iter().enumerate() {
                    let stream = first + which;
                    taken.push(Seat { stream, column });
                    let both = row.coefficients.iter().zip(other);
                    matrix.extend(both.map(|(x, y)| a * x + b * y));
                }
            }
        }
        Transform {
            run,
            matrix,
            places: component.sources.iter().map(|&s| place(s)).collect(),
            seats: taken,
        }
    }
}
