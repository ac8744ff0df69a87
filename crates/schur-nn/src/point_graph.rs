//! Points in the plane or in space, and who sees whom.

mod connection;
mod irrep_tables;

use std::fmt;
use std::sync::{Arc, OnceLock};

use schur_engine::edges::Ends;
use schur_math::{KernelBand, PlaneIsometry};

use crate::{GroupElement, NnError};
use connection::Connection;
pub(crate) use irrep_tables::IrrepTables;

/// Points `(x, y)` in the plane, `y` upwards, or `(x, y, z)` in space, and directed edges between
/// them, each from a source, which is seen, to a target, which sees it.
///
/// Points on a surface have frames of the tangent plane, too: [`on_surface`](Self::on_surface).
///
/// ```
/// use schur_nn::PointGraph;
///
/// let points = [[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]];
/// let graph = PointGraph::within(&points, 2.0)?;
/// // Every point sees itself, the first two each other.
/// assert_eq!(graph.edges(), [(0, 0), (1, 0), (0, 1), (1, 1), (2, 2)]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PointGraph {
    /// 2 in the plane, 3 in space.
    dimension: usize,
    points: Vec<[f64; 3]>,
    /// The points that see, if these are others.
    targets: Option<Vec<[f64; 3]>>,
    edges: Vec<(usize, usize)>,
    /// On a surface: where sources lie in the frames of targets, and how these lie to each other.
    connection: Option<Arc<Connection>>,
    /// Harmonics of some bands along all edges.
    harmonics: Vec<(KernelBand, Arc<Vec<f64>>)>,
    /// The edges by point, once they have been asked for.
    ends: OnceLock<Arc<Ends>>,
}

/// The dimension of the plane.
const PLANE: usize = 2;

/// `3 points`, in space or on a surface with these words.
impl fmt::Display for PointGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let room = match self.dimension {
            _ if self.is_on_surface() => " on a surface",
            PLANE => "",
            _ => " in space",
        };
        write!(f, "{} points{room}", self.points.len())
    }
}

/// Equality of points and edges, in their order, and of offsets and transports on a surface.
impl PartialEq for PointGraph {
    fn eq(&self, other: &Self) -> bool {
        self.dimension == other.dimension
            && self.points == other.points
            && self.targets == other.targets
            && self.edges == other.edges
            && self.connection == other.connection
    }
}

impl PointGraph {
    /// Points with edges (source, target), in any order; an edge from a point to itself is
    /// allowed, and one that is listed twice counts twice.
    ///
    /// ```
    /// use schur_nn::PointGraph;
    ///
    /// let in_space = PointGraph::new(&[[0.0, 0.0, 0.0], [0.0, 0.5, 1.0]], &[(0, 1)])?;
    /// assert_eq!(in_space.dimension(), 3);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If points have neither 2 nor 3 coordinates, a coordinate is not finite, an edge names a
    /// point that is not there, or the distance along it overflows.
    pub fn new<const D: usize>(
        points: &[[f64; D]],
        edges: &[(usize, usize)],
    ) -> Result<Self, NnError> {
        Self::of_parts(D, in_space(points)?, None, edges.to_vec()).checked()
    }

