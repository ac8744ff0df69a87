//! Representations of groups of the plane and of space seen by smaller and larger groups.

use schur_math::{NamedGroup, Representation};

use super::AnyRepresentation;
use crate::NnError;
use crate::group::GridGroup;
use crate::group::grid::other_dimension;

impl AnyRepresentation {
    /// As a subgroup sees it.
    ///
    /// # Errors
    ///
    /// If it is no subgroup.
    pub(crate) fn restricted_to(&self, subgroup: &GridGroup) -> Result<Self, NnError> {
        Ok(match subgroup {
            GridGroup::Plane(h) => self.beside(h)?.restricted_to(h)?.into(),
            GridGroup::Space(h) => self.beside(h)?.restricted_to(h)?.into(),
        })
    }

    /// What it induces in a larger group: functions on its cosets with values in this.
    ///
    /// # Errors
    ///
    /// If its group is no subgroup, or there are infinitely many cosets.
    pub(crate) fn induced_to(&self, group: &GridGroup) -> Result<Self, NnError> {
        Ok(match group {
            GridGroup::Plane(g) => Representation::induced_from(g, self.beside(g)?)?.into(),
            GridGroup::Space(g) => Representation::induced_from(g, self.beside(g)?)?.into(),
        })
    }

    /// As one of a group of the dimension of another.
    fn beside<G: NamedGroup>(&self, group: &G) -> Result<&Representation<G::Irrep>, NnError>
    where
        GridGroup: for<'a> From<&'a G>,
    {
        let group = || GridGroup::from(group);
        self.get()
            .ok_or_else(|| other_dimension(&group(), &self.group()))
    }
}
