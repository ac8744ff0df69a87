//! Gradients against finite differences in `f64`, and against the same operations composed of
//! Burn primitives.

use std::sync::Arc;

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::tensor::{DType, Device, Tensor};
use schur_engine::Activation;
use schur_engine::norm::{Centering, NormPlan};
use schur_engine::pool::Windows;
use schur_nn::network::{BlockConfig, BlockPooling, PoolKind};
use schur_nn::ops::NormRule;
use schur_nn::{
    EquivariantConv, EquivariantConvConfig, Field, FieldType, Layer, Network, NetworkConfig,
    ops::{self, SharedPlan},
    tolerance as limits,
};

use crate::support::{field_types, generic, grid, numbers, planar, tensor, uniform};
use crate::tolerance::{DIFFERENCE_STEP, FINITE_DIFFERENCE, FINITE_DIFFERENCE_NETWORK};

/// A point in the space of all inputs: one flat vector per input.
pub(crate) type Point = Vec<Vec<f64>>;

fn leaves(point: &Point, dtype: DType) -> Vec<Tensor<1>> {
    let device = Device::flex().autodiff();
    let leaf = |v: &Vec<f64>| tensor(v.clone(), [v.len()], dtype, &device).require_grad();
    point.iter().map(leaf).collect()
}

/// The value of `loss` and its gradients in every input.
fn gradients(
    point: &Point,
    dtype: DType,
    loss: impl Fn(&[Tensor<1>]) -> Tensor<1>,
) -> (f64, Point) {
    let leaves = leaves(point, dtype);
    let value = loss(&leaves);
    let gradients = value.backward();
    let gradient = |leaf: &Tensor<1>| numbers(&leaf.grad(&gradients).expect("a gradient"));
    (
        value.into_scalar::<f64>(),
        leaves.iter().map(gradient).collect(),
    )
}

/// Asserts that two points agree relative to the largest entry of each input.
fn agree(what: &str, found: &Point, expected: &Point, bound: f64) {
    for (input, (found, expected)) in found.iter().zip(expected).enumerate() {
        let scale = expected.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        assert!(scale > 0.0, "{what}, input {input}: nothing to compare");
        for (i, (f, e)) in found.iter().zip(expected).enumerate() {
            let error = (f - e).abs() / scale;
            assert!(
                error <= bound,
                "{what}, input {input}[{i}]: {f} against {e}"
            );
        }
    }
}

/// Asserts the gradients of `loss` against central differences.
pub(crate) fn differences(
    what: &str,
    point: &Point,
    bound: f64,
    loss: impl Fn(&[Tensor<1>]) -> Tensor<1>,
) {
    let (_, found) = gradients(point, DType::F64, &loss);
    let value = |point: &Point| loss(&leaves(point, DType::F64)).into_scalar::<f64>();
    let mut expected = point.clone();
    for (input, slopes) in expected.iter_mut().enumerate() {
        for (i, slope) in slopes.iter_mut().enumerate() {
            let moved = |step: f64| {
                let mut point = point.clone();
                point[input][i] += step;
                value(&point)
            };
            *slope = (moved(DIFFERENCE_STEP) - moved(-DIFFERENCE_STEP)) / (2.0 * DIFFERENCE_STEP);
        }
    }
    agree(what, &found, &expected, bound);
}

/// Asserts value and gradients of two ways to compute the same, in both number types.
pub(crate) fn same(
    what: &str,
    point: &Point,
    one: impl Fn(&[Tensor<1>]) -> Tensor<1>,
    other: impl Fn(&[Tensor<1>]) -> Tensor<1>,
) {
    for (dtype, bound) in [
        (DType::F64, limits::EXACT_F64),
        (DType::F32, limits::EXACT_F32),
    ] {
        let (found, found_slopes) = gradients(point, dtype, &one);
        let (expected, expected_slopes) = gradients(point, dtype, &other);
        agree(what, &vec![vec![found]], &vec![vec![expected]], bound);
        agree(what, &found_slopes, &expected_slopes, bound);
    }
}

/// A number that depends on every entry of `y` in another way.
pub(crate) fn weigh<const D: usize>(y: Tensor<D>) -> Tensor<1> {
    let dims = y.dims();
    let weights = uniform(dims.iter().product(), 99);
    (y.clone() * tensor(weights, dims, y.dtype(), &y.device())).sum()
}

/// Inputs of these lengths.
pub(crate) fn point(lengths: &[usize]) -> Point {
    let vector = |(i, &n): (usize, &usize)| uniform(n, 40 + i as u64);
    lengths.iter().enumerate().map(vector).collect()
}

const GEOMETRIES: [(usize, usize, usize, usize); 5] = [
    (1, 1, 0, 1),
    (2, 1, 0, 1),
    (3, 2, 1, 1),
    (3, 1, 2, 2),
    (4, 3, 2, 1),
];

