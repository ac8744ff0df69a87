//! How long the tables of rotations take: Clebsch-Gordan, Wigner, harmonics.
//! `cargo bench -p schur-math --bench rotations`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use schur_math::{SphericalHarmonics, UnitQuaternion, real_clebsch_gordan, real_wigner_d_up_to};

/// All real Clebsch-Gordan matrices with degrees up to 8.
fn couplings(criterion: &mut Criterion) {
    const MAX: usize = 8;
    let tables = || {
        let mut numbers = 0;
        for l1 in 0..=MAX {
            for l2 in 0..=MAX {
                for l in l1.abs_diff(l2)..=MAX.min(l1 + l2) {
                    let table = real_clebsch_gordan(l1, l2, l).expect("degrees that couple");
                    numbers += black_box(table).len();
                }
            }
        }
        numbers
    };
    let mut bench = criterion.benchmark_group("couplings");
    bench.sample_size(20);
    bench.bench_function("real Clebsch-Gordan to 8", |bencher| bencher.iter(tables));
    bench.finish();
}

/// All real D matrices up to a degree for one rotation.
fn wigner(criterion: &mut Criterion) {
    let q = UnitQuaternion::new(0.5, -0.3, 0.7, 0.2).expect("a quaternion");
    let mut bench = criterion.benchmark_group("real Wigner D");
    bench.sample_size(20);
    for degree in [8, 20, 50] {
        bench.bench_function(BenchmarkId::new("to", degree), |bencher| {
            bencher.iter(|| real_wigner_d_up_to(degree, black_box(&q)).expect("a degree"));
        });
    }
    bench.finish();
}

/// Values of 1,000 points, one thread, and with gradients.
fn harmonics(criterion: &mut Criterion) {
    const POINTS: usize = 1000;
    let point = |i: usize| {
        let t = i as f64;
        [t.sin(), (1.7 * t).cos(), 0.1 + (0.3 * t).sin()]
    };
    let points: Vec<[f64; 3]> = (0..POINTS).map(point).collect();
    let mut bench = criterion.benchmark_group("spherical harmonics");
    bench.sample_size(20);
    bench.throughput(Throughput::Elements(POINTS as u64));
    for degree in [3, 6, 10, 20, 50] {
        let all = SphericalHarmonics::new(degree).expect("a degree");
        let mut values = vec![0.0; POINTS * all.dim()];
        let mut gradients = vec![0.0; 3 * POINTS * all.dim()];
        bench.bench_function(BenchmarkId::new("values", degree), |bencher| {
            bencher.iter(|| all.values_of_points(black_box(&points), &mut values));
        });
        bench.bench_function(BenchmarkId::new("with gradients", degree), |bencher| {
            bencher.iter(|| {
                all.values_and_gradients_of_points(black_box(&points), &mut values, &mut gradients)
            });
        });
    }
    bench.finish();
}

criterion_group!(benches, couplings, wigner, harmonics);
criterion_main!(benches);
