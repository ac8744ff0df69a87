//! Batch norm per field, fused with a nonlinearity.

use std::sync::Arc;

use burn::module::{Flag, Module, Param, RunningState};
use burn::tensor::{Device, Tensor};
use schur_engine::Activation;
use schur_engine::norm::{Centering, NormPlan};

use super::normalization::constants::NormConstants;
use super::normalization::moments::{Moments, Normalizer, Together};
use crate::affine::Affine;
use crate::export::{Graph, Unary, Value};
use crate::field_type::require_orthogonal;
use crate::group::AnyRepresentation;
use crate::ops::{self, NormRule};
use crate::{Field, FieldType, Layer, NnError, layers};

/// Batch norm with one mean, variance, scale and shift per *field*, and a pointwise
/// nonlinearity: `y = a(γ (x - μ) / √(σ² + ε) + β)`.
///
/// All components of a field share the statistics, taken over batch, pixels and components;
/// norming channels one by one would break equivariance. Fields without invariant direction
/// (such as a non-trivial irrep) have mean zero on average over the group: they are scaled by
/// their mean square and get no shift.
///
/// That is one pass of the engine. If a field is neither permuted by the group nor free of
/// invariant directions (such as `spectral(2)`), all are normed by Burn operations: the mean is
/// then the part of it in the invariant vectors, with one running mean and one shift `β` for each
/// of an orthonormal basis of them; the variance is that of the rest. Every orthogonal
/// representation is admissible. For one variance per irrep, change the basis before.
///
/// In [training](crate::Layer#training) it uses the statistics of the batch and updates the
/// running ones, which begin as those of the first batch; otherwise it uses the running ones. Other constants than the usual ones
/// ([`with_momentum`](Self::with_momentum), [`with_epsilon`](Self::with_epsilon)) stand in the
/// [name](Layer::name) and so in the description of checkpoints.
///
/// ```
/// use burn::tensor::Device;
/// use schur_engine::Activation;
/// use schur_nn::{Layer, FieldNorm, FieldType};
///
/// let fields = FieldType::parse("SO(2): 4 trivial + 4 E1 + 2 spectral(2)")?;
/// let norm = FieldNorm::new(&fields, Activation::Identity, &Device::flex())?;
/// assert_eq!(norm.gamma.val().dims(), [10]);
/// // The vectors have no shift.
/// assert_eq!(norm.beta.val().dims(), [6]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct FieldNorm {
    /// Scale per field.
    pub gamma: Param<Tensor<1>>,
    /// Shift per field, or per field and invariant direction.
    pub beta: Param<Tensor<1>>,
    /// Whether it trains, unless gradients are off: `freeze` and `valid` end it.
    pub training: Param<Flag>,
    /// Running mean per field, or per field and invariant direction.
    pub running_mean: RunningState<Tensor<1>>,
    /// Running variance per field (biased estimate).
    pub running_variance: RunningState<Tensor<1>>,
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    activation: Activation,
    #[module(skip)]
    rule: Arc<Rule>,
}

/// What is computed; behind a pointer, so that the layer is no larger than others.
#[derive(Clone, Debug)]
struct Rule {
    method: Method,
    constants: NormConstants,
}

/// Who computes.
#[derive(Clone, Debug)]
enum Method {
    /// The engine, in one pass.
    Fused(Arc<NormPlan>),
    /// Burn's operations, for any representation.
    Composed(Arc<Normalizer>),
}

impl FieldNorm {
    /// A norm with scale 1, shift 0, running mean 0 and running variance 1.
    ///
    /// # Errors
    ///
    /// If the nonlinearity does not commute with a representation, or the group does not keep the
    /// length of some fields.
    pub fn new(
        field_type: &FieldType,
        activation: Activation,
        device: &Device,
    ) -> Result<Self, NnError> {
        if activation != Activation::Identity {
            layers::require_permutation(field_type, &format!("{activation:?}").to_lowercase())?;
        }
        require_orthogonal(field_type, "batch norm")?;
        let centering = |rho: &AnyRepresentation| {
            Ok(if rho.is_permutation() {
                Some(Centering::PerField)
            } else {
                rho.invariant_basis()?.is_empty().then_some(Centering::None)
            })
        };
        let blocks = field_type.blocks().iter();
        let centering = blocks.map(|b| centering(&b.representation));
        let centering = centering.collect::<Result<Vec<_>, NnError>>()?;
        match centering.into_iter().collect() {
            Some(centering) => Self::fused(field_type, centering, activation, device),
            None => {
                let normalizer = Normalizer::new(field_type)?;
                let shifts = normalizer.shifts();
                let method = Method::Composed(Arc::new(normalizer));
                Ok(Self::build(field_type, activation, method, shifts, device))
            }
        }
    }

