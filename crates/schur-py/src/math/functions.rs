//! Kernels, harmonics and couplings as arrays.

use numpy::{PyArray1, PyArray2, PyArray3, PyArrayMethods, PyReadonlyArray2};
use pyo3::prelude::*;
use schur_math::{
    CircularHarmonics, KernelBand, PlanarRepresentation, SphericalHarmonics, SteerableKernelBasis,
    UnitQuaternion, angular_momentum, sample_on_grid,
};

use super::family::{self, of_representation};
use super::{Representation, array};
use crate::error::Result;

/// Isometries of the irreps in the product of two: (irrep, matrix [dim a dim b, dim c]).
#[pyfunction]
pub(crate) fn clebsch_gordan<'py>(
    py: Python<'py>,
    a: &Representation,
    b: &Representation,
) -> Result<Vec<(String, Bound<'py, PyArray2<f64>>)>> {
    let couplings = of_representation!(&a.0, rho => family::couplings(rho, &b.0))?;
    let couplings = couplings.into_iter();
    couplings
        .map(|(irrep, matrix)| Ok((irrep, array(py, &matrix)?)))
        .collect()
}

/// Real Clebsch-Gordan coefficients [2 l + 1, 2 l1 + 1, 2 l2 + 1].
#[pyfunction]
pub(crate) fn real_clebsch_gordan(
    py: Python<'_>,
    l1: usize,
    l2: usize,
    l: usize,
) -> Result<Bound<'_, PyArray3<f64>>> {
    let values = angular_momentum::real_clebsch_gordan(l1, l2, l)?;
    let [a, b, c] = [l1, l2, l].map(|l| 2 * l + 1);
    Ok(PyArray1::from_vec(py, values.into_values()).reshape([c, a, b])?)
}

/// The real Wigner matrix of a degree for a unit quaternion (w, x, y, z).
#[pyfunction]
pub(crate) fn real_wigner_d(
    py: Python<'_>,
    degree: usize,
    quaternion: [f64; 4],
) -> Result<Bound<'_, PyArray2<f64>>> {
    let [w, x, y, z] = quaternion;
    let q = UnitQuaternion::new(w, x, y, z)?;
    array(py, &angular_momentum::real_wigner_d(degree, &q)?)
}

/// Real spherical harmonics up to a degree at points [points, 3]: [points, (degree + 1)^2].
#[pyfunction]
pub(crate) fn spherical_harmonics<'py>(
    py: Python<'py>,
    degree: usize,
    points: PyReadonlyArray2<'py, f64>,
) -> Result<Bound<'py, PyArray2<f64>>> {
    let harmonics = SphericalHarmonics::new(degree)?;
    let points = crate::domain::rows::<3>(&points, "points")?;
    let mut values = Vec::with_capacity(points.len() * harmonics.dim());
    for point in &points {
        values.extend(harmonics.values(*point)?);
    }
    Ok(PyArray1::from_vec(py, values).reshape([points.len(), harmonics.dim()])?)
}

/// Circular harmonics up to a frequency at points [points, 2]: [points, 2 frequency + 1].
#[pyfunction]
pub(crate) fn circular_harmonics<'py>(
    py: Python<'py>,
    frequency: usize,
    points: PyReadonlyArray2<'py, f64>,
) -> Result<Bound<'py, PyArray2<f64>>> {
    let harmonics = CircularHarmonics::new(frequency)?;
    let points = crate::domain::rows::<2>(&points, "points")?;
    let mut values = Vec::with_capacity(points.len() * harmonics.dim());
    for point in &points {
        values.extend(harmonics.values(*point)?);
    }
    Ok(PyArray1::from_vec(py, values).reshape([points.len(), harmonics.dim()])?)
}

/// Steerable kernels of the plane on a grid: [kernels, out * in, rows * columns], each of length 1.
#[pyfunction]
#[pyo3(signature = (input, out, size, max_frequency=None))]
pub(crate) fn steerable_kernels<'py>(
    py: Python<'py>,
    input: &Representation,
    out: &Representation,
    size: usize,
    max_frequency: Option<usize>,
) -> Result<Bound<'py, PyArray3<f64>>> {
    let take = |rho: &Representation| -> Result<PlanarRepresentation> {
        Ok(rho.0.planar("steerable kernels of the plane")?.clone())
    };
    let (input, out) = (take(input)?, take(out)?);
    let mut band = KernelBand::for_size(size)?;
    if let Some(most) = max_frequency {
        band = band.with_max_frequency(|_| most)?;
    }
    let basis = SteerableKernelBasis::new(&out, &input, &band)?;
    let kernels = sample_on_grid(&basis, [1, size, size], 1)?;
    let (count, values) = family::dense(&kernels, (out.dim(), input.dim()), size * size);
    let shape = [count, out.dim() * input.dim(), size * size];
    Ok(PyArray1::from_vec(py, values).reshape(shape)?)
}
