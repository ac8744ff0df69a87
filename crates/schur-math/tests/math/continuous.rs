//! Irreps of compact groups, certified quadrature, restriction to finite subgroups.

use std::f64::consts::{FRAC_PI_2, TAU};

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::angular_momentum::HalfInteger;
use schur_math::laws;
use schur_math::quadrature::Quadrature;
use schur_math::tolerance::{MULTIPLICITY, REPRESENTATION_DEFECT, harmonic};
use schur_math::{
    FiniteRepresentation, FiniteSubgroup, Group, MathError, Matrix, Parity, PlanarGroup,
    PlanarIrrep, PlaneIsometry, Representation, SpaceIsometry, SpatialIrrep, SpinIrrep,
    SymmetryGroup, SymmetryIrrep, UnitQuaternion, irrep,
};

use crate::support::tolerance as bounds;

use crate::support::golden;

fn plane_irreps(max: usize) -> Vec<PlanarIrrep> {
    let mut all = vec![PlanarGroup::o2().irrep("A2").unwrap()];
    all.extend((0..=max).map(|k| PlanarIrrep::of_frequency(&PlanarGroup::o2(), k).unwrap()));
    all
}

fn space_irreps(max: usize) -> Vec<SpatialIrrep> {
    let with = |parity| (0..=max).map(move |l| SpatialIrrep::o3(l, parity).unwrap());
    with(Parity::Even).chain(with(Parity::Odd)).collect()
}

fn spin_irreps(max_twice: i32) -> Vec<SpinIrrep> {
    (0..=max_twice)
        .map(|twice| SpinIrrep::new(HalfInteger::halves(twice)).unwrap())
        .collect()
}

#[test]
fn irreps_are_orthogonal_homomorphisms() {
    let mut generator = ChaCha8Rng::seed_from_u64(2);
    let plane: Vec<_> = (0..6)
        .map(|_| PlaneIsometry::random(&mut generator))
        .collect();
    let space: Vec<_> = (0..6)
        .map(|_| SpaceIsometry::random(&mut generator))
        .collect();
    let spin: Vec<_> = (0..6)
        .map(|_| UnitQuaternion::random(&mut generator))
        .collect();
    for irrep in plane_irreps(9) {
        let matrix = |g: &PlaneIsometry| irrep.matrix(g).unwrap();
        laws::orthogonality_at(&plane, &matrix, harmonic(9)).unwrap();
        laws::homomorphism_at(&plane, &PlaneIsometry::compose, &matrix, harmonic(9)).unwrap();
    }
    for irrep in space_irreps(6) {
        let matrix = |g: &SpaceIsometry| irrep.matrix(g).unwrap();
        laws::orthogonality_at(&space, &matrix, harmonic(6)).unwrap();
        laws::homomorphism_at(&space, &SpaceIsometry::compose, &matrix, harmonic(6)).unwrap();
        for g in &space {
            let trace = matrix(g).trace();
            assert!((trace - irrep.character(g).unwrap()).abs() < harmonic(irrep.dim()));
        }
    }
    for irrep in spin_irreps(7) {
        let matrix = |g: &UnitQuaternion| irrep.matrix(g).unwrap();
        laws::orthogonality_at(&spin, &matrix, harmonic(7)).unwrap();
        laws::homomorphism_at(&spin, &UnitQuaternion::compose, &matrix, harmonic(7)).unwrap();
        for g in &spin {
            let trace = matrix(g).trace();
            assert!((trace - irrep.character(g)).abs() < harmonic(irrep.dim()));
        }
    }
}

/// The largest mean of a matrix entry.
fn largest_mean<E>(quadrature: &Quadrature<E>, matrix: impl Fn(&E) -> Matrix) -> f64 {
    let mut means: Vec<f64> = Vec::new();
    for (point, weight) in quadrature.points().iter().zip(quadrature.weights()) {
        let values = matrix(point).into_values();
        means.resize(values.len(), 0.0);
        for (mean, value) in means.iter_mut().zip(values) {
            *mean += weight * value;
        }
    }
    assert!(!means.is_empty());
    means.iter().fold(0.0, |worst, mean| worst.max(mean.abs()))
}

