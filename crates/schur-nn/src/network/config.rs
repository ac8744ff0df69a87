//! The description of a network, as it stands in a config file.

use schur_math::PlanarGroup;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::layer_config::AnyLayerConfig;
use super::ranges::{
    MAX_FIELDS, MAX_KERNEL, MAX_STEP, check_kernels, in_range, is_default, is_one, numbered, one,
};
use crate::NnError;
use crate::field_type::Fields;
use crate::group::GridGroup;
use crate::kinds::{BlockPooling, DomainKind, Kernels, NonlinearityKind, Output, PoolKind};

/// Most blocks.
const MAX_BLOCKS: usize = 64;
/// Most layers in a row.
const MAX_LAYERS: usize = 1024;
/// Most classes: labels of images are bytes.
const MAX_CLASSES: usize = 256;
/// Most hidden layers of the head.
const MAX_HIDDEN: usize = 8;

/// A network for images or volumes of one or more channels: blocks of convolutions between fields of
/// any group of the plane or of space, then a head that gives classes, a direction, a mask, or numbers
/// and vectors.
///
/// The default is the seven-layer network of Cohen & Welling (2016) for 28 x 28 digits, with
/// the group `C4` and 3 x 3 convolutions without padding, on which every layer is exact: the
/// one pooling layer sees 24 x 24 pixels. [`model`](super::model) has others.
///
/// Blocks are short for the networks that are usual. A network of any layers in a row is described
/// by [`layers`](Self::layers), each with the entries of its kind in [`configs`](super::configs):
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{Layer, NetworkConfig};
///
/// let config: NetworkConfig = toml::from_str(r#"
///     group = "SO(2)"
///     classes = 2
///
///     [[layers]]
///     layer = "conv"
///     fields = "8 trivial + 4 E1 + 4 E2 + 8 trivial"
///     kernel = 7
///
///     [[layers]]
///     layer = "norm"
///
///     [[layers]]
///     layer = "gated" # The last eight scalars are the gates of the vectors.
///     fields = "8 trivial + 4 E1 + 4 E2"
///     scalar_function = "elu"
///
///     [[layers]]
///     layer = "tensor_product"
///     fields = "16 trivial"
///
///     [[layers]]
///     layer = "global_pool"
///     kind = "average"
///
///     [[layers]]
///     layer = "conv"
///     fields = "2 trivial"
///     kernel = 1
///     bias = true
///     gain = 1.0
/// "#)?;
/// let network = config.init(0, &Device::flex())?;
/// assert_eq!(network.parameters(), config.parameters()?);
/// assert_eq!(network.output_size(28, 28)?, (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, remote = "Self")]
pub struct NetworkConfig {
    /// A group of the plane such as `C8`, `D4`, `SO2` or `O2`, for images, or of space such as `Oh`,
    /// `SO(3)` or `D4 in space`, for volumes ([`GridGroup`] has all names); `C1` and `C1 in space`
    /// are the conventional networks.
    pub group: GridGroup,
    /// Channels of an image or volume, each a scalar field: 1 for grey, 3 for colour.
    #[serde(skip_serializing_if = "is_one")]
    pub channels: usize,
    /// Number of classes; directions and values have none, and nobody asks.
    pub classes: usize,
    /// How many numbers `output = "values"` gives.
    #[serde(skip_serializing_if = "is_one")]
    pub scalars: usize,
    /// How many vectors `output = "values"` gives, behind the numbers.
    #[serde(skip_serializing_if = "is_default")]
    pub vectors: usize,
    /// Nonlinearity after each batch norm.
    pub activation: NonlinearityKind,
    /// How the last feature map becomes one vector.
    pub global_pool: PoolKind,
    /// What the network gives.
    #[serde(skip_serializing_if = "is_default")]
    pub output: Output,
    /// Where images live: `image`, or `moebius`, `cylinder` and `moebius_untransported`, strips
    /// around which the columns go.
    #[serde(skip_serializing_if = "is_default")]
    pub domain: DomainKind,
    /// The kernels of the convolutions.
    #[serde(skip_serializing_if = "is_default")]
    pub kernels: Kernels,
    /// Steerable kernels have frequencies up to so many times the radius of a ring, instead of
    /// the default ones (wide residual networks of escnn have 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<f64>,
    /// Highest order of differential operators, by default 2; in kernels of `k` pixels at most
    /// `k - 1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<usize>,
    /// Whether the image is first masked by a soft disc, so that no corner is seen that a
    /// rotation would move out of the image.
    #[serde(skip_serializing_if = "is_default")]
    pub mask: bool,
    /// Widths of dense layers between the pooled features and the classes, each with batch norm
    /// and nonlinearity.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<usize>,
    /// While training, the probability with which an input of these layers, and of the one that
    /// gives the classes, is set to 0.
    #[serde(skip_serializing_if = "is_default")]
    pub dropout: f64,
    /// While training, the probability with which a number between the two convolutions of a
    /// residual block is set to 0 (Zagoruyko & Komodakis 2016), or a whole field where the group
    /// does more than permute the channels.
    #[serde(skip_serializing_if = "is_default")]
    pub block_dropout: f64,
    /// Convolution blocks from input to output.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<BlockConfig>,
    /// The layers from input to output, instead of all that is said of blocks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<AnyLayerConfig>,
}

