//! Average over windows.

use crate::parallel::*;

use super::PoolShape;
use crate::error::check_len;
use crate::{Result, Scalar};

/// The mean of every channel over every window, accumulated in `f64`. Padding counts as zeros;
/// what a window holds beyond it (ceil mode) does not count.
///
/// ```
/// use schur_engine::{PoolShape, pool};
/// let windows = pool::Windows::plane((2, 2), (2, 2), (0, 0))?;
/// let global = PoolShape::new(1, [1, 2, 2], 1, windows)?;
/// assert_eq!(pool::average_pool(&global, &[1.0, 2.0, 3.0, 6.0])?, [3.0]);
/// assert_eq!(pool::average_pool_backward(&global, &[4.0])?, [1.0; 4]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
///
/// # Errors
///
/// [`crate::EngineError::Length`] if `x` does not have the length of `shape`.
pub fn average_pool<T: Scalar>(shape: &PoolShape, x: &[T]) -> Result<Vec<T>> {
    check_len("x", x.len(), shape.input_len())?;
    let mut y = vec![T::ZERO; shape.output_len()];
    let channels = shape.channels();
    let row_len = shape.out_size()[2] * channels;
    y.par_chunks_mut(row_len).enumerate().for_each_init(
        || vec![0.0_f64; channels],
        |sums, (row, y)| {
            for (col, y) in y.chunks_exact_mut(channels).enumerate() {
                sums.fill(0.0);
                for (_, start) in shape.window_places(row, col) {
                    for (sum, &x) in sums.iter_mut().zip(&x[start..start + channels]) {
                        *sum += x.to_f64();
                    }
                }
                let share = shape.share(row % shape.out_rows(), col);
                for (y, &sum) in y.iter_mut().zip(&*sums) {
                    *y = T::from_f64(sum * share);
                }
            }
        },
    );
    Ok(y)
}

/// The transpose of [`average_pool`]: every `dy` is spread evenly over its window.
///
/// # Errors
///
/// [`crate::EngineError::Length`] if `dy` does not have the length of `shape`.
pub fn average_pool_backward<T: Scalar>(shape: &PoolShape, dy: &[T]) -> Result<Vec<T>> {
    check_len("dy", dy.len(), shape.output_len())?;
    let mut dx = vec![T::ZERO; shape.input_len()];
    let channels = shape.channels();
    let out_width = shape.out_size()[2];
    // One image is the work of one thread, since windows may overlap.
    dx.par_chunks_mut(shape.image_len())
        .zip(dy.par_chunks(shape.out_image_len()))
        .for_each(|(dx, dy)| {
            for (pixel, dy) in dy.chunks_exact(channels).enumerate() {
                // The rows of this image are those of image 0.
                let (row, col) = (pixel / out_width, pixel % out_width);
                let share = T::from_f64(shape.share(row, col));
                for (_, start) in shape.window_places(row, col) {
                    for (dx, &dy) in dx[start..start + channels].iter_mut().zip(dy) {
                        *dx += dy * share;
                    }
                }
            }
        });
    Ok(dx)
}
