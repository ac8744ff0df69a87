//! Points on a surface: frames, offsets in them, and transports between them.

use std::sync::Arc;

use schur_math::PlaneIsometry;
use schur_math::surface::{Reach, Surface};

use super::{IrrepTables, PointGraph};
use crate::NnError;

/// Of every edge the place of its source in the frame of its target, and the transport from the frame
/// of the source to that of the target.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Connection {
    offsets: Vec<[f64; 2]>,
    transports: Vec<PlaneIsometry>,
    tables: IrrepTables,
}

impl Connection {
    pub(super) fn offset(&self, edge: usize) -> [f64; 3] {
        let [x, y] = self.offsets[edge];
        [x, y, 0.0]
    }

    /// Those of several graphs one after the other, if all have one.
    pub(super) fn batch<'a>(all: impl Iterator<Item = &'a Option<Arc<Self>>>) -> Option<Arc<Self>> {
        let (mut whole, mut count) = (Self::default(), 0);
        for connection in all {
            let connection = connection.as_ref()?;
            whole.offsets.extend(&connection.offsets);
            whole.transports.extend(&connection.transports);
            count += 1;
        }
        (count > 0).then(|| whole.into())
    }
}

impl PointGraph {
    /// The vertices of a surface, of which each sees itself and those in its reach, in the frames of the
    /// surface. [`PointConv`](crate::PointConv) on it is the gauge-equivariant mesh convolution.
    ///
    /// ```
    /// use schur_math::surface::{Reach, Surface, TriangleMesh};
    /// use schur_nn::PointGraph;
    ///
    /// let surface = Surface::new(TriangleMesh::icosphere(1)?);
    /// let graph = PointGraph::on_surface(&surface, Reach::Rings(1))?;
    /// // 42 vertices see themselves and their neighbours, over 120 edges in both directions.
    /// assert_eq!(graph.edges().len(), 42 + 2 * 120);
    /// assert_eq!(graph.to_string(), "42 points on a surface");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Surface::neighbourhoods`].
    pub fn on_surface(surface: &Surface, reach: Reach) -> Result<Self, NnError> {
        let all: Vec<usize> = (0..surface.mesh().vertices().len()).collect();
        Self::on_vertices(surface, &all, reach)
    }

    /// Some vertices of a surface, in the order given: a coarser level, whose points see each other over
    /// the paths of the finer mesh. Twice the spacing is a good radius.
    ///
    /// # Errors
    ///
    /// If a vertex is not there or listed twice, and those of [`Surface::neighbourhoods`].
    pub fn on_vertices(
        surface: &Surface,
        vertices: &[usize],
        reach: Reach,
    ) -> Result<Self, NnError> {
        Self::seen(surface, vertices, vertices, reach).map(|graph| Self {
            targets: None,
            ..graph
        })
    }

    /// Edges from some vertices of a surface to others, such as those of a coarser level: with a mean or a
    /// convolution over them fields are pooled, and the other way round unpooled.
    ///
    /// ```
    /// use schur_math::surface::{Reach, Surface, TriangleMesh};
    /// use schur_nn::PointGraph;
    ///
    /// let surface = Surface::new(TriangleMesh::icosphere(2)?);
    /// let fine: Vec<usize> = (0..162).collect();
    /// // Vertices of a coarser icosphere are the first of a finer one.
    /// let pool = PointGraph::between_vertices(&surface, &fine, &fine[..42], Reach::Rings(1))?;
    /// assert_eq!((pool.points().len(), pool.targets().len()), (162, 42));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`on_vertices`](Self::on_vertices).
    pub fn between_vertices(
        surface: &Surface,
        sources: &[usize],
        targets: &[usize],
        reach: Reach,
    ) -> Result<Self, NnError> {
        Self::seen(surface, sources, targets, reach)
    }

    fn seen(
        surface: &Surface,
        sources: &[usize],
        targets: &[usize],
        reach: Reach,
    ) -> Result<Self, NnError> {
        let places = surface.mesh().vertices();
        for of in [sources, targets] {
            let mut seen = vec![false; places.len()];
            for (index, &vertex) in of.iter().enumerate() {
                let problem = match seen.get_mut(vertex) {
                    None => format!("it is {vertex}, but the surface has {}", places.len()),
                    Some(true) => format!("it is {vertex}, which is listed before"),
                    Some(place) => {
                        *place = true;
                        continue;
                    }
                };
                return Err(NnError::Config {
                    at: format!("vertex {index} of a list"),
                    problem: format!("{problem}; list vertices of the surface, each once"),
                });
            }
        }
        let mut number = vec![None; places.len()];
        for (index, &vertex) in sources.iter().enumerate() {
            number[vertex] = Some(index);
        }
        let (mut edges, mut connection) = (Vec::new(), Connection::default());
        let seen = surface.neighbourhoods(targets, reach)?;
        for (target, mut seen) in seen.into_iter().enumerate() {
            seen.sort_by_key(|seen| number[seen.vertex]);
            for seen in seen {
                if let Some(source) = number[seen.vertex] {
                    edges.push((source, target));
                    connection.offsets.push(seen.offset);
                    connection.transports.push(seen.transport);
                }
            }
        }
        let at = |of: &[usize]| of.iter().map(|&v| places[v]).collect();
        let mut graph = Self::of_parts(3, at(sources), Some(at(targets)), edges);
        graph.connection = Some(connection.into());
        Ok(graph)
    }

