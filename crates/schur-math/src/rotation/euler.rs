//! Euler angles.

use super::UnitQuaternion;
use crate::error::MathError;

/// Euler angles in the ZYZ convention: `R = R_z(α) R_y(β) R_z(γ)`, active rotations of
/// vectors about fixed axes, so `γ` acts first. Radians.
///
/// This is the convention of Wigner's D matrices in Sakurai and in Varshalovich et al.
///
/// ```
/// use schur_math::{EulerZyz, UnitQuaternion};
///
/// let angles = EulerZyz { alpha: 0.1, beta: 0.2, gamma: 0.3 };
/// let back = UnitQuaternion::from_euler_zyz(angles)?.to_euler_zyz();
/// assert!((back.alpha - 0.1).abs() < 1e-14 && (back.beta - 0.2).abs() < 1e-14);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EulerZyz {
    /// Angle of the rotation about `z` that acts last.
    pub alpha: f64,
    /// Angle of the rotation about `y`.
    pub beta: f64,
    /// Angle of the rotation about `z` that acts first.
    pub gamma: f64,
}

impl UnitQuaternion {
    /// The quaternion `q_z(α) q_y(β) q_z(γ)`.
    ///
    /// # Errors
    ///
    /// If an angle is not finite.
    pub fn from_euler_zyz(angles: EulerZyz) -> Result<Self, MathError> {
        let EulerZyz { alpha, beta, gamma } = angles;
        if !(alpha.is_finite() && beta.is_finite() && gamma.is_finite()) {
            return Err(MathError::geometry(
                "Euler angles",
                angles,
                "one is not finite",
                "give radians",
            ));
        }
        let (sin, cos) = (beta / 2.0).sin_cos();
        // Halves before sums: the half sum of two large finite angles is finite.
        let (sum_sin, sum_cos) = (alpha / 2.0 + gamma / 2.0).sin_cos();
        let (difference_sin, difference_cos) = (alpha / 2.0 - gamma / 2.0).sin_cos();
        Ok(Self::normalised([
            cos * sum_cos,
            -sin * difference_sin,
            sin * difference_cos,
            cos * sum_sin,
        ]))
    }

    /// Euler angles with `β` in `[0, π]`, `α` in `(-2π, 2π]` and `γ` in `(-2π, 2π]`, that give
    /// back this quaternion, its sign included.
    ///
    /// At `β = 0` and `β = π` only `α + γ` or `α - γ` is determined; there `α = γ` or
    /// `α = -γ` is taken.
    pub fn to_euler_zyz(&self) -> EulerZyz {
        let HalfAngles {
            cos,
            sin,
            half_sum,
            half_difference,
        } = self.half_angles();
        EulerZyz {
            alpha: half_sum + half_difference,
            beta: 2.0 * sin.atan2(cos),
            gamma: half_sum - half_difference,
        }
    }

    /// What the D matrices are made of.
    pub(crate) fn half_angles(&self) -> HalfAngles {
        let [w, x, y, z] = self.parts();
        // `-0.0` would turn an angle of 0 into one of ±π or flip its sign.
        let (minus_x, y, z, w) = (0.0 - x, y + 0.0, z + 0.0, w + 0.0);
        HalfAngles {
            cos: w.hypot(z),
            sin: x.hypot(y),
            half_sum: z.atan2(w),
            half_difference: minus_x.atan2(y),
        }
    }
}

/// `cos(β/2)`, `sin(β/2)`, `(α+γ)/2` and `(α-γ)/2` of the Euler angles. All four stay
/// accurate at the poles `β = 0` and `β = π`, where `α` and `γ` are not determined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HalfAngles {
    pub(crate) cos: f64,
    pub(crate) sin: f64,
    pub(crate) half_sum: f64,
    pub(crate) half_difference: f64,
}
