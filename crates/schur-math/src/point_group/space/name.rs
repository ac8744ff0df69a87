//! Groups of space by name.

use std::f64::consts::FRAC_PI_2;

use super::{Schoenflies, SpatialGroup};
use crate::error::MathError;
use crate::group::Polyhedral;
use crate::rotation::{EulerZyz, SpaceIsometry, UnitQuaternion};
use crate::tolerance::SAME_ROTATION;

/// Words of the field for some kinds.
const WORDS: [(&str, Schoenflies); 23] = [
    ("so2", Schoenflies::C(None)),
    ("axial", Schoenflies::C(None)),
    ("o2", Schoenflies::D(None)),
    ("dihedral", Schoenflies::D(None)),
    ("cone", Schoenflies::Cv(None)),
    ("cylinder", Schoenflies::Ch(None)),
    ("fullcylinder", Schoenflies::Dh(None)),
    ("so3", Schoenflies::SO3),
    ("k", Schoenflies::SO3),
    ("o3", Schoenflies::O3),
    ("kh", Schoenflies::O3),
    ("trivial", Schoenflies::C(Some(1))),
    ("cs", Schoenflies::Ch(Some(1))),
    ("mirror", Schoenflies::Ch(Some(1))),
    ("ci", Schoenflies::S(2)),
    ("inversion", Schoenflies::S(2)),
    ("tetra", Schoenflies::Polyhedral(Polyhedral::T)),
    ("fulltetra", Schoenflies::Polyhedral(Polyhedral::Td)),
    ("pyrito", Schoenflies::Polyhedral(Polyhedral::Th)),
    ("octa", Schoenflies::Polyhedral(Polyhedral::O)),
    ("fullocta", Schoenflies::Polyhedral(Polyhedral::Oh)),
    ("ico", Schoenflies::Polyhedral(Polyhedral::I)),
    ("fullico", Schoenflies::Polyhedral(Polyhedral::Ih)),
];

impl SpatialGroup {
    /// A group from its name, in upper or lower case: the symbol of Schoenflies (`C4v`, `D3d`,
    /// `S6`, `Ci`, `Oh`, `C∞v` or `Cinfv`) or a word (`SO(2)`, `O(2)`, `cone`, `cylinder`,
    /// `full cylinder`, `SO(3)`, `O(3)`, `octa`, `full ico`, …). [`Schoenflies`] says what they
    /// are.
    ///
    /// Behind an `@` the orientation in degrees: one number is the angle in the horizontal plane,
    /// from `x`, to which the axis along `y` is turned, as for the groups of the plane, which
    /// have their mirror's axis along `y` at `90`; three numbers `α,β,γ` are the Euler angles of
    /// the rotation `R_z(α) R_y(β) R_z(γ)` that brings the standard orientation to this one; `x`,
    /// `y` and `z` bring the main axis there. `in space` may follow, as in `C4 in space`, for readers
    /// who would think of the plane.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PointGroup, SpatialGroup};
    ///
    /// assert_eq!(SpatialGroup::parse("so3")?, SpatialGroup::so3());
    /// assert_eq!(SpatialGroup::parse("C4@x")?.name(), "C4@0,90,0");
    /// // The mirror plane of the one stands over the mirror axis of the other.
    /// let (space, plane) = (SpatialGroup::parse("C1v@30")?, PlanarGroup::parse("D1@30")?);
    /// let along = plane.elements().unwrap()[1].apply([30f64.to_radians().cos(), 0.5]);
    /// let mirrored = space.elements().unwrap()[1].apply([30f64.to_radians().cos(), 0.5, 2.0]);
    /// assert!((mirrored[0] - along[0]).abs() < 1e-15 && (mirrored[1] - along[1]).abs() < 1e-15);
    /// assert!(SpatialGroup::parse("S5").is_err() && SpatialGroup::parse("D4@x,y").is_err());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name or the orientation is not understood, or the order is zero or above
    /// [`Group::MAX_ORDER`](crate::Group::MAX_ORDER).
    pub fn parse(name: &str) -> Result<Self, MathError> {
        let plain = name.trim_end();
        let plain = plain.strip_suffix(" in space").unwrap_or(plain);
        let (base, orientation) = match plain.split_once('@') {
            Some((base, orientation)) => (base, Some(orientation)),
            None => (plain, None),
        };
        let unknown = || MathError::UnknownPointGroup {
            name: name.to_string(),
        };
        let group = Self::new(kind(base).ok_or_else(unknown)?)?;
        let Some(orientation) = orientation else {
            return Ok(group);
        };
        let turn = parse_orientation(orientation).ok_or_else(|| {
            MathError::geometry(
                "the orientation of a point group",
                name,
                "it is no angle, axis or triple of angles",
                "give degrees, as in D4@45 or C3@45,54.7356,0, or an axis, as in C4@x",
            )
        })?;
        Ok(group.turned_by(&SpaceIsometry::new(turn, false)))
    }
}

