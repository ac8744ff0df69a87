//! How a point convolution is described and built.

use std::sync::Arc;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use schur_math::KernelBand;
use schur_math::tolerance::VANISHING_KERNEL;

use super::PointConv;
use super::maps::PointMaps;
use crate::layers::initial_weights::{InitialWeights, with_initial_weights};
use crate::{FieldType, NnError, PointGraph, layers};

/// What a point does with what it sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregation {
    /// The mean over the edges into it, as in escnn: it does not depend on the density of the
    /// points.
    Mean,
    /// The sum over the edges into it.
    Sum,
}

impl Aggregation {
    /// The factor of every edge.
    pub(super) fn factors(self, graph: &PointGraph) -> Vec<f64> {
        let degrees = graph.degrees();
        let factor = |&(_, target): &(usize, usize)| match self {
            Self::Mean => 1.0 / degrees[target] as f64,
            Self::Sum => 1.0,
        };
        graph.edges().iter().map(factor).collect()
    }
}

/// Describes a [`PointConv`].
///
/// Defaults: the mean over the neighbours, one group, no bias, gain √2 (He initialisation for
/// ReLU), seed 0.
#[derive(Clone, Debug)]
pub struct PointConvConfig {
    input: FieldType,
    output: FieldType,
    band: KernelBand,
    aggregation: Aggregation,
    groups: usize,
    initial: InitialWeights,
}

impl PointConvConfig {
    /// A convolution between two field types with the steerable kernels of a band, such as
    /// [`KernelBand::for_points`].
    pub fn new(input: &FieldType, output: &FieldType, band: &KernelBand) -> Self {
        Self {
            input: input.clone(),
            output: output.clone(),
            band: band.clone(),
            aggregation: Aggregation::Mean,
            groups: 1,
            initial: InitialWeights::default(),
        }
    }

    /// Mean or sum over the neighbours.
    #[must_use]
    pub fn with_aggregation(mut self, aggregation: Aggregation) -> Self {
        self.aggregation = aggregation;
        self
    }

    /// Cuts the blocks of input and of output evenly into as many consecutive groups, and
    /// connects only those of one group.
    #[must_use]
    pub fn with_groups(mut self, groups: usize) -> Self {
        self.groups = groups;
        self
    }

    with_initial_weights!();

    /// Builds the layer. All weights into one output field are normal with the same variance,
    /// such that on the points and edges of `example` white noise of variance 1 gives
    /// components with the mean variance `gain²` (at points with an edge): how much a kernel
    /// gives depends on how many neighbours lie where, which no size of a grid says. Take a
    /// typical cloud of the data.
    ///
    /// # Errors
    ///
    /// If the field types are of different groups, the number of groups does not divide their
    /// blocks, the gain is not finite, no kernel but 0 is equivariant, or no edge of the example
    /// is where a kernel differs from 0.
    pub fn init(&self, example: &PointGraph, device: &Device) -> Result<PointConv, NnError> {
        let maps = PointMaps::new(&self.input, &self.output, &self.band, self.groups)?;
        let powers = maps.powers(example, &self.aggregation.factors(example));
        if powers.iter().all(|(_, power)| *power <= VANISHING_KERNEL) {
            return Err(NnError::Config {
                at: "example of a point convolution".to_string(),
                problem: format!(
                    "none of its {} edges is so short that a kernel differs from 0; use points at \
                     the scale of the band, with edges between them",
                    example.edges().len()
                ),
            });
        }
        let mut draw = self.initial.normals("point convolution")?;
        let mut weights = Vec::with_capacity(maps.weights());
        for (count, power) in powers {
            let deviation = match power > VANISHING_KERNEL {
                true => self.initial.gain / power.sqrt(),
                // No edge of the example reaches these fields; what does must not explode.
                false => 0.0,
            };
            weights.extend((0..count).map(|_| (draw() * deviation) as f32));
        }
        let weight = Tensor::from_data(TensorData::from(weights.as_slice()), device);
        let constants = layers::constants(&self.output)?;
        Ok(PointConv {
            weight: Param::from_tensor(weight),
            bias: self.initial.constants(constants, device),
            maps: Arc::new(maps),
            aggregation: self.aggregation,
        })
    }
}
