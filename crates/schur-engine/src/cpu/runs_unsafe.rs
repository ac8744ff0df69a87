//! Small matrices applied to runs of channels: the group transforms between the gather of a
//! patch and its matrix product, and back.
//!
//! A run is the copies of one component, contiguous by the memory layout. A transform reads a
//! few runs, from places that differ from pixel to pixel, and writes a few combinations of them.

#![allow(unsafe_code, reason = "the name of this file says so")]

use crate::Scalar;
use crate::cpu::isa::Isa;
use crate::cpu::simd_unsafe::{Simd, load, store, vector_starts};
use crate::program::Source;

/// The place in a table of a run outside the image, which is zero.
pub(crate) const OUTSIDE: usize = usize::MAX;

/// A run to write: at pixel p it starts at `first + p * step`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) first: usize,
    pub(crate) step: usize,
}

/// Where the runs of every pixel start, one place per slot: that of a [`Source`] starts
/// `source.offset` behind the place of its slot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    places: Vec<usize>,
    /// Largest place of every slot that is not outside, if there is one.
    highest: Vec<Option<usize>>,
    /// Whether a place is outside.
    outside: bool,
}

impl Table {
    /// An empty table of `slots` slots, in the memory of this one.
    pub(crate) fn reset(&mut self, slots: usize) {
        self.places.clear();
        self.highest.clear();
        self.highest.resize(slots, None);
        self.outside = false;
    }

    /// Adds a pixel, of which `places` gives one place per slot.
    pub(crate) fn push(&mut self, places: impl Iterator<Item = usize>) {
        let before = self.places.len();
        self.places.extend(places);
        assert_eq!(
            self.places.len() - before,
            self.highest.len(),
            "slots of a table"
        );
        for (highest, &place) in self.highest.iter_mut().zip(&self.places[before..]) {
            if place == OUTSIDE {
                self.outside = true;
            } else {
                *highest = (*highest).max(Some(place));
            }
        }
    }

    /// The table of one slot with a place every `step` numbers.
    pub(crate) fn even(pixels: usize, step: usize) -> Self {
        let mut table = Self::default();
        table.reset(1);
        (0..pixels).for_each(|p| table.push(std::iter::once(p * step)));
        table
    }

    fn slots(&self) -> usize {
        self.highest.len()
    }

    /// The place of a slot at a pixel, if it is not outside.
    pub(crate) fn place(&self, pixel: usize, slot: usize) -> Option<usize> {
        let place = self.places[pixel * self.slots() + slot];
        (place != OUTSIDE).then_some(place)
    }

    /// Number of pixels.
    pub(crate) fn pixels(&self) -> usize {
        self.places.len() / self.slots().max(1)
    }
}

/// Runs of numbers to be read at every pixel: each at an offset from the place of a slot.
#[derive(Clone, Copy)]
pub(crate) struct Runs<'a, T> {
    pub(crate) numbers: &'a [T],
    pub(crate) table: &'a Table,
    pub(crate) sources: &'a [Source],
}

/// At every pixel, target t becomes the sum over sources s of `matrix[t][s]` times the run of s,
/// in the order of the sources.
///
/// # Panics
///
/// If a run leaves its slice: callers have validated their shapes.
pub(crate) fn transform_runs<T: Scalar>(
    isa: Isa,
    matrix: &[T],
    run: usize,
    from: Runs<'_, T>,
    y: &mut [T],
    targets: &[Target],
) {
    let Runs {
        numbers: x,
        table,
        sources,
    } = from;
    let pixels = table.pixels();
    if pixels == 0 || run == 0 {
        return;
    }
    assert_eq!(
        matrix.len(),
        sources.len() * targets.len(),
        "matrix of a transform"
    );
    for target in targets {
        let last = target.first + (pixels - 1) * target.step;
        assert!(last + run <= y.len(), "a run to write leaves its slice");
    }
    for source in sources {
        let inside = match table.highest[source.slot] {
            None => true,
            Some(place) => {
                (place.checked_add(source.offset + run)).is_some_and(|end| end <= x.len())
            }
        };
        assert!(inside, "a run to read leaves its slice");
    }
    let zeros = vec![T::ZERO; if table.outside { run } else { 0 }];
    // SAFETY: `isa` is one that this processor has; all runs were checked to lie inside.
    unsafe {
        let work = Work {
            matrix,
            run,
            x,
            zeros: &zeros,
            table,
            sources,
            targets,
        };
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => avx512(work, y),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => avx2(work, y),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => neon(work, y),
            Isa::Portable => portable(work, y),
        }
    }
}

