//! Spatial pooling.

use burn::module::Module;
use burn::tensor::Tensor;
use schur_engine::pool::Windows;

use crate::atlas::Steps;
use crate::axes::{GridSizes, by, short};
use crate::exactness::{Inexactness, Window, sliding_window};
use crate::export::{Graph, Value};
use crate::kinds::PoolKind;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError, ops};

/// Maximum or mean over windows of pixels or voxels, channel by channel.
///
/// Exact for a symmetry of the grid when the windows tile the image: size and paddings minus
/// window are a multiple of the stride ([`Layer::inexactness`] says so when they are
/// not), and for quarter turns when rows and columns are treated alike. The maximum needs fields
/// whose channels the group permutes; the mean is linear and works on all.
///
/// Padding holds nothing: the maximum passes over it, the mean counts it as zeros (PyTorch's
/// `count_include_pad`), so that it is the same linear map everywhere.
///
/// ```
/// use schur_nn::PoolKind;
/// use schur_nn::{Layer, FieldType, SpatialPool};
///
/// let fields = FieldType::parse("D4: 2 regular")?;
/// let pool = SpatialPool::padded(&fields, PoolKind::Max, 3, 2, 1)?;
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
    windows: Windows,
}

impl SpatialPool {
    /// A pool with windows of `window` places in steps of `stride`, along every axis or each.
    ///
    /// # Errors
    ///
    /// If window or stride is zero, or a maximum is asked for on fields that are not permuted.
    pub fn new(
        field_type: &FieldType,
        kind: PoolKind,
        window: impl Into<GridSizes>,
        stride: impl Into<GridSizes>,
    ) -> Result<Self, NnError> {
        Self::padded(field_type, kind, window, stride, 0)
    }

    /// A pool with padding on every side.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and if a padding is not less than the window, which could lie in it
    /// altogether.
    pub fn padded(
        field_type: &FieldType,
        kind: PoolKind,
        window: impl Into<GridSizes>,
        stride: impl Into<GridSizes>,
        padding: impl Into<GridSizes>,
    ) -> Result<Self, NnError> {
        let windows = Windows::new(
            window.into().of(field_type, 1),
            stride.into().of(field_type, 1),
            padding.into().of(field_type, 0),
        )?;
        Self::with_windows(field_type, kind, windows)
    }

    /// A pool with any windows.
    ///
    /// # Errors
    ///
    /// If a maximum is asked for on fields that are not permuted.
    pub fn with_windows(
        field_type: &FieldType,
        kind: PoolKind,
        windows: Windows,
    ) -> Result<Self, NnError> {
        if kind == PoolKind::Max {
            crate::layers::require_permutation(field_type, "max-pool")?;
        }
        Ok(Self {
            field_type: field_type.clone(),
            kind,
            windows,
        })
    }

    /// Rounds the number of windows up instead of down, as PyTorch's `ceil_mode`: the last window
    /// may reach beyond the padding, where it holds nothing and a mean counts nothing. A window
    /// that would begin behind the image is left out. Where the number is not whole the far end
    /// of the image is then pooled otherwise than the near one, so that mirrors and turns do not
    /// commute.
    ///
    /// ```
    /// use schur_nn::PoolKind;
    /// use schur_nn::{Layer, FieldType, SpatialPool};
    ///
    /// let pool = SpatialPool::new(&FieldType::parse("D4: 2 E1")?, PoolKind::Average, 3, 2)?;
    /// assert_eq!(pool.output_size(8, 8)?, (3, 3));
    /// let pool = pool.with_ceil_mode(true);
    /// assert_eq!(pool.output_size(8, 8)?, (4, 4));
    /// assert_eq!(pool.name(), "average pool 3x3 stride 2 rounded up");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    #[must_use]
    pub fn with_ceil_mode(mut self, ceil: bool) -> Self {
        self.windows = self.windows.with_ceil_mode(ceil);
        self
    }

    /// Maximum or mean.
    pub fn kind(&self) -> PoolKind {
        self.kind
    }

    /// Window, stride, padding and rounding.
    pub fn windows(&self) -> &Windows {
        &self.windows
    }
}

/// Windows over fields of a type in words, for names: `pool 3x3 stride 2 padding 1 rounded up`.
pub(crate) fn describe(fields: &FieldType, windows: &Windows) -> String {
    let geometry = windows.geometry();
    let (window, stride) = (geometry.kernel(), geometry.stride());
    let mut name = format!("pool {}", by(fields, window));
    if window != stride {
        name += &format!(" stride {}", short(fields, stride));
    }
    if geometry.padding() != [0; 3] {
        name += &format!(" padding {}", short(fields, geometry.padding()));
    }
    if windows.ceil_mode() {
        name += " rounded up";
    }
    name
}

/// The places of windows.
pub(crate) fn output_domain(
    domain: &Domain,
    windows: &Windows,
    layer: &str,
) -> Result<Domain, NnError> {
    let geometry = windows.geometry();
    domain.slid(layer, Steps::new(geometry, geometry.padding()), |sizes| {
        Ok(windows.output_size(sizes)?)
    })
}

/// What [`over_seams`] does, in a plain network.
pub(crate) fn export_over_seams(
    graph: &mut Graph,
    x: Value,
    windows: &Windows,
    fields: &FieldType,
    layer: &str,
) -> Result<(Value, Windows), NnError> {
    let g = windows.geometry();
    let [glued, free] = graph.parted(g.padding());
    let x = graph.over_seams(x, glued, fields, layer)?;
    let windows = Windows::new(g.kernel(), g.stride(), free)?.with_ceil_mode(windows.ceil_mode());
    Ok((x, windows))
}

/// The numbers with the cells beyond glued edges that windows reach, and the windows with the
/// padding that is left.
pub(crate) fn over_seams(
    field: Field,
    windows: &Windows,
    layer: &str,
) -> Result<(Tensor<5>, Windows), NnError> {
    let g = windows.geometry();
    let [glued, free] = field.domain().parted(g.padding());
    let windows = Windows::new(g.kernel(), g.stride(), free)?.with_ceil_mode(windows.ceil_mode());
    Ok((field.into_cells(layer, glued)?, windows))
}

impl Layer for SpatialPool {
    fn name(&self) -> String {
        let kind = match self.kind {
            PoolKind::Max => "max",
            PoolKind::Average => "average",
        };
        format!("{kind} {}", describe(&self.field_type, &self.windows))
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let (x, windows) =
            export_over_seams(graph, x, &self.windows, &self.field_type, &self.name())?;
        graph.pool(x, self.kind, &windows, &self.name())
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        crate::layers::check_engine_type(&self.name(), field.memory())?;
        let domain = self.output_domain(field.domain())?;
        let (x, windows) = over_seams(field, &self.windows, &self.name())?;
        let pooled = ops::pool(x, self.kind, &windows);
        Ok(Field::of_cells(pooled, domain, &self.field_type))
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        output_domain(domain, &self.windows, &self.name())
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        let (geometry, window) = (
            self.windows.geometry(),
            Window::of(self.kind, &self.windows),
        );
        domain.of_grid(g, |moves, sizes| {
            sliding_window(moves, geometry, sizes, window)
        })
    }
}
