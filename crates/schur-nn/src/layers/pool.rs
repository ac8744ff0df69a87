//! Spatial pooling.

use burn::module::Module;
use schur_engine::{EngineError, Geometry};
use schur_math::PlaneRotation;

use crate::exactness::{Inexactness, Window, sliding_window};
use crate::export::{Graph, Op, Value};
use crate::network::PoolKind;
use crate::{EquivariantLayer, FeatureField, FieldType, NnError, ops};

/// Maximum or mean over windows of pixels, channel by channel.
///
/// Exact for a symmetry of the grid when the windows tile the image: size and paddings minus
/// window are a multiple of the stride ([`EquivariantLayer::inexactness`] says so when they are
/// not), and for quarter turns when rows and columns are treated alike. The maximum needs fields
/// whose channels the group permutes; the mean is linear and works on all.
///
/// Padding holds nothing: the maximum passes over it, the mean counts it as zeros (PyTorch's
/// `count_include_pad`), so that it is the same linear map everywhere.
///
/// ```
/// use schur_nn::network::PoolKind;
/// use schur_nn::{EquivariantLayer, FieldType, SpatialPool};
///
/// let fields = FieldType::parse("D4: 2 regular")?;
/// let pool = SpatialPool::padded(&fields, PoolKind::Max, (3, 3), (2, 2), (1, 1))?;
/// assert_eq!(pool.output_size(7, 7)?, (4, 4));
/// assert_eq!(pool.name(), "max pool 3x3 stride 2 padding 1");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
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
        let [window, stride] = [window, stride].map(|n| (n, n));
        Self::padded(field_type, kind, window, stride, (0, 0))
    }

    /// A pool with oblong windows and with padding on every side, in (rows, columns).
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and if a padding is not less than the window, which could lie in it
    /// altogether.
    pub fn padded(
        field_type: &FieldType,
        kind: PoolKind,
        window: (usize, usize),
        stride: (usize, usize),
        padding: (usize, usize),
    ) -> Result<Self, NnError> {
        if kind == PoolKind::Max {
            super::require_permutation(field_type, "max-pool")?;
        }
        if padding.0 >= window.0.max(1) || padding.1 >= window.1.max(1) {
            return Err(EngineError::PoolPadding { padding, window }.into());
        }
        Ok(Self {
            field_type: field_type.clone(),
            kind,
            geometry: Geometry::new(window, stride, padding, (1, 1))?,
        })
    }

    /// Window, stride and padding.
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
        let text = |(rows, cols): (usize, usize)| {
            if rows == cols {
                rows.to_string()
            } else {
                format!("{rows}x{cols}")
            }
        };
        let (window, stride) = (self.geometry.kernel(), self.geometry.stride());
        let mut name = format!("{kind} pool {}x{}", window.0, window.1);
        if window != stride {
            name += &format!(" stride {}", text(stride));
        }
        if self.geometry.padding() != (0, 0) {
            name += &format!(" padding {}", text(self.geometry.padding()));
        }
        name
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let (window, stride) = (self.geometry.kernel(), self.geometry.stride());
        let padding = self.geometry.padding();
        let op = match self.kind {
            PoolKind::Max => Op::MaxPool {
                window,
                stride,
                padding,
            },
            PoolKind::Average => Op::AveragePool {
                window,
                stride,
                padding,
            },
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