fn conv(
    input: &FieldType,
    output: &FieldType,
    geometry: (usize, usize, usize, usize),
) -> EquivariantConv {
    let (kernel, stride, padding, dilation) = geometry;
    EquivariantConvConfig::new(input, output, kernel)
        .with_stride(stride)
        .with_padding(padding)
        .with_dilation(dilation)
        .with_bias(true)
        .init(&Device::flex().autodiff())
        .unwrap()
}

/// The layer, in its input, its weights and its biases.
#[test]
fn convolutions_against_differences() {
    for group in ["C4", "D4"].map(planar) {
        let types = field_types(&group);
        for (geometry, input, output) in [
            (GEOMETRIES[0], &types[2], &types[2]),
            (GEOMETRIES[2], &types[0], &types[2]),
            (GEOMETRIES[3], &types[0], &types[1]),
            (GEOMETRIES[4], &types[1], &types[0]),
        ] {
            let layer = conv(input, output, geometry);
            let shape = [2, 5, 4, input.channels()];
            let biases = layer.bias.as_ref().unwrap().val().dims()[0];
            let at = point(&[shape.iter().product(), layer.plan().parameters(), biases]);
            differences(&layer.name(), &at, FINITE_DIFFERENCE, |inputs| {
                let mut layer = layer.clone();
                layer.weight = Param::initialized(ParamId::new(), inputs[1].clone());
                layer.bias = Some(Param::initialized(ParamId::new(), inputs[2].clone()));
                let x = Field::from_grid(inputs[0].clone().reshape(shape), input);
                weigh(layer.forward(x.unwrap()).unwrap().into_memory())
            });
        }
    }
}

#[test]
fn convolutions_against_primitives() {
    for group in ["C1", "C2", "D1", "C4", "D4"].map(planar) {
        let types = field_types(&group);
        for geometry in GEOMETRIES {
            let plan = conv(&types[2], &types[1], geometry).plan().clone();
            let (name, plan) = (plan.explain(), SharedPlan::from(plan));
            let shape = [2, 6, 5, types[2].channels()];
            let at = point(&[shape.iter().product(), plan.parameters()]);
            let x = |inputs: &[Tensor<1>]| inputs[0].clone().reshape(shape);
            same(
                &name,
                &at,
                |i| weigh(ops::equivariant_conv(x(i), i[1].clone(), &plan)),
                |i| weigh(ops::reference::equivariant_conv(x(i), i[1].clone(), &plan)),
            );
            let [_, height, width] = plan.geometry().output_size([1, 6, 5]).unwrap();
            let shape = [2, height, width, types[1].channels()];
            let at = point(&[shape.iter().product(), plan.parameters()]);
            let x = |inputs: &[Tensor<1>]| inputs[0].clone().reshape(shape);
            same(
                &format!("{name} transposed"),
                &at,
                |i| {
                    weigh(ops::equivariant_conv_transposed(
                        x(i),
                        i[1].clone(),
                        [1, 6, 5],
                        &plan,
                    ))
                },
                |i| {
                    weigh(ops::composed(|| {
                        ops::equivariant_conv_transposed(x(i), i[1].clone(), [1, 6, 5], &plan)
                    }))
                },
            );
        }
    }
}

/// Batch norm in `x`, `gamma` and `beta`, through the statistics.
fn norm(inputs: &[Tensor<1>], shape: [usize; 4], plan: &Arc<NormPlan>) -> Tensor<1> {
    let x = inputs[0].clone().reshape(shape);
    let statistics = ops::field_statistics(x.clone(), plan);
    let [gamma, beta] = [1, 2].map(|i| inputs[i].clone());
    weigh(ops::field_norm(
        x,
        gamma,
        beta,
        statistics,
        NormRule {
            epsilon: limits::NORM_EPSILON,
            fixed: false,
        },
        plan,
    ))
}

const ACTIVATIONS: [Activation; 3] = [Activation::Identity, Activation::Relu, Activation::Elu];

#[test]
fn norms_against_differences() {
    let fields = &field_types(&planar("C4"))[2];
    let shape = [2, 2, 3, fields.channels()];
    let at = point(&[shape.iter().product(), fields.fields(), fields.fields()]);
    for activation in ACTIVATIONS {
        let plan = Arc::new(NormPlan::new(fields.layout().clone(), activation));
        differences(&format!("{activation:?}"), &at, FINITE_DIFFERENCE, |i| {
            norm(i, shape, &plan)
        });
    }
}

/// Fields that are scaled but not shifted, as non-trivial irreps are. The shifts of such fields
/// have the gradient zero, which is looked at in the other fields' company.
#[test]
fn norms_without_centering_against_differences() {
    let fields = &field_types(&planar("C4"))[2];
    let shape = [2, 2, 3, fields.channels()];
    let at = point(&[shape.iter().product(), fields.fields(), fields.fields()]);
    let centering = vec![Centering::None, Centering::PerField, Centering::None];
    let layout = fields.layout().clone();
    let plan = NormPlan::with_centering(layout, centering, Activation::Identity).unwrap();
    let plan = Arc::new(plan);
    differences("not centred", &at, FINITE_DIFFERENCE, |i| {
        norm(i, shape, &plan)
    });
}

