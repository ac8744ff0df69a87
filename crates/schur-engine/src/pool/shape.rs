//! All sizes of one pooling.

use super::Windows;
use crate::Result;
use crate::error::checked_product;

/// All sizes of one pooling, checked once. Every pair is (rows, columns).
///
/// ```
/// use schur_engine::PoolShape;
/// let shape = PoolShape::new(64, (24, 24), 40, (2, 2), (2, 2))?;
/// assert_eq!(shape.out_size(), (12, 12));
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolShape {
    windows: Windows,
    batch: usize,
    size: (usize, usize),
    out_size: (usize, usize),
    channels: usize,
}

impl PoolShape {
    /// The sizes for `batch` images of `size` (height, width). Rows and columns that no window
    /// reaches are left out, as usual.
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::ZeroExtent`] if window, stride, image or channels are empty,
    /// [`crate::EngineError::WindowExceedsImage`], or [`crate::EngineError::Overflow`].
    pub fn new(
        batch: usize,
        size: (usize, usize),
        channels: usize,
        window: (usize, usize),
        stride: (usize, usize),
    ) -> Result<Self> {
        Self::padded(batch, size, channels, window, stride, (0, 0))
    }

    /// The same with so many rows and columns around every image that windows may reach, but
    /// that hold nothing: a maximum passes over them, a mean counts them as zeros.
    ///
    /// ```
    /// use schur_engine::{PoolShape, pool};
    /// let shape = PoolShape::padded(1, (1, 3), 1, (1, 2), (1, 2), (0, 1))?;
    /// assert_eq!(pool::max_pool(&shape, &[-1.0, 3.0, 5.0])?.y, [-1.0, 5.0]);
    /// assert_eq!(pool::average_pool(&shape, &[-1.0, 3.0, 5.0])?, [-0.5, 4.0]);
    /// # Ok::<(), schur_engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and [`crate::EngineError::PoolPadding`] if a window could lie in the
    /// padding altogether.
    pub fn padded(
        batch: usize,
        size: (usize, usize),
        channels: usize,
        window: (usize, usize),
        stride: (usize, usize),
        padding: (usize, usize),
    ) -> Result<Self> {
        let windows = Windows::new(window, stride, padding)?;
        Self::with_windows(batch, size, channels, windows)
    }

    /// The same with these windows, perhaps in ceil mode: what lies beyond the padding holds
    /// nothing either, and a mean does not count it.
    ///
    /// ```
    /// use schur_engine::{PoolShape, pool};
    /// let windows = pool::Windows::new((1, 2), (1, 2), (0, 0))?.with_ceil_mode(true);
    /// let shape = PoolShape::with_windows(1, (1, 3), 1, windows)?;
    /// assert_eq!(pool::average_pool(&shape, &[-1.0, 3.0, 5.0])?, [1.0, 5.0]);
    /// # Ok::<(), schur_engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_windows(
        batch: usize,
        size: (usize, usize),
        channels: usize,
        windows: Windows,
    ) -> Result<Self> {
        crate::geometry::check_positive("(1, channels)", (1, channels))?;
        let out_size = windows.output_size(size.0, size.1)?;
        checked_product("the input", &[batch.max(1), size.0, size.1, channels])?;
        Ok(Self {
            windows,
            batch,
            size,
            out_size,
            channels,
        })
    }

    /// Rows and columns added on every side.
    #[must_use]
    pub fn padding(&self) -> (usize, usize) {
        self.windows.geometry().padding()
    }

    /// Pooling window.
    #[must_use]
    pub fn window(&self) -> (usize, usize) {
        self.windows.geometry().kernel()
    }

    /// Distance of neighbouring windows.
    #[must_use]
    pub fn stride(&self) -> (usize, usize) {
        self.windows.geometry().stride()
    }

    /// Number of images.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Height and width of an input image.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// Height and width of an output image.
    #[must_use]
    pub fn out_size(&self) -> (usize, usize) {
        self.out_size
    }

    /// Channels of input and output.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Entries of the input, `[batch, height, width, channels]`.
    #[must_use]
    pub fn input_len(&self) -> usize {
        self.batch * self.image_len()
    }

    /// Entries of the output, `[batch, out height, out width, channels]`.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.batch * self.out_image_len()
    }

    /// One over the number of pixels, of image and padding, of the window of output pixel
    /// (row, col) of an image.
    pub(super) fn share(&self, row: usize, col: usize) -> f64 {
        let ((height, width), padding) = (self.size, self.padding());
        let axis =
            |i: usize, window: usize, stride: usize, padded: usize| window.min(padded - i * stride);
        let (window, stride) = (self.window(), self.stride());
        let rows = axis(row, window.0, stride.0, height + 2 * padding.0);
        let cols = axis(col, window.1, stride.1, width + 2 * padding.1);
        1.0 / (rows * cols) as f64
    }

    /// Entries of one input image.
    pub(super) fn image_len(&self) -> usize {
        self.size.0 * self.size.1 * self.channels
    }

    /// Entries of one output image.
    pub(super) fn out_image_len(&self) -> usize {
        self.out_size.0 * self.out_size.1 * self.channels
    }

    /// The pixels in the image of the window of output pixel (row, col) of output row `row`
    /// counted over the batch, in row-major order: their place in the window and their first
    /// entry in the input.
    pub(super) fn window_pixels(
        &self,
        row: usize,
        col: usize,
    ) -> impl Iterator<Item = (u32, usize)> + use<> {
        let (image, row) = (row / self.out_size.0, row % self.out_size.0);
        let (stride, window, padding) = (self.stride(), self.window(), self.padding());
        let (height, width) = self.size;
        let channels = self.channels;
        // The first pixel of the window, counted from the corner of the padding.
        let (top, left) = (row * stride.0, col * stride.1);
        let rows = inside(top, window.0, padding.0, height);
        let cols = inside(left, window.1, padding.1, width);
        rows.flat_map(move |r| {
            let first = (image * height + top + r - padding.0) * width + left;
            cols.clone().map(move |c| {
                let place = (r * window.1 + c) as u32;
                (place, (first + c - padding.1) * channels)
            })
        })
    }
}

/// Which of the pixels of a window lie in the image, along one axis.
fn inside(first: usize, window: usize, padding: usize, size: usize) -> std::ops::Range<usize> {
    padding.saturating_sub(first)..window.min(size + padding - first)
}
