//! Compact groups by name.

use super::factor::Factor;
use super::group::{CompactGroup, NAMED};
use super::space::SpaceRotations;
use super::spin::SpinRotations;
use crate::error::MathError;
use crate::group::Group;
use crate::point_group::plane::PlanarGroup;

impl CompactGroup {
    /// A group from its name, in upper or lower case, with or without brackets: see the table
    /// at [`CompactGroup`]. Finite factors are those of [`Group::parse`].
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
        let plain = name.trim().to_ascii_lowercase();
        for (known, first, inversion, action) in NAMED {
            if plain == known {
                return Ok(Self::with_axis(first, inversion, action));
            }
        }
        let factors = name.split(['x', 'X', '×']).map(|part| factor(part, name));
        Ok(Self::product(factors.collect::<Result<_, _>>()?))
    }
}

fn factor(part: &str, name: &str) -> Result<Factor, MathError> {
    let brackets = |c: &char| !matches!(c, '(' | ')' | ' ');
    let plain: String = part.chars().filter(brackets).collect();
    Ok(match plain.to_ascii_lowercase().as_str() {
        "so2" => Factor::Plane(PlanarGroup::so2()),
        "o2" => Factor::Plane(PlanarGroup::o2()),
        "so3" => Factor::Space(SpaceRotations::SO3),
        "o3" => Factor::Space(SpaceRotations::O3),
        "su2" => Factor::Spin(SpinRotations),
        _ => match Group::parse(part) {
            Ok(group) => Factor::Finite(group),
            Err(MathError::UnknownGroup { .. }) => {
                return Err(MathError::UnknownCompactGroup {
                    name: name.to_string(),
                });
            }
            Err(error) => return Err(error),
        },
    })
}
