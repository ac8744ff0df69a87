//! Representations of compact groups: sums, products, powers, restriction, induction,
//! decomposition, intertwiners.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::laws;
use schur_math::{
    CompactElement, CompactGroup, CompactHomomorphism, IntertwinerBasis, MathError, Matrix, Parity,
    PlanarGroup, Representation, SpaceIsometry, SpatialGroup, SpatialIrrep, SpinRotations,
    SymmetryGroup, SymmetryIrrep, oracle,
};

use crate::support::tolerance as bounds;

use crate::support::compact::{assert_representation, elements, sum};

/// An orthogonal matrix without zeros: a Cayley transform of a fixed skew matrix.
fn mixed(dim: usize) -> Matrix {
    // (1 - S)(1 + S)⁻¹ by products of plane rotations instead of an inverse.
    let mut q = Matrix::identity(dim);
    for i in 0..dim {
        for j in i + 1..dim {
            let (sin, cos) = (0.3 + (i + 2 * j) as f64).sin_cos();
            let mut turn = Matrix::identity(dim);
            (turn[(i, i)], turn[(j, j)]) = (cos, cos);
            (turn[(i, j)], turn[(j, i)]) = (-sin, sin);
            q = turn.times(&q);
        }
    }
    q
}

fn algebra<G: SymmetryGroup>(group: &G, left: &[&str], right: &[&str]) {
    let a = sum(group, left);
    let a = a.in_basis(&mixed(a.dim())).unwrap();
    let b = sum(group, right);
    let b = b.in_basis(&mixed(b.dim())).unwrap();
    let (plus, times) = (a.direct_sum(&b).unwrap(), a.tensor_product(&b).unwrap());
    assert_representation(&plus);
    assert_representation(&times);
    for g in elements(group, 3) {
        let (x, y) = (a.matrix(&g).unwrap(), b.matrix(&g).unwrap());
        let product = times.matrix(&g).unwrap();
        assert!(
            product.difference(&x.kronecker(&y)) < bounds::DENSE,
            "{group}"
        );
        let (u, v) = (a.character(&g).unwrap(), b.character(&g).unwrap());
        assert!((plus.character(&g).unwrap() - u - v).abs() < bounds::DENSE);
    }
    // Schur's count is the mean product of characters.
    for (x, y) in [(&a, &b), (&plus, &times), (&times, &times)] {
        let schur = x.inner_product(y).unwrap() as f64;
        let mean = x.inner_product_by_quadrature(y).unwrap();
        assert!(
            (schur - mean).abs() < bounds::DENSE * schur.max(1.0),
            "{group} {schur} {mean}"
        );
    }
    // Powers: squares split, and the characters are those of Newton.
    if a.dim() * a.dim() <= 64 {
        let square = a.tensor_product(&a).unwrap();
        let (even, odd) = (
            a.symmetric_power(2).unwrap(),
            a.antisymmetric_power(2).unwrap(),
        );
        assert_representation(&even);
        assert!(
            square
                .is_isomorphic_to(&even.direct_sum(&odd).unwrap())
                .unwrap()
        );
        for g in elements(group, 3) {
            let chi = a.character(&g).unwrap();
            let chi2 = a.character(&group.compose(&g, &g)).unwrap();
            let expected = (chi * chi + chi2) / 2.0;
            assert!((even.character(&g).unwrap() - expected).abs() < bounds::DENSE);
        }
    }
    // A function is recognised, and its irreps are found again.
    let found: Representation<G::Irrep> =
        Representation::from_function(group, plus.dim(), plus.band(), |g| plus.matrix(g)).unwrap();
    assert!(found.is_isomorphic_to(&plus).unwrap() && found == plus);
    assert_eq!(a == b, left == right);
}

#[test]
fn sums_products_and_powers() {
    algebra(&PlanarGroup::so2(), &["A", "E1"], &["E1", "E3"]);
    algebra(&PlanarGroup::o2(), &["A2", "E1"], &["E1", "A1", "E2"]);
    algebra(&SpatialGroup::so3(), &["1", "0"], &["1", "2"]);
    algebra(&SpatialGroup::o3(), &["1-", "0-"], &["1+", "1-"]);
    algebra(&SpinRotations, &["1/2"], &["1", "1/2"]);
    let group = |name| CompactGroup::parse(name).unwrap();
    algebra(&group("cone"), &["E1", "A1"], &["E1"]);
    algebra(&group("cylinder"), &["E1 x B", "A x A"], &["E1 x B"]);
    algebra(
        &group("SO(2) x SO(2)"),
        &["E1 x E1*"],
        &["E1 x E1", "A x E1"],
    );
    algebra(&group("O(3) x S3"), &["1- x 1'"], &["0+ x 2"]);
    algebra(&group("SU(2) x Q8"), &["1/2 x 4"], &["1/2 x 1"]);
}

