//! The engine's operations as differentiable Burn operations.
//!
//! This is the only module that touches Burn's backend interface. On the CPU (Flex) the
//! operations run on the slices of `schur-engine`; gradients are hand-written and of first
//! order, as all of Burn's. On every other device they are composed of Burn's primitives, which
//! Burn differentiates ([`mod@reference`]); [`composed`] does so on the CPU too.

mod autodiff;
pub(crate) mod dense;
mod flex;
mod folded;
mod plan;
pub mod reference;
mod shape;

pub(crate) use folded::{FoldedWeight, folded_conv};

use std::cell::Cell;
use std::sync::Arc;

use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::{Device, Tensor};
use schur_engine::carry::CarryMap;
use schur_engine::channels::ChannelMap;
use schur_engine::edges::EdgeMap;
use schur_engine::gates::GateMap;
use schur_engine::norm::NormPlan;
use schur_engine::pool::Windows;
use schur_engine::resample::SeparableMap;
use schur_engine::{Activation, ConvPlan};

pub use plan::SharedPlan;

use crate::kinds::PoolKind;
use crate::processor::Processor;
use crate::sphere::{SphereMap, SphereTransform};

/// Backend interface of the operations; see the functions of this module for their meaning.
/// The `*_backward` methods exist for the first-order gradients and are not differentiable.
///
/// ```
/// use burn::backend::Flex;
/// use schur_nn::ops::EquivariantOps;
///
/// /// What code for any backend with these operations asks for.
/// fn name<B: EquivariantOps>() -> &'static str {
///     std::any::type_name::<B>()
/// }
/// assert!(name::<Flex>().contains("Flex"));
/// ```
#[backend_extension(Flex, Autodiff)]
pub trait EquivariantOps: Backend {
    /// [`equivariant_conv`].
    fn equivariant_conv(
        x: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        plan: Arc<ConvPlan>,
    ) -> FloatTensor<Self>;

    /// Gradient of [`equivariant_conv`] in its input, of `size` (depth, height, width).
    fn equivariant_conv_backward_input(
        parameters: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        size: [usize; 3],
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
        size: [usize; 3],
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
        rule: NormRule,
        plan: Arc<NormPlan>,
    ) -> FloatTensor<Self>;

    /// Gradients of [`field_norm`] in `x`, `gamma` and `beta`, with the statistics
    /// differentiated as those of `x` unless they are fixed.
    fn field_norm_backward(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        rule: NormRule,
        plan: Arc<NormPlan>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// [`pool`].
    fn field_pool(x: FloatTensor<Self>, kind: PoolKind, windows: Windows) -> FloatTensor<Self>;

    /// [`activation`].
    fn activation(x: FloatTensor<Self>, function: Activation) -> FloatTensor<Self>;

    /// Gradient of [`activation`].
    fn activation_backward(
        x: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        function: Activation,
    ) -> FloatTensor<Self>;

    /// Channels (the last axis) times the sigmoid of others.
    fn gates(x: FloatTensor<Self>, map: Arc<GateMap>) -> FloatTensor<Self>;

    /// Gradient of [`gates`](Self::gates).
    fn gates_backward(
        x: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        map: Arc<GateMap>,
    ) -> FloatTensor<Self>;

    /// Values of other places, `[batch, places, channels]` to `[batch, places', channels]`. Its gradient is
    /// the adjoint map.
    fn carry(x: FloatTensor<Self>, map: Arc<CarryMap>) -> FloatTensor<Self>;

    /// Channels (the last axis) in another order. Its gradient is the adjoint map.
    fn select_channels(x: FloatTensor<Self>, map: Arc<ChannelMap>) -> FloatTensor<Self>;

    /// [`along_edges`]. Its gradient is the adjoint map.
    fn along_edges(x: FloatTensor<Self>, map: Arc<EdgeMap>) -> FloatTensor<Self>;

    /// [`resample`]. Its gradient is the adjoint map.
    fn resample(x: FloatTensor<Self>, map: Arc<SeparableMap>) -> FloatTensor<Self>;

    /// [`sphere_transform`]. Its gradient is the adjoint map.
    fn sphere_transform(
        x: FloatTensor<Self>,
        transform: Arc<SphereTransform>,
        map: SphereMap,
    ) -> FloatTensor<Self>;

    /// Gradient of [`pool`].
    fn field_pool_backward(
        x: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        kind: PoolKind,
        windows: Windows,
    ) -> FloatTensor<Self>;
}

thread_local! {
    /// Whether [`composed`] runs on this thread.
    static COMPOSED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `run` with the operations of this thread composed of Burn's primitives on the CPU too, as
/// on other devices: the oracle for whole networks.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{NetworkConfig, ops, tolerance};
///
/// let device = Device::flex();
/// let network = NetworkConfig::default().init(0, &device)?;
/// let images = Tensor::<4>::ones([1, 1, 28, 28], &device);
/// let (engine, burn) = (network.forward(images.clone())?, ops::composed(|| network.forward(images))?);
/// let distance = (engine.clone() - burn).abs().max() / engine.abs().max();
/// assert!(distance.into_scalar::<f64>() < tolerance::EXACT_F32);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
pub fn composed<R>(run: impl FnOnce() -> R) -> R {
    /// Puts the old state back, also when `run` panics.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            COMPOSED.set(self.0);
        }
    }
    let _restore = Restore(COMPOSED.replace(true));
    run()
}

