//! Irreps of SO(3) and O(3).

use std::fmt;

use super::FiniteSubgroup;
use crate::angular_momentum::real_wigner_d;
use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::harmonics::{SphericalHarmonics, check_degree};
use crate::irreps::EndomorphismType;
use crate::matrix::Matrix;
use crate::rotation::SpaceIsometry;

/// What the inversion does: nothing, or a change of sign.
///
/// ```
/// use schur_math::Parity;
///
/// // Vectors are odd, and so are the harmonics of degree 1.
/// assert_eq!(Parity::of_degree(1), Parity::Odd);
/// assert_eq!(Parity::Odd.times(Parity::Odd), Parity::Even);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parity {
    /// The inversion acts as 1.
    Even,
    /// The inversion acts as -1.
    Odd,
}

impl Parity {
    /// The parity `(-1)^l` of the spherical harmonics of degree `l`.
    pub fn of_degree(degree: usize) -> Self {
        if degree.is_multiple_of(2) {
            Self::Even
        } else {
            Self::Odd
        }
    }

    /// The parity of a product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        if self == other { Self::Even } else { Self::Odd }
    }
}

/// A real irrep of SO(3) or O(3): the degree `l`, of dimension `2l + 1`, and for O(3) the
/// parity. All are of real type.
///
/// The matrix of a proper rotation is [`real_wigner_d`], in the basis of the real
/// [`SphericalHarmonics`]. The inversion is 1 or -1 by the parity. Vectors are `l = 1`, odd,
/// with the coordinates in the order `y, z, x`; axial vectors are `l = 1`, even.
///
/// ```
/// use schur_math::{Parity, SpaceIrrep, SpaceIsometry};
///
/// let vector = SpaceIrrep::o3(1, Parity::Odd)?;
/// assert_eq!(vector.to_string(), "1-");
/// assert_eq!(vector.character(&SpaceIsometry::INVERSION)?, -3.0);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpaceIrrep {
    degree: usize,
    /// `None` for SO(3).
    parity: Option<Parity>,
}

impl SpaceIrrep {
    /// The irrep of SO(3) of a degree.
    ///
    /// # Errors
    ///
    /// If the degree is above [`SphericalHarmonics::MAX_DEGREE`].
    pub fn so3(degree: usize) -> Result<Self, MathError> {
        Self::checked(degree, None)
    }

    /// The irrep of O(3) of a degree and a parity.
    ///
    /// # Errors
    ///
    /// If the degree is above [`SphericalHarmonics::MAX_DEGREE`].
    pub fn o3(degree: usize, parity: Parity) -> Result<Self, MathError> {
        Self::checked(degree, Some(parity))
    }

    fn checked(degree: usize, parity: Option<Parity>) -> Result<Self, MathError> {
        let max = SphericalHarmonics::MAX_DEGREE;
        check_degree("the degree of an irrep", degree, max)?;
        Ok(Self { degree, parity })
    }

    /// The degree `l`.
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// The parity; `None` for SO(3).
    pub fn parity(&self) -> Option<Parity> {
        self.parity
    }

    /// The dimension `2l + 1`.
    pub fn dim(&self) -> usize {
        2 * self.degree + 1
    }

    /// What commutes with it: multiples of the identity.
    pub fn endomorphism_type(&self) -> EndomorphismType {
        EndomorphismType::Real
    }

    /// The matrix of an element.
    ///
    /// # Errors
    ///
    /// If this is an irrep of SO(3) and the element is improper.
    pub fn matrix(&self, g: &SpaceIsometry) -> Result<Matrix, MathError> {
        let sign = self.sign(g)?;
        let mut matrix = real_wigner_d(self.degree, &g.quaternion())?;
        matrix.iter_mut().for_each(|entry| *entry *= sign);
        Matrix::new(self.dim(), self.dim(), matrix)
    }

    /// The character `± (1 + 2 Σ_{m=1}^{l} cos mθ)`, where `θ` is the angle of the proper
    /// rotation.
    ///
    /// # Errors
    ///
    /// As [`matrix`](Self::matrix).
    pub fn character(&self, g: &SpaceIsometry) -> Result<f64, MathError> {
        let cosines = (1..=self.degree).map(|m| (m as f64 * g.angle()).cos());
        Ok(self.sign(g)? * (1.0 + 2.0 * cosines.sum::<f64>()))
    }

    /// The restriction to a finite subgroup.
    ///
    /// # Errors
    ///
    /// If this is an irrep of SO(3) and the subgroup has an improper element.
    pub fn restricted_to(
        &self,
        subgroup: &FiniteSubgroup<SpaceIsometry>,
    ) -> Result<FiniteRepresentation, MathError> {
        subgroup.represent(self.to_string(), |g| self.matrix(g))
    }

    /// What the element's inversion does.
    pub(crate) fn sign(&self, g: &SpaceIsometry) -> Result<f64, MathError> {
        match (self.parity, g.is_improper()) {
            (None, true) => Err(MathError::geometry(
                "an element of SO(3)",
                g,
                "it is improper",
                "use the irreps of O(3)",
            )),
            (Some(Parity::Odd), true) => Ok(-1.0),
            _ => Ok(1.0),
        }
    }
}

impl fmt::Display for SpaceIrrep {
    /// The degree, with `+` or `-` for the parity in O(3).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.parity {
            None => "",
            Some(Parity::Even) => "+",
            Some(Parity::Odd) => "-",
        };
        write!(f, "{}{sign}", self.degree)
    }
}
