//! Equivariant neural-network layers on [Burn](https://burn.dev).
//!
//! A [`FieldType`] says how the channels of a feature map transform, a [`Field`] is a
//! tensor with its type, and a layer ([`Layer`]) maps fields to fields so that
//! `L(g f) = g L(f)`. [`NetworkConfig`] describes a whole network, which gives
//! classes, directions or masks.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use schur_nn::{EquivariantConvConfig, Layer, Field, FieldType};
//!
//! let device = Device::flex();
//! let (scalar, regular) = (FieldType::parse("D4: 1 trivial")?, FieldType::parse("D4: 4 regular")?);
//! let layer = EquivariantConvConfig::new(&scalar, &regular, 3).init(&device)?;
//!
//! let image = Field::from_tensor(Tensor::ones([1, 1, 8, 8], &device), &scalar)?;
//! let features = layer.forward(image)?;
//! assert_eq!(features.to_tensor().dims(), [1, 32, 6, 6]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod checkpoint;
pub mod exactness;
pub mod export;
pub mod network;
pub mod ops;
pub mod symmetry;
pub mod tolerance;

mod affine;
#[cfg(feature = "files")]
mod atomic_file;
mod axes;
mod domain;
mod equivariance;
mod error;
mod field;
mod field_type;
mod group;
mod kinds;
mod layer;
mod layers;
mod matmul;
mod parameters;
mod processor;
mod random;

#[cfg(feature = "files")]
pub use atomic_file::{
    NewDirectory, create_directory, is_temporary, try_directory, write_atomically,
};
pub use checkpoint::{Checkpoint, ModelDescription, Transplanted};
pub use domain::Domain;
pub use equivariance::{
    Equivariance, assert_equivariant, central_disc, equivariance_error,
    equivariance_error_interpolated, exact_elements, relative_distance,
};
pub use error::{NnError, NnErrorKind};
pub use field::Field;
pub use field_type::{FieldBlock, FieldType};
pub use group::{
    AnyGroup, AnyRepresentation, GroupElement, Irreps, Kind, LinearElement, Part, Rep,
};
pub use kinds::PoolKind;
pub use layer::Layer;
pub use layers::fibre::change_of_basis::ChangeOfBasis;
pub use layers::fibre::dropout::FieldDropout;
pub use layers::fibre::group_pool::GroupPool;
pub use layers::fibre::induction::Induction;
pub use layers::fibre::linear::{EquivariantLinear, EquivariantLinearConfig};
pub use layers::fibre::nonlinearity::concatenated::Concatenated;
pub use layers::fibre::nonlinearity::formula::Formula;
pub use layers::fibre::nonlinearity::fourier::FourierPointwise;
pub use layers::fibre::nonlinearity::gated::Gated;
pub use layers::fibre::nonlinearity::max_out::MaxOut;
pub use layers::fibre::nonlinearity::norm::NormNonlinearity;
pub use layers::fibre::nonlinearity::tensor_product::TensorProduct;
pub use layers::fibre::nonlinearity::vector_field::VectorField;
pub use layers::fibre::nonlinearity::{CustomFunction, Nonlinearity};
pub use layers::fibre::norm::FieldNorm;
pub use layers::fibre::norm_pool::NormPool;
pub use layers::fibre::normalization::sample::SampleNorm;
pub use layers::fibre::pointwise::Pointwise;
pub use layers::fibre::restriction::Restriction;
pub use layers::fibre::sort_fields::SortFields;
pub use layers::grid::adaptive_max_pool::AdaptiveMaxPool;
pub use layers::grid::attention::{SelfAttention, SelfAttentionConfig};
pub use layers::grid::blur_pool::BlurPool;
pub use layers::grid::conv::{
    EquivariantConv, EquivariantConvConfig, EquivariantConvTransposed, Initialisation,
    KernelFilter, KernelKind, PaddingMode,
};
pub use layers::grid::fourier_max_pool::FourierMaxPool;
pub use layers::grid::global_pool::GlobalPool;
pub use layers::grid::implicit_conv::{ImplicitConv, ImplicitConvConfig, RadialNetwork};
pub use layers::grid::mask::Mask;
pub use layers::grid::norm_max_pool::NormMaxPool;
pub use layers::grid::pool::SpatialPool;
pub use layers::grid::resize::{Resampling, Resize};
pub use layers::labelled::{LabelledLayers, LayerTuple};
pub use layers::points::conv::{Aggregation, PointConv, PointConvConfig};
pub use layers::points::graph::PointGraph;
pub use network::{InferenceNetwork, Network, NetworkConfig};
pub use parameters::{in_precision, number_parameters};
pub use processor::Processor;
pub use schur_engine::Activation;
