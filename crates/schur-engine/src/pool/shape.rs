//! All sizes of one pooling.

use crate::error::checked_product;
use crate::{Geometry, Result};

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
    geometry: Geometry,
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
        crate::geometry::check_positive("(1, channels)", (1, channels))?;
        let geometry = Geometry::new(window, stride, (0, 0), (1, 1))?;
        let out_size = geometry.output_size(size.0, size.1)?;
        checked_product("the input", &[batch.max(1), size.0, size.1, channels])?;
        Ok(Self {
            geometry,
            batch,
            size,
            out_size,
            channels,
        })
    }

    /// Pooling window.
    #[must_use]
    pub fn window(&self) -> (usize, usize) {
        self.geometry.kernel()
    }

    /// Distance of neighbouring windows.
    #[must_use]
    pub fn stride(&self) -> (usize, usize) {
        self.geometry.stride()
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

    /// Entries of one input image.
    pub(super) fn image_len(&self) -> usize {
        self.size.0 * self.size.1 * self.channels
    }

    /// Entries of one output image.
    pub(super) fn out_image_len(&self) -> usize {
        self.out_size.0 * self.out_size.1 * self.channels
    }

    /// The first entries in the input of the window pixels of output pixel (row, col) of output
    /// row `row` counted over the batch, in row-major order.
    pub(super) fn window_starts(
        &self,
        row: usize,
        col: usize,
    ) -> impl Iterator<Item = usize> + use<> {
        let (image, row) = (row / self.out_size.0, row % self.out_size.0);
        let (stride, window) = (self.stride(), self.window());
        let (width, channels) = (self.size.1, self.channels);
        let corner = (image * self.size.0 + row * stride.0) * width + col * stride.1;
        (0..window.0)
            .flat_map(move |r| (0..window.1).map(move |c| (corner + r * width + c) * channels))
    }
}
