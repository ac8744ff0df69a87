//! Memory that is kept between calls.

use std::sync::{Mutex, PoisonError};

/// Bytes per number type that calls leave for the next ones, at most.
const KEPT_BYTES: usize = 192 << 20;

/// The memory that calls left.
#[doc(hidden)]
pub struct Shelf<T>(Mutex<Vec<Vec<T>>>);

impl<T> Shelf<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The smallest piece that holds `len` numbers.
    pub(super) fn take(&self, len: usize) -> Option<Vec<T>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = kept
            .iter()
            .enumerate()
            .filter(|(_, piece)| piece.capacity() >= len);
        let (index, _) = fitting.min_by_key(|(_, piece)| piece.capacity())?;
        Some(kept.swap_remove(index))
    }

    /// Keeps a piece. If there are too many bytes, the smallest go back to the system: large ones
    /// serve every call.
    pub(super) fn put(&self, piece: Vec<T>) {
        let bytes = |piece: &Vec<T>| piece.capacity() * size_of::<T>();
        if piece.capacity() == 0 || bytes(&piece) > KEPT_BYTES {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(piece);
        let mut total: usize = kept.iter().map(bytes).sum();
        while total > KEPT_BYTES {
            let pieces = kept.iter().enumerate();
            let Some((smallest, _)) = pieces.min_by_key(|(_, piece)| piece.capacity()) else {
                return;
            };
            total -= bytes(&kept.swap_remove(smallest));
        }
    }

    /// Bytes that are kept.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .map(|piece| piece.capacity() * size_of::<T>())
            .sum()
    }

    pub(super) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT_BYTES, Shelf};

    #[test]
    fn the_smallest_piece_that_fits_is_taken() {
        let shelf = Shelf::<f64>::new();
        for len in [100, 10, 50] {
            shelf.put(vec![1.0; len]);
        }
        assert_eq!(shelf.take(20).map(|piece| piece.capacity()), Some(50));
        assert_eq!(shelf.take(20).map(|piece| piece.capacity()), Some(100));
        assert_eq!(shelf.take(20), None);
        assert_eq!(shelf.bytes(), 80);
    }

    #[test]
    fn the_smallest_pieces_go_first() {
        let shelf = Shelf::<f64>::new();
        let third = KEPT_BYTES / size_of::<f64>() / 3;
        for len in [third, third - 1, third - 2] {
            shelf.put(Vec::with_capacity(len));
        }
        assert!(shelf.bytes() <= KEPT_BYTES);
        shelf.put(Vec::with_capacity(third - 3));
        let mut left = Vec::new();
        while let Some(piece) = shelf.take(1) {
            left.push(third - piece.capacity());
        }
        assert_eq!(left, [2, 1, 0]);
        // More than everything that may be kept is not.
        shelf.clear();
        shelf.put(Vec::with_capacity(4 * third));
        assert_eq!(shelf.bytes(), 0);
    }
}
