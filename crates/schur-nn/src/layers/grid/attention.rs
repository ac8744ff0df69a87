//! Self-attention between the pixels of a feature field.

mod config;
mod export;
mod offsets;

use burn::module::{Module, Param};
use burn::tensor::activation::softmax;
use burn::tensor::{DType, Device, Tensor, TensorData};

pub use config::SelfAttentionConfig;
use offsets::{Neighbour, RadialTable, distances, neighbours};

use crate::export::{Graph, Value};
use crate::layers::grid::conv::EquivariantConv;
use crate::matmul::matmul;
use crate::{Domain, Field, FieldType, Layer, NnError};

/// Multi-head self-attention that commutes with the group: `y = x + W Σ_h Σ_q a_h(p, q) v_h(q)`
/// with
///
/// ```text
/// a_h(p, ·) = softmax_q( <q_h(p), k_h(q)> / √d + b_h(|p - q|) )
/// ```
///
/// Queries, keys and values are 1 x 1 equivariant convolutions of `x`, `d` channels per head.
/// Their representations are orthogonal, so the inner products of queries and keys are
/// invariant; so is the bias, which knows of an offset only its length. The weights `a_h` are
/// therefore invariant, and a sum of values with invariant weights transforms as the values do,
/// on fields of every type (Romero & Cordonnier 2021; Fuchs et al. 2020 with scalar weights).
///
/// `q` runs over all pixels or voxels, or over those at most [a radius](SelfAttentionConfig::with_radius)
/// away: a disc or ball, which has more symmetries than a square or cube. The bias is linear between learnable
/// values at the distances 0, 1, 2, … (times [a spacing](SelfAttentionConfig::with_spacing)) and
/// constant beyond the last.
///
/// On points every point attends to the sources of the edges into it, and the radius is that of
/// the [`PointGraph`](crate::PointGraph); that commutes with every element of the group.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{Layer, Field, FieldType, PointGraph, SelfAttentionConfig};
///
/// let fields = FieldType::parse("SO(2): 4 E1 + 8 trivial")?;
/// let head = FieldType::parse("SO(2): 2 E1 + 2 trivial")?;
/// let attention = SelfAttentionConfig::new(&fields, &head, 2).with_radius(2.5);
/// let attention = attention.init(&Device::flex())?;
/// let x = Field::from_tensor(Tensor::ones([1, 16, 6, 6], &Device::flex()), &fields)?;
/// assert_eq!(attention.forward(x)?.to_tensor().dims(), [1, 16, 6, 6]);
/// // The same layer between points.
/// let graph = PointGraph::within(&[[0.0, 0.1], [0.9, 0.3], [0.2, 1.1]], 1.5)?;
/// let x = Tensor::<2>::ones([3, 16], &Device::flex());
/// let y = attention.forward(Field::from_points(x, graph, &fields)?)?;
/// assert_eq!(y.to_rows().dims(), [3, 16]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct SelfAttention {
    /// The queries of all heads, one head after the other.
    pub queries: EquivariantConv,
    /// The keys.
    pub keys: EquivariantConv,
    /// The values.
    pub values: EquivariantConv,
    /// From the values of all heads to the fields of the input.
    pub projection: EquivariantConv,
    /// The bias at the distances 0, 1, 2, … times the spacing, `[heads, distances]`.
    pub bias: Param<Tensor<2>>,
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    heads: usize,
    #[module(skip)]
    radius: Option<f64>,
    #[module(skip)]
    spacing: f64,
}

impl SelfAttention {
    /// Number of heads.
    pub fn heads(&self) -> usize {
        self.heads
    }

    /// How far a pixel looks, or `None` for everywhere.
    pub fn radius(&self) -> Option<f64> {
        self.radius
    }

