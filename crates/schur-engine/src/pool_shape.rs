//! All sizes of one pooling.

use crate::Result;
use crate::error::checked_product;
use crate::geometry::check_positive;
use crate::windows::Windows;

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
        self.batch * self.size.iter().product::<usize>() * self.channels
    }

    /// Entries of the output, `[batch, out depth, out height, out width, channels]`.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.batch * self.out_size.iter().product::<usize>() * self.channels
    }
}
