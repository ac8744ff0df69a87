//! Circular and spherical harmonics: orthonormality, addition theorem, gradients, poles.

use std::f64::consts::PI;

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::quadrature::Quadrature;
use schur_math::tolerance::harmonic;
use schur_math::{CircularHarmonics, PlaneIsometry, SpaceIsometry, SphericalHarmonics};

use crate::support::tolerance as bounds;

use self::bounds::{DIFFERENCES, FINE_STEP, NEAR, STEP, TINY};

/// Random directions, the poles and points near them.
fn directions() -> Vec<[f64; 3]> {
    let mut generator = ChaCha8Rng::seed_from_u64(3);
    let mut points = vec![
        [0.0, 0.0, 1.0],
        [0.0, 0.0, -1.0],
        [NEAR, -2.0 * NEAR, 1.0],
        [TINY, TINY, -1.0],
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
    ];
    let random = (0..10).map(|_| SpaceIsometry::random(&mut generator).apply([0.6, 0.0, 0.8]));
    points.extend(random);
    points
}

/// The worst entry of the Gram matrix minus 1, by a quadrature of the given degree.
fn gram_defect(max_degree: usize, quadrature_degree: usize) -> f64 {
    let harmonics = SphericalHarmonics::new(max_degree).unwrap();
    let quadrature = Quadrature::sphere(quadrature_degree).unwrap();
    let dim = harmonics.dim();
    let mut gram = vec![0.0; dim * dim];
    for (&point, weight) in quadrature.points().iter().zip(quadrature.weights()) {
        let values = harmonics.values(point).unwrap();
        for (row, a) in gram.chunks_mut(dim).zip(&values) {
            for (sum, b) in row.iter_mut().zip(&values) {
                *sum += 4.0 * PI * weight * a * b;
            }
        }
    }
    gram.iter_mut().step_by(dim + 1).for_each(|v| *v -= 1.0);
    gram.iter().fold(0.0, |worst, v| worst.max(v.abs()))
}

#[test]
fn spherical_harmonics_are_orthonormal() {
    assert!(gram_defect(12, 24) < harmonic(12));
    // One degree less does not see the difference of cos² and sin² of the largest order.
    assert!(gram_defect(12, 23) > 0.01);
}

#[test]
fn degree_one_is_the_permuted_vector() {
    let harmonics = SphericalHarmonics::new(1).unwrap();
    let scale = (3.0 / (4.0 * PI)).sqrt();
    for point in directions() {
        let values = harmonics.values(point).unwrap();
        for (value, axis) in values[1..].iter().zip(SphericalHarmonics::VECTOR_ORDER) {
            let length = point.iter().map(|v| v * v).sum::<f64>().sqrt();
            assert!((value - scale * point[axis] / length).abs() < harmonic(1));
        }
    }
}

#[test]
fn degree_two_has_the_textbook_formulas() {
    let harmonics = SphericalHarmonics::new(2).unwrap();
    let scale = (15.0 / (4.0 * PI)).sqrt();
    for point in &directions()[6..] {
        let [x, y, z] = *point;
        let expected = [
            scale * x * y,
            scale * y * z,
            (5.0 / (16.0 * PI)).sqrt() * (3.0 * z * z - 1.0),
            scale * x * z,
            scale / 2.0 * (x * x - y * y),
        ];
        let values = harmonics.values(*point).unwrap();
        for (value, expected) in values[4..].iter().zip(expected) {
            assert!((value - expected).abs() < harmonic(2));
        }
    }
}

fn legendre(degree: usize, x: f64) -> f64 {
    let (mut before, mut last) = (0.0, 1.0);
    for k in 1..=degree {
        let k = k as f64;
        (before, last) = (last, ((2.0 * k - 1.0) * x * last - (k - 1.0) * before) / k);
    }
    last
}

#[test]
fn addition_theorem_to_high_degree() {
    for max_degree in [10, 100, 300] {
        let harmonics = SphericalHarmonics::new(max_degree).unwrap();
        let points = directions();
        let values: Vec<Vec<f64>> = points
            .iter()
            .map(|&point| harmonics.values(point).unwrap())
            .collect();
        for (p, u) in points.iter().zip(&values) {
            for (q, v) in points.iter().zip(&values) {
                let cos: f64 = p.iter().zip(q).map(|(a, b)| a * b).sum();
                for l in [0, 1, 2, max_degree / 2, max_degree] {
                    let range = l * l..(l + 1) * (l + 1);
                    let sum: f64 = u[range.clone()]
                        .iter()
                        .zip(&v[range])
                        .map(|(a, b)| a * b)
                        .sum();
                    let expected =
                        (2 * l + 1) as f64 / (4.0 * PI) * legendre(l, cos.clamp(-1.0, 1.0));
                    let defect = (sum - expected).abs() / (2 * l + 1) as f64;
                    assert!(defect < harmonic(l), "degree {l}: {defect:e}");
                }
            }
        }
    }
}

