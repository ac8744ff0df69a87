//! Triangle meshes: what their vertices see of each other.

use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray2};
use pyo3::prelude::*;
use schur_math::surface::{Reach, Surface, TriangleMesh};
use schur_nn::PointGraph;

use crate::domain::{MovedPoints, arrays_of, rows};
use crate::error::{Result, value_error};

/// Vertices and triangles.
type Mesh<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<i64>>);

fn mesh<'py>(py: Python<'py>, vertices: &[[f64; 3]], faces: &[[usize; 3]]) -> Result<Mesh<'py>> {
    let corners = faces.iter().flatten().map(|&v| v as i64).collect();
    let faces = PyArray1::from_vec(py, corners).reshape([faces.len(), 3])?;
    let places = PyArray1::from_vec(py, vertices.concat());
    Ok((places.reshape([vertices.len(), 3])?, faces))
}

/// The mesh of a file.
#[pyfunction]
pub(crate) fn read_mesh<'py>(py: Python<'py>, path: &str) -> Result<Mesh<'py>> {
    let read = schur_data::Triangles::read(path);
    let read = read.map_err(|error| value_error(error.to_string()))?;
    mesh(py, &read.vertices, &read.faces)
}

/// A sphere of triangles: the icosahedron, refined so often.
#[pyfunction]
pub(crate) fn icosphere(py: Python<'_>, level: usize) -> Result<Mesh<'_>> {
    let sphere = TriangleMesh::icosphere(level)?;
    mesh(py, sphere.vertices(), sphere.faces())
}

/// What some vertices of a mesh see of others: edges (source, target), and the points as
/// [`arrays_of`] has them.
type Graph<'py> = (Bound<'py, PyArray2<i64>>, MovedPoints<'py>);

/// The points of a mesh with frames, of which some see others within so many edges, or a radius.
#[pyfunction]
#[pyo3(signature = (vertices, faces, rings, radius, sources, targets))]
pub(crate) fn surface_graph<'py>(
    py: Python<'py>,
    vertices: PyReadonlyArray2<'py, f64>,
    faces: Vec<[usize; 3]>,
    rings: Option<usize>,
    radius: Option<f64>,
    sources: Option<Vec<usize>>,
    targets: Option<Vec<usize>>,
) -> Result<Graph<'py>> {
    let reach = match (rings, radius) {
        (Some(rings), None) => Reach::Rings(rings),
        (None, Some(radius)) => Reach::Radius(radius),
        _ => return Err(value_error("pass either `rings` or `radius`")),
    };
    let vertices = rows::<3>(&vertices, "vertices")?;
    let graph = py.detach(|| -> Result<PointGraph> {
        let surface = Surface::new(TriangleMesh::new(vertices, faces)?);
        let all = || (0..surface.mesh().vertices().len()).collect::<Vec<_>>();
        Ok(match (sources, targets) {
            (None, None) => PointGraph::on_surface(&surface, reach)?,
            (Some(some), None) => PointGraph::on_vertices(&surface, &some, reach)?,
            (sources, Some(targets)) => {
                let sources = sources.unwrap_or_else(all);
                PointGraph::between_vertices(&surface, &sources, &targets, reach)?
            }
        })
    })?;
    let ends = graph.edges().iter();
    let ends = ends.flat_map(|&(source, target)| [source as i64, target as i64]);
    let edges = PyArray1::from_vec(py, ends.collect());
    let edges = edges.reshape([graph.edges().len(), 2])?;
    Ok((edges, arrays_of(py, &graph)?))
}
