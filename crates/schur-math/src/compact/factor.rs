//! Factors of a product group: one of the groups that are no products.

use std::fmt;

use rand::RngCore;

use super::spin::SpinRotations;
use crate::continuous::SpinIrrep;
use crate::error::MathError;
use crate::group::{Element, Group};
use crate::irreps::{EndomorphismType, Irrep};
use crate::matrix::Matrix;
use crate::point_group::plane::{PlanarGroup, PlanarIrrep};
use crate::point_group::{Schoenflies, SpatialGroup, SpatialIrrep};
use crate::quadrature::Quadrature;
use crate::rotation::{PlaneIsometry, SpaceIsometry, UnitQuaternion};
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep, foreign};

/// A factor of a [`CompactGroup`](crate::CompactGroup).
///
/// ```
/// use schur_math::{CompactGroup, Factor, PlanarGroup};
///
/// let group = CompactGroup::parse("SO(2) x C3")?;
/// assert_eq!(group.factors()[0], Factor::Plane(PlanarGroup::so2()));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Factor {
    /// SO(2), O(2) or one of their closed subgroups.
    Plane(PlanarGroup),
    /// SO(3), O(3) or one of their closed subgroups.
    Space(SpatialGroup),
    /// SU(2).
    Spin(SpinRotations),
    /// A finite group.
    Finite(Group),
}

/// An element of a [`Factor`], of the kind of the same name.
///
/// ```
/// use schur_math::{FactorElement, PlaneIsometry};
///
/// let mirror = FactorElement::Plane(PlaneIsometry::MIRROR);
/// assert!(matches!(mirror, FactorElement::Plane(s) if s.is_reflected()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FactorElement {
    /// An element of a group of the plane.
    Plane(PlaneIsometry),
    /// An element of a group of space.
    Space(SpaceIsometry),
    /// An element of SU(2).
    Spin(UnitQuaternion),
    /// An element of a finite group.
    Finite(Element),
}

/// An irrep of a [`Factor`], of the kind of the same name.
///
/// ```
/// use schur_math::{FactorIrrep, PlanarGroup, PlanarIrrep};
///
/// let irrep = FactorIrrep::Plane(PlanarIrrep::of_frequency(&PlanarGroup::o2(), 3)?);
/// assert_eq!(irrep.to_string(), "E3");
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum FactorIrrep {
    /// An irrep of a group of the plane.
    Plane(PlanarIrrep),
    /// An irrep of a group of space.
    Space(SpatialIrrep),
    /// An irrep of SU(2).
    Spin(SpinIrrep),
    /// An irrep of a finite group.
    Finite(Irrep),
}

macro_rules! conversions {
    ($kind:ident, $group:ty, $element:ty) => {
        impl From<$group> for Factor {
            fn from(group: $group) -> Self {
                Self::$kind(group)
            }
        }

        impl From<$element> for FactorElement {
            fn from(g: $element) -> Self {
                Self::$kind(g)
            }
        }
    };
}

conversions!(Plane, PlanarGroup, PlaneIsometry);
conversions!(Space, SpatialGroup, SpaceIsometry);
conversions!(Spin, SpinRotations, UnitQuaternion);
conversions!(Finite, Group, Element);

/// Runs an expression for the value inside, of whatever kind.
macro_rules! inside {
    ($kind:ident, $value:expr, $inner:ident => $expression:expr) => {
        match $value {
            $kind::Plane($inner) => $expression,
            $kind::Space($inner) => $expression,
            $kind::Spin($inner) => $expression,
            $kind::Finite($inner) => $expression,
        }
    };
}

/// Runs an expression for a value and something that goes with it, wrapped in the same kind;
/// another kind is the last expression.
macro_rules! together {
    ($kind:ident, $other:ident, $value:expr, $with:expr, ($a:ident, $b:ident) => $expression:expr, $mismatch:expr) => {
        match ($value, $with) {
            ($kind::Plane($a), $other::Plane($b)) => $expression,
            ($kind::Space($a), $other::Space($b)) => $expression,
            ($kind::Spin($a), $other::Spin($b)) => $expression,
            ($kind::Finite($a), $other::Finite($b)) => $expression,
            _ => $mismatch,
        }
    };
}

