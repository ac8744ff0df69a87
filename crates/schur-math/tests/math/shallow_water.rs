//! Shallow water on a sphere without rotation: it commutes with O(3), keeps what it should, and agrees with
//! closed forms and with another solver.

use std::f64::consts::PI;

use rand_chacha::{ChaCha8Rng, rand_core::RngCore, rand_core::SeedableRng};
use schur_math::{ShallowWater, SpaceIsometry, SpatialGroup, SpatialRepresentation, WaterState};

use crate::support::table::rows;
use crate::support::tolerance::{
    ENERGY_KEPT, FAILURE, OTHER_STEPS, SINGLE, SMALL_WAVES, SUMS, WATER,
};

const RADIUS: f64 = 6.37122e6;
const GRAVITY: f64 = 9.80616;
const DEPTH: f64 = 1e4;

fn speed_of_waves() -> f64 {
    (GRAVITY * DEPTH).sqrt()
}

/// Water in motion, smooth, without a symmetry: heights vary by some hundred metres, winds are some tens of
/// metres per second.
fn moving(degree: usize, seed: u64) -> WaterState {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut state = WaterState::still(degree, DEPTH);
    let scales = [100.0, 0.1, 0.03].map(|share| share / degree as f64);
    let units = [1.0, speed_of_waves() / RADIUS, speed_of_waves() / RADIUS];
    for l in 1..=degree {
        let size = (-(l as f64 / 4.0).powi(2)).exp();
        for i in l * l..(l + 1).pow(2) {
            let parts = [
                &mut state.height,
                &mut state.vorticity,
                &mut state.divergence,
            ];
            for ((part, scale), unit) in parts.into_iter().zip(scales).zip(units) {
                let number = f64::from(random.next_u32()) / f64::from(1u32 << 31) - 1.0;
                part[i] = 10.0 * scale * unit * size * number;
            }
        }
    }
    state
}

/// A state moved by an element of O(3), with a vorticity that is a pseudoscalar or, wrongly, a scalar.
fn moved(state: &WaterState, g: &SpaceIsometry, pseudo: bool) -> WaterState {
    let degree = state.height.len().isqrt() - 1;
    let matrix = |pseudo: bool| {
        let o3 = SpatialGroup::o3();
        let rho = SpatialRepresentation::degrees(&o3, [0, degree], pseudo).unwrap();
        rho.matrix(g).unwrap()
    };
    WaterState {
        height: matrix(false).apply(&state.height),
        vorticity: matrix(pseudo).apply(&state.vorticity),
        divergence: matrix(false).apply(&state.divergence),
    }
}

fn length(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// Relative distances of the parts; of the heights those of what is not the mean.
fn distances(a: &WaterState, b: &WaterState) -> [f64; 3] {
    let of = |a: &[f64], b: &[f64]| {
        let off: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        length(&off) / length(b)
    };
    [
        of(&a.height[1..], &b.height[1..]),
        of(&a.vorticity, &b.vorticity),
        of(&a.divergence, &b.divergence),
    ]
}

fn largest(distances: [f64; 3]) -> f64 {
    distances.into_iter().fold(0.0, f64::max)
}

#[test]
fn water_commutes_with_all_of_o3() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for degree in [7, 10] {
        let water = ShallowWater::on_earth(degree).unwrap();
        let water = water.with_hyperdiffusion(7200.0).unwrap();
        let state = moving(degree, 1);
        let after = |state: &WaterState| water.advance(state, 7200.0, 12).unwrap();
        let expected = after(&state);
        // It is not that nothing happens.
        assert!(distances(&expected, &state).iter().all(|d| *d > 0.02));
        for k in 0..6 {
            let g = SpaceIsometry::random_proper(&mut random);
            let g = match k % 2 {
                0 => g,
                _ => g.compose(&SpaceIsometry::INVERSION),
            };
            let defect = |pseudo: bool| {
                let found = after(&moved(&state, &g, pseudo));
                largest(distances(&found, &moved(&expected, &g, pseudo)))
            };
            let right = defect(true);
            assert!(right < WATER, "{degree} {g}: {right:e}");
            // Vorticity as a scalar is wrong under mirrors, and under them only.
            let wrong = defect(false);
            assert_eq!(wrong > FAILURE, g.is_improper(), "{degree} {g}: {wrong:e}");
        }
    }
}

