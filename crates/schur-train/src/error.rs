//! What can go wrong while training.

use std::error::Error;
use std::fmt;
use std::path::Path;

use schur_data::{DataError, DataErrorKind};
use schur_nn::{NnError, NnErrorKind};

/// Result of this crate.
///
/// ```
/// use schur_train::{Result, in_range};
///
/// fn checked(epochs: usize) -> Result<usize> {
///     in_range("epochs", epochs, 1, 100)?;
///     Ok(epochs)
/// }
/// assert!(checked(3).is_ok() && checked(0).is_err());
/// ```
pub type Result<T> = std::result::Result<T, TrainError>;

/// What kind of thing went wrong, for programs; people read the text of the [`TrainError`].
///
/// ```
/// use std::path::Path;
///
/// use schur_train::{ErrorKind, RunDir};
///
/// // A program that starts the run where there is none yet.
/// let begins = match RunDir::open(Path::new("runs/not-there")) {
///     Err(error) if error.kind() == ErrorKind::Run => true,
///     other => other.is_err(),
/// };
/// assert!(begins);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting that makes no sense, or settings that contradict each other.
    Config,
    /// Examples that are missing, damaged, or do not fit the network.
    Data,
    /// A file that can't be read or written.
    File,
    /// A run directory that is taken, incomplete, or in use by another process.
    Run,
    /// A checkpoint that is damaged or of another run.
    Checkpoint,
    /// The loss is no finite number any more.
    Diverged,
    /// A network that can't be built or applied.
    Network,
}

/// An error of `schur-train`: a kind for programs, and a text for people that names what was wrong,
/// where, and the remedy.
///
/// ```
/// use schur_train::{ErrorKind, TrainConfig};
///
/// let settings = TrainConfig { batch: 0, ..TrainConfig::default() };
/// let error = settings.validate().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Config);
/// assert_eq!(error.to_string(), "train.batch: 0 is out of range; use 1 to 65536");
/// ```
pub struct TrainError {
    kind: ErrorKind,
    text: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl TrainError {
    /// An error with a text of its own: what is wrong, where, and the remedy.
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            cause: None,
        }
    }

    /// An error that another one caused, whose text it takes over. For examples and losses of
    /// one's own whose errors are of other types.
    pub fn caused_by(kind: ErrorKind, cause: impl Error + Send + Sync + 'static) -> Self {
        Self {
            kind,
            text: cause.to_string(),
            cause: Some(Box::new(cause)),
        }
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Reading or writing a file failed.
    pub(crate) fn io(action: &str, path: &Path, source: &std::io::Error) -> Self {
        let text = format!("{action} {}: {source}", path.display());
        Self::new(ErrorKind::File, text)
    }
}

impl fmt::Debug for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.text)
    }
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for TrainError {
    /// What is below the cause, whose own text is part of this one's.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().and_then(Error::source)
    }
}

impl From<NnError> for TrainError {
    fn from(error: NnError) -> Self {
        let kind = match error.kind() {
            NnErrorKind::Checkpoint => ErrorKind::Checkpoint,
            NnErrorKind::Config => ErrorKind::Config,
            NnErrorKind::File => ErrorKind::File,
            _ => ErrorKind::Network,
        };
        Self::caused_by(kind, error)
    }
}

impl From<DataError> for TrainError {
    fn from(error: DataError) -> Self {
        let kind = match error.kind() {
            DataErrorKind::File => ErrorKind::File,
            _ => ErrorKind::Data,
        };
        Self::caused_by(kind, error)
    }
}

/// Shorthand for an error with a text of its own.
pub(crate) fn fail<T>(kind: ErrorKind, text: impl Into<String>) -> Result<T> {
    Err(TrainError::new(kind, text))
}

/// Refuses a number outside of a range; the text names the entry `at` and the range.
///
/// # Errors
///
/// [`ErrorKind::Config`] if `value` is not in `low..=high`.
pub fn in_range(at: &str, value: usize, low: usize, high: usize) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    let text = format!("{at}: {value} is out of range; use {low} to {high}");
    fail(ErrorKind::Config, text)
}

/// Refuses a number outside of a range of reals, and one that is none.
pub(crate) fn real_in_range(at: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    let text = format!("{at}: {value} is out of range; use {low:e} to {high:e}");
    fail(ErrorKind::Config, text)
}
