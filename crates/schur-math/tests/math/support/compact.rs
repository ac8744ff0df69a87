//! Elements and small matrices for the tests of compact groups.

use super::tolerance::DENSE;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::{CompactRepresentation, SymmetryGroup, SymmetryIrrep, laws};

/// The identity, the generators and some Haar-random elements.
pub(crate) fn elements<G: SymmetryGroup>(group: &G, random: usize) -> Vec<G::Element> {
    let mut generator = ChaCha8Rng::seed_from_u64(11);
    let mut all = vec![group.identity()];
    all.extend(group.generators());
    all.extend((0..random).map(|_| group.random(&mut generator)));
    all
}

/// `A B`, where `A` has `inner` columns.
pub(crate) fn multiply(a: &[f64], b: &[f64], inner: usize) -> Vec<f64> {
    let columns = b.len() / inner;
    let entry = |k: usize| {
        let (row, column) = (k / columns, k % columns);
        (0..inner)
            .map(|m| a[row * inner + m] * b[m * columns + column])
            .sum()
    };
    (0..a.len() / inner * columns).map(entry).collect()
}

/// `Aᵀ`, where `A` has `columns` columns.
pub(crate) fn transpose(a: &[f64], columns: usize) -> Vec<f64> {
    let column = |j: usize| a.iter().skip(j).step_by(columns).copied();
    (0..columns).flat_map(column).collect()
}

/// The Kronecker product of square matrices.
pub(crate) fn kronecker(a: &[f64], b: &[f64]) -> Vec<f64> {
    let (n, m) = (a.len().isqrt(), b.len().isqrt());
    let entry = |k: usize| {
        let (row, column) = (k / (n * m), k % (n * m));
        a[row / m * n + column / m] * b[row % m * m + column % m]
    };
    (0..n * m * n * m).map(entry).collect()
}

pub(crate) fn identity(dim: usize) -> Vec<f64> {
    let mut one = vec![0.0; dim * dim];
    one.iter_mut().step_by(dim + 1).for_each(|v| *v = 1.0);
    one
}

/// The largest difference of entries.
pub(crate) fn difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(b);
    pairs.fold(0.0, |worst, (x, y)| worst.max((x - y).abs()))
}

/// The sum of some irreps.
pub(crate) fn sum<G: SymmetryGroup>(group: &G, names: &[&str]) -> CompactRepresentation<G::Irrep> {
    let irreps = names.iter().map(|name| group.irrep(name).unwrap());
    CompactRepresentation::new(group, irreps.collect(), None).unwrap()
}

/// Homomorphism, orthogonality, character.
pub(crate) fn assert_representation<I: SymmetryIrrep>(rho: &CompactRepresentation<I>) {
    let group = rho.group();
    let sample = elements(group, 4);
    let matrix = |g: &_| rho.matrix(g).unwrap();
    let compose = |g: &_, h: &_| group.compose(g, h);
    laws::homomorphism_at(&sample, &compose, &matrix, DENSE).unwrap();
    laws::orthogonality_at(&sample, &matrix, DENSE).unwrap();
    for g in &sample {
        let trace: f64 = matrix(g).iter().step_by(rho.dim() + 1).sum();
        assert!((trace - rho.character(g).unwrap()).abs() < DENSE);
    }
}
