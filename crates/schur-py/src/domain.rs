//! Where the values of arrays live: grids, points, nowhere.

use burn::tensor::{Device, Tensor, TensorData};
use numpy::PyReadonlyArray2;
use pyo3::prelude::*;
use schur_nn::{Domain, PointGraph};

use crate::arrays::{Number, Owned, View};
use crate::error::{Result, value_error};

/// The points of a field on points: places, edges (source, target), and the places of the targets
/// if these are others.
#[derive(FromPyObject)]
pub(crate) struct Graph<'py>(
    PyReadonlyArray2<'py, f64>,
    PyReadonlyArray2<'py, i64>,
    Option<PyReadonlyArray2<'py, f64>>,
);

impl Graph<'_> {
    pub(crate) fn build(&self) -> Result<PointGraph> {
        let edges = self.1.as_array();
        if edges.shape()[1] != 2 {
            return Err(value_error(format!(
                "edges of shape {:?}; pass [edges, 2], each a source and a target",
                edges.shape()
            )));
        }
        let index = |i: i64| {
            usize::try_from(i).map_err(|_| value_error(format!("an edge names the point {i}")))
        };
        let edges = edges
            .rows()
            .into_iter()
            .map(|edge| Ok((index(edge[0])?, index(edge[1])?)))
            .collect::<Result<Vec<_>>>()?;
        match self.0.as_array().shape()[1] {
            2 => self.of_dimension::<2>(&edges),
            3 => self.of_dimension::<3>(&edges),
            other => Err(value_error(format!(
                "points with {other} coordinates; pass 2 or 3"
            ))),
        }
    }

    fn of_dimension<const D: usize>(&self, edges: &[(usize, usize)]) -> Result<PointGraph> {
        let sources = places::<D>(&self.0)?;
        Ok(match &self.2 {
            Some(targets) => PointGraph::bipartite(&sources, &places::<D>(targets)?, edges)?,
            None => PointGraph::new(&sources, edges)?,
        })
    }
}

pub(crate) fn places<const D: usize>(array: &PyReadonlyArray2<'_, f64>) -> Result<Vec<[f64; D]>> {
    let rows = array.as_array();
    let rows = rows.rows().into_iter();
    let wrong = || {
        value_error(format!(
            "targets that do not have {D} coordinates as sources"
        ))
    };
    rows.map(|row| {
        let row: Vec<f64> = row.iter().copied().collect();
        row.try_into().map_err(|_| wrong())
    })
    .collect()
}

/// Sizes of a grid, none of a vector, or the points.
pub(crate) fn domain(sizes: &[usize], graph: Option<&Graph<'_>>) -> Result<Domain> {
    match (sizes, graph) {
        (_, Some(graph)) => Ok(graph.build()?.into()),
        ([], None) => Ok(Domain::Vector),
        (&[height, width], None) => Ok(Domain::image(height, width)),
        (&[depth, height, width], None) => Ok(Domain::Grid([depth, height, width])),
        _ => Err(value_error(format!(
            "fields on a grid of sizes {sizes:?}; pass [batch, channels], [batch, height, width, \
             channels], [batch, depth, height, width, channels], or points with their graph"
        ))),
    }
}

/// The numbers of a field, `[batch, place, channel]`.
pub(crate) fn memory<T: Number>(x: &View<'_, T>, device: &Device) -> Tensor<3> {
    let (batch, channels) = (x.shape[0], x.shape[x.shape.len() - 1]);
    let places: usize = x.shape[1..x.shape.len() - 1].iter().product();
    let data = TensorData::new(x.values.to_vec(), [batch, places, channels]);
    Tensor::from_data(data, (device, T::dtype()))
}

/// The numbers of a field with the axes of its domain; the input had `axes` between batch and
/// channels.
pub(crate) fn of_places<T>(
    values: Vec<T>,
    batch: usize,
    domain: &Domain,
    axes: usize,
    channels: usize,
) -> Owned<T> {
    let mut shape = vec![batch];
    shape.extend(sizes(domain, axes));
    shape.push(channels);
    Owned { shape, values }
}

/// The sizes of the axes between batch and channels, of which the input had so many.
pub(crate) fn sizes(domain: &Domain, axes: usize) -> Vec<usize> {
    match domain {
        Domain::Vector => vec![],
        Domain::Grid(sizes) => sizes[3 - axes.min(3)..].to_vec(),
        Domain::Atlas(atlas) => atlas.sizes()[3 - axes.min(3)..].to_vec(),
        Domain::Points(graph) => vec![graph.points().len()],
        Domain::Sphere(grid) => match grid.image() {
            Some((rings, longitudes)) => vec![rings, longitudes],
            None => vec![grid.places()],
        },
    }
}
