//! Choices that layers and network descriptions share.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::NnError;

/// How a pool makes one number of many, in windows or over the whole image.
///
/// ```
/// use schur_nn::{FieldType, GlobalPool, PoolKind};
///
/// // A mean commutes with every group, a maximum only with one that permutes the channels.
/// let vectors = FieldType::parse("C4: 2 E1")?;
/// assert!(GlobalPool::new(&vectors, PoolKind::Average).is_ok());
/// assert!(GlobalPool::new(&vectors, PoolKind::Max).is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PoolKind {
    /// Largest value.
    #[default]
    Max,
    /// Mean.
    Average,
}

/// How a block of a network pools behind its nonlinearity.
///
/// ```
/// use schur_nn::network::{BlockConfig, BlockPooling};
///
/// let block: BlockConfig = serde_json::from_str(r#"{"fields": 8, "kernel": 5, "pool": 2, "pool_kind": "blur"}"#)?;
/// assert_eq!(block.pool_kind, BlockPooling::Blur);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockPooling {
    /// Largest value in the window.
    #[default]
    Max,
    /// Mean over the window.
    Average,
    /// Gaussian mean of standard deviation 0.66 pixels, in steps of `pool`.
    Blur,
}

/// What a network gives.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::network::{Output, model};
///
/// let pose = model("pose", &"C4".parse()?)?.config.with_parameter_budget(2_000)?;
/// assert_eq!(pose.output, Output::Direction);
/// // The components of a vector.
/// assert_eq!(pose.init(0, &Device::flex())?.classes(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// One logit per class, invariant: pooled over the group and over the image.
    #[default]
    Classes,
    /// One vector of the plane, which turns with the image, or two of space, which turn with the
    /// volume and are a rotation when they are made orthonormal: a mean over the image.
    Direction,
    /// One logit per class and pixel: scalar fields, which move with the image.
    Mask,
    /// Numbers that stay as they are and vectors that turn with the image: a mean over the image.
    Values,
}

/// Where the images of a network live.
///
/// ```
/// use schur_nn::Domain;
/// use schur_nn::network::DomainKind;
///
/// let strip = Domain::of_kind("moebius".parse()?, [1, 8, 32])?;
/// assert_eq!(strip.places(), 8 * 32);
/// assert!(Domain::of_kind(DomainKind::Moebius, [3, 8, 32]).is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainKind {
    /// In a rectangle or a box.
    #[default]
    Image,
    /// On a cylinder: columns go around ([`Atlas::cylinder`](crate::Atlas::cylinder)).
    Cylinder,
    /// On a Möbius strip: columns go around, and rows are mirrored on the way
    /// ([`Atlas::moebius`](crate::Atlas::moebius)). The group has the mirror `(x, y) -> (x, -y)`, as
    /// `D1@0` has.
    Moebius,
    /// On a Möbius strip over whose cut features are copied as they are, which is what a
    /// conventional network does
    /// ([`Atlas::without_transport`](crate::Atlas::without_transport)).
    MoebiusUntransported,
    /// On the sphere: an image is a picture of all of it, north at the top, rows at equal steps of the
    /// colatitude and columns around the axis
    /// ([`SphereGrid::equiangular`](schur_math::SphereGrid::equiangular)). The group is SO(3) or O(3).
    Sphere,
}

impl DomainKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Image,
        Self::Cylinder,
        Self::Moebius,
        Self::MoebiusUntransported,
        Self::Sphere,
    ];

    /// The name in config files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Cylinder => "cylinder",
            Self::Moebius => "moebius",
            Self::MoebiusUntransported => "moebius_untransported",
            Self::Sphere => "sphere",
        }
    }

    /// Where images live, in a sentence.
    ///
    /// ```
    /// use schur_nn::network::DomainKind;
    ///
    /// assert_eq!(DomainKind::Moebius.words(), "on a Möbius strip");
    /// assert_eq!("sphere".parse::<DomainKind>()?, DomainKind::Sphere);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    pub fn words(self) -> &'static str {
        match self {
            Self::Image => "on a grid",
            Self::Cylinder => "on a cylinder",
            Self::Moebius => "on a Möbius strip",
            Self::MoebiusUntransported => "on a Möbius strip without transport",
            Self::Sphere => "on the sphere",
        }
    }
}

