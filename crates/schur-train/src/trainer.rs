//! The loop, and what it changes: weights, optimizer, history.

use std::time::Instant;

use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsAccumulator, GradientsParams, ModuleOptimizer};
use burn::tensor::{Bytes, Device};
use schur_nn::{Checkpoint, ModelDescription, number_parameters, remeasure_statistics};

use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::examples::Examples;
use crate::history::{EpochRecord, History};
use crate::objective::{Objective, Score, Tally, device_of};
use crate::observer::Observer;
use crate::penalty::l1_norm;
use crate::run_dir::to_toml;
use crate::settings::TrainConfig;

/// Most steps of an epoch after which the statistics of norms are measured anew: the running ones
/// still hold an eighth of what was before so many steps, 0.9^20.
const FEW_STEPS: usize = 20;
/// Name of the optimizer's state in the checkpoint.
const OPTIMIZER: &str = "optimizer";
/// Note of a checkpoint: the epoch after which it was written.
pub const EPOCH_NOTE: &str = "epoch";
/// Note of a checkpoint: the history of the training.
const HISTORY_NOTE: &str = "history";
/// Notes of a checkpoint to continue from: the settings, in TOML, and the seed.
const SETTINGS_NOTE: &str = "settings";
const SEED_NOTE: &str = "seed";
/// Note of a checkpoint: digest of the data.
pub(crate) const DATA_NOTE: &str = "data";

/// A training: a network of any kind, what it is trained for, the optimizer and what has happened
/// so far.
///
/// Everything is determined by the network's first weights, the settings, the seed and the
/// examples. The order of the examples and all else that is random depends on the seed and the
/// epoch alone, so that [`state`](Self::state) and [`resume`](Self::resume) continue to the same
/// bits as if nothing had been between them.
///
/// ```
/// use burn::nn::{Initializer, Linear, LinearConfig};
/// use burn::tensor::{Device, Tensor, TensorData};
/// use schur_nn::Checkpoint;
/// use schur_train::{Examples, LossOnly, Result, TrainConfig, Trainer};
///
/// struct Line;
///
/// impl Examples for Line {
///     type Batch = (Tensor<2>, Tensor<2>);
///
///     fn len(&self) -> usize {
///         100
///     }
///
///     fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
///         let x: Vec<f32> = indices.iter().map(|&i| i as f32 / 50.0 - 1.0).collect();
///         let x = Tensor::from_data(TensorData::new(x, [indices.len(), 1]), device);
///         Ok((x.clone(), x * 3.0 - 1.0))
///     }
/// }
///
/// let settings = TrainConfig { epochs: 4, batch: 10, learning_rate: 0.5, ..TrainConfig::default() };
/// let squares = || LossOnly::new(|network: &Linear, (x, y): (Tensor<2>, Tensor<2>)| {
///     Ok((network.forward(x) - y).square().mean())
/// });
/// let network = LinearConfig::new(1, 1).with_initializer(Initializer::Zeros);
/// let network = network.init(&Device::flex());
/// let mut trainer = Trainer::new(network.clone(), squares(), settings.clone(), 7)?;
/// trainer.epoch(&mut Line, &Line, &())?;
/// let bytes = trainer.state()?.to_bytes()?;
/// while !trainer.is_finished() {
///     trainer.epoch(&mut Line, &Line, &())?;
/// }
/// assert!(trainer.history().best().unwrap().validation_loss < 0.1);
///
/// // Continued from the bytes after the first epoch: the same numbers.
/// let other = Trainer::new(network, squares(), settings, 7)?;
/// let mut other = other.resume(&Checkpoint::from_bytes(&bytes)?)?;
/// while !other.is_finished() {
///     other.epoch(&mut Line, &Line, &())?;
/// }
/// assert_eq!(other.history().epochs, trainer.history().epochs);
/// assert_eq!(other.weights(), trainer.weights());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Trainer<M, O> {
    network: M,
    objective: O,
    optimizer: ModuleOptimizer,
    settings: TrainConfig,
    seed: u64,
    description: ModelDescription,
    /// What every checkpoint notes about its origin.
    notes: Vec<(String, String)>,
    /// Digest of the data, where they have one.
    data: Option<String>,
    /// Where the training was resumed from, until its data have been compared.
    resumed: Option<String>,
    history: History,
}

