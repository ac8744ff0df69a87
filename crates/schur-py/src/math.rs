//! Groups, representations and what is made of them, as Python sees them: of every family behind one
//! type each.

mod family;
mod functions;
mod linear;

use std::any::Any;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use numpy::{PyArray1, PyArray2, PyArray3, PyArrayMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use schur_math::Matrix;

use crate::error::{Result, value_error};
use family::{AnyGroup, AnyRepresentation};
pub(crate) use functions::{
    circular_harmonics, clebsch_gordan, real_clebsch_gordan, real_wigner_d, spherical_harmonics,
    steerable_kernels,
};
pub(crate) use linear::LinearGroup;

/// A group of any family: of the plane, of space, finite, or compact.
#[pyclass(frozen, module = "schur._native")]
pub(crate) struct Group(Arc<dyn AnyGroup>);

/// An element of a group.
#[pyclass(frozen, module = "schur._native")]
pub(crate) struct Element {
    name: String,
    value: Arc<dyn Any + Send + Sync>,
    equals: fn(&Self, &Self) -> bool,
}

/// A representation of a group: real and orthogonal.
#[pyclass(frozen, module = "schur._native")]
pub(crate) struct Representation(pub(crate) Box<dyn AnyRepresentation>);

/// A matrix for numpy.
pub(crate) fn array<'py>(py: Python<'py>, m: &Matrix) -> Result<Bound<'py, PyArray2<f64>>> {
    let shape = [m.rows(), m.cols()];
    Ok(PyArray1::from_slice(py, m.values()).reshape(shape)?)
}

/// Matrices of one shape, one after the other.
pub(crate) fn stack<'py>(
    py: Python<'py>,
    matrices: &[Matrix],
    (rows, cols): (usize, usize),
) -> Result<Bound<'py, PyArray3<f64>>> {
    let values: Vec<f64> = matrices.iter().flat_map(Matrix::values).copied().collect();
    Ok(PyArray1::from_vec(py, values).reshape([matrices.len(), rows, cols])?)
}

#[pymethods]
impl Group {
    #[new]
    #[pyo3(signature = (name, family=None))]
    fn new(name: &str, family: Option<&str>) -> Result<Self> {
        Ok(Self(family::parse(name, family)?))
    }

    /// A finite group from the text of a file.
    #[staticmethod]
    fn from_text(text: &str) -> Result<Self> {
        Ok(Self(family::from_text(text)?))
    }

    /// A finite group from its table, row g, column h: g h.
    #[staticmethod]
    fn from_table(name: &str, table: Vec<Vec<usize>>) -> Result<Self> {
        Ok(Self(family::from_table(name, table)?))
    }

    /// The finite group that permutations generate, each the list of the images of 0, 1, ...
    #[staticmethod]
    fn from_permutations(name: &str, generators: Vec<Vec<usize>>) -> Result<Self> {
        Ok(Self(family::from_permutations(name, &generators)?))
    }

    #[getter]
    fn name(&self) -> String {
        self.0.name()
    }

    #[getter]
    fn family(&self) -> &'static str {
        self.0.family()
    }

    #[getter]
    fn order(&self) -> Option<usize> {
        self.0.order()
    }

    /// The group as texts of field types have it; None if none has.
    #[getter]
    fn definition(&self) -> Option<String> {
        self.0.definition()
    }

    fn identity(&self) -> Element {
        self.0.identity()
    }

    fn elements(&self) -> Result<Vec<Element>> {
        self.0.elements()
    }

    fn generators(&self) -> Vec<Element> {
        self.0.generators()
    }

    fn random(&self, count: usize, seed: u64) -> Vec<Element> {
        self.0.random(count, seed)
    }

    fn compose(&self, g: &Element, h: &Element) -> Result<Element> {
        self.0.compose(g, h)
    }

    fn inverse(&self, g: &Element) -> Result<Element> {
        self.0.inverse(g)
    }

    fn distance(&self, g: &Element, h: &Element) -> Result<f64> {
        self.0.distance(g, h)
    }

    fn isometry<'py>(&self, py: Python<'py>, g: &Element) -> Result<Bound<'py, PyArray2<f64>>> {
        array(py, &self.0.isometry(g)?)
    }

    fn irreps(&self, band: usize) -> Result<Vec<Representation>> {
        let irreps = self.0.irreps(band)?;
        Ok(irreps.into_iter().map(Representation).collect())
    }

    fn representation(&self, name: &str) -> Result<Representation> {
        Ok(Representation(self.0.representation(name)?))
    }

    fn __repr__(&self) -> String {
        let order = match self.0.order() {
            Some(order) => format!("{order} elements"),
            None => "infinite".to_string(),
        };
        format!("Group(\"{}\", {}, {order})", self.0.name(), self.0.family())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.equals(&*other.0)
    }
}

