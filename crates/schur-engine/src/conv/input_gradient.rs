//! The gradient of a convolution in its input.

use rayon::prelude::*;

use super::ConvShape;
use super::columns::Sampling;
use crate::error::check_len;
use crate::gemm_unsafe::{View, multiply};
use crate::{Result, Scalar};

/// The transpose of [`super::forward`] in `x`: `dx` from `dy`.
///
/// Tiles of `dy * weight^T` are added into the images; one image is the work of one thread.
///
/// # Errors
///
/// [`crate::EngineError::Length`] if a slice does not have the length of `shape`.
pub fn backward_input<T: Scalar>(shape: &ConvShape, dy: &[T], weight: &[T]) -> Result<Vec<T>> {
    check_len("dy", dy.len(), shape.output_len())?;
    check_len("weight", weight.len(), shape.weight_len())?;
    let mut dx = vec![T::ZERO; shape.input_len()];
    if dx.is_empty() {
        return Ok(dx);
    }
    let sampling = Sampling::new(shape);
    let (depth, channels) = (shape.depth(), shape.out_channels());
    let rows = sampling.tile_rows::<T>();
    // Transposed once here, instead of for every tile in the matrix product.
    let transposed = transpose(weight, depth, channels);
    let weight = View::row_major(&transposed, channels, depth);
    let (image_len, out_len) = (dx.len() / shape.batch(), dy.len() / shape.batch());
    dx.par_chunks_mut(image_len)
        .zip(dy.par_chunks(out_len))
        .for_each_init(
            || sampling.scratch(),
            |scratch, (image, dy)| {
                for (tile, dy) in dy.chunks(rows * channels).enumerate() {
                    let count = dy.len() / channels;
                    let first = tile * rows;
                    let dy = View::row_major(dy, count, channels);
                    if sampling.is_copy() {
                        let patches = &mut image[first * depth..][..count * depth];
                        multiply(patches, false, dy, weight);
                    } else {
                        let patches = &mut scratch[..count * depth];
                        multiply(patches, false, dy, weight);
                        add_patches(&sampling, patches, first, image);
                    }
                }
            },
        );
    Ok(dx)
}

/// The transpose of the row-major `rows` x `cols` matrix `from`.
fn transpose<T: Scalar>(from: &[T], rows: usize, cols: usize) -> Vec<T> {
    let mut to = vec![T::ZERO; from.len()];
    to.par_chunks_mut(rows).enumerate().for_each(|(j, column)| {
        for (entry, row) in column.iter_mut().zip(from.chunks_exact(cols)) {
            *entry = row[j];
        }
    });
    to
}

/// Adds the patches of the grid pixels from `first` on to the source pixels they came from.
fn add_patches<T: Scalar>(sampling: &Sampling, patches: &[T], first: usize, image: &mut [T]) {
    let channels = sampling.channels;
    let width = sampling.source.1;
    for (index, patch) in patches.chunks_exact(sampling.depth()).enumerate() {
        let pixel = first + index;
        let (row, col) = (pixel / sampling.grid.1, pixel % sampling.grid.1);
        let kernel_rows = patch.chunks_exact(sampling.kernel.1 * channels);
        for (r, taps) in kernel_rows.enumerate() {
            let Some(y) = sampling.source_row(row, r) else {
                continue;
            };
            for (c, tap) in taps.chunks_exact(channels).enumerate() {
                let Some(x) = sampling.source_col(col, c) else {
                    continue;
                };
                let pixel = &mut image[(y * width + x) * channels..][..channels];
                for (sum, &term) in pixel.iter_mut().zip(tap) {
                    *sum += term;
                }
            }
        }
    }
}
