//! Arrays of numpy as slices, and numbers as arrays.

use burn::tensor::{DType, Element, TensorData};
use numpy::{PyArray, PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::prelude::*;

use crate::error::{Result, value_error};

/// An array of numbers in 32 or 64 bits.
#[derive(FromPyObject)]
pub(crate) enum Numbers<'py> {
    #[pyo3(annotation = "float32")]
    Single(PyReadonlyArrayDyn<'py, f32>),
    #[pyo3(annotation = "float64")]
    Double(PyReadonlyArrayDyn<'py, f64>),
}

/// A number that arrays hold and tensors too.
pub(crate) trait Number: numpy::Element + Element {
    /// The array, if it holds such numbers.
    fn of<'a, 'py>(numbers: &'a Numbers<'py>) -> Option<&'a PyReadonlyArrayDyn<'py, Self>>;
}

impl Number for f32 {
    fn of<'a, 'py>(numbers: &'a Numbers<'py>) -> Option<&'a PyReadonlyArrayDyn<'py, Self>> {
        match numbers {
            Numbers::Single(array) => Some(array),
            Numbers::Double(_) => None,
        }
    }
}

impl Number for f64 {
    fn of<'a, 'py>(numbers: &'a Numbers<'py>) -> Option<&'a PyReadonlyArrayDyn<'py, Self>> {
        match numbers {
            Numbers::Double(array) => Some(array),
            Numbers::Single(_) => None,
        }
    }
}

/// Numbers of one type with their shape, row-major, while Python holds them.
#[derive(Clone, Copy)]
pub(crate) struct View<'a, T> {
    pub(crate) shape: &'a [usize],
    pub(crate) values: &'a [T],
}

impl<'a, T: Number> View<'a, T> {
    pub(crate) fn of(numbers: &'a Numbers<'_>) -> Result<Self> {
        let array = T::of(numbers).ok_or_else(|| {
            let expected = T::dtype();
            value_error(format!(
                "arrays of two number types; pass all of them in {expected:?}"
            ))
        })?;
        let values = array
            .as_slice()
            .map_err(|_| value_error("the array is not contiguous; pass a contiguous copy"))?;
        Ok(Self {
            shape: array.shape(),
            values,
        })
    }

    /// The batch, the sizes of the places and the channels of a field.
    pub(crate) fn axes(&self) -> Result<(usize, &'a [usize], usize)> {
        match self.shape {
            [batch, sizes @ .., channels] => Ok((*batch, sizes, *channels)),
            _ => Err(value_error(
                "a field has at least two axes: batch and channels",
            )),
        }
    }

    /// The numbers as data of a tensor.
    pub(crate) fn data(&self) -> TensorData {
        TensorData::new(self.values.to_vec(), self.shape.to_vec())
    }
}

impl Numbers<'_> {
    pub(crate) fn dtype(&self) -> DType {
        match self {
            Self::Single(_) => DType::F32,
            Self::Double(_) => DType::F64,
        }
    }
}

/// Numbers that go to Python.
pub(crate) struct Owned<T> {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<T>,
}

impl<T: Number> Owned<T> {
    pub(crate) fn of(data: TensorData) -> Result<Self> {
        let shape = data.shape().to_vec();
        let values = data
            .try_into_vec()
            .map_err(|error| value_error(format!("{error:?}")))?;
        Ok(Self { shape, values })
    }

    pub(crate) fn into_array(self, py: Python<'_>) -> Result<Bound<'_, PyArrayDyn<T>>> {
        Ok(PyArray::from_vec(py, self.values).reshape(self.shape)?)
    }
}
