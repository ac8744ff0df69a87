//! The convolution of inference: weights prepared once, bias and nonlinearity in the same pass.

use std::sync::Arc;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{DType, Element, Tensor};
use burn_flex::FlexTensor;
use bytemuck::Pod;
use schur_engine::{Activation, ConvPlan, Epilogue, PreparedWeight, Scalar};

use super::SharedPlan;
use super::flex::{CHECKED, conv_shape, tensor};
use super::shape::with_size;
use crate::NnError;

/// The numbers of a convolution in the form that its plan runs, with any padding.
#[derive(Debug)]
pub(crate) enum FoldedWeight {
    Single(PreparedWeight<f32>, Epilogue<f32>),
    Double(PreparedWeight<f64>, Epilogue<f64>),
}

impl FoldedWeight {
    /// Parameters of a plan, one bias per channel, and a nonlinearity, for tensors of a number
    /// type; `None` if the engine does not compute in it.
    pub(crate) fn new(
        plan: &SharedPlan,
        parameters: &[f64],
        bias: &[f64],
        activation: Activation,
        dtype: DType,
    ) -> Result<Option<Self>, NnError> {
        Ok(Some(match dtype {
            DType::F32 => {
                let (weight, epilogue) = prepare(plan, parameters, bias, activation)?;
                Self::Single(weight, epilogue)
            }
            DType::F64 => {
                let (weight, epilogue) = prepare(plan, parameters, bias, activation)?;
                Self::Double(weight, epilogue)
            }
            _ => return Ok(None),
        }))
    }

    /// The number type.
    pub(crate) fn dtype(&self) -> DType {
        match self {
            Self::Single(..) => DType::F32,
            Self::Double(..) => DType::F64,
        }
    }
}

fn prepare<T: Scalar>(
    plan: &ConvPlan,
    parameters: &[f64],
    bias: &[f64],
    activation: Activation,
) -> Result<(PreparedWeight<T>, Epilogue<T>), NnError> {
    let [parameters, bias] = [parameters, bias].map(|numbers| {
        let numbers = numbers.iter().map(|&v| T::from_f64(v));
        numbers.collect::<Vec<T>>()
    });
    Ok((plan.prepare(&parameters)?, Epilogue::new(bias, activation)))
}

/// Backend interface; there are no gradients.
#[backend_extension(Flex)]
pub(super) trait FoldedOps: Backend {
    /// [`folded_conv`].
    fn folded_conv(
        x: FloatTensor<Self>,
        weight: Arc<FoldedWeight>,
        plan: Arc<ConvPlan>,
    ) -> FloatTensor<Self>;
}

impl FoldedOps for Flex {
    fn folded_conv(x: FlexTensor, weight: Arc<FoldedWeight>, plan: Arc<ConvPlan>) -> FlexTensor {
        match &*weight {
            FoldedWeight::Single(numbers, epilogue) => run(&x, &plan, numbers, epilogue),
            FoldedWeight::Double(numbers, epilogue) => run(&x, &plan, numbers, epilogue),
        }
    }
}

fn run<T: Scalar + Element + Pod>(
    x: &FlexTensor,
    plan: &ConvPlan,
    weight: &PreparedWeight<T>,
    epilogue: &Epilogue<T>,
) -> FlexTensor {
    let x = x.to_contiguous();
    let shape = conv_shape(&x, plan);
    let y = plan.forward_finished(&shape, x.storage(), weight, epilogue);
    let to = with_size(&x.shape(), shape.out_size(), shape.out_channels());
    tensor(y.expect(CHECKED), to)
}

/// `a(conv(x) + b)` on the CPU: `[batch, depth, height, width, in channels]` give
/// `[batch, depth', height', width', out channels]`.
///
/// # Panics
///
/// If shape, number type and device do not fit; the layers check that first.
pub(crate) fn folded_conv(
    x: Tensor<5>,
    weight: &Arc<FoldedWeight>,
    plan: &SharedPlan,
) -> Tensor<5> {
    Tensor::from_dispatch(<Dispatch as FoldedOps>::folded_conv(
        x.into_dispatch(),
        weight.clone(),
        plan.engine(),
    ))
}
