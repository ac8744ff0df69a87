//! The gradient in the input, in blocks, for any stride: patches are scattered where the forward
//! pass gathered them.
//!
//! Step by step the transpose of the forward pass. Patches overlap, so an image is the work of one
//! thread.

use std::ops::Range;

use crate::parallel::*;

use super::Executor;
use super::execute::fill_table;
use super::state::{BANK_ROWS, Margins, Matrices};
use super::weights::Packed;
use crate::Scalar;
use crate::cpu::factors::{Left, Product, Right, Storage, WHOLE, panel_columns};
use crate::cpu::isa::Isa;
use crate::cpu::product_unsafe::multiply_tile;
use crate::cpu::runs_unsafe::{OUTSIDE, Runs, Table, Target, transform_runs};
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::{Buffer, Shared};
use crate::program::{Bundle, Filters, Seat, Source, Transform};
use crate::sampling::Sampling;

/// Numbers behind the responses of the last pixel, since whole vectors are read.
const SPARE: usize = 64;

/// What every image needs.
struct Call<'a, T: Scalar> {
    isa: Isa,
    sampling: &'a Sampling,
    margins: Margins,
    matrices: &'a Matrices<T>,
    /// `[filter][tap]`.
    filters: Vec<T>,
    /// The matrices of all parts the other way.
    turned: Turned<T>,
    /// Padded columns of the output per block, and where streams begin in a tile of them.
    padded: Vec<usize>,
    starts: Vec<usize>,
    /// The transposed weight per chunk, and where a block begins in it.
    weights: Vec<(Buffer<T>, Vec<usize>)>,
    /// Rows of a tile.
    rows: usize,
}

/// The transposed transforms.
struct Turned<T> {
    /// Per input.
    inputs: Vec<Vec<T>>,
    /// Per block.
    fibres: Vec<Vec<T>>,
}

/// Memory of one thread.
struct Scratch<T: Scalar> {
    /// The gradient in the output, by streams.
    streams: Buffer<T>,
    /// The gradient in a chunk of patches, by streams.
    tile: Buffer<T>,
    /// A part of it, back in the coordinates of the patch.
    runs: Buffer<T>,
    /// The gradient in the responses of the filters of a bank, and in the moved image.
    responses: Buffer<T>,
    moved: Buffer<T>,
    table: Table,
    kernel_rows: Vec<usize>,
}

impl Executor {
    /// Writes the gradient in the input of `sum(y dy)` into `dx`, which is 0 before.
    pub(crate) fn backward_input<T: Scalar>(
        &self,
        isa: Isa,
        sampling: &Sampling,
        dy: &[T],
        weight: &Packed<T>,
        dx: &mut [T],
    ) {
        let pixels = sampling.places();
        let image_len = sampling.source_rows() * sampling.source[2] * self.program.in_channels;
        let padded = self.padded::<T>(isa);
        let rows = self.largest_tile::<T>().min(pixels);
        let (starts, streams_len) = self.stream_starts(rows, &padded);
        let call = Call {
            isa,
            sampling,
            margins: Margins::new(sampling, self.program.filters.is_some()),
            matrices: &self.matrices(sampling.kernel),
            filters: (self.program.filters.iter())
                .flat_map(|filters| filters.values.iter().map(|&v| T::from_f64(v)))
                .collect(),
            turned: Turned {
                inputs: self.program.inputs.iter().map(Transform::turned).collect(),
                fibres: self.program.fibres.iter().map(Transform::turned).collect(),
            },
            weights: self.turned_weights(isa, weight, &padded),
            padded,
            starts,
            rows,
        };
        let pool = Shared::new();
        dx.par_chunks_mut(image_len)
            .zip(dy.par_chunks(pixels * self.program.out_channels))
            .for_each(|(dx, dy)| {
                pool.with(
                    || self.scatter_scratch(&call, streams_len),
                    |scratch| self.scatter_image(&call, dy, dx, scratch),
                );
            });
    }

    fn scatter_scratch<T: Scalar>(&self, call: &Call<'_, T>, streams: usize) -> Scratch<T> {
        let longest = self.program.inputs.iter().map(Transform::len).max();
        let moved = match self.program.fibres.is_empty() {
            true => 0,
            false => call.sampling.source_rows() * call.margins.width * self.program.in_channels,
        };
        Scratch {
            // Columns of padding are multiplied by nothing, but must be numbers.
            streams: Buffer::zeros(streams),
            tile: Buffer::stale(self.tile_len(call.rows)),
            runs: Buffer::stale(call.rows * longest.unwrap_or(0)),
            responses: Buffer::stale(self.responses_len() + SPARE),
            moved: Buffer::stale(moved),
            table: Table::default(),
            kernel_rows: Vec::new(),
        }
    }

