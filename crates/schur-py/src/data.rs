//! The digits that are compiled in.

use numpy::{PyArray1, PyArray4, PyArrayMethods};
use pyo3::prelude::*;
use schur_data::{Dataset, Split, Stream, TEST_ROTATION_SEED};

use crate::error::{Error, Result, value_error};
use crate::threads::on_all_threads;

impl From<schur_data::DataError> for Error {
    fn from(error: schur_data::DataError) -> Self {
        value_error(error.to_string())
    }
}

/// Images [count, 1, 28, 28] and their labels [count].
type Digits<'py> = (Bound<'py, PyArray4<f32>>, Bound<'py, PyArray1<i64>>);

/// The digits of a part, each turned by an angle of its own: those on which the program trains.
#[pyfunction]
pub(crate) fn digits<'py>(py: Python<'py>, part: &str, seed: u64) -> Result<Digits<'py>> {
    let split = Split::embedded()?;
    let (pictures, seed, stream) = match part {
        "train" => (split.train, seed, Stream::Train),
        "validation" => (split.validation, TEST_ROTATION_SEED, Stream::Validation),
        "test" => (split.test, TEST_ROTATION_SEED, Stream::Test),
        other => {
            return Err(value_error(format!(
                "`{other}` is no part; use train, validation or test"
            )));
        }
    };
    let set = py.detach(|| on_all_threads(|| Dataset::rotated(&pictures, seed, stream)))?;
    let labels: Vec<i64> = pictures
        .labels()
        .iter()
        .map(|&label| label.into())
        .collect();
    let shape = [pictures.len(), 1, pictures.rows(), pictures.cols()];
    let images = PyArray1::from_vec(py, set.images).reshape(shape)?;
    Ok((images, PyArray1::from_vec(py, labels)))
}
