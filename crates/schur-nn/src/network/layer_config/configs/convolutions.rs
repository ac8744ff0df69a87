//! Convolutions and attention.

use schur_math::{KernelBand, MathError};

use super::{config, fields_of, is_default, is_one, one};
use crate::field_type::Fields;
use crate::kinds::Kernels;
use crate::layers::fibre::linear::EquivariantLinearConfig;
use crate::layers::grid::attention;
use crate::layers::grid::conv::{EquivariantConvConfig, Initialisation, KernelKind, PaddingMode};
use crate::layers::grid::implicit_conv::ImplicitConvConfig;
use crate::layers::initial_weights::InitialWeights;
use crate::layers::points::conv::{Aggregation, PointConvConfig};
use crate::network::ranges::{MAX_KERNEL, MAX_NEIGHBOURS, MAX_STEP, check_kernels, in_range};
use crate::network::{Outline, Site};
use crate::{FieldType, GridSizes, NnError};

/// Highest order of differential operators unless a description has another.
const DIFFERENTIAL_ORDER: usize = 2;
/// Size of a kernel in standard deviations of its Gaussian: three to each side.
const GAUSSIAN_WIDTHS: f64 = 6.0;

fn gain() -> f64 {
    InitialWeights::default().gain
}

/// A band, if the size allows it.
type Band = Result<KernelBand, MathError>;

config! {
    /// [`EquivariantConv`](crate::EquivariantConv) with a square kernel.
    Conv = "conv" {
        /// What comes out.
        fields: Fields,
        /// Kernel size in pixels.
        kernel: usize,
        /// Steps of the kernel in pixels.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        stride: usize,
        /// Rows and columns added on every side.
        #[serde(default, skip_serializing_if = "is_default")]
        padding: usize,
        /// What they hold.
        #[serde(default, skip_serializing_if = "is_default")]
        padding_mode: PaddingMode,
        /// Distance of neighbouring taps in pixels.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        dilation: usize,
        /// Into how many groups the blocks of input and output are cut.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        groups: usize,
        /// The kernels to combine. Those of a network of the distance are
        /// [`ImplicitConv`]'s.
        #[serde(default, skip_serializing_if = "is_default")]
        kernels: Kernels,
        /// Steerable kernels have frequencies up to so many times the radius of a ring.
        #[serde(default)]
        cutoff: Option<f64>,
        /// Highest order of differential operators, by default 2; at most `kernel - 1`.
        #[serde(default)]
        order: Option<usize>,
        /// Whether a constant is learned per invariant direction of a field.
        #[serde(default, skip_serializing_if = "is_default")]
        bias: bool,
        /// Standard deviation of the output on white noise at initialisation, by default √2, as
        /// before a ReLU.
        #[serde(default = "gain")]
        gain: f64,
        /// How the weights begin.
        #[serde(default, skip_serializing_if = "is_default")]
        initialisation: Initialisation,
    }
    (this, input, site) => {
        let seed = site.next_seed();
        this.layer(input, seed, site)?.init(site.device())?
    },
    outline => {
        let layer = this.layer(input, 0, site)?;
        Outline { parameters: layer.parameters(&mut site.spaces)?, output: layer.output }
    }
}

impl Conv {
    /// Stride 1, no padding, the default kernels, no bias.
    pub fn new(fields: impl Into<Fields>, kernel: usize) -> Self {
        Self {
            fields: fields.into(),
            kernel,
            stride: 1,
            padding: 0,
            padding_mode: PaddingMode::Zeros,
            dilation: 1,
            groups: 1,
            kernels: Kernels::Auto,
            cutoff: None,
            order: None,
            bias: false,
            gain: gain(),
            initialisation: Initialisation::He,
        }
    }

    fn kind(&self, input: &FieldType) -> Result<KernelKind, NnError> {
        let (k, size) = (self.kernel, GridSizes::All(self.kernel).of(input, 1));
        let in_space = input.group().spatial().is_some();
        let band = |plane: fn(usize) -> Band, space: fn(usize) -> Band| match in_space {
            true => space(k),
            false => plane(k),
        };
        let order = || {
            let order = self.order.unwrap_or(DIFFERENTIAL_ORDER);
            order.min(self.kernel - 1)
        };
        Ok(match self.kernels {
            // Of one pixel there is nothing to make implicit.
            Kernels::Implicit if self.kernel > 1 => {
                return Err(NnError::Config {
                    at: "kernels".to_string(),
                    problem: "use `layer = \"implicit_conv\"` for kernels of more than one pixel"
                        .to_string(),
                });
            }
            Kernels::Auto | Kernels::Implicit => KernelKind::default_for(input.group(), size)?,
            Kernels::Lattice => KernelKind::Lattice,
            Kernels::Steerable => {
                let band = band(KernelBand::for_size, KernelBand::in_space)?;
                KernelKind::Steerable(match self.cutoff {
                    // As a cast saturates, what is too large is refused.
                    Some(cutoff) => band.with_max_frequency(|r| (cutoff * r) as usize)?,
                    None => band,
                })
            }
            Kernels::Bessel => {
                KernelKind::Steerable(band(KernelBand::bessel, KernelBand::bessel_in_space)?)
            }
            Kernels::Zernike => {
                KernelKind::Steerable(band(KernelBand::zernike, KernelBand::zernike_in_space)?)
            }
            Kernels::Orbit => KernelKind::Orbit {
                band: band(KernelBand::for_size, KernelBand::in_space)?,
                point: None,
            },
            Kernels::Differences => KernelKind::Differences { order: order() },
            Kernels::Gaussian => KernelKind::GaussianDerivatives {
                order: order(),
                sigma: self.kernel as f64 / GAUSSIAN_WIDTHS,
            },
        })
    }

