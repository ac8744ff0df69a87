//! Spatial pooling.

use burn::module::Module;
use schur_engine::Geometry;
use schur_math::PlaneRotation;

use crate::exactness::{Inexactness, Window, sliding_window};
use crate::export::{Graph, Op, Value};
use crate::network::PoolKind;
use crate::{EquivariantLayer, FeatureField, FieldType, NnError, ops};

/// Maximum or mean over windows of pixels, channel by channel.
///
/// Exact for a symmetry of the grid when the windows tile the image: size minus window is a
/// multiple of the stride ([`EquivariantLayer::inexactness`] says so when it is not). The
/// maximum needs fields whose channels the group permutes; the mean is linear and works on
/// all.
#[derive(Module, Debug)]
pub struct SpatialPool {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    kind: PoolKind,
    #[module(skip)]
    geometry: Geometry,
}

impl SpatialPool {
    /// A pool with square windows of `window` pixels in steps of `stride`.
    ///
    /// # Errors
    ///
    /// If window or stride is zero, or a maximum is asked for on fields that are not permuted.
    pub fn new(
        field_type: &FieldType,
        kind: PoolKind,
        window: usize,
        stride: usize,
    ) -> Result<Self, NnError> {
        if kind == PoolKind::Max {
            super::require_permutation(field_type, "max-pool")?;
        }
        Ok(Self {
            field_type: field_type.clone(),
            kind,
            geometry: Geometry::new((window, window), (stride, stride), (0, 0), (1, 1))?,
        })
    }

    /// Window, stride and (no) padding.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }
}

impl EquivariantLayer for SpatialPool {
    fn name(&self) -> String {
        let kind = match self.kind {
            PoolKind::Max => "max",
            PoolKind::Average => "average",
        };
        let (window, stride) = (self.geometry.kernel().0, self.geometry.stride().0);
        if window == stride {
            format!("{kind} pool {window}x{window}")
        } else {
            format!("{kind} pool {window}x{window} stride {stride}")
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let (window, stride) = (self.geometry.kernel(), self.geometry.stride());
        let op = match self.kind {
            PoolKind::Max => Op::MaxPool { window, stride },
            PoolKind::Average => Op::AveragePool { window, stride },
        };
        let (height, width) = self.output_size(x.height, x.width)?;
        Ok(graph.push(op, &[x], &self.name(), (x.channels, height, width)))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
        self.check_input(&field)?;
        super::check_engine_type(&self.name(), field.memory())?;
        let (height, width) = field.size();
        self.geometry.output_size(height, width)?;
        let memory = ops::pool(field.into_memory(), self.kind, &self.geometry);
        Ok(FeatureField::new(memory, self.field_type.clone()))
    }

    fn output_size(&self, height: usize, width: usize) -> Result<(usize, usize), NnError> {
        Ok(self.geometry.output_size(height, width)?)
    }

    fn inexactness(&self, g: &PlaneRotation, height: usize, width: usize) -> Option<Inexactness> {
        let size = (height, width);
        sliding_window(g, &self.geometry, size, Window::Pool)
    }
}
