//! Surfaces from triangles that are none yet.

use std::collections::BTreeMap;

use super::mesh::{TriangleMesh, check, is_degenerate, refused};
use super::topology::{Side, by_edge, ends, sides_by_edge};
use crate::MathError;
use crate::vector::{Vector, dot, minus};

/// Most rounds in which triangles without area are turned.
const ROUNDS: usize = 8;

/// What came of repairing a mesh.
///
/// ```
/// use schur_math::surface::{Repaired, TriangleMesh};
///
/// // A square of two triangles that know nothing of each other.
/// let (a, b, c, d) = ([0.0; 3], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]);
/// let loose = TriangleMesh::repaired(&[a, b, c, a, c, d], &[[0, 1, 2], [3, 4, 5]])?;
/// let Repaired { mesh, origin, merged, .. } = loose;
/// assert_eq!((mesh.vertices().len(), origin, merged), (4, vec![0, 1, 2, 5], 2));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The surface.
    pub mesh: TriangleMesh,
    /// For every vertex of it, which of the given ones it was.
    pub origin: Vec<usize>,
    /// How many vertices stood at the place of another one and were merged with it.
    pub merged: usize,
    /// How many triangles were left out: without area, or two that cancel.
    pub dropped: usize,
    /// How many copies of vertices were added where sheets were separated.
    pub separated: usize,
}

impl TriangleMesh {
    /// A surface from triangles that may be none, as scanners, simplification and rounded coordinates leave
    /// them:
    ///
    /// 1. vertices at equal places become one;
    /// 2. triangles with a vertex twice are left out, and of triangles with the same three vertices those
    ///    of opposite senses cancel in pairs;
    /// 3. a triangle without area whose corner lies on its longest side shares that side with a neighbour:
    ///    both are cut anew along their other diagonal, or it is left out;
    /// 4. where more than two triangles meet at an edge, all are separated there, and a vertex gets a copy
    ///    for every fan of triangles around it;
    /// 5. vertices without triangles are left out.
    ///
    /// ```
    /// use schur_math::surface::TriangleMesh;
    ///
    /// // Two tetrahedra that touch in vertex 0, and a vertex of no triangle.
    /// let mut vertices = vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    /// vertices.extend([[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [9.0; 3]]);
    /// let sides = |a, b, c| [[0, a, b], [0, b, c], [0, c, a], [c, b, a]];
    /// let faces = [sides(1, 2, 3), sides(4, 5, 6)].concat();
    /// assert!(TriangleMesh::new(vertices.clone(), faces.clone()).is_err());
    /// let repaired = TriangleMesh::repaired(&vertices, &faces)?;
    /// assert_eq!((repaired.separated, repaired.mesh.components()), (1, 2));
    /// assert_eq!(repaired.origin.iter().filter(|&&v| v == 0).count(), 2);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`MathError::Mesh`] if there is no triangle or too many, a coordinate is not finite, a triangle names
    /// a vertex that is not there, or no triangle is left.
    pub fn repaired(vertices: &[[f64; 3]], faces: &[[usize; 3]]) -> Result<Repaired, MathError> {
        check(vertices, faces)?;
        let (first, merged) = first_at_place(vertices);
        let mut rest: Vec<[usize; 3]> = faces.iter().map(|f| f.map(|v| first[v])).collect();
        cancel(&mut rest);
        for _ in 0..ROUNDS {
            if !turn_flat(vertices, &mut rest) {
                break;
            }
            cancel(&mut rest);
        }
        rest.retain(|face| !is_degenerate(vertices, *face));
        if rest.is_empty() {
            return Err(refused(
                "a triangle mesh".to_string(),
                "no triangle with an area is left; give the corners more digits, or larger units"
                    .to_string(),
            ));
        }
        let kept = rest.len();
        let origin = separate(&mut rest);
        let used = {
            let mut used: Vec<usize> = origin.clone();
            used.sort_unstable();
            used.dedup();
            used.len()
        };
        let places = origin.iter().map(|&v| vertices[v]).collect();
        Ok(Repaired {
            mesh: Self::new(places, rest)?,
            separated: origin.len() - used,
            origin,
            merged,
            dropped: faces.len() - kept,
        })
    }
}

/// For every vertex the first one at its place, and how many are not the first.
fn first_at_place(vertices: &[Vector]) -> (Vec<usize>, usize) {
    let mut places: BTreeMap<[u64; 3], usize> = BTreeMap::new();
    let mut merged = 0;
    let mut first = |(vertex, place): (usize, &Vector)| {
        // Both zeros are one place.
        let at = *places
            .entry(place.map(|v| (v + 0.0).to_bits()))
            .or_insert(vertex);
        merged += usize::from(at != vertex);
        at
    };
    let first = vertices.iter().enumerate().map(&mut first).collect();
    (first, merged)
}

