//! Which triangles meet at which edges.

use crate::MathError;

/// An edge of a triangle: from its corner `side` to the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) face: usize,
    pub(super) side: usize,
}

/// The corners at the ends of a side, in the order of its triangle.
pub(super) fn ends(faces: &[[usize; 3]], Side { face, side }: Side) -> [usize; 2] {
    [faces[face][side], faces[face][(side + 1) % 3]]
}

/// The sides of all triangles, those of one edge together, ordered by edge and triangle: for every edge
/// `(smaller vertex, larger vertex)`.
pub(super) fn sides_by_edge(faces: &[[usize; 3]]) -> Vec<([usize; 2], Side)> {
    let of_face = |face: usize| {
        (0..3).map(move |side| {
            let side = Side { face, side };
            let [a, b] = ends(faces, side);
            ([a.min(b), a.max(b)], side)
        })
    };
    let mut sides: Vec<_> = (0..faces.len()).flat_map(of_face).collect();
    sides.sort_unstable_by_key(|(edge, side)| (*edge, side.face, side.side));
    sides
}

/// Groups of equal edges.
pub(super) fn by_edge(sides: &[([usize; 2], Side)]) -> impl Iterator<Item = &[([usize; 2], Side)]> {
    sides.chunk_by(|(a, _), (b, _)| a == b)
}

/// The side on the other side of every side, `[face][side]`; none at a border.
pub(super) type Opposite = Vec<[Option<Side>; 3]>;

/// The neighbours of all sides.
pub(super) fn opposite(faces: &[[usize; 3]]) -> Result<Opposite, MathError> {
    let sides = sides_by_edge(faces);
    let mut opposite = vec![[None; 3]; faces.len()];
    for group in by_edge(&sides) {
        match group {
            [_] => {}
            &[(_, a), (_, b)] => {
                opposite[a.face][a.side] = Some(b);
                opposite[b.face][b.side] = Some(a);
            }
            _ => {
                let [a, b] = group[0].0;
                let faces: Vec<_> = group.iter().map(|(_, side)| side.face).collect();
                return Err(MathError::Mesh {
                    place: format!("the edge from vertex {a} to vertex {b}"),
                    problem: format!(
                        "{} triangles meet there ({faces:?}), and a surface has at most two at an \
                         edge; separate them, or use `TriangleMesh::repaired`",
                        faces.len()
                    ),
                });
            }
        }
    }
    Ok(opposite)
}