    /// One image.
    fn scatter_image<T: Scalar>(
        &self,
        call: &Call<'_, T>,
        dy: &[T],
        dx: &mut [T],
        scratch: &mut Scratch<T>,
    ) {
        scratch.moved.fill(T::ZERO);
        for (tile, dy) in dy.chunks(call.rows * self.program.out_channels).enumerate() {
            let count = dy.len() / self.program.out_channels;
            let pixels = tile * call.rows..tile * call.rows + count;
            if self.program.filters.is_some() {
                let rows = &mut scratch.kernel_rows;
                call.margins.kernel_rows(call.sampling, pixels, rows);
            } else {
                fill_table(call.sampling, pixels, &mut scratch.table);
            }
            let streams = &mut scratch.streams;
            self.to_streams(
                call.isa,
                call.matrices,
                &call.starts,
                &call.padded,
                dy,
                streams,
            );
            for chunk in 0..self.chunks.len() {
                self.multiply_back(call, chunk, count, scratch);
                self.scatter_chunk(call, chunk, count, dx, scratch);
            }
        }
        if !self.program.fibres.is_empty() {
            self.move_back(call, &scratch.moved, dx);
        }
    }

    /// The gradient in the patches of a chunk, by streams.
    fn multiply_back<T: Scalar>(
        &self,
        call: &Call<'_, T>,
        chunk: usize,
        count: usize,
        scratch: &mut Scratch<T>,
    ) {
        let inner = &self.chunks[chunk].inner;
        let (tile_starts, _) = self.stream_starts(call.rows, inner);
        let (weight, first) = &call.weights[chunk];
        for (stream, &block) in self.program.streams.iter().enumerate() {
            let (depth, cols) = (self.program.cols[block], inner[block]);
            let left = Left {
                data: &scratch.streams[call.starts[stream]..],
                rows: count,
                segments: WHOLE,
                inner: depth,
                row_stride: call.padded[block],
                inner_stride: 1,
            };
            let right = Right {
                data: &weight[first[block]..],
                rows: depth,
                cols: cols.next_multiple_of(T::lanes(call.isa)),
                storage: Storage::Panels,
            };
            let product = Product {
                data: &mut scratch.tile[tile_starts[stream]..],
                stride: cols,
                cols,
            };
            multiply_tile(call.isa, product, false, left, right);
        }
    }

    /// Adds the gradient in the patches of a chunk where the patches came from.
    fn scatter_chunk<T: Scalar>(
        &self,
        call: &Call<'_, T>,
        chunk: usize,
        count: usize,
        dx: &mut [T],
        scratch: &mut Scratch<T>,
    ) {
        let of_chunk = &self.chunks[chunk];
        let (starts, _) = self.stream_starts(call.rows, &of_chunk.inner);
        let turned = &call.turned.inputs;
        let Some(filters) = &self.program.filters else {
            let table = self.stream_table(&starts, &of_chunk.inner, 0..count);
            for index in of_chunk.inputs.clone() {
                let (part, matrix) = (&self.program.inputs[index], &turned[index]);
                let runs = &mut scratch.runs[..count * part.len()];
                let sources = self.sources(part, &of_chunk.first);
                let from = Runs {
                    numbers: &scratch.tile,
                    table: &table,
                    sources: &sources,
                };
                part.back(call.isa, matrix, from, runs);
                let dx = match self.program.fibres.is_empty() {
                    true => &mut *dx,
                    false => &mut scratch.moved,
                };
                part.add(runs, &scratch.table, &part.places, dx);
            }
            return;
        };
        let readers = &call.matrices.readers;
        for first in (0..count).step_by(BANK_ROWS) {
            let here = first..count.min(first + BANK_ROWS);
            let table = self.stream_table(&starts, &of_chunk.inner, here.clone());
            for bundle in of_chunk.bundles.clone() {
                let even = &readers.pixels[bundle];
                let bundle = &self.program.bundles[bundle];
                // What no part reads has no gradient.
                scratch.responses.fill(T::ZERO);
                for index in bundle.inputs.clone() {
                    let part = &self.program.inputs[index];
                    let runs = &mut scratch.runs[..here.len() * part.len()];
                    let sources = self.sources(part, &of_chunk.first);
                    let from = Runs {
                        numbers: &scratch.tile,
                        table: &table,
                        sources: &sources,
                    };
                    part.back(call.isa, &turned[index], from, runs);
                    part.add(runs, even, &readers.sources[index], &mut scratch.responses);
                }
                self.filter_back(call, filters, bundle, here.clone(), scratch);
            }
        }
    }

    /// The gradient in the moved image from that in the responses at some pixels.
    fn filter_back<T: Scalar>(
        &self,
        call: &Call<'_, T>,
        filters: &Filters,
        bundle: &Bundle,
        pixels: Range<usize>,
        scratch: &mut Scratch<T>,
    ) {
        let (count, taps) = (filters.count, filters.taps);
        let cols = bundle.channels.len() * bundle.run;
        let cols_of_kernel = call.sampling.kernel[2];
        let step = call.margins.step * self.program.in_channels;
        let per_pixel = call.sampling.kernel_rows();
        for (index, pixel) in pixels.enumerate() {
            let rows = &scratch.kernel_rows[pixel * per_pixel..][..per_pixel];
            for (r, &row) in rows.iter().enumerate().filter(|&(_, &row)| row != OUTSIDE) {
                let left = Left {
                    data: &call.filters[r * cols_of_kernel..],
                    rows: cols_of_kernel,
                    segments: WHOLE,
                    inner: count,
                    row_stride: 1,
                    inner_stride: taps,
                };
                let right = Right {
                    data: &scratch.responses[index * count * cols..],
                    rows: count,
                    cols: cols.next_multiple_of(T::lanes(call.isa)),
                    storage: Storage::Rows(cols),
                };
                let place = row * self.program.in_channels + bundle.channels[0];
                let product = Product {
                    data: &mut scratch.moved[place..],
                    stride: step,
                    cols,
                };
                multiply_tile(call.isa, product, true, left, right);
            }
        }
    }

