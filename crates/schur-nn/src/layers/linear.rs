//! Equivariant dense layers between vectors, for any group.

mod config;
mod exponential;
mod maps;
mod vector_type;

use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use schur_engine::Block;

pub use config::EquivariantLinearConfig;
pub use vector_type::{VectorBlock, VectorType};

use crate::NnError;
use crate::export::{Graph, Op, Value};
use crate::matmul::matmul;
use crate::ops::dense::{Elements, Weights};

/// A linear map `y = W x + b` between vectors that carry representations of a group, finite,
/// compact or of matrices, with `W ρ(g) = σ(g) W` and `σ(g) b = b` for all its elements.
///
/// `W` is a combination of an orthonormal basis of all such maps, found by Schur's lemma or as
/// invariant tensors; the coefficients are the weights. This is the layer of equivariant
/// multi-layer perceptrons (Finzi, Welling & Wilson 2021); for permutations of a set it is that
/// of deep sets (Zaheer et al. 2017).
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::LinearGroup;
/// use schur_nn::{EquivariantLinearConfig, tolerance};
///
/// // From five vectors in space to matrices and scalars: only a vector to a vector is linear.
/// let o3 = LinearGroup::orthogonal(3)?;
/// let config = EquivariantLinearConfig::tensors(
///     &o3,
///     &"T(0) + 5 T(1)".parse()?,
///     &"4 T(1) + 2 T(2)".parse()?,
/// )?;
/// let layer = config.with_bias(true).init(&Device::flex())?;
/// // 5 · 4 for the vectors; scalars and constants times the identity matrix for the matrices.
/// assert_eq!(layer.parameters(), 5 * 4 + 2 + 2);
/// let x = Tensor::ones([3, 16], &Device::flex());
/// assert_eq!(layer.forward(x.clone())?.dims(), [3, 12 + 18]);
/// layer.assert_equivariant(&x, tolerance::EXACT_F32)?;
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
    input: VectorType,
    output: VectorType,
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
    /// The type of vector it takes.
    pub fn input_type(&self) -> &VectorType {
        &self.maps.input
    }

    /// The type of vector it gives.
    pub fn output_type(&self) -> &VectorType {
        &self.maps.output
    }

    /// Number of learnable scalars.
    pub fn parameters(&self) -> usize {
        let biases = self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0]);
        self.weight.val().dims()[0] + biases
    }

    /// Applies the layer to a batch of vectors, `[batch, input]` to `[batch, output]`.
    ///
    /// # Errors
    ///
    /// If the vectors are of another size, or their numbers of another type than the weights.
    pub fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        self.maps.input.check("an equivariant linear layer", &x)?;
        let (found, expected) = (x.dtype(), self.weight.val().dtype());
        if found != expected {
            return Err(NnError::NumberType {
                layer: "an equivariant linear layer".to_string(),
                found: format!("{found:?}"),
                expected: format!("{expected:?}"),
            });
        }
        let (matrix, constants) = self.dense();
        let y = matmul(x, matrix);
        Ok(match constants {
            Some(constants) => y + constants.unsqueeze(),
            None => y,
        })
    }

    /// The layer as a plain one: `Wᵀ` as `[input, output]`, and `b`.
    pub fn dense(&self) -> (Tensor<2>, Option<Tensor<1>>) {
        let weight = combine(
            self.weight.val(),
            &self.maps.weights,
            &self.maps.input,
            &self.maps.output,
        );
        let bias = self.bias.as_ref().map(|bias| {
            let mut constants = Weights::new(bias.val());
            let scalar = Block {
                dim: 1,
                multiplicity: 1,
            };
            let blocks = self.maps.output.blocks().iter().zip(&*self.maps.biases);
            let rows = blocks.map(|(out, maps)| block(&mut constants, maps, [scalar, out.shape()]));
            Tensor::cat(rows.collect(), 1).squeeze_dim(0)
        });
        (weight, bias)
    }

    /// Adds the layer to a plain network, as [`dense`](Self::dense) at every pixel.
    ///
    /// # Errors
    ///
    /// If the value has another number of channels than the vectors have components.
    pub fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = "linear";
        self.maps.input.check_size(name, x.channels)?;
        let (matrix, constants) = self.dense();
        let outs = self.maps.output.dim();
        let weight = matrix.transpose().to_data().iter().collect();
        let weight = graph.constant(&[outs, x.channels, 1, 1], weight);
        let bias = constants.map(|b| graph.constant(&[outs], b.to_data().iter().collect()));
        let op = Op::Conv {
            weight,
            bias,
            stride: (1, 1),
            padding: (0, 0),
            dilation: (1, 1),
        };
        Ok(graph.push(op, &[x], name, (outs, x.height, x.width)))
    }

    /// Asserts on some vectors `[batch, input]` that the layer commutes with the group, and
    /// returns the largest relative defect.
    ///
    /// # Errors
    ///
    /// As [`VectorType::assert_equivariant`].
    pub fn assert_equivariant(&self, x: &Tensor<2>, bound: f64) -> Result<f64, NnError> {
        let f = |x| self.forward(x);
        self.maps
            .input
            .assert_equivariant(&self.maps.output, f, x, bound)
    }
}

/// The transposed matrix of all pairs of blocks.
fn combine(
    weight: Tensor<1>,
    pairs: &[Elements],
    input: &VectorType,
    output: &VectorType,
) -> Tensor<2> {
    let mut weights = Weights::new(weight);
    let mut columns = Vec::with_capacity(output.blocks().len());
    let rows = pairs.chunks(input.blocks().len());
    for (out, pairs) in output.blocks().iter().zip(rows) {
        let parts = pairs.iter().zip(input.blocks());
        let parts =
            parts.map(|(maps, input)| block(&mut weights, maps, [input.shape(), out.shape()]));
        columns.push(Tensor::cat(parts.collect(), 0));
    }
    Tensor::cat(columns, 1)
}

/// The transposed matrix of a pair of blocks, components within copies.
fn block(weights: &mut Weights, maps: &Elements, blocks: [Block; 2]) -> Tensor<2> {
    let sums = weights.combine_new(maps, blocks).permute([0, 3, 1, 4, 2]);
    sums.reshape(blocks.map(|block| block.channels()))
}
