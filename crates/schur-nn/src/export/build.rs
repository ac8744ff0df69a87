//! How layers add their operations to a graph.

use schur_engine::pool::Windows;

use super::{Array, Constant, Graph, Node, Op, Unary, Value};
use crate::NnError;
use crate::axes::{image, plane};
use crate::kinds::PoolKind;

impl Graph {
    /// A constant with a shape.
    pub fn constant(&mut self, shape: &[usize], values: Vec<f32>) -> Constant {
        debug_assert_eq!(shape.iter().product::<usize>(), values.len());
        self.constants.push(Array {
            shape: shape.to_vec(),
            values,
        });
        self.constants.len() - 1
    }

    /// An operation that keeps the shape of its first input.
    pub fn elementwise(&mut self, op: Op, inputs: &[Value], layer: &str) -> Value {
        self.push(
            op,
            inputs,
            layer,
            (inputs[0].channels, inputs[0].height, inputs[0].width),
        )
    }

    /// A function of every number.
    pub fn unary(&mut self, function: Unary, x: Value, layer: &str) -> Value {
        self.elementwise(Op::Unary { function }, &[x], layer)
    }

    /// `x` times one factor per channel, plus one term per channel.
    pub fn affine(&mut self, x: Value, scale: Vec<f32>, shift: Vec<f32>, layer: &str) -> Value {
        let shape = [1, x.channels, 1, 1];
        let by = self.constant(&shape, scale);
        let x = self.elementwise(Op::Scale { by }, &[x], layer);
        let by = self.constant(&shape, shift);
        self.elementwise(Op::Shift { by }, &[x], layer)
    }

    /// Entries of an axis in another order; nothing is added if the order is unchanged.
    pub fn gather(&mut self, x: Value, axis: usize, indices: Vec<usize>, layer: &str) -> Value {
        let size = [x.channels, x.height, x.width][axis - 1];
        if indices.len() == size && indices.iter().enumerate().all(|(i, &k)| i == k) {
            return x;
        }
        let mut shape = [x.channels, x.height, x.width];
        shape[axis - 1] = indices.len();
        let op = Op::Gather { axis, indices };
        self.push(op, &[x], layer, (shape[0], shape[1], shape[2]))
    }

    /// A linear map of the channels, given by rows of (input, factor).
    pub fn channel_map(&mut self, x: Value, rows: &[Vec<(usize, f64)>], layer: &str) -> Value {
        if rows.iter().all(|row| row.len() == 1 && row[0].1 == 1.0) {
            return self.gather(x, 1, rows.iter().map(|row| row[0].0).collect(), layer);
        }
        let mut weight = vec![0.0; rows.len() * x.channels];
        for (out, row) in rows.iter().enumerate() {
            for &(input, value) in row {
                weight[out * x.channels + input] += value as f32;
            }
        }
        let weight = self.constant(&[rows.len(), x.channels, 1, 1], weight);
        let op = Op::Conv {
            weight,
            bias: None,
            stride: (1, 1),
            padding: (0, 0),
            dilation: (1, 1),
        };
        self.push(op, &[x], layer, (rows.len(), x.height, x.width))
    }

    /// Channels seen as `[components, copies]`, the maximum over components.
    pub(crate) fn component_max(&mut self, x: Value, components: usize, layer: &str) -> Value {
        let shape = (x.channels / components, x.height, x.width);
        self.push(Op::ComponentMax { components }, &[x], layer, shape)
    }

    /// The mean over the components of every field instead of the maximum.
    pub(crate) fn component_mean(&mut self, x: Value, components: usize, layer: &str) -> Value {
        let shape = (x.channels / components, x.height, x.width);
        self.push(Op::ComponentMean { components }, &[x], layer, shape)
    }

    /// Reads the numbers, in their order, as other channels, rows and columns.
    pub(crate) fn reshape(&mut self, x: Value, shape: (usize, usize, usize), layer: &str) -> Value {
        debug_assert_eq!(x.channels * x.height * x.width, shape.0 * shape.1 * shape.2);
        self.push(Op::Reshape { shape }, &[x], layer, shape)
    }

    /// Maxima or means over windows. Those that reach beyond the padding in ceil mode are written
    /// with explicit rows and columns at the end, since runtimes disagree on that mode.
    pub(crate) fn pool(
        &mut self,
        x: Value,
        kind: PoolKind,
        windows: &Windows,
        layer: &str,
    ) -> Result<Value, NnError> {
        let geometry = windows.geometry();
        let sizes = [geometry.kernel(), geometry.stride(), geometry.padding()];
        let [window, stride, padding] = sizes.map(plane);
        let size = image((x.height, x.width));
        let (height, width) = plane(windows.output_size(size)?);
        let overhang = plane(windows.overhang(size)?);
        let op = match kind {
            PoolKind::Max => Op::MaxPool {
                window,
                stride,
                padding,
                overhang,
            },
            PoolKind::Average => Op::AveragePool {
                window,
                stride,
                padding,
                overhang,
            },
        };
        let y = self.push(op, &[x], layer, (x.channels, height, width));
        if kind == PoolKind::Max || overhang == (0, 0) {
            return Ok(y);
        }
        let gains = windows.gains(size)?;
        let gains = gains.into_iter().map(|gain| gain as f32).collect();
        let by = self.constant(&[1, 1, height, width], gains);
        Ok(self.elementwise(Op::Scale { by }, &[y], layer))
    }

    /// Values one after the other along the channels.
    pub fn concat(&mut self, values: &[Value], layer: &str) -> Value {
        if let [one] = values {
            return *one;
        }
        let channels = values.iter().map(|v| v.channels).sum();
        self.push(
            Op::Concat,
            values,
            layer,
            (channels, values[0].height, values[0].width),
        )
    }

    /// Any operation, with the shape (channels, height, width) of its result.
    pub fn push(
        &mut self,
        op: Op,
        inputs: &[Value],
        layer: &str,
        (channels, height, width): (usize, usize, usize),
    ) -> Value {
        self.nodes.push(Node {
            op,
            inputs: inputs.iter().map(|v| v.index).collect(),
            layer: layer.to_string(),
        });
        Value {
            index: self.nodes.len(),
            channels,
            height,
            width,
        }
    }
}
