//! SU(2).

use std::fmt;

use rand::RngCore;

use crate::angular_momentum::{
    HalfInteger, clebsch_gordan_matrix, real_clebsch_gordan, real_parts,
};
use crate::continuous::{SpinIrrep, of_compact_elements};
use crate::error::MathError;
use crate::irreps::EndomorphismType;
use crate::linear::norm;
use crate::matrix::Matrix;
use crate::quadrature::Quadrature;
use crate::rotation::{UnitQuaternion, generating_turns};
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep, unknown_irrep};

/// SU(2), with elements [`UnitQuaternion`] and irreps [`SpinIrrep`].
///
/// ```
/// use schur_math::{SpinRotations, SymmetryGroup};
///
/// let names: Vec<String> = SpinRotations.irreps(3)?.iter().map(|i| i.to_string()).collect();
/// assert_eq!(names, ["0", "1/2", "1", "3/2"]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpinRotations;

impl SpinRotations {
    /// The group from its name, `SU(2)` or `su2`, for programs that take names of groups.
    ///
    /// ```
    /// assert!(schur_math::SpinRotations::parse("su2").is_ok());
    /// assert!(schur_math::SpinRotations::parse("SU(3)").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// If it is the name of something else.
    pub fn parse(name: &str) -> Result<Self, MathError> {
        let plain: String = (name.chars())
            .filter(|c| !matches!(c, '(' | ')' | ' '))
            .collect();
        match plain.eq_ignore_ascii_case("su2") {
            true => Ok(Self),
            false => Err(MathError::UnknownCompactGroup {
                name: name.to_string(),
            }),
        }
    }
}

impl SymmetryGroup for SpinRotations {
    type Element = UnitQuaternion;
    type Irrep = SpinIrrep;

    of_compact_elements!(UnitQuaternion);

    fn check_element(&self, _: &UnitQuaternion) -> Result<(), MathError> {
        Ok(())
    }

    fn random(&self, generator: &mut impl RngCore) -> UnitQuaternion {
        UnitQuaternion::random(generator)
    }

    fn generators(&self) -> Vec<UnitQuaternion> {
        generating_turns().to_vec()
    }

    fn quadrature(&self, degree: usize) -> Result<Quadrature<UnitQuaternion>, MathError> {
        Quadrature::su2(degree)
    }

    fn irreps(&self, band: usize) -> Result<Vec<SpinIrrep>, MathError> {
        (0..=band).map(of_twice).collect()
    }

    fn irrep(&self, name: &str) -> Result<SpinIrrep, MathError> {
        let (digits, halves) = match name.strip_suffix("/2") {
            Some(digits) => (digits, true),
            None => (name, false),
        };
        let number = digits.parse::<usize>();
        match number {
            Ok(n) if digits.bytes().all(|b| b.is_ascii_digit()) && (!halves || n % 2 == 1) => {
                of_twice(if halves { n } else { n.saturating_mul(2) })
            }
            _ => Err(unknown_irrep(self, name, "0, 1/2, 1, 3/2, …")),
        }
    }
}

fn of_twice(twice: usize) -> Result<SpinIrrep, MathError> {
    // Saturates far above the largest spin.
    SpinIrrep::new(HalfInteger::halves(
        i32::try_from(twice).unwrap_or(i32::MAX),
    ))
}

impl fmt::Display for SpinRotations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SU(2)")
    }
}

impl SymmetryIrrep for SpinIrrep {
    type Group = SpinRotations;

    fn group(&self) -> SpinRotations {
        SpinRotations
    }

    fn dim(&self) -> usize {
        self.dim()
    }

    fn band(&self) -> usize {
        self.spin().dim() - 1
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        self.endomorphism_type()
    }

    /// For half-integer spin, with vectors as `z = x + i y`: `i z`, `K z̄` with
    /// `K_{m,-m} = (-1)^(j-m)`, and their product.
    fn endomorphisms(&self) -> Vec<Matrix> {
        let dim = self.dim();
        if self.spin().is_whole() {
            return vec![Matrix::identity(dim)];
        }
        let half = dim / 2;
        let (mut i, mut j) = (Matrix::zeros(dim, dim), Matrix::zeros(dim, dim));
        for row in 0..half {
            i[(row, half + row)] = -1.0;
            i[(half + row, row)] = 1.0;
            let (column, sign) = (half - 1 - row, alternating(row));
            j[(row, column)] = sign;
            j[(half + row, half + column)] = -sign;
        }
        let k = i.times(&j);
        vec![Matrix::identity(dim), i, j, k]
    }

    fn matrix(&self, g: &UnitQuaternion) -> Result<Matrix, MathError> {
        self.matrix(g)
    }

    fn character(&self, g: &UnitQuaternion) -> Result<f64, MathError> {
        Ok(self.character(g))
    }

