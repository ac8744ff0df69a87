//! The two passes of the gradient of a norm.

use crate::parallel::*;
use pulp::NullaryFnOnce;

use super::Activation;
use super::activation::{Elu, Function, Identity, Relu};
use super::forward::Coefficients;
use super::wide::WideRows;
use crate::Scalar;
use crate::cpu::vectors::in_wide_vectors;

/// Sums over pixels, per channel, of dz and of dz (x - mean), where z is what enters the
/// activation.
pub(super) struct Sums {
    pub(super) total: Vec<f64>,
    pub(super) moment: Vec<f64>,
}

/// First pass: dz = dy activation'(z) for every entry, and its sums. What `dz` holds is `dy`, if that
/// isn't given apart.
pub(super) fn slopes<T: Scalar>(
    forward: &Coefficients<T>,
    rows: &WideRows,
    x: &[T],
    dz: &mut [T],
    dy: Option<&[T]>,
    activation: Activation,
) -> Sums {
    match activation {
        Activation::Identity => slopes_with(forward, rows, x, dz, dy, Identity),
        Activation::Relu => slopes_with(forward, rows, x, dz, dy, Relu),
        Activation::Elu => slopes_with(forward, rows, x, dz, dy, Elu),
    }
}

fn slopes_with<T: Scalar, F: Function>(
    forward: &Coefficients<T>,
    rows: &WideRows,
    x: &[T],
    dz: &mut [T],
    dy: Option<&[T]>,
    function: F,
) -> Sums {
    let parts: Vec<Vec<f64>> = dz
        .par_chunks_mut(rows.part)
        .zip(x.par_chunks(rows.part))
        .enumerate()
        .map(|(part, (dz, x))| {
            let dy = dy.map(|dy| &dy[part * rows.part..][..x.len()]);
            let mut sums = vec![0.0; 2 * rows.width];
            let (total, moment) = sums.split_at_mut(rows.width);
            in_wide_vectors(Slopes {
                forward,
                width: rows.width,
                x,
                dy,
                dz,
                total,
                moment,
                function,
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
    let (total, moment) = sums.split_at(rows.width);
    Sums {
        total: rows.fold(total),
        moment: rows.fold(moment),
    }
}

/// The first pass over a part of the rows.
struct Slopes<'a, T, F> {
    forward: &'a Coefficients<T>,
    width: usize,
    x: &'a [T],
    dy: Option<&'a [T]>,
    dz: &'a mut [T],
    total: &'a mut [f64],
    moment: &'a mut [f64],
    function: F,
}

impl<T: Scalar, F: Function> NullaryFnOnce for Slopes<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let rows = self
            .dz
            .chunks_mut(self.width)
            .zip(self.x.chunks(self.width));
        for (row, (dz, x)) in rows.enumerate() {
            let len = x.len();
            let dz = &mut dz[..len];
            if let Some(dy) = self.dy {
                dz.copy_from_slice(&dy[row * self.width..][..len]);
            }
            let (total, moment) = (&mut self.total[..len], &mut self.moment[..len]);
            let mean = &self.forward.mean[..len];
            let scale = &self.forward.scale[..len];
            let shift = &self.forward.shift[..len];
            for i in 0..len {
                let centered = x[i] - mean[i];
                let slope = dz[i] * self.function.slope(centered * scale[i] + shift[i]);
                dz[i] = slope;
                total[i] += slope.to_f64();
                moment[i] += slope.to_f64() * centered.to_f64();
            }
        }
    }
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
            in_wide_vectors(Combine {
                forward,
                mean_term,
                slope_term,
                width: rows.width,
                x,
                dz,
            });
        });
}

/// The second pass over a part of the rows.
struct Combine<'a, T> {
    forward: &'a Coefficients<T>,
    mean_term: &'a [T],
    slope_term: &'a [T],
    width: usize,
    x: &'a [T],
    dz: &'a mut [T],
}

impl<T: Scalar> NullaryFnOnce for Combine<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (dz, x) in self
            .dz
            .chunks_mut(self.width)
            .zip(self.x.chunks(self.width))
        {
            let len = x.len();
            let dz = &mut dz[..len];
            let (mean_term, slope_term) = (&self.mean_term[..len], &self.slope_term[..len]);
            let (mean, scale) = (&self.forward.mean[..len], &self.forward.scale[..len]);
            for i in 0..len {
                let centered = x[i] - mean[i];
                dz[i] = scale[i] * (dz[i] - mean_term[i] - centered * slope_term[i]);
            }
        }
    }
}
