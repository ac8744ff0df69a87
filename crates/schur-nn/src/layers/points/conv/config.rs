//! How a point convolution is described and built.

use std::sync::Arc;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use schur_math::KernelBand;
use schur_math::tolerance::VANISHING_KERNEL;
use serde::{Deserialize, Serialize};

use super::PointConv;
use super::maps::PointMaps;
use crate::layers::initial_weights::{InitialWeights, with_initial_weights};
use crate::{FieldType, NnError, PointGraph, layers};

/// What a point does with what it sees.
///
/// ```
/// use schur_nn::Aggregation;
/// use schur_nn::network::AnyLayerConfig;
///
/// let text = r#"{"layer": "point_conv", "fields": 2, "radius": 1.5, "neighbours": 6, "aggregation": "sum"}"#;
/// let config: AnyLayerConfig = serde_json::from_str(text)?;
/// assert_eq!(serde_json::to_value(&config)?["aggregation"], serde_json::to_value(Aggregation::Sum)?);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aggregation {
    /// The mean over the edges into it, as in escnn: it does not depend on the density of the
    /// points.
    #[default]
    Mean,
    /// The sum over the edges into it.
    Sum,
}

impl Aggregation {
    /// The factor of every edge.
    pub(in crate::layers) fn factors(self, graph: &PointGraph) -> Vec<f64> {
        let degrees = graph.degrees();
        let factor = |&(_, target): &(usize, usize)| match self {
            Self::Mean => 1.0 / degrees[target] as f64,
            Self::Sum => 1.0,
        };
        graph.edges().iter().map(factor).collect()
    }
}

/// Places along an axis of a grid that stands for a disc or a ball.
const GRID: [usize; 2] = [32, 16];

/// Describes a [`PointConv`].
///
/// Defaults: the mean over the neighbours, one group, no bias, gain √2 (He initialisation for
/// ReLU), seed 0.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::KernelBand;
/// use schur_nn::{Field, FieldType, Layer, PointConvConfig, PointGraph};
///
/// let (scalars, vectors) = (FieldType::parse("SO(2): 1 trivial")?, FieldType::parse("SO(2): 2 E1")?);
/// let graph = PointGraph::within(&[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], 1.2)?;
/// let band = KernelBand::for_points(1.2, 3)?;
/// let layer = PointConvConfig::new(&scalars, &vectors, &band).init(&graph, &Device::flex())?;
/// let x = Field::from_points(Tensor::<2>::ones([3, 1], &Device::flex()), graph, &scalars)?;
/// assert_eq!(layer.forward(x)?.field_type(), &vectors);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
        self.init_on(example, &self.aggregation.factors(example), device)
    }

    /// Builds the layer for clouds that are known by two numbers alone: points are spread evenly,
    /// and each sees itself and `neighbours - 1` others that are at most `radius` away. Weights
    /// have the variance of [`init`](Self::init) on average over such clouds.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_math::KernelBand;
    /// use schur_nn::{FieldType, Layer, PointConvConfig};
    ///
    /// let fields = FieldType::parse("O(2): 2 trivial + 2 E1")?;
    /// let config = PointConvConfig::new(&fields, &fields, &KernelBand::for_points(1.5, 3)?);
    /// let layer = config.init_spread(12, 1.5, &Device::flex())?;
    /// assert_eq!(layer.weight.val().dims(), [layer.parameters()]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`init`](Self::init); if there is no neighbour, or the radius is not positive and
    /// finite.
    pub fn init_spread(
        &self,
        neighbours: usize,
        radius: f64,
        device: &Device,
    ) -> Result<PointConv, NnError> {
        let refused = |at: &str, problem: String| NnError::Config {
            at: format!("{at} of a point convolution"),
            problem,
        };
        if neighbours == 0 {
            let problem = "0 is none; a point sees at least itself, so use 1 or more".to_string();
            return Err(refused("neighbours", problem));
        }
        if !(radius > 0.0 && radius.is_finite()) {
            let problem = format!("{radius} is not positive and finite; use one such as 1.5");
            return Err(refused("radius", problem));
        }
        let (ball, others) = match self.input.group().dimension() {
            Some(3) => spread::<3>(radius, GRID[1])?,
            _ => spread::<2>(radius, GRID[0])?,
        };
        let each = match self.aggregation {
            Aggregation::Mean => 1.0 / neighbours as f64,
            Aggregation::Sum => 1.0,
        };
        let share = (neighbours - 1) as f64 / others as f64;
        let mut factors = vec![each * share.sqrt(); others];
        factors.push(each);
        self.init_on(&ball, &factors, device)
    }

    /// Builds the layer for the edges of an example with factors.
    fn init_on(
        &self,
        example: &PointGraph,
        factors: &[f64],
        device: &Device,
    ) -> Result<PointConv, NnError> {
        let maps = PointMaps::new(&self.input, &self.output, &self.band, self.groups)?;
        let powers = maps.powers(example, factors);
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

/// A point that sees places all over a disc or a ball, and itself at last; with the number of the others.
/// Of independent places the mean is that over all of it: a fine grid stands for it.
fn spread<const D: usize>(radius: f64, side: usize) -> Result<(PointGraph, usize), NnError> {
    let step = 2.0 * radius / side as f64;
    let along = |i: usize| (i as f64 + 0.5) * step - radius;
    let place = |k: usize| std::array::from_fn(|axis| along(k / side.pow(axis as u32) % side));
    let cube = (0..side.pow(D as u32)).map(place);
    let length = |place: &[f64; D]| place.iter().fold(0.0, |r: f64, x| r.hypot(*x));
    let mut places: Vec<[f64; D]> = cube.filter(|place| length(place) <= radius).collect();
    let others = places.len();
    places.push([0.0; D]);
    let edges: Vec<_> = (0..places.len()).map(|source| (source, 0)).collect();
    Ok((PointGraph::bipartite(&places, &[[0.0; D]], &edges)?, others))
}
