//! The convolution itself.

use rayon::prelude::*;

use super::ConvShape;
use super::columns::Sampling;
use crate::error::check_len;
use crate::gemm_unsafe::{View, multiply};
use crate::{Result, Scalar};

/// `y[n, i, j, o] = sum over r, c, a of x[n, i s + r d - p, j s + c d - p, a] weight[r, c, a, o]`.
///
/// # Errors
///
/// [`crate::EngineError::Length`] if a slice does not have the length of `shape`.
pub fn forward<T: Scalar>(shape: &ConvShape, x: &[T], weight: &[T]) -> Result<Vec<T>> {
    check_len("x", x.len(), shape.input_len())?;
    check_len("weight", weight.len(), shape.weight_len())?;
    let sampling = Sampling::new(shape);
    let (depth, channels) = (shape.depth(), shape.out_channels());
    let rows = sampling.tile_rows::<T>();
    let weight = View::row_major(weight, depth, channels);
    let mut y = vec![T::ZERO; shape.output_len()];
    y.par_chunks_mut(rows * channels).enumerate().for_each_init(
        || sampling.scratch(),
        |scratch, (tile, y)| {
            let first = tile * rows;
            let pixels = first..first + y.len() / channels;
            let patches = sampling.gather(x, pixels, scratch);
            multiply(y, false, patches, weight);
        },
    );
    Ok(y)
}
