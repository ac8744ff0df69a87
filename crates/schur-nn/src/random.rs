//! Random numbers that depend on a seed alone, not on Burn's global generator.

use rand_chacha::rand_core::RngCore;

/// A standard normal number by the Box-Muller transform. ChaCha's stream is specified, so the
/// value does not change with the version of a sampling library.
pub(crate) fn normal(rng: &mut impl RngCore) -> f64 {
    // In (0, 1]: the logarithm of zero does not exist.
    let radius = 1.0 - uniform(rng);
    let angle = std::f64::consts::TAU * uniform(rng);
    (-2.0 * radius.ln()).sqrt() * angle.cos()
}

/// Uniform in [0, 1) from the upper 53 bits.
pub(crate) fn uniform(rng: &mut impl RngCore) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}
