//! Kernel size, stride, padding and dilation of a convolution.

use crate::error::checked_product;
use crate::{EngineError, Result};

/// The sampling pattern of a convolution over the axes depth, height and width.
///
/// On every axis, output place `i` reads input place `i * stride + r * dilation - padding` at
/// kernel tap `r`; places outside the input are 0. An image is a volume of depth 1, a line an
/// image of height 1. Taps are counted row-major: tap `(d, h, w)` has the index
/// `(d * kernel[1] + h) * kernel[2] + w`.
///
/// ```
/// use schur_engine::Geometry;
/// let image = Geometry::plane((5, 5), (2, 2), (2, 2), (1, 1))?;
/// assert_eq!(image.output_size([1, 28, 28])?, [1, 14, 14]);
/// assert!(Geometry::square(5)?.output_size([1, 4, 9]).is_err());
/// assert_eq!(Geometry::cube(3)?.output_size([7, 8, 9])?, [5, 6, 7]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Geometry {
    kernel: [usize; 3],
    stride: [usize; 3],
    padding: [usize; 3],
    dilation: [usize; 3],
}

impl Geometry {
    /// A geometry from four sizes, each over depth, height and width.
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] if an entry of kernel, stride or dilation is 0,
    /// [`EngineError::Overflow`] for absurd sizes.
    pub fn new(
        kernel: [usize; 3],
        stride: [usize; 3],
        padding: [usize; 3],
        dilation: [usize; 3],
    ) -> Result<Self> {
        for (what, extents) in [
            ("kernel", kernel),
            ("stride", stride),
            ("dilation", dilation),
        ] {
            check_positive(what, extents)?;
        }
        let what = "the reach of the kernel";
        checked_product(what, &kernel)?;
        for axis in 0..3 {
            checked_product(what, &[kernel[axis], dilation[axis]])?;
            checked_product("the padding", &[padding[axis], 2])?;
        }
        Ok(Self {
            kernel,
            stride,
            padding,
            dilation,
        })
    }

    /// A geometry for images from four pairs (rows, columns).
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] if an entry of kernel, stride or dilation is 0,
    /// [`EngineError::Overflow`] for absurd sizes.
    pub fn plane(
        kernel: (usize, usize),
        stride: (usize, usize),
        padding: (usize, usize),
        dilation: (usize, usize),
    ) -> Result<Self> {
        let behind = |first: usize, (rows, cols): (usize, usize)| [first, rows, cols];
        Self::new(
            behind(1, kernel),
            behind(1, stride),
            behind(0, padding),
            behind(1, dilation),
        )
    }

    /// A `k` x `k` kernel for images with stride 1, no padding, no dilation.
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] if `k` is 0, [`EngineError::Overflow`] for absurd sizes.
    pub fn square(k: usize) -> Result<Self> {
        Self::new([1, k, k], [1; 3], [0; 3], [1; 3])
    }

    /// A `k` x `k` x `k` kernel with stride 1, no padding, no dilation.
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] if `k` is 0, [`EngineError::Overflow`] for absurd sizes.
    pub fn cube(k: usize) -> Result<Self> {
        Self::new([k; 3], [1; 3], [0; 3], [1; 3])
    }

    /// Kernel size.
    #[must_use]
    pub fn kernel(&self) -> [usize; 3] {
        self.kernel
    }

    /// Distance of the windows of neighbouring output places.
    #[must_use]
    pub fn stride(&self) -> [usize; 3] {
        self.stride
    }

    /// Zeros added on both sides of every axis.
    #[must_use]
    pub fn padding(&self) -> [usize; 3] {
        self.padding
    }

    /// Distance of neighbouring kernel taps.
    #[must_use]
    pub fn dilation(&self) -> [usize; 3] {
        self.dilation
    }

    /// Number of kernel taps.
    #[must_use]
    pub fn taps(&self) -> usize {
        self.kernel.iter().product()
    }

    /// Whether every output place reads the input place of the same index and nothing else.
    #[must_use]
    pub fn is_pointwise(&self) -> bool {
        self.kernel == [1; 3] && self.stride == [1; 3] && self.padding == [0; 3]
    }

    /// Size of the output for an input of `size` (depth, height, width), on every axis
    /// `(size + 2 padding - dilation (kernel - 1) - 1) / stride + 1`, rounded down.
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] for an input without places,
    /// [`EngineError::WindowExceedsImage`] if the kernel does not fit into the padded input,
    /// [`EngineError::Overflow`] for absurd sizes.
    pub fn output_size(&self, size: [usize; 3]) -> Result<[usize; 3]> {
        check_positive("image", size)?;
        let what = "the padded image";
        let (mut padded, mut reach, mut count) = ([0; 3], [0; 3], [0; 3]);
        for axis in 0..3 {
            padded[axis] = size[axis]
                .checked_add(2 * self.padding[axis])
                .filter(|&sum| sum <= isize::MAX as usize)
                .ok_or(EngineError::Overflow { what })?;
            reach[axis] = self.dilation[axis] * (self.kernel[axis] - 1) + 1;
        }
        for axis in 0..3 {
            let Some(rest) = padded[axis].checked_sub(reach[axis]) else {
                return Err(EngineError::WindowExceedsImage {
                    window: reach,
                    padded,
                });
            };
            count[axis] = rest / self.stride[axis] + 1;
        }
        Ok(count)
    }
}

/// `Ok` if all entries are positive.
pub(crate) fn check_positive(what: &'static str, extents: [usize; 3]) -> Result<()> {
    if extents.contains(&0) {
        return Err(EngineError::ZeroExtent { what, extents });
    }
    Ok(())
}
