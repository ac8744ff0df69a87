//! Dropout of the fields of vectors.

use burn::module::{Module, RunningState};
use burn::tensor::{Device, Tensor, TensorData};

use super::{VectorLayer, check, field_of_component};
use crate::export::{Graph, Value};
use crate::layers::dropout::{check_probability, draw};
use crate::{NnError, VectorType};

/// Sets random fields to zero while training (on an autodiff device), and multiplies the others
/// with `1 / (1 - p)`; otherwise the identity. The masks are those of
/// [`FieldDropout`](crate::FieldDropout): a function of the seed and of the number of masks
/// before.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_math::LinearGroup;
/// use schur_nn::{VectorDropout, VectorLayer, VectorType};
///
/// let vectors = VectorType::tensors(&LinearGroup::lorentz()?, &"8 T(1)".parse()?)?;
/// let device = Device::flex().autodiff();
/// let dropout = VectorDropout::new(&vectors, 0.5, 0, &device)?;
/// let y = dropout.forward(Tensor::ones([1, 32], &device))?;
/// // Whole fields are 0 or 2.
/// let of_field = y.reshape([8, 4]);
/// assert_eq!(of_field.clone().max_dim(1).to_data(), of_field.min_dim(1).to_data());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct VectorDropout {
    /// Number of masks drawn so far.
    pub step: RunningState<Tensor<1>>,
    #[module(skip)]
    vectors: VectorType,
    #[module(skip)]
    probability: f64,
    #[module(skip)]
    seed: u64,
}

impl VectorDropout {
    /// Dropout of whole fields with the given probability. Several layers should have several
    /// seeds.
    ///
    /// # Errors
    ///
    /// If the probability is not in `[0, 1)`.
    pub fn new(
        vectors: &VectorType,
        probability: f64,
        seed: u64,
        device: &Device,
    ) -> Result<Self, NnError> {
        check_probability(probability)?;
        Ok(Self {
            step: RunningState::new(Tensor::zeros([1], device)),
            vectors: vectors.clone(),
            probability,
            seed,
        })
    }
}

impl VectorLayer for VectorDropout {
    fn name(&self) -> String {
        format!("dropout of vectors {}", self.probability)
    }

    fn input_type(&self) -> &VectorType {
        &self.vectors
    }

    fn output_type(&self) -> &VectorType {
        &self.vectors
    }

    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        check(self, &x, None)?;
        let [batch, components] = x.dims();
        if !x.is_autodiff() || self.probability == 0.0 || batch == 0 {
            return Ok(x);
        }
        let (fields, field_of) = (self.vectors.fields(), field_of_component(&self.vectors));
        let drawn = draw(&self.step, self.seed, self.probability, batch * fields);
        let rows = drawn.chunks(fields);
        let mask: Vec<f64> = rows
            .flat_map(|row| field_of.iter().map(|&field| row[field]))
            .collect();
        let mask = TensorData::new(mask, [batch, components]);
        Ok(x.clone() * Tensor::from_data(mask, (&x.device(), x.dtype())))
    }

    /// Nothing: a plain network is for inference.
    fn export(&self, _: &mut Graph, x: Value) -> Result<Value, NnError> {
        Ok(x)
    }
}
