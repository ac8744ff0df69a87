//! Restriction to subgroups.

use super::PlanarRepresentation;
use super::construct::{check_subgroup, finite};
use crate::error::MathError;
use crate::group::{Homomorphism, Inclusion, Subgroup};
use crate::laws::multiply;
use crate::planar::{PlanarGroup, PlanarIrrep};
use crate::representation::Representation;
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
            values.extend(self.matrix(g)?);
        }
        let finite = finite(subgroup, "a representation by matrices")?;
        let rho = Representation::from_closed_form(finite, name, self.dim(), values);
        Self::from_finite(subgroup, rho)
    }

    /// From O(2) to SO(2), or to O(2) with another mirror called `s`. The new mirror is
    /// `s' = r(φ) s`, which is `diag(1, -1)` in the basis turned by `kφ/2`.
    fn restricted_to_continuous(&self, subgroup: &PlanarGroup, name: String) -> Self {
        let dim = self.dim();
        let phi = self.group().angle_of(&subgroup.mirror());
        let mut turn = vec![0.0; dim * dim];
        let mut parts = Vec::with_capacity(self.parts().len());
        let mut first = 0;
        for part in self.parts() {
            let half = PlaneIsometry::wrapped(phi / 2.0, false);
            let block = if subgroup.has_mirrors() {
                part.matrix_at(&half)
            } else {
                part.matrix_at(&PlaneIsometry::IDENTITY)
            };
            let size = part.dim();
            for (k, value) in block.into_iter().enumerate() {
                turn[(first + k / size) * dim + first + k % size] = value;
            }
            first += size;
            let mut same = PlanarIrrep::all(subgroup, part.frequency()).into_iter();
            let kept = |irrep: &PlanarIrrep| {
                irrep.frequency() == part.frequency()
                    && irrep.dim() == size
                    && (!subgroup.has_mirrors() || irrep.to_string() == part.to_string())
            };
            parts.extend(same.find(kept));
        }
        let basis = multiply(self.change_of_basis(), &turn, dim);
        Self::from_parts(subgroup, name, None, parts, basis)
    }

    /// The restriction to the elements that permute the pixels
    /// ([`PlanarGroup::lattice_subgroup`]).
    ///
    /// # Errors
    ///
    /// None: the lattice subgroup is finite and inside the group.
    pub fn on_lattice(&self) -> Result<Representation, MathError> {
        let restricted = self.restricted_to(&self.group().lattice_subgroup())?;
        let finite = restricted.finite().cloned();
        Ok(finite.expect("the lattice subgroup is finite"))
    }
}