/// The kernels that convolutions combine.
///
/// ```
/// use schur_nn::network::Kernels;
///
/// assert_eq!("bessel".parse::<Kernels>()?, Kernels::Bessel);
/// let unknown = "wavelets".parse::<Kernels>().unwrap_err().to_string();
/// assert!(unknown.contains("lattice") && unknown.contains("implicit"));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kernels {
    /// All kernels on the grid for groups that permute the pixels, steerable ones for others.
    #[default]
    Auto,
    /// All kernels on the grid that commute with the part of the group that permutes the pixels.
    Lattice,
    /// Kernels that commute with the whole group in the plane, sampled on the grid: circular
    /// harmonics on rings.
    Steerable,
    /// Steerable kernels with Bessel functions as radial functions.
    Bessel,
    /// Steerable kernels with Zernike polynomials as radial functions.
    Zernike,
    /// Gaussians on rings at the points that a finite group makes of one on the axis that most elements
    /// fix: of I the corners of an icosahedron.
    Orbit,
    /// Differential operators up to `order` that commute with the whole group, as finite
    /// differences.
    Differences,
    /// Differential operators applied to a Gaussian that ends with the kernel, of standard
    /// deviation `kernel / 6`.
    Gaussian,
    /// Circular harmonics whose radial functions are small networks
    /// ([`ImplicitConv`](crate::ImplicitConv)) in kernels of more than one pixel, as described by
    /// the defaults of [`ImplicitConvConfig`](crate::ImplicitConvConfig).
    Implicit,
}

impl Kernels {
    /// Whether they are differential operators, which have an order.
    pub(crate) fn have_order(self) -> bool {
        matches!(self, Self::Differences | Self::Gaussian)
    }
}

/// The nonlinearity behind every batch norm.
///
/// ```
/// use schur_nn::NetworkConfig;
/// use schur_nn::network::NonlinearityKind;
///
/// // Every field that is no scalar needs a gate beside it.
/// let gated = NetworkConfig { activation: "gated".parse()?, ..NetworkConfig::default() };
/// assert_eq!(gated.activation, NonlinearityKind::Gated);
/// assert!(gated.parameters()? > NetworkConfig::default().parameters()?);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NonlinearityKind {
    /// `max(x, 0)` on every channel; for fields that the group permutes.
    #[default]
    Relu,
    /// `x` for positive, `eˣ - 1` for negative values, on every channel; for fields that the
    /// group permutes.
    Elu,
    /// Every field that is not scalar times the sigmoid of a scalar field of its own, which the
    /// convolution gives beside it; ELU on scalars. For all fields.
    Gated,
    /// `max(|x| + b, 0) x / |x|` with a bias per field. For all fields.
    Norm,
    /// ELU on the values of functions on the group that the fields are Fourier coefficients of:
    /// for `spectral(F)`, and fields that are a part of one.
    Fourier,
}

impl Kernels {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Auto,
        Self::Lattice,
        Self::Steerable,
        Self::Bessel,
        Self::Zernike,
        Self::Orbit,
        Self::Differences,
        Self::Gaussian,
        Self::Implicit,
    ];

    /// The name in config files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Lattice => "lattice",
            Self::Steerable => "steerable",
            Self::Bessel => "bessel",
            Self::Zernike => "zernike",
            Self::Orbit => "orbit",
            Self::Differences => "differences",
            Self::Gaussian => "gaussian",
            Self::Implicit => "implicit",
        }
    }
}

impl NonlinearityKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Relu,
        Self::Elu,
        Self::Gated,
        Self::Norm,
        Self::Fourier,
    ];

    /// The name in config files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::Elu => "elu",
            Self::Gated => "gated",
            Self::Norm => "norm",
            Self::Fourier => "fourier",
        }
    }
}

/// The name of a kind as its text.
macro_rules! named {
    ($kind:ident, $entry:literal) => {
        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $kind {
            type Err = NnError;

            fn from_str(name: &str) -> Result<Self, NnError> {
                let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
                known.ok_or_else(|| NnError::Config {
                    at: $entry.to_string(),
                    problem: format!(
                        "`{name}` is unknown; use one of {}",
                        Self::ALL.map(Self::name).join(", ")
                    ),
                })
            }
        }
    };
}

named!(DomainKind, "domain");
named!(Kernels, "kernels");
named!(NonlinearityKind, "activation");
