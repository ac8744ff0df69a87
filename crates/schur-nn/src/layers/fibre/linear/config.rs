//! How an equivariant linear layer is described and built.

use std::sync::Arc;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use schur_math::Matrix;

use super::{EquivariantLinear, Maps};
use crate::layers::initial_weights::{InitialWeights, with_initial_weights};
use crate::ops::dense::Elements;
use crate::{FieldBlock, FieldType, NnError};

/// Describes an [`EquivariantLinear`].
///
/// Defaults: no bias, gain √2 (He initialisation for ReLU), seed 0.
///
/// ```
/// use burn::tensor::Device;
/// use schur_math::{FiniteRepresentation, Group};
/// use schur_nn::{EquivariantLinearConfig, FieldType, Layer};
///
/// // Eight signals on a cycle of five points: circulant matrices between any two.
/// let signals = FieldType::of([(FiniteRepresentation::regular(&Group::parse("C5")?), 8)])?;
/// let layer = EquivariantLinearConfig::new(&signals, &signals)?.init(&Device::flex())?;
/// assert_eq!(layer.parameters(), 5 * 8 * 8);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct EquivariantLinearConfig {
    maps: Maps,
    initial: InitialWeights,
}

impl EquivariantLinearConfig {
    /// A layer between two field types.
    ///
    /// # Errors
    ///
    /// If they are of different groups, no map but zero commutes with the group, or the maps are
    /// too large to find.
    pub fn new(input: &FieldType, output: &FieldType) -> Result<Self, NnError> {
        input.check_group(output)?;
        let group = input.group();
        let blocks = |fields: &'_ FieldType| -> Vec<_> {
            let blocks = fields.blocks().iter();
            blocks.map(|b| b.representation.clone()).collect()
        };
        let (inputs, outputs) = (blocks(input), blocks(output));
        let outputs: Vec<_> = outputs.iter().collect();
        let inputs: Vec<_> = inputs.iter().collect();
        let weights = group.maps(&inputs, &outputs)?;
        if weights.iter().all(Vec::is_empty) {
            return Err(NnError::Config {
                at: "a linear layer".to_string(),
                problem: format!(
                    "only the map 0 from `{input}` to `{output}` commutes with the group; choose \
                     types with a common irrep"
                ),
            });
        }
        let biases = group.maps(&[&group.trivial()?], &outputs)?.into_iter();
        let biases = biases.map(|maps| maps.iter().map(with_largest_entry_one).collect());
        Ok(Self {
            maps: Maps {
                weights: Arc::new(weights.into_iter().map(pair).collect()),
                biases: Arc::new(biases.map(pair).collect()),
                input: input.clone(),
                output: output.clone(),
            },
            initial: InitialWeights::default(),
        })
    }

    with_initial_weights!();

    /// Builds the layer. A coefficient into an output of dimension `d` is normal with variance
    /// `gain² d / N`, where `N` counts the coefficients of one output copy: the rule of
    /// [`EquivariantConvConfig::init`](crate::EquivariantConvConfig::init) for orthonormal maps.
    ///
    /// # Errors
    ///
    /// If the gain is not finite.
    pub fn init(&self, device: &Device) -> Result<EquivariantLinear, NnError> {
        let weights = self.draw()?;
        let weight = Tensor::from_data(TensorData::from(weights.as_slice()), device);
        Ok(EquivariantLinear {
            weight: Param::from_tensor(weight),
            bias: self.initial.constants(self.maps.constants(), device),
            maps: self.maps.clone(),
        })
    }

    /// Initial weights, per pair `[map][input copy][output copy]`.
    fn draw(&self) -> Result<Vec<f32>, NnError> {
        let mut draw = self.initial.normals("linear layer")?;
        let mut drawn = Vec::new();
        let inputs = self.maps.input.blocks();
        let pairs = self.maps.weights.chunks(inputs.len());
        for (out, pairs) in self.maps.output.blocks().iter().zip(pairs) {
            let sizes = pairs.iter().zip(inputs);
            let size = |(pair, block): (&Elements, &FieldBlock)| pair.count * block.multiplicity;
            let count: usize = sizes.map(size).sum();
            let variance = out.representation.dim() as f64 / count.max(1) as f64;
            let deviation = self.initial.gain * variance.sqrt();
            let coefficients = count * out.multiplicity;
            drawn.extend((0..coefficients).map(|_| (deviation * draw()) as f32));
        }
        Ok(drawn)
    }
}

/// Transposed, as batches of rows are multiplied from the left.
fn pair(maps: Vec<Matrix>) -> Elements {
    let numbers = maps.iter().flat_map(|map| map.transposed().into_values());
    Elements {
        count: maps.len(),
        positions: 1,
        numbers: numbers.collect(),
    }
}

fn with_largest_entry_one(map: &Matrix) -> Matrix {
    let largest = map.values().iter().fold(0.0f64, |l, v| l.max(v.abs()));
    map.scaled(largest.recip())
}
