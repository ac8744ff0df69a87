//! The operations on volumes, `[batch, depth, height, width, channels]`, against finite
//! differences and Burn's own.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use schur_engine::norm::NormPlan;
use schur_engine::pool::Windows;
use schur_engine::{Activation, Block, ConvPlan, Entry, Geometry, Layout, PairBasis};
use schur_nn::PoolKind;
use schur_nn::ops::{self, NormRule, SharedPlan};

use crate::gradients::{differences, point, same, weigh};
use crate::support::{numbers, uniform};
use crate::tolerance::FINITE_DIFFERENCE;

/// A convolution between two blocks each with a few random basis elements.
fn plan(geometry: Geometry) -> ConvPlan {
    let layout = |sizes: [(usize, usize); 2]| {
        let blocks = sizes.map(|(dim, multiplicity)| Block { dim, multiplicity });
        Layout::new(blocks.to_vec()).unwrap()
    };
    let (input, output) = (layout([(2, 1), (1, 2)]), layout([(1, 1), (3, 2)]));
    let mut draws = uniform(10_000, 5).into_iter();
    let mut bases = Vec::new();
    for out in output.blocks() {
        for from in input.blocks() {
            let mut below = |limit: usize| {
                let draw = draws.next().unwrap();
                ((draw + 1.0) / 2.0 * limit as f64) as usize % limit
            };
            let mut entry = |k: usize| Entry {
                out: below(out.dim),
                input: below(from.dim),
                tap: below(geometry.taps()),
                value: 0.3 + 0.2 * k as f64,
            };
            let elements = (0..3).map(|_| (0..4).map(&mut entry).collect());
            bases.push(PairBasis {
                elements: elements.collect(),
            });
        }
    }
    ConvPlan::new(input, output, geometry, bases).unwrap()
}

#[test]
fn convolutions() {
    let size = [4, 5, 3];
    for geometry in [
        Geometry::cube(1),
        Geometry::cube(2),
        Geometry::new([3; 3], [1; 3], [1; 3], [1; 3]),
        Geometry::new([3, 2, 3], [2, 1, 3], [1, 0, 2], [1, 2, 1]),
        Geometry::new([3, 1, 1], [1; 3], [2, 0, 0], [2, 1, 1]),
    ] {
        let geometry = geometry.unwrap();
        let plan = SharedPlan::from(plan(geometry));
        let [d, h, w] = size;
        let shape = [2, d, h, w, plan.input().channels()];
        let at = point(&[shape.iter().product(), plan.parameters()]);
        let x = |inputs: &[Tensor<1>]| inputs[0].clone().reshape(shape);
        let what = format!("{geometry:?}");
        differences(&what, &at, FINITE_DIFFERENCE, |i| {
            weigh(ops::equivariant_conv(x(i), i[1].clone(), &plan))
        });
        same(
            &what,
            &at,
            |i| weigh(ops::equivariant_conv(x(i), i[1].clone(), &plan)),
            |i| weigh(ops::reference::equivariant_conv(x(i), i[1].clone(), &plan)),
        );
        let [d, h, w] = geometry.output_size(size).unwrap();
        let shape = [2, d, h, w, plan.output().channels()];
        let at = point(&[shape.iter().product(), plan.parameters()]);
        let y = |inputs: &[Tensor<1>]| inputs[0].clone().reshape(shape);
        let back = |i: &[Tensor<1>]| {
            weigh(ops::equivariant_conv_transposed(
                y(i),
                i[1].clone(),
                size,
                &plan,
            ))
        };
        differences(&what, &at, FINITE_DIFFERENCE, back);
        same(&what, &at, back, |i| {
            let weight = i[1].clone();
            weigh(ops::reference::equivariant_conv_transposed(
                y(i),
                weight,
                size,
                &plan,
            ))
        });
    }
}

#[test]
fn pools() {
    let shape = [2, 5, 4, 6, 3];
    let at = point(&[shape.iter().product()]);
    let x = |inputs: &[Tensor<1>]| inputs[0].clone().reshape(shape);
    for kind in [PoolKind::Max, PoolKind::Average] {
        for (window, stride, padding) in [
            ([2; 3], [2; 3], [0; 3]),
            ([3; 3], [1; 3], [1; 3]),
            ([3, 1, 2], [2, 3, 1], [1, 0, 0]),
        ] {
            for ceil in [false, true] {
                let windows = Windows::new(window, stride, padding).unwrap();
                let windows = windows.with_ceil_mode(ceil);
                let what = format!("{kind:?} {windows:?}");
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

/// A norm sees places and channels: a volume is an image with its rows of all depths.
#[test]
fn norms_do_not_see_axes() {
    let layout = Layout::new(vec![Block {
        dim: 3,
        multiplicity: 2,
    }]);
    let plan = Arc::new(NormPlan::new(layout.unwrap(), Activation::Elu));
    let device = Device::flex();
    let x = Tensor::<1>::from_floats(uniform(2 * 3 * 4 * 5 * 6, 1).as_slice(), &device);
    let image: Tensor<4> = x.clone().reshape([2, 12, 5, 6]);
    let volume: Tensor<5> = x.reshape([2, 3, 4, 5, 6]);
    let ones: Tensor<1> = Tensor::ones([2], &device);
    let statistics = ops::field_statistics(volume.clone(), &plan);
    let rule = NormRule {
        epsilon: 0.5,
        fixed: false,
    };
    let found = ops::field_norm(volume, ones.clone(), ones.clone(), statistics, rule, &plan);
    let statistics = ops::field_statistics(image.clone(), &plan);
    let wanted = ops::field_norm(image, ones.clone(), ones, statistics, rule, &plan);
    assert_eq!(found.dims(), [2, 3, 4, 5, 6]);
    assert_eq!(numbers(&found), numbers(&wanted));
}
