//! The description of a network, as it stands in a config file.

use serde::{Deserialize, Serialize};

use schur_math::Group;

use crate::NnError;

/// Widest layer that a config may ask for: beyond it memory runs out before anything is learnt.
const MAX_FIELDS: usize = 4096;
/// Largest kernel, in pixels.
const MAX_KERNEL: usize = 15;
/// Largest stride and pooling window, in pixels.
const MAX_STEP: usize = 64;
/// Most blocks.
const MAX_BLOCKS: usize = 64;
/// Most classes: labels of images are bytes.
const MAX_CLASSES: usize = 256;

/// A p4/p4m-style group-convolutional classifier.
///
/// The default is the seven-layer network of Cohen & Welling (2016) for 28 x 28 digits, with
/// the group `C4` and 3 x 3 convolutions without padding, on which every layer is exact: the
/// one pooling layer sees 24 x 24 pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkConfig {
    /// `C1`, `C2`, `C4`, `D1`, `D2` or `D4`; `C1` is the conventional network.
    pub group: String,
    /// Number of classes.
    pub classes: usize,
    /// Nonlinearity after each batch norm.
    pub activation: Activation,
    /// How the last feature map becomes one vector.
    pub global_pool: GlobalPooling,
    /// Convolution blocks from input to output.
    pub blocks: Vec<BlockConfig>,
}

/// A convolution, its batch norm and nonlinearity, and perhaps a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockConfig {
    /// Number of regular fields; each has as many channels as the group has elements.
    pub fields: usize,
    /// Kernel size in pixels.
    pub kernel: usize,
    /// Steps of the kernel in pixels.
    #[serde(default = "one")]
    pub stride: usize,
    /// Zeros added on every side, in pixels.
    #[serde(default)]
    pub padding: usize,
    /// Window and step of the pooling after the block; 0 or 1 for none.
    #[serde(default)]
    pub pool: usize,
    /// Kind of pooling.
    #[serde(default)]
    pub pool_kind: PoolKind,
}

/// Pointwise nonlinearities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// `max(x, 0)`.
    #[default]
    Relu,
    /// `x` for positive, `eˣ - 1` for negative values.
    Elu,
}

impl Activation {
    /// The name in config files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::Elu => "elu",
        }
    }
}

impl From<Activation> for schur_engine::Activation {
    fn from(activation: Activation) -> Self {
        match activation {
            Activation::Relu => Self::Relu,
            Activation::Elu => Self::Elu,
        }
    }
}

/// Kinds of spatial pooling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PoolKind {
    /// Largest value in the window.
    #[default]
    Max,
    /// Mean over the window.
    Average,
}

/// Pooling over the whole image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GlobalPooling {
    /// Largest value.
    #[default]
    Max,
    /// Mean.
    Average,
}

fn one() -> usize {
    1
}

impl BlockConfig {
    /// A block with stride 1, no padding and no pool.
    pub fn new(fields: usize, kernel: usize) -> Self {
        Self {
            fields,
            kernel,
            stride: 1,
            padding: 0,
            pool: 0,
            pool_kind: PoolKind::Max,
        }
    }

    /// With a pool of this window and step behind it.
    #[must_use]
    pub fn with_pool(mut self, window: usize) -> Self {
        self.pool = window;
        self
    }
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            group: "C4".to_string(),
            classes: 10,
            activation: Activation::Relu,
            global_pool: GlobalPooling::Max,
            blocks: vec![
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 3).with_pool(2),
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 4),
            ],
        }
    }
}

impl NetworkConfig {
    /// Number of learnable scalars, by formula: a convolution between regular fields has
    /// `k² |G|` per pair of fields (structured weight sharing: `|G|` times fewer than the
    /// dense kernel), the lifting convolution `k²`, a batch norm two per field, the head one
    /// per pair and one per class.
    ///
    /// # Errors
    ///
    /// As [`validate`](Self::validate).
    pub fn parameters(&self) -> Result<usize, NnError> {
        self.validate()?;
        let order = Group::parse(&self.group)?.order();
        let mut total = 0;
        let mut previous = (1, 1);
        for block in &self.blocks {
            let (fields, components) = previous;
            total += fields * components * block.kernel.pow(2) * block.fields + 2 * block.fields;
            previous = (block.fields, order);
        }
        Ok(total + (previous.0 + 1) * self.classes)
    }

    /// The same network with all widths scaled by one factor, the largest that keeps the
    /// number of parameters within the budget, and then single fields added from the first
    /// block on while they fit: so that groups compare fairly.
    ///
    /// # Errors
    ///
    /// If even one field per block is more than the budget.
    pub fn with_parameter_budget(&self, budget: usize) -> Result<Self, NnError> {
        self.validate()?;
        let scaled = |factor: f64| {
            let mut config = self.clone();
            for block in &mut config.blocks {
                let fields = (block.fields as f64 * factor).round();
                block.fields = (fields as usize).clamp(1, MAX_FIELDS);
            }
            config
        };
        let smallest = scaled(0.0).parameters()?;
        if smallest > budget {
            return Err(NnError::Config {
                at: "params".to_string(),
                problem: format!(
                    "{budget} is too few: this network with {} needs at least {smallest}",
                    self.group
                ),
            });
        }
        // Widths are monotone in the factor, so bisection finds the largest that fits; 60
        // halvings exhaust an f64.
        let (mut low, mut high) = (0.0, MAX_FIELDS as f64);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if scaled(middle).parameters()? <= budget {
                low = middle;
            } else {
                high = middle;
            }
        }
        let mut config = scaled(low);
        let mut grown = true;
        while std::mem::take(&mut grown) {
            for i in 0..config.blocks.len() {
                let mut wider = config.clone();
                wider.blocks[i].fields += 1;
                if wider.blocks[i].fields <= MAX_FIELDS && wider.parameters()? <= budget {
                    config = wider;
                    grown = true;
                }
            }
        }
        Ok(config)
    }

    /// Checks every entry.
    ///
    /// # Errors
    ///
    /// The first entry that makes no sense, with its place and its permitted range.
    pub fn validate(&self) -> Result<(), NnError> {
        if !["C1", "C2", "C4", "D1", "D2", "D4"]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&self.group))
        {
            return Err(NnError::Config {
                at: "network.group".to_string(),
                problem: format!(
                    "`{}` is unknown; choose C1, C2, C4, D1, D2 or D4, the groups that map the \
                     pixel grid to itself",
                    self.group
                ),
            });
        }
        in_range("network.classes", self.classes, 1, MAX_CLASSES)?;
        in_range("number of network.blocks", self.blocks.len(), 1, MAX_BLOCKS)?;
        for (i, block) in self.blocks.iter().enumerate() {
            let at = |entry: &str| format!("network.blocks[{i}].{entry}");
            in_range(&at("fields"), block.fields, 1, MAX_FIELDS)?;
            in_range(&at("kernel"), block.kernel, 1, MAX_KERNEL)?;
            in_range(&at("stride"), block.stride, 1, MAX_STEP)?;
            // More padding than that only adds rows that see nothing but zeros.
            in_range(&at("padding"), block.padding, 0, block.kernel - 1)?;
            in_range(&at("pool"), block.pool, 0, MAX_STEP)?;
        }
        Ok(())
    }
}

fn in_range(at: &str, value: usize, low: usize, high: usize) -> Result<(), NnError> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(NnError::Config {
        at: at.to_string(),
        problem: format!("{value} is out of range; use {low} to {high}"),
    })
}
