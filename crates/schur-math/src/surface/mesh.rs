//! Triangle meshes that have been checked.

use super::fan::{Fan, fans};
use super::orientation::{Oriented, orient};
use super::topology::{Opposite, opposite};
use crate::MathError;
use crate::tolerance::DEGENERATE_TRIANGLE;
use crate::vector::{Vector, cross, dot, length, minus};

/// Most triangles of a mesh.
pub const MAX_FACES: usize = 1 << 24;

/// A surface made of triangles, each three numbers of vertices.
///
/// It may have a border and several pieces, and it may have one side only, as the Möbius strip has.
/// At an edge at most two triangles meet, and those at a vertex are one fan. Triangles of a piece have
/// one sense of rotation, counter-clockwise as seen from the side to which the normals point: those
/// that are given in the other one are turned over ([`flipped`](Self::flipped)).
///
/// ```
/// use schur_math::surface::TriangleMesh;
///
/// let corners = vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
/// let faces = vec![[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]];
/// let tetrahedron = TriangleMesh::new(corners.clone(), faces)?;
/// assert_eq!((tetrahedron.euler_characteristic(), tetrahedron.components()), (2, 1));
/// let folded = TriangleMesh::new(corners, vec![[0, 1, 2], [0, 1, 3], [0, 1, 2]]).unwrap_err();
/// assert!(folded.to_string().starts_with("the edge from vertex 0 to vertex 1: 3 triangles"));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TriangleMesh {
    pub(super) vertices: Vec<Vector>,
    pub(super) faces: Vec<[usize; 3]>,
    pub(super) opposite: Opposite,
    pub(super) fans: Vec<Fan>,
    oriented: Oriented,
}

/// Equality of vertices and triangles, in their order.
impl PartialEq for TriangleMesh {
    fn eq(&self, other: &Self) -> bool {
        self.vertices == other.vertices && self.faces == other.faces
    }
}

impl TriangleMesh {
    /// A mesh with vertices `[x, y, z]` and triangles.
    ///
    /// # Errors
    ///
    /// [`MathError::Mesh`], which names the place: no triangle or more than [`MAX_FACES`], a
    /// coordinate that is not finite, a triangle with a vertex that is not there, with one vertex
    /// twice or without area, a vertex without a triangle, an edge at which more than two triangles
    /// meet, a vertex whose triangles are several fans.
    pub fn new(vertices: Vec<[f64; 3]>, faces: Vec<[usize; 3]>) -> Result<Self, MathError> {
        check(&vertices, &faces)?;
        for (face, corners) in faces.iter().enumerate() {
            if is_degenerate(&vertices, *corners) {
                let places = corners.map(|v| vertices[v]);
                return Err(refused(
                    format!("triangle {face}"),
                    format!(
                        "its corners {corners:?} at {places:?} lie on one line or at one place; \
                         leave it out, or use `TriangleMesh::repaired`"
                    ),
                ));
            }
        }
        let (mut faces, mut opposite) = (faces.clone(), opposite(&faces)?);
        let oriented = orient(&mut faces, &mut opposite);
        let fans = fans(&vertices, &faces, &opposite)?;
        Ok(Self {
            vertices,
            faces,
            opposite,
            fans,
            oriented,
        })
    }

    /// The vertices.
    pub fn vertices(&self) -> &[[f64; 3]] {
        &self.vertices
    }

    /// The triangles, in their common sense of rotation.
    pub fn faces(&self) -> &[[usize; 3]] {
        &self.faces
    }

    /// The edges, the smaller vertex first, in order.
    pub fn edges(&self) -> Vec<[usize; 2]> {
        let later = |(v, fan): (usize, &Fan)| {
            let mut of_vertex: Vec<[usize; 2]> = fan
                .neighbours
                .iter()
                .filter(|(n, _)| *n > v)
                .map(|(n, _)| [v, *n])
                .collect();
            of_vertex.sort_unstable();
            of_vertex
        };
        self.fans.iter().enumerate().flat_map(later).collect()
    }

    /// The neighbours of a vertex in their order around it, counter-clockwise.
    ///
    /// # Errors
    ///
    /// If there is no such vertex.
    pub fn neighbours(&self, vertex: usize) -> Result<Vec<usize>, MathError> {
        let fan = self.fan(vertex)?;
        Ok(fan.neighbours.iter().map(|(v, _)| *v).collect())
    }

