//! The gradient of a convolution in its input.

use super::direct::{Images, Part, convolve};
use super::matrix::PanelMatrix;
use crate::conv_shape::ConvShape;
use crate::cpu::narrow::all_along;
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::Buffer;
use crate::error::check_len;
use crate::sampling::{Residue, Sampling};
use crate::{Result, Scalar};

/// The transpose of [`super::forward`] in `x`: `dx` from `dy`.
///
/// The input places that are congruent modulo the stride get the same taps, turned round on every
/// axis: one convolution with stride 1 per class.
///
/// # Errors
///
/// [`crate::EngineError::Length`] if a slice does not have the length of `shape`.
pub fn backward_input<T: Scalar>(shape: &ConvShape, dy: &[T], weight: &[T]) -> Result<Vec<T>> {
    input_gradient::<T>(shape, dy, weight)
}

/// [`backward_input`] by products of some factors.
pub(crate) fn input_gradient<F: Factor>(
    shape: &ConvShape,
    dy: &[F::Sum],
    weight: &[F::Sum],
) -> Result<Vec<F::Sum>> {
    check_len("dy", dy.len(), shape.output_len())?;
    check_len("weight", weight.len(), shape.weight_len())?;
    let isa = F::best();
    let mut dx = vec![F::Sum::ZERO; shape.input_len()];
    let (mut room, mut weight_room) = (Buffer::default(), Buffer::default());
    let dy = all_along::<F>(isa, dy, shape.out_channels(), &mut room);
    let weight = all_along::<F>(isa, weight, shape.out_channels(), &mut weight_room);
    let outputs = shape.out_channels().div_ceil(F::NUMBERS);
    let flat = shape
        .flattened()
        .with_channels(shape.in_channels(), outputs);
    let (inputs, outputs) = (flat.in_channels(), flat.out_channels());
    let [_, kernel_height, kernel_width] = flat.geometry().kernel();
    let [planes, rows, cols] = Residue::of_shape(&flat);
    let classes: Vec<[&Residue; 3]> = (planes.iter())
        .flat_map(|plane| rows.iter().map(move |row| (plane, row)))
        .flat_map(|(plane, row)| cols.iter().map(move |col| [plane, row, col]))
        .collect();
    let weights: Vec<PanelMatrix<F>> = (classes.iter())
        .map(|[planes, rows, cols]| {
            let taps: Vec<&[F]> = (planes.turned())
                .flat_map(|d| rows.turned().map(move |r| d * kernel_height + r))
                .flat_map(|r| cols.turned().map(move |c| r * kernel_width + c))
                .map(|tap| &weight[tap * inputs * outputs..][..inputs * outputs])
                .collect();
            PanelMatrix::of_transposed(isa, &taps, outputs, inputs)
        })
        .collect();
    let parts: Vec<Part<'_, F>> = (classes.iter().zip(&weights))
        .map(|(class, weight)| Part {
            sampling: Sampling::of_residues(&flat, *class),
            weight,
            first: class.map(|axis| axis.residue),
        })
        .collect();
    let images = Images {
        batch: flat.batch(),
        size: flat.size(),
        channels: inputs,
        steps: flat.geometry().stride(),
    };
    convolve(isa, &parts, dy, images, &mut dx, |_| ());
    Ok(dx)
}