/// What a pass over the training examples has measured on its way, while the weights changed.
///
/// ```
/// use burn::nn::{Linear, LinearConfig};
/// use burn::tensor::{Device, Tensor};
/// use schur_train::{LossOnly, TrainConfig, Trainer};
///
/// let squares = LossOnly::new(|network: &Linear, (x, y): (Tensor<2>, Tensor<2>)| {
///     Ok((network.forward(x) - y).square().mean())
/// });
/// let device = Device::flex();
/// let mut examples = (Tensor::<2>::ones([8, 1], &device), Tensor::<2>::zeros([8, 1], &device));
/// let settings = TrainConfig { epochs: 1, batch: 8, ..TrainConfig::default() };
/// let mut trainer = Trainer::new(LinearConfig::new(1, 1).init(&device), squares, settings, 0)?;
/// let pass = trainer.pass(1, &mut examples, &())?;
/// assert_eq!(pass.score.score, -pass.score.loss);
/// # Ok::<(), schur_train::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pass {
    /// Mean loss and score over the batches.
    pub score: Score,
    /// Learning rate of the last step.
    pub learning_rate: f64,
}

impl<M: Module, O: Objective<M>> Trainer<M, O> {
    /// The training before its first step, with AdamW.
    ///
    /// The network learns where its parameters lie. Its parameters get the ids 1, 2, 3, … so that
    /// the optimizer's state belongs to the same ones in the next process.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if a setting is out of range.
    pub fn new(network: M, objective: O, settings: TrainConfig, seed: u64) -> Result<Self> {
        settings.validate()?;
        let learning = network.devices().iter().any(Device::is_autodiff);
        let network = if learning { network } else { network.train() };
        let network = number_parameters(network);
        Ok(Self {
            description: ModelDescription::of_module(&network),
            optimizer: AdamWConfig::new()
                .with_weight_decay(settings.weight_decay as f32)
                .init(),
            network,
            objective,
            settings,
            seed,
            notes: Vec::new(),
            data: None,
            resumed: None,
            history: History::default(),
        })
    }

    /// What checkpoints say that they are of, instead of the number of parameters alone: that of
    /// [`schur_nn::Network::description`], for example.
    #[must_use]
    pub fn with_description(mut self, description: ModelDescription) -> Self {
        self.description = description;
        self
    }

    /// Another optimizer of Burn instead of AdamW; the weight decay of the settings is not used
    /// then.
    #[must_use]
    pub fn with_optimizer(mut self, optimizer: ModuleOptimizer) -> Self {
        self.optimizer = optimizer;
        self
    }

    /// A text that every checkpoint notes, for example a digest of the data. Whoever resumes can
    /// compare it by [`Checkpoint::note`].
    #[must_use]
    pub fn with_note(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.notes.push((name.into(), text.into()));
        self
    }

    /// What the data are known again by, before an epoch asks them for their
    /// [digest](Examples::digest).
    #[must_use]
    pub fn with_data(mut self, digest: impl Into<String>) -> Self {
        self.data = Some(digest.into());
        self
    }

    /// The network as it is now, as it learns.
    pub fn network(&self) -> &M {
        &self.network
    }

    /// The network without gradients, as it is used after training.
    pub fn into_network(self) -> M {
        self.network.valid()
    }

    /// What it is trained for.
    pub fn objective(&self) -> &O {
        &self.objective
    }

    /// How it is trained.
    pub fn settings(&self) -> &TrainConfig {
        &self.settings
    }

    /// All finished epochs.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Whether all epochs are done, or there was no better score for [`TrainConfig::patience`]
    /// epochs.
    pub fn is_finished(&self) -> bool {
        self.history.epochs.len() >= self.settings.epochs || self.is_out_of_patience()
    }

    /// Whether the last epoch is the best so far.
    pub fn has_improved(&self) -> bool {
        let last = self.history.epochs.last();
        last.is_some_and(|last| self.history.best().map(|best| best.epoch) == Some(last.epoch))
    }

    fn is_out_of_patience(&self) -> bool {
        let begun = self.settings.begun();
        self.history.epochs.len() > begun
            && (self.history).out_of_patience(self.settings.patience, begun)
    }

