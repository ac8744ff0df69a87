//! A network as a list of steps, before weights exist.

use burn::tensor::Device;
use schur_engine::pool::Windows;
use schur_math::{KernelBand, PlanarGroup, PlanarRepresentation};

use super::AnyLayer;
use super::branch::{Branch, Join};
use crate::kinds::{Kernels, PoolKind};
use crate::layers::blur_pool::BlurPool;
use crate::layers::conv::{EquivariantConvConfig, KernelKind};
use crate::layers::dropout::FieldDropout;
use crate::layers::global_pool::GlobalPool;
use crate::layers::group_pool::GroupPool;
use crate::layers::implicit_conv::ImplicitConvConfig;
use crate::layers::mask::Mask;
use crate::layers::nonlinearity::fourier::FourierPointwise;
use crate::layers::nonlinearity::gated::Gated;
use crate::layers::nonlinearity::norm::NormNonlinearity;
use crate::layers::norm::FieldNorm;
use crate::layers::norm_pool::NormPool;
use crate::layers::pool::SpatialPool;
use crate::layers::resize::{Resampling, Resize};
use crate::layers::restriction::Restriction;
use crate::{FieldType, NnError, Nonlinearity};

/// Standard deviation of blur pools in pixels, and of the rim of the mask, as in the networks of
/// Weiler & Cesa (2019).
const BLUR_SIGMA: f64 = 0.66;
const MASK_SIGMA: f64 = 2.0;

/// Highest order of differential operators unless the description has another.
const DIFFERENTIAL_ORDER: usize = 2;
/// Size of a kernel in standard deviations of its Gaussian: three to each side.
const GAUSSIAN_WIDTHS: f64 = 6.0;

/// One step: what it needs beside the fields that come in.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Conv(ConvStep),
    Norm(FieldType, schur_engine::Activation),
    /// With the type behind the gates.
    Gated(FieldType),
    NormNonlinearity(FieldType),
    Fourier(FieldType),
    Pool(FieldType, PoolKind, Windows),
    Blur(FieldType, usize, Option<usize>),
    Upsample(FieldType, usize),
    Mask(FieldType),
    Restrict(FieldType, PlanarGroup),
    Invariants(FieldType),
    Global(FieldType, PoolKind),
    /// Of single numbers, or else of whole fields.
    Dropout(FieldType, f64, bool),
    Branch {
        input: FieldType,
        body: Vec<Step>,
        shortcut: Vec<Step>,
        join: Join,
    },
}

#[derive(Clone, Debug)]
pub(super) struct ConvStep {
    pub(super) input: FieldType,
    pub(super) output: FieldType,
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) padding: usize,
    pub(super) kernels: Kernels,
    pub(super) cutoff: Option<f64>,
    pub(super) order: Option<usize>,
    /// A linear answer of the network: with bias and without the factor for a ReLU.
    pub(super) last: bool,
}

impl ConvStep {
    fn kind(&self) -> Result<KernelKind, NnError> {
        let size = (self.kernel, self.kernel);
        let order = || {
            self.order
                .unwrap_or(DIFFERENTIAL_ORDER)
                .min(self.kernel - 1)
        };
        match self.kernels {
            // Of one pixel there is nothing to make implicit.
            Kernels::Auto | Kernels::Implicit => {
                KernelKind::default_for(self.input.planar("a convolution")?, size)
            }
            Kernels::Lattice => Ok(KernelKind::Lattice),
            Kernels::Steerable => {
                let band = KernelBand::for_size(self.kernel)?;
                Ok(KernelKind::Steerable(match self.cutoff {
                    // As a cast saturates, what is too large is refused.
                    Some(cutoff) => band.with_max_frequency(|r| (cutoff * r) as usize)?,
                    None => band,
                }))
            }
            Kernels::Bessel => Ok(KernelKind::Steerable(KernelBand::bessel(self.kernel)?)),
            Kernels::Zernike => Ok(KernelKind::Steerable(KernelBand::zernike(self.kernel)?)),
            Kernels::Differences => Ok(KernelKind::Differences { order: order() }),
            Kernels::Gaussian => Ok(KernelKind::GaussianDerivatives {
                order: order(),
                sigma: self.kernel as f64 / GAUSSIAN_WIDTHS,
            }),
        }
    }

