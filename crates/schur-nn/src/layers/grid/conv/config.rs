//! How an equivariant convolution is described and built.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use schur_engine::parallel::join;
use schur_engine::{ConvPlan, Geometry, PairBasis};

use super::EquivariantConv;
use super::delta_orthogonal::{self, Initialisation};
use super::kernel::{self, KernelKind};
use super::padding::{Border, PaddingMode};
use super::spaces::{KernelSpace, KernelSpaces};
use crate::axes::{GridSizes, by};
use crate::layers::initial_weights::{InitialWeights, with_initial_weights};
use crate::{FieldType, NnError, layers, symmetry};

/// Describes an [`EquivariantConv`].
///
/// Defaults: stride 1, padding 0, dilation 1, no bias, gain √2 (He initialisation for ReLU),
/// seed 0; for groups that permute the pixels all kernels on the grid
/// ([`KernelKind::Lattice`]), for others the steerable kernels of the default band.
///
/// Fields on a line are images of one row: with the group `C1`, or `D1` for the mirror of the
/// line, and a kernel of `(1, k)` taps.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{EquivariantConvConfig, FieldType, Layer};
///
/// let (image, hidden) = (FieldType::parse("C8: 3 trivial")?, FieldType::parse("C8: 4 regular")?);
/// let conv = EquivariantConvConfig::new(&image, &hidden, 5).with_stride(2).with_padding(2);
/// let conv = conv.with_bias(true).init(&Device::flex())?;
/// assert_eq!(conv.output_size(33, 33)?, (17, 17));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct EquivariantConvConfig {
    pub(super) input: FieldType,
    pub(crate) output: FieldType,
    pub(super) kernel: [usize; 3],
    pub(super) stride: [usize; 3],
    pub(super) padding: [usize; 3],
    pub(super) padding_mode: PaddingMode,
    pub(super) groups: usize,
    pub(super) dilation: [usize; 3],
    pub(super) basis: Option<KernelKind>,
    pub(super) initial: InitialWeights,
    pub(super) initialisation: Initialisation,
    /// Whether the layer gets no kernels, and so no weights: only its shape is asked for.
    pub(super) shape_alone: bool,
}

impl EquivariantConvConfig {
    /// A convolution between two field types with a kernel of `kernel` taps along every axis, or of
    /// (rows, columns) or \[depth, rows, columns\], also even or oblong.
    pub fn new(input: &FieldType, output: &FieldType, kernel: impl Into<GridSizes>) -> Self {
        Self {
            input: input.clone(),
            output: output.clone(),
            kernel: kernel.into().of(input, 1),
            stride: [1; 3],
            padding: [0; 3],
            padding_mode: PaddingMode::Zeros,
            groups: 1,
            dilation: [1; 3],
            basis: None,
            initial: InitialWeights::default(),
            initialisation: Initialisation::He,
            shape_alone: false,
        }
    }

    /// Steps of the kernel in places, along every axis or each.
    #[must_use]
    pub fn with_stride(mut self, stride: impl Into<GridSizes>) -> Self {
        self.stride = stride.into().of(&self.input, 1);
        self
    }

    /// Places added on every side, up to 4096, along every axis or each; zeros, unless a
    /// [mode](Self::with_padding_mode) says otherwise.
    #[must_use]
    pub fn with_padding(mut self, padding: impl Into<GridSizes>) -> Self {
        self.padding = padding.into().of(&self.input, 0);
        self
    }

    /// What is added around the image or volume.
    #[must_use]
    pub fn with_padding_mode(mut self, mode: PaddingMode) -> Self {
        self.padding_mode = mode;
        self
    }

    /// Cuts the blocks of input and of output evenly into as many consecutive groups, and
    /// connects only those of one group.
    #[must_use]
    pub fn with_groups(mut self, groups: usize) -> Self {
        self.groups = groups;
        self
    }

    /// Distance of neighbouring taps in places, along every axis or each.
    #[must_use]
    pub fn with_dilation(mut self, dilation: impl Into<GridSizes>) -> Self {
        self.dilation = dilation.into().of(&self.input, 1);
        self
    }

    /// The kernels to learn combinations of.
    #[must_use]
    pub fn with_kernels(mut self, kernels: KernelKind) -> Self {
        self.basis = Some(kernels);
        self
    }

    with_initial_weights!();

    /// How the weights begin. With [`Initialisation::DeltaOrthogonal`] the gain is the factor of
    /// the norm.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::{EquivariantConvConfig, FieldType, Initialisation};
    ///
    /// let fields = FieldType::parse("SO(2): 4 E1")?;
    /// let conv = EquivariantConvConfig::new(&fields, &fields, 3)
    ///     .with_initialisation(Initialisation::DeltaOrthogonal)
    ///     .with_gain(1.0);
    /// assert!(conv.init(&Device::flex()).is_ok());
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    #[must_use]
    pub fn with_initialisation(mut self, initialisation: Initialisation) -> Self {
        self.initialisation = initialisation;
        self
    }

    /// Whether it gets no kernels, and so no weights.
    pub(crate) fn with_shape_alone(mut self, shape_alone: bool) -> Self {
        self.shape_alone = shape_alone;
        self
    }

