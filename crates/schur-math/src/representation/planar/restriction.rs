//! Restriction to subgroups.

use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::matrix::Matrix;
use crate::point_group::plane::{PlanarGroup, PlanarIrrep, check_subgroup, finite};
use crate::representation::PlanarRepresentation;
use crate::rotation::PlaneIsometry;

impl PlanarRepresentation {
    /// The restriction to a subgroup: the same matrices for fewer elements. Restricted to the
    /// group itself it is unchanged; otherwise its name becomes `restricted(G, name)`.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation};
    ///
    /// // Functions on D4 are two functions on C4.
    /// let (d4, c4) = (PlanarGroup::parse("D4")?, PlanarGroup::parse("C4")?);
    /// let restricted = PlanarRepresentation::regular(&d4)?.restricted_to(&c4)?;
    /// assert_eq!((restricted.dim(), restricted.invariants()), (8, 2));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is no subgroup.
    pub fn restricted_to(&self, subgroup: &PlanarGroup) -> Result<Self, MathError> {
        if self.group() == subgroup {
            return Ok(self.clone());
        }
        check_subgroup(self.group(), subgroup)?;
        let name = if self.name() == "trivial" {
            self.name().to_string()
        } else {
            format!("restricted({}, {})", self.group(), self.name())
        };
        let Some(elements) = subgroup.elements() else {
            return Ok(self.restricted_to_continuous(subgroup, name));
        };
        let mut values = Vec::with_capacity(elements.len() * self.dim() * self.dim());
        for g in &elements {
            values.extend(self.matrix(g)?.into_values());
        }
        let finite = finite(subgroup, "a representation by matrices")?;
        let rho = FiniteRepresentation::from_closed_form(finite, name, self.dim(), values);
        Self::from_finite(subgroup, rho)
    }

    /// From O(2) to SO(2), or to O(2) with another mirror called `s`. The new mirror is
    /// `s' = r(φ) s`, which is `diag(1, -1)` in the basis turned by `kφ/2`.
    fn restricted_to_continuous(&self, subgroup: &PlanarGroup, name: String) -> Self {
        let phi = self.group().angle_of(&subgroup.mirror());
        let half = match subgroup.has_mirrors() {
            true => PlaneIsometry::wrapped(phi / 2.0, false),
            false => PlaneIsometry::IDENTITY,
        };
        let turns: Vec<Matrix> = self
            .parts()
            .iter()
            .map(|part| part.matrix_at(&half))
            .collect();
        let basis = self.change_of_basis().times(&Matrix::direct_sum(&turns));
        let parts = self.parts().iter();
        let parts: Vec<PlanarIrrep> = parts.map(|part| part.in_continuous(subgroup)).collect();
        Self::from_parts(subgroup, name, parts, basis, None)
    }
}
