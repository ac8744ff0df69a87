//! Which functions are transformed side by side.

use std::ops::Range;

use super::SpherePlan;
use crate::Scalar;
use crate::cpu::scalar::Factor;

/// Most functions side by side: two parts of so many numbers are three vectors of 16.
const MOST: usize = 24;
/// Bytes of scratch memory that more columns may not exceed.
const SCRATCH: usize = 48 << 20;

/// Some entries of the batch, and some of their channels: a column each.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// Entries of the part of the batch.
    pub(super) entries: Range<usize>,
    pub(super) channels: Range<usize>,
    /// Columns with room for whole vectors.
    pub(super) width: usize,
}

/// How a batch is cut.
pub(super) struct Cut {
    /// Entries that one part of the batch has.
    pub(super) entries: usize,
    /// Whether parts run at the same time, instead of the loops within them.
    pub(super) parts_at_once: bool,
}

impl Cut {
    /// Depends on shapes only.
    pub(super) fn new<T: Scalar>(
        plan: &SpherePlan<T>,
        batch: usize,
        channels: usize,
    ) -> (Self, usize) {
        let least = least(plan);
        let orders = plan.pairs.len() * (plan.degree + 1) * 4 * plan.components();
        let fitting = SCRATCH / (orders * size_of::<T>()).max(1);
        let most = fitting.min(MOST) / least * least;
        let most = most.max(least);
        let entries = (most / channels.max(1)).clamp(1, batch.max(1));
        // As many parts as before, of nearly equal sizes.
        let parts = batch.div_ceil(entries).max(1);
        let entries = batch.div_ceil(parts).max(1);
        let cut = Self {
            entries,
            parts_at_once: parts >= PARTS,
        };
        (cut, most)
    }
}

/// From so many parts of a batch on these run at the same time.
const PARTS: usize = 4;

/// The least number of columns of whole vectors: all products have two parts, but those over the third
/// angle.
fn least<T: Scalar>(plan: &SpherePlan<T>) -> usize {
    let lanes = T::lanes(plan.isa);
    if plan.angles == 1 {
        lanes.div_ceil(2)
    } else {
        lanes
    }
}

impl Columns {
    /// The columns of a part of the batch, at most `most` at a time.
    pub(super) fn of<T: Scalar>(
        plan: &SpherePlan<T>,
        entries: usize,
        channels: usize,
        most: usize,
    ) -> Vec<Self> {
        let each = (most / entries.max(1)).max(1);
        let parts = channels.div_ceil(each);
        let bound = |part: usize| part * channels / parts.max(1);
        let least = least(plan);
        let columns = (0..parts).map(|part| {
            let channels = bound(part)..bound(part + 1);
            Self {
                entries: 0..entries,
                width: (entries * channels.len()).next_multiple_of(least),
                channels,
            }
        });
        columns.collect()
    }

    /// Copies the numbers of all columns at one place of a `[entry, place, channel]` slice.
    pub(super) fn load<T: Scalar>(
        &self,
        from: &[T],
        places: usize,
        place: usize,
        channels: usize,
        to: &mut [T],
    ) {
        let count = self.channels.len();
        if count == 1 {
            let first = (self.entries.start * places + place) * channels + self.channels.start;
            let each = from[first..].iter().step_by(places * channels);
            let each = each.take(self.entries.len());
            to.iter_mut().zip(each).for_each(|(to, from)| *to = *from);
            return;
        }
        for (entry, to) in self.entries.clone().zip(to.chunks_exact_mut(count)) {
            let at = (entry * places + place) * channels + self.channels.start;
            to.copy_from_slice(&from[at..at + count]);
        }
    }
}