    /// This graph on a surface of one's own: of every edge, in order, the place of the source in the frame
    /// of the target, and the transport from the frame of the source to that of the target.
    ///
    /// ```
    /// use schur_math::PlaneIsometry;
    /// use schur_nn::PointGraph;
    ///
    /// // Two points on a flat torus, which see each other over its edge.
    /// let graph = PointGraph::new(&[[0.0, 0.0], [3.0, 0.0]], &[(0, 1), (1, 0)])?;
    /// let flat = [PlaneIsometry::IDENTITY; 2];
    /// let torus = graph.with_transports(&[[1.0, 0.0], [-1.0, 0.0]], &flat)?;
    /// assert!(torus.is_on_surface());
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is not one of each for every edge, or an offset is not finite.
    pub fn with_transports(
        mut self,
        offsets: &[[f64; 2]],
        transports: &[PlaneIsometry],
    ) -> Result<Self, NnError> {
        let refused = |problem: String| {
            Err(NnError::Config {
                at: "transports of a point graph".to_string(),
                problem,
            })
        };
        let edges = self.edges.len();
        if offsets.len() != edges || transports.len() != edges {
            return refused(format!(
                "{} offsets and {} transports for {edges} edges; give one of each for every edge",
                offsets.len(),
                transports.len()
            ));
        }
        if let Some(edge) = offsets.iter().position(|[x, y]| !x.hypot(*y).is_finite()) {
            let problem = "is not finite; use finite numbers";
            return refused(format!("offset {edge}, {:?}, {problem}", offsets[edge]));
        }
        self.connection = Some(Arc::new(Connection {
            offsets: offsets.to_vec(),
            transports: transports.to_vec(),
            tables: IrrepTables::default(),
        }));
        self.harmonics.clear();
        Ok(self)
    }

    /// Whether the points have frames, between which features are carried.
    pub fn is_on_surface(&self) -> bool {
        self.connection.is_some()
    }

    /// On a surface, of every edge the place of its source in the frame of its target.
    pub fn offsets_in_frames(&self) -> Option<&[[f64; 2]]> {
        self.connection.as_ref().map(|of| &of.offsets[..])
    }

    /// On a surface, of every edge the transport from the frame of its source to that of its target.
    pub fn transports(&self) -> Option<&[PlaneIsometry]> {
        self.connection.as_ref().map(|of| &of.transports[..])
    }

    /// On a surface, the transports and what is known of them.
    pub(crate) fn transports_with_tables(&self) -> Option<(&[PlaneIsometry], &IrrepTables)> {
        let connection = self.connection.as_ref()?;
        Some((&connection.transports, &connection.tables))
    }

    /// This graph in other frames: numbers of vectors at point `p` that were `x` are `changes[p] x` from
    /// then on. Of a [bipartite](Self::bipartite) graph these are the sources, and targets have changes of
    /// their own, or none.
    ///
    /// # Errors
    ///
    /// If the points are on no surface, there is not one change for every point, or targets are given for
    /// a graph of one cloud.
    pub fn with_frames_changed(
        &self,
        changes: &[PlaneIsometry],
        of_targets: Option<&[PlaneIsometry]>,
    ) -> Result<Self, NnError> {
        let refused = |problem: String| NnError::Config {
            at: "frames of a point graph".to_string(),
            problem,
        };
        let Some(connection) = &self.connection else {
            return Err(refused(format!(
                "{self} have none; use a graph made by `PointGraph::on_surface`"
            )));
        };
        if of_targets.is_some() && !self.is_bipartite() {
            let problem = "changes for targets, which are the points themselves; leave them out";
            return Err(refused(problem.to_string()));
        }
        let unchanged = vec![PlaneIsometry::IDENTITY; self.targets().len()];
        let there = match of_targets {
            Some(changes) => changes,
            None if self.is_bipartite() => &unchanged[..],
            None => changes,
        };
        let counts = [self.points.len(), self.targets().len()];
        if [changes.len(), there.len()] != counts {
            return Err(refused(format!(
                "{} and {} changes for {} points and {} targets; give one for each",
                changes.len(),
                there.len(),
                counts[0],
                counts[1]
            )));
        }
        let mut changed = Connection::default();
        for (edge, &(source, target)) in self.edges.iter().enumerate() {
            let (from, to) = (&changes[source], &there[target]);
            let offset = connection.offsets[edge];
            changed.offsets.push(match *to == PlaneIsometry::IDENTITY {
                true => offset,
                false => to.apply(offset),
            });
            let transport = to.compose(&connection.transports[edge]);
            changed.transports.push(transport.compose(&from.inverse()));
        }
        let mut graph = self.clone();
        graph.connection = Some(changed.into());
        graph.harmonics.clear();
        Ok(graph)
    }
}
