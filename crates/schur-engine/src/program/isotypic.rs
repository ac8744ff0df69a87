//! Sparse orthogonal changes of basis to irreps.

use crate::symmetry::{Columns, Irrep};
use crate::tolerance::{COMMUTES, INDEPENDENT, TRANSFORM_ENTRY};

/// One basis vector of a decomposition: part `part` of copy `copy` of irrep `irrep`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) irrep: usize,
    /// Counted over the whole space, per irrep.
    pub(crate) copy: usize,
    pub(crate) part: usize,
    /// One per source of the component.
    pub(crate) coefficients: Vec<f64>,
}

/// A smallest set of coordinates that the group mixes, and its new basis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Component {
    pub(crate) sources: Vec<usize>,
    pub(crate) rows: Vec<Row>,
}

/// The tensor product of two sparse matrices: index `a * b.len() + b`.
pub(crate) fn tensor(a: &Columns, b: &Columns) -> Columns {
    let mut product = Vec::with_capacity(a.len() * b.len());
    for left in a {
        for right in b {
            let entries = left
                .iter()
                .flat_map(|&(i, u)| right.iter().map(move |&(j, v)| (i * b.len() + j, u * v)));
            product.push(entries.collect());
        }
    }
    product
}

/// Decomposes the orthogonal representation with the given columns per group element.
///
/// In the new basis the copies of an irrep carry exactly its matrices, so a commuting map is
/// a number per pair of copies, or two for an irrep of complex type. Every copy starts with a
/// unit vector projected by `d/|G| sum_g psi_00(g) P(g)`, made orthogonal to the copies before;
/// its other parts follow by `d/|G| sum_g psi_c0(g) P(g)`. Coordinates that the group does not
/// mix stay apart, so the basis is as sparse as the orbits.
///
/// Components come in the order of the `key` of their first coordinate.
///
/// `None` if the copies do not fill the space: the matrices are no orthogonal representation.
pub(crate) fn decompose(
    irreps: &[Irrep],
    actions: &[Columns],
    key: impl Fn(usize) -> usize,
) -> Option<Vec<Component>> {
    let dim = actions.first().map_or(0, Vec::len);
    let mut copies = vec![0; irreps.len()];
    let mut components = Vec::new();
    let mut sets = connected(actions, dim);
    sets.sort_by_key(|set| key(set[0]));
    for sources in sets {
        let mut rows: Vec<Row> = Vec::new();
        let mut place = vec![usize::MAX; dim];
        for (index, &source) in sources.iter().enumerate() {
            place[source] = index;
        }
        for (irrep, psi) in irreps.iter().enumerate() {
            let first = rows.len();
            for start in 0..sources.len() {
                if rows.len() == sources.len() {
                    break;
                }
                let mut unit = vec![0.0; sources.len()];
                unit[start] = 1.0;
                let project = |part, v: &[f64]| project(psi, part, actions, &sources, &place, v);
                let mut vector = project(0, &unit);
                // Twice, so that rounding does not accumulate.
                for _ in 0..2 {
                    for row in &rows[first..] {
                        let overlap = dot(&vector, &row.coefficients);
                        for (v, r) in vector.iter_mut().zip(&row.coefficients) {
                            *v -= overlap * r;
                        }
                    }
                }
                let norm = dot(&vector, &vector).sqrt();
                if norm < INDEPENDENT {
                    continue;
                }
                vector.iter_mut().for_each(|v| *v /= norm);
                for part in 0..psi.dim {
                    let mut coefficients = if part == 0 {
                        vector.clone()
                    } else {
                        project(part, &vector)
                    };
                    for c in &mut coefficients {
                        if c.abs() < TRANSFORM_ENTRY {
                            *c = 0.0;
                        }
                    }
                    let copy = copies[irrep];
                    rows.push(Row {
                        irrep,
                        copy,
                        part,
                        coefficients,
                    });
                }
                copies[irrep] += 1;
            }
        }
        if rows.len() != sources.len() || !orthonormal(&rows) {
            return None;
        }
        components.push(Component { sources, rows });
    }
    Some(components)
}

/// `d/|G| sum_g psi_part,0(g) P(g) v` for a vector on the sources.
fn project(
    psi: &Irrep,
    part: usize,
    actions: &[Columns],
    sources: &[usize],
    place: &[usize],
    v: &[f64],
) -> Vec<f64> {
    let mut sum = vec![0.0; v.len()];
    let scale = psi.dim as f64 / actions.len() as f64;
    for (action, matrix) in actions.iter().zip(&psi.matrices) {
        let factor = scale * matrix[part * psi.dim];
        for (&source, &entry) in sources.iter().zip(v) {
            if entry != 0.0 && factor != 0.0 {
                for &(image, value) in &action[source] {
                    sum[place[image]] += factor * entry * value;
                }
            }
        }
    }
    sum
}

/// The sets of coordinates that the group mixes, by their first member.
pub(crate) fn connected(actions: &[Columns], dim: usize) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); dim];
    for action in actions {
        for (from, entries) in action.iter().enumerate() {
            for &(to, _) in entries {
                neighbours[from].push(to);
                neighbours[to].push(from);
            }
        }
    }
    let mut seen = vec![false; dim];
    let mut sets = Vec::new();
    for start in 0..dim {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut set = vec![start];
        let mut next = 0;
        while next < set.len() {
            for &to in &neighbours[set[next]] {
                if !seen[to] {
                    seen[to] = true;
                    set.push(to);
                }
            }
            next += 1;
        }
        set.sort_unstable();
        sets.push(set);
    }
    sets
}

/// Whether the new basis is an orthogonal matrix.
fn orthonormal(rows: &[Row]) -> bool {
    rows.iter().enumerate().all(|(i, a)| {
        rows[..=i].iter().enumerate().all(|(j, b)| {
            let want = if i == j { 1.0 } else { 0.0 };
            (dot(&a.coefficients, &b.coefficients) - want).abs() <= COMMUTES
        })
    })
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
