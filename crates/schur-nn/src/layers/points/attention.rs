//! Self-attention along the edges of a graph of points.

use std::sync::Arc;

use burn::tensor::Tensor;
use schur_engine::edges::Ends;

use crate::field::sent;
use crate::layers::grid::attention::{SelfAttention, by_head, constants};
use crate::layers::grid::conv::EquivariantConv;
use crate::point_graph::length;
use crate::{Domain, Field, Layer, NnError, PointGraph};

impl SelfAttention {
    /// Every point attends to the sources of the edges into it. The weights depend on distances
    /// and invariant products alone, so it commutes with every element of the group, if points
    /// and features move together. A point without edges keeps its features. On a surface keys and values
    /// are carried to the point that sees them first.
    pub(in crate::layers) fn on_points(
        &self,
        field: &Field,
        graph: &PointGraph,
    ) -> Result<Field, NnError> {
        if graph.is_bipartite() {
            return Err(NnError::Size {
                layer: self.name(),
                problem: "the graph leads to other points, which have no features; use a graph of \
                          one cloud"
                    .to_string(),
            });
        }
        let ([batch, points, _], edges) = (field.memory().dims(), graph.edges().len());
        if edges == 0 || batch == 0 {
            return Ok(field.clone());
        }
        // Maps in the fibre see the points as pixels.
        let pixels = field.on(Domain::image(1, points))?;
        // `[batch, points, heads, channels]`, or of what lies at the ends of edges.
        let apply = |conv: &EquivariantConv| conv.forward(pixels.clone());
        let seen = |conv: &EquivariantConv| -> Result<Tensor<4>, NnError> {
            let at_points = apply(conv)?.on(field.domain().clone())?;
            let of_heads = at_points.field_type().clone();
            let carried = at_points.at_edges(graph, &self.name())?;
            let as_places = Field::from_memory(carried, Domain::image(1, edges), &of_heads)?;
            Ok(by_head(as_places, self.heads()))
        };
        let queries = by_head(apply(&self.queries)?, self.heads());
        let (keys, values) = (seen(&self.keys)?, seen(&self.values)?);
        let [_, _, heads, of_head] = queries.dims();
        let scale = (of_head as f64).sqrt().recip();
        let queries = (queries * scale).reshape([batch, points, heads * of_head]);
        let (to_edges, to_targets) = (graph.targets_to_edges(), graph.edges_to_targets());
        let queries = sent(queries, &to_edges, None);
        let products = queries.reshape([batch, edges, heads, of_head]) * keys;
        let distances: Vec<f64> = graph.offsets().map(length).collect();
        let bias = self.bias_at(&distances).transpose();
        let logits: Tensor<3> = products.sum_dim(3).squeeze_dim(3);
        let weights = self.softmax(logits + bias.unsqueeze(), graph, [&to_edges, &to_targets]);
        let value_type = self.values.output_type();
        let messages = weights.unsqueeze_dim::<4>(3) * values;
        let messages = messages.reshape([batch, edges, value_type.channels()]);
        let sums = sent(messages, &to_targets, None);
        let sums = pixels.map(value_type, |_| sums)?;
        field.add(&self.projection.forward(sums)?.on(field.domain().clone())?)
    }

    /// The softmax over the edges into every point, `[batch, edges, heads]`. Of the logits the
    /// largest one is taken away first, which changes nothing but keeps exponentials finite. With the ways
    /// from points to the edges into them and back.
    fn softmax(
        &self,
        logits: Tensor<3>,
        graph: &PointGraph,
        [to_edges, to_targets]: [&Arc<Ends>; 2],
    ) -> Tensor<3> {
        let (device, dtype) = (logits.device(), logits.dtype());
        let [batch, edges, heads] = logits.dims();
        let points = graph.points().len();
        let numbers: Vec<f64> = logits.to_data().iter().collect();
        let mut shifts = Vec::with_capacity(numbers.len());
        let targets = || graph.edges().iter().map(|&(_, target)| target * heads);
        for numbers in numbers.chunks(edges * heads) {
            let mut largest = vec![f64::NEG_INFINITY; points * heads];
            for (numbers, first) in numbers.chunks(heads).zip(targets()) {
                for (largest, number) in largest[first..].iter_mut().zip(numbers) {
                    *largest = largest.max(*number);
                }
            }
            shifts.extend(targets().flat_map(|first| largest[first..first + heads].to_vec()));
        }
        let shifts = constants(shifts, [batch, edges, heads], &device, dtype);
        let weights = (logits - shifts).exp();
        let sums = sent(weights.clone(), to_targets, None);
        weights / sent(sums, to_edges, None)
    }
}