    fn is_implicit(&self) -> bool {
        self.kernels == Kernels::Implicit && self.kernel > 1
    }

    fn layer(&self, seed: u64, device: &Device) -> Result<AnyLayer, NnError> {
        Ok(if self.is_implicit() {
            AnyLayer::new(self.implicit(seed).init(device)?)
        } else {
            AnyLayer::new(self.config(seed)?.init(device)?)
        })
    }

    fn implicit(&self, seed: u64) -> ImplicitConvConfig {
        let config = ImplicitConvConfig::new(&self.input, &self.output, self.kernel)
            .with_stride(self.stride)
            .with_padding(self.padding)
            .with_bias(self.last)
            .with_seed(seed);
        if self.last {
            config.with_gain(1.0)
        } else {
            config
        }
    }

    fn config(&self, seed: u64) -> Result<EquivariantConvConfig, NnError> {
        let config = EquivariantConvConfig::new(&self.input, &self.output, self.kernel)
            .with_stride(self.stride)
            .with_padding(self.padding)
            .with_kernels(self.kind()?)
            .with_seed(seed);
        Ok(if self.last {
            config.with_bias(true).with_gain(1.0)
        } else {
            config
        })
    }

    /// Coefficients and biases, by the dimension of the kernel space of each pair of blocks.
    fn parameters(&self, dimensions: &mut Dimensions) -> Result<usize, NnError> {
        let (mut coefficients, mut constants) = (0, 0);
        for out in self.output.blocks() {
            for input in self.input.blocks() {
                let [a, b] = [out, input].map(|b| b.representation.planar("a convolution"));
                let (a, b) = (a?, b?);
                coefficients += dimensions.of(a, b, self)? * out.multiplicity * input.multiplicity;
            }
            constants += out.representation.invariant_basis()?.len() * out.multiplicity;
        }
        if self.is_implicit() {
            // So many at every distance, which the small network gives.
            coefficients = self.implicit(0).parameters(coefficients);
        }
        Ok(coefficients + if self.last { constants } else { 0 })
    }
}

/// Dimensions of kernel spaces that were asked for before, by output, input and kernel size:
/// widths do not change them.
#[derive(Debug, Default)]
pub(super) struct Dimensions(Vec<([PlanarRepresentation; 2], usize, usize)>);

impl Dimensions {
    fn of(
        &mut self,
        out: &PlanarRepresentation,
        input: &PlanarRepresentation,
        conv: &ConvStep,
    ) -> Result<usize, NnError> {
        let k = conv.kernel;
        let known = |(ends, size, _): &&([PlanarRepresentation; 2], usize, usize)| {
            *size == k && ends[0] == *out && ends[1] == *input
        };
        if let Some((_, _, dimension)) = self.0.iter().find(known) {
            return Ok(*dimension);
        }
        let dimension = if conv.is_implicit() {
            conv.implicit(0).functions(out, input)?
        } else {
            conv.kind()?.elements(out, input, (k, k))?.len()
        };
        self.0.push(([out.clone(), input.clone()], k, dimension));
        Ok(dimension)
    }
}

impl Step {
    /// The number of learnable scalars.
    pub(super) fn parameters(&self, dimensions: &mut Dimensions) -> Result<usize, NnError> {
        match self {
            Self::Conv(conv) => conv.parameters(dimensions),
            Self::Norm(fields, _) => Ok(fields.fields() + shifts(fields)?),
            Self::NormNonlinearity(fields) => Ok(fields.fields()),
            Self::Branch { body, shortcut, .. } => {
                Ok(total(body, dimensions)? + total(shortcut, dimensions)?)
            }
            _ => Ok(0),
        }
    }