#[test]
fn invariants_of_powers_of_vectors_exist() {
    // Dimensions of the invariants of V^k in SO(2), O(2), SO(3), O(3), by repeated products.
    fn counts<I: SymmetryIrrep>(vector: &Representation<I>, powers: usize) -> Vec<usize> {
        let trivial = Representation::trivial(vector.group());
        let mut power = trivial.clone();
        let mut counts = vec![1];
        for _ in 0..powers {
            power = power.tensor_product(vector).unwrap();
            counts.push(power.inner_product(&trivial).unwrap());
        }
        counts
    }
    assert_eq!(
        counts(&sum(&PlanarGroup::so2(), &["E1"]), 8),
        [1, 0, 2, 0, 6, 0, 20, 0, 70]
    );
    assert_eq!(
        counts(&sum(&PlanarGroup::o2(), &["E1"]), 8),
        [1, 0, 1, 0, 3, 0, 10, 0, 35]
    );
    assert_eq!(
        counts(&sum(&SpatialGroup::so3(), &["1"]), 5),
        [1, 0, 1, 1, 3, 6]
    );
    assert_eq!(
        counts(&sum(&SpatialGroup::o3(), &["1-"]), 5),
        [1, 0, 1, 0, 3, 0]
    );
}

#[test]
fn intertwiners_are_complete() {
    fn check<G: SymmetryGroup>(group: &G, left: &[&str], right: &[&str]) {
        let (a, b) = (sum(group, left), sum(group, right));
        let (a, b) = (
            a.in_basis(&mixed(a.dim())).unwrap(),
            b.in_basis(&mixed(b.dim())).unwrap(),
        );
        let basis = IntertwinerBasis::new(&b, &a).unwrap();
        assert_eq!(basis.dim(), a.inner_product(&b).unwrap());
        let mean = a.inner_product_by_quadrature(&b).unwrap();
        assert!((basis.dim() as f64 - mean).abs() < bounds::DENSE);
        let maps: Vec<Matrix> = (0..basis.dim()).map(|i| basis.matrix(i)).collect();
        let sample = elements(group, 3);
        let (source, target) = (|g: &_| a.matrix(g).unwrap(), |g: &_| b.matrix(g).unwrap());
        for (i, map) in maps.iter().enumerate() {
            laws::intertwining_at(&sample, map, &source, &target, bounds::DENSE).unwrap();
            for (j, other) in maps.iter().enumerate() {
                let product = map.transposed().times(other).trace();
                assert!((product - f64::from(u8::from(i == j))).abs() < bounds::DENSE);
            }
        }
        let weights: Vec<f64> = (0..basis.dim()).map(|i| 1.0 + i as f64).collect();
        let map = basis.expand(&weights).unwrap();
        laws::intertwining_at(&sample, &map, &source, &target, bounds::DENSE * 100.0).unwrap();
        assert!(basis.expand(&[weights, vec![0.0]].concat()).is_err());
        // The null space over generators, and over random elements.
        let mut generator = ChaCha8Rng::seed_from_u64(5);
        let random: Vec<_> = (0..3).map(|_| group.random(&mut generator)).collect();
        for some in [
            group.generators(),
            [&random[..], &group.generators()].concat(),
        ] {
            let matrices = |rho: &Representation<G::Irrep>| -> Vec<Matrix> {
                some.iter().map(|g| rho.matrix(g).unwrap()).collect()
            };
            let slow = oracle::intertwiner_space_at(&matrices(&b), &matrices(&a)).unwrap();
            assert_eq!(slow.len(), basis.dim(), "{group}");
            if !maps.is_empty() {
                let maps: Vec<Vec<f64>> = maps.iter().map(|m| m.values().to_vec()).collect();
                assert!(oracle::span_distance(&maps, &slow) < bounds::DENSE);
            }
        }
    }
    check(
        &PlanarGroup::so2(),
        &["A", "E1", "E2"],
        &["E1", "E1", "A", "E3"],
    );
    check(&PlanarGroup::o2(), &["A1", "E1"], &["E1", "A2", "A1"]);
    check(&SpatialGroup::so3(), &["0", "1", "1"], &["1", "2"]);
    check(&SpatialGroup::o3(), &["1-", "1+"], &["1-", "0-"]);
    check(&SpinRotations, &["1/2", "0"], &["1/2", "1/2", "1"]);
    check(
        &CompactGroup::parse("SO(2) x SO(2)").unwrap(),
        &["E1 x E1"],
        &["E1 x E1", "E1 x E1*"],
    );
    check(
        &CompactGroup::parse("cone").unwrap(),
        &["A1"],
        &["A2", "E1"],
    );
    // A map that does not commute is rejected.
    let vector = sum(&SpatialGroup::so3(), &["1"]);
    let matrix = |g: &_| vector.matrix(g).unwrap();
    let sample = elements(&SpatialGroup::so3(), 2);
    let broken = Matrix::from([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]);
    assert!(laws::intertwining_at(&sample, &broken, &matrix, &matrix, bounds::DENSE).is_err());
    assert!(oracle::intertwiner_space_at(&[Matrix::identity(1)], &[]).is_err());
    assert!(oracle::intertwiner_space_at(&[Matrix::identity(1)], &[[[1.0, 2.0]].into()]).is_err());
}

