//! Equivariant convolution: lifting, group and head convolutions are one layer, told apart by
//! their field types.

use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_engine::{ConvPlan, Entry, Geometry, PairBasis};
use schur_math::{Element, KernelEntry, LatticeKernelBasis};

use crate::exactness::{Inexactness, Window, sliding_window};
use crate::random::normal;
use crate::{EquivariantLayer, FeatureField, FieldType, NnError, ops};

/// Describes an [`EquivariantConv`].
///
/// Defaults: stride 1, padding 0, dilation 1, no bias, gain √2 (He initialisation for ReLU),
/// seed 0.
#[derive(Clone, Debug)]
pub struct EquivariantConvConfig {
    input: FieldType,
    output: FieldType,
    kernel: (usize, usize),
    stride: (usize, usize),
    padding: (usize, usize),
    dilation: (usize, usize),
    bias: bool,
    gain: f64,
    seed: u64,
}

impl EquivariantConvConfig {
    /// A convolution between two field types with a square kernel of `kernel` pixels.
    pub fn new(input: &FieldType, output: &FieldType, kernel: usize) -> Self {
        Self {
            input: input.clone(),
            output: output.clone(),
            kernel: (kernel, kernel),
            stride: (1, 1),
            padding: (0, 0),
            dilation: (1, 1),
            bias: false,
            gain: std::f64::consts::SQRT_2,
            seed: 0,
        }
    }

    /// Steps of the kernel in pixels.
    #[must_use]
    pub fn with_stride(mut self, stride: usize) -> Self {
        self.stride = (stride, stride);
        self
    }

    /// Rows and columns of zeros on every side.
    #[must_use]
    pub fn with_padding(mut self, padding: usize) -> Self {
        self.padding = (padding, padding);
        self
    }

    /// Distance of neighbouring taps in pixels.
    #[must_use]
    pub fn with_dilation(mut self, dilation: usize) -> Self {
        self.dilation = (dilation, dilation);
        self
    }

    /// Adds a learnable constant to every permutation field (trivial, regular, quotient); other
    /// fields get none.
    #[must_use]
    pub fn with_bias(mut self, bias: bool) -> Self {
        self.bias = bias;
        self
    }

    /// Standard deviation of the output on white noise at initialisation: √2 before a ReLU,
    /// 1 for a linear output.
    #[must_use]
    pub fn with_gain(mut self, gain: f64) -> Self {
        self.gain = gain;
        self
    }

    /// Seed of the initial weights: equal seeds give equal layers.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Builds the layer: kernel bases, plan, and weights drawn by the generalised He rule
    /// (He et al. 2015; Weiler & Cesa 2019, appendix): with basis elements `B_b`, output block
    /// of dimension `d` and input multiplicities `m_i`, the coefficients are normal with
    /// variance `gain² · d / Σ_i m_i Σ_b ‖B_b‖²`, which gives every output component the
    /// variance `gain²` on white noise.
    ///
    /// # Errors
    ///
    /// If the two field types are of different groups, the group does not act on pixels, or
    /// kernel, stride or dilation is zero.
    pub fn init(&self, device: &Device) -> Result<EquivariantConv, NnError> {
        let plan = self.plan()?;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut weights = vec![0.0f32; plan.parameters()];
        for (range, deviation) in self.deviations(&plan) {
            for weight in &mut weights[range] {
                *weight = (normal(&mut rng) * deviation) as f32;
            }
        }
        let weight = Tensor::from_data(TensorData::from(weights.as_slice()), device);
        let bias = self
            .bias
            .then(|| Param::from_tensor(Tensor::zeros([self.biased_fields()], device)));
        Ok(EquivariantConv {
            weight: Param::from_tensor(weight),
            bias,
            input: self.input.clone(),
            output: self.output.clone(),
            plan: Arc::new(plan),
        })
    }

    fn plan(&self) -> Result<ConvPlan, NnError> {
        if self.input.group().group() != self.output.group().group() {
            return Err(NnError::TwoGroups {
                input: self.input.to_string(),
                output: self.output.to_string(),
            });
        }
        let geometry = Geometry::new(self.kernel, self.stride, self.padding, self.dilation)?;
        let mut bases = Vec::new();
        for out in self.output.blocks() {
            for input in self.input.blocks() {
                let basis = LatticeKernelBasis::new(
                    self.input.group(),
                    &out.representation,
                    &input.representation,
                    self.kernel.0,
                    self.kernel.1,
                )?;
                bases.push(engine_basis(&basis));
            }
        }
        let (input, output) = (self.input.layout().clone(), self.output.layout().clone());
        Ok(ConvPlan::new(input, output, geometry, bases)?)
    }

