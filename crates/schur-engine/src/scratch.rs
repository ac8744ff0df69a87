//! Scratch memory of the threads of a call.

use std::sync::{Mutex, PoisonError};

/// Scratch that a call's threads share: made once per thread, however the work is split.
pub(crate) struct Pool<S>(Mutex<Vec<S>>);

impl<S> Pool<S> {
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
