//! Applying a norm whose moments are known.

use rayon::prelude::*;

use super::Activation;
use super::activation::{Elu, Function, Identity, Relu};
use super::wide::WideRows;
use crate::Scalar;

/// y = activation((x - mean) scale + shift), per entry of a wide row.
pub(super) struct Coefficients<T> {
    pub(super) mean: Vec<T>,
    pub(super) scale: Vec<T>,
    pub(super) shift: Vec<T>,
}

/// The normalised array.
pub(super) fn apply<T: Scalar>(
    coefficients: &Coefficients<T>,
    rows: &WideRows,
    x: &[T],
    activation: Activation,
) -> Vec<T> {
    match activation {
        Activation::Identity => apply_with(coefficients, rows, x, Identity),
        Activation::Relu => apply_with(coefficients, rows, x, Relu),
        Activation::Elu => apply_with(coefficients, rows, x, Elu),
    }
}

fn apply_with<T: Scalar, F: Function>(
    coefficients: &Coefficients<T>,
    rows: &WideRows,
    x: &[T],
    function: F,
) -> Vec<T> {
    let mut y = vec![T::ZERO; x.len()];
    y.par_chunks_mut(rows.part)
        .zip(x.par_chunks(rows.part))
        .for_each(|(y, x)| {
            for (y, x) in y.chunks_mut(rows.width).zip(x.chunks(rows.width)) {
                let len = x.len();
                let y = &mut y[..len];
                let mean = &coefficients.mean[..len];
                let scale = &coefficients.scale[..len];
                let shift = &coefficients.shift[..len];
                for i in 0..len {
                    y[i] = function.value((x[i] - mean[i]) * scale[i] + shift[i]);
                }
            }
        });
    y
}
