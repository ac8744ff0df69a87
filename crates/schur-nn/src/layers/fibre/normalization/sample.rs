//! Instance norm, group norm, layer norm and norm per field and pixel.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::constants::NormConstants;
use super::moments::{Normalizer, Together};
use crate::export::{Graph, Op, Unary, Value};
use crate::field_type::require_orthogonal;
use crate::layers::check_number_type;
use crate::{Field, FieldType, Layer, NnError};

/// Normalisation of every sample by its own statistics, the same in training and inference:
/// `y = γ (x - μ) / √(σ² + ε) + β`, for fields of any orthogonal representation.
///
/// | constructor | statistics over |
/// |---|---|
/// | [`instance`](Self::instance) | pixels and components, per field |
/// | [`groups`](Self::groups) | pixels, components and the fields of a group within a block |
/// | [`layer`](Self::layer) | components and all fields of a block, per pixel |
/// | [`location`](Self::location) | components, per field and pixel |
///
/// `μ` is the part of the mean in the invariant vectors of the representation, `σ²` the mean of
/// `|x - μ|²` over the components; `γ` is a scale per field, `β` a shift per field and invariant
/// direction. Gradients run through the statistics.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{Layer, FieldType, SampleNorm};
///
/// let fields = FieldType::parse("O(2): 4 trivial + 4 spectral(2)")?;
/// let norm = SampleNorm::groups(&fields, 2, &Device::flex())?;
/// // A scale per field; scalars have a shift, and so has the invariant part of the others.
/// assert_eq!(norm.parameters(), 8 + 4 + 4);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct SampleNorm {
    /// Scale per field.
    pub gamma: Param<Tensor<1>>,
    /// Shift per field and invariant direction.
    pub beta: Param<Tensor<1>>,
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    together: Together,
    #[module(skip)]
    normalizer: Normalizer,
    #[module(skip)]
    constants: NormConstants,
}

impl SampleNorm {
    /// Instance norm: every field of every sample has mean 0 and variance 1 over its pixels.
    ///
    /// # Errors
    ///
    /// If the group does not keep the length of some fields.
    pub fn instance(field_type: &FieldType, device: &Device) -> Result<Self, NnError> {
        Self::new(field_type, Together::Sample, device)
    }

    /// Group norm: the fields of every block in `groups` groups of successive fields.
    ///
    /// # Errors
    ///
    /// If it does not divide the multiplicity of every block.
    pub fn groups(field_type: &FieldType, groups: usize, device: &Device) -> Result<Self, NnError> {
        let uneven = |multiplicity: usize| groups == 0 || !multiplicity.is_multiple_of(groups);
        let mut blocks = field_type.blocks().iter();
        match blocks.find(|b| uneven(b.multiplicity)) {
            None => Self::new(field_type, Together::Groups(groups), device),
            Some(block) => Err(NnError::Unsuitable {
                layer: "group norm".to_string(),
                representation: block.representation.name().to_string(),
                problem: format!(
                    "{} fields do not fall into {groups} groups; use a divisor of {}",
                    block.multiplicity, block.multiplicity
                ),
            }),
        }
    }

    /// Layer norm: every pixel by the statistics of its fields, block by block.
    ///
    /// # Errors
    ///
    /// If a block is a single scalar field, of which the mean would leave nothing.
    pub fn layer(field_type: &FieldType, device: &Device) -> Result<Self, NnError> {
        refuse_lonely(field_type, "layer norm", |copies| copies > 1)?;
        Self::new(field_type, Together::PixelBlock, device)
    }

    /// Every field at every pixel by itself: without the invariant part, of mean square 1.
    ///
    /// # Errors
    ///
    /// If a field is scalar, of which the mean would leave nothing.
    pub fn location(field_type: &FieldType, device: &Device) -> Result<Self, NnError> {
        refuse_lonely(field_type, "norm per location", |_| false)?;
        Self::new(field_type, Together::PixelField, device)
    }

    fn new(field_type: &FieldType, together: Together, device: &Device) -> Result<Self, NnError> {
        require_orthogonal(field_type, "a norm per sample")?;
        let normalizer = Normalizer::new(field_type)?;
        Ok(Self {
            gamma: Param::from_tensor(Tensor::ones([field_type.fields()], device)),
            beta: Param::from_tensor(Tensor::zeros([normalizer.shifts()], device)),
            field_type: field_type.clone(),
            together,
            normalizer,
            constants: NormConstants::default(),
        })
    }

