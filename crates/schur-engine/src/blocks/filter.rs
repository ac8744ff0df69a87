//! Applying the filters of a bank: a matrix product on the pixels around a pixel.
//!
//! The input is first moved to the basis of irreps, with zeros beside its rows. Then the taps of
//! a kernel row are neighbouring rows of a matrix (pixels by channels), and the responses of all
//! filters at a pixel are one product: filters by taps, times taps by channels.

use std::ops::{Deref, Range};

use crate::parallel::*;

use super::bank::Bank;
use super::execute::{Matrices, Scratch};
use super::{BlockPlan, Part};
use crate::Scalar;
use crate::conv::Sampling;
use crate::factors::{Left, Product, Right, Segment, Storage};
use crate::product_unsafe::multiply_tile;
use crate::runs_unsafe::{Source, Table, Target, transform_runs};
use crate::scratch::Buffer;
use crate::simd_unsafe::Isa;

/// Pixels whose filter responses are held at a time, in the first-level cache or near it.
pub(super) const BANK_ROWS: usize = 14;
/// Image rows per task when a whole array changes its basis, at least.
const FIBRE_ROWS: usize = 4;
/// Numbers behind the last pixel, since whole vectors are read.
pub(super) const SPARE: usize = 64;

/// What reads the responses of a bank in one chunk.
pub(super) struct Readers {
    /// Per group: the responses of [`BANK_ROWS`] pixels.
    pub(super) pixels: Vec<Table>,
    /// Per part: its sources among the responses of a pixel.
    pub(super) sources: Vec<Vec<Source>>,
}

/// The input of a convolution in blocks: as it is without a bank; otherwise in the basis in which
/// it is filtered, with margins.
pub(super) struct Input<'a, T: Scalar> {
    pub(super) data: Pixels<'a, T>,
    pub(super) margins: Margins,
}

/// Rows of `width` pixels, of which the first `left` and the last are zeros.
pub(super) struct Margins {
    pub(super) left: usize,
    pub(super) width: usize,
    /// Taps of a segment.
    pub(super) run: usize,
}

pub(super) enum Pixels<'a, T: Scalar> {
    Given(&'a [T]),
    Moved(Buffer<T>),
}

impl<T: Scalar> Deref for Pixels<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Given(data) => data,
            Self::Moved(data) => data,
        }
    }
}

impl Margins {
    pub(super) fn new(sampling: &Sampling) -> Self {
        let (left, width) = sampling.padded_columns();
        let run = sampling.tap_runs().1;
        Self { left, width, run }
    }

    /// The taps of every pixel as rows of the input, a run of neighbours per segment, and where
    /// the segments of every pixel end.
    pub(super) fn segments(
        &self,
        sampling: &Sampling,
        pixels: Range<usize>,
        segments: &mut Vec<Segment>,
        ends: &mut Vec<usize>,
    ) {
        segments.clear();
        ends.clear();
        let (runs, inner) = sampling.tap_runs();
        for pixel in pixels {
            let (image, row, col) = sampling.place(pixel);
            // Not negative: the zeros on the left are as many as the kernel needs.
            let first =
                (self.left + col * sampling.stride.1).wrapping_add_signed(-sampling.padding.1);
            for r in sampling.kernel_rows(row) {
                if let Some(y) = sampling.source_row(row, r) {
                    let start = (image * sampling.source.0 + y) * self.width + first;
                    segments.extend(runs.iter().enumerate().map(|(i, step)| Segment {
                        left: r * sampling.kernel.1 + i * inner,
                        right: start + step,
                    }));
                }
            }
            ends.push(segments.len());
        }
    }
}

