//! Irreps of SO(3) and O(3): degrees of spherical harmonics.

use std::fmt;

use crate::angular_momentum::{real_clebsch_gordan, real_wigner_d, real_wigner_d_up_to};
use crate::continuous::Parity;
use crate::error::MathError;
use crate::harmonics::{SphericalHarmonics, check_degree};
use crate::matrix::Matrix;
use crate::rotation::SpaceIsometry;

/// The degree `l`, of dimension `2l + 1`, and for O(3) the parity.
///
/// Elements are looked at by their proper part and, with a parity, by their sign: that they are
/// in the group is checked elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Degree {
    pub(super) l: usize,
    /// `None` for SO(3).
    pub(super) parity: Option<Parity>,
}

impl Degree {
    pub(super) fn new(l: usize, parity: Option<Parity>) -> Result<Self, MathError> {
        check_degree("the degree of an irrep", l, SphericalHarmonics::MAX_DEGREE)?;
        Ok(Self { l, parity })
    }

    /// From the name that is displayed; `None` if it is none of them.
    pub(super) fn parse(name: &str, has_inversion: bool) -> Option<Result<Self, MathError>> {
        let (digits, parity) = match (name.strip_suffix('+'), name.strip_suffix('-')) {
            (Some(digits), _) => (digits, Some(Parity::Even)),
            (_, Some(digits)) => (digits, Some(Parity::Odd)),
            _ => (name, None),
        };
        let is_number = digits.bytes().all(|b| b.is_ascii_digit());
        let degree = digits.parse().ok().filter(|_| is_number)?;
        (parity.is_some() == has_inversion).then(|| Self::new(degree, parity))
    }

    pub(super) fn dim(self) -> usize {
        2 * self.l + 1
    }

    pub(super) fn matrix(self, g: &SpaceIsometry) -> Result<Matrix, MathError> {
        Ok(self.signed(&real_wigner_d(self.l, &g.quaternion())?, g))
    }

    /// By one recursion through all degrees.
    pub(super) fn matrices(degrees: &[Self], g: &SpaceIsometry) -> Result<Vec<Matrix>, MathError> {
        let Some(largest) = degrees.iter().map(|degree| degree.l).max() else {
            return Ok(Vec::new());
        };
        let proper = real_wigner_d_up_to(largest, &g.quaternion())?;
        let signed = |degree: &Self| degree.signed(&proper[degree.l], g);
        Ok(degrees.iter().map(signed).collect())
    }

    fn signed(self, proper: &Matrix, g: &SpaceIsometry) -> Matrix {
        proper.scaled(self.sign(g))
    }

    /// `± (1 + 2 Σ_{m=1}^{l} cos mθ)`, where `θ` is the angle of the proper rotation.
    pub(super) fn character(self, g: &SpaceIsometry) -> f64 {
        let cosines = (1..=self.l).map(|m| (m as f64 * g.angle()).cos());
        self.sign(g) * (1.0 + 2.0 * cosines.sum::<f64>())
    }

    /// What the element's inversion does.
    fn sign(self, g: &SpaceIsometry) -> f64 {
        match (self.parity, g.is_improper()) {
            (Some(Parity::Odd), true) => -1.0,
            _ => 1.0,
        }
    }

    /// Degrees `|l1 - l2|` to `l1 + l2`, by [`real_clebsch_gordan`]; parities multiply.
    pub(super) fn couplings(self, other: Self) -> Result<Vec<(Self, Matrix)>, MathError> {
        let parity = self.parity.zip(other.parity).map(|(a, b)| a.times(b));
        let (a, b) = (self.l, other.l);
        let coupling = |l| {
            let rows = real_clebsch_gordan(a, b, l)?;
            Ok((Self::new(l, parity)?, rows.transposed()))
        };
        (a.abs_diff(b)..=a + b).map(coupling).collect()
    }
}

impl fmt::Display for Degree {
    /// The degree, with `+` or `-` for the parity in O(3).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.parity {
            None => "",
            Some(Parity::Even) => "+",
            Some(Parity::Odd) => "-",
        };
        write!(f, "{}{sign}", self.l)
    }
}
