//! Real irreducible representations: in closed form for cyclic and dihedral groups, from the
//! character table for all others.

mod decompose;
mod endomorphisms;
mod general;
mod induced;
mod names;
mod real_character;
mod signed;
mod splitting;

pub use decompose::decompose;

use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::group::{Family, Group};
use crate::matrix::Matrix;
use crate::turn;

/// What commutes with a real irreducible representation: by Schur's lemma a division algebra,
/// one of three by Frobenius' theorem.
///
/// ```
/// use schur_math::{EndomorphismType, Group, irrep};
///
/// // Rotations commute with rotations; with mirrors only multiples of the identity do.
/// let (c4, d4) = (Group::parse("C4")?, Group::parse("D4")?);
/// assert_eq!(irrep(&c4, "E")?.endomorphism_type(), EndomorphismType::Complex);
/// assert_eq!(irrep(&d4, "E")?.endomorphism_type(), EndomorphismType::Real);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndomorphismType {
    /// Only multiples of the identity.
    Real,
    /// A copy of the complex numbers, such as the rotations of the plane.
    Complex,
    /// A copy of the quaternions.
    Quaternionic,
}

impl EndomorphismType {
    /// Real dimension of the algebra: 1, 2 or 4.
    pub fn dim(self) -> usize {
        match self {
            Self::Real => 1,
            Self::Complex => 2,
            Self::Quaternionic => 4,
        }
    }
}

/// A real irreducible representation.
///
/// ```
/// use schur_math::{Group, MathError, irreps};
///
/// let names = |group: &str| -> Result<Vec<String>, MathError> {
///     let all = irreps(&Group::parse(group)?);
///     Ok(all.iter().map(|irrep| irrep.name().to_string()).collect())
/// };
/// assert_eq!(names("C4")?, ["A", "B", "E1"]);
/// assert_eq!(names("D4")?, ["A1", "A2", "B1", "B2", "E1"]);
/// # Ok::<(), MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Irrep {
    representation: FiniteRepresentation,
    endomorphism_type: EndomorphismType,
    frequency: usize,
    endomorphisms: Vec<Matrix>,
}

impl Irrep {
    /// Name. In `C_n` and `D_n` in the notation of Mulliken: `A`, `B` for dimension 1 (`B`
    /// changes sign under `r`), `E1`, `E2`, … for dimension 2. In polyhedral groups too: `A`,
    /// `E`, `T`, `G`, `H` for dimensions 1 to 5, `T1` for axial vectors, `g` and `u` for even
    /// and odd under the inversion. In all others the dimension, with primes: `3`, `3'`, or
    /// numbers if there are more than four: `3_1`, `3_2`, ….
    pub fn name(&self) -> &str {
        self.representation.name()
    }

    /// The matrices.
    pub fn representation(&self) -> &FiniteRepresentation {
        &self.representation
    }

    /// What commutes with it.
    pub fn endomorphism_type(&self) -> EndomorphismType {
        self.endomorphism_type
    }

    /// An orthogonal basis of the matrices that commute with all `ρ(g)`, each orthogonal: the identity first, then `J` with `J² = -1` for complex type, or `i`, `j`
    /// and `k = i j` for quaternionic type.
    pub fn endomorphisms(&self) -> &[Matrix] {
        &self.endomorphisms
    }

    /// Angular frequency `k` in `C_n` and `D_n`: `r` acts as a rotation by `k · 2π/n`. 0 in
    /// other groups.
    pub fn frequency(&self) -> usize {
        self.frequency
    }
}

