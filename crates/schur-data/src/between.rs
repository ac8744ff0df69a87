//! Pictures between their pixels.

use crate::DataError;
use crate::rotate::middle;

/// The values of a picture `[rows, columns]` at places `(x, y)`, interpolated bilinearly; 0 beside the
/// picture, and where a coordinate is not finite.
///
/// Coordinates are in pixels from the middle, `x` to the right and `y` upwards, as for
/// [`rotate`](crate::rotate()): pixel (i, j) sits at (j - (columns-1)/2, (rows-1)/2 - i). With the
/// logarithmic map of a surface as places, the picture lies on the surface.
///
/// ```
/// use schur_data::values_at;
///
/// let picture = [1.0, 2.0, 3.0, 4.0];
/// let values = values_at(&picture, [2, 2], &[[-0.5, 0.5], [0.5, 0.0], [9.0, 0.0]])?;
/// assert_eq!(values, [1.0, 3.0, 0.0]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Pixels`] unless `picture` holds rows times columns values.
pub fn values_at(
    picture: &[f32],
    [rows, columns]: [usize; 2],
    places: &[[f64; 2]],
) -> Result<Vec<f32>, DataError> {
    if rows.checked_mul(columns) != Some(picture.len()) {
        return Err(DataError::Pixels {
            height: rows,
            width: columns,
            found: picture.len(),
        });
    }
    let value = |&[x, y]: &[f64; 2]| match x.is_finite() && y.is_finite() {
        true => {
            let place = [middle(rows) - y, middle(columns) + x];
            bilinear(picture, [rows, columns], place) as f32
        }
        false => 0.0,
    };
    Ok(places.iter().map(value).collect())
}

/// The value between the places of a picture, 0 beside it.
pub(crate) fn bilinear(picture: &[f32], [rows, columns]: [usize; 2], [u, v]: [f64; 2]) -> f64 {
    let (row, column) = (u.floor(), v.floor());
    let at = |row: f64, column: f64| {
        let inside = row >= 0.0 && column >= 0.0 && row < rows as f64 && column < columns as f64;
        match inside {
            true => f64::from(picture[row as usize * columns + column as usize]),
            false => 0.0,
        }
    };
    let (down, right) = (u - row, v - column);
    let line = |row: f64| (1.0 - right) * at(row, column) + right * at(row, column + 1.0);
    (1.0 - down) * line(row) + down * line(row + 1.0)
}
