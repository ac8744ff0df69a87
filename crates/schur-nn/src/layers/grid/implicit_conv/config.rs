//! How an implicit convolution is described and built.

use std::sync::Arc;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use schur_engine::{ConvPlan, Geometry};
use schur_math::KernelBand;

use super::ImplicitConv;
use super::expansion::{self, Distances, PairExpansion};
use super::radial::{self, RadialNetwork};
use crate::axes::GridSizes;
use crate::layers::grid::conv::padding::Border;
use crate::layers::grid::conv::{KernelSpace, KernelSpaces, PaddingMode};
use crate::layers::initial_weights::{InitialWeights, with_initial_weights};
use crate::{FieldType, NnError, layers, symmetry};

/// Describes an [`ImplicitConv`].
///
/// Defaults: stride 1, padding 0, dilation 1, no bias, one hidden layer of 16 features,
/// frequencies up to half the kernel size and at least 2, gain √2 (for a ReLU behind it), seed 0.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{FieldType, ImplicitConvConfig};
///
/// let fields = FieldType::parse("O(2): 4 E1 + 4 trivial")?;
/// let config = ImplicitConvConfig::new(&fields, &fields, 9).with_hidden(&[8, 8]);
/// assert!(config.init(&Device::flex()).is_ok());
/// // A network without hidden features has nothing to say.
/// assert!(config.with_hidden(&[]).init(&Device::flex()).is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImplicitConvConfig {
    input: FieldType,
    pub(crate) output: FieldType,
    kernel: usize,
    stride: usize,
    padding: usize,
    padding_mode: PaddingMode,
    dilation: usize,
    max_frequency: usize,
    hidden: Vec<usize>,
    initial: InitialWeights,
}

impl ImplicitConvConfig {
    /// Widest hidden layer, and most hidden layers.
    pub const MAX_HIDDEN: (usize, usize) = (1024, 8);

    /// Largest kernel in pixels.
    pub const MAX_KERNEL: usize = KernelBand::MAX_DISK;

    /// A convolution between two field types with a kernel of `kernel` places across.
    pub fn new(input: &FieldType, output: &FieldType, kernel: usize) -> Self {
        Self {
            input: input.clone(),
            output: output.clone(),
            kernel,
            stride: 1,
            padding: 0,
            padding_mode: PaddingMode::Zeros,
            dilation: 1,
            max_frequency: (kernel / 2).max(2),
            hidden: vec![16],
            initial: InitialWeights::default(),
        }
    }

    /// Steps of the kernel in pixels.
    #[must_use]
    pub fn with_stride(mut self, stride: usize) -> Self {
        self.stride = stride;
        self
    }

    /// Rows and columns added on every side, up to 4096; zeros, unless a
    /// [mode](Self::with_padding_mode) says otherwise.
    #[must_use]
    pub fn with_padding(mut self, padding: usize) -> Self {
        self.padding = padding;
        self
    }

    /// What is added around the image.
    #[must_use]
    pub fn with_padding_mode(mut self, mode: PaddingMode) -> Self {
        self.padding_mode = mode;
        self
    }

    /// Distance of neighbouring taps in pixels.
    #[must_use]
    pub fn with_dilation(mut self, dilation: usize) -> Self {
        self.dilation = dilation;
        self
    }

    /// The highest angular frequency of the kernel.
    #[must_use]
    pub fn with_max_frequency(mut self, frequency: usize) -> Self {
        self.max_frequency = frequency;
        self
    }

    /// The widths of the hidden layers of the network of the distance, from first to last.
    #[must_use]
    pub fn with_hidden(mut self, widths: &[usize]) -> Self {
        self.hidden = widths.to_vec();
        self
    }

    with_initial_weights!();

    /// Builds the layer. The weights `w` behind the last hidden features `h(r)` are normal. If
    /// an output field of dimension `d` has `N` angular functions from all input fields, those of
    /// function `e` have the variance `gain² d / (N Σ_r |h(r)|² ‖A_e(r)‖²)`, with `A_e(r)` the
    /// function at the taps of distance `r`: all functions have the same share in the output,
    /// and its mean variance on white noise is `gain²`.
    ///
    /// # Errors
    ///
    /// If the types are of different groups, no kernel but 0 exists, or a number is out of
    /// range.
    pub fn init(&self, device: &Device) -> Result<ImplicitConv, NnError> {
        self.input.check_group(&self.output)?;
        self.check_ranges()?;
        let along = |size: usize, rest| GridSizes::from(size).of(&self.input, rest);
        let border = Border::new(self.padding_mode, along(self.padding, 0))?;
        let geometry = Geometry::new(
            along(self.kernel, 1),
            along(self.stride, 1),
            border.zeros(),
            along(self.dilation, 1),
        )?;
        let distances = Distances::new(geometry.kernel());
        let (mut bases, mut pairs) = (Vec::new(), Vec::new());
        let [inputs, outputs] = [&self.input, &self.output];
        for out in outputs.blocks() {
            for input in inputs.blocks() {
                let (out, input) = (&out.representation, &input.representation);
                let (basis, pair) = expansion::pair(out, input, self.max_frequency, &distances)?;
                bases.push(basis);
                pairs.push(pair);
            }
        }
        if pairs.iter().all(|pair| pair.kept.is_empty()) {
            return Err(self.refused(format!(
                "no kernel but 0 leads from `{}` to `{}`; use a higher frequency or other fields",
                self.input, self.output
            )));
        }
        let symmetry = symmetry::of_kernels(inputs, outputs, geometry.kernel(), None)?;
        let layouts = [&self.input, &self.output].map(|fields| fields.layout().clone());
        let [input, output] = layouts;
        let plan = ConvPlan::with_symmetry(input, output, geometry, bases, &symmetry)?;
        let mut draw = self.initial.normals("implicit convolution")?;
        let waves = radial::waves(&distances.radii, self.radius());
        let radial = RadialNetwork::new(waves, &self.hidden, &mut draw, device);
        let readout = self.readout(&pairs, &radial.forward(), draw);
        let constants = layers::constants(&self.output)?;
        Ok(ImplicitConv {
            radial,
            readout: Param::from_tensor(Tensor::from_data(readout, device)),
            bias: self.initial.constants(constants, device),
            input: self.input.clone(),
            output: self.output.clone(),
            pairs: Arc::new(pairs),
            plan: plan.into(),
            border,
        })
    }