#[derive(Clone, Copy)]
struct Work<'a, T> {
    matrix: &'a [T],
    run: usize,
    x: &'a [T],
    zeros: &'a [T],
    table: &'a Table,
    sources: &'a [Source],
    targets: &'a [Target],
}

/// # Safety
///
/// AVX-512F; all runs inside their slices.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn avx512<T: Scalar>(work: Work<'_, T>, y: &mut [T]) {
    // SAFETY: promised by the caller.
    unsafe { by_size::<T, T::Avx512>(work, y) }
}

/// # Safety
///
/// AVX2 and FMA; all runs inside their slices.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2<T: Scalar>(work: Work<'_, T>, y: &mut [T]) {
    // SAFETY: promised by the caller.
    unsafe { by_size::<T, T::Avx2>(work, y) }
}

/// # Safety
///
/// NEON; all runs inside their slices.
#[cfg(target_arch = "aarch64")]
#[target_feature(enable = "neon")]
unsafe fn neon<T: Scalar>(work: Work<'_, T>, y: &mut [T]) {
    // SAFETY: promised by the caller.
    unsafe { by_size::<T, T::Neon>(work, y) }
}

/// # Safety
///
/// All runs inside their slices.
unsafe fn portable<T: Scalar>(work: Work<'_, T>, y: &mut [T]) {
    // SAFETY: promised by the caller.
    unsafe { by_size::<T, T::Portable>(work, y) }
}

#[inline(always)]
unsafe fn by_size<T: Scalar, S: Simd<T>>(work: Work<'_, T>, y: &mut [T]) {
    // SAFETY: promised by the caller.
    unsafe {
        match (work.sources.len(), work.targets.len()) {
            (1, 1) => fixed::<T, S, 1, 1>(work, y),
            (2, 2) => fixed::<T, S, 2, 2>(work, y),
            (2, 3) => fixed::<T, S, 2, 3>(work, y),
            (3, 2) => fixed::<T, S, 3, 2>(work, y),
            (4, 4) => fixed::<T, S, 4, 4>(work, y),
            (4, 5) => fixed::<T, S, 4, 5>(work, y),
            (5, 4) => fixed::<T, S, 5, 4>(work, y),
            (4, 6) => fixed::<T, S, 4, 6>(work, y),
            (6, 4) => fixed::<T, S, 6, 4>(work, y),
            (8, 8) => fixed::<T, S, 8, 8>(work, y),
            (8, 11) => fixed::<T, S, 8, 11>(work, y),
            (11, 8) => fixed::<T, S, 11, 8>(work, y),
            _ => any::<T, S>(work, y),
        }
    }
}

impl<T: Scalar> Work<'_, T> {
    /// The run of a source at a pixel.
    #[inline(always)]
    unsafe fn source(&self, pixel: usize, source: Source) -> *const T {
        // SAFETY: the slot was checked to be one of the table's.
        let place = unsafe {
            *self
                .table
                .places
                .get_unchecked(pixel * self.table.slots() + source.slot)
        };
        if place == OUTSIDE {
            self.zeros.as_ptr()
        } else {
            self.x.as_ptr().wrapping_add(place + source.offset)
        }
    }
}