    /// A norm that scales every field by its mean square and never shifts it, whatever its
    /// representation: `y = γ x / √(E|x|²/d + ε)`, in training by the statistics of the batch.
    ///
    /// For induced fields that is also the norm at the cosets: these share one variance, since
    /// the group exchanges them, and the mean of `|x|²` over cosets is that over the field.
    ///
    /// # Errors
    ///
    /// If the group does not keep the length of some fields.
    pub fn without_mean(field_type: &FieldType, device: &Device) -> Result<Self, NnError> {
        require_orthogonal(field_type, "batch norm")?;
        let centering = vec![Centering::None; field_type.blocks().len()];
        Self::fused(field_type, centering, Activation::Identity, device)
    }

    fn fused(
        field_type: &FieldType,
        centering: Vec<Centering>,
        activation: Activation,
        device: &Device,
    ) -> Result<Self, NnError> {
        let plan = NormPlan::with_centering(field_type.layout().clone(), centering, activation)?;
        let (method, shifts) = (Method::Fused(Arc::new(plan)), field_type.fields());
        Ok(Self::build(field_type, activation, method, shifts, device))
    }

    fn build(
        field_type: &FieldType,
        activation: Activation,
        method: Method,
        shifts: usize,
        device: &Device,
    ) -> Self {
        let fields = [field_type.fields()];
        Self {
            gamma: Param::from_tensor(Tensor::ones(fields, device)),
            beta: Param::from_tensor(Tensor::zeros([shifts], device)),
            training: Param::from_bool(true),
            running_mean: RunningState::new(Tensor::zeros([shifts], device)),
            running_variance: RunningState::new(Tensor::ones(fields, device)),
            field_type: field_type.clone(),
            activation,
            rule: Arc::new(Rule {
                method,
                constants: NormConstants::default(),
            }),
        }
    }

    /// This norm with another share of the newest batch in the running statistics,
    /// `running ← (1 - momentum) running + momentum new`, instead of 0.1; the first batch gives them
    /// their first values. With 1 they are those of the last batch, with 0 they stay as they are.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_engine::Activation;
    /// use schur_nn::{Layer, FieldNorm, FieldType};
    ///
    /// let fields = FieldType::parse("C4: 4 regular")?;
    /// let norm = FieldNorm::new(&fields, Activation::Relu, &Device::flex())?;
    /// let norm = norm.with_momentum(0.01)?.with_epsilon(0.5)?;
    /// assert_eq!(norm.name(), "batch norm + relu, momentum 0.01, epsilon 0.5");
    /// assert!(norm.with_momentum(1.5).is_err());
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not in `[0, 1]`.
    pub fn with_momentum(mut self, momentum: f64) -> Result<Self, NnError> {
        let rule = Arc::make_mut(&mut self.rule);
        rule.constants = rule.constants.with_momentum("batch norm", momentum)?;
        Ok(self)
    }

    /// This norm with another `ε`, added to the variance, than 1e-5.
    ///
    /// # Errors
    ///
    /// If it is not a positive number.
    pub fn with_epsilon(mut self, epsilon: f64) -> Result<Self, NnError> {
        let rule = Arc::make_mut(&mut self.rule);
        rule.constants = rule.constants.with_epsilon("batch norm", epsilon)?;
        Ok(self)
    }

    /// Moves the running statistics towards those of a batch. As long as they are the first values,
    /// which no batch has, those of the batch take their place: otherwise dozens of steps would be
    /// evaluated with a mean and a variance of no data at all. Nothing else has to be remembered, so
    /// checkpoints and their parameters are as they were.
    fn update(&self, mean: Tensor<1>, variance: Tensor<1>) {
        let momentum = self.rule.constants.momentum;
        if momentum == 0.0 {
            return;
        }
        let states = [&self.running_mean, &self.running_variance];
        let [old_mean, old_variance] = states.map(|state| state.value_sync());
        // One flag for all fields, computed where the numbers are: a single one may well have mean 0.
        let moved = old_mean.clone().abs().sum() + (old_variance.clone() - 1.0).abs().sum();
        let fresh = moved.equal_elem(0.0);
        for (state, old, new) in [
            (states[0], old_mean, mean),
            (states[1], old_variance, variance),
        ] {
            let first = fresh.clone().expand(old.dims());
            let old = old.mask_where(first, new.clone());
            state.update(old * (1.0 - momentum) + new * momentum);
        }
    }

    /// The plan of the engine that computes it in one pass; `None` if it is composed, see above.
    pub fn plan(&self) -> Option<&NormPlan> {
        match &self.rule.method {
            Method::Fused(plan) => Some(plan),
            Method::Composed(_) => None,
        }
    }

    /// The share of the newest batch in the running statistics.
    pub fn momentum(&self) -> f64 {
        self.rule.constants.momentum
    }

    /// What is added to variances.
    pub fn epsilon(&self) -> f64 {
        self.rule.constants.epsilon
    }