impl Element {
    fn new<E: Any + PartialEq + Send + Sync>(value: E, name: String) -> Self {
        Self {
            name,
            value: Arc::new(value),
            equals: |a, b| matches!((a.get::<E>(), b.get::<E>()), (Ok(a), Ok(b)) if a == b),
        }
    }

    /// The element as its group has it.
    fn get<E: Any>(&self) -> Result<&E> {
        self.value.downcast_ref().ok_or_else(|| {
            PyTypeError::new_err(format!("{} is an element of another group", self.name)).into()
        })
    }
}

#[pymethods]
impl Element {
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// The same numbers; :meth:`schur.math.Group.distance` knows round-off.
    fn __eq__(&self, other: &Self) -> bool {
        (self.equals)(self, other)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.name.hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!("Element({})", self.name)
    }
}

#[pymethods]
impl Representation {
    #[getter]
    fn name(&self) -> String {
        self.0.name()
    }

    #[getter]
    fn group(&self) -> Group {
        Group(self.0.group())
    }

    #[getter]
    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn irreps(&self) -> Vec<String> {
        self.0.irreps()
    }

    fn change_of_basis<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyArray2<f64>>> {
        array(py, &self.0.change_of_basis())
    }

    fn endomorphism_type(&self) -> Option<&'static str> {
        self.0.endomorphism_type()
    }

    fn matrix<'py>(&self, py: Python<'py>, g: &Element) -> Result<Bound<'py, PyArray2<f64>>> {
        array(py, &self.0.matrix(g)?)
    }

    fn character(&self, g: &Element) -> Result<f64> {
        self.0.character(g)
    }

    #[getter]
    fn is_permutation(&self) -> bool {
        self.0.is_permutation()
    }

    fn invariants<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyArray2<f64>>> {
        let basis = self.0.invariants();
        let (rows, cols) = (basis.len(), self.0.dim());
        Ok(PyArray1::from_vec(py, basis.concat()).reshape([rows, cols])?)
    }

    fn direct_sum(&self, other: &Self) -> Result<Self> {
        Ok(Self(self.0.direct_sum(&*other.0)?))
    }

    fn tensor_product(&self, other: &Self) -> Result<Self> {
        Ok(Self(self.0.tensor_product(&*other.0)?))
    }

    fn power(&self, k: usize, alternating: bool) -> Result<Self> {
        Ok(Self(self.0.power(k, alternating)?))
    }

    fn is_isomorphic_to(&self, other: &Self) -> Result<bool> {
        self.0.is_isomorphic_to(&*other.0)
    }

    fn maps_to<'py>(&self, py: Python<'py>, out: &Self) -> Result<Bound<'py, PyArray3<f64>>> {
        let maps = self.0.maps_to(&*out.0)?;
        stack(py, &maps, (out.0.dim(), self.0.dim()))
    }

    /// All kernels on a lattice of (depth, height, width): [kernels, out, in, taps].
    fn lattice_kernels<'py>(
        &self,
        py: Python<'py>,
        out: &Self,
        sizes: [usize; 3],
    ) -> Result<Bound<'py, PyArray3<f64>>> {
        let (count, values) = self.0.lattice_kernels(&*out.0, sizes)?;
        let taps: usize = sizes.iter().product();
        let pairs = out.0.dim() * self.0.dim();
        Ok(PyArray1::from_vec(py, values).reshape([count, pairs, taps])?)
    }

    fn __repr__(&self) -> String {
        let (name, group, dim) = (self.0.name(), self.0.group().name(), self.0.dim());
        format!("Representation({name} of {group}, dimension {dim})")
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.equals(&*other.0)
    }
}

/// What only some families have.
fn unsupported(what: &str, family: &str) -> crate::error::Error {
    value_error(format!("{what} are not there for {family} groups"))
}
