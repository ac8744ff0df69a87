//! Representations of groups of the plane.

use super::{NamedGroup, PlanarRepresentation};
use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::group::Inclusion;
use crate::matrix::Matrix;
use crate::point_group::plane::{PlanarGroup, PlanarIrrep, check_subgroup};
use crate::rotation::PlaneIsometry;

impl PlanarRepresentation {
    /// The irreps up to a frequency, in the order of [`PlanarIrrep::all`].
    ///
    /// # Errors
    ///
    /// If the frequency is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
    pub fn irreps(group: &PlanarGroup, max_frequency: usize) -> Result<Vec<Self>, MathError> {
        Self::check_frequency(max_frequency)?;
        let all = PlanarIrrep::all(group, max_frequency).into_iter();
        Ok(all.map(|irrep| Self::of_irrep(&irrep)).collect())
    }

    /// The defining representation: the 2 x 2 matrices that act on the points `(x, y)`.
    pub fn defining(group: &PlanarGroup) -> Self {
        if let Some(finite) = group.finite() {
            let values = finite.elements().flat_map(|g| group.matrix(g));
            let of = FiniteRepresentation::from_closed_form;
            let rho = of(finite, "defining", 2, values.collect());
            let points = Self::from_finite(group, rho);
            return points.expect("isometries of a finite group are a representation");
        }
        // `s` is diag(1, -1) in the basis of its axis and what is 90° from that, whose sign is
        // chosen as in `from_function`: the first component is positive, unless it is small.
        let axis = group.mirror_axis();
        let (sin, cos) = match group.has_mirrors() {
            true if axis.cos() <= -0.5 => (-axis.sin(), -axis.cos()),
            true => axis.sin_cos(),
            false => (0.0, 1.0),
        };
        let parts = PlanarIrrep::of_frequency(group, 1).into_iter().collect();
        let basis = Matrix::from([[cos, 0.0 - sin], [sin, cos]]);
        Self::from_parts(group, "defining", parts, basis, None)
    }

    /// From O(2) to SO(2), or to O(2) with another mirror called `s`. The new mirror is
    /// `s' = r(φ) s`, which is `diag(1, -1)` in the basis turned by `kφ/2`.
    fn restricted_to_continuous(&self, subgroup: &PlanarGroup) -> Self {
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
        Self::from_parts(subgroup, self.name(), parts, basis, None)
    }
}

impl NamedGroup for PlanarGroup {
    fn oriented_as(&self, group: &Self) -> Self {
        // A group without mirrors has no orientation.
        let turned = self.with_mirror_axis(group.mirror_axis());
        turned.unwrap_or_else(|_| self.clone())
    }

    fn check_subgroup(&self, subgroup: &Self) -> Result<(), MathError> {
        check_subgroup(self, subgroup)
    }

    fn inclusion(&self, group: &Self) -> Result<Inclusion, MathError> {
        self.inclusion_in(group)
    }

    fn vectors(&self) -> Result<PlanarRepresentation, MathError> {
        Ok(PlanarRepresentation::defining(self))
    }

    fn restriction(
        rho: &PlanarRepresentation,
        subgroup: &Self,
    ) -> Result<PlanarRepresentation, MathError> {
        Ok(rho.restricted_to_continuous(subgroup))
    }

    fn word(
        &self,
        _word: &str,
        _arguments: &[&str],
    ) -> Option<Result<PlanarRepresentation, MathError>> {
        None
    }
}
