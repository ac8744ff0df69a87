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
        let text = in_python(error.to_string());
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
        Self(PyValueError::new_err(in_python(error.to_string())))
    }
}

/// Names of Rust in remedies, and those of this package.
const NAMES: [(&str, &str); 5] = [
    (
        "`Field::from_tensor` or `Field::from_volume`",
        "a tensor [batch, channels, height, width] or [batch, channels, depth, height, width]",
    ),
    ("`Field::from_points`", "`nn.Points` as its places"),
    (
        "`Field::from_sphere`",
        "the name of a grid on the sphere in `nn.PLACES`",
    ),
    ("`EquivariantLinear`", "`nn.Linear`"),
    (
        "use `TriangleMesh::repaired`",
        "repair the mesh in another program",
    ),
];

/// A text of the library with what Python has for names of Rust.
fn in_python(text: String) -> String {
    (NAMES.iter()).fold(text, |text, (rust, python)| text.replace(rust, python))
}

/// A value that makes no sense.
pub(crate) fn value_error(text: impl Into<String>) -> Error {
    Error(PyValueError::new_err(text.into()))
}
