//! Mean and variance of a batch.

use crate::parallel::*;
use pulp::NullaryFnOnce;

use super::wide::WideRows;
use crate::Scalar;
use crate::cpu::vectors::in_wide_vectors;

/// Mean and variance of every channel of a nonempty `x`.
///
/// One pass in `f64`: sums of d and d^2 with d = x - (first pixel). The shift keeps the variance
/// accurate when the mean is large against the deviation.
pub(super) fn moments<T: Scalar>(rows: &WideRows, x: &[T]) -> (Vec<f64>, Vec<f64>) {
    let origin: Vec<f64> = x[..rows.channels].iter().map(|x| x.to_f64()).collect();
    let wide_origin = origin.repeat(rows.width / rows.channels);
    let parts: Vec<Vec<f64>> = x
        .par_chunks(rows.part)
        .map(|part| {
            let mut sums = vec![0.0; 2 * rows.width];
            let (first, second) = sums.split_at_mut(rows.width);
            in_wide_vectors(AddPowers {
                width: rows.width,
                x: part,
                origin: &wide_origin,
                first,
                second,
            });
            sums
        })
        .collect();
    let mut sums = vec![0.0; 2 * rows.width];
    for part in &parts {
        for (sum, &term) in sums.iter_mut().zip(part) {
            *sum += term;
        }
    }
    let (first, second) = sums.split_at(rows.width);
    let (first, second) = (rows.fold(first), rows.fold(second));
    let pixels = (x.len() / rows.channels) as f64;
    let mean: Vec<f64> = origin
        .iter()
        .zip(&first)
        .map(|(o, s)| o + s / pixels)
        .collect();
    let variance = first
        .iter()
        .zip(&second)
        .map(|(s, q)| ((q - s * s / pixels) / pixels).max(0.0))
        .collect();
    (mean, variance)
}

/// Adds x - origin and its square, entry by entry.
struct AddPowers<'a, T> {
    width: usize,
    x: &'a [T],
    origin: &'a [f64],
    first: &'a mut [f64],
    second: &'a mut [f64],
}

impl<T: Scalar> NullaryFnOnce for AddPowers<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for x in self.x.chunks(self.width) {
            let len = x.len();
            let origin = &self.origin[..len];
            let (first, second) = (&mut self.first[..len], &mut self.second[..len]);
            for i in 0..len {
                let d = x[i].to_f64() - origin[i];
                first[i] += d;
                second[i] += d * d;
            }
        }
    }
}