impl<'de> Deserialize<'de> for NetworkConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut config = Self::deserialize(deserializer)?;
        // Layers take the place of the default blocks.
        if !config.layers.is_empty() && config.blocks == Self::default().blocks {
            config.blocks.clear();
        }
        Ok(config)
    }
}

impl Serialize for NetworkConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// A convolution, its batch norm and nonlinearity, and perhaps a pool.
///
/// Order of what happens: `upsample`, `join`, convolution (or two with a shortcut if `residual`),
/// norm and nonlinearity, `keep`, pool, `restrict`.
///
/// ```
/// use schur_nn::network::BlockConfig;
///
/// let block: BlockConfig = serde_json::from_str(r#"{"fields": "8 regular", "kernel": 5, "pool": 2}"#)?;
/// assert_eq!(block, BlockConfig::new(8, 5).with_pool(2));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockConfig {
    /// A number of regular fields (each has as many channels as the group has elements), or a
    /// text such as `8 regular + 4 trivial`.
    pub fields: Fields,
    /// Kernel size in pixels.
    pub kernel: usize,
    /// Steps of the kernel in pixels.
    #[serde(default = "one")]
    pub stride: usize,
    /// Zeros added on every side, in pixels.
    #[serde(default)]
    pub padding: usize,
    /// Window of the pooling after the block, and its step if `pool_stride` does not say another;
    /// 0 or 1 for none. For `blur` the step, 0 for none.
    #[serde(default)]
    pub pool: usize,
    /// Kind of pooling.
    #[serde(default)]
    pub pool_kind: BlockPooling,
    /// Step of a `max` or `average` pool, by default its window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_stride: Option<usize>,
    /// Pixels around the image for the pool, less than its window: a maximum passes over them,
    /// means count them as zeros. By default none; for `blur` those that keep the size at step 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_padding: Option<usize>,
    /// Whether a `max` or `average` pool has one more window where the windows do not end with
    /// the image, which reaches beyond it (`ceil_mode` of PyTorch).
    #[serde(default, skip_serializing_if = "is_default")]
    pub pool_ceil: bool,
    /// Two convolutions whose result is added to the input (wide residual network, Zagoruyko &
    /// Komodakis 2016: norm and nonlinearity before each convolution).
    #[serde(default, skip_serializing_if = "is_default")]
    pub residual: bool,
    /// Factor by which the image grows before the convolution, 0 or 1 for none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub upsample: usize,
    /// Keep the features before the pool for a later block with `join`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keep: bool,
    /// Add the features that were kept last (and not yet joined) to the input of the convolution
    /// as further fields: the bridges of a U-Net.
    #[serde(default, skip_serializing_if = "is_default")]
    pub join: bool,
    /// From here on only this subgroup. In a network for volumes `C4` is that of space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrict: Option<GridGroup>,
}

