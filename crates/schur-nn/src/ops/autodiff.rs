//! First-order gradients of the operations.

use std::sync::Arc;

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, TensorMetadata};
use schur_engine::carry::CarryMap;
use schur_engine::channels::ChannelMap;
use schur_engine::edges::EdgeMap;
use schur_engine::gates::GateMap;
use schur_engine::norm::NormPlan;
use schur_engine::pool::Windows;
use schur_engine::resample::SeparableMap;
use schur_engine::{Activation, ConvPlan};

use super::shape::size_of;
use super::{EquivariantOps, NormRule};
use crate::kinds::PoolKind;
use crate::sphere::{SphereMap, SphereTransform};

/// Burn differentiates once only, so the backward operations are never recorded themselves.
const FIRST_ORDER: &str = "gradients are of first order only; detach the tensor first";

#[derive(Debug)]
struct Conv;

impl<B: EquivariantOps> Backward<B, 2> for Conv {
    type State = (NodeId, NodeId, Arc<ConvPlan>);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let (x, parameters, plan) = ops.state;
        let [x_parent, parameters_parent] = ops.parents;
        let dy = grads.consume::<B>(&ops.node);
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let parameters: FloatTensor<B> = checkpointer.retrieve_node_output(parameters);
        let size = size_of(&x.shape());
        if let Some(parent) = parameters_parent {
            let gradient = B::equivariant_conv_backward_parameters(x, dy.clone(), plan.clone());
            grads.register::<B>(parent.id, gradient);
        }
        if let Some(parent) = x_parent {
            let gradient = B::equivariant_conv_backward_input(parameters, dy, size, plan);
            grads.register::<B>(parent.id, gradient);
        }
    }
}

#[derive(Debug)]
struct TransposedConv;

/// The adjoint map and its weight: both gradients are those of the convolution with the roles
/// of input and output exchanged.
impl<B: EquivariantOps> Backward<B, 2> for TransposedConv {
    type State = (NodeId, NodeId, Arc<ConvPlan>);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let (x, parameters, plan) = ops.state;
        let [x_parent, parameters_parent] = ops.parents;
        let dy = grads.consume::<B>(&ops.node);
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let parameters: FloatTensor<B> = checkpointer.retrieve_node_output(parameters);
        if let Some(parent) = parameters_parent {
            let gradient = B::equivariant_conv_backward_parameters(dy.clone(), x, plan.clone());
            grads.register::<B>(parent.id, gradient);
        }
        if let Some(parent) = x_parent {
            grads.register::<B>(parent.id, B::equivariant_conv(dy, parameters, plan));
        }
    }
}

#[derive(Debug)]
struct Norm;

impl<B: EquivariantOps> Backward<B, 3> for Norm {
    type State = ([NodeId; 3], FloatTensor<B>, NormRule, Arc<NormPlan>);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let ([x, gamma, beta], statistics, rule, plan) = ops.state;
        let dy = grads.consume::<B>(&ops.node);
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let gamma: FloatTensor<B> = checkpointer.retrieve_node_output(gamma);
        let beta: FloatTensor<B> = checkpointer.retrieve_node_output(beta);
        let (dx, dgamma, dbeta) =
            B::field_norm_backward(x, gamma, beta, statistics, dy, rule, plan);
        for (parent, gradient) in ops.parents.into_iter().zip([dx, dgamma, dbeta]) {
            if let Some(parent) = parent {
                grads.register::<B>(parent.id, gradient);
            }
        }
    }
}

#[derive(Debug)]
struct Pool;

impl<B: EquivariantOps> Backward<B, 1> for Pool {
    type State = (NodeId, PoolKind, Windows);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let (x, kind, windows) = ops.state;
        let [parent] = ops.parents;
        let dy = grads.consume::<B>(&ops.node);
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        if let Some(parent) = parent {
            let gradient = B::field_pool_backward(x, dy, kind, windows);
            grads.register::<B>(parent.id, gradient);
        }
    }
}

/// Functions whose gradient asks for the input alone.
#[derive(Clone, Debug)]
enum Curved {
    Activation(Activation),
    Gates(Arc<GateMap>),
}

impl Curved {
    fn apply<B: EquivariantOps>(self, x: FloatTensor<B>) -> FloatTensor<B> {
        match self {
            Self::Activation(function) => B::activation(x, function),
            Self::Gates(map) => B::gates(x, map),
        }
    }

