//! Which pixels a patch sees, and gathering patches into column tiles.

use std::ops::Range;

use super::ConvShape;
use crate::Scalar;
use crate::gemm_unsafe::View;

/// No tile has more rows: beyond this the matrix product gains nothing.
pub(super) const MAX_TILE_ROWS: usize = 256;
/// With fewer rows the product reads its other factor too often, which costs more than a tile that
/// leaves the cache.
const MIN_TILE_ROWS: usize = 96;
/// A tile should stay in the second-level cache beside the weight.
const TILE_BYTES: usize = 512 * 1024;
/// With fewer channels than this, whole image rows are copied per tap instead of whole taps per
/// pixel: the runs would be too short.
const FEW_CHANNELS: usize = 8;

/// Which source pixels a patch reads: pixel (i, j) of the sampled grid, at tap (r, c), reads
/// source pixel (i * stride.0 + r * dilation.0 - padding.0, ...), or 0 outside the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampling {
    pub(crate) source: (usize, usize),
    pub(crate) channels: usize,
    pub(crate) grid: (usize, usize),
    pub(crate) kernel: (usize, usize),
    pub(crate) stride: (usize, usize),
    pub(crate) padding: (isize, isize),
    pub(crate) dilation: (usize, usize),
}

/// A run of grid pixels in one grid row.
struct Segment {
    /// First row of the tile.
    tile_row: usize,
    image: usize,
    row: usize,
    cols: Range<usize>,
}

impl Sampling {
    /// How the output pixels of a convolution sample its input.
    pub(crate) fn new(shape: &ConvShape) -> Self {
        let geometry = shape.geometry();
        let padding = geometry.padding();
        Self {
            source: shape.size(),
            channels: shape.in_channels(),
            grid: shape.out_size(),
            kernel: geometry.kernel(),
            stride: geometry.stride(),
            padding: (padding.0 as isize, padding.1 as isize),
            dilation: geometry.dilation(),
        }
    }

    /// How the input gradient of a convolution with stride 1 samples the output gradient: it is
    /// the convolution with the kernel turned by 180 degrees and transposed.
    pub(crate) fn adjoint(shape: &ConvShape) -> Self {
        let geometry = shape.geometry();
        debug_assert_eq!(geometry.stride(), (1, 1));
        let (kernel, dilation) = (geometry.kernel(), geometry.dilation());
        let padding = geometry.padding();
        let turned = |kernel: usize, dilation: usize, padding: usize| {
            (dilation * (kernel - 1)) as isize - padding as isize
        };
        Self {
            source: shape.out_size(),
            channels: shape.out_channels(),
            grid: shape.size(),
            kernel,
            stride: (1, 1),
            padding: (
                turned(kernel.0, dilation.0, padding.0),
                turned(kernel.1, dilation.1, padding.1),
            ),
            dilation,
        }
    }

    /// Number of kernel taps.
    pub(crate) fn taps(&self) -> usize {
        self.kernel.0 * self.kernel.1
    }

    /// Columns of a tile: taps times channels.
    pub(super) fn depth(&self) -> usize {
        self.taps() * self.channels
    }

    /// Whether a tile would be a copy of the source.
    pub(super) fn is_copy(&self) -> bool {
        self.kernel == (1, 1) && self.stride == (1, 1) && self.padding == (0, 0)
    }

    /// Rows of a tile: depends on the shapes only, never on the threads.
    pub(super) fn tile_rows<T>(&self) -> usize {
        let rows = TILE_BYTES / (self.depth() * size_of::<T>());
        // A multiple of 16 suits every vector length.
        (rows / 16 * 16).clamp(MIN_TILE_ROWS, MAX_TILE_ROWS)
    }

    /// Scratch that [`Sampling::gather`] needs.
    pub(super) fn scratch<T: Scalar>(&self) -> Vec<T> {
        if self.is_copy() {
            Vec::new()
        } else {
            vec![T::ZERO; self.tile_rows::<T>() * self.depth()]
        }
    }

