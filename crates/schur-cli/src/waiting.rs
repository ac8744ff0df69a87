//! The progress bar of what is neither training nor an experiment.

use indicatif::{ProgressBar, ProgressStyle};
use schur_train::Observer;

/// A bar that appears while image files are read, or a network is measured on moved copies of its
/// test images, and is gone when all is done.
pub(crate) struct Waiting(ProgressBar);

impl Waiting {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos} of {len}")
            .expect("the template is a constant that the tests run")
            .progress_chars("=> ");
        bar.set_style(style);
        Self(bar)
    }

    /// Shows how much of something is done.
    pub(crate) fn show(&self, what: &'static str, done: usize, of: usize) {
        if done == of {
            return self.0.finish_and_clear();
        }
        if self.0.is_finished() {
            self.0.reset();
        }
        // The length first: a bar of nothing is full.
        self.0.set_length(of as u64);
        self.0.set_message(what);
        self.0.inc(1);
    }
}

impl Observer for Waiting {
    fn reading(&self, done: usize, of: usize) {
        self.show("reading images", done, of);
    }

    fn measuring(&self, done: usize, of: usize) {
        self.show("measuring on moved images", done, of);
    }
}
