//! The gradient of a convolution in its weight.

use rayon::prelude::*;

use super::ConvShape;
use super::columns::Sampling;
use crate::error::check_len;
use crate::gemm_unsafe::{View, multiply};
use crate::{Result, Scalar};

/// Most partial sums: enough work for as many threads.
const MAX_PARTS: usize = 16;
/// Fewest partial sums, if there are as many tiles.
const MIN_PARTS: usize = 4;
/// Entries of all partial sums together, above which their number shrinks: adding them up would
/// cost more than the balance is worth.
const PARTIAL_ENTRIES: usize = 1 << 21;

/// The transpose of [`super::forward`] in `weight`: `dw` from `x` and `dy`.
///
/// The pixels of the batch are cut into a few groups that depend on the shape only. Each group
/// sums its own `dw`; the groups are added in order.
///
/// # Errors
///
/// [`crate::EngineError::Length`] if a slice does not have the length of `shape`.
pub fn backward_weight<T: Scalar>(shape: &ConvShape, x: &[T], dy: &[T]) -> Result<Vec<T>> {
    check_len("x", x.len(), shape.input_len())?;
    check_len("dy", dy.len(), shape.output_len())?;
    let len = shape.weight_len();
    if dy.is_empty() {
        return Ok(vec![T::ZERO; len]);
    }
    let sampling = Sampling::new(shape);
    let rows = sampling.tile_rows::<T>();
    let tiles = shape.out_pixels().div_ceil(rows);
    let parts = (PARTIAL_ENTRIES / len).clamp(MIN_PARTS, MAX_PARTS);
    let part_tiles = tiles.div_ceil(parts);
    let parts = tiles.div_ceil(part_tiles);
    let mut sums = vec![T::ZERO; parts * len];
    sums.par_chunks_mut(len)
        .zip(dy.par_chunks(part_tiles * rows * shape.out_channels()))
        .enumerate()
        .for_each(|(part, (sum, dy))| {
            let first = part * part_tiles * rows;
            accumulate(&sampling, x, dy, first, sum);
        });
    Ok(add_parts(sums, len))
}

/// `sum = patches^T * dy` over the grid pixels from `first` on, tile by tile.
fn accumulate<T: Scalar>(sampling: &Sampling, x: &[T], dy: &[T], first: usize, sum: &mut [T]) {
    let channels = sum.len() / sampling.depth();
    let rows = sampling.tile_rows::<T>();
    let mut scratch = sampling.scratch();
    for (tile, dy) in dy.chunks(rows * channels).enumerate() {
        let count = dy.len() / channels;
        let start = first + tile * rows;
        let patches = sampling.gather(x, start..start + count, &mut scratch);
        let dy = View::row_major(dy, count, channels);
        multiply(sum, tile > 0, patches.transposed(), dy);
    }
}

/// Adds the parts of length `len` in order.
fn add_parts<T: Scalar>(mut sums: Vec<T>, len: usize) -> Vec<T> {
    /// Entries added at a time, so that the total stays in the first-level cache.
    const RUN: usize = 1024;
    let (total, parts) = sums.split_at_mut(len);
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
    sums.truncate(len);
    sums
}
