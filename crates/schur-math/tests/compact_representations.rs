//! Representations of compact groups: sums, products, powers, restriction, induction,
//! decomposition, intertwiners.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::laws;
use schur_math::{
    CompactElement, CompactGroup, CompactHomomorphism, CompactRepresentation, FiniteSubgroup,
    MathError, Parity, PlaneIrrep, PlaneRotation, PlaneRotations, SpaceIrrep, SpaceRotation,
    SpaceRotations, SpinRotations, SymmetryGroup, SymmetryIrrep, UnitQuaternion,
    compact_intertwiner_basis, decompose, irreps, oracle,
};

#[path = "bounds/tolerance.rs"]
mod bounds;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/compact.rs"]
mod support;

use support::{difference, elements, kronecker, multiply, transpose};

fn sum<G: SymmetryGroup>(group: &G, names: &[&str]) -> CompactRepresentation<G::Irrep> {
    let irreps = names.iter().map(|name| group.irrep(name).unwrap());
    CompactRepresentation::new(group, irreps.collect(), None).unwrap()
}

/// An orthogonal matrix without zeros: a Cayley transform of a fixed skew matrix.
fn mixed(dim: usize) -> Vec<f64> {
    // (1 - S)(1 + S)⁻¹ by products of plane rotations instead of an inverse.
    let mut q = support::identity(dim);
    for i in 0..dim {
        for j in i + 1..dim {
            let (sin, cos) = (0.3 + (i + 2 * j) as f64).sin_cos();
            let mut turn = support::identity(dim);
            (turn[i * dim + i], turn[j * dim + j]) = (cos, cos);
            (turn[i * dim + j], turn[j * dim + i]) = (-sin, sin);
            q = multiply(&turn, &q, dim);
        }
    }
    q
}

/// Homomorphism, orthogonality, character.
fn assert_representation<I: SymmetryIrrep>(rho: &CompactRepresentation<I>) {
    let group = rho.group();
    let sample = elements(group, 4);
    let matrix = |g: &_| rho.matrix(g).unwrap();
    let compose = |g: &_, h: &_| group.compose(g, h);
    laws::homomorphism_at(&sample, &compose, &matrix, bounds::DENSE).unwrap();
    laws::orthogonality_at(&sample, &matrix, bounds::DENSE).unwrap();
    for g in &sample {
        let trace: f64 = matrix(g).iter().step_by(rho.dim() + 1).sum();
        assert!((trace - rho.character(g).unwrap()).abs() < bounds::DENSE);
    }
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
            difference(&product, &kronecker(&x, &y)) < bounds::DENSE,
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
    let found: CompactRepresentation<G::Irrep> =
        CompactRepresentation::from_function(group, plus.dim(), plus.band(), |g| plus.matrix(g))
            .unwrap();
    assert!(found.is_isomorphic_to(&plus).unwrap() && found.has_matrices_of(&plus).unwrap());
    assert!(a.dual().has_matrices_of(&a).unwrap());
    assert_eq!(a == b, left == right);
}

#[test]
fn sums_products_and_powers() {
    algebra(&PlaneRotations::SO2, &["A", "E1"], &["E1", "E3"]);
    algebra(&PlaneRotations::O2, &["A2", "E1"], &["E1", "A1", "E2"]);
    algebra(&SpaceRotations::SO3, &["1", "0"], &["1", "2"]);
    algebra(&SpaceRotations::O3, &["1-", "0-"], &["1+", "1-"]);
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
    fn counts<I: SymmetryIrrep>(vector: &CompactRepresentation<I>, powers: usize) -> Vec<usize> {
        let trivial = CompactRepresentation::trivial(vector.group()).unwrap();
        let mut power = trivial.clone();
        let mut counts = vec![1];
        for _ in 0..powers {
            power = power.tensor_product(vector).unwrap();
            counts.push(power.inner_product(&trivial).unwrap());
        }
        counts
    }
    assert_eq!(
        counts(&sum(&PlaneRotations::SO2, &["E1"]), 8),
        [1, 0, 2, 0, 6, 0, 20, 0, 70]
    );
    assert_eq!(
        counts(&sum(&PlaneRotations::O2, &["E1"]), 8),
        [1, 0, 1, 0, 3, 0, 10, 0, 35]
    );
    assert_eq!(
        counts(&sum(&SpaceRotations::SO3, &["1"]), 5),
        [1, 0, 1, 1, 3, 6]
    );
    assert_eq!(
        counts(&sum(&SpaceRotations::O3, &["1-"]), 5),
        [1, 0, 1, 0, 3, 0]
    );
}

