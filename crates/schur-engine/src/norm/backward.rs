//! The two passes of the gradient of a norm.

use rayon::prelude::*;

use super::Activation;
use super::activation::{Elu, Function, Identity, Relu};
use super::forward::Coefficients;
use super::wide::WideRows;
use crate::Scalar;

/// Sums over pixels, per channel, of dz and of dz (x - mean), where z is what enters the
/// activation.
pub(super) struct Sums {
    pub(super) total: Vec<f64>,
    pub(super) moment: Vec<f64>,
}

/// First pass: dz = dy activation'(z) for every entry, and its sums.
pub(super) fn slopes<T: Scalar>(
    forward: &Coefficients<T>,
    rows: &WideRows,
    x: &[T],
    dy: &[T],
    activation: Activation,
) -> (Vec<T>, Sums) {
    match activation {
        Activation::Identity => slopes_with(forward, rows, x, dy, Identity),
        Activation::Relu => slopes_with(forward, rows, x, dy, Relu),
        Activation::Elu => slopes_with(forward, rows, x, dy, Elu),
    }
}

fn slopes_with<T: Scalar, F: Function>(
    forward: &Coefficients<T>,
    rows: &WideRows,
    x: &[T],
    dy: &[T],
    function: F,
) -> (Vec<T>, Sums) {
    let mut dz = vec![T::ZERO; x.len()];
    let parts: Vec<Vec<f64>> = dz
        .par_chunks_mut(rows.part)
        .zip(x.par_chunks(rows.part))
        .zip(dy.par_chunks(rows.part))
        .map(|((dz, x), dy)| {
            let mut sums = vec![0.0; 2 * rows.width];
            let (total, moment) = sums.split_at_mut(rows.width);
            let pieces = dz.chunks_mut(rows.width).zip(x.chunks(rows.width));
            for ((dz, x), dy) in pieces.zip(dy.chunks(rows.width)) {
                let len = x.len();
                let (dz, dy) = (&mut dz[..len], &dy[..len]);
                let (total, moment) = (&mut total[..len], &mut moment[..len]);
                let mean = &forward.mean[..len];
                let scale = &forward.scale[..len];
                let shift = &forward.shift[..len];
                for i in 0..len {
                    let centered = x[i] - mean[i];
                    let slope = dy[i] * function.slope(centered * scale[i] + shift[i]);
                    dz[i] = slope;
                    total[i] += slope.to_f64();
                    moment[i] += slope.to_f64() * centered.to_f64();
                }
            }
            sums
        })
        .collect();
    let mut sums = vec![0.0; 2 * rows.width];
    for part in &parts {
        for (sum, &term) in sums.iter_mut().zip(part) {
            *sum += term;
        }
    }
    let (total, moment) = sums.split_at(rows.width);
    let sums = Sums {
        total: rows.fold(total),
        moment: rows.fold(moment),
    };
    (dz, sums)
}

/// Second pass, in place: dx = scale (dz - mean_term - (x - mean) slope_term).
pub(super) fn combine<T: Scalar>(
    forward: &Coefficients<T>,
    mean_term: &[T],
    slope_term: &[T],
    rows: &WideRows,
    x: &[T],
    dz: &mut [T],
) {
    dz.par_chunks_mut(rows.part)
        .zip(x.par_chunks(rows.part))
        .for_each(|(dz, x)| {
            for (dz, x) in dz.chunks_mut(rows.width).zip(x.chunks(rows.width)) {
                let len = x.len();
                let dz = &mut dz[..len];
                let (mean_term, slope_term) = (&mean_term[..len], &slope_term[..len]);
                let (mean, scale) = (&forward.mean[..len], &forward.scale[..len]);
                for i in 0..len {
                    let centered = x[i] - mean[i];
                    dz[i] = scale[i] * (dz[i] - mean_term[i] - centered * slope_term[i]);
                }
            }
        });
}
