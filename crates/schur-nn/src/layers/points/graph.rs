//! Points in the plane and who sees whom.

use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor, TensorData};
use schur_math::{KernelBand, PlaneIsometry};

use crate::NnError;

/// Points `(x, y)` in the plane, `y` upwards, and directed edges between them, each from a
/// source, which is seen, to a target, which sees it.
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
    points: Vec<[f64; 2]>,
    /// The points that see, if these are others.
    targets: Option<Vec<[f64; 2]>>,
    edges: Vec<(usize, usize)>,
    /// Harmonics of some bands along all edges.
    harmonics: Vec<(KernelBand, Arc<Vec<f64>>)>,
}

/// Equality of points and edges, in their order.
impl PartialEq for PointGraph {
    fn eq(&self, other: &Self) -> bool {
        let (points, targets) = (&other.points, &other.targets);
        (&self.points, &self.targets, &self.edges) == (points, targets, &other.edges)
    }
}

impl PointGraph {
    /// Points with edges (source, target), in any order; an edge from a point to itself is
    /// allowed, and one that is listed twice counts twice.
    ///
    /// # Errors
    ///
    /// If a coordinate is not finite, an edge names a point that is not there, or the distance
    /// along it overflows.
    pub fn new(points: &[[f64; 2]], edges: &[(usize, usize)]) -> Result<Self, NnError> {
        Self::checked(points, None, edges)
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
    pub fn bipartite(
        sources: &[[f64; 2]],
        targets: &[[f64; 2]],
        edges: &[(usize, usize)],
    ) -> Result<Self, NnError> {
        Self::checked(sources, Some(targets), edges)
    }

    /// Points of which each sees all that are at most `radius` away, itself included; sorted by
    /// target and source.
    ///
    /// # Errors
    ///
    /// If a coordinate is not finite, or the radius is negative or not finite.
    pub fn within(points: &[[f64; 2]], radius: f64) -> Result<Self, NnError> {
        let edges = near(points, points, radius)?;
        Ok(Self::of_parts(points.to_vec(), None, edges))
    }

    /// Targets of which each sees all sources that are at most `radius` away; sorted by target
    /// and source.
    ///
    /// # Errors
    ///
    /// As [`within`](Self::within).
    pub fn bipartite_within(
        sources: &[[f64; 2]],
        targets: &[[f64; 2]],
        radius: f64,
    ) -> Result<Self, NnError> {
        let edges = near(sources, targets, radius)?;
        Ok(Self::of_parts(
            sources.to_vec(),
            Some(targets.to_vec()),
            edges,
        ))
    }

    fn of_parts(
        points: Vec<[f64; 2]>,
        targets: Option<Vec<[f64; 2]>>,
        edges: Vec<(usize, usize)>,
    ) -> Self {
        Self {
            points,
            targets,
            edges,
            harmonics: Vec::new(),
        }
    }

    fn checked(
        points: &[[f64; 2]],
        targets: Option<&[[f64; 2]]>,
        edges: &[(usize, usize)],
    ) -> Result<Self, NnError> {
        check_points(points)?;
        check_points(targets.unwrap_or_default())?;
        let graph = Self::of_parts(
            points.to_vec(),
            targets.map(<[[f64; 2]]>::to_vec),
            edges.to_vec(),
        );
        let ends = [
            ("source", graph.points.len()),
            ("target", graph.targets().len()),
        ];
        for (index, &(source, target)) in edges.iter().enumerate() {
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
            let [x, y] = graph.offset((source, target));
            if !x.hypot(y).is_finite() {
                return refused(format!(
                    "the distance of {:?} and {:?} overflows; use coordinates of a sensible size",
                    graph.points[source],
                    graph.targets()[target]
                ));
            }
        }
        Ok(graph)
    }

    /// Several clouds as one graph, their points one after the other: a batch.
    ///
    /// If one of them is [bipartite](Self::bipartite), all are taken as such.
    pub fn batch(graphs: &[Self]) -> Self {
        let is_bipartite = graphs.iter().any(|graph| graph.targets.is_some());
        let (mut points, mut targets, mut edges) = (Vec::new(), Vec::new(), Vec::new());
        for graph in graphs {
            let first = (points.len(), targets.len());
            points.extend(&graph.points);
            targets.extend(graph.targets());
            edges.extend(graph.edges.iter().map(|(s, t)| (s + first.0, t + first.1)));
        }
        Self::of_parts(points, is_bipartite.then_some(targets), edges)
    }

    /// The points, those that are seen if others see them.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// The points that see: all, unless the graph is [bipartite](Self::bipartite).
    pub fn targets(&self) -> &[[f64; 2]] {
        self.targets.as_deref().unwrap_or(&self.points)
    }

    /// Whether other points see than are seen.
    pub fn is_bipartite(&self) -> bool {
        self.targets.is_some()
    }

    /// The edges (source, target).
    pub fn edges(&self) -> &[(usize, usize)] {
        &self.edges
    }

    /// This graph with every point moved by `g`.
    #[must_use]
    pub fn transform(&self, g: &PlaneIsometry) -> Self {
        let moved = |points: &[[f64; 2]]| points.iter().map(|&point| g.apply(point)).collect();
        let targets = self.targets.as_deref().map(moved);
        Self::of_parts(moved(&self.points), targets, self.edges.clone())
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
        let numbers = self.harmonics(band);
        self.harmonics.retain(|(kept, _)| kept != band);
        self.harmonics.push((band.clone(), numbers));
        self
    }

    /// The harmonics of a band along all edges, `[edge][harmonic]`.
    pub(super) fn harmonics(&self, band: &KernelBand) -> Arc<Vec<f64>> {
        let mut kept = self.harmonics.iter();
        match kept.find(|(kept, _)| kept == band) {
            Some((_, numbers)) => Arc::clone(numbers),
            None => Arc::new(self.offsets().flat_map(|at| band.sample(at)).collect()),
        }
    }

    /// Where every source lies, seen from its target.
    pub(crate) fn offsets(&self) -> impl Iterator<Item = [f64; 2]> {
        self.edges.iter().map(|&edge| self.offset(edge))
    }

    fn offset(&self, (source, target): (usize, usize)) -> [f64; 2] {
        difference(self.points[source], self.targets()[target])
    }

    /// Number of edges into every target.
    pub(super) fn degrees(&self) -> Vec<usize> {
        let mut degrees = vec![0; self.targets().len()];
        for &(_, target) in &self.edges {
            degrees[target] += 1;
        }
        degrees
    }

    /// The sources and the targets of all edges.
    pub(crate) fn ends(&self, device: &Device) -> [Tensor<1, Int>; 2] {
        let index =
            |values: Vec<i64>| Tensor::from_data(TensorData::from(values.as_slice()), device);
        let ends = self.edges.iter();
        let (sources, targets) = ends.map(|&(s, t)| (s as i64, t as i64)).unzip();
        [sources, targets].map(index)
    }
}

/// The edges of length at most `radius`, sorted by target and source.
fn near(
    sources: &[[f64; 2]],
    targets: &[[f64; 2]],
    radius: f64,
) -> Result<Vec<(usize, usize)>, NnError> {
    check_points(sources)?;
    check_points(targets)?;
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
            let [x, y] = from(source);
            if x > radius {
                break;
            }
            if x.hypot(y) <= radius {
                edges.push((source, target));
            }
        }
        edges[of_target..].sort_unstable();
    }
    Ok(edges)
}

fn difference(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

fn check_points(points: &[[f64; 2]]) -> Result<(), NnError> {
    let finite = |point: &[f64; 2]| point.iter().all(|v| v.is_finite());
    match points.iter().position(|point| !finite(point)) {
        None => Ok(()),
        Some(index) => Err(NnError::Config {
            at: format!("point {index} of a point graph"),
            problem: format!(
                "{:?} is not in the plane; use finite numbers",
                points[index]
            ),
        }),
    }
}