    /// The gradient in an image from that in the moved one.
    fn move_back<T: Scalar>(&self, call: &Call<'_, T>, moved: &[T], dx: &mut [T]) {
        let (channels, pixels) = (self.program.in_channels, call.sampling.source[2]);
        let table = Table::even(pixels, channels);
        for (part, matrix) in self.program.fibres.iter().zip(&call.turned.fibres) {
            let source = |seat: &Seat| Source {
                slot: 0,
                offset: call.margins.left * channels + seat.column,
            };
            let target = |place: &Source| Target {
                first: place.offset,
                step: channels,
            };
            let sources: Vec<Source> = part.seats.iter().map(source).collect();
            let targets: Vec<Target> = part.places.iter().map(target).collect();
            let rows = moved.chunks_exact(call.margins.width * channels);
            for (moved, dx) in rows.zip(dx.chunks_exact_mut(pixels * channels)) {
                let from = Runs {
                    numbers: moved,
                    table: &table,
                    sources: &sources,
                };
                transform_runs(call.isa, matrix, part.run, from, dx, &targets);
            }
        }
    }

    /// The transposed weight of every chunk, in panels, and where its blocks begin.
    fn turned_weights<T: Scalar>(
        &self,
        isa: Isa,
        weight: &Packed<T>,
        padded: &[usize],
    ) -> Vec<(Buffer<T>, Vec<usize>)> {
        let lanes = T::lanes(isa);
        let mut next = 0;
        let mut chunks = Vec::new();
        for chunk in 0..self.chunks.len() {
            let (len, first) = self.chunk_len(chunk, padded, 1);
            chunks.push((&weight.data[next..next + len], first));
            next += len;
        }
        let turn = |(chunk, (from, first)): (usize, (&[T], Vec<usize>))| {
            let inner = &self.chunks[chunk].inner;
            let mut len = 0;
            let starts: Vec<usize> = (inner.iter().zip(&self.program.cols))
                .map(|(inner, cols)| {
                    let start = len;
                    len += cols * inner.next_multiple_of(lanes);
                    start
                })
                .collect();
            let mut to = Buffer::zeros(len);
            for (block, (&inner, &cols)) in inner.iter().zip(&self.program.cols).enumerate() {
                let (from, to) = (&from[first[block]..], &mut to[starts[block]..]);
                let columns = panel_columns(lanes, inner, padded[block]);
                let rows = panel_columns(lanes, cols, inner.next_multiple_of(lanes));
                for (n, (place, width)) in columns.into_iter().take(cols).enumerate() {
                    for (k, (to_place, to_width)) in rows.iter().take(inner).enumerate() {
                        to[to_place + n * to_width] = from[place + k * width];
                    }
                }
            }
            (to, starts)
        };
        chunks.into_par_iter().enumerate().map(turn).collect()
    }

    /// Where a part of the patch stands in the streams of a chunk with these first columns.
    fn sources(&self, part: &Transform, first: &[usize]) -> Vec<Source> {
        let source = |seat: &Seat| Source {
            slot: seat.stream,
            offset: seat.column - first[self.program.streams[seat.stream]],
        };
        part.seats.iter().map(source).collect()
    }
}

impl Transform {
    /// From streams of a tile back to the coordinates of a part of the patch, pixel after pixel.
    fn back<T: Scalar>(&self, isa: Isa, turned: &[T], from: Runs<'_, T>, runs: &mut [T]) {
        let target = |place| Target {
            first: place * self.run,
            step: self.len(),
        };
        let targets: Vec<Target> = (0..self.places.len()).map(target).collect();
        transform_runs(isa, turned, self.run, from, runs, &targets);
    }

    /// Numbers of its sources at a pixel.
    fn len(&self) -> usize {
        self.places.len() * self.run
    }

    /// Adds runs where the patch read them.
    fn add<T: Scalar>(&self, runs: &[T], table: &Table, places: &[Source], to: &mut [T]) {
        for (pixel, runs) in runs.chunks_exact(self.len()).enumerate() {
            for (terms, source) in runs.chunks_exact(self.run).zip(places) {
                if let Some(place) = table.place(pixel, source.slot) {
                    let sums = &mut to[place + source.offset..][..self.run];
                    for (sum, &term) in sums.iter_mut().zip(terms) {
                        *sum += term;
                    }
                }
            }
        }
    }
}