#[test]
fn norms_against_primitives() {
    for group in ["C1", "C4", "D4"].map(planar) {
        for fields in field_types(&group) {
            let shape = [3, 4, 3, fields.channels()];
            let at = point(&[shape.iter().product(), fields.fields(), fields.fields()]);
            let layout = fields.layout();
            let mut plans = ACTIVATIONS
                .map(|a| NormPlan::new(layout.clone(), a))
                .to_vec();
            if fields.blocks().len() > 1 {
                let mut centering = vec![Centering::PerField; fields.blocks().len()];
                centering[0] = Centering::None;
                let plan =
                    NormPlan::with_centering(layout.clone(), centering, Activation::Identity);
                plans.push(plan.unwrap());
            }
            for plan in plans.into_iter().map(Arc::new) {
                same(
                    &format!(
                        "{:?} of {:?} on {fields}",
                        plan.activation(),
                        plan.centering()
                    ),
                    &at,
                    |i| norm(i, shape, &plan),
                    |i| ops::composed(|| norm(i, shape, &plan)),
                );
            }
        }
    }
}

#[test]
fn pools() {
    let shape = [2, 7, 6, 3];
    let at = point(&[shape.iter().product()]);
    for kind in [PoolKind::Max, PoolKind::Average] {
        for (window, stride, padding) in [
            ((1, 1), (1, 1), (0, 0)),
            ((2, 2), (2, 2), (0, 0)),
            ((3, 3), (2, 2), (0, 0)),
            ((2, 2), (3, 3), (0, 0)),
            ((3, 3), (1, 1), (0, 0)),
            ((3, 3), (2, 2), (1, 1)),
            ((2, 4), (1, 3), (0, 2)),
        ] {
            for ceil in [false, true] {
                let windows = Windows::plane(window, stride, padding).unwrap();
                let windows = windows.with_ceil_mode(ceil);
                let what = format!("{kind:?} {windows:?}");
                let x = |inputs: &[Tensor<1>]| inputs[0].clone().reshape(shape);
                differences(&what, &at, FINITE_DIFFERENCE, |i| {
                    weigh(ops::pool(x(i), kind, &windows))
                });
                same(
                    &what,
                    &at,
                    |i| weigh(ops::pool(x(i), kind, &windows)),
                    |i| weigh(ops::reference::pool(x(i), kind, &windows)),
                );
            }
        }
    }
}

/// Puts tensors in the place of the learnable parameters, in the order of traversal.
pub(crate) struct Substitute<'a> {
    with: std::slice::Iter<'a, Tensor<1>>,
    buffer: bool,
}

impl<'a> Substitute<'a> {
    pub(crate) fn new(with: &'a [Tensor<1>]) -> Self {
        let (with, buffer) = (with.iter(), false);
        Self { with, buffer }
    }
}

impl ModuleMapper for Substitute<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.buffer = name.starts_with("running");
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.buffer = false;
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.buffer {
            return param;
        }
        let new = self.with.next().expect("a tensor for every parameter");
        Param::initialized(param.id, new.clone().reshape(param.val().dims()))
    }
}

/// The size of every learnable parameter of a module.
pub(crate) fn lengths<M: Module>(module: &M) -> Vec<usize> {
    let mut lengths = Lengths(Vec::new());
    module.visit(&mut lengths);
    lengths.0
}

/// Every learnable parameter of a network, flat.
struct Lengths(Vec<usize>);

impl burn::module::ModuleVisitor for Lengths {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if param.val().is_require_grad() {
            self.0.push(param.val().dims().iter().product());
        }
    }
}

/// Backward through a whole network: image, kernels, norms, pools, head.
#[test]
fn a_network_against_differences() {
    for (group, pool_kind, global_pool) in [
        ("C4", BlockPooling::Max, PoolKind::Average),
        ("D2", BlockPooling::Average, PoolKind::Max),
    ] {
        let mut blocks = vec![BlockConfig::new(2, 3).with_pool(2), BlockConfig::new(2, 2)];
        blocks[0].pool_kind = pool_kind;
        let config = NetworkConfig {
            group: grid(group),
            classes: 3,
            activation: schur_nn::network::NonlinearityKind::Elu,
            global_pool,
            blocks,
            ..NetworkConfig::default()
        };
        let network = config.init(3, &Device::flex().autodiff()).unwrap();
        let network: Network = generic(network, DType::F64);
        let mut sizes = vec![2 * 64];
        sizes.extend(lengths(&network));
        assert_eq!(sizes.iter().sum::<usize>(), 2 * 64 + network.parameters());
        let at = point(&sizes);
        differences(group, &at, FINITE_DIFFERENCE_NETWORK, |inputs| {
            let network = network.clone().map(&mut Substitute::new(&inputs[1..]));
            let images = inputs[0].clone().reshape([2, 1, 8, 8]);
            weigh(network.forward(images).unwrap())
        });
    }
}