    fn layer(
        &self,
        input: &FieldType,
        seed: u64,
        site: &mut Site,
    ) -> Result<EquivariantConvConfig, NnError> {
        let output = fields_of(&self.fields, input, site)?;
        check(self.kernel, self.stride, self.dilation)?;
        check_kernels("", self.kernels, self.cutoff, self.order)?;
        Ok(EquivariantConvConfig::new(input, &output, self.kernel)
            .with_stride(self.stride)
            .with_padding(self.padding)
            .with_padding_mode(self.padding_mode)
            .with_dilation(self.dilation)
            .with_groups(self.groups)
            .with_kernels(self.kind(input)?)
            .with_initialisation(self.initialisation)
            .with_bias(self.bias)
            .with_gain(self.gain)
            .with_seed(seed)
            .with_shape_alone(site.shapes_alone()))
    }
}

fn check(kernel: usize, stride: usize, dilation: usize) -> Result<(), NnError> {
    in_range("kernel", kernel, 1, MAX_KERNEL)?;
    in_range("stride", stride, 1, MAX_STEP)?;
    in_range("dilation", dilation, 1, MAX_STEP)
}

config! {
    /// [`EquivariantConvTransposed`](crate::EquivariantConvTransposed), which makes images
    /// larger.
    ConvTransposed = "conv_transposed" {
        /// Kernel, stride, padding and the fields that come out.
        conv: Conv,
        /// Rows and columns added at the end.
        #[serde(default, skip_serializing_if = "is_default")]
        output_padding: usize,
    }
    (this, input, site) => {
        let seed = site.next_seed();
        let conv = this.conv.layer(input, seed, site)?;
        conv.init_transposed(this.output_padding, site.device())?
    }
}

config! {
    /// [`ImplicitConv`](crate::ImplicitConv): radial functions are small networks.
    ImplicitConv = "implicit_conv" {
        /// What comes out.
        fields: Fields,
        /// Kernel size in pixels.
        kernel: usize,
        /// Steps of the kernel in pixels.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        stride: usize,
        /// Rows and columns added on every side.
        #[serde(default, skip_serializing_if = "is_default")]
        padding: usize,
        /// What they hold.
        #[serde(default, skip_serializing_if = "is_default")]
        padding_mode: PaddingMode,
        /// Distance of neighbouring taps in pixels.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        dilation: usize,
        /// The highest angular frequency, by default half the kernel, at least 2.
        #[serde(default)]
        max_frequency: Option<usize>,
        /// Widths of the hidden layers of the small network, by default one of 16.
        #[serde(default)]
        hidden: Option<Vec<usize>>,
        /// Whether a constant is learned per invariant direction of a field.
        #[serde(default, skip_serializing_if = "is_default")]
        bias: bool,
        /// Standard deviation of the output on white noise at initialisation, by default √2.
        #[serde(default = "gain")]
        gain: f64,
    }
    (this, input, site) => {
        let seed = site.next_seed();
        this.layer(input, seed, site)?.init(site.device())?
    },
    outline => {
        let layer = this.layer(input, 0, site)?;
        Outline { parameters: layer.parameters(&mut site.spaces)?, output: layer.output }
    }
}

/// What the two have in common.
impl From<Conv> for ImplicitConv {
    fn from(conv: Conv) -> Self {
        Self {
            fields: conv.fields,
            kernel: conv.kernel,
            stride: conv.stride,
            padding: conv.padding,
            padding_mode: conv.padding_mode,
            dilation: conv.dilation,
            max_frequency: None,
            hidden: None,
            bias: conv.bias,
            gain: conv.gain,
        }
    }
}

