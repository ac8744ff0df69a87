//! Decompositions, intertwiners, functors and Fourier transforms.

use schur_math::fourier::{FastFourierTransform, FourierTransform};
use schur_math::{
    FiniteRepresentation, IntertwinerBasis, Irrep, MathError, Matrix, PermutationGroup,
    Representation, SymmetryIrrep, irrep, irreps, oracle, tolerance,
};

use crate::support::groups::finite as group;

const GROUPS: [&str; 12] = [
    "C1", "C5", "D4", "S3", "S4", "A4", "A5", "Q8", "Dic3", "Th", "C2 x C4", "Q8 x C3",
];

/// Dense matrices in a basis that no irrep prefers: a product of plane rotations.
fn slanted(rho: &FiniteRepresentation) -> FiniteRepresentation {
    let dim = rho.dim();
    let mut basis = Matrix::identity(dim);
    for k in 0..2 * dim {
        let (p, q) = (k % dim, (3 * k + 1) % dim);
        if p != q {
            let (sin, cos) = (1.0 + k as f64).sin_cos();
            for row in basis.values_mut().chunks_mut(dim) {
                (row[p], row[q]) = (cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]);
            }
        }
    }
    rho.in_basis(&basis).unwrap()
}

/// The largest entry of `QᵀQ - 1` and, over the generators, of `ρ(g) Q - Q (⊕ ψ(g))`.
fn defect(parts: &Representation<Irrep>, rho: &FiniteRepresentation) -> f64 {
    let q = parts.change_of_basis();
    let gram = q.transposed().times(q);
    let mut worst = gram.difference(&Matrix::identity(rho.dim()));
    for &g in rho.group().generators() {
        let blocks = parts.parts().iter();
        let blocks: Vec<Matrix> = blocks.map(|irrep| irrep.matrix(&g).unwrap()).collect();
        let sum = q.times(&Matrix::direct_sum(&blocks));
        worst = worst.max(rho.matrix(g).times(q).difference(&sum));
    }
    worst
}

#[test]
fn decompositions_block_diagonalise() {
    for name in GROUPS {
        let group = group(name);
        let regular = FiniteRepresentation::regular(&group);
        for rho in [regular.clone(), slanted(&regular)] {
            let parts = rho.decomposed().unwrap();
            let dims = parts.parts().iter().map(SymmetryIrrep::dim);
            assert_eq!(dims.sum::<usize>(), rho.dim(), "{name}");
            let defect = defect(&parts, &rho);
            assert!(defect < 1e3 * f64::EPSILON, "{name}: {defect}");
            let blocks = rho.in_basis(parts.change_of_basis()).unwrap();
            assert_eq!(parts.parts()[0].representation().dim(), 1);
            let corner = |g| blocks.matrix(g)[(0, 0)];
            assert!(
                group
                    .elements()
                    .all(|g| (corner(g) - 1.0).abs() < tolerance::SIGNED_PERMUTATION)
            );
        }
    }
}

