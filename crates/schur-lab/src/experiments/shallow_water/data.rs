//! States of shallow water and what becomes of them in two hours.

use burn::tensor::{Device, Tensor, TensorData};
use schur_math::{ShallowWater, SpaceIsometry, WaterState};
use schur_nn::{Domain, Field, FieldType};

use super::DEGREE;
use crate::dense::Random;
use crate::error::Result;

/// The largest degree of the solver, which is also that of what flows to higher ones.
const SOLVED: usize = 11;
/// The largest degree of a state at the beginning.
const SMOOTH: usize = 5;
/// Mean depth in metres.
const DEPTH: f64 = 10_000.0;
/// Two hours, and steps of the solver.
const SECONDS: f64 = 7_200.0;
const STEPS: usize = 12;
/// Units in which the three parts vary by about one: metres, and 1/s.
const UNITS: [f64; 3] = [300.0, 15.0 / 1e6, 10.0 / 1e6];

/// Pairs as coefficients up to [`DEGREE`] in [`UNITS`]: `[pair, 1, channel]`, where the channels are those of
/// two functions, height and divergence, and behind them those of the vorticity.
#[derive(Clone)]
pub(super) struct Pairs {
    pub(super) now: Tensor<3>,
    pub(super) later: Tensor<3>,
}

pub(super) fn solver() -> Result<ShallowWater> {
    Ok(ShallowWater::on_earth(SOLVED)?.with_hyperdiffusion(SECONDS)?)
}

/// What becomes of a state in two hours.
pub(super) fn later(water: &ShallowWater, state: &WaterState) -> Result<WaterState> {
    Ok(water.advance(state, SECONDS, STEPS)?)
}

/// Water with winds that blow eastwards around the poles, as on the Earth, and with waves and vortices that
/// have no direction.
pub(super) fn upright(random: &mut Random) -> WaterState {
    let mut state = WaterState::still(SOLVED, DEPTH);
    for l in 1..=SMOOTH {
        let size = (-(l as f64 / 4.0).powi(2)).exp();
        for i in l * l..(l + 1).pow(2) {
            state.height[i] = 0.8 * UNITS[0] * size * random.uniform();
            state.vorticity[i] = 0.5 * UNITS[1] * size * random.uniform();
            state.divergence[i] = 0.8 * UNITS[2] * size * random.uniform();
        }
    }
    // The order 0 of odd degrees: as much to the north as to the south, all of it eastwards.
    for (l, share) in [(1, 1.2), (3, 0.6)] {
        state.vorticity[l * l + l] += UNITS[1] * share * (1.0 + 0.3 * random.uniform());
    }
    state
}

/// So many pairs.
pub(super) fn pairs(count: usize, random: &mut Random) -> Result<Pairs> {
    let water = solver()?;
    let (mut now, mut then) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let state = upright(random);
        now.extend(numbers(&state));
        then.extend(numbers(&later(&water, &state)?));
    }
    let tensor = |numbers: Vec<f32>| {
        let width = numbers.len() / count;
        Tensor::from_data(TensorData::new(numbers, [count, 1, width]), &Device::flex())
    };
    Ok(Pairs {
        now: tensor(now),
        later: tensor(then),
    })
}

/// The channels of a state.
fn numbers(state: &WaterState) -> Vec<f32> {
    let count = (DEGREE + 1).pow(2);
    let scaled = |part: &[f64], unit: f64, mean: f64| -> Vec<f32> {
        let values = part[..count].iter().enumerate();
        let values = values.map(|(i, value)| (value - if i == 0 { mean } else { 0.0 }) / unit);
        values.map(|value| value as f32).collect()
    };
    let height = scaled(&state.height, UNITS[0], DEPTH);
    let divergence = scaled(&state.divergence, UNITS[2], 0.0);
    let functions = height.into_iter().zip(divergence);
    let functions = functions.flat_map(|(height, divergence)| [height, divergence]);
    functions
        .chain(scaled(&state.vorticity, UNITS[1], 0.0))
        .collect()
}

/// States as a network sees them, each moved by an element of its own as heights, divergences and
/// vorticities move.
pub(super) fn moved(all: &Tensor<3>, elements: &[SpaceIsometry]) -> Result<Tensor<3>> {
    let fields = FieldType::parse(&super::fields("O(3)", true))?;
    let each = elements.iter().enumerate().map(|(index, g)| {
        let one = all.clone().narrow(0, index, 1);
        let one = Field::from_memory(one, Domain::Vector, &fields)?;
        Ok(one.transform(*g)?.into_memory())
    });
    Ok(Tensor::cat(each.collect::<Result<Vec<_>>>()?, 0))
}

impl Pairs {
    /// These pairs, each moved by an element of its own.
    pub(super) fn moved(&self, elements: &[SpaceIsometry]) -> Result<Self> {
        Ok(Self {
            now: moved(&self.now, elements)?,
            later: moved(&self.later, elements)?,
        })
    }

    /// The length of `values - later` over that of `now - later`, over all pairs and parts: 1 for whoever says
    /// that nothing changes.
    pub(super) fn error(&self, values: Tensor<3>) -> f64 {
        let size = |x: Tensor<3>| (x - self.later.clone()).square().sum().into_scalar::<f64>();
        (size(values) / size(self.now.clone())).sqrt()
    }
}
