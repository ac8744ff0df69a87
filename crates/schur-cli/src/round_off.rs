//! How much a network magnifies the round-off of 32 bits.
//!
//! An answer can be a small difference of large numbers, for example behind a mean over many
//! pixels. Then a bound relative to the answer is missed by correct networks. What is relative to
//! is therefore measured: how far the network in `f32` is from itself in `f64`.

use schur_nn::{Field, relative_distance, tolerance};

use crate::tolerance::SPREAD;

/// The factor, at least 1, by which a bound for `f32` grows for a computation that gave `single`
/// in `f32` and `double` in `f64`.
pub(crate) fn factor(single: &Field, double: &Field) -> f64 {
    let single = single.memory().clone().cast(double.memory().dtype());
    let round_off = relative_distance(&single, double.memory());
    (SPREAD * round_off / tolerance::EXACT_F32).max(1.0)
}
