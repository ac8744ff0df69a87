//! Rotations of fields on the sphere, as functions of a band.

use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};
use schur_engine::sphere::Weighting;
use schur_math::angular_momentum::real_wigner_d_up_to;
use schur_math::{SpaceIsometry, SphereGrid};

use super::{Field, sparse_map};
use crate::matmul::matmul;
use crate::ops;
use crate::{GroupElement, NnError, SphereMap, SphereTransform};

impl Field {
    /// The action of an element that does not permute the places: on the functions of the band that
    /// the grid determines, which the values stand for.
    pub(super) fn turned(
        &self,
        grid: &Arc<SphereGrid>,
        isometry: &SpaceIsometry,
        g: &GroupElement,
    ) -> Result<Self, NnError> {
        let transform = SphereTransform::new(grid, grid.band(), 0, 1)?;
        let map = |x, map| ops::sphere_transform(x, &transform, map);
        let x = self.memory.clone();
        let (device, dtype) = (x.device(), x.dtype());
        let coefficients = map(x, SphereMap::Analysis(Weighting::Weighted));
        let matrices = real_wigner_d_up_to(grid.band(), &isometry.quaternion())?;
        let degrees = matrices.into_iter().enumerate().map(|(l, matrix)| {
            let dim = 2 * l + 1;
            let sign = if isometry.is_improper() && l % 2 == 1 {
                -1.0
            } else {
                1.0
            };
            let data = TensorData::new(matrix.into_values(), [1, dim, dim]);
            let matrix = Tensor::<3>::from_data(data, (&device, dtype)) * sign;
            matmul(matrix, coefficients.clone().narrow(1, l * l, dim))
        });
        let turned = Tensor::cat(degrees.collect(), 1);
        let values = map(turned, SphereMap::Synthesis(Weighting::Plain));
        let rows = self.field_type.channel_action(g)?;
        Self::from_memory(
            sparse_map(values, &rows),
            self.domain.clone(),
            &self.field_type,
        )
    }
}
