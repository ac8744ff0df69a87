//! Which places a patch sees.
//!
//! The innermost axis, the width, is special: its places are neighbours in memory. The two outer
//! axes together are one axis of *rows*: of the source, of the grid and of the kernel, counted
//! depth first.

use std::ops::Range;

use crate::conv_shape::ConvShape;

/// Which source places a patch reads: on every axis, place i of the sampled grid reads at tap r
/// the source place `i * stride + r * dilation - padding`, or 0 outside the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampling {
    pub(crate) source: [usize; 3],
    pub(crate) channels: usize,
    pub(crate) grid: [usize; 3],
    pub(crate) kernel: [usize; 3],
    pub(crate) stride: [usize; 3],
    pub(crate) padding: [isize; 3],
    pub(crate) dilation: [usize; 3],
}

impl Sampling {
    /// How the output of a convolution samples its input.
    pub(crate) fn new(shape: &ConvShape) -> Self {
        let geometry = shape.geometry();
        Self {
            source: shape.size(),
            channels: shape.in_channels(),
            grid: shape.out_size(),
            kernel: geometry.kernel(),
            stride: geometry.stride(),
            padding: geometry.padding().map(|p| p as isize),
            dilation: geometry.dilation(),
        }
    }

    /// How the input gradient of a convolution with stride 1 samples the output gradient: it is
    /// the convolution with the kernel turned round on every axis and transposed.
    pub(crate) fn adjoint(shape: &ConvShape) -> Self {
        debug_assert_eq!(shape.geometry().stride(), [1; 3]);
        let axes = Residue::of_shape(shape);
        Self::of_residues(shape, [0, 1, 2].map(|axis| &axes[axis][0]))
    }

    /// How the input places of one residue class sample the output gradient.
    pub(crate) fn of_residues(shape: &ConvShape, axes: [&Residue; 3]) -> Self {
        Self {
            source: shape.out_size(),
            channels: shape.out_channels(),
            grid: axes.map(|axis| axis.places),
            kernel: axes.map(|axis| axis.taps),
            stride: [1; 3],
            padding: axes.map(|axis| axis.padding),
            dilation: axes.map(|axis| axis.dilation),
        }
    }

    /// Number of kernel taps.
    pub(crate) fn taps(&self) -> usize {
        self.kernel.iter().product()
    }

