//! Functions of one number, and the layers that apply them so that they commute with a group.

pub(crate) mod concatenated;
pub(super) mod cosets;
mod export;
pub(crate) mod formula;
pub(crate) mod fourier;
pub(crate) mod gated;
pub(crate) mod max_out;
pub(crate) mod norm;
pub(crate) mod sampling;
pub(crate) mod tensor_product;
mod text;
pub(in crate::layers) mod transform;
pub(crate) mod vector_field;

use std::fmt;
use std::sync::Arc;

use burn::tensor::{Tensor, activation};

pub(crate) use export::scale;
use formula::Formula;

use crate::group::AnyRepresentation;
use crate::{FieldType, NnError, ops};

/// A function of one number, applied to every entry of a tensor.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::Nonlinearity;
///
/// let x = Tensor::<1>::from_floats([-2.0, 3.0], &Device::flex());
/// let square = Nonlinearity::custom("square", |x| x.square());
/// assert_eq!(square.apply(x).to_data().to_vec::<f32>().unwrap(), [4.0, 9.0]);
/// assert!(Nonlinearity::Tanh.is_odd() && !Nonlinearity::Relu.is_odd());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Nonlinearity {
    /// `t`.
    Identity,
    /// `max(t, 0)`.
    Relu,
    /// `t` where positive, otherwise `slope · t`.
    LeakyRelu {
        /// The slope below zero; 0.01 is usual.
        slope: f64,
    },
    /// `t` where positive, otherwise `alpha (e^t - 1)`.
    Elu {
        /// Minus the limit far below zero; 1 is usual.
        alpha: f64,
    },
    /// `t Φ(t)` with the normal distribution `Φ`.
    Gelu,
    /// `t / (1 + e^-t)`.
    Silu,
    /// `1 / (1 + e^-t)`.
    Sigmoid,
    /// `ln(1 + e^t)`.
    Softplus,
    /// The hyperbolic tangent, an odd function.
    Tanh,
    /// `t / (1 + |t|)`, an odd function.
    Softsign,
    /// Any function that a formula says, see [`formula`](Self::formula).
    Formula {
        /// The name in reports.
        name: String,
        /// The rule.
        formula: Formula,
    },
    /// Any other function, see [`custom`](Self::custom). It can't be exported.
    Custom(CustomFunction),
}

/// A function that a caller passes, see [`Nonlinearity::custom`].
///
/// ```
/// use schur_nn::Nonlinearity;
///
/// let square = Nonlinearity::custom("square", |x| x.square());
/// assert!(matches!(square, Nonlinearity::Custom(_)) && square.name() == "square");
/// ```
#[derive(Clone)]
pub struct CustomFunction {
    name: String,
    odd: bool,
    function: Arc<dyn Fn(Tensor<1>) -> Tensor<1> + Send + Sync>,
}

impl Nonlinearity {
    /// A function by name and rule. It is given all numbers in one row and must treat each
    /// alike, whatever its place. Layers with it can't be exported; those with a
    /// [`formula`](Self::formula) can.
    pub fn custom(
        name: impl Into<String>,
        function: impl Fn(Tensor<1>) -> Tensor<1> + Send + Sync + 'static,
    ) -> Self {
        Self::Custom(CustomFunction {
            name: name.into(),
            odd: false,
            function: Arc::new(function),
        })
    }

    /// A function of one's own as in [`custom`](Self::custom), with the promise that it is odd,
    /// `f(-t) = -f(t)`, and so admissible on signed permutations.
    pub fn custom_odd(
        name: impl Into<String>,
        function: impl Fn(Tensor<1>) -> Tensor<1> + Send + Sync + 'static,
    ) -> Self {
        Self::Custom(CustomFunction {
            name: name.into(),
            odd: true,
            function: Arc::new(function),
        })
    }

    /// Name, such as `relu`.
    pub fn name(&self) -> &str {
        match self {
            Self::Identity => "identity",
            Self::Relu => "relu",
            Self::LeakyRelu { .. } => "leaky relu",
            Self::Elu { .. } => "elu",
            Self::Gelu => "gelu",
            Self::Silu => "silu",
            Self::Sigmoid => "sigmoid",
            Self::Softplus => "softplus",
            Self::Tanh => "tanh",
            Self::Softsign => "softsign",
            Self::Formula { name, .. } => name,
            Self::Custom(custom) => &custom.name,
        }
    }

    /// Whether `f(-t) = -f(t)`.
    pub fn is_odd(&self) -> bool {
        match self {
            Self::Identity | Self::Tanh | Self::Softsign => true,
            Self::Formula { formula, .. } => formula.is_odd(),
            Self::Custom(custom) => custom.odd,
            _ => false,
        }
    }

    /// The function of every entry.
    pub fn apply<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Identity => x,
            Self::Relu => ops::activation(x, schur_engine::Activation::Relu),
            Self::LeakyRelu { slope } => activation::leaky_relu(x, *slope),
            Self::Elu { alpha: 1.0 } => ops::activation(x, schur_engine::Activation::Elu),
            Self::Elu { alpha } => ops::reference::elu_of(x, *alpha),
            Self::Gelu => activation::gelu(x),
            Self::Silu => activation::silu(x),
            Self::Sigmoid => activation::sigmoid(x),
            Self::Softplus => activation::softplus(x, 1.0),
            Self::Tanh => activation::tanh(x),
            Self::Softsign => activation::softsign(x),
            Self::Formula { formula, .. } => formula.apply(&x),
            Self::Custom(custom) => {
                let shape = x.shape();
                (custom.function)(x.reshape([-1])).reshape(shape)
            }
        }
    }

    /// Refuses fields on which the function, applied to each channel, does not commute with the
    /// group: it needs permutations, or signed permutations if it is odd.
    pub(crate) fn require_admissible(&self, fields: &FieldType) -> Result<(), NnError> {
        let admissible = |rho: &AnyRepresentation| {
            rho.is_permutation() || rho.is_trivial() || (self.is_odd() && rho.is_monomial())
        };
        let mut blocks = fields.blocks().iter();
        match blocks.find(|b| !admissible(&b.representation)) {
            Some(block) if !matches!(self, Self::Identity) => Err(NnError::Inadmissible {
                nonlinearity: self.name().to_string(),
                representation: block.representation.name().to_string(),
            }),
            _ => Ok(()),
        }
    }
}

impl From<schur_engine::Activation> for Nonlinearity {
    fn from(activation: schur_engine::Activation) -> Self {
        match activation {
            schur_engine::Activation::Identity => Self::Identity,
            schur_engine::Activation::Relu => Self::Relu,
            schur_engine::Activation::Elu => Self::Elu { alpha: 1.0 },
        }
    }
}

impl fmt::Debug for CustomFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CustomFunction({}, odd: {})", self.name, self.odd)
    }
}
