//! Why an experiment could not be run.

use thiserror::Error;

/// Result of an experiment.
pub(crate) type Result<T> = std::result::Result<T, LabError>;

/// Why an experiment could not be run. One whose claim does not hold is no error, but an
/// [`Outcome`](crate::Outcome). The variant says which crate refused; the kinds are those of its error.
///
/// ```
/// let error = schur_lab::LabError::from(schur_math::Group::parse("Z").unwrap_err());
/// assert!(error.to_string().contains("Z"));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LabError {
    /// From groups and representations.
    #[error(transparent)]
    Math(#[from] schur_math::MathError),
    /// From the layers.
    #[error(transparent)]
    Nn(#[from] schur_nn::NnError),
    /// From the data.
    #[error(transparent)]
    Data(#[from] schur_data::DataError),
    /// From training.
    #[error(transparent)]
    Train(#[from] schur_train::TrainError),
    /// From the experiment itself.
    #[error("{0}")]
    Message(String),
}

/// Shorthand for an error with a text of its own.
pub(crate) fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(LabError::Message(message.into()))
}
