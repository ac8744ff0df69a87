//! Elements of SU(2).

use crate::error::MathError;

/// A unit quaternion `w + x i + y j + z k`: an element of SU(2).
///
/// It covers the rotation `v -> q v q⁻¹` of space twice: `q` and `-q` are the same rotation.
/// The rotation by `θ` about a unit axis `n` is `cos(θ/2) + sin(θ/2) (n · (i, j, k))`. As a
/// complex matrix, `q` is `w - i (x σ_x + y σ_y + z σ_z)` with the Pauli matrices `σ`.
///
/// ```
/// use schur_math::UnitQuaternion;
///
/// let quarter = UnitQuaternion::from_axis_angle([0.0, 0.0, 1.0], std::f64::consts::FRAC_PI_2)?;
/// let [x, y, z] = quarter.rotate([1.0, 0.0, 0.0]);
/// assert!(x.abs() < 1e-15 && (y - 1.0).abs() < 1e-15 && z == 0.0);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitQuaternion {
    /// `w, x, y, z`.
    parts: [f64; 4],
}

impl UnitQuaternion {
    /// The identity.
    pub const IDENTITY: Self = Self {
        parts: [1.0, 0.0, 0.0, 0.0],
    };

    /// The quaternion along `w + x i + y j + z k`, brought to unit length.
    ///
    /// # Errors
    ///
    /// If the length is zero or not finite.
    pub fn new(w: f64, x: f64, y: f64, z: f64) -> Result<Self, MathError> {
        let parts = [w, x, y, z];
        let unit = unit(parts).ok_or_else(|| {
            MathError::geometry(
                "a rotation quaternion",
                parts,
                "its length is zero or not finite",
                "give w, x, y, z, not all zero",
            )
        })?;
        Ok(Self { parts: unit })
    }

    /// The rotation by an angle in radians about an axis of any length, counter-clockwise as
    /// seen from the tip of the axis. The angle counts to `4π`.
    ///
    /// ```
    /// use schur_math::UnitQuaternion;
    ///
    /// let quarter = UnitQuaternion::from_axis_angle([0.0, 0.0, 2.0], std::f64::consts::FRAC_PI_2)?;
    /// let moved = quarter.rotate([1.0, 0.0, 0.0]);
    /// assert!(moved[0].abs() < 1e-15 && (moved[1] - 1.0).abs() < 1e-15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the axis is zero, or a number is not finite.
    pub fn from_axis_angle(axis: [f64; 3], angle: f64) -> Result<Self, MathError> {
        let (Some([x, y, z]), true) = (unit(axis), angle.is_finite()) else {
            return Err(MathError::geometry(
                "a rotation axis and angle",
                (axis, angle),
                "the axis is zero or a number is not finite",
                "give an axis that is not zero and an angle in radians",
            ));
        };
        let (sin, cos) = (angle / 2.0).sin_cos();
        Ok(Self::normalised([cos, sin * x, sin * y, sin * z]))
    }

    /// A unit axis and the angle in `[0, 2π]` about it. The identity has the axis `z`, as has
    /// every rotation without a definite axis.
    ///
    /// The angle stays accurate for tiny rotations and for half turns.
    pub fn to_axis_angle(&self) -> ([f64; 3], f64) {
        let [w, x, y, z] = self.parts;
        let sin = (x * x + y * y + z * z).sqrt();
        let axis = unit([x, y, z]).unwrap_or([0.0, 0.0, 1.0]);
        (axis, 2.0 * sin.atan2(w))
    }

    /// The numbers `[w, x, y, z]`.
    pub fn parts(&self) -> [f64; 4] {
        self.parts
    }

    /// The product `self · other`: as rotations, `other` acts first. Brought back to unit
    /// length, so that long products do not drift.
    #[must_use]
    pub fn compose(&self, other: &Self) -> Self {
        let [w, x, y, z] = self.parts;
        let [a, b, c, d] = other.parts;
        Self::normalised([
            w * a - x * b - y * c - z * d,
            w * b + x * a + y * d - z * c,
            w * c - x * d + y * a + z * b,
            w * d + x * c - y * b + z * a,
        ])
    }

    /// The inverse `w - x i - y j - z k`.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let [w, x, y, z] = self.parts;
        Self {
            parts: [w, -x, -y, -z],
        }
    }

    /// The other quaternion of the same rotation.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self {
            parts: self.parts.map(|part| -part),
        }
    }

    /// The image `q v q⁻¹` of a point.
    pub fn rotate(&self, [a, b, c]: [f64; 3]) -> [f64; 3] {
        self.rotation_matrix()
            .map(|[x, y, z]| x * a + y * b + z * c)
    }

    /// The complex matrix `[[w - i z, -y - i x], [y - i x, w + i z]]` in SU(2), as pairs of
    /// real and imaginary part: the spin-1/2 representation in the basis `m = +1/2, -1/2`.
    pub fn su2_matrix(&self) -> [[[f64; 2]; 2]; 2] {
        let [w, x, y, z] = self.parts;
        [[[w, -z], [-y, -x]], [[y, -x], [w, z]]]
    }

    /// The largest difference of the four numbers; `q` and `-q` are far apart.
    pub fn distance(&self, other: &Self) -> f64 {
        let pairs = self.parts.iter().zip(other.parts);
        pairs.fold(0.0, |worst, (a, b)| worst.max((a - b).abs()))
    }

    /// Four numbers known to be close to unit length.
    pub(super) fn normalised(parts: [f64; 4]) -> Self {
        let length = parts.iter().map(|part| part * part).sum::<f64>().sqrt();
        Self {
            parts: parts.map(|part| part / length),
        }
    }
}

/// A vector brought to unit length, if it has a direction. Scaled by its largest entry first,
/// so that squares neither overflow nor vanish.
pub(crate) fn unit<const N: usize>(vector: [f64; N]) -> Option<[f64; N]> {
    if !vector.iter().all(|v| v.is_finite()) {
        return None;
    }
    let largest = vector.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    if largest == 0.0 {
        return None;
    }
    let scaled = vector.map(|v| v / largest);
    let length = scaled.iter().map(|v| v * v).sum::<f64>().sqrt();
    Some(scaled.map(|v| v / length))
}

/// Turns by one radian about x and z: they generate a dense part of all.
pub(crate) fn generating_turns() -> [UnitQuaternion; 2] {
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
        .map(|axis| UnitQuaternion::from_axis_angle(axis, 1.0).expect("the axis is not zero"))
}