impl BlockConfig {
    /// A block with stride 1, no padding and no pool.
    pub fn new(fields: impl Into<Fields>, kernel: usize) -> Self {
        Self {
            fields: fields.into(),
            kernel,
            stride: 1,
            padding: 0,
            pool: 0,
            pool_kind: BlockPooling::Max,
            pool_stride: None,
            pool_padding: None,
            pool_ceil: false,
            residual: false,
            upsample: 0,
            keep: false,
            join: false,
            restrict: None,
        }
    }

    /// This block with a pool of the given window and step behind it.
    #[must_use]
    pub fn with_pool(mut self, window: usize) -> Self {
        self.pool = window;
        self
    }

    /// This block with zeros around the image.
    #[must_use]
    pub fn with_padding(mut self, padding: usize) -> Self {
        self.padding = padding;
        self
    }

    /// Whether a pool follows.
    pub(super) fn pools(&self) -> bool {
        self.pool > usize::from(self.pool_kind != BlockPooling::Blur)
    }

    fn validate(&self, at: &dyn Fn(&str) -> String) -> Result<(), NnError> {
        for (count, _) in self.fields.parts() {
            in_range(&at("fields"), count, 1, MAX_FIELDS)?;
        }
        in_range(&at("kernel"), self.kernel, 1, MAX_KERNEL)?;
        in_range(&at("stride"), self.stride, 1, MAX_STEP)?;
        // More padding than that only adds rows that see nothing but zeros.
        in_range(&at("padding"), self.padding, 0, self.kernel - 1)?;
        in_range(&at("pool"), self.pool, 0, MAX_STEP)?;
        in_range(
            &at("pool_stride"),
            self.pool_stride.unwrap_or(1),
            1,
            MAX_STEP,
        )?;
        in_range(
            &at("pool_padding"),
            self.pool_padding.unwrap_or(0),
            0,
            MAX_STEP,
        )?;
        in_range(&at("upsample"), self.upsample, 0, MAX_STEP)?;
        let contradiction = |entry: &str, problem: &str| {
            Err(NnError::Config {
                at: at(entry),
                problem: problem.to_string(),
            })
        };
        let is_blur = self.pool_kind == BlockPooling::Blur;
        for (entry, is_used) in [
            ("pool_stride", self.pool_stride.is_some()),
            ("pool_ceil", self.pool_ceil),
            ("pool_padding", self.pool_padding.is_some() && !is_blur),
        ] {
            if is_used && is_blur {
                let problem = "`pool_kind = \"blur\"` has a step only, `pool`; remove this entry";
                return contradiction(entry, problem);
            }
            if is_used && !self.pools() {
                return contradiction(entry, "there is no pool; set `pool` to its window");
            }
        }
        if let (Some(padding), false) = (self.pool_padding, is_blur) {
            // A window may not lie in the padding altogether.
            in_range(&at("pool_padding"), padding, 0, self.pool - 1)?;
        }
        if self.residual && 2 * self.padding + 1 != self.kernel {
            let problem = "a residual block needs an odd kernel and padding (kernel - 1) / 2, so \
                           that input and result have one size";
            return contradiction("residual", problem);
        }
        if self.residual && (self.join || self.upsample > 1) {
            let problem = "a residual block can't also upsample or join; use two blocks";
            return contradiction("residual", problem);
        }
        Ok(())
    }
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            group: PlanarGroup::cyclic(4).expect("it exists").into(),
            channels: 1,
            classes: 10,
            scalars: 1,
            vectors: 0,
            activation: NonlinearityKind::Relu,
            global_pool: PoolKind::Max,
            output: Output::Classes,
            domain: DomainKind::Image,
            kernels: Kernels::Auto,
            cutoff: None,
            order: None,
            mask: false,
            hidden: Vec::new(),
            dropout: 0.0,
            block_dropout: 0.0,
            blocks: vec![
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 3).with_pool(2),
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 3),
                BlockConfig::new(10, 4),
            ],
            layers: Vec::new(),
        }
    }
}

