//! Points in the plane and who sees whom.

use schur_math::PlaneRotation;

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
#[derive(Clone, Debug, PartialEq)]
pub struct PointGraph {
    points: Vec<[f64; 2]>,
    edges: Vec<(usize, usize)>,
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
        check_points(points)?;
        for (index, &(source, target)) in edges.iter().enumerate() {
            let missing = |end: &usize| *end >= points.len();
            if let Some(end) = [source, target].iter().find(|end| missing(end)) {
                return Err(NnError::Config {
                    at: format!("edge {index} of a point graph"),
                    problem: format!(
                        "({source}, {target}) names point {end}, but there are {}, numbered from 0",
                        points.len()
                    ),
                });
            }
            let [x, y] = offset(points, (source, target));
            if !x.hypot(y).is_finite() {
                return Err(NnError::Config {
                    at: format!("edge {index} of a point graph"),
                    problem: format!(
                        "the distance of {:?} and {:?} overflows; use coordinates of a sensible \
                         size",
                        points[source], points[target]
                    ),
                });
            }
        }
        Ok(Self {
            points: points.to_vec(),
            edges: edges.to_vec(),
        })
    }

    /// Points of which each sees all that are at most `radius` away, itself included; sorted by
    /// target and source.
    ///
    /// # Errors
    ///
    /// If a coordinate is not finite, or the radius is negative or not finite.
    pub fn within(points: &[[f64; 2]], radius: f64) -> Result<Self, NnError> {
        check_points(points)?;
        if !(radius.is_finite() && radius >= 0.0) {
            return Err(NnError::Config {
                at: "radius of a point graph".to_string(),
                problem: format!("{radius} is not a distance; use a number from 0 up"),
            });
        }
        // In the order of x, the neighbours of a point are near it.
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by(|&a, &b| points[a][0].total_cmp(&points[b][0]));
        let mut edges = Vec::new();
        for (place, &source) in order.iter().enumerate() {
            edges.push((source, source));
            for &target in &order[place + 1..] {
                let [x, y] = offset(points, (target, source));
                if x > radius {
                    break;
                }
                if x.hypot(y) <= radius {
                    edges.extend([(source, target), (target, source)]);
                }
            }
        }
        edges.sort_unstable_by_key(|&(source, target)| (target, source));
        Ok(Self {
            points: points.to_vec(),
            edges,
        })
    }

    /// Several clouds as one graph, their points one after the other: a batch.
    pub fn batch(graphs: &[Self]) -> Self {
        let (mut points, mut edges) = (Vec::new(), Vec::new());
        for graph in graphs {
            let first = points.len();
            points.extend(&graph.points);
            edges.extend(graph.edges.iter().map(|(s, t)| (s + first, t + first)));
        }
        Self { points, edges }
    }

    /// The points.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// The edges (source, target).
    pub fn edges(&self) -> &[(usize, usize)] {
        &self.edges
    }

    /// The same graph with every point moved by `g`.
    #[must_use]
    pub fn transform(&self, g: &PlaneRotation) -> Self {
        Self {
            points: self.points.iter().map(|&point| g.apply(point)).collect(),
            edges: self.edges.clone(),
        }
    }

    /// Where every source lies, seen from its target.
    pub(super) fn offsets(&self) -> impl Iterator<Item = [f64; 2]> {
        let edges = self.edges.iter();
        edges.map(|&edge| offset(&self.points, edge))
    }

    /// Number of edges into every point.
    pub(super) fn degrees(&self) -> Vec<usize> {
        let mut degrees = vec![0; self.points.len()];
        for &(_, target) in &self.edges {
            degrees[target] += 1;
        }
        degrees
    }
}

fn offset(points: &[[f64; 2]], (source, target): (usize, usize)) -> [f64; 2] {
    [0, 1].map(|axis| points[source][axis] - points[target][axis])
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