#[test]
fn restrictions_are_those_of_the_books() {
    let two = |name: &str| sum(&SpaceRotations::SO3, &[name]);
    let axial = CompactHomomorphism::axial().unwrap();
    let dihedral = CompactHomomorphism::dihedral().unwrap();
    let cone = CompactHomomorphism::cone().unwrap();
    let shown = |rho: CompactRepresentation<PlaneIrrep>| rho.to_string();
    assert_eq!(
        shown(two("3").restricted_to(&axial).unwrap()),
        "A + E1 + E2 + E3"
    );
    // Half turns about y change the sign of z, and of Y_{l0} for odd l.
    assert_eq!(shown(two("1").restricted_to(&dihedral).unwrap()), "A2 + E1");
    assert_eq!(
        shown(two("2").restricted_to(&dihedral).unwrap()),
        "A1 + E1 + E2"
    );
    let polar = sum(&SpaceRotations::O3, &["1-"]);
    let pseudo = sum(&SpaceRotations::O3, &["1+"]);
    assert_eq!(shown(polar.restricted_to(&cone).unwrap()), "A1 + E1");
    assert_eq!(shown(pseudo.restricted_to(&cone).unwrap()), "A2 + E1");
    let inside = CompactHomomorphism::so3_in_o3().unwrap();
    assert_eq!(polar.restricted_to(&inside).unwrap().to_string(), "1");
    let covering = CompactHomomorphism::covering().unwrap();
    assert_eq!(two("2").restricted_to(&covering).unwrap().to_string(), "2");
    let full = CompactGroup::parse("full cylinder").unwrap();
    let full = CompactHomomorphism::on_space(&full, SpaceRotations::O3).unwrap();
    assert_eq!(
        polar.restricted_to(&full).unwrap().to_string(),
        "A2 x B + E1 x B"
    );
    let spin =
        CompactHomomorphism::on_space(&CompactGroup::parse("SU(2)").unwrap(), SpaceRotations::O3)
            .unwrap();
    assert_eq!(pseudo.restricted_to(&spin).unwrap().to_string(), "1");
    let flat = CompactHomomorphism::so2_in_o2().unwrap();
    let plane = sum(&PlaneRotations::O2, &["A2", "E3"]);
    assert_eq!(shown(plane.restricted_to(&flat).unwrap()), "A + E3");
    // In two steps or in one, in any orientation: the matrices are those of ρ.
    let chain = axial.then(&inside).unwrap();
    let tilt = SpaceRotation::from_axis_angle([1.0, 2.0, 0.5], 0.8).unwrap();
    let tilted = chain.conjugated_by(&tilt).unwrap();
    for rho in [&polar, &pseudo.tensor_product(&polar).unwrap()] {
        for homomorphism in [&chain, &tilted, &cone, &cone.conjugated_by(&tilt).unwrap()] {
            let restricted = rho.restricted_to(homomorphism).unwrap();
            for h in elements(homomorphism.source(), 3) {
                let image = homomorphism.apply(&h).unwrap();
                let (a, b) = (restricted.matrix(&h).unwrap(), rho.matrix(&image).unwrap());
                assert!(difference(&a, &b) < bounds::DENSE);
            }
        }
    }
    // Groups chosen by name.
    let named = |name: &str| CompactGroup::parse(name).unwrap();
    let product = named("O(3) x S3");
    let inside = CompactHomomorphism::factor(&product, 0, SpaceRotations::O3).unwrap();
    let rho = sum(&product, &["1- x 2", "0+ x 1"]);
    assert_eq!(rho.restricted_to(&inside).unwrap().to_string(), "2 1- + 0+");
    let cylinder = CompactHomomorphism::on_space(&named("cylinder"), SpaceRotations::O3).unwrap();
    let rho = rho.restricted_to(&cylinder.then(&inside).unwrap()).unwrap();
    assert_eq!(rho.to_string(), "2 A x B + 2 E1 x B + A x A");
    assert!(CompactHomomorphism::factor(&product, 1, SpaceRotations::O3).is_err());
    assert!(CompactHomomorphism::factor(&product, 2, SpaceRotations::O3).is_err());
    assert!(CompactHomomorphism::on_space(&named("cone"), SpaceRotations::SO3).is_err());
    assert!(CompactHomomorphism::on_space(&named("O(2)"), SpaceRotations::O3).is_err());
    let plane = CompactHomomorphism::on_plane(&named("O(2)"), PlaneRotations::O2).unwrap();
    assert_eq!(
        sum(&PlaneRotations::O2, &["E2"])
            .restricted_to(&plane)
            .unwrap()
            .to_string(),
        "E2"
    );
    assert!(CompactHomomorphism::on_plane(&named("O(2)"), PlaneRotations::SO2).is_err());
    assert!(two("1").restricted_to(&cone).is_err());
    assert!(flat.then(&axial).is_err());
}