    /// The function of a tensor that may be differentiated.
    fn recorded<B: EquivariantOps, C: CheckpointStrategy>(
        self,
        x: FloatTensor<Autodiff<B, C>>,
    ) -> FloatTensor<Autodiff<B, C>> {
        let prepared = CurvedStep.prepare::<C>([x.node()]).compute_bound();
        match prepared.stateful() {
            OpsKind::Tracked(mut prep) => {
                let state = (prep.checkpoint(&x), self.clone());
                prep.finish(state, self.apply::<B>(x.into_primitive()))
            }
            OpsKind::UnTracked(prep) => prep.finish(self.apply::<B>(x.into_primitive())),
        }
    }
}

#[derive(Debug)]
struct CurvedStep;

impl<B: EquivariantOps> Backward<B, 1> for CurvedStep {
    type State = (NodeId, Curved);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let (x, function) = ops.state;
        let [parent] = ops.parents;
        let dy = grads.consume::<B>(&ops.node);
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        if let Some(parent) = parent {
            let dx = match function {
                Curved::Activation(function) => B::activation_backward(x, dy, function),
                Curved::Gates(map) => B::gates_backward(x, dy, map),
            };
            grads.register::<B>(parent.id, dx);
        }
    }
}

/// Linear maps: their gradient is the adjoint one.
#[derive(Clone, Debug)]
enum Linear {
    Carry(Arc<CarryMap>),
    Channels(Arc<ChannelMap>),
    Edges(Arc<EdgeMap>),
    Resample(Arc<SeparableMap>),
    Sphere(Arc<SphereTransform>, SphereMap),
}

impl Linear {
    fn apply<B: EquivariantOps>(self, x: FloatTensor<B>) -> FloatTensor<B> {
        match self {
            Self::Carry(map) => B::carry(x, map),
            Self::Channels(map) => B::select_channels(x, map),
            Self::Edges(map) => B::along_edges(x, map),
            Self::Resample(map) => B::resample(x, map),
            Self::Sphere(transform, map) => B::sphere_transform(x, transform, map),
        }
    }

    fn adjoint(self) -> Self {
        match self {
            Self::Carry(map) => Self::Carry(Arc::new(map.adjoint())),
            Self::Channels(map) => Self::Channels(Arc::new(map.adjoint())),
            Self::Edges(map) => Self::Edges(Arc::new(map.adjoint())),
            Self::Resample(map) => Self::Resample(Arc::new(map.adjoint())),
            Self::Sphere(transform, map) => Self::Sphere(transform, map.adjoint()),
        }
    }

    /// The map of a tensor that may be differentiated.
    fn recorded<B: EquivariantOps, C: CheckpointStrategy>(
        self,
        x: FloatTensor<Autodiff<B, C>>,
    ) -> FloatTensor<Autodiff<B, C>> {
        let prepared = LinearStep.prepare::<C>([x.node()]).compute_bound();
        match prepared.stateful() {
            OpsKind::Tracked(prep) => {
                prep.finish(self.clone(), self.apply::<B>(x.into_primitive()))
            }
            OpsKind::UnTracked(prep) => prep.finish(self.apply::<B>(x.into_primitive())),
        }
    }
}

#[derive(Debug)]
struct LinearStep;

impl<B: EquivariantOps> Backward<B, 1> for LinearStep {
    type State = Linear;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let [parent] = ops.parents;
        let dy = grads.consume::<B>(&ops.node);
        if let Some(parent) = parent {
            grads.register::<B>(parent.id, ops.state.adjoint().apply::<B>(dy));
        }
    }
}

impl<B: EquivariantOps, C: CheckpointStrategy> EquivariantOps for Autodiff<B, C> {
    fn activation(x: FloatTensor<Self>, function: Activation) -> FloatTensor<Self> {
        Curved::Activation(function).recorded::<B, C>(x)
    }

    fn gates(x: FloatTensor<Self>, map: Arc<GateMap>) -> FloatTensor<Self> {
        Curved::Gates(map).recorded::<B, C>(x)
    }

    fn gates_backward(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: Arc<GateMap>,
    ) -> FloatTensor<Self> {
        panic!("{FIRST_ORDER}")
    }

    fn activation_backward(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: Activation,
    ) -> FloatTensor<Self> {
        panic!("{FIRST_ORDER}")
    }

    fn carry(x: FloatTensor<Self>, map: Arc<CarryMap>) -> FloatTensor<Self> {
        Linear::Carry(map).recorded::<B, C>(x)
    }

    fn select_channels(x: FloatTensor<Self>, map: Arc<ChannelMap>) -> FloatTensor<Self> {
        Linear::Channels(map).recorded::<B, C>(x)
    }

