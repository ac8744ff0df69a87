//! Cutting a convolution into pieces of work, and the rows that a piece reads.

use std::ops::Range;

use crate::cpu::isa::Isa;
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::Buffer;
use crate::sampling::Sampling;

/// Pieces that a call is cut into at least, if they do not get too small.
const MIN_PIECES: usize = 24;
/// Pixels of a piece at least: the rows of one register block.
const MIN_PIXELS: usize = 14;

/// A run of the places of a grid: whole images, or rows of one image (of all depths), or columns of
/// an image of one row.
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

/// Cuts `batch` grids of so many rows and columns into pieces in the order of memory, by shapes only. A pixel takes `bytes` in
/// the source and in the result, a piece at most about `limit`. Rows are cut only if images are
/// `one_row`.
pub(super) fn pieces(
    batch: usize,
    rows: usize,
    width: usize,
    one_row: bool,
    bytes: usize,
    limit: usize,
) -> Vec<Piece> {
    let pixels = batch * rows * width;
    let most = (limit / bytes.max(1)).max(MIN_PIXELS);
    let wanted = pixels.div_ceil(MIN_PIECES).clamp(MIN_PIXELS, most);
    // Nearly equal parts of `0..count`, of about `each`.
    let parts = |count: usize, each: usize| {
        let parts = count.div_ceil(each.max(1));
        (0..parts).map(move |i| i * count / parts..(i + 1) * count / parts)
    };
    if wanted >= rows * width {
        let images = parts(batch, wanted / (rows * width));
        let piece = |images| Piece {
            images,
            rows: 0..rows,
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
            all.extend(parts(rows, wanted / width).map(|rows| Piece {
                images: image..image + 1,
                rows,
                cols: 0..width,
            }));
        }
    }
    all
}

/// Source rows with zeros on their sides, so that patches of neighbouring grid places are a
/// constant distance apart.
#[derive(Debug, Clone)]
pub(super) struct Rows<'a, T> {
    pub(super) data: &'a [T],
    first: usize,
    /// The first image and the distance of the next.
    image: (usize, usize),
    row_len: usize,
    /// Where the source rows are; all in their order if empty.
    slots: Vec<usize>,
}

impl<'a, T> Rows<'a, T> {
    /// The same rows of the images of a piece, as factors of numbers that are `distance` apart: the
    /// numbers themselves, or in `room`.
    pub(super) fn apart<F: Factor<Sum = T>>(
        self,
        isa: Isa,
        piece: &Piece,
        distance: usize,
        room: &'a mut Buffer<F>,
    ) -> Rows<'a, F> {
        let (image, data) = match F::of_numbers(self.data) {
            Some(data) => (self.image, data),
            None => {
                let from = self.image(piece.images.start) - self.first;
                let all = piece.images.len() * self.image.1;
                let numbers = &self.data[from..][..all];
                let to = room.room(all);
                F::apart(isa, numbers, distance, to);
                ((piece.images.start, self.image.1), &*to)
            }
        };
        Rows {
            data,
            first: self.first,
            image,
            row_len: self.row_len,
            slots: self.slots,
        }
    }

    /// Where an image begins.
    pub(super) fn image(&self, image: usize) -> usize {
        self.first + (image - self.image.0) * self.image.1
    }

    /// Where the patch row of the piece's first column begins in a source row that the piece
    /// reads, from the begin of its image.
    pub(super) fn row(&self, row: usize) -> usize {
        self.slots.get(row).copied().unwrap_or(row) * self.row_len
    }
}

impl Sampling {
    /// The source rows that some grid rows of a piece read: where no column needs padding the
    /// source itself, otherwise a copy in `scratch`.
    pub(super) fn rows<'a, F: Factor>(
        &self,
        source: &'a [F],
        piece: &Piece,
        grid_rows: impl Iterator<Item = usize>,
        scratch: &'a mut Buffer<F>,
    ) -> Rows<'a, F> {
        let (height, width) = (self.source_rows(), self.source[2]);
        let channels = self.channels;
        let left = (piece.cols.start * self.stride[2]) as isize - self.padding[2];
        let reach =
            (piece.cols.len() - 1) * self.stride[2] + (self.kernel[2] - 1) * self.dilation[2];
        let columns = reach + 1;
        if left >= 0 && left as usize + columns <= width {
            return Rows {
                data: source,
                first: left as usize * channels,
                image: (0, height * width * channels),
                row_len: width * channels,
                slots: Vec::new(),
            };
        }
        let mut slots = vec![usize::MAX; height];
        let mut needed = Vec::new();
        for (_, row) in grid_rows.flat_map(|row| self.rows_read(row)) {
            if slots[row] == usize::MAX {
                slots[row] = needed.len();
                needed.push(row);
            }
        }
        let row_len = columns * channels;
        // Columns of the copy that exist in the source, which may be none.
        let begin = (-left).clamp(0, columns as isize) as usize;
        let end = (width as isize - left).clamp(begin as isize, columns as isize) as usize;
        let from = left.max(0) as usize;
        let data = scratch.room(piece.images.len() * needed.len() * row_len);
        let mut copies = data.chunks_exact_mut(row_len);
        for image in piece.images.clone() {
            for (row, copy) in needed.iter().zip(&mut copies) {
                let pixels = &source[(image * height + row) * width * channels..];
                copy[..begin * channels].fill(F::default());
                if begin < end {
                    copy[begin * channels..end * channels]
                        .copy_from_slice(&pixels[from * channels..][..(end - begin) * channels]);
                }
                copy[end * channels..].fill(F::default());
            }
        }
        Rows {
            data,
            first: 0,
            image: (piece.images.start, needed.len() * row_len),
            row_len,
            slots,
        }
    }
}
