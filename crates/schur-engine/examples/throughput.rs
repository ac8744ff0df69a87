//! Rates of the engine's operations at the sizes of small image classifiers, in `f32`.
//!
//! `cargo run --release -p schur-engine --example throughput`

use std::hint::black_box;
use std::time::Instant;

use schur_engine::norm::Affine;
use schur_engine::pool::Windows;
use schur_engine::{Activation, Block, ConvShape, Geometry, Layout, NormPlan, PoolShape};
use schur_engine::{Result, conv, pool};

/// Median seconds of several runs.
fn seconds<R>(mut run: impl FnMut() -> R) -> f64 {
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[0]
}

/// Numbers without a pattern in [-1, 1).
fn numbers(len: usize) -> Vec<f32> {
    let mut state = 1_u32;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state as f32 / 2_147_483_648.0 - 1.0
        })
        .collect()
}

fn main() -> Result<()> {
    println!("convolution: (batch, size, in, out, k)   GF/s forward, input and weight gradient");
    let image = |side, k, padding| ([1, side, side], [1, k, k], [0, padding, padding]);
    let volume = |side, k, padding| ([side; 3], [k; 3], [padding; 3]);
    for (batch, (size, kernel, padding), inputs, outputs) in [
        (64, image(26, 3, 0), 40, 40),
        (64, image(12, 3, 0), 40, 40),
        (64, image(12, 5, 2), 40, 40),
        (64, image(28, 3, 0), 1, 40),
        (64, image(28, 5, 0), 1, 40),
        (64, image(14, 5, 2), 192, 192),
        (64, image(14, 5, 2), 128, 128),
        (64, image(7, 5, 2), 384, 384),
        (64, image(28, 3, 1), 64, 64),
        (64, image(14, 1, 0), 128, 128),
        (1, image(28, 3, 1), 64, 64),
        (4, volume(16, 3, 1), 48, 48),
        (4, volume(12, 5, 2), 24, 24),
    ] {
        let geometry = Geometry::new(kernel, [1; 3], padding, [1; 3])?;
        let shape = ConvShape::new(&geometry, batch, size, inputs, outputs)?;
        let (x, dy) = (numbers(shape.input_len()), numbers(shape.output_len()));
        let weight = numbers(shape.weight_len());
        let giga = 2e-9 * shape.products() as f64;
        let forward = seconds(|| conv::forward(&shape, &x, &weight));
        let input = seconds(|| conv::backward_input(&shape, &dy, &weight));
        let gradient = seconds(|| conv::backward_weight(&shape, &x, &dy));
        println!(
            "{:36} {:8.1} {:8.1} {:8.1}   ({:.2} ms forward)",
            format!("({batch}, {size:?}, {inputs}, {outputs}, {})", kernel[2]),
            giga / forward,
            giga / input,
            giga / gradient,
            1e3 * forward
        );
    }
    println!("norm and pool, 64 x 26 x 26 x 40: ms");
    let layout = Layout::new(vec![Block {
        dim: 8,
        multiplicity: 5,
    }])?;
    let (x, dy) = (numbers(64 * 26 * 26 * 40), numbers(64 * 26 * 26 * 40));
    for activation in [Activation::Identity, Activation::Relu, Activation::Elu] {
        let plan = NormPlan::new(layout.clone(), activation);
        let affine = Affine {
            gamma: &[1.0; 5],
            beta: &[0.0; 5],
            eps: 0.001,
        };
        let (_, moments) = plan.forward_train(&x, affine)?;
        let forward = seconds(|| plan.forward_train(&x, affine));
        let eval = seconds(|| plan.forward_eval(&x, affine, &moments));
        let backward = seconds(|| plan.backward_train(&x, affine, &moments, &dy));
        println!(
            "norm {:9} train {:.2}  eval {:.2}  backward {:.2}",
            format!("{activation:?}"),
            1e3 * forward,
            1e3 * eval,
            1e3 * backward
        );
    }
    let shape = PoolShape::new(64, [1, 26, 26], 40, Windows::plane((2, 2), (2, 2), (0, 0))?)?;
    let max = pool::max_pool(&shape, &x)?;
    let small = &dy[..shape.output_len()];
    println!(
        "max-pool {:.2}  backward {:.2};  average {:.2}  backward {:.2}",
        1e3 * seconds(|| pool::max_pool(&shape, &x)),
        1e3 * seconds(|| pool::max_pool_backward(&shape, &max.argmax, small)),
        1e3 * seconds(|| pool::average_pool(&shape, &x)),
        1e3 * seconds(|| pool::average_pool_backward(&shape, small)),
    );
    Ok(())
}
