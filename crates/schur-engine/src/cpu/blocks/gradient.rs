//! The gradient in the parameters, in blocks.

use std::ops::Range;

use crate::parallel::*;

use super::Executor;
use crate::cpu::factors::{Left, Product, Right, Storage, WHOLE};
use crate::cpu::isa::Isa;
use crate::cpu::narrow::across;
use crate::cpu::product_unsafe::multiply_tile;
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::{Buffer, Shared, add_in_order};
use crate::sampling::Sampling;

/// Pieces of work that a call is cut into at least, if it has as many tiles.
const MIN_PIECES: usize = 16;

impl Executor {
    /// Adds to `parameters` the gradient of `sum(y dy)` in them. `dy` is not empty.
    ///
    /// The work is cut by chunks of the patch space and by a few groups of tiles, which depend
    /// on the shapes only; groups are added in order.
    pub(crate) fn backward_parameters<F: Factor>(
        &self,
        isa: Isa,
        sampling: &Sampling,
        x: &[F::Sum],
        dy: &[F::Sum],
        ranges: &[Range<usize>],
        parameters: &mut [F::Sum],
    ) {
        let channels = self.program.out_channels;
        let pixels = dy.len() / channels;
        let rows = self.tile_rows::<F::Sum>(pixels);
        let tiles = pixels.div_ceil(rows);
        let padded = self.padded::<F>(isa);
        let matrices = self.matrices::<F::Sum>(sampling.kernel);
        let (starts, len) = self.stream_starts(rows, &padded);

        // The output gradient in streams, once for all chunks. Padding columns stay zero.
        let mut streams = Buffer::zeros(tiles * len);
        streams
            .par_chunks_mut(len)
            .zip(dy.par_chunks(rows * channels))
            .for_each(|(tile, dy)| self.to_streams(isa, &matrices, &starts, &padded, dy, tile));

        let groups = MIN_PIECES.div_ceil(self.chunks.len()).min(tiles);
        let group_tiles = tiles.div_ceil(groups);
        let groups = tiles.div_ceil(group_tiles);
        let sizes: Vec<_> = (0..self.chunks.len())
            .map(|c| self.chunk_len(c, &padded, 1))
            .collect();
        let total: usize = sizes.iter().map(|s| s.0).sum();
        if total == 0 {
            return; // Nothing is connected, so there is no parameter.
        }
        let mut sums = Buffer::stale(groups * total);
        let mut pieces = Vec::new();
        let mut rest = &mut sums[..];
        for group in 0..groups {
            for (chunk, (len, first)) in sizes.iter().enumerate() {
                let (here, after) = rest.split_at_mut(*len);
                rest = after;
                pieces.push((group, chunk, first, here));
            }
        }
        let pool = Shared::new();
        let make = || {
            let factors: [Buffer<F>; 2] = Default::default();
            (self.scratch(isa, &matrices, rows, 0), factors)
        };
        let input = self.input(isa, &matrices, sampling, x);
        pieces
            .into_par_iter()
            .for_each(|(group, chunk, first, sum)| {
                pool.with(make, |(scratch, [left_room, right_room])| {
                    let inner = &self.chunks[chunk].inner;
                    let (tile_starts, _) = self.stream_starts(rows, inner);
                    let first_tile = group * group_tiles;
                    for tile in first_tile..tiles.min(first_tile + group_tiles) {
                        let here = tile * rows..pixels.min((tile + 1) * rows);
                        let count = here.len();
                        self.aim(sampling, &input, here, scratch);
                        self.gather(isa, &matrices, chunk, &input, rows, scratch);
                        let factors = count.div_ceil(F::NUMBERS);
                        let dy = &streams[tile * len..][..len];
                        for (stream, &block) in self.program.streams.iter().enumerate() {
                            let shape = (count, inner[block]);
                            let data = &scratch.tile[tile_starts[stream]..][..count * shape.1];
                            let left = Left {
                                data: across(isa, data, shape, left_room),
                                rows: inner[block],
                                segments: WHOLE,
                                inner: factors,
                                row_stride: 1,
                                inner_stride: inner[block],
                            };
                            let cols = padded[block];
                            let data = &dy[starts[stream]..][..count * cols];
                            let right = Right {
                                data: across(isa, data, (count, cols), right_room),
                                rows: factors,
                                cols,
                                storage: Storage::Rows(cols),
                            };
                            let sum = &mut sum[first[block]..][..inner[block] * cols];
                            let product = Product {
                                data: sum,
                                stride: cols,
                                cols,
                            };
                            // Streams of one block share their sum.
                            let add = tile > first_tile
                                || self.program.streams[..stream].contains(&block);
                            multiply_tile(isa, product, add, left, right);
                        }
                    }
                });
            });
        let (first, others) = sums.split_at_mut(total);
        add_in_order(first, others);
        self.contract(isa, first, ranges, parameters);
    }
}
