//! Loops whose parts run at the same time: those of rayon, or, without the feature `threads`, the
//! same loops one part after the other. No result depends on which.

#[cfg(feature = "threads")]
pub use rayon::{join, prelude::*};

#[cfg(not(feature = "threads"))]
pub use sequential::*;

/// What this crate uses of rayon, by the names of rayon.
#[cfg(not(feature = "threads"))]
mod sequential {
    use std::slice::{Chunks, ChunksExactMut, ChunksMut};

    /// Both functions, the first before the second.
    pub fn join<A, B>(first: impl FnOnce() -> A, second: impl FnOnce() -> B) -> (A, B) {
        let first = first();
        (first, second())
    }

    /// Pieces of a slice.
    pub trait ParallelSlice<T> {
        /// Pieces of `size`, and what is left.
        fn par_chunks(&self, size: usize) -> Chunks<'_, T>;
    }

    impl<T> ParallelSlice<T> for [T] {
        fn par_chunks(&self, size: usize) -> Chunks<'_, T> {
            self.chunks(size)
        }
    }

    /// Pieces of a slice that are written.
    pub trait ParallelSliceMut<T> {
        /// Pieces of `size`, and what is left.
        fn par_chunks_mut(&mut self, size: usize) -> ChunksMut<'_, T>;

        /// Pieces of `size`, without what is left.
        fn par_chunks_exact_mut(&mut self, size: usize) -> ChunksExactMut<'_, T>;
    }

    impl<T> ParallelSliceMut<T> for [T] {
        fn par_chunks_mut(&mut self, size: usize) -> ChunksMut<'_, T> {
            self.chunks_mut(size)
        }

        fn par_chunks_exact_mut(&mut self, size: usize) -> ChunksExactMut<'_, T> {
            self.chunks_exact_mut(size)
        }
    }

    /// Everything that can be iterated over.
    pub trait IntoParallelIterator: IntoIterator + Sized {
        /// The iterator.
        fn into_par_iter(self) -> Self::IntoIter {
            self.into_iter()
        }
    }

    impl<I: IntoIterator> IntoParallelIterator for I {}

    /// Loops that `Iterator` does not have.
    pub trait ParallelIterator: Iterator + Sized {
        /// Calls `work` for every item, with a value that is made once.
        fn for_each_init<T>(self, init: impl Fn() -> T, work: impl Fn(&mut T, Self::Item)) {
            let mut value = init();
            self.for_each(|item| work(&mut value, item));
        }

        /// The iterator itself: nothing is cut into parts.
        #[must_use]
        fn with_min_len(self, _: usize) -> Self {
            self
        }
    }

    impl<I: Iterator> ParallelIterator for I {}
}
