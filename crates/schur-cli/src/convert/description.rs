//! The description of a conventional network, and what it is as a [`NetworkConfig`] with `C1`.

use std::path::Path;

use burn::tensor::Device;
use schur_math::PlanarGroup;
use schur_nn::network::{BlockConfig, BlockPooling, NonlinearityKind, PoolKind};
use schur_nn::{Domain, GlobalPool, GridGroup, Layer, NetworkConfig};
use schur_train::images::Config;
use serde::Deserialize;

use crate::error::{CliError, Result, fail};
use crate::plan::{size_words, sizes_of};
use crate::train::quoted;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Conventional {
    #[serde(default = "default_side")]
    image_size: usize,
    /// Channels of an image: 1 for grey, 3 for colour.
    #[serde(default = "one")]
    channels: usize,
    #[serde(default = "default_classes")]
    classes: usize,
    layers: Vec<PlainLayer>,
    /// 2 of images, 3 of volumes: as the group of the twin has it.
    #[serde(skip)]
    dimension: usize,
}

fn default_side() -> usize {
    28
}

fn default_classes() -> usize {
    10
}

fn one() -> usize {
    1
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, tag = "type", rename_all = "kebab-case")]
enum PlainLayer {
    Conv {
        channels: usize,
        kernel: usize,
        #[serde(default = "one")]
        stride: usize,
        #[serde(default)]
        padding: usize,
        #[serde(default)]
        bias: bool,
    },
    BatchNorm,
    Relu,
    Elu,
    MaxPool {
        size: usize,
    },
    AveragePool {
        size: usize,
    },
    GlobalMaxPool,
    GlobalAveragePool,
    Linear {
        units: usize,
    },
}

/// What is to be said of a config of `schur train`, which needs no twin to get another group.
fn of_ours(path: &Path, config: &Config) -> String {
    let budget = match config.network.parameters() {
        Ok(count) => format!(" --params {count}"),
        Err(_) => String::new(),
    };
    format!(
        "it is a config of `schur train`, which takes it with another group as it is: schur train {} --group C8{}; \
         what is converted here are layers of other libraries, of which `schur convert --help` has an example",
        quoted(path),
        budget
    )
}

impl Conventional {
    /// A network for images, or for volumes if a group is one of space.
    pub(super) fn read(path: &Path, group: &GridGroup) -> Result<Self> {
        let dimension = group.dimension();
        let read = Self::read_layers(path)?;
        Ok(Self { dimension, ..read })
    }

