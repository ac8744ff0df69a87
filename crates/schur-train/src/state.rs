//! What training changes: weights, optimizer, history. Its file is `last.safetensors`.

use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Bytes, Tensor};
use schur_nn::{Checkpoint, InferenceNetwork, ModelDescription, Network};

use crate::config::Config;
use crate::dataset::Parts;
use crate::error::{Result, TrainError, fail};
use crate::history::{EpochRecord, History};
use crate::run_dir::{CONFIG, DATA, EPOCH, IMAGE_SIZE, RunDir};
use crate::task::Task;

/// Name of the optimizer's state in the checkpoint.
const OPTIMIZER: &str = "optimizer";

pub struct TrainState {
    /// What every checkpoint notes about its origin.
    notes: Vec<(&'static str, String)>,
    /// Taken out only while the optimizer maps it.
    network: Network,
    description: ModelDescription,
    optimizer: ModuleOptimizer,
    task: Task,
    pub history: History,
}

impl TrainState {
    /// The state after the last finished epoch, or that before the first. Random numbers need
    /// no state: they depend on the seed and the epoch alone.
    ///
    /// # Errors
    ///
    /// If the checkpoint is damaged, or of another network, seed or data.
    pub fn load_or_new(
        run: &RunDir,
        config: &Config,
        parts: &Parts,
        network: Network,
    ) -> Result<Self> {
        let description = network.description();
        let optimizer = AdamWConfig::new()
            .with_weight_decay(config.train.weight_decay as f32)
            .init();
        let digest = parts.digest();
        let mut state = Self {
            notes: vec![
                (IMAGE_SIZE, parts.height().to_string()),
                (CONFIG, config.to_toml()?),
                (DATA, digest.clone()),
            ],
            network,
            description,
            optimizer,
            task: config.task(),
            history: History::default(),
        };
        let last = run.last_path();
        if !last.exists() {
            if run.best_path().exists() && run.path().join("metrics.csv").exists() {
                return fail(format!(
                    "{}: last.safetensors is lost, so the run can't be continued; start it anew \
                     in another directory",
                    run.path().display()
                ));
            }
            return Ok(state);
        }
        let checkpoint = Checkpoint::read(&last)?;
        state.network = checkpoint.restore(state.network, &state.description)?;
        run.check_origin(&checkpoint, &last, config)?;
        if checkpoint.note(DATA) != Some(digest.as_str()) {
            return fail(format!(
                "checkpoint {}: the data have changed since it was written; put them back, or \
                 start a new run",
                last.display()
            ));
        }
        state.history = History::from_checkpoint(&checkpoint, run)?;
        let refuse = |problem: String| {
            TrainError::Message(format!(
                "checkpoint {}: the optimizer's state {problem}; start the run anew",
                last.display()
            ))
        };
        let bytes = checkpoint
            .blob(OPTIMIZER)
            .ok_or_else(|| refuse("is missing".to_string()))?;
        state.optimizer = state
            .optimizer
            .from_bytes(Bytes::from_bytes_vec(bytes.to_vec()))
            .map_err(|e| refuse(format!("can't be read ({e:?})")))?;
        // A kill between the two files leaves metrics one epoch behind the checkpoint.
        state.history.write(run, state.task)?;
        Ok(state)
    }

    /// Finished epochs.
    pub fn epoch(&self) -> usize {
        self.history.epochs.len()
    }

    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The network as it is used after training: running statistics, no gradients.
    pub fn inference_network(&self) -> Result<InferenceNetwork> {
        Ok(self.network.for_inference()?)
    }

    /// One optimizer step down the gradient of `loss`.
    pub fn descend(&mut self, loss: &Tensor<1>, rate: f64) {
        let gradients = GradientsParams::from_grads(loss.backward(), &self.network);
        self.network = self.optimizer.step(rate, self.network.clone(), gradients);
    }

    /// Records an epoch and writes checkpoints and metrics.
    ///
    /// `last` is written after `best`: a kill in between repeats the epoch, which by
    /// determinism writes the same `best` again.
    pub fn finish_epoch(&mut self, run: &RunDir, record: EpochRecord, seconds: f64) -> Result<()> {
        let epoch = record.epoch;
        self.history.epochs.push(record);
        self.history.seconds.push(seconds);
        let mut checkpoint = Checkpoint::capture(&self.network, self.description.clone())
            .with_note(EPOCH, epoch.to_string());
        for (name, text) in &self.notes {
            checkpoint = checkpoint.with_note(name, text);
        }
        if self.history.best().is_some_and(|best| best.epoch == epoch) {
            checkpoint.write(&run.best_path())?;
        }
        let optimizer = self.optimizer.into_bytes().map_err(|e| {
            TrainError::Message(format!("the optimizer's state can't be stored: {e:?}"))
        })?;
        checkpoint
            .with_blob(OPTIMIZER, optimizer.to_vec())
            .with_note("history", self.history.to_note()?)
            .write(&run.last_path())?;
        self.history.write(run, self.task)
    }
}