#[test]
fn induction_is_adjoint_to_restriction() {
    let flat = CompactHomomorphism::so2_in_o2().unwrap();
    for name in ["A", "E1", "E2"] {
        let rho = sum(&PlaneRotations::SO2, &[name]);
        let induced = rho.induced_to(&flat).unwrap();
        assert_representation(&induced);
        for sigma in PlaneRotations::O2.irreps(2).unwrap() {
            let sigma = CompactRepresentation::irreducible(&sigma);
            let down = rho
                .inner_product(&sigma.restricted_to(&flat).unwrap())
                .unwrap();
            assert_eq!(induced.inner_product(&sigma).unwrap(), down, "{name}");
        }
    }
    let inside = CompactHomomorphism::so3_in_o3().unwrap();
    let rho = sum(&SpaceRotations::SO3, &["2", "0"]);
    let induced = rho.induced_to(&inside).unwrap();
    assert_eq!(induced.to_string(), "0+ + 0- + 2+ + 2-");
    // Without cosets, with too few, with a wrong lift.
    let axial = CompactHomomorphism::axial().unwrap();
    let plane = sum(&PlaneRotations::SO2, &["A"]);
    let error = plane.induced_to(&axial).unwrap_err();
    assert!(error.to_string().contains("with_cosets"), "{error}");
    let bare = || CompactHomomorphism::new(PlaneRotations::SO2, PlaneRotations::O2, 1, |g| Ok(*g));
    let proper = |g: &PlaneRotation| (!g.is_reflected()).then_some(*g);
    let one = vec![PlaneRotation::IDENTITY];
    assert!(bare().unwrap().with_cosets(one, proper).is_err());
    let both = vec![PlaneRotation::IDENTITY, PlaneRotation::MIRROR];
    assert!(bare().unwrap().with_cosets(both.clone(), proper).is_ok());
    assert!(
        bare()
            .unwrap()
            .with_cosets(both, |g| Some(g.inverse()))
            .is_err()
    );
}

#[test]
fn finite_subgroups_in_any_orientation() -> Result<(), MathError> {
    let tilt = SpaceRotation::from_axis_angle([0.3, 1.0, -2.0], 1.1)?;
    let rho = sum(&SpaceRotations::O3, &["2+", "1-"]);
    for name in ["C4v", "D3d", "Th", "Oh"] {
        let upright = FiniteSubgroup::point_group(name)?;
        let tilted = upright.conjugated_by(&tilt);
        let (straight, crooked) = (
            CompactHomomorphism::of_finite(&upright, SpaceRotations::O3)?,
            CompactHomomorphism::of_finite(&tilted, SpaceRotations::O3)?,
        );
        let (a, b) = (rho.restricted_to(&straight)?, rho.restricted_to(&crooked)?);
        assert!(a.is_isomorphic_to(&b)?, "{name}");
        assert!(!a.has_matrices_of(&b)?, "{name}");
        // The same multiplicities by the finite decomposition.
        let finite = rho.restricted_to_finite(&tilted)?;
        for (index, irrep) in irreps(tilted.group())?.iter().enumerate() {
            let parts = decompose(&finite)?;
            let count = parts
                .iter()
                .find(|(i, _)| *i == index)
                .map_or(0, |(_, m)| *m);
            assert_eq!(b.multiplicity(irrep), count, "{name} {irrep}");
        }
    }
    let mirrored = FiniteSubgroup::point_group("C4v")?;
    assert!(CompactHomomorphism::of_finite(&mirrored, SpaceRotations::SO3).is_err());
    let i = UnitQuaternion::new(0.0, 1.0, 0.0, 0.0)?;
    let j = UnitQuaternion::new(0.0, 0.0, 1.0, 0.0)?;
    let q8 = FiniteSubgroup::generated_by("Q8", &[i, j])?;
    let inclusion = CompactHomomorphism::of_finite(&q8, SpinRotations)?;
    let spinor = CompactRepresentation::irreducible(&SpinRotations.irrep("1/2")?);
    let restricted = spinor.restricted_to(&inclusion)?;
    assert_eq!((restricted.irreps().len(), restricted.dim()), (1, 4));
    Ok(())
}

