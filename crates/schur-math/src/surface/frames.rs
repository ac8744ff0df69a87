//! Frames of tangent planes: the choice of a gauge.

use std::sync::Arc;

use rand::Rng;

use super::fan::Fan;
use super::mesh::{TriangleMesh, refused};
use crate::tolerance::{FLAT_FAN, NO_DIRECTION};
use crate::vector::{Vector, cross, dot, length, minus, plus, tangential, times, unit};
use crate::{MathError, PlaneIsometry};

/// A triangle mesh with a frame of the tangent plane at every vertex.
///
/// By default the first axis of a frame points along the edge to the neighbour with the smallest
/// number, the second axis is a quarter turn counter-clockwise from it. Numbers of a tangent vector at
/// a vertex are its components in the frame there. In space ([`frame`](Self::frame)) the axes are those of
/// the tangent plane for which the projected edges are nearest to their directions.
///
/// ```
/// use schur_math::PlaneIsometry;
/// use schur_math::surface::{Reach, Surface, TriangleMesh};
///
/// let surface = Surface::new(TriangleMesh::icosphere(1)?);
/// // The frame of vertex 3 turned by 0.5 clockwise: numbers of vectors there turn counter-clockwise.
/// let mut turns = vec![PlaneIsometry::IDENTITY; 42];
/// turns[3] = PlaneIsometry::rotation(0.5)?;
/// let turned = surface.clone().with_frames_changed(&turns)?;
/// let seen = |s: &Surface| s.neighbourhood(3, Reach::Rings(1)).map(|n| n[1].offset);
/// let [x, y] = turns[3].apply(seen(&surface)?);
/// let [u, v] = seen(&turned)?;
/// assert!((x - u).hypot(y - v) < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Surface {
    pub(super) mesh: Arc<TriangleMesh>,
    pub(super) frames: Vec<Frame>,
    /// Per vertex its neighbours, in the order of the fan.
    pub(super) edges: Vec<Vec<Edge>>,
}

/// The frame of a vertex.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The axes as vectors of space.
    pub(super) axes: [Vector; 2],
    /// Of the tangent plane.
    normal: Vector,
    /// From components along the edge to the smallest neighbour, which has the direction 0, to
    /// components in the frame.
    gauge: PlaneIsometry,
    /// Whether all triangles lie in the tangent plane.
    pub(super) flat: bool,
}

/// A neighbour as a vertex sees it.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) to: usize,
    /// In the frame of the vertex.
    pub(super) offset: [f64; 2],
    /// From the frame of the neighbour to that of the vertex.
    pub(super) transport: PlaneIsometry,
}

impl Surface {
    /// A mesh with the default frames.
    pub fn new(mesh: impl Into<Arc<TriangleMesh>>) -> Self {
        let mesh = mesh.into();
        let normals = mesh.vertex_normals();
        let faces = mesh.face_normals();
        let frame = |(vertex, normal): (usize, &Vector)| frame(&mesh, vertex, *normal, &faces);
        let frames = normals.iter().enumerate().map(frame).collect();
        Self::of_frames(mesh, frames)
    }

    fn of_frames(mesh: Arc<TriangleMesh>, frames: Vec<Frame>) -> Self {
        let edges = (0..frames.len())
            .map(|v| edges(&mesh, &frames, v))
            .collect();
        Self {
            mesh,
            frames,
            edges,
        }
    }

    /// The mesh.
    pub fn mesh(&self) -> &TriangleMesh {
        &self.mesh
    }

    /// The two axes of the frame of a vertex as vectors of space, orthogonal and of length 1.
    ///
    /// # Errors
    ///
    /// If there is no such vertex.
    pub fn frame(&self, vertex: usize) -> Result<[[f64; 3]; 2], MathError> {
        let frame = self.frames.get(vertex);
        Ok(frame.ok_or_else(|| self.mesh.no_vertex(vertex))?.axes)
    }

