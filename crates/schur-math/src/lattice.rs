//! The integer lattice: where pixels, voxels and taps sit, and how groups move them.
//!
//! Sizes are `[depth, height, width]`; an image has depth 1, a line height 1 too. Point (slice
//! `k`, row `i`, column `j`) sits at `(x, y, z) = (j - (W-1)/2, (H-1)/2 - i, k - (D-1)/2)` and is
//! number `(k H + i) W + j`.

mod action;
mod filter;

pub(crate) use action::check_sizes;
pub use action::{LatticeAction, transform_feature_map};
pub use filter::transform_filter;

/// The index of the middle of an axis of `size` pixels, voxels or taps, `(size - 1) / 2`: that of one
/// for an odd size, half between two for an even one. Pixel `index` sits at `index - middle(size)`.
///
/// ```
/// use schur_math::middle;
///
/// assert_eq!([3, 4].map(middle), [1.0, 1.5]);
/// // The columns of an image of four.
/// assert_eq!([0, 1, 2, 3].map(|column| column as f64 - middle(4)), [-1.5, -0.5, 0.5, 1.5]);
/// ```
pub fn middle(size: usize) -> f64 {
    // Nowhere else, but in `rotate` of schur-data, which depends on no other crate of ours.
    (size as f64 - 1.0) / 2.0
}

/// Where point `index` of `size` equidistant ones sits on an axis that has its origin in the middle.
pub(crate) fn centred(index: usize, size: usize) -> f64 {
    index as f64 - middle(size)
}

/// Where a point of a lattice sits: `(x, y, z)`.
pub(crate) fn position(point: usize, sizes: [usize; 3]) -> [f64; 3] {
    let [depth, height, width] = sizes;
    let (slice, row, column) = (
        point / width / height,
        point / width % height,
        point % width,
    );
    // Rows run downwards; `+ 0.0` keeps zeros positive.
    let y = 0.0 - centred(row, height);
    [centred(column, width), y, centred(slice, depth)]
}

/// Sizes for messages about single axes: `3 rows and 5 columns`, `2 slices, 3 rows and 5 columns`.
pub(crate) fn describe_axes(sizes: [usize; 3]) -> String {
    match sizes {
        [1, height, width] => format!("{height} rows and {width} columns"),
        [depth, height, width] => format!("{depth} slices, {height} rows and {width} columns"),
    }
}

/// Sizes for messages: `3 x 5` in the plane, `2 x 3 x 5` in space.
pub(crate) fn describe(sizes: [usize; 3]) -> String {
    match sizes {
        [1, height, width] => format!("{height} x {width}"),
        [depth, height, width] => format!("{depth} x {height} x {width}"),
    }
}