    /// The nonlinearity.
    pub(crate) fn activation(&self) -> Activation {
        self.activation
    }

    /// What the norm is with its running statistics, channels in memory order. Those of a field
    /// have one factor.
    pub(crate) fn affine(&self) -> Affine<f64> {
        let numbers = |t: Tensor<1>| -> Vec<f64> { t.to_data().iter::<f64>().collect() };
        let (gamma, beta) = (numbers(self.gamma.val()), numbers(self.beta.val()));
        let mean = numbers(self.running_mean.value_sync());
        let variance = numbers(self.running_variance.value_sync());
        let factors = gamma.iter().zip(variance);
        let factors: Vec<f64> = factors
            .map(|(g, v)| g / (v + self.rule.constants.epsilon).sqrt())
            .collect();
        match &self.rule.method {
            Method::Fused(plan) => {
                let (mut scale, mut shift) = (Vec::new(), Vec::new());
                for ((fields, block), centering) in self.field_type.ranges().zip(plan.centering()) {
                    for _ in 0..block.representation.dim() {
                        for field in fields.clone() {
                            scale.push(factors[field]);
                            shift.push(match centering {
                                Centering::PerField => beta[field] - mean[field] * factors[field],
                                Centering::None => 0.0,
                            });
                        }
                    }
                }
                Affine { scale, shift }
            }
            Method::Composed(normalizer) => {
                let (scale, shift) = normalizer.of_channels(&factors, &mean, &beta);
                Affine { scale, shift }
            }
        }
    }

    fn forward_fused(&self, x: Tensor<3>, plan: &Arc<NormPlan>) -> Tensor<3> {
        let x: Tensor<4> = x.unsqueeze_dim(1);
        let fixed = !layers::trains(&self.training, &x);
        let statistics = if fixed {
            let running = [&self.running_mean, &self.running_variance];
            Tensor::stack(running.map(|state| state.value_sync()).to_vec(), 0)
        } else {
            let statistics = ops::field_statistics(x.clone(), plan);
            let [mean, variance]: [Tensor<1>; 2] =
                [0, 1].map(|row| statistics.clone().detach().narrow(0, row, 1).reshape([-1]));
            self.update(mean, variance);
            statistics
        };
        let (gamma, beta) = (self.gamma.val(), self.beta.val());
        let epsilon = self.rule.constants.epsilon;
        let rule = NormRule { epsilon, fixed };
        ops::field_norm(x, gamma, beta, statistics, rule, plan).squeeze_dim(1)
    }

    fn forward_composed(&self, x: Tensor<3>, normalizer: &Normalizer) -> Tensor<3> {
        let (gamma, beta) = (self.gamma.val(), self.beta.val());
        let epsilon = self.rule.constants.epsilon;
        if !layers::trains(&self.training, &x) {
            let running = [&self.running_mean, &self.running_variance];
            let [mean, variance] = running.map(|state| state.value_sync());
            let moments = |_: &Tensor<5>, block| normalizer.of_block(&mean, &variance, block);
            return normalizer.normalize(x, Together::Batch, epsilon, &gamma, &beta, moments);
        }
        let (mut means, mut variances) = (Vec::new(), Vec::new());
        let y = normalizer.normalize(x, Together::Batch, epsilon, &gamma, &beta, |x, block| {
            let moments = normalizer.moments(x, block);
            let Moments { mean, variance } = &moments;
            means.extend(mean.clone().map(|mean| mean.detach().reshape([-1])));
            variances.push(variance.clone().detach().reshape([-1]));
            moments
        });
        self.update(Tensor::cat(means, 0), Tensor::cat(variances, 0));
        y
    }
}

impl Layer for FieldNorm {
    fn name(&self) -> String {
        let name = match self.activation {
            Activation::Identity => "batch norm",
            Activation::Relu => "batch norm + relu",
            Activation::Elu => "batch norm + elu",
        };
        format!("{name}{}", self.rule.constants)
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let Affine { scale, shift } = self.affine();
        let single = |values: Vec<f64>| values.into_iter().map(|v| v as f32).collect();
        let name = self.name();
        let y = graph.affine(x, single(scale), single(shift), &name);
        Ok(match self.activation {
            Activation::Identity => y,
            Activation::Relu => graph.unary(Unary::Relu, y, &name),
            Activation::Elu => graph.unary(Unary::Elu, y, &name),
        })
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        layers::check_number_type(&self.name(), field.memory(), &self.gamma.val())?;
        field.map(&self.field_type, |x| match &self.rule.method {
            _ if x.shape().num_elements() == 0 => x,
            Method::Fused(plan) => self.forward_fused(x, plan),
            Method::Composed(normalizer) => self.forward_composed(x, normalizer),
        })
    }

    /// Scales and shifts.
    fn parameters(&self) -> usize {
        self.gamma.val().dims()[0] + self.beta.val().dims()[0]
    }
}
