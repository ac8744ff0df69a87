//! Elements of SO(2), O(2), SO(3), O(3) and SU(2): laws at random elements, and conversions.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::laws::{self, Law};
use schur_math::tolerance::ROTATION_LAW;
use schur_math::{EulerZyz, Matrix, PlaneIsometry, SpaceIsometry, UnitQuaternion};

fn generator() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(7)
}

fn plane() -> Vec<PlaneIsometry> {
    let mut generator = generator();
    let mut elements = vec![PlaneIsometry::IDENTITY, PlaneIsometry::MIRROR];
    elements.extend((0..10).map(|_| PlaneIsometry::random(&mut generator)));
    elements
}

fn space() -> Vec<SpaceIsometry> {
    let mut generator = generator();
    let mut elements = vec![SpaceIsometry::IDENTITY, SpaceIsometry::INVERSION];
    elements.extend((0..10).map(|_| SpaceIsometry::random(&mut generator)));
    elements
}

fn spin() -> Vec<UnitQuaternion> {
    let mut generator = generator();
    (0..10)
        .map(|_| UnitQuaternion::random(&mut generator))
        .collect()
}

#[test]
fn group_laws_hold() {
    let report = laws::associativity_at(
        &plane(),
        &PlaneIsometry::compose,
        &PlaneIsometry::distance,
        ROTATION_LAW,
    );
    assert_eq!(report.unwrap().cases, 12 * 12 * 12);
    laws::inverse_at(
        &plane(),
        &PlaneIsometry::IDENTITY,
        &PlaneIsometry::inverse,
        &PlaneIsometry::compose,
        &PlaneIsometry::distance,
        ROTATION_LAW,
    )
    .unwrap();
    laws::associativity_at(
        &space(),
        &SpaceIsometry::compose,
        &SpaceIsometry::distance,
        ROTATION_LAW,
    )
    .unwrap();
    laws::inverse_at(
        &space(),
        &SpaceIsometry::IDENTITY,
        &SpaceIsometry::inverse,
        &SpaceIsometry::compose,
        &SpaceIsometry::distance,
        ROTATION_LAW,
    )
    .unwrap();
    laws::associativity_at(
        &spin(),
        &UnitQuaternion::compose,
        &UnitQuaternion::distance,
        ROTATION_LAW,
    )
    .unwrap();
    laws::inverse_at(
        &spin(),
        &UnitQuaternion::IDENTITY,
        &UnitQuaternion::inverse,
        &UnitQuaternion::compose,
        &UnitQuaternion::distance,
        ROTATION_LAW,
    )
    .unwrap();
}

#[test]
fn group_laws_can_fail() {
    // Angles simply added, though a mirror turns the other way.
    let wrong = |g: &PlaneIsometry, h: &PlaneIsometry| {
        PlaneIsometry::new(
            2.0 * g.angle() + h.angle(),
            g.is_reflected() ^ h.is_reflected(),
        )
        .unwrap()
    };
    let distance = &PlaneIsometry::distance;
    let violation = laws::associativity_at(&plane(), &wrong, distance, ROTATION_LAW).unwrap_err();
    assert_eq!(violation.law, Law::Associativity);
    // The inverse of a rotation, used for mirrors too.
    let negate = |g: &PlaneIsometry| PlaneIsometry::new(-g.angle(), g.is_reflected()).unwrap();
    let violation = laws::inverse_at(
        &plane(),
        &PlaneIsometry::IDENTITY,
        &negate,
        &PlaneIsometry::compose,
        distance,
        ROTATION_LAW,
    );
    assert_eq!(violation.unwrap_err().law, Law::Inverse);
    // Nothing to look at is a failure.
    let none: [PlaneIsometry; 0] = [];
    let compose = &PlaneIsometry::compose;
    assert!(laws::associativity_at(&none, compose, distance, ROTATION_LAW).is_err());
}

fn flat<const N: usize>(matrix: [[f64; N]; N]) -> Vec<f64> {
    matrix.into_iter().flatten().collect()
}

