//! Norms of statistics and dropout.

use schur_engine::Activation;
use serde::{Deserialize, Serialize};

use super::{config, is_default};
use crate::layers::fibre::dropout::FieldDropout;
use crate::layers::fibre::norm::FieldNorm;
use crate::layers::fibre::normalization::sample;

config! {
    /// [`FieldDropout`](crate::FieldDropout).
    #[derive(Copy)]
    Dropout = "dropout" {
        /// With which a field is set to 0 while training.
        probability: f64,
        /// Whether single numbers are dropped, of fields that the group permutes up to signs.
        #[serde(default, skip_serializing_if = "is_default")]
        pointwise: bool,
    }
    (this, input, site) => {
        let dropout = if this.pointwise { FieldDropout::pointwise } else { FieldDropout::new };
        dropout(input, this.probability, site.dropout_seed(), site.device())?
    }
}

config! {
    /// [`FieldNorm`](crate::FieldNorm): batch norm per field, and perhaps a nonlinearity.
    #[derive(Copy)]
    Norm = "norm" {
        /// The function of every channel behind it: `identity`, `relu` or `elu`.
        #[serde(default = "identity", with = "ActivationText")]
        activation: Activation,
        /// Whether nothing is subtracted.
        #[serde(default, skip_serializing_if = "is_default")]
        without_mean: bool,
        /// Weight of the newest batch in the running statistics.
        #[serde(default)]
        momentum: Option<f64>,
        /// What is added to variances.
        #[serde(default)]
        epsilon: Option<f64>,
    }
    (this, input, site) => {
        let mut norm = match (this.without_mean, this.activation) {
            (true, Activation::Identity) => FieldNorm::without_mean(input, site.device())?,
            (true, _) => return Err(crate::NnError::Config {
                at: "activation".to_string(),
                problem: "a norm without mean has none; use a layer `pointwise`".to_string(),
            }),
            (false, activation) => FieldNorm::new(input, activation, site.device())?,
        };
        if let Some(momentum) = this.momentum {
            norm = norm.with_momentum(momentum)?;
        }
        match this.epsilon {
            Some(epsilon) => norm.with_epsilon(epsilon)?,
            None => norm,
        }
    }
}

/// The engine's functions by name.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Activation", rename_all = "lowercase")]
enum ActivationText {
    Identity,
    Relu,
    Elu,
}

fn identity() -> Activation {
    Activation::Identity
}

impl Norm {
    /// With the usual momentum, and a function of every channel behind it.
    pub fn new(activation: Activation) -> Self {
        Self {
            activation,
            without_mean: false,
            momentum: None,
            epsilon: None,
        }
    }
}

config! {
    /// [`SampleNorm`](crate::SampleNorm): norms over one sample.
    #[derive(Copy)]
    SampleNorm = "sample_norm" {
        /// What has common statistics.
        kind: SampleNormKind,
        /// What is added to variances.
        #[serde(default)]
        epsilon: Option<f64>,
    }
    (this, input, site) => {
        let norm = match this.kind {
            SampleNormKind::Instance => sample::SampleNorm::instance(input, site.device())?,
            SampleNormKind::Groups(n) => sample::SampleNorm::groups(input, n, site.device())?,
            SampleNormKind::Layer => sample::SampleNorm::layer(input, site.device())?,
            SampleNormKind::Location => sample::SampleNorm::location(input, site.device())?,
        };
        match this.epsilon {
            Some(epsilon) => norm.with_epsilon(epsilon)?,
            None => norm,
        }
    }
}

/// What has common statistics in a [`SampleNorm`](crate::SampleNorm).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleNormKind {
    /// The pixels of a field.
    Instance,
    /// The pixels of the fields of a group; every block is cut into so many.
    Groups(usize),
    /// All that is in a sample, block by block.
    Layer,
    /// The fields at a pixel, block by block.
    Location,
}
