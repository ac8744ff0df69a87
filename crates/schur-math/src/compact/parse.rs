//! Compact groups by name.

use super::factor::Factor;
use super::group::CompactGroup;
use super::spin::SpinRotations;
use crate::error::MathError;
use crate::group::Group;
use crate::point_group::SpatialGroup;
use crate::point_group::plane::PlanarGroup;

impl CompactGroup {
    /// A group from its name, in upper or lower case, with or without brackets: see the table
    /// at [`CompactGroup`].
    ///
    /// ```
    /// use schur_math::CompactGroup;
    ///
    /// assert_eq!(CompactGroup::parse("so3")?.to_string(), "SO(3)");
    /// assert_eq!(CompactGroup::parse("O(2) x D4")?.factors().len(), 2);
    /// assert!(CompactGroup::parse("SO(4)").is_err());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name is not understood, or a finite factor is too large.
    pub fn parse(name: &str) -> Result<Self, MathError> {
        // The only name of a factor with an x in it.
        let plain = name.to_lowercase().replace("axial", "cinf");
        let factors = plain.split(['x', '×']).map(|part| factor(part, name));
        Ok(Self::product(factors.collect::<Result<_, _>>()?))
    }
}

fn factor(part: &str, name: &str) -> Result<Factor, MathError> {
    let brackets = |c: &char| !matches!(c, '(' | ')' | ' ');
    let plain: String = part.chars().filter(brackets).collect();
    match plain.as_str() {
        "so2" => return Ok(PlanarGroup::so2().into()),
        "o2" => return Ok(PlanarGroup::o2().into()),
        "su2" => return Ok(SpinRotations.into()),
        _ => {}
    }
    match Group::parse(part) {
        Err(MathError::UnknownGroup { .. }) => {}
        known => return Ok(known?.into()),
    }
    match SpatialGroup::parse(part) {
        Err(MathError::UnknownPointGroup { .. }) => Err(MathError::UnknownCompactGroup {
            name: name.to_string(),
        }),
        known => Ok(known?.into()),
    }
}