#[test]
fn matrices_are_orthogonal_homomorphisms() {
    let matrix = |g: &PlaneIsometry| Matrix::from(g.matrix());
    laws::homomorphism_at(&plane(), &PlaneIsometry::compose, &matrix, ROTATION_LAW).unwrap();
    laws::orthogonality_at(&plane(), &matrix, ROTATION_LAW).unwrap();
    let matrix = |g: &SpaceIsometry| Matrix::from(g.matrix());
    laws::homomorphism_at(&space(), &SpaceIsometry::compose, &matrix, ROTATION_LAW).unwrap();
    laws::orthogonality_at(&space(), &matrix, ROTATION_LAW).unwrap();
    // A transposed matrix is no homomorphism.
    let transposed = |g: &SpaceIsometry| Matrix::from(g.inverse().matrix());
    let compose = &SpaceIsometry::compose;
    let violation = laws::homomorphism_at(&space(), compose, &transposed, ROTATION_LAW);
    assert_eq!(violation.unwrap_err().law, Law::Homomorphism);
    // A stretched one is not orthogonal.
    let stretched = |g: &SpaceIsometry| Matrix::from(g.matrix()).scaled(2.0);
    let violation = laws::orthogonality_at(&space(), &stretched, ROTATION_LAW).unwrap_err();
    assert_eq!(violation.law, Law::Orthogonality);
}

