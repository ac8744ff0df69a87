//! Rotating an image about its centre.

mod angle;

use crate::{DataError, resize};
pub(crate) use angle::cos_sin_degrees;

/// Rotates an image `[height, width]` about its centre by `degrees`, counter-clockwise as seen
/// on the displayed image.
///
/// The result is `[g f](x) = f(g^-1 x)`: the value at point x of the result is the value of the
/// image at R(-degrees) x, interpolated bilinearly. Pixel (i, j) sits at
/// (j - (width-1)/2, (height-1)/2 - i). Outside the pixel grid the image is zero.
///
/// For square images, multiples of 90 degrees permute the pixels and keep every bit. All
/// other results are the same on every machine as well, since sine and cosine are computed
/// here by additions and multiplications rather than taken from the platform.
///
/// ```
/// use schur_data::rotate;
///
/// // The pixel on the right edge goes to the top.
/// let image = [0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 0.0, 0.0, 0.0];
/// let turned = rotate(&image, 3, 3, 90.0)?;
/// assert_eq!(turned, [0.0, 1.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Pixels`] unless `image` holds height times width values,
/// [`DataError::Angle`] unless `degrees` is finite.
pub fn rotate(
    image: &[f32],
    height: usize,
    width: usize,
    degrees: f64,
) -> Result<Vec<f32>, DataError> {
    if height.checked_mul(width) != Some(image.len()) {
        return Err(DataError::Pixels {
            height,
            width,
            found: image.len(),
        });
    }
    if !degrees.is_finite() {
        return Err(DataError::Angle { angle: degrees });
    }
    let mut turned = vec![0.0; image.len()];
    rotate_into(&mut turned, image, height, width, degrees);
    Ok(turned)
}

/// Largest factor of [`rotate_oversampled`].
pub const MAX_OVERSAMPLING: usize = 8;

/// Enlarges an image by a factor, turns it, and reduces it again by means: the way in which the
/// training images of Weiler & Cesa (2019) are turned, with factor 3. Blurs less than
/// [`rotate()`], which interpolates between the pixels as they are; multiples of 90 degrees
/// permute the pixels up to rounding.
///
/// ```
/// use schur_data::rotate_oversampled;
///
/// let image = [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
/// let turned = rotate_oversampled(&image, 3, 3, 30.0, 3)?;
/// assert!(turned[4] > turned[1]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// As [`rotate()`], and [`DataError::Oversampling`] unless the factor is 1 to
/// [`MAX_OVERSAMPLING`].
pub fn rotate_oversampled(
    image: &[f32],
    height: usize,
    width: usize,
    degrees: f64,
    factor: usize,
) -> Result<Vec<f32>, DataError> {
    if !(1..=MAX_OVERSAMPLING).contains(&factor) {
        return Err(DataError::Oversampling {
            factor,
            limit: MAX_OVERSAMPLING,
        });
    }
    let (rows, cols) = (height.saturating_mul(factor), width.saturating_mul(factor));
    let large = resize(image, height, width, rows, cols)?;
    let turned = rotate(&large, rows, cols, degrees)?;
    resize(&turned, rows, cols, height, width)
}

/// [`rotate()`] without checks, into a slice of the length of the image.
pub(crate) fn rotate_into(
    turned: &mut [f32],
    image: &[f32],
    height: usize,
    width: usize,
    degrees: f64,
) {
    if image.is_empty() {
        return;
    }
    let (cos, sin) = cos_sin_degrees(degrees);
    let (centre_x, centre_y) = ((width - 1) as f64 / 2.0, (height - 1) as f64 / 2.0);
    for (i, row) in turned.chunks_exact_mut(width).enumerate() {
        let y = centre_y - i as f64;
        for (j, value) in row.iter_mut().enumerate() {
            let x = j as f64 - centre_x;
            let (from_x, from_y) = (cos * x + sin * y, cos * y - sin * x);
            *value = sample(image, height, width, centre_y - from_y, from_x + centre_x);
        }
    }
}

/// The image at a fractional row and column: bilinear, zero outside the grid.
fn sample(image: &[f32], height: usize, width: usize, row: f64, col: f64) -> f32 {
    let (top, left) = (row.floor(), col.floor());
    let (down, right) = (row - top, col - left);
    let pixel = |i: f64, j: f64| {
        if i >= 0.0 && j >= 0.0 && i < height as f64 && j < width as f64 {
            image[i as usize * width + j as usize]
        } else {
            0.0
        }
    };
    // On the grid the pixel itself: `a + 0 (b - a)` would not keep an infinite value.
    if down == 0.0 && right == 0.0 {
        return pixel(top, left);
    }
    let along = |i: f64| blend(pixel(i, left), pixel(i, left + 1.0), right);
    blend(along(top), along(top + 1.0), down)
}

/// (1 - t) a + t b. Rounded to f32, so it never leaves the interval between a and b.
fn blend(a: f32, b: f32, t: f64) -> f32 {
    let (a, b) = (f64::from(a), f64::from(b));
    (a + t * (b - a)) as f32
}