/// Whether the engine computes on this device.
pub(crate) fn on_engine(device: &Device) -> bool {
    Processor::is_cpu(device) && !COMPOSED.get()
}

/// Convolution by a plan: `[batch, height, width, in channels]` and a flat vector of
/// [`ConvPlan::parameters`] coefficients give `[batch, height', width', out channels]`, and the
/// same for volumes, with the depth before the height. Differentiable in both.
///
/// # Panics
///
/// If shapes and plan do not fit; the layers check that first.
pub fn equivariant_conv<const D: usize>(
    x: Tensor<D>,
    parameters: Tensor<1>,
    plan: &SharedPlan,
) -> Tensor<D> {
    if !on_engine(&x.device()) {
        return reference::equivariant_conv(x, parameters, plan);
    }
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::equivariant_conv(
        x.into_dispatch(),
        parameters.into_dispatch(),
        plan.engine(),
    ))
}

/// The adjoint of [`equivariant_conv`] in its input: `[batch, height', width', out channels]` of
/// the plan give `[batch, height, width, in channels]` with `size` = (depth, height, width), the
/// depth of an image being 1, and the same for volumes. Differentiable in both.
///
/// # Panics
///
/// If shapes and plan do not fit; the layers check that first.
pub fn equivariant_conv_transposed<const D: usize>(
    x: Tensor<D>,
    parameters: Tensor<1>,
    size: [usize; 3],
    plan: &SharedPlan,
) -> Tensor<D> {
    if !on_engine(&x.device()) {
        return reference::equivariant_conv_transposed(x, parameters, size, plan);
    }
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::equivariant_conv_transposed(
        x.into_dispatch(),
        parameters.into_dispatch(),
        size,
        plan.engine(),
    ))
}

/// Means and (biased) variances of the fields of `x`, whose channels lie last, over batch, pixels
/// and components, `[2, fields]`. For [`field_norm`], which accounts for their gradient; detach them for anything
/// else.
///
/// # Panics
///
/// If shapes and plan do not fit; the layers check that first.
pub fn field_statistics<const D: usize>(x: Tensor<D>, plan: &Arc<NormPlan>) -> Tensor<2> {
    if !on_engine(&x.device()) {
        return reference::field_statistics(x, plan);
    }
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::field_statistics(
        x.into_dispatch(),
        plan.clone(),
    ))
}

/// How [`field_norm`] uses statistics.
///
/// ```
/// use std::sync::Arc;
/// use burn::tensor::{Device, Tensor};
/// use schur_engine::{Activation, Layout, NormPlan};
/// use schur_nn::ops::{NormRule, field_norm, field_statistics};
///
/// let plan = Arc::new(NormPlan::new(Layout::scalars(1)?, Activation::Identity));
/// let x = Tensor::<4>::from_floats([[[[1.0], [3.0]]]], &Device::flex());
/// let [gamma, beta] = [1.0, 0.0].map(|value| Tensor::<1>::from_floats([value], &Device::flex()));
/// // The mean is 2 and the variance 1.
/// let rule = NormRule { epsilon: 3.0, fixed: false };
/// let y = field_norm(x.clone(), gamma, beta, field_statistics(x, &plan), rule, &plan);
/// assert_eq!(y.to_data().try_to_vec::<f32>()?, [-0.5, 0.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct NormRule {
    /// Added to variances.
    pub epsilon: f64,
    /// Whether they are constants, such as running ones, and not those of the field itself.
    pub fixed: bool,
}

