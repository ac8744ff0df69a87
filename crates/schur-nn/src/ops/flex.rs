//! The operations on the CPU: slices in, engine, slices out.

use std::sync::Arc;

use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{Bytes, DType, Element, Shape};
use burn_flex::{FlexTensor, Layout};
use bytemuck::Pod;
use schur_engine::carry::CarryMap;
use schur_engine::channels::ChannelMap;
use schur_engine::edges::EdgeMap;
use schur_engine::gates::GateMap;
use schur_engine::norm::{Affine, Moments, NormPlan};
use schur_engine::pool::{
    PoolShape, Windows, average_pool, average_pool_backward, max_pool, max_pool_backward,
};
use schur_engine::resample::SeparableMap;
use schur_engine::sphere::SpherePlan;
use schur_engine::{Activation, ConvPlan, ConvShape, Scalar, pointwise};

use super::shape::{size_of, with_size};
use super::{EquivariantOps, NormRule};
use crate::kinds::PoolKind;
use crate::sphere::{SphereMap, SphereTransform};

/// The layers check shapes before they call an operation.
pub(super) const CHECKED: &str = "shapes are checked by the layer";

/// Runs `$body` with `$t` as the tensor's number type.
macro_rules! for_float {
    ($tensor:expr, $t:ident => $body:expr) => {
        match $tensor.dtype() {
            DType::F32 => {
                type $t = f32;
                $body
            }
            DType::F64 => {
                type $t = f64;
                $body
            }
            other => {
                panic!("the engine computes in F32 and F64, not in {other:?}; cast the tensor")
            }
        }
    };
}

pub(super) fn tensor<T: Element>(values: Vec<T>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::new(
        Bytes::from_elems(values),
        Layout::contiguous(shape.into()),
        T::dtype(),
    )
}

/// The shape of a convolution of an image or a volume.
pub(super) fn conv_shape(x: &FlexTensor, plan: &ConvPlan) -> ConvShape {
    let shape = x.shape();
    plan.shape(shape[0], size_of(&shape)).expect(CHECKED)
}

fn pool_shape(x: &FlexTensor, windows: Windows) -> PoolShape {
    let shape = x.shape();
    let channels = shape[shape.len() - 1];
    PoolShape::new(shape[0], size_of(&shape), channels, windows).expect(CHECKED)
}

/// A shape with another number of channels.
fn with_channels(mut shape: Shape, channels: usize) -> Shape {
    if let Some(last) = shape.last_mut() {
        *last = channels;
    }
    shape
}

fn affine<'a, T: Element + Pod>(
    gamma: &'a FlexTensor,
    beta: &'a FlexTensor,
    eps: f64,
) -> Affine<'a, T> {
    Affine {
        gamma: gamma.storage(),
        beta: beta.storage(),
        eps,
    }
}

/// Means and variances from the two rows of a `[2, fields]` tensor.
fn moments<T: Element + Pod>(statistics: &FlexTensor) -> Moments<T> {
    let both = statistics.storage::<T>();
    let (mean, variance) = both.split_at(both.len() / 2);
    Moments {
        mean: mean.to_vec(),
        variance: variance.to_vec(),
    }
}

impl EquivariantOps for Flex {
    fn equivariant_conv(x: FlexTensor, parameters: FlexTensor, plan: Arc<ConvPlan>) -> FlexTensor {
        let (x, parameters) = (x.to_contiguous(), parameters.to_contiguous());
        let shape = conv_shape(&x, &plan);
        for_float!(x, T => {
            let weight = plan.prepare::<T>(parameters.storage()).expect(CHECKED);
            let y = plan.forward::<T>(&shape, x.storage(), &weight).expect(CHECKED);
            tensor(y, with_size(&x.shape(), shape.out_size(), shape.out_channels()))
        })
    }

    fn equivariant_conv_backward_input(
        parameters: FlexTensor,
        dy: FlexTensor,
        size: [usize; 3],
        plan: Arc<ConvPlan>,
    ) -> FlexTensor {
        let (parameters, dy) = (parameters.to_contiguous(), dy.to_contiguous());
        let shape = plan.shape(dy.shape()[0], size).expect(CHECKED);
        for_float!(dy, T => {
            let dx = plan
                .backward_input::<T>(&shape, dy.storage(), parameters.storage())
                .expect(CHECKED);
            tensor(dx, with_size(&dy.shape(), size, shape.in_channels()))
        })
    }

