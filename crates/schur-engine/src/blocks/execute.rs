//! Running a block plan: gather and transform, multiply, transform back.

use std::ops::Range;

use crate::parallel::*;

use super::filter::{Input, Readers};
use super::{BlockPlan, Packed, Part};
use crate::Scalar;
use crate::conv::Sampling;
use crate::factors::{Left, Product, Right, Segment, Storage, WHOLE};
use crate::product_unsafe::multiply_tile;
use crate::runs_unsafe::{OUTSIDE, Source, Table, Target, transform_runs};
use crate::scratch::{Buffer, Pool};
use crate::simd_unsafe::Isa;

/// Most rows of a tile: eight blocks of 14 registers.
pub(super) const TILE_ROWS: usize = 112;
/// Rows of a register block of the widest kernel; smaller tiles waste none of it.
const BLOCK_ROWS: usize = 14;
/// Fewest tiles of a batch, so that small inputs still occupy several threads.
const MIN_TILES: usize = 4;

/// Bytes of a tile: it should stay in a second-level cache of 1 MiB beside some weights.
const TILE_BYTES: usize = 448 * 1024;
/// Fewest rows of a tile for the cache's sake: with fewer the weights are read too often.
const MIN_ROWS: usize = 42;

/// The transforms of a plan in the number type of a call.
pub(super) struct Matrices<T> {
    /// Per chunk and part.
    pub(super) inputs: Vec<Vec<Vec<T>>>,
    /// Per block: channels in the basis of irreps.
    pub(super) fibres: Vec<Vec<T>>,
    /// The filters of a bank, `[filter][tap]`.
    pub(super) filters: Vec<T>,
    /// Per chunk: what reads the responses of a bank.
    pub(super) readers: Vec<Readers>,
    /// Per part; from streams to channels.
    pub(super) to_channels: Vec<Vec<T>>,
    /// Per part; from channels to streams.
    pub(super) to_streams: Vec<Vec<T>>,
}

/// Memory of one thread.
pub(super) struct Scratch<T: Scalar> {
    pub(super) tile: Buffer<T>,
    pub(super) sums: Buffer<T>,
    /// Where the taps of the tile's pixels are, without a bank.
    table: Table,
    /// With a bank: the same as rows of the moved input, and where those of each pixel end.
    pub(super) segments: Vec<Segment>,
    pub(super) ends: Vec<usize>,
    pub(super) responses: Buffer<T>,
}

impl BlockPlan {
    pub(super) fn matrices<T: Scalar>(&self) -> Matrices<T> {
        let narrow = |m: &[f64]| m.iter().map(|&v| T::from_f64(v)).collect::<Vec<T>>();
        Matrices {
            inputs: (self.chunks.iter())
                .map(|c| c.parts.iter().map(|p| narrow(&p.matrix)).collect())
                .collect(),
            fibres: self.fibres.iter().map(|p| narrow(&p.matrix)).collect(),
            filters: self
                .bank
                .iter()
                .flat_map(|b| narrow(&b.filters.values))
                .collect(),
            readers: self.readers(),
            to_channels: self.outputs.iter().map(Part::turned).collect(),
            to_streams: self.outputs.iter().map(|p| narrow(&p.matrix)).collect(),
        }
    }

