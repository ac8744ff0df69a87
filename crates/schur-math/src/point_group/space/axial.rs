//! Elements of infinite groups as parameters: an isometry of the plane and an inversion.

use super::{Schoenflies, SpatialGroup};
use crate::continuous::Parity;
use crate::point_group::plane::PlanarGroup;
use crate::rotation::{PlaneIsometry, SpaceIsometry, cone, cone_part, dihedral, dihedral_part};

/// How an infinite group about an axis is made of SO(2) or O(2), and of the inversion.
pub(super) struct Axial {
    pub(super) plane: PlanarGroup,
    /// Whether the mirrors of the plane are mirrors of space, not half turns.
    is_cone: bool,
    pub(super) has_inversion: bool,
}

impl Schoenflies {
    /// The structure of an infinite group about an axis; `None` for all others.
    pub(super) fn axial(self) -> Option<Axial> {
        let (plane, is_cone, has_inversion) = match self {
            Self::C(None) => (PlanarGroup::so2(), false, false),
            Self::Ch(None) => (PlanarGroup::so2(), false, true),
            Self::Cv(None) => (PlanarGroup::o2(), true, false),
            Self::D(None) => (PlanarGroup::o2(), false, false),
            Self::Dh(None) => (PlanarGroup::o2(), false, true),
            _ => return None,
        };
        Some(Axial {
            plane,
            is_cone,
            has_inversion,
        })
    }

    /// The parities of each degree in SO(3) and O(3); `None` for all other groups.
    pub(super) fn isotropic(self) -> Option<&'static [Option<Parity>]> {
        match self {
            Self::SO3 => Some(&[None]),
            Self::O3 => Some(&[Some(Parity::Even), Some(Parity::Odd)]),
            _ => None,
        }
    }
}

impl Axial {
    /// The isometry with some parameters, about z.
    pub(super) fn isometry(&self, g: &PlaneIsometry, inverted: bool) -> SpaceIsometry {
        let isometry = if self.is_cone { cone(g) } else { dihedral(g) };
        if inverted {
            isometry.compose(&SpaceIsometry::INVERSION)
        } else {
            isometry
        }
    }

    /// The parameters of an isometry about z, if it is an element.
    pub(super) fn parameters(&self, g: &SpaceIsometry) -> Option<(PlaneIsometry, bool)> {
        let part = if self.is_cone {
            cone_part(g)?
        } else {
            dihedral_part(&g.quaternion())?
        };
        let inverted = g.is_improper() && !self.is_cone;
        let is_element =
            (self.plane.has_mirrors() || !part.is_reflected()) && (self.has_inversion || !inverted);
        is_element.then_some((part, inverted))
    }
}

impl SpatialGroup {
    /// An isometry of the standard orientation, brought to this one.
    pub(super) fn oriented_isometry(&self, g: &SpaceIsometry) -> SpaceIsometry {
        let turn = self.orientation();
        turn.compose(g).compose(&turn.inverse())
    }

    /// An isometry of this orientation, brought back to the standard one.
    pub(super) fn upright_isometry(&self, g: &SpaceIsometry) -> SpaceIsometry {
        let turn = self.orientation();
        turn.inverse().compose(g).compose(&turn)
    }
}
