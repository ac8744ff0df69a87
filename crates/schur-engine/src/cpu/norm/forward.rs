//! Applying a norm whose moments are known.

use crate::parallel::*;
use pulp::NullaryFnOnce;

use super::Activation;
use super::activation::{Elu, Function, Identity, Relu};
use super::wide::WideRows;
use crate::Scalar;
use crate::cpu::vectors::in_wide_vectors;

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
            in_wide_vectors(Apply {
                coefficients,
                width: rows.width,
                x,
                y,
                function,
            });
        });
    y
}

/// A part of the rows.
struct Apply<'a, T, F> {
    coefficients: &'a Coefficients<T>,
    width: usize,
    x: &'a [T],
    y: &'a mut [T],
    function: F,
}

impl<T: Scalar, F: Function> NullaryFnOnce for Apply<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (y, x) in self.y.chunks_mut(self.width).zip(self.x.chunks(self.width)) {
            let len = x.len();
            let y = &mut y[..len];
            let mean = &self.coefficients.mean[..len];
            let scale = &self.coefficients.scale[..len];
            let shift = &self.coefficients.shift[..len];
            for i in 0..len {
                y[i] = self.function.value((x[i] - mean[i]) * scale[i] + shift[i]);
            }
        }
    }
}
