//! Rotating an image or a volume about its centre.

mod angle;

use crate::tolerance::ORTHOGONAL;
use crate::{DataError, resize};
pub(crate) use angle::cos_sin_degrees;

/// A matrix on (x, y, z), row by row.
pub(crate) type Matrix = [[f64; 3]; 3];

/// The rotation about z, which turns every slice by `degrees` counter-clockwise: a matrix on
/// (x, y, z) as [`move_volume`] takes it, the same bits on every machine.
///
/// ```
/// use schur_data::rotation_about_z;
///
/// let quarter = rotation_about_z(90.0)?;
/// assert_eq!(quarter, [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Angle`] unless `degrees` is finite.
pub fn rotation_about_z(degrees: f64) -> Result<[[f64; 3]; 3], DataError> {
    match degrees.is_finite() {
        true => Ok(about_z(degrees)),
        false => Err(DataError::Angle { angle: degrees }),
    }
}

/// [`rotation_about_z`] of a finite angle.
pub(crate) fn about_z(degrees: f64) -> Matrix {
    let (cos, sin) = cos_sin_degrees(degrees);
    [[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]]
}

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
    let matrix = rotation_about_z(degrees)?;
    let mut turned = vec![0.0; image.len()];
    move_into(&mut turned, image, [1, height, width], &matrix);
    Ok(turned)
}

/// Moves a volume `[depth, rows, cols]` about its centre by an isometry: `matrix` acts on (x, y, z),
/// row by row.
///
/// The result is `[g f](x) = f(g^-1 x)`, interpolated trilinearly and zero outside. The point (slice
/// `k`, row `i`, column `j`) sits at `(j - (cols-1)/2, (rows-1)/2 - i, k - (depth-1)/2)`. The 48
/// symmetries of the cube permute the points of a cube and keep every bit; in volumes that are no
/// cubes they do so where the axes that they exchange are equally long. An image is a volume of depth 1.
///
/// ```
/// use schur_data::move_volume;
///
/// // A quarter turn about x takes y to z: the upper row of the front slice goes to the back.
/// let quarter = [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]];
/// let volume = [1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
/// let moved = move_volume(&volume, [2, 2, 2], &quarter)?;
/// assert_eq!(moved, [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Volume`] unless `volume` holds depth times rows times cols values,
/// [`DataError::Isometry`] unless the matrix is orthogonal.
pub fn move_volume(
    volume: &[f32],
    sizes: [usize; 3],
    matrix: &[[f64; 3]; 3],
) -> Result<Vec<f32>, DataError> {
    check(volume.len(), sizes, matrix)?;
    let mut moved = vec![0.0; volume.len()];
    move_into(&mut moved, volume, sizes, matrix);
    Ok(moved)
}

/// Moves a mask as [`move_volume`] moves a volume, each place taking the class of the nearest one
/// and 0 from outside.
///
/// ```
/// use schur_data::move_mask;
///
/// let quarter = [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
/// assert_eq!(move_mask(&[1, 2, 3, 4], [1, 2, 2], &quarter)?, [2, 4, 1, 3]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// As [`move_volume`].
pub fn move_mask(
    mask: &[u8],
    sizes: [usize; 3],
    matrix: &[[f64; 3]; 3],
) -> Result<Vec<u8>, DataError> {
    check(mask.len(), sizes, matrix)?;
    let mut moved = vec![0; mask.len()];
    move_mask_into(&mut moved, mask, sizes, matrix);
    Ok(moved)
}

fn check(found: usize, sizes: [usize; 3], matrix: &Matrix) -> Result<(), DataError> {
    let expected = sizes.into_iter().try_fold(1_usize, usize::checked_mul);
    if expected != Some(found) {
        let [depth, rows, cols] = sizes;
        return Err(DataError::Volume {
            file: format!("a volume of {depth} x {rows} x {cols}"),
            problem: format!("{found} values given; pass the product of its sizes"),
        });
    }
    check_isometry(matrix)
}

