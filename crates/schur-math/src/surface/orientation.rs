//! Triangles in one sense of rotation.

use super::topology::{Opposite, Side, ends};

/// What came of giving all triangles one sense of rotation.
#[derive(Clone, Debug)]
pub(super) struct Oriented {
    /// The triangles that were turned over.
    pub(super) flipped: Vec<usize>,
    /// An edge at which the sense changes, if there is no way round it.
    pub(super) seam: Option<[usize; 2]>,
    /// Number of connected pieces.
    pub(super) components: usize,
}

/// Turns triangles over until neighbours agree, those of each piece with the first of it. A surface
/// without two sides keeps edges at which they do not.
pub(super) fn orient(faces: &mut [[usize; 3]], opposite: &mut Opposite) -> Oriented {
    // Whether a triangle is turned over; unknown before it is reached.
    let mut turned: Vec<Option<bool>> = vec![None; faces.len()];
    let (mut seam, mut components) = (None, 0);
    for first in 0..faces.len() {
        if turned[first].is_some() {
            continue;
        }
        components += 1;
        turned[first] = Some(false);
        let mut reached = vec![first];
        while let Some(face) = reached.pop() {
            let over = turned[face] == Some(true);
            for (side, other) in opposite[face].into_iter().enumerate() {
                let Some(other) = other else {
                    continue;
                };
                let here = ends(faces, Side { face, side });
                // Neighbours agree if they run along their edge in opposite directions.
                let over = over ^ (here == ends(faces, other));
                match turned[other.face] {
                    None => {
                        turned[other.face] = Some(over);
                        reached.push(other.face);
                    }
                    Some(known) if known != over => {
                        seam = seam.or(Some([here[0].min(here[1]), here[0].max(here[1])]));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    let over = |face: usize| turned[face] == Some(true);
    let flipped: Vec<usize> = (0..faces.len()).filter(|&face| over(face)).collect();
    for &face in &flipped {
        // Corners 0, 2, 1: sides 0, 1, 2 become 2, 1, 0.
        faces[face].swap(1, 2);
        opposite[face].swap(0, 2);
    }
    for sides in opposite.iter_mut() {
        for side in sides.iter_mut().flatten() {
            if over(side.face) {
                side.side = 2 - side.side;
            }
        }
    }
    Oriented {
        flipped,
        seam,
        components,
    }
}