impl ImplicitConv {
    fn layer(
        &self,
        input: &FieldType,
        seed: u64,
        site: &mut Site,
    ) -> Result<ImplicitConvConfig, NnError> {
        let output = fields_of(&self.fields, input, site)?;
        check(self.kernel, self.stride, self.dilation)?;
        let mut config = ImplicitConvConfig::new(input, &output, self.kernel)
            .with_stride(self.stride)
            .with_padding(self.padding)
            .with_padding_mode(self.padding_mode)
            .with_dilation(self.dilation)
            .with_bias(self.bias)
            .with_gain(self.gain)
            .with_seed(seed);
        if let Some(frequency) = self.max_frequency {
            config = config.with_max_frequency(frequency);
        }
        Ok(match &self.hidden {
            Some(widths) => config.with_hidden(widths),
            None => config,
        })
    }
}

config! {
    /// [`EquivariantLinear`](crate::EquivariantLinear) at every place of any domain.
    Linear = "linear" {
        /// What comes out.
        fields: Fields,
        /// Whether a constant is learned per invariant direction of a field.
        #[serde(default, skip_serializing_if = "is_default")]
        bias: bool,
        /// Standard deviation of the output on white noise at initialisation, by default √2.
        #[serde(default = "gain")]
        gain: f64,
    }
    (this, input, site) => {
        let config = EquivariantLinearConfig::new(input, &fields_of(&this.fields, input, site)?)?
            .with_bias(this.bias)
            .with_gain(this.gain)
            .with_seed(site.next_seed());
        config.init(site.device())?
    }
}

/// Rings of the kernels of a [`PointConv`] unless a description has others.
fn rings() -> usize {
    3
}

config! {
    /// [`PointConv`](crate::PointConv), for fields on points of the plane, of space and of surfaces: in
    /// programs, since no image lies on points.
    PointConv = "point_conv" {
        /// What comes out.
        fields: Fields,
        /// How far a kernel reaches: the radius of the graphs.
        radius: f64,
        /// How many points a point sees in a typical graph, itself included; with it the
        /// variance of the weights begins.
        neighbours: usize,
        /// Rings of the kernels from 0 to the radius, by default 3.
        #[serde(default = "rings")]
        rings: usize,
        /// The highest frequency of every ring but the centre, in space the highest degree; by
        /// default three times its radius.
        #[serde(default, skip_serializing_if = "is_default")]
        max_frequency: Option<usize>,
        /// Mean or sum over the points that a point sees.
        #[serde(default, skip_serializing_if = "is_default")]
        aggregation: Aggregation,
        /// Into how many groups the blocks of input and output are cut.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        groups: usize,
        /// Whether a constant is learned per invariant direction of a field.
        #[serde(default, skip_serializing_if = "is_default")]
        bias: bool,
        /// Standard deviation of the output on white noise at initialisation, by default √2.
        #[serde(default = "gain")]
        gain: f64,
    }
    (this, input, site) => {
        in_range("neighbours", this.neighbours, 1, MAX_NEIGHBOURS)?;
        in_range("rings", this.rings, 1, MAX_KERNEL)?;
        let band = KernelBand::for_points(this.radius, this.rings)?;
        let band = match this.max_frequency {
            Some(highest) => band.with_max_frequency(|_| highest)?,
            None => band,
        };
        let config = PointConvConfig::new(input, &fields_of(&this.fields, input, site)?, &band)
            .with_aggregation(this.aggregation)
            .with_groups(this.groups)
            .with_bias(this.bias)
            .with_gain(this.gain)
            .with_seed(site.next_seed());
        config.init_spread(this.neighbours, this.radius, site.device())?
    }
}

config! {
    /// [`SelfAttention`](crate::SelfAttention) between pixels.
    Attention = "attention" {
        /// Queries, keys and values of one head.
        head: Fields,
        /// Number of heads.
        heads: usize,
        /// How far a pixel sees, by default all of the image.
        #[serde(default)]
        radius: Option<f64>,
        /// Number of distances with a learned bias each, by default 9.
        #[serde(default)]
        distances: Option<usize>,
        /// Pixels between these, by default 1.
        #[serde(default)]
        spacing: Option<f64>,
    }
    (this, input, site) => this.layer(input, site)?
}

impl Attention {
    fn layer(&self, input: &FieldType, site: &mut Site) -> Result<crate::SelfAttention, NnError> {
        let head = fields_of(&self.head, input, site)?;
        let mut config = attention::SelfAttentionConfig::new(input, &head, self.heads)
            .with_seed(site.next_seed());
        if let Some(radius) = self.radius {
            config = config.with_radius(radius);
        }
        if let Some(distances) = self.distances {
            config = config.with_distances(distances);
        }
        if let Some(spacing) = self.spacing {
            config = config.with_spacing(spacing);
        }
        config.init(site.device())
    }
}
