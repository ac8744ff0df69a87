//! The convolution itself: rows of the source times panels of weights, without patches.

use crate::parallel::*;

use super::matrix::PanelMatrix;
use super::pieces::{Piece, pieces};
use super::sampling::Sampling;
use crate::Scalar;
use crate::factors::{Left, Product, Segment};
use crate::product_unsafe::multiply_tile;
use crate::scratch::{Buffer, Pool};
use crate::simd_unsafe::Isa;

/// What a piece reads and writes should stay in a second-level cache beside a panel of weights.
const PIECE_BYTES: usize = 320 * 1024;
/// Bytes of a panel of weights that stay in the second-level cache while the pixels of a piece
/// pass by.
const PANEL_BYTES: usize = 320 * 1024;

/// A convolution whose results are some of the pixels of the target.
pub(super) struct Part<'a, T: Scalar> {
    pub(super) sampling: Sampling,
    pub(super) weight: &'a PanelMatrix<T>,
    /// The first pixel (row, column) of an image of the target; others follow in steps.
    pub(super) first: (usize, usize),
}

/// Images of the target: pixel (i, j) of a part's grid goes to
/// `(first.0 + i * steps.0, first.1 + j * steps.1)`.
#[derive(Clone, Copy)]
pub(super) struct Images {
    pub(super) batch: usize,
    pub(super) size: (usize, usize),
    pub(super) channels: usize,
    pub(super) steps: (usize, usize),
}

/// Writes all parts into the target, which is 0 before, and hands it to `finish` in whole pixels.
pub(super) fn convolve<T: Scalar>(
    isa: Isa,
    parts: &[Part<'_, T>],
    source: &[T],
    (images, target): (Images, &mut [T]),
    finish: impl Fn(&mut [T]) + Sync,
) {
    let (height, width) = images.size;
    let grid = (
        height.div_ceil(images.steps.0),
        width.div_ceil(images.steps.1),
    );
    let read: usize = parts.iter().map(|part| part.sampling.channels).sum();
    let written = images.steps.0 * images.steps.1 * images.channels;
    let mut rest = target;
    let mut work = Vec::new();
    let bytes = (read + written) * size_of::<T>();
    for piece in pieces(images.batch, grid, height == 1, (bytes, PIECE_BYTES)) {
        let rows = images.steps.0 * piece.rows.start..height.min(images.steps.0 * piece.rows.end);
        let cols = images.steps.1 * piece.cols.start..width.min(images.steps.1 * piece.cols.end);
        let len = piece.images.len() * rows.len() * cols.len() * images.channels;
        let (here, after) = rest.split_at_mut(len);
        rest = after;
        work.push((piece, here));
    }
    let pool = Pool::new();
    work.into_par_iter().for_each(|(piece, target)| {
        pool.with(Buffer::default, |scratch| {
            for part in parts {
                part.write(isa, source, (&piece, images), target, scratch);
            }
            finish(target);
        });
    });
}

impl<T: Scalar> Part<'_, T> {
    /// Writes the pixels of a piece.
    fn write(
        &self,
        isa: Isa,
        source: &[T],
        (piece, images): (&Piece, Images),
        target: &mut [T],
        scratch: &mut Buffer<T>,
    ) {
        let sampling = &self.sampling;
        let piece = Piece {
            images: piece.images.clone(),
            rows: piece.rows.start..piece.rows.end.min(sampling.grid.0),
            cols: piece.cols.start..piece.cols.end.min(sampling.grid.1),
        };
        if sampling.taps() == 0 || piece.pixels() == 0 {
            return;
        }
        let rows = sampling.rows(source, &piece, scratch);
        let (runs, taps) = sampling.tap_runs();
        let inner = taps * sampling.channels;
        let of_row = sampling.kernel.1 * sampling.channels;
        // Numbers of the target between images, rows and columns of the grid.
        let pixel = images.steps.1 * images.channels;
        let row_len = images.size.1 * images.channels;
        let line = images.steps.0 * row_len;
        let image_len = target.len() / piece.images.len();
        let first = self.first.0 * row_len + self.first.1 * images.channels;

        // Kernel rows whose weights stay near while the pixels pass by.
        let near = PANEL_BYTES / (self.weight.widest() * of_row * size_of::<T>());
        let mut segments = Vec::new();
        for from in (0..sampling.kernel.0).step_by(near.max(1)) {
            let group = from..sampling.kernel.0.min(from + near.max(1));
            for panel in self.weight.panels() {
                for (index, image) in piece.images.clone().enumerate() {
                    for row in piece.rows.clone() {
                        let inside = sampling.kernel_rows(row);
                        let here = group.start.max(inside.start)..group.end.min(inside.end);
                        if here.is_empty() {
                            continue;
                        }
                        segments.clear();
                        for r in here.clone() {
                            let Some(y) = sampling.source_row(row, r) else {
                                continue;
                            };
                            let start = rows.start(image, y);
                            segments.extend(runs.iter().enumerate().map(|(i, run)| Segment {
                                left: start + run * sampling.channels,
                                right: (r * runs.len() + i) * inner,
                            }));
                        }
                        let left = Left {
                            data: rows.data,
                            rows: piece.cols.len(),
                            segments: &segments,
                            inner,
                            row_stride: sampling.stride.1 * sampling.channels,
                            inner_stride: 1,
                        };
                        let place = index * image_len + (row - piece.rows.start) * line;
                        let product = Product {
                            data: &mut target[first + place + panel.first..],
                            stride: pixel,
                            cols: panel.used,
                        };
                        let accumulate = here.start > inside.start;
                        multiply_tile(isa, product, accumulate, left, panel.factor());
                    }
                }
            }
        }
    }
}
