//! The laws of a group acting on a finite set.
//!
//! `images[g][x]` is the point `g x`, with `g` an element index.

use super::report::Meter;
use super::{Distance, Law, LawReport, Violation};
use crate::group::{Element, Group};

/// Every element moves every point to a point: one row per element, all of one length, with
/// numbers below that length.
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

/// The orbit-stabiliser theorem, `|{g x}| · |{g : g x = x}| = |G|` for every point: what every
/// action satisfies, and many tables that are none do not.
///
/// # Errors
///
/// The first point where it fails, or the violation of [`action_closure`].
pub fn orbit_stabilizer(group: &Group, images: &[Vec<usize>]) -> Result<LawReport, Violation> {
    action_closure(group, images)?;
    let law = Law::OrbitStabilizer;
    let mut meter = Meter::new(law);
    for x in 0..images[0].len() {
        meter.count();
        let mut orbit: Vec<usize> = images.iter().map(|row| row[x]).collect();
        let fixing = orbit.iter().filter(|&&image| image == x).count();
        orbit.sort_unstable();
        orbit.dedup();
        if orbit.len() * fixing != group.order() {
            let explanation = format!(
                "its orbit has {} points and {fixing} elements fix it, but {group} has {}",
                orbit.len(),
                group.order()
            );
            return Err(Violation::exact(law, x, explanation));
        }
    }
    meter.finish(0.0)
}

/// How an element moves a point of any kind: a vector, a function, ….
pub type Act<'a, X> = &'a dyn Fn(Element, &X) -> X;

/// `e x = x` for all the points, which may be of any kind.
///
/// # Errors
///
/// The worst point, by position, if it moves by more than the tolerance.
pub fn action_identity_at<X>(
    group: &Group,
    points: &[X],
    act: Act<'_, X>,
    distance: Distance<'_, X>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let mut meter = Meter::new(Law::ActionIdentity);
    for (k, x) in points.iter().enumerate() {
        meter.look(distance(&act(group.identity(), x), x), || k.to_string());
    }
    meter.finish(tolerance)
}

/// `g (h x) = (g h) x` for all pairs of elements and all the points, which may be of any kind.
///
/// # Errors
///
/// The worst `(g, h, position)`, if the two points differ by more than the tolerance.
pub fn action_compatibility_at<X>(
    group: &Group,
    points: &[X],
    act: Act<'_, X>,
    distance: Distance<'_, X>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let mut meter = Meter::new(Law::ActionCompatibility);
    for (k, x) in points.iter().enumerate() {
        for h in group.elements() {
            let moved = act(h, x);
            for g in group.elements() {
                let defect = distance(&act(g, &moved), &act(group.compose(g, h), x));
                meter.look(defect, || format!("({}, {}, {k})", g.index(), h.index()));
            }
        }
    }
    meter.finish(tolerance)
}