    /// Kernel rows.
    pub(crate) fn kernel_rows(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Rows of the grid.
    pub(crate) fn grid_rows(&self) -> usize {
        self.grid[0] * self.grid[1]
    }

    /// Rows of the source.
    pub(crate) fn source_rows(&self) -> usize {
        self.source[0] * self.source[1]
    }

    /// Places of the grid.
    pub(crate) fn places(&self) -> usize {
        self.grid_rows() * self.grid[2]
    }

    /// Image, row and column of the grid place with this number in a batch.
    pub(crate) fn place(&self, place: usize) -> (usize, usize, usize) {
        let (rows, width) = (self.grid_rows(), self.grid[2]);
        (place / width / rows, place / width % rows, place % width)
    }

    /// The source place that grid place `i` of an axis reads at tap `r`, if it is inside.
    fn along(&self, axis: usize, i: usize, r: usize) -> Option<usize> {
        let x = (i * self.stride[axis] + r * self.dilation[axis]) as isize - self.padding[axis];
        usize::try_from(x).ok().filter(|&x| x < self.source[axis])
    }

    /// The taps of an axis at which grid place `i` is inside the source.
    fn taps_inside(&self, axis: usize, i: usize) -> Range<usize> {
        let shift = (i * self.stride[axis]) as isize - self.padding[axis];
        let range = steps_inside(shift, self.dilation[axis], self.source[axis]);
        let start = range.start.min(self.kernel[axis]);
        start..range.end.clamp(start, self.kernel[axis])
    }

    /// The source row that grid row `row` reads at kernel row `r`, if it is inside.
    pub(crate) fn source_row(&self, row: usize, r: usize) -> Option<usize> {
        let (i, j) = (row / self.grid[1], row % self.grid[1]);
        let (p, q) = (r / self.kernel[1], r % self.kernel[1]);
        let (z, y) = (self.along(0, i, p)?, self.along(1, j, q)?);
        Some(z * self.source[1] + y)
    }

    /// The source column that grid column `col` reads at kernel column `c`, if it is inside.
    pub(crate) fn source_col(&self, col: usize, c: usize) -> Option<usize> {
        self.along(2, col, c)
    }

    /// The kernel rows at which grid row `row` is inside the source, in order, with the source
    /// rows that they read.
    pub(crate) fn rows_read(&self, row: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (i, j) = (row / self.grid[1], row % self.grid[1]);
        let sampling = *self;
        let (depths, heights) = (self.taps_inside(0, i), self.taps_inside(1, j));
        depths.flat_map(move |p| {
            let heights = heights.clone();
            heights.filter_map(move |q| {
                let (z, y) = (sampling.along(0, i, p)?, sampling.along(1, j, q)?);
                let r = p * sampling.kernel[1] + q;
                Some((r, z * sampling.source[1] + y))
            })
        })
    }

    /// The taps of a kernel row in runs of neighbouring source places: how many places behind the
    /// first tap the runs begin, and their common length.
    pub(crate) fn tap_runs(&self) -> (Vec<usize>, usize) {
        let (taps, dilation) = (self.kernel[2], self.dilation[2]);
        if dilation == 1 {
            (vec![0], taps)
        } else {
            ((0..taps).map(|c| c * dilation).collect(), 1)
        }
    }

    /// Zero places before every source row that no tap goes beyond them, and places of a row
    /// with the zeros on both sides.
    pub(crate) fn padded_columns(&self) -> (usize, usize) {
        let left = self.padding[2].max(0);
        let reach = (self.grid[2] - 1) * self.stride[2] + (self.kernel[2] - 1) * self.dilation[2];
        let last = (reach as isize - self.padding[2]).max(self.source[2] as isize - 1);
        (left as usize, (left + last + 1) as usize)
    }
}

/// The j >= 0 with 0 <= j * step + shift < size.
fn steps_inside(shift: isize, step: usize, size: usize) -> Range<usize> {
    let start = usize::try_from(-shift).map_or(0, |s| s.div_ceil(step));
    let end = usize::try_from(size as isize - shift).map_or(0, |s| s.div_ceil(step));
    start..end
}

/// The input places of one axis that are congruent modulo the stride, and the taps that reach
/// them.
///
/// Input place `s i + residue` is read at tap `r` by output place `i + (residue + p - r d) / s`
/// where that is whole. These taps are `first, first + step, ...`, so on one class the input
/// gradient is a convolution with stride 1 by the turned kernel of these taps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Residue {
    pub(crate) residue: usize,
    /// Input places of the class.
    places: usize,
    /// The first tap and the distance of the next.
    first: usize,
    step: usize,
    taps: usize,
    padding: isize,
    dilation: usize,
}

impl Residue {
    /// The classes of every axis.
    pub(crate) fn of_shape(shape: &ConvShape) -> [Vec<Self>; 3] {
        let (g, size) = (shape.geometry(), shape.size());
        [0, 1, 2].map(|axis| {
            let classes = 0..g.stride()[axis].min(size[axis]);
            let class = |residue| {
                Self::new(
                    residue,
                    size[axis],
                    g.kernel()[axis],
                    g.stride()[axis],
                    g.padding()[axis],
                    g.dilation()[axis],
                )
            };
            classes.map(class).collect()
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
        // Taps of the class are this many output places apart.
        let apart = dilation * step / stride;
        let reached = (residue + padding) as isize - (first * dilation) as isize;
        Self {
            residue,
            places: (size - residue).div_ceil(stride),
            first,
            step,
            taps,
            padding: (taps.saturating_sub(1) * apart) as isize
                - reached.div_euclid(stride as isize),
            dilation: apart,
        }
    }

    /// The taps in the order of the turned kernel.
    pub(crate) fn turned(&self) -> impl Iterator<Item = usize> + Clone + use<> {
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