/// A transform of `N` sources, which are held in registers, to `M` targets.
#[inline(always)]
unsafe fn fixed<T: Scalar, S: Simd<T>, const N: usize, const M: usize>(
    work: Work<'_, T>,
    y: &mut [T],
) {
    let matrix: [[T; N]; M] =
        std::array::from_fn(|t| std::array::from_fn(|s| work.matrix[t * N + s]));
    // SAFETY: promised by the caller.
    unsafe {
        for pixel in 0..work.table.pixels() {
            let from: [*const T; N] = std::array::from_fn(|s| work.source(pixel, work.sources[s]));
            let to: [*mut T; M] = std::array::from_fn(|t| {
                let target = work.targets[t];
                y.as_mut_ptr().add(target.first + pixel * target.step)
            });
            // The numbers of a vector that a run has.
            let count = work.run.min(S::LANES);
            for i in vector_starts(work.run, S::LANES) {
                let mut values = [S::splat(T::ZERO); N];
                for (value, from) in values.iter_mut().zip(from) {
                    *value = load(from.add(i), count);
                }
                for (row, to) in matrix.iter().zip(to) {
                    let mut sum = S::splat(row[0]).mul(values[0]);
                    for s in 1..N {
                        sum = S::splat(row[s]).mul_add(values[s], sum);
                    }
                    store(sum, to.add(i), count);
                }
            }
        }
    }
}

/// Targets that are summed in registers together.
const TARGETS: usize = 12;

/// A transform of any size: every source is read once per [`TARGETS`] targets.
#[inline(always)]
unsafe fn any<T: Scalar, S: Simd<T>>(work: Work<'_, T>, y: &mut [T]) {
    let (count, outs) = (work.sources.len(), work.targets.len());
    // By source, targets padded with zeros.
    let padded = outs.next_multiple_of(4);
    let mut matrix = vec![T::ZERO; count * padded];
    for t in 0..outs {
        for s in 0..count {
            matrix[s * padded + t] = work.matrix[t * count + s];
        }
    }
    let mut from = vec![work.zeros.as_ptr(); count];
    // SAFETY: promised by the caller.
    unsafe {
        for pixel in 0..work.table.pixels() {
            for (from, &source) in from.iter_mut().zip(work.sources) {
                *from = work.source(pixel, source);
            }
            let mut first = 0;
            while first < outs {
                let rows = Rows {
                    // Without sources there is no matrix: the targets are zero.
                    matrix: matrix.get(first..).unwrap_or_default(),
                    padded,
                    from: &from,
                    targets: &work.targets[first..],
                    pixel,
                };
                // The last block may be cut short by the end of the targets.
                match padded - first {
                    4 => rows.sum::<S, 4>(work.run, y),
                    8 => rows.sum::<S, 8>(work.run, y),
                    _ => rows.sum::<S, TARGETS>(work.run, y),
                }
                first += TARGETS;
            }
        }
    }
}

/// Some targets of one pixel.
struct Rows<'a, T> {
    matrix: &'a [T],
    padded: usize,
    from: &'a [*const T],
    targets: &'a [Target],
    pixel: usize,
}

