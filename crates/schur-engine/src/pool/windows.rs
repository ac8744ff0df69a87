//! Where the windows of a pooling stand.

use crate::geometry::check_positive;
use crate::{EngineError, Geometry, Result};

/// Window, stride and padding of a pooling, and what happens at the far end of an axis. Every
/// pair is (rows, columns).
///
/// Window `i` of an axis begins at pixel `i stride - padding`. With `n` pixels there are
/// `⌊(n + 2 padding - window) / stride⌋ + 1` windows; pixels behind the last one are left out.
/// With [ceil mode](Self::with_ceil_mode) the quotient is rounded up, so that the last window may
/// reach beyond the padding, but a window that would begin behind the image and the padding
/// before it, at `n` or later, is left out (`ceil_mode` of PyTorch).
///
/// ```
/// use schur_engine::pool::Windows;
///
/// let windows = Windows::new((3, 3), (2, 2), (0, 0))?;
/// assert_eq!(windows.output_size(6, 7)?, (2, 3));
/// let ceil = windows.with_ceil_mode(true);
/// assert_eq!(ceil.output_size(6, 7)?, (3, 3));
/// assert_eq!(ceil.overhang(6, 7)?, (1, 0));
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Windows {
    geometry: Geometry,
    ceil: bool,
}

impl Windows {
    /// Windows that do not reach beyond the padding.
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] if an entry of window or stride is 0,
    /// [`EngineError::PoolPadding`] if a window could lie in the padding altogether, or
    /// [`EngineError::Overflow`] for absurd sizes.
    pub fn new(
        window: (usize, usize),
        stride: (usize, usize),
        padding: (usize, usize),
    ) -> Result<Self> {
        let geometry = Geometry::new(window, stride, padding, (1, 1))?;
        if padding.0 >= window.0 || padding.1 >= window.1 {
            return Err(EngineError::PoolPadding { padding, window });
        }
        Ok(Self {
            geometry,
            ceil: false,
        })
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

    /// Number of windows in (rows, columns) of an image of `height` x `width`.
    ///
    /// # Errors
    ///
    /// As [`Geometry::output_size`]; in ceil mode a window may exceed the padded image by less
    /// than the stride.
    pub fn output_size(&self, height: usize, width: usize) -> Result<(usize, usize)> {
        if !self.ceil {
            return self.geometry.output_size(height, width);
        }
        check_positive("image", (height, width))?;
        let rows = self.rounded_up(height, |pair| pair.0)?;
        let cols = self.rounded_up(width, |pair| pair.1)?;
        rows.zip(cols).ok_or_else(|| {
            let (window, padding) = (self.geometry.kernel(), self.geometry.padding());
            EngineError::WindowExceedsImage {
                kernel_rows: window.0,
                kernel_cols: window.1,
                padded_rows: height + 2 * padding.0,
                padded_cols: width + 2 * padding.1,
            }
        })
    }

    /// The number of windows of an axis, `None` if there is none.
    fn rounded_up(&self, size: usize, pick: fn((usize, usize)) -> usize) -> Result<Option<usize>> {
        let g = &self.geometry;
        let (window, stride) = (pick(g.kernel()), pick(g.stride()));
        let padding = pick(g.padding());
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

    /// Rows and columns that the last windows reach beyond the padding; 0 without ceil mode.
    ///
    /// # Errors
    ///
    /// As [`output_size`](Self::output_size).
    pub fn overhang(&self, height: usize, width: usize) -> Result<(usize, usize)> {
        let (rows, cols) = self.output_size(height, width)?;
        let g = &self.geometry;
        let axis = |count: usize, size: usize, pick: fn((usize, usize)) -> usize| {
            let end = (count - 1) * pick(g.stride()) + pick(g.kernel());
            end.saturating_sub(size + 2 * pick(g.padding()))
        };
        Ok((axis(rows, height, |p| p.0), axis(cols, width, |p| p.1)))
    }

    /// Number of pixels of image and padding in every window of an axis of `size` pixels (axis 0
    /// of rows, 1 of columns): what a mean divides by. What lies beyond the padding does not
    /// count.
    ///
    /// # Errors
    ///
    /// As [`output_size`](Self::output_size).
    pub fn counts(&self, height: usize, width: usize) -> Result<[Vec<usize>; 2]> {
        let (rows, cols) = self.output_size(height, width)?;
        let g = &self.geometry;
        let axis = |count: usize, size: usize, pick: fn((usize, usize)) -> usize| {
            let padded = size + 2 * pick(g.padding());
            let left = |i: usize| padded - i * pick(g.stride());
            (0..count).map(|i| pick(g.kernel()).min(left(i))).collect()
        };
        Ok([axis(rows, height, |p| p.0), axis(cols, width, |p| p.1)])
    }

    /// For every window, row by row, the pixels of a full window over those that it
    /// [counts](Self::counts): 1 but for the last windows of ceil mode. A mean over full windows
    /// with zeros beyond the padding, times that, is the mean here.
    ///
    /// # Errors
    ///
    /// As [`output_size`](Self::output_size).
    pub fn gains(&self, height: usize, width: usize) -> Result<Vec<f64>> {
        let [rows, cols] = self.counts(height, width)?;
        let taps = self.geometry.taps() as f64;
        let of_row = |r| cols.iter().map(move |c| taps / (r * c) as f64);
        Ok(rows.iter().flat_map(|&r| of_row(r)).collect())
    }
}