#[test]
fn intertwiners_are_orthonormal_and_complete() {
    for name in GROUPS {
        let group = group(name);
        let all = irreps(&group);
        let last = all.last().unwrap().representation();
        let sum = last.direct_sum(all[0].representation()).unwrap();
        let mixed = slanted(&sum.direct_sum(last).unwrap());
        for (rho, sigma) in [(&sum, &mixed), (&mixed, &sum), (&mixed, &mixed)] {
            let (out, input) = (sigma.decomposed().unwrap(), rho.decomposed().unwrap());
            let basis = IntertwinerBasis::new(&out, &input).unwrap();
            let fast = (0..basis.dim()).map(|i| basis.matrix(i).into_values());
            let fast: Vec<Vec<f64>> = fast.collect();
            let expected = rho.inner_product(sigma).unwrap();
            assert_eq!(fast.len() as f64, expected.round(), "{name}");
            for (i, a) in fast.iter().enumerate() {
                for (j, b) in fast.iter().enumerate() {
                    let product: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
                    let delta = f64::from(u8::from(i == j));
                    assert!((product - delta).abs() < tolerance::INDEPENDENCE, "{name}");
                }
            }
            let slow = oracle::intertwiner_space(sigma, rho).unwrap();
            assert_eq!(fast.len(), slow.len(), "{name}");
            let distance = oracle::span_distance(&fast, &slow);
            assert!(distance < tolerance::INDEPENDENCE, "{name}: {distance}");
            assert!(basis.expand(&vec![1.0; basis.dim() + 1]).is_err());
            let weights: Vec<f64> = (0..basis.dim()).map(|i| i as f64).collect();
            assert_eq!(
                basis.expand(&weights).unwrap().values().len(),
                rho.dim() * sigma.dim()
            );
        }
    }
    let foreign = FiniteRepresentation::trivial(&group("C7"));
    let other = FiniteRepresentation::trivial(&group("C5"))
        .decomposed()
        .unwrap();
    let refused = IntertwinerBasis::new(&other, &foreign.decomposed().unwrap());
    assert!(matches!(refused, Err(MathError::ForeignGroup { .. })));
}

/// A matrix that does not commute is far from the span.
#[test]
fn completeness_can_fail() {
    let plane = irrep(&group("D4"), "E1").unwrap();
    let rho = plane.representation();
    let parts = rho.decomposed().unwrap();
    let basis = IntertwinerBasis::new(&parts, &parts).unwrap();
    let mirror = vec![1.0, 0.0, 0.0, -1.0];
    assert!(oracle::span_distance(&[basis.matrix(0).into_values()], &[mirror]) > 0.1);
}

/// `Hom(Ind σ, ρ) = Hom(σ, Res ρ)` for all subgroups up to conjugacy and all irreps.
#[test]
fn frobenius_reciprocity() {
    for name in ["S4", "Q8", "D6", "A4"] {
        let group = group(name);
        for class in group.subgroup_classes().unwrap() {
            let inclusion = class.representative().inclusion();
            for small in irreps(inclusion.source()) {
                let sigma = small.representation();
                let induced = FiniteRepresentation::induced_from(&inclusion, sigma).unwrap();
                let matrices: Vec<Matrix> = group.elements().map(|g| induced.matrix(g)).collect();
                assert!(FiniteRepresentation::from_matrices(&group, "induced", &matrices).is_ok());
                for large in irreps(&group) {
                    let rho = large.representation();
                    let restricted = rho.restricted_to(&inclusion).unwrap();
                    let left = induced.inner_product(rho).unwrap();
                    let right = sigma.inner_product(&restricted).unwrap();
                    assert!(
                        (left - right).abs() < tolerance::MULTIPLICITY,
                        "{name} {class:?}"
                    );
                }
            }
        }
    }
    let mirror = group("D3").subgroup_generated(&[]).inclusion();
    let foreign = FiniteRepresentation::trivial(&group("C5"));
    assert!(foreign.restricted_to(&mirror).is_err());
    assert!(FiniteRepresentation::induced_from(&mirror, &foreign).is_err());
}

/// `χ_Sym2 = (χ(g)² + χ(g²))/2`, `χ_Alt2 = (χ(g)² - χ(g²))/2`, and the full antisymmetric
/// power is the determinant.
#[test]
fn powers() {
    for name in ["S4", "Q8", "O", "A5"] {
        let group = group(name);
        for irrep in irreps(&group) {
            let rho = irrep.representation();
            let square = rho.symmetric_power(2).unwrap();
            for g in group.elements() {
                let (x, y) = (rho.character(g), rho.character(group.compose(g, g)));
                let defect = square.character(g) - (x * x + y) / 2.0;
                assert!(defect.abs() < tolerance::REPRESENTATION_DEFECT);
            }
            for k in 0..=rho.dim() {
                for power in [
                    rho.symmetric_power(k).unwrap(),
                    rho.antisymmetric_power(k).unwrap(),
                ] {
                    let matrices: Vec<Matrix> = group.elements().map(|g| power.matrix(g)).collect();
                    let checked = FiniteRepresentation::from_matrices(&group, "power", &matrices);
                    assert!(checked.is_ok(), "{name} {} {k}: {checked:?}", irrep.name());
                }
            }
            let top = rho.antisymmetric_power(rho.dim()).unwrap();
            assert_eq!(top.dim(), 1);
            assert!(rho.antisymmetric_power(rho.dim() + 1).is_err());
            if rho.dim() > 1 {
                let alternating = rho.antisymmetric_power(2).unwrap();
                let both = square.direct_sum(&alternating).unwrap();
                assert!(
                    both.is_isomorphic_to(&rho.tensor_product(rho).unwrap())
                        .unwrap()
                );
            }
        }
    }
}