    /// The layer. Every convolution draws its weights from its own stream, by its number, so
    /// that adding a layer leaves the others as they were.
    pub(super) fn build(
        &self,
        seed: u64,
        convolutions: &mut u64,
        device: &Device,
    ) -> Result<AnyLayer, NnError> {
        Ok(match self {
            Self::Conv(conv) => {
                let stream = stream(seed, *convolutions);
                *convolutions += 1;
                conv.layer(stream, device)?
            }
            Self::Norm(fields, activation) => {
                AnyLayer::new(FieldNorm::new(fields, *activation, device)?)
            }
            Self::Gated(fields) => AnyLayer::new(
                Gated::new(fields)?.with_scalar_function(Nonlinearity::Elu { alpha: 1.0 }),
            ),
            Self::NormNonlinearity(fields) => {
                AnyLayer::new(NormNonlinearity::new(fields, Nonlinearity::Relu, device)?)
            }
            Self::Fourier(fields) => AnyLayer::new(FourierPointwise::new(
                fields,
                Nonlinearity::Elu { alpha: 1.0 },
            )?),
            Self::Pool(fields, kind, windows) => {
                AnyLayer::new(SpatialPool::with_windows(fields, *kind, *windows)?)
            }
            Self::Blur(fields, stride, None) => {
                AnyLayer::new(BlurPool::new(fields, BLUR_SIGMA, *stride)?)
            }
            Self::Blur(fields, stride, Some(padding)) => AnyLayer::new(BlurPool::with_padding(
                fields, BLUR_SIGMA, *stride, *padding,
            )?),
            Self::Upsample(fields, factor) => {
                AnyLayer::new(Resize::new(fields, Resampling::Bilinear(*factor))?)
            }
            Self::Mask(fields) => AnyLayer::new(Mask::new(fields, 0.0, MASK_SIGMA)?),
            Self::Restrict(fields, group) => AnyLayer::new(Restriction::new(fields, group)?),
            Self::Invariants(fields) if fields.is_permutation() => {
                AnyLayer::new(GroupPool::new(fields)?)
            }
            Self::Invariants(fields) => AnyLayer::new(NormPool::new(fields)?),
            Self::Global(fields, kind) => AnyLayer::new(GlobalPool::new(fields, *kind)?),
            Self::Dropout(fields, probability, pointwise) => {
                // The number of the convolution behind it, with a bit that no convolution has.
                let stream = stream(seed, *convolutions | 1 << 32);
                let dropout = match pointwise {
                    true => FieldDropout::pointwise,
                    false => FieldDropout::new,
                };
                AnyLayer::new(dropout(fields, *probability, stream, device)?)
            }
            Self::Branch {
                input,
                body,
                shortcut,
                join,
            } => {
                let body = build(body, seed, convolutions, device)?;
                let shortcut = build(shortcut, seed, convolutions, device)?;
                AnyLayer::new(Branch::new(input, body, shortcut, *join)?)
            }
        })
    }
}

/// The seed of one of the layers that draw random numbers.
fn stream(seed: u64, number: u64) -> u64 {
    seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number
}

/// Shifts of a batch norm: one per field, or where a field has several invariant directions, or
/// one besides others, one per direction.
fn shifts(fields: &FieldType) -> Result<usize, NnError> {
    let (mut simple, mut directions) = (true, 0);
    for block in fields.blocks() {
        let invariants = block.representation.invariant_basis()?.len();
        simple &= block.representation.is_permutation() || invariants == 0;
        directions += invariants * block.multiplicity;
    }
    Ok(if simple { fields.fields() } else { directions })
}

/// Builds the layers in order.
pub(super) fn build(
    steps: &[Step],
    seed: u64,
    convolutions: &mut u64,
    device: &Device,
) -> Result<Vec<AnyLayer>, NnError> {
    let layers = steps.iter();
    layers
        .map(|s| s.build(seed, convolutions, device))
        .collect()
}

/// The number of learnable scalars of all steps.
pub(super) fn total(steps: &[Step], dimensions: &mut Dimensions) -> Result<usize, NnError> {
    steps.iter().map(|step| step.parameters(dimensions)).sum()
}
