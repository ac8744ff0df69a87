//! Irreps of planar groups.

use std::fmt;

use super::PlanarGroup;
use crate::error::MathError;
use crate::harmonics::{CircularHarmonics, check_degree};
use crate::irreps::EndomorphismType;
use crate::matrix::Matrix;
use crate::rotation::PlaneIsometry;
use crate::tolerance::PLANAR_ELEMENT;
use crate::turn;

/// A real irrep of a planar group, with the names and bases of
/// [`irreps`](crate::irreps): on `r(θ) s^f`
///
/// | irrep | value |
/// |---|---|
/// | `A`, `A1` | 1 |
/// | `A2` | `(-1)^f` |
/// | `B`, `B1` (`n` even) | `(-1)^i` where `θ = 2π i/n` |
/// | `B2` (`n` even) | `(-1)^(i+f)` |
/// | `E_k` | `R(kθ) diag(1, -1)^f` |
///
/// ```
/// use schur_math::{PlanarGroup, PlanarIrrep};
///
/// let names = |group: &str| -> Result<Vec<String>, schur_math::MathError> {
///     let irreps = PlanarIrrep::all(&PlanarGroup::parse(group)?, 2);
///     Ok(irreps.iter().map(|irrep| irrep.to_string()).collect())
/// };
/// assert_eq!(names("D4")?, ["A1", "A2", "B1", "B2", "E1"]);
/// assert_eq!(names("SO(2)")?, ["A", "E1", "E2"]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PlanarIrrep {
    group: PlanarGroup,
    frequency: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One-dimensional; whether the mirror changes the sign.
    Sign { odd: bool },
    /// Two-dimensional.
    Plane,
}

impl PlanarIrrep {
    /// The irreps up to a frequency, in the order of [`irreps`](crate::irreps). A finite group
    /// has none of a frequency above `n/2`.
    pub fn all(group: &PlanarGroup, max_frequency: usize) -> Vec<Self> {
        let new = |frequency, kind| Self::new(group, frequency, kind);
        let parities: &[bool] = if group.has_mirrors() {
            &[false, true]
        } else {
            &[false]
        };
        let signs = |frequency| {
            let signs = parities.iter().map(move |&odd| Kind::Sign { odd });
            signs.map(move |kind| new(frequency, kind))
        };
        let mut all: Vec<Self> = signs(0).collect();
        let mut last = max_frequency;
        if let Some(n) = group.rotations() {
            if n % 2 == 0 && n / 2 <= max_frequency {
                all.extend(signs(n / 2));
            }
            last = last.min(n.div_ceil(2).saturating_sub(1));
        }
        all.extend((1..=last).map(|k| new(k, Kind::Plane)));
        all
    }

    pub(super) fn new(group: &PlanarGroup, frequency: usize, kind: Kind) -> Self {
        Self {
            group: group.clone(),
            frequency,
            kind,
        }
    }

    /// The trivial irrep.
    pub fn trivial(group: &PlanarGroup) -> Self {
        Self::new(group, 0, Kind::Sign { odd: false })
    }

    /// The first irrep of a frequency: `A` or `A1` for 0, `B` or `B1` for `n/2`, else `E_k`.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarIrrep};
    ///
    /// assert_eq!(PlanarIrrep::of_frequency(&PlanarGroup::o2(), 3)?.to_string(), "E3");
    /// assert!(PlanarIrrep::of_frequency(&PlanarGroup::parse("C4")?, 3).is_err());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the frequency is above `n/2`, or above
    /// [`CircularHarmonics::MAX_FREQUENCY`](crate::CircularHarmonics::MAX_FREQUENCY).
    pub fn of_frequency(group: &PlanarGroup, frequency: usize) -> Result<Self, MathError> {
        Ok(Self::all_of_frequency(group, frequency)?.swap_remove(0))
    }

