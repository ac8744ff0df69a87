//! Splitting several copies of an irrep.

use super::signed::{Induced, SignedSubgroup};
use crate::group::Element;
use crate::linear::{norm, remainder, symmetric_eigen};
use crate::matrix::Matrix;

/// An orthonormal basis of the image of an orthogonal projector of known rank, from its
/// columns.
///
/// After `k` vectors the squares of what is left of the columns add up to `rank - k`, so some
/// column has at least its share; the first with half of it is taken.
pub(super) fn projector_basis(
    points: usize,
    rank: usize,
    column: impl Fn(usize) -> Vec<f64>,
) -> Vec<Vec<f64>> {
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(rank);
    let mut columns: Vec<Option<Vec<f64>>> = vec![None; points];
    while basis.len() < rank {
        let share = (rank - basis.len()) as f64 / points as f64;
        let next = (0..points).find_map(|j| {
            let candidate = columns[j].get_or_insert_with(|| column(j));
            let rest = remainder(&remainder(candidate, &basis), &basis);
            let size = norm(&rest);
            (size * size >= 0.5 * share).then(|| rest.into_iter().map(|v| v / size).collect())
        });
        basis.push(next.expect("the shares add up to the rank"));
    }
    basis
}

/// A generic symmetric operator that commutes with an induced representation, restricted to
/// an invariant space of several copies of one irrep.
pub(super) struct Splitting<'a> {
    basis: &'a [Vec<f64>],
    /// Symmetric, in that basis.
    operator: Matrix,
}

impl<'a> Splitting<'a> {
    /// The kernel `τ(t_i⁻¹ t_j)` of the operator satisfies `τ(h g k) = λ(h) τ(g) λ(k)` and
    /// `τ(g⁻¹) = τ(g)`; it takes a fixed generic value on each double coset `H g H`.
    pub(super) fn new(
        induced: &Induced<'_>,
        subgroup: &SignedSubgroup,
        basis: &'a [Vec<f64>],
    ) -> Self {
        let kernel = bi_equivariant(induced, subgroup);
        let group = induced.group();
        let points = induced.points();
        let entry = |i: usize, j: usize| {
            let back = group.inverse(induced.transversal[i]);
            let g = group.compose(back, induced.transversal[j]);
            kernel[g.index()] + kernel[group.inverse(g).index()]
        };
        let matrix: Vec<Vec<f64>> = (0..points)
            .map(|i| (0..points).map(|j| entry(i, j)).collect())
            .collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let moved: Vec<Vec<f64>> = basis
            .iter()
            .map(|vector| matrix.iter().map(|row| dot(row, vector)).collect())
            .collect();
        let rank = basis.len();
        let operator = Matrix::from_fn(rank, rank, |i, j| dot(&basis[i], &moved[j]));
        Self { basis, operator }
    }

    /// A basis of one eigenspace, which is irreducible: that of dimension `dim` whose
    /// eigenvalue is furthest from the others.
    pub(super) fn irreducible(&self, dim: usize) -> Vec<Vec<f64>> {
        let size = self.basis.len();
        let (values, vectors) = symmetric_eigen(self.operator.clone());
        let gap = |block: usize| {
            let (first, last) = (block * dim, (block + 1) * dim - 1);
            let below = first.checked_sub(1).map(|k| values[first] - values[k]);
            let above = values.get(last + 1).map(|next| next - values[last]);
            below
                .unwrap_or(f64::INFINITY)
                .min(above.unwrap_or(f64::INFINITY))
        };
        let blocks = 0..size / dim;
        let best = blocks.fold(0, |best, b| if gap(b) > gap(best) { b } else { best });
        // Vectors of the eigenspace in the original coordinates.
        let space: Vec<Vec<f64>> = vectors[best * dim..(best + 1) * dim]
            .iter()
            .map(|coordinates| combine(self.basis, coordinates))
            .collect();
        // The solver's basis is arbitrary; that from the projector is not.
        let points = self.basis[0].len();
        projector_basis(points, dim, |j| {
            let coordinates: Vec<f64> = space.iter().map(|vector| vector[j]).collect();
            combine(&space, &coordinates)
        })
    }
}

fn combine(vectors: &[Vec<f64>], coordinates: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; vectors[0].len()];
    for (vector, c) in vectors.iter().zip(coordinates) {
        for (s, v) in sum.iter_mut().zip(vector) {
            *s += c * v;
        }
    }
    sum
}

/// A function with `τ(h g k) = λ(h) τ(g) λ(k)`, zero where the signs contradict.
fn bi_equivariant(induced: &Induced<'_>, subgroup: &SignedSubgroup) -> Vec<f64> {
    let group = induced.group();
    let mut kernel = vec![f64::NAN; group.order()];
    for (count, g) in group.elements().enumerate() {
        if !kernel[g.index()].is_nan() {
            continue;
        }
        // Fractional parts of multiples of the golden ratio: spread evenly, without pattern in
        // the group.
        let value = 0.5 + (count as f64 * 0.618_033_988_749_894_9).fract();
        kernel[g.index()] = value;
        let mut coset = vec![g];
        let mut consistent = true;
        let mut next = 0;
        while next < coset.len() {
            let x = coset[next];
            for &h in &subgroup.generators {
                let expected = kernel[x.index()] * f64::from(subgroup.signs[h.index()]);
                for moved in [group.compose(h, x), group.compose(x, h)] {
                    let entry = &mut kernel[moved.index()];
                    if entry.is_nan() {
                        *entry = expected;
                        coset.push(moved);
                    } else if entry.is_sign_negative() != expected.is_sign_negative() {
                        consistent = false;
                    }
                }
            }
            next += 1;
        }
        if !consistent {
            coset.iter().for_each(|x: &Element| kernel[x.index()] = 0.0);
        }
    }
    kernel
}
