//! Choices that layers and network descriptions share.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::NnError;

/// How a pool makes one number of many, in windows or over the whole image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PoolKind {
    /// Largest value.
    #[default]
    Max,
    /// Mean.
    Average,
}

/// Pooling behind a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Largest value in the window.
    #[default]
    Max,
    /// Mean over the window.
    Average,
    /// Gaussian mean of standard deviation 0.66 pixels, in steps of `pool`.
    Blur,
}

/// What a network gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// One logit per class, invariant: pooled over the group and over the image.
    #[default]
    Classes,
    /// One vector of the plane, which turns with the image: a mean over the image.
    Direction,
    /// One logit per class and pixel: scalar fields, which move with the image.
    Mask,
    /// Numbers that stay as they are and vectors that turn with the image: a mean over the image.
    Values,
}

/// Where the images of a network live.
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

/// The kernels that convolutions combine.
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
    pub const ALL: [Self; 8] = [
        Self::Auto,
        Self::Lattice,
        Self::Steerable,
        Self::Bessel,
        Self::Zernike,
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

named!(Kernels, "kernels");
named!(NonlinearityKind, "activation");
