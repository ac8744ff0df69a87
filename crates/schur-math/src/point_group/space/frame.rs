//! Orthonormal frames: where the coordinate axes of the standard orientation are brought.

use std::cmp::Ordering;

use crate::rotation::{UnitQuaternion, unit};
use crate::tolerance::SAME_ROTATION;

/// A right-handed orthonormal frame as the rotation that brings the coordinate axes to it, with
/// `w >= 0`.
pub(super) struct Frame(UnitQuaternion);

impl Frame {
    fn new(rotation: UnitQuaternion) -> Self {
        Self(if rotation.parts()[0] < 0.0 {
            rotation.negated()
        } else {
            rotation
        })
    }

    pub(super) fn rotation(&self) -> UnitQuaternion {
        self.0
    }

    /// The two frames that bring `z` to a direction or to the opposite one by the smallest
    /// rotation.
    pub(super) fn along(direction: [f64; 3]) -> Vec<Self> {
        let signs = [1.0, -1.0].into_iter();
        signs
            .filter_map(|sign| Self::nearest(direction.map(|v| sign * v)))
            .collect()
    }

    fn nearest(direction: [f64; 3]) -> Option<Self> {
        let [x, y, z] = direction;
        if z <= SAME_ROTATION - 1.0 {
            // Half a turn about any horizontal axis.
            return Some(Self::new(UnitQuaternion::new(0.0, 1.0, 0.0, 0.0).ok()?));
        }
        // (1 + z, z axis x direction) is the half-angle quaternion, not yet of unit length.
        UnitQuaternion::new(1.0 + z, 0.0 - y, x, 0.0)
            .ok()
            .map(Self::new)
    }

    /// The frames with `z` along `±main` and `y` (or `x`) along the part of `±second` that is
    /// perpendicular to it, for all pairs that are perpendicular.
    pub(super) fn all(mains: &[[f64; 3]], seconds: &[[f64; 3]], second_is_x: bool) -> Vec<Self> {
        let mut frames = Vec::new();
        for &main in mains {
            for &second in seconds {
                let along: f64 = main.iter().zip(second).map(|(a, b)| a * b).sum();
                if along.abs() > SAME_ROTATION.sqrt() {
                    continue;
                }
                for (up, side) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
                    let z = main.map(|v| up * v);
                    let side: [f64; 3] =
                        std::array::from_fn(|k| side * (second[k] - along * main[k]));
                    frames.extend(Self::of(z, side, second_is_x));
                }
            }
        }
        frames
    }

    fn of(z: [f64; 3], side: [f64; 3], side_is_x: bool) -> Option<Self> {
        let side = unit(side)?;
        let (x, y) = if side_is_x {
            (side, perpendicular(z, side))
        } else {
            (perpendicular(side, z), side)
        };
        let matrix = std::array::from_fn(|k| [x[k], y[k], z[k]]);
        UnitQuaternion::from_rotation_matrix(&matrix)
            .ok()
            .map(Self::new)
    }

    /// The order by the size of the rotation, and among equals by the direction of its axis:
    /// positive coordinates first.
    pub(super) fn nearer(&self, other: &Self) -> Ordering {
        let pairs = self.0.parts().into_iter().zip(other.0.parts());
        // Round-off must not decide.
        let steps = pairs.map(|(a, b)| ((b - a) / SAME_ROTATION).round());
        let first = steps.into_iter().find(|step| *step != 0.0);
        first.map_or(Ordering::Equal, |step| step.total_cmp(&0.0))
    }
}

/// The cross product.
pub(super) fn perpendicular([a, b, c]: [f64; 3], [x, y, z]: [f64; 3]) -> [f64; 3] {
    [b * z - c * y, c * x - a * z, a * y - b * x]
}
