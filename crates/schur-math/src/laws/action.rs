//! What every action satisfies, and the laws of actions on points of any kind.

use super::{Distance, Law, LawReport, Violation, action_closure};
use crate::group::{Element, Group};
use crate::violation::Meter;

/// The orbit-stabiliser theorem, `|{g x}| · |{g : g x = x}| = |G|` for every point: what every
/// action satisfies, and many tables that are none do not.
///
/// ```
/// use schur_math::{Group, laws};
///
/// // Two points that are exchanged, and one that is fixed.
/// let c2 = Group::parse("C2")?;
/// assert_eq!(laws::orbit_stabilizer(&c2, &[vec![0, 1, 2], vec![1, 0, 2]])?.cases, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// use schur_math::{Group, laws::Act};
///
/// // The elements of C3 by their numbers, on words of three letters.
/// let turn: Act<'_, String> = &|g, word| word[g.index()..].to_owned() + &word[..g.index()];
/// let r = Group::parse("C3")?.element(1)?;
/// assert_eq!(turn(r, &"eat".to_string()), "ate");
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub type Act<'a, X> = &'a dyn Fn(Element, &X) -> X;

/// `e x = x` for all the points, which may be of any kind.
///
/// ```
/// use schur_math::{Element, Group, irrep, laws};
///
/// let c4 = Group::parse("C4")?;
/// let plane = irrep(&c4, "E")?;
/// let act = |g: Element, v: &[f64; 2]| {
///     let moved = plane.representation().apply(g, v);
///     [moved[0], moved[1]]
/// };
/// let distance = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
/// let points = [[1.0, 0.0], [0.3, -2.0]];
/// assert_eq!(laws::action_identity_at(&c4, &points, &act, &distance, 0.0)?.cases, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
/// ```
/// use schur_math::{Element, Group, irrep, laws};
///
/// let c4 = Group::parse("C4")?;
/// let plane = irrep(&c4, "E")?;
/// let act = |g: Element, v: &[f64; 2]| {
///     let moved = plane.representation().apply(g, v);
///     [moved[0], moved[1]]
/// };
/// let distance = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
/// let report = laws::action_compatibility_at(&c4, &[[1.0, 0.0]], &act, &distance, 1e-15)?;
/// assert_eq!(report.cases, 16);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