#[test]
fn powers_end_where_they_are_no_longer_exact_or_too_large() {
    let c7 = group("C7");
    let plane = irrep(&c7, "E1").unwrap().representation().clone();
    let power = plane
        .symmetric_power(FiniteRepresentation::MAX_POWER)
        .unwrap();
    let matrices: Vec<Matrix> = c7.elements().map(|g| power.matrix(g)).collect();
    assert!(FiniteRepresentation::from_matrices(&c7, "power", &matrices).is_ok());
    for k in [FiniteRepresentation::MAX_POWER + 1, 10_000, usize::MAX] {
        let error = plane.symmetric_power(k).unwrap_err().to_string();
        assert!(error.contains(&k.to_string()), "{error}");
    }
    // Few minors of 32 of 33 columns, but a thousand million on the way.
    let regular = FiniteRepresentation::regular(&group("C33"));
    assert!(regular.antisymmetric_power(32).is_err());
    let pairs = FiniteRepresentation::regular(&group("C12"))
        .antisymmetric_power(11)
        .unwrap();
    assert_eq!(pairs.dim(), 12);
}

/// Invariants of tensor powers of the permutations of three points (oracles: 1, 2, 5, 14, 41).
#[test]
fn invariants_of_tensor_powers() {
    let s3 = PermutationGroup::symmetric(3).unwrap();
    let points = FiniteRepresentation::of_action(&s3.action()).unwrap();
    let one = FiniteRepresentation::trivial(s3.group());
    let mut power = one.clone();
    for expected in [1, 2, 5, 14, 41] {
        power = power.tensor_product(&points).unwrap();
        let (out, input) = (power.decomposed().unwrap(), one.decomposed().unwrap());
        assert_eq!(IntertwinerBasis::new(&out, &input).unwrap().dim(), expected);
    }
}

#[test]
fn clebsch_gordan_of_all_pairs() {
    for name in ["S4", "A4", "Q8", "A5", "O"] {
        let all = irreps(&group(name));
        for a in &all {
            for b in &all {
                let parts = a.couplings(b).unwrap();
                let dims = parts.iter().map(|part| part.isometry().cols());
                assert_eq!(dims.sum::<usize>(), a.dim() * b.dim());
                for part in &parts {
                    let (c, t) = (part.irrep(), part.isometry());
                    let gram = t.transposed().times(t);
                    assert!(gram.difference(&Matrix::identity(c.dim())) < 1e3 * f64::EPSILON);
                    for g in a.representation().group().generators() {
                        let of = |irrep: &Irrep| irrep.matrix(g).unwrap();
                        let product = of(a).kronecker(&of(b)).times(t);
                        let defect = product.difference(&t.times(&of(c)));
                        assert!(defect < 1e3 * f64::EPSILON, "{name} {a} {b} {c}: {defect}");
                    }
                }
            }
        }
    }
    // The cross product is the copy of T1 in T1 x T1.
    let vector = irrep(&group("O"), "T1").unwrap();
    let parts = vector.couplings(&vector).unwrap();
    let cross = parts
        .iter()
        .find(|part| part.irrep().name() == "T1")
        .unwrap();
    let half = 0.5f64.sqrt();
    let expected = [0.0, 0.0, 0.0, 0.0, 0.0, half, 0.0, -half, 0.0];
    let pairs = cross.isometry().column(0).into_iter().zip(expected);
    assert!(
        pairs
            .into_iter()
            .all(|(a, b)| (a - b).abs() < 8.0 * f64::EPSILON)
    );
}

