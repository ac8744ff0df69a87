//! The progress bar, or plain lines where there is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use schur_data::counted;
use schur_train::images::{Config, Task};
use schur_train::{EpochRecord, Observer};

use crate::say::{decimals, say};

pub(crate) struct Progress {
    bar: ProgressBar,
    epochs: usize,
    images: usize,
    task: Task,
}

impl Progress {
    /// A bar over all images of all epochs, of which some are done already.
    pub(crate) fn new(config: &Config, done: usize, images: usize) -> Self {
        let epochs = config.train.epochs;
        let bar = ProgressBar::new((epochs * images) as u64);
        let style = ProgressStyle::with_template(
            "{prefix} [{wide_bar}] {percent:>3}%  {msg}  {per_sec}  ETA {eta}",
        )
        .expect("the template is a constant that the tests run")
        .with_key(
            "per_sec",
            |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                // Writing to a String cannot fail.
                let _ = write!(out, "{:.0} images/s", state.per_sec());
            },
        )
        .progress_chars("=> ");
        bar.set_style(style);
        bar.set_position((done * images) as u64);
        bar.reset_eta();
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            epochs,
            images,
            task: config.task(),
        }
    }

    fn line(&self, text: &str) {
        // A hidden bar prints nothing, so without a terminal the line goes out directly.
        if self.bar.is_hidden() {
            say!("{text}");
        } else {
            self.bar.suspend(|| say!("{text}"));
        }
    }

    /// What stands above the lines of the epochs.
    pub(crate) fn head(&self) {
        let score = self.task.words();
        self.line(&format!("{:>33} {:>24}", "training", "validation"));
        self.line(&format!(
            "{:>5} {:>15} {score:>11} {:>12} {score:>11} {:>9}",
            "epoch", "loss", "loss", "images/s"
        ));
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn epoch_begins(&self, epoch: usize) {
        self.bar
            .set_prefix(format!("epoch {epoch:>2}/{}", self.epochs));
        self.bar.set_position(((epoch - 1) * self.images) as u64);
    }

    fn step(&self, examples: usize, loss: f64) {
        self.bar.set_message(format!("loss {}", decimals(loss)));
        self.bar.inc(examples as u64);
    }

    fn epoch_ends(&self, r: &EpochRecord, per_second: f64) {
        self.line(&format!(
            "{:>5}/{:<5} {:>9} {:>11} {:>12} {:>11} {per_second:>9.0}",
            r.epoch,
            self.epochs,
            decimals(r.train_loss),
            self.task.value(r.train_score),
            decimals(r.validation_loss),
            self.task.value(r.validation_score),
        ));
    }

    fn out_of_patience(&self, epochs: usize) {
        self.line(&format!(
            "stopped: no better validation {} for {}",
            self.task.words(),
            counted(epochs, "epoch")
        ));
    }
}
