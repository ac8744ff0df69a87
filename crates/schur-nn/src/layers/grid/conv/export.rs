//! The numbers of a convolution as those of a plain one.

use burn::tensor::Tensor;
use schur_engine::ConvPlan;

use crate::axes::{image, plane};
use crate::export::{Constant, Graph, Op, Value};
use crate::layers::channel_bias;
use crate::{FieldType, NnError};

/// The convolution of a plan to fields of a type.
pub(crate) fn conv(
    graph: &mut Graph,
    x: Value,
    (plan, output): (&ConvPlan, &FieldType),
    coefficients: Tensor<1>,
    constants: Option<Tensor<1>>,
    name: &str,
) -> Result<Value, NnError> {
    let (g, channels) = (plan.geometry(), output.channels());
    let weight = weight(plan, coefficients, [3, 2, 0, 1])?;
    let (rows, cols) = plane(g.kernel());
    let shape = [channels, x.channels, rows, cols];
    let weight = graph.constant(&shape, weight);
    let bias = constants
        .map(|constants| bias(graph, output, constants))
        .transpose()?;
    let op = Op::Conv {
        weight,
        bias,
        stride: plane(g.stride()),
        padding: plane(g.padding()),
        dilation: plane(g.dilation()),
    };
    let (height, width) = plane(g.output_size(image((x.height, x.width)))?);
    Ok(graph.push(op, &[x], name, (channels, height, width)))
}

/// The dense weight `[rows, columns, in, out]` of the plan with its axes in another order.
pub(super) fn weight(
    plan: &ConvPlan,
    coefficients: Tensor<1>,
    order: [usize; 4],
) -> Result<Vec<f32>, NnError> {
    let coefficients: Vec<f32> = coefficients.to_data().iter::<f32>().collect();
    let dense = plan.expand(&coefficients)?;
    let (rows, cols) = plane(plan.geometry().kernel());
    let sizes = [
        rows,
        cols,
        plan.input().channels(),
        plan.output().channels(),
    ];
    let strides = [
        sizes[1] * sizes[2] * sizes[3],
        sizes[2] * sizes[3],
        sizes[3],
        1,
    ];
    let mut reordered = Vec::with_capacity(dense.len());
    for a in 0..sizes[order[0]] {
        for b in 0..sizes[order[1]] {
            for c in 0..sizes[order[2]] {
                for d in 0..sizes[order[3]] {
                    let places = [a, b, c, d].into_iter().zip(order);
                    let index: usize = places.map(|(i, axis)| i * strides[axis]).sum();
                    reordered.push(dense[index]);
                }
            }
        }
    }
    Ok(reordered)
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
