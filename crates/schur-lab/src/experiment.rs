//! What all experiments have in common.

use super::outcome::Outcome;
use crate::error::LabError;

/// A statement with the way to try it.
///
/// ```
/// use schur_lab::{Context, EXPERIMENTS, Verdict};
///
/// let laws = EXPERIMENTS.iter().find(|e| e.name == "laws").unwrap();
/// let outcome = (laws.run)(&Context::new(false, 0, Box::new(())))?;
/// assert_eq!(outcome.verdict(), Verdict::Holds);
/// # Ok::<(), schur_lab::LabError>(())
/// ```
pub struct Experiment {
    /// What it is called on the command line and in file names.
    pub name: &'static str,
    /// The heading of its section.
    pub title: &'static str,
    /// One sentence that can be wrong.
    pub claim: &'static str,
    /// What tries it.
    pub run: fn(&Context) -> std::result::Result<Outcome, LabError>,
}

/// How an experiment is to be run.
///
/// ```
/// use schur_lab::Context;
///
/// let quick = Context::new(false, 7, Box::new(()));
/// assert_eq!((quick.choose("fast", "full"), quick.seeds(2, 5)), ("fast", vec![7, 8]));
/// ```
pub struct Context {
    /// Settings of publication quality instead of those of a few minutes.
    pub full: bool,
    /// Seed of everything random.
    pub seed: u64,
    steps: Box<dyn Steps>,
}

/// Is told how far an experiment is.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use schur_lab::{Context, Steps};
///
/// struct Done(Arc<AtomicUsize>);
///
/// impl Steps for Done {
///     fn expect(&self, _: usize) {}
///     fn message(&self, _: &str) {}
///     fn advance(&self, steps: usize) {
///         self.0.fetch_add(steps, Ordering::Relaxed);
///     }
/// }
///
/// let done = Arc::new(AtomicUsize::new(0));
/// let context = Context::new(false, 0, Box::new(Done(done.clone())));
/// context.advance(2);
/// context.advance(3);
/// assert_eq!(done.load(Ordering::Relaxed), 5);
/// ```
pub trait Steps: Sync {
    /// Says that so many steps more are to come.
    fn expect(&self, steps: usize);

    /// What comes next.
    fn message(&self, text: &str);

    /// Says that so many steps are done.
    fn advance(&self, steps: usize);
}

/// Nobody is told.
impl Steps for () {
    fn expect(&self, _: usize) {}
    fn message(&self, _: &str) {}
    fn advance(&self, _: usize) {}
}

impl Context {
    /// Settings of publication quality (`full`) or of a few minutes; `steps` is told how far it is.
    pub fn new(full: bool, seed: u64, steps: Box<dyn Steps>) -> Self {
        Self { full, seed, steps }
    }

    /// One value for fast settings, another for full ones.
    pub fn choose<T>(&self, fast: T, full: T) -> T {
        if self.full { full } else { fast }
    }

    /// Seeds of repetitions, beginning with the given one.
    pub fn seeds(&self, fast: u64, full: u64) -> Vec<u64> {
        let count = self.choose(fast, full);
        (0..count).map(|k| self.seed.wrapping_add(k)).collect()
    }

    /// Announces steps of the progress bar, which is empty before.
    pub fn expect(&self, steps: usize) {
        self.steps.expect(steps);
    }

    /// What comes next.
    pub fn message(&self, text: &str) {
        self.steps.message(text);
    }

    /// Says that so many steps are done.
    pub fn advance(&self, steps: usize) {
        self.steps.advance(steps);
    }
}

/// An experiment that was run.
///
/// ```
/// use schur_lab::page::html;
/// use schur_lab::{EXPERIMENTS, Finished, Outcome};
///
/// // Nothing was measured, so nothing holds.
/// let finished = Finished { experiment: &EXPERIMENTS[0], outcome: Outcome::default() };
/// assert!(html(&[finished], &[], &[]).contains("0 of 1 statements hold"));
/// ```
pub struct Finished {
    /// Which it was.
    pub experiment: &'static Experiment,
    /// What it has shown.
    pub outcome: Outcome,
}
