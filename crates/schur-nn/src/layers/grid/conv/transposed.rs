//! The transposed convolution, which enlarges images.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use schur_engine::{ConvPlan, Geometry};

use super::config::Planned;
use super::padding::Border;
use super::{EquivariantConvConfig, Initialisation, KernelKind, PaddingMode, export, unreached};
use crate::axes::{by, is_volume, short};
use crate::exactness::{Inexactness, Window, sliding_window};
use crate::export::{Graph, Op, Value};
use crate::ops::SharedPlan;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError, layers, ops};

/// The adjoint of an equivariant convolution: with stride `s` it makes images `s` times as
/// large. Its kernels satisfy the same constraint, so it commutes with the group.
///
/// The size of the result is `(n - 1) s - 2 p + d (k - 1) + 1` plus an output padding below the
/// stride, which says which of the sizes that a strided convolution maps to `n` is meant.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{EquivariantConvConfig, Layer, FieldType};
///
/// let fields = FieldType::parse("C4: 2 regular")?;
/// let up = EquivariantConvConfig::new(&fields, &fields, 3)
///     .with_stride(2)
///     .with_padding(1)
///     .init_transposed(0, &Device::flex())?;
/// assert_eq!(up.output_size(7, 7)?, (13, 13));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct EquivariantConvTransposed {
    /// Coefficients of the kernel basis, in the order of the [`ConvPlan`] of the adjoint.
    pub weight: Param<Tensor<1>>,
    /// One constant per invariant direction of a field.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    /// From output fields to input fields.
    #[module(skip)]
    plan: SharedPlan,
    #[module(skip)]
    output_padding: usize,
}

impl EquivariantConvConfig {
    /// Builds the transposed convolution with this description.
    ///
    /// # Errors
    ///
    /// As [`init`](Self::init); if the output padding is not below the stride; or for padding
    /// other than with zeros.
    pub fn init_transposed(
        &self,
        output_padding: usize,
        device: &Device,
    ) -> Result<EquivariantConvTransposed, NnError> {
        let problem = if self.padding_mode != PaddingMode::Zeros {
            Some(
                "only padding with zeros has a transpose here; use `PaddingMode::Zeros`"
                    .to_string(),
            )
        } else if self.kind()? == KernelKind::Hexagonal {
            Some("kernels on the hexagonal lattice have no transpose here; use others".to_string())
        } else if self.initialisation != Initialisation::He {
            Some("only the He rule fits a transposed convolution; use it".to_string())
        } else if output_padding >= self.smallest_step() {
            Some(format!(
                "output padding {output_padding} is not below the stride; use less"
            ))
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(NnError::Config {
                at: "transposed convolution".to_string(),
                problem,
            });
        }
        let border = Border::new(self.padding_mode, self.padding)?;
        let geometry = Geometry::new(self.kernel, self.stride, border.zeros(), self.dilation)?;
        let Planned { plan, norms, .. } = self.plan(&self.output, &self.input, &geometry)?;
        let weights = self.transposed_weights(&norms)?;
        let constants = layers::constants(&self.output)?;
        let weight = Tensor::from_data(TensorData::from(weights.as_slice()), device);
        Ok(EquivariantConvTransposed {
            weight: Param::from_tensor(weight),
            bias: self.initial.constants(constants, device),
            input: self.input.clone(),
            output: self.output.clone(),
            plan: plan.into(),
            output_padding,
        })
    }

    /// Initial weights as [`weights`](Self::weights) with the roles of input and output exchanged.
    /// A place of the result is reached by one in `stride` taps of each axis, which the variance
    /// makes up for.
    fn transposed_weights(&self, norms: &[Vec<f64>]) -> Result<Vec<f32>, NnError> {
        let (inputs, outputs) = (self.input.blocks(), self.output.blocks());
        let steps = self.stride.iter().product::<usize>() as f64;
        let variance = |o: usize| {
            let pairs = inputs.iter().enumerate();
            let count: usize = pairs
                .map(|(i, block)| norms[i * outputs.len() + o].len() * block.multiplicity)
                .sum();
            let dim = outputs[o].representation.dim() as f64;
            self.initial.gain.powi(2) * steps * dim / count.max(1) as f64
        };
        let variances: Vec<f64> = (0..outputs.len()).map(variance).collect();
        let mut draw = self.initial.normals("transposed convolution")?;
        let mut weights = Vec::new();
        for (i, input) in inputs.iter().enumerate() {
            for (o, output) in outputs.iter().enumerate() {
                for norm in &norms[i * outputs.len() + o] {
                    let deviation = (variances[o] / norm).sqrt();
                    let copies = input.multiplicity * output.multiplicity;
                    weights.extend((0..copies).map(|_| (draw() * deviation) as f32));
                }
            }
        }
        Ok(weights)
    }
}

