//! Linear interpolation along every axis of a centred grid.

use schur_math::middle;

use crate::domain::cells;
use crate::group::GridIsometry;

/// For each corner of the cell around `g⁻¹ x`, four in an image and eight in a volume: per place `x`
/// the index of the corner's place and its weight, which is 0 outside the grid.
pub(super) fn corners(g: &GridIsometry<'_>, sizes: [usize; 3]) -> Vec<(Vec<usize>, Vec<f64>)> {
    let [depth, height, width] = sizes;
    let sides = if depth == 1 && matches!(g, GridIsometry::Plane(_)) {
        4
    } else {
        8
    };
    let mut corners = vec![(Vec::new(), Vec::new()); sides];
    for place in cells(sizes) {
        let [x, y, z] = g.source_of(place);
        let (slice, row, col) = (z + middle(depth), middle(height) - y, x + middle(width));
        for (corner, (indices, weights)) in corners.iter_mut().enumerate() {
            // In an image the place lies on the only slice, of which the lower neighbour is all.
            let (k, slice_weight) = part(slice, corner / 4, depth);
            let (i, row_weight) = part(row, corner / 2 % 2, height);
            let (j, col_weight) = part(col, corner % 2, width);
            indices.push((k * height + i) * width + j);
            weights.push(slice_weight * row_weight * col_weight);
        }
    }
    corners
}

/// The lower (`side` 0) or upper neighbour of a coordinate among `size` places, and its share.
fn part(at: f64, side: usize, size: usize) -> (usize, f64) {
    let low = at.floor();
    let share = if side == 0 { low + 1.0 - at } else { at - low };
    let place = low + side as f64;
    if place < 0.0 || place >= size as f64 {
        return (0, 0.0);
    }
    (place as usize, share)
}
