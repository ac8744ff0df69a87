//! The two constants of a norm.

use std::fmt;

use crate::NnError;
use crate::tolerance::NORM_EPSILON;

/// Momentum and epsilon. Written, they are what a name adds for values that are not the default:
/// `, momentum 0.01, epsilon 0.001`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NormConstants {
    /// Weight of the newest batch in the running statistics.
    pub(crate) momentum: f64,
    /// Added to a variance before its root is taken.
    pub(crate) epsilon: f64,
}

/// As in PyTorch and Burn.
const MOMENTUM: f64 = 0.1;

impl Default for NormConstants {
    fn default() -> Self {
        Self {
            momentum: MOMENTUM,
            epsilon: NORM_EPSILON,
        }
    }
}

impl NormConstants {
    pub(crate) fn with_momentum(self, layer: &str, momentum: f64) -> Result<Self, NnError> {
        if (0.0..=1.0).contains(&momentum) {
            return Ok(Self { momentum, ..self });
        }
        Err(NnError::Config {
            at: format!("momentum of a {layer}"),
            problem: format!("{momentum:?} is no share of the newest batch; use 0 to 1"),
        })
    }

    pub(crate) fn with_epsilon(self, layer: &str, epsilon: f64) -> Result<Self, NnError> {
        // Numbers are computed in `f32` too, where less is 0 and more is infinite.
        if (f64::from(f32::MIN_POSITIVE)..=f64::from(f32::MAX)).contains(&epsilon) {
            return Ok(Self { epsilon, ..self });
        }
        Err(NnError::Config {
            at: format!("epsilon of a {layer}"),
            problem: format!(
                "{epsilon:?} is out of range; use a positive number from {:e} to {:e}",
                f32::MIN_POSITIVE,
                f32::MAX
            ),
        })
    }
}

impl fmt::Display for NormConstants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = Self::default();
        if self.momentum != default.momentum {
            write!(f, ", momentum {}", self.momentum)?;
        }
        if self.epsilon != default.epsilon {
            write!(f, ", epsilon {}", self.epsilon)?;
        }
        Ok(())
    }
}
