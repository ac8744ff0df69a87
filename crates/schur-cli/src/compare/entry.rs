//! What a run says of itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use schur_train::RunDir;
use schur_train::images::Task;
use serde::Serialize;
use serde_json::Value;

use super::differences::entries;
use super::moved::Scores;
use crate::error::{CliError, Result, fail};
use crate::report::plots::error_of;
use crate::train::quoted;

/// A run, as far as it has come.
#[derive(Serialize)]
pub(super) struct Entry {
    pub(super) run: String,
    /// What stands for all runs that differ from this one in the seed alone.
    pub(super) label: String,
    pub(super) group: String,
    pub(super) parameters: usize,
    pub(super) seed: u64,
    pub(super) epochs: usize,
    pub(super) best_epoch: usize,
    /// Of the training part of all epochs.
    pub(super) seconds: Option<f64>,
    /// In the best epoch.
    pub(super) validation_error: Option<f64>,
    /// On the test images, once the run is finished.
    pub(super) test_error: Option<f64>,
    /// In other positions, of volumes.
    pub(super) moved: Option<Scores>,
    #[serde(skip)]
    pub(super) task: Task,
    /// Epochs that are planned.
    #[serde(skip)]
    pub(super) planned: usize,
    /// The config without its seed.
    #[serde(skip)]
    pub(super) config: String,
    /// Its entries by name.
    #[serde(skip)]
    pub(super) entries: BTreeMap<String, String>,
    /// The run that it started from.
    #[serde(skip)]
    pub(super) from: Option<PathBuf>,
    /// The directory, however it was named.
    #[serde(skip)]
    pub(super) path: PathBuf,
    /// Training loss and validation error by epoch.
    #[serde(skip)]
    pub(super) curve: Vec<(f64, f64, f64)>,
}

impl Entry {
    /// Reads the files of a run.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let run = RunDir::open(path)?;
        let mut config = run.config()?;
        let (seed, task) = (config.seed, config.task());
        config.seed = 0;
        let from = config.from.take();
        let Some(metrics) = columns(&path.join("metrics.csv"))? else {
            let (place, word) = (path.display(), quoted(path));
            return fail(match (run.last_path().exists(), run.best_path().exists()) {
                (true, _) => format!(
                    "{place}: metrics.csv is lost; `schur train --resume {word}` writes it anew"
                ),
                (false, true) => format!(
                    "{place}: a network without the course of its training, metrics.csv; `schur eval {word} \
                     --data DIR` measures it"
                ),
                (false, false) => format!(
                    "{place}: no epoch is finished; continue it with `schur train --resume {word}`"
                ),
            });
        };
        // A network that is handed on comes without.
        let timing = columns(&path.join("timing.csv"))?;
        // epoch, learning rate, loss and score in training, loss and score in validation.
        let curve: Vec<(f64, f64, f64)> = metrics
            .iter()
            .map(|row| (row[0], row[2], error_of(task, row[5])))
            .collect();
        let best = curve.iter().reduce(|a, b| if b.2 < a.2 { b } else { a });
        let (mut test_error, mut best_epoch) = (None, best.map_or(0, |row| row.0 as usize));
        let mut validation_error = best.map(|row| row.2);
        let mut moved = None;
        let summary = path.join("summary.json");
        let epochs = metrics.len();
        if summary.is_file() {
            let text = std::fs::read_to_string(&summary)
                .map_err(|e| CliError::io("reading", &summary, &e))?;
            let summary: Value = serde_json::from_str(&text).map_err(|e| {
                CliError::Message(format!(
                    "{}: it is damaged ({e}); `schur train --resume {}` writes it anew",
                    summary.display(),
                    quoted(path)
                ))
            })?;
            // One that has been trained on since is not the summary of these epochs.
            if summary["epochs"].as_u64() == Some(epochs as u64) {
                let (test, validation) = match task {
                    Task::Classification => ("/test_accuracy", "/validation_accuracy"),
                    _ => ("/test/score", "/validation_score"),
                };
                let number = |pointer: &str| summary.pointer(pointer).and_then(Value::as_f64);
                test_error = number(test).map(|score| error_of(task, score));
                validation_error = number(validation).map(|score| error_of(task, score));
                moved = Scores::of(&summary);
                best_epoch = summary["best_epoch"].as_u64().unwrap_or(0) as usize;
            }
        }
        let parameters = config.network(&Device::flex())?;
        let config_text = config.to_toml()?;
        Ok(Self {
            run: path.display().to_string(),
            label: String::new(),
            group: config.network.group.to_string(),
            parameters: schur_nn::Layer::parameters(&parameters),
            seed,
            epochs,
            best_epoch,
            seconds: timing.map(|rows| rows.iter().map(|row| row[1]).sum()),
            validation_error,
            test_error,
            moved,
            task,
            planned: config.train.epochs,
            entries: entries(&config_text)?,
            config: config_text,
            from,
            path: std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()),
            curve,
        })
    }
}

/// The numbers of a CSV file below its head; nothing if there is no such file or no row.
fn columns(path: &Path) -> Result<Option<Vec<Vec<f64>>>> {
    if !path.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(path).map_err(|e| CliError::io("reading", path, &e))?;
    let count = text
        .lines()
        .next()
        .map_or(0, |head| head.split(',').count());
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        let row: Option<Vec<f64>> = line.split(',').map(|cell| cell.parse().ok()).collect();
        match row.filter(|row| row.len() == count) {
            Some(row) => rows.push(row),
            None => {
                return fail(format!(
                    "{}: line {} is no row of {count} numbers; `schur train --resume` writes the file \
                     anew",
                    path.display(),
                    number + 1
                ));
            }
        }
    }
    Ok((!rows.is_empty()).then_some(rows))
}
