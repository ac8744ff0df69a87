//! Irreps of SU(2).

use std::fmt;

use crate::angular_momentum::{HalfInteger, real_wigner_d, wigner_d};
use crate::error::MathError;
use crate::irreps::EndomorphismType;
use crate::matrix::Matrix;
use crate::rotation::UnitQuaternion;

/// A real irrep of SU(2), by its spin `j`.
///
/// For whole `j` it is of real type and dimension `2j + 1`: the
/// [`real_wigner_d`](crate::angular_momentum::real_wigner_d). For half-integer `j` it is of quaternionic type
/// and dimension `2 (2j + 1)`: the complex [`wigner_d`](crate::angular_momentum::wigner_d) `A + iB` as the real
/// matrix `[[A, -B], [B, A]]`.
///
/// ```
/// use schur_math::angular_momentum::HalfInteger;
/// use schur_math::{EndomorphismType, SpinIrrep};
///
/// let spinor = SpinIrrep::new(HalfInteger::halves(1))?;
/// assert_eq!(spinor.dim(), 4);
/// assert_eq!(spinor.endomorphism_type(), EndomorphismType::Quaternionic);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpinIrrep {
    spin: HalfInteger,
}

impl SpinIrrep {
    /// The irrep of a spin.
    ///
    /// # Errors
    ///
    /// If the spin is negative or above [`HalfInteger::MAX_SPIN`].
    pub fn new(spin: HalfInteger) -> Result<Self, MathError> {
        spin.check_spin()?;
        Ok(Self { spin })
    }

    /// The spin `j`.
    pub fn spin(&self) -> HalfInteger {
        self.spin
    }

    /// The real dimension: `2j + 1` for whole `j`, otherwise `2 (2j + 1)`.
    pub fn dim(&self) -> usize {
        self.spin.dim() * if self.spin.is_whole() { 1 } else { 2 }
    }

    /// What commutes with it.
    pub fn endomorphism_type(&self) -> EndomorphismType {
        if self.spin.is_whole() {
            EndomorphismType::Real
        } else {
            EndomorphismType::Quaternionic
        }
    }

    /// The matrix of an element.
    ///
    /// # Errors
    ///
    /// The signature is that of every irrep; [`new`](Self::new) has refused what has no matrices.
    pub fn matrix(&self, g: &UnitQuaternion) -> Result<Matrix, MathError> {
        if self.spin.is_whole() {
            return real_wigner_d(self.spin.dim() / 2, g);
        }
        let complex = wigner_d(self.spin, g)?;
        let half = self.spin.dim();
        let mut matrix = Matrix::zeros(2 * half, 2 * half);
        for (place, [re, im]) in complex.into_iter().enumerate() {
            let (i, k) = (place / half, place % half);
            matrix[(i, k)] = re;
            matrix[(i, half + k)] = 0.0 - im;
            matrix[(half + i, k)] = im;
            matrix[(half + i, half + k)] = re;
        }
        Ok(matrix)
    }

    /// The character: `Σ_{m=-j}^{j} cos mθ`, twice that for half-integer `j`, where `θ` is the
    /// angle in `[0, 2π]` of the quaternion.
    pub fn character(&self, g: &UnitQuaternion) -> f64 {
        let (_, angle) = g.to_axis_angle();
        let projections = (0..self.spin.dim()).map(|k| self.spin.value() - k as f64);
        let sum: f64 = projections.map(|m| (m * angle).cos()).sum();
        sum * (self.dim() / self.spin.dim()) as f64
    }
}

impl fmt::Display for SpinIrrep {
    /// The spin.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spin.fmt(f)
    }
}
