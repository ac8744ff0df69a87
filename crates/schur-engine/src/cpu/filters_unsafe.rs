//! Filters on the taps around a pixel, for several channels at a time.
//!
//! The filters of a band are even or odd under every mirror of an axis that maps taps to taps. So taps
//! that mirrors exchange are added and subtracted first, and a filter then reads one number per orbit:
//! of 5 x 5 taps 9, 6 or 4.

#![allow(unsafe_code, reason = "the name of this file says so")]

use crate::Scalar;
use crate::cpu::isa::Isa;
use crate::cpu::runs_unsafe::OUTSIDE;
use crate::cpu::scalar::Factor;
use crate::cpu::simd_unsafe::{Simd, load, store, vector_starts};

/// Filters that are summed in registers together.
const MOST: usize = 6;
/// Numbers of the longest vector.
const MOST_LANES: usize = 16;

/// Filters in the order in which they are computed.
pub(crate) struct Folded<T> {
    /// Taps along the three axes.
    pub(crate) kernel: [usize; 3],
    /// Whether taps that the mirror of an axis exchanges are added and subtracted: the sums are then in
    /// the first half of the axis, the differences, earlier less later, in the second.
    pub(crate) axes: [bool; 3],
    pub(crate) classes: Vec<Class<T>>,
}

/// Filters of one parity on every axis.
pub(crate) struct Class<T> {
    /// The sums and differences that they read.
    pub(crate) taps: Vec<usize>,
    /// Which filters they are.
    pub(crate) filters: Vec<usize>,
    /// Their values, `[tap][filter]`.
    pub(crate) values: Vec<T>,
}

/// What is filtered: some channels of the taps of a pixel.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a, T> {
    /// Pixels by channels.
    pub(crate) numbers: &'a [T],
    pub(crate) channels: usize,
    /// The pixel of the first tap of every kernel row, or [`OUTSIDE`].
    pub(crate) rows: &'a [usize],
    /// Pixels from one tap of a row to the next.
    pub(crate) step: usize,
    /// The first channel, and how many.
    pub(crate) first: usize,
    pub(crate) count: usize,
}

impl<T: Scalar> Folded<T> {
    /// Numbers that [`respond`] needs for itself.
    pub(crate) fn room(&self, isa: Isa) -> usize {
        self.kernel.iter().product::<usize>() * 2 * T::lanes(isa)
    }
}

/// The responses of all filters at a pixel, `[filter][channel]`.
///
/// # Panics
///
/// If a tap leaves its slice, or one is too short: callers have validated their shapes.
pub(crate) fn respond<T: Scalar>(
    isa: Isa,
    folded: &Folded<T>,
    window: Window<'_, T>,
    room: &mut [T],
    responses: &mut [T],
) {
    let [planes, rows, cols] = folded.kernel;
    let taps = planes * rows * cols;
    assert_eq!(window.rows.len(), planes * rows, "rows of a kernel");
    let behind = (cols - 1) * window.step;
    let end = |row: usize| (row + behind) * window.channels + window.first + window.count;
    let inside = |&row: &usize| row == OUTSIDE || end(row) <= window.numbers.len();
    assert!(window.rows.iter().all(inside), "a tap leaves its slice");
    assert!(room.len() >= folded.room(isa), "room of filters");
    for class in &folded.classes {
        let (inputs, outputs) = (class.taps.len(), class.filters.len());
        assert!(
            class.taps.iter().all(|&tap| tap < taps)
                && (class.filters.iter()).all(|f| (f + 1) * window.count <= responses.len())
                && class.values.len() == inputs * outputs,
            "a class of filters"
        );
    }
    // SAFETY: `isa` is one that this processor has; all places were checked to lie inside.
    unsafe {
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => avx512(folded, window, room, responses),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => avx2(folded, window, room, responses),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => neon(folded, window, room, responses),
            Isa::Portable => portable(folded, window, room, responses),
        }
    }
}