/// Runs an expression for the value inside and wraps its result.
macro_rules! rewrapped {
    ($kind:ident, $value:expr, $wrap:ident, $inner:ident => $expression:expr) => {
        match $value {
            $kind::Plane($inner) => $wrap::Plane($expression),
            $kind::Space($inner) => $wrap::Space($expression),
            $kind::Spin($inner) => $wrap::Spin($expression),
            $kind::Finite($inner) => $wrap::Finite($expression),
        }
    };
}

impl SymmetryGroup for Factor {
    type Element = FactorElement;
    type Irrep = FactorIrrep;

    fn identity(&self) -> FactorElement {
        rewrapped!(Self, self, FactorElement, g => SymmetryGroup::identity(g))
    }

    fn compose(&self, g: &FactorElement, h: &FactorElement) -> FactorElement {
        use FactorElement::{Finite, Plane, Space, Spin};
        match (self, g, h) {
            (Self::Plane(group), Plane(g), Plane(h)) => Plane(group.compose(g, h)),
            (Self::Space(group), Space(g), Space(h)) => Space(group.compose(g, h)),
            (Self::Spin(group), Spin(g), Spin(h)) => Spin(group.compose(g, h)),
            (Self::Finite(group), Finite(g), Finite(h)) => Finite(group.compose(*g, *h)),
            _ => panic!("{g:?} or {h:?} is no element of {self}"),
        }
    }

    fn inverse(&self, g: &FactorElement) -> FactorElement {
        use FactorElement::{Finite, Plane, Space, Spin};
        match (self, g) {
            (Self::Plane(group), Plane(g)) => Plane(group.inverse(g)),
            (Self::Space(group), Space(g)) => Space(group.inverse(g)),
            (Self::Spin(group), Spin(g)) => Spin(group.inverse(g)),
            (Self::Finite(group), Finite(g)) => Finite(group.inverse(*g)),
            _ => panic!("{g:?} is no element of {self}"),
        }
    }

    /// Elements of different kinds are infinitely far apart.
    fn distance(&self, g: &FactorElement, h: &FactorElement) -> f64 {
        use FactorElement::{Finite, Plane, Space, Spin};
        match (g, h) {
            (Plane(g), Plane(h)) => g.distance(h),
            (Space(g), Space(h)) => g.distance(h),
            (Spin(g), Spin(h)) => g.distance(h),
            (Finite(g), Finite(h)) => f64::from(u8::from(g != h)),
            _ => f64::INFINITY,
        }
    }

    fn check_element(&self, g: &FactorElement) -> Result<(), MathError> {
        together!(
            Self, FactorElement, self, g,
            (group, g) => SymmetryGroup::check_element(group, g),
            Err(wrong_kind(g, self))
        )
    }

    fn random(&self, generator: &mut impl RngCore) -> FactorElement {
        rewrapped!(Self, self, FactorElement, g => g.random(generator))
    }

    fn generators(&self) -> Vec<FactorElement> {
        match self {
            Self::Plane(group) => wrap(SymmetryGroup::generators(group), FactorElement::Plane),
            Self::Space(group) => wrap(SymmetryGroup::generators(group), FactorElement::Space),
            Self::Spin(group) => wrap(SymmetryGroup::generators(group), FactorElement::Spin),
            Self::Finite(group) => wrap(SymmetryGroup::generators(group), FactorElement::Finite),
        }
    }

    fn quadrature(&self, degree: usize) -> Result<Quadrature<FactorElement>, MathError> {
        Ok(match self {
            Self::Plane(group) => group.quadrature(degree)?.map(FactorElement::Plane),
            Self::Space(group) => group.quadrature(degree)?.map(FactorElement::Space),
            Self::Spin(group) => group.quadrature(degree)?.map(FactorElement::Spin),
            Self::Finite(group) => group.quadrature(degree)?.map(FactorElement::Finite),
        })
    }

