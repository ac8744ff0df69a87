//! Bilinear interpolation on the centred pixel grid.

use schur_math::PlaneIsometry;

use crate::domain::{middle, pixels};

/// For each of the four corners of the cell around `g⁻¹ x`: per pixel `x`, row by row, the
/// index of the corner's pixel and its weight, which is 0 outside the grid.
pub(super) fn corners(
    g: &PlaneIsometry,
    height: usize,
    width: usize,
) -> [(Vec<usize>, Vec<f64>); 4] {
    let back = g.inverse();
    let mut corners: [(Vec<usize>, Vec<f64>); 4] = Default::default();
    for place in pixels(height, width) {
        let [x, y] = back.apply(place);
        let (source_row, source_col) = (middle(height) - y, x + middle(width));
        for (corner, (indices, weights)) in corners.iter_mut().enumerate() {
            let (i, row_weight) = part(source_row, corner / 2, height);
            let (j, col_weight) = part(source_col, corner % 2, width);
            indices.push(i * width + j);
            weights.push(row_weight * col_weight);
        }
    }
    corners
}

/// The lower (`side` 0) or upper neighbour of a coordinate among `size` pixels, and its share.
fn part(at: f64, side: usize, size: usize) -> (usize, f64) {
    let low = at.floor();
    let share = if side == 0 { low + 1.0 - at } else { at - low };
    let place = low + side as f64;
    if place < 0.0 || place >= size as f64 {
        return (0, 0.0);
    }
    (place as usize, share)
}
