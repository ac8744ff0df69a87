//! What a network is trained for.

use std::marker::PhantomData;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::error::Result;
use crate::examples::Examples;

/// What a network of type `M` is trained for: the loss that is descended, and the score that
/// chooses the best epoch.
///
/// [`LossOnly`] and [`LossAndScore`] make one from a function.
///
/// ```
/// use burn::module::Module;
/// use burn::nn::Linear;
/// use burn::tensor::Tensor;
/// use schur_train::{Objective, Result, Tally};
///
/// /// Is the sum of the output positive where it should be?
/// struct Sign;
///
/// impl Objective<Linear> for Sign {
///     /// Inputs, and +1 or -1 for each.
///     type Batch = (Tensor<2>, Tensor<2>);
///
///     fn judge(&self, network: &Linear, (x, sign): Self::Batch) -> Result<(Tensor<1>, Tally)> {
///         let margin = network.forward(x).sum_dim(1) * sign;
///         let right = margin.clone().greater_elem(0.0).int().sum().into_scalar::<i64>();
///         let all = margin.dims()[0];
///         let loss = (margin.neg().exp() + 1.0).log().mean();
///         Ok((loss, Tally::share(right as f64, all as f64)))
///     }
///
///     fn score_name(&self) -> &str {
///         "accuracy"
///     }
/// }
/// ```
pub trait Objective<M: Module> {
    /// What is judged at once; [`Examples::Batch`] of the examples.
    type Batch;

    /// The mean loss over a batch, a finite number with its gradients, and how good the answers
    /// are.
    ///
    /// # Errors
    ///
    /// If the batch does not fit the network.
    fn judge(&self, network: &M, batch: Self::Batch) -> Result<(Tensor<1>, Tally)>;

    /// What the score is called in tables and files: letters and `_`.
    fn score_name(&self) -> &str {
        "score"
    }

    /// Loss and score of a network on all examples, without gradients and with running
    /// statistics.
    ///
    /// # Errors
    ///
    /// As [`judge`](Self::judge), and whatever prevents a batch.
    fn measure(&self, network: &M, examples: &dyn Examples<Batch = Self::Batch>) -> Result<Score> {
        let network = network.valid();
        let device = device_of(&network).without_autodiff();
        measure_batches(examples, &device, |batch| self.judge(&network, batch))
    }
}

/// Mean loss and score of what `judge` says of all examples, [`Examples::at_once`] at a time.
pub(crate) fn measure_batches<B>(
    examples: &dyn Examples<Batch = B>,
    device: &Device,
    judge: impl Fn(B) -> Result<(Tensor<1>, Tally)>,
) -> Result<Score> {
    let (mut loss_sum, mut tally) = (0.0, Tally::default());
    let indices: Vec<usize> = (0..examples.len()).collect();
    for batch in indices.chunks(examples.at_once().max(1)) {
        let (loss, right) = judge(examples.batch(batch, device)?)?;
        loss_sum += loss.into_scalar::<f64>() * batch.len() as f64;
        tally.add(right);
    }
    Ok(Score {
        loss: loss_sum / examples.len() as f64,
        score: tally.score(),
    })
}

/// The device of a module; that of the processor if the module has no parameter.
pub(crate) fn device_of<M: Module>(network: &M) -> Device {
    let devices = network.devices();
    devices.into_iter().next().unwrap_or_else(Device::flex)
}

/// How good a network is on examples.
///
/// ```
/// use burn::nn::{Linear, LinearConfig};
/// use burn::tensor::{Device, Tensor};
/// use schur_train::{LossOnly, Objective, Score};
///
/// let loss = LossOnly::new(|_: &Linear, (x, y): (Tensor<2>, Tensor<2>)| Ok((x - y).square().mean()));
/// let device = Device::flex();
/// let examples = (Tensor::<2>::ones([4, 1], &device), Tensor::<2>::zeros([4, 1], &device));
/// let network = LinearConfig::new(1, 1).init(&device);
/// assert_eq!(loss.measure(&network, &examples)?, Score { loss: 1.0, score: -1.0 });
/// # Ok::<(), schur_train::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Mean loss.
    pub loss: f64,
    /// The score of the objective; higher is better.
    pub score: f64,
}

