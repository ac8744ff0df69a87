//! Wigner matrices: homomorphism, orthogonality, action on harmonics, published values.

use std::f64::consts::{FRAC_PI_2, PI};

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::angular_momentum::HalfInteger;
use schur_math::angular_momentum::{real_wigner_d, real_wigner_d_up_to, wigner_d, wigner_small_d};
use schur_math::laws;
use schur_math::tolerance::harmonic;
use schur_math::{EulerZyz, Matrix, SphericalHarmonics, UnitQuaternion};

use crate::support::golden;

/// Random elements, and elements at and near the poles of the Euler angles.
fn elements(count: usize) -> Vec<UnitQuaternion> {
    let mut generator = ChaCha8Rng::seed_from_u64(11);
    let mut elements: Vec<UnitQuaternion> = (0..count)
        .map(|_| UnitQuaternion::random(&mut generator))
        .collect();
    let near = f64::EPSILON.sqrt();
    for beta in [0.0, near, FRAC_PI_2, PI - near, PI] {
        let angles = EulerZyz {
            alpha: 0.4,
            beta,
            gamma: -1.1,
        };
        elements.push(UnitQuaternion::from_euler_zyz(angles).unwrap());
    }
    elements
}

fn square(values: Vec<f64>) -> Matrix {
    let dim = values.len().isqrt();
    Matrix::new(dim, dim, values).unwrap()
}

#[test]
fn real_matrices_are_orthogonal_homomorphisms() {
    for degree in [0, 1, 2, 5, 20, 100] {
        let elements = elements(if degree > 20 { 1 } else { 5 });
        let matrix = |q: &UnitQuaternion| real_wigner_d(degree, q).unwrap();
        laws::orthogonality_at(&elements, &matrix, harmonic(degree)).unwrap();
        let compose = &UnitQuaternion::compose;
        laws::homomorphism_at(&elements, compose, &matrix, harmonic(degree)).unwrap();
    }
}

#[test]
fn the_law_sees_a_wrong_matrix() {
    // Exchanging cosines and sines of one order only.
    let matrix = |q: &UnitQuaternion| {
        let mut d = real_wigner_d(2, q).unwrap();
        for row in d.values_mut().chunks_mut(5) {
            row.swap(1, 3);
        }
        d
    };
    let compose = &UnitQuaternion::compose;
    assert!(laws::homomorphism_at(&elements(3), compose, &matrix, harmonic(2)).is_err());
}

#[test]
fn harmonics_transform_by_the_matrices() {
    for max_degree in [3, 100, 200] {
        let harmonics = SphericalHarmonics::new(max_degree).unwrap();
        for q in elements(3) {
            let matrices = real_wigner_d_up_to(max_degree, &q).unwrap();
            for point in [[0.6, 0.0, 0.8], [0.0, 0.0, -1.0], [0.1, -0.9, 0.3]] {
                let before = harmonics.values(point).unwrap();
                let after = harmonics.values(q.rotate(point)).unwrap();
                for (l, matrix) in matrices.iter().enumerate() {
                    let range = l * l..(l + 1) * (l + 1);
                    let (before, after) = (&before[range.clone()], &after[range]);
                    for (row, expected) in matrix.values().chunks(2 * l + 1).zip(after) {
                        let value: f64 = row.iter().zip(before).map(|(a, b)| a * b).sum();
                        // Harmonics are of the size √l and their slopes of the size l.
                        let defect = (value - expected).abs() / (l as f64 + 1.0);
                        assert!(defect < harmonic(l), "{l} {defect:e}");
                    }
                }
            }
        }
    }
}

#[test]
fn one_degree_and_all_degrees_agree() {
    let q = elements(1)[0];
    let matrices = real_wigner_d_up_to(12, &q).unwrap();
    for (l, matrix) in matrices.iter().enumerate() {
        assert_eq!(matrix, &real_wigner_d(l, &q).unwrap());
    }
}

#[test]
fn degree_one_is_the_permuted_rotation_matrix() {
    for q in elements(3) {
        let (d, rotation) = (real_wigner_d(1, &q).unwrap(), q.rotation_matrix());
        for (i, a) in SphericalHarmonics::VECTOR_ORDER.into_iter().enumerate() {
            for (j, b) in SphericalHarmonics::VECTOR_ORDER.into_iter().enumerate() {
                assert!((d[(i, j)] - rotation[a][b]).abs() < harmonic(1));
            }
        }
    }
}

/// The complex matrix as a real one of twice the size.
fn realified(matrix: &[[f64; 2]]) -> Vec<f64> {
    let dim = matrix.len().isqrt();
    let mut real = vec![0.0; 4 * dim * dim];
    for (k, [re, im]) in matrix.iter().enumerate() {
        let (i, j) = (k / dim, k % dim);
        real[i * 2 * dim + j] = *re;
        real[i * 2 * dim + dim + j] = -im;
        real[(dim + i) * 2 * dim + j] = *im;
        real[(dim + i) * 2 * dim + dim + j] = *re;
    }
    real
}

