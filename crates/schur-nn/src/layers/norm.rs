//! Batch norm per field, fused with a nonlinearity.

use std::sync::Arc;

use burn::module::{Module, Param, RunningState};
use burn::tensor::{Device, Tensor};
use schur_engine::Activation;
use schur_engine::norm::{Centering, NormPlan};

use crate::export::{Graph, Unary, Value};
use crate::tolerance::NORM_EPSILON;
use crate::{EquivariantLayer, FeatureField, FieldType, NnError, ops};

/// Weight of the newest batch in the running statistics, as in PyTorch and Burn's default.
const MOMENTUM: f64 = 0.1;

/// Batch norm with one mean, variance, scale and shift per *field*, and a pointwise
/// nonlinearity: `y = a(γ (x - μ) / √(σ² + ε) + β)`.
///
/// All components of a field share the statistics, taken over batch, pixels and components;
/// norming channels one by one would break equivariance. Fields without invariant direction
/// (such as a non-trivial irrep) have mean zero on average over the group: they are scaled by
/// their mean square and get no shift.
///
/// While training (on an autodiff device) it uses the statistics of the batch and updates the
/// running ones; otherwise it uses the running ones.
#[derive(Module, Debug)]
pub struct FieldNorm {
    /// Scale per field.
    pub gamma: Param<Tensor<1>>,
    /// Shift per field.
    pub beta: Param<Tensor<1>>,
    /// Running mean per field.
    pub running_mean: RunningState<Tensor<1>>,
    /// Running variance per field (biased estimate).
    pub running_variance: RunningState<Tensor<1>>,
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    activation: Activation,
    #[module(skip)]
    plan: Arc<NormPlan>,
}

impl FieldNorm {
    /// A norm with scale 1, shift 0, running mean 0 and running variance 1.
    ///
    /// # Errors
    ///
    /// If the nonlinearity does not commute with a representation, or a representation is
    /// neither a permutation nor free of invariant directions.
    pub fn new(
        field_type: &FieldType,
        activation: Activation,
        device: &Device,
    ) -> Result<Self, NnError> {
        if activation != Activation::Identity {
            super::require_permutation(field_type, &format!("{activation:?}").to_lowercase())?;
        }
        let mut centering = Vec::new();
        for block in field_type.blocks() {
            let representation = &block.representation;
            if representation.is_permutation() {
                centering.push(Centering::PerField);
            } else if representation.invariants() == 0 {
                centering.push(Centering::None);
            } else {
                return Err(NnError::NotNormalisable {
                    representation: representation.name().to_string(),
                });
            }
        }
        let plan = NormPlan::with_centering(field_type.layout().clone(), centering, activation)?;
        let fields = [field_type.fields()];
        Ok(Self {
            gamma: Param::from_tensor(Tensor::ones(fields, device)),
            beta: Param::from_tensor(Tensor::zeros(fields, device)),
            running_mean: RunningState::new(Tensor::zeros(fields, device)),
            running_variance: RunningState::new(Tensor::ones(fields, device)),
            field_type: field_type.clone(),
            activation,
            plan: Arc::new(plan),
        })
    }

    fn batch_statistics(&self, x: &Tensor<4>) -> Tensor<2> {
        let statistics = ops::field_statistics(x.clone(), &self.plan);
        let [mean, variance]: [Tensor<1>; 2] =
            [0, 1].map(|row| statistics.clone().narrow(0, row, 1).reshape([-1]));
        let blend =
            |running: Tensor<1>, new: Tensor<1>| running * (1.0 - MOMENTUM) + new * MOMENTUM;
        self.running_mean
            .update(blend(self.running_mean.value_sync(), mean));
        self.running_variance
            .update(blend(self.running_variance.value_sync(), variance));
        statistics
    }

    fn running_statistics(&self) -> Tensor<2> {
        Tensor::stack(
            vec![
                self.running_mean.value_sync(),
                self.running_variance.value_sync(),
            ],
            0,
        )
    }
}

impl EquivariantLayer for FieldNorm {
    fn name(&self) -> String {
        match self.activation {
            Activation::Identity => "batch norm".to_string(),
            Activation::Relu => "batch norm + relu".to_string(),
            Activation::Elu => "batch norm + elu".to_string(),
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let numbers = |t: Tensor<1>| -> Vec<f64> { t.to_data().iter::<f64>().collect() };
        let (gamma, beta) = (numbers(self.gamma.val()), numbers(self.beta.val()));
        let mean = numbers(self.running_mean.value_sync());
        let variance = numbers(self.running_variance.value_sync());
        let (mut scale, mut shift) = (Vec::new(), Vec::new());
        let mut first = 0;
        for (block, centering) in self.field_type.blocks().iter().zip(self.plan.centering()) {
            for _ in 0..block.representation.dim() {
                for field in first..first + block.multiplicity {
                    let factor = gamma[field] / (variance[field] + NORM_EPSILON).sqrt();
                    let term = match centering {
                        Centering::PerField => beta[field] - mean[field] * factor,
                        Centering::None => 0.0,
                    };
                    scale.push(factor as f32);
                    shift.push(term as f32);
                }
            }
            first += block.multiplicity;
        }
        let name = self.name();
        let y = graph.affine(x, scale, shift, &name);
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

    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
        self.check_input(&field)?;
        super::check_number_type(&self.name(), field.memory(), &self.gamma.val())?;
        let x = field.into_memory();
        if x.shape().num_elements() == 0 {
            return Ok(FeatureField::new(x, self.field_type.clone()));
        }
        let statistics = if x.is_autodiff() {
            self.batch_statistics(&x)
        } else {
            self.running_statistics()
        };
        let y = ops::field_norm(
            x,
            self.gamma.val(),
            self.beta.val(),
            statistics,
            NORM_EPSILON,
            &self.plan,
        );
        Ok(FeatureField::new(y, self.field_type.clone()))
    }

    /// Scale and shift of every field.
    fn parameters(&self) -> usize {
        2 * self.field_type.fields()
    }
}