    /// One epoch: a pass over the training examples, the score on the others, and a record of
    /// both.
    ///
    /// Where an epoch has at most 20 steps, the running statistics of norms are measured anew in
    /// between ([`remeasure_statistics`]), since they follow the weights with a delay of some ten
    /// steps: one more pass, without gradients.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Diverged`] at the first loss or score that is no finite number,
    /// [`ErrorKind::Data`] if
    /// there is no example, [`ErrorKind::Checkpoint`] if the training was resumed and its examples have
    /// another [digest](Examples::digest), and whatever examples and objective refuse. The history then
    /// still ends with the epoch before.
    pub fn epoch(
        &mut self,
        train: &mut dyn Examples<Batch = O::Batch>,
        validation: &dyn Examples<Batch = O::Batch>,
        observer: &dyn Observer,
    ) -> Result<&EpochRecord> {
        let epoch = self.history.epochs.len() + 1;
        self.know_again(train, validation)?;
        let started = Instant::now();
        let pass = self.pass(epoch, train, observer)?;
        self.remeasure(epoch, train)?;
        let seconds = started.elapsed().as_secs_f64();
        if validation.is_empty() {
            return fail(ErrorKind::Data, "there is no example for validation");
        }
        let found = self.objective.measure(&self.network, validation)?;
        if !found.loss.is_finite() {
            // That of training was finite.
            let text = format!(
                "{}, or look for values of the validation examples that lie far from those of training, \
                 where the loss was {:.4}",
                self.diverged(epoch, " in validation", found.loss),
                pass.score.loss
            );
            return fail(ErrorKind::Diverged, text);
        }
        // A history with such a number could be written, but not read.
        for score in [pass.score.score, found.score] {
            if !score.is_finite() {
                let text = format!(
                    "the {} became {score} in epoch {epoch}; an objective has to give finite numbers",
                    self.objective.score_name()
                );
                return fail(ErrorKind::Diverged, text);
            }
        }
        let record = EpochRecord {
            epoch,
            learning_rate: pass.learning_rate,
            train_loss: pass.score.loss,
            train_score: pass.score.score,
            validation_loss: found.loss,
            validation_score: found.score,
        };
        self.history.images = train.len();
        observer.epoch_ends(&record, train.len() as f64 / seconds);
        self.history.seconds.push(seconds);
        self.history.epochs.push(record);
        Ok(&self.history.epochs[epoch - 1])
    }

    /// Trains on every example once, in an order that depends on seed and `epoch` alone, at the
    /// rates of this epoch (from 1), and records nothing: for loops without validation.
    ///
    /// # Errors
    ///
    /// As [`epoch`](Self::epoch).
    pub fn pass(
        &mut self,
        epoch: usize,
        train: &mut dyn Examples<Batch = O::Batch>,
        observer: &dyn Observer,
    ) -> Result<Pass> {
        observer.epoch_begins(epoch);
        train.begin_epoch(epoch)?;
        if train.is_empty() {
            return fail(ErrorKind::Data, "there is no example to train on");
        }
        let order = schur_data::shuffled_indices(train.len(), self.seed, epoch as u64);
        let settings = &self.settings;
        let (batch, schedule, highest) =
            (settings.batch, settings.schedule, settings.learning_rate);
        let per_epoch = order.len().div_ceil(batch);
        let (begun, of) = settings.stage(epoch);
        let steps = per_epoch * of;
        let (mut loss_sum, mut tally, mut rate) = (0.0, Tally::default(), 0.0);
        for (step, indices) in order.chunks(batch).enumerate() {
            rate = schedule.rate(
                highest,
                (epoch - 1 - begun) * per_epoch + step,
                steps,
                per_epoch,
            );
            let value = self.step(indices, rate, train, &mut tally)?;
            if !value.is_finite() && (epoch, step) == (1, 0) {
                let text = format!(
                    "the loss is {value} before the first step; look for inputs and targets that are no \
                     finite numbers, or very large ones"
                );
                return fail(ErrorKind::Diverged, text);
            }
            if !value.is_finite() {
                let text = "or look for inputs and targets that are no finite numbers";
                let text = format!("{}, {text}", self.diverged(epoch, "", value));
                return fail(ErrorKind::Diverged, text);
            }
            loss_sum += value * indices.len() as f64;
            observer.step(indices.len(), value);
        }
        Ok(Pass {
            score: Score {
                loss: loss_sum / order.len() as f64,
                score: tally.score(),
            },
            learning_rate: rate,
        })
    }

