//! Transforms on the sphere and on SO(3) against plain sums in `f64`.

use std::sync::Arc;

use rand::Rng;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rayon::ThreadPoolBuilder;
use schur_engine::sphere::{Ring, SpherePlan, SphereShape, Weighting};
use schur_engine::{EngineError, Scalar};
use schur_math::angular_momentum::real_wigner_d_up_to;
use schur_math::{EulerZyz, SphereGrid, UnitQuaternion};

use crate::tolerance::{SPHERE_F32, SPHERE_F64};

fn shape(grid: &SphereGrid, degree: usize, spin: usize, angles: usize) -> SphereShape {
    let heights = grid.heights(degree, spin).unwrap();
    let ring = |ring: &schur_math::SphereRing| Ring {
        count: ring.count,
        longitude: ring.longitude,
        weight: ring.weight,
    };
    SphereShape {
        degree,
        spin,
        angles,
        rings: grid.rings().iter().map(ring).collect(),
        equator: grid.equator(),
        heights: Arc::new(move |m, n, values| heights.order(m, n, values).unwrap()),
    }
}

/// `[sample][coefficient]` and the weights of the samples, from the definition.
fn matrix(grid: &SphereGrid, degree: usize, spin: usize, angles: usize) -> Vec<(f64, Vec<f64>)> {
    let mut rows = Vec::new();
    for (point, weight) in grid.points().into_iter().zip(grid.weights()) {
        let [x, y, z] = point;
        for k in 0..angles {
            let angles_of = EulerZyz {
                alpha: y.atan2(x),
                beta: x.hypot(y).atan2(z),
                gamma: std::f64::consts::TAU * k as f64 / angles as f64,
            };
            let turn = UnitQuaternion::from_euler_zyz(angles_of).unwrap();
            let matrices = real_wigner_d_up_to(degree, &turn).unwrap();
            let mut row = Vec::new();
            for n in 0..=spin {
                for (l, d) in matrices.iter().enumerate().skip(n) {
                    let dim = 2 * l + 1;
                    for m in 0..dim {
                        let columns = [l + n, l - n].into_iter().take(if n == 0 { 1 } else { 2 });
                        row.extend(columns.map(|n| (dim as f64).sqrt() * d[(m, n)]));
                    }
                }
            }
            rows.push((weight / angles as f64, row));
        }
    }
    rows
}

fn random<T: Scalar>(count: usize, seed: u64) -> Vec<T> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| T::from_f64(rng.random_range(-1.0..1.0)))
        .collect()
}

/// The largest difference, relative to the largest number.
fn distance<T: Scalar>(found: &[T], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let size = expected.iter().fold(1.0f64, |s, v| s.max(v.abs()));
    let pairs = found.iter().zip(expected);
    pairs
        .map(|(a, b)| (a.to_f64() - b).abs() / size)
        .fold(0.0, f64::max)
}

struct Case {
    grid: SphereGrid,
    degree: usize,
    spin: usize,
    angles: usize,
}

/// Rings of all kinds and lengths: one factor and two, even and odd, with and without an equator,
/// fewer places than frequencies, more frequencies than the rings can tell apart.
fn cases() -> Vec<Case> {
    let gauss = |rings, count| SphereGrid::gauss_legendre(rings, count).unwrap();
    let equiangular = |rings, count| SphereGrid::equiangular(rings, count).unwrap();
    let case = |grid, degree, spin, angles| Case {
        grid,
        degree,
        spin,
        angles,
    };
    vec![
        case(gauss(1, 1), 0, 0, 1),
        case(gauss(5, 9), 4, 0, 1),
        case(equiangular(8, 8), 3, 0, 1),
        case(equiangular(7, 6), 5, 0, 1),
        case(gauss(13, 120), 12, 0, 1),
        case(equiangular(6, 210), 25, 0, 1),
        case(SphereGrid::healpix(3).unwrap(), 9, 0, 1),
        case(SphereGrid::icosahedral(2).unwrap(), 7, 0, 1),
        case(SphereGrid::icosahedral(3).unwrap(), 4, 1, 3),
        case(gauss(4, 7), 3, 3, 7),
        case(equiangular(10, 10), 4, 2, 6),
        case(gauss(9, 90), 8, 1, 3),
        case(SphereGrid::healpix(2).unwrap(), 5, 2, 5),
        case(gauss(3, 5), 2, 0, 4),
    ]
}