    /// Edges (source, target) from points to other points, such as those of a coarser cloud:
    /// fields on the sources become fields on the targets.
    ///
    /// ```
    /// use schur_nn::PointGraph;
    ///
    /// let (fine, coarse) = ([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]], [[0.5, 0.0]]);
    /// let graph = PointGraph::bipartite(&fine, &coarse, &[(0, 0), (1, 0)])?;
    /// assert_eq!((graph.points().len(), graph.targets().len()), (3, 1));
    /// // Two of the three are at most a unit away.
    /// assert_eq!(graph, PointGraph::bipartite_within(&fine, &coarse, 1.0)?);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn bipartite<const D: usize>(
        sources: &[[f64; D]],
        targets: &[[f64; D]],
        edges: &[(usize, usize)],
    ) -> Result<Self, NnError> {
        let (sources, targets) = (in_space(sources)?, in_space(targets)?);
        Self::of_parts(D, sources, Some(targets), edges.to_vec()).checked()
    }

    /// Points of which each sees all that are at most `radius` away, itself included; sorted by
    /// target and source.
    ///
    /// # Errors
    ///
    /// If points have neither 2 nor 3 coordinates, a coordinate is not finite, or the radius is
    /// negative or not finite.
    pub fn within<const D: usize>(points: &[[f64; D]], radius: f64) -> Result<Self, NnError> {
        let points = in_space(points)?;
        let edges = near(&points, &points, radius)?;
        Ok(Self::of_parts(D, points, None, edges))
    }

    /// Targets of which each sees all sources that are at most `radius` away; sorted by target
    /// and source.
    ///
    /// # Errors
    ///
    /// As [`within`](Self::within).
    pub fn bipartite_within<const D: usize>(
        sources: &[[f64; D]],
        targets: &[[f64; D]],
        radius: f64,
    ) -> Result<Self, NnError> {
        let (sources, targets) = (in_space(sources)?, in_space(targets)?);
        let edges = near(&sources, &targets, radius)?;
        Ok(Self::of_parts(D, sources, Some(targets), edges))
    }

    fn of_parts(
        dimension: usize,
        points: Vec<[f64; 3]>,
        targets: Option<Vec<[f64; 3]>>,
        edges: Vec<(usize, usize)>,
    ) -> Self {
        Self {
            dimension,
            points,
            targets,
            edges,
            connection: None,
            harmonics: Vec::new(),
            ends: OnceLock::new(),
        }
    }

    /// Refuses edges that lead nowhere.
    fn checked(self) -> Result<Self, NnError> {
        let ends = [
            ("source", self.points.len()),
            ("target", self.targets().len()),
        ];
        for (index, &(source, target)) in self.edges.iter().enumerate() {
            let refused = |problem: String| {
                Err(NnError::Config {
                    at: format!("edge {index} of a point graph"),
                    problem,
                })
            };
            for (end, (name, count)) in [source, target].into_iter().zip(ends) {
                if end >= count {
                    return refused(format!(
                        "({source}, {target}) names point {end} as {name}, but there are {count}, \
                         numbered from 0"
                    ));
                }
            }
            if !length(self.offset((source, target))).is_finite() {
                let coordinates = |point: &[f64; 3]| point[..self.dimension].to_vec();
                return refused(format!(
                    "the distance of {:?} and {:?} overflows; use coordinates of a sensible size",
                    coordinates(&self.points[source]),
                    coordinates(&self.targets()[target])
                ));
            }
        }
        Ok(self)
    }

    /// Several clouds as one graph, their points one after the other: a batch.
    ///
    /// If one of them is [bipartite](Self::bipartite), all are taken as such; if one lies in
    /// space, the planes of others are those of `z = 0`. All are on surfaces or none: among others, those
    /// that are count as clouds in space.
    pub fn batch(graphs: &[Self]) -> Self {
        let is_bipartite = graphs.iter().any(|graph| graph.targets.is_some());
        let dimension = graphs.iter().map(|graph| graph.dimension).max();
        let (mut points, mut targets, mut edges) = (Vec::new(), Vec::new(), Vec::new());
        for graph in graphs {
            let first = (points.len(), targets.len());
            points.extend(&graph.points);
            targets.extend(graph.targets());
            edges.extend(graph.edges.iter().map(|(s, t)| (s + first.0, t + first.1)));
        }
        let dimension = dimension.unwrap_or(PLANE);
        let mut whole = Self::of_parts(dimension, points, is_bipartite.then_some(targets), edges);
        whole.connection = Connection::batch(graphs.iter().map(|graph| &graph.connection));
        whole
    }

    /// 2 for points in the plane, 3 for points in space.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The points, those that are seen if others see them; in the plane `z` is 0.
    pub fn points(&self) -> &[[f64; 3]] {
        &self.points
    }

    /// The points that see: all, unless the graph is [bipartite](Self::bipartite).
    pub fn targets(&self) -> &[[f64; 3]] {
        self.targets.as_deref().unwrap_or(&self.points)
    }

    /// The points that see, without edges.
    pub(crate) fn of_targets(&self) -> Self {
        let targets = self.targets().to_vec();
        let mut alone = Self::of_parts(self.dimension, targets, None, Vec::new());
        alone.connection = self.connection.as_ref().map(|_| Arc::default());
        alone
    }

    /// Whether other points see than are seen.
    pub fn is_bipartite(&self) -> bool {
        self.targets.is_some()
    }

    /// The edges (source, target).
    pub fn edges(&self) -> &[(usize, usize)] {
        &self.edges
    }

    /// Whether an element acts on the points: an isometry of the plane or of space, whichever they
    /// lie in, and on a surface both.
    pub(crate) fn is_moved_by(&self, g: &GroupElement) -> bool {
        match self.dimension {
            _ if self.is_on_surface() => g.plane().is_some() || g.space().is_some(),
            PLANE => g.plane().is_some(),
            _ => g.space().is_some(),
        }
    }

    /// This graph with every point moved by `g`, an isometry of what the points lie in. On a surface
    /// isometries of space move frames along, so that offsets and transports stay; those of the plane
    /// turn every frame alike and leave the points.
    ///
    /// ```
    /// use schur_math::SpaceIsometry;
    /// use schur_nn::PointGraph;
    ///
    /// let graph = PointGraph::within(&[[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]], 4.0)?;
    /// let inverted = graph.transform(SpaceIsometry::INVERSION)?;
    /// assert_eq!(inverted.points()[1], [-1.0, -2.0, -3.0]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `g` acts on something else.
    pub fn transform(&self, g: impl Into<GroupElement>) -> Result<Self, NnError> {
        let g = g.into();
        if let (true, Some(turn)) = (self.is_on_surface(), g.plane()) {
            let [here, there] = [self.points().len(), self.targets().len()].map(|n| vec![*turn; n]);
            return self.with_frames_changed(&here, self.is_bipartite().then_some(&there[..]));
        }
        let in_plane = |g: &PlaneIsometry, [x, y, _]: [f64; 3]| {
            let [x, y] = g.apply([x, y]);
            [x, y, 0.0]
        };
        let apply = |&point: &[f64; 3]| match self.dimension {
            PLANE => g.plane().map(|g| in_plane(g, point)),
            _ => g.space().map(|g| g.apply(point)),
        };
        if !self.is_moved_by(&g) {
            return Err(NnError::Config {
                at: format!("the element {g}"),
                problem: format!("it does not act on {self}; use an isometry of what they lie in"),
            });
        }
        let moved = |points: &[[f64; 3]]| points.iter().filter_map(apply).collect();
        let targets = self.targets.as_deref().map(moved);
        let (points, edges) = (moved(&self.points), self.edges.clone());
        let mut graph = Self::of_parts(self.dimension, points, targets, edges);
        graph.connection.clone_from(&self.connection);
        Ok(graph)
    }

    /// This graph, which keeps the harmonics of a band along its edges, `edges x harmonics`
    /// numbers: a layer of this band then does not compute them at every call. For graphs that
    /// are seen again, as those of a training set are. Graphs that are made from it, moved or in a
    /// batch, keep none.
    ///
    /// ```
    /// use schur_math::KernelBand;
    /// use schur_nn::PointGraph;
    ///
    /// let graph = PointGraph::within(&[[0.0, 0.0], [1.0, 0.5]], 2.0)?;
    /// let kept = graph.clone().with_harmonics(&KernelBand::for_points(2.0, 3)?);
    /// assert_eq!(kept, graph);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_harmonics(mut self, band: &KernelBand) -> Self {
        let dimension = if self.is_on_surface() {
            PLANE
        } else {
            self.dimension
        };
        let numbers = self.harmonics(band, dimension);
        self.harmonics.retain(|(kept, _)| kept != band);
        self.harmonics.push((band.clone(), numbers));
        self
    }

    /// The harmonics of a band along all edges, `[edge][harmonic]`: in the plane or in tangent planes
    /// circular ones, in space spherical ones.
    pub(crate) fn harmonics(&self, band: &KernelBand, dimension: usize) -> Arc<Vec<f64>> {
        let mut kept = self.harmonics.iter();
        if let Some((_, numbers)) = kept.find(|(kept, _)| kept == band) {
            return Arc::clone(numbers);
        }
        let offsets: Vec<[f64; 3]> = self.offsets().collect();
        Arc::new(match dimension {
            PLANE => {
                let in_plane: Vec<[f64; 2]> = offsets.iter().map(|&[x, y, _]| [x, y]).collect();
                band.sample_all(&in_plane)
            }
            _ => band.sample_all(&offsets),
        })
    }

    /// Where every source lies, seen from its target; on a surface in the frame there.
    pub(crate) fn offsets(&self) -> impl Iterator<Item = [f64; 3]> {
        let offset = |(index, &edge): (usize, &(usize, usize))| match &self.connection {
            Some(connection) => connection.offset(index),
            None => self.offset(edge),
        };
        self.edges.iter().enumerate().map(offset)
    }

    fn offset(&self, (source, target): (usize, usize)) -> [f64; 3] {
        difference(self.points[source], self.targets()[target])
    }

    /// Number of edges into every target.
    pub(crate) fn degrees(&self) -> Vec<usize> {
        let mut degrees = vec![0; self.targets().len()];
        for &(_, target) in &self.edges {
            degrees[target] += 1;
        }
        degrees
    }

    /// The edges by point.
    pub(crate) fn ends(&self) -> Arc<Ends> {
        let make = || ends([self.points.len(), self.targets().len()], &self.edges);
        Arc::clone(self.ends.get_or_init(make))
    }

    /// From sources to the edges out of them.
    pub(crate) fn sources_to_edges(&self) -> Arc<Ends> {
        let pairs: Vec<_> = self.edges.iter().map(|&(s, _)| s).zip(0..).collect();
        ends([self.points.len(), pairs.len()], &pairs)
    }

    /// From targets to the edges into them.
    pub(crate) fn targets_to_edges(&self) -> Arc<Ends> {
        let pairs: Vec<_> = self.edges.iter().map(|&(_, t)| t).zip(0..).collect();
        ends([self.targets().len(), pairs.len()], &pairs)
    }

    /// From edges to their targets.
    pub(crate) fn edges_to_targets(&self) -> Arc<Ends> {
        let pairs: Vec<_> = (0..).zip(self.edges.iter().map(|&(_, t)| t)).collect();
        ends([pairs.len(), self.targets().len()], &pairs)
    }
}