    /// Spins `|j1 - j2|` to `j1 + j2`: two whole spins as in SO(3), a whole and a half-integer
    /// spin give each once, two half-integer spins give each four times.
    ///
    /// The latter come from Clebsch and Gordan's `C`, with the phases of Condon and Shortley:
    /// every irrep has a real-linear map `φ` to complex vectors of spin `j` that commutes with
    /// SU(2), and so have `Re ⟨C (φ(x) ⊗ φ(y)), φ(z)⟩` and, for two half-integer spins, the
    /// same with `i φ(z)`, and both with `K φ(y)‾` for `φ(y)`, in this order.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        let (a, b) = (self.band(), other.band());
        let spins = (a.abs_diff(b)..=a + b).step_by(2);
        let mut all = Vec::new();
        for twice in spins {
            let irrep = of_twice(twice)?;
            if a.is_multiple_of(2) && b.is_multiple_of(2) {
                let rows = real_clebsch_gordan(a / 2, b / 2, twice / 2)?;
                all.push(Coupling::new(irrep, rows.transposed()));
                continue;
            }
            let coefficients = clebsch_gordan_matrix(self.spin(), other.spin(), irrep.spin())?;
            let (left, right, target) = (frame(self), frame(other), frame(&irrep));
            let couple = |right: &[Complexes], turned: bool| {
                let isometry = adjoint(&coefficients, &left, right, &target, turned);
                Coupling::new(irrep, isometry)
            };
            all.push(couple(&right, false));
            if irrep.spin().is_whole() {
                let opposite: Vec<Complexes> = right.iter().map(|z| conjugated(z)).collect();
                all.push(couple(&right, true));
                all.push(couple(&opposite, false));
                all.push(couple(&opposite, true));
            }
        }
        Ok(all)
    }
}

/// Components `m = j, …, -j` as pairs of real and imaginary part.
type Complexes = Vec<[f64; 2]>;

/// The images of the real basis vectors among the complex vectors of the spin.
fn frame(irrep: &SpinIrrep) -> Vec<Complexes> {
    let size = irrep.spin().dim();
    if !irrep.spin().is_whole() {
        let unit = |k: usize| {
            let mut vector = vec![[0.0; 2]; size];
            vector[k % size][k / size] = 1.0;
            vector
        };
        return (0..2 * size).map(unit).collect();
    }
    // Complex harmonics have Y(R x) = conj(D(R)) Y(x), and U brings them to the real ones; so
    // Uᵀ brings real vectors to spin l. Column m of U has entries i^turns · part in rows k.
    let degree = (size / 2) as i32;
    let mut vectors = vec![vec![[0.0; 2]; size]; size];
    for m in -degree..=degree {
        for (k, turns, part) in real_parts(m) {
            let entry = &mut vectors[(degree + k) as usize][(degree - m) as usize];
            match turns.rem_euclid(4) {
                0 => entry[0] = part,
                1 => entry[1] = part,
                2 => entry[0] = -part,
                _ => entry[1] = -part,
            }
        }
    }
    vectors
}

/// `K z̄`.
fn conjugated(vector: &[[f64; 2]]) -> Complexes {
    let reversed = vector.iter().rev().enumerate();
    reversed
        .map(|(row, &[re, im])| [alternating(row) * re, -alternating(row) * im])
        .collect()
}

/// `(-1)^k`.
fn alternating(k: usize) -> f64 {
    if k.is_multiple_of(2) { 1.0 } else { -1.0 }
}

/// The matrix of `Re ⟨C (x ⊗ y), z⟩`, or with `i z`, brought to orthonormal columns: its
/// columns have one length, since it commutes with an irrep.
fn adjoint(
    coefficients: &Matrix,
    left: &[Complexes],
    right: &[Complexes],
    target: &[Complexes],
    turned: bool,
) -> Matrix {
    let mut matrix = Vec::with_capacity(left.len() * right.len() * target.len());
    for x in left {
        for y in right {
            let pairs = x
                .iter()
                .flat_map(|[a, b]| y.iter().map(move |[c, d]| [a * c - b * d, a * d + b * c]));
            let pairs: Complexes = pairs.collect();
            let coupled = coefficients.values().chunks(pairs.len()).map(|row| {
                let terms = row.iter().zip(&pairs);
                terms.fold([0.0, 0.0], |[re, im], (f, [x, y])| [re + f * x, im + f * y])
            });
            let coupled: Complexes = coupled.collect();
            for z in target {
                let terms =
                    coupled.iter().zip(z).map(
                        |([a, b], [c, d])| {
                            if turned { b * c - a * d } else { a * c + b * d }
                        },
                    );
                matrix.push(terms.sum());
            }
        }
    }
    let scale = (target.len() as f64).sqrt() / norm(&matrix);
    Matrix::from_values(left.len() * right.len(), target.len(), matrix).scaled(scale)
}