#[test]
fn small_waves_have_the_frequency_of_their_degree() {
    let degree = 6;
    let water = ShallowWater::on_earth(degree).unwrap();
    for l in 1..=degree {
        let frequency = speed_of_waves() * ((l * (l + 1)) as f64).sqrt() / RADIUS;
        let mut wave = WaterState::still(degree, DEPTH);
        // Products of a centimetre with itself are a millionth of it.
        wave.height[l * l + 1] = 0.01;
        // A quarter and a half of a period.
        for (share, cosine) in [(0.25, 0.0), (0.5, -1.0), (1.0, 1.0)] {
            let after = water
                .advance(&wave, 2.0 * PI * share / frequency, 200)
                .unwrap();
            let found = after.height[l * l + 1] / 0.01;
            assert!((found - cosine).abs() < SMALL_WAVES, "{l} {share}: {found}");
        }
    }
}

#[test]
fn mass_is_kept_to_the_bit_and_energy_nearly() {
    let water = ShallowWater::on_earth(12).unwrap();
    let state = moving(12, 2);
    let before = water.energy(&state).unwrap();
    // What can become motion is far less than the whole.
    let rest = water.energy(&WaterState::still(12, DEPTH)).unwrap();
    let mut now = state.clone();
    for _ in 0..6 {
        now = water.advance(&now, 3600.0, 24).unwrap();
        assert_eq!(now.height[0].to_bits(), state.height[0].to_bits());
        let drift = (water.energy(&now).unwrap() - before).abs() / (before - rest);
        assert!(drift < ENERGY_KEPT, "{drift:e}");
    }
    // With diffusion it falls.
    let thick = water.with_hyperdiffusion(600.0).unwrap();
    let after = thick.advance(&state, 21_600.0, 144).unwrap();
    let lost = (before - thick.energy(&after).unwrap()) / (before - rest);
    assert!(lost > ENERGY_KEPT, "{lost:e}");
}

/// Water that turns as a rigid body stays as it is: its surface is a paraboloid (test case 2 of Williamson
/// and others, 1992, without rotation).
#[test]
fn rigid_rotation_is_steady() {
    let (degree, wind) = (5, 40.0);
    let water = ShallowWater::on_earth(degree).unwrap();
    let mut state = WaterState::still(degree, DEPTH);
    // ζ = 2 u z / a, and g h = g H - u² z² / 2, where z = Y'_1 / √3 and z² = 1/3 + 2 Y'_2 / 3√5.
    state.vorticity[2] = 2.0 * wind / RADIUS / 3f64.sqrt();
    let sag = wind * wind / (2.0 * GRAVITY);
    state.height[0] -= sag / 3.0;
    state.height[6] -= sag * 2.0 / (3.0 * 5f64.sqrt());
    let rate = water.tendency(&state).unwrap();
    let turn = wind / RADIUS;
    assert!(length(&rate.height) < SUMS * turn * DEPTH);
    assert!(length(&rate.vorticity) < SUMS * turn * turn);
    assert!(length(&rate.divergence) < SUMS * turn * turn);
    // With a flat surface it begins to flow.
    state.height[6] = 0.0;
    let rate = water.tendency(&state).unwrap();
    assert!(length(&rate.divergence) > 0.1 * turn * turn);
}

/// Half of the step has a sixteenth of the error.
#[test]
fn steps_are_of_order_four() {
    let water = ShallowWater::on_earth(8).unwrap();
    let state = moving(8, 4);
    let after = |steps: usize| water.advance(&state, 14_400.0, steps).unwrap();
    let exact = after(192);
    let [coarse, fine] = [12, 24].map(|steps| largest(distances(&after(steps), &exact)));
    assert!(
        (12.0..20.0).contains(&(coarse / fine)),
        "{coarse:e} {fine:e}"
    );
}

