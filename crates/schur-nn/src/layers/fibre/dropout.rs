//! Dropout.

use burn::module::{Flag, Module, Param, RunningState};
use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::export::{Graph, Value};
use crate::layers::{check_engine_type, trains};
use crate::random::uniform;
use crate::{Field, FieldType, Layer, NnError};

/// In [training](crate::Layer#training) sets random fields to zero and multiplies the others with
/// `1 / (1 - p)`; otherwise the identity.
///
/// With [`new`](Self::new), a field of a sample is zero as a whole, all components at all places.
/// For one and the same mask that commutes with the group. With [`pointwise`](Self::pointwise)
/// every number has its own chance; that commutes with the group in distribution only: the
/// transformed output is as likely as the output.
///
/// # State
///
/// The mask is a function of the seed and of the number of masks drawn before, `step`: ChaCha8
/// keyed by the seed, in stream `step`. Each forward pass in training advances `step` by one. It
/// is kept with the running statistics, so it is in the checkpoint, and a resumed run continues
/// with the masks that it would have drawn. After 2^24 masks it starts again.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{Layer, Field, FieldDropout, FieldType};
///
/// let fields = FieldType::parse("C4: 8 regular")?;
/// let device = Device::flex().autodiff();
/// let dropout = FieldDropout::new(&fields, 0.5, 0, &device)?;
/// let x = Tensor::ones([1, 32, 2, 2], &device);
/// let y = dropout.forward(Field::from_tensor(x, &fields)?)?.to_tensor();
/// // Whole fields are 0 or 2.
/// let of_field = y.reshape([8, 16]);
/// assert_eq!(of_field.clone().max_dim(1).to_data(), of_field.min_dim(1).to_data());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct FieldDropout {
    /// Whether it trains, unless gradients are off: `freeze` and `valid` end it.
    pub training: Param<Flag>,
    /// Number of masks drawn so far.
    pub step: RunningState<Tensor<1>>,
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    probability: f64,
    #[module(skip)]
    seed: u64,
    #[module(skip)]
    pointwise: bool,
}

/// Masks before the counter starts again: up to here `f32` counts exactly.
const MASKS: f64 = 16_777_216.0;

pub(crate) fn check_probability(probability: f64) -> Result<(), NnError> {
    if (0.0..1.0).contains(&probability) {
        return Ok(());
    }
    Err(NnError::Config {
        at: "dropout".to_string(),
        problem: format!("the probability {probability} is not in [0, 1)"),
    })
}

/// Draws the next mask of some numbers, 0 or `1 / (1 - p)`, and counts it.
pub(crate) fn draw(
    step: &RunningState<Tensor<1>>,
    seed: u64,
    probability: f64,
    numbers: usize,
) -> Vec<f64> {
    let state = step.value_sync();
    let drawn = state.clone().into_scalar::<f64>().round();
    step.update((state * 0.0) + (drawn + 1.0) % MASKS);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(drawn as u64);
    let kept = 1.0 / (1.0 - probability);
    let mut next = || {
        if uniform(&mut rng) < probability {
            0.0
        } else {
            kept
        }
    };
    (0..numbers).map(|_| next()).collect()
}

impl FieldDropout {
    /// Dropout of whole fields with the given probability. Several layers should have several
    /// seeds.
    ///
    /// # Errors
    ///
    /// If the probability is not in `[0, 1)`.
    pub fn new(
        field_type: &FieldType,
        probability: f64,
        seed: u64,
        device: &Device,
    ) -> Result<Self, NnError> {
        check_probability(probability)?;
        Ok(Self {
            training: Param::from_bool(true),
            step: RunningState::new(Tensor::zeros([1], device)),
            field_type: field_type.clone(),
            probability,
            seed,
            pointwise: false,
        })
    }

    /// Dropout of single numbers, for fields whose channels the group permutes up to signs.
    ///
    /// # Errors
    ///
    /// If the probability is not in `[0, 1)`, or a representation is of another kind: the
    /// transformed mask would not be as likely as the mask.
    pub fn pointwise(
        field_type: &FieldType,
        probability: f64,
        seed: u64,
        device: &Device,
    ) -> Result<Self, NnError> {
        let mut blocks = field_type.blocks().iter();
        if let Some(block) = blocks.find(|b| !b.representation.is_monomial()) {
            return Err(NnError::Unsuitable {
                layer: "pointwise dropout".to_string(),
                representation: block.representation.name().to_string(),
                problem: "it does not permute the channels up to signs; drop whole fields"
                    .to_string(),
            });
        }
        let mut dropout = Self::new(field_type, probability, seed, device)?;
        dropout.pointwise = true;
        Ok(dropout)
    }

    /// Draws the next mask: 0 or `1 / (1 - p)`, `[batch, 1, channels]` or one per number.
    fn draw(&self, x: &Tensor<3>) -> Tensor<3> {
        let next = |numbers| draw(&self.step, self.seed, self.probability, numbers);
        let [batch, places, channels] = x.dims();
        let (values, shape): (Vec<f64>, _) = if self.pointwise {
            let shape = [batch, places, channels];
            (next(shape.iter().product()), shape)
        } else {
            let field_of_channel = self.field_type.layout().field_of_channel();
            let fields = self.field_type.fields();
            let mut values = Vec::with_capacity(batch * channels);
            for of_field in next(batch * fields).chunks(fields) {
                values.extend(field_of_channel.iter().map(|&f| of_field[f]));
            }
            (values, [batch, 1, channels])
        };
        Tensor::from_data(TensorData::new(values, shape), (&x.device(), x.dtype()))
    }
}

impl Layer for FieldDropout {
    fn name(&self) -> String {
        let what = if self.pointwise { "pointwise" } else { "field" };
        format!("{what} dropout {}", self.probability)
    }

    /// Nothing: a plain network is for inference.
    fn export(&self, _: &mut Graph, x: Value) -> Result<Value, NnError> {
        Ok(x)
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        if !trains(&self.training, field.memory()) || self.probability == 0.0 {
            return Ok(field);
        }
        check_engine_type(&self.name(), field.memory())?;
        let mask = self.draw(field.memory());
        field.map(&self.field_type, |x| x * mask)
    }
}