    /// This surface with frames whose first axes are the given vectors of space, one for every vertex,
    /// projected on the tangent plane.
    ///
    /// ```
    /// use schur_math::surface::{Surface, TriangleMesh};
    ///
    /// let plane = Surface::new(TriangleMesh::plane(3, 4, 0.5)?);
    /// let along_x = plane.with_frames_along(&[[1.0, 0.0, 0.0]; 12])?;
    /// assert_eq!(along_x.frame(5)?, [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are more or fewer, or one is not finite or orthogonal to the tangent plane.
    pub fn with_frames_along(self, directions: &[[f64; 3]]) -> Result<Self, MathError> {
        self.one_each(directions.len())?;
        let mut frames = self.frames;
        for (vertex, (frame, direction)) in frames.iter_mut().zip(directions).enumerate() {
            let normal = frame.normal;
            let first = tangential(*direction, normal);
            let size = length(*direction);
            if !(size.is_finite() && length(first) > NO_DIRECTION * size) {
                return Err(refused(
                    format!("the frame of vertex {vertex}"),
                    format!(
                        "{direction:?} has no direction in the tangent plane, whose normal is \
                         {normal:?}; give a vector that is not along it"
                    ),
                ));
            }
            let first = unit(first);
            let [cos, sin] = frame.axes.map(|axis| dot(axis, first));
            let turn = PlaneIsometry::rotation(-sin.atan2(cos))?;
            frame.gauge = turn.compose(&frame.gauge);
            frame.axes = [first, cross(normal, first)];
        }
        Ok(Self::of_frames(self.mesh, frames))
    }

    /// This surface with other frames: numbers of a vector at vertex `v` that were `x` are `changes[v] x`
    /// from then on. A change with a mirror makes a left-handed frame.
    ///
    /// # Errors
    ///
    /// If there are more or fewer changes than vertices.
    pub fn with_frames_changed(self, changes: &[PlaneIsometry]) -> Result<Self, MathError> {
        self.one_each(changes.len())?;
        Ok(self.changed(changes))
    }

    /// This surface with random frames, independent and uniform; with mirrors, left-handed ones are half
    /// of them.
    #[must_use]
    pub fn with_random_frames<R: Rng + ?Sized>(self, generator: &mut R, mirrors: bool) -> Self {
        let change = |_: &Frame| {
            let turn = generator.random::<f64>() * std::f64::consts::TAU;
            PlaneIsometry::wrapped(turn, mirrors && generator.random())
        };
        let changes: Vec<_> = self.frames.iter().map(change).collect();
        self.changed(&changes)
    }

    fn changed(self, changes: &[PlaneIsometry]) -> Self {
        let mut frames = self.frames;
        for (frame, change) in frames.iter_mut().zip(changes) {
            frame.gauge = change.compose(&frame.gauge);
            let [x, y] = frame.axes;
            frame.axes = change.matrix().map(|[a, b]| plus(times(x, a), times(y, b)));
        }
        Self::of_frames(self.mesh, frames)
    }

    fn one_each(&self, found: usize) -> Result<(), MathError> {
        match found == self.frames.len() {
            true => Ok(()),
            false => Err(MathError::Length {
                what: "the list of frames".to_string(),
                found,
                expected: self.frames.len(),
                meaning: "one for every vertex".to_string(),
            }),
        }
    }
}

/// The default frame of a vertex.
fn frame(mesh: &TriangleMesh, vertex: usize, normal: Vector, faces: &[Vector]) -> Frame {
    let fan = &mesh.fans[vertex];
    let signed = |&(face, against): &(usize, bool)| match against {
        true => times(faces[face], -1.0),
        false => faces[face],
    };
    // Of a fold whose triangles cancel, the first triangle stands for all.
    let first = fan.faces.first().map_or(normal, signed);
    let normal = if length(normal) > 0.0 { normal } else { first };
    let flat = fan.faces.iter().all(|face| {
        let other = signed(face);
        length(cross(other, normal)) <= FLAT_FAN && dot(other, normal) > 0.0
    });
    let x = first_axis(mesh, fan, vertex, normal);
    Frame {
        axes: [x, cross(normal, x)],
        normal,
        gauge: PlaneIsometry::IDENTITY,
        flat,
    }
}

