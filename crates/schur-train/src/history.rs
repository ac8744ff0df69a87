//! What is recorded of every epoch.

use serde::{Deserialize, Serialize};

use crate::error::{ErrorKind, Result, TrainError};

/// One row of `metrics.csv`: numbers that the seed determines. Times, which it does not, are in
/// `timing.csv`.
///
/// ```
/// use schur_train::{EpochRecord, History};
///
/// let record = EpochRecord {
///     epoch: 1, learning_rate: 0.01, train_loss: 2.0, train_score: 0.25,
///     validation_loss: 1.5, validation_score: 0.5,
/// };
/// let history = History { epochs: vec![record], seconds: vec![60.0], images: 1000 };
/// assert!(history.metrics_csv("iou").ends_with("\n1,0.01,2,0.25,1.5,0.5\n"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Learning rate at the end of the epoch.
    pub learning_rate: f64,
    /// Mean loss over the batches of the epoch, while the weights changed.
    pub train_loss: f64,
    /// Score over the batches of the epoch, while the weights changed.
    #[serde(rename = "train_accuracy")]
    pub train_score: f64,
    /// Mean loss on the validation examples, after the epoch.
    pub validation_loss: f64,
    /// Score on the validation examples, after the epoch.
    #[serde(rename = "validation_accuracy")]
    pub validation_score: f64,
}

/// All epochs so far.
///
/// ```
/// use schur_train::{EpochRecord, History};
///
/// let record = |epoch, score| EpochRecord {
///     epoch, learning_rate: 0.1, train_loss: 1.0, train_score: 0.5,
///     validation_loss: 1.0, validation_score: score,
/// };
/// let history = History {
///     epochs: vec![record(1, 0.6), record(2, 0.8), record(3, 0.7)],
///     seconds: vec![1.0, 2.0, 3.0],
///     images: 100,
/// };
/// assert_eq!(history.best().unwrap().epoch, 2);
/// // An equal score with a smaller loss is better, but uses up patience all the same.
/// let mut longer = history.clone();
/// longer.epochs.push(EpochRecord { validation_loss: 0.1, ..record(4, 0.8) });
/// assert_eq!(longer.best().unwrap().epoch, 4);
/// assert!(longer.out_of_patience(2, 0) && !longer.out_of_patience(3, 0));
/// assert_eq!(history.total_seconds(), 6.0);
/// assert!(history.metrics_csv("accuracy").starts_with("epoch,learning_rate,train_loss,train_accuracy"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The records, one per epoch.
    pub epochs: Vec<EpochRecord>,
    /// Wall time of the training part of every epoch.
    pub seconds: Vec<f64>,
    /// Training examples per epoch.
    pub images: usize,
}

impl History {
    /// The epoch with the highest score in validation; of equal scores that with the smallest loss
    /// there, and the first of those with equal losses.
    pub fn best(&self) -> Option<&EpochRecord> {
        let better = |record: &EpochRecord, best: &EpochRecord| {
            record.validation_score > best.validation_score
                || record.validation_score == best.validation_score
                    && record.validation_loss < best.validation_loss
        };
        self.epochs
            .iter()
            .reduce(|best, record| match better(record, best) {
                true => record,
                false => best,
            })
    }

    /// Whether the highest score was reached `patience` > 0 epochs or more ago: a smaller loss with
    /// an equal score makes a better epoch, but no reason to go on. Patience begins after `begun`
    /// epochs.
    pub fn out_of_patience(&self, patience: usize, begun: usize) -> bool {
        let highest = self.best().map(|record| record.validation_score);
        let mut epochs = self.epochs.iter();
        let reached = epochs.find(|record| Some(record.validation_score) == highest);
        let reached = reached.map_or(0, |record| record.epoch).max(begun);
        patience > 0 && self.epochs.len() >= reached + patience
    }

    /// Wall time of the training part of all epochs.
    pub fn total_seconds(&self) -> f64 {
        self.seconds.iter().sum()
    }

    /// `metrics.csv`, one row per epoch, with `score` as the name of the score.
    pub fn metrics_csv(&self, score: &str) -> String {
        let mut csv = format!(
            "epoch,learning_rate,train_loss,train_{score},validation_loss,validation_{score}\n",
        );
        for r in &self.epochs {
            csv += &format!(
                "{},{},{},{},{},{}\n",
                r.epoch,
                r.learning_rate,
                r.train_loss,
                r.train_score,
                r.validation_loss,
                r.validation_score
            );
        }
        csv
    }

    /// `metrics.jsonl`, one JSON object per epoch, with `score` as the name of the score.
    ///
    /// # Errors
    ///
    /// If a number is not finite, which JSON can't hold.
    pub fn metrics_jsonl(&self, score: &str) -> Result<String> {
        let mut lines = String::new();
        for record in &self.epochs {
            // Numbers and fixed words only, so nothing else is replaced.
            lines += &to_line(record)?.replace("accuracy", score);
            lines.push('\n');
        }
        Ok(lines)
    }

    /// `timing.csv`, one row per epoch.
    pub fn timing_csv(&self) -> String {
        let mut csv = String::from("epoch,seconds,images_per_second\n");
        for (i, seconds) in self.seconds.iter().enumerate() {
            let speed = self.images as f64 / seconds;
            csv += &format!("{},{seconds:.3},{speed:.1}\n", i + 1);
        }
        csv
    }

    pub(crate) fn to_json(&self) -> Result<String> {
        to_line(self)
    }

    /// Or what is wrong with the text.
    pub(crate) fn from_json(text: &str) -> std::result::Result<Self, String> {
        let history: Self =
            serde_json::from_str(text).map_err(|e| format!("can't be read ({e})"))?;
        if history.epochs.len() != history.seconds.len() {
            return Err("contradicts itself".to_string());
        }
        Ok(history)
    }
}

fn to_line(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|e| TrainError::new(ErrorKind::File, format!("writing JSON: {e}")))
}