fn noise(seed: usize, n: usize) -> Vec<f64> {
    (0..n)
        .map(|k| ((seed * 7919 + k) as f64 * 12.9898).sin())
        .collect()
}

#[test]
fn fourier_transforms_turn_convolutions_into_products() {
    for name in GROUPS {
        let group = group(name);
        let n = group.order();
        let transform = FourierTransform::new(&group);
        let (f, h) = (noise(1, n), noise(2, n));
        let mut convolution = vec![0.0; n];
        for g in group.elements() {
            for k in group.elements() {
                let rest = group.compose(group.inverse(k), g);
                convolution[g.index()] += f[k.index()] * h[rest.index()];
            }
        }
        let (a, b) = (
            transform.forward(&f).unwrap(),
            transform.forward(&h).unwrap(),
        );
        let products = a.iter().zip(&b).map(|(x, y)| x.times(y));
        let products: Vec<Matrix> = products.collect();
        let distance = |a: &[f64], b: &[f64]| {
            a.iter()
                .zip(b)
                .map(|(x, y)| (x - y).abs())
                .fold(0.0f64, f64::max)
        };
        let back = transform.inverse(&products).unwrap();
        assert!(
            distance(&back, &convolution) < tolerance::REPRESENTATION_DEFECT,
            "{name}"
        );
        let round_trip = transform.inverse(&a).unwrap();
        assert!(
            distance(&round_trip, &f) < tolerance::REPRESENTATION_DEFECT,
            "{name}"
        );
        if n > 1 {
            // The theorem can fail: for other coefficients the result is another function.
            let wrong = transform.inverse(&b).unwrap();
            assert!(distance(&wrong, &convolution) > 0.01, "{name}");
        }
        assert!(transform.forward(&f[1..]).is_err() && transform.inverse(&a[1..]).is_err());
    }
}

/// The butterflies against the sums over the group, for all `C_n` and `D_n` to 64 and longer
/// ones: powers of two, products of small primes, a large prime and twice one.
#[test]
fn fast_fourier_transforms_agree_with_the_sums() {
    let long = ["C512", "C600", "C997", "D343", "D499", "D512"].map(str::to_string);
    let names = (1..=64).flat_map(|n| [format!("C{n}"), format!("D{n}")]);
    for name in names.chain(long) {
        let group = group(&name);
        let f = noise(3, group.order());
        let slow = FourierTransform::new(&group);
        let fast = FastFourierTransform::new(&group).unwrap();
        let expected = slow.forward(&f).unwrap();
        let found = fast.forward(&f).unwrap();
        assert_eq!(found.len(), expected.len(), "{name}");
        for (a, b) in found.iter().zip(&expected) {
            let worst = a.difference(b);
            assert!(worst < tolerance::REPRESENTATION_DEFECT, "{name}: {worst}");
        }
        // Also for coefficients that are no transform: matrices without structure.
        let mut broken = expected.clone();
        broken.iter_mut().for_each(|matrix| matrix[(0, 0)] += 1.0);
        for coefficients in [&expected, &broken] {
            let a = fast.inverse(coefficients).unwrap();
            let b = slow.inverse(coefficients).unwrap();
            let worst = a
                .iter()
                .zip(&b)
                .fold(0.0f64, |w, (x, y)| w.max((x - y).abs()));
            assert_eq!(a.len(), b.len());
            assert!(worst < tolerance::REPRESENTATION_DEFECT, "{name}: {worst}");
        }
        assert!(fast.forward(&f[1..]).is_err() && fast.inverse(&expected[1..]).is_err());
    }
    let refused = FastFourierTransform::new(&group("S4"));
    assert!(matches!(refused, Err(MathError::NoFastTransform { .. })));
}