#[test]
fn branching_to_the_polyhedral_groups() {
    let names = [["A1", "A2", "E", "T1", "T2"], ["A", "T1", "T2", "G", "H"]];
    let groups = ["O", "I"].map(|name| {
        let point = FiniteSubgroup::point_group(name).unwrap();
        CompactHomomorphism::of_finite(&point, SpaceRotations::SO3).unwrap()
    });
    for row in golden::rows("branching.csv") {
        let [which, degree, part, multiplicity] = row.numbers();
        let inclusion = &groups[which as usize];
        let rho = sum(&SpaceRotations::SO3, &[&degree.to_string()]);
        let restricted = rho.restricted_to(inclusion).unwrap();
        let irrep = inclusion
            .source()
            .irrep(names[which as usize][part as usize])
            .unwrap();
        let found = restricted.multiplicity(&irrep) as f64;
        assert!(
            (found - multiplicity).abs() < row.tolerance(),
            "{row:?} {found}"
        );
    }
}

#[test]
fn intertwiners_are_complete() {
    fn check<G: SymmetryGroup>(group: &G, left: &[&str], right: &[&str]) {
        let (a, b) = (sum(group, left), sum(group, right));
        let (a, b) = (
            a.in_basis(&mixed(a.dim())).unwrap(),
            b.in_basis(&mixed(b.dim())).unwrap(),
        );
        let basis = compact_intertwiner_basis(&a, &b).unwrap();
        assert_eq!(basis.dim(), a.inner_product(&b).unwrap());
        let mean = a.inner_product_by_quadrature(&b).unwrap();
        assert!((basis.dim() as f64 - mean).abs() < bounds::DENSE);
        let maps: Vec<Vec<f64>> = (0..basis.dim()).map(|i| basis.matrix(i)).collect();
        let sample = elements(group, 3);
        let (source, target) = (|g: &_| a.matrix(g).unwrap(), |g: &_| b.matrix(g).unwrap());
        for (i, map) in maps.iter().enumerate() {
            laws::intertwining_at(&sample, map, &source, &target, bounds::DENSE).unwrap();
            for (j, other) in maps.iter().enumerate() {
                let product: f64 = map.iter().zip(other).map(|(x, y)| x * y).sum();
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
            let matrices = |rho: &CompactRepresentation<G::Irrep>| -> Vec<Vec<f64>> {
                some.iter().map(|g| rho.matrix(g).unwrap()).collect()
            };
            let slow = oracle::intertwiner_space_at(&matrices(&b), &matrices(&a)).unwrap();
            assert_eq!(slow.len(), basis.dim(), "{group}");
            if !maps.is_empty() {
                assert!(oracle::span_distance(&maps, &slow) < bounds::DENSE);
            }
        }
    }
    check(
        &PlaneRotations::SO2,
        &["A", "E1", "E2"],
        &["E1", "E1", "A", "E3"],
    );
    check(&PlaneRotations::O2, &["A1", "E1"], &["E1", "A2", "A1"]);
    check(&SpaceRotations::SO3, &["0", "1", "1"], &["1", "2"]);
    check(&SpaceRotations::O3, &["1-", "1+"], &["1-", "0-"]);
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
    let vector = sum(&SpaceRotations::SO3, &["1"]);
    let matrix = |g: &_| vector.matrix(g).unwrap();
    let sample = elements(&SpaceRotations::SO3, 2);
    let broken = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0];
    assert!(laws::intertwining_at(&sample, &broken, &matrix, &matrix, bounds::DENSE).is_err());
    assert!(oracle::intertwiner_space_at(&[vec![1.0]], &[]).is_err());
    assert!(oracle::intertwiner_space_at(&[vec![1.0]], &[vec![1.0, 2.0]]).is_err());
}

