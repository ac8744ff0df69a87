//! The gradient of a convolution in its weight.

use crate::parallel::*;

use super::matrix::PanelMatrix;
use super::pieces::{Piece, pieces};
use crate::conv_shape::ConvShape;
use crate::cpu::factors::{Left, Product, Segment};
use crate::cpu::isa::Isa;
use crate::cpu::narrow::across;
use crate::cpu::product_unsafe::multiply_tile;
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::{Buffer, Shared, add_in_order};
use crate::error::check_len;
use crate::sampling::Sampling;
use crate::{Result, Scalar};

/// Most groups of pixels: enough work for as many threads.
const MAX_GROUPS: usize = 16;
/// Tasks that a call is cut into at least, where it can. Every task packs the pixels of its group,
/// so more cuts of the weight cost more.
const MIN_TASKS: usize = 8;
/// Entries of all partial sums together, above which their number shrinks: adding them up would
/// cost more than the balance is worth.
const PARTIAL_ENTRIES: usize = 1 << 21;
/// What a piece reads should stay in a second-level cache. Sums are read and written once per
/// piece, so smaller pieces cost more.
const PIECE_BYTES: usize = 1 << 20;
/// Rows of the weight whose sums stay in the first-level cache or near it while pixels pass by.
const STRIP_ROWS: usize = 448;

/// Some rows of the weight: channels of neighbouring taps in one kernel row.
#[derive(Clone, Copy)]
struct Strip {
    kernel_row: usize,
    /// First number in a patch row.
    offset: usize,
    rows: usize,
}

/// The transpose of [`super::forward`] in `weight`: `dw` from `x` and `dy`.
///
/// The work is cut by strips of the weight and by a few groups of pixels, which depend on the
/// shape only. Each group sums its own `dw`; the groups are added in order.
///
/// # Errors
///
/// [`crate::EngineError::Length`] if a slice does not have the length of `shape`.
pub fn backward_weight<T: Scalar>(shape: &ConvShape, x: &[T], dy: &[T]) -> Result<Vec<T>> {
    weight_gradient::<T>(shape, x, dy)
}

/// [`backward_weight`] by products of some factors, whose numbers are neighbouring pixels.
pub(crate) fn weight_gradient<F: Factor>(
    shape: &ConvShape,
    x: &[F::Sum],
    dy: &[F::Sum],
) -> Result<Vec<F::Sum>> {
    check_len("x", x.len(), shape.input_len())?;
    check_len("dy", dy.len(), shape.output_len())?;
    let (isa, len) = (F::best(), shape.weight_len());
    let flat = shape.flattened();
    let sampling = Sampling::new(&flat);
    let channels = flat.out_channels();
    let (batch, grid_rows, width) = (flat.batch(), sampling.grid_rows(), sampling.grid[2]);
    let read = sampling.channels * sampling.stride.iter().product::<usize>();
    let bytes = (read + channels) * size_of::<F::Sum>();
    let pieces = pieces(batch, grid_rows, width, grid_rows == 1, bytes, PIECE_BYTES);
    if pieces.is_empty() {
        return Ok(vec![F::Sum::ZERO; len]);
    }
    let strips = strips(&sampling);

    let groups = (PARTIAL_ENTRIES / len)
        .clamp(1, MAX_GROUPS)
        .min(pieces.len());
    let cuts = MIN_TASKS.div_ceil(groups).min(strips.len());
    let mut total = vec![F::Sum::ZERO; len];
    let mut others: Buffer<F::Sum> = Buffer::stale((groups - 1) * len);
    let mut work = Vec::new();
    let sums = std::iter::once(&mut total[..]).chain(others.chunks_exact_mut(len));
    for (group, mut rest) in sums.enumerate() {
        for cut in 0..cuts {
            let strips = &strips[cut * strips.len() / cuts..(cut + 1) * strips.len() / cuts];
            let rows: usize = strips.iter().map(|strip| strip.rows).sum();
            let (here, after) = rest.split_at_mut(rows * channels);
            rest = after;
            let pieces =
                &pieces[group * pieces.len() / groups..(group + 1) * pieces.len() / groups];
            work.push((strips, pieces, here));
        }
    }
    let read = Read {
        isa,
        sampling: &sampling,
        x,
    };
    let pool = Shared::new();
    work.into_par_iter().for_each(|(strips, pieces, sum)| {
        pool.with(Scratch::<F>::default, |scratch| {
            for (index, piece) in pieces.iter().enumerate() {
                let row = piece.images.start * grid_rows + piece.rows.start;
                let from = row * width + piece.cols.start;
                let dy = &dy[from * channels..][..piece.pixels() * channels];
                let dy = across(isa, dy, (piece.cols.len(), channels), &mut scratch.factors);
                let dy = PanelMatrix::new(isa, dy, dy.len() / channels, channels);
                read.add_piece(&dy, piece, strips, sum, index > 0, scratch);
            }
        });
    });
    add_in_order(&mut total, &others);
    Ok(total)
}