    /// Takes the digest of the data, or compares it after a resume.
    fn know_again<B>(
        &mut self,
        train: &dyn Examples<Batch = B>,
        validation: &dyn Examples<Batch = B>,
    ) -> Result<()> {
        if self.data.is_some() && self.resumed.is_none() {
            return Ok(());
        }
        let both = train.digest().zip(validation.digest());
        let found = both.map(|(train, validation)| format!("{train}-{validation}"));
        if let (Some(kept), Some(found), Some(origin)) = (&self.data, &found, &self.resumed) {
            same_data(origin, kept, found)?;
        }
        self.data = self.data.take().or(found);
        self.resumed = None;
        Ok(())
    }

    /// Statistics of norms as those of the weights after this epoch, if it had few steps.
    fn remeasure(&mut self, epoch: usize, train: &dyn Examples<Batch = O::Batch>) -> Result<()> {
        let order = schur_data::shuffled_indices(train.len(), self.seed, epoch as u64);
        if order.len().div_ceil(self.settings.batch) <= FEW_STEPS {
            let batches: Vec<&[usize]> = order.chunks(self.settings.at_a_time()).collect();
            let device = device_of(&self.network);
            let (network, objective) = (self.network.clone(), &self.objective);
            self.network = remeasure_statistics(network, batches.len(), |network, batch| {
                let indices = batches[batch];
                objective.judge(network, train.batch(indices, &device)?)?;
                Ok::<_, TrainError>(indices.len())
            })?;
        }
        Ok(())
    }

    /// One optimizer step down the gradient of the mean loss of these examples and of the penalty, computed
    /// a piece after the other. Gives that loss; no step is made where it is no finite number.
    fn step(
        &mut self,
        indices: &[usize],
        rate: f64,
        train: &dyn Examples<Batch = O::Batch>,
        tally: &mut Tally,
    ) -> Result<f64> {
        let device = device_of(&self.network);
        let mut gradients = GradientsAccumulator::new();
        let (mut mean, mut l1) = (0.0, self.settings.l1);
        for piece in indices.chunks(self.settings.at_a_time()) {
            let (loss, right) = self
                .objective
                .judge(&self.network, train.batch(piece, &device)?)?;
            let share = piece.len() as f64 / indices.len() as f64;
            mean += loss.clone().into_scalar::<f64>() * share;
            if !mean.is_finite() {
                return Ok(mean);
            }
            tally.add(right);
            let loss = match piece.len() == indices.len() {
                true => loss,
                false => loss * share,
            };
            // The penalty once, with the first piece.
            let loss = match std::mem::take(&mut l1) {
                0.0 => loss,
                factor => loss + l1_norm(&self.network) * factor,
            };
            let found = GradientsParams::from_grads(loss.backward(), &self.network);
            gradients.accumulate(&self.network, found);
        }
        self.network = (self.optimizer).step(rate, self.network.clone(), gradients.grads());
        Ok(mean)
    }

    fn diverged(&self, epoch: usize, place: &str, loss: f64) -> TrainError {
        let rate = self.settings.learning_rate;
        let text = format!(
            "the loss became {loss}{place} in epoch {epoch}; try a lower learning rate than {rate}, for \
             example {}",
            (rate / 10.0).min(TrainConfig::default().learning_rate)
        );
        TrainError::new(ErrorKind::Diverged, text)
    }

    /// The weights as they are now, with the notes: what is needed to use the network.
    pub fn weights(&self) -> Checkpoint {
        let epoch = self.history.epochs.len().to_string();
        let checkpoint = Checkpoint::capture(&self.network, self.description.clone())
            .with_note(EPOCH_NOTE, epoch);
        let notes = self.notes.iter();
        let checkpoint = notes.fold(checkpoint, |checkpoint, (name, text)| {
            checkpoint.with_note(name, text)
        });
        match &self.data {
            Some(data) => checkpoint.with_note(DATA_NOTE, data),
            None => checkpoint,
        }
    }

