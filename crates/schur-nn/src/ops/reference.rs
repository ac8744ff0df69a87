//! The operations composed of Burn's primitives: what devices other than the CPU run, and the
//! oracle for the engine. Burn differentiates them.

use burn::tensor::activation::{elu, relu};
use burn::tensor::module::{avg_pool2d, conv_transpose2d, conv2d, max_pool2d};
use burn::tensor::ops::{
    AvgPoolOptions, ConvOptions, ConvTransposeOptions, MaxPoolOptions, PadMode,
};
use burn::tensor::{Tensor, TensorData};
use schur_engine::norm::{Centering, NormPlan};
use schur_engine::pool::Windows;
use schur_engine::{Activation, Block};

use super::SharedPlan;
use super::dense::Weights;
use crate::kinds::PoolKind;

/// (rows, columns).
type Pair = (usize, usize);

fn pair((a, b): Pair) -> [usize; 2] {
    [a, b]
}

/// [`equivariant_conv`](super::equivariant_conv) by Burn's `conv2d` with the dense weight.
///
/// # Panics
///
/// As [`equivariant_conv`](super::equivariant_conv).
pub fn equivariant_conv(x: Tensor<4>, parameters: Tensor<1>, plan: &SharedPlan) -> Tensor<4> {
    let geometry = plan.geometry();
    let options = ConvOptions::new(
        pair(geometry.stride()),
        pair(geometry.padding()),
        pair(geometry.dilation()),
        1,
    );
    let weight = expand(parameters, plan);
    conv2d(x.permute([0, 3, 1, 2]), weight, None, options).permute([0, 2, 3, 1])
}

