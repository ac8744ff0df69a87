//! A layer as a plain network.

use crate::axes::is_volume;
use crate::export::{Graph, Shape};
use crate::{Domain, Layer, NnError};

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
        if is_volume(layer.input_type()) && (height, width) != (1, 1) {
            return Err(NnError::Size {
                layer: layer.name(),
                problem: format!(
                    "its group acts on volumes, not on images of {height} x {width} pixels; use \
                     `Graph::of_size`"
                ),
            });
        }
        Self::of_shape(layer, (layer.input_type().channels(), height, width).into())
    }

    /// The plain network that computes what a layer (or a whole network) computes on grids of
    /// (depth, height, width): on volumes if its group acts on space, otherwise on images, of depth
    /// 1. Input and output channels are in the outward order.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::export::Graph;
    /// use schur_nn::{EquivariantConvConfig, FieldType};
    ///
    /// let (image, hidden) = (FieldType::parse("O: 1 trivial")?, FieldType::parse("O: 1 regular")?);
    /// let conv = EquivariantConvConfig::new(&image, &hidden, 3).init(&Device::flex())?;
    /// let graph = Graph::of_size(&conv, [5, 6, 7])?;
    /// let x = Tensor::<5>::ones([1, 1, 5, 6, 7], &Device::flex());
    /// assert_eq!(graph.run(x)?.dims(), [1, 24, 3, 4, 5]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a layer has no export, or the grids are too small.
    pub fn of_size(layer: &(impl Layer + ?Sized), size: [usize; 3]) -> Result<Self, NnError> {
        let fields = layer.input_type();
        let shape = match is_volume(fields) {
            true => Shape::volume(fields.channels(), size),
            false => (fields.channels(), size[1], size[2]).into(),
        };
        Self::of_shape(layer, shape)
    }

    fn of_shape(layer: &(impl Layer + ?Sized), shape: Shape) -> Result<Self, NnError> {
        layer.output_domain(&Domain::Grid(shape.size()))?;
        let fields = layer.input_type();
        Self::build(shape, |graph, input| {
            let inward = fields.outward_of_memory();
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
