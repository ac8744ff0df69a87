//! Where the windows of a pooling stand.

use crate::geometry::check_positive;
use crate::{EngineError, Geometry, Result};

/// Window, stride and padding of a pooling over depth, height and width, and what happens at the
/// far end of an axis.
///
/// Window `i` of an axis begins at place `i stride - padding`. With `n` places there are
/// `⌊(n + 2 padding - window) / stride⌋ + 1` windows; places behind the last one are left out.
/// With [ceil mode](Self::with_ceil_mode) the quotient is rounded up, so that the last window may
/// reach beyond the padding, but a window that would begin behind the image and the padding
/// before it, at `n` or later, is left out (`ceil_mode` of PyTorch).
///
/// ```
/// use schur_engine::pool::Windows;
///
/// let windows = Windows::plane((3, 3), (2, 2), (0, 0))?;
/// assert_eq!(windows.output_size([1, 6, 7])?, [1, 2, 3]);
/// let ceil = windows.with_ceil_mode(true);
/// assert_eq!(ceil.output_size([1, 6, 7])?, [1, 3, 3]);
/// assert_eq!(ceil.overhang([1, 6, 7])?, [0, 1, 0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Windows {
    geometry: Geometry,
    ceil: bool,
}

impl Windows {
    /// Windows over depth, height and width that do not reach beyond the padding.
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] if an entry of window or stride is 0,
    /// [`EngineError::PoolPadding`] if a window could lie in the padding altogether, or
    /// [`EngineError::Overflow`] for absurd sizes.
    pub fn new(window: [usize; 3], stride: [usize; 3], padding: [usize; 3]) -> Result<Self> {
        let geometry = Geometry::new(window, stride, padding, [1; 3])?;
        if (0..3).any(|axis| padding[axis] >= window[axis]) {
            return Err(EngineError::PoolPadding { padding, window });
        }
        Ok(Self {
            geometry,
            ceil: false,
        })
    }

    /// Windows for images, from pairs (rows, columns), that do not reach beyond the padding.
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] if an entry of window or stride is 0,
    /// [`EngineError::PoolPadding`] if a window could lie in the padding altogether, or
    /// [`EngineError::Overflow`] for absurd sizes.
    pub fn plane(
        window: (usize, usize),
        stride: (usize, usize),
        padding: (usize, usize),
    ) -> Result<Self> {
        let [window, stride] = [window, stride].map(|(rows, cols)| [1, rows, cols]);
        Self::new(window, stride, [0, padding.0, padding.1])
    }

    /// Whether the number of windows is rounded up.
    #[must_use]
    pub fn with_ceil_mode(self, ceil: bool) -> Self {
        Self { ceil, ..self }
    }

    /// Whether the number of windows is rounded up.
    #[must_use]
    pub fn ceil_mode(&self) -> bool {
        self.ceil
    }

    /// Window, stride and padding.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Number of windows on every axis of an image of `size` (depth, height, width).
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] for an image without places,
    /// [`EngineError::WindowExceedsImage`] if the window does not fit into the padded image (in
    /// ceil mode it may exceed it by less than the stride), [`EngineError::Overflow`] for absurd
    /// sizes.
    pub fn output_size(&self, size: [usize; 3]) -> Result<[usize; 3]> {
        if !self.ceil {
            return self.geometry.output_size(size);
        }
        check_positive("image", size)?;
        let mut counts = [0; 3];
        for axis in 0..3 {
            let Some(count) = self.rounded_up(axis, size[axis])? else {
                let (window, padding) = (self.geometry.kernel(), self.geometry.padding());
                return Err(EngineError::WindowExceedsImage {
                    window,
                    padded: [0, 1, 2].map(|axis| size[axis].saturating_add(2 * padding[axis])),
                });
            };
            counts[axis] = count;
        }
        Ok(counts)
    }

    /// The number of windows of an axis, `None` if there is none.
    fn rounded_up(&self, axis: usize, size: usize) -> Result<Option<usize>> {
        let g = &self.geometry;
        let (window, stride, padding) = (g.kernel()[axis], g.stride()[axis], g.padding()[axis]);
        let last = size
            .checked_add(2 * padding)
            .and_then(|padded| padded.checked_add(stride - 1))
            .filter(|&sum| sum <= isize::MAX as usize)
            .ok_or(EngineError::Overflow {
                what: "the padded image",
            })?;
        let Some(steps) = last.checked_sub(window).map(|rest| rest / stride) else {
            return Ok(None);
        };
        // No window begins behind the image.
        let begins_inside = steps * stride < size + padding;
        Ok(Some(if begins_inside { steps + 1 } else { steps }))
    }

    /// Places that the last windows reach beyond the padding, on every axis; 0 without ceil mode.
    ///
    /// # Errors
    ///
    /// Those of [`output_size`](Self::output_size).
    pub fn overhang(&self, size: [usize; 3]) -> Result<[usize; 3]> {
        let counts = self.output_size(size)?;
        let g = &self.geometry;
        Ok([0, 1, 2].map(|axis| {
            let end = (counts[axis] - 1) * g.stride()[axis] + g.kernel()[axis];
            end.saturating_sub(size[axis] + 2 * g.padding()[axis])
        }))
    }

    /// For every axis and every window of it, the number of places of image and padding inside:
    /// what a mean divides by is their product. What lies beyond the padding does not count.
    ///
    /// # Errors
    ///
    /// Those of [`output_size`](Self::output_size).
    pub fn counts(&self, size: [usize; 3]) -> Result<[Vec<usize>; 3]> {
        let counts = self.output_size(size)?;
        Ok([0, 1, 2].map(|axis| {
            let inside = |i| self.inside(axis, size[axis], i);
            (0..counts[axis]).map(inside).collect()
        }))
    }

    /// Places of image and padding in window `i` of an axis of `size` places.
    pub(crate) fn inside(&self, axis: usize, size: usize, i: usize) -> usize {
        let g = &self.geometry;
        let left = size + 2 * g.padding()[axis] - i * g.stride()[axis];
        g.kernel()[axis].min(left)
    }

    /// For every window, row by row, the places of a full window over those that it
    /// [counts](Self::counts): 1 but for the last windows of ceil mode. A mean over full windows
    /// with zeros beyond the padding, times that, is the mean here.
    ///
    /// # Errors
    ///
    /// Those of [`output_size`](Self::output_size).
    pub fn gains(&self, size: [usize; 3]) -> Result<Vec<f64>> {
        let [depths, heights, widths] = self.counts(size)?;
        let taps = self.geometry.taps() as f64;
        let planes = depths
            .iter()
            .flat_map(|d| heights.iter().map(move |h| d * h));
        let places = planes.flat_map(|plane| widths.iter().map(move |w| plane * w));
        Ok(places.map(|count| taps / count as f64).collect())
    }
}
