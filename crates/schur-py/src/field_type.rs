//! Field types.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyAny;
use schur_nn as nn;
use schur_nn::network::Fields;
use schur_nn::{Domain, Field, GridGroup, GroupElement};

use crate::arrays::{Number, Numbers, Owned, View};
use crate::definition;
use crate::domain::{MovedPoints, Places, arrays_of, domain, memory, of_places};
use crate::error::{Result, value_error};
use crate::math::Element;
use crate::threads::on_all_threads;

/// How the channels of a field transform: a group and blocks of equal fields; and the group as the text
/// has it, if that is not its name.
#[pyclass(frozen, module = "schur._native", from_py_object)]
#[derive(Clone)]
pub(crate) struct FieldType(pub(crate) nn::FieldType, Option<Arc<str>>);

/// A field, and points as they lie then.
type Moved<'py> = (Bound<'py, PyAny>, Option<MovedPoints<'py>>);

impl FieldType {
    /// A type whose text is as it prints.
    pub(crate) fn of(fields: nn::FieldType) -> Self {
        Self(fields, None)
    }

    /// A type that was made of this one.
    pub(crate) fn with(&self, fields: nn::FieldType) -> Self {
        let same = fields.group() == self.0.group();
        Self(fields, self.1.clone().filter(|_| same))
    }

    /// A test element of the group.
    pub(crate) fn element(&self, element: usize) -> Result<GroupElement> {
        let mut elements = self.0.group().test_elements();
        if element < elements.len() {
            return Ok(elements.swap_remove(element));
        }
        Err(value_error(format!(
            "{} has no test element of the number {element}; use 0 to {}",
            self.0.group().name(),
            elements.len().saturating_sub(1)
        )))
    }

    /// The field of some numbers, moved by a test element.
    fn image(
        &self,
        x: Tensor<3>,
        domain: Domain,
        element: usize,
        interpolate: bool,
    ) -> Result<Field> {
        let g = self.element(element)?;
        let field = Field::from_memory(x, domain, &self.0)?;
        Ok(match interpolate {
            true => field.transform_interpolated(g)?,
            false => field.transform(g)?,
        })
    }

    fn moved<'py, T: Number>(
        &self,
        py: Python<'py>,
        x: &Numbers<'_>,
        element: usize,
        interpolate: bool,
        places: Option<&Places<'_>>,
    ) -> Result<Moved<'py>> {
        let x = View::<T>::of(x)?;
        let (batch, sizes, _) = x.axes()?;
        let domain = domain(sizes, places)?;
        let moved = on_all_threads(|| {
            let x = memory(&x, &Device::flex());
            self.image(x, domain, element, interpolate)
        })??;
        let places = match moved.domain() {
            Domain::Points(graph) => Some(arrays_of(py, graph)?),
            _ => None,
        };
        let domain = moved.domain().clone();
        let values = Owned::<T>::of(moved.into_memory().into_data())?.values;
        let moved = of_places(values, batch, &domain, sizes.len(), self.0.channels());
        Ok((moved.into_array(py)?.into_any(), places))
    }
}

impl FieldType {
    /// The gradient of `<dy, g x>` in `x`, which has as many places as the result.
    fn moved_back<T: Number>(
        &self,
        dy: &Numbers<'_>,
        element: usize,
        interpolate: bool,
        places: Option<&Places<'_>>,
    ) -> Result<Owned<T>> {
        let dy = View::<T>::of(dy)?;
        let (batch, sizes, _) = dy.axes()?;
        let domain = domain(sizes, places)?;
        let dx = on_all_threads(|| -> Result<_> {
            let device = Device::flex().autodiff();
            let dy = memory(&dy, &device);
            let x = dy.zeros_like().require_grad();
            let moved = self.image(x.clone(), domain.clone(), element, interpolate)?;
            let derivatives = (moved.into_memory() * dy).sum().backward();
            let dx = x.grad(&derivatives);
            Ok(dx.map_or_else(|| x.inner().into_data(), Tensor::into_data))
        })??;
        let values = Owned::<T>::of(dx)?.values;
        Ok(of_places(
            values,
            batch,
            &domain,
            sizes.len(),
            self.0.channels(),
        ))
    }
}

#[pymethods]
impl FieldType {
    #[new]
    fn new(text: &str) -> Result<Self> {
        let Some((group, fields)) = definition::split(text) else {
            // Says what is missing.
            return Ok(Self::of(nn::FieldType::parse(text)?));
        };
        let found = definition::group(group)?;
        let fields = fields.parse::<Fields>()?.of(&found)?;
        let defined = group.trim_start().starts_with('{');
        Ok(Self(fields, defined.then(|| group.trim().into())))
    }

    /// The text that it is made from.
    #[getter]
    fn text(&self) -> String {
        match &self.1 {
            Some(group) => format!("{group}: {}", self.fields_text()),
            None => self.0.to_string(),
        }
    }

    /// The text for people, with the name of the group alone.
    #[getter]
    fn label(&self) -> String {
        self.0.to_string()
    }

    /// The part of the text behind the group.
    #[getter]
    fn fields_text(&self) -> String {
        let text = self.0.to_string();
        text[self.0.group().name().len() + 2..].to_string()
    }

    /// The name of the group.
    #[getter]
    fn group(&self) -> String {
        self.0.group().name().to_string()
    }

