//! Sparse orthogonal changes of basis to irreps.

use std::ops::Deref;
use std::sync::Arc;

use crate::known::Known;
use crate::symmetry::{Columns, Irrep};
use crate::tolerance::{COMMUTES, INDEPENDENT, TRANSFORM_ENTRY};

/// Decompositions that are known though no plan has them.
const KEPT: usize = 32;

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

/// A representation in a basis of irreps: its components.
#[derive(Debug)]
pub(crate) struct Decomposition {
    irreps: Vec<Irrep>,
    /// One matrix per element and factor.
    factors: Vec<Vec<Columns>>,
    part_of: Vec<usize>,
    components: Vec<Component>,
}

impl Deref for Decomposition {
    type Target = [Component];

    fn deref(&self) -> &[Component] {
        &self.components
    }
}

/// How the elements of a group move the coordinates of a space.
#[derive(Clone, Copy)]
pub(crate) enum Acting<'a> {
    One(&'a [Columns]),
    /// On the products of the coordinates of two spaces, `a * dim + b`.
    Product(&'a [Columns], &'a [Columns]),
}

impl Acting<'_> {
    fn factors(&self) -> Vec<&[Columns]> {
        match self {
            Self::One(of) => vec![of],
            Self::Product(a, b) => vec![a, b],
        }
    }

    fn order(&self) -> usize {
        match self {
            Self::One(of) | Self::Product(of, _) => of.len(),
        }
    }

    pub(crate) fn dim(&self) -> usize {
        let dim = |of: &[Columns]| of.first().map_or(0, Vec::len);
        match self {
            Self::One(of) => dim(of),
            Self::Product(a, b) => dim(a) * dim(b),
        }
    }

    /// The entries of the column of a coordinate in the matrix of an element.
    fn column(&self, g: usize, from: usize, mut entry: impl FnMut(usize, f64)) {
        match self {
            Self::One(of) => of[g][from].iter().for_each(|&(to, value)| entry(to, value)),
            Self::Product(a, b) => {
                let dim = b[g].len();
                for &(i, u) in &a[g][from / dim] {
                    for &(j, v) in &b[g][from % dim] {
                        entry(i * dim + j, u * v);
                    }
                }
            }
        }
    }

    /// The sets of coordinates that the group mixes, by their first member.
    fn sets(&self) -> Vec<Vec<usize>> {
        connected(self.dim(), |link| {
            for g in 0..self.order() {
                for from in 0..self.dim() {
                    self.column(g, from, |to, _| link(from, to));
                }
            }
        })
    }

    /// How often every irrep is in the span of such a set: at most so often, the mean of the
    /// products of the characters.
    fn copies(&self, irreps: &[Irrep], set: &[usize]) -> Vec<usize> {
        let mut traces = vec![0.0; self.order()];
        for (g, trace) in traces.iter_mut().enumerate() {
            for &from in set {
                let diagonal = |to, value| *trace += if to == from { value } else { 0.0 };
                self.column(g, from, diagonal);
            }
        }
        let of_irrep = |psi: &Irrep| {
            let character = |m: &Vec<f64>| -> f64 { m.iter().step_by(psi.dim + 1).sum() };
            let products = psi.matrices.iter().zip(&traces);
            let sum: f64 = products.map(|(m, trace)| character(m) * trace).sum();
            let commuting = if psi.complex { 2.0 } else { 1.0 };
            (sum / (self.order() as f64 * commuting)).round() as usize
        };
        irreps.iter().map(of_irrep).collect()
    }
}

