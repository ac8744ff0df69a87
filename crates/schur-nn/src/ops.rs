//! The engine's operations as differentiable Burn operations.
//!
//! This is the only module that touches Burn's backend interface. On the CPU (Flex) the
//! operations run on the slices of `schur-engine`; gradients are hand-written and of first
//! order, as all of Burn's. [`mod@reference`] holds the same operations composed of Burn primitives:
//! the oracle of the tests, and what other backends can run.

mod autodiff;
mod flex;
mod folded;
pub mod reference;

pub(crate) use folded::{FoldedWeight, folded_conv};

use std::sync::Arc;

use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::Tensor;
use schur_engine::norm::NormPlan;
use schur_engine::{ConvPlan, Geometry};

use crate::network::PoolKind;

/// Backend interface of the operations; see the functions of this module for their meaning.
/// The `*_backward` methods exist for the first-order gradients and are not differentiable.
#[backend_extension(Flex, Autodiff)]
pub trait EquivariantOps: Backend {
    /// [`equivariant_conv`].
    fn equivariant_conv(
        x: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        plan: Arc<ConvPlan>,
    ) -> FloatTensor<Self>;

    /// Gradient of [`equivariant_conv`] in its input, of `size` (height, width).
    fn equivariant_conv_backward_input(
        parameters: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        size: (usize, usize),
        plan: Arc<ConvPlan>,
    ) -> FloatTensor<Self>;

    /// Gradient of [`equivariant_conv`] in its parameters.
    fn equivariant_conv_backward_parameters(
        x: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        plan: Arc<ConvPlan>,
    ) -> FloatTensor<Self>;

    /// [`equivariant_conv_transposed`].
    fn equivariant_conv_transposed(
        x: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        size: (usize, usize),
        plan: Arc<ConvPlan>,
    ) -> FloatTensor<Self>;

    /// [`field_statistics`].
    fn field_statistics(x: FloatTensor<Self>, plan: Arc<NormPlan>) -> FloatTensor<Self>;

    /// [`field_norm`].
    fn field_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        epsilon: f64,
        plan: Arc<NormPlan>,
    ) -> FloatTensor<Self>;

    /// Gradients of [`field_norm`] in `x`, `gamma` and `beta`, with the statistics
    /// differentiated as those of `x`.
    fn field_norm_backward(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        epsilon: f64,
        plan: Arc<NormPlan>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// [`pool`].
    fn field_pool(x: FloatTensor<Self>, kind: PoolKind, geometry: Geometry) -> FloatTensor<Self>;

    /// Gradient of [`pool`].
    fn field_pool_backward(
        x: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        kind: PoolKind,
        geometry: Geometry,
    ) -> FloatTensor<Self>;
}

/// Convolution by a plan: `[batch, height, width, in channels]` and a flat vector of
/// [`ConvPlan::parameters`] coefficients give `[batch, height', width', out channels]`.
/// Differentiable in both.
///
/// # Panics
///
/// If shapes and plan do not fit; the layers check that first.
pub fn equivariant_conv(x: Tensor<4>, parameters: Tensor<1>, plan: &Arc<ConvPlan>) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::equivariant_conv(
        x.into_dispatch(),
        parameters.into_dispatch(),
        plan.clone(),
    ))
}

/// The adjoint of [`equivariant_conv`] in its input: `[batch, height', width', out channels]` of
/// the plan give `[batch, height, width, in channels]` with `size` = (height, width).
/// Differentiable in both.
///
/// # Panics
///
/// If shapes and plan do not fit; the layers check that first.
pub fn equivariant_conv_transposed(
    x: Tensor<4>,
    parameters: Tensor<1>,
    size: (usize, usize),
    plan: &Arc<ConvPlan>,
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::equivariant_conv_transposed(
        x.into_dispatch(),
        parameters.into_dispatch(),
        size,
        plan.clone(),
    ))
}

/// Means and (biased) variances of the fields of `x` over batch, pixels and components,
/// `[2, fields]`. Not differentiable: [`field_norm`] accounts for them.
///
/// # Panics
///
/// If shapes and plan do not fit; the layers check that first.
pub fn field_statistics(x: Tensor<4>, plan: &Arc<NormPlan>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::field_statistics(
        x.into_dispatch(),
        plan.clone(),
    ))
}

/// Batch norm per field with the plan's nonlinearity `a`:
/// `y = a(gamma · (x - mean) / sqrt(variance + epsilon) + beta)`, one `gamma` and `beta` per
/// field, `statistics = [mean; variance]` of shape `[2, fields]`.
///
/// Differentiable in `x`, `gamma` and `beta`, under the assumption that the statistics are
/// those of `x` itself ([`field_statistics`]): the gradient goes through them.
///
/// # Panics
///
/// If shapes and plan do not fit; the layers check that first.
pub fn field_norm(
    x: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    statistics: Tensor<2>,
    epsilon: f64,
    plan: &Arc<NormPlan>,
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::field_norm(
        x.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
        statistics.into_dispatch(),
        epsilon,
        plan.clone(),
    ))
}

/// Maximum or mean over windows, `[batch, height, width, channels]` to
/// `[batch, height', width', channels]`. The gradient of a maximum goes to the first of equal
/// values in row-major order. Padding is passed over by the maximum and zero for the mean.
///
/// # Panics
///
/// If the window does not fit into the padded image, or into its padding; the layers check that
/// first.
pub fn pool(x: Tensor<4>, kind: PoolKind, geometry: &Geometry) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::field_pool(
        x.into_dispatch(),
        kind,
        *geometry,
    ))
}
