//! Elements and small matrices for the tests of compact groups.

use super::tolerance::DENSE;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::{
    CompactHomomorphism, Representation, SpatialGroup, SymmetryGroup, SymmetryIrrep, laws,
};

/// A group of space inside SO(3) or O(3).
pub(crate) fn inside(
    name: &str,
    whole: &SpatialGroup,
) -> CompactHomomorphism<SpatialGroup, SpatialGroup> {
    CompactHomomorphism::of_space(&super::groups::space(name), whole).unwrap()
}

/// The identity, the generators and some Haar-random elements.
pub(crate) fn elements<G: SymmetryGroup>(group: &G, random: usize) -> Vec<G::Element> {
    let mut generator = ChaCha8Rng::seed_from_u64(11);
    let mut all = vec![group.identity()];
    all.extend(group.generators());
    all.extend((0..random).map(|_| group.random(&mut generator)));
    all
}

/// The largest difference of entries.
pub(crate) fn difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(b);
    pairs.fold(0.0, |worst, (x, y)| worst.max((x - y).abs()))
}

/// The sum of some irreps.
pub(crate) fn sum<G: SymmetryGroup>(group: &G, names: &[&str]) -> Representation<G::Irrep> {
    let irreps = names.iter().map(|name| group.irrep(name).unwrap());
    Representation::new(group, irreps.collect(), None).unwrap()
}

/// Homomorphism, orthogonality, character.
pub(crate) fn assert_representation<I: SymmetryIrrep>(rho: &Representation<I>) {
    let group = rho.group();
    let sample = elements(group, 4);
    let matrix = |g: &_| rho.matrix(g).unwrap();
    let compose = |g: &_, h: &_| group.compose(g, h);
    laws::homomorphism_at(&sample, &compose, &matrix, DENSE).unwrap();
    laws::orthogonality_at(&sample, &matrix, DENSE).unwrap();
    for g in &sample {
        let trace = matrix(g).trace();
        assert!((trace - rho.character(g).unwrap()).abs() < DENSE);
    }
}
