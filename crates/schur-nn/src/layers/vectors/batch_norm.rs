//! Batch norm of vectors.

use burn::module::{Module, Param, RunningState};
use burn::tensor::{Device, Tensor};

use super::{VectorLayer, check, field_of_component, map_blocks, require};
use crate::export::{Graph, Value};
use crate::layers::norm::blend;
use crate::layers::normalization::constants::NormConstants;
use crate::{NnError, VectorType};

/// Batch norm with statistics per field, over batch and components: as
/// [`FieldNorm`](crate::FieldNorm) for permuted fields, `y = γ (x - μ) / √(σ² + ε) + β`, and as
/// [`FieldNorm::without_mean`](crate::FieldNorm::without_mean) for others,
/// `y = γ x / √(E|x|²/d + ε)`.
///
/// While training (on an autodiff device) it uses the statistics of the batch and updates the
/// running ones; otherwise it uses the running ones.
///
/// ```
/// use burn::tensor::Device;
/// use schur_math::LinearGroup;
/// use schur_nn::{VectorBatchNorm, VectorLayer, VectorType};
///
/// let o3 = LinearGroup::orthogonal(3)?;
/// let vectors = VectorType::tensors(&o3, &"4 T(0) + 3 T(1)".parse()?)?;
/// let norm = VectorBatchNorm::new(&vectors, &Device::flex())?;
/// // A scale per field, and a shift per scalar.
/// assert_eq!(norm.parameters(), 7 + 4);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct VectorBatchNorm {
    /// Scale per field.
    pub gamma: Param<Tensor<1>>,
    /// Shift per field that is permuted; none if there is no such field.
    pub beta: Option<Param<Tensor<1>>>,
    /// Running mean per field; that of fields that are not permuted is not used.
    pub running_mean: RunningState<Tensor<1>>,
    /// Running variance per field (biased estimate), or mean square.
    pub running_variance: RunningState<Tensor<1>>,
    #[module(skip)]
    vectors: VectorType,
    /// Per block whether it is permuted.
    #[module(skip)]
    centred: Vec<bool>,
    #[module(skip)]
    constants: NormConstants,
}

impl VectorBatchNorm {
    /// A norm with scale 1, shift 0, running mean 0 and running variance 1.
    ///
    /// # Errors
    ///
    /// If the group does not keep the length of some fields.
    pub fn new(vectors: &VectorType, device: &Device) -> Result<Self, NnError> {
        let problem = "the group does not keep its length; norm the scalars before they become \
                       gates, and leave these fields as they are";
        let suits = |block| vectors.is_orthogonal(block);
        require("batch norm", vectors, suits, problem)?;
        let blocks = 0..vectors.blocks().len();
        let centred: Vec<bool> = blocks.map(|block| vectors.is_permutation(block)).collect();
        let permuted = vectors.blocks().iter().zip(&centred).filter(|(_, c)| **c);
        let shifts: usize = permuted.map(|(block, _)| block.multiplicity).sum();
        let fields = [vectors.fields()];
        let beta = (shifts > 0).then(|| Param::from_tensor(Tensor::zeros([shifts], device)));
        Ok(Self {
            gamma: Param::from_tensor(Tensor::ones(fields, device)),
            beta,
            running_mean: RunningState::new(Tensor::zeros(fields, device)),
            running_variance: RunningState::new(Tensor::ones(fields, device)),
            vectors: vectors.clone(),
            centred,
            constants: NormConstants::default(),
        })
    }

    /// As [`FieldNorm::with_momentum`](crate::FieldNorm::with_momentum).
    ///
    /// # Errors
    ///
    /// If it is not in `[0, 1]`.
    pub fn with_momentum(mut self, momentum: f64) -> Result<Self, NnError> {
        self.constants = self.constants.with_momentum("batch norm", momentum)?;
        Ok(self)
    }

    /// As [`FieldNorm::with_epsilon`](crate::FieldNorm::with_epsilon).
    ///
    /// # Errors
    ///
    /// If it is not a positive number.
    pub fn with_epsilon(mut self, epsilon: f64) -> Result<Self, NnError> {
        self.constants = self.constants.with_epsilon("batch norm", epsilon)?;
        Ok(self)
    }

    /// Scale and shift of every field; a shift would move fields that are not permuted.
    fn affine(&self, mean: Tensor<1>, variance: Tensor<1>) -> [Tensor<1>; 2] {
        let scale = self.gamma.val() / (variance + self.constants.epsilon).sqrt();
        let Some(beta) = &self.beta else {
            return [scale.clone(), scale.zeros_like()];
        };
        let (beta, offset) = (beta.val(), mean * scale.clone());
        let (mut field, mut permuted) = (0, 0);
        let mut shifts = Vec::with_capacity(self.centred.len());
        for (block, centred) in self.vectors.blocks().iter().zip(&self.centred) {
            let copies = block.multiplicity;
            let offset = offset.clone().narrow(0, field, copies);
            field += copies;
            shifts.push(if *centred {
                permuted += copies;
                beta.clone().narrow(0, permuted - copies, copies) - offset
            } else {
                offset.zeros_like()
            });
        }
        [scale, Tensor::cat(shifts, 0)]
    }

    /// Mean and variance of every field in a batch.
    fn statistics(&self, x: &Tensor<2>) -> [Tensor<1>; 2] {
        let (mut means, mut variances) = (Vec::new(), Vec::new());
        map_blocks(x.clone(), &self.vectors, |x, block, _| {
            let mean = x.clone().mean_dim(0).mean_dim(2);
            let mean = if self.centred[block] {
                mean
            } else {
                mean.zeros_like()
            };
            let variance = (x.clone() - mean.clone()).square().mean_dim(0).mean_dim(2);
            means.push(mean.reshape([-1]));
            variances.push(variance.reshape([-1]));
            x
        });
        [Tensor::cat(means, 0), Tensor::cat(variances, 0)]
    }
}

impl VectorLayer for VectorBatchNorm {
    fn name(&self) -> String {
        format!("batch norm of vectors{}", self.constants)
    }

    fn input_type(&self) -> &VectorType {
        &self.vectors
    }

    fn output_type(&self) -> &VectorType {
        &self.vectors
    }

    fn parameters(&self) -> usize {
        let shifts = self.beta.as_ref().map_or(0, |beta| beta.val().dims()[0]);
        self.vectors.fields() + shifts
    }

    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        check(self, &x, Some(self.gamma.val().dtype()))?;
        if x.dims()[0] == 0 {
            return Ok(x);
        }
        let running = [&self.running_mean, &self.running_variance];
        let [mean, variance] = if x.is_autodiff() {
            let statistics = self.statistics(&x);
            for (state, new) in running.iter().zip(&statistics) {
                blend(state, new.clone().detach(), self.constants.momentum);
            }
            statistics
        } else {
            running.map(|state| state.value_sync())
        };
        let [scale, shift] = self.affine(mean, variance);
        Ok(map_blocks(x, &self.vectors, |x, _, first| {
            let copies = x.dims()[1];
            let of = |t: &Tensor<1>| t.clone().narrow(0, first, copies).reshape([1, copies, 1]);
            x * of(&scale) + of(&shift)
        }))
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let running = [&self.running_mean, &self.running_variance];
        let [mean, variance] = running.map(|state| state.value_sync());
        let [scale, shift] = self.affine(mean, variance).map(|of_field| {
            let values: Vec<f32> = of_field.to_data().iter::<f32>().collect();
            let fields = field_of_component(&self.vectors);
            fields.into_iter().map(|field| values[field]).collect()
        });
        Ok(graph.affine(x, scale, shift, &self.name()))
    }
}
