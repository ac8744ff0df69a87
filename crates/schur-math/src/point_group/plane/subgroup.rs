//! Subgroups of planar groups.

use super::PlanarGroup;
use crate::continuous::FiniteSubgroup;
use crate::error::MathError;
use crate::group::{Homomorphism, Inclusion, Subgroup};
use crate::point_group::finite;
use crate::rotation::PlaneIsometry;

impl PlanarGroup {
    /// The inclusion of a finite planar group in another.
    ///
    /// # Errors
    ///
    /// If it is no subgroup, or one of the two is infinite.
    pub fn inclusion_in(&self, group: &Self) -> Result<Inclusion, MathError> {
        check_subgroup(group, self)?;
        let target = finite(group, "an inclusion of finite groups")?;
        let source = finite(self, "an inclusion of finite groups")?;
        let elements = self.elements().unwrap_or_default();
        let images = elements.iter().filter_map(|g| group.element(g));
        let images = images.map(|g| g.index()).collect();
        Inclusion::new(Homomorphism::new(source, target, images)?)
    }

    /// How a subgroup of the finite group acts on the plane: `C_m`, or `D_m` with the axis of
    /// its first mirror.
    ///
    /// ```
    /// use schur_math::PlanarGroup;
    ///
    /// let d4 = PlanarGroup::parse("D4")?;
    /// let group = d4.finite().expect("it is finite");
    /// let mirror = group.subgroup_generated(&[group.element(4 + 1)?]);
    /// assert_eq!(d4.subgroup(&mirror)?.name(), "D1@135");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the subgroup is of another group, or this one is infinite.
    pub fn subgroup(&self, subgroup: &Subgroup) -> Result<Self, MathError> {
        let group = finite(self, "subgroups as lists of elements")?;
        if subgroup.group() != group {
            return Err(MathError::ForeignGroup {
                what: format!("the subgroup {subgroup}"),
                found: subgroup.group().name().to_string(),
                expected: group.name().to_string(),
            });
        }
        let elements = subgroup.elements().iter();
        let elements = elements.filter_map(|&g| self.rotation(g));
        let (mirrors, rotations): (Vec<_>, Vec<_>) = elements.partition(|g| g.is_reflected());
        Ok(match mirrors.first() {
            None => Self::of_rotations(rotations.len()),
            Some(mirror) => Self::of_mirror(rotations.len(), mirror),
        })
    }
}

pub(crate) fn check_subgroup(group: &PlanarGroup, subgroup: &PlanarGroup) -> Result<(), MathError> {
    if group.contains_group(subgroup) {
        return Ok(());
    }
    Err(MathError::NotPlanarSubgroup {
        subgroup: subgroup.name().to_string(),
        group: group.name().to_string(),
    })
}

impl FiniteSubgroup<PlaneIsometry> {
    /// `C_n` or `D_n` in O(2), as it [acts on the plane](PlanarGroup); `None` for SO(2) and
    /// O(2) themselves.
    pub fn of_plane(planar: &PlanarGroup) -> Option<Self> {
        Some(Self {
            group: planar.finite()?.clone(),
            images: planar.elements()?,
        })
    }
}
