//! Running a program forward: gather and transform, multiply, transform back.

use std::ops::Range;

use crate::parallel::*;

use super::Executor;
use super::state::{Input, Matrices, Scratch};
use super::weights::Packed;
use crate::Scalar;
use crate::cpu::factors::{Left, Product, Right, Storage, WHOLE};
use crate::cpu::isa::Isa;
use crate::cpu::narrow::along;
use crate::cpu::product_unsafe::multiply_tile;
use crate::cpu::runs_unsafe::{OUTSIDE, Runs, Table, Target, transform_runs};
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::{Buffer, Shared};
use crate::program::Source;
use crate::sampling::Sampling;

impl Executor {
    /// Transforms output channels to streams, which begin at `starts` and have `padded` columns
    /// per block.
    pub(super) fn to_streams<T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        starts: &[usize],
        padded: &[usize],
        y: &[T],
        tile: &mut [T],
    ) {
        let channels = self.program.out_channels;
        let table = Table::even(y.len() / channels, channels);
        for (part, matrix) in self.program.outputs.iter().zip(&matrices.to_streams) {
            let targets: Vec<Target> = (part.seats.iter())
                .map(|seat| Target {
                    first: starts[seat.stream] + seat.column,
                    step: padded[self.program.streams[seat.stream]],
                })
                .collect();
            let from = Runs {
                numbers: y,
                table: &table,
                sources: &part.places,
            };
            transform_runs(isa, matrix, part.run, from, tile, &targets);
        }
    }

    /// Finds the taps of the pixels of a tile.
    pub(super) fn aim<T: Scalar>(
        &self,
        sampling: &Sampling,
        input: &Input<'_, T>,
        pixels: Range<usize>,
        scratch: &mut Scratch<T>,
    ) {
        if self.program.filters.is_some() {
            let rows = &mut scratch.kernel_rows;
            input.margins.kernel_rows(sampling, pixels, rows);
        } else {
            fill_table(sampling, pixels, &mut scratch.table);
        }
    }

    /// Gathers and transforms the patches of one tile in one chunk.
    pub(super) fn gather<T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        chunk: usize,
        input: &Input<'_, T>,
        rows: usize,
        scratch: &mut Scratch<T>,
    ) {
        if self.program.filters.is_some() {
            return self.gather_responses(isa, matrices, chunk, input, rows, scratch);
        }
        let (starts, _) = self.stream_starts(rows, &self.chunks[chunk].inner);
        let mut targets = Vec::new();
        for index in self.chunks[chunk].inputs.clone() {
            let (part, matrix) = (&self.program.inputs[index], &matrices.inputs[index]);
            self.seats(chunk, part, &starts, 0, &mut targets);
            let from = Runs {
                numbers: &input.data,
                table: &scratch.table,
                sources: &part.places,
            };
            transform_runs(isa, matrix, part.run, from, &mut scratch.tile, &targets);
        }
    }

    /// `y` over all pixels of a sampled grid, written whole, and tile by tile handed to
    /// `finish`.
    pub(crate) fn forward<F: Factor>(
        &self,
        isa: Isa,
        sampling: &Sampling,
        x: &[F::Sum],
        weight: &Packed<F>,
        y: &mut [F::Sum],
        finish: impl Fn(&mut [F::Sum]) + Sync,
    ) {
        let channels = self.program.out_channels;
        let rows = self.tile_rows::<F::Sum>(y.len() / channels);
        let padded = self.padded::<F>(isa);
        let matrices = self.matrices::<F::Sum>(sampling.kernel);
        let (sum_starts, sum_len) = self.stream_starts(rows, &padded);
        let pool = Shared::new();
        let make = || {
            (
                self.scratch(isa, &matrices, rows, sum_len),
                Buffer::default(),
            )
        };
        let input = self.input(isa, &matrices, sampling, x);
        y.par_chunks_mut(rows * channels)
            .enumerate()
            .for_each(|(tile, y)| {
                pool.with(make, |(scratch, room)| {
                    let count = y.len() / channels;
                    let pixels = tile * rows..tile * rows + count;
                    self.aim(sampling, &input, pixels, scratch);
                    let mut next = 0;
                    for (chunk, of_chunk) in self.chunks.iter().enumerate() {
                        self.gather(isa, &matrices, chunk, &input, rows, scratch);
                        let (len, first) = self.chunk_len(chunk, &padded, F::NUMBERS);
                        let weight = &weight.data[next..next + len];
                        next += len;
                        let (starts, _) = self.stream_starts(rows, &of_chunk.inner);
                        for (stream, &block) in self.program.streams.iter().enumerate() {
                            let (inner, cols) = (of_chunk.inner[block], padded[block]);
                            let tile = &scratch.tile[starts[stream]..][..count * inner];
                            let factors = inner.div_ceil(F::NUMBERS);
                            let left = Left {
                                data: along(isa, tile, inner, room),
                                rows: count,
                                segments: WHOLE,
                                inner: factors,
                                row_stride: factors,
                                inner_stride: 1,
                            };
                            let data = &weight[first[block]..][..factors * cols];
                            let right = Right {
                                data,
                                rows: factors,
                                cols,
                                storage: Storage::Panels,
                            };
                            let product = Product {
                                data: &mut scratch.sums[sum_starts[stream]..],
                                stride: cols,
                                cols,
                            };
                            multiply_tile(isa, product, chunk > 0, left, right);
                        }
                    }
                    self.spread(isa, &matrices, &padded, &scratch.sums, rows, y);
                    finish(y);
                });
            });
    }

    /// Transforms a tile of sums back to channels.
    fn spread<T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        padded: &[usize],
        sums: &[T],
        rows: usize,
        y: &mut [T],
    ) {
        let count = y.len() / self.program.out_channels;
        let (starts, _) = self.stream_starts(rows, padded);
        let table = self.stream_table(&starts, padded, 0..count);
        for (part, matrix) in self.program.outputs.iter().zip(&matrices.to_channels) {
            let sources: Vec<Source> = (part.seats.iter())
                .map(|seat| Source {
                    slot: seat.stream,
                    offset: seat.column,
                })
                .collect();
            let targets: Vec<Target> = (part.places.iter())
                .map(|p| Target {
                    first: p.offset,
                    step: self.program.out_channels,
                })
                .collect();
            let from = Runs {
                numbers: sums,
                table: &table,
                sources: &sources,
            };
            transform_runs(isa, matrix, part.run, from, y, &targets);
        }
    }
}

/// The first channel of every tap of every pixel, or [`OUTSIDE`].
pub(super) fn fill_table(sampling: &Sampling, pixels: Range<usize>, table: &mut Table) {
    table.reset(sampling.taps());
    // The rows that the kernel reads are those of the pixel before, in most cases.
    let (mut before, mut rows) = (None, Vec::new());
    for pixel in pixels {
        let (image, row, col) = sampling.place(pixel);
        if before != Some((image, row)) {
            before = Some((image, row));
            rows.clear();
            let first = image * sampling.source_rows();
            let place = |y| (first + y) * sampling.source[2];
            let read = |r| sampling.source_row(row, r).map(place);
            rows.extend((0..sampling.kernel_rows()).map(read));
        }
        table.push(rows.iter().flat_map(|&row| {
            (0..sampling.kernel[2]).map(move |c| match (row, sampling.source_col(col, c)) {
                (Some(row), Some(x)) => (row + x) * sampling.channels,
                _ => OUTSIDE,
            })
        }));
    }
}
