//! What can go wrong, in words for the person at the terminal.

use std::path::Path;

use thiserror::Error;

pub(crate) type Result<T> = std::result::Result<T, CliError>;

#[derive(Debug, Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Nn(#[from] schur_nn::NnError),
    #[error(transparent)]
    Math(#[from] schur_math::MathError),
    #[error(transparent)]
    Train(#[from] schur_train::TrainError),
    #[error(transparent)]
    Data(#[from] schur_data::DataError),
    /// Anything that is said best where it is found: what, where, and the remedy.
    #[error("{0}")]
    Message(String),
}

/// An experiment has the errors of all libraries, so its text is kept and not its size.
impl From<schur_lab::LabError> for CliError {
    fn from(error: schur_lab::LabError) -> Self {
        Self::Message(error.to_string())
    }
}

impl CliError {
    pub(crate) fn io(action: &str, path: &Path, source: &std::io::Error) -> Self {
        Self::Message(format!("{action} {}: {source}", path.display()))
    }
}

/// Shorthand for an error with a text of its own.
pub(crate) fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(CliError::Message(message.into()))
}
