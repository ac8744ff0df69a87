//! The middle of pictures, in another size.

use super::Pictures;
use crate::volume::{Volume, cube_sizes};
use crate::{DataError, Numbers};

impl Pictures {
    /// The central squares of these pictures, or of volumes the central cubes, as wide as the shortest
    /// axis, resized to `side` as [`resize_volume`](crate::resize_volume) does it. Bytes stay bytes, rounded; masks are left
    /// behind.
    ///
    /// ```
    /// use schur_data::Pictures;
    ///
    /// let wide = Pictures::new([1, 2, 4], vec![9, 0, 2, 9, 9, 4, 6, 9], vec![1])?;
    /// let small = wide.central(1)?;
    /// assert_eq!((small.sizes(), small.pixels(), small.labels()), ([1, 1, 1], &[3][..], &[1][..]));
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Resize`] if one would have no or more than [`MAX_RESIZED_PIXELS`](crate::MAX_RESIZED_PIXELS)
    /// places.
    pub fn central(&self, side: usize) -> Result<Self, DataError> {
        let [depth, rows, cols] = self.sizes();
        let (cut, sizes) = match depth {
            1 => ([1, rows.min(cols), rows.min(cols)], [1, side, side]),
            _ => (cube_sizes(self.sizes(), None), [side; 3]),
        };
        let shape = [self.channels(), depth, rows, cols];
        let (mut bytes, mut floats) = (Vec::new(), Vec::new());
        for index in 0..self.len() {
            let image = Volume::new(shape, self.raw(index))?
                .filled(cut, 0.0)
                .resized(sizes)?;
            match self.are_bytes() {
                true => bytes.extend(image.numbers().iter().map(|v| v.round() as u8)),
                false => floats.extend(image.into_numbers()),
            }
        }
        let numbers = match self.are_bytes() {
            true => Numbers::Bytes(bytes),
            false => Numbers::Floats(floats),
        };
        let [depth, rows, cols] = sizes;
        let shape = [self.channels(), depth, rows, cols];
        let pictures = Self::volumes(shape, numbers, self.labels().to_vec())?;
        pictures.normalised(self.normalisation().clone())
    }
}
