//! The convolution itself: rows of the source times panels of weights, without patches.

use std::ops::Range;

use crate::parallel::*;

use super::matrix::PanelMatrix;
use super::pieces::{Piece, pieces};
use crate::cpu::factors::{Left, Product, Segment};
use crate::cpu::isa::Isa;
use crate::cpu::machine::Machine;
use crate::cpu::product_unsafe::multiply_tile;
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::{Buffer, Shared};
use crate::sampling::Sampling;

/// Bytes that a piece reads and writes, and bytes of a panel of weights that stay while the pixels
/// of the piece pass by, of 16 bytes of the second-level cache: both together fill two thirds of it.
const SIXTEENTHS: usize = 5;

/// A convolution whose results are some of the pixels of the target.
pub(super) struct Part<'a, F: Factor> {
    pub(super) sampling: Sampling,
    pub(super) weight: &'a PanelMatrix<F>,
    /// The first place of an image of the target; others follow in steps.
    pub(super) first: [usize; 3],
}

/// Images of the target: place i of an axis of a part's grid goes to `first + i * steps`.
#[derive(Clone, Copy)]
pub(super) struct Images {
    pub(super) batch: usize,
    pub(super) size: [usize; 3],
    pub(super) channels: usize,
    pub(super) steps: [usize; 3],
}

/// What a piece and a panel may each take of the second-level cache.
pub(super) fn share_of_cache() -> usize {
    Machine::this().caches.second / 16 * SIXTEENTHS
}

/// The pieces of a call that reads so many numbers for a place of the target.
pub(super) fn cut<F: Factor>(images: Images, read: usize) -> Vec<Piece> {
    let ([depth, height, width], step) = (images.size, images.steps[2]);
    let written = step * images.channels;
    let bytes = read * size_of::<F>() + written * size_of::<F::Sum>();
    let rows = depth * height;
    let width = width.div_ceil(step);
    pieces(
        images.batch,
        rows,
        width,
        rows == 1,
        bytes,
        share_of_cache(),
    )
}

/// Writes all parts into the target, which is 0 before, and hands it to `finish` in whole pixels.
pub(super) fn convolve<F: Factor>(
    isa: Isa,
    parts: &[Part<'_, F>],
    source: &[F],
    images: Images,
    target: &mut [F::Sum],
    finish: impl Fn(&mut [F::Sum]) + Sync,
) {
    let ([_, _, width], [planes, lines, step]) = (images.size, images.steps);
    // Every row belongs to some of the parts.
    let read: usize = parts.iter().map(|part| part.sampling.channels).sum();
    let mut rest = target;
    let mut work = Vec::new();
    for piece in cut::<F>(images, read / (planes * lines)) {
        let cols = step * piece.cols.start..width.min(step * piece.cols.end);
        let len = piece.images.len() * piece.rows.len() * cols.len() * images.channels;
        let (here, after) = rest.split_at_mut(len);
        rest = after;
        work.push((piece, here));
    }
    let pool = Shared::new();
    work.into_par_iter().for_each(|(piece, target)| {
        pool.with(Buffer::default, |scratch| {
            for part in parts {
                part.write(isa, source, &piece, images, target, scratch);
            }
            finish(target);
        });
    });
}

/// What a row of a part reads: its first place in the target, and kernel rows with the places
/// where the source rows begin.
struct Row {
    target: usize,
    taps: Range<usize>,
}

impl<F: Factor> Part<'_, F> {
    /// The rows of a piece of the target that belong to this part: in the target, and in its grid.
    fn rows(&self, piece: &Piece, images: Images) -> impl Iterator<Item = (usize, usize)> + use<F> {
        let ([_, height, _], [planes, lines, _]) = (images.size, images.steps);
        let (first, grid) = (self.first, self.sampling.grid);
        piece.rows.clone().filter_map(move |row| {
            let (z, y) = (row / height, row % height);
            let here = z % planes == first[0] && y % lines == first[1];
            here.then(|| (row, z / planes * grid[1] + y / lines))
        })
    }

    /// Writes the places of a piece.
    fn write(
        &self,
        isa: Isa,
        source: &[F],
        piece: &Piece,
        images: Images,
        target: &mut [F::Sum],
        scratch: &mut Buffer<F>,
    ) {
        let sampling = &self.sampling;
        let cols = piece.cols.start..piece.cols.end.min(sampling.grid[2]);
        if sampling.taps() == 0 || cols.is_empty() || self.rows(piece, images).next().is_none() {
            return;
        }
        let piece = Piece {
            cols,
            ..piece.clone()
        };
        let of_grid = self.rows(&piece, images).map(|(_, row)| row);
        let source = sampling.rows(source, &piece, of_grid, scratch);
        let (runs, taps) = sampling.tap_runs();
        let inner = taps * sampling.channels;
        let of_row = sampling.kernel[2] * sampling.channels;
        // Numbers of the target between images, rows and columns of the grid.
        let pixel = images.steps[2] * images.channels;
        let row_len = images.size[2] * images.channels;
        let image_len = target.len() / piece.images.len();
        let first = self.first[2] * images.channels;

        let mut reads: Vec<(usize, usize)> = Vec::new();
        let rows = self.rows(&piece, images).map(|(row, of_grid)| {
            let begin = reads.len();
            let read = sampling.rows_read(of_grid);
            reads.extend(read.map(|(r, row)| (r, source.row(row))));
            Row {
                target: first + (row - piece.rows.start) * row_len,
                taps: begin..reads.len(),
            }
        });
        let rows: Vec<Row> = rows.collect();

        // Kernel rows whose weights stay near while the pixels pass by.
        let near = share_of_cache() / (self.weight.widest() * of_row * size_of::<F>());
        let kernel_rows = sampling.kernel_rows();
        let mut segments = Vec::new();
        for from in (0..kernel_rows).step_by(near.max(1)) {
            let group = from..kernel_rows.min(from + near.max(1));
            for panel in self.weight.panels() {
                for (index, image) in piece.images.clone().enumerate() {
                    let image = source.image(image);
                    for row in &rows {
                        let taps = &reads[row.taps.clone()];
                        let begin = taps.partition_point(|tap| tap.0 < group.start);
                        let end = taps.partition_point(|tap| tap.0 < group.end);
                        if begin == end {
                            continue;
                        }
                        segments.clear();
                        for (r, start) in &taps[begin..end] {
                            let start = image + start;
                            segments.extend(runs.iter().enumerate().map(|(i, run)| Segment {
                                left: start + run * sampling.channels,
                                right: (r * runs.len() + i) * inner,
                            }));
                        }
                        let left = Left {
                            data: source.data,
                            rows: piece.cols.len(),
                            segments: &segments,
                            inner,
                            row_stride: sampling.stride[2] * sampling.channels,
                            inner_stride: 1,
                        };
                        let place = index * image_len + row.target + panel.first;
                        let product = Product {
                            data: &mut target[place..],
                            stride: pixel,
                            cols: panel.used,
                        };
                        multiply_tile(isa, product, begin > 0, left, panel.factor());
                    }
                }
            }
        }
    }
}