/// Memory of one thread.
struct Scratch<F: Factor> {
    numbers: Buffer<F::Sum>,
    factors: Buffer<F>,
}

impl<F: Factor> Default for Scratch<F> {
    fn default() -> Self {
        Self {
            numbers: Buffer::default(),
            factors: Buffer::default(),
        }
    }
}

/// All rows of the weight in order.
fn strips(sampling: &Sampling) -> Vec<Strip> {
    let (runs, taps) = sampling.tap_runs();
    let inner = taps * sampling.channels;
    let count = inner.div_ceil(STRIP_ROWS);
    let mut strips = Vec::new();
    for kernel_row in 0..sampling.kernel_rows() {
        for &run in &runs {
            for index in 0..count {
                let (from, to) = (index * inner / count, (index + 1) * inner / count);
                strips.push(Strip {
                    kernel_row,
                    offset: run * sampling.channels + from,
                    rows: to - from,
                });
            }
        }
    }
    strips
}

/// The input of a convolution and how its pixels read it.
struct Read<'a, F: Factor> {
    isa: Isa,
    sampling: &'a Sampling,
    x: &'a [F::Sum],
}

impl<F: Factor> Read<'_, F> {
    /// Adds what the pixels of a piece contribute to the rows `strips` of the weight, or writes it.
    fn add_piece(
        &self,
        dy: &PanelMatrix<F>,
        piece: &Piece,
        strips: &[Strip],
        sum: &mut [F::Sum],
        add: bool,
        scratch: &mut Scratch<F>,
    ) {
        let (isa, sampling) = (self.isa, self.sampling);
        let channels = dy.cols();
        let pixel = sampling.stride[2] * sampling.channels;
        let inner = piece.cols.len().div_ceil(F::NUMBERS);
        let rows = sampling.rows(self.x, piece, piece.rows.clone(), &mut scratch.numbers);
        let rows = rows.apart(isa, piece, pixel, &mut scratch.factors);
        let mut segments = Vec::new();
        let mut first = 0;
        for strip in strips {
            let sum = &mut sum[first * channels..][..strip.rows * channels];
            first += strip.rows;
            segments.clear();
            for (index, image) in piece.images.clone().enumerate() {
                let image = rows.image(image);
                for row in piece.rows.clone() {
                    if let Some(y) = sampling.source_row(row, strip.kernel_row) {
                        let of_dy = index * piece.rows.len() + row - piece.rows.start;
                        segments.push(Segment {
                            left: image + rows.row(y) + strip.offset,
                            right: of_dy * inner,
                        });
                    }
                }
            }
            for panel in dy.panels() {
                let left = Left {
                    data: rows.data,
                    rows: strip.rows,
                    segments: &segments,
                    inner,
                    row_stride: 1,
                    inner_stride: F::NUMBERS * pixel,
                };
                let product = Product {
                    data: &mut sum[panel.first..],
                    stride: channels,
                    cols: panel.used,
                };
                multiply_tile(isa, product, add, left, panel.factor());
            }
        }
    }
}
