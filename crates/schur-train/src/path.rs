//! Which path of the engine computes the convolutions.

use schur_engine::Path;
use schur_nn::Network;
use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result, fail};

/// Which path of the engine computes the convolutions of a network: the engine's own choice, or
/// one path for every convolution that has it.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::NetworkConfig;
/// use schur_train::PathChoice;
///
/// let config = NetworkConfig::default().with_parameter_budget(2_000)?;
/// let network = PathChoice::Dense.apply(config.init(0, &Device::flex())?)?;
/// assert_eq!(PathChoice::Dense.describe(&network).unwrap(), "dense for 8 of 8 convolutions");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum PathChoice {
    /// What costs least.
    #[default]
    Auto,
    /// Expanded kernels.
    Dense,
    /// Products per irrep of the symmetries that permute pixels.
    Lattice,
    /// A few filters, then products per irrep of the whole group.
    Band,
}

impl PathChoice {
    fn of_engine(self) -> Option<Path> {
        match self {
            Self::Auto => None,
            Self::Dense => Some(Path::Dense),
            Self::Lattice => Some(Path::Lattice),
            Self::Band => Some(Path::BandLimited),
        }
    }

    /// The network on this path.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if no convolution of the network has it.
    pub fn apply(self, network: Network) -> Result<Network> {
        let Some(path) = self.of_engine() else {
            return Ok(network);
        };
        let forced = network.with_path(path);
        if on(&forced, path) == 0 {
            return fail(
                ErrorKind::Config,
                format!(
                    "train.path: no convolution of the network can be computed by the {} path; use \
                 another (--path), or another group or kernels",
                    path.name()
                ),
            );
        }
        Ok(forced)
    }

    /// How many convolutions of the network are on it, in words; `None` for the engine's own choice.
    pub fn describe(self, network: &Network) -> Option<String> {
        let path = self.of_engine()?;
        Some(format!(
            "{} for {} of {} convolutions",
            path.name(),
            on(network, path),
            network.plans().len()
        ))
    }
}

fn on(network: &Network, path: Path) -> usize {
    let plans = network.plans();
    plans.iter().filter(|plan| plan.path() == path).count()
}
