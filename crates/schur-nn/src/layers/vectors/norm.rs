//! Functions of the length of the fields of a vector.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::{VectorLayer, check, field_of_component, map_blocks, require};
use crate::export::{Graph, Op, Unary, Value};
use crate::layers::nonlinearity::norm::initial_bias;
use crate::tolerance::SOFT_NORM;
use crate::{NnError, Nonlinearity, VectorType};

/// Changes the length of every field and keeps its direction: `y = f(|x| + b) x / |x|`, with a
/// learnable bias `b` per field. The rule and the softening of
/// [`NormNonlinearity`](crate::NormNonlinearity); for all orthogonal representations.
///
/// ```
/// use burn::tensor::Device;
/// use schur_math::LinearGroup;
/// use schur_nn::{Nonlinearity, VectorLayer, VectorNormNonlinearity, VectorType};
///
/// let tensors = |group: &LinearGroup| VectorType::tensors(group, &"4 T(1) + 2 T(2)".parse()?);
/// let device = Device::flex();
/// let of_o3 = tensors(&LinearGroup::orthogonal(3)?)?;
/// let layer = VectorNormNonlinearity::new(&of_o3, Nonlinearity::Relu, &device)?;
/// assert_eq!(layer.parameters(), 6);
/// // Boosts do not keep lengths.
/// let of_lorentz = tensors(&LinearGroup::lorentz()?)?;
/// assert!(VectorNormNonlinearity::new(&of_lorentz, Nonlinearity::Relu, &device).is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct VectorNormNonlinearity {
    /// Bias per field.
    pub bias: Param<Tensor<1>>,
    #[module(skip)]
    vectors: VectorType,
    #[module(skip)]
    function: Nonlinearity,
}

impl VectorNormNonlinearity {
    /// A function of the length, with a bias of 0, or of -0.5 under ReLU, which would do
    /// nothing without one.
    ///
    /// # Errors
    ///
    /// If the group does not keep the length of some fields.
    pub fn new(
        vectors: &VectorType,
        function: impl Into<Nonlinearity>,
        device: &Device,
    ) -> Result<Self, NnError> {
        let function = function.into();
        let problem = "the group does not keep its length; use `VectorGated`";
        let suits = |block| vectors.is_orthogonal(block);
        require("a function of the norm", vectors, suits, problem)?;
        let bias = Tensor::full([vectors.fields()], initial_bias(&function), device);
        Ok(Self {
            bias: Param::from_tensor(bias),
            vectors: vectors.clone(),
            function,
        })
    }
}

impl VectorLayer for VectorNormNonlinearity {
    fn name(&self) -> String {
        format!("{} of the norm", self.function.name())
    }

    fn input_type(&self) -> &VectorType {
        &self.vectors
    }

    fn output_type(&self) -> &VectorType {
        &self.vectors
    }

    fn parameters(&self) -> usize {
        self.vectors.fields()
    }

    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        let bias = self.bias.val();
        check(self, &x, Some(bias.dtype()))?;
        if x.dims()[0] == 0 {
            return Ok(x);
        }
        Ok(map_blocks(x, &self.vectors, |x, _, first| {
            let copies = x.dims()[1];
            let norm = (x.clone().square().sum_dim(2) + SOFT_NORM * SOFT_NORM).sqrt();
            let bias = bias.clone().narrow(0, first, copies);
            let biased = norm.clone() + bias.reshape([1, copies, 1]);
            x * (self.function.apply(biased) / norm)
        }))
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let field_of = field_of_component(&self.vectors);
        let mut rows = vec![Vec::new(); self.vectors.fields()];
        for (component, &field) in field_of.iter().enumerate() {
            rows[field].push((component, 1.0));
        }
        let squares = graph.elementwise(Op::Mul, &[x, x], &name);
        let sums = graph.channel_map(squares, &rows, &name);
        let by = graph.constant(&[1, 1, 1, 1], vec![(SOFT_NORM * SOFT_NORM) as f32]);
        let sums = graph.elementwise(Op::Shift { by }, &[sums], &name);
        let norm = graph.unary(Unary::Sqrt, sums, &name);
        let biases = self.bias.val().to_data().iter::<f32>().collect();
        let by = graph.constant(&[1, norm.channels, 1, 1], biases);
        let biased = graph.elementwise(Op::Shift { by }, &[norm], &name);
        let value = self.function.export(graph, biased, &name)?;
        let inverse = graph.unary(Unary::Reciprocal, norm, &name);
        let gain = graph.elementwise(Op::Mul, &[value, inverse], &name);
        let gain = graph.gather(gain, 1, field_of, &name);
        Ok(graph.elementwise(Op::Mul, &[x, gain], &name))
    }
}