    /// This norm with another `ε`, added to the variance, than 1e-5.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::{Layer, FieldType, SampleNorm};
    ///
    /// let fields = FieldType::parse("SO(2): 4 E1")?;
    /// let norm = SampleNorm::instance(&fields, &Device::flex())?.with_epsilon(0.25)?;
    /// assert_eq!(norm.name(), "instance norm, epsilon 0.25");
    /// assert!(norm.with_epsilon(0.0).is_err());
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not a positive number.
    pub fn with_epsilon(mut self, epsilon: f64) -> Result<Self, NnError> {
        self.constants = self.constants.with_epsilon("norm per sample", epsilon)?;
        Ok(self)
    }
}

/// Refuses blocks of scalars with nothing to compare them with.
fn refuse_lonely(
    field_type: &FieldType,
    layer: &str,
    enough: impl Fn(usize) -> bool,
) -> Result<(), NnError> {
    let mut blocks = field_type.blocks().iter();
    let lonely = blocks.find(|b| b.representation.is_trivial() && !enough(b.multiplicity));
    match lonely {
        None => Ok(()),
        Some(block) => Err(NnError::Unsuitable {
            layer: layer.to_string(),
            representation: block.representation.name().to_string(),
            problem: "the mean of a single scalar is the scalar, so nothing would be left; use \
                      instance norm, or layer norm over several"
                .to_string(),
        }),
    }
}

impl Layer for SampleNorm {
    fn name(&self) -> String {
        let name = match self.together {
            Together::Batch => "batch norm".to_string(),
            Together::Sample => "instance norm".to_string(),
            Together::Groups(groups) => format!("group norm in {groups}"),
            Together::PixelBlock => "layer norm".to_string(),
            Together::PixelField => "norm per location".to_string(),
        };
        name + &self.constants.to_string()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        // What is pooled over pixels keeps one pixel, which broadcasts.
        let pooled = matches!(self.together, Together::Sample | Together::Groups(_));
        let pool = |graph: &mut Graph, x: Value| {
            let shape = x.shape().with_size([1; 3]);
            match pooled {
                true => graph.push(Op::GlobalMean, &[x], &name, shape),
                false => x,
            }
        };
        let negative = self.normalizer.mean_rows(self.together).into_iter();
        let negative: Vec<Vec<(usize, f64)>> = negative
            .map(|row| row.into_iter().map(|(c, v)| (c, -v)).collect())
            .collect();
        let mean = pool(graph, x);
        let mean = graph.channel_map(mean, &negative, &name);
        let x = graph.elementwise(Op::Add, &[x, mean], &name);
        let squares = graph.elementwise(Op::Mul, &[x, x], &name);
        let squares = pool(graph, squares);
        let variance = self.normalizer.variance_rows(self.together);
        let variance = graph.channel_map(squares, &variance, &name);
        let by = graph.constant(&[1, 1, 1, 1], vec![self.constants.epsilon as f32]);
        let variance = graph.elementwise(Op::Shift { by }, &[variance], &name);
        let deviation = graph.unary(Unary::Sqrt, variance, &name);
        let gain = graph.unary(Unary::Reciprocal, deviation, &name);
        let x = graph.elementwise(Op::Mul, &[x, gain], &name);
        let numbers = |t: Tensor<1>| -> Vec<f64> { t.to_data().iter::<f64>().collect() };
        let (gamma, beta) = (numbers(self.gamma.val()), numbers(self.beta.val()));
        let zeros = vec![0.0; beta.len()];
        let (scale, shift) = self.normalizer.of_channels(&gamma, &zeros, &beta);
        let single = |values: Vec<f64>| values.into_iter().map(|v| v as f32).collect();
        Ok(graph.affine(x, single(scale), single(shift), &name))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        check_number_type(&self.name(), field.memory(), &self.gamma.val())?;
        let (gamma, beta) = (self.gamma.val(), self.beta.val());
        let moments = |x: &Tensor<5>, block| self.normalizer.moments(x, block);
        let (normalizer, epsilon) = (&self.normalizer, self.constants.epsilon);
        field.map(&self.field_type, |x| match x.shape().num_elements() {
            0 => x,
            _ => normalizer.normalize(x, self.together, epsilon, &gamma, &beta, moments),
        })
    }

    fn parameters(&self) -> usize {
        self.field_type.fields() + self.normalizer.shifts()
    }
}
