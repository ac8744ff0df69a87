//! Functions of one number as texts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::Nonlinearity;
use crate::NnError;

/// Functions without numbers of their own.
const PLAIN: [Nonlinearity; 8] = [
    Nonlinearity::Identity,
    Nonlinearity::Relu,
    Nonlinearity::Gelu,
    Nonlinearity::Silu,
    Nonlinearity::Sigmoid,
    Nonlinearity::Softplus,
    Nonlinearity::Tanh,
    Nonlinearity::Softsign,
];

/// Slope of the leaky ReLU below zero, unless a text has another.
const SLOPE: f64 = 0.01;

/// The name, and in parentheses the number that a function has: `elu(1)`.
impl fmt::Display for Nonlinearity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Elu { alpha: number } | Self::LeakyRelu { slope: number } => {
                write!(f, "({number})")
            }
            _ => Ok(()),
        }
    }
}

/// From the form in which a function prints; `elu` is `elu(1)` and `leaky relu` is
/// `leaky relu(0.01)`.
///
/// ```
/// use schur_nn::Nonlinearity;
///
/// let function: Nonlinearity = "leaky relu(0.2)".parse()?;
/// assert_eq!(function.to_string(), "leaky relu(0.2)");
/// assert!("relu(2)".parse::<Nonlinearity>().is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
impl FromStr for Nonlinearity {
    type Err = NnError;

    fn from_str(text: &str) -> Result<Self, NnError> {
        let (name, number) = match text.split_once('(') {
            Some((name, rest)) => (name, rest.strip_suffix(')').map(str::parse)),
            None => (text, None),
        };
        let number = number.and_then(Result::ok).filter(|n: &f64| n.is_finite());
        let known = match (name.trim(), number, text.contains('(')) {
            ("elu", Some(alpha), _) => Some(Self::Elu { alpha }),
            ("elu", None, false) => Some(Self::Elu { alpha: 1.0 }),
            ("leaky relu", Some(slope), _) => Some(Self::LeakyRelu { slope }),
            ("leaky relu", None, false) => Some(Self::LeakyRelu { slope: SLOPE }),
            (name, _, false) => PLAIN.into_iter().find(|plain| plain.name() == name),
            _ => None,
        };
        known.ok_or_else(|| {
            let names = PLAIN.map(|plain| plain.name().to_string()).join(", ");
            NnError::Config {
                at: "function".to_string(),
                problem: format!(
                    "`{text}` is unknown; use one of {names}, elu, elu(1), leaky relu, leaky \
                     relu(0.01)"
                ),
            }
        })
    }
}

/// The text in which it prints. Formulas and functions of a caller have none.
impl Serialize for Nonlinearity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if matches!(self, Self::Formula { .. } | Self::Custom(_)) {
            let problem = format!("the function `{}` has no text in a file", self.name());
            return Err(ser::Error::custom(problem));
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Nonlinearity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