#[test]
fn complex_matrices_are_unitary_homomorphisms() {
    for twice in [0, 1, 2, 3, 4, 9, 25, 60] {
        let j = HalfInteger::halves(twice);
        let matrix = |q: &UnitQuaternion| square(realified(&wigner_d(j, q).unwrap()));
        let tolerance = harmonic(j.dim());
        laws::orthogonality_at(&elements(3), &matrix, tolerance).unwrap();
        laws::homomorphism_at(&elements(3), &UnitQuaternion::compose, &matrix, tolerance).unwrap();
    }
}

#[test]
fn spin_one_half_is_the_defining_matrix() {
    for q in elements(5) {
        let d = wigner_d(HalfInteger::halves(1), &q).unwrap();
        for (entry, expected) in d.iter().zip(q.su2_matrix().into_iter().flatten()) {
            for part in 0..2 {
                assert!((entry[part] - expected[part]).abs() < harmonic(1));
            }
        }
        // A full turn is -1 for half spins and 1 for whole ones.
        let (other, whole) = (q.negated(), HalfInteger::whole(2));
        let minus = wigner_d(HalfInteger::halves(3), &other).unwrap();
        let plus = wigner_d(HalfInteger::halves(3), &q).unwrap();
        for (a, b) in minus.iter().zip(&plus) {
            assert!((a[0] + b[0]).abs() < harmonic(2) && (a[1] + b[1]).abs() < harmonic(2));
        }
        let (minus, plus) = (
            wigner_d(whole, &other).unwrap(),
            wigner_d(whole, &q).unwrap(),
        );
        for (a, b) in minus.iter().zip(&plus) {
            assert!((a[0] - b[0]).abs() < harmonic(2) && (a[1] - b[1]).abs() < harmonic(2));
        }
    }
}

#[test]
fn small_d_of_spin_one() {
    let root = 2f64.sqrt();
    for beta in [0.0, 0.3, 2.0, PI, -1.0, 4.0] {
        let (s, c) = f64::sin_cos(beta);
        let expected = [
            [(1.0 + c) / 2.0, -s / root, (1.0 - c) / 2.0],
            [s / root, c, -s / root],
            [(1.0 - c) / 2.0, s / root, (1.0 + c) / 2.0],
        ];
        let d = wigner_small_d(HalfInteger::whole(1), beta).unwrap();
        for (value, expected) in d.values().iter().zip(expected.into_iter().flatten()) {
            assert!((value - expected).abs() < harmonic(1), "{beta} {d:?}");
        }
    }
}

#[test]
fn small_d_matches_the_published_values() {
    for row in golden::rows("small_d.csv") {
        let [two_j, two_m, two_n, beta_over_pi, value] = row.numbers();
        let j = HalfInteger::halves(two_j as i32);
        let d = wigner_small_d(j, beta_over_pi * PI).unwrap();
        let place = |two_m: f64| ((two_j - two_m) / 2.0) as usize;
        let entry = d[(place(two_m), place(two_n))];
        assert!((entry - value).abs() < row.tolerance(), "{row:?} {entry}");
    }
}

#[test]
fn small_d_is_stable_to_spin_512() {
    // Orthogonality of all rows with the first and the middle one.
    for beta in [0.001, 0.3, 1.5, 3.1] {
        let d = wigner_small_d(HalfInteger::MAX_SPIN, beta).unwrap();
        let dim = HalfInteger::MAX_SPIN.dim();
        let rows: Vec<&[f64]> = d.values().chunks(dim).collect();
        for i in [0, dim / 4, dim / 2] {
            for (k, row) in rows.iter().enumerate() {
                let product: f64 = rows[i].iter().zip(*row).map(|(a, b)| a * b).sum();
                let one = f64::from(u8::from(i == k));
                assert!(
                    (product - one).abs() < harmonic(dim),
                    "{beta} {i} {k} {product}"
                );
            }
        }
    }
}

#[test]
fn bad_input_is_named() {
    let error = wigner_small_d(HalfInteger::halves(-1), 0.1)
        .unwrap_err()
        .to_string();
    assert!(error.contains("-1/2") && error.contains("512"), "{error}");
    assert!(wigner_small_d(HalfInteger::whole(1), f64::NAN).is_err());
    assert!(wigner_d(HalfInteger::whole(i32::MAX), &UnitQuaternion::IDENTITY).is_err());
    assert!(real_wigner_d(513, &UnitQuaternion::IDENTITY).is_err());
    assert!(real_wigner_d_up_to(usize::MAX, &UnitQuaternion::IDENTITY).is_err());
}
