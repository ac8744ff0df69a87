//! The layers that a [`Network`](super::Network) is made of, behind one type.

use burn::module::Module;
use schur_math::PlaneRotation;

use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::layers::conv::EquivariantConv;
use crate::layers::global_pool::GlobalPool;
use crate::layers::group_pool::GroupPool;
use crate::layers::norm::FieldNorm;
use crate::layers::pool::SpatialPool;
use crate::{EquivariantLayer, FeatureField, FieldType, NnError};

/// One layer of a network.
#[derive(Module, Debug)]
pub enum Layer {
    /// Lifting, group or head convolution.
    Conv(EquivariantConv),
    /// Batch norm per field with its nonlinearity.
    Norm(FieldNorm),
    /// Spatial pooling.
    Pool(SpatialPool),
    /// Pooling over the group.
    GroupPool(GroupPool),
    /// Pooling over the image.
    GlobalPool(GlobalPool),
}

impl Layer {
    fn get(&self) -> &dyn EquivariantLayer {
        match self {
            Self::Conv(layer) => layer,
            Self::Norm(layer) => layer,
            Self::Pool(layer) => layer,
            Self::GroupPool(layer) => layer,
            Self::GlobalPool(layer) => layer,
        }
    }
}

impl EquivariantLayer for Layer {
    fn name(&self) -> String {
        self.get().name()
    }

    fn input_type(&self) -> &FieldType {
        self.get().input_type()
    }

    fn output_type(&self) -> &FieldType {
        self.get().output_type()
    }

    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
        self.get().forward(field)
    }

    fn inexactness(&self, g: &PlaneRotation, height: usize, width: usize) -> Option<Inexactness> {
        self.get().inexactness(g, height, width)
    }

    fn output_size(&self, height: usize, width: usize) -> Result<(usize, usize), NnError> {
        self.get().output_size(height, width)
    }

    fn parameters(&self) -> usize {
        self.get().parameters()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        self.get().export(graph, x)
    }
}