    /// First number of every stream in a tile of `rows` rows with the given columns per irrep,
    /// and the length of the tile.
    pub(super) fn stream_starts(&self, rows: usize, cols: &[usize]) -> (Vec<usize>, usize) {
        let mut next = 0;
        let starts = self.streams.iter().map(|&irrep| {
            let start = next;
            next += rows * cols[irrep];
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

    /// Most rows of a tile.
    pub(super) fn largest_tile<T>(&self) -> usize {
        let fitting = TILE_BYTES / size_of::<T>() / self.tile_len(1).max(1);
        (fitting / BLOCK_ROWS * BLOCK_ROWS).clamp(MIN_ROWS, TILE_ROWS)
    }

    /// Where the rows of every stream begin in a tile, for some of its pixels: one slot per
    /// stream, with `columns` numbers per row and irrep.
    pub(super) fn stream_table(
        &self,
        starts: &[usize],
        columns: &[usize],
        pixels: Range<usize>,
    ) -> Table {
        let mut table = Table::default();
        table.reset(starts.len());
        for pixel in pixels {
            let of_stream = |(start, &irrep): (&usize, &usize)| start + pixel * columns[irrep];
            table.push(starts.iter().zip(&self.streams).map(of_stream));
        }
        table
    }

    /// Transforms output channels to streams, which begin at `starts` and have `padded` columns
    /// per irrep.
    pub(super) fn to_streams<T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        (starts, padded): (&[usize], &[usize]),
        y: &[T],
        tile: &mut [T],
    ) {
        let table = Table::even(y.len() / self.out_channels, self.out_channels);
        for (part, matrix) in self.outputs.iter().zip(&matrices.to_streams) {
            let targets: Vec<Target> = (part.streams.iter())
                .map(|&(stream, col)| Target {
                    first: starts[stream] + col,
                    step: padded[self.streams[stream]],
                })
                .collect();
            let from = (y, &table, &part.places[..]);
            transform_runs(isa, matrix, part.run, from, (tile, &targets));
        }
    }

    /// Scratch for tiles of `rows` rows and sums of `sums` numbers.
    pub(super) fn scratch<T: Scalar>(&self, rows: usize, sums: usize) -> Scratch<T> {
        Scratch {
            tile: Buffer::stale(self.tile_len(rows)),
            sums: Buffer::stale(sums),
            table: Table::default(),
            segments: Vec::new(),
            ends: Vec::new(),
            responses: Buffer::stale(self.responses_len()),
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
        if self.bank.is_some() {
            let (segments, ends) = (&mut scratch.segments, &mut scratch.ends);
            input.margins.segments(sampling, pixels, segments, ends);
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
        (input, rows): (&Input<'_, T>, usize),
        scratch: &mut Scratch<T>,
    ) {
        if let Some(bank) = &self.bank {
            self.gather_responses(isa, matrices, (chunk, bank), (input, rows), scratch);
            return;
        }
        let (starts, _) = self.stream_starts(rows, &self.chunks[chunk].inner);
        let mut targets = Vec::new();
        let parts = self.chunks[chunk].parts.iter();
        for (part, matrix) in parts.zip(&matrices.inputs[chunk]) {
            self.seats(chunk, part, &starts, 0, &mut targets);
            let from = (&input.data[..], &scratch.table, &part.places[..]);
            transform_runs(isa, matrix, part.run, from, (&mut scratch.tile, &targets));
        }
    }

    /// Where the rows of a part go in the tile of a chunk, from row `row` on.
    pub(super) fn seats(
        &self,
        chunk: usize,
        part: &Part,
        starts: &[usize],
        row: usize,
        targets: &mut Vec<Target>,
    ) {
        let inner = &self.chunks[chunk].inner;
        targets.clear();
        targets.extend(part.streams.iter().map(|&(stream, col)| {
            let step = inner[self.streams[stream]];
            Target {
                first: starts[stream] + col + row * step,
                step,
            }
        }));
    }

    /// `y` over all pixels of a sampled grid, written whole, and tile by tile handed to
    /// `finish`.
    pub(crate) fn forward<T: Scalar>(
        &self,
        isa: Isa,
        sampling: &Sampling,
        (x, weight): (&[T], &Packed<T>),
        y: &mut [T],
        finish: impl Fn(&mut [T]) + Sync,
    ) {
        let channels = self.out_channels;
        let rows = self.tile_rows::<T>(y.len() / channels);
        let padded = self.padded::<T>(isa);
        let matrices = self.matrices::<T>();
        let (sum_starts, sum_len) = self.stream_starts(rows, &padded);
        let pool = Pool::new();
        let make = || self.scratch(rows, sum_len);
        let input = self.input(isa, &matrices, sampling, x);
        y.par_chunks_mut(rows * channels)
            .enumerate()
            .for_each(|(tile, y)| {
                pool.with(make, |scratch| {
                    let count = y.len() / channels;
                    let pixels = tile * rows..tile * rows + count;
                    self.aim(sampling, &input, pixels, scratch);
                    let mut next = 0;
                    for (chunk, of_chunk) in self.chunks.iter().enumerate() {
                        self.gather(isa, &matrices, chunk, (&input, rows), scratch);
                        let (len, first) = self.chunk_len(chunk, &padded);
                        let weight = &weight.data[next..next + len];
                        next += len;
                        let (starts, _) = self.stream_starts(rows, &of_chunk.inner);
                        for (stream, &irrep) in self.streams.iter().enumerate() {
                            let (inner, cols) = (of_chunk.inner[irrep], padded[irrep]);
                            let left = Left {
                                data: &scratch.tile[starts[stream]..],
                                rows: count,
                                segments: WHOLE,
                                inner,
                                row_stride: inner,
                                inner_stride: 1,
                            };
                            let data = &weight[first[irrep]..][..inner * cols];
                            let right = Right {
                                data,
                                rows: inner,
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
                    self.spread(isa, &matrices, &padded, (&scratch.sums, rows), y);
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
        (sums, rows): (&[T], usize),
        y: &mut [T],
    ) {
        let count = y.len() / self.out_channels;
        let (starts, _) = self.stream_starts(rows, padded);
        let table = self.stream_table(&starts, padded, 0..count);
        for (part, matrix) in self.outputs.iter().zip(&matrices.to_channels) {
            let sources: Vec<Source> = part
                .streams
                .iter()
                .map(|&(slot, offset)| Source { slot, offset })
                .collect();
            let targets: Vec<Target> = (part.places.iter())
                .map(|p| Target {
                    first: p.offset,
                    step: self.out_channels,
                })
                .collect();
            transform_runs(
                isa,
                matrix,
                part.run,
                (sums, &table, &sources),
                (y, &targets),
            );
        }
    }
}

/// The first channel of every tap of every pixel, or [`OUTSIDE`].
pub(super) fn fill_table(sampling: &Sampling, pixels: Range<usize>, table: &mut Table) {
    table.reset(sampling.taps());
    for pixel in pixels {
        let (image, row, col) = sampling.place(pixel);
        table.push((0..sampling.taps()).map(|tap| {
            let (r, c) = (tap / sampling.kernel.1, tap % sampling.kernel.1);
            match (sampling.source_row(row, r), sampling.source_col(col, c)) {
                (Some(y), Some(x)) => {
                    ((image * sampling.source.0 + y) * sampling.source.1 + x) * sampling.channels
                }
                _ => OUTSIDE,
            }
        }));
    }
}
