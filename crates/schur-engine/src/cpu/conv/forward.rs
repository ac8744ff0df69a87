//! The convolution itself.

use super::direct::{Images, Part, convolve};
use super::matrix::PanelMatrix;
use crate::conv_shape::ConvShape;
use crate::cpu::isa::Isa;
use crate::error::check_len;
use crate::sampling::Sampling;
use crate::{Result, Scalar};

/// `y[n, i, o] = sum over taps r and channels a of x[n, i s + r d - p, a] weight[r, a, o]`, where
/// places `i` and taps `r` have three axes each.
///
/// # Errors
///
/// [`crate::EngineError::Length`] if a slice does not have the length of `shape`.
pub fn forward<T: Scalar>(shape: &ConvShape, x: &[T], weight: &[T]) -> Result<Vec<T>> {
    check_len("weight", weight.len(), shape.weight_len())?;
    let isa = Isa::detect();
    let weight = PanelMatrix::new(isa, weight, shape.depth(), shape.out_channels());
    forward_packed(shape, x, &weight, |_| ())
}

/// The convolution with a packed weight; `finish` is called with whole pixels of the result, all of
/// them.
pub(crate) fn forward_packed<T: Scalar>(
    shape: &ConvShape,
    x: &[T],
    weight: &PanelMatrix<T>,
    finish: impl Fn(&mut [T]) + Sync,
) -> Result<Vec<T>> {
    check_len("x", x.len(), shape.input_len())?;
    let expected = shape.weight_len();
    check_len(
        "the prepared weight",
        weight.rows() * weight.cols(),
        expected,
    )?;
    let mut y = vec![T::ZERO; shape.output_len()];
    let flat = shape.flattened();
    let images = Images {
        batch: flat.batch(),
        size: flat.out_size(),
        channels: flat.out_channels(),
        steps: [1; 3],
    };
    let part = Part {
        sampling: Sampling::new(&flat),
        weight,
        first: [0; 3],
    };
    convolve(Isa::detect(), &[part], x, (images, &mut y), finish);
    Ok(y)
}