/// The direction 0 of a vertex in space: the mean of the edges, projected on the tangent plane and turned
/// back by their directions. Scaled directions and projected ones differ; so no edge is preferred.
fn first_axis(mesh: &TriangleMesh, fan: &Fan, vertex: usize, normal: Vector) -> Vector {
    let (mut sum, mut sizes) = ([0.0; 3], 0.0);
    for (to, angle) in &fan.neighbours {
        let edge = minus(mesh.vertices[*to], mesh.vertices[vertex]);
        let along = times(tangential(edge, normal), 1.0 / length(edge));
        let (sin, cos) = angle.sin_cos();
        sum = plus(sum, times(along, cos));
        sum = minus(sum, times(cross(normal, along), sin));
        sizes += 1.0;
    }
    if length(sum) > NO_DIRECTION * sizes {
        return unit(sum);
    }
    // All edges stand upright: any direction will do.
    let axes = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
    let longer = |a: &Vector, b: &Vector| length(*a).total_cmp(&length(*b));
    let projected = axes.map(|axis| tangential(axis, normal));
    unit(projected.into_iter().max_by(longer).unwrap_or(axes[0]))
}

/// The neighbours of a vertex as it sees them.
fn edges(mesh: &TriangleMesh, frames: &[Frame], vertex: usize) -> Vec<Edge> {
    let here = &frames[vertex];
    let edge = |&(to, angle): &(usize, f64)| {
        let there = &frames[to];
        let step = minus(mesh.vertices[to], mesh.vertices[vertex]);
        let offset = if here.flat {
            here.axes.map(|axis| dot(step, axis))
        } else {
            let (size, (sin, cos)) = (length(step), angle.sin_cos());
            here.gauge.apply([size * cos, size * sin])
        };
        let transport = match here.flat && there.flat {
            true => between_axes(there.axes, here.axes),
            false => along_edge(mesh, frames, vertex, to, angle),
        };
        Edge {
            to,
            offset,
            transport,
        }
    };
    mesh.fans[vertex].neighbours.iter().map(edge).collect()
}

/// The map of components where both frames lie in one plane.
pub(super) fn between_axes(from: [Vector; 2], to: [Vector; 2]) -> PlaneIsometry {
    let [[a, b], [c, d]] = to.map(|row| from.map(|column| dot(row, column)));
    match a * d - b * c < 0.0 {
        // The matrix of `r(θ) s` is [[-cos, -sin], [-sin, cos]].
        true => PlaneIsometry::wrapped((-c).atan2(d), true),
        false => PlaneIsometry::wrapped(c.atan2(a), false),
    }
}

/// The transport from a neighbour over the edge: the edge is straight, see the module.
fn along_edge(
    mesh: &TriangleMesh,
    frames: &[Frame],
    vertex: usize,
    from: usize,
    angle: f64,
) -> PlaneIsometry {
    let (here, there) = (&mesh.fans[vertex], &mesh.fans[from]);
    let back = there.neighbours.iter().find(|(v, _)| *v == vertex);
    let back = back.map_or(0.0, |(_, angle)| *angle);
    // Both see the triangles at their edge; they agree about all or about none.
    let shared = here.faces.iter().find_map(|(face, against)| {
        let other = there.faces.iter().find(|(other, _)| other == face)?;
        Some(other.1 == *against)
    });
    let turn = match shared.unwrap_or(true) {
        // a -> angle + π + (a - back).
        true => PlaneIsometry::wrapped(angle + std::f64::consts::PI - back, false),
        // a -> angle + π - (a - back); `s` is a -> π - a.
        false => PlaneIsometry::wrapped(angle + back, true),
    };
    let (here, there) = (frames[vertex].gauge, frames[from].gauge);
    here.compose(&turn).compose(&there.inverse())
}