    /// Weighted sums over all pixels; all arguments are `[batch, pixels, heads, channels]`.
    fn global(
        &self,
        queries: Tensor<4>,
        keys: Tensor<4>,
        values: Tensor<4>,
        size: [usize; 3],
    ) -> Tensor<4> {
        let pixels: usize = size.iter().product();
        let bias = self.bias_at(&distances(size));
        let bias = bias.reshape([1, self.heads, pixels, pixels]);
        let [queries, keys, values] = [queries, keys, values].map(|x| x.swap_dims(1, 2));
        let logits = matmul(queries, keys.transpose()) + bias;
        matmul(softmax(logits, 3), values).swap_dims(1, 2)
    }

    /// Attention over the neighbours of every pixel.
    fn local(
        &self,
        queries: Tensor<4>,
        keys: Tensor<4>,
        values: Tensor<4>,
        size: [usize; 3],
        radius: f64,
    ) -> Tensor<4> {
        let neighbours = neighbours(size, radius);
        let (device, dtype) = (queries.device(), queries.dtype());
        let distances: Vec<f64> = neighbours.iter().map(|n| n.distance).collect();
        let bias = self.bias_at(&distances);
        let of_neighbour = |(i, n): (usize, &Neighbour)| {
            let products = (queries.clone() * n.of(keys.clone())).sum_dim(3);
            let bias = bias.clone().narrow(1, i, 1).reshape([1, 1, self.heads, 1]);
            products + bias + n.outside(&device, dtype)
        };
        let logits = neighbours.iter().enumerate().map(of_neighbour);
        let weights = softmax(Tensor::cat(logits.collect(), 3), 3);
        let mut sum = Tensor::zeros(values.dims(), (&device, dtype));
        for (i, neighbour) in neighbours.iter().enumerate() {
            let weight = weights.clone().narrow(3, i, 1);
            sum = sum + weight * neighbour.of(values.clone());
        }
        sum
    }

    /// The bias at some distances, `[heads, distances]`.
    pub(in crate::layers) fn bias_at(&self, distances: &[f64]) -> Tensor<2> {
        let bias = self.bias.val();
        let spaced: Vec<f64> = distances.iter().map(|d| d / self.spacing).collect();
        let table = RadialTable::new(bias.dims()[1], &spaced);
        bias.clone()
            .matmul(table.matrix(&bias.device(), bias.dtype()))
    }
}

/// `[batch, pixels, heads, channels]`.
pub(in crate::layers) fn by_head(field: Field, heads: usize) -> Tensor<4> {
    let [batch, places, channels] = field.memory().dims();
    let shape = [batch, places, heads, channels / heads];
    field.into_memory().reshape(shape)
}

/// Numbers in the type of another tensor.
pub(in crate::layers) fn constants<const D: usize>(
    values: Vec<f64>,
    shape: [usize; D],
    device: &Device,
    dtype: DType,
) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), (device, dtype))
}

impl Layer for SelfAttention {
    fn name(&self) -> String {
        match self.radius {
            None => format!("attention {} heads", self.heads),
            Some(radius) => format!("attention {} heads radius {radius}", self.heads),
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        self.add_to(graph, x)
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        if let Domain::Points(graph) = field.domain() {
            return self.on_points(&field, graph);
        }
        let size = field.domain().grid_size(&self.name())?;
        let apply = |conv: &EquivariantConv| -> Result<Tensor<4>, NnError> {
            Ok(by_head(conv.forward(field.clone())?, self.heads))
        };
        let queries = apply(&self.queries)?;
        let scale = (queries.dims()[3] as f64).sqrt().recip();
        let (queries, keys, values) = (queries * scale, apply(&self.keys)?, apply(&self.values)?);
        let sums = match self.radius {
            None => self.global(queries, keys, values, size),
            Some(radius) => self.local(queries, keys, values, size, radius),
        };
        let value_type = self.values.output_type();
        let sums: Tensor<3> = sums.flatten(2, 3);
        let sums = field.clone().map(value_type, |_| sums)?;
        field.add(&self.projection.forward(sums)?)
    }

    fn parameters(&self) -> usize {
        let convolutions = [&self.queries, &self.keys, &self.values, &self.projection];
        let of_convolutions: usize = convolutions.iter().map(|c| c.parameters()).sum();
        of_convolutions + self.bias.val().dims().iter().product::<usize>()
    }
}
