//! Running a plain network with Burn.

use burn::tensor::activation::{elu, leaky_relu, relu, sigmoid, softmax, softplus};
use burn::tensor::module::{conv_transpose3d, conv2d, conv3d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::{Constant, Graph, Op, Shape, Unary};
use crate::NnError;
use crate::kinds::PoolKind;
use crate::matmul::matmul;
use crate::ops::reference::{Sliding, slide};

impl Graph {
    /// Runs the network on `[batch, channels, height, width]`, or on volumes
    /// `[batch, channels, depth, height, width]`.
    ///
    /// # Errors
    ///
    /// If the input has another shape than the network was exported for.
    pub fn run<const D: usize>(&self, x: Tensor<D>) -> Result<Tensor<D>, NnError> {
        let dims = x.dims();
        if dims.get(1..) != Some(&self.input.numbers()[..]) {
            let text = |numbers: &[usize]| {
                let [channels, places @ ..] = numbers else {
                    return "nothing".to_string();
                };
                let places: Vec<String> = places.iter().map(usize::to_string).collect();
                format!("{channels} channels of {}", places.join(" x "))
            };
            return Err(NnError::Size {
                layer: "exported network".to_string(),
                problem: format!(
                    "it was exported for {}, not {}; export it again for that size",
                    text(&self.input.numbers()),
                    text(dims.get(1..).unwrap_or_default())
                ),
            });
        }
        let mut values = vec![Valued {
            numbers: placed(x, self.input),
            is_volume: self.input.is_volume,
        }];
        for node in &self.nodes {
            let inputs: Vec<Valued> = node.inputs.iter().map(|&i| values[i].clone()).collect();
            let is_volume = match &node.op {
                Op::Reshape { shape } => shape.len() > 3,
                _ => inputs[0].is_volume,
            };
            values.push(Valued {
                numbers: self.apply(&node.op, inputs),
                is_volume,
            });
        }
        let Valued { numbers, is_volume } = values.swap_remove(values.len() - 1);
        let [batch, channels, depth, height, width] = numbers.dims();
        let shape = match is_volume {
            true => vec![batch, channels, depth, height, width],
            false => vec![batch, channels, height, width],
        };
        let shape = shape
            .try_into()
            .map_err(|shape: Vec<usize>| NnError::Size {
                layer: "exported network".to_string(),
                problem: format!("its result has {} axes, its input {D}", shape.len()),
            })?;
        Ok(numbers.reshape::<D, [usize; D]>(shape))
    }

    fn apply(&self, op: &Op, inputs: Vec<Valued>) -> Tensor<5> {
        let is_volume = inputs[0].is_volume;
        let mut inputs: Vec<Tensor<5>> = inputs.into_iter().map(|x| x.numbers).collect();
        let x = inputs[0].clone();
        let device = x.device();
        // Numbers for depth, height and width; an image does nothing along its depth.
        let sizes = |sizes: &[usize], rest: usize| -> [usize; 3] {
            match *sizes {
                [rows, cols] => [rest, rows, cols],
                [depth, rows, cols] => [depth, rows, cols],
                _ => [rest; 3],
            }
        };
        let axis = |axis: usize| axis + usize::from(axis > 1 && !is_volume);
        match op {
            Op::Conv {
                weight,
                bias,
                stride,
                padding,
                dilation,
            } => {
                let [stride, dilation] = [stride, dilation].map(|s| sizes(s, 1));
                let options = ConvOptions::new(stride, sizes(padding, 0), dilation, 1);
                let bias = bias.map(|bias| self.tensor::<1>(bias, &device));
                conv(x, self.constant_on_grid(*weight, &device), bias, options)
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
                    sizes(stride, 1),
                    sizes(padding, 0),
                    sizes(&vec![*output_padding; stride.len()], 0),
                    sizes(dilation, 1),
                    1,
                );
                let bias = bias.map(|bias| self.tensor::<1>(bias, &device));
                conv_transpose3d(x, self.constant_on_grid(*weight, &device), bias, options)
            }
            Op::Unary { function } => function.apply(x),
            Op::Scale { by } => x * self.constant_on_grid(*by, &device),
            Op::Shift { by } => x + self.constant_on_grid(*by, &device),
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
            }
            | Op::AveragePool {
                window,
                stride,
                padding,
                overhang,
            } => {
                let kind = match op {
                    Op::MaxPool { .. } => PoolKind::Max,
                    _ => PoolKind::Average,
                };
                let sliding = Sliding {
                    window: sizes(window, 1),
                    stride: sizes(stride, 1),
                    padding: sizes(padding, 0),
                    overhang: sizes(overhang, 0),
                };
                slide(x, kind, sliding)
            }
            Op::GlobalMax => x.max_dim(2).max_dim(3).max_dim(4),
            Op::GlobalMean => x.mean_dim(2).mean_dim(3).mean_dim(4),
            Op::ComponentMax { components } => {
                by_component(x, *components).max_dim(1).squeeze_dim(1)
            }
            Op::ComponentMean { components } => {
                by_component(x, *components).mean_dim(1).squeeze_dim(1)
            }
            Op::Gather { axis: of, indices } => {
                let indices: Vec<i64> = indices.iter().map(|&i| i as i64).collect();
                let indices = TensorData::from(indices.as_slice());
                x.select(axis(*of), Tensor::<1, Int>::from_data(indices, &device))
            }
            Op::Concat => Tensor::cat(inputs, 1),
            Op::Rows { matrix } => matmul(self.tensor::<2>(*matrix, &device).unsqueeze(), x),
            Op::Columns { matrix } => matmul(x, self.tensor::<2>(*matrix, &device).unsqueeze()),
            Op::Reshape { shape } => {
                let batch = x.dims()[0];
                let [depth, height, width] = sizes(&shape[1..], 1);
                x.reshape([batch, shape[0], depth, height, width])
            }
            Op::Transpose => x.transpose(),
            Op::MatMul => matmul(x, inputs.remove(1)),
            Op::Softmax { axis: of } => softmax(x, axis(*of)),
        }
    }

    /// A constant that broadcasts over, or slides along, the axes of values.
    fn constant_on_grid(&self, constant: Constant, device: &Device) -> Tensor<5> {
        match self.constants[constant].shape.len() {
            4 => self.tensor::<4>(constant, device).unsqueeze_dim(2),
            _ => self.tensor::<5>(constant, device),
        }
    }

    fn tensor<const D: usize>(&self, constant: Constant, device: &Device) -> Tensor<D> {
        let array = &self.constants[constant];
        let data = TensorData::new(array.values.clone(), array.shape.clone());
        Tensor::from_data(data, device)
    }
}

