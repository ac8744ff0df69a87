//! Clebsch-Gordan coefficients, 3j and 6j symbols: published values, sums, intertwining.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::angular_momentum::HalfInteger;
use schur_math::angular_momentum::{
    clebsch_gordan, clebsch_gordan_matrix, real_clebsch_gordan, real_wigner_d, wigner_3j,
    wigner_6j, wigner_d,
};
use schur_math::laws::{self, Law};
use schur_math::tolerance::{COUPLING, harmonic};
use schur_math::{MathError, Matrix, SphericalHarmonics, UnitQuaternion};

use crate::support::golden;

fn halves<const N: usize>(twice: [f64; N]) -> [HalfInteger; N] {
    twice.map(|n| HalfInteger::halves(n as i32))
}

fn elements(count: usize) -> Vec<UnitQuaternion> {
    let mut generator = ChaCha8Rng::seed_from_u64(5);
    (0..count)
        .map(|_| UnitQuaternion::random(&mut generator))
        .collect()
}

#[test]
fn published_values() {
    for row in golden::rows("clebsch_gordan.csv") {
        let [j1, m1, j2, m2, j, m, value] = row.numbers();
        let [j1, m1, j2, m2, j, m] = halves([j1, m1, j2, m2, j, m]);
        let found = clebsch_gordan(j1, m1, j2, m2, j, m).unwrap();
        assert!((found - value).abs() < row.tolerance(), "{row:?} {found}");
    }
    for row in golden::rows("wigner_3j.csv") {
        let [j1, j2, j3, m1, m2, m3, value] = row.numbers();
        let found = wigner_3j(halves([j1, j2, j3]), halves([m1, m2, m3])).unwrap();
        assert!((found - value).abs() < row.tolerance(), "{row:?} {found}");
    }
    for row in golden::rows("wigner_6j.csv") {
        let [j1, j2, j3, j4, j5, j6, value] = row.numbers();
        let found = wigner_6j(halves([j1, j2, j3]), halves([j4, j5, j6])).unwrap();
        assert!((found - value).abs() < row.tolerance(), "{row:?} {found}");
    }
}

/// The worst entry of `M Mᵀ - 1`.
fn row_defect(matrix: &Matrix) -> f64 {
    let products = matrix.times(&matrix.transposed());
    products.difference(&Matrix::identity(matrix.rows()))
}

#[test]
fn all_couplings_of_two_spins_are_one_orthogonal_matrix() {
    for (two_j1, two_j2) in [(0, 0), (1, 1), (2, 1), (2, 4), (7, 4), (12, 12)] {
        let (j1, j2) = (HalfInteger::halves(two_j1), HalfInteger::halves(two_j2));
        let mut all = Vec::new();
        for two_j in ((two_j1 - two_j2).abs()..=two_j1 + two_j2).step_by(2) {
            let matrix = clebsch_gordan_matrix(j1, j2, HalfInteger::halves(two_j)).unwrap();
            all.extend(matrix.into_values());
        }
        let dim = j1.dim() * j2.dim();
        let all = Matrix::new(dim, dim, all).unwrap();
        assert!(row_defect(&all) < COUPLING);
    }
    let fifty = HalfInteger::whole(50);
    for j in [0, 1, 50, 99, 100] {
        let j = HalfInteger::whole(j);
        let matrix = clebsch_gordan_matrix(fifty, fifty, j).unwrap();
        assert!(row_defect(&matrix) < COUPLING);
    }
    // One row with a wrong sign of one entry is not orthogonal to the others any more.
    let one = HalfInteger::whole(1);
    let mut broken = clebsch_gordan_matrix(one, one, HalfInteger::whole(2)).unwrap();
    broken[(2, 2)] *= -1.0;
    let below = clebsch_gordan_matrix(one, one, one).unwrap();
    let broken = Matrix::new(8, 9, [broken.values(), below.values()].concat()).unwrap();
    assert!(row_defect(&broken) > 0.1);
}

#[test]
fn matrices_and_single_coefficients_agree() {
    let (j1, j2, j) = (
        HalfInteger::halves(3),
        HalfInteger::whole(2),
        HalfInteger::halves(5),
    );
    let matrix = clebsch_gordan_matrix(j1, j2, j).unwrap();
    let mut entries = matrix.values().iter();
    for m in (-5..=5).rev().step_by(2) {
        for m1 in (-3..=3).rev().step_by(2) {
            for m2 in (-4..=4).rev().step_by(2) {
                let [m, m1, m2] = [m, m1, m2].map(HalfInteger::halves);
                let value = clebsch_gordan(j1, m1, j2, m2, j, m).unwrap();
                assert_eq!(value, *entries.next().unwrap());
            }
        }
    }
}

