//! What a call holds: transforms in its number type, its input, and the memory of a thread.

use std::ops::{Deref, Range};

use super::Executor;
use crate::Scalar;
use crate::cpu::filters_unsafe::Folded;
use crate::cpu::isa::Isa;
use crate::cpu::runs_unsafe::{OUTSIDE, Table};
use crate::cpu::scratch::Buffer;
use crate::program::{Source, Transform};
use crate::sampling::Sampling;

/// Pixels whose filter responses are held at a time, in the first-level cache or near it.
pub(super) const BANK_ROWS: usize = 14;

/// The transforms of a program in the number type of a call.
pub(super) struct Matrices<T> {
    /// Per input.
    pub(super) inputs: Vec<Vec<T>>,
    /// Per block: channels in another basis.
    pub(super) fibres: Vec<Vec<T>>,
    /// The filters, as they are applied.
    pub(super) folded: Option<Folded<T>>,
    pub(super) readers: Readers,
    /// Per output; from streams to channels.
    pub(super) to_channels: Vec<Vec<T>>,
    /// Per output; from channels to streams.
    pub(super) to_streams: Vec<Vec<T>>,
}

/// What reads the responses of filters; empty without them.
pub(super) struct Readers {
    /// Per bundle: the responses of [`BANK_ROWS`] pixels.
    pub(super) pixels: Vec<Table>,
    /// Per input: its sources among the responses of a pixel.
    pub(super) sources: Vec<Vec<Source>>,
}

/// Memory of one thread.
pub(super) struct Scratch<T: Scalar> {
    pub(super) tile: Buffer<T>,
    pub(super) sums: Buffer<T>,
    /// Where the taps of the tile's pixels are, without filters.
    pub(super) table: Table,
    /// With filters: per pixel the first place of every kernel row in the moved input.
    pub(super) kernel_rows: Vec<usize>,
    pub(super) responses: Buffer<T>,
    pub(super) room: Buffer<T>,
}

/// The input of a convolution in blocks: as it is, or in another basis, and for filters with
/// margins.
pub(super) struct Input<'a, T: Scalar> {
    pub(super) data: Pixels<'a, T>,
    pub(super) margins: Margins,
}

/// Rows of `width` pixels, of which the first `left` and the last are zeros.
pub(super) struct Margins {
    pub(super) left: usize,
    pub(super) width: usize,
    /// Places from one tap of a row to the next.
    pub(super) step: usize,
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
    /// Those that filters need, or none.
    pub(super) fn new(sampling: &Sampling, filtered: bool) -> Self {
        let (left, width) = match filtered {
            true => sampling.padded_columns(),
            false => (0, sampling.source[2]),
        };
        let step = sampling.dilation[2];
        Self { left, width, step }
    }

    /// The first place of every kernel row of every pixel, or [`OUTSIDE`].
    pub(super) fn kernel_rows(
        &self,
        sampling: &Sampling,
        pixels: Range<usize>,
        rows: &mut Vec<usize>,
    ) {
        rows.clear();
        for pixel in pixels {
            let (image, row, col) = sampling.place(pixel);
            // Not negative: the zeros on the left are as many as the kernel needs.
            let first =
                (self.left + col * sampling.stride[2]).wrapping_add_signed(-sampling.padding[2]);
            let of_pixel = rows.len();
            rows.resize(of_pixel + sampling.kernel_rows(), OUTSIDE);
            for (r, y) in sampling.rows_read(row) {
                let place = (image * sampling.source_rows() + y) * self.width + first;
                rows[of_pixel + r] = place;
            }
        }
    }
}

impl Executor {
    /// For kernels of this size.
    pub(super) fn matrices<T: Scalar>(&self, kernel: [usize; 3]) -> Matrices<T> {
        let narrow = |m: &[f64]| m.iter().map(|&v| T::from_f64(v)).collect::<Vec<T>>();
        let all = |parts: &[Transform]| parts.iter().map(|p| narrow(&p.matrix)).collect();
        let program = &self.program;
        Matrices {
            inputs: all(&program.inputs),
            fibres: all(&program.fibres),
            folded: (program.filters.as_ref()).map(|filters| Folded::new(filters, kernel)),
            readers: self.readers(),
            to_channels: program.outputs.iter().map(Transform::turned).collect(),
            to_streams: all(&program.outputs),
        }
    }

    /// What reads the responses.
    fn readers(&self) -> Readers {
        let mut readers = Readers {
            pixels: Vec::new(),
            sources: Vec::new(),
        };
        let Some(filters) = &self.program.filters else {
            return readers;
        };
        for bundle in &self.program.bundles {
            let channels = bundle.channels.len();
            let step = filters.count * channels * bundle.run;
            readers.pixels.push(Table::even(BANK_ROWS, step));
            for part in &self.program.inputs[bundle.inputs.clone()] {
                let source = |place: &Source| {
                    let c = (place.offset - bundle.channels[0]) / bundle.run;
                    let offset = (place.slot * channels + c) * bundle.run;
                    Source { slot: 0, offset }
                };
                readers
                    .sources
                    .push(part.places.iter().map(source).collect());
            }
        }
        readers
    }

    /// Numbers of the responses of [`BANK_ROWS`] pixels in the largest bundle.
    pub(super) fn responses_len(&self) -> usize {
        let filters = self.program.filters.as_ref();
        let filters = filters.map_or(0, |filters| filters.count);
        let bundles = self.program.bundles.iter();
        let lens = bundles.map(|bundle| BANK_ROWS * filters * bundle.channels.len() * bundle.run);
        lens.max().unwrap_or(0)
    }

    /// Scratch for tiles of `rows` rows and sums of `sums` numbers.
    pub(super) fn scratch<T: Scalar>(
        &self,
        isa: Isa,
        matrices: &Matrices<T>,
        rows: usize,
        sums: usize,
    ) -> Scratch<T> {
        let room = (matrices.folded.as_ref()).map_or(0, |folded| folded.room(isa));
        Scratch {
            tile: Buffer::stale(self.tile_len(rows)),
            sums: Buffer::stale(sums),
            table: Table::default(),
            kernel_rows: Vec::new(),
            responses: Buffer::stale(self.responses_len()),
            room: Buffer::stale(room),
        }
    }
}

impl Transform {
    /// The transposed matrix: coordinates by seats.
    pub(super) fn turned<T: Scalar>(&self) -> Vec<T> {
        let (rows, cols) = (self.seats.len(), self.places.len());
        let entry = |i: usize| T::from_f64(self.matrix[i % rows * cols + i / rows]);
        (0..rows * cols).map(entry).collect()
    }
}
