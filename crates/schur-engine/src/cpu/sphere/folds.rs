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

/// Where the samples of a ring stand: `[place][parity][angle][column]`.
struct Samples {
    angles: usize,
    width: usize,
}

impl Samples {
    /// The first even column of a sample; the odd one is behind all angles.
    fn at(&self, sample: usize) -> usize {
        let (place, angle) = (sample / self.angles, sample % self.angles);
        (2 * place * self.angles + angle) * self.width
    }

    fn odd(&self) -> usize {
        self.angles * self.width
    }
}

/// Sums and differences of the values at opposite places, `[place][parity][component][column]`.
pub(super) fn fold<T: Scalar>(
    plan: &SpherePlan<T>,
    columns: &Columns,
    channels: usize,
    x: &[T],
    pair: &Pair,
    weighting: Weighting,
    sums: &mut [T],
) {
    if plan.angles == 1 {
        return fold_samples(plan, columns, channels, x, pair, weighting, sums);
    }
    let (width, angles, count) = (columns.width, plan.angles, plan.components());
    let mut samples = Buffer::stale(pair.count * 2 * angles * width);
    fold_samples(plan, columns, channels, x, pair, weighting, &mut samples);
    let parts = sums.chunks_exact_mut(count * width);
    for (sums, samples) in parts.zip(samples.chunks_exact(angles * width)) {
        let matrix = left(&plan.turns, count, angles, [1, count]);
        let samples = rows(samples, angles, width);
        multiply_tile(plan.isa, into(sums, width, width), false, matrix, samples);
    }
}

fn fold_samples<T: Scalar>(
    plan: &SpherePlan<T>,
    columns: &Columns,
    channels: usize,
    x: &[T],
    pair: &Pair,
    weighting: Weighting,
    samples: &mut [T],
) {
    let (angles, width) = (plan.angles, columns.width);
    let layout = Samples { angles, width };
    let factor = factor(pair, weighting);
    let (count, numbers) = (columns.channels.len(), pair.count * angles * channels);
    for entry in columns.entries.clone() {
        let ring = |first: usize| {
            let at = (entry * plan.places + first) * angles * channels;
            x[at..at + numbers].chunks_exact(channels)
        };
        let both = ring(pair.north).zip(ring(pair.south)).enumerate();
        let equator = pair.north == pair.south;
        if count == 1 {
            let channel = columns.channels.start;
            for (sample, (north, south)) in both {
                let (north, south) = (north[channel] * factor, south[channel] * factor);
                let at = layout.at(sample) + entry;
                let south = if equator { T::ZERO } else { south };
                samples[at] = north + south;
                samples[at + layout.odd()] = if equator { T::ZERO } else { north - south };
            }
            continue;
        }
        for (sample, (north, south)) in both {
            let at = layout.at(sample) + entry * count;
            let [north, south] = [north, south].map(|row| &row[columns.channels.clone()]);
            let (even, odd) = samples[at..].split_at_mut(layout.odd());
            let targets = even[..count].iter_mut().zip(&mut odd[..count]);
            for ((even, odd), (north, south)) in targets.zip(north.iter().zip(south)) {
                let (north, south) = (*north * factor, *south * factor);
                let south = if equator { T::ZERO } else { south };
                *even = north + south;
                *odd = if equator { T::ZERO } else { north - south };
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
    pair: &Pair,
    weighting: Weighting,
    sums: &[T],
    outputs: &mut [&mut [T]],
) {
    let (width, angles, count) = (columns.width, plan.angles, plan.components());
    let mut turned = Buffer::stale(if angles == 1 {
        0
    } else {
        pair.count * 2 * angles * width
    });
    if angles > 1 {
        let parts = turned.chunks_exact_mut(angles * width);
        for (samples, sums) in parts.zip(sums.chunks_exact(count * width)) {
            let matrix = left(&plan.turns, angles, count, [count, 1]);
            let sums = rows(sums, count, width);
            multiply_tile(plan.isa, into(samples, width, width), false, matrix, sums);
        }
    }
    let samples = if angles == 1 { sums } else { &*turned };
    let layout = Samples { angles, width };
    let factor: T = factor(pair, weighting);
    let rings = if pair.north == pair.south { 1 } else { 2 };
    let each = columns.channels.len();
    for (index, output) in outputs.iter_mut().enumerate() {
        let (entry, south) = (index / rings, index % rings == 1);
        // At the equator the odd part is 0.
        let sign = if rings == 1 {
            T::ZERO
        } else if south {
            -factor
        } else {
            factor
        };
        for (sample, output) in output.chunks_exact_mut(channels).enumerate() {
            let at = layout.at(sample) + entry * each;
            if each == 1 {
                let (even, odd) = (samples[at], samples[at + layout.odd()]);
                output[columns.channels.start] = even * factor + odd * sign;
                continue;
            }
            let (even, odd) = samples[at..].split_at(layout.odd());
            let output = output[columns.channels.clone()].iter_mut();
            for ((value, even), odd) in output.zip(&even[..each]).zip(&odd[..each]) {
                *value = *even * factor + *odd * sign;
            }
        }
    }
}
