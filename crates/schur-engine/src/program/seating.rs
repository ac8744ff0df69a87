//! Columns for the copies of irreps.

use std::sync::Arc;

use super::isotypic::{Component, Decomposition};
use super::{Seat, Source, Transform};
use crate::symmetry::Irrep;

/// Where a copy of an irrep lies: the first columns of its parts in the irrep's product. Real
/// irreps have one column; the parts are separate streams.
pub(super) type CopySeat = [usize; 2];

/// (irrep, part, seat) of a row.
pub(super) type RowSeat = (usize, usize, CopySeat);

/// The decomposition of one block and the seats of its copies.
pub(super) struct Decomposed {
    pub(super) components: Arc<Decomposition>,
    /// Per irrep and copy.
    pub(super) seats: Vec<Vec<CopySeat>>,
}

impl Decomposed {
    /// The seat of every row of every component, in their order.
    pub(super) fn row_seats(&self) -> Vec<RowSeat> {
        let rows = self.components.iter().flat_map(|c| &c.rows);
        rows.map(|r| (r.irrep, r.part, self.seats[r.irrep][r.copy]))
            .collect()
    }
}

/// Hands out columns.
pub(super) struct Seating<'a> {
    irreps: &'a [Irrep],
    /// First stream of every irrep.
    first_stream: &'a [usize],
    /// Irreps that the product needs: of the input, those that the output has too.
    live: &'a [bool],
    /// Columns given away, per irrep.
    pub(super) given: Vec<usize>,
}

impl<'a> Seating<'a> {
    pub(super) fn new(irreps: &'a [Irrep], first_stream: &'a [usize], live: &'a [bool]) -> Self {
        Self {
            irreps,
            first_stream,
            live,
            given: vec![0; irreps.len()],
        }
    }

    /// Gives every row of a component its columns.
    pub(super) fn seat(
        &mut self,
        component: &Component,
        run: usize,
        seats: &mut [Vec<CopySeat>],
        place: impl Fn(usize) -> Source,
    ) -> Transform {
        let mut taken = Vec::with_capacity(component.rows.len());
        let mut matrix = Vec::new();
        for row in &component.rows {
            let irrep = row.irrep;
            let (complex, live) = (self.irreps[irrep].complex, self.live[irrep]);
            if row.part == 0 {
                let first = self.given[irrep];
                seats[irrep].push([first, first + run]);
                if live {
                    self.given[irrep] += if complex { 2 * run } else { run };
                }
            }
            if !live {
                continue;
            }
            let (cols, first) = (seats[irrep][row.copy], self.first_stream[irrep]);
            taken.push(if complex {
                Seat {
                    stream: first,
                    column: cols[row.part],
                }
            } else {
                Seat {
                    stream: first + row.part,
                    column: cols[0],
                }
            });
            matrix.extend_from_slice(&row.coefficients);
        }
        Transform {
            run,
            matrix,
            places: component.sources.iter().map(|&s| place(s)).collect(),
            seats: taken,
        }
    }
}
