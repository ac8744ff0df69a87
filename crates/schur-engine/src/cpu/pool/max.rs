//! Maximum over windows.

use crate::parallel::*;

use super::PoolShape;
use crate::error::check_len;
use crate::{EngineError, Result, Scalar};

/// Channels compared at a time: a few vectors.
const RUN: usize = 8;

/// The result of a max-pool.
///
/// ```
/// use schur_engine::{MaxPool, PoolShape, pool};
/// let windows = pool::Windows::plane((1, 2), (1, 2), (0, 0))?;
/// let shape = PoolShape::new(1, [1, 1, 4], 1, windows)?;
/// let MaxPool { y, argmax } = pool::max_pool(&shape, &[1.0, 3.0, 5.0, 5.0])?;
/// assert_eq!(y, [3.0, 5.0]);
/// // The tie goes to the first pixel.
/// assert_eq!(argmax, [1, 0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MaxPool<T> {
    /// The maxima, `[batch, out depth, out height, out width, channels]`.
    pub y: Vec<T>,
    /// Where each maximum was inside its window, row-major over depth, height and width.
    pub argmax: Vec<u32>,
}

/// The maximum of every channel over every window.
///
/// Ties go to the first pixel in row-major order; a NaN counts as larger than every number, so
/// it is not hidden. Padding never wins.
///
/// # Errors
///
/// [`EngineError::Length`] if `x` does not have the length of `shape`;
/// [`EngineError::Overflow`] if the window has more than 2^32 pixels.
pub fn max_pool<T: Scalar>(shape: &PoolShape, x: &[T]) -> Result<MaxPool<T>> {
    check_len("x", x.len(), shape.input_len())?;
    let channels = shape.channels();
    if u32::try_from(shape.windows().geometry().taps()).is_err() {
        return Err(EngineError::Overflow {
            what: "the argmax of a pooling window",
        });
    }
    let mut y = vec![T::ZERO; shape.output_len()];
    let mut argmax = vec![0_u32; shape.output_len()];
    let row_len = shape.out_size()[2] * channels;
    y.par_chunks_mut(row_len)
        .zip(argmax.par_chunks_mut(row_len))
        .enumerate()
        .for_each(|(row, (y, argmax))| {
            let pixels = y
                .chunks_exact_mut(channels)
                .zip(argmax.chunks_exact_mut(channels));
            for (col, (best, place)) in pixels.enumerate() {
                let mut window = shape.window_places(row, col);
                if let Some((index, start)) = window.next() {
                    best.copy_from_slice(&x[start..start + channels]);
                    place.fill(index);
                }
                for (index, start) in window {
                    keep_larger(best, place, &x[start..start + channels], index);
                }
            }
        });
    Ok(MaxPool { y, argmax })
}

/// Replaces every best by its candidate where that is larger (or NaN).
fn keep_larger<T: Scalar>(best: &mut [T], place: &mut [u32], candidates: &[T], index: u32) {
    let (best_runs, best_rest) = best.as_chunks_mut::<RUN>();
    let (place_runs, place_rest) = place.as_chunks_mut::<RUN>();
    let (runs, rest) = candidates.as_chunks::<RUN>();
    for ((best, place), candidates) in best_runs.iter_mut().zip(place_runs).zip(runs) {
        // Whole arrays are read and written, so that the choice is a blend and not a branch.
        let (old, old_place) = (*best, *place);
        *best = std::array::from_fn(|i| {
            if larger(old[i], candidates[i]) {
                candidates[i]
            } else {
                old[i]
            }
        });
        *place = std::array::from_fn(|i| {
            if larger(old[i], candidates[i]) {
                index
            } else {
                old_place[i]
            }
        });
    }
    for ((best, place), &x) in best_rest.iter_mut().zip(place_rest).zip(rest) {
        if larger(*best, x) {
            (*best, *place) = (x, index);
        }
    }
}

/// Whether `x` replaces `best`.
#[inline(always)]
fn larger<T: Scalar>(best: T, x: T) -> bool {
    #[allow(clippy::eq_op, reason = "x != x asks for NaN without a branch")]
    let nan = x != x;
    (x > best) | nan
}

/// The transpose of the choice made by [`max_pool`]: every `dy` goes to the pixel that won.
///
/// # Errors
///
/// [`EngineError::Length`] if a slice does not have the length of `shape`;
/// [`EngineError::ArgmaxOutside`] if `argmax` cannot come from a pooling of this shape.
pub fn max_pool_backward<T: Scalar>(shape: &PoolShape, argmax: &[u32], dy: &[T]) -> Result<Vec<T>> {
    check_len("argmax", argmax.len(), shape.output_len())?;
    check_len("dy", dy.len(), shape.output_len())?;
    let limit = shape.windows().geometry().taps();
    if let Some(index) = argmax.iter().position(|&a| a as usize >= limit) {
        return Err(EngineError::ArgmaxOutside {
            index,
            got: argmax[index],
            limit,
        });
    }
    let mut dx = vec![T::ZERO; shape.input_len()];
    let (out_width, channels) = (shape.out_size()[2], shape.channels());
    // One image is the work of one thread, since windows may overlap.
    dx.par_chunks_mut(shape.image_len())
        .zip(dy.par_chunks(shape.out_image_len()))
        .zip(argmax.par_chunks(shape.out_image_len()))
        .for_each(|((dx, dy), argmax)| {
            let pixels = dy.chunks_exact(channels).zip(argmax.chunks_exact(channels));
            for (pixel, (dy, argmax)) in pixels.enumerate() {
                // The rows of this image are those of image 0.
                let (row, col) = (pixel / out_width, pixel % out_width);
                for (index, start) in shape.window_places(row, col) {
                    let dx = &mut dx[start..start + channels];
                    for ((dx, &dy), &place) in dx.iter_mut().zip(dy).zip(argmax) {
                        *dx += if place == index { dy } else { T::ZERO };
                    }
                }
            }
        });
    Ok(dx)
}