impl std::fmt::Display for Irrep {
    /// The name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// All real irreducible representations of a finite group, each once, up to isomorphism.
///
/// - `C_n`: `A`; `B(r) = -1` for even `n`; `E_k(r^i) = R(2π k i/n)` for `0 < k < n/2`, of
///   complex type.
/// - `D_n`: `A1`; `A2(s) = -1`; for even `n` also `B1(r) = -1, B1(s) = 1` and
///   `B2(r) = -1, B2(s) = -1`; `E_k(r^i s^f) = R(2π k i/n) diag(1, -1)^f`. All of real type.
/// - Polyhedral groups: the irrep of vectors has the defining 3 x 3 matrices.
/// - All others in the order of the [`CharacterTable`](crate::CharacterTable): inside a
///   representation on the cosets of a subgroup, with the projections of the cosets, made
///   orthonormal in their order, as the basis.
///
/// The squares of the dimensions, divided by the dimensions of the endomorphism algebras, add
/// up to the order of the group, which shows that the list is complete (Serre 1977, §§2.4,
/// 5.1-5.3, 12.2).
///
/// ```
/// use schur_math::{EndomorphismType, Group, irreps};
///
/// let q8 = irreps(&Group::parse("Q8")?);
/// let dims: Vec<usize> = q8.iter().map(|irrep| irrep.representation().dim()).collect();
/// assert_eq!(dims, [1, 1, 1, 1, 4]);
/// assert_eq!(q8[4].endomorphism_type(), EndomorphismType::Quaternionic);
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub fn irreps(group: &Group) -> Vec<Irrep> {
    let (n, mirrors) = match group.family() {
        Family::Cyclic(n) => (n, false),
        Family::Dihedral(n) => (n, true),
        _ => return general::irreps(group),
    };
    // Names at r = 1 and r = -1, and the value at s.
    let signs: &[(&str, &str, i8)] = if mirrors {
        &[("A1", "B1", 1), ("A2", "B2", -1)]
    } else {
        &[("A", "B", 1)]
    };
    let mut all = Vec::new();
    all.extend(signs.iter().map(|&(name, _, s)| sign(group, n, name, 1, s)));
    if n.is_multiple_of(2) {
        all.extend(
            signs
                .iter()
                .map(|&(_, name, s)| sign(group, n, name, -1, s)),
        );
    }
    all.extend((1..n.div_ceil(2)).map(|k| plane(group, n, k, mirrors)));
    all
}

/// The irrep with a name. `E` means `E1` where there is only one.
///
/// ```
/// use schur_math::{EndomorphismType, Group, irrep};
///
/// // The two rotations of a triangle by 120 degrees: a complex irrep, as a real plane.
/// let plane = irrep(&Group::parse("C3")?, "E")?;
/// assert_eq!(plane.name(), "E1");
/// assert_eq!(plane.endomorphism_type(), EndomorphismType::Complex);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the group has no such irrep.
pub fn irrep(group: &Group, name: &str) -> Result<Irrep, MathError> {
    let mut all = irreps(group);
    if let Some(index) = place_of(&all, name) {
        return Ok(all.swap_remove(index));
    }
    let known: Vec<&str> = all.iter().map(Irrep::name).collect();
    Err(MathError::UnknownIrrep {
        group: group.name().to_string(),
        name: name.to_string(),
        known: known.join(", "),
    })
}

/// The place of a name in the list of all irreps of a group.
pub(crate) fn place_of(all: &[Irrep], name: &str) -> Option<usize> {
    let planes = all.iter().filter(|irrep| irrep.representation.dim() == 2);
    let is_alias = name == "E" && all.iter().all(|irrep| irrep.name() != "E");
    let wanted = if is_alias && planes.count() == 1 {
        "E1"
    } else {
        name
    };
    all.iter().position(|irrep| irrep.name() == wanted)
}

/// The one-dimensional irrep with the given values at `r` and `s`.
fn sign(group: &Group, n: usize, name: &str, r: i8, s: i8) -> Irrep {
    let power = |base: i8, exponent: usize| if exponent % 2 == 1 { base } else { 1 };
    let value = |index: usize| f64::from(power(r, index % n) * power(s, index / n));
    let values = group.elements().map(|g| value(g.index())).collect();
    Irrep {
        representation: FiniteRepresentation::from_closed_form(group, name, 1, values),
        endomorphism_type: EndomorphismType::Real,
        frequency: if r == 1 { 0 } else { n / 2 },
        endomorphisms: vec![Matrix::identity(1)],
    }
}

/// The two-dimensional irrep of frequency `k`.
fn plane(group: &Group, n: usize, k: usize, mirrors: bool) -> Irrep {
    let values = group.elements().flat_map(|g| {
        let (cos, sin) = turn::cos_sin(g.index() % n * k, n);
        if g.index() < n {
            [cos, 0.0 - sin, sin, cos]
        } else {
            [cos, sin, sin, 0.0 - cos]
        }
    });
    let name = format!("E{k}");
    Irrep {
        representation: FiniteRepresentation::from_closed_form(group, name, 2, values.collect()),
        endomorphism_type: if mirrors {
            EndomorphismType::Real
        } else {
            EndomorphismType::Complex
        },
        frequency: k,
        endomorphisms: if mirrors {
            vec![Matrix::identity(2)]
        } else {
            vec![Matrix::identity(2), [[0.0, -1.0], [1.0, 0.0]].into()]
        },
    }
}