/// [`equivariant_conv_transposed`](super::equivariant_conv_transposed) by Burn's
/// `conv_transpose2d` with the dense weight.
///
/// # Panics
///
/// As [`equivariant_conv_transposed`](super::equivariant_conv_transposed).
pub fn equivariant_conv_transposed(
    x: Tensor<4>,
    parameters: Tensor<1>,
    size: (usize, usize),
    plan: &SharedPlan,
) -> Tensor<4> {
    let geometry = plan.geometry();
    // Of the sizes that the convolution maps to that of `x`, `size` is the one that is meant.
    let (stride, padding) = (pair(geometry.stride()), pair(geometry.padding()));
    let (kernel, dilation) = (pair(geometry.kernel()), pair(geometry.dilation()));
    let [_, height, width, _] = x.dims();
    let beyond = |axis: usize, small: usize, large: usize| {
        let reached = (small - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1;
        large + 2 * padding[axis] - reached
    };
    let beyond = [beyond(0, height, size.0), beyond(1, width, size.1)];
    let options = ConvTransposeOptions::new(stride, padding, beyond, dilation, 1);
    let weight = expand(parameters, plan);
    conv_transpose2d(x.permute([0, 3, 1, 2]), weight, None, options).permute([0, 2, 3, 1])
}

/// The dense weight `[out channels, in channels, rows, columns]`: for every pair of blocks the
/// product of its basis and its parameters.
fn expand(parameters: Tensor<1>, plan: &SharedPlan) -> Tensor<4> {
    let bases = plan.bases(&parameters.device(), parameters.dtype());
    let (rows, cols) = plan.geometry().kernel();
    let (inputs, outputs) = (plan.input().blocks(), plan.output().blocks());
    let mut weights = Weights::new(parameters);
    let mut part = |o: usize, i: usize| {
        let (input, output) = (inputs[i], outputs[o]);
        let basis = bases[o * inputs.len() + i].clone();
        let weight = weights.combine(basis, rows * cols, [input, output]);
        let weight = weight.permute([2, 4, 1, 3, 0]);
        weight.reshape([output.channels(), input.channels(), rows, cols])
    };
    let row = |o| Tensor::cat((0..inputs.len()).map(|i| part(o, i)).collect(), 1);
    Tensor::cat((0..outputs.len()).map(row).collect(), 0)
}

/// [`pool`](super::pool) by Burn's pooling.
///
/// # Panics
///
/// As [`pool`](super::pool).
pub fn pool(x: Tensor<4>, kind: PoolKind, windows: &Windows) -> Tensor<4> {
    const CHECKED: &str = "the layers check that the windows fit";
    let [_, height, width, _] = x.dims();
    let overhang = windows.overhang(height, width).expect(CHECKED);
    let g = windows.geometry();
    let shape = (g.kernel(), g.stride(), g.padding());
    let y = slide(x.permute([0, 3, 1, 2]), kind, shape, overhang);
    let y = y.permute([0, 2, 3, 1]);
    if kind == PoolKind::Max || overhang == (0, 0) {
        return y;
    }
    let [_, rows, cols, _] = y.dims();
    let gains = windows.gains(height, width).expect(CHECKED);
    let gains = TensorData::new(gains, [1, rows, cols, 1]);
    y.clone() * Tensor::from_data(gains, (&y.device(), y.dtype()))
}

/// Burn's pooling of `[batch, channels, height, width]`, with so many rows and columns at the end
/// that a maximum passes over and a mean counts as zeros.
pub(crate) fn slide(
    x: Tensor<4>,
    kind: PoolKind,
    (window, stride, padding): (Pair, Pair, Pair),
    overhang: Pair,
) -> Tensor<4> {
    let [window, stride, padding] = [window, stride, padding].map(pair);
    let behind = |x: Tensor<4>, value: f32| match overhang {
        (0, 0) => x,
        (rows, cols) => x.pad((0, cols, 0, rows), PadMode::Constant(value)),
    };
    match kind {
        PoolKind::Max => {
            let options = MaxPoolOptions::new(window).with_stride(stride);
            max_pool2d(behind(x, f32::NEG_INFINITY), options.with_padding(padding))
        }
        PoolKind::Average => {
            let options = AvgPoolOptions::new(window).with_stride(stride);
            let options = options.with_padding(padding).with_count_include_pad(true);
            avg_pool2d(behind(x, 0.0), options)
        }
    }
}

/// [`field_statistics`](super::field_statistics); differentiable.
///
/// # Panics
///
/// As [`field_statistics`](super::field_statistics).
pub fn field_statistics(x: Tensor<4>, plan: &NormPlan) -> Tensor<2> {
    let channels = plan.layout().channels();
    let average = |x: Tensor<4>| -> Tensor<1> {
        let x: Tensor<2> = x.reshape([-1, channels as i32]);
        x.mean_dim(0).reshape([channels])
    };
    let mean = centred(of_fields(average(x.clone()), plan), plan);
    let variance = (x - of_channels(mean.clone(), plan)).square();
    Tensor::stack(vec![mean, of_fields(average(variance), plan)], 0)
}

/// [`field_norm`](super::field_norm); differentiable in the statistics too.
///
/// # Panics
///
/// As [`field_norm`](super::field_norm).
pub fn field_norm(
    x: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    statistics: Tensor<2>,
    epsilon: f64,
    plan: &NormPlan,
) -> Tensor<4> {
    let row = |row| -> Tensor<1> { statistics.clone().narrow(0, row, 1).reshape([-1]) };
    let scale = (row(1) + epsilon).sqrt().recip() * gamma;
    let y = (x - of_channels(centred(row(0), plan), plan)) * of_channels(scale, plan)
        + of_channels(centred(beta, plan), plan);
    match plan.activation() {
        Activation::Identity => y,
        Activation::Relu => relu(y),
        Activation::Elu => elu(y, 1.0),
    }
}

/// The blocks of a norm's layout with the first channel and the first field of each.
fn blocks(plan: &NormPlan) -> impl Iterator<Item = (Block, usize, usize)> {
    let layout = plan.layout();
    let firsts = layout.offsets().iter().zip(layout.field_offsets());
    let blocks = layout.blocks().iter().zip(firsts);
    blocks.map(|(&block, (&channel, &field))| (block, channel, field))
}

/// Means over the components of every field.
fn of_fields(channels: Tensor<1>, plan: &NormPlan) -> Tensor<1> {
    let mean = |(block, channel, _): (Block, usize, usize)| -> Tensor<1> {
        let shape = [block.dim, block.multiplicity];
        let values = channels.clone().narrow(0, channel, block.channels());
        let values: Tensor<2> = values.reshape(shape);
        values.mean_dim(0).reshape([block.multiplicity])
    };
    Tensor::cat(blocks(plan).map(mean).collect(), 0)
}

/// The number of its field for every channel.
fn of_channels(fields: Tensor<1>, plan: &NormPlan) -> Tensor<4> {
    let spread = |(block, _, field): (Block, usize, usize)| -> Tensor<1> {
        let values = fields.clone().narrow(0, field, block.multiplicity);
        values.repeat_dim(0, block.dim)
    };
    let channels: Tensor<1> = Tensor::cat(blocks(plan).map(spread).collect(), 0);
    channels.reshape([1, 1, 1, plan.layout().channels()])
}

/// 0 for the fields that are not centred; they stay in the graph, with the gradient 0.
fn centred(fields: Tensor<1>, plan: &NormPlan) -> Tensor<1> {
    if !plan.centering().contains(&Centering::None) {
        return fields;
    }
    let keep = |((block, _, field), centering): ((Block, usize, usize), &Centering)| {
        let values = fields.clone().narrow(0, field, block.multiplicity);
        values * f64::from(u8::from(*centering == Centering::PerField))
    };
    Tensor::cat(blocks(plan).zip(plan.centering()).map(keep).collect(), 0)
}
