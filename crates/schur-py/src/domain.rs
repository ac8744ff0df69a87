//! Where the values of arrays live: grids, points, strips, spheres, nowhere.

use burn::tensor::{Device, Tensor, TensorData};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyAny;
use schur_math::{PlaneIsometry, SphereGrid};
use schur_nn::{Atlas, Domain, FieldType, PointGraph};

use crate::arrays::{Number, Owned, View};
use crate::error::{Result, value_error};

/// Places that the sizes of an array do not say: the word for their kind, and arrays.
///
/// `points` have their places, the edges (source, target), on a surface offsets `[edges, 2]` and
/// transports `[edges, 2]`, an angle and 1 for a mirror before it, and then the places of the targets, if
/// these are others. Strips and spheres have no arrays.
#[derive(FromPyObject)]
pub(crate) struct Places<'py>(String, Vec<Bound<'py, PyAny>>);

/// The words for places without arrays.
const WORDS: [&str; 7] = [
    "cylinder",
    "moebius",
    "moebius_untransported",
    "equiangular",
    "gauss_legendre",
    "healpix",
    "icosahedral",
];

/// The word for points.
pub(crate) const POINTS: &str = "points";

impl Places<'_> {
    fn graph(&self) -> Result<PointGraph> {
        let arrays = &self.1;
        let wrong = || value_error("points have two to five arrays: `nn.Points` makes them");
        let (connection, targets) = match arrays.len() {
            2 => (None, None),
            3 => (None, arrays.get(2)),
            4 => (Some((&arrays[2], &arrays[3])), None),
            5 => (Some((&arrays[2], &arrays[3])), arrays.get(4)),
            _ => return Err(wrong()),
        };
        let places: PyReadonlyArray2<'_, f64> = arrays[0].extract()?;
        let edges: PyReadonlyArray2<'_, i64> = arrays[1].extract()?;
        let targets: Option<PyReadonlyArray2<'_, f64>> =
            targets.map(|array| array.extract()).transpose()?;
        let edges = edges_of(&edges)?;
        let graph = match places.as_array().shape()[1] {
            2 => of_dimension::<2>(&places, targets.as_ref(), &edges)?,
            3 => of_dimension::<3>(&places, targets.as_ref(), &edges)?,
            other => {
                return Err(value_error(format!(
                    "points with {other} coordinates; pass 2 or 3"
                )));
            }
        };
        let Some((offsets, transports)) = connection else {
            return Ok(graph);
        };
        let offsets = rows::<2>(&offsets.extract()?, "offsets")?;
        let transports = rows::<2>(&transports.extract()?, "transports")?;
        let transports = transports.into_iter();
        let transports = transports.map(|[angle, mirror]| PlaneIsometry::new(angle, mirror != 0.0));
        let transports = transports.collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(graph.with_transports(&offsets, &transports)?)
    }
}

fn edges_of(edges: &PyReadonlyArray2<'_, i64>) -> Result<Vec<(usize, usize)>> {
    let edges = edges.as_array();
    if edges.shape()[1] != 2 {
        return Err(value_error(format!(
            "edges of shape {:?}; pass [edges, 2], each a source and a target",
            edges.shape()
        )));
    }
    let index = |i: i64| {
        usize::try_from(i).map_err(|_| value_error(format!("an edge names the point {i}")))
    };
    let edges = edges.rows().into_iter();
    edges
        .map(|edge| Ok((index(edge[0])?, index(edge[1])?)))
        .collect()
}

fn of_dimension<const D: usize>(
    places: &PyReadonlyArray2<'_, f64>,
    targets: Option<&PyReadonlyArray2<'_, f64>>,
    edges: &[(usize, usize)],
) -> Result<PointGraph> {
    let sources = rows::<D>(places, "places")?;
    Ok(match targets {
        Some(targets) => PointGraph::bipartite(&sources, &rows::<D>(targets, "targets")?, edges)?,
        None => PointGraph::new(&sources, edges)?,
    })
}

/// The rows of an array with `N` columns.
pub(crate) fn rows<const N: usize>(
    array: &PyReadonlyArray2<'_, f64>,
    what: &str,
) -> Result<Vec<[f64; N]>> {
    let array = array.as_array();
    let wrong = || {
        value_error(format!(
            "{what} of shape {:?}; pass {N} numbers in each row",
            array.shape()
        ))
    };
    let rows = array.rows().into_iter();
    rows.map(|row| {
        let row: Vec<f64> = row.iter().copied().collect();
        row.try_into().map_err(|_| wrong())
    })
    .collect()
}

/// Sizes of a grid, none of a vector, or the places of a kind.
pub(crate) fn domain(sizes: &[usize], places: Option<&Places<'_>>) -> Result<Domain> {
    match places {
        Some(places) if places.0 == POINTS => Ok(places.graph()?.into()),
        Some(places) => of_word(sizes, &places.0),
        None => match *sizes {
            [] => Ok(Domain::Vector),
            [height, width] => Ok(Domain::image(height, width)),
            [depth, height, width] => Ok(Domain::Grid([depth, height, width])),
            _ => Err(value_error(format!(
                "fields on a grid of sizes {sizes:?}; pass [batch, channels], [batch, channels, height, \
                 width], [batch, channels, depth, height, width], or `nn.Points` as the places"
            ))),
        },
    }
}

