//! The law of maps between groups.

use super::{Element, Group};
use crate::violation::{Law, LawReport, Meter, Violation};

/// `f(g h) = f(g) f(h)` for all `g` and all generators `h`; that is enough, by induction over
/// words. `images[g]` is the index of `f(g)`.
///
/// ```
/// use schur_math::{Group, laws};
///
/// let (c4, c2) = (Group::parse("C4")?, Group::parse("C2")?);
/// assert!(laws::group_homomorphism(&c4, &c2, &[0, 1, 0, 1]).is_ok());
/// assert!(laws::group_homomorphism(&c4, &c2, &[0, 1, 1, 0]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The first pair `(g, h)` where it fails, or the first image that is no element.
pub fn group_homomorphism(
    source: &Group,
    target: &Group,
    images: &[usize],
) -> Result<LawReport, Violation> {
    let law = Law::GroupHomomorphism;
    if images.len() != source.order() {
        let explanation = format!("{source} has {} elements", source.order());
        return Err(Violation::exact(
            law,
            format!("{} images", images.len()),
            explanation,
        ));
    }
    if let Some(g) = images.iter().position(|&image| image >= target.order()) {
        let last = target.order() - 1;
        let explanation = format!("the image is {}, {target} has 0 to {last}", images[g]);
        return Err(Violation::exact(law, g, explanation));
    }
    let mut meter = Meter::new(law);
    let image = |g: Element| Element::new(images[g.index()]);
    // The identity counts as a generator, so that the trivial group has a case.
    for &h in source.generators().iter().chain([&source.identity()]) {
        for g in source.elements() {
            meter.count();
            let (left, right) = (
                image(source.compose(g, h)),
                target.compose(image(g), image(h)),
            );
            if left != right {
                let (a, b) = (g.index(), h.index());
                let explanation = format!(
                    "f({a}·{b}) = {} but f({a})·f({b}) = {}",
                    left.index(),
                    right.index()
                );
                return Err(Violation::exact(law, format!("({a}, {b})"), explanation));
            }
        }
    }
    meter.finish(0.0)
}
