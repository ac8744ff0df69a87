//! The progress bar of reading images.

use indicatif::{ProgressBar, ProgressStyle};
use schur_train::Observer;

/// A bar that appears while image files are read, and is gone when all are.
pub(crate) struct Reading(ProgressBar);

impl Reading {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("reading images [{bar:30}] {pos} of {len}")
            .expect("the template is a constant that the tests run")
            .progress_chars("=> ");
        bar.set_style(style);
        Self(bar)
    }
}

impl Observer for Reading {
    fn reading(&self, done: usize, of: usize) {
        if done == of {
            return self.0.finish_and_clear();
        }
        if self.0.is_finished() {
            self.0.reset();
        }
        self.0.set_length(of as u64);
        self.0.inc(1);
    }
}