    /// The number of elements of the group; None if it is infinite.
    #[getter]
    fn order(&self) -> Option<usize> {
        self.0.group().order()
    }

    /// The number of channels.
    #[getter]
    fn channels(&self) -> usize {
        self.0.channels()
    }

    /// The blocks as (number of fields, name of the representation, its dimension).
    #[getter]
    fn blocks(&self) -> Vec<(usize, String, usize)> {
        let blocks = self.0.blocks().iter();
        blocks
            .map(|block| {
                let rho = &block.representation;
                (block.multiplicity, rho.name().to_string(), rho.dim())
            })
            .collect()
    }

    /// Whether the group permutes the channels of every field.
    #[getter]
    fn is_permutation(&self) -> bool {
        self.0.is_permutation()
    }

    /// Whether the group acts on the plane.
    #[getter]
    fn is_planar(&self) -> bool {
        self.0.group().planar().is_some()
    }

    /// For every channel in memory its place outside, where the channels of one field are
    /// contiguous.
    fn outward_of_memory<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        let mut order = Vec::with_capacity(self.0.channels());
        for (offset, block) in self.0.parts() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            for component in 0..dim {
                order.extend((0..copies).map(|copy| (offset + copy * dim + component) as i64));
            }
        }
        PyArray1::from_vec(py, order)
    }

    /// The names of elements to test with.
    fn test_elements(&self) -> Vec<String> {
        let elements = self.0.group().test_elements();
        elements.iter().map(|g| g.name().to_string()).collect()
    }

    /// The number of an element among those to test with; None if it is none of these.
    fn number_of(&self, element: &Element) -> Option<usize> {
        let group = self.0.group();
        let mut known = group.test_elements().into_iter();
        known.position(|g| element.is(&g, group))
    }

    /// The matrix of a test element on the channels, outside.
    fn matrix<'py>(&self, py: Python<'py>, element: usize) -> Result<Bound<'py, PyArray2<f64>>> {
        let g = self.element(element)?;
        let channels = self.0.channels();
        let mut matrix = vec![0.0; channels * channels];
        for (first, block) in self.0.parts() {
            let rho = block.representation.matrix(&g)?;
            for copy in 0..block.multiplicity {
                let offset = first + copy * rho.rows();
                for row in 0..rho.rows() {
                    let start = (offset + row) * channels + offset;
                    matrix[start..start + rho.cols()].copy_from_slice(rho.row(row));
                }
            }
        }
        Ok(PyArray1::from_vec(py, matrix).reshape([channels, channels])?)
    }

    /// The test elements by name, and whether each moves the places of a grid of these sizes (none
    /// for vectors), or of a kind, to places.
    #[pyo3(signature = (sizes, places=None))]
    fn exact_elements(
        &self,
        sizes: Vec<usize>,
        places: Option<Places<'_>>,
    ) -> Result<Vec<(String, bool)>> {
        let domain = domain(&sizes, places.as_ref())?;
        let elements = self.0.group().test_elements();
        let exact = elements
            .iter()
            .map(|g| (g.name().to_string(), domain.is_exact(g)));
        Ok(exact.collect())
    }

    /// Whether a test element of this group is one of another's, too.
    fn shares(&self, element: usize, other: &Self) -> Result<bool> {
        Ok(other.0.group().contains(self.element(element)?))
    }

    /// The action of a test element on x of shape [batch, ..., channels] in memory order, by
    /// interpolation between pixels if need be; and the places of points afterwards.
    #[pyo3(signature = (x, element, interpolate, places=None))]
    fn transform<'py>(
        &self,
        py: Python<'py>,
        x: Numbers<'py>,
        element: usize,
        interpolate: bool,
        places: Option<Places<'py>>,
    ) -> Result<Moved<'py>> {
        match x.dtype() {
            DType::F64 => self.moved::<f64>(py, &x, element, interpolate, places.as_ref()),
            _ => self.moved::<f32>(py, &x, element, interpolate, places.as_ref()),
        }
    }

    /// The gradient of <dy, transform(x)> in x.
    #[pyo3(signature = (dy, element, interpolate, places=None))]
    fn transform_vjp<'py>(
        &self,
        py: Python<'py>,
        dy: Numbers<'py>,
        element: usize,
        interpolate: bool,
        places: Option<Places<'py>>,
    ) -> Result<Bound<'py, PyAny>> {
        let places = places.as_ref();
        match dy.dtype() {
            DType::F64 => {
                let dx = self.moved_back::<f64>(&dy, element, interpolate, places)?;
                Ok(dx.into_array(py)?.into_any())
            }
            _ => {
                let dx = self.moved_back::<f32>(&dy, element, interpolate, places)?;
                Ok(dx.into_array(py)?.into_any())
            }
        }
    }

    /// Whether both are of one group.
    fn is_beside(&self, other: &Self) -> bool {
        self.0.group() == other.0.group()
    }

    /// The fields of one type behind those of another.
    fn direct_sum(&self, other: &Self) -> Result<Self> {
        Ok(self.with(self.0.direct_sum(&other.0)?))
    }

    /// The same fields under a subgroup.
    fn restricted_to(&self, group: &str) -> Result<Self> {
        let group = GridGroup::parse(group)?;
        Ok(Self::of(self.0.restricted_to(group)?))
    }

    fn __repr__(&self) -> String {
        format!("FieldType(\"{}\")", self.0)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        hasher.finish()
    }
}
