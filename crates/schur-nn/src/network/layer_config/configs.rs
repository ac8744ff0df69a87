//! The descriptions of all layers of this crate, as they stand in config files.
//!
//! Every entry of `[[network.layers]]` names its kind by `layer`; what else it may say are the
//! fields of the structure of that kind. Those with a default may be left out.
//!
//! ```
//! use burn::tensor::Device;
//! use schur_nn::network::{AnyLayerConfig, configs};
//! use schur_nn::NetworkConfig;
//!
//! let layers: Vec<AnyLayerConfig> = vec![
//!     configs::Conv::new(4, 5).into(),
//!     configs::Norm::new(schur_nn::Activation::Relu).into(),
//!     configs::GroupPool::default().into(),
//!     configs::GlobalPool::default().into(),
//!     configs::Conv { bias: true, gain: 1.0, ..configs::Conv::new("10 trivial".parse::<schur_nn::network::Fields>()?, 1) }.into(),
//! ];
//! let config = NetworkConfig::of_layers("D4".parse()?, layers);
//! assert_eq!(config.init(0, &Device::flex())?.classes(), 10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod composed;
mod convolutions;
mod nonlinearities;
mod norms;
mod others;
mod pools;
mod sphere;

pub(in crate::network) use composed::places;
pub use composed::{Branch, Labelled};
pub use convolutions::{Attention, Conv, ConvTransposed, ImplicitConv, Linear, PointConv};
pub use nonlinearities::{
    Concatenated, Fourier, Gated, MaxOut, NormNonlinearity, Pointwise, TensorProduct, VectorField,
};
pub use norms::{Dropout, Norm, SampleNorm, SampleNormKind};
pub use others::{ChangeOfBasis, Induction, Mask, Resize, Restriction, SortFields};
pub use pools::{
    AdaptiveMaxPool, BlurPool, FourierMaxPool, GlobalPool, GroupPool, NormMaxPool, NormPool,
    PointPool, Pool,
};

pub use sphere::{
    FromHarmonics, HarmonicPool, SphereConv, SphereGridKind, SpherePointwise, ToHarmonics,
};

use super::{LayerKind, Site};
use crate::field_type::Fields;
use crate::group::GridGroup;
use crate::network::ranges::{MAX_COPIES, in_range, is_default, is_one, one};
use crate::{FieldType, NnError};

/// All kinds by name: a new one is a line here.
pub(super) const KINDS: [LayerKind; 39] = [
    LayerKind::of::<AdaptiveMaxPool>(),
    LayerKind::of::<Attention>(),
    LayerKind::of::<BlurPool>(),
    LayerKind::of::<Branch>(),
    LayerKind::of::<ChangeOfBasis>(),
    LayerKind::of::<Concatenated>(),
    LayerKind::of::<Conv>(),
    LayerKind::of::<ConvTransposed>(),
    LayerKind::of::<Dropout>(),
    LayerKind::of::<Fourier>(),
    LayerKind::of::<FourierMaxPool>(),
    LayerKind::of::<FromHarmonics>(),
    LayerKind::of::<Gated>(),
    LayerKind::of::<GlobalPool>(),
    LayerKind::of::<GroupPool>(),
    LayerKind::of::<HarmonicPool>(),
    LayerKind::of::<ImplicitConv>(),
    LayerKind::of::<Induction>(),
    LayerKind::of::<Labelled>(),
    LayerKind::of::<Linear>(),
    LayerKind::of::<Mask>(),
    LayerKind::of::<MaxOut>(),
    LayerKind::of::<Norm>(),
    LayerKind::of::<NormMaxPool>(),
    LayerKind::of::<NormNonlinearity>(),
    LayerKind::of::<NormPool>(),
    LayerKind::of::<PointConv>(),
    LayerKind::of::<PointPool>(),
    LayerKind::of::<Pointwise>(),
    LayerKind::of::<Pool>(),
    LayerKind::of::<Resize>(),
    LayerKind::of::<Restriction>(),
    LayerKind::of::<SampleNorm>(),
    LayerKind::of::<SortFields>(),
    LayerKind::of::<SphereConv>(),
    LayerKind::of::<SpherePointwise>(),
    LayerKind::of::<TensorProduct>(),
    LayerKind::of::<ToHarmonics>(),
    LayerKind::of::<VectorField>(),
];

/// A description with its name, its entries, and how the layer is made of them.
macro_rules! config {
    (
        $(#[doc = $about:literal])*
        $(#[derive($($derived:ident),*)])?
        $config:ident = $name:literal {
            $(
                $(#[doc = $entry_about:literal])*
                $(#[serde($($how:tt)*)])*
                $entry:ident: $type:ty
            ),* $(,)?
        }
        ($this:ident, $input:ident, $site:ident) => $layer:expr
        $(, outline => $outline:expr)?
    ) => {
        $(#[doc = $about])*
        $(#[derive($($derived),*)])?
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $config {
            $(
                $(#[doc = $entry_about])*
                $(#[serde($($how)*)])*
                pub $entry: $type
            ),*
        }

        impl crate::network::LayerConfig for $config {
            const NAME: &'static str = $name;
            const ABOUT: &'static str = concat!($($about, "\n"),*);
            const ENTRIES: &'static [crate::network::LayerEntry] = &[
                $(crate::network::LayerEntry {
                    name: stringify!($entry),
                    type_name: stringify!($type),
                    about: concat!($($entry_about, "\n"),*),
                    serde: concat!($(stringify!($($how)*)),*),
                }),*
            ];

            fn init(
                &self,
                $input: &crate::FieldType,
                $site: &mut crate::network::Site,
            ) -> Result<crate::network::AnyLayer, crate::NnError> {
                let ($this, _) = (self, &$site);
                Ok(crate::network::AnyLayer::new($layer))
            }

            $(
                fn outline(
                    &self,
                    $input: &crate::FieldType,
                    $site: &mut crate::network::Site,
                ) -> Result<crate::network::Outline, crate::NnError> {
                    let ($this, _) = (self, &$site);
                    Ok($outline)
                }
            )?
        }
    };
}

use config;

/// A group of a description, of the dimension of the fields that come in.
fn group_of(group: &GridGroup, input: &FieldType) -> Result<GridGroup, NnError> {
    group.beside(&input.grid_group("a group in a network")?)
}

/// The field type of a description, with the group of the fields that come in.
fn fields_of(fields: &Fields, input: &FieldType, site: &mut Site) -> Result<FieldType, NnError> {
    for (count, _) in fields.parts() {
        in_range("fields", count, 1, MAX_COPIES)?;
    }
    site.known.fields(fields, input.group())
}
