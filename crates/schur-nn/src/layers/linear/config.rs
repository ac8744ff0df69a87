//! How an equivariant linear layer is described and built.

use std::sync::Arc;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use schur_math::{FiniteRepresentation, LinearGroup, Representation, SymmetryIrrep, TensorType};

use super::{EquivariantLinear, Maps, VectorType};
use crate::NnError;
use crate::layers::initial_weights::{InitialWeights, with_initial_weights};
use crate::ops::dense::Elements;

/// Describes an [`EquivariantLinear`]: one constructor for every kind of group.
///
/// Defaults: no bias, gain √2 (He initialisation for ReLU), seed 0.
#[derive(Clone, Debug)]
pub struct EquivariantLinearConfig {
    maps: Maps,
    initial: InitialWeights,
}

impl EquivariantLinearConfig {
    /// A layer between representations of a finite group, given with their multiplicities.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_math::{Group, FiniteRepresentation};
    /// use schur_nn::EquivariantLinearConfig;
    ///
    /// // Eight signals on a cycle of five points: circulant matrices between any two.
    /// let signals = [(FiniteRepresentation::regular(&Group::parse("C5")?), 8)];
    /// let layer = EquivariantLinearConfig::finite(&signals, &signals)?.init(&Device::flex())?;
    /// assert_eq!(layer.parameters(), 5 * 8 * 8);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the representations are of different groups, a list is empty, or no map but zero
    /// commutes with the group.
    pub fn finite(
        input: &[(FiniteRepresentation, usize)],
        output: &[(FiniteRepresentation, usize)],
    ) -> Result<Self, NnError> {
        let types = (VectorType::finite(input)?, VectorType::finite(output)?);
        let mut weights = Vec::new();
        let mut biases = Vec::new();
        for (out, _) in output {
            for (rho, _) in input {
                weights.push(Elements::finite(rho, out)?);
            }
            let trivial = FiniteRepresentation::trivial(out.group());
            biases.push(Elements::finite(&trivial, out)?);
        }
        Self::new(types, weights, biases)
    }

    /// A layer between representations of a compact group, given with their multiplicities.
    ///
    /// # Errors
    ///
    /// As [`finite`](Self::finite).
    pub fn compact<I: SymmetryIrrep>(
        input: &[(Representation<I>, usize)],
        output: &[(Representation<I>, usize)],
    ) -> Result<Self, NnError> {
        let types = (VectorType::compact(input)?, VectorType::compact(output)?);
        let mut weights = Vec::new();
        let mut biases = Vec::new();
        for (out, _) in output {
            for (rho, _) in input {
                weights.push(Elements::compact(rho, out)?);
            }
            let trivial = Representation::trivial(out.group());
            biases.push(Elements::compact(&trivial, out)?);
        }
        Self::new(types, weights, biases)
    }

    /// A layer between tensors of a group of matrices (Finzi, Welling & Wilson 2021).
    ///
    /// # Errors
    ///
    /// As [`finite`](Self::finite), and if the invariants are too large to find.
    pub fn tensors(
        group: &LinearGroup,
        input: &TensorType,
        output: &TensorType,
    ) -> Result<Self, NnError> {
        let types = (
            VectorType::tensors(group, input)?,
            VectorType::tensors(group, output)?,
        );
        let weights = Elements::tensors(group, input, output)?;
        let biases = Elements::tensors(group, &TensorType::tensor(0, 0), output)?;
        Self::new(types, weights, biases)
    }

    fn new(
        (input, output): (VectorType, VectorType),
        weights: Vec<Elements>,
        biases: Vec<Elements>,
    ) -> Result<Self, NnError> {
        if weights.iter().all(|pair| pair.count == 0) {
            return Err(NnError::Config {
                at: "a linear layer".to_string(),
                problem: format!(
                    "only the map 0 from `{input}` to `{output}` commutes with the group; choose \
                     types with a common irrep"
                ),
            });
        }
        let biases = biases.into_iter().map(Elements::with_largest_entry_one);
        Ok(Self {
            maps: Maps {
                input,
                output,
                weights: Arc::new(weights),
                biases: Arc::new(biases.collect()),
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
            let count: usize = sizes.map(|(pair, i)| pair.count * i.multiplicity).sum();
            let deviation = self.initial.gain * (out.dim as f64 / count.max(1) as f64).sqrt();
            let coefficients = count * out.multiplicity;
            drawn.extend((0..coefficients).map(|_| (deviation * draw()) as f32));
        }
        Ok(drawn)
    }
}
