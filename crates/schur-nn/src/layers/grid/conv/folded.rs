//! A convolution for inference.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{DType, Tensor};
use schur_engine::Activation;

use super::EquivariantConv;
use crate::layers::channel_bias;
use crate::layers::fibre::norm::FieldNorm;
use crate::ops::{FoldedWeight, folded_conv};
use crate::{Domain, Field, FieldType, Layer, NnError, Processor};

/// A convolution with bias, a norm and a nonlinearity in one: `a(γ (W x + b - μ) / σ + β)` is
/// `a(W' x + b')` with other weights `W'`, prepared once.
///
/// A norm has one factor per field, and so has every free parameter: those of an output copy
/// take its factor. What is left is a term per channel along the invariant vectors.
#[derive(Module, Debug)]
pub(crate) struct FoldedConv {
    #[module(skip)]
    conv: EquivariantConv,
    #[module(skip)]
    weight: Arc<FoldedWeight>,
}

impl FoldedConv {
    /// `None` unless the weights lie on the CPU, in numbers that the engine computes in.
    pub(crate) fn new(
        conv: &EquivariantConv,
        norm: Option<&FieldNorm>,
    ) -> Result<Option<Self>, NnError> {
        let weight = conv.weight.val();
        if !Processor::is_cpu(&weight.device()) {
            return Ok(None);
        }
        let mut parameters = numbers(weight.clone());
        let mut bias = match &conv.bias {
            Some(bias) => numbers(channel_bias(&conv.output, bias.val())?),
            None => vec![0.0; conv.output.channels()],
        };
        let mut activation = Activation::Identity;
        if let Some(norm) = norm {
            activation = norm.activation();
            let output = conv.output.blocks().iter();
            let blocks = output.zip(conv.output.layout().offsets());
            let ranges = conv.plan.pair_ranges().chunks(conv.input.blocks().len());
            let mut channels = vec![0; parameters.len()];
            for (ranges, (block, &offset)) in ranges.zip(blocks) {
                // The first component of every copy; the others have the same factors.
                for range in ranges {
                    for (index, channel) in channels[range.clone()].iter_mut().enumerate() {
                        *channel = offset + index % block.multiplicity;
                    }
                }
            }
            let weights = channels.into_iter().zip(&mut parameters);
            norm.affine().fold(weights, &mut bias);
        }
        let weight = FoldedWeight::new(&conv.plan, &parameters, &bias, activation, weight.dtype())?;
        Ok(weight.map(|weight| Self {
            conv: conv.clone(),
            weight: Arc::new(weight),
        }))
    }
}

/// What it says of itself is said of the convolution.
impl Layer for FoldedConv {
    fn name(&self) -> String {
        self.conv.name()
    }

    fn input_type(&self) -> &FieldType {
        self.conv.input_type()
    }

    fn output_type(&self) -> &FieldType {
        self.conv.output_type()
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        self.conv.output_domain(domain)
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.conv.check_input(&field)?;
        let x = field.memory();
        let device = x.device();
        if !Processor::is_cpu(&device) || x.is_autodiff() {
            return Err(NnError::Prepared {
                layer: self.conv.name(),
                device: format!("{device:?}"),
            });
        }
        let (found, expected) = (x.dtype(), self.weight.dtype());
        if found != expected {
            let words = |dtype: DType| format!("{dtype:?}");
            return Err(NnError::NumberType {
                layer: self.conv.name(),
                found: words(found),
                expected: words(expected),
            });
        }
        let (domain, conv) = (field.domain().clone(), &self.conv);
        let (x, plan) = conv.border.pad(field, &conv.plan, &conv.name())?;
        let domain = conv.output_domain(&domain)?;
        let y = folded_conv(x, &self.weight, &plan);
        Ok(Field::of_cells(y, domain, &conv.output))
    }
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}
