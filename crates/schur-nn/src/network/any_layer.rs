//! Any layer behind one type.

mod bridge;

use std::any::Any;
use std::fmt;

use burn::module::{
    Content, Devices, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor,
};
use burn::tensor::Device;
use schur_engine::ConvPlan;

use self::bridge::{Mapper, MapperOf, MapperTo, Visitor, VisitorOf, VisitorTo};
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::ops::SharedPlan;
use crate::{
    Domain, EquivariantConv, Field, FieldType, GroupElement, ImplicitConv, Layer, LayerTuple,
    NnError,
};

/// A layer of any type, of this crate or of a caller's own: what a
/// [`Network`](crate::Network) is a list of.
///
/// Whatever is a [`Layer`] and a Burn `Module` can be held: it learns, is saved, checked and
/// exported as it would be alone, and its parameters keep their names. Tensors that the layer
/// learns have at most [`MAX_AXES`](Self::MAX_AXES) axes.
///
/// ```
/// use burn::module::Module;
/// use burn::tensor::Device;
/// use schur_nn::network::AnyLayer;
/// use schur_nn::{EquivariantConv, EquivariantConvConfig, FieldType, GroupPool, Layer};
///
/// let (image, fields) = (FieldType::parse("C4: trivial")?, FieldType::parse("C4: 2 regular")?);
/// let conv = EquivariantConvConfig::new(&image, &fields, 3).init(&Device::flex())?;
/// let layers = vec![AnyLayer::new(conv), AnyLayer::new(GroupPool::new(&fields)?)];
/// assert_eq!(layers.num_params(), 2 * 9);
/// assert_eq!(layers[1].output_type().to_string(), "C4: 2 trivial");
/// // What it is can be asked.
/// assert!(layers[0].downcast_ref::<EquivariantConv>().is_some());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
pub struct AnyLayer(Box<dyn Held>);

/// What a holder needs of a layer, for each type of layer once.
trait Held: Layer + fmt::Debug + Send + Sync {
    fn boxed_clone(&self) -> Box<dyn Held>;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
    fn visit_with(&self, visitor: &mut dyn Visitor);
    fn map_with(self: Box<Self>, mapper: &mut dyn Mapper) -> Box<dyn Held>;
    fn devices_with(&self, devices: Devices) -> Devices;
    fn change(self: Box<Self>, change: Change<'_>) -> Box<dyn Held>;
}

/// What Burn does to a module as a whole.
#[derive(Clone, Copy)]
enum Change<'a> {
    To(&'a Device),
    Fork(&'a Device),
    Materialize,
    Valid,
    Train,
}

impl<L: Layer + Module + Sync + 'static> Held for L {
    fn boxed_clone(&self) -> Box<dyn Held> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn visit_with(&self, visitor: &mut dyn Visitor) {
        self.visit(&mut VisitorTo(visitor));
    }

    fn map_with(self: Box<Self>, mapper: &mut dyn Mapper) -> Box<dyn Held> {
        Box::new((*self).map(&mut MapperTo(mapper)))
    }

    fn devices_with(&self, devices: Devices) -> Devices {
        self.collect_devices(devices)
    }

    fn change(self: Box<Self>, change: Change<'_>) -> Box<dyn Held> {
        Box::new(match change {
            Change::To(device) => (*self).to_device(device),
            Change::Fork(device) => (*self).fork(device),
            Change::Materialize => (*self).materialize(),
            Change::Valid => self.valid(),
            Change::Train => (*self).train(),
        })
    }
}

impl AnyLayer {
    /// Most axes of a tensor that a held layer learns.
    pub const MAX_AXES: usize = bridge::MAX_AXES;

    /// Holds a layer.
    ///
    /// # Panics
    ///
    /// If the layer learns a tensor of more than [`MAX_AXES`](Self::MAX_AXES) axes: it would be
    /// left out of learning and saving.
    pub fn new(layer: impl Layer + Module + Sync + 'static) -> Self {
        layer.visit(&mut bridge::Axes);
        Self(Box::new(layer))
    }

    /// The layer, if it is of this type.
    pub fn downcast_ref<L: Layer + 'static>(&self) -> Option<&L> {
        self.0.as_any().downcast_ref()
    }

    /// The layer, if it is of this type, to be changed in place.
    pub fn downcast_mut<L: Layer + 'static>(&mut self) -> Option<&mut L> {
        self.0.as_any_mut().downcast_mut()
    }

    /// The plan of a convolution, whatever gives its kernels; `None` for other layers.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::NetworkConfig;
    ///
    /// let network = NetworkConfig::default().init(0, &Device::flex())?;
    /// let plans = network.layers().iter().filter_map(|layer| layer.plan());
    /// // Seven blocks and the last linear layer.
    /// assert_eq!(plans.count(), 8);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    pub fn plan(&self) -> Option<&ConvPlan> {
        let conv = self.downcast_ref().map(EquivariantConv::plan);
        conv.or_else(|| self.downcast_ref().map(ImplicitConv::plan))
    }

    /// The plan, to be put on another path.
    pub(super) fn plan_mut(&mut self) -> Option<&mut SharedPlan> {
        if self.downcast_ref::<ImplicitConv>().is_some() {
            return self.downcast_mut().map(ImplicitConv::plan_mut);
        }
        self.downcast_mut().map(EquivariantConv::plan_mut)
    }
}

impl Clone for AnyLayer {
    fn clone(&self) -> Self {
        Self(self.0.boxed_clone())
    }
}

/// Prints the layer inside.
impl fmt::Debug for AnyLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Module for AnyLayer {
    fn collect_devices(&self, devices: Devices) -> Devices {
        self.0.devices_with(devices)
    }

    fn fork(self, device: &Device) -> Self {
        Self(self.0.change(Change::Fork(device)))
    }

    fn to_device(self, device: &Device) -> Self {
        Self(self.0.change(Change::To(device)))
    }

    fn materialize(self) -> Self {
        Self(self.0.change(Change::Materialize))
    }

    fn valid(&self) -> Self {
        Self(self.0.boxed_clone().change(Change::Valid))
    }

    fn train(self) -> Self {
        Self(self.0.change(Change::Train))
    }

    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        self.0.visit_with(&mut VisitorOf(visitor));
    }

    fn map<M: ModuleMapper>(self, mapper: &mut M) -> Self {
        Self(self.0.map_with(&mut MapperOf(mapper)))
    }
}

impl ModuleDisplayDefault for AnyLayer {
    fn content(&self, content: Content) -> Option<Content> {
        content.add_formatted(&self.name()).optional()
    }
}

impl ModuleDisplay for AnyLayer {}

impl Layer for AnyLayer {
    fn name(&self) -> String {
        self.0.name()
    }

    fn input_type(&self) -> &FieldType {
        self.0.input_type()
    }

    fn output_type(&self) -> &FieldType {
        self.0.output_type()
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.0.forward(field)
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        self.0.inexactness(g, domain)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        self.0.output_domain(domain)
    }

    fn parameters(&self) -> usize {
        self.0.parameters()
    }

    fn notices(&self) -> Vec<String> {
        self.0.notices()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        self.0.export(graph, x)
    }
}

/// Layers by label as a list.
impl LayerTuple for Vec<AnyLayer> {
    fn list(&self) -> Vec<&dyn Layer> {
        self.iter().map(|layer| layer as &dyn Layer).collect()
    }
}
