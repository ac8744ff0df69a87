//! What elements of all compact groups have in common.

use crate::rotation::{PlaneIsometry, SpaceIsometry, UnitQuaternion};

/// An element of O(2), O(3) or SU(2), known up to round-off.
///
/// ```
/// use schur_math::{CompactElement, SpaceIsometry};
///
/// fn is_involution<E: CompactElement>(g: &E) -> bool {
///     g.compose(g).distance(&E::identity()) < 1e-12
/// }
/// assert!(is_involution(&SpaceIsometry::INVERSION));
/// ```
pub trait CompactElement: Clone {
    /// The identity.
    fn identity() -> Self;

    /// The product `self · other`: as maps, `other` acts first.
    #[must_use]
    fn compose(&self, other: &Self) -> Self;

    /// The inverse.
    #[must_use]
    fn inverse(&self) -> Self;

    /// The largest difference of the numbers that make up the two elements; zero for the same
    /// element only.
    fn distance(&self, other: &Self) -> f64;
}

macro_rules! compact_element {
    ($element:ty) => {
        impl CompactElement for $element {
            fn identity() -> Self {
                Self::IDENTITY
            }

            fn compose(&self, other: &Self) -> Self {
                <$element>::compose(self, other)
            }

            fn inverse(&self) -> Self {
                <$element>::inverse(self)
            }

            fn distance(&self, other: &Self) -> f64 {
                <$element>::distance(self, other)
            }
        }
    };
}

compact_element!(PlaneIsometry);
compact_element!(SpaceIsometry);
compact_element!(UnitQuaternion);

/// The methods of a [`SymmetryGroup`](crate::SymmetryGroup) whose elements are of that type.
macro_rules! of_compact_elements {
    ($element:ty) => {
        fn identity(&self) -> $element {
            <$element>::IDENTITY
        }

        fn compose(&self, g: &$element, h: &$element) -> $element {
            g.compose(h)
        }

        fn inverse(&self, g: &$element) -> $element {
            g.inverse()
        }

        fn distance(&self, g: &$element, h: &$element) -> f64 {
            g.distance(h)
        }
    };
}
pub(crate) use of_compact_elements;