/// Decomposes the orthogonal representation with the given columns per group element.
///
/// In the new basis the copies of an irrep carry exactly its matrices, so a commuting map is
/// a number per pair of copies, or two for an irrep of complex type. Every copy starts with a
/// unit vector projected by `d/|G| sum_g psi_00(g) P(g)`, made orthogonal to the copies before;
/// its other parts follow by `d/|G| sum_g psi_c0(g) P(g)`. Characters say how many there are. Coordinates that the group does not
/// mix stay apart, so the basis is as sparse as the orbits.
///
/// Components come in the order of the [`part`] of their first coordinate.
///
/// `None` if the copies do not fill the space: the matrices are no orthogonal representation.
pub(crate) fn decompose(
    irreps: &[Irrep],
    acting: Acting<'_>,
    part_of: &[usize],
) -> Option<Arc<Decomposition>> {
    static KNOWN: Known<Decomposition> = Known::keeping(KEPT);
    let factors = acting.factors();
    let is = |known: &Decomposition| {
        known.part_of == part_of && known.irreps == irreps && known.factors == factors
    };
    let make = || {
        Ok::<_, ()>(Decomposition {
            irreps: irreps.to_vec(),
            factors: factors.iter().map(|of| of.to_vec()).collect(),
            part_of: part_of.to_vec(),
            components: components(irreps, acting, part_of).ok_or(())?,
        })
    };
    KNOWN.get(is, make).ok()
}

/// The part of a coordinate of fibres in some parts, or of all without parts.
pub(super) fn part(part_of: &[usize], coordinate: usize) -> usize {
    match part_of.len() {
        0 => 0,
        dim => part_of[coordinate % dim],
    }
}

fn components(irreps: &[Irrep], acting: Acting<'_>, part_of: &[usize]) -> Option<Vec<Component>> {
    let mut copies = vec![0; irreps.len()];
    let mut components = Vec::new();
    let mut sets = acting.sets();
    sets.sort_by_key(|set| part(part_of, set[0]));
    let mut place = vec![usize::MAX; acting.dim()];
    for sources in sets {
        let mut rows: Vec<Row> = Vec::new();
        let counts = acting.copies(irreps, &sources);
        for (index, &source) in sources.iter().enumerate() {
            place[source] = index;
        }
        for ((irrep, psi), count) in irreps.iter().enumerate().zip(counts) {
            let first = rows.len();
            for start in 0..sources.len() {
                if rows.len() == sources.len() || rows.len() - first == count * psi.dim {
                    break;
                }
                let mut unit = vec![0.0; sources.len()];
                unit[start] = 1.0;
                let project = |part, v: &[f64]| project(psi, part, acting, (&sources, &place), v);
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

/// `d/|G| sum_g psi_part,0(g) P(g) v` for a vector on the sources, whose places in it are given.
fn project(
    psi: &Irrep,
    part: usize,
    acting: Acting<'_>,
    (sources, place): (&[usize], &[usize]),
    v: &[f64],
) -> Vec<f64> {
    let mut sum = vec![0.0; v.len()];
    let scale = psi.dim as f64 / acting.order() as f64;
    for (g, matrix) in psi.matrices.iter().enumerate() {
        let factor = scale * matrix[part * psi.dim];
        if factor == 0.0 {
            continue;
        }
        for (&source, &entry) in sources.iter().zip(v) {
            if entry != 0.0 {
                let factor = factor * entry;
                acting.column(g, source, |to, value| sum[place[to]] += factor * value);
            }
        }
    }
    sum
}

/// The finest sets of numbers below `dim` such that two that are linked are in one, by their first
/// members; `links` calls its argument with both ends of every link.
pub(crate) fn connected(
    dim: usize,
    links: impl FnOnce(&mut dyn FnMut(usize, usize)),
) -> Vec<Vec<usize>> {
    fn first(before: &mut [usize], mut of: usize) -> usize {
        while before[of] != of {
            before[of] = before[before[of]];
            of = before[of];
        }
        of
    }
    // Of every number a smaller one of its set, or itself.
    let mut before: Vec<usize> = (0..dim).collect();
    links(&mut |a, b| {
        let (a, b) = (first(&mut before, a), first(&mut before, b));
        before[a.max(b)] = a.min(b);
    });
    let mut sets: Vec<Vec<usize>> = Vec::new();
    let mut set_of = vec![0; dim];
    for number in 0..dim {
        if before[number] == number {
            set_of[number] = sets.len();
            sets.push(Vec::new());
        } else {
            set_of[number] = set_of[before[number]];
        }
        sets[set_of[number]].push(number);
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
