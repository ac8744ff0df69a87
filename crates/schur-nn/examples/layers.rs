//! What the paths of the convolutions of three networks cost and how fast they run: forward,
//! input gradient, weight gradient.
//!
//! `cargo run --release -p schur-nn --example layers [-- BATCH [GROUP]]`

use std::hint::black_box;
use std::time::Instant;

use schur_engine::{Block, ConvPlan, Entry, Geometry, Layout, PairBasis, conv};
use schur_math::{
    KernelBand, LatticeKernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis,
};

use schur_nn::symmetry;

type Failure = Box<dyn std::error::Error>;

/// One layer: fields in (0 for the image), fields out, kernel, padding, image size.
type LayerSize = (usize, usize, usize, usize, usize);

/// The tutorial network of the peer (regular fields of any group).
const TUTORIAL: [LayerSize; 6] = [
    (0, 24, 7, 1, 29),
    (24, 48, 5, 2, 25),
    (48, 48, 5, 2, 13),
    (48, 96, 5, 2, 13),
    (96, 96, 5, 2, 7),
    (96, 64, 5, 1, 7),
];

/// The benchmark network of Weiler & Cesa (2019) for C16.
const BENCHMARK: [LayerSize; 6] = [
    (0, 16, 7, 1, 28),
    (16, 24, 5, 2, 24),
    (24, 32, 5, 2, 12),
    (32, 32, 5, 2, 12),
    (32, 48, 5, 2, 6),
    (48, 64, 5, 0, 6),
];

fn numbers(len: usize) -> Vec<f32> {
    let mut state = 1_u32;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state as f32 / 2_147_483_648.0 - 1.0
        })
        .collect()
}

/// Least seconds of several runs: other programs only ever add time.
fn seconds<R>(repeats: usize, mut run: impl FnMut() -> R) -> f64 {
    let times = (0..repeats).map(|_| {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

fn plan(
    group: &PlanarGroup,
    (inputs, outputs, k, padding, _): LayerSize,
) -> Result<ConvPlan, Failure> {
    let regular = PlanarRepresentation::regular(group)?;
    let (input, copies) = match inputs {
        0 => (PlanarRepresentation::trivial(group), 1),
        copies => (regular.clone(), copies),
    };
    let elements = if group.is_lattice_exact() {
        LatticeKernelBasis::new(&regular, &input, [1, k, k])?.into_elements()
    } else {
        SteerableKernelBasis::new(&regular, &input, &KernelBand::for_size(k)?)?
            .on_grid([1, k, k])?
    };
    let entry = |e: &schur_math::KernelEntry| Entry {
        out: e.out,
        input: e.input,
        tap: e.tap,
        value: e.value,
    };
    let elements = elements
        .iter()
        .map(|e| e.iter().map(entry).collect())
        .collect();
    let block = |rho: &PlanarRepresentation, multiplicity| Block {
        dim: rho.dim(),
        multiplicity,
    };
    let (from, to) = ([input.clone()], [regular.clone()]);
    let symmetry = if group.is_lattice_exact() {
        symmetry::on_lattice(&from, &to, [1, k, k])?
    } else {
        symmetry::in_band(&from, &to, [1, k, k], &KernelBand::for_size(k)?)?
    };
    Ok(ConvPlan::with_symmetry(
        Layout::new(vec![block(&input, copies)])?,
        Layout::new(vec![block(&regular, outputs)])?,
        Geometry::plane((k, k), (1, 1), (padding, padding), (1, 1))?,
        vec![PairBasis { elements }],
        &symmetry,
    )?)
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let batch: usize = arguments.next().map_or(Ok(64), |b| b.parse())?;
    let only = arguments.next();
    let repeats = if batch > 8 { 3 } else { 15 };
    // The peak: a dense product of the shapes below at their best.
    let peak = {
        let geometry = Geometry::square(1)?;
        let shape = schur_engine::ConvShape::new(&geometry, 64, [1, 16, 16], 1024, 1024)?;
        let (x, w) = (numbers(shape.input_len()), numbers(shape.weight_len()));
        2e-9 * shape.products() as f64 / seconds(5, || conv::forward(&shape, &x, &w))
    };
    println!("matrix product 16384 x 1024 x 1024: {peak:.0} GF/s; batch {batch}");
    println!("per layer and path: ms and effective (dense-equivalent) GF/s of forward, dX, dW; ");
    println!("the part of the peak that the products of the path itself reach in forward");
    for (name, layers) in [
        ("C8", TUTORIAL),
        ("C4", TUTORIAL),
        ("D4", TUTORIAL),
        ("C16", BENCHMARK),
    ] {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let group = PlanarGroup::parse(name)?;
        let mut sums = std::collections::BTreeMap::<&str, [f64; 3]>::new();
        for layer in layers {
            let built = Instant::now();
            let chosen = plan(&group, layer)?;
            let built = built.elapsed().as_secs_f64();
            let shape = chosen.shape(batch, [1, layer.4, layer.4])?;
            let (x, dy) = (numbers(shape.input_len()), numbers(shape.output_len()));
            let parameters = numbers(chosen.parameters());
            println!(
                "{name} {layer:?} built in {:.1} ms; chosen: {}",
                1e3 * built,
                chosen.path().name()
            );
            for cost in chosen.costs() {
                let plan = chosen.clone().with_path(cost.path)?;
                let weight = plan.prepare(&parameters)?;
                let prepare = seconds(repeats, || plan.prepare(&parameters));
                let times = [
                    seconds(repeats, || plan.forward(&shape, &x, &weight)),
                    seconds(repeats, || plan.backward_input(&shape, &dy, &parameters)),
                    seconds(repeats, || plan.backward_parameters(&shape, &x, &dy)),
                ];
                let giga = 2e-9 * shape.products() as f64;
                let own = 2e-9 * (cost.products * shape.out_pixels() as u128) as f64;
                println!(
                    "  {:16} {:>9} products {:>8} others; prepare {:6.2}; ms {:7.2} {:7.2} {:7.2}; GF/s {:5.0} {:5.0} {:5.0}; peak {:.2}",
                    cost.path.name(),
                    cost.products,
                    cost.transform + cost.filters,
                    1e3 * prepare,
                    1e3 * times[0],
                    1e3 * times[1],
                    1e3 * times[2],
                    giga / times[0],
                    giga / times[1],
                    giga / times[2],
                    own / times[0] / peak
                );
                let sum = sums.entry(cost.path.name()).or_default();
                sum.iter_mut().zip(times).for_each(|(s, t)| *s += t);
            }
        }
        for (path, sum) in sums {
            println!(
                "{name} {path}: ms forward {:.1}, dX {:.1}, dW {:.1}",
                1e3 * sum[0],
                1e3 * sum[1],
                1e3 * sum[2]
            );
        }
    }
    Ok(())
}
