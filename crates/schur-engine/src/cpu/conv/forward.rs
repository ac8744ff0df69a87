//! The convolution itself.

use super::direct::{Images, Part, convolve, cut, share_of_cache};
use super::matrix::PanelMatrix;
use super::pieces::Piece;
use crate::conv_shape::ConvShape;
use crate::cpu::narrow::{across, all_along};
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::Buffer;
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
    forward_packed(
        shape,
        x,
        &packed::<T>(shape.in_channels(), weight, shape.out_channels()),
        |_| (),
    )
}

/// A dense weight `[tap][in channels][out channels]` as factors, in panels.
pub(crate) fn packed<F: Factor>(
    inputs: usize,
    weight: &[F::Sum],
    outputs: usize,
) -> PanelMatrix<F> {
    let (isa, mut room) = (F::best(), Buffer::default());
    let weight = across(isa, weight, (inputs, outputs), &mut room);
    PanelMatrix::new(isa, weight, weight.len() / outputs, outputs)
}

/// The convolution with a packed weight; `finish` is called with whole pixels of the result, all of
/// them.
pub(crate) fn forward_packed<F: Factor>(
    shape: &ConvShape,
    x: &[F::Sum],
    weight: &PanelMatrix<F>,
    finish: impl Fn(&mut [F::Sum]) + Sync,
) -> Result<Vec<F::Sum>> {
    check_len("x", x.len(), shape.input_len())?;
    let (isa, mut room) = (F::best(), Buffer::default());
    let x = all_along::<F>(isa, x, shape.in_channels(), &mut room);
    let shape = shape.with_channels(
        shape.in_channels().div_ceil(F::NUMBERS),
        shape.out_channels(),
    );
    let expected = shape.weight_len();
    check_len(
        "the prepared weight",
        weight.rows() * weight.cols(),
        expected,
    )?;
    let mut y = vec![F::Sum::ZERO; shape.output_len()];
    let flat = shape.flattened();
    let images = target(&flat);
    let part = Part {
        sampling: Sampling::new(&flat),
        weight,
        first: [0; 3],
    };
    convolve(isa, &[part], x, images, &mut y, finish);
    Ok(y)
}

fn target(flat: &ConvShape) -> Images {
    Images {
        batch: flat.batch(),
        size: flat.out_size(),
        channels: flat.out_channels(),
        steps: [1; 3],
    }
}

/// How many pieces a convolution is cut into, the pixels of the largest, and what a piece and a panel
/// of weights may each take of the second-level cache, in bytes.
pub(crate) fn forward_cut<F: Factor>(shape: &ConvShape) -> [usize; 3] {
    let read = shape.in_channels().div_ceil(F::NUMBERS);
    let pieces = cut::<F>(target(&shape.flattened()), read);
    let largest = pieces.iter().map(Piece::pixels).max();
    [pieces.len(), largest.unwrap_or(0), share_of_cache()]
}