#[test]
fn group_quadrature_is_exact_to_its_degree_and_no_further() {
    // Means of all coefficients of nontrivial irreps vanish.
    const FAILURE: f64 = bounds::FAILURE;
    for degree in [0, 1, 4, 7] {
        let (so2, o2) = (
            Quadrature::so2(degree).unwrap(),
            Quadrature::o2(degree).unwrap(),
        );
        let mean = |k: usize| {
            let (proper, all) = (
                PlanarIrrep::of_frequency(&PlanarGroup::so2(), k).unwrap(),
                PlanarIrrep::of_frequency(&PlanarGroup::o2(), k).unwrap(),
            );
            let first = largest_mean(&so2, |g| proper.matrix(g).unwrap());
            [first, largest_mean(&o2, |g| all.matrix(g).unwrap())]
        };
        assert!(
            (1..=degree)
                .flat_map(mean)
                .all(|mean| mean < harmonic(degree))
        );
        assert!(mean(degree + 1).iter().all(|&mean| mean > FAILURE));
        let sign = largest_mean(&o2, |g| {
            PlanarGroup::o2().irrep("A2").unwrap().matrix(g).unwrap()
        });
        assert!(sign < harmonic(degree));

        let (so3, o3) = (
            Quadrature::so3(degree).unwrap(),
            Quadrature::o3(degree).unwrap(),
        );
        let mean = |l: usize| {
            let irrep = SpatialIrrep::so3(l).unwrap();
            largest_mean(&so3, |g| irrep.matrix(g).unwrap())
        };
        assert!((1..=degree).all(|l| mean(l) < harmonic(degree)));
        assert!(mean(degree + 1) > FAILURE);
        let mean = |l: usize, parity| {
            let irrep = SpatialIrrep::o3(l, parity).unwrap();
            largest_mean(&o3, |g| irrep.matrix(g).unwrap())
        };
        assert!((1..=degree).all(|l| mean(l, Parity::Even) < harmonic(degree)));
        assert!((0..=degree).all(|l| mean(l, Parity::Odd) < harmonic(degree)));
        assert!(mean(degree + 1, Parity::Even) > FAILURE);

        let su2 = Quadrature::su2(degree).unwrap();
        let mean = |twice: usize| {
            let irrep = SpinIrrep::new(HalfInteger::halves(twice as i32)).unwrap();
            largest_mean(&su2, |g| irrep.matrix(g).unwrap())
        };
        assert!((1..=degree).all(|twice| mean(twice) < harmonic(degree)));
        assert!(mean(degree + 1) > FAILURE, "{degree}");
        for total in [so3.weights(), o3.weights(), su2.weights()] {
            assert!((total.iter().sum::<f64>() - 1.0).abs() < harmonic(degree));
        }
    }
}

#[test]
fn mean_squared_characters_are_the_endomorphism_dimensions() {
    let o2 = Quadrature::o2(10).unwrap();
    for irrep in plane_irreps(5) {
        let mean = o2.mean(|g| irrep.character(g).unwrap().powi(2));
        assert!(
            (mean - irrep.endomorphism_type().dim() as f64).abs() < harmonic(10),
            "{irrep}"
        );
    }
    let so2 = Quadrature::so2(10).unwrap();
    for k in 0..=5 {
        let irrep = PlanarIrrep::of_frequency(&PlanarGroup::so2(), k).unwrap();
        let mean = so2.mean(|g| irrep.character(g).unwrap().powi(2));
        assert!(
            (mean - irrep.endomorphism_type().dim() as f64).abs() < harmonic(10),
            "{irrep}"
        );
    }
    let o3 = Quadrature::o3(8).unwrap();
    for irrep in space_irreps(4) {
        let mean = o3.mean(|g| irrep.character(g).unwrap().powi(2));
        assert!(
            (mean - irrep.endomorphism_type().dim() as f64).abs() < harmonic(8),
            "{irrep}"
        );
    }
    let su2 = Quadrature::su2(10).unwrap();
    for irrep in spin_irreps(5) {
        let mean = su2.mean(|g| irrep.character(g).powi(2));
        assert!(
            (mean - irrep.endomorphism_type().dim() as f64).abs() < harmonic(10),
            "{irrep}"
        );
    }
}