    /// Whether a vertex lies on the border; none does on a closed surface.
    ///
    /// # Errors
    ///
    /// If there is no such vertex.
    pub fn is_on_border(&self, vertex: usize) -> Result<bool, MathError> {
        Ok(!self.fan(vertex)?.closed)
    }

    /// Number of edges with a triangle on one side only.
    pub fn border_edges(&self) -> usize {
        self.opposite
            .iter()
            .flatten()
            .filter(|side| side.is_none())
            .count()
    }

    /// Number of connected pieces.
    pub fn components(&self) -> usize {
        self.oriented.components
    }

    /// Whether it has two sides.
    pub fn is_orientable(&self) -> bool {
        self.oriented.seam.is_none()
    }

    /// Of a surface with one side, an edge at which triangles of the two senses of rotation meet.
    pub fn seam(&self) -> Option<[usize; 2]> {
        self.oriented.seam
    }

    /// The triangles that were turned over.
    pub fn flipped(&self) -> &[usize] {
        &self.oriented.flipped
    }

    /// Vertices minus edges plus triangles: `2 - 2 g - b` for a piece with `g` handles and `b` borders.
    pub fn euler_characteristic(&self) -> i64 {
        let sides = 3 * self.faces.len() + self.border_edges();
        self.vertices.len() as i64 - (sides / 2) as i64 + self.faces.len() as i64
    }

    /// This mesh with its vertices at other places, for example moved by an isometry.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new) for the new places, and if there are more or fewer of them.
    pub fn with_vertices(&self, vertices: Vec<[f64; 3]>) -> Result<Self, MathError> {
        if vertices.len() != self.vertices.len() {
            return Err(MathError::Length {
                what: "the list of new places".to_string(),
                found: vertices.len(),
                expected: self.vertices.len(),
                meaning: "one for every vertex".to_string(),
            });
        }
        Self::new(vertices, self.faces.clone())
    }

    pub(super) fn fan(&self, vertex: usize) -> Result<&Fan, MathError> {
        self.fans.get(vertex).ok_or_else(|| self.no_vertex(vertex))
    }

    pub(super) fn no_vertex(&self, vertex: usize) -> MathError {
        MathError::NoPoint {
            point: vertex,
            last: self.vertices.len() - 1,
        }
    }
}

pub(super) fn refused(place: String, problem: String) -> MathError {
    MathError::Mesh { place, problem }
}

/// Refuses numbers that describe no triangles.
pub(super) fn check(vertices: &[Vector], faces: &[[usize; 3]]) -> Result<(), MathError> {
    let mesh = || "a triangle mesh".to_string();
    if faces.is_empty() {
        let problem = "it has no triangle; give at least one".to_string();
        return Err(refused(mesh(), problem));
    }
    if faces.len() > MAX_FACES || vertices.len() > 3 * MAX_FACES {
        let problem = format!(
            "{} triangles and {} vertices are too many; use at most {MAX_FACES} triangles",
            faces.len(),
            vertices.len()
        );
        return Err(refused(mesh(), problem));
    }
    let finite = |v: &Vector| dot(*v, *v).is_finite();
    if let Some(vertex) = vertices.iter().position(|v| !finite(v)) {
        let problem = format!(
            "its place {:?} or its distance from the origin is not finite; give finite numbers",
            vertices[vertex]
        );
        return Err(refused(format!("vertex {vertex}"), problem));
    }
    for (face, corners) in faces.iter().enumerate() {
        let at = || format!("triangle {face}");
        if let Some(missing) = corners.iter().find(|&&v| v >= vertices.len()) {
            let problem = format!(
                "it has vertex {missing}, but there are {}, numbered from 0",
                vertices.len()
            );
            return Err(refused(at(), problem));
        }
    }
    Ok(())
}

/// Whether a triangle has a corner twice, or an area that is none beside its longest edge.
pub(super) fn is_degenerate(vertices: &[Vector], [a, b, c]: [usize; 3]) -> bool {
    let side = |from: usize, to: usize| minus(vertices[to], vertices[from]);
    let sides = [side(a, b), side(b, c), side(c, a)];
    let longest = sides.iter().map(|s| dot(*s, *s)).fold(0.0, f64::max);
    length(cross(sides[0], sides[1])) <= DEGENERATE_TRIANGLE * longest
}