#[test]
fn wrong_functions_are_refused() {
    type Rho = CompactRepresentation<SpaceIrrep>;
    let o3 = SpaceRotations::O3;
    let square = |g: &SpaceRotation| Ok(g.compose(g).matrix().concat());
    let error = Rho::from_function(&o3, 3, 2, square)
        .unwrap_err()
        .to_string();
    assert!(error.contains("homomorphism fails"), "{error}");
    let stretched = |g: &SpaceRotation| {
        let m = g.matrix().concat();
        // Conjugated by diag(2, 1, 1): a homomorphism that is not orthogonal.
        let factors = [1.0, 2.0, 2.0, 0.5, 1.0, 1.0, 0.5, 1.0, 1.0];
        Ok(m.iter().zip(factors).map(|(v, f)| v * f).collect())
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
    let short = Rho::from_function(&o3, 2, 1, |_| Ok(vec![1.0]));
    assert!(matches!(short, Err(MathError::Length { .. })));
    // Not continuous, though a homomorphism wherever one looks at finite order.
    let (a, b) = (
        o3.irrep("1-").unwrap(),
        SpaceRotations::SO3.irrep("1").unwrap(),
    );
    assert!(Rho::new(&o3, vec![a, b], None).is_err());
    assert!(Rho::new(&o3, vec![a], Some(vec![1.0; 9])).is_err());
    assert!(Rho::new(&o3, vec![a], Some(vec![1.0; 4])).is_err());
    let rho = Rho::new(&o3, vec![a], None).unwrap();
    assert!(rho.in_basis(&[1.0]).is_err());
    assert!(rho.antisymmetric_power(4).is_err());
    let other = Rho::new(&SpaceRotations::SO3, vec![b], None).unwrap();
    assert!(rho.direct_sum(&other).is_err() && rho.tensor_product(&other).is_err());
    assert!(rho.inner_product(&other).is_err() && rho.is_isomorphic_to(&other).is_err());
    assert!(compact_intertwiner_basis(&rho, &other).is_err());
    let inverted = CompactHomomorphism::new(o3, o3, 1, |g| Ok(g.inverse()));
    assert!(inverted.is_err());
    let outside = CompactHomomorphism::new(o3, SpaceRotations::SO3, 1, |g| Ok(*g));
    assert!(outside.is_err());
}

#[test]
fn bases_and_parts_fit() {
    let o3 = SpaceRotations::O3;
    let rho = sum(&o3, &["1-", "0+"]);
    let rotated = rho.in_basis(&mixed(4)).unwrap();
    let back = transpose(&mixed(4), 4);
    assert!(
        rotated
            .in_basis(&back)
            .unwrap()
            .has_matrices_of(&rho)
            .unwrap()
    );
    assert!(!rotated.has_matrices_of(&rho).unwrap());
    let g = SpaceRotation::random(&mut ChaCha8Rng::seed_from_u64(1));
    let q = rotated.change_of_basis();
    let parts = rho.matrix(&g).unwrap();
    let rebuilt = multiply(&multiply(&q, &parts, 4), &transpose(&q, 4), 4);
    assert!(difference(&rebuilt, &rotated.matrix(&g).unwrap()) < bounds::DENSE);
    assert_eq!(rho.irreps()[0], SpaceIrrep::o3(1, Parity::Odd).unwrap());
    assert_eq!(rho.band(), 1);
    let nothing = CompactRepresentation::<SpaceIrrep>::new(&o3, Vec::new(), None).unwrap();
    assert_eq!(nothing.tensor_product(&rho).unwrap().dim(), 0);
    assert_eq!(nothing.matrix(&SpaceRotation::identity()).unwrap(), []);
    assert_eq!(nothing.direct_sum(&rho).unwrap().dim(), 4);
    assert_eq!(rho.symmetric_power(0).unwrap().to_string(), "0+");
}
