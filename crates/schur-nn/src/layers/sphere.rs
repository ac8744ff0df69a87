//! Layers on the sphere and on harmonic coefficients of functions on it and on SO(3).

pub(crate) mod conv;
pub(crate) mod harmonics;
pub(crate) mod pointwise;
pub(crate) mod pool;

use burn::tensor::Tensor;

use crate::SphereFunctions;
use crate::matmul::reshaped;

/// The coefficients of every kind of functions, `[batch · place, coefficient, channel]`.
fn split(memory: &Tensor<3>, kinds: &[SphereFunctions]) -> Vec<Tensor<3>> {
    let [batch, places, _] = memory.dims();
    let mut offset = 0;
    let part = |kind: &SphereFunctions| {
        let (count, channels) = (kind.coefficients(), kind.channels);
        let part = memory.clone().narrow(2, offset, count * channels);
        offset += count * channels;
        reshaped(part, [batch * places, count, channels])
    };
    kinds.iter().map(part).collect()
}

/// The way back from [`split`].
fn join(parts: Vec<Tensor<3>>, batch: usize, places: usize) -> Tensor<3> {
    let flat = parts.into_iter().map(|part| {
        let [_, count, channels] = part.dims();
        reshaped(part, [batch, places, count * channels])
    });
    let mut flat: Vec<Tensor<3>> = flat.collect();
    if flat.len() == 1 {
        return flat.remove(0);
    }
    Tensor::cat(flat, 2)
}
