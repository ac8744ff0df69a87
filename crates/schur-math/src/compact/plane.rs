//! SO(2) and O(2).

use std::f64::consts::FRAC_1_SQRT_2;
use std::fmt;

use rand::RngCore;

use crate::continuous::PlaneIrrep;
use crate::error::MathError;
use crate::irreps::EndomorphismType;
use crate::quadrature::Quadrature;
use crate::rotation::PlaneIsometry;
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep, check_irrep, unknown_irrep};

/// SO(2) or O(2), with elements [`PlaneIsometry`] and irreps [`PlaneIrrep`].
///
/// ```
/// use schur_math::{PlaneRotations, SymmetryGroup};
///
/// let names: Vec<String> = PlaneRotations::O2.irreps(2)?.iter().map(|i| i.to_string()).collect();
/// assert_eq!(names, ["A1", "A2", "E1", "E2"]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaneRotations {
    /// Proper rotations.
    SO2,
    /// Rotations and mirrors.
    O2,
}

impl SymmetryGroup for PlaneRotations {
    type Element = PlaneIsometry;
    type Irrep = PlaneIrrep;

    fn identity(&self) -> PlaneIsometry {
        PlaneIsometry::IDENTITY
    }

    fn compose(&self, g: &PlaneIsometry, h: &PlaneIsometry) -> PlaneIsometry {
        g.compose(h)
    }

    fn inverse(&self, g: &PlaneIsometry) -> PlaneIsometry {
        g.inverse()
    }

    fn distance(&self, g: &PlaneIsometry, h: &PlaneIsometry) -> f64 {
        g.distance(h)
    }

    fn check_element(&self, g: &PlaneIsometry) -> Result<(), MathError> {
        PlaneIrrep::trivial(*self).matrix(g).map(|_| ())
    }

    fn random(&self, generator: &mut impl RngCore) -> PlaneIsometry {
        match self {
            Self::SO2 => PlaneIsometry::random_proper(generator),
            Self::O2 => PlaneIsometry::random(generator),
        }
    }

    fn generators(&self) -> Vec<PlaneIsometry> {
        // One radian is no rational part of a turn, so its multiples are dense.
        let turn = PlaneIsometry::wrapped(1.0, false);
        match self {
            Self::SO2 => vec![turn],
            Self::O2 => vec![turn, PlaneIsometry::MIRROR],
        }
    }

    fn quadrature(&self, degree: usize) -> Result<Quadrature<PlaneIsometry>, MathError> {
        match self {
            Self::SO2 => Quadrature::so2(degree),
            Self::O2 => Quadrature::o2(degree),
        }
    }

    fn irreps(&self, band: usize) -> Result<Vec<PlaneIrrep>, MathError> {
        let mut all = vec![PlaneIrrep::trivial(*self)];
        if *self == Self::O2 {
            all.push(PlaneIrrep::o2_sign());
        }
        for k in 1..=band {
            all.push(PlaneIrrep::of_frequency(*self, k)?);
        }
        Ok(all)
    }

    fn irrep(&self, name: &str) -> Result<PlaneIrrep, MathError> {
        match (self, name) {
            (Self::SO2, "A") | (Self::O2, "A1") => return Ok(PlaneIrrep::trivial(*self)),
            (Self::O2, "A2") => return Ok(PlaneIrrep::o2_sign()),
            _ => {}
        }
        let digits = name.strip_prefix('E').unwrap_or_default();
        match digits.parse() {
            Ok(k) if k > 0 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                PlaneIrrep::of_frequency(*self, k)
            }
            _ => Err(unknown_irrep(
                self,
                name,
                match self {
                    Self::SO2 => "A, E1, E2, …",
                    Self::O2 => "A1, A2, E1, E2, …",
                },
            )),
        }
    }
}

impl fmt::Display for PlaneRotations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SO2 => "SO(2)",
            Self::O2 => "O(2)",
        })
    }
}

impl PlaneIrrep {
    fn trivial(group: PlaneRotations) -> Self {
        Self::of_frequency(group, 0).expect("frequency 0 is in range")
    }

