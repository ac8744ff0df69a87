//! The statements that equivariant networks begin with, as experiments: each has a claim, measures
//! it against a bound, and repeats the measurement on something broken on purpose.
//!
//! [`EXPERIMENTS`] lists them. An experiment is a function from a [`Context`] to an [`Outcome`]; it
//! knows nothing of files and printing, and verdicts are decided in one place.

mod dense;
mod error;
mod experiment;
mod experiments;
pub mod figure;
mod outcome;
pub mod page;
mod statistics;
mod table;
mod tolerance;
mod training;

pub use error::LabError;
pub use experiment::{Context, Experiment, Finished, Steps};
pub use experiments::ALL as EXPERIMENTS;
pub use outcome::{Bound, Measurement, Outcome, Verdict, control_verdict};
pub use table::Table;
