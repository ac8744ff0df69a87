//! Moving filters: the weight sharing of group convolutions.

use crate::error::MathError;
use crate::grid::GridAction;
use crate::point_group::plane::PlanarGroup;
use crate::rotation::PlaneIsometry;

/// The filter moved by `g`: `[g W](t) = W(g⁻¹ t)`, with taps listed row by row.
///
/// A lifting convolution correlates the image with `[g W]` for every `g`, so one filter is
/// shared by `|G|` channels. The entries are copied, not computed, and may be of any type:
///
/// ```
/// use schur_math::{PlanarGroup, PlaneIsometry, transform_filter};
///
/// let turn = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2)?;
/// let w = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
/// // A quarter turn counter-clockwise as displayed.
/// assert_eq!(
///     transform_filter(&PlanarGroup::parse("C4")?, &turn, &w, 3, 3)?,
///     ["c", "f", "i", "b", "e", "h", "a", "d", "g"],
/// );
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If `g` does not map the filter's grid to itself or `filter` has not `height · width` taps.
pub fn transform_filter<T: Clone>(
    planar: &PlanarGroup,
    g: &PlaneIsometry,
    filter: &[T],
    height: usize,
    width: usize,
) -> Result<Vec<T>, MathError> {
    let source = GridAction::named(planar, height, width, "filter")?.source(g)?;
    if filter.len() != source.len() {
        return Err(MathError::Length {
            what: "the filter".to_string(),
            found: filter.len(),
            expected: source.len(),
            meaning: format!("{height} x {width} taps"),
        });
    }
    Ok(source.into_iter().map(|src| filter[src].clone()).collect())
}