    /// The irreps of a frequency, even ones first.
    pub(super) fn all_of_frequency(
        group: &PlanarGroup,
        frequency: usize,
    ) -> Result<Vec<Self>, MathError> {
        let max = match group.rotations() {
            Some(n) => n / 2,
            None => CircularHarmonics::MAX_FREQUENCY,
        };
        check_degree("the frequency of an irrep", frequency, max)?;
        if frequency > 0 && group.rotations() != Some(2 * frequency) {
            return Ok(vec![Self::new(group, frequency, Kind::Plane)]);
        }
        let parities: &[bool] = if group.has_mirrors() {
            &[false, true]
        } else {
            &[false]
        };
        let of = |&odd| Self::new(group, frequency, Kind::Sign { odd });
        Ok(parities.iter().map(of).collect())
    }

    /// The irrep of the same frequency of SO(2) inside O(2), or of O(2) with another mirror.
    pub(crate) fn in_continuous(&self, group: &PlanarGroup) -> Self {
        let kind = match self.kind {
            Kind::Sign { odd } => Kind::Sign {
                odd: odd && group.has_mirrors(),
            },
            Kind::Plane => Kind::Plane,
        };
        Self::new(group, self.frequency, kind)
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The group it represents.
    pub fn group(&self) -> &PlanarGroup {
        &self.group
    }

    /// The frequency `k`: rotations by `θ` act with the angle `kθ`. `n/2` for `B`.
    pub fn frequency(&self) -> usize {
        self.frequency
    }

    /// The dimension, 1 or 2.
    pub fn dim(&self) -> usize {
        match self.kind {
            Kind::Sign { .. } => 1,
            Kind::Plane => 2,
        }
    }

    /// Whether every element acts as 1.
    pub fn is_trivial(&self) -> bool {
        self.frequency == 0 && self.kind == Kind::Sign { odd: false }
    }

    /// What commutes with it: complex numbers on `E_k` without mirrors, else real ones.
    pub fn endomorphism_type(&self) -> EndomorphismType {
        match self.kind {
            Kind::Plane if !self.group.has_mirrors() => EndomorphismType::Complex,
            _ => EndomorphismType::Real,
        }
    }

    /// How often it occurs in the regular representation: the dimension divided by that of
    /// the endomorphism algebra.
    pub fn regular_multiplicity(&self) -> usize {
        match self.endomorphism_type() {
            EndomorphismType::Complex => 1,
            _ => self.dim(),
        }
    }

    /// The matrix of an element of the group. Elsewhere it means nothing.
    pub(crate) fn matrix_at(&self, g: &PlaneIsometry) -> Matrix {
        let (cos, sin) = self.cos_sin(g);
        match (self.kind, g.is_reflected()) {
            (Kind::Sign { odd }, reflected) => [[if odd && reflected { -cos } else { cos }]].into(),
            (Kind::Plane, false) => [[cos, 0.0 - sin], [sin, cos]].into(),
            (Kind::Plane, true) => [[cos, sin], [sin, 0.0 - cos]].into(),
        }
    }

    /// Cosine and sine of `kθ`, exact where `θ` is a quarter turn or a step of the group.
    fn cos_sin(&self, g: &PlaneIsometry) -> (f64, f64) {
        let angle = self.group.angle_of(g);
        let steps = self.group.rotations().unwrap_or(4);
        let turns = angle * steps as f64 / std::f64::consts::TAU;
        if (turns - turns.round()).abs() <= PLANAR_ELEMENT {
            let turn = turns.round().rem_euclid(steps as f64) as usize;
            return turn::cos_sin(turn * self.frequency % steps, steps);
        }
        let (sin, cos) = (self.frequency as f64 * angle).sin_cos();
        (cos, sin)
    }
}

impl fmt::Display for PlanarIrrep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kind::Sign { odd } = self.kind else {
            return write!(f, "E{}", self.frequency);
        };
        f.write_str(if self.frequency == 0 { "A" } else { "B" })?;
        if self.group.has_mirrors() {
            f.write_str(if odd { "2" } else { "1" })?;
        }
        Ok(())
    }
}
