//! Equivariant convolution on points in the plane.

mod config;
mod graph;
mod maps;

use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::{Device, IndexingUpdateOp, Int, Tensor, TensorData};

pub use config::{Aggregation, PointConvConfig};
pub use graph::PointGraph;

use super::channel_bias;
use crate::layers::check_number_type;
use crate::matmul::matmul;
use crate::{FeatureField, FieldType, NnError};
use maps::PointMaps;

/// Convolution on points, `y(p) = mean_q K(q - p) x(q)` over the points `q` that `p` sees, with
/// kernels `K(g t) = ρ_out(g) K(t) ρ_in(g)⁻¹` as in a steerable convolution on pixels, but
/// taken where the points are: it commutes with *every* element of the group to round-off,
/// also of SO(2) and O(2), if points and features move together.
///
/// Features are fields on one pixel whose batch are the points, so that norms, nonlinearities
/// and dropout are the layers for images. They and the weights have gradients; the points are
/// plain numbers and have none. A point that sees none gets zeros (and the bias).
///
/// # Method
///
/// `K(t) = Σ_h Y_h(t) K_h(w)` with the harmonics `Y_h` of the band and matrices that are linear
/// in the weights. The features at the ends of the edges are multiplied by the harmonics and
/// added up at the targets, in the order of the edges, and one matrix product does the rest. It
/// holds `edges · harmonics · input channels` numbers.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::KernelBand;
/// use schur_nn::{FeatureField, FieldType, PointConvConfig, PointGraph};
///
/// let device = Device::flex();
/// let (input, output) = (FieldType::parse("O(2): 3 trivial")?, FieldType::parse("O(2): 8 E1")?);
/// let graph = PointGraph::within(&[[0.0, 0.1], [0.9, 0.3], [0.2, 1.1], [4.0, 4.0]], 1.5)?;
/// let band = KernelBand::for_points(1.5, 3)?;
/// let layer = PointConvConfig::new(&input, &output, &band).init(&graph, &device)?;
/// let x = FeatureField::from_tensor(Tensor::ones([4, 3, 1, 1], &device), &input)?;
/// assert_eq!(layer.forward(x, &graph)?.to_tensor().dims(), [4, 16, 1, 1]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct PointConv {
    /// Coefficients of the kernels: pairs of blocks, those of the output outer; within a pair
    /// by shell and frequency; within these `[kernel][input copy][output copy]`, kernels in the
    /// order of [`SteerableKernelBasis`](schur_math::SteerableKernelBasis).
    pub weight: Param<Tensor<1>>,
    /// One constant per invariant direction of a field.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    maps: Arc<PointMaps>,
    #[module(skip)]
    aggregation: Aggregation,
}

impl PointConv {
    /// The type of field it takes.
    pub fn input_type(&self) -> &FieldType {
        &self.maps.input
    }

    /// The type of field it gives.
    pub fn output_type(&self) -> &FieldType {
        &self.maps.output
    }

    /// Number of learnable scalars.
    pub fn parameters(&self) -> usize {
        let biases = self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0]);
        self.maps.weights() + biases
    }

    /// Applies the layer to the features of all points of a graph, a field of one pixel and
    /// batch `points`.
    ///
    /// # Errors
    ///
    /// If the field is of another type or shape, or its numbers of another type than the weights.
    pub fn forward(
        &self,
        field: FeatureField,
        graph: &PointGraph,
    ) -> Result<FeatureField, NnError> {
        let name = "point convolution";
        if field.field_type() != self.input_type() {
            return Err(NnError::WrongFieldType {
                layer: name.to_string(),
                expected: self.input_type().to_string(),
                found: field.field_type().to_string(),
            });
        }
        let (points, channels) = (graph.points().len(), self.input_type().channels());
        let ((height, width), batch) = (field.size(), field.batch());
        if (batch, height, width) != (points, 1, 1) {
            return Err(NnError::Size {
                layer: name.to_string(),
                problem: format!(
                    "the field has batch {batch} and {height} x {width} pixels, but the graph has \
                     {points} points; pass [{points}, {channels}, 1, 1]"
                ),
            });
        }
        check_number_type(name, field.memory(), &self.weight.val())?;
        let x: Tensor<2> = field.into_memory().reshape([points, channels]);
        let seen = self.aggregate(x, graph);
        let y = matmul(seen, self.maps.matrix(self.weight.val()));
        let y: Tensor<4> = y.reshape([points, 1, 1, self.output_type().channels()]);
        let y = match &self.bias {
            Some(bias) => y + channel_bias(self.output_type(), bias.val()),
            None => y,
        };
        Ok(FeatureField::new(y, self.output_type().clone()))
    }

    /// What every point sees, `[point, harmonic · channel]`.
    fn aggregate(&self, x: Tensor<2>, graph: &PointGraph) -> Tensor<2> {
        let [points, channels] = x.dims();
        let (device, dtype) = (x.device(), x.dtype());
        let (edges, harmonics) = (graph.edges().len(), self.maps.band.harmonics());
        let none = Tensor::zeros([points, harmonics * channels], (&device, dtype));
        if edges == 0 {
            return none;
        }
        let mut values = Vec::with_capacity(edges * harmonics);
        for (offset, factor) in graph.offsets().zip(self.aggregation.factors(graph)) {
            let sampled = self.maps.band.sample(offset);
            values.extend(sampled.into_iter().map(|value| value * factor));
        }
        let values = TensorData::new(values, [edges, harmonics, 1]);
        let values = Tensor::<3>::from_data(values, (&device, dtype));
        let ends = graph.edges().iter();
        let (sources, targets): (Vec<i64>, Vec<i64>) =
            ends.map(|&(s, t)| (s as i64, t as i64)).unzip();
        let x = x.select(0, indices(&sources, &device));
        let x: Tensor<3> = x.reshape([edges, 1, channels]);
        let messages = (x * values).reshape([edges, harmonics * channels]);
        none.select_assign(
            0,
            indices(&targets, &device),
            messages,
            IndexingUpdateOp::Add,
        )
    }
}

fn indices(values: &[i64], device: &Device) -> Tensor<1, Int> {
    Tensor::from_data(TensorData::from(values), device)
}