    /// Builds the layer: kernel bases, plan, and weights, by default drawn by the generalised He rule
    /// (He et al. 2015; Weiler & Cesa 2019, appendix): an element `B_b` into an output field of
    /// dimension `d` has a normal coefficient with variance `gain² · d / (N ‖B_b‖²)`, where `N`
    /// counts the coefficients of one output field. That gives its components the mean
    /// variance `gain²` on white noise.
    ///
    /// # Errors
    ///
    /// If the two field types are of different groups, a kernel does not fit the group, there is
    /// none but 0, kernel, stride or dilation is zero, the gain is no number, or the kernel has no central tap that can
    /// be orthogonal. That there is none but 0 to *some* of the output fields is no error but a
    /// notice: [`EquivariantConv::unreached_fields`].
    pub fn init(&self, device: &Device) -> Result<EquivariantConv, NnError> {
        let border = Border::new(self.padding_mode, self.padding)?
            .with_hexagonal(self.kind()? == KernelKind::Hexagonal);
        let geometry = Geometry::new(self.kernel, self.stride, border.zeros(), self.dilation)?;
        let Planned { plan, norms, bases } = self.plan(&self.input, &self.output, &geometry)?;
        let weights = match self.initialisation {
            Initialisation::He => self.weights(&plan, &norms)?,
            Initialisation::DeltaOrthogonal if self.shape_alone => Vec::new(),
            Initialisation::DeltaOrthogonal => {
                let draw = self.initial.normals("convolution")?;
                delta_orthogonal::weights(&plan, &bases, self.initial.gain, draw)?
            }
        };
        let weight = Tensor::from_data(TensorData::from(weights.as_slice()), device);
        let constants = layers::constants(&self.output)?;
        Ok(EquivariantConv {
            weight: Param::from_tensor(weight),
            bias: self.initial.constants(constants, device),
            input: self.input.clone(),
            output: self.output.clone(),
            plan: plan.into(),
            border,
        })
    }

    pub(super) fn kind(&self) -> Result<KernelKind, NnError> {
        match &self.basis {
            Some(kind) => Ok(kind.clone()),
            None => KernelKind::default_for(self.input.group(), self.kernel),
        }
    }

    /// Number of learnable scalars of the layer, by the dimensions of kernel spaces.
    pub(crate) fn parameters(&self, spaces: &mut KernelSpaces) -> Result<usize, NnError> {
        kernel::check_groups("convolution", self.groups, &self.input, &self.output)?;
        let space = KernelSpace::OnGrid(self.kind()?, self.kernel);
        let coefficients = spaces.coefficients(&self.input, &self.output, self.groups, &space)?;
        Ok(coefficients + self.initial.count(&self.output)?)
    }

    /// The plan of the kernels between two field types.
    pub(super) fn plan(
        &self,
        input: &FieldType,
        output: &FieldType,
        geometry: &Geometry,
    ) -> Result<Planned, NnError> {
        input.check_group(output)?;
        let kind = self.kind()?;
        kernel::check_groups("convolution", self.groups, input, output)?;
        if self.shape_alone {
            let pairs = input.blocks().len() * output.blocks().len();
            let layouts = [input, output].map(|fields| fields.layout().clone());
            let ([input, output], none) = (layouts, vec![PairBasis::default(); pairs]);
            return Ok(Planned {
                plan: ConvPlan::new(input, output, *geometry, none)?,
                norms: vec![Vec::new(); pairs],
                bases: Vec::new(),
            });
        }
        let (bases, symmetry) = join(
            || kernel::bases(input, output, geometry, &kind, self.groups),
            || symmetry::of_kernels(input, output, self.kernel, kind.band()),
        );
        let bases = bases?;
        if bases.iter().all(|basis| basis.elements.is_empty()) {
            return Err(NnError::Config {
                at: "convolution".to_string(),
                problem: format!(
                    "among kernels of {} taps only 0 commutes with the group from `{}` to `{}`; \
                     use larger kernels, or types that share irreps",
                    by(input, self.kernel).replace('x', " x "),
                    self.input,
                    self.output
                ),
            });
        }
        let norms = bases.iter().map(kernel::squared_norms).collect();
        let symmetry = symmetry?;
        let (input, output) = (input.layout().clone(), output.layout().clone());
        let kept = match self.initialisation {
            Initialisation::He => Vec::new(),
            Initialisation::DeltaOrthogonal => bases.clone(),
        };
        Ok(Planned {
            plan: ConvPlan::with_symmetry(input, output, *geometry, bases, &symmetry)?,
            norms,
            bases: kept,
        })
    }

    /// Initial weights in the order of the plan: per pair `[element][input copy][output copy]`.
    fn weights(&self, plan: &ConvPlan, norms: &[Vec<f64>]) -> Result<Vec<f32>, NnError> {
        let numbers = self.initial.all_normals("convolution", plan.parameters())?;
        let mut numbers = numbers.into_iter();
        let mut weights = Vec::with_capacity(plan.parameters());
        let inputs = self.input.blocks();
        let pairs = norms.chunks(inputs.len());
        for (out, norms) in self.output.blocks().iter().zip(pairs) {
            let sizes = norms.iter().zip(inputs);
            let count: usize = sizes.map(|(n, input)| n.len() * input.multiplicity).sum();
            let gain = self.initial.gain;
            let variance = gain * gain * out.representation.dim() as f64 / count.max(1) as f64;
            for (norms, input) in norms.iter().zip(inputs) {
                for norm in norms {
                    let deviation = (variance / norm).sqrt();
                    let copies = input.multiplicity * out.multiplicity;
                    let numbers = numbers.by_ref().take(copies);
                    weights.extend(numbers.map(|number| (number * deviation) as f32));
                }
            }
        }
        Ok(weights)
    }
}

/// A plan, and what initial weights are drawn from.
pub(super) struct Planned {
    pub(super) plan: ConvPlan,
    /// `‖B_b‖²` of the basis elements, per pair of blocks.
    pub(super) norms: Vec<Vec<f64>>,
    /// The bases themselves, where the initialisation asks for them.
    bases: Vec<PairBasis>,
}
