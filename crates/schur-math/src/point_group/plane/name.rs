//! Planar groups by name.

use std::str::FromStr;

use super::{PlanarGroup, STANDARD_AXIS};
use crate::error::MathError;
use crate::group::Group;
use crate::tolerance::PLANAR_ELEMENT;

impl PlanarGroup {
    /// A group from its name, in upper or lower case: `C8`, `D4`, `SO(2)` or `SO2`, `O(2)` or
    /// `O2`; behind an `@` the angle of the mirror's axis in degrees: `D4@22.5`.
    ///
    /// ```
    /// use schur_math::PlanarGroup;
    ///
    /// assert_eq!(PlanarGroup::parse("so2")?, PlanarGroup::so2());
    /// assert_eq!(PlanarGroup::parse("D4@22.5")?.name(), "D4@22.5");
    /// assert!(PlanarGroup::parse("S4").is_err());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name is not understood, is that of a group that does not act on the plane, or
    /// gives an axis to a group without mirrors.
    pub fn parse(name: &str) -> Result<Self, MathError> {
        let (base, axis) = match name.split_once('@') {
            Some((base, axis)) => (base, Some(axis)),
            None => (name, None),
        };
        let plain: String = base
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')'))
            .collect();
        let group = match plain.to_ascii_lowercase().as_str() {
            "so2" => Self::so2(),
            "o2" => Self::o2(),
            _ => Self::new(&Group::parse(base.trim()).map_err(|error| match error {
                // Its words list groups that do not act on the plane.
                MathError::UnknownGroup { .. } => MathError::UnknownPlanarGroup {
                    name: name.to_string(),
                },
                error => error,
            })?)?,
        };
        let Some(axis) = axis else {
            return Ok(group);
        };
        let refused = |problem| {
            let remedy = "give degrees behind D<n> or O(2), as in D4@22.5";
            MathError::geometry("the axis of a mirror", name, problem, remedy)
        };
        let degrees: f64 = axis
            .trim()
            .parse()
            .map_err(|_| refused("it is no number"))?;
        if !group.has_mirrors() {
            return Err(refused("the group has no mirrors"));
        }
        if !degrees.is_finite() {
            return Err(refused("it is not finite"));
        }
        group.with_mirror_axis(degrees.to_radians())
    }
}

impl FromStr for PlanarGroup {
    type Err = MathError;

    fn from_str(name: &str) -> Result<Self, MathError> {
        Self::parse(name)
    }
}

/// The [name](PlanarGroup::name) as a text.
#[cfg(feature = "serde")]
impl serde::Serialize for PlanarGroup {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// From a name that [`PlanarGroup::parse`] understands.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for PlanarGroup {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&name).map_err(serde::de::Error::custom)
    }
}

/// The name with the axis in degrees, unless that is the standard one.
pub(super) fn with_axis(base: &str, axis: f64) -> String {
    if (axis - STANDARD_AXIS).abs() <= PLANAR_ELEMENT {
        return base.to_string();
    }
    // Sixth decimals of a degree are finer than anything that is drawn.
    let degrees = (axis.to_degrees() * 1e6).round() / 1e6;
    format!("{base}@{degrees}")
}