#[test]
fn wrong_functions_are_refused() {
    type Rho = Representation<SpatialIrrep>;
    let o3 = SpatialGroup::o3();
    let square = |g: &SpaceIsometry| Ok(g.compose(g).matrix().into());
    let error = Rho::from_function(&o3, 3, 2, square)
        .unwrap_err()
        .to_string();
    assert!(error.contains("homomorphism fails"), "{error}");
    let stretched = |g: &SpaceIsometry| {
        let m = g.matrix().concat();
        // Conjugated by diag(2, 1, 1): a homomorphism that is not orthogonal.
        let factors = [1.0, 2.0, 2.0, 0.5, 1.0, 1.0, 0.5, 1.0, 1.0];
        Matrix::new(3, 3, m.iter().zip(factors).map(|(v, f)| v * f).collect())
    };
    let error = Rho::from_function(&o3, 3, 1, stretched)
        .unwrap_err()
        .to_string();
    assert!(error.contains("orthogonality fails"), "{error}");
    let two = o3.irrep("2+").unwrap();
    let narrow = Rho::from_function(&o3, 5, 1, |g| SymmetryIrrep::matrix(&two, g));
    assert!(matches!(
        narrow,
        Err(MathError::Band { .. } | MathError::Multiplicity { .. })
    ));
    let short = Rho::from_function(&o3, 2, 1, |_| Ok(Matrix::identity(1)));
    assert!(matches!(short, Err(MathError::Length { .. })));
    // Right at the probes, but no homomorphism: the sign changes elsewhere.
    let probes = o3.probes();
    let probed = move |g: &SpaceIsometry| {
        let known = |h: &SpaceIsometry| h.distance(g) < bounds::SMALL_ANGLE;
        let pairs = probes
            .iter()
            .flat_map(|a| probes.iter().map(|b| a.compose(b)));
        let sign = if pairs.into_iter().any(|h| known(&h)) {
            1.0
        } else {
            -1.0
        };
        Ok(Matrix::from([[sign]]))
    };
    assert!(Rho::from_function(&o3, 1, 1, probed).is_err());
    let nonsense = |_: &SpaceIsometry| Ok(Matrix::from([[f64::NAN]]));
    assert!(Rho::from_function(&o3, 1, 1, nonsense).is_err());
    let (a, b) = (
        o3.irrep("1-").unwrap(),
        SpatialGroup::so3().irrep("1").unwrap(),
    );
    assert!(Rho::new(&o3, vec![a.clone(), b.clone()], None).is_err());
    assert!(Rho::new(&o3, vec![a.clone()], Some(Matrix::from([[1.0; 3]; 3]))).is_err());
    assert!(Rho::new(&o3, vec![a.clone()], Some(Matrix::from([[1.0; 2]; 2]))).is_err());
    let rho = Rho::new(&o3, vec![a], None).unwrap();
    assert!(rho.in_basis(&Matrix::identity(1)).is_err());
    assert!(rho.antisymmetric_power(4).is_err());
    // It fits, but its matrices on all points of the quadrature would take hours.
    let error = rho.symmetric_power(30).unwrap_err().to_string();
    assert!(error.contains("the power 30"), "{error}");
    let other = Rho::new(&SpatialGroup::so3(), vec![b], None).unwrap();
    assert!(rho.direct_sum(&other).is_err() && rho.tensor_product(&other).is_err());
    assert!(rho.inner_product(&other).is_err() && rho.is_isomorphic_to(&other).is_err());
    assert!(IntertwinerBasis::new(&other, &rho).is_err());
    let inverted = CompactHomomorphism::new(o3.clone(), o3.clone(), 1, |g| Ok(g.inverse()));
    assert!(inverted.is_err());
    let outside = CompactHomomorphism::new(o3, SpatialGroup::so3(), 1, |g| Ok(*g));
    assert!(outside.is_err());
}

#[test]
fn bases_and_parts_fit() {
    let o3 = SpatialGroup::o3();
    let rho = sum(&o3, &["1-", "0+"]);
    let rotated = rho.in_basis(&mixed(4)).unwrap();
    let back = mixed(4).transposed();
    assert_eq!(rotated.in_basis(&back).unwrap(), rho);
    assert_ne!(rotated, rho);
    let g = SpaceIsometry::random(&mut ChaCha8Rng::seed_from_u64(1));
    let q = rotated.change_of_basis();
    let parts = rho.matrix(&g).unwrap();
    let rebuilt = q.times(&parts).times(&q.transposed());
    assert!(rebuilt.difference(&rotated.matrix(&g).unwrap()) < bounds::DENSE);
    assert_eq!(rho.parts()[0], SpatialIrrep::o3(1, Parity::Odd).unwrap());
    assert_eq!(rho.band(), 1);
    let nothing = Representation::<SpatialIrrep>::new(&o3, Vec::new(), None).unwrap();
    assert_eq!(nothing.tensor_product(&rho).unwrap().dim(), 0);
    assert_eq!(
        nothing.matrix(&SpaceIsometry::identity()).unwrap().values(),
        []
    );
    assert_eq!(nothing.direct_sum(&rho).unwrap().dim(), 4);
    assert_eq!(rho.symmetric_power(0).unwrap().to_string(), "0+");
}
