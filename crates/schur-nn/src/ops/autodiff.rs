//! First-order gradients of the operations.

use std::sync::Arc;

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, TensorMetadata};
use schur_engine::ConvPlan;
use schur_engine::norm::NormPlan;
use schur_engine::pool::Windows;

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

#[derive(Debug)]
struct Sphere;

impl<B: EquivariantOps> Backward<B, 1> for Sphere {
    type State = (Arc<SphereTransform>, SphereMap);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (transform, map) = ops.state;
        let [parent] = ops.parents;
        let dy = grads.consume::<B>(&ops.node);
        if let Some(parent) = parent {
            let gradient = B::sphere_transform(dy, transform, map.adjoint());
            grads.register::<B>(parent.id, gradient);
        }
    }
}

impl<B: EquivariantOps, C: CheckpointStrategy> EquivariantOps for Autodiff<B, C> {
    fn sphere_transform(
        x: FloatTensor<Self>,
        transform: Arc<SphereTransform>,
        map: SphereMap,
    ) -> FloatTensor<Self> {
        match Sphere.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let y = B::sphere_transform(x.into_primitive(), transform.clone(), map);
                prep.finish((transform, map), y)
            }
            OpsKind::UnTracked(prep) => {
                prep.finish(B::sphere_transform(x.into_primitive(), transform, map))
            }
        }
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