    /// For every (output block, input block): its parameters and their standard deviation.
    ///
    /// The basis is orthonormal in `<K, K'> = 1/|G| Σ K K'`, so an element has the squared
    /// norm `|G|` over its entries.
    fn deviations(&self, plan: &ConvPlan) -> Vec<(std::ops::Range<usize>, f64)> {
        let ranges = plan.pair_ranges();
        let inputs = self.input.blocks().len();
        let order = self.input.group().group().order() as f64;
        let mut deviations = Vec::with_capacity(ranges.len());
        for (out, pairs) in self.output.blocks().iter().zip(ranges.chunks(inputs)) {
            // A pair holds elements x input copies x output copies parameters.
            let per_output_copy: usize =
                pairs.iter().map(|pair| pair.len() / out.multiplicity).sum();
            let power = order * per_output_copy as f64;
            let deviation = self.gain * (out.representation.dim() as f64 / power).sqrt();
            deviations.extend(pairs.iter().map(|pair| (pair.clone(), deviation)));
        }
        deviations
    }

    fn biased_fields(&self) -> usize {
        self.output
            .blocks()
            .iter()
            .filter(|b| b.representation.is_permutation())
            .map(|b| b.multiplicity)
            .sum()
    }
}

fn engine_basis(basis: &LatticeKernelBasis) -> PairBasis {
    let entry = |e: &KernelEntry| Entry {
        out: e.out,
        input: e.input,
        row: e.row,
        col: e.col,
        value: e.value,
    };
    let elements = basis.elements().iter();
    PairBasis {
        elements: elements.map(|e| e.iter().map(entry).collect()).collect(),
    }
}

/// Convolution (cross-correlation) `y(p) = Σ_t K(t) x(p + t)` whose kernel satisfies
/// `K(g t) = ρ_out(g) K(t) ρ_in(g)⁻¹` for all `g`, and therefore commutes with the group.
///
/// From scalar to regular fields this is the *lifting* convolution, a filter and its rotated
/// copies; from regular to regular fields the *group* convolution of Cohen & Welling (2016).
/// The kernel is a linear combination of the complete basis of such kernels; the coefficients
/// are the weights, the basis is recomputed and never stored.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::{Group, PlanarGroup};
/// use schur_nn::{EquivariantConvConfig, EquivariantLayer, FeatureField, FieldType};
///
/// let c4 = PlanarGroup::new(&Group::parse("C4")?)?;
/// let (image, features) = (FieldType::trivial(&c4, 1)?, FieldType::regular(&c4, 8)?);
/// let lifting = EquivariantConvConfig::new(&image, &features, 3).init(&Device::flex())?;
/// let x = FeatureField::from_tensor(Tensor::ones([1, 1, 9, 9], &Device::flex()), &image)?;
/// assert_eq!(lifting.forward(x)?.to_tensor().dims(), [1, 32, 7, 7]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct EquivariantConv {
    /// Coefficients of the kernel basis, in the order of [`ConvPlan`].
    pub weight: Param<Tensor<1>>,
    /// One constant per permutation field.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    plan: Arc<ConvPlan>,
}

impl EquivariantConv {
    /// Where weights meet bases: sizes, costs and the order of the parameters.
    pub fn plan(&self) -> &ConvPlan {
        &self.plan
    }

    /// Number of learnable scalars.
    pub fn parameters(&self) -> usize {
        let biases = self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0]);
        self.plan.parameters() + biases
    }

    /// The bias of every channel in memory order; zero on fields that are not permuted.
    fn channel_bias(&self, bias: Tensor<1>) -> Tensor<4> {
        let zero = bias.dims()[0] as i64;
        let mut index = Vec::with_capacity(self.output.channels());
        let mut first = 0;
        for block in self.output.blocks() {
            let fields = block.multiplicity as i64;
            for _ in 0..block.representation.dim() {
                if block.representation.is_permutation() {
                    index.extend(first..first + fields);
                } else {
                    index.extend((0..fields).map(|_| zero));
                }
            }
            if block.representation.is_permutation() {
                first += fields;
            }
        }
        let device = bias.device();
        let index = Tensor::<1, Int>::from_data(TensorData::from(index.as_slice()), &device);
        let padded = Tensor::cat(
            vec![bias.clone(), Tensor::zeros([1], (&device, bias.dtype()))],
            0,
        );
        padded.select(0, index).reshape([1, 1, 1, -1])
    }
}

impl EquivariantLayer for EquivariantConv {
    fn name(&self) -> String {
        let g = self.plan.geometry();
        let mut name = format!("conv {}x{}", g.kernel().0, g.kernel().1);
        if g.stride() != (1, 1) {
            name += &format!(" stride {}", g.stride().0);
        }
        if g.padding() != (0, 0) {
            name += &format!(" padding {}", g.padding().0);
        }
        if g.dilation() != (1, 1) {
            name += &format!(" dilation {}", g.dilation().0);
        }
        name
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
        self.check_input(&field)?;
        super::check_number_type(&self.name(), field.memory(), &self.weight.val())?;
        let (height, width) = field.size();
        self.plan.shape(field.batch(), height, width)?;
        let y = ops::equivariant_conv(field.into_memory(), self.weight.val(), &self.plan);
        let y = match &self.bias {
            Some(bias) => y + self.channel_bias(bias.val()),
            None => y,
        };
        Ok(FeatureField::new(y, self.output.clone()))
    }

    fn inexactness(&self, g: Element, height: usize, width: usize) -> Option<Inexactness> {
        let size = (height, width);
        let geometry = self.plan.geometry();
        sliding_window(self.input.group(), g, geometry, size, Window::Convolution)
    }
}
