//! Kernel size, stride, padding and dilation of a planar convolution.

use crate::error::checked_product;
use crate::{EngineError, Result};

/// The sampling pattern of a planar convolution. Every pair is (rows, columns).
///
/// Output pixel (i, j) reads input pixel
/// `(i * stride.0 + r * dilation.0 - padding.0, j * stride.1 + c * dilation.1 - padding.1)`
/// at kernel tap (r, c); pixels outside the image are 0.
///
/// ```
/// use schur_engine::Geometry;
/// let geometry = Geometry::new((5, 5), (2, 2), (2, 2), (1, 1))?;
/// assert_eq!(geometry.output_size(28, 28)?, (14, 14));
/// assert!(Geometry::square(5)?.output_size(4, 9).is_err());
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Geometry {
    kernel: (usize, usize),
    stride: (usize, usize),
    padding: (usize, usize),
    dilation: (usize, usize),
}

impl Geometry {
    /// A geometry from its four pairs.
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] if an entry of kernel, stride or dilation is 0,
    /// [`EngineError::Overflow`] for absurd sizes.
    pub fn new(
        kernel: (usize, usize),
        stride: (usize, usize),
        padding: (usize, usize),
        dilation: (usize, usize),
    ) -> Result<Self> {
        for (what, pair) in [
            ("kernel", kernel),
            ("stride", stride),
            ("dilation", dilation),
        ] {
            check_positive(what, pair)?;
        }
        let what = "the reach of the kernel";
        checked_product(what, &[kernel.0, kernel.1])?;
        checked_product(what, &[kernel.0, dilation.0])?;
        checked_product(what, &[kernel.1, dilation.1])?;
        checked_product("the padding", &[padding.0, 2])?;
        checked_product("the padding", &[padding.1, 2])?;
        Ok(Self {
            kernel,
            stride,
            padding,
            dilation,
        })
    }

    /// A `k` x `k` kernel with stride 1, no padding, no dilation.
    ///
    /// # Errors
    ///
    /// As [`Geometry::new`].
    pub fn square(k: usize) -> Result<Self> {
        Self::new((k, k), (1, 1), (0, 0), (1, 1))
    }

    /// Kernel size.
    #[must_use]
    pub fn kernel(&self) -> (usize, usize) {
        self.kernel
    }

    /// Distance of the windows of neighbouring output pixels.
    #[must_use]
    pub fn stride(&self) -> (usize, usize) {
        self.stride
    }

    /// Zeros added on every side of the image.
    #[must_use]
    pub fn padding(&self) -> (usize, usize) {
        self.padding
    }

    /// Distance of neighbouring kernel taps.
    #[must_use]
    pub fn dilation(&self) -> (usize, usize) {
        self.dilation
    }

    /// Number of kernel taps.
    #[must_use]
    pub fn taps(&self) -> usize {
        self.kernel.0 * self.kernel.1
    }

    /// Whether output pixel (i, j) reads input pixel (i, j) and nothing else.
    #[must_use]
    pub fn is_pointwise(&self) -> bool {
        self.kernel == (1, 1) && self.stride == (1, 1) && self.padding == (0, 0)
    }

    /// Size of the output for an image of `height` x `width`:
    /// `(size + 2 padding - dilation (kernel - 1) - 1) / stride + 1`, rounded down.
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] for an image without pixels,
    /// [`EngineError::WindowExceedsImage`] if the kernel does not fit into the padded image,
    /// [`EngineError::Overflow`] for absurd sizes.
    pub fn output_size(&self, height: usize, width: usize) -> Result<(usize, usize)> {
        check_positive("image", (height, width))?;
        let what = "the padded image";
        let padded = |size: usize, padding: usize| {
            size.checked_add(2 * padding)
                .filter(|&sum| sum <= isize::MAX as usize)
                .ok_or(EngineError::Overflow { what })
        };
        let padded = (
            padded(height, self.padding.0)?,
            padded(width, self.padding.1)?,
        );
        let reach = (
            self.dilation.0 * (self.kernel.0 - 1) + 1,
            self.dilation.1 * (self.kernel.1 - 1) + 1,
        );
        if reach.0 > padded.0 || reach.1 > padded.1 {
            return Err(EngineError::WindowExceedsImage {
                kernel_rows: reach.0,
                kernel_cols: reach.1,
                padded_rows: padded.0,
                padded_cols: padded.1,
            });
        }
        Ok((
            (padded.0 - reach.0) / self.stride.0 + 1,
            (padded.1 - reach.1) / self.stride.1 + 1,
        ))
    }
}

/// `Ok` if both entries are positive.
pub(crate) fn check_positive(what: &'static str, pair: (usize, usize)) -> Result<()> {
    if pair.0 == 0 || pair.1 == 0 {
        return Err(EngineError::ZeroExtent {
            what,
            rows: pair.0,
            cols: pair.1,
        });
    }
    Ok(())
}
