//! Self-attention along the edges of a graph of points.

use burn::tensor::{IndexingUpdateOp, Tensor};

use super::{SelfAttention, constants};
use crate::layers::conv::EquivariantConv;
use crate::{Field, Layer, NnError, PointGraph};

impl SelfAttention {
    /// The same attention between points: every point attends to the sources of the edges into
    /// it. Features are a field on one pixel whose batch are the points, as those of
    /// [`PointConv`](crate::PointConv); the radius is that of the graph. The weights depend on
    /// distances and invariant products alone, so it commutes with every element of the group,
    /// if points and features move together. A point without edges keeps its features.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::{Field, FieldType, PointGraph, SelfAttentionConfig};
    ///
    /// let fields = FieldType::parse("O(2): 4 E1 + 8 trivial")?;
    /// let head = FieldType::parse("O(2): 2 E1 + 2 trivial")?;
    /// let attention = SelfAttentionConfig::new(&fields, &head, 2).with_spacing(0.25);
    /// let attention = attention.init(&Device::flex())?;
    /// let graph = PointGraph::within(&[[0.0, 0.1], [0.9, 0.3], [0.2, 1.1]], 1.5)?;
    /// let x = Tensor::ones([3, 16, 1, 1], &Device::flex());
    /// let y = attention.forward_on(Field::from_tensor(x, &fields)?, &graph)?;
    /// assert_eq!(y.to_tensor().dims(), [3, 16, 1, 1]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the field is of another type or shape, its numbers of another type than the weights, or
    /// other points see than are seen: what they begin with is not known.
    pub fn forward_on(&self, field: Field, graph: &PointGraph) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let (points, edges) = (graph.points().len(), graph.edges().len());
        let (batch, (height, width)) = (field.batch(), field.size());
        let refused = |problem: String| {
            Err(NnError::Size {
                layer: self.name(),
                problem,
            })
        };
        if graph.is_bipartite() {
            let problem = "the graph leads to other points, which have no features; use a graph of \
                           one cloud";
            return refused(problem.to_string());
        }
        if (batch, height, width) != (points, 1, 1) {
            return refused(format!(
                "the field has batch {batch} and {height} x {width} pixels, but the graph has \
                 {points} points; pass [{points}, {}, 1, 1]",
                self.input_type().channels()
            ));
        }
        // `[points, heads, channels]`.
        let apply = |conv: &EquivariantConv| -> Result<Tensor<3>, NnError> {
            let y = conv.forward(field.clone())?.into_memory();
            let channels = y.dims()[3] / self.heads;
            Ok(y.reshape([points, self.heads, channels]))
        };
        let (queries, keys) = (apply(&self.queries)?, apply(&self.keys)?);
        let values = apply(&self.values)?;
        if edges == 0 {
            return Ok(field);
        }
        let (device, dtype) = (values.device(), values.dtype());
        let ends = || graph.ends(&device);
        let [seen, seeing] = ends();
        let scale = (queries.dims()[2] as f64).sqrt().recip();
        let products = (queries * scale).select(0, seeing) * keys.select(0, seen);
        let distances: Vec<f64> = graph.offsets().map(|[x, y]| x.hypot(y)).collect();
        let bias = self.bias_at(&distances).transpose();
        let logits = products.sum_dim(2).reshape([edges, self.heads]) + bias;
        let weights = self.softmax(logits, graph).reshape([edges, self.heads, 1]);
        let [seen, seeing] = ends();
        let messages: Tensor<3> = weights * values.clone().select(0, seen);
        let sums = Tensor::zeros(values.dims(), (&device, dtype));
        let sums = sums.select_assign(0, seeing, messages, IndexingUpdateOp::Add);
        let value_type = self.values.output_type();
        let sums = sums.reshape([points, 1, 1, value_type.channels()]);
        let sums = Field::new(sums, value_type.clone());
        field.add(&self.projection.forward(sums)?)
    }

    /// The softmax over the edges into every point, `[edges, heads]`. Of the logits the largest
    /// one is taken away first, which changes nothing but keeps exponentials finite.
    fn softmax(&self, logits: Tensor<2>, graph: &PointGraph) -> Tensor<2> {
        let (device, dtype) = (logits.device(), logits.dtype());
        let (heads, points) = (self.heads, graph.points().len());
        let numbers: Vec<f64> = logits.to_data().iter().collect();
        let mut largest = vec![f64::NEG_INFINITY; points * heads];
        let targets = || graph.edges().iter().map(|&(_, target)| target * heads);
        for (numbers, first) in numbers.chunks(heads).zip(targets()) {
            for (largest, number) in largest[first..].iter_mut().zip(numbers) {
                *largest = largest.max(*number);
            }
        }
        let shifts = targets().flat_map(|first| &largest[first..first + heads]);
        let shifts = shifts.copied().collect();
        let shifts = constants(shifts, [graph.edges().len(), heads], &device, dtype);
        let weights = (logits - shifts).exp();
        let [_, seeing] = graph.ends(&device);
        let sums = Tensor::zeros([points, heads], (&device, dtype));
        let sums = sums.select_assign(0, seeing.clone(), weights.clone(), IndexingUpdateOp::Add);
        weights / sums.select(0, seeing)
    }
}