    fn irreps(&self, band: usize) -> Result<Vec<FactorIrrep>, MathError> {
        Ok(match self {
            Self::Plane(group) => wrap(group.irreps(band)?, FactorIrrep::Plane),
            Self::Space(group) => wrap(group.irreps(band)?, FactorIrrep::Space),
            Self::Spin(group) => wrap(group.irreps(band)?, FactorIrrep::Spin),
            Self::Finite(group) => wrap(group.irreps(band)?, FactorIrrep::Finite),
        })
    }

    fn irrep(&self, name: &str) -> Result<FactorIrrep, MathError> {
        Ok(rewrapped!(Self, self, FactorIrrep, group => group.irrep(name)?))
    }
}

impl fmt::Display for Factor {
    /// The name of the group; `axial` and `dihedral` are `SO(2)` and `O(2)` of space, which
    /// would be mistaken for those of the plane.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Space(group) = self {
            let word = match group.kind() {
                Schoenflies::C(None) => Some("axial"),
                Schoenflies::D(None) => Some("dihedral"),
                _ => None,
            };
            if let Some(word) = word {
                return f.write_str(&group.name().replace(&group.kind().to_string(), word));
            }
        }
        inside!(Self, self, group => group.fmt(f))
    }
}

impl SymmetryIrrep for FactorIrrep {
    type Group = Factor;

    fn group(&self) -> Factor {
        rewrapped!(Self, self, Factor, irrep => SymmetryIrrep::group(irrep))
    }

    fn dim(&self) -> usize {
        inside!(Self, self, irrep => SymmetryIrrep::dim(irrep))
    }

    fn band(&self) -> usize {
        inside!(Self, self, irrep => irrep.band())
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        inside!(Self, self, irrep => irrep.endomorphism_type())
    }

    fn endomorphisms(&self) -> Vec<Matrix> {
        inside!(Self, self, irrep => SymmetryIrrep::endomorphisms(irrep))
    }

    fn matrix(&self, g: &FactorElement) -> Result<Matrix, MathError> {
        together!(
            Self, FactorElement, self, g,
            (irrep, g) => SymmetryIrrep::matrix(irrep, g),
            Err(wrong_kind(g, &self.group()))
        )
    }

    fn character(&self, g: &FactorElement) -> Result<f64, MathError> {
        together!(
            Self, FactorElement, self, g,
            (irrep, g) => SymmetryIrrep::character(irrep, g),
            Err(wrong_kind(g, &self.group()))
        )
    }

    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        fn wrapped<I: SymmetryIrrep>(
            a: &I,
            b: &I,
            wrap: fn(I) -> FactorIrrep,
        ) -> Result<Vec<Coupling<FactorIrrep>>, MathError> {
            let parts = a.couplings(b)?.into_iter();
            Ok(parts.map(|part| part.map(wrap)).collect())
        }
        match (self, other) {
            (Self::Plane(a), Self::Plane(b)) => wrapped(a, b, Self::Plane),
            (Self::Space(a), Self::Space(b)) => wrapped(a, b, Self::Space),
            (Self::Spin(a), Self::Spin(b)) => wrapped(a, b, Self::Spin),
            (Self::Finite(a), Self::Finite(b)) => wrapped(a, b, Self::Finite),
            _ => {
                let what = format!("the irrep {other}");
                Err(foreign(what, &other.group(), &self.group()))
            }
        }
    }
}

impl fmt::Display for FactorIrrep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        inside!(Self, self, irrep => irrep.fmt(f))
    }
}

fn wrap<A, B>(values: Vec<A>, wrap: fn(A) -> B) -> Vec<B> {
    values.into_iter().map(wrap).collect()
}

fn wrong_kind(g: &FactorElement, group: &Factor) -> MathError {
    let what = format!("the element {g:?}");
    foreign(what, &"another kind", group)
}
