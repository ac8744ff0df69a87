//! Self-attention as a plain network.

use super::SelfAttention;
use super::offsets::{distances, neighbours};
use crate::export::{Graph, Op, Value};
use crate::layers::fibre::nonlinearity::scale;
use crate::layers::grid::conv::EquivariantConv;
use crate::{Layer, NnError};

/// Queries, keys and values, their pixels in one row, `[heads · channels, 1, pixels]`.
struct Parts {
    queries: Value,
    keys: Value,
    values: Value,
}

impl SelfAttention {
    pub(super) fn add_to(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let pixels = x.size.iter().product();
        let mut apply = |conv: &EquivariantConv| -> Result<Value, NnError> {
            let y = conv.export(graph, x)?;
            Ok(graph.reshape(y, (y.channels, 1, pixels), &name))
        };
        let (queries, keys) = (apply(&self.queries)?, apply(&self.keys)?);
        let values = apply(&self.values)?;
        let channels = (queries.channels / self.heads) as f64;
        let queries = scale(graph, queries, channels.sqrt().recip(), &name);
        let parts = Parts {
            queries,
            keys,
            values,
        };
        let sums = match self.radius {
            None => self.add_global(graph, &parts, x.size, &name),
            Some(radius) => self.add_local(graph, &parts, x.size, radius, &name),
        };
        let sums = graph.reshape(sums, x.shape().with_channels(sums.channels), &name);
        let projected = self.projection.export(graph, sums)?;
        Ok(graph.elementwise(Op::Add, &[x, projected], &name))
    }

    /// Products of matrices, head by head: `V softmax(Kᵀ Q + B)` with the softmax down every
    /// column. The bias is symmetric.
    fn add_global(&self, graph: &mut Graph, parts: &Parts, size: [usize; 3], name: &str) -> Value {
        let pixels = size.iter().product();
        let [queries, keys, values] = [parts.queries, parts.keys, parts.values].map(|part| {
            let shape = (self.heads, part.channels / self.heads, pixels);
            graph.reshape(part, shape, name)
        });
        let shape = (self.heads, pixels, keys.size[1]);
        let keys = graph.push(Op::Transpose, &[keys], name, shape);
        let shape = (self.heads, pixels, pixels);
        let logits = graph.push(Op::MatMul, &[keys, queries], name, shape);
        let bias: Vec<f32> = self.bias_at(&distances(size)).to_data().iter().collect();
        let by = graph.constant(&[1, self.heads, pixels, pixels], bias);
        let logits = graph.elementwise(Op::Shift { by }, &[logits], name);
        let weights = graph.elementwise(Op::Softmax { axis: 2 }, &[logits], name);
        let shape = (self.heads, values.size[1], pixels);
        let sums = graph.push(Op::MatMul, &[values, weights], name, shape);
        graph.reshape(sums, (self.heads * values.size[1], 1, pixels), name)
    }

    /// The neighbours of every pixel below each other, `[channels, neighbours, pixels]`: products
    /// of numbers, and a softmax down every column.
    fn add_local(
        &self,
        graph: &mut Graph,
        parts: &Parts,
        size: [usize; 3],
        radius: f64,
        name: &str,
    ) -> Value {
        let (pixels, heads) = (size.iter().product(), self.heads);
        let neighbours = neighbours(size, radius);
        let count = neighbours.len();
        let sources = neighbours.iter().flat_map(|n| &n.source);
        let sources: Vec<usize> = sources.map(|&pixel| pixel as usize).collect();
        let [keys, values] = [parts.keys, parts.values].map(|part| {
            let seen = graph.gather_places(part, 2, sources.clone(), name);
            graph.reshape(seen, (part.channels, count, pixels), name)
        });
        let products = graph.elementwise(Op::Mul, &[keys, parts.queries], name);
        let size = keys.channels / heads;
        let sums = |head| (head * size..(head + 1) * size).map(|c| (c, 1.0)).collect();
        let sums: Vec<_> = (0..heads).map(sums).collect();
        let logits = graph.channel_map(products, &sums, name);
        let distances: Vec<f64> = neighbours.iter().map(|n| n.distance).collect();
        let bias: Vec<f32> = self.bias_at(&distances).to_data().iter().collect();
        let mut terms = Vec::with_capacity(heads * count * pixels);
        for (k, bias) in bias.into_iter().enumerate() {
            let inside = neighbours[k % count].inside.iter();
            terms.extend(inside.map(|&inside| if inside { bias } else { f32::NEG_INFINITY }));
        }
        let by = graph.constant(&[1, heads, count, pixels], terms);
        let logits = graph.elementwise(Op::Shift { by }, &[logits], name);
        let weights = graph.elementwise(Op::Softmax { axis: 2 }, &[logits], name);
        let size = values.channels / heads;
        let head_of = (0..values.channels).map(|c| c / size).collect();
        let weights = graph.gather(weights, 1, head_of, name);
        let weighted = graph.elementwise(Op::Mul, &[values, weights], name);
        let matrix = graph.constant(&[1, count], vec![1.0; count]);
        let shape = (values.channels, 1, pixels);
        graph.push(Op::Rows { matrix }, &[weighted], name, shape)
    }
}
