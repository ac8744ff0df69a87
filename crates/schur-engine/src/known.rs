//! What was found out before: the layers of a network ask for the same changes of basis and the same
//! blocks, width after width.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Values that hold all that they follow from, so that no result depends on which are known. One is
/// known as long as somebody has it, and the newest so many until newer ones come.
pub(crate) struct Known<T> {
    values: Mutex<Values<T>>,
    kept: usize,
}

struct Values<T> {
    alive: Vec<Weak<T>>,
    newest: VecDeque<Arc<T>>,
}

impl<T> Known<T> {
    /// Nothing yet; `kept` are known though nobody has them.
    pub(crate) const fn keeping(kept: usize) -> Self {
        let values = Values {
            alive: Vec::new(),
            newest: VecDeque::new(),
        };
        let values = Mutex::new(values);
        Self { values, kept }
    }

    /// The known value that `is` it, or the one that is made.
    pub(crate) fn get<E>(
        &self,
        is: impl Fn(&T) -> bool,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let lock = || self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |values: &Values<T>| {
            let mut alive = values.alive.iter().rev().filter_map(Weak::upgrade);
            alive.find(|value| is(value))
        };
        if let Some(found) = find(&lock()) {
            return Ok(found);
        }
        let made = Arc::new(make()?);
        let mut values = lock();
        // Another thread may have made it in the meantime.
        if let Some(found) = find(&values) {
            return Ok(found);
        }
        values.alive.retain(|value| value.strong_count() > 0);
        values.alive.push(Arc::downgrade(&made));
        if self.kept > 0 {
            values.newest.push_back(made.clone());
            if values.newest.len() > self.kept {
                values.newest.pop_front();
            }
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_known_as_long_as_somebody_has_them() {
        let known: Known<(u32, String)> = Known::keeping(1);
        let get = |number: u32, word: &str| {
            let make = || Ok::<_, ()>((number, word.to_string()));
            known.get(|value| value.0 == number, make).unwrap()
        };
        let one = get(1, "first");
        assert!(Arc::ptr_eq(&one, &get(1, "second")));
        // The newest is kept, and one that somebody has; the other is made again.
        drop(get(2, "first"));
        drop(get(3, "first"));
        assert_eq!(get(3, "second").1, "first");
        assert_eq!(get(1, "second").1, "first");
        assert_eq!(get(2, "second").1, "second");
        assert!(
            known
                .get(|_| false, || Err::<(u32, String), _>(()))
                .is_err()
        );
    }
}