/// [`DataError::Isometry`] unless the rows are orthogonal and of length 1.
pub(crate) fn check_isometry(matrix: &Matrix) -> Result<(), DataError> {
    for (i, a) in matrix.iter().enumerate() {
        for (j, b) in matrix.iter().enumerate() {
            let product: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            let expected = if i == j { 1.0 } else { 0.0 };
            // Written so that a product that is no number fails.
            if (product - expected).abs() <= ORTHOGONAL {
                continue;
            }
            return Err(DataError::Isometry { matrix: *matrix });
        }
    }
    Ok(())
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

/// The index of the middle of an axis, half between two pixels for even sizes.
pub(crate) fn middle(size: usize) -> f64 {
    (size as f64 - 1.0) / 2.0
}

/// Calls `set` with every place of the moved volume and where its value was, in slices, rows and
/// columns.
fn places([depth, rows, cols]: [usize; 3], matrix: &Matrix, mut set: impl FnMut(usize, [f64; 3])) {
    let [cz, cy, cx] = [depth, rows, cols].map(middle);
    let [a, b, c] = *matrix;
    for k in 0..depth {
        let z = k as f64 - cz;
        for i in 0..rows {
            let y = cy - i as f64;
            for j in 0..cols {
                let x = j as f64 - cx;
                // The inverse of an isometry is its transpose.
                let from = |t: usize| a[t] * x + b[t] * y + c[t] * z;
                let source = [from(2) + cz, cy - from(1), from(0) + cx];
                set((k * rows + i) * cols + j, source);
            }
        }
    }
}

/// [`move_volume`] without checks, into a slice of the length of the volume.
pub(crate) fn move_into(moved: &mut [f32], volume: &[f32], sizes: [usize; 3], matrix: &Matrix) {
    places(sizes, matrix, |at, from| {
        moved[at] = sample(volume, sizes, from);
    });
}

/// [`move_mask`] without checks.
pub(crate) fn move_mask_into(moved: &mut [u8], mask: &[u8], sizes: [usize; 3], matrix: &Matrix) {
    places(sizes, matrix, |at, from| {
        moved[at] = index(sizes, from.map(f64::round)).map_or(0, |from| mask[from]);
    });
}

/// Where whole coordinates are in memory, if they are on the grid.
fn index(sizes: [usize; 3], place: [f64; 3]) -> Option<usize> {
    let inside = (0..3).all(|axis| place[axis] >= 0.0 && place[axis] < sizes[axis] as f64);
    let [k, i, j] = place.map(|c| c as usize);
    inside.then(|| (k * sizes[1] + i) * sizes[2] + j)
}

/// The volume at a fractional slice, row and column: trilinear, zero outside the grid.
fn sample(volume: &[f32], sizes: [usize; 3], place: [f64; 3]) -> f32 {
    let [front, top, left] = place.map(f64::floor);
    let [back, down, right] = [place[0] - front, place[1] - top, place[2] - left];
    let value = |k: f64, i: f64, j: f64| index(sizes, [k, i, j]).map_or(0.0, |at| volume[at]);
    // On the grid the value itself: `a + 0 (b - a)` would not keep an infinite one.
    let slice = |k: f64| {
        if down == 0.0 && right == 0.0 {
            return value(k, top, left);
        }
        let along = |i: f64| blend(value(k, i, left), value(k, i, left + 1.0), right);
        blend(along(top), along(top + 1.0), down)
    };
    if back == 0.0 {
        return slice(front);
    }
    blend(slice(front), slice(front + 1.0), back)
}

/// (1 - t) a + t b. Rounded to f32, so it never leaves the interval between a and b.
fn blend(a: f32, b: f32, t: f64) -> f32 {
    let (a, b) = (f64::from(a), f64::from(b));
    (a + t * (b - a)) as f32
}