fn check<T: Scalar>(bound: f64) {
    for (index, case) in cases().iter().enumerate() {
        let Case {
            grid,
            degree,
            spin,
            angles,
        } = case;
        let plan = SpherePlan::<T>::new(&shape(grid, *degree, *spin, *angles)).unwrap();
        let matrix = matrix(grid, *degree, *spin, *angles);
        let (samples, coefficients) = (plan.samples(), plan.coefficients());
        assert_eq!((samples, coefficients), (matrix.len(), matrix[0].1.len()));
        for (batch, channels) in [(1, 1), (3, 2), (2, 29), (9, 7), (0, 3), (3, 0)] {
            let x: Vec<T> = random(batch * coefficients * channels, index as u64);
            let v: Vec<T> = random(batch * samples * channels, 100 + index as u64);
            for weighting in [Weighting::Plain, Weighting::Weighted] {
                let factor = |weight: f64| match weighting {
                    Weighting::Plain => 1.0,
                    Weighting::Weighted => weight,
                };
                let mut values = vec![0.0; v.len()];
                let mut sums = vec![0.0; x.len()];
                for b in 0..batch {
                    for (p, (weight, row)) in matrix.iter().enumerate() {
                        for (k, entry) in row.iter().enumerate() {
                            let entry = entry * factor(*weight);
                            for c in 0..channels {
                                let (value, sum) = (
                                    (b * samples + p) * channels + c,
                                    (b * coefficients + k) * channels + c,
                                );
                                values[value] += entry * x[sum].to_f64();
                                sums[sum] += entry * v[value].to_f64();
                            }
                        }
                    }
                }
                let found = plan.synthesis(batch, channels, &x, weighting).unwrap();
                assert!(
                    distance(&found, &values) < bound,
                    "{index} {batch} {channels}"
                );
                let found = plan.analysis(batch, channels, &v, weighting).unwrap();
                assert!(
                    distance(&found, &sums) < bound,
                    "{index} {batch} {channels}"
                );
            }
        }
    }
}

#[test]
fn transforms_are_plain_sums_in_f64() {
    check::<f64>(SPHERE_F64);
}

#[test]
fn transforms_are_plain_sums_in_f32() {
    check::<f32>(SPHERE_F32);
}

#[test]
fn high_degrees_come_back() {
    // Beyond the tables that are kept, and in two factors.
    let degree = 340;
    let grid = SphereGrid::gauss_legendre(degree + 1, 2 * degree + 2).unwrap();
    let plan = SpherePlan::<f64>::new(&shape(&grid, degree, 0, 1)).unwrap();
    let x: Vec<f64> = random(plan.coefficients(), 1);
    let values = plan.synthesis(1, 1, &x, Weighting::Plain).unwrap();
    let back = plan.analysis(1, 1, &values, Weighting::Weighted).unwrap();
    assert!(distance(&back, &x) < 10.0 * SPHERE_F64);
}

#[test]
fn functions_on_rotations_come_back() {
    let grid = SphereGrid::gauss_legendre(11, 22).unwrap();
    let plan = SpherePlan::<f64>::new(&shape(&grid, 10, 10, 21)).unwrap();
    let x: Vec<f64> = random(3 * plan.coefficients(), 1);
    let values = plan.synthesis(3, 1, &x, Weighting::Plain).unwrap();
    let back = plan.analysis(3, 1, &values, Weighting::Weighted).unwrap();
    assert!(distance(&back, &x) < SPHERE_F64);
}

#[test]
fn bits_do_not_depend_on_the_number_of_threads() {
    let grid = SphereGrid::gauss_legendre(20, 40).unwrap();
    for (spin, batch, channels) in [(0, 1, 3), (0, 60, 4), (2, 3, 5), (2, 40, 3)] {
        let plan = SpherePlan::<f32>::new(&shape(&grid, 19, spin, 2 * spin + 1)).unwrap();
        let x: Vec<f32> = random(batch * plan.coefficients() * channels, 3);
        let run = |threads| {
            let pool = ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| {
                let values = plan
                    .synthesis(batch, channels, &x, Weighting::Plain)
                    .unwrap();
                let back = plan
                    .analysis(batch, channels, &values, Weighting::Weighted)
                    .unwrap();
                (values, back)
            })
        };
        assert!(run(1) == run(3));
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let grid = SphereGrid::equiangular(4, 4).unwrap();
    let good = shape(&grid, 2, 1, 3);
    let refused = |change: &dyn Fn(&mut SphereShape)| {
        let mut shape = good.clone();
        change(&mut shape);
        matches!(
            SpherePlan::<f64>::new(&shape),
            Err(EngineError::Sphere { .. })
        )
    };
    assert!(!refused(&|_| ()));
    assert!(refused(&|shape| shape.spin = 3));
    assert!(refused(&|shape| shape.angles = 2));
    assert!(refused(&|shape| shape.rings.clear()));
    assert!(refused(&|shape| shape.rings[0].count = 5));
    let plan = SpherePlan::<f64>::new(&good).unwrap();
    assert!(plan.synthesis(1, 1, &[0.0; 3], Weighting::Plain).is_err());
    assert!(plan.analysis(2, 1, &[0.0; 48], Weighting::Plain).is_err());
}
