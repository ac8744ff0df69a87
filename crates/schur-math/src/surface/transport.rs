//! Parallel transport along paths, and around loops.

use super::frames::Surface;
use super::mesh::{TriangleMesh, refused};
use super::topology::{Side, ends};
use crate::vector::{dot, minus};
use crate::{MathError, PlaneIsometry};

impl Surface {
    /// The parallel transport over the edge from a vertex to a neighbour: components of a vector in the
    /// frame at `from` become those in the frame at `to`.
    ///
    /// ```
    /// use schur_math::surface::{Surface, TriangleMesh};
    ///
    /// let surface = Surface::new(TriangleMesh::icosphere(0)?);
    /// let there = surface.transport(0, 5)?;
    /// let and_back = surface.transport(5, 0)?.compose(&there);
    /// assert!(and_back.distance(&schur_math::PlaneIsometry::IDENTITY) < 1e-15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If one is no vertex, or no edge joins them.
    pub fn transport(&self, from: usize, to: usize) -> Result<PlaneIsometry, MathError> {
        for vertex in [from, to] {
            self.mesh.fan(vertex)?;
        }
        let edge = self.edges[to].iter().find(|edge| edge.to == from);
        Ok(edge.ok_or_else(|| no_edge(from, to))?.transport)
    }

    /// The parallel transport along a path of vertices, each a neighbour of the one before; the identity
    /// for a path of one vertex.
    ///
    /// # Errors
    ///
    /// If the path is empty, has a vertex that is not there, or leaves the edges.
    pub fn transport_along(&self, path: &[usize]) -> Result<PlaneIsometry, MathError> {
        let Some(&first) = path.first() else {
            let problem = "it has no vertex; give at least one".to_string();
            return Err(refused("a path".to_string(), problem));
        };
        self.mesh.fan(first)?;
        let mut whole = PlaneIsometry::IDENTITY;
        for step in path.windows(2) {
            whole = self.transport(step[0], step[1])?.compose(&whole);
        }
        Ok(whole)
    }

    /// The holonomy of a closed path: what becomes of components in the frame of its first vertex when
    /// they are carried around it and back. The last vertex is a neighbour of the first, which need not
    /// be repeated.
    ///
    /// Counter-clockwise around a region it is the rotation by the curvature inside, counter-clockwise
    /// where that is positive: the [curvatures of the triangles](TriangleMesh::face_curvatures)
    /// add up.
    ///
    /// # Errors
    ///
    /// As [`transport_along`](Self::transport_along).
    pub fn holonomy(&self, around: &[usize]) -> Result<PlaneIsometry, MathError> {
        let mut closed = around.to_vec();
        if around.len() > 1 && around.first() != around.last() {
            closed.extend(around.first());
        }
        self.transport_along(&closed)
    }
}

impl TriangleMesh {
    /// What becomes of a vector that is carried from triangle to triangle over their common edges, each
    /// pair unfolded into one plane, and back to the first: a rotation by the sum of the
    /// [angle defects](Self::angle_defects) of the vertices inside, counter-clockwise for a loop that
    /// runs so. The last triangle is a neighbour of the first, which need not be repeated.
    ///
    /// ```
    /// use schur_math::surface::TriangleMesh;
    ///
    /// // Around a corner of the icosahedron, where five triangles meet instead of six.
    /// let turn = TriangleMesh::icosphere(0)?.face_holonomy(&[0, 1, 2, 3, 4])?;
    /// assert!((turn.angle() - std::f64::consts::FRAC_PI_3).abs() < 1e-14);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the loop is empty, has a triangle that is not there, or two in turn without a common edge.
    pub fn face_holonomy(&self, around: &[usize]) -> Result<PlaneIsometry, MathError> {
        if around.is_empty() {
            let problem = "it has no triangle; give at least one".to_string();
            return Err(refused("a loop of triangles".to_string(), problem));
        }
        if let Some(&face) = around.iter().find(|&&face| face >= self.faces.len()) {
            return Err(MathError::NoPoint {
                point: face,
                last: self.faces.len() - 1,
            });
        }
        let mut whole = PlaneIsometry::IDENTITY;
        let next = around.iter().cycle().skip(1);
        for (&face, &next) in around.iter().zip(next) {
            if face != next {
                whole = self.unfold(face, next)?.compose(&whole);
            }
        }
        Ok(whole)
    }

    /// The map of components over a common edge, along the first sides of both triangles.
    fn unfold(&self, face: usize, next: usize) -> Result<PlaneIsometry, MathError> {
        let sides = self.opposite[face].iter().enumerate();
        let mut over = sides.filter_map(|(side, other)| Some((side, (*other)?)));
        let Some((side, other)) = over.find(|(_, other)| other.face == next) else {
            return Err(refused(
                format!("triangles {face} and {next}"),
                "they have no common edge; go on to a neighbour".to_string(),
            ));
        };
        let here = Side { face, side };
        let angle = self.side_angle(here);
        // The neighbour runs along the edge in the other direction, unless it is of the other sense.
        let same = ends(&self.faces, here) == ends(&self.faces, other);
        let there = self.side_angle(other);
        Ok(match same {
            false => PlaneIsometry::wrapped(there + std::f64::consts::PI - angle, false),
            // a -> there - (a - angle), and `s` is a -> π - a.
            true => PlaneIsometry::wrapped(there + angle - std::f64::consts::PI, true),
        })
    }

    /// The direction of a side of a triangle from its first side, counter-clockwise.
    fn side_angle(&self, side: Side) -> f64 {
        let [first, other] = [0, side.side].map(|side_of| {
            let [a, b] = ends(
                &self.faces,
                Side {
                    side: side_of,
                    ..side
                },
            );
            minus(self.vertices[b], self.vertices[a])
        });
        let normal = self.face_normal(side.face);
        dot(normal, crate::vector::cross(first, other)).atan2(dot(first, other))
    }
}

fn no_edge(from: usize, to: usize) -> MathError {
    refused(
        format!("vertices {from} and {to}"),
        "no edge joins them; go from neighbour to neighbour".to_string(),
    )
}