#[test]
fn su2_matrices_multiply_as_quaternions() {
    type Complex = [f64; 2];
    let times = |a: Complex, b: Complex| [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
    for g in &spin() {
        for h in &spin() {
            let (a, b) = (g.su2_matrix(), h.su2_matrix());
            let product = g.compose(h).su2_matrix();
            for i in 0..2 {
                for j in 0..2 {
                    let (p, q) = (times(a[i][0], b[0][j]), times(a[i][1], b[1][j]));
                    for part in 0..2 {
                        let defect = p[part] + q[part] - product[i][j][part];
                        assert!(defect.abs() < ROTATION_LAW);
                    }
                }
            }
        }
    }
}

#[test]
fn mirrors_follow_the_convention() {
    let quarter = PlaneIsometry::rotation(FRAC_PI_2).unwrap();
    let [x, y] = quarter.apply([1.0, 0.0]);
    assert!(x.abs() < ROTATION_LAW && (y - 1.0).abs() < ROTATION_LAW);
    assert_eq!(PlaneIsometry::MIRROR.apply([2.0, 3.0]), [-2.0, 3.0]);
    assert_eq!(
        SpaceIsometry::INVERSION.apply([1.0, 2.0, 3.0]),
        [-1.0, -2.0, -3.0]
    );
}

#[test]
fn axis_and_angle_come_back() {
    for q in &spin() {
        let (axis, angle) = q.to_axis_angle();
        let back = UnitQuaternion::from_axis_angle(axis, angle).unwrap();
        assert!(q.distance(&back) < ROTATION_LAW);
        let [x, y, z] = q.rotate(axis);
        for (a, b) in axis.iter().zip([x, y, z]) {
            assert!((a - b).abs() < ROTATION_LAW);
        }
    }
    let small = f64::EPSILON.sqrt();
    let tiny = UnitQuaternion::from_axis_angle([0.0, 3.0, 0.0], small).unwrap();
    assert!((tiny.to_axis_angle().1 / small - 1.0).abs() < ROTATION_LAW);
    assert_eq!(
        UnitQuaternion::IDENTITY.to_axis_angle(),
        ([0.0, 0.0, 1.0], 0.0)
    );
}

#[test]
fn euler_angles_come_back() {
    let corners = [0.0, FRAC_PI_2, PI];
    for q in &spin() {
        let back = UnitQuaternion::from_euler_zyz(q.to_euler_zyz()).unwrap();
        assert!(q.distance(&back) < ROTATION_LAW);
    }
    for alpha in [-PI, 0.0, 0.5, PI] {
        for beta in corners {
            for gamma in [-1.5, 0.0, 3.0] {
                let q = UnitQuaternion::from_euler_zyz(EulerZyz { alpha, beta, gamma }).unwrap();
                let angles = q.to_euler_zyz();
                let back = UnitQuaternion::from_euler_zyz(angles).unwrap();
                assert!(q.distance(&back) < ROTATION_LAW);
                assert!((0.0..=PI).contains(&angles.beta));
                let turn = |axis, angle| SpaceIsometry::from_axis_angle(axis, angle).unwrap();
                let z = [0.0, 0.0, 1.0];
                let expected = turn(z, alpha)
                    .compose(&turn([0.0, 1.0, 0.0], beta))
                    .compose(&turn(z, gamma));
                assert!(SpaceIsometry::new(q, false).distance(&expected) < ROTATION_LAW);
            }
        }
    }
}

#[test]
fn matrices_come_back() {
    for g in &space() {
        let back = SpaceIsometry::from_matrix(&g.matrix()).unwrap();
        assert!(g.distance(&back) < ROTATION_LAW);
        assert_eq!(g.is_improper(), back.is_improper());
    }
    // Half turns, where the trace formula would divide by zero.
    for axis in [
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
        [0.0, 0.0, 1.0],
        [1.0, -2.0, 3.0],
    ] {
        let half = SpaceIsometry::from_axis_angle(axis, PI).unwrap();
        let back = SpaceIsometry::from_matrix(&half.matrix()).unwrap();
        assert!(half.distance(&back) < ROTATION_LAW);
        assert!((back.angle() - PI).abs() < ROTATION_LAW);
    }
}

#[test]
fn haar_means_vanish() {
    // Means of the matrix entries and of w² over 20,000 samples: standard error below 0.008.
    let mut generator = generator();
    let count = 20_000;
    let (mut sums, mut squares, mut improper) = ([0.0; 9], [0.0; 4], 0);
    for _ in 0..count {
        let g = SpaceIsometry::random(&mut generator);
        improper += usize::from(g.is_improper());
        let proper = SpaceIsometry::new(g.quaternion(), false);
        for (sum, entry) in sums.iter_mut().zip(flat(proper.matrix())) {
            *sum += entry / f64::from(count);
        }
        for (sum, part) in squares.iter_mut().zip(g.quaternion().parts()) {
            *sum += part * part / f64::from(count);
        }
    }
    assert!(sums.iter().all(|mean: &f64| mean.abs() < 0.03), "{sums:?}");
    assert!(
        squares.iter().all(|mean| (mean - 0.25).abs() < 0.03),
        "{squares:?}"
    );
    assert!(improper.abs_diff(10_000) < 400);
    let angles = (0..count).map(|_| PlaneIsometry::random_proper(&mut generator).angle());
    let mean = angles.sum::<f64>() / f64::from(count);
    assert!((mean - PI).abs() < 0.06);
}

#[test]
fn bad_input_is_named() {
    let nan = f64::NAN;
    let error = PlaneIsometry::rotation(f64::INFINITY)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("inf") && error.contains("radians"),
        "{error}"
    );
    assert!(UnitQuaternion::new(0.0, 0.0, 0.0, 0.0).is_err());
    assert!(UnitQuaternion::new(nan, 0.0, 0.0, 1.0).is_err());
    assert!(UnitQuaternion::from_axis_angle([0.0; 3], 1.0).is_err());
    assert!(UnitQuaternion::from_axis_angle([1.0, 0.0, 0.0], nan).is_err());
    let angles = EulerZyz {
        alpha: nan,
        beta: 0.0,
        gamma: 0.0,
    };
    assert!(SpaceIsometry::from_euler_zyz(angles).is_err());
    let sheared = [[1.0, 0.1, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    assert!(SpaceIsometry::from_matrix(&sheared).is_err());
    assert!(SpaceIsometry::from_matrix(&[[nan; 3]; 3]).is_err());
    let mirror = [[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let error = UnitQuaternion::from_rotation_matrix(&mirror).unwrap_err();
    assert!(error.to_string().contains("SpaceIsometry"));
    // Extreme lengths are no obstacle.
    let huge = UnitQuaternion::new(1e300, 1e300, 0.0, 0.0).unwrap();
    assert!((huge.parts()[0] - 0.5f64.sqrt()).abs() < ROTATION_LAW);
    let wrapped = PlaneIsometry::rotation(-f64::EPSILON.powi(2))
        .unwrap()
        .angle();
    assert!((0.0..TAU).contains(&wrapped));
}
