//! Scratch memory: shared by the threads of a call, and kept from call to call.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use crate::parallel::*;

use crate::Scalar;
use crate::cpu::bf16::Bf16x2;
use crate::cpu::scalar::Factor;

/// Scratch that a call's threads share: made once per thread, however the work is split.
pub(crate) struct Shared<S>(Mutex<Vec<S>>);

impl<S> Shared<S> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Runs `work` with scratch of its own.
    pub(crate) fn with<R>(&self, make: impl FnOnce() -> S, work: impl FnOnce(&mut S) -> R) -> R {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = kept.unwrap_or_else(make);
        let result = work(&mut scratch);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(scratch);
        result
    }
}

/// Adds the partial sums in `parts`, one after the other, to the total.
pub(crate) fn add_in_order<T: Scalar>(total: &mut [T], parts: &[T]) {
    /// Numbers added at a time, so that the total stays in the first-level cache.
    const RUN: usize = 1024;
    let len = total.len();
    total
        .par_chunks_mut(RUN)
        .enumerate()
        .for_each(|(run, total)| {
            for part in parts.chunks_exact(len) {
                let terms = &part[run * RUN..][..total.len()];
                for (sum, &term) in total.iter_mut().zip(terms) {
                    *sum += term;
                }
            }
        });
}

/// Numbers in memory that an earlier call left, if there was enough; it is left for later ones
/// when they are dropped. So the system need not find and clear pages at every call.
///
/// With debug assertions memory is always new, so that a sanitizer sees where it ends, and what is
/// read before it is written is no number.
pub(crate) struct Buffer<T: Factor>(Vec<T>);

impl<T: Factor> Buffer<T> {
    /// All numbers are 0.
    pub(crate) fn zeros(len: usize) -> Self {
        match Self::kept(len) {
            Some(mut kept) => {
                kept.clear();
                kept.resize(len, T::default());
                Self(kept)
            }
            None => Self(vec![T::default(); len]),
        }
    }

    /// The first `len` numbers, from other memory if there are fewer. They are [`Self::stale`].
    pub(crate) fn room(&mut self, len: usize) -> &mut [T] {
        if self.0.len() < len {
            *self = Self::stale(len);
        }
        &mut self.0[..len]
    }

    /// The numbers are those of an earlier call, or 0: for memory that is written before it is
    /// read.
    pub(crate) fn stale(len: usize) -> Self {
        match Self::kept(len) {
            Some(mut kept) => {
                kept.resize(len, T::default());
                Self(kept)
            }
            None if cfg!(debug_assertions) => Self(vec![T::NONE; len]),
            None => Self(vec![T::default(); len]),
        }
    }

    fn kept(len: usize) -> Option<Vec<T>> {
        if cfg!(debug_assertions) {
            None
        } else {
            T::kept().take(len)
        }
    }
}

impl<T: Factor> Default for Buffer<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Factor> Drop for Buffer<T> {
    fn drop(&mut self) {
        T::kept().put(std::mem::take(&mut self.0));
    }
}

impl<T: Factor> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Factor> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T: Factor> Clone for Buffer<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::stale(self.len());
        copy.copy_from_slice(self);
        copy
    }
}

impl<T: Factor> fmt::Debug for Buffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Gives the memory that the engine keeps between calls back to the system: at most 192 MiB per
/// number type. Nothing has to call this; the next call just asks the system again.
///
/// ```
/// use schur_engine::{ConvShape, Geometry, conv};
/// let shape = ConvShape::new(&Geometry::square(1)?, 1, [1, 2, 2], 1, 1)?;
/// let y = conv::forward(&shape, &[1.0_f32; 4], &[2.0])?;
/// schur_engine::release_memory();
/// assert_eq!(conv::forward(&shape, &[1.0_f32; 4], &[2.0])?, y);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
pub fn release_memory() {
    fn clear<T: Factor>() {
        T::kept().clear();
    }
    clear::<f32>();
    clear::<f64>();
    clear::<Bf16x2>();
}

#[cfg(test)]
mod tests {
    use super::Buffer;

    #[test]
    fn zeros_are_zero_whatever_was_there() {
        // Other tests take from the same shelf, so this may see fresh memory, too.
        for _ in 0..100 {
            Buffer::<f32>::stale(1001).fill(1.0);
            let zeros = Buffer::<f32>::zeros(1001);
            assert_eq!(zeros.len(), 1001);
            assert!(zeros.iter().all(|&number| number == 0.0));
        }
    }
}
