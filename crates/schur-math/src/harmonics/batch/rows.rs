//! Results of a block of points on their way to the rows of these points.

use super::eights::Eights;
use super::{LANES, Lanes};

/// Numbers that may wait for others after them: enough that small tables are written once.
const PATIENCE: usize = 64;

/// The rows of the points of a block, in a slice that starts with the first.
pub(super) struct Rows<'a> {
    pub(super) numbers: &'a mut [f64],
    /// From one row to the next.
    pub(super) stride: usize,
}

/// Writes eight numbers of up to eight points to the rows from `first` on, from a place of each
/// row on.
#[inline(always)]
pub(super) fn write_eight<E: Eights>(
    eights: E,
    eight: [E::Eight; 8],
    rows: &mut Rows<'_>,
    first: usize,
    place: usize,
) {
    let mut start = first * rows.stride + place;
    for numbers in eights.transpose(eight) {
        // The last block may have fewer points.
        if let Some(row) = rows.numbers.get_mut(start..start + 8) {
            row.copy_from_slice(&eights.store(numbers));
        }
        start += rows.stride;
    }
}

/// Writes fewer than eight numbers of each point.
#[inline(always)]
pub(super) fn write_rest<const N: usize>(rest: &[[f64; N]], rows: &mut Rows<'_>, place: usize) {
    for (k, numbers) in rest.iter().enumerate() {
        for (row, number) in rows.numbers.chunks_mut(rows.stride).zip(numbers) {
            row[place + k] = *number;
        }
    }
}

/// Numbers by harmonic, which wait until eight of them can be written to each row at once.
pub(super) struct Stage {
    waiting: Vec<Lanes>,
    filled: usize,
    /// Harmonics that are in the rows.
    written: usize,
}

impl Stage {
    /// For up to `most` numbers at a time.
    pub(super) fn new(most: usize) -> Self {
        Self {
            waiting: vec![[0.0; LANES]; PATIENCE + most],
            filled: 0,
            written: 0,
        }
    }

    /// The places of the next harmonics.
    #[inline(always)]
    pub(super) fn next(&mut self, count: usize) -> &mut [Lanes] {
        let start = self.filled;
        self.filled += count;
        &mut self.waiting[start..self.filled]
    }

    /// Writes what is there in eights, if it is worth it.
    #[inline(always)]
    pub(super) fn write(&mut self, eights: impl Eights, rows: &mut Rows<'_>) {
        if self.filled >= PATIENCE {
            self.write_eights(eights, rows);
        }
    }

    /// Writes all, and starts anew.
    #[inline(always)]
    pub(super) fn finish(&mut self, eights: impl Eights, rows: &mut Rows<'_>) {
        self.write_eights(eights, rows);
        write_rest(&self.waiting[..self.filled], rows, self.written);
        (self.filled, self.written) = (0, 0);
    }

    #[inline(always)]
    fn write_eights(&mut self, eights: impl Eights, rows: &mut Rows<'_>) {
        let (groups, rest) = self.waiting[..self.filled].as_chunks::<8>();
        let rest = rest.len();
        for eight in groups {
            for group in 0..LANES / 8 {
                // Not by `map`, whose closure would have no vector instructions.
                let mut tile = [eights.splat(0.0); 8];
                for (part, numbers) in tile.iter_mut().zip(eight) {
                    *part = eights.load(numbers.as_chunks::<8>().0[group]);
                }
                write_eight(eights, tile, rows, 8 * group, self.written);
            }
            self.written += 8;
        }
        self.waiting.copy_within(self.filled - rest..self.filled, 0);
        self.filled = rest;
    }
}