impl NetworkConfig {
    /// A network for grey images or volumes of these layers.
    pub fn of_layers(group: GridGroup, layers: Vec<AnyLayerConfig>) -> Self {
        Self {
            group,
            blocks: Vec::new(),
            layers,
            ..Self::default()
        }
    }

    pub(super) fn check_ranges(&self) -> Result<(), NnError> {
        in_range("network.channels", self.channels, 1, MAX_FIELDS)?;
        match self.output {
            Output::Classes | Output::Mask => {
                in_range("network.classes", self.classes, 1, MAX_CLASSES)?;
            }
            Output::Values => {
                in_range("network.scalars", self.scalars, 0, MAX_CLASSES)?;
                let least = usize::from(self.scalars == 0);
                in_range("network.vectors", self.vectors, least, MAX_CLASSES)?;
            }
            Output::Direction => {}
        }
        if !self.layers.is_empty() {
            return self.check_layers();
        }
        in_range("number of network.blocks", self.blocks.len(), 1, MAX_BLOCKS)?;
        in_range("number of network.hidden", self.hidden.len(), 0, MAX_HIDDEN)?;
        for (i, &width) in self.hidden.iter().enumerate() {
            in_range(&numbered("network.hidden", i), width, 1, MAX_FIELDS)?;
        }
        check_kernels("network.", self.kernels, self.cutoff, self.order)?;
        self.check_head()?;
        for (i, block) in self.blocks.iter().enumerate() {
            let at = numbered("network.blocks", i);
            block.validate(&|entry| format!("{at}.{entry}"))?;
        }
        Ok(())
    }

    /// Where there are layers, nothing is said of blocks.
    fn check_layers(&self) -> Result<(), NnError> {
        in_range("number of network.layers", self.layers.len(), 1, MAX_LAYERS)?;
        let rest = Self {
            classes: self.classes,
            scalars: self.scalars,
            vectors: self.vectors,
            channels: self.channels,
            output: self.output,
            domain: self.domain,
            ..Self::of_layers(self.group.clone(), self.layers.clone())
        };
        if *self == rest {
            return Ok(());
        }
        Err(NnError::Config {
            at: "network.layers".to_string(),
            problem: "they are the whole network; of the other entries only group, channels, \
                      classes, scalars, vectors, output and domain stand beside them, remove the others"
                .to_string(),
        })
    }

    /// Dense layers, and dropout between them.
    fn check_head(&self) -> Result<(), NnError> {
        let refused = |entry: &str, problem: String| {
            Err(NnError::Config {
                at: format!("network.{entry}"),
                problem,
            })
        };
        for (entry, probability) in [
            ("dropout", self.dropout),
            ("block_dropout", self.block_dropout),
        ] {
            if !(0.0..1.0).contains(&probability) {
                let problem = format!("{probability} is no probability below 1; use 0 to 0.99");
                return refused(entry, problem);
            }
        }
        if self.block_dropout > 0.0 && !self.blocks.iter().any(|block| block.residual) {
            let problem = "it acts inside residual blocks, of which there is none; remove it";
            return refused("block_dropout", problem.to_string());
        }
        let entries = [
            ("hidden", !self.hidden.is_empty()),
            ("dropout", self.dropout > 0.0),
        ];
        for (entry, is_used) in entries {
            if is_used && self.output != Output::Classes {
                let problem = "dense layers stand before classes only; remove it, use blocks, or choose a model without \
                               them, such as p4 or wide-resnet";
                return refused(entry, problem.to_string());
            }
        }
        Ok(())
    }
}
