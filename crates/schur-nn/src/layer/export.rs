//! A layer as a plain network.

use crate::export::Graph;
use crate::{Layer, NnError};

impl Graph {
    /// The plain network that computes what a layer (or a whole network) computes on images of
    /// this size, or on vectors, which are images of 1 x 1. Input and output channels are in the
    /// outward order.
    ///
    /// # Errors
    ///
    /// If a layer has no export, or the images are too small.
    pub fn export(
        layer: &(impl Layer + ?Sized),
        height: usize,
        width: usize,
    ) -> Result<Self, NnError> {
        layer.output_size(height, width)?;
        let channels = layer.input_type().channels();
        Self::build((channels, height, width), |graph, input| {
            let inward = layer.input_type().outward_of_memory();
            let input = graph.gather(input, 1, inward, "input");
            let output = layer.export(graph, input)?;
            let mut outward = vec![0; output.channels];
            for (memory, place) in layer
                .output_type()
                .outward_of_memory()
                .into_iter()
                .enumerate()
            {
                outward[place] = memory;
            }
            Ok(graph.gather(output, 1, outward, "output"))
        })
    }
}