    fn equivariant_conv_backward_parameters(
        x: FlexTensor,
        dy: FlexTensor,
        plan: Arc<ConvPlan>,
    ) -> FlexTensor {
        let (x, dy) = (x.to_contiguous(), dy.to_contiguous());
        let shape = conv_shape(&x, &plan);
        for_float!(x, T => {
            let gradient = plan
                .backward_parameters::<T>(&shape, x.storage(), dy.storage())
                .expect(CHECKED);
            tensor(gradient, [plan.parameters()])
        })
    }

    fn equivariant_conv_transposed(
        x: FlexTensor,
        parameters: FlexTensor,
        size: [usize; 3],
        plan: Arc<ConvPlan>,
    ) -> FlexTensor {
        Self::equivariant_conv_backward_input(parameters, x, size, plan)
    }

    fn field_statistics(x: FlexTensor, plan: Arc<NormPlan>) -> FlexTensor {
        let x = x.to_contiguous();
        for_float!(x, T => {
            let Moments { mut mean, variance } = plan.moments::<T>(x.storage()).expect(CHECKED);
            let fields = mean.len();
            mean.extend(variance);
            tensor(mean, [2, fields])
        })
    }

    fn field_norm(
        x: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        statistics: FlexTensor,
        rule: NormRule,
        plan: Arc<NormPlan>,
    ) -> FlexTensor {
        let [x, gamma, beta, statistics] = [x, gamma, beta, statistics].map(|t| t.to_contiguous());
        for_float!(x, T => {
            let affine = affine::<T>(&gamma, &beta, rule.epsilon);
            let y = plan
                .forward_eval(x.storage(), affine, &moments(&statistics))
                .expect(CHECKED);
            tensor(y, x.shape())
        })
    }

    fn field_norm_backward(
        x: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        statistics: FlexTensor,
        dy: FlexTensor,
        rule: NormRule,
        plan: Arc<NormPlan>,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let [x, gamma, beta, statistics, mut dx] =
            [x, gamma, beta, statistics, dy].map(|t| t.to_contiguous());
        let fields = plan.layout().fields();
        let (dgamma, dbeta) = for_float!(x, T => {
            let affine = affine::<T>(&gamma, &beta, rule.epsilon);
            let (x, moments) = (x.storage(), moments(&statistics));
            // A copy is made only if somebody else holds `dy`.
            let gradients = plan.backward_in_place(x, affine, &moments, dx.storage_mut(), rule.fixed);
            let (dgamma, dbeta) = gradients.expect(CHECKED);
            (tensor(dgamma, [fields]), tensor(dbeta, [fields]))
        });
        (dx, dgamma, dbeta)
    }

    fn field_pool(x: FlexTensor, kind: PoolKind, windows: Windows) -> FlexTensor {
        let x = x.to_contiguous();
        let shape = pool_shape(&x, windows);
        let out = with_size(&x.shape(), shape.out_size(), shape.channels());
        for_float!(x, T => match kind {
            PoolKind::Max => tensor(max_pool::<T>(&shape, x.storage()).expect(CHECKED).y, out),
            PoolKind::Average => tensor(average_pool::<T>(&shape, x.storage()).expect(CHECKED), out),
        })
    }

    fn field_pool_backward(
        x: FlexTensor,
        dy: FlexTensor,
        kind: PoolKind,
        windows: Windows,
    ) -> FlexTensor {
        let (x, dy) = (x.to_contiguous(), dy.to_contiguous());
        let shape = pool_shape(&x, windows);
        for_float!(x, T => {
            let dx = match kind {
                // Finding the maxima again costs less than keeping their places in memory.
                PoolKind::Max => {
                    let argmax = max_pool::<T>(&shape, x.storage()).expect(CHECKED).argmax;
                    max_pool_backward::<T>(&shape, &argmax, dy.storage())
                }
                PoolKind::Average => average_pool_backward::<T>(&shape, dy.storage()),
            };
            tensor(dx.expect(CHECKED), x.shape())
        })
    }