/// [`all`] with the vectors of an instruction set.
macro_rules! compiled {
    ($(#[$about:meta])* $name:ident, $vector:ident) => {
        $(#[$about])*
        unsafe fn $name<T: Scalar>(
            folded: &Folded<T>,
            window: Window<'_, T>,
            room: &mut [T],
            responses: &mut [T],
        ) {
            // SAFETY: promised by the caller.
            unsafe { all::<T, T::$vector>(folded, window, room, responses) }
        }
    };
}

compiled!(
    /// # Safety
    ///
    /// AVX-512F; all places inside their slices.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    avx512,
    Avx512
);
compiled!(
    /// # Safety
    ///
    /// AVX2 and FMA; all places inside their slices.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    avx2,
    Avx2
);
compiled!(
    /// # Safety
    ///
    /// NEON; all places inside their slices.
    #[cfg(target_arch = "aarch64")]
    #[target_feature(enable = "neon")]
    neon,
    Neon
);
compiled!(
    /// # Safety
    ///
    /// All places inside their slices.
    portable,
    Portable
);

/// Two vectors at a time share the reads of the values.
#[inline(always)]
unsafe fn all<T: Scalar, S: Simd<T>>(
    folded: &Folded<T>,
    window: Window<'_, T>,
    room: &mut [T],
    responses: &mut [T],
) {
    let lanes = window.count.min(S::LANES);
    let mut starts = vector_starts(window.count, S::LANES);
    // SAFETY: promised by the caller.
    unsafe {
        while let Some(i) = starts.next() {
            match starts.next() {
                Some(k) => Part {
                    folded,
                    window,
                    at: [i, k],
                }
                .all::<S>(S::LANES, room, responses),
                None => Part {
                    folded,
                    window,
                    at: [i],
                }
                .all::<S>(lanes, room, responses),
            }
        }
    }
}

/// Some vectors of a window: where they begin.
struct Part<'a, T, const V: usize> {
    folded: &'a Folded<T>,
    window: Window<'a, T>,
    at: [usize; V],
}

/// Some vectors of every tap of a kernel row: where those of the first are, and numbers from there to
/// the next.
#[derive(Clone, Copy)]
struct Row<T, const V: usize> {
    first: [*const T; V],
    step: usize,
}

impl<T: Scalar, const V: usize> Row<T, V> {
    /// The vectors of a tap, of which `lanes` numbers count.
    #[inline(always)]
    unsafe fn read<S: Simd<T>>(&self, tap: usize, lanes: usize) -> [S; V] {
        // SAFETY: promised by the caller.
        unsafe {
            let mut values = [S::splat(T::ZERO); V];
            for (value, first) in values.iter_mut().zip(self.first) {
                *value = load(first.add(tap * self.step), lanes);
            }
            values
        }
    }
}

/// Fetches a line of memory that will be read soon, where it exists.
#[inline(always)]
fn prefetch<T>(place: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every address may be prefetched; SSE is part of x86-64.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(place.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
}

/// Sums and differences, or both as they are.
#[inline(always)]
unsafe fn butterfly<T, S: Simd<T>, const V: usize, const FOLD: bool>(
    [a, b]: [[S; V]; 2],
) -> [[S; V]; 2] {
    let mut both = [a, b];
    if FOLD {
        for v in 0..V {
            // SAFETY: promised by the caller.
            unsafe {
                both[0][v] = a[v].add(b[v]);
                both[1][v] = a[v].sub(b[v]);
            }
        }
    }
    both
}

impl<T: Scalar, const V: usize> Part<'_, T, V> {
    #[inline(always)]
    unsafe fn all<S: Simd<T>>(&self, lanes: usize, room: &mut [T], responses: &mut [T]) {
        let (room, responses) = (room.as_mut_ptr(), responses.as_mut_ptr());
        let [_, y, x] = self.folded.axes;
        // SAFETY: promised by the caller.
        unsafe {
            // The usual kernels have a loop of known length.
            match (lanes == S::LANES, y, x, self.folded.kernel[2]) {
                (true, true, true, 3) => self.fold::<S, true, true, 3>(S::LANES, room),
                (true, true, true, 5) => self.fold::<S, true, true, 5>(S::LANES, room),
                (_, true, true, _) => self.fold::<S, true, true, 0>(lanes, room),
                (_, true, false, _) => self.fold::<S, true, false, 0>(lanes, room),
                (_, false, true, _) => self.fold::<S, false, true, 0>(lanes, room),
                (_, false, false, _) => self.fold::<S, false, false, 0>(lanes, room),
            }
            self.sum::<S>(lanes, room, responses);
        }
    }

    /// The sums and differences of the taps, in the order of the taps, of rows of `K` taps, or of any
    /// number if `K` is 0.
    #[inline(always)]
    unsafe fn fold<S: Simd<T>, const Y: bool, const X: bool, const K: usize>(
        &self,
        lanes: usize,
        room: *mut T,
    ) {
        let [planes, rows, cols] = self.folded.kernel;
        let cols = if K > 0 { K } else { cols };
        let window = &self.window;
        let zeros = [T::ZERO; MOST_LANES];
        let row = |row: usize| {
            let place = window.rows[row];
            if place == OUTSIDE {
                let first = [zeros.as_ptr(); V];
                return Row { first, step: 0 };
            }
            let from = window.numbers.as_ptr();
            let from = from.wrapping_add(place * window.channels + window.first);
            let first = self.at.map(|at| from.wrapping_add(at));
            let step = window.step * window.channels;
            Row { first, step }
        };
        let put = |row: usize, col: usize, values: [S; V]| {
            for (v, value) in values.into_iter().enumerate() {
                // SAFETY: promised by the caller.
                unsafe { value.store(room.add(((row * cols + col) * V + v) * S::LANES)) };
            }
        };
        // SAFETY: promised by the caller.
        unsafe {
            for plane in 0..planes {
                let of_plane = plane * rows;
                for q in 0..rows / 2 {
                    let (up, down) = (of_plane + q, of_plane + rows - 1 - q);
                    let from = [row(up), row(down)];
                    for left in 0..cols / 2 {
                        let right = cols - 1 - left;
                        let read = |from: &Row<T, V>| {
                            [from.read::<S>(left, lanes), from.read::<S>(right, lanes)]
                        };
                        let [a, b] = butterfly::<T, S, V, X>(read(&from[0]));
                        let [c, d] = butterfly::<T, S, V, X>(read(&from[1]));
                        let [a, c] = butterfly::<T, S, V, Y>([a, c]);
                        let [b, d] = butterfly::<T, S, V, Y>([b, d]);
                        put(up, left, a);
                        put(up, right, b);
                        put(down, left, c);
                        put(down, right, d);
                    }
                    if cols % 2 == 1 {
                        let middle = from.each_ref().map(|from| from.read::<S>(cols / 2, lanes));
                        let [a, b] = butterfly::<T, S, V, Y>(middle);
                        put(up, cols / 2, a);
                        put(down, cols / 2, b);
                    }
                }
                if rows % 2 == 1 {
                    let middle = of_plane + rows / 2;
                    let from = row(middle);
                    for left in 0..cols / 2 {
                        let right = cols - 1 - left;
                        let ends = [from.read::<S>(left, lanes), from.read::<S>(right, lanes)];
                        let [a, b] = butterfly::<T, S, V, X>(ends);
                        put(middle, left, a);
                        put(middle, right, b);
                    }
                    if cols % 2 == 1 {
                        put(middle, cols / 2, from.read::<S>(cols / 2, lanes));
                    }
                }
            }
            // The next pixel reads one more place of every row.
            for r in 0..planes * rows {
                let from = row(r);
                for first in from.first {
                    prefetch(first.wrapping_add(cols * from.step));
                }
            }
            if self.folded.axes[0] {
                let len = rows * cols * V;
                for front in 0..planes / 2 {
                    for place in 0..len {
                        let a = room.add((front * len + place) * S::LANES);
                        let b = room.add(((planes - 1 - front) * len + place) * S::LANES);
                        let both = [[S::load(a)], [S::load(b)]];
                        let [sum, difference] = butterfly::<T, S, 1, true>(both);
                        sum[0].store(a);
                        difference[0].store(b);
                    }
                }
            }
        }
    }

    /// The responses.
    #[inline(always)]
    unsafe fn sum<S: Simd<T>>(&self, lanes: usize, room: *const T, responses: *mut T) {
        for class in &self.folded.classes {
            let mut first = 0;
            while first < class.filters.len() {
                // SAFETY: promised by the caller.
                unsafe {
                    match class.filters.len() - first {
                        1 => self.some::<S, 1>(class, first, lanes, room, responses),
                        2 => self.some::<S, 2>(class, first, lanes, room, responses),
                        3 => self.some::<S, 3>(class, first, lanes, room, responses),
                        4 => self.some::<S, 4>(class, first, lanes, room, responses),
                        5 => self.some::<S, 5>(class, first, lanes, room, responses),
                        _ => self.some::<S, MOST>(class, first, lanes, room, responses),
                    }
                }
                first += MOST;
            }
        }
    }

    /// The responses of `N` filters of a class.
    #[inline(always)]
    unsafe fn some<S: Simd<T>, const N: usize>(
        &self,
        class: &Class<T>,
        first: usize,
        lanes: usize,
        room: *const T,
        responses: *mut T,
    ) {
        let outputs = class.filters.len();
        // SAFETY: promised by the caller.
        unsafe {
            let mut sums = [[S::splat(T::ZERO); V]; N];
            for (index, tap) in class.taps.iter().enumerate() {
                let from = room.add(tap * V * S::LANES);
                let mut values = [S::splat(T::ZERO); V];
                for (v, value) in values.iter_mut().enumerate() {
                    *value = S::load(from.add(v * S::LANES));
                }
                let row = class.values.as_ptr().add(index * outputs + first);
                for (f, sums) in sums.iter_mut().enumerate() {
                    let factor = S::splat(*row.add(f));
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum = factor.mul_add(value, *sum);
                    }
                }
            }
            for (sums, filter) in sums.iter().zip(&class.filters[first..]) {
                for (sum, at) in sums.iter().zip(self.at) {
                    store(*sum, responses.add(filter * self.window.count + at), lanes);
                }
            }
        }
    }
}