/// A complex matrix as a real one of twice the size, entry by entry.
fn realified(rows: usize, columns: usize, entry: impl Fn(usize, usize) -> [f64; 2]) -> Vec<f64> {
    let mut real = vec![0.0; 4 * rows * columns];
    for i in 0..rows {
        for k in 0..columns {
            let [re, im] = entry(i, k);
            real[2 * i * 2 * columns + 2 * k] = re;
            real[2 * i * 2 * columns + 2 * k + 1] = -im;
            real[(2 * i + 1) * 2 * columns + 2 * k] = im;
            real[(2 * i + 1) * 2 * columns + 2 * k + 1] = re;
        }
    }
    real
}

#[test]
fn complex_coefficients_intertwine() {
    for (j1, j2, j) in [
        (1, 1, 0),
        (1, 1, 2),
        (1, 2, 3),
        (2, 2, 2),
        (3, 4, 5),
        (4, 6, 8),
    ] {
        let [j1, j2, j] = [j1, j2, j].map(HalfInteger::halves);
        let (a, b, c) = (j1.dim(), j2.dim(), j.dim());
        let matrix = clebsch_gordan_matrix(j1, j2, j).unwrap();
        let map = realified(c, a * b, |i, k| [matrix[(i, k)], 0.0]);
        let map = Matrix::new(2 * c, 2 * a * b, map).unwrap();
        let source = |q: &UnitQuaternion| {
            let (first, second) = (wigner_d(j1, q).unwrap(), wigner_d(j2, q).unwrap());
            let values = realified(a * b, a * b, |i, k| {
                let [p, r] = first[i / b * a + k / b];
                let [s, t] = second[i % b * b + k % b];
                [p * s - r * t, p * t + r * s]
            });
            Matrix::new(2 * a * b, 2 * a * b, values).unwrap()
        };
        let target = |q: &UnitQuaternion| {
            let d = wigner_d(j, q).unwrap();
            Matrix::new(2 * c, 2 * c, realified(c, c, |i, k| d[i * c + k])).unwrap()
        };
        laws::intertwining_at(&elements(4), &map, &source, &target, harmonic(4)).unwrap();
    }
}

/// `D^{l1} ⊗ D^{l2}`.
fn product(l1: usize, l2: usize, q: &UnitQuaternion) -> Matrix {
    square(l1, q).kronecker(&square(l2, q))
}

fn square(l: usize, q: &UnitQuaternion) -> Matrix {
    real_wigner_d(l, q).unwrap()
}

#[test]
fn real_coefficients_are_orthonormal_intertwiners() {
    let mut cases = 0;
    for l1 in 0..=5usize {
        for l2 in 0..=4 {
            for l in l1.abs_diff(l2)..=l1 + l2 {
                let map = real_clebsch_gordan(l1, l2, l).unwrap();
                assert!(row_defect(&map) < COUPLING);
                let source = |q: &UnitQuaternion| product(l1, l2, q);
                let target = |q: &UnitQuaternion| square(l, q);
                let tolerance = harmonic(l1 + l2);
                laws::intertwining_at(&elements(2), &map, &source, &target, tolerance).unwrap();
                cases += 1;
            }
        }
    }
    assert!(cases > 100);
    // A wrong row breaks it.
    let mut map = real_clebsch_gordan(2, 1, 2).unwrap();
    map.values_mut()[..15].iter_mut().for_each(|v| *v = -*v);
    let source = |q: &UnitQuaternion| product(2, 1, q);
    let target = |q: &UnitQuaternion| square(2, q);
    let violation = laws::intertwining_at(&elements(2), &map, &source, &target, harmonic(3));
    assert_eq!(violation.unwrap_err().law, Law::Intertwining);
}

fn coupled(map: &Matrix, a: &[f64], b: &[f64]) -> Vec<f64> {
    let pairs: Vec<f64> = a
        .iter()
        .flat_map(|x| b.iter().map(move |y| x * y))
        .collect();
    map.apply(&pairs)
}