    fn activation(x: FlexTensor, function: Activation) -> FlexTensor {
        let mut x = x.to_contiguous();
        for_float!(x, T => match x.try_storage_mut::<T>() {
            Some(values) => {
                pointwise::forward_in_place(function, values);
                x
            }
            None => tensor(pointwise::forward::<T>(function, x.storage()), x.shape()),
        })
    }

    fn activation_backward(x: FlexTensor, dy: FlexTensor, function: Activation) -> FlexTensor {
        let [x, mut dx] = [x, dy].map(|t| t.to_contiguous());
        for_float!(x, T => {
            pointwise::backward_in_place::<T>(function, x.storage(), dx.storage_mut()).expect(CHECKED);
        });
        dx
    }

    fn gates(x: FlexTensor, map: Arc<GateMap>) -> FlexTensor {
        let x = x.to_contiguous();
        let shape = with_channels(x.shape(), map.outputs());
        for_float!(x, T => tensor(map.forward::<T>(x.storage()).expect(CHECKED), shape))
    }

    fn gates_backward(x: FlexTensor, dy: FlexTensor, map: Arc<GateMap>) -> FlexTensor {
        let [x, dy] = [x, dy].map(|t| t.to_contiguous());
        for_float!(x, T => {
            tensor(map.backward::<T>(x.storage(), dy.storage()).expect(CHECKED), x.shape())
        })
    }

    fn carry(x: FlexTensor, map: Arc<CarryMap>) -> FlexTensor {
        let x = x.to_contiguous();
        let [batch, channels] = [x.shape()[0], x.shape()[2]];
        for_float!(x, T => {
            let y = map.apply::<T>(batch, x.storage()).expect(CHECKED);
            tensor(y, [batch, map.outputs(), channels])
        })
    }

    fn select_channels(x: FlexTensor, map: Arc<ChannelMap>) -> FlexTensor {
        let x = x.to_contiguous();
        let shape = with_channels(x.shape(), map.outputs());
        for_float!(x, T => tensor(map.apply::<T>(x.storage()).expect(CHECKED), shape))
    }

    fn along_edges(x: FlexTensor, map: Arc<EdgeMap>) -> FlexTensor {
        let x = x.to_contiguous();
        let (batch, [_, [points, channels]]) = (x.shape()[0], map.sizes());
        for_float!(x, T => {
            let y = map.apply::<T>(batch, x.storage()).expect(CHECKED);
            tensor(y, [batch, points, channels])
        })
    }

    fn resample(x: FlexTensor, map: Arc<SeparableMap>) -> FlexTensor {
        let x = x.to_contiguous();
        let (batch, channels) = (x.shape()[0], x.shape()[4]);
        for_float!(x, T => {
            let y = map.apply::<T>(batch, channels, x.storage()).expect(CHECKED);
            tensor(y, with_size(&x.shape(), map.out_size(), channels))
        })
    }

    fn sphere_transform(
        x: FlexTensor,
        transform: Arc<SphereTransform>,
        map: SphereMap,
    ) -> FlexTensor {
        let x = x.to_contiguous();
        let (batch, channels) = (x.shape()[0], x.shape()[2]);
        let [_, size] = transform.sizes(map);
        let shape = [batch, size, channels];
        match x.dtype() {
            DType::F32 => tensor(transformed(transform.single(), &x, map), shape),
            DType::F64 => tensor(transformed(transform.double(), &x, map), shape),
            other => panic!("the engine computes in F32 and F64, not in {other:?}"),
        }
    }
}

fn transformed<T: Scalar + Element + Pod>(
    plan: &SpherePlan<T>,
    x: &FlexTensor,
    map: SphereMap,
) -> Vec<T> {
    let (batch, channels) = (x.shape()[0], x.shape()[2]);
    let result = match map {
        SphereMap::Synthesis(weighting) => plan.synthesis(batch, channels, x.storage(), weighting),
        SphereMap::Analysis(weighting) => plan.analysis(batch, channels, x.storage(), weighting),
    };
    result.expect(CHECKED)
}
