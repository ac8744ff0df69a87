//! Moving filters: the weight sharing of group convolutions.

use crate::error::MathError;
use crate::lattice::{LatticeAction, describe};
use crate::point_group::PointGroup;

/// The filter moved by `g`: `[g W](t) = W(g⁻¹ t)`, with taps listed row by row and slice by slice.
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
///     transform_filter(&PlanarGroup::parse("C4")?, &turn, &w, [1, 3, 3])?,
///     ["c", "f", "i", "b", "e", "h", "a", "d", "g"],
/// );
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If `g` does not map the filter's taps to themselves or `filter` has not
/// `depth · height · width` taps.
pub fn transform_filter<P: PointGroup, T: Clone>(
    group: &P,
    g: &P::Element,
    filter: &[T],
    sizes: [usize; 3],
) -> Result<Vec<T>, MathError> {
    let source = LatticeAction::named(group, sizes, "filter")?.source(g)?;
    if filter.len() != source.len() {
        return Err(MathError::Length {
            what: "the filter".to_string(),
            found: filter.len(),
            expected: source.len(),
            meaning: format!("{} taps", describe(sizes)),
        });
    }
    Ok(source.into_iter().map(|src| filter[src].clone()).collect())
}
