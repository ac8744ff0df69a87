//! All sizes of one convolution.

use crate::error::checked_product;
use crate::{Geometry, Result};

/// All sizes of one convolution, checked once.
///
/// ```
/// use schur_engine::{ConvShape, Geometry};
/// let shape = ConvShape::new(&Geometry::square(3)?, 64, (28, 28), 40, 20)?;
/// assert_eq!(shape.out_size(), (26, 26));
/// assert_eq!(shape.weight_len(), 9 * 40 * 20);
/// assert_eq!(shape.products(), 64 * 26 * 26 * 9 * 40 * 20);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvShape {
    geometry: Geometry,
    batch: usize,
    size: (usize, usize),
    out_size: (usize, usize),
    in_channels: usize,
    out_channels: usize,
}

impl ConvShape {
    /// The sizes for `batch` images of `size` (height, width). The batch may be empty.
    ///
    /// # Errors
    ///
    /// As [`Geometry::output_size`]; [`crate::EngineError::ZeroExtent`] without channels;
    /// [`crate::EngineError::Overflow`] if an array would not fit into the address space.
    pub fn new(
        geometry: &Geometry,
        batch: usize,
        size: (usize, usize),
        in_channels: usize,
        out_channels: usize,
    ) -> Result<Self> {
        crate::geometry::check_positive("(output, input) channels", (out_channels, in_channels))?;
        let out_size = geometry.output_size(size.0, size.1)?;
        checked_product("the input", &[batch.max(1), size.0, size.1, in_channels])?;
        checked_product(
            "the output",
            &[batch.max(1), out_size.0, out_size.1, out_channels],
        )?;
        let taps = geometry.taps();
        checked_product("the weight", &[taps, in_channels, out_channels])?;
        // Rows with padding on both sides, of either direction: see `Sampling::rows`.
        let reach = (geometry.kernel().1 - 1) * geometry.dilation().1;
        let widest = size.1.max(out_size.1) + 2 * geometry.padding().1.max(reach);
        let rows = size.0.max(out_size.0);
        checked_product(
            "the padded rows",
            &[rows, widest, in_channels.max(out_channels)],
        )?;
        Ok(Self {
            geometry: *geometry,
            batch,
            size,
            out_size,
            in_channels,
            out_channels,
        })
    }

    /// The same convolution with all pixels in one row, if every pixel is on its own.
    pub(super) fn flattened(&self) -> Self {
        if !self.geometry.is_pointwise() || self.batch == 0 {
            return *self;
        }
        let size = (1, self.out_pixels());
        Self {
            batch: 1,
            size,
            out_size: size,
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
        self.batch * self.size.0 * self.size.1 * self.in_channels
    }

    /// Output pixels of the whole batch.
    #[must_use]
    pub fn out_pixels(&self) -> usize {
        self.batch * self.out_size.0 * self.out_size.1
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
