//! What can go wrong, in words for the person who trains.

use std::path::Path;

use thiserror::Error;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, TrainError>;

/// Errors of `schur-train`.
#[derive(Debug, Error)]
pub enum TrainError {
    /// From the layers.
    #[error(transparent)]
    Nn(#[from] schur_nn::NnError),
    /// From the data.
    #[error(transparent)]
    Data(#[from] schur_data::DataError),
    /// Anything that is said best where it is found: what, where, and the remedy.
    #[error("{0}")]
    Message(String),
}

impl TrainError {
    /// Reading or writing a file failed.
    pub fn io(action: &str, path: &Path, source: &std::io::Error) -> Self {
        Self::Message(format!("{action} {}: {source}", path.display()))
    }
}

/// Shorthand for an error with a text of its own.
pub fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(TrainError::Message(message.into()))
}

/// Refuses a number outside of a range; the message names the entry and the range.
pub fn in_range(at: &str, value: usize, low: usize, high: usize) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    fail(format!(
        "{at}: {value} is out of range; use {low} to {high}"
    ))
}

pub(crate) fn real_in_range(at: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    fail(format!(
        "{at}: {value} is out of range; use {low:e} to {high:e}"
    ))
}
