//! The progress bar, or plain lines where there is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::history::EpochRecord;
use crate::say::say;
use crate::task::Task;

pub(crate) struct Progress {
    bar: ProgressBar,
    epochs: usize,
    images: usize,
}

impl Progress {
    /// A bar over all images of all epochs, of which some are done already.
    pub(crate) fn new(epochs: usize, done: usize, images: usize) -> Self {
        let bar = ProgressBar::new((epochs * images) as u64);
        let style = ProgressStyle::with_template(
            "{prefix} [{bar:30}] {percent:>3}%  {msg}  {per_sec}  ETA {eta}",
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
        }
    }

    pub(crate) fn start_epoch(&self, epoch: usize) {
        self.bar
            .set_prefix(format!("epoch {epoch:>2}/{}", self.epochs));
        self.bar.set_position(((epoch - 1) * self.images) as u64);
    }

    pub(crate) fn step(&self, images: usize, loss: f64) {
        self.bar.set_message(format!("loss {loss:.4}"));
        self.bar.inc(images as u64);
    }

    /// The line that stays for an epoch.
    pub(crate) fn epoch(&self, r: &EpochRecord, task: Task, images_per_second: f64) {
        self.line(&format!(
            "epoch {:>3}/{}  loss {:.4}  {}  validation loss {:.4}  {}  \
             {images_per_second:.0} images/s",
            r.epoch,
            self.epochs,
            r.train_loss,
            task.show(r.train_accuracy),
            r.validation_loss,
            task.show(r.validation_accuracy),
        ));
    }

    pub(crate) fn line(&self, text: &str) {
        // A hidden bar prints nothing, so without a terminal the line goes out directly.
        if self.bar.is_hidden() {
            say!("{text}");
        } else {
            self.bar.suspend(|| say!("{text}"));
        }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
