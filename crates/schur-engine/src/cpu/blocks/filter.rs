//! Applying filters: a matrix product on the pixels around a pixel.
//!
//! The input is first moved to the basis of irreps, with zeros beside its rows. Then the taps of
//! a kernel row are neighbouring rows of a matrix (pixels by channels), and the responses of all
//! filters at a pixel are one product: filters by taps, times taps by channels.

use crate::parallel::*;

use super::Executor;
use super::state::{BANK_ROWS, Input, Margins, Matrices, Pixels, SPARE, Scratch};
use crate::Scalar;
use crate::cpu::factors::{Left, Product, Right, Storage};
use crate::cpu::isa::Isa;
use crate::cpu::product_unsafe::multiply_tile;
use crate::cpu::runs_unsafe::{Runs, Table, Target, transform_runs};
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::Buffer;
use crate::program::Seat;
use crate::sampling::Sampling;

/// Image rows per task when a whole array changes its basis, at least.
const FIBRE_ROWS: usize = 4;

impl Executor {
    /// The input of a call.
    pub(super) fn input<'a, T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        sampling: &Sampling,
        x: &'a [T],
    ) -> Input<'a, T> {
        let margins = Margins::new(sampling, self.program.filters.is_some());
        if self.program.fibres.is_empty() {
            return Input {
                data: Pixels::Given(x),
                margins,
            };
        }
        let (left, width) = (margins.left, margins.width);
        let channels = self.program.in_channels;
        let pixels = sampling.source[2];
        let rows = x.len() / (pixels * channels);
        let row_len = width * channels;
        let mut moved = Buffer::stale(rows * row_len + SPARE);
        moved[rows * row_len..].fill(T::ZERO);
        let table = Table::even(pixels, channels);
        let to = |seat: &Seat| Target {
            first: left * channels + seat.column,
            step: channels,
        };
        let targets: Vec<Vec<Target>> = (self.program.fibres.iter())
            .map(|part| part.seats.iter().map(to).collect())
            .collect();
        moved[..rows * row_len]
            .par_chunks_mut(row_len)
            .zip(x.par_chunks(pixels * channels))
            .with_min_len(FIBRE_ROWS)
            .for_each(|(moved, x)| {
                moved[..left * channels].fill(T::ZERO);
                moved[(left + pixels) * channels..].fill(T::ZERO);
                let parts = self.program.fibres.iter().zip(&matrices.fibres);
                for ((part, matrix), targets) in parts.zip(&targets) {
                    let from = Runs {
                        numbers: x,
                        table: &table,
                        sources: &part.places,
                    };
                    transform_runs(isa, matrix, part.run, from, moved, targets);
                }
            });
        Input {
            data: Pixels::Moved(moved),
            margins,
        }
    }

    /// Filters the pixels of a tile, if there are filters, and transforms the responses of one chunk.
    pub(super) fn gather_responses<T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        chunk: usize,
        input: &Input<'_, T>,
        rows: usize,
        scratch: &mut Scratch<T>,
    ) {
        let Some(filters) = &self.program.filters else {
            return;
        };
        let of_chunk = &self.chunks[chunk];
        let readers = &matrices.readers;
        let (starts, _) = self.stream_starts(rows, &of_chunk.inner);
        let (count, taps) = (filters.count, filters.taps);
        let channels = self.program.in_channels;
        let pixels = (input.data.len() - SPARE) / channels;
        let mut targets: Vec<Target> = Vec::new();
        for first in (0..scratch.ends.len()).step_by(BANK_ROWS) {
            let here = first..scratch.ends.len().min(first + BANK_ROWS);
            for bundle in of_chunk.bundles.clone() {
                let even = &readers.pixels[bundle];
                let bundle = &self.program.bundles[bundle];
                // The coordinates of an irrep lie one after the other.
                let cols = bundle.channels.len() * bundle.run;
                for (index, pixel) in here.clone().enumerate() {
                    let begin = if pixel == 0 {
                        0
                    } else {
                        scratch.ends[pixel - 1]
                    };
                    let left = Left {
                        data: &matrices.filters,
                        rows: count,
                        segments: &scratch.segments[begin..scratch.ends[pixel]],
                        inner: input.margins.run,
                        row_stride: taps,
                        inner_stride: 1,
                    };
                    let right = Right {
                        data: &input.data[bundle.channels[0]..],
                        rows: pixels,
                        cols: cols.next_multiple_of(T::lanes(isa)),
                        storage: Storage::Rows(channels),
                    };
                    let product = Product {
                        data: &mut scratch.responses[index * count * cols..],
                        stride: cols,
                        cols,
                    };
                    multiply_tile(isa, product, false, left, right);
                }
                for index in bundle.inputs.clone() {
                    let part = &self.program.inputs[index];
                    self.seats(chunk, part, &starts, first, &mut targets);
                    let from = Runs {
                        numbers: &scratch.responses,
                        table: even,
                        sources: &readers.sources[index],
                    };
                    let matrix = &matrices.inputs[index];
                    transform_runs(isa, matrix, part.run, from, &mut scratch.tile, &targets);
                }
            }
        }
    }
}