    /// Weights, optimizer and history as they are now: what is needed to continue.
    ///
    /// # Errors
    ///
    /// If the optimizer's state can't be stored.
    pub fn state(&self) -> Result<Checkpoint> {
        let refuse = |problem| TrainError::new(ErrorKind::Checkpoint, problem);
        let optimizer = self
            .optimizer
            .into_bytes()
            .map_err(|e| refuse(format!("the optimizer's state can't be stored: {e:?}")))?;
        Ok(self
            .weights()
            .with_blob(OPTIMIZER, optimizer.to_vec())
            .with_note(SETTINGS_NOTE, to_toml(&self.settings)?)
            .with_note(SEED_NOTE, self.seed.to_string())
            .with_note(HISTORY_NOTE, self.history.to_json()?))
    }

    /// The training as it was when [`state`](Self::state) gave this checkpoint, which continues to the
    /// same bits: with the same seed, settings and data. Data that have a [digest](Examples::digest) are
    /// compared at the next [`epoch`](Self::epoch), or here if they are [given](Self::with_data).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Checkpoint`] if the checkpoint is damaged, of another network, holds only weights, or
    /// is of another seed, of other settings or data; the text names the entry. The patience and the path
    /// may change, and the epochs by [`TrainConfig::going_on`].
    pub fn resume(self, checkpoint: &Checkpoint) -> Result<Self> {
        let resumed = self.resume_with_settings(checkpoint)?;
        let done = resumed.history.epochs.len();
        // Checkpoints of old versions do not say.
        let Some(kept) = checkpoint.note(SETTINGS_NOTE) else {
            return Ok(resumed);
        };
        let problem = match toml::from_str(kept) {
            Ok(kept) => resumed.settings.difference(&kept, done),
            Err(e) => Some(format!("its settings can't be read ({e})")),
        };
        match problem {
            None => Ok(resumed),
            Some(problem) => fail(
                ErrorKind::Checkpoint,
                format!(
                    "checkpoint {}: it is of another training: {problem}; resume it with its own settings, \
                     or start anew",
                    checkpoint.origin()
                ),
            ),
        }
    }

    /// The training as [`resume`](Self::resume) gives it, but with the settings that it has here, whatever
    /// they were: a lower rate, for example. Whoever allows that has to keep them with the run.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume), except for the settings.
    pub fn resume_with_settings(mut self, checkpoint: &Checkpoint) -> Result<Self> {
        let refuse = |problem: String| {
            let text = format!(
                "checkpoint {}: {problem}; start the run anew",
                checkpoint.origin()
            );
            TrainError::new(ErrorKind::Checkpoint, text)
        };
        self.network = checkpoint.restore(self.network, &self.description)?;
        let seed = self.seed.to_string();
        if let Some(kept) = checkpoint.note(SEED_NOTE).filter(|kept| *kept != seed) {
            let text =
                format!("it is of another training: the seed is {seed} here and {kept} there");
            return Err(refuse(text));
        }
        self.resumed = Some(checkpoint.origin().to_string());
        match (&self.data, checkpoint.note(DATA_NOTE)) {
            (Some(given), kept) => {
                same_data(checkpoint.origin(), kept.unwrap_or_default(), given)?;
                self.resumed = None;
            }
            (None, kept) => self.data = kept.map(str::to_string),
        }
        self.history = match checkpoint.note(HISTORY_NOTE) {
            None => return Err(refuse("its training history is missing".to_string())),
            Some(note) => History::from_json(note)
                .map_err(|problem| refuse(format!("its training history {problem}")))?,
        };
        let bytes = checkpoint
            .blob(OPTIMIZER)
            .ok_or_else(|| refuse("the optimizer's state is missing".to_string()))?;
        self.optimizer = self
            .optimizer
            .from_bytes(Bytes::from_bytes_vec(bytes.to_vec()))
            .map_err(|e| refuse(format!("the optimizer's state can't be read ({e:?})")))?;
        Ok(self)
    }
}

/// Refuses data with another digest than those of a checkpoint.
fn same_data(origin: &str, kept: &str, found: &str) -> Result<()> {
    match kept == found {
        true => Ok(()),
        false => fail(
            ErrorKind::Checkpoint,
            format!(
                "checkpoint {origin}: the data have changed since it was written; put them back, or start a \
                 new run"
            ),
        ),
    }
}