/// Share of what is right, collected over batches: a quotient of two sums.
///
/// The accuracy is the share of right answers; the mean of any number is that number times the
/// examples over the examples; the intersection over union is a share of pixels.
///
/// ```
/// let mut tally = schur_train::Tally::share(8.0, 10.0);
/// tally.add(schur_train::Tally::share(1.0, 2.0));
/// assert_eq!(tally.score(), 0.75);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    right: f64,
    all: f64,
}

impl Tally {
    /// `right` of `all`.
    pub fn share(right: f64, all: f64) -> Self {
        Self { right, all }
    }

    /// Adds what another batch has given.
    pub fn add(&mut self, other: Self) {
        self.right += other.right;
        self.all += other.all;
    }

    /// The quotient; 1 where there was nothing to get right.
    pub fn score(self) -> f64 {
        if self.all == 0.0 {
            1.0
        } else {
            self.right / self.all
        }
    }
}

/// An objective from a function of the network and a batch that gives the loss, and how good the
/// answers are.
///
/// ```
/// use burn::nn::Linear;
/// use burn::tensor::Tensor;
/// use schur_train::{LossAndScore, Tally};
///
/// let signs = LossAndScore::new("accuracy", |network: &Linear, (x, sign): (Tensor<2>, Tensor<2>)| {
///     let margin = network.forward(x) * sign;
///     let right = margin.clone().greater_elem(0.0).int().sum().into_scalar::<i64>();
///     let tally = Tally::share(right as f64, margin.dims()[0] as f64);
///     Ok(((margin.neg().exp() + 1.0).log().mean(), tally))
/// });
/// ```
#[derive(Clone, Debug)]
pub struct LossAndScore<F, B> {
    score_name: String,
    judge: F,
    batch: PhantomData<fn(B)>,
}

impl<F, B> LossAndScore<F, B> {
    /// The objective of descending the loss, the mean over a batch, with a score of this name:
    /// letters and `_`.
    pub fn new<M: Module>(score_name: impl Into<String>, judge: F) -> Self
    where
        F: Fn(&M, B) -> Result<(Tensor<1>, Tally)>,
    {
        Self {
            score_name: score_name.into(),
            judge,
            batch: PhantomData,
        }
    }
}

impl<M, B, F> Objective<M> for LossAndScore<F, B>
where
    M: Module,
    F: Fn(&M, B) -> Result<(Tensor<1>, Tally)>,
{
    type Batch = B;

    fn judge(&self, network: &M, batch: B) -> Result<(Tensor<1>, Tally)> {
        (self.judge)(network, batch)
    }

    fn score_name(&self) -> &str {
        &self.score_name
    }
}

/// An objective from a loss alone: a function of the network and a batch. The score is the
/// negative loss, so that the best epoch is that of the smallest loss in validation.
///
/// ```
/// use burn::nn::Linear;
/// use burn::tensor::Tensor;
/// use schur_train::LossOnly;
///
/// let squares = LossOnly::new(|network: &Linear, (x, y): (Tensor<2>, Tensor<2>)| {
///     Ok((network.forward(x) - y).square().mean())
/// });
/// ```
#[derive(Clone, Debug)]
pub struct LossOnly<F, B> {
    loss: F,
    batch: PhantomData<fn(B)>,
}

impl<F, B> LossOnly<F, B> {
    /// The objective of descending `loss`, the mean over a batch.
    pub fn new<M: Module>(loss: F) -> Self
    where
        F: Fn(&M, B) -> Result<Tensor<1>>,
    {
        Self {
            loss,
            batch: PhantomData,
        }
    }
}

impl<M: Module, B, F: Fn(&M, B) -> Result<Tensor<1>>> Objective<M> for LossOnly<F, B> {
    type Batch = B;

    fn judge(&self, network: &M, batch: B) -> Result<(Tensor<1>, Tally)> {
        let loss = (self.loss)(network, batch)?;
        let negative = -loss.clone().into_scalar::<f64>();
        Ok((loss, Tally::share(negative, 1.0)))
    }

    fn measure(&self, network: &M, examples: &dyn Examples<Batch = B>) -> Result<Score> {
        let network = network.valid();
        let device = device_of(&network).without_autodiff();
        let score = measure_batches(examples, &device, |batch| self.judge(&network, batch))?;
        // Batches need not be equally large.
        Ok(Score {
            score: -score.loss,
            ..score
        })
    }
}
