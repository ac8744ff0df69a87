//! The layers that a [`Network`](super::Network) is made of, behind one type.

use burn::module::Module;
use schur_engine::ConvPlan;

use super::branch::Branch;
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::layers::blur_pool::BlurPool;
use crate::layers::conv::EquivariantConv;
use crate::layers::dropout::FieldDropout;
use crate::layers::global_pool::GlobalPool;
use crate::layers::group_pool::GroupPool;
use crate::layers::implicit_conv::ImplicitConv;
use crate::layers::mask::Mask;
use crate::layers::nonlinearity::fourier::FourierPointwise;
use crate::layers::nonlinearity::gated::Gated;
use crate::layers::nonlinearity::norm::NormNonlinearity;
use crate::layers::norm::FieldNorm;
use crate::layers::norm_pool::NormPool;
use crate::layers::pool::SpatialPool;
use crate::layers::resize::Resize;
use crate::layers::restriction::Restriction;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError};

/// One layer of a network.
#[derive(Module, Debug)]
pub enum AnyLayer {
    /// Lifting, group or head convolution.
    Conv(EquivariantConv),
    /// Convolution with implicit kernels.
    Implicit(ImplicitConv),
    /// Batch norm per field with its nonlinearity.
    Norm(FieldNorm),
    /// Spatial pooling.
    Pool(SpatialPool),
    /// Pooling over the group.
    GroupPool(GroupPool),
    /// Pooling over the image.
    GlobalPool(GlobalPool),
    /// Norms of fields.
    NormPool(NormPool),
    /// Anti-aliased pooling.
    Blur(BlurPool),
    /// Upsampling.
    Resize(Resize),
    /// A soft disc.
    Mask(Mask),
    /// Fields seen by a subgroup.
    Restriction(Restriction),
    /// Gated nonlinearity.
    Gated(Gated),
    /// Nonlinearity of the norm.
    NormNonlinearity(NormNonlinearity),
    /// Nonlinearity of the functions that fields are coefficients of.
    Fourier(FourierPointwise),
    /// Dropout.
    Dropout(FieldDropout),
    /// A residual block or a level of a U-Net.
    Branch(Branch),
}

impl AnyLayer {
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
        match self {
            Self::Conv(conv) => Some(conv.plan()),
            Self::Implicit(conv) => Some(conv.plan()),
            _ => None,
        }
    }

    fn get(&self) -> &dyn Layer {
        match self {
            Self::Conv(layer) => layer,
            Self::Implicit(layer) => layer,
            Self::Norm(layer) => layer,
            Self::Pool(layer) => layer,
            Self::GroupPool(layer) => layer,
            Self::GlobalPool(layer) => layer,
            Self::NormPool(layer) => layer,
            Self::Blur(layer) => layer,
            Self::Resize(layer) => layer,
            Self::Mask(layer) => layer,
            Self::Restriction(layer) => layer,
            Self::Gated(layer) => layer,
            Self::NormNonlinearity(layer) => layer,
            Self::Fourier(layer) => layer,
            Self::Dropout(layer) => layer,
            Self::Branch(layer) => layer,
        }
    }
}

impl Layer for AnyLayer {
    fn name(&self) -> String {
        self.get().name()
    }

    fn input_type(&self) -> &FieldType {
        self.get().input_type()
    }

    fn output_type(&self) -> &FieldType {
        self.get().output_type()
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.get().forward(field)
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        self.get().inexactness(g, domain)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        self.get().output_domain(domain)
    }

    fn parameters(&self) -> usize {
        self.get().parameters()
    }

    fn notices(&self) -> Vec<String> {
        self.get().notices()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        self.get().export(graph, x)
    }
}
