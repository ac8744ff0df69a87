//! Pictures as one array, for files that keep some of them.

use std::path::Path;

use super::{Numbers, Pictures};
use crate::DataError;
use crate::volume::{Array, problem, write_array};

impl Pictures {
    /// The numbers `[len, channels, depth, rows, cols]` as the bytes of a NumPy file (`.npy`), without
    /// labels, masks and normalisation.
    ///
    /// ```
    /// use schur_data::{Numbers, Pictures};
    ///
    /// let volumes = Pictures::volumes([1, 2, 2, 2], Numbers::Floats(vec![0.5; 8]), vec![0])?;
    /// let file = volumes.to_numpy();
    /// assert_eq!(Pictures::from_numpy(&file, "kept.npy")?, volumes);
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    pub fn to_numpy(&self) -> Vec<u8> {
        let [depth, rows, cols] = self.sizes();
        let descr = if self.are_bytes() { "|u1" } else { "<f4" };
        let shape = [self.len(), self.channels(), depth, rows, cols];
        write_array(descr, &shape, self.pixels(), 0)
    }

    /// Volumes from an array that [`to_numpy`](Self::to_numpy) has written, all with label 0; `file` is
    /// its name in errors.
    ///
    /// # Errors
    ///
    /// [`DataError::Volume`] or [`DataError::Truncated`] if it is none.
    pub fn from_numpy(bytes: &[u8], file: impl AsRef<Path>) -> Result<Self, DataError> {
        let file = file.as_ref();
        let (array, bytes) = Array::split(bytes, file)?;
        let sizes: Vec<usize> = array.shape.iter().map(|&n| n as usize).collect();
        let [count, channels, depth, rows, cols] = sizes[..] else {
            return Err(problem(file, "it is no array of volumes; write it again"));
        };
        let numbers: Numbers = array.numbers(bytes);
        Self::volumes([channels, depth, rows, cols], numbers, vec![0; count])
    }
}
