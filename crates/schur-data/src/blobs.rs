//! Images that can be turned exactly.

use crate::random::{Draws, Purpose};
use crate::rotate::{check_isometry, cos_sin_degrees, middle};
use crate::{DataError, MAX_SCENE};

/// Largest side of a cube of [`solid_blobs`], in voxels.
pub const MAX_SOLID: usize = 256;

/// Gaussians in an image.
const GAUSSIANS: usize = 6;
/// Their standard deviation as a share of the side: 2 pixels of 28.
const SIGMA: f64 = 1.0 / 14.0;
/// Share of half the side within which their centres lie; beyond there is room to fade out.
const REACH: f64 = 0.55;

/// A sum of Gaussians of equal width, `[side, side]`, turned about the centre of the image by
/// `degrees` counter-clockwise. Turning moves the centres and nothing else, so there is no
/// interpolation, whatever the angle; at a width of 2 pixels and more hardly anything lies above
/// the frequencies of the grid. `index` chooses the image; heights are in `[0.5, 1]`, with either
/// sign.
///
/// ```
/// use schur_data::{blobs, rotate};
///
/// // A quarter turn permutes the pixels.
/// let (upright, turned) = (blobs(28, 0, 0.0)?, blobs(28, 0, 90.0)?);
/// let permuted = rotate(&upright, 28, 28, 90.0)?;
/// assert!(turned.iter().zip(&permuted).all(|(a, b)| (a - b).abs() < 0.001));
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Side`] unless the side is 1 to [`MAX_SCENE`], [`DataError::Angle`] unless
/// `degrees` is finite.
pub fn blobs(side: usize, index: usize, degrees: f64) -> Result<Vec<f32>, DataError> {
    if !degrees.is_finite() {
        return Err(DataError::Angle { angle: degrees });
    }
    let (cos, sin) = cos_sin_degrees(degrees);
    moved_blobs(side, index, [[cos, -sin], [sin, cos]])
}

/// A sum of Gaussians of equal width, `[side, side]`, moved about the centre of the image by an
/// orthogonal matrix (x to the right, y up), so that mirrors are exact between the pixels too:
/// [`blobs`] with a mirrored or turned picture of the same centres and heights.
///
/// ```
/// use schur_data::{blobs, moved_blobs};
///
/// // A mirror at the vertical axis reverses the rows.
/// let (upright, mirrored) = (blobs(5, 0, 0.0)?, moved_blobs(5, 0, [[-1.0, 0.0], [0.0, 1.0]])?);
/// assert!((0..5).all(|x| (upright[x] - mirrored[4 - x]).abs() < 1e-6));
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Side`] unless the side is 1 to [`MAX_SCENE`].
pub fn moved_blobs(
    side: usize,
    index: usize,
    matrix: [[f64; 2]; 2],
) -> Result<Vec<f32>, DataError> {
    if !(1..=MAX_SCENE).contains(&side) {
        return Err(DataError::Side {
            side,
            limit: MAX_SCENE,
        });
    }
    let [[xx, xy], [yx, yy]] = matrix;
    let mut draws = Draws::new(Purpose::Blobs, 0, 0, index);
    let half = side as f64 / 2.0;
    let gaussians: Vec<[f64; 3]> = (0..GAUSSIANS)
        .map(|_| {
            let (place, radius) = (draws.angle(), draws.unit().sqrt());
            let (c, s) = cos_sin_degrees(place);
            let (x, y) = (REACH * half * radius * c, REACH * half * radius * s);
            let height = draws.unit() - 0.5;
            [
                xx * x + xy * y,
                yx * x + yy * y,
                height + height.signum() * 0.5,
            ]
        })
        .collect();
    let (middle, width) = (middle(side), SIGMA * side as f64);
    let value = |k: usize| -> f32 {
        let (x, y) = ((k % side) as f64 - middle, middle - (k / side) as f64);
        let one = |[cx, cy, height]: &[f64; 3]| {
            let distance = (x - cx) * (x - cx) + (y - cy) * (y - cy);
            height * (-distance / (2.0 * width * width)).exp()
        };
        gaussians.iter().map(one).sum::<f64>() as f32
    };
    Ok((0..side * side).map(value).collect())
}

/// A sum of Gaussians of equal width in space, `[side, side, side]`, moved about the centre of the cube
/// by an isometry: a matrix on (x, y, z), row by row. Moving them moves the centres and nothing else,
/// so there is no interpolation. `index` chooses the volume; heights are in `[0.5, 1]`, with either sign.
///
/// ```
/// use schur_data::{move_volume, solid_blobs};
///
/// // A quarter turn about x permutes the voxels.
/// let identity = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
/// let quarter = [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]];
/// let moved = solid_blobs(9, 0, &quarter)?;
/// let permuted = move_volume(&solid_blobs(9, 0, &identity)?, [9; 3], &quarter)?;
/// assert!(moved.iter().zip(&permuted).all(|(a, b)| (a - b).abs() < 1e-6));
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Side`] unless the side is 1 to [`MAX_SOLID`], [`DataError::Isometry`] unless the matrix
/// is orthogonal.
pub fn solid_blobs(
    side: usize,
    index: usize,
    matrix: &[[f64; 3]; 3],
) -> Result<Vec<f32>, DataError> {
    if !(1..=MAX_SOLID).contains(&side) {
        return Err(DataError::Side {
            side,
            limit: MAX_SOLID,
        });
    }
    check_isometry(matrix)?;
    let mut draws = Draws::new(Purpose::SolidBlobs, 0, 0, index);
    let half = side as f64 / 2.0;
    let gaussians: Vec<([f64; 3], f64)> = (0..GAUSSIANS)
        .map(|_| {
            // A uniform direction is the last column of a uniform rotation.
            let direction = draws.rotation().map(|row| row[2]);
            let radius = REACH * half * draws.unit().cbrt();
            let centre = direction.map(|c| radius * c);
            let height = draws.unit() - 0.5;
            let moved = |row: [f64; 3]| row.iter().zip(centre).map(|(a, b)| a * b).sum();
            (matrix.map(moved), height + height.signum() * 0.5)
        })
        .collect();
    let (middle, width) = (middle(side), SIGMA * side as f64);
    let value = |at: usize| -> f32 {
        let [k, i, j] = [at / (side * side), at / side % side, at % side].map(|c| c as f64);
        let place = [j - middle, middle - i, k - middle];
        let one = |(centre, height): &([f64; 3], f64)| {
            let distance: f64 = place
                .iter()
                .zip(centre)
                .map(|(a, b)| (a - b) * (a - b))
                .sum();
            height * (-distance / (2.0 * width * width)).exp()
        };
        gaussians.iter().map(one).sum::<f64>() as f32
    };
    Ok((0..side * side * side).map(value).collect())
}
