//! How fast convolutions run on this machine.

use std::hint::black_box;
use std::time::Instant;

use schur_engine::{ConvPlan, ConvShape, Geometry, conv};
use schur_nn::NnError;
use serde::Serialize;

use crate::error::Result;

/// Every measurement is the least of at least so many runs.
const RUNS: usize = 3;
/// And takes about so many seconds.
const SECONDS: f64 = 0.2;

/// Seconds of one call per direction, in `f32` on all threads.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Times {
    pub(crate) forward: f64,
    pub(crate) input_gradient: f64,
    pub(crate) parameter_gradient: f64,
}

impl Times {
    /// Times of a plan on `batch` images of `sizes` [depth, height, width], weights prepared.
    pub(crate) fn of(plan: &ConvPlan, batch: usize, sizes: [usize; 3]) -> Result<Self> {
        let shape = plan.shape(batch, sizes).map_err(NnError::from)?;
        let (x, dy) = (numbers(shape.input_len()), numbers(shape.output_len()));
        let parameters = numbers(plan.parameters());
        let weight = plan.prepare(&parameters).map_err(NnError::from)?;
        Ok(Self {
            forward: least(|| plan.forward(&shape, &x, &weight))?,
            input_gradient: least(|| plan.backward_input(&shape, &dy, &parameters))?,
            parameter_gradient: least(|| plan.backward_parameters(&shape, &x, &dy))?,
        })
    }

    /// All three: what a training step takes.
    pub(crate) fn step(&self) -> f64 {
        self.forward + self.input_gradient + self.parameter_gradient
    }
}

/// Products per second of a large matrix product, the best that this machine reached.
pub(crate) fn peak() -> Result<f64> {
    let geometry = Geometry::square(1).map_err(NnError::from)?;
    let shape = ConvShape::new(&geometry, 1, [1, 64, 96], 768, 768).map_err(NnError::from)?;
    let (x, weight) = (numbers(shape.input_len()), numbers(shape.weight_len()));
    Ok(shape.products() as f64 / least(|| conv::forward(&shape, &x, &weight))?)
}

/// Least seconds of several runs: other programs only ever add time.
fn least<R>(mut run: impl FnMut() -> schur_engine::Result<R>) -> Result<f64> {
    let (mut least, mut total, mut runs) = (f64::INFINITY, 0.0, 0);
    while runs < RUNS || total < SECONDS {
        let start = Instant::now();
        black_box(run().map_err(NnError::from)?);
        let seconds = start.elapsed().as_secs_f64();
        least = least.min(seconds);
        total += seconds;
        runs += 1;
    }
    Ok(least)
}

/// Numbers in [-1, 1) that look random.
fn numbers(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state as f32 / 2_147_483_648.0 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}