    /// Number of learnable scalars of the layer, by the dimensions of spaces of angular
    /// functions: of so many the small network gives the coefficients at every distance.
    pub(crate) fn parameters(&self, spaces: &mut KernelSpaces) -> Result<usize, NnError> {
        let space = KernelSpace::Angular(KernelBand::angular(self.max_frequency)?);
        let coefficients = spaces.coefficients(&self.input, &self.output, 1, &space)?;
        let mut inputs = radial::wave_count(self.radius());
        let mut total = self.initial.count(&self.output)?;
        for &width in &self.hidden {
            total += (inputs + 1) * width;
            inputs = width;
        }
        Ok(total + inputs * coefficients)
    }

    /// How far the kernel reaches, in taps.
    fn radius(&self) -> f64 {
        self.kernel as f64 / 2.0
    }

    fn check_ranges(&self) -> Result<(), NnError> {
        let (widest, most) = Self::MAX_HIDDEN;
        let problem = if !(1..=Self::MAX_KERNEL).contains(&self.kernel) {
            let max = Self::MAX_KERNEL;
            format!("a kernel of {} pixels; use 1 to {max}", self.kernel)
        } else if !(1..=most).contains(&self.hidden.len()) {
            format!("{} hidden layers; use 1 to {most}", self.hidden.len())
        } else if let Some(width) = self.hidden.iter().find(|w| !(1..=widest).contains(*w)) {
            format!("{width} hidden features; use 1 to {widest}")
        } else {
            return Ok(());
        };
        Err(self.refused(problem))
    }

    fn refused(&self, problem: String) -> NnError {
        NnError::Config {
            at: "implicit convolution".to_string(),
            problem,
        }
    }

    /// Initial weights from hidden features to coefficients, `[features, coefficients]`.
    fn readout(
        &self,
        pairs: &[PairExpansion],
        hidden: &Tensor<2>,
        mut draw: impl FnMut() -> f64,
    ) -> TensorData {
        let features = hidden.dims()[1];
        let hidden: Vec<f64> = hidden.to_data().iter().collect();
        let squares = |h: &[f64]| h.iter().map(|h| h * h).sum::<f64>();
        let at_distance: Vec<f64> = hidden.chunks(features).map(squares).collect();
        // Σ_r |h(r)|² ‖A_e(r)‖² for every function of every pair.
        let power = |pair: &PairExpansion| {
            let mut powers = vec![0.0; pair.functions];
            for (&index, norm) in pair.kept.iter().zip(&pair.norms) {
                powers[index % pair.functions] += at_distance[index / pair.functions] * norm;
            }
            powers
        };
        let inputs = self.input.blocks();
        let mut deviations = Vec::new();
        for (out, pairs) in self.output.blocks().iter().zip(pairs.chunks(inputs.len())) {
            let powers: Vec<Vec<f64>> = pairs.iter().map(power).collect();
            let counts = powers.iter().zip(inputs);
            let count: usize = counts
                .map(|(p, input)| p.iter().filter(|&&p| p > 0.0).count() * input.multiplicity)
                .sum();
            let share =
                self.initial.gain.powi(2) * out.representation.dim() as f64 / count.max(1) as f64;
            for (powers, input) in powers.iter().zip(inputs) {
                let copies = input.multiplicity * out.multiplicity;
                for &power in powers {
                    let deviation = if power > 0.0 {
                        (share / power).sqrt()
                    } else {
                        0.0
                    };
                    deviations.extend(std::iter::repeat_n(deviation, copies));
                }
            }
        }
        let weights: Vec<f32> = (0..features)
            .flat_map(|_| &deviations)
            .map(|deviation| (draw() * deviation) as f32)
            .collect();
        TensorData::new(weights, [features, deviations.len()])
    }
}