    /// The patches of the grid pixels `pixels` (counted over the whole batch, at most
    /// [`Sampling::tile_rows`] of them), one per row.
    pub(super) fn gather<'a, T: Scalar>(
        &self,
        source: &'a [T],
        pixels: Range<usize>,
        scratch: &'a mut [T],
    ) -> View<'a, T> {
        let (rows, depth) = (pixels.len(), self.depth());
        if self.is_copy() {
            let patch = &source[pixels.start * depth..pixels.end * depth];
            return View::row_major(patch, rows, depth);
        }
        let tile = &mut scratch[..rows * depth];
        if self.channels < FEW_CHANNELS {
            self.gather_by_tap(source, pixels, tile);
            View::row_major(tile, depth, rows).transposed()
        } else {
            self.gather_by_pixel(source, pixels, tile);
            View::row_major(tile, rows, depth)
        }
    }

    /// Fills a row-major tile: per pixel and kernel row, one run of taps and channels.
    fn gather_by_pixel<T: Scalar>(&self, source: &[T], pixels: Range<usize>, tile: &mut [T]) {
        let depth = self.depth();
        let run = self.kernel.1 * self.channels;
        let image_len = self.source.0 * self.source.1 * self.channels;
        for segment in self.segments(pixels) {
            let image = &source[segment.image * image_len..][..image_len];
            for (index, col) in segment.cols.enumerate() {
                let patch = &mut tile[(segment.tile_row + index) * depth..][..depth];
                for (r, taps) in patch.chunks_exact_mut(run).enumerate() {
                    match self.source_row(segment.row, r) {
                        Some(y) => {
                            let width = self.source.1 * self.channels;
                            self.gather_taps(&image[y * width..][..width], col, taps);
                        }
                        None => taps.fill(T::ZERO),
                    }
                }
            }
        }
    }

    /// Fills the taps of one kernel row at grid column `col` from one source row.
    fn gather_taps<T: Scalar>(&self, row: &[T], col: usize, taps: &mut [T]) {
        let channels = self.channels;
        let first = (col * self.stride.1) as isize - self.padding.1;
        if self.dilation.1 == 1 {
            // Taps lo..hi lie inside the source row and are contiguous there.
            let (kernel, width) = (self.kernel.1 as isize, self.source.1 as isize);
            let lo = (-first).clamp(0, kernel);
            let hi = (width - first).clamp(lo, kernel);
            let (from, lo, hi) = ((first + lo) as usize, lo as usize, hi as usize);
            taps[..lo * channels].fill(T::ZERO);
            if lo < hi {
                taps[lo * channels..hi * channels]
                    .copy_from_slice(&row[from * channels..][..(hi - lo) * channels]);
            }
            taps[hi * channels..].fill(T::ZERO);
        } else {
            for (c, tap) in taps.chunks_exact_mut(channels).enumerate() {
                match inside(first + (c * self.dilation.1) as isize, self.source.1) {
                    Some(x) => tap.copy_from_slice(&row[x * channels..][..channels]),
                    None => tap.fill(T::ZERO),
                }
            }
        }
    }

    /// Fills a column-major tile: per tap and channel, one run of pixels.
    fn gather_by_tap<T: Scalar>(&self, source: &[T], pixels: Range<usize>, tile: &mut [T]) {
        let rows = pixels.len();
        let channels = self.channels;
        let image_len = self.source.0 * self.source.1 * channels;
        let width = self.source.1 * channels;
        let step = self.stride.1 * channels;
        for segment in self.segments(pixels) {
            let image = &source[segment.image * image_len..][..image_len];
            let count = segment.cols.len();
            for (k, column) in tile.chunks_exact_mut(rows).enumerate() {
                let run = &mut column[segment.tile_row..][..count];
                let (tap, channel) = (k / channels, k % channels);
                let (r, c) = (tap / self.kernel.1, tap % self.kernel.1);
                let Some(y) = self.source_row(segment.row, r) else {
                    run.fill(T::ZERO);
                    continue;
                };
                let row = &image[y * width..][..width];
                // Grid column j reads source column j * stride + shift.
                let shift = (c * self.dilation.1) as isize - self.padding.1;
                let valid = columns_inside(shift, self.stride.1, self.source.1);
                let lo = valid.start.clamp(segment.cols.start, segment.cols.end);
                let hi = valid.end.clamp(lo, segment.cols.end);
                let (skip, end) = (lo - segment.cols.start, hi - segment.cols.start);
                run[..skip].fill(T::ZERO);
                run[end..].fill(T::ZERO);
                if lo == hi {
                    continue;
                }
                let x = (lo * self.stride.1).wrapping_add_signed(shift);
                let from = &row[x * channels + channel..];
                let to = &mut run[skip..end];
                if step == 1 {
                    let len = to.len();
                    to.copy_from_slice(&from[..len]);
                } else {
                    for (to, from) in to.iter_mut().zip(from.iter().step_by(step)) {
                        *to = *from;
                    }
                }
            }
        }
    }

    /// The source row that grid row `row` reads at kernel row `r`, if it is inside.
    pub(crate) fn source_row(&self, row: usize, r: usize) -> Option<usize> {
        let y = (row * self.stride.0 + r * self.dilation.0) as isize - self.padding.0;
        inside(y, self.source.0)
    }

    /// The source column that grid column `col` reads at kernel column `c`, if it is inside.
    pub(crate) fn source_col(&self, col: usize, c: usize) -> Option<usize> {
        let x = (col * self.stride.1 + c * self.dilation.1) as isize - self.padding.1;
        inside(x, self.source.1)
    }

    /// Cuts a range of grid pixels into runs inside one grid row.
    fn segments(&self, pixels: Range<usize>) -> impl Iterator<Item = Segment> + use<> {
        let (height, width) = self.grid;
        let mut next = pixels.start;
        std::iter::from_fn(move || {
            if next == pixels.end {
                return None;
            }
            let (row, col) = (next / width, next % width);
            let count = (width - col).min(pixels.end - next);
            let segment = Segment {
                tile_row: next - pixels.start,
                image: row / height,
                row: row % height,
                cols: col..col + count,
            };
            next += count;
            Some(segment)
        })
    }
}

/// `position` if it lies in `0..size`.
fn inside(position: isize, size: usize) -> Option<usize> {
    usize::try_from(position).ok().filter(|&p| p < size)
}

/// The j >= 0 with 0 <= j * stride + shift < size.
fn columns_inside(shift: isize, stride: usize, size: usize) -> Range<usize> {
    let start = usize::try_from(-shift).map_or(0, |s| s.div_ceil(stride));
    let end = usize::try_from(size as isize - shift).map_or(0, |s| s.div_ceil(stride));
    start..end.max(start)
}
