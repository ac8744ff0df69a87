//! The triangles around a vertex, one after the other.

use super::topology::{Opposite, Side, ends};
use crate::MathError;
use crate::vector::{Vector, angle, minus};

/// What surrounds a vertex, counter-clockwise as its own sense of rotation has it.
#[derive(Clone, Debug)]
pub(super) struct Fan {
    /// The neighbours in order, each with its direction as an angle; that with the smallest number has
    /// the direction 0.
    pub(super) neighbours: Vec<(usize, f64)>,
    /// The triangles in order, each between a neighbour and the next; whether it runs against the sense
    /// of rotation of the vertex.
    pub(super) faces: Vec<(usize, bool)>,
    /// The sum of the corners.
    pub(super) total: f64,
    /// Whether the triangles close up: the vertex is not on the border.
    pub(super) closed: bool,
}

/// The fans of all vertices.
pub(super) fn fans(
    vertices: &[Vector],
    faces: &[[usize; 3]],
    opposite: &Opposite,
) -> Result<Vec<Fan>, MathError> {
    let mut incident: Vec<Vec<usize>> = vec![Vec::new(); vertices.len()];
    for (face, corners) in faces.iter().enumerate() {
        for &corner in corners {
            incident[corner].push(face);
        }
    }
    let fan =
        |(vertex, around): (usize, &Vec<usize>)| fan(vertex, around, vertices, faces, opposite);
    incident.iter().enumerate().map(fan).collect()
}

/// A triangle at a vertex, in the sense of rotation in which it is passed.
#[derive(Clone, Copy, PartialEq)]
struct Corner {
    face: usize,
    at: usize,
    against: bool,
}

impl Corner {
    fn of(vertex: usize, face: usize, faces: &[[usize; 3]], against: bool) -> Self {
        let at = faces[face].iter().position(|&v| v == vertex).unwrap_or(0);
        Self { face, at, against }
    }

    /// The first and the second neighbour of the vertex in its sense of rotation.
    fn neighbours(&self, faces: &[[usize; 3]]) -> [usize; 2] {
        let corners = faces[self.face];
        let pair = [corners[(self.at + 1) % 3], corners[(self.at + 2) % 3]];
        if self.against {
            [pair[1], pair[0]]
        } else {
            pair
        }
    }

    /// The sides to the first and the second neighbour.
    fn sides(&self) -> [usize; 2] {
        let pair = [self.at, (self.at + 2) % 3];
        if self.against {
            [pair[1], pair[0]]
        } else {
            pair
        }
    }

    /// The corner beyond one of the two sides.
    fn beyond(
        &self,
        which: usize,
        vertex: usize,
        faces: &[[usize; 3]],
        opposite: &Opposite,
    ) -> Option<Self> {
        let side = self.sides()[which];
        let other = opposite[self.face][side]?;
        let here = ends(
            faces,
            Side {
                face: self.face,
                side,
            },
        );
        let against = self.against ^ (here == ends(faces, other));
        Some(Self::of(vertex, other.face, faces, against))
    }
}

fn fan(
    vertex: usize,
    around: &[usize],
    vertices: &[Vector],
    faces: &[[usize; 3]],
    opposite: &Opposite,
) -> Result<Fan, MathError> {
    let refused = |problem: String| MathError::Mesh {
        place: format!("vertex {vertex}"),
        problem,
    };
    let Some(&first) = around.first() else {
        return Err(refused(
            "no triangle has it; leave it out, or use `TriangleMesh::repaired`".to_string(),
        ));
    };
    // Backwards to the border, if there is one.
    let mut start = Corner::of(vertex, first, faces, false);
    let mut closed = false;
    for _ in around {
        match start.beyond(0, vertex, faces, opposite) {
            None => break,
            Some(before) if before.face == first => {
                closed = true;
                start = Corner::of(vertex, first, faces, false);
                break;
            }
            Some(before) => start = before,
        }
    }
    let smallest = around.iter().flat_map(|&face| faces[face]);
    let smallest = smallest.filter(|&v| v != vertex).min().unwrap_or(vertex);
    if closed {
        // Turned so that it begins with the smallest neighbour.
        for _ in around {
            if start.neighbours(faces)[0] == smallest {
                break;
            }
            start = start.beyond(1, vertex, faces, opposite).unwrap_or(start);
        }
    }
    let (mut neighbours, mut in_order) = (Vec::new(), Vec::new());
    let (mut total, mut corner) = (0.0, Some(start));
    while let Some(here) = corner {
        let [a, b] = here.neighbours(faces);
        neighbours.push((a, total));
        in_order.push((here.face, here.against));
        let [a_place, b_place] = [a, b].map(|v| minus(vertices[v], vertices[vertex]));
        total += angle(a_place, b_place);
        corner = here.beyond(1, vertex, faces, opposite);
        match corner {
            None => neighbours.push((b, total)),
            Some(next) if next.face == start.face => break,
            Some(_) if in_order.len() >= around.len() => break,
            Some(_) => {}
        }
    }
    if in_order.len() != around.len() {
        let left = around
            .iter()
            .find(|f| !in_order.iter().any(|(g, _)| g == *f));
        return Err(refused(format!(
            "its {} triangles are no single fan: triangle {} is not reached from triangle {} over edges \
             at the vertex; separate the sheets, or use `TriangleMesh::repaired`",
            around.len(),
            left.copied().unwrap_or(first),
            start.face
        )));
    }
    let scale = if closed {
        std::f64::consts::TAU / total
    } else {
        1.0
    };
    let zero = neighbours.iter().find(|(v, _)| *v == smallest);
    let zero = zero.map_or(0.0, |(_, angle)| *angle);
    for (_, angle) in &mut neighbours {
        *angle = (*angle - zero) * scale;
    }
    Ok(Fan {
        neighbours,
        faces: in_order,
        total,
        closed,
    })
}