impl BlockPlan {
    /// The input of a call.
    pub(super) fn input<'a, T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        sampling: &Sampling,
        x: &'a [T],
    ) -> Input<'a, T> {
        let margins = Margins::new(sampling);
        if self.bank.is_none() {
            return Input {
                data: Pixels::Given(x),
                margins,
            };
        }
        let (left, width) = (margins.left, margins.width);
        let channels = self.in_channels;
        let pixels = sampling.source.1;
        let rows = x.len() / (pixels * channels);
        let row_len = width * channels;
        let mut moved = Buffer::stale(rows * row_len + SPARE);
        moved[rows * row_len..].fill(T::ZERO);
        let table = Table::even(pixels, channels);
        let to = |&(_, first): &(usize, usize)| Target {
            first: left * channels + first,
            step: channels,
        };
        let targets: Vec<Vec<Target>> = (self.fibres.iter())
            .map(|part| part.streams.iter().map(to).collect())
            .collect();
        moved[..rows * row_len]
            .par_chunks_mut(row_len)
            .zip(x.par_chunks(pixels * channels))
            .with_min_len(FIBRE_ROWS)
            .for_each(|(moved, x)| {
                moved[..left * channels].fill(T::ZERO);
                moved[(left + pixels) * channels..].fill(T::ZERO);
                let parts = self.fibres.iter().zip(&matrices.fibres);
                for ((part, matrix), targets) in parts.zip(&targets) {
                    let from = (x, &table, &part.places[..]);
                    transform_runs(isa, matrix, part.run, from, (moved, targets));
                }
            });
        Input {
            data: Pixels::Moved(moved),
            margins,
        }
    }

    /// Numbers of the responses of [`BANK_ROWS`] pixels in the largest group.
    pub(super) fn responses_len(&self) -> usize {
        let filters = self.bank.as_ref().map_or(0, |bank| bank.filters.count);
        let groups = self.chunks.iter().flat_map(|chunk| &chunk.groups);
        let lens = groups.map(|group| BANK_ROWS * filters * group.channels.len() * group.run);
        lens.max().unwrap_or(0)
    }

    /// What reads the responses, per chunk.
    pub(super) fn readers(&self) -> Vec<Readers> {
        let Some(bank) = &self.bank else {
            return Vec::new();
        };
        let chunks = self.chunks.iter().map(|chunk| {
            let mut readers = Readers {
                pixels: Vec::new(),
                sources: Vec::new(),
            };
            for group in &chunk.groups {
                let channels = group.channels.len();
                let step = bank.filters.count * channels * group.run;
                readers.pixels.push(Table::even(BANK_ROWS, step));
                for part in &chunk.parts[group.parts.clone()] {
                    let source = |place: &Source| {
                        let c = (place.offset - group.channels[0]) / group.run;
                        let offset = (place.slot * channels + c) * group.run;
                        Source { slot: 0, offset }
                    };
                    readers
                        .sources
                        .push(part.places.iter().map(source).collect());
                }
            }
            readers
        });
        chunks.collect()
    }

    /// Filters the pixels of a tile and transforms the responses of one chunk.
    pub(super) fn gather_responses<T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        (chunk, bank): (usize, &Bank),
        (input, rows): (&Input<'_, T>, usize),
        scratch: &mut Scratch<T>,
    ) {
        let of_chunk = &self.chunks[chunk];
        let readers = &matrices.readers[chunk];
        let (starts, _) = self.stream_starts(rows, &of_chunk.inner);
        let (filters, taps) = (bank.filters.count, bank.filters.taps);
        let channels = self.in_channels;
        let pixels = (input.data.len() - SPARE) / channels;
        let mut targets: Vec<Target> = Vec::new();
        for first in (0..scratch.ends.len()).step_by(BANK_ROWS) {
            let here = first..scratch.ends.len().min(first + BANK_ROWS);
            for (group, even) in of_chunk.groups.iter().zip(&readers.pixels) {
                // The coordinates of an irrep lie one after the other.
                let cols = group.channels.len() * group.run;
                for (index, pixel) in here.clone().enumerate() {
                    let begin = if pixel == 0 {
                        0
                    } else {
                        scratch.ends[pixel - 1]
                    };
                    let left = Left {
                        data: &matrices.filters,
                        rows: filters,
                        segments: &scratch.segments[begin..scratch.ends[pixel]],
                        inner: input.margins.run,
                        row_stride: taps,
                        inner_stride: 1,
                    };
                    let right = Right {
                        data: &input.data[group.channels[0]..],
                        rows: pixels,
                        cols: cols.next_multiple_of(isa.lanes::<T>()),
                        storage: Storage::Rows(channels),
                    };
                    let product = Product {
                        data: &mut scratch.responses[index * filters * cols..],
                        stride: cols,
                        cols,
                    };
                    multiply_tile(isa, product, false, left, right);
                }
                for index in group.parts.clone() {
                    let part: &Part = &of_chunk.parts[index];
                    self.seats(chunk, part, &starts, first, &mut targets);
                    let from = (&scratch.responses[..], even, &readers.sources[index][..]);
                    let matrix = &matrices.inputs[chunk][index];
                    transform_runs(isa, matrix, part.run, from, (&mut scratch.tile, &targets));
                }
            }
        }
    }
}