/// The kind with a name.
fn kind(name: &str) -> Option<Schoenflies> {
    let plain: String = name
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')'))
        .collect();
    let plain = plain.to_ascii_lowercase();
    if let Some((_, kind)) = WORDS.iter().find(|(word, _)| *word == plain) {
        return Some(*kind);
    }
    let mut polyhedra = Polyhedral::ALL.into_iter();
    if let Some(kind) = polyhedra.find(|kind| kind.name().eq_ignore_ascii_case(&plain)) {
        return Some(Schoenflies::Polyhedral(kind));
    }
    let letter = plain.get(..1)?;
    let rest = plain[1..].replace('∞', "inf");
    let (n, suffix) = match rest.strip_prefix("inf") {
        Some(suffix) => (None, suffix),
        None => {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            let (digits, suffix) = rest.split_at(end);
            if digits.is_empty() {
                return None;
            }
            // Numbers that do not parse are beyond every limit.
            (Some(digits.parse().unwrap_or(usize::MAX)), suffix)
        }
    };
    let kind = Schoenflies::of_letters(&letter.to_ascii_uppercase(), suffix, n)?;
    // Only rotations by an even part of a turn can be taken with every other one a mirror.
    let odd = matches!(kind, Schoenflies::S(n) if !n.is_multiple_of(2) && n != usize::MAX);
    (!odd).then_some(kind)
}

fn parse_orientation(text: &str) -> Option<UnitQuaternion> {
    let degrees: Vec<f64> = match text.trim().to_ascii_lowercase().as_str() {
        "x" => vec![0.0, 90.0, 0.0],
        "y" => vec![90.0, 90.0, 0.0],
        "z" => vec![0.0, 0.0, 0.0],
        numbers => {
            let parts = numbers.split(',').map(|part| part.trim().parse().ok());
            parts.collect::<Option<_>>()?
        }
    };
    let radians: Vec<f64> = degrees.iter().map(|angle| angle.to_radians()).collect();
    let angles = match radians[..] {
        [azimuth] => [azimuth - FRAC_PI_2, 0.0, 0.0],
        [alpha, beta, gamma] => [alpha, beta, gamma],
        _ => return None,
    };
    let [alpha, beta, gamma] = angles;
    UnitQuaternion::from_euler_zyz(EulerZyz { alpha, beta, gamma }).ok()
}

/// The name with the orientation, unless that is the standard one.
pub(super) fn with_orientation(kind: Schoenflies, orientation: &UnitQuaternion) -> String {
    if is_standard(orientation) {
        return kind.to_string();
    }
    let EulerZyz { alpha, beta, gamma } = orientation.to_euler_zyz();
    if is_upright(orientation) {
        let azimuth = degrees(alpha + gamma + FRAC_PI_2);
        return format!("{kind}@{azimuth}");
    }
    let [alpha, beta, gamma] = [alpha, beta, gamma].map(degrees);
    format!("{kind}@{alpha},{beta},{gamma}")
}

fn is_standard(orientation: &UnitQuaternion) -> bool {
    let turn = SpaceIsometry::new(*orientation, false);
    turn.distance(&SpaceIsometry::IDENTITY) <= SAME_ROTATION
}

/// Whether the main axis points along `z`.
pub(super) fn is_upright(orientation: &UnitQuaternion) -> bool {
    is_standard(orientation) || orientation.to_euler_zyz().beta <= SAME_ROTATION
}

/// Degrees in `[0, 360)`. Ninth decimals are finer than [`SAME_ROTATION`].
fn degrees(radians: f64) -> f64 {
    let rounded = (radians.to_degrees() * 1e9).round() / 1e9;
    let wrapped = rounded.rem_euclid(360.0);
    // Sums of round numbers and full turns are round only nearly.
    (wrapped * 1e9).round() / 1e9
}
