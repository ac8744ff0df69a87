//! Convolution with implicit kernels.

mod config;
mod expansion;
mod radial;

use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::{Int, Tensor, TensorData};
use schur_engine::ConvPlan;

pub use config::ImplicitConvConfig;
use expansion::PairExpansion;
pub use radial::RadialNetwork;

use crate::exactness::{Inexactness, Window, sliding_window};
use crate::export::{Graph, Value};
use crate::layers::grid::conv::padding::Border;
use crate::layers::grid::conv::{EquivariantConv, export, unreached};
use crate::ops::SharedPlan;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError, layers, ops};

/// Equivariant convolution whose radial functions are learnt: a small network of the distance
/// gives the coefficients of steerable harmonics (Zhdanov, Hoffmann & Cesa 2023),
///
/// ```text
/// K(x) = Σ_e c_e(|x|) A_e(x/|x|),      c(r) = W h(r)
/// ```
///
/// `A_e` runs over all angular functions up to a frequency with
/// `A(g x) = ρ_out(g) A(x) ρ_in(g)⁻¹`, and `h` are the hidden features of the network. As the
/// coefficients depend on the distance only, the kernel satisfies the constraint whatever the
/// network is: all of its weights are free.
///
/// The kernel is a disc, sampled on the taps. Its parameters do not grow with its size, as those
/// of [`EquivariantConv`] do, so it pays for large kernels; a small one
/// has fewer distances than hidden features.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{Layer, Field, FieldType, ImplicitConvConfig};
///
/// let (image, vectors) = (FieldType::parse("SO(2): trivial")?, FieldType::parse("SO(2): 4 E1")?);
/// let sizes = [5, 15].map(|size| ImplicitConvConfig::new(&image, &vectors, size));
/// let [small, large] = sizes.map(|c| c.with_hidden(&[8]).init(&Device::flex()));
/// let large = large?;
/// // From a scalar to a vector there are 2 angular functions, 8 features each for 4 vectors;
/// // 1 + ⌈15/2⌉ waves lead to the features.
/// assert_eq!(large.parameters(), 8 * 2 * 4 + (9 * 8 + 8));
/// assert_eq!(small?.parameters(), 8 * 2 * 4 + (4 * 8 + 8));
/// let x = Field::from_tensor(Tensor::ones([1, 1, 20, 20], &Device::flex()), &image)?;
/// assert_eq!(large.forward(x)?.to_tensor().dims(), [1, 8, 6, 6]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct ImplicitConv {
    /// From distances to hidden features.
    pub radial: RadialNetwork,
    /// From hidden features to coefficients, `[features, coefficients]`. Coefficients are those
    /// of pairs of blocks, output blocks outer, in a pair `[function][input copy][output copy]`.
    pub readout: Param<Tensor<2>>,
    /// One constant per invariant direction of a field.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    pairs: Arc<Vec<PairExpansion>>,
    /// The plan whose basis elements are the angular functions at one distance each.
    #[module(skip)]
    plan: SharedPlan,
    #[module(skip)]
    border: Border,
}

impl ImplicitConv {
    /// The convolution with the angular functions at every distance as basis.
    pub fn plan(&self) -> &ConvPlan {
        &self.plan
    }

    /// The output fields that no kernel reaches, by their numbers; see
    /// [`EquivariantConv::unreached_fields`].
    pub fn unreached_fields(&self) -> Vec<usize> {
        unreached::fields(&self.plan, &self.input, &self.output)
    }

    /// The plan itself: another path computes the same.
    pub(crate) fn plan_mut(&mut self) -> &mut SharedPlan {
        &mut self.plan
    }

    /// The coefficients of the [`plan`](Self::plan) that the network gives.
    pub fn coefficients(&self) -> Tensor<1> {
        let all = self.radial.forward().matmul(self.readout.val());
        let [distances, _] = all.dims();
        let mut coefficients = Vec::with_capacity(self.pairs.len());
        let (inputs, outputs) = (self.input.blocks(), self.output.blocks());
        let mut first = 0;
        for (index, pair) in self.pairs.iter().enumerate() {
            let (out, input) = (index / inputs.len(), index % inputs.len());
            let copies = outputs[out].multiplicity * inputs[input].multiplicity;
            let columns = pair.functions * copies;
            if !pair.kept.is_empty() {
                let rows: Vec<i64> = pair.kept.iter().map(|&i| i as i64).collect();
                let rows = TensorData::from(rows.as_slice());
                let rows = Tensor::<1, Int>::from_data(rows, &all.device());
                let of_pair = all.clone().narrow(1, first, columns);
                let of_pair: Tensor<2> = of_pair.reshape([distances * pair.functions, copies]);
                coefficients.push(of_pair.select(0, rows).flatten(0, 1));
            }
            first += columns;
        }
        Tensor::cat(coefficients, 0)
    }
}

impl ImplicitConv {
    /// The convolution with the kernels that the network gives now, as they are: without the
    /// network, and not trainable through it.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::{Layer, Field, FieldType, ImplicitConvConfig, relative_distance};
    ///
    /// let fields = FieldType::parse("D4: 2 regular")?;
    /// let conv = ImplicitConvConfig::new(&fields, &fields, 5).init(&Device::flex())?;
    /// let x = Field::from_tensor(Tensor::ones([1, 16, 7, 7], &Device::flex()), &fields)?;
    /// let (y, fixed) = (conv.forward(x.clone())?, conv.fixed().forward(x)?);
    /// assert_eq!(relative_distance(y.memory(), fixed.memory()), 0.0);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    pub fn fixed(&self) -> EquivariantConv {
        let bias = self.bias.as_ref().map(|bias| bias.val().detach());
        EquivariantConv::of_parts(
            self.coefficients().detach(),
            bias,
            &self.input,
            &self.output,
            &self.plan,
            self.border,
        )
    }
}

impl Layer for ImplicitConv {
    fn name(&self) -> String {
        self.border
            .name("implicit conv", &self.input, self.plan.geometry())
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
            self.coefficients(),
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
        let coefficients = self.coefficients();
        layers::check_number_type(&self.name(), field.memory(), &coefficients)?;
        let domain = field.domain().clone();
        let (x, plan) = self.border.pad(field, &self.plan, &self.name())?;
        let domain = self.output_domain(&domain)?;
        let y = ops::equivariant_conv(x, coefficients, &plan);
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

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        self.border
            .output_domain(domain, self.plan.geometry(), &self.name())
    }

    fn notices(&self) -> Vec<String> {
        let fields = self.unreached_fields();
        unreached::notice(&self.input, &self.output, &fields, self.bias.is_some())
    }

    fn parameters(&self) -> usize {
        let biases = self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0]);
        self.radial.parameters() + self.readout.val().shape().num_elements() + biases
    }
}
