//! Nonlinearities of the norm.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::cosets::coset_representation;
use crate::export::{Graph, Op, Unary, Value};
use crate::field_type::require_orthogonal;
use crate::group::GridGroup;
use crate::layers::check_number_type;
use crate::layers::map_blocks;
use crate::tolerance::SOFT_NORM;
use crate::{Field, FieldType, Layer, NnError, Nonlinearity};

/// Changes the length of every field and keeps its direction: `y = f(|x| + b) x / |x|`, with a
/// learnable bias `b` per field (Worrall et al. 2017), or `y = x / (1 + |x|)`
/// ([`squash`](Self::squash)).
///
/// It commutes with every orthogonal representation. Where `f(b)` is not zero the map has no
/// limit at `x = 0`; the norm is therefore softened, `|x| = √(Σ x_c² + ε²)` with
/// `ε =` [`SOFT_NORM`], which bounds the slope by `f(b) / ε`.
///
/// On an induced representation ([`induced`](Self::induced)) the norm is that of the components
/// at each coset.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{Layer, FieldType, Nonlinearity, NormNonlinearity};
///
/// let fields = FieldType::parse("SO(2): 4 E1 + 2 E2")?;
/// let layer = NormNonlinearity::new(&fields, Nonlinearity::Relu, &Device::flex())?;
/// assert_eq!(layer.parameters(), 6);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct NormNonlinearity {
    /// Bias per field; none when squashing.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    function: Nonlinearity,
    /// Number of cosets that every field is divided into; 1 for whole fields.
    #[module(skip)]
    cosets: usize,
}

/// The initial bias: not 0 under ReLU, which would leave every field as it is.
fn initial_bias(function: &Nonlinearity) -> f64 {
    match function {
        Nonlinearity::Relu => -0.5,
        _ => 0.0,
    }
}

impl NormNonlinearity {
    /// A function of the norm, with a bias of 0, or of -0.5 under ReLU, which would do nothing
    /// without one.
    ///
    /// # Errors
    ///
    /// If the group does not keep the length of some fields.
    pub fn new(
        field_type: &FieldType,
        function: impl Into<Nonlinearity>,
        device: &Device,
    ) -> Result<Self, NnError> {
        require_orthogonal(field_type, "a function of the norm")?;
        let function = function.into();
        let bias = Tensor::full([field_type.fields()], initial_bias(&function), device);
        Ok(Self {
            bias: Some(Param::from_tensor(bias)),
            field_type: field_type.clone(),
            function,
            cosets: 1,
        })
    }

    /// `y = x / (1 + |x|)`, without bias.
    ///
    /// # Errors
    ///
    /// If the group does not keep the length of some fields.
    pub fn squash(field_type: &FieldType) -> Result<Self, NnError> {
        require_orthogonal(field_type, "a function of the norm")?;
        Ok(Self {
            bias: None,
            field_type: field_type.clone(),
            function: Nonlinearity::Identity,
            cosets: 1,
        })
    }

    /// The norm of the components at each coset of a subgroup instead of that of whole fields,
    /// for fields of representations induced from it.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_math::PlanarGroup;
    /// use schur_nn::{FieldType, Nonlinearity, NormNonlinearity};
    ///
    /// let fields = FieldType::parse("D4: 2 induced(C4, E1)")?;
    /// let layer = NormNonlinearity::new(&fields, Nonlinearity::Relu, &Device::flex())?;
    /// assert!(layer.induced(&PlanarGroup::parse("C4")?).is_ok());
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a representation does not permute blocks of components as the group permutes the
    /// cosets.
    pub fn induced(mut self, subgroup: impl Into<GridGroup>) -> Result<Self, NnError> {
        let subgroup = subgroup.into();
        for block in self.field_type.blocks() {
            let rho = &block.representation;
            self.cosets = coset_representation(rho, &subgroup, &self.name())?.dim();
        }
        Ok(self)
    }
}

impl Layer for NormNonlinearity {
    fn name(&self) -> String {
        let of = if self.cosets == 1 { "" } else { "induced " };
        match self.bias {
            Some(_) => format!("{of}norm {}", self.function.name()),
            None => format!("{of}norm squash"),
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        // The sums of squares per coset and copy, and where each channel finds its own.
        let (mut rows, mut of_channel) = (Vec::new(), Vec::new());
        let mut fields = Vec::new();
        for (offset, block) in self.field_type.parts() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            let size = dim / self.cosets;
            let first_norm = rows.len();
            let first_field = fields.last().map_or(0, |last| last + 1);
            for coset in 0..self.cosets {
                for copy in 0..copies {
                    let component = |c: usize| offset + (coset * size + c) * copies + copy;
                    rows.push((0..size).map(|c| (component(c), 1.0)).collect::<Vec<_>>());
                    fields.push(first_field + copy);
                }
            }
            let norm_of = |k: usize| first_norm + k / copies / size * copies + k % copies;
            of_channel.extend((0..dim * copies).map(norm_of));
        }
        let squares = graph.elementwise(Op::Mul, &[x, x], &name);
        let sums = graph.channel_map(squares, &rows, &name);
        let by = graph.constant(&[1, 1, 1, 1], vec![(SOFT_NORM * SOFT_NORM) as f32]);
        let sums = graph.elementwise(Op::Shift { by }, &[sums], &name);
        let norm = graph.unary(Unary::Sqrt, sums, &name);
        let gain = match &self.bias {
            None => {
                let by = graph.constant(&[1, 1, 1, 1], vec![1.0]);
                let larger = graph.elementwise(Op::Shift { by }, &[norm], &name);
                graph.unary(Unary::Reciprocal, larger, &name)
            }
            Some(bias) => {
                let bias: Vec<f32> = bias.val().to_data().iter::<f32>().collect();
                let biases = fields.iter().map(|&field| bias[field]).collect();
                let by = graph.per_channel(norm, biases);
                let biased = graph.elementwise(Op::Shift { by }, &[norm], &name);
                let value = self.function.export(graph, biased, &name)?;
                let inverse = graph.unary(Unary::Reciprocal, norm, &name);
                graph.elementwise(Op::Mul, &[value, inverse], &name)
            }
        };
        let gain = graph.gather(gain, 1, of_channel, &name);
        Ok(graph.elementwise(Op::Mul, &[x, gain], &name))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        if let Some(bias) = &self.bias {
            check_number_type(&self.name(), field.memory(), &bias.val())?;
        }
        let mut first = 0;
        field.map(&self.field_type, |memory| {
            map_blocks(memory, &self.field_type, |x, _| {
                let [pixels, dim, copies] = x.dims();
                let x: Tensor<4> = x.reshape([pixels, self.cosets, dim / self.cosets, copies]);
                let norm = (x.clone().square().sum_dim(2) + SOFT_NORM * SOFT_NORM).sqrt();
                let gain = match &self.bias {
                    Some(bias) => {
                        let bias = bias.val().narrow(0, first, copies);
                        first += copies;
                        let biased = norm.clone() + bias.reshape([1, 1, 1, copies]);
                        self.function.apply(biased) / norm
                    }
                    None => (norm + 1.0).recip(),
                };
                (x * gain).reshape([pixels, dim, copies])
            })
        })
    }

    fn parameters(&self) -> usize {
        self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0])
    }
}
