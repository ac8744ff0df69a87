//! The numbers of a convolution as those of a plain one.

use burn::tensor::Tensor;
use schur_engine::{ConvPlan, Geometry};

use crate::export::{Constant, Graph, Op, Value};
use crate::layers::channel_bias;
use crate::{FieldType, NnError};

/// The convolution of a plan to fields of a type.
pub(crate) fn conv(
    graph: &mut Graph,
    x: Value,
    plan: &ConvPlan,
    output: &FieldType,
    coefficients: Tensor<1>,
    constants: Option<Tensor<1>>,
    name: &str,
) -> Result<Value, NnError> {
    let (g, channels) = (plan.geometry(), output.channels());
    check_depth(x, g, name)?;
    let weight = weight(plan, coefficients)?;
    let taps = x.shape().along(g.kernel());
    let weight = graph.constant(&[&[channels, x.channels], &taps[..]].concat(), weight);
    let bias = constants
        .map(|constants| bias(graph, output, constants))
        .transpose()?;
    let op = Op::Conv {
        weight,
        bias,
        stride: x.shape().along(g.stride()),
        padding: x.shape().along(g.padding()),
        dilation: x.shape().along(g.dilation()),
    };
    let shape = x.shape().with_channels(channels);
    Ok(graph.push(op, &[x], name, shape.with_size(g.output_size(x.size)?)))
}

/// Refuses a kernel with a depth on what has none, as vectors of a group of space.
pub(super) fn check_depth(x: Value, g: &Geometry, layer: &str) -> Result<(), NnError> {
    if x.shape().is_volume() || g.kernel()[0] == 1 {
        return Ok(());
    }
    Err(NnError::Size {
        layer: layer.to_string(),
        problem: "it acts on volumes; export it with `Graph::of_size`".to_string(),
    })
}

/// The dense weight of the plan as `[out, in, taps]`.
pub(super) fn weight(plan: &ConvPlan, coefficients: Tensor<1>) -> Result<Vec<f32>, NnError> {
    let coefficients: Vec<f32> = coefficients.to_data().iter::<f32>().collect();
    // `[taps, in, out]`.
    let dense = plan.expand(&coefficients)?;
    let (inputs, outs) = (plan.input().channels(), plan.output().channels());
    let taps = plan.geometry().taps();
    let of_pair = |pair| (0..taps).map(move |tap| tap * inputs * outs + pair);
    let pairs = (0..outs).flat_map(|o| (0..inputs).map(move |i| i * outs + o));
    let places = pairs.flat_map(of_pair);
    Ok(places.map(|place| dense[place]).collect())
}

/// One number per output channel.
pub(super) fn bias(
    graph: &mut Graph,
    output: &FieldType,
    bias: Tensor<1>,
) -> Result<Constant, NnError> {
    let values = channel_bias(output, bias)?
        .to_data()
        .iter::<f32>()
        .collect();
    Ok(graph.constant(&[output.channels()], values))
}
