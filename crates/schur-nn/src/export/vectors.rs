//! Plain networks of layers between vectors.

use super::Graph;
use crate::{NnError, VectorLayer};

impl Graph {
    /// The plain network that computes what a layer between vectors computes, or a tuple of
    /// such layers; its vectors are images of one pixel, `[batch, components, 1, 1]`.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_math::LinearGroup;
    /// use schur_nn::EquivariantLinearConfig;
    /// use schur_nn::export::Graph;
    ///
    /// let so3 = LinearGroup::special_orthogonal(3)?;
    /// let (input, output) = ("2 T(1)".parse()?, "T(0) + T(1)".parse()?);
    /// let config = EquivariantLinearConfig::tensors(&so3, &input, &output)?;
    /// let graph = Graph::export_vectors(&config.init(&Device::flex())?)?;
    /// let x = Tensor::<4>::ones([5, 6, 1, 1], &Device::flex());
    /// assert_eq!(graph.run(x)?.dims(), [5, 4, 1, 1]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a layer has no export.
    pub fn export_vectors(layer: &impl VectorLayer) -> Result<Self, NnError> {
        let channels = layer.input_type().dim();
        Self::build((channels, 1, 1), |graph, x| layer.export(graph, x))
    }
}
