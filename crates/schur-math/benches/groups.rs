//! How long groups take: the group with its irreps and the decomposed regular representation,
//! from nothing. `cargo bench -p schur-math --bench groups`.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use schur_math::{Decomposition, Group, Representation, irreps};

/// From small ones to orders near 1,000: many one-dimensional irreps, many planes, few large
/// irreps.
const NAMES: [&str; 9] = [
    "D4", "Oh", "Ih", "S5", "S6", "C1000", "D500", "S5 x C8", "A5 x D8",
];

fn groups(criterion: &mut Criterion) {
    let mut bench = criterion.benchmark_group("group, irreps, regular");
    bench.sample_size(10);
    bench.warm_up_time(Duration::from_millis(500));
    bench.measurement_time(Duration::from_secs(2));
    for name in NAMES {
        bench.bench_function(name, |bencher| {
            bencher.iter(|| {
                let group = Group::parse(black_box(name)).expect("a name");
                let all = irreps(&group).expect("a finite group has irreps");
                let regular = Decomposition::new(&Representation::regular(&group));
                (all.len(), regular.expect("exact matrices").copies().len())
            });
        });
    }
    bench.finish();
}

criterion_group!(benches, groups);
criterion_main!(benches);