    fn of_frequency(group: PlaneRotations, k: usize) -> Result<Self, MathError> {
        match group {
            PlaneRotations::SO2 => Self::so2(k),
            PlaneRotations::O2 => Self::o2(k),
        }
    }

    /// Whether mirrors change the sign of a one-dimensional irrep.
    fn is_sign(&self) -> bool {
        *self == Self::o2_sign()
    }
}

impl SymmetryIrrep for PlaneIrrep {
    type Group = PlaneRotations;

    fn group(&self) -> PlaneRotations {
        if self.is_of_o2() {
            PlaneRotations::O2
        } else {
            PlaneRotations::SO2
        }
    }

    fn dim(&self) -> usize {
        self.dim()
    }

    fn band(&self) -> usize {
        self.frequency()
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        self.endomorphism_type()
    }

    fn endomorphisms(&self) -> Vec<Vec<f64>> {
        match (self.endomorphism_type(), self.dim()) {
            (EndomorphismType::Complex, _) => {
                vec![vec![1.0, 0.0, 0.0, 1.0], vec![0.0, -1.0, 1.0, 0.0]]
            }
            (_, 1) => vec![vec![1.0]],
            _ => vec![vec![1.0, 0.0, 0.0, 1.0]],
        }
    }

    fn matrix(&self, g: &PlaneIsometry) -> Result<Vec<f64>, MathError> {
        self.matrix(g)
    }

    fn character(&self, g: &PlaneIsometry) -> Result<f64, MathError> {
        self.character(g)
    }

    /// In closed form, with components as complex numbers `z = x + i y`, by frequency:
    ///
    /// - `A1` and `A` change nothing; `A2 ⊗ A2 = A1`; `A2 ⊗ E_k` is `E_k` by `T = [[0, -1], [1, 0]]`;
    /// - `E_k ⊗ E_l` has `E_|k-l|`, `z w̄ / √2` or its conjugate for `k < l`, and `E_{k+l}`,
    ///   `z w / √2`. For `k = l` the first falls into the scalar product `Re z̄ w / √2`, which
    ///   is `A1`, and the area `Im z̄ w / √2`, which is `A2` in O(2) and `A` in SO(2).
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        let group = SymmetryIrrep::group(self);
        check_irrep(other, &group)?;
        const H: f64 = FRAC_1_SQRT_2;
        let (k, l) = (self.frequency(), other.frequency());
        let irrep = |frequency| PlaneIrrep::of_frequency(group, frequency);
        if k == 0 && l == 0 {
            let is_sign = self.is_sign() != other.is_sign();
            let product = if is_sign {
                PlaneIrrep::o2_sign()
            } else {
                irrep(0)?
            };
            return Ok(vec![Coupling::new(product, vec![1.0])]);
        }
        if k == 0 || l == 0 {
            let isometry = if self.is_sign() || other.is_sign() {
                vec![0.0, -1.0, 1.0, 0.0]
            } else {
                vec![1.0, 0.0, 0.0, 1.0]
            };
            return Ok(vec![Coupling::new(irrep(k.max(l))?, isometry)]);
        }
        // Rows are the components 00, 01, 10, 11 of the product.
        let sum = Coupling::new(irrep(k + l)?, vec![H, 0.0, 0.0, H, 0.0, H, -H, 0.0]);
        if k == l {
            let odd = match group {
                PlaneRotations::SO2 => irrep(0)?,
                PlaneRotations::O2 => PlaneIrrep::o2_sign(),
            };
            let dot = Coupling::new(irrep(0)?, vec![H, 0.0, 0.0, H]);
            let area = Coupling::new(odd, vec![0.0, H, -H, 0.0]);
            return Ok(vec![dot, area, sum]);
        }
        let s = if k > l { H } else { -H };
        let difference = vec![H, 0.0, 0.0, -s, 0.0, s, H, 0.0];
        Ok(vec![Coupling::new(irrep(k.abs_diff(l))?, difference), sum])
    }
}