/// The strip or sphere of a word.
fn of_word(sizes: &[usize], word: &str) -> Result<Domain> {
    let sphere =
        |grid: std::result::Result<SphereGrid, schur_math::MathError>| Ok(Domain::from(grid?));
    match (word, sizes) {
        ("cylinder", &[rows, columns]) => Ok(Atlas::cylinder(rows, columns)?.into()),
        ("moebius", &[rows, columns]) => Ok(Atlas::moebius(rows, columns)?.into()),
        ("moebius_untransported", &[rows, columns]) => {
            Ok(Atlas::moebius(rows, columns)?.without_transport().into())
        }
        ("equiangular", &[rings, count]) => sphere(SphereGrid::equiangular(rings, count)),
        ("gauss_legendre", &[rings, count]) => sphere(SphereGrid::gauss_legendre(rings, count)),
        ("healpix", &[places]) => {
            let n = (places / 12).isqrt();
            if 12 * n * n != places {
                return Err(value_error(format!(
                    "{places} places of `healpix`; there are 12 n² of them: 12, 48, 192, 768, …"
                )));
            }
            sphere(SphereGrid::healpix(n))
        }
        ("icosahedral", &[places]) => {
            let n = (places / 10).isqrt();
            if 10 * n * n + 2 != places {
                return Err(value_error(format!(
                    "{places} places of `icosahedral`; there are 10 n² + 2 of them: 12, 42, 92, 162, …"
                )));
            }
            sphere(SphereGrid::icosahedral(n))
        }
        _ if WORDS.contains(&word) => Err(value_error(format!(
            "a field on `{word}` with {} axes of places; pass [batch, channels, places] of `healpix` \
             and `icosahedral`, and [batch, channels, rows, columns] of others",
            sizes.len()
        ))),
        _ => Err(value_error(format!(
            "there are no places `{word}`; use `nn.Points`, or one of {}",
            WORDS.join(", ")
        ))),
    }
}

/// The word for the points that see others.
const SEERS: &str = "seers";

/// The word for the places of a domain with these sizes, which a layer made of another; `None` of grids
/// and vectors.
pub(crate) fn word(
    domain: &Domain,
    before: &Domain,
    sizes: &[usize],
) -> Result<Option<&'static str>> {
    match domain {
        Domain::Vector | Domain::Grid(_) => Ok(None),
        Domain::Points(_) if domain == before => Ok(Some(POINTS)),
        Domain::Points(_) => Ok(Some(SEERS)),
        _ => {
            let mut words = WORDS.into_iter();
            let word = words.find(|word| of_word(sizes, word).is_ok_and(|found| found == *domain));
            word.map(Some).ok_or_else(|| {
                value_error(
                    "the layer gives a field on places that Python has no word for; use Rust",
                )
            })
        }
    }
}

/// Sizes of a grid, none of a vector, or places of a kind of which only the number is known, with so
/// many targets if these are others; points lie where `fields` do.
pub(crate) fn counted(
    sizes: &[usize],
    kind: Option<&str>,
    targets: Option<usize>,
    fields: &FieldType,
) -> Result<Domain> {
    if kind != Some(POINTS) {
        return match kind {
            Some(word) => of_word(sizes, word),
            None => domain(sizes, None),
        };
    }
    let sources = sizes.first().copied().unwrap_or(0);
    let graph = match fields.group().dimension() {
        Some(3) => at_one_place::<3>(sources, targets)?,
        _ => at_one_place::<2>(sources, targets)?,
    };
    Ok(graph.into())
}

/// Where points lie does not matter for how many there are.
fn at_one_place<const D: usize>(sources: usize, targets: Option<usize>) -> Result<PointGraph> {
    let places = |count: usize| vec![[0.0; D]; count];
    Ok(match targets {
        Some(targets) => PointGraph::bipartite(&places(sources), &places(targets), &[])?,
        None => PointGraph::new(&places(sources), &[])?,
    })
}

/// An array of numbers.
type Rows<'py> = Bound<'py, PyArray2<f64>>;

/// Points of a graph that was moved: places, offsets and transports on a surface, targets.
pub(crate) type MovedPoints<'py> = (Rows<'py>, Option<(Rows<'py>, Rows<'py>)>, Option<Rows<'py>>);

pub(crate) fn arrays_of<'py>(py: Python<'py>, graph: &PointGraph) -> Result<MovedPoints<'py>> {
    let dimension = graph.dimension();
    let array = |values: Vec<f64>, columns: usize| -> Result<Rows<'py>> {
        let count = values.len() / columns;
        Ok(PyArray1::from_vec(py, values).reshape([count, columns])?)
    };
    let places = |points: &[[f64; 3]]| {
        let rows = points.iter().flat_map(|p| p[..dimension].to_vec());
        array(rows.collect(), dimension)
    };
    let connection = match (graph.offsets_in_frames(), graph.transports()) {
        (Some(offsets), Some(transports)) => {
            let numbers = |t: &PlaneIsometry| [t.angle(), f64::from(u8::from(t.is_reflected()))];
            let transports = transports.iter().flat_map(numbers).collect();
            Some((array(offsets.concat(), 2)?, array(transports, 2)?))
        }
        _ => None,
    };
    let targets = graph.is_bipartite().then(|| places(graph.targets()));
    Ok((places(graph.points())?, connection, targets.transpose()?))
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