#[test]
fn gradients_match_differences() {
    let step = STEP;
    let harmonics = SphericalHarmonics::new(8).unwrap();
    for point in directions() {
        let point = point.map(|v| 1.7 * v);
        let (values, gradients) = harmonics.values_and_gradients(point).unwrap();
        assert_eq!(values, harmonics.values(point).unwrap());
        for axis in 0..3 {
            let moved = |by: f64| {
                let mut moved = point;
                moved[axis] += by;
                harmonics.values(moved).unwrap()
            };
            let (forward, backward) = (moved(step), moved(-step));
            for (k, gradient) in gradients.iter().enumerate() {
                let difference = (forward[k] - backward[k]) / (2.0 * step);
                assert!(
                    (gradient[axis] - difference).abs() < DIFFERENCES,
                    "{point:?} {k} {axis}"
                );
            }
        }
    }
}

#[test]
fn gradients_obey_their_sum_rule_to_high_degree() {
    // Σ_m |∇Y_lm|² = l (l+1) (2l+1) / 4π on the unit sphere, also at the poles.
    let harmonics = SphericalHarmonics::new(100).unwrap();
    for point in directions() {
        let (_, gradients) = harmonics.values_and_gradients(point).unwrap();
        for l in [1, 2, 50, 100] {
            let sum: f64 = gradients[l * l..(l + 1) * (l + 1)]
                .iter()
                .flatten()
                .map(|g| g * g)
                .sum();
            let expected = (l * (l + 1) * (2 * l + 1)) as f64 / (4.0 * PI);
            assert!(
                (sum / expected - 1.0).abs() < harmonic(l),
                "{point:?} {l} {sum} {expected}"
            );
        }
        for gradient in &gradients {
            let radial: f64 = gradient.iter().zip(point).map(|(g, p)| g * p).sum();
            assert!(radial.abs() < 100.0 * harmonic(100));
        }
    }
}

#[test]
fn circular_harmonics_are_orthonormal() {
    let harmonics = CircularHarmonics::new(9).unwrap();
    let defect = |degree| {
        let quadrature = Quadrature::circle(degree).unwrap();
        let mut worst: f64 = 0.0;
        for i in 0..harmonics.dim() {
            for j in 0..harmonics.dim() {
                let mean = quadrature.mean(|&point| {
                    let values = harmonics.values(point).unwrap();
                    values[i] * values[j]
                });
                let one = f64::from(u8::from(i == j));
                worst = worst.max((2.0 * PI * mean - one).abs());
            }
        }
        worst
    };
    assert!(defect(18) < harmonic(9));
    assert!(defect(17) > 0.1);
}

#[test]
fn circular_harmonics_rotate_by_their_frequency() {
    let harmonics = CircularHarmonics::new(100).unwrap();
    let turn = PlaneIsometry::rotation(0.7).unwrap();
    let point = [0.28, 0.96];
    let (before, after) = (
        harmonics.values(point).unwrap(),
        harmonics.values(turn.apply(point)).unwrap(),
    );
    for k in 1..=100 {
        let pair = [before[2 * k - 1], before[2 * k]];
        let rotation = PlaneIsometry::rotation(0.7 * k as f64).unwrap();
        for (a, b) in rotation.apply(pair).iter().zip(&after[2 * k - 1..]) {
            assert!((a - b).abs() < harmonic(k));
        }
    }
    let (_, gradients) = harmonics.values_and_gradients([0.56, 1.92]).unwrap();
    let step = FINE_STEP;
    let forward = harmonics.values([0.56 + step, 1.92]).unwrap();
    let backward = harmonics.values([0.56 - step, 1.92]).unwrap();
    for k in 0..20 {
        let difference = (forward[k] - backward[k]) / (2.0 * step);
        assert!((gradients[k][0] - difference).abs() < DIFFERENCES);
    }
}

#[test]
fn gauss_legendre_is_exact_to_its_degree_and_no_further() {
    for n in [1, 2, 5, 20, 101, 500] {
        let (nodes, weights) = schur_math::quadrature::gauss_legendre(n).unwrap();
        let integral = |degree| {
            let terms = nodes.iter().zip(&weights);
            terms.map(|(&x, w)| w * legendre(degree, x)).sum::<f64>()
        };
        assert!((integral(0) - 2.0).abs() < harmonic(n));
        for degree in (1..2 * n).step_by(n.div_ceil(7)).chain([2 * n - 1]) {
            assert!(integral(degree).abs() < harmonic(n), "{n} {degree}");
        }
        assert!(integral(2 * n).abs() > 0.5 / n as f64);
    }
}

#[test]
fn bad_input_is_named() {
    let error = SphericalHarmonics::new(513).unwrap_err().to_string();
    assert!(error.contains("513") && error.contains("512"), "{error}");
    assert!(CircularHarmonics::new(usize::MAX).is_err());
    let harmonics = SphericalHarmonics::new(2).unwrap();
    assert!(harmonics.values([0.0; 3]).is_err());
    assert!(
        harmonics
            .values_and_gradients([f64::NAN, 0.0, 1.0])
            .is_err()
    );
    let error = harmonics
        .values_into([1.0, 0.0, 0.0], &mut [0.0; 8])
        .unwrap_err();
    assert!(error.to_string().contains('9'), "{error}");
    assert!(CircularHarmonics::new(1).unwrap().values([0.0; 2]).is_err());
    assert!(Quadrature::sphere(2049).is_err() && Quadrature::so3(201).is_err());
    assert!(Quadrature::su2(usize::MAX).is_err() && Quadrature::o2(usize::MAX).is_err());
    assert!(schur_math::quadrature::gauss_legendre(usize::MAX).is_err());
    // Huge and tiny points are directions too.
    let huge = harmonics.values([1e300, 1e300, 0.0]).unwrap();
    let small = harmonics.values([TINY, TINY, 0.0]).unwrap();
    assert_eq!(huge, small);
}