impl EquivariantConvConfig {
    /// Along the axes that fields have.
    fn smallest_step(&self) -> usize {
        let first = usize::from(!is_volume(&self.input));
        self.stride[first..]
            .iter()
            .copied()
            .fold(usize::MAX, usize::min)
    }
}

impl EquivariantConvTransposed {
    /// The plan of the adjoint, from output fields to input fields.
    pub fn plan(&self) -> &ConvPlan {
        &self.plan
    }

    /// The output fields that no kernel reaches, by their numbers; see
    /// [`EquivariantConv::unreached_fields`](super::EquivariantConv::unreached_fields).
    pub fn unreached_fields(&self) -> Vec<usize> {
        // Its plan leads from output to input.
        let outputs = self.output.blocks().len();
        let ranges = self.plan.pair_ranges();
        unreached::of_blocks(&self.output, |out| {
            ranges[out..].iter().step_by(outputs).any(|r| !r.is_empty())
        })
    }

    fn enlarged(&self, sizes: [usize; 3]) -> Result<[usize; 3], NnError> {
        let geometry = self.plan.geometry();
        let along = |axis: usize, size: usize| {
            let extent = geometry.dilation()[axis] * (geometry.kernel()[axis] - 1) + 1;
            // The depth of images has no steps, and nothing behind them.
            let beyond = if axis == 0 && !is_volume(&self.input) {
                0
            } else {
                self.output_padding
            };
            let full = size.checked_sub(1)?.checked_mul(geometry.stride()[axis])?;
            let full = full.checked_add(extent + beyond)?;
            full.checked_sub(2 * geometry.padding()[axis])
                .filter(|&n| n > 0)
        };
        let enlarged: Option<Vec<usize>> = (0..3).map(|axis| along(axis, sizes[axis])).collect();
        let enlarged = enlarged.and_then(|sizes| sizes.try_into().ok());
        enlarged.ok_or_else(|| NnError::Size {
            layer: self.name(),
            problem: format!(
                "nothing is left of {}; use larger ones or less padding",
                Domain::Grid(sizes)
            ),
        })
    }
}

impl Layer for EquivariantConvTransposed {
    fn name(&self) -> String {
        let g = self.plan.geometry();
        let (kernel, stride) = (by(&self.input, g.kernel()), short(&self.input, g.stride()));
        format!("transposed conv {kernel} stride {stride}")
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let (g, channels) = (self.plan.geometry(), self.output.channels());
        export::check_depth(x, g, &self.name())?;
        // The plan leads from the output to the input.
        let weight = export::weight(&self.plan, self.weight.val())?;
        let shape = x.shape();
        let taps = shape.along(g.kernel());
        let weight = graph.constant(&[&[x.channels, channels], &taps[..]].concat(), weight);
        let bias = self
            .bias
            .as_ref()
            .map(|b| export::bias(graph, &self.output, b.val()))
            .transpose()?;
        let op = Op::ConvTransposed {
            weight,
            bias,
            stride: shape.along(g.stride()),
            padding: shape.along(g.padding()),
            dilation: shape.along(g.dilation()),
            output_padding: self.output_padding,
        };
        let shape = shape
            .with_channels(channels)
            .with_size(self.enlarged(x.size)?);
        Ok(graph.push(op, &[x], &self.name(), shape))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        layers::check_number_type(&self.name(), field.memory(), &self.weight.val())?;
        let x = field.into_grid(&self.name())?;
        let [batch, depth, height, width, _] = x.dims();
        let size = self.enlarged([depth, height, width])?;
        self.plan.shape(batch, size)?;
        let weight = self.weight.val();
        let y = ops::equivariant_conv_transposed(x, weight, size, &self.plan);
        let y = match &self.bias {
            Some(bias) => y + layers::channel_bias(&self.output, bias.val())?.unsqueeze(),
            None => y,
        };
        Ok(Field::of_grid(y, &self.output))
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        domain.map_grid(&self.name(), |sizes| self.enlarged(sizes))
    }

    fn notices(&self) -> Vec<String> {
        let fields = self.unreached_fields();
        unreached::notice(&self.input, &self.output, &fields, self.bias.is_some())
    }

    fn parameters(&self) -> usize {
        let biases = self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0]);
        self.plan.parameters() + biases
    }

    /// Exact where its adjoint is, on the size of the result.
    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        domain.of_grid(g, |moves, sizes| {
            let sizes = self.enlarged(sizes).ok()?;
            sliding_window(moves, self.plan.geometry(), sizes, Window::Convolution)
        })
    }
}
