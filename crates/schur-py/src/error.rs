//! Errors of the library as exceptions of Python.

use pyo3::PyErr;
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use schur_math::MathError;
use schur_nn::{NnError, NnErrorKind};

/// An error on its way to Python.
pub(crate) struct Error(PyErr);

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl From<Error> for PyErr {
    fn from(error: Error) -> Self {
        error.0
    }
}

impl From<PyErr> for Error {
    fn from(error: PyErr) -> Self {
        Self(error)
    }
}

impl From<NnError> for Error {
    fn from(error: NnError) -> Self {
        let text = error.to_string();
        Self(match error.kind() {
            NnErrorKind::File => PyOSError::new_err(text),
            NnErrorKind::Device | NnErrorKind::Export | NnErrorKind::NotEquivariant => {
                PyRuntimeError::new_err(text)
            }
            _ => PyValueError::new_err(text),
        })
    }
}

impl From<MathError> for Error {
    fn from(error: MathError) -> Self {
        Self(PyValueError::new_err(error.to_string()))
    }
}

/// A value that makes no sense.
pub(crate) fn value_error(text: impl Into<String>) -> Error {
    Error(PyValueError::new_err(text.into()))
}
