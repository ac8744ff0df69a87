//! Layers between vectors without pixels, for any group: what follows a linear layer.

pub mod batch_norm;
pub mod dropout;
pub mod gated;
pub mod norm;
pub mod pointwise;
mod sequence;

use burn::tensor::{DType, Tensor};

use crate::export::{Graph, Value};
use crate::{EquivariantLinear, NnError, VectorType};

/// A map between vectors that commutes with a group: what
/// [`Layer`](crate::Layer) is for feature maps, without pixels and for
/// every group that a [`VectorType`] can have.
///
/// A tuple of two to eight such layers is one, too: a multi-layer perceptron.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::LinearGroup;
/// use schur_nn::{EquivariantLinearConfig, VectorGated, VectorLayer, tolerance};
///
/// let (o3, device) = (LinearGroup::orthogonal(3)?, Device::flex());
/// let linear = |input: &str, output: &str| {
///     let (input, output) = (input.parse()?, output.parse()?);
///     EquivariantLinearConfig::tensors(&o3, &input, &output)?.init(&device)
/// };
/// // Scalars, vectors, and one gate for each of the vectors.
/// let first = linear("2 T(0) + 5 T(1)", "8 T(0) + 6 T(1) + 6 T(0)")?;
/// let gates = VectorGated::new(first.output_type())?;
/// let mlp = (first, gates, linear("8 T(0) + 6 T(1)", "T(1)")?);
/// let x = Tensor::ones([3, 17], &device);
/// assert_eq!(mlp.forward(x.clone())?.dims(), [3, 3]);
/// mlp.assert_equivariant(&x, tolerance::EXACT_F32)?;
/// # Ok::<(), schur_nn::NnError>(())
/// ```
pub trait VectorLayer {
    /// A short name for reports.
    fn name(&self) -> String;

    /// The type of vector it takes.
    fn input_type(&self) -> &VectorType;

    /// The type of vector it gives.
    fn output_type(&self) -> &VectorType;

    /// Applies the layer to a batch of vectors, `[batch, input]` to `[batch, output]`.
    ///
    /// # Errors
    ///
    /// If the vectors are of another size, or their numbers of another type than the parameters.
    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError>;

    /// Number of learnable scalars.
    fn parameters(&self) -> usize {
        0
    }

    /// Adds the layer to a plain network ([`Graph::export_vectors`]), vectors being images of
    /// one pixel.
    ///
    /// # Errors
    ///
    /// [`NnError::NoExport`] if the layer has no plain counterpart.
    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError>;

    /// Asserts on some vectors `[batch, input]` that the layer commutes with the group, and
    /// returns the largest relative defect.
    ///
    /// # Errors
    ///
    /// As [`VectorType::assert_equivariant`].
    fn assert_equivariant(&self, x: &Tensor<2>, bound: f64) -> Result<f64, NnError> {
        let f = |x| self.forward(x);
        let input = self.input_type();
        input.assert_equivariant(self.output_type(), f, x, bound)
    }
}

impl VectorLayer for EquivariantLinear {
    fn name(&self) -> String {
        "linear".to_string()
    }

    fn input_type(&self) -> &VectorType {
        self.input_type()
    }

    fn output_type(&self) -> &VectorType {
        self.output_type()
    }

    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        self.forward(x)
    }

    fn parameters(&self) -> usize {
        self.parameters()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        self.export(graph, x)
    }
}

/// Refuses vectors of another size, and numbers of another type than the parameters.
fn check(
    layer: &impl VectorLayer,
    x: &Tensor<2>,
    parameters: Option<DType>,
) -> Result<(), NnError> {
    layer.input_type().check(&layer.name(), x)?;
    match parameters {
        Some(expected) if expected != x.dtype() => Err(NnError::NumberType {
            layer: layer.name(),
            found: format!("{:?}", x.dtype()),
            expected: format!("{expected:?}"),
        }),
        _ => Ok(()),
    }
}

/// Refuses blocks of a type of which `suits` does not hold.
fn require(
    layer: &str,
    of: &VectorType,
    suits: impl Fn(usize) -> bool,
    problem: &str,
) -> Result<(), NnError> {
    let mut blocks = of.blocks().iter().enumerate();
    match blocks.find(|(index, _)| !suits(*index)) {
        None => Ok(()),
        Some((_, block)) => Err(NnError::Unsuitable {
            layer: layer.to_string(),
            representation: format!("{} of {}", block.name, of.group()),
            problem: problem.to_string(),
        }),
    }
}

/// Applies `map` to every block as `[batch, copy, component]`, with the index of the block and
/// of its first field.
fn map_blocks(
    x: Tensor<2>,
    of: &VectorType,
    mut map: impl FnMut(Tensor<3>, usize, usize) -> Tensor<3>,
) -> Tensor<2> {
    let batch = x.dims()[0];
    let (mut offset, mut field) = (0, 0);
    let mut parts = Vec::with_capacity(of.blocks().len());
    for (index, block) in of.blocks().iter().enumerate() {
        let (dim, copies) = (block.dim, block.multiplicity);
        let part = x.clone().narrow(1, offset, dim * copies);
        let part = map(part.reshape([batch, copies, dim]), index, field);
        parts.push(part.reshape([batch, dim * copies]));
        offset += dim * copies;
        field += copies;
    }
    Tensor::cat(parts, 1)
}

/// For every component its field.
fn field_of_component(of: &VectorType) -> Vec<usize> {
    let (mut fields, mut first) = (Vec::with_capacity(of.dim()), 0);
    for block in of.blocks() {
        fields.extend((0..block.dim * block.multiplicity).map(|k| first + k / block.dim));
        first += block.multiplicity;
    }
    fields
}