/// Leaves out triangles with a vertex twice, and those that cancel.
fn cancel(faces: &mut Vec<[usize; 3]>) {
    faces.retain(|[a, b, c]| a != b && b != c && c != a);
    let even = |[a, b, c]: [usize; 3]| (a < b) ^ (b < c) ^ (a < c);
    let mut senses: BTreeMap<[usize; 3], i64> = BTreeMap::new();
    for face in faces.iter() {
        let mut sorted = *face;
        sorted.sort_unstable();
        *senses.entry(sorted).or_default() += if even(*face) { 1 } else { -1 };
    }
    faces.retain(|face| {
        let mut sorted = *face;
        sorted.sort_unstable();
        let sense = senses.entry(sorted).or_default();
        // The first one of the sense that is left stands for all.
        let keep = if even(*face) { *sense > 0 } else { *sense < 0 };
        if keep {
            *sense = 0;
        }
        keep
    });
}

/// Cuts triangles without area and their neighbours at the longest sides along the other diagonal, or
/// leaves them out; whether there were any.
fn turn_flat(vertices: &[Vector], faces: &mut Vec<[usize; 3]>) -> bool {
    let mut at_edge: BTreeMap<[usize; 2], Vec<Side>> = BTreeMap::new();
    for (edge, side) in sides_by_edge(faces) {
        at_edge.entry(edge).or_default().push(side);
    }
    let mut touched = vec![false; faces.len()];
    let mut dropped = vec![false; faces.len()];
    let mut any = false;
    for face in 0..faces.len() {
        if touched[face] || !is_degenerate(vertices, faces[face]) {
            continue;
        }
        any = true;
        let size = |&side: &usize| {
            let [a, b] = ends(faces, Side { face, side });
            let step = minus(vertices[b], vertices[a]);
            dot(step, step)
        };
        let longest = (0..3)
            .max_by(|a, b| size(a).total_cmp(&size(b)))
            .unwrap_or(0);
        let [a, c] = ends(
            faces,
            Side {
                face,
                side: longest,
            },
        );
        let middle = faces[face][(longest + 2) % 3];
        let others = at_edge
            .get(&[a.min(c), a.max(c)])
            .map_or(&[][..], |sides| sides);
        let mut others = others.iter().filter(|side| side.face != face);
        let (other, more) = (others.next(), others.next());
        let other = other.filter(|side| more.is_none() && !touched[side.face]);
        let Some(other) = other else {
            if more.is_some() || at_edge.is_empty() {
                dropped[face] = true;
            }
            continue;
        };
        let across = faces[other.face][(other.side + 2) % 3];
        let diagonal = [middle.min(across), middle.max(across)];
        touched[face] = true;
        touched[other.face] = true;
        if across == middle || at_edge.contains_key(&diagonal) {
            dropped[face] = true;
            continue;
        }
        // (a, c, middle) and its neighbour with `across`: the quadrangle a, across, c, middle.
        faces[face] = [a, across, middle];
        faces[other.face] = [across, c, middle];
        at_edge.insert(diagonal, Vec::new());
    }
    let mut index = 0;
    faces.retain(|_| {
        index += 1;
        !dropped[index - 1]
    });
    any
}

/// Gives every fan of triangles a vertex of its own, numbered anew; the vertices that they were.
fn separate(faces: &mut [[usize; 3]]) -> Vec<usize> {
    let sides = sides_by_edge(faces);
    // Corners are numbered `3 face + corner`; those of one fan point to one of them.
    let mut parent: Vec<usize> = (0..3 * faces.len()).collect();
    for group in by_edge(&sides) {
        let &[(_, a), (_, b)] = group else { continue };
        for vertex in ends(faces, a) {
            let corner = |side: Side| {
                let at = faces[side.face].iter().position(|&v| v == vertex);
                3 * side.face + at.unwrap_or(0)
            };
            let [a, b] = [corner(a), corner(b)].map(|corner| root(&mut parent, corner));
            parent[a.max(b)] = a.min(b);
        }
    }
    // In the order of the old vertices, of one vertex in the order of its fans.
    let mut fans: Vec<(usize, usize)> = Vec::with_capacity(parent.len());
    for corner in 0..parent.len() {
        fans.push((faces[corner / 3][corner % 3], root(&mut parent, corner)));
    }
    let mut distinct = fans.clone();
    distinct.sort_unstable();
    distinct.dedup();
    for (corner, fan) in fans.iter().enumerate() {
        faces[corner / 3][corner % 3] = distinct.binary_search(fan).unwrap_or(0);
    }
    distinct.into_iter().map(|(vertex, _)| vertex).collect()
}

fn root(parent: &mut [usize], mut corner: usize) -> usize {
    while parent[corner] != corner {
        parent[corner] = parent[parent[corner]];
        corner = parent[corner];
    }
    corner
}