/// Edges whose ends are there.
fn ends(counts: [usize; 2], edges: &[(usize, usize)]) -> Arc<Ends> {
    Arc::new(Ends::new(counts, edges).expect("the ends of checked edges"))
}

/// The edges of length at most `radius`, sorted by target and source.
fn near(
    sources: &[[f64; 3]],
    targets: &[[f64; 3]],
    radius: f64,
) -> Result<Vec<(usize, usize)>, NnError> {
    if !(radius.is_finite() && radius >= 0.0) {
        return Err(NnError::Config {
            at: "radius of a point graph".to_string(),
            problem: format!("{radius} is not a distance; use a number from 0 up"),
        });
    }
    // In the order of x, the neighbours of a point are near it.
    let mut order: Vec<usize> = (0..sources.len()).collect();
    order.sort_by(|&a, &b| sources[a][0].total_cmp(&sources[b][0]));
    let mut edges = Vec::new();
    for (target, &seeing) in targets.iter().enumerate() {
        let from = |source: usize| difference(sources[source], seeing);
        let first = order.partition_point(|&source| from(source)[0] < -radius);
        let of_target = edges.len();
        for &source in &order[first..] {
            let offset = from(source);
            if offset[0] > radius {
                break;
            }
            if length(offset) <= radius {
                edges.push((source, target));
            }
        }
        edges[of_target..].sort_unstable();
    }
    Ok(edges)
}

fn difference(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// The length of a vector; in the plane that of its two coordinates to the bit.
pub(crate) fn length([x, y, z]: [f64; 3]) -> f64 {
    x.hypot(y).hypot(z)
}

/// Points with three coordinates, of which the third is 0 in the plane.
fn in_space<const D: usize>(points: &[[f64; D]]) -> Result<Vec<[f64; 3]>, NnError> {
    let refused = |at: String, problem: String| Err(NnError::Config { at, problem });
    let room = match D {
        PLANE => "the plane",
        3 => "space",
        _ => {
            let problem = format!("they have {D} coordinates; use 2 or 3");
            return refused("points of a point graph".to_string(), problem);
        }
    };
    let finite = |point: &[f64; D]| point.iter().all(|v| v.is_finite());
    if let Some(index) = points.iter().position(|point| !finite(point)) {
        let problem = format!("{:?} is not in {room}; use finite numbers", points[index]);
        return refused(format!("point {index} of a point graph"), problem);
    }
    let with_all =
        |point: &[f64; D]| std::array::from_fn(|axis| point.get(axis).copied().unwrap_or(0.0));
    Ok(points.iter().map(with_all).collect())
}
