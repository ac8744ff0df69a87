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
//!
//! # What is in it
//!
//! Fields and groups:
//!
//! - [`FieldType`], [`FieldBlock`]: how the channels of a feature map transform.
//! - [`Field`], [`Domain`]: values with their type, on the pixels of images, on glued charts
//!   ([`Atlas`], [`Seam`]) such as a Möbius strip, on points, on the sphere, or nowhere.
//! - [`GridGroup`]: a group that moves the pixels of images or the voxels of volumes.
//! - [`AnyGroup`], [`AnyRepresentation`], [`Rep`], [`Irreps`], [`Part`], [`MatrixKind`]: groups and
//!   representations of every kind behind one type.
//! - [`GroupElement`], [`LinearElement`]: what fields are moved by.
//! - [`Layer`]: what all of the following are. A tuple of layers is one.
//!
//! Layers with weights:
//!
//! - [`EquivariantConv`], [`EquivariantConvTransposed`], [`EquivariantConvConfig`]: convolutions on
//!   images, with [`KernelKind`], [`KernelFilter`], [`PaddingMode`], [`Initialisation`].
//! - [`ImplicitConv`], [`ImplicitConvConfig`], [`RadialNetwork`]: convolutions whose kernels are small
//!   networks.
//! - [`PointConv`], [`PointConvConfig`], [`PointGraph`], [`Aggregation`]: convolutions on points and on
//!   surfaces; [`PointPool`]: means, from level to level.
//! - [`SphereConv`], [`SphereConvConfig`]: convolutions of functions on the sphere and on SO(3).
//! - [`EquivariantLinear`], [`EquivariantLinearConfig`]: all linear maps between two fields.
//! - [`SelfAttention`], [`SelfAttentionConfig`]: attention between the places of an image.
//!
//! Nonlinearities:
//!
//! - [`Pointwise`], with [`Nonlinearity`], [`Formula`], [`CustomFunction`]: a function of every channel.
//! - [`NormNonlinearity`], [`Gated`]: a factor for every field, of its length or of a scalar.
//! - [`FourierPointwise`]: a function of the values that fields are Fourier coefficients of.
//! - [`TensorProduct`], [`MaxOut`], [`VectorField`], [`Concatenated`]: products of fields, maxima, the
//!   direction of the largest component, two functions side by side.
//!
//! The sphere:
//!
//! - [`SphereFunctions`]: functions by their harmonic coefficients, as fields. [`ToHarmonics`],
//!   [`FromHarmonics`], with [`SphereTransform`], [`SphereMap`]: from values at places to them, and back.
//! - [`SpherePointwise`], [`HarmonicPool`]: a function of the values, lower degrees alone.
//!
//! Statistics:
//!
//! - [`FieldNorm`], with [`Activation`] fused into it: batch norm for every field.
//! - [`SampleNorm`]: by layer, instance or group; [`FieldDropout`]: whole fields at a time.
//!
//! Pools and sizes:
//!
//! - [`GroupPool`], [`NormPool`]: invariants of fields.
//! - [`SpatialPool`], [`NormMaxPool`], [`FourierMaxPool`], [`AdaptiveMaxPool`], [`BlurPool`],
//!   [`GlobalPool`], with [`PoolKind`]: over windows of pixels, or all of them.
//! - [`Resize`], [`Resampling`], [`Mask`]: larger images; a disc that turns into itself.
//!
//! Changes of type:
//!
//! - [`Restriction`], [`Induction`]: to a subgroup and from one.
//! - [`ChangeOfBasis`], [`SortFields`], [`LabelledLayers`], [`LayerTuple`]: other coordinates, another
//!   order, other layers for some fields.
//!
//! Networks:
//!
//! - [`NetworkConfig`], [`Network`], [`InferenceNetwork`]: from a description to a network, and what is
//!   prepared of it for use. [`network`] has layers by name and the collection.
//! - [`Checkpoint`], [`ModelDescription`]: weights as files. [`export`]: networks as ONNX.
//! - [`Processor`], [`in_precision`], [`number_parameters`], [`ParameterPath`],
//!   [`remeasure_statistics`], `write_atomically`: devices, 64 bits, ids and names of parameters,
//!   statistics of norms measured anew, files that are whole or not there.
//!
//! Checks:
//!
//! - [`assert_equivariant`], [`Equivariance`], [`equivariance_error`],
//!   [`equivariance_error_interpolated`], [`exact_elements`], [`central_disc`], [`relative_distance`],
//!   [`distance_inside`]:
//!   does a layer commute with its group, and how nearly.
//! - [`NnError`], [`NnErrorKind`]: what can go wrong.

pub mod checkpoint;
pub mod exactness;
pub mod export;
pub mod network;
pub mod ops;
pub mod symmetry;
pub mod tolerance;

mod affine;
mod atlas;
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
mod point_graph;
mod processor;
mod random;
mod remeasure;
mod sphere;

pub use atlas::{Atlas, Seam};
#[cfg(feature = "files")]
pub use atomic_file::{
    NewDirectory, create_directory, is_temporary, try_directory, write_atomically,
};
pub use axes::GridSizes;
pub use checkpoint::{Checkpoint, ModelDescription, Transplanted};
pub use domain::Domain;
pub use equivariance::{
    Equivariance, assert_equivariant, central_disc, distance_inside, equivariance_error,
    equivariance_error_interpolated, exact_elements, relative_distance,
};
pub use error::{NnError, NnErrorKind};
pub use field::Field;
pub use field_type::{FieldBlock, FieldType};
pub use group::{
    AnyGroup, AnyRepresentation, GridGroup, GroupElement, Irreps, LinearElement, MatrixKind, Part,
    Rep,
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
pub use layers::points::pool::PointPool;
pub use layers::sphere::conv::{SphereConv, SphereConvConfig};
pub use layers::sphere::harmonics::{FromHarmonics, ToHarmonics};
pub use layers::sphere::pointwise::SpherePointwise;
pub use layers::sphere::pool::HarmonicPool;
pub use network::{InferenceNetwork, Network, NetworkConfig};
pub use parameters::{ParameterPath, in_precision, number_parameters};
pub use point_graph::PointGraph;
pub use processor::Processor;
pub use remeasure::remeasure_statistics;
pub use schur_engine::{Activation, Precision};
pub use sphere::{SphereFunctions, SphereMap, SphereTransform};