/// Points of many lengths, more than fill whole blocks.
fn scattered(count: usize) -> Vec<[f64; 3]> {
    let mut generator = ChaCha8Rng::seed_from_u64(11);
    let mut points = directions();
    points.extend((points.len()..count).map(|i| {
        let length = 0.01 * (1 + i) as f64;
        SpaceIsometry::random(&mut generator).apply([0.0, 0.6 * length, 0.8 * length])
    }));
    points.truncate(count);
    points
}

#[test]
fn many_points_have_the_values_and_gradients_of_each() {
    for max_degree in [0, 1, 2, 3, 4, 5, 7, 20, 60] {
        let harmonics = SphericalHarmonics::new(max_degree).unwrap();
        let dim = harmonics.dim();
        for count in [0, 1, 7, 8, 31, 32, 33, 50] {
            let points = scattered(count);
            let mut values = vec![f64::NAN; count * dim];
            harmonics.values_of_points(&points, &mut values).unwrap();
            let (mut same, mut gradients) = (values.clone(), vec![f64::NAN; 3 * count * dim]);
            harmonics
                .values_and_gradients_of_points(&points, &mut same, &mut gradients)
                .unwrap();
            assert_eq!(values, same);
            // The neighbours in a block change no bit.
            if let Some(&last) = points.last() {
                let mut alone = vec![0.0; dim];
                harmonics.values_of_points(&[last], &mut alone).unwrap();
                assert_eq!(values[(count - 1) * dim..], alone);
            }
            for (i, &point) in points.iter().enumerate() {
                let (one, slopes) = harmonics.values_and_gradients(point).unwrap();
                // The length is divided by in one place and multiplied by its inverse in the other.
                for (found, expected) in values[i * dim..(i + 1) * dim].iter().zip(&one) {
                    assert!((found - expected).abs() <= harmonic(max_degree));
                }
                let largest = slopes.iter().flatten().fold(0.0f64, |m, v| m.max(v.abs()));
                for (k, slope) in slopes.iter().enumerate() {
                    for (axis, expected) in slope.iter().enumerate() {
                        let found = gradients[(3 * i + axis) * dim + k];
                        let off = (found - expected).abs();
                        assert!(off <= harmonic(max_degree) * largest, "{found} {expected}");
                    }
                }
            }
        }
    }
}

#[test]
fn points_of_any_length_are_points_among_many() {
    let harmonics = SphericalHarmonics::new(3).unwrap();
    let dim = harmonics.dim();
    for scale in [TINY, 1.0, TINY.recip()] {
        let (mut values, mut gradients) = (vec![0.0; dim], vec![0.0; 3 * dim]);
        let point = [0.6 * scale, 0.0, 0.8 * scale];
        harmonics
            .values_and_gradients_of_points(&[point], &mut values, &mut gradients)
            .unwrap();
        for (found, expected) in values.iter().zip(harmonics.values(point).unwrap()) {
            assert!((found - expected).abs() <= harmonic(3));
        }
        assert!(gradients.iter().all(|v| v.is_finite()));
    }
}

#[test]
fn many_points_refuse_what_one_refuses() {
    let harmonics = SphericalHarmonics::new(2).unwrap();
    let mut values = vec![0.0; 18];
    let mut refused = |points: &[[f64; 3]], word: &str| {
        let error = harmonics.values_of_points(points, &mut values).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    };
    refused(&[[0.0, 0.0, 1.0], [0.0; 3]], "origin");
    refused(&[[0.0, 0.0, 1.0], [f64::NAN, 0.0, 0.0]], "NaN");
    refused(&[[0.0, 0.0, 1.0]], "9 for each of 1 points");
    let mut late = vec![[0.0, 0.0, 1.0]; 41];
    late[39] = [0.0, f64::INFINITY, 0.0];
    for degree in [3, 4] {
        let harmonics = SphericalHarmonics::new(degree).unwrap();
        let mut values = vec![0.0; 41 * harmonics.dim()];
        let error = harmonics.values_of_points(&late, &mut values).unwrap_err();
        assert!(error.to_string().contains("inf"), "{error}");
        let mut gradients = vec![0.0; 3 * values.len()];
        assert!(
            harmonics
                .values_and_gradients_of_points(&late, &mut values, &mut gradients)
                .is_err()
        );
    }
    let error = harmonics
        .values_and_gradients_of_points(&[[0.0, 0.0, 1.0]], &mut [0.0; 9], &mut [0.0; 9])
        .unwrap_err();
    assert!(error.to_string().contains("27 for each"), "{error}");
}
