//! What is recorded of every epoch.

use schur_nn::Checkpoint;
use serde::{Deserialize, Serialize};

use crate::error::{Result, TrainError};
use crate::run_dir::RunDir;
use crate::task::Task;

/// One row of `metrics.csv`: numbers that the seed determines. Times, which it does not, are in
/// `timing.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    pub epoch: usize,
    /// Learning rate at the end of the epoch.
    pub learning_rate: f64,
    /// Mean loss over the batches of the epoch, while the weights changed.
    pub train_loss: f64,
    /// The score of the task: the accuracy of a classifier.
    pub train_accuracy: f64,
    pub validation_loss: f64,
    pub validation_accuracy: f64,
}

/// All epochs so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    pub epochs: Vec<EpochRecord>,
    /// Wall time of the training part of every epoch.
    pub seconds: Vec<f64>,
    /// Training images per epoch.
    pub images: usize,
}

impl History {
    /// The epoch with the highest validation accuracy, the first of equals.
    pub fn best(&self) -> Option<&EpochRecord> {
        self.epochs.iter().reduce(|best, record| {
            if record.validation_accuracy > best.validation_accuracy {
                record
            } else {
                best
            }
        })
    }

    /// Whether the best of `patience` > 0 epochs or more ago is still the best.
    pub fn out_of_patience(&self, patience: usize) -> bool {
        let best = self.best().map_or(0, |record| record.epoch);
        patience > 0 && self.epochs.len() >= best + patience
    }

    pub fn total_seconds(&self) -> f64 {
        self.seconds.iter().sum()
    }

    /// Writes `metrics.csv`, `metrics.jsonl` and `timing.csv` anew, so that they never hold an
    /// epoch that the checkpoint does not know.
    pub fn write(&self, run: &RunDir, task: Task) -> Result<()> {
        let score = task.score_name();
        let mut csv = format!(
            "epoch,learning_rate,train_loss,train_{score},validation_loss,validation_{score}\n",
        );
        let mut lines = String::new();
        for r in &self.epochs {
            csv += &format!(
                "{},{},{},{},{},{}\n",
                r.epoch,
                r.learning_rate,
                r.train_loss,
                r.train_accuracy,
                r.validation_loss,
                r.validation_accuracy
            );
            // Numbers and fixed words only, so nothing else is replaced.
            lines += &to_line(r)?.replace("accuracy", score);
            lines.push('\n');
        }
        let mut timing = String::from("epoch,seconds,images_per_second\n");
        for (i, seconds) in self.seconds.iter().enumerate() {
            timing += &format!(
                "{},{seconds:.3},{:.1}\n",
                i + 1,
                self.images as f64 / seconds
            );
        }
        run.write("metrics.csv", csv)?;
        run.write("metrics.jsonl", lines)?;
        run.write("timing.csv", timing)
    }

    pub fn to_note(&self) -> Result<String> {
        to_line(self)
    }

    pub fn from_checkpoint(checkpoint: &Checkpoint, run: &RunDir) -> Result<Self> {
        let damaged = |problem: &str| {
            TrainError::Message(format!(
                "checkpoint {}: its training history {problem}; start the run anew",
                run.last_path().display()
            ))
        };
        let note = checkpoint
            .note("history")
            .ok_or_else(|| damaged("is missing"))?;
        let history: Self =
            serde_json::from_str(note).map_err(|e| damaged(&format!("can't be read ({e})")))?;
        if history.epochs.len() != history.seconds.len() {
            return Err(damaged("contradicts itself"));
        }
        Ok(history)
    }
}

fn to_line(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| TrainError::Message(format!("writing JSON: {e}")))
}
