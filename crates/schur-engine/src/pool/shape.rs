//! All sizes of one pooling.

use std::ops::Range;

use super::Windows;
use crate::Result;
use crate::error::checked_product;
use crate::geometry::check_positive;

/// All sizes of one pooling, checked once.
///
/// ```
/// use schur_engine::{PoolShape, pool};
/// let windows = pool::Windows::plane((2, 2), (2, 2), (0, 0))?;
/// let shape = PoolShape::new(64, [1, 24, 24], 40, windows)?;
/// assert_eq!(shape.out_size(), [1, 12, 12]);
/// // Padding holds nothing: a maximum passes over it, a mean counts it as zeros. What lies
/// // beyond it, in ceil mode, a mean does not count.
/// let row = PoolShape::new(1, [1, 1, 3], 1, pool::Windows::plane((1, 2), (1, 2), (0, 1))?)?;
/// assert_eq!(pool::max_pool(&row, &[-1.0, 3.0, 5.0])?.y, [-1.0, 5.0]);
/// assert_eq!(pool::average_pool(&row, &[-1.0, 3.0, 5.0])?, [-0.5, 4.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolShape {
    windows: Windows,
    batch: usize,
    size: [usize; 3],
    out_size: [usize; 3],
    channels: usize,
}

impl PoolShape {
    /// The sizes for `batch` images of `size` (depth, height, width).
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::ZeroExtent`] if image or channels are empty,
    /// [`crate::EngineError::WindowExceedsImage`], or [`crate::EngineError::Overflow`].
    pub fn new(batch: usize, size: [usize; 3], channels: usize, windows: Windows) -> Result<Self> {
        check_positive("(1, channels)", [1, 1, channels])?;
        let out_size = windows.output_size(size)?;
        let [depth, height, width] = size;
        let factors = [batch.max(1), depth, height, width, channels];
        checked_product("the input", &factors)?;
        Ok(Self {
            windows,
            batch,
            size,
            out_size,
            channels,
        })
    }

    /// Window, stride and padding.
    #[must_use]
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// Number of images.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Depth, height and width of an input image.
    #[must_use]
    pub fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Depth, height and width of an output image.
    #[must_use]
    pub fn out_size(&self) -> [usize; 3] {
        self.out_size
    }

    /// Channels of input and output.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Entries of the input, `[batch, depth, height, width, channels]`.
    #[must_use]
    pub fn input_len(&self) -> usize {
        self.batch * self.image_len()
    }

    /// Entries of the output, `[batch, out depth, out height, out width, channels]`.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.batch * self.out_image_len()
    }

    /// Rows of an output image, of all depths.
    pub(super) fn out_rows(&self) -> usize {
        self.out_size[0] * self.out_size[1]
    }

    /// One over the number of places, of image and padding, in the window of output place
    /// (row, col) of an image, rows counted over all depths.
    pub(super) fn share(&self, row: usize, col: usize) -> f64 {
        let place = [row / self.out_size[1], row % self.out_size[1], col];
        let inside = |axis: usize| self.windows.inside(axis, self.size[axis], place[axis]);
        1.0 / (0..3).map(inside).product::<usize>() as f64
    }

    /// Entries of one input image.
    pub(super) fn image_len(&self) -> usize {
        self.size.iter().product::<usize>() * self.channels
    }

    /// Entries of one output image.
    pub(super) fn out_image_len(&self) -> usize {
        self.out_rows() * self.out_size[2] * self.channels
    }

    /// The places in the image of the window of output place (row, col), of output row `row`
    /// counted over depths and batch, in row-major order: their place in the window and their
    /// first entry in the input.
    pub(super) fn window_places(
        &self,
        row: usize,
        col: usize,
    ) -> impl Iterator<Item = (u32, usize)> + use<> {
        let (image, row) = (row / self.out_rows(), row % self.out_rows());
        let place = [row / self.out_size[1], row % self.out_size[1], col];
        let geometry = self.windows.geometry();
        let (window, padding) = (geometry.kernel(), geometry.padding());
        let ([depth, height, width], channels) = (self.size, self.channels);
        // The first place of the window, counted from the corner of the padding.
        let [front, top, left] = [0, 1, 2].map(|axis| place[axis] * geometry.stride()[axis]);
        let inside = |axis: usize, first: usize| -> Range<usize> {
            let end = window[axis].min(self.size[axis] + padding[axis] - first);
            padding[axis].saturating_sub(first)..end
        };
        let (depths, rows, cols) = (inside(0, front), inside(1, top), inside(2, left));
        let lines = depths.flat_map(move |d| {
            let plane = image * depth + front + d - padding[0];
            let line = move |r: usize| (d * window[1] + r, plane * height + top + r - padding[1]);
            rows.clone().map(line)
        });
        lines.flat_map(move |(r, line)| {
            let first = line * width + left;
            cols.clone().map(move |c| {
                let place = (r * window[2] + c) as u32;
                (place, (first + c - padding[2]) * channels)
            })
        })
    }
}