#[test]
fn invariants_of_powers_of_vectors() {
    // Dimensions of the invariants of V^k, k = 0..=8, as mean powers of the character.
    let so2 = Quadrature::so2(8).unwrap();
    let o2 = Quadrature::o2(8).unwrap();
    let so3 = Quadrature::so3(8).unwrap();
    let o3 = Quadrature::o3(8).unwrap();
    let vector = SpatialIrrep::o3(1, Parity::Odd).unwrap();
    let plane = PlanarIrrep::of_frequency(&PlanarGroup::o2(), 1).unwrap();
    let expected: [[f64; 9]; 4] = [
        [1.0, 0.0, 2.0, 0.0, 6.0, 0.0, 20.0, 0.0, 70.0],
        [1.0, 0.0, 1.0, 0.0, 3.0, 0.0, 10.0, 0.0, 35.0],
        [1.0, 0.0, 1.0, 1.0, 3.0, 6.0, 15.0, 36.0, 91.0],
        [1.0, 0.0, 1.0, 0.0, 3.0, 0.0, 15.0, 0.0, 91.0],
    ];
    for k in 0..=8 {
        let found = [
            so2.mean(|g| plane.character(g).unwrap().powi(k)),
            o2.mean(|g| plane.character(g).unwrap().powi(k)),
            so3.mean(|g| vector.character(g).unwrap().powi(k)),
            o3.mean(|g| vector.character(g).unwrap().powi(k)),
        ];
        for (found, row) in found.iter().zip(expected) {
            assert!(
                (found - row[k as usize]).abs() < MULTIPLICITY,
                "{k} {found}"
            );
        }
    }
}

fn turn(axis: [f64; 3], fraction: f64) -> SpaceIsometry {
    SpaceIsometry::from_axis_angle(axis, TAU / fraction).unwrap()
}

/// Rotations of the cube and of the icosahedron with vertices `(0, ±1, ±φ)` and cyclic.
fn polyhedral() -> [FiniteSubgroup<SpaceIsometry>; 2] {
    let phi = (1.0 + 5f64.sqrt()) / 2.0;
    let z = turn([0.0, 0.0, 1.0], 4.0);
    let diagonal = turn([1.0, 1.0, 1.0], 3.0);
    let vertex = turn([0.0, 1.0, phi], 5.0);
    [
        FiniteSubgroup::generated_by("O", &[z, diagonal]).unwrap(),
        FiniteSubgroup::generated_by("I", &[vertex, diagonal]).unwrap(),
    ]
}

/// Characters of the irreps of O or I at an element, in the order of the golden table.
fn polyhedral_characters(group: &Group, g: schur_math::Element) -> [f64; 5] {
    let phi = (1.0 + 5f64.sqrt()) / 2.0;
    let is_square = group.elements().any(|h| group.compose(h, h) == g);
    match (group.order(), group.element_order(g)) {
        (24, 1) => [1.0, 1.0, 2.0, 3.0, 3.0],
        (24, 2) if is_square => [1.0, 1.0, 2.0, -1.0, -1.0],
        (24, 2) => [1.0, -1.0, 0.0, -1.0, 1.0],
        (24, 3) => [1.0, 1.0, -1.0, 0.0, 0.0],
        (24, 4) => [1.0, -1.0, 0.0, 1.0, -1.0],
        (60, 1) => [1.0, 3.0, 3.0, 4.0, 5.0],
        (60, 2) => [1.0, -1.0, -1.0, 0.0, 1.0],
        (60, 3) => [1.0, 0.0, 0.0, 1.0, -1.0],
        // Told apart by the angle below; here a fifth of a turn.
        (60, 5) => [1.0, phi, 1.0 - phi, -1.0, 0.0],
        other => panic!("{other:?}"),
    }
}

#[test]
fn branching_to_the_polyhedral_groups() {
    let groups = polyhedral();
    assert_eq!(groups.each_ref().map(|g| g.group().order()), [24, 60]);
    for row in golden::rows("branching.csv") {
        let [which, degree, part, multiplicity] = row.numbers();
        let subgroup = &groups[which as usize];
        let group = subgroup.group();
        let rho = Representation::irreducible(&SpatialIrrep::so3(degree as usize).unwrap());
        let restricted = rho.restricted_to_finite(subgroup).unwrap();
        let inner: f64 = group
            .elements()
            .map(|g| {
                let mut characters = polyhedral_characters(group, g);
                // Two fifths of a turn exchange the two irreps of dimension 3.
                if group.element_order(g) == 5 && subgroup.image(g).angle() > FRAC_PI_2 {
                    characters.swap(1, 2);
                }
                restricted.character(g) * characters[part as usize]
            })
            .sum();
        let found = inner / group.order() as f64;
        assert!(
            (found - multiplicity).abs() < row.tolerance(),
            "{row:?} {found}"
        );
    }
}

#[test]
fn the_rotations_of_the_cube_are_its_vector_irrep() {
    let [cube, _] = polyhedral();
    let one = Representation::irreducible(&SpatialIrrep::so3(1).unwrap());
    let one = one.restricted_to_finite(&cube).unwrap();
    assert!(one.is_monomial() && one.dim() == 3);
    assert!((one.inner_product(&one).unwrap() - 1.0).abs() < MULTIPLICITY);
}

