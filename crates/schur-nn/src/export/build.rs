//! How layers add their operations to a graph.

use schur_engine::pool::Windows;

use super::{Array, Constant, Graph, Node, Op, Shape, Unary, Value};
use crate::NnError;
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
        self.push(op, inputs, layer, inputs[0].shape())
    }

    /// A function of every number.
    pub fn unary(&mut self, function: Unary, x: Value, layer: &str) -> Value {
        self.elementwise(Op::Unary { function }, &[x], layer)
    }

    /// A constant of one number per channel of `x`, which broadcasts over its places.
    pub(crate) fn per_channel(&mut self, x: Value, values: Vec<f32>) -> Constant {
        let shape = x.shape().with_size([1; 3]).numbers();
        self.constant(&[&[1], &shape[..]].concat(), values)
    }

    /// `x` times one factor per channel, plus one term per channel.
    pub fn affine(&mut self, x: Value, scale: Vec<f32>, shift: Vec<f32>, layer: &str) -> Value {
        let by = self.per_channel(x, scale);
        let x = self.elementwise(Op::Scale { by }, &[x], layer);
        let by = self.per_channel(x, shift);
        self.elementwise(Op::Shift { by }, &[x], layer)
    }

    /// Entries of an axis in another order, perhaps repeated: 1 are the channels, 2 and 3 the rows and
    /// columns of images, 2, 3 and 4 the axes of volumes. Nothing is added if the order is unchanged.
    pub fn gather(&mut self, x: Value, axis: usize, indices: Vec<usize>, layer: &str) -> Value {
        let mut numbers = x.shape().numbers();
        let size = std::mem::replace(&mut numbers[axis - 1], indices.len());
        if indices.len() == size && indices.iter().enumerate().all(|(i, &k)| i == k) {
            return x;
        }
        let shape = match numbers[..] {
            [channels, depth, height, width] => Shape::volume(channels, [depth, height, width]),
            _ => (numbers[0], numbers[1], numbers[2]).into(),
        };
        self.push(Op::Gather { axis, indices }, &[x], layer, shape)
    }

    /// Places along the axis of depth (0), height or width in another order, perhaps repeated.
    pub(crate) fn gather_places(
        &mut self,
        x: Value,
        axis: usize,
        indices: Vec<usize>,
        layer: &str,
    ) -> Value {
        // An image has no axis of depth to choose from, and one place along it.
        match axis + 1 + usize::from(x.shape().is_volume()) {
            1 => x,
            axis => self.gather(x, axis, indices, layer),
        }
    }

    /// A matrix `[new size, size]` applied along the axis of depth (0), height or width.
    pub(crate) fn resample(
        &mut self,
        x: Value,
        axis: usize,
        size: usize,
        matrix: Vec<f32>,
        layer: &str,
    ) -> Value {
        let [depth, height, width] = x.size;
        let mut to = x.size;
        to[axis] = size;
        let shape = x.shape().with_size(to);
        match axis {
            // The slices as the rows of an image.
            0 => {
                let flat = (x.channels, depth, height * width);
                let rows = self.reshape(x, flat, layer);
                let matrix = self.constant(&[size, depth], matrix);
                let flat = (x.channels, size, height * width);
                let rows = self.push(Op::Rows { matrix }, &[rows], layer, flat);
                self.reshape(rows, shape, layer)
            }
            1 => {
                let matrix = self.constant(&[size, height], matrix);
                self.push(Op::Rows { matrix }, &[x], layer, shape)
            }
            // Columns are multiplied from the right, by the transpose.
            _ => {
                let transposed = (0..width).flat_map(|i| (0..size).map(move |j| (i, j)));
                let transposed = transposed.map(|(i, j)| matrix[j * width + i]).collect();
                let matrix = self.constant(&[width, size], transposed);
                self.push(Op::Columns { matrix }, &[x], layer, shape)
            }
        }
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
        self.pointwise_conv(x, rows.len(), weight, None, layer)
    }

    /// A convolution with a kernel of one tap, `[channels, channels of x]`.
    pub(crate) fn pointwise_conv(
        &mut self,
        x: Value,
        channels: usize,
        weight: Vec<f32>,
        bias: Option<Constant>,
        layer: &str,
    ) -> Value {
        let ones = x.shape().along([1; 3]);
        let weight = self.constant(&[&[channels, x.channels], &ones[..]].concat(), weight);
        let op = Op::Conv {
            weight,
            bias,
            padding: vec![0; ones.len()],
            stride: ones.clone(),
            dilation: ones,
        };
        self.push(op, &[x], layer, x.shape().with_channels(channels))
    }

    /// Channels seen as `[components, copies]`, the maximum over components.
    pub(crate) fn component_max(&mut self, x: Value, components: usize, layer: &str) -> Value {
        let shape = x.shape().with_channels(x.channels / components);
        self.push(Op::ComponentMax { components }, &[x], layer, shape)
    }

    /// The mean over the components of every field instead of the maximum.
    pub(crate) fn component_mean(&mut self, x: Value, components: usize, layer: &str) -> Value {
        let shape = x.shape().with_channels(x.channels / components);
        self.push(Op::ComponentMean { components }, &[x], layer, shape)
    }

    /// Reads the numbers, in their order, as an image or a volume of another shape.
    pub(crate) fn reshape(&mut self, x: Value, shape: impl Into<Shape>, layer: &str) -> Value {
        let shape = shape.into();
        let numbers = shape.numbers();
        debug_assert_eq!(
            x.shape().numbers().iter().product::<usize>(),
            numbers.iter().product::<usize>()
        );
        if shape == x.shape() {
            return x;
        }
        self.push(Op::Reshape { shape: numbers }, &[x], layer, shape)
    }

    /// Maxima or means over windows. Those that reach beyond the padding in ceil mode are written
    /// with explicit places at the end, since runtimes disagree on that mode.
    pub(crate) fn pool(
        &mut self,
        x: Value,
        kind: PoolKind,
        windows: &Windows,
        layer: &str,
    ) -> Result<Value, NnError> {
        let (geometry, shape) = (windows.geometry(), x.shape());
        let sizes = [geometry.kernel(), geometry.stride(), geometry.padding()];
        let [window, stride, padding] = sizes.map(|sizes| shape.along(sizes));
        let beyond = windows.overhang(x.size)?;
        let overhang = shape.along(beyond);
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
        let shape = shape.with_size(windows.output_size(x.size)?);
        let y = self.push(op, &[x], layer, shape);
        if kind == PoolKind::Max || beyond == [0; 3] {
            return Ok(y);
        }
        let gains = windows.gains(x.size)?;
        let gains = gains.into_iter().map(|gain| gain as f32).collect();
        let sizes = shape.with_channels(1).numbers();
        let by = self.constant(&[&[1], &sizes[..]].concat(), gains);
        Ok(self.elementwise(Op::Scale { by }, &[y], layer))
    }

    /// Values one after the other along the channels.
    pub fn concat(&mut self, values: &[Value], layer: &str) -> Value {
        if let [one] = values {
            return *one;
        }
        let channels = values.iter().map(|v| v.channels).sum();
        let shape = values[0].shape().with_channels(channels);
        self.push(Op::Concat, values, layer, shape)
    }

    /// Any operation, with the shape of its result.
    pub fn push(
        &mut self,
        op: Op,
        inputs: &[Value],
        layer: &str,
        shape: impl Into<Shape>,
    ) -> Value {
        self.nodes.push(Node {
            op,
            inputs: inputs.iter().map(|v| v.index).collect(),
            layer: layer.to_string(),
        });
        Value::new(self.nodes.len(), shape.into())
    }
}
