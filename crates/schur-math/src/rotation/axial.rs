//! Isometries of space that keep the z axis, as isometries of the plane.

use super::{PlaneIsometry, SpaceIsometry, UnitQuaternion};
use crate::tolerance::SAME_ROTATION;

/// `r(θ) s^f` as the turn by `θ` about z after `f` half turns about y.
pub(crate) fn dihedral(g: &PlaneIsometry) -> SpaceIsometry {
    let (sin, cos) = (g.angle() / 2.0).sin_cos();
    // The product of the turn (cos, 0, 0, sin) and the half turn (0, 0, 1, 0).
    let parts = if g.is_reflected() {
        [0.0, 0.0 - sin, cos, 0.0]
    } else {
        [cos, 0.0, 0.0, sin]
    };
    let [w, x, y, z] = parts;
    let quaternion = UnitQuaternion::new(w, x, y, z).expect("of unit length");
    SpaceIsometry::new(quaternion, false)
}

/// `r(θ) s^f` as the turn by `θ` about z after `f` mirrors `x -> -x`, which are inversions
/// after half turns about x.
pub(crate) fn cone(g: &PlaneIsometry) -> SpaceIsometry {
    let proper = dihedral(&PlaneIsometry::wrapped(g.angle(), false));
    if !g.is_reflected() {
        return proper;
    }
    let half_turn = UnitQuaternion::new(0.0, 1.0, 0.0, 0.0).expect("of unit length");
    proper.compose(&SpaceIsometry::new(half_turn, true))
}

/// The `r(θ) s^f` of which [`dihedral`] makes a proper rotation; `None` if the rotation does not
/// keep the z axis, up to [`SAME_ROTATION`].
pub(crate) fn dihedral_part(rotation: &UnitQuaternion) -> Option<PlaneIsometry> {
    let [w, x, y, z] = rotation.parts();
    if x.hypot(y) <= SAME_ROTATION {
        return Some(PlaneIsometry::wrapped(2.0 * z.atan2(w), false));
    }
    (w.hypot(z) <= SAME_ROTATION).then(|| PlaneIsometry::wrapped(2.0 * (0.0 - x).atan2(y), true))
}

/// The `r(θ) s^f` of which [`cone`] makes an isometry; `None` if the isometry does not leave the
/// z axis as it is, up to [`SAME_ROTATION`].
pub(crate) fn cone_part(g: &SpaceIsometry) -> Option<PlaneIsometry> {
    let part = dihedral_part(&g.quaternion())?;
    match (g.is_improper(), part.is_reflected()) {
        (false, false) => Some(part),
        // A half turn about x is r(π) times that about y.
        (true, true) => Some(PlaneIsometry::wrapped(
            part.angle() - std::f64::consts::PI,
            true,
        )),
        _ => None,
    }
}
