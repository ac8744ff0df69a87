//! Cutting a convolution into pieces of work, and the rows that a piece reads.

use std::ops::Range;

use super::sampling::Sampling;
use crate::Scalar;
use crate::scratch::Buffer;

/// Pieces that a call is cut into at least, if they do not get too small.
const MIN_PIECES: usize = 24;
/// Pixels of a piece at least: the rows of one register block.
const MIN_PIXELS: usize = 14;

/// A run of grid pixels: whole images, or rows of one image, or columns of an image of one row.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) images: Range<usize>,
    pub(super) rows: Range<usize>,
    pub(super) cols: Range<usize>,
}

impl Piece {
    pub(super) fn pixels(&self) -> usize {
        self.images.len() * self.rows.len() * self.cols.len()
    }
}

/// Cuts `batch` grids into pieces in the order of memory, by shapes only. A pixel takes `bytes` in
/// the source and in the result, a piece at most about `limit`. Rows are cut only if images are
/// `one_row`.
pub(super) fn pieces(
    batch: usize,
    (height, width): (usize, usize),
    one_row: bool,
    (bytes, limit): (usize, usize),
) -> Vec<Piece> {
    let pixels = batch * height * width;
    let most = (limit / bytes.max(1)).max(MIN_PIXELS);
    let wanted = pixels.div_ceil(MIN_PIECES).clamp(MIN_PIXELS, most);
    // Nearly equal parts of `0..count`, of about `each`.
    let parts = |count: usize, each: usize| {
        let parts = count.div_ceil(each.max(1));
        (0..parts).map(move |i| i * count / parts..(i + 1) * count / parts)
    };
    if wanted >= height * width {
        let images = parts(batch, wanted / (height * width));
        let piece = |images| Piece {
            images,
            rows: 0..height,
            cols: 0..width,
        };
        return images.map(piece).collect();
    }
    let mut all = Vec::new();
    for image in 0..batch {
        if one_row {
            let each = wanted.next_multiple_of(MIN_PIXELS);
            all.extend(parts(width, each).map(|cols| Piece {
                images: image..image + 1,
                rows: 0..1,
                cols,
            }));
        } else {
            all.extend(parts(height, wanted / width).map(|rows| Piece {
                images: image..image + 1,
                rows,
                cols: 0..width,
            }));
        }
    }
    all
}

/// Source rows with zeros on their sides, so that patches of neighbouring grid pixels are a
/// constant distance apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a, T> {
    pub(super) data: &'a [T],
    first: usize,
    image: (usize, usize),
    row: (usize, usize),
}

impl<T> Rows<'_, T> {
    /// Where the patch row of the piece's first column begins in a source row.
    pub(super) fn start(&self, image: usize, row: usize) -> usize {
        self.first + (image - self.image.0) * self.image.1 + (row - self.row.0) * self.row.1
    }
}

impl Sampling {
    /// The source rows of a piece: where it needs no padding the source itself, otherwise a copy
    /// in `scratch`.
    pub(super) fn rows<'a, T: Scalar>(
        &self,
        source: &'a [T],
        piece: &Piece,
        scratch: &'a mut Buffer<T>,
    ) -> Rows<'a, T> {
        let (height, width) = self.source;
        let channels = self.channels;
        let left = (piece.cols.start * self.stride.1) as isize - self.padding.1;
        let reach = (piece.cols.len() - 1) * self.stride.1 + (self.kernel.1 - 1) * self.dilation.1;
        let columns = reach + 1;
        if left >= 0 && left as usize + columns <= width {
            return Rows {
                data: source,
                first: left as usize * channels,
                image: (0, height * width * channels),
                row: (0, width * channels),
            };
        }
        let top = (piece.rows.start * self.stride.0) as isize - self.padding.0;
        let reach = (piece.rows.len() - 1) * self.stride.0 + (self.kernel.0 - 1) * self.dilation.0;
        let limit = |row: isize| row.clamp(0, height as isize) as usize;
        let inside = limit(top)..limit(top + 1 + reach as isize);
        let row_len = columns * channels;
        // Columns of the copy that exist in the source, which may be none.
        let begin = (-left).clamp(0, columns as isize) as usize;
        let end = (width as isize - left).clamp(begin as isize, columns as isize) as usize;
        let from = left.max(0) as usize;
        let data = scratch.room(piece.images.len() * inside.len() * row_len);
        let mut copies = data.chunks_exact_mut(row_len);
        for image in piece.images.clone() {
            for (row, copy) in inside.clone().zip(&mut copies) {
                let pixels = &source[(image * height + row) * width * channels..];
                copy[..begin * channels].fill(T::ZERO);
                if begin < end {
                    copy[begin * channels..end * channels]
                        .copy_from_slice(&pixels[from * channels..][..(end - begin) * channels]);
                }
                copy[end * channels..].fill(T::ZERO);
            }
        }
        Rows {
            data,
            first: 0,
            image: (piece.images.start, inside.len() * row_len),
            row: (inside.start, row_len),
        }
    }
}
