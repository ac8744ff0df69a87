//! Changing the size of an image.

use crate::DataError;

/// Largest image that [`resize()`] makes, in pixels.
pub const MAX_RESIZED_PIXELS: usize = 1 << 26;

/// Resizes an image `[height, width]` to `[new_height, new_width]`.
///
/// Rows and columns are treated alike and one after the other. Where the image shrinks, a
/// new pixel is the mean over the interval it covers (parts of pixels count in part). Where
/// it grows, a new pixel is interpolated linearly between the centres of the two nearest
/// old pixels; beyond the outermost centres the outermost pixel continues. Constant images
/// stay constant, up to rounding.
///
/// ```
/// use schur_data::resize;
///
/// assert_eq!(resize(&[0.0, 1.0, 1.0, 0.0], 2, 2, 1, 1)?, [0.5]);
/// assert_eq!(resize(&[0.0, 1.0], 1, 2, 1, 4)?, [0.0, 0.25, 0.75, 1.0]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Pixels`] unless `image` holds height times width values, at least one;
/// [`DataError::Resize`] if the new size is 0 or above [`MAX_RESIZED_PIXELS`].
pub fn resize(
    image: &[f32],
    height: usize,
    width: usize,
    new_height: usize,
    new_width: usize,
) -> Result<Vec<f32>, DataError> {
    if image.is_empty() || height.checked_mul(width) != Some(image.len()) {
        return Err(DataError::Pixels {
            height,
            width,
            found: image.len(),
        });
    }
    let fits = |h: usize, w: usize| h.checked_mul(w).is_some_and(|n| n <= MAX_RESIZED_PIXELS);
    // The image between the two passes has the old width, and its size is limited likewise.
    if new_height == 0 || new_width == 0 || !fits(new_height, new_width) || !fits(new_height, width)
    {
        return Err(DataError::Resize {
            height: new_height,
            width: new_width,
            limit: MAX_RESIZED_PIXELS,
        });
    }
    let rows = taps(height, new_height);
    let cols = taps(width, new_width);
    let mut between = Vec::with_capacity(new_height * width);
    for row in &rows {
        between.extend((0..width).map(|j| row.apply(|i| image[i * width + j])));
    }
    let mut resized = Vec::with_capacity(new_height * new_width);
    for line in between.chunks_exact(width) {
        resized.extend(cols.iter().map(|col| col.apply(|j| line[j]) as f32));
    }
    Ok(resized)
}

/// The old pixels `first ..` that make one new pixel, with weights whose sum is 1.
struct Taps {
    first: usize,
    weights: Vec<f64>,
}

impl Taps {
    fn apply<T: Into<f64>>(&self, pixel: impl Fn(usize) -> T) -> f64 {
        self.weights
            .iter()
            .enumerate()
            .map(|(k, weight)| weight * pixel(self.first + k).into())
            .sum()
    }
}

/// How `new` pixels are made of `old` ones along one axis.
fn taps(old: usize, new: usize) -> Vec<Taps> {
    (0..new)
        .map(|k| {
            if new < old {
                mean_taps(k, old, new)
            } else {
                linear_taps(k, old, new)
            }
        })
        .collect()
}

/// In units of 1/new old pixels, new pixel k covers k old .. (k + 1) old and old pixel i
/// covers i new .. (i + 1) new: integers, so that overlaps are exact.
fn mean_taps(k: usize, old: usize, new: usize) -> Taps {
    let (start, end) = (k * old, (k + 1) * old);
    let first = start / new;
    let weights = (first..end.div_ceil(new))
        .map(|i| {
            let overlap = end.min((i + 1) * new) - start.max(i * new);
            overlap as f64 / old as f64
        })
        .collect();
    Taps { first, weights }
}

/// The centre of new pixel k lies at (k + 1/2) old / new - 1/2 between old centres.
fn linear_taps(k: usize, old: usize, new: usize) -> Taps {
    let last = (old - 1) as f64;
    let centre = ((2 * k + 1) * old) as f64 / (2 * new) as f64 - 0.5;
    let centre = centre.clamp(0.0, last);
    let first = centre.floor();
    let part = centre - first;
    let weights = if part == 0.0 {
        vec![1.0]
    } else {
        vec![1.0 - part, part]
    };
    Taps {
        first: first as usize,
        weights,
    }
}
