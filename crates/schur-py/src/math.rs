//! Groups, representations and what is made of them, as Python sees them: of every family behind one
//! type each.

mod family;
mod functions;
mod linear;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use numpy::{PyArray1, PyArray2, PyArray3, PyArrayMethods};
use pyo3::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_math::{GroupDefinition, IntertwinerBasis, Matrix, PermutationGroup, SymmetryGroup};
use schur_nn::{AnyGroup, AnyRepresentation, GroupElement, Irreps};

use crate::definition;
use crate::error::Result;
use family::{Family, alike, of_group, of_representation, unsupported};
pub(crate) use functions::{
    circular_harmonics, clebsch_gordan, real_clebsch_gordan, real_wigner_d, spherical_harmonics,
    steerable_kernels,
};
pub(crate) use linear::LinearGroup;

/// A group of any family: of the plane, of space, finite, or compact.
#[pyclass(frozen, module = "schur._native")]
pub(crate) struct Group(AnyGroup);

/// An element, and the group that it is of: finite groups know elements by number.
#[pyclass(frozen, module = "schur._native")]
pub(crate) struct Element(GroupElement, AnyGroup);

/// A representation of a group: real and orthogonal.
#[pyclass(frozen, module = "schur._native")]
pub(crate) struct Representation(AnyRepresentation);

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
        Ok(Self(GroupDefinition::from_text(text)?.group().into()))
    }

    /// A finite group from its table, row g, column h: g h.
    #[staticmethod]
    fn from_table(name: &str, table: Vec<Vec<usize>>) -> Result<Self> {
        let group = schur_math::Group::from_cayley_table(name, &table)?;
        Ok(Self((&group).into()))
    }

    /// The finite group that permutations generate, each the list of the images of 0, 1, ...
    #[staticmethod]
    fn from_permutations(name: &str, generators: Vec<Vec<usize>>) -> Result<Self> {
        Ok(Self(
            PermutationGroup::generate(name, &generators)?
                .group()
                .into(),
        ))
    }

    #[getter]
    fn name(&self) -> String {
        of_group!(&self.0, group => group.to_string())
    }

    #[getter]
    fn family(&self) -> &'static str {
        family::family(&self.0)
    }

    #[getter]
    fn order(&self) -> Option<usize> {
        self.0.order()
    }

    /// The group as texts of field types have it; None if none has.
    #[getter]
    fn definition(&self) -> Option<String> {
        match self.0.get() {
            Some(finite) => Some(definition::of_finite(finite)),
            None => definition::named(&self.0),
        }
    }

    fn identity(&self) -> Element {
        of_group!(&self.0, group => self.element(group, SymmetryGroup::identity(group)))
    }

    fn elements(&self) -> Vec<Element> {
        of_group!(&self.0, group => self.all(group, group.some_elements()))
    }

    fn generators(&self) -> Vec<Element> {
        of_group!(&self.0, group => self.all(group, SymmetryGroup::generators(group)))
    }

    fn random(&self, count: usize, seed: u64) -> Vec<Element> {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        of_group!(&self.0, group => {
            self.all(group, (0..count).map(|_| SymmetryGroup::random(group, &mut generator)))
        })
    }

    fn compose(&self, g: &Element, h: &Element) -> Result<Element> {
        of_group!(&self.0, group => {
            let (g, h) = (group.member(g)?, group.member(h)?);
            Ok(self.element(group, SymmetryGroup::compose(group, g, h)))
        })
    }

    fn inverse(&self, g: &Element) -> Result<Element> {
        of_group!(&self.0, group => {
            Ok(self.element(group, SymmetryGroup::inverse(group, group.member(g)?)))
        })
    }

    fn distance(&self, g: &Element, h: &Element) -> Result<f64> {
        of_group!(&self.0, group => {
            Ok(SymmetryGroup::distance(group, group.member(g)?, group.member(h)?))
        })
    }

    fn isometry<'py>(&self, py: Python<'py>, g: &Element) -> Result<Bound<'py, PyArray2<f64>>> {
        let isometry = of_group!(&self.0, group => group.on_places(group.member(g)?));
        let isometry = isometry.ok_or_else(|| unsupported("isometries", self.family()))?;
        array(py, &isometry)
    }

    fn irreps(&self, band: usize) -> Result<Vec<Representation>> {
        // A finite group has all of them, and none of a frequency or degree above its order.
        let band = self.0.order().unwrap_or(band);
        of_group!(&self.0, group => {
            let irreps = SymmetryGroup::irreps(group, band)?;
            let irreps = irreps.iter().map(schur_math::Representation::irreducible);
            Ok(irreps.map(|rho| Representation(rho.into())).collect())
        })
    }

    fn representation(&self, name: &str) -> Result<Representation> {
        Ok(Representation(self.0.representation(name.trim())?))
    }

    fn __repr__(&self) -> String {
        let order = match self.0.order() {
            Some(order) => format!("{order} elements"),
            None => "infinite".to_string(),
        };
        format!("Group(\"{}\", {}, {order})", self.name(), self.family())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Group {
    /// An element with its name.
    fn element<G: Family>(&self, group: &G, g: G::Element) -> Element {
        Element(group.named(g), self.0.clone())
    }

    /// Elements with their names.
    fn all<G: Family>(
        &self,
        group: &G,
        elements: impl IntoIterator<Item = G::Element>,
    ) -> Vec<Element> {
        let elements = elements.into_iter();
        elements.map(|g| self.element(group, g)).collect()
    }
}

impl Element {
    /// Whether its numbers say what it is, without its group: those of isometries do.
    fn is_isometry(&self) -> bool {
        self.0.plane().is_some() || self.0.space().is_some()
    }

    /// Whether it is an element of a group.
    pub(crate) fn is(&self, g: &GroupElement, group: &AnyGroup) -> bool {
        self.0 == *g && (self.is_isometry() || self.1 == *group)
    }
}

#[pymethods]
impl Element {
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The same numbers, which say nothing without the group unless they are those of an isometry;
    /// :meth:`schur.math.Group.distance` knows round-off.
    fn __eq__(&self, other: &Self) -> bool {
        self.is(&other.0, &other.1)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.name().hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!("Element({})", self.0)
    }
}

#[pymethods]
impl Representation {
    #[getter]
    fn name(&self) -> &str {
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

    fn irreps(&self) -> Result<Vec<String>> {
        let Irreps { parts, .. } = self.0.irreps()?;
        Ok(parts.iter().map(|part| part.irrep.to_string()).collect())
    }

    fn change_of_basis<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyArray2<f64>>> {
        array(py, &self.0.irreps()?.basis)
    }

    fn endomorphism_type(&self) -> Result<Option<&'static str>> {
        let Irreps { parts, .. } = self.0.irreps()?;
        Ok(match parts.as_slice() {
            [irrep] => match irrep.endomorphisms.len() {
                1 => Some("real"),
                2 => Some("complex"),
                _ => Some("quaternionic"),
            },
            _ => None,
        })
    }

    fn matrix<'py>(&self, py: Python<'py>, g: &Element) -> Result<Bound<'py, PyArray2<f64>>> {
        array(
            py,
            &of_representation!(&self.0, rho => rho.matrix(rho.group().member(g)?)?),
        )
    }

    fn character(&self, g: &Element) -> Result<f64> {
        of_representation!(&self.0, rho => Ok(rho.character(rho.group().member(g)?)?))
    }

    #[getter]
    fn is_permutation(&self) -> bool {
        self.0.is_permutation()
    }

    fn invariants<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyArray2<f64>>> {
        let basis = self.0.invariant_basis()?;
        let (rows, cols) = (basis.len(), self.0.dim());
        Ok(PyArray1::from_vec(py, basis.concat()).reshape([rows, cols])?)
    }

    fn direct_sum(&self, other: &Self) -> Result<Self> {
        of_representation!(&self.0, rho => {
            Ok(Self(rho.direct_sum(alike(rho, &other.0)?)?.into()))
        })
    }

    fn tensor_product(&self, other: &Self) -> Result<Self> {
        of_representation!(&self.0, rho => {
            Ok(Self(rho.tensor_product(alike(rho, &other.0)?)?.into()))
        })
    }

    fn power(&self, k: usize, alternating: bool) -> Result<Self> {
        of_representation!(&self.0, rho => Ok(Self(match alternating {
            true => rho.antisymmetric_power(k)?.into(),
            false => rho.symmetric_power(k)?.into(),
        })))
    }

    fn is_isomorphic_to(&self, other: &Self) -> Result<bool> {
        of_representation!(&self.0, rho => Ok(rho.is_isomorphic_to(alike(rho, &other.0)?)?))
    }

    fn maps_to<'py>(&self, py: Python<'py>, out: &Self) -> Result<Bound<'py, PyArray3<f64>>> {
        let maps = of_representation!(&self.0, rho => {
            let basis = IntertwinerBasis::new(alike(rho, &out.0)?, rho)?;
            (0..basis.dim()).map(|index| basis.matrix(index)).collect::<Vec<_>>()
        });
        stack(py, &maps, (out.0.dim(), self.0.dim()))
    }

    /// All kernels on a lattice of (depth, height, width): [kernels, out, in, taps].
    fn lattice_kernels<'py>(
        &self,
        py: Python<'py>,
        out: &Self,
        sizes: [usize; 3],
    ) -> Result<Bound<'py, PyArray3<f64>>> {
        let kernels =
            of_representation!(&self.0, rho => family::lattice_kernels(rho, &out.0, sizes));
        let (count, values) = kernels?;
        let taps: usize = sizes.iter().product();
        let pairs = out.0.dim() * self.0.dim();
        Ok(PyArray1::from_vec(py, values).reshape([count, pairs, taps])?)
    }

    fn __repr__(&self) -> String {
        let (name, group, dim) = (self.name(), self.group().name(), self.0.dim());
        format!("Representation({name} of {group}, dimension {dim})")
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
