//! What all experiments have in common.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::outcome::Outcome;
use crate::error::Result;

/// A statement with the way to try it.
pub(crate) struct Experiment {
    /// What it is called on the command line and in file names.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// One sentence that can be wrong.
    pub(crate) claim: &'static str,
    pub(crate) run: fn(&Context) -> Result<Outcome>,
}

/// How an experiment is to be run.
pub(crate) struct Context {
    /// Settings of publication quality instead of those of a few minutes.
    pub(crate) full: bool,
    /// Seed of everything random.
    pub(crate) seed: u64,
    bar: ProgressBar,
}

impl Context {
    pub(crate) fn new(name: &'static str, full: bool, seed: u64) -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{prefix} [{bar:30}] {percent:>3}%  {msg}")
            .expect("the template is a constant that the tests run")
            .progress_chars("=> ");
        bar.set_style(style);
        bar.set_prefix(name);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { full, seed, bar }
    }

    /// One value for fast settings, another for full ones.
    pub(crate) fn choose<T>(&self, fast: T, full: T) -> T {
        if self.full { full } else { fast }
    }

    /// Seeds of repetitions, beginning with the given one.
    pub(crate) fn seeds(&self, fast: u64, full: u64) -> Vec<u64> {
        let count = self.choose(fast, full);
        (0..count).map(|k| self.seed.wrapping_add(k)).collect()
    }

    /// Announces steps of the progress bar, which is empty before.
    pub(crate) fn expect(&self, steps: usize) {
        self.bar.inc_length(steps as u64);
    }

    /// What comes next.
    pub(crate) fn message(&self, text: &str) {
        self.bar.set_message(text.to_string());
    }

    /// So many steps are done.
    pub(crate) fn advance(&self, steps: usize) {
        self.bar.inc(steps as u64);
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
