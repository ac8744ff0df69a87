//! Equivariant linear maps in the fibre, for any group.

mod config;

use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use schur_engine::Block;

pub use config::EquivariantLinearConfig;

use crate::export::{Graph, Value};
use crate::layers::check_number_type;
use crate::matmul::{matmul, reshaped};
use crate::ops::dense::{Elements, Weights};
use crate::{Field, FieldType, Layer, NnError};

/// A linear map `y = W x + b` at every place, between fields of a group of any kind, with
/// `W ρ(g) = σ(g) W` and `σ(g) b = b` for all its elements.
///
/// `W` is a combination of an orthonormal basis of all such maps, found by Schur's lemma or as
/// invariant tensors; the coefficients are the weights. On vectors this is the layer of equivariant
/// multi-layer perceptrons (Finzi, Welling & Wilson 2021); for permutations of a set it is that
/// of deep sets (Zaheer et al. 2017). On images and points it mixes the channels of every place.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::LinearGroup;
/// use schur_nn::{EquivariantLinearConfig, Field, FieldType, Layer, assert_equivariant, tolerance};
///
/// // From five vectors in space to matrices and scalars: only a vector to a vector is linear.
/// let o3 = LinearGroup::orthogonal(3)?;
/// let input = FieldType::tensors(&o3, &"T(0) + 5 T(1)".parse()?)?;
/// let output = FieldType::tensors(&o3, &"4 T(1) + 2 T(2)".parse()?)?;
/// let config = EquivariantLinearConfig::new(&input, &output)?.with_bias(true);
/// let layer = config.init(&Device::flex())?;
/// // 5 · 4 for the vectors; scalars and constants times the identity matrix for the matrices.
/// assert_eq!(layer.parameters(), 5 * 4 + 2 + 2);
/// let x = Field::from_vectors(Tensor::ones([3, 16], &Device::flex()), &input)?;
/// assert_eq!(layer.forward(x.clone())?.to_rows().dims(), [3, 12 + 18]);
/// assert_equivariant(&layer, &x, tolerance::EXACT_F32)?;
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct EquivariantLinear {
    /// Coefficients: pairs of blocks, those of the output outer; within a pair
    /// `[map][input copy][output copy]`.
    pub weight: Param<Tensor<1>>,
    /// One constant per invariant direction: blocks of the output, within one
    /// `[direction][copy]`. Directions have the largest entry 1.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    maps: Maps,
}

/// The types and the maps between their blocks.
#[derive(Clone, Debug)]
struct Maps {
    input: FieldType,
    output: FieldType,
    /// Per pair of blocks, those of the output outer.
    weights: Arc<Vec<Elements>>,
    /// Per block of the output, from scalars.
    biases: Arc<Vec<Elements>>,
}

impl Maps {
    /// Number of invariant directions of the output.
    fn constants(&self) -> usize {
        let blocks = self.output.blocks().iter().zip(&*self.biases);
        blocks
            .map(|(out, pair)| pair.count * out.multiplicity)
            .sum()
    }
}

impl EquivariantLinear {
    /// The layer as a plain one: `Wᵀ` as `[input, output]`, and `b`, channels in memory order.
    pub fn dense(&self) -> (Tensor<2>, Option<Tensor<1>>) {
        let mut weights = Weights::new(self.weight.val());
        let (inputs, outputs) = (self.maps.input.blocks(), self.maps.output.blocks());
        let rows = self.maps.weights.chunks(inputs.len()).zip(outputs);
        let columns = rows.map(|(pairs, out)| {
            let parts = pairs.iter().zip(inputs);
            let parts =
                parts.map(|(maps, input)| block(&mut weights, maps, [input.shape(), out.shape()]));
            Tensor::cat(parts.collect(), 0)
        });
        let matrix = Tensor::cat(columns.collect(), 1);
        let bias = self.bias.as_ref().map(|bias| {
            let mut constants = Weights::new(bias.val());
            let scalar = Block {
                dim: 1,
                multiplicity: 1,
            };
            let blocks = self.maps.biases.iter().zip(outputs);
            let rows = blocks.map(|(maps, out)| block(&mut constants, maps, [scalar, out.shape()]));
            Tensor::cat(rows.collect(), 1).squeeze_dim(0)
        });
        (matrix, bias)
    }
}

/// The transposed matrix of a pair of blocks, copies within components.
fn block(weights: &mut Weights, maps: &Elements, blocks: [Block; 2]) -> Tensor<2> {
    let sums = weights.combine_new(maps, blocks).permute([0, 1, 3, 2, 4]);
    sums.reshape(blocks.map(|block| block.channels()))
}

impl Layer for EquivariantLinear {
    fn name(&self) -> String {
        "linear".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.maps.input
    }

    fn output_type(&self) -> &FieldType {
        &self.maps.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        check_number_type(&self.name(), field.memory(), &self.weight.val())?;
        let (matrix, constants) = self.dense();
        field.map(&self.maps.output, |x| {
            let [batch, places, inputs] = x.dims();
            let y = matmul(reshaped(x, [batch * places, inputs]), matrix);
            let y = match constants {
                Some(constants) => y + constants.unsqueeze(),
                None => y,
            };
            reshaped(y, [batch, places, self.maps.output.channels()])
        })
    }

    fn parameters(&self) -> usize {
        let biases = self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0]);
        self.weight.val().dims()[0] + biases
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let (matrix, constants) = self.dense();
        let outs = self.maps.output.channels();
        let weight = matrix.transpose().to_data().iter().collect();
        let bias = constants.map(|b| graph.constant(&[outs], b.to_data().iter().collect()));
        Ok(graph.pointwise_conv(x, outs, weight, bias, &self.name()))
    }
}
