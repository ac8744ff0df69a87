//! Running a plain network with Burn.

use burn::tensor::activation::{elu, leaky_relu, relu, sigmoid, softmax, softplus};
use burn::tensor::module::{conv_transpose2d, conv2d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::{Constant, Graph, Op, Unary};
use crate::NnError;
use crate::kinds::PoolKind;
use crate::matmul::matmul;
use crate::ops::reference::slide;

impl Graph {
    /// Runs the network on `[batch, channels, height, width]`.
    ///
    /// # Errors
    ///
    /// If the input has another shape than the network was exported for.
    pub fn run(&self, x: Tensor<4>) -> Result<Tensor<4>, NnError> {
        let [_, channels, height, width] = x.dims();
        if (channels, height, width) != self.input {
            let (c, h, w) = self.input;
            return Err(NnError::Size {
                layer: "exported network".to_string(),
                problem: format!(
                    "it was exported for {c} channels of {h} x {w} pixels, not {channels} of \
                     {height} x {width}; export it again for that size"
                ),
            });
        }
        let mut values = vec![x];
        for node in &self.nodes {
            let inputs: Vec<Tensor<4>> = node.inputs.iter().map(|&i| values[i].clone()).collect();
            values.push(self.apply(&node.op, inputs));
        }
        Ok(values.swap_remove(values.len() - 1))
    }

    fn apply(&self, op: &Op, mut inputs: Vec<Tensor<4>>) -> Tensor<4> {
        let x = inputs[0].clone();
        let device = x.device();
        let pair = |(a, b): (usize, usize)| [a, b];
        match op {
            Op::Conv {
                weight,
                bias,
                stride,
                padding,
                dilation,
            } => {
                let options = ConvOptions::new(pair(*stride), pair(*padding), pair(*dilation), 1);
                let bias = bias.map(|bias| self.tensor::<1>(bias, &device));
                conv2d(x, self.tensor::<4>(*weight, &device), bias, options)
            }
            Op::ConvTransposed {
                weight,
                bias,
                stride,
                padding,
                dilation,
                output_padding,
            } => {
                let options = ConvTransposeOptions::new(
                    pair(*stride),
                    pair(*padding),
                    [*output_padding; 2],
                    pair(*dilation),
                    1,
                );
                let bias = bias.map(|bias| self.tensor::<1>(bias, &device));
                conv_transpose2d(x, self.tensor::<4>(*weight, &device), bias, options)
            }
            Op::Unary { function } => function.apply(x),
            Op::Scale { by } => x * self.tensor::<4>(*by, &device),
            Op::Shift { by } => x + self.tensor::<4>(*by, &device),
            Op::Add => x + inputs.remove(1),
            Op::Mul => x * inputs.remove(1),
            Op::AtLeast => {
                let dtype = x.dtype();
                x.greater_equal(inputs.remove(1)).float().cast(dtype)
            }
            Op::MaxPool {
                window,
                stride,
                padding,
                overhang,
            } => slide(x, PoolKind::Max, (*window, *stride, *padding), *overhang),
            Op::AveragePool {
                window,
                stride,
                padding,
                overhang,
            } => slide(
                x,
                PoolKind::Average,
                (*window, *stride, *padding),
                *overhang,
            ),
            Op::GlobalMax => x.max_dim(2).max_dim(3),
            Op::GlobalMean => x.mean_dim(2).mean_dim(3),
            Op::ComponentMax { components } => {
                by_component(x, *components).max_dim(1).squeeze_dim(1)
            }
            Op::ComponentMean { components } => {
                by_component(x, *components).mean_dim(1).squeeze_dim(1)
            }
            Op::Gather { axis, indices } => {
                let indices: Vec<i64> = indices.iter().map(|&i| i as i64).collect();
                let indices = TensorData::from(indices.as_slice());
                x.select(*axis, Tensor::<1, Int>::from_data(indices, &device))
            }
            Op::Concat => Tensor::cat(inputs, 1),
            Op::Rows { matrix } => matmul(self.tensor::<2>(*matrix, &device).unsqueeze(), x),
            Op::Columns { matrix } => matmul(x, self.tensor::<2>(*matrix, &device).unsqueeze()),
            Op::Reshape { shape } => {
                let (channels, height, width) = *shape;
                let batch = x.dims()[0];
                x.reshape([batch, channels, height, width])
            }
            Op::Transpose => x.transpose(),
            Op::MatMul => matmul(x, inputs.remove(1)),
            Op::Softmax { axis } => softmax(x, *axis),
        }
    }

    fn tensor<const D: usize>(&self, constant: Constant, device: &Device) -> Tensor<D> {
        let array = &self.constants[constant];
        let data = TensorData::new(array.values.clone(), array.shape.clone());
        Tensor::from_data(data, device)
    }
}

fn by_component(x: Tensor<4>, components: usize) -> Tensor<5> {
    let [batch, channels, height, width] = x.dims();
    x.reshape([batch, components, channels / components, height, width])
}

impl Unary {
    /// The function of every entry.
    pub(crate) fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Relu => relu(x),
            Self::Elu => elu(x, 1.0),
            Self::LeakyRelu(slope) => leaky_relu(x, slope),
            Self::Sigmoid => sigmoid(x),
            Self::Tanh => x.tanh(),
            Self::Softplus => softplus(x, 1.0),
            Self::Sqrt => x.sqrt(),
            Self::Reciprocal => x.recip(),
            Self::Exp => x.exp(),
            Self::Erf => x.erf(),
        }
    }
}
