//! Values of opposite rings, and the components of the third angle.

use super::columns::Columns;
use super::ring::{into, left, rows};
use super::{Pair, SpherePlan, Weighting};
use crate::Scalar;
use crate::cpu::product_unsafe::multiply_tile;
use crate::cpu::scratch::Buffer;

fn factor<T: Scalar>(pair: &Pair, weighting: Weighting) -> T {
    match weighting {
        Weighting::Plain => T::ONE,
        Weighting::Weighted => T::from_f64(pair.weight),
    }
}

/// Sums and differences of the values at opposite places, `[place][parity][component][column]`.
pub(super) fn fold<T: Scalar>(
    plan: &SpherePlan<T>,
    columns: &Columns,
    channels: usize,
    x: &[T],
    (pair, weighting): (&Pair, Weighting),
    sums: &mut [T],
) {
    let (width, angles, count) = (columns.width, plan.angles, plan.components());
    let factor = factor(pair, weighting);
    let mut samples = Buffer::stale(if angles == 1 { 0 } else { 2 * angles * width });
    for (j, sums) in sums.chunks_exact_mut(2 * count * width).enumerate() {
        let both = if angles == 1 {
            &mut *sums
        } else {
            &mut *samples
        };
        let (even, odd) = both.split_at_mut(angles * width);
        let each = even
            .chunks_exact_mut(width)
            .zip(odd.chunks_exact_mut(width));
        for (k, (even, odd)) in each.enumerate() {
            let at = |first: usize| (first + j) * angles + k;
            columns.load(x, plan.samples(), at(pair.north), channels, even);
            if pair.north == pair.south {
                even.iter_mut().for_each(|even| *even = *even * factor);
                odd.fill(T::ZERO);
                continue;
            }
            columns.load(x, plan.samples(), at(pair.south), channels, odd);
            for (even, odd) in even.iter_mut().zip(odd) {
                let (north, south) = (*even * factor, *odd * factor);
                (*even, *odd) = (north + south, north - south);
            }
        }
        if angles > 1 {
            let parts = sums.chunks_exact_mut(count * width);
            for (sums, samples) in parts.zip(samples.chunks_exact(angles * width)) {
                let matrix = left(&plan.turns, count, angles, [1, count]);
                let samples = rows(samples, angles, width);
                multiply_tile(plan.isa, into(sums, width, width), false, matrix, samples);
            }
        }
    }
}

/// The adjoint of [`fold`]: values from even and odd parts. The outputs are those of the northern and
/// the southern ring, entry after entry.
pub(super) fn unfold<T: Scalar>(
    plan: &SpherePlan<T>,
    columns: &Columns,
    channels: usize,
    (pair, weighting): (&Pair, Weighting),
    sums: &[T],
    outputs: &mut [&mut [T]],
) {
    let (width, angles, count) = (columns.width, plan.angles, plan.components());
    let factor = factor(pair, weighting);
    let mut samples = Buffer::stale(if angles == 1 { 0 } else { 2 * angles * width });
    for (j, sums) in sums.chunks_exact(2 * count * width).enumerate() {
        if angles > 1 {
            let parts = samples.chunks_exact_mut(angles * width);
            for (samples, sums) in parts.zip(sums.chunks_exact(count * width)) {
                let matrix = left(&plan.turns, angles, count, [count, 1]);
                let sums = rows(sums, count, width);
                multiply_tile(plan.isa, into(samples, width, width), false, matrix, sums);
            }
        }
        let both = if angles == 1 { sums } else { &*samples };
        let (even, odd) = both.split_at(angles * width);
        let equator = pair.north == pair.south;
        let rings = if equator { 1 } else { 2 };
        let each = columns.channels.len();
        for (index, output) in outputs.iter_mut().enumerate() {
            let (entry, south) = (index / rings, index % rings == 1);
            for k in 0..angles {
                let from = k * width + entry * each;
                let (even, odd) = (&even[from..from + each], &odd[from..from + each]);
                let at = (j * angles + k) * channels + columns.channels.start;
                let output = &mut output[at..at + each];
                for ((value, even), odd) in output.iter_mut().zip(even).zip(odd) {
                    *value = match (equator, south) {
                        (true, _) => *even * factor,
                        (_, false) => (*even + *odd) * factor,
                        (_, true) => (*even - *odd) * factor,
                    };
                }
            }
        }
    }
}
