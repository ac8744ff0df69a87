//! Layers on the sphere and on harmonic coefficients of functions on it and on SO(3).

pub(crate) mod conv;
pub(crate) mod harmonics;
pub(crate) mod pointwise;
pub(crate) mod pool;

use burn::tensor::Tensor;

use crate::SphereFunctions;
use crate::matmul::reshaped;

/// The coefficients of every kind of functions, `[batch · place, coefficient, channel]`, as the engine has
/// them: `n` and `-n` of every `m` side by side, which stand in two blocks where there are inversions.
fn split(memory: &Tensor<3>, kinds: &[SphereFunctions], inversions: bool) -> Vec<Tensor<3>> {
    let [batch, places, _] = memory.dims();
    let mut offset = 0;
    let mut part = |count: usize, channels: usize| {
        let part = memory.clone().narrow(2, offset, count * channels);
        offset += count * channels;
        reshaped(part, [batch * places, count, channels])
    };
    let mut all = |kind: &SphereFunctions| {
        let channels = kind.channels;
        if !inversions || kind.spin == 0 {
            return part(kind.coefficients(), channels);
        }
        let columns = (0..=kind.spin).map(|n| {
            let count = (kind.degree + 1).pow(2) - n * n;
            let blocks = kind.columns(n, true);
            let blocks: Vec<Tensor<3>> = blocks.iter().map(|_| part(count, channels)).collect();
            let width = blocks.len();
            reshaped(
                Tensor::cat(blocks, 2),
                [batch * places, count * width, channels],
            )
        });
        let columns: Vec<Tensor<3>> = columns.collect();
        Tensor::cat(columns, 1)
    };
    kinds.iter().map(&mut all).collect()
}

/// The way back from [`split`].
fn join(
    parts: Vec<Tensor<3>>,
    kinds: &[SphereFunctions],
    inversions: bool,
    [batch, places]: [usize; 2],
) -> Tensor<3> {
    let mut flat: Vec<Tensor<3>> = Vec::new();
    let mut push = |part: Tensor<3>| {
        let [_, count, channels] = part.dims();
        flat.push(reshaped(part, [batch, places, count * channels]));
    };
    for (part, kind) in parts.into_iter().zip(kinds) {
        if !inversions || kind.spin == 0 {
            push(part);
            continue;
        }
        let mut first = 0;
        for n in 0..=kind.spin {
            let count = (kind.degree + 1).pow(2) - n * n;
            let width = kind.columns(n, true).len();
            let columns = part.clone().narrow(1, first, count * width);
            let columns = reshaped(columns, [batch * places, count, width * kind.channels]);
            first += count * width;
            for column in 0..width {
                push(
                    columns
                        .clone()
                        .narrow(2, column * kind.channels, kind.channels),
                );
            }
        }
    }
    if flat.len() == 1 {
        return flat.remove(0);
    }
    Tensor::cat(flat, 2)
}
