//! The sizes of tiles, and where streams lie in them.

use std::ops::Range;

use super::Executor;
use crate::cpu::runs_unsafe::{Table, Target};
use crate::program::Transform;

/// Most rows of a tile: eight blocks of 14 registers.
const TILE_ROWS: usize = 112;
/// Rows of a register block of the widest kernel; smaller tiles waste none of it.
const BLOCK_ROWS: usize = 14;
/// Fewest tiles of a batch, so that small inputs still occupy several threads.
const MIN_TILES: usize = 4;
/// Bytes of a tile: it should stay in a second-level cache of 1 MiB beside some weights.
const TILE_BYTES: usize = 448 * 1024;
/// Fewest rows of a tile for the cache's sake: with fewer the weights are read too often.
const MIN_ROWS: usize = 42;

impl Executor {
    /// First number of every stream in a tile of `rows` rows with the given columns per block,
    /// and the length of the tile.
    pub(super) fn stream_starts(&self, rows: usize, cols: &[usize]) -> (Vec<usize>, usize) {
        let mut next = 0;
        let starts = self.program.streams.iter().map(|&block| {
            let start = next;
            next += rows * cols[block];
            start
        });
        let starts = starts.collect();
        (starts, next)
    }

    /// Length of the largest chunk tile of `rows` rows.
    pub(super) fn tile_len(&self, rows: usize) -> usize {
        let lens = self
            .chunks
            .iter()
            .map(|c| self.stream_starts(rows, &c.inner).1);
        lens.max().unwrap_or(0)
    }

    /// Rows of a tile: depends on the shapes only, never on the threads.
    pub(super) fn tile_rows<T>(&self, pixels: usize) -> usize {
        let shared = pixels.div_ceil(MIN_TILES).next_multiple_of(BLOCK_ROWS);
        shared.clamp(BLOCK_ROWS, self.largest_tile::<T>())
    }

    /// How many tiles the forward pass over so many pixels has, their rows, the chunks of a patch, and
    /// the bytes of the largest tile of a chunk.
    pub(crate) fn forward_cut<T>(&self, pixels: usize) -> [usize; 4] {
        let rows = self.tile_rows::<T>(pixels);
        let bytes = self.tile_len(rows) * size_of::<T>();
        [pixels.div_ceil(rows), rows, self.chunks.len(), bytes]
    }

    /// Most rows of a tile.
    pub(super) fn largest_tile<T>(&self) -> usize {
        let fitting = TILE_BYTES / size_of::<T>() / self.tile_len(1).max(1);
        (fitting / BLOCK_ROWS * BLOCK_ROWS).clamp(MIN_ROWS, TILE_ROWS)
    }

    /// Where the rows of every stream begin in a tile, for some of its pixels: one slot per
    /// stream, with `columns` numbers per row and block.
    pub(super) fn stream_table(
        &self,
        starts: &[usize],
        columns: &[usize],
        pixels: Range<usize>,
    ) -> Table {
        let mut table = Table::default();
        table.reset(starts.len());
        for pixel in pixels {
            let of_stream = |(start, &block): (&usize, &usize)| start + pixel * columns[block];
            table.push(starts.iter().zip(&self.program.streams).map(of_stream));
        }
        table
    }

    /// Where the rows of an input go in the tile of a chunk, from row `row` on.
    pub(super) fn seats(
        &self,
        chunk: usize,
        part: &Transform,
        starts: &[usize],
        row: usize,
        targets: &mut Vec<Target>,
    ) {
        let chunk = &self.chunks[chunk];
        targets.clear();
        targets.extend(part.seats.iter().map(|seat| {
            let block = self.program.streams[seat.stream];
            let step = chunk.inner[block];
            let column = seat.column - chunk.first[block];
            Target {
                first: starts[seat.stream] + column + row * step,
                step,
            }
        }));
    }
}