    fn along_edges(x: FloatTensor<Self>, map: Arc<EdgeMap>) -> FloatTensor<Self> {
        Linear::Edges(map).recorded::<B, C>(x)
    }

    fn resample(x: FloatTensor<Self>, map: Arc<SeparableMap>) -> FloatTensor<Self> {
        Linear::Resample(map).recorded::<B, C>(x)
    }

    fn sphere_transform(
        x: FloatTensor<Self>,
        transform: Arc<SphereTransform>,
        map: SphereMap,
    ) -> FloatTensor<Self> {
        Linear::Sphere(transform, map).recorded::<B, C>(x)
    }

    fn equivariant_conv(
        x: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        plan: Arc<ConvPlan>,
    ) -> FloatTensor<Self> {
        match Conv
            .prepare::<C>([x.node(), parameters.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(mut prep) => {
                let state = (
                    prep.checkpoint(&x),
                    prep.checkpoint(&parameters),
                    plan.clone(),
                );
                let y = B::equivariant_conv(x.into_primitive(), parameters.into_primitive(), plan);
                prep.finish(state, y)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::equivariant_conv(
                x.into_primitive(),
                parameters.into_primitive(),
                plan,
            )),
        }
    }

    fn equivariant_conv_backward_input(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: [usize; 3],
        _: Arc<ConvPlan>,
    ) -> FloatTensor<Self> {
        panic!("{FIRST_ORDER}")
    }

    fn equivariant_conv_backward_parameters(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: Arc<ConvPlan>,
    ) -> FloatTensor<Self> {
        panic!("{FIRST_ORDER}")
    }

    fn equivariant_conv_transposed(
        x: FloatTensor<Self>,
        parameters: FloatTensor<Self>,
        size: [usize; 3],
        plan: Arc<ConvPlan>,
    ) -> FloatTensor<Self> {
        let run = |x: FloatTensor<Self>, parameters: FloatTensor<Self>| {
            let (x, parameters) = (x.into_primitive(), parameters.into_primitive());
            B::equivariant_conv_transposed(x, parameters, size, plan.clone())
        };
        match TransposedConv
            .prepare::<C>([x.node(), parameters.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(mut prep) => {
                let nodes = (prep.checkpoint(&x), prep.checkpoint(&parameters));
                let y = run(x, parameters);
                prep.finish((nodes.0, nodes.1, plan.clone()), y)
            }
            OpsKind::UnTracked(prep) => prep.finish(run(x, parameters)),
        }
    }

    fn field_statistics(x: FloatTensor<Self>, plan: Arc<NormPlan>) -> FloatTensor<Self> {
        <Self as AutodiffBackend>::from_inner(B::field_statistics(x.into_primitive(), plan))
    }

    fn field_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        rule: NormRule,
        plan: Arc<NormPlan>,
    ) -> FloatTensor<Self> {
        let statistics = statistics.into_primitive();
        let run = |x: FloatTensor<Self>,
                   gamma: FloatTensor<Self>,
                   beta: FloatTensor<Self>,
                   statistics| {
            B::field_norm(
                x.into_primitive(),
                gamma.into_primitive(),
                beta.into_primitive(),
                statistics,
                rule,
                plan.clone(),
            )
        };
        match Norm
            .prepare::<C>([x.node(), gamma.node(), beta.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(mut prep) => {
                let nodes = [
                    prep.checkpoint(&x),
                    prep.checkpoint(&gamma),
                    prep.checkpoint(&beta),
                ];
                let y = run(x, gamma, beta, statistics.clone());
                prep.finish((nodes, statistics, rule, plan.clone()), y)
            }
            OpsKind::UnTracked(prep) => prep.finish(run(x, gamma, beta, statistics)),
        }
    }

    fn field_norm_backward(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: NormRule,
        _: Arc<NormPlan>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        panic!("{FIRST_ORDER}")
    }

    fn field_pool(x: FloatTensor<Self>, kind: PoolKind, windows: Windows) -> FloatTensor<Self> {
        match Pool.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let state = (prep.checkpoint(&x), kind, windows);
                prep.finish(state, B::field_pool(x.into_primitive(), kind, windows))
            }
            OpsKind::UnTracked(prep) => {
                prep.finish(B::field_pool(x.into_primitive(), kind, windows))
            }
        }
    }

    fn field_pool_backward(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: PoolKind,
        _: Windows,
    ) -> FloatTensor<Self> {
        panic!("{FIRST_ORDER}")
    }
}