/// Batch norm per field with the plan's nonlinearity `a`:
/// `y = a(gamma · (x - mean) / sqrt(variance + epsilon) + beta)`, one `gamma` and `beta` per
/// field, `statistics = [mean; variance]` of shape `[2, fields]`.
///
/// Differentiable in `x`, `gamma` and `beta`. Unless the rule says that the statistics are fixed,
/// they are taken for those of `x` itself, as [`field_statistics`] returned them: the gradient
/// goes through them.
///
/// # Panics
///
/// If shapes and plan do not fit; the layers check that first.
pub fn field_norm<const D: usize>(
    x: Tensor<D>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    statistics: Tensor<2>,
    rule: NormRule,
    plan: &Arc<NormPlan>,
) -> Tensor<D> {
    if !on_engine(&x.device()) {
        return reference::field_norm(x, gamma, beta, statistics, rule, plan);
    }
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::field_norm(
        x.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
        statistics.into_dispatch(),
        rule,
        plan.clone(),
    ))
}

/// Maximum or mean over windows, `[batch, height, width, channels]` to
/// `[batch, height', width', channels]`, and the same for volumes. The gradient of a maximum goes to the first of equal
/// values in row-major order. Padding is passed over by the maximum and zero for the mean; what
/// lies beyond it, in ceil mode, is no part of the window.
///
/// # Panics
///
/// If the window does not fit into the padded image, or into its padding; the layers check that
/// first.
pub fn pool<const D: usize>(x: Tensor<D>, kind: PoolKind, windows: &Windows) -> Tensor<D> {
    if !on_engine(&x.device()) {
        return reference::pool(x, kind, windows);
    }
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::field_pool(
        x.into_dispatch(),
        kind,
        *windows,
    ))
}

/// The function of every number.
pub fn activation<const D: usize>(x: Tensor<D>, function: Activation) -> Tensor<D> {
    if !on_engine(&x.device()) {
        return reference::activation(x, function);
    }
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::activation(
        x.into_dispatch(),
        function,
    ))
}

/// Channels (last axis) times the sigmoid of others, on the engine alone.
///
/// # Panics
///
/// If the map is one of another number of channels; the layers know theirs.
pub(crate) fn gates<const D: usize>(x: Tensor<D>, map: &Arc<GateMap>) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::gates(
        x.into_dispatch(),
        map.clone(),
    ))
}

/// Values of other places, their channels permuted and multiplied: `[batch, places, channels]` to
/// `[batch, places', channels]`, on the engine alone.
pub(crate) fn carry(x: Tensor<3>, map: &Arc<CarryMap>) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::carry(
        x.into_dispatch(),
        map.clone(),
    ))
}

/// The channels (last axis) of `sources`, in that order, on the engine alone.
///
/// # Panics
///
/// If there is no such channel; the layers know theirs.
pub(crate) fn select_channels<const D: usize>(x: Tensor<D>, sources: &[usize]) -> Tensor<D> {
    let map = ChannelMap::select(x.dims()[D - 1], sources).expect("channels of the field");
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::select_channels(
        x.into_dispatch(),
        Arc::new(map),
    ))
}

/// Weighted sums over what points see along the edges of a graph, `[batch, sources, channels]` to
/// `[batch, targets, weights · channels]`.
///
/// # Panics
///
/// If the map is one of another size; the layers check that first.
pub fn along_edges(x: Tensor<3>, map: &Arc<EdgeMap>) -> Tensor<3> {
    if !on_engine(&x.device()) {
        return reference::along_edges(x, map);
    }
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::along_edges(
        x.into_dispatch(),
        map.clone(),
    ))
}

/// A linear map of every axis, the same for all channels: `[batch, depth, height, width, channels]` to
/// `[batch, depth', height', width', channels]`.
///
/// # Panics
///
/// If the map is one of another size; the layers check that first.
pub fn resample(x: Tensor<5>, map: &Arc<SeparableMap>) -> Tensor<5> {
    if !on_engine(&x.device()) {
        return reference::resample(x, map);
    }
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::resample(
        x.into_dispatch(),
        map.clone(),
    ))
}

/// Between the coefficients of functions on the sphere or on SO(3) and their values,
/// `[batch, coefficients, channels]` and `[batch, samples, channels]`; see [`SphereTransform`].
///
/// # Panics
///
/// If the numbers do not fit the transform; the layers check that first.
pub fn sphere_transform(
    x: Tensor<3>,
    transform: &Arc<SphereTransform>,
    map: SphereMap,
) -> Tensor<3> {
    let [batch, _, channels] = x.dims();
    if batch * channels == 0 {
        let [_, size] = transform.sizes(map);
        return Tensor::zeros([batch, size, channels], (&x.device(), x.dtype()));
    }
    if !on_engine(&x.device()) {
        return reference::sphere_transform(x, transform, map);
    }
    Tensor::from_dispatch(<Dispatch as EquivariantOps>::sphere_transform(
        x.into_dispatch(),
        transform.clone(),
        map,
    ))
}