#[test]
fn signs_follow_the_rule() {
    // Cross product in the order y, z, x, which is a cyclic permutation.
    let cross = real_clebsch_gordan(1, 1, 1).unwrap();
    let ([a, b, c], [d, e, f]) = ([1.0, 2.0, -3.0], [0.5, -1.0, 4.0]);
    let expected = [b * f - c * e, c * d - a * f, a * e - b * d];
    for (value, expected) in coupled(&cross, &[a, b, c], &[d, e, f]).iter().zip(expected) {
        assert!((value - expected / 2f64.sqrt()).abs() < harmonic(1));
    }
    let harmonics = SphericalHarmonics::new(12).unwrap();
    let values = harmonics.values([0.3, -0.5, 0.7]).unwrap();
    let of = |l: usize| &values[l * l..(l + 1) * (l + 1)];
    for (l1, l2) in [(1usize, 1), (1, 2), (3, 2), (4, 4), (6, 5)] {
        for l in (l1.abs_diff(l2)..=l1 + l2).filter(|l| (l1 + l2 + l) % 2 == 0) {
            let map = real_clebsch_gordan(l1, l2, l).unwrap();
            let result = coupled(&map, of(l1), of(l2));
            let along: f64 = result.iter().zip(of(l)).map(|(a, b)| a * b).sum();
            let square: f64 = of(l).iter().map(|v| v * v).sum();
            assert!(along > 0.0, "{l1} {l2} {l}");
            for (value, y) in result.iter().zip(of(l)) {
                assert!((value - along / square * y).abs() < harmonic(l));
            }
        }
    }
}

#[test]
fn six_j_symbols_are_orthogonal() {
    // Σ_j (2j+1)(2k+1) {a b j; c d k} {a b j; c d k'} = δ.
    let [a, b, c, d] = [20, 25, 23, 22].map(HalfInteger::whole);
    let sum = |k: i32, other: i32| -> f64 {
        let [k, other] = [k, other].map(HalfInteger::whole);
        (0..=50)
            .map(HalfInteger::whole)
            .map(|j| {
                let first = wigner_6j([a, b, j], [c, d, k]).unwrap();
                let second = wigner_6j([a, b, j], [c, d, other]).unwrap();
                (j.dim() * k.dim()) as f64 * first * second
            })
            .sum()
    };
    assert!((sum(10, 10) - 1.0).abs() < harmonic(10));
    assert!(sum(10, 12).abs() < harmonic(10));
}

#[test]
fn selection_rules_give_exact_zeros() {
    let [zero, one, two, three] = [0, 1, 2, 3].map(HalfInteger::whole);
    assert_eq!(clebsch_gordan(one, one, one, zero, two, two).unwrap(), 0.0);
    assert_eq!(
        clebsch_gordan(one, zero, one, zero, three, zero).unwrap(),
        0.0
    );
    assert_eq!(
        clebsch_gordan(one, zero, one, zero, one, zero).unwrap(),
        0.0
    );
    let half = HalfInteger::halves(1);
    assert_eq!(
        clebsch_gordan(half, half, one, zero, zero, zero).unwrap(),
        0.0
    );
    assert_eq!(wigner_6j([one, one, three], [one, one, one]).unwrap(), 0.0);
}

#[test]
fn bad_input_is_named() {
    let [zero, one, three] = [0, 1, 3].map(HalfInteger::whole);
    let half = HalfInteger::halves(1);
    let error = clebsch_gordan(one, half, one, zero, zero, half).unwrap_err();
    assert!(matches!(error, MathError::Projection { .. }), "{error}");
    let extreme = HalfInteger::halves(i32::MIN);
    assert!(clebsch_gordan(one, extreme, one, extreme, one, zero).is_err());
    assert!(clebsch_gordan(extreme, zero, one, zero, one, zero).is_err());
    assert!(wigner_3j([one; 3], [extreme; 3]).is_err());
    assert!(wigner_6j([one, one, extreme], [one; 3]).is_err());
    let error = real_clebsch_gordan(1, 1, 3).unwrap_err().to_string();
    assert!(
        error.contains("couple to 3; they couple to 0, …, 2"),
        "{error}"
    );
    assert!(clebsch_gordan_matrix(one, one, three).is_err());
    assert!(matches!(
        real_clebsch_gordan(512, 512, 512),
        Err(MathError::TooLarge { .. })
    ));
    assert!(real_clebsch_gordan(usize::MAX, 1, 1).is_err());
}
