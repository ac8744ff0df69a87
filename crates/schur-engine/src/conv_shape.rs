//! All sizes of one convolution.

use crate::error::checked_product;
use crate::geometry::check_positive;
use crate::{Geometry, Result};

/// All sizes of one convolution, checked once.
///
/// ```
/// use schur_engine::{ConvShape, Geometry};
/// let shape = ConvShape::new(&Geometry::square(3)?, 64, [1, 28, 28], 40, 20)?;
/// assert_eq!(shape.out_size(), [1, 26, 26]);
/// assert_eq!(shape.weight_len(), 9 * 40 * 20);
/// assert_eq!(shape.products(), 64 * 26 * 26 * 9 * 40 * 20);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvShape {
    geometry: Geometry,
    batch: usize,
    size: [usize; 3],
    out_size: [usize; 3],
    in_channels: usize,
    out_channels: usize,
}

impl ConvShape {
    /// The sizes for `batch` images of `size` (depth, height, width). The batch may be empty.
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::ZeroExtent`] without pixels or channels,
    /// [`crate::EngineError::WindowExceedsImage`] if the kernel does not fit into the padded image,
    /// [`crate::EngineError::Overflow`] if an array would not fit into the address space.
    pub fn new(
        geometry: &Geometry,
        batch: usize,
        size: [usize; 3],
        in_channels: usize,
        out_channels: usize,
    ) -> Result<Self> {
        check_positive("(output, input) channels", [1, out_channels, in_channels])?;
        let out_size = geometry.output_size(size)?;
        let ([d, h, w], [out_d, out_h, out_w]) = (size, out_size);
        checked_product("the input", &[batch.max(1), d, h, w, in_channels])?;
        let what = "the output";
        checked_product(what, &[batch.max(1), out_d, out_h, out_w, out_channels])?;
        let taps = geometry.taps();
        checked_product("the weight", &[taps, in_channels, out_channels])?;
        // Rows with padding on both sides, of either direction: see `Sampling::rows`.
        let reach = (geometry.kernel()[2] - 1) * geometry.dilation()[2];
        let widest = w.max(out_w) + 2 * geometry.padding()[2].max(reach);
        let rows = (d * h).max(out_d * out_h);
        let channels = in_channels.max(out_channels);
        checked_product("the padded rows", &[rows, widest, channels])?;
        Ok(Self {
            geometry: *geometry,
            batch,
            size,
            out_size,
            in_channels,
            out_channels,
        })
    }

    /// This convolution with all pixels in one row, if every pixel is on its own.
    pub(super) fn flattened(&self) -> Self {
        if !self.geometry.is_pointwise() || self.batch == 0 {
            return *self;
        }
        let size = [1, 1, self.out_pixels()];
        Self {
            batch: 1,
            size,
            out_size: size,
            ..*self
        }
    }

    /// This convolution with other numbers of channels.
    pub(super) fn with_channels(&self, in_channels: usize, out_channels: usize) -> Self {
        Self {
            in_channels,
            out_channels,
            ..*self
        }
    }

    /// The sampling pattern.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
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

    /// Channels of the input.
    #[must_use]
    pub fn in_channels(&self) -> usize {
        self.in_channels
    }

    /// Channels of the output.
    #[must_use]
    pub fn out_channels(&self) -> usize {
        self.out_channels
    }

    /// Entries of the input.
    #[must_use]
    pub fn input_len(&self) -> usize {
        self.batch * self.size.iter().product::<usize>() * self.in_channels
    }

    /// Output pixels of the whole batch.
    #[must_use]
    pub fn out_pixels(&self) -> usize {
        self.batch * self.out_size.iter().product::<usize>()
    }

    /// Entries of the output.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.out_pixels() * self.out_channels
    }

    /// Kernel taps times input channels: the inner size of the matrix product.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.geometry.taps() * self.in_channels
    }

    /// Entries of the dense weight.
    #[must_use]
    pub fn weight_len(&self) -> usize {
        self.depth() * self.out_channels
    }

    /// Products of the dense convolution of the whole batch, taps in the padding included.
    #[must_use]
    pub fn products(&self) -> u128 {
        self.out_pixels() as u128 * self.weight_len() as u128
    }
}