impl<T: Scalar> Rows<'_, T> {
    /// The first `N` targets, or all if there are fewer, in the vectors that start at `at`, of
    /// which `lanes` numbers count.
    #[inline(always)]
    unsafe fn sum_vectors<S: Simd<T>, const N: usize, const V: usize>(
        &self,
        at: [usize; V],
        lanes: usize,
        y: &mut [T],
    ) {
        // SAFETY: promised by the caller; a row of the matrix has at least N entries here.
        unsafe {
            let mut sums = [[S::splat(T::ZERO); V]; N];
            for (s, from) in self.from.iter().enumerate() {
                let mut values = [S::splat(T::ZERO); V];
                for (value, i) in values.iter_mut().zip(at) {
                    *value = load(from.add(i), lanes);
                }
                let row = self.matrix.as_ptr().add(s * self.padded);
                for (t, sums) in sums.iter_mut().enumerate() {
                    let factor = S::splat(*row.add(t));
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum = factor.mul_add(value, *sum);
                    }
                }
            }
            for (sums, target) in sums.iter().zip(self.targets) {
                let to = y.as_mut_ptr().add(target.first + self.pixel * target.step);
                for (sum, i) in sums.iter().zip(at) {
                    store(*sum, to.add(i), lanes);
                }
            }
        }
    }

    /// The first `N` targets, or all if there are fewer.
    #[inline(always)]
    unsafe fn sum<S: Simd<T>, const N: usize>(&self, run: usize, y: &mut [T]) {
        // SAFETY: promised by the caller; a row of the matrix has at least N entries here.
        unsafe {
            if run < S::LANES {
                return self.sum_vectors::<S, N, 1>([0], run, y);
            }
            let mut starts = vector_starts(run, S::LANES);
            while let Some(i) = starts.next() {
                // Two vectors at a time share the reads of the matrix.
                match starts.next() {
                    Some(k) => self.sum_vectors::<S, N, 2>([i, k], S::LANES, y),
                    None => self.sum_vectors::<S, N, 1>([i], S::LANES, y),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Isa, OUTSIDE, Runs, Source, Table, Target, transform_runs};

    #[test]
    fn every_instruction_set_transforms() {
        let mut cases = 0;
        for isa in Isa::available() {
            for (count, outs, run) in [
                (1, 1, 3),
                (2, 2, 9),
                (4, 4, 17),
                (8, 8, 33),
                (3, 5, 19),
                (25, 11, 40),
                (5, 18, 16),
                (6, 13, 2),
                (0, 18, 16),
                (0, 30, 2),
            ] {
                let x: Vec<f64> = (0..count * run + 3)
                    .map(|i| (i % 13) as f64 - 6.0)
                    .collect();
                let matrix: Vec<f64> = (0..count * outs).map(|i| (i % 5) as f64 - 2.0).collect();
                let sources: Vec<Source> = (0..count)
                    .map(|s| Source {
                        slot: s % 2,
                        offset: s * run,
                    })
                    .collect();
                // Three pixels; the middle one lies outside in slot 1.
                let places = [0, 1, 2, OUTSIDE, 3, 0];
                let mut table = Table::default();
                table.reset(2);
                places.chunks(2).for_each(|p| table.push(p.iter().copied()));
                let targets: Vec<Target> = (0..outs)
                    .map(|t| Target {
                        first: t * run,
                        step: outs * run,
                    })
                    .collect();
                let mut y = vec![f64::NAN; 3 * outs * run];
                let from = Runs {
                    numbers: &x,
                    table: &table,
                    sources: &sources,
                };
                transform_runs(isa, &matrix, run, from, &mut y, &targets);
                for pixel in 0..3 {
                    for t in 0..outs {
                        for i in 0..run {
                            let mut want = 0.0;
                            for s in 0..count {
                                let place = places[pixel * 2 + s % 2];
                                if place != OUTSIDE {
                                    want += matrix[t * count + s] * x[place + s * run + i];
                                }
                            }
                            assert_eq!(y[(pixel * outs + t) * run + i], want, "{isa:?}");
                            cases += 1;
                        }
                    }
                }
            }
        }
        assert!(cases > 1000);
    }

    #[test]
    #[should_panic(expected = "a run to read leaves its slice")]
    fn a_run_outside_is_refused() {
        let table = Table::even(2, 2);
        let sources = [Source { slot: 0, offset: 0 }];
        let targets = [Target { first: 0, step: 0 }];
        let from = Runs {
            numbers: &[1.0_f64; 5],
            table: &table,
            sources: &sources,
        };
        transform_runs(Isa::Portable, &[1.0], 4, from, &mut [0.0; 4], &targets);
    }
}