/// The derivatives of `tendency`, with the steps of the other solver, give its numbers to the digits that
/// were kept; our own steps are off from these by what the other's are off.
#[test]
fn another_solver_finds_the_same() {
    let (degree, kept, step) = (23, 15, 300.0);
    let water = ShallowWater::on_earth(degree).unwrap();
    for (now, later) in pairs(degree, kept) {
        // The other solver begins its method of Adams and Bashforth like this.
        let (mut state, mut before) = (now.clone(), Vec::new());
        for _ in 0..24 {
            let rate = water.tendency(&state).unwrap();
            let weighted: Vec<(f64, &WaterState)> = match &before[..] {
                [] => vec![(1.0, &rate)],
                [first] => vec![(28.0 / 12.0, &rate), (-16.0 / 12.0, first)],
                [.., second, first] => {
                    let weights = [23.0 / 12.0, -16.0 / 12.0, 5.0 / 12.0];
                    weights.into_iter().zip([&rate, first, second]).collect()
                }
            };
            let parts =
                |s: &WaterState| [s.height.clone(), s.vorticity.clone(), s.divergence.clone()];
            let mut sum = parts(&state);
            for (weight, rate) in weighted {
                for (sum, rate) in sum.iter_mut().zip(parts(rate)) {
                    let terms = sum.iter_mut().zip(rate);
                    terms.for_each(|(sum, rate)| *sum += step * weight * rate);
                }
            }
            for part in &mut sum[1..] {
                for (i, value) in part.iter_mut().enumerate() {
                    let l = i.isqrt();
                    let share = (l * (l + 1)) as f64 / (degree * (degree + 1)) as f64;
                    *value *= (-step / 7200.0 * share.powi(4)).exp();
                }
            }
            let [height, vorticity, divergence] = sum;
            state = WaterState {
                height,
                vorticity,
                divergence,
            };
            before.push(rate);
        }
        let off = distances(&cut(&state, kept), &later);
        assert!(largest(off) < SINGLE, "{off:?}");
        let ours = water.clone().with_hyperdiffusion(7200.0).unwrap();
        let ours = cut(&ours.advance(&now, 7200.0, 24).unwrap(), kept);
        let off = distances(&ours, &later);
        assert!(largest(off) < OTHER_STEPS, "{off:?}");
        // That is less than what happens.
        let change = distances(&cut(&now, kept), &later);
        assert!(
            change.iter().zip(off).all(|(c, o)| *c > 10.0 * o),
            "{change:?}"
        );
    }
}

/// Only the degrees up to one.
fn cut(state: &WaterState, degree: usize) -> WaterState {
    let part = |values: &[f64]| values[..(degree + 1).pow(2)].to_vec();
    WaterState {
        height: part(&state.height),
        vorticity: part(&state.vorticity),
        divergence: part(&state.divergence),
    }
}

/// States and what became of them, those in degrees up to `degree`, these up to `kept`.
fn pairs(degree: usize, kept: usize) -> Vec<(WaterState, WaterState)> {
    let mut pairs: Vec<(WaterState, WaterState)> = Vec::new();
    for row in rows("shallow_water.csv") {
        let [pair, l, m] = [0, 1, 2].map(|i| row[i].parse::<usize>().unwrap());
        if pair == pairs.len() {
            pairs.push((
                WaterState::still(degree, DEPTH),
                WaterState::still(kept, DEPTH),
            ));
        }
        let numbers: Vec<f64> = row[3..].iter().map(|text| text.parse().unwrap()).collect();
        let (now, later) = &mut pairs[pair];
        for (state, numbers) in [now, later].into_iter().zip(numbers.chunks(6)) {
            let units = [DEPTH, speed_of_waves() / RADIUS, speed_of_waves() / RADIUS];
            let parts = [
                &mut state.height,
                &mut state.vorticity,
                &mut state.divergence,
            ];
            for ((part, unit), number) in parts.into_iter().zip(units).zip(numbers.chunks(2)) {
                // c e^{imφ} and its conjugate are 2 Re c cos mφ - 2 Im c sin mφ.
                let unit = unit / (4.0 * PI).sqrt() * if m > 0 { 2f64.sqrt() } else { 1.0 };
                part[l * l + l + m] += unit * number[0];
                if m > 0 {
                    part[l * l + l - m] = -unit * number[1];
                }
            }
        }
    }
    pairs
}

#[test]
fn what_cannot_flow_is_refused() {
    for (degree, radius, gravity) in [
        (0, 1.0, 1.0),
        (256, 1.0, 1.0),
        (4, 0.0, 1.0),
        (4, 1.0, f64::NAN),
    ] {
        assert!(ShallowWater::new(degree, radius, gravity).is_err());
    }
    let water = ShallowWater::on_earth(4).unwrap();
    assert_eq!(water.degree(), 4);
    assert!(water.clone().with_hyperdiffusion(0.0).is_err());
    let still = WaterState::still(4, DEPTH);
    assert!(water.tendency(&WaterState::still(3, DEPTH)).is_err());
    assert!(water.advance(&still, 1.0, 0).is_err());
    assert!(water.advance(&still, f64::INFINITY, 1).is_err());
    let mut broken = still.clone();
    broken.vorticity[0] = 1.0;
    let message = water.energy(&broken).unwrap_err().to_string();
    assert!(message.contains("first coefficient"), "{message}");
    broken = still;
    broken.height[3] = f64::NAN;
    assert!(water.tendency(&broken).is_err());
    // Far too long steps say so.
    let message = water.advance(&moving(4, 5), 1e9, 400).unwrap_err();
    assert!(message.to_string().contains("shorter steps"), "{message}");
}
