//! SO(3) and O(3).

use std::fmt;

use rand::RngCore;

use crate::angular_momentum::{real_clebsch_gordan, real_wigner_d_up_to};
use crate::continuous::{Parity, SpaceIrrep};
use crate::error::MathError;
use crate::irreps::EndomorphismType;
use crate::matrix::Matrix;
use crate::quadrature::Quadrature;
use crate::rotation::{SpaceIsometry, UnitQuaternion};
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep, check_irrep, unknown_irrep};

/// SO(3) or O(3), with elements [`SpaceIsometry`] and irreps [`SpaceIrrep`].
///
/// ```
/// use schur_math::{SpaceRotations, SymmetryGroup};
///
/// let names: Vec<String> = SpaceRotations::O3.irreps(1)?.iter().map(|i| i.to_string()).collect();
/// assert_eq!(names, ["0+", "0-", "1+", "1-"]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpaceRotations {
    /// Proper rotations.
    SO3,
    /// Proper and improper rotations.
    O3,
}

/// Turns by one radian about x and z: they generate a dense part of all.
pub(super) fn generating_turns() -> [UnitQuaternion; 2] {
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
        .map(|axis| UnitQuaternion::from_axis_angle(axis, 1.0).expect("the axis is not zero"))
}

impl SymmetryGroup for SpaceRotations {
    type Element = SpaceIsometry;
    type Irrep = SpaceIrrep;

    fn identity(&self) -> SpaceIsometry {
        SpaceIsometry::IDENTITY
    }

    fn compose(&self, g: &SpaceIsometry, h: &SpaceIsometry) -> SpaceIsometry {
        g.compose(h)
    }

    fn inverse(&self, g: &SpaceIsometry) -> SpaceIsometry {
        g.inverse()
    }

    fn distance(&self, g: &SpaceIsometry, h: &SpaceIsometry) -> f64 {
        g.distance(h)
    }

    fn check_element(&self, g: &SpaceIsometry) -> Result<(), MathError> {
        self.irrep_of(0, Parity::Even)?.character(g).map(|_| ())
    }

    fn random(&self, generator: &mut impl RngCore) -> SpaceIsometry {
        match self {
            Self::SO3 => SpaceIsometry::random_proper(generator),
            Self::O3 => SpaceIsometry::random(generator),
        }
    }

    fn generators(&self) -> Vec<SpaceIsometry> {
        let turns = generating_turns().map(|q| SpaceIsometry::new(q, false));
        match self {
            Self::SO3 => turns.to_vec(),
            Self::O3 => [&turns[..], &[SpaceIsometry::INVERSION]].concat(),
        }
    }

    fn quadrature(&self, degree: usize) -> Result<Quadrature<SpaceIsometry>, MathError> {
        match self {
            Self::SO3 => Quadrature::so3(degree),
            Self::O3 => Quadrature::o3(degree),
        }
    }

    fn irreps(&self, band: usize) -> Result<Vec<SpaceIrrep>, MathError> {
        let parities: &[Parity] = match self {
            Self::SO3 => &[Parity::Even],
            Self::O3 => &[Parity::Even, Parity::Odd],
        };
        let each = |l| parities.iter().map(move |&parity| self.irrep_of(l, parity));
        (0..=band).flat_map(each).collect()
    }

    fn irrep(&self, name: &str) -> Result<SpaceIrrep, MathError> {
        let (digits, parity) = match (self, name.strip_suffix('+'), name.strip_suffix('-')) {
            (Self::SO3, None, None) => (name, Parity::Even),
            (Self::O3, Some(digits), _) => (digits, Parity::Even),
            (Self::O3, _, Some(digits)) => (digits, Parity::Odd),
            _ => ("", Parity::Even),
        };
        match digits.parse() {
            Ok(l) if digits.bytes().all(|b| b.is_ascii_digit()) => self.irrep_of(l, parity),
            _ => Err(unknown_irrep(
                self,
                name,
                match self {
                    Self::SO3 => "0, 1, 2, …",
                    Self::O3 => "0+, 0-, 1+, 1-, …",
                },
            )),
        }
    }
}

impl SpaceRotations {
    /// The irrep of a degree; the parity counts in O(3) only.
    fn irrep_of(self, degree: usize, parity: Parity) -> Result<SpaceIrrep, MathError> {
        match self {
            Self::SO3 => SpaceIrrep::so3(degree),
            Self::O3 => SpaceIrrep::o3(degree, parity),
        }
    }
}

impl fmt::Display for SpaceRotations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SO3 => "SO(3)",
            Self::O3 => "O(3)",
        })
    }
}

impl SymmetryIrrep for SpaceIrrep {
    type Group = SpaceRotations;

    fn group(&self) -> SpaceRotations {
        match self.parity() {
            None => SpaceRotations::SO3,
            Some(_) => SpaceRotations::O3,
        }
    }

    fn dim(&self) -> usize {
        self.dim()
    }

    fn band(&self) -> usize {
        self.degree()
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        self.endomorphism_type()
    }

    fn endomorphisms(&self) -> Vec<Matrix> {
        vec![Matrix::identity(self.dim())]
    }

    fn matrix(&self, g: &SpaceIsometry) -> Result<Matrix, MathError> {
        self.matrix(g)
    }

    /// By one recursion through all degrees.
    fn matrices(irreps: &[Self], g: &SpaceIsometry) -> Result<Vec<Matrix>, MathError> {
        let Some(largest) = irreps.iter().map(Self::degree).max() else {
            return Ok(Vec::new());
        };
        let proper = real_wigner_d_up_to(largest, &g.quaternion())?;
        let signed = |irrep: &Self| {
            let sign = irrep.sign(g)?;
            let matrix = &proper[irrep.degree()];
            Ok(Matrix::from_fn(irrep.dim(), irrep.dim(), |i, j| {
                sign * matrix[i * irrep.dim() + j]
            }))
        };
        irreps.iter().map(signed).collect()
    }

    fn character(&self, g: &SpaceIsometry) -> Result<f64, MathError> {
        self.character(g)
    }

    /// Degrees `|l1 - l2|` to `l1 + l2`, by [`real_clebsch_gordan`]; parities multiply.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        let group = SymmetryIrrep::group(self);
        check_irrep(other, &group)?;
        let parities = self.parity().zip(other.parity());
        let parity = parities.map_or(Parity::Even, |(a, b)| a.times(b));
        let (a, b) = (self.degree(), other.degree());
        let coupling = |l| {
            let rows = Matrix::new(
                2 * l + 1,
                self.dim() * other.dim(),
                real_clebsch_gordan(a, b, l)?,
            )?;
            Ok(Coupling::new(group.irrep_of(l, parity)?, rows.transposed()))
        };
        (a.abs_diff(b)..=a + b).map(coupling).collect()
    }
}
