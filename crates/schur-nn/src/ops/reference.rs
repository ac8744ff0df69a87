//! The operations composed of Burn primitives: slow, differentiable on every backend, and the
//! oracle for the engine's paths.

use std::sync::Arc;

use burn::tensor::module::{avg_pool2d, conv2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Int, Tensor, TensorData};
use schur_engine::{ConvPlan, Geometry};

use crate::network::PoolKind;

/// [`equivariant_conv`](super::equivariant_conv) by expanding the kernel with a dense matrix
/// and calling Burn's `conv2d`.
pub fn equivariant_conv(x: Tensor<4>, parameters: Tensor<1>, plan: &Arc<ConvPlan>) -> Tensor<4> {
    let geometry = plan.geometry();
    let pair = |(a, b): (usize, usize)| [a, b];
    let weight = expand(parameters, plan);
    let (rows, cols) = geometry.kernel();
    let weight = weight
        .reshape([
            rows,
            cols,
            plan.input().channels(),
            plan.output().channels(),
        ])
        .permute([3, 2, 0, 1]);
    let options = ConvOptions::new(
        pair(geometry.stride()),
        pair(geometry.padding()),
        pair(geometry.dilation()),
        1,
    );
    conv2d(x.permute([0, 3, 1, 2]), weight, None, options).permute([0, 2, 3, 1])
}

/// The dense weight `E p` of the parameters `p`, with the columns of `E` found by expanding
/// unit vectors.
fn expand(parameters: Tensor<1>, plan: &ConvPlan) -> Tensor<1> {
    let (count, len) = (plan.parameters(), plan.weight_len());
    let mut rows = Vec::with_capacity(count * len);
    let mut unit = vec![0.0f64; count];
    for p in 0..count {
        unit[p] = 1.0;
        rows.extend(plan.expand(&unit).expect("the length is that of the plan"));
        unit[p] = 0.0;
    }
    let device = parameters.device();
    let dtype = parameters.dtype();
    let matrix = Tensor::<2>::from_data(TensorData::new(rows, [count, len]), (&device, dtype));
    parameters.reshape([1, count]).matmul(matrix).reshape([len])
}

/// [`pool`](super::pool) by Burn's pooling.
pub fn pool(x: Tensor<4>, kind: PoolKind, geometry: &Geometry) -> Tensor<4> {
    let pair = |(rows, cols): (usize, usize)| [rows, cols];
    let (window, stride) = (pair(geometry.kernel()), pair(geometry.stride()));
    let padding = pair(geometry.padding());
    let x = x.permute([0, 3, 1, 2]);
    let y = match kind {
        PoolKind::Max => {
            let options = MaxPoolOptions::new(window).with_stride(stride);
            max_pool2d(x, options.with_padding(padding))
        }
        PoolKind::Average => {
            let options = AvgPoolOptions::new(window).with_stride(stride);
            avg_pool2d(
                x,
                options.with_padding(padding).with_count_include_pad(true),
            )
        }
    };
    y.permute([0, 2, 3, 1])
}

/// Batch norm per field and `activation` by Burn primitives, statistics included.
/// `field_of_channel[c]` is the field of channel `c`, of which there are `gamma.len()`.
pub fn field_norm(
    x: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    field_of_channel: &[usize],
    epsilon: f64,
    activation: impl Fn(Tensor<4>) -> Tensor<4>,
) -> Tensor<4> {
    let device = x.device();
    let fields = gamma.dims()[0];
    let channels = field_of_channel.len();
    // Row-stochastic average of channels into fields, and its spread back.
    let mut counts = vec![0.0f64; fields];
    for &field in field_of_channel {
        counts[field] += 1.0;
    }
    let mut average = vec![0.0f64; channels * fields];
    for (channel, &field) in field_of_channel.iter().enumerate() {
        average[channel * fields + field] = 1.0 / counts[field];
    }
    let average = Tensor::<2>::from_data(
        TensorData::new(average, [channels, fields]),
        (&device, x.dtype()),
    );
    let spread = |v: Tensor<1>| {
        v.select(0, index(field_of_channel, &device))
            .reshape([1, 1, 1, channels as i32])
    };
    let mean_over_field = |x: Tensor<4>| {
        let per_channel: Tensor<2> = x.reshape([-1, channels as i32]).mean_dim(0);
        per_channel.matmul(average.clone()).reshape([fields])
    };
    let mean = mean_over_field(x.clone());
    let centred = x - spread(mean);
    let variance = mean_over_field(centred.clone().square());
    let scale = (variance + epsilon).sqrt().recip() * gamma;
    activation(centred * spread(scale) + spread(beta))
}

fn index(values: &[usize], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i64> = values.iter().map(|&v| v as i64).collect();
    Tensor::from_data(TensorData::from(values.as_slice()), device)
}
