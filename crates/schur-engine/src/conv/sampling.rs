//! Which pixels a patch sees.

use std::ops::Range;

use super::ConvShape;

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
        debug_assert_eq!(shape.geometry().stride(), (1, 1));
        let [rows, cols] = Residue::of_shape(shape);
        Self::of_residues(shape, &rows[0], &cols[0])
    }

    /// How the input pixels of one residue class sample the output gradient.
    pub(super) fn of_residues(shape: &ConvShape, rows: &Residue, cols: &Residue) -> Self {
        Self {
            source: shape.out_size(),
            channels: shape.out_channels(),
            grid: (rows.pixels, cols.pixels),
            kernel: (rows.taps, cols.taps),
            stride: (1, 1),
            padding: (rows.padding, cols.padding),
            dilation: (rows.dilation, cols.dilation),
        }
    }

    /// Number of kernel taps.
    pub(crate) fn taps(&self) -> usize {
        self.kernel.0 * self.kernel.1
    }

    /// Image, row and column of the grid pixel with this number in a batch.
    pub(crate) fn place(&self, pixel: usize) -> (usize, usize, usize) {
        let (height, width) = self.grid;
        (
            pixel / width / height,
            pixel / width % height,
            pixel % width,
        )
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

    /// The kernel rows at which grid row `row` is inside the source.
    pub(crate) fn kernel_rows(&self, row: usize) -> Range<usize> {
        let shift = (row * self.stride.0) as isize - self.padding.0;
        clamped(
            steps_inside(shift, self.dilation.0, self.source.0),
            0..self.kernel.0,
        )
    }

    /// Those of `rows` that are inside the source at kernel row `r`.
    pub(super) fn grid_rows(&self, r: usize, rows: Range<usize>) -> Range<usize> {
        let shift = (r * self.dilation.0) as isize - self.padding.0;
        clamped(steps_inside(shift, self.stride.0, self.source.0), rows)
    }

    /// The taps of a kernel row in runs of neighbouring source pixels: how many pixels behind the
    /// first tap the runs begin, and their common length.
    pub(crate) fn tap_runs(&self) -> (Vec<usize>, usize) {
        if self.dilation.1 == 1 {
            (vec![0], self.kernel.1)
        } else {
            ((0..self.kernel.1).map(|c| c * self.dilation.1).collect(), 1)
        }
    }

    /// Zero pixels before every source row that no tap goes beyond them, and pixels of a row
    /// with the zeros on both sides.
    pub(crate) fn padded_columns(&self) -> (usize, usize) {
        let left = self.padding.1.max(0);
        let reach = (self.grid.1 - 1) * self.stride.1 + (self.kernel.1 - 1) * self.dilation.1;
        let last = (reach as isize - self.padding.1).max(self.source.1 as isize - 1);
        (left as usize, (left + last + 1) as usize)
    }
}

/// `position` if it lies in `0..size`.
fn inside(position: isize, size: usize) -> Option<usize> {
    usize::try_from(position).ok().filter(|&p| p < size)
}

/// The j >= 0 with 0 <= j * step + shift < size.
fn steps_inside(shift: isize, step: usize, size: usize) -> Range<usize> {
    let start = usize::try_from(-shift).map_or(0, |s| s.div_ceil(step));
    let end = usize::try_from(size as isize - shift).map_or(0, |s| s.div_ceil(step));
    start..end
}

/// The part of `range` inside `limits`, which may be empty.
fn clamped(range: Range<usize>, limits: Range<usize>) -> Range<usize> {
    let start = range.start.clamp(limits.start, limits.end);
    start..range.end.clamp(start, limits.end)
}

/// The input pixels of one axis that are congruent modulo the stride, and the taps that reach
/// them.
///
/// Input pixel `s i + residue` is read at tap `r` by output pixel `i + (residue + p - r d) / s`
/// where that is whole. These taps are `first, first + step, ...`, so on one class the input
/// gradient is a convolution with stride 1 by the turned kernel of these taps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Residue {
    pub(super) residue: usize,
    /// Input pixels of the class.
    pub(super) pixels: usize,
    /// The first tap and the distance of the next.
    pub(super) first: usize,
    pub(super) step: usize,
    pub(super) taps: usize,
    padding: isize,
    dilation: usize,
}

impl Residue {
    /// The classes of rows and of columns.
    pub(super) fn of_shape(shape: &ConvShape) -> [Vec<Self>; 2] {
        let g = shape.geometry();
        let rows = (
            shape.size().0,
            g.kernel().0,
            g.stride().0,
            g.padding().0,
            g.dilation().0,
        );
        let cols = (
            shape.size().1,
            g.kernel().1,
            g.stride().1,
            g.padding().1,
            g.dilation().1,
        );
        [rows, cols].map(|(size, kernel, stride, padding, dilation)| {
            (0..stride.min(size))
                .map(|residue| Self::new(residue, size, kernel, stride, padding, dilation))
                .collect()
        })
    }

    fn new(
        residue: usize,
        size: usize,
        kernel: usize,
        stride: usize,
        padding: usize,
        dilation: usize,
    ) -> Self {
        let step = stride / greatest_common_divisor(stride, dilation);
        let whole = |r: usize| (r * dilation) % stride == (residue + padding) % stride;
        let first = (0..step.min(kernel)).find(|&r| whole(r));
        let taps = first.map_or(0, |first| (kernel - first).div_ceil(step));
        let first = first.unwrap_or(0);
        // Taps of the class are this many output pixels apart.
        let apart = dilation * step / stride;
        let reached = (residue + padding) as isize - (first * dilation) as isize;
        Self {
            residue,
            pixels: (size - residue).div_ceil(stride),
            first,
            step,
            taps,
            padding: (taps.saturating_sub(1) * apart) as isize
                - reached.div_euclid(stride as isize),
            dilation: apart,
        }
    }

    /// The taps in the order of the turned kernel.
    pub(super) fn turned(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        let (first, step) = (self.first, self.step);
        (0..self.taps).rev().map(move |t| first + t * step)
    }
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}