fn by_component(x: Tensor<5>, components: usize) -> Tensor<6> {
    let [batch, channels, depth, height, width] = x.dims();
    let copies = channels / components;
    x.reshape([batch, components, copies, depth, height, width])
}

/// A value while the network runs, `[batch, channels, depth, height, width]`; an image has depth 1.
#[derive(Clone)]
struct Valued {
    numbers: Tensor<5>,
    is_volume: bool,
}

/// The input with a depth.
fn placed<const D: usize>(x: Tensor<D>, shape: Shape) -> Tensor<5> {
    let [depth, height, width] = shape.size();
    let batch = x.dims()[0];
    x.reshape([batch, shape.channels(), depth, height, width])
}

/// Cross-correlation; of what has no depth Burn's planar one, which is faster.
fn conv(
    x: Tensor<5>,
    weight: Tensor<5>,
    bias: Option<Tensor<1>>,
    options: ConvOptions<3>,
) -> Tensor<5> {
    // Of both sides of an axis, which have as many.
    let padding = options.padding.map(|(before, _)| before);
    if x.dims()[2] != 1 || weight.dims()[2] != 1 || padding[0] != 0 {
        return conv3d(x, weight, bias, options);
    }
    let [stride, padding, dilation] =
        [options.stride, padding, options.dilation].map(|[_, rows, cols]| [rows, cols]);
    let options = ConvOptions::new(stride, padding, dilation, 1);
    let (x, weight) = (x.squeeze_dim::<4>(2), weight.squeeze_dim::<4>(2));
    conv2d(x, weight, bias, options).unsqueeze_dim(2)
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
