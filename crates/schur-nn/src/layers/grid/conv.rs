//! Equivariant convolution: lifting, group and head convolutions are one layer, told apart by
//! their field types.

mod config;
mod delta_orthogonal;
pub(in crate::layers) mod export;
mod folded;
pub(in crate::layers) mod kernel;
pub(in crate::layers) mod padding;
mod spaces;
mod transposed;
pub(in crate::layers) mod unreached;

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use schur_engine::ConvPlan;

pub use config::EquivariantConvConfig;
pub use delta_orthogonal::Initialisation;
pub(crate) use folded::FoldedConv;
pub use kernel::{KernelFilter, KernelKind};
use padding::Border;
pub use padding::PaddingMode;
pub(crate) use spaces::{KernelSpace, KernelSpaces};
pub use transposed::EquivariantConvTransposed;

use crate::exactness::{Inexactness, Window, sliding_window};
use crate::export::{Graph, Value};
use crate::ops::SharedPlan;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError, layers, ops};

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
/// use schur_nn::{EquivariantConvConfig, Layer, Field, FieldType};
///
/// let (image, features) = (FieldType::parse("C4: 1 trivial")?, FieldType::parse("C4: 8 regular")?);
/// let lifting = EquivariantConvConfig::new(&image, &features, 3).init(&Device::flex())?;
/// let x = Field::from_tensor(Tensor::ones([1, 1, 9, 9], &Device::flex()), &image)?;
/// assert_eq!(lifting.forward(x)?.to_tensor().dims(), [1, 32, 7, 7]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct EquivariantConv {
    /// Coefficients of the kernel basis, in the order of [`ConvPlan`].
    pub weight: Param<Tensor<1>>,
    /// One constant per invariant direction of a field.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    plan: SharedPlan,
    #[module(skip)]
    border: Border,
}

impl EquivariantConv {
    /// Where weights meet bases: sizes, costs and the order of the parameters.
    pub fn plan(&self) -> &ConvPlan {
        &self.plan
    }

    /// The output fields, counted from 0, to which no kernel leads from any input field: they stay
    /// 0, or constant where a bias moves them. [`notices`](Layer::notices) says so; a
    /// convolution that reaches no field at all is an error of
    /// [`init`](EquivariantConvConfig::init).
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::{EquivariantConvConfig, Layer, FieldType};
    ///
    /// let image = FieldType::parse("SO(2): trivial")?;
    /// let fields = FieldType::parse("SO(2): 2 E1 + 2 E4")?;
    /// // Pixels around one tell the frequencies apart up to 2.
    /// let conv = EquivariantConvConfig::new(&image, &fields, 3).init(&Device::flex())?;
    /// assert_eq!(conv.unreached_fields(), [2, 3]);
    /// assert!(conv.notices()[0].contains("irrep(E4)"));
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    pub fn unreached_fields(&self) -> Vec<usize> {
        unreached::fields(&self.plan, &self.input, &self.output)
    }

    /// The plan itself: another path computes the same.
    pub(crate) fn plan_mut(&mut self) -> &mut SharedPlan {
        &mut self.plan
    }

    /// A layer of given weights.
    pub(super) fn of_parts(
        weight: Tensor<1>,
        bias: Option<Tensor<1>>,
        input: &FieldType,
        output: &FieldType,
        plan: &SharedPlan,
        border: Border,
    ) -> Self {
        Self {
            weight: Param::from_tensor(weight),
            bias: bias.map(Param::from_tensor),
            input: input.clone(),
            output: output.clone(),
            plan: plan.clone(),
            border,
        }
    }
}

impl Layer for EquivariantConv {
    fn name(&self) -> String {
        self.border.name("conv", &self.input, self.plan.geometry())
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let (x, plan) = self
            .border
            .export(graph, x, &self.plan, &self.input, &name)?;
        let bias = self.bias.as_ref().map(Param::val);
        export::conv(
            graph,
            x,
            &plan,
            &self.output,
            self.weight.val(),
            bias,
            &name,
        )
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        layers::check_number_type(&self.name(), field.memory(), &self.weight.val())?;
        let domain = field.domain().clone();
        let (x, plan) = self.border.pad(field, &self.plan, &self.name())?;
        let domain = self.output_domain(&domain)?;
        let y = ops::equivariant_conv(x, self.weight.val(), &plan);
        let y = match &self.bias {
            Some(bias) => y + layers::channel_bias(&self.output, bias.val())?.unsqueeze(),
            None => y,
        };
        Ok(Field::of_cells(y, domain, &self.output))
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        domain.of_grid(g, |moves, sizes| {
            let (geometry, padded) = (self.plan.geometry(), self.border.padded(sizes));
            self.border
                .inexactness(moves)
                .or_else(|| sliding_window(moves, geometry, padded, Window::Convolution))
        })
    }

    fn notices(&self) -> Vec<String> {
        let fields = self.unreached_fields();
        unreached::notice(&self.input, &self.output, &fields, self.bias.is_some())
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        self.border
            .output_domain(domain, self.plan.geometry(), &self.name())
    }

    fn parameters(&self) -> usize {
        let biases = self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0]);
        self.plan.parameters() + biases
    }
}
