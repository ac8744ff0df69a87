//! Random numbers that depend on a seed alone, not on Burn's global generator.

mod elementary;

use std::f64::consts::TAU;

use pulp::NullaryFnOnce;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use schur_engine::parallel::*;

/// Normal numbers per task; part of no result.
const TASK: usize = 8192;
/// Normal numbers whose bits lie on the stack at a time.
const BLOCK: usize = 128;
/// Words of 32 bits that a normal number takes from the stream.
const WORDS: u128 = 4;

/// A standard normal number by the Box-Muller transform. ChaCha's stream is specified and the
/// functions are our own, so the value depends on neither a library's version nor the platform.
pub(crate) fn normal(rng: &mut impl RngCore) -> f64 {
    let bits = [rng.next_u64(), rng.next_u64()];
    box_muller(bits)
}

/// The first `count` numbers that [`normal`] draws from a seed: in parallel, since every one has
/// its place in the stream, and with the widest vectors of the processor, which change no bit.
pub(crate) fn normals(seed: u64, count: usize) -> Vec<f64> {
    let mut numbers = vec![0.0; count];
    let tasks = numbers.par_chunks_mut(TASK).enumerate();
    tasks.for_each(|(task, numbers)| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_word_pos(WORDS * (task * TASK) as u128);
        let mut bits = [[0; 2]; BLOCK];
        for numbers in numbers.chunks_mut(BLOCK) {
            let bits = &mut bits[..numbers.len()];
            bits.fill_with(|| [rng.next_u64(), rng.next_u64()]);
            pulp::Arch::new().dispatch(Transform { bits, numbers });
        }
    });
    numbers
}

/// A run of independent Box-Muller transforms.
struct Transform<'a> {
    bits: &'a [[u64; 2]],
    numbers: &'a mut [f64],
}

impl NullaryFnOnce for Transform<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (number, &bits) in self.numbers.iter_mut().zip(self.bits) {
            *number = box_muller(bits);
        }
    }
}

#[inline(always)]
fn box_muller([radius, angle]: [u64; 2]) -> f64 {
    // In (0, 1]: the logarithm of zero does not exist.
    let radius = 1.0 - unit(radius);
    (-2.0 * elementary::ln(radius)).sqrt() * elementary::cos(TAU * unit(angle))
}

/// Uniform in [0, 1) from the upper 53 bits.
pub(crate) fn uniform(rng: &mut impl RngCore) -> f64 {
    unit(rng.next_u64())
}

#[inline(always)]
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}
