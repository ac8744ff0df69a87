//! The laws that make a table of images an action.
//!
//! `images[g][x]` is the point `g x`, with `g` an element index.

use crate::group::Group;
use crate::violation::{Law, LawReport, Meter, Violation};

/// Every element moves every point to a point: one row per element, all of one length, with
/// numbers below that length.
///
/// ```
/// use schur_math::{Group, laws};
///
/// let c2 = Group::parse("C2")?;
/// assert_eq!(laws::action_closure(&c2, &[vec![0, 1, 2], vec![1, 0, 2]])?.cases, 6);
/// let violation = laws::action_closure(&c2, &[vec![0, 1], vec![1, 2]]).unwrap_err();
/// assert_eq!(violation.witness, "(1, 1)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The first row of a wrong length or the first `(g, x)` whose image is no point.
pub fn action_closure(group: &Group, images: &[Vec<usize>]) -> Result<LawReport, Violation> {
    let law = Law::ActionClosure;
    if images.len() != group.order() {
        let explanation = format!("{} has {} elements", group.name(), group.order());
        return Err(Violation::exact(
            law,
            format!("{} rows", images.len()),
            explanation,
        ));
    }
    let points = images.first().map_or(0, Vec::len);
    let mut meter = Meter::new(law);
    for (g, row) in images.iter().enumerate() {
        if row.len() != points {
            let explanation = format!("it has {} points, row 0 has {points}", row.len());
            return Err(Violation::exact(law, format!("row {g}"), explanation));
        }
        for (x, &image) in row.iter().enumerate() {
            meter.count();
            if image >= points {
                let explanation =
                    format!("the image is {image}, the points are 0 to {}", points - 1);
                return Err(Violation::exact(law, format!("({g}, {x})"), explanation));
            }
        }
    }
    meter.finish(0.0)
}

/// The identity moves nothing: `e x = x`.
///
/// ```
/// use schur_math::{Group, laws};
///
/// let c2 = Group::parse("C2")?;
/// assert!(laws::action_identity(&c2, &[vec![0, 1], vec![1, 0]]).is_ok());
/// let violation = laws::action_identity(&c2, &[vec![1, 0], vec![0, 1]]).unwrap_err();
/// assert_eq!(violation.to_string(), "action identity fails at 0: the identity moves it to 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The first point that is moved, or the violation of [`action_closure`].
pub fn action_identity(group: &Group, images: &[Vec<usize>]) -> Result<LawReport, Violation> {
    action_closure(group, images)?;
    let mut meter = Meter::new(Law::ActionIdentity);
    for (x, &image) in images[group.identity().index()].iter().enumerate() {
        meter.count();
        if image != x {
            let explanation = format!("the identity moves it to {image}");
            return Err(Violation::exact(Law::ActionIdentity, x, explanation));
        }
    }
    meter.finish(0.0)
}

/// Products act one after the other: `g (h x) = (g h) x`, for `g` in the generators and the
/// identity and all `h` and `x`.
///
/// That is enough: if it holds for `g` and `g'` then
/// `(g g')(h) x = (g (g' h)) x = g ((g' h) x) = g (g' (h x)) = (g g')(h x)`.
///
/// ```
/// use schur_math::{Group, laws};
///
/// // A turn of order 2 can't move three points in a circle.
/// let c2 = Group::parse("C2")?;
/// assert!(laws::action_compatibility(&c2, &[vec![0, 1, 2], vec![1, 0, 2]]).is_ok());
/// assert!(laws::action_compatibility(&c2, &[vec![0, 1, 2], vec![1, 2, 0]]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The first `(g, h, x)` where it fails, or the violation of [`action_closure`].
pub fn action_compatibility(group: &Group, images: &[Vec<usize>]) -> Result<LawReport, Violation> {
    action_closure(group, images)?;
    let mut meter = Meter::new(Law::ActionCompatibility);
    for &g in group.generators().iter().chain([&group.identity()]) {
        for h in group.elements() {
            let product = group.compose(g, h).index();
            for (x, &hx) in images[h.index()].iter().enumerate() {
                meter.count();
                let (left, right) = (images[g.index()][hx], images[product][x]);
                if left != right {
                    let (g, h) = (g.index(), h.index());
                    return Err(Violation::exact(
                        Law::ActionCompatibility,
                        format!("({g}, {h}, {x})"),
                        format!("{g}({h} {x}) = {left} but ({g}·{h}) {x} = {right}"),
                    ));
                }
            }
        }
    }
    meter.finish(0.0)
}
