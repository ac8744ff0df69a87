//! Running a block plan: gather and transform, multiply, transform back.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::{BlockPlan, Packed, Part};
use crate::Scalar;
use crate::conv::Sampling;
use crate::product_unsafe::{Left, Right, multiply_tile};
use crate::runs_unsafe::{OUTSIDE, Source, Table, Target, transform_runs};
use crate::simd_unsafe::Isa;

/// Most rows of a tile: eight blocks of 14 registers.
pub(super) const TILE_ROWS: usize = 112;
/// Rows of a register block of the widest kernel; smaller tiles waste none of it.
const BLOCK_ROWS: usize = 14;
/// Fewest tiles of a batch, so that small inputs still occupy several threads.
const MIN_TILES: usize = 4;

/// Rows of a tile: depends on the shapes only, never on the threads.
pub(super) fn tile_rows(pixels: usize) -> usize {
    let rows = pixels.div_ceil(MIN_TILES).next_multiple_of(BLOCK_ROWS);
    rows.clamp(BLOCK_ROWS, TILE_ROWS)
}

/// The transforms of a plan in the number type of a call.
pub(super) struct Matrices<T> {
    /// Per chunk and part.
    pub(super) inputs: Vec<Vec<Vec<T>>>,
    /// Per part; from streams to channels.
    pub(super) to_channels: Vec<Vec<T>>,
    /// Per part; from channels to streams.
    pub(super) to_streams: Vec<Vec<T>>,
}

/// Memory of one thread.
pub(super) struct Scratch<T> {
    pub(super) tile: Vec<T>,
    pub(super) sums: Vec<T>,
    pub(super) table: Table,
}

/// Scratch that a call's threads share: made once per thread, however the work is split.
pub(super) struct Pool<S>(Mutex<Vec<S>>);

impl<S> Pool<S> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Runs `work` with scratch of its own.
    pub(super) fn with<R>(&self, make: impl FnOnce() -> S, work: impl FnOnce(&mut S) -> R) -> R {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = kept.unwrap_or_else(make);
        let result = work(&mut scratch);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(scratch);
        result
    }
}

impl BlockPlan {
    pub(super) fn matrices<T: Scalar>(&self) -> Matrices<T> {
        let narrow = |m: &[f64]| m.iter().map(|&v| T::from_f64(v)).collect::<Vec<T>>();
        let turned = |p: &Part| {
            let (rows, cols) = (p.streams.len(), p.places.len());
            let entry = |i: usize| T::from_f64(p.matrix[i % rows * cols + i / rows]);
            (0..rows * cols).map(entry).collect::<Vec<T>>()
        };
        Matrices {
            inputs: (self.chunks.iter())
                .map(|c| c.parts.iter().map(|p| narrow(&p.matrix)).collect())
                .collect(),
            to_channels: self.outputs.iter().map(turned).collect(),
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

    /// Gathers and transforms the patches of one tile in one chunk.
    pub(super) fn gather<T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        chunk: usize,
        (x, table, rows): (&[T], &Table, usize),
        tile: &mut [T],
    ) {
        let inner = &self.chunks[chunk].inner;
        let (starts, _) = self.stream_starts(rows, inner);
        let mut targets = Vec::new();
        for (part, matrix) in self.chunks[chunk].parts.iter().zip(&matrices.inputs[chunk]) {
            targets.clear();
            targets.extend(part.streams.iter().map(|&(stream, col)| Target {
                first: starts[stream] + col,
                step: inner[self.streams[stream]],
            }));
            transform_runs(
                isa,
                matrix,
                part.run,
                (x, table, &part.places),
                (tile, &targets),
            );
        }
    }

    /// `y` over all pixels of a sampled grid, written whole.
    pub(crate) fn forward<T: Scalar>(
        &self,
        isa: Isa,
        sampling: &Sampling,
        (x, weight): (&[T], &Packed<T>),
        y: &mut [T],
    ) {
        let channels = self.out_channels;
        let rows = tile_rows(y.len() / channels);
        let padded = self.padded::<T>(isa);
        let matrices = self.matrices::<T>();
        let (sum_starts, sum_len) = self.stream_starts(rows, &padded);
        let pool = Pool::new();
        let make = || Scratch {
            tile: vec![T::ZERO; self.tile_len(rows)],
            sums: vec![T::ZERO; sum_len],
            table: Table::default(),
        };
        y.par_chunks_mut(rows * channels)
            .enumerate()
            .for_each(|(tile, y)| {
                pool.with(make, |scratch| {
                    let count = y.len() / channels;
                    let pixels = tile * rows..tile * rows + count;
                    fill_table(sampling, pixels, &mut scratch.table);
                    let mut next = 0;
                    for (chunk, of_chunk) in self.chunks.iter().enumerate() {
                        self.gather(
                            isa,
                            &matrices,
                            chunk,
                            (x, &scratch.table, rows),
                            &mut scratch.tile,
                        );
                        let (len, first) = self.chunk_len(chunk, &padded);
                        let weight = &weight.data[next..next + len];
                        next += len;
                        let (starts, _) = self.stream_starts(rows, &of_chunk.inner);
                        for (stream, &irrep) in self.streams.iter().enumerate() {
                            let (inner, cols) = (of_chunk.inner[irrep], padded[irrep]);
                            let left = Left {
                                data: &scratch.tile[starts[stream]..],
                                rows: count,
                                inner,
                                row_stride: inner,
                                inner_stride: 1,
                            };
                            let data = &weight[first[irrep]..][..inner * cols];
                            let right = Right {
                                data,
                                cols,
                                packed: true,
                            };
                            let sums = &mut scratch.sums[sum_starts[stream]..];
                            multiply_tile(isa, sums, chunk > 0, left, right);
                        }
                    }
                    self.spread(isa, &matrices, &padded, (&scratch.sums, rows), y);
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
        let mut table = Table::default();
        table.reset(starts.len());
        for pixel in 0..count {
            let of_stream = |(start, &irrep): (&usize, &usize)| start + pixel * padded[irrep];
            table.push(starts.iter().zip(&self.streams).map(of_stream));
        }
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
    let (height, width) = sampling.grid;
    for pixel in pixels {
        let (image, row, col) = (
            pixel / width / height,
            pixel / width % height,
            pixel % width,
        );
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