#[test]
fn o2_restricts_to_the_irreps_of_dihedral_groups() {
    for name in ["C5", "C8", "D4", "D5", "D7"] {
        let planar = PlanarGroup::new(&Group::parse(name).unwrap()).unwrap();
        let subgroup = FiniteSubgroup::of_plane(&planar).unwrap();
        let group = planar.finite().unwrap();
        let images: Vec<_> = group.elements().map(|g| *subgroup.image(g)).collect();
        FiniteSubgroup::new(group, &images).unwrap();
        let restricted =
            Representation::irreducible(&PlanarIrrep::of_frequency(&PlanarGroup::o2(), 1).unwrap())
                .restricted_to_finite(&subgroup)
                .unwrap();
        let expected = irrep(group, "E1").unwrap();
        for g in group.elements() {
            let defect = restricted
                .matrix(g)
                .difference(&expected.representation().matrix(g));
            assert!(defect < REPRESENTATION_DEFECT, "{name}");
        }
        if name.starts_with('C') {
            assert!(
                Representation::irreducible(
                    &PlanarIrrep::of_frequency(&PlanarGroup::so2(), 1).unwrap()
                )
                .restricted_to_finite(&subgroup)
                .is_ok()
            );
        } else {
            assert!(
                Representation::irreducible(
                    &PlanarIrrep::of_frequency(&PlanarGroup::so2(), 1).unwrap()
                )
                .restricted_to_finite(&subgroup)
                .is_err()
            );
        }
        // The points themselves, in the basis (y, -x).
        for g in group.elements() {
            let [[a, b], [c, d]] = planar.rotation(g).unwrap().matrix();
            let points = Matrix::from([[d, -c], [-b, a]]);
            assert!(
                restricted.matrix(g).difference(&points) < REPRESENTATION_DEFECT,
                "{name}"
            );
        }
    }
}

#[test]
fn spinors_make_the_quaternion_group() {
    let i = UnitQuaternion::new(0.0, 1.0, 0.0, 0.0).unwrap();
    let j = UnitQuaternion::new(0.0, 0.0, 1.0, 0.0).unwrap();
    let q8 = FiniteSubgroup::generated_by("Q8", &[i, j]).unwrap();
    assert_eq!(q8.group().order(), 8);
    let spinor = SpinIrrep::new(HalfInteger::halves(1)).unwrap();
    let spinor = Representation::irreducible(&spinor);
    let restricted = spinor.restricted_to_finite(&q8).unwrap();
    // Quaternionic type: the commutant has dimension 4.
    assert!((restricted.inner_product(&restricted).unwrap() - 4.0).abs() < MULTIPLICITY);
    let trivial = FiniteRepresentation::trivial(q8.group());
    assert!(restricted.inner_product(&trivial).unwrap().abs() < MULTIPLICITY);
}

#[test]
fn wrong_inclusions_are_refused() {
    let c4 = Group::cyclic(4).unwrap();
    let powers = |angle: f64| -> Vec<PlaneIsometry> {
        (0..4)
            .map(|i| PlaneIsometry::rotation(angle * f64::from(i)).unwrap())
            .collect()
    };
    assert!(FiniteSubgroup::new(&c4, &powers(FRAC_PI_2)).is_ok());
    let error = FiniteSubgroup::new(&c4, &powers(1.0))
        .unwrap_err()
        .to_string();
    assert!(error.contains("homomorphism fails at (1, 3)"), "{error}");
    // A homomorphism that is no inclusion.
    let error = FiniteSubgroup::new(&c4, &powers(2.0 * FRAC_PI_2))
        .unwrap_err()
        .to_string();
    assert!(error.contains("fails at 2"), "{error}");
    assert!(FiniteSubgroup::new(&c4, &powers(FRAC_PI_2)[..3]).is_err());
    let endless = FiniteSubgroup::generated_by("?", &[turn([0.0, 0.0, 1.0], 2f64.sqrt())]);
    assert!(matches!(endless, Err(MathError::Order { .. })));
    let improper = SpaceIsometry::INVERSION;
    assert!(SpatialIrrep::so3(1).unwrap().matrix(&improper).is_err());
    assert!(SpatialIrrep::so3(1).unwrap().character(&improper).is_err());
    assert!(
        PlanarIrrep::of_frequency(&PlanarGroup::so2(), 1)
            .unwrap()
            .matrix(&PlaneIsometry::MIRROR)
            .is_err()
    );
    assert!(
        PlanarIrrep::of_frequency(&PlanarGroup::o2(), 4097).is_err()
            && SpatialIrrep::so3(513).is_err()
    );
    assert!(SpinIrrep::new(HalfInteger::halves(-1)).is_err());
}
