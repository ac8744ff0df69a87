//! What is seen along the edges of a graph.

use burn::tensor::Tensor;

use super::Transport;
use crate::{Field, NnError, PointGraph};

impl Field {
    /// The values at the sources of all edges, on a surface carried to the targets:
    /// `[batch, edge, channel]`.
    pub(crate) fn at_edges(&self, graph: &PointGraph, layer: &str) -> Result<Tensor<3>, NnError> {
        let x = self.memory().clone();
        let [sources, _] = graph.ends(&x.device());
        let place = (&x.device(), x.dtype());
        let elements = graph.transports().unwrap_or_default();
        let transport = match elements {
            [] => None,
            elements => Transport::new(layer, self.field_type(), elements, place)?,
        };
        Ok(match transport {
            _ if graph.edges().is_empty() => {
                let [batch, _, channels] = x.dims();
                Tensor::zeros([batch, 0, channels], place)
            }
            Some(transport) => transport.carry(x, &sources),
            None => x.select(1, sources),
        })
    }
}
