//! Elements of O(3).

use std::fmt;

use super::quaternion_matrix::{determinant, is_orthogonal};
use super::{EulerZyz, UnitQuaternion};
use crate::error::MathError;
use crate::tolerance::SAME_ROTATION;

/// A rotation of space, proper or improper: an element `(-1)^f R(q)` of
/// O(3) = SO(3) x {1, -1}.
///
/// `R(q)` is the rotation of a unit quaternion, `-1` the inversion `v -> -v`. Elements with
/// `f = 0` form SO(3). A mirror is the inversion after a half turn.
///
/// ```
/// use schur_math::SpaceIsometry;
///
/// let mirror = SpaceIsometry::from_matrix(&[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, -1.0]])?;
/// assert!(mirror.is_improper());
/// // Inversion after a half turn about z.
/// assert_eq!(mirror.quaternion().parts(), [0.0, 0.0, 0.0, 1.0]);
/// assert!(mirror.compose(&mirror).distance(&SpaceIsometry::IDENTITY) < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpaceIsometry {
    quaternion: UnitQuaternion,
    improper: bool,
}

impl SpaceIsometry {
    /// The identity.
    pub const IDENTITY: Self = Self::new(UnitQuaternion::IDENTITY, false);

    /// The inversion `v -> -v`.
    pub const INVERSION: Self = Self::new(UnitQuaternion::IDENTITY, true);

    /// The element `(-1)^improper R(quaternion)`.
    pub const fn new(quaternion: UnitQuaternion, improper: bool) -> Self {
        Self {
            quaternion,
            improper,
        }
    }

    /// The rotation by an angle in radians about an axis of any length.
    ///
    /// # Errors
    ///
    /// As [`UnitQuaternion::from_axis_angle`].
    pub fn from_axis_angle(axis: [f64; 3], angle: f64) -> Result<Self, MathError> {
        Ok(Self::new(
            UnitQuaternion::from_axis_angle(axis, angle)?,
            false,
        ))
    }

    /// The rotation `R_z(α) R_y(β) R_z(γ)`.
    ///
    /// # Errors
    ///
    /// If an angle is not finite.
    pub fn from_euler_zyz(angles: EulerZyz) -> Result<Self, MathError> {
        Ok(Self::new(UnitQuaternion::from_euler_zyz(angles)?, false))
    }

    /// The element with a matrix; the determinant gives the parity.
    ///
    /// # Errors
    ///
    /// If the matrix is not orthogonal up to
    /// [`ROTATION_DEFECT`](crate::tolerance::ROTATION_DEFECT).
    pub fn from_matrix(matrix: &[[f64; 3]; 3]) -> Result<Self, MathError> {
        let improper = is_orthogonal(matrix) && determinant(matrix) < 0.0;
        let sign = if improper { -1.0 } else { 1.0 };
        // `+ 0.0` keeps zeros positive.
        let proper = matrix.map(|row| row.map(|entry| sign * entry + 0.0));
        let quaternion = UnitQuaternion::from_rotation_matrix(&proper)?;
        Ok(Self::new(quaternion, improper))
    }

    /// A quaternion of the proper rotation.
    pub fn quaternion(&self) -> UnitQuaternion {
        self.quaternion
    }

    /// Whether the determinant is -1.
    pub fn is_improper(&self) -> bool {
        self.improper
    }

    /// The angle in `[0, π]` of the proper rotation `R(q)`, about one of its two axes.
    pub fn angle(&self) -> f64 {
        let [w, x, y, z] = self.quaternion.parts();
        2.0 * (x * x + y * y + z * z).sqrt().atan2(w.abs())
    }

    /// The product `self · other`: as maps, `other` acts first.
    #[must_use]
    pub fn compose(&self, other: &Self) -> Self {
        Self::new(
            self.quaternion.compose(&other.quaternion),
            self.improper ^ other.improper,
        )
    }

    /// The inverse.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self::new(self.quaternion.inverse(), self.improper)
    }

    /// The matrix on column vectors `(x, y, z)`, row-major.
    pub fn matrix(&self) -> [[f64; 3]; 3] {
        let sign = if self.improper { -1.0 } else { 1.0 };
        let matrix = self.quaternion.rotation_matrix();
        matrix.map(|row| row.map(|entry| sign * entry))
    }

    /// The image of a point.
    pub fn apply(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        self.matrix().map(|[a, b, c]| a * x + b * y + c * z)
    }

    /// The matrix in integers, if the element maps the integer lattice to itself up to
    /// [`SAME_ROTATION`]: the 48 symmetries of the cube.
    ///
    /// ```
    /// use schur_math::SpaceIsometry;
    ///
    /// let third = SpaceIsometry::from_axis_angle([1.0, 1.0, 1.0], std::f64::consts::TAU / 3.0)?;
    /// assert_eq!(third.lattice_matrix(), Some([[0, 0, 1], [1, 0, 0], [0, 1, 0]]));
    /// assert_eq!(SpaceIsometry::from_axis_angle([0.0, 0.0, 1.0], 0.5)?.lattice_matrix(), None);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn lattice_matrix(&self) -> Option<[[i32; 3]; 3]> {
        let matrix = self.matrix();
        let rounded = matrix.map(|row| row.map(f64::round));
        let pairs = matrix.iter().flatten().zip(rounded.iter().flatten());
        let close = pairs
            .into_iter()
            .all(|(a, b)| (a - b).abs() <= SAME_ROTATION);
        close.then(|| rounded.map(|row| row.map(|entry| entry as i32)))
    }

    /// The largest difference of the entries of the two matrices.
    pub fn distance(&self, other: &Self) -> f64 {
        let (a, b) = (self.matrix(), other.matrix());
        let pairs = a.iter().flatten().zip(b.iter().flatten());
        pairs.fold(0.0, |worst, (x, y)| worst.max((x - y).abs()))
    }
}

impl fmt::Display for SpaceIsometry {
    /// By the angle in degrees and the axis: `r(120°; 0.577, 0.577, 0.577)`, with `i` behind for
    /// the inversion.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Three decimals tell apart what anybody turns by; sums with 0 are not -0.
        let rounded = |value: f64| (value * 1000.0).round() / 1000.0 + 0.0;
        let (axis, angle) = self.quaternion.to_axis_angle();
        let [x, y, z] = axis.map(rounded);
        let inverted = if self.improper { " i" } else { "" };
        write!(
            f,
            "r({}°; {x}, {y}, {z}){inverted}",
            rounded(angle.to_degrees())
        )
    }
}