    fn read_layers(path: &Path) -> Result<Self> {
        let text = match path.as_os_str() == "-" {
            true => std::io::read_to_string(std::io::stdin()),
            false => std::fs::read_to_string(path),
        };
        let text = text.map_err(|e| CliError::io("reading the network", path, &e))?;
        let wrong = |problem: String| {
            CliError::Message(format!(
                "network {}: {}",
                path.display(),
                problem.trim_end()
            ))
        };
        if path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("json"))
        {
            return serde_json::from_str(&text).map_err(|e| wrong(e.to_string()));
        }
        toml::from_str(&text).map_err(|e| match Config::parse(&text) {
            Ok(config) if text.contains("[network") => wrong(of_ours(path, &config)),
            _ => wrong(e.to_string()),
        })
    }

    pub(super) fn image_size(&self) -> usize {
        self.image_size
    }

    /// [depth, height, width] of what it sees.
    pub(super) fn sizes(&self) -> [usize; 3] {
        let side = self.image_size;
        [if self.dimension == 3 { side } else { 1 }, side, side]
    }

    /// Parameters of the network as it is described: dense layers have a bias, norms a factor and a shift.
    pub(super) fn parameters(&self) -> usize {
        let (mut channels, mut sum) = (self.channels, 0);
        for layer in &self.layers {
            match *layer {
                PlainLayer::Conv {
                    channels: out,
                    kernel,
                    bias,
                    ..
                } => {
                    sum += out * (channels * kernel.pow(self.dimension as u32) + usize::from(bias));
                    channels = out;
                }
                PlainLayer::Linear { units } => {
                    sum += units * (channels + 1);
                    channels = units;
                }
                PlainLayer::BatchNorm => sum += 2 * channels,
                _ => {}
            }
        }
        sum
    }

    /// Refuses a network whose dense layers see several pixels: no rotation acts on the order in
    /// which those are flattened.
    pub(super) fn check_end(&self, plain: &NetworkConfig) -> Result<()> {
        let pools =
            |l: &PlainLayer| matches!(l, PlainLayer::GlobalMaxPool | PlainLayer::GlobalAveragePool);
        let network = plain.init(0, &Device::flex())?;
        let mut domain = Domain::from(self.sizes());
        for layer in network.layers() {
            if layer.downcast_ref::<GlobalPool>().is_some() {
                break;
            }
            domain = layer.output_domain(&domain)?;
        }
        if domain.places() > 1 && !self.layers.iter().any(pools) {
            return fail(format!(
                "the dense layers see {} pixels, on whose order rotations act; put a \
                 \"global-average-pool\" or \"global-max-pool\" before them, or a convolution that \
                 covers all pixels",
                size_words(self.dimension == 3, sizes_of(&domain), " x ")
            ));
        }
        Ok(())
    }

    /// What the twin does otherwise than the original.
    pub(super) fn notes(&self) -> Vec<&'static str> {
        let mut notes = Vec::new();
        let bias = |layer: &PlainLayer| matches!(layer, PlainLayer::Conv { bias: true, .. });
        if self.layers.iter().any(bias) {
            notes.push("biases of convolutions are left out: the batch norm behind has a shift");
        }
        let convs = self
            .layers
            .iter()
            .filter(|l| matches!(l, PlainLayer::Conv { .. }))
            .count();
        let norms = self
            .layers
            .iter()
            .filter(|l| **l == PlainLayer::BatchNorm)
            .count();
        if norms < convs {
            notes.push("every convolution and hidden dense layer of the twin has a batch norm");
        }
        notes
    }

    /// The described network as a config with the trivial group.
    pub(super) fn network(&self) -> Result<NetworkConfig> {
        let mut blocks: Vec<BlockConfig> = Vec::new();
        let mut dense = Vec::new();
        let (mut activation, mut pool) = (None, None);
        for (index, layer) in self.layers.iter().enumerate() {
            let wrong =
                |problem: &str| fail(format!("layers#{} ({layer:?}): {problem}", index + 1));
            let in_body = dense.is_empty() && pool.is_none();
            match *layer {
                PlainLayer::Conv {
                    channels,
                    kernel,
                    stride,
                    padding,
                    ..
                } => {
                    if !in_body {
                        return wrong("a convolution can't follow a global pool or dense layer");
                    }
                    if channels == 0 {
                        return wrong("0 channels are nothing; use at least 1");
                    }
                    blocks.push(BlockConfig {
                        stride,
                        padding,
                        ..BlockConfig::new(channels, kernel)
                    });
                }
                PlainLayer::BatchNorm => {
                    let behind = index.checked_sub(1).map(|before| &self.layers[before]);
                    let learned = matches!(
                        behind,
                        Some(PlainLayer::Conv { .. } | PlainLayer::Linear { .. })
                    );
                    if !learned {
                        return wrong("a batch norm must follow a convolution or dense layer");
                    }
                }
                PlainLayer::Relu | PlainLayer::Elu => {
                    let kind = match layer {
                        PlainLayer::Relu => NonlinearityKind::Relu,
                        _ => NonlinearityKind::Elu,
                    };
                    if activation.is_some_and(|known| known != kind) {
                        return wrong("all nonlinearities must be of one kind");
                    }
                    activation = Some(kind);
                }
                PlainLayer::MaxPool { size } | PlainLayer::AveragePool { size } => {
                    let Some(block) = blocks.last_mut().filter(|b| in_body && b.pool == 0) else {
                        return wrong("a pool must follow a convolution, one per convolution");
                    };
                    if size == 0 {
                        return wrong("a window has no 0 pixels; use at least 1");
                    }
                    block.pool = size;
                    if matches!(layer, PlainLayer::AveragePool { .. }) {
                        block.pool_kind = BlockPooling::Average;
                    }
                }
                PlainLayer::GlobalMaxPool | PlainLayer::GlobalAveragePool => {
                    if !in_body {
                        return wrong("there is one global pool, before the dense layers");
                    }
                    pool = Some(match layer {
                        PlainLayer::GlobalMaxPool => PoolKind::Max,
                        _ => PoolKind::Average,
                    });
                }
                PlainLayer::Linear { units } => dense.push(units),
            }
        }
        match dense.pop() {
            Some(units) if units == self.classes => {}
            Some(units) => {
                return fail(format!(
                    "the last dense layer has {units} units, but there are {} classes; make them \
                     equal",
                    self.classes
                ));
            }
            None => return fail("the last layer must be a dense one (\"linear\") to the classes"),
        }
        let trivial = GridGroup::from(PlanarGroup::cyclic(1)?);
        Ok(NetworkConfig {
            group: match self.dimension {
                3 => trivial.in_space()?,
                _ => trivial,
            },
            channels: self.channels,
            classes: self.classes,
            activation: activation.unwrap_or_default(),
            // Without a pool the last map must have one pixel, where both are the identity.
            global_pool: pool.unwrap_or(PoolKind::Average),
            hidden: dense,
            blocks,
            ..NetworkConfig::default()
        })
    }
}
