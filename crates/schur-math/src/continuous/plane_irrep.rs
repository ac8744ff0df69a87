//! Irreps of SO(2) and O(2).

use std::fmt;

use super::FiniteSubgroup;
use crate::error::MathError;
use crate::harmonics::{CircularHarmonics, check_degree};
use crate::irreps::EndomorphismType;
use crate::representation::Representation;
use crate::rotation::PlaneIsometry;

/// A real irrep of SO(2) or O(2).
///
/// | group | irrep | dimension | type | `r(θ)` | `s` |
/// |---|---|---|---|---|---|
/// | SO(2) | `A` | 1 | real | 1 | |
/// | SO(2) | `E_k` | 2 | complex | rotation by `kθ` | |
/// | O(2) | `A1` | 1 | real | 1 | 1 |
/// | O(2) | `A2` | 1 | real | 1 | -1 |
/// | O(2) | `E_k` | 2 | real | rotation by `kθ` | `diag(1, -1)` |
///
/// Names and bases are those of the irreps of `C_n` and `D_n`: restricted to `C_n` or `D_n`,
/// `E_k` with `k < n/2` is the irrep `Ek` there. Points `(x, y)`, on which `s` is
/// `diag(-1, 1)`, are `E1` in the basis `(y, -x)`.
///
/// ```
/// use schur_math::{EndomorphismType, PlaneIrrep, PlaneIsometry};
///
/// let e2 = PlaneIrrep::so2(2)?;
/// assert_eq!(e2.endomorphism_type(), EndomorphismType::Complex);
/// let turn = PlaneIsometry::rotation(0.3)?;
/// assert!((e2.matrix(&turn)?[0] - 0.6f64.cos()).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlaneIrrep {
    frequency: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Rotations,
    Mirrors,
    /// The irrep `A2` of O(2).
    MirrorSign,
}

impl PlaneIrrep {
    /// The irrep of SO(2) of a frequency: `A` for 0, otherwise `E_k`.
    ///
    /// # Errors
    ///
    /// If the frequency is above [`CircularHarmonics::MAX_FREQUENCY`].
    pub fn so2(frequency: usize) -> Result<Self, MathError> {
        Self::checked(frequency, Kind::Rotations)
    }

    /// The irrep of O(2) of a frequency: `A1` for 0, otherwise `E_k`.
    ///
    /// # Errors
    ///
    /// If the frequency is above [`CircularHarmonics::MAX_FREQUENCY`].
    pub fn o2(frequency: usize) -> Result<Self, MathError> {
        Self::checked(frequency, Kind::Mirrors)
    }

    /// The irrep `A2` of O(2): the determinant.
    pub fn o2_sign() -> Self {
        Self {
            frequency: 0,
            kind: Kind::MirrorSign,
        }
    }

    fn checked(frequency: usize, kind: Kind) -> Result<Self, MathError> {
        let max = CircularHarmonics::MAX_FREQUENCY;
        check_degree("the frequency of an irrep", frequency, max)?;
        Ok(Self { frequency, kind })
    }

    /// The frequency `k`.
    pub fn frequency(&self) -> usize {
        self.frequency
    }

    /// Whether mirrors have matrices.
    pub(crate) fn is_of_o2(&self) -> bool {
        self.kind != Kind::Rotations
    }

    /// The dimension: 1 for frequency 0, otherwise 2.
    pub fn dim(&self) -> usize {
        if self.frequency == 0 { 1 } else { 2 }
    }

    /// What commutes with it.
    pub fn endomorphism_type(&self) -> EndomorphismType {
        if self.kind == Kind::Rotations && self.frequency > 0 {
            EndomorphismType::Complex
        } else {
            EndomorphismType::Real
        }
    }

    /// The matrix of an element, row-major.
    ///
    /// # Errors
    ///
    /// If this is an irrep of SO(2) and the element is a mirror.
    pub fn matrix(&self, g: &PlaneIsometry) -> Result<Vec<f64>, MathError> {
        if self.kind == Kind::Rotations && g.is_reflected() {
            return Err(MathError::geometry(
                "an element of SO(2)",
                g,
                "it is a mirror",
                "use the irreps of O(2)",
            ));
        }
        if self.frequency == 0 {
            let is_odd = self.kind == Kind::MirrorSign && g.is_reflected();
            return Ok(vec![if is_odd { -1.0 } else { 1.0 }]);
        }
        let (sin, cos) = (self.frequency as f64 * g.angle()).sin_cos();
        Ok(if g.is_reflected() {
            vec![cos, sin, sin, 0.0 - cos]
        } else {
            vec![cos, 0.0 - sin, sin, cos]
        })
    }

    /// The character, the trace of the matrix.
    ///
    /// # Errors
    ///
    /// As [`matrix`](Self::matrix).
    pub fn character(&self, g: &PlaneIsometry) -> Result<f64, MathError> {
        let matrix = self.matrix(g)?;
        Ok(matrix.iter().step_by(self.dim() + 1).sum())
    }

    /// The restriction to a finite subgroup.
    ///
    /// # Errors
    ///
    /// If this is an irrep of SO(2) and the subgroup has a mirror.
    pub fn restricted_to(
        &self,
        subgroup: &FiniteSubgroup<PlaneIsometry>,
    ) -> Result<Representation, MathError> {
        subgroup.represent(self.to_string(), |g| self.matrix(g))
    }
}

impl fmt::Display for PlaneIrrep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.frequency) {
            (Kind::Rotations, 0) => f.write_str("A"),
            (Kind::Mirrors, 0) => f.write_str("A1"),
            (Kind::MirrorSign, _) => f.write_str("A2"),
            (_, k) => write!(f, "E{k}"),
        }
    }
}
