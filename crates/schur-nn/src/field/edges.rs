//! What is seen along the edges of a graph.

use std::sync::Arc;

use burn::tensor::Tensor;
use schur_engine::edges::{EdgeMap, Ends};

use super::{Transport, reshaped, sparse_map};
use crate::{Field, NnError, PointGraph, ops};

impl Field {
    /// The values at the sources of all edges, on a surface carried to the targets:
    /// `[batch, edge, channel]`.
    pub(crate) fn at_edges(&self, graph: &PointGraph, layer: &str) -> Result<Tensor<3>, NnError> {
        let transport = self.transport(graph, layer)?;
        let x = self.memory().clone();
        Ok(sent(x, &graph.sources_to_edges(), transport.as_ref()))
    }

    /// What every target sees, on a surface carried to it, times so many weights `[edge][weight]` and added
    /// up: `[batch, target, weight · channel]`.
    pub(crate) fn sums_at_targets(
        &self,
        graph: &PointGraph,
        weights: (Arc<Vec<f64>>, usize),
        layer: &str,
    ) -> Result<Tensor<3>, NnError> {
        let transport = self.transport(graph, layer)?;
        let x = self.memory().clone();
        Ok(summed(x, &graph.ends(), weights, transport.as_ref()))
    }

    fn transport(&self, graph: &PointGraph, layer: &str) -> Result<Option<Transport>, NnError> {
        match graph.transports_with_tables() {
            None | Some(([], _)) => Ok(None),
            Some((elements, tables)) => Transport::new(layer, self.field_type(), elements, tables),
        }
    }
}

/// Sums along edges, every value carried by the element of its edge.
pub(crate) fn sent(x: Tensor<3>, ends: &Arc<Ends>, transport: Option<&Transport>) -> Tensor<3> {
    let ones = Arc::new(vec![1.0; ends.edges()]);
    summed(x, ends, (ones, 1), transport)
}

/// Sums along edges with so many weights each, every value carried by the element of its edge.
fn summed(
    x: Tensor<3>,
    ends: &Arc<Ends>,
    (weights, count): (Arc<Vec<f64>>, usize),
    transport: Option<&Transport>,
) -> Tensor<3> {
    let ([batch, _, channels], targets) = (x.dims(), ends.count_of_targets());
    if weights.is_empty() || batch * channels == 0 {
        return Tensor::zeros([batch, targets, count * channels], (&x.device(), x.dtype()));
    }
    let bases = transport.and_then(|transport| transport.bases.as_ref());
    let x = match bases {
        Some([to_irreps, _]) => sparse_map(x, to_irreps),
        None => x,
    };
    let turns = transport.map_or_else(Vec::new, |transport| transport.turns.clone());
    let map = EdgeMap::new(Arc::clone(ends), weights, channels, turns);
    let sums = ops::along_edges(x, &Arc::new(map.expect("numbers for every edge")));
    match bases {
        Some([_, back]) => {
            let of_weights = reshaped(sums, [batch, targets * count, channels]);
            reshaped(
                sparse_map(of_weights, back),
                [batch, targets, count * channels],
            )
        }
        None => sums,
    }
}
