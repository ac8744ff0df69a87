//! Oracle of the convolutions: one loop per index.

use crate::ConvShape;

/// Calls `visit(x index, weight index, y index)` for every product of the convolution.
fn each_product(shape: &ConvShape, mut visit: impl FnMut(usize, usize, usize)) {
    let geometry = shape.geometry();
    let (kernel, stride) = (geometry.kernel(), geometry.stride());
    let (padding, dilation) = (geometry.padding(), geometry.dilation());
    let (size, out_size) = (shape.size(), shape.out_size());
    let (inputs, outputs) = (shape.in_channels(), shape.out_channels());
    for n in 0..shape.batch() {
        for i in 0..out_size.0 {
            for j in 0..out_size.1 {
                for r in 0..kernel.0 {
                    for c in 0..kernel.1 {
                        // Positions in the padded image.
                        let row = i * stride.0 + r * dilation.0;
                        let col = j * stride.1 + c * dilation.1;
                        let inside = (padding.0..padding.0 + size.0).contains(&row)
                            && (padding.1..padding.1 + size.1).contains(&col);
                        if !inside {
                            continue;
                        }
                        let (row, col) = (row - padding.0, col - padding.1);
                        for a in 0..inputs {
                            let x = ((n * size.0 + row) * size.1 + col) * inputs + a;
                            for o in 0..outputs {
                                let w = ((r * kernel.1 + c) * inputs + a) * outputs + o;
                                let y = ((n * out_size.0 + i) * out_size.1 + j) * outputs + o;
                                visit(x, w, y);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Oracle of [`crate::conv::forward`].
///
/// # Panics
///
/// If a slice is shorter than `shape` asks for.
#[must_use]
pub fn forward(shape: &ConvShape, x: &[f64], weight: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; shape.output_len()];
    each_product(shape, |i, w, o| y[o] += x[i] * weight[w]);
    y
}

/// Oracle of [`crate::conv::backward_input`].
///
/// # Panics
///
/// If a slice is shorter than `shape` asks for.
#[must_use]
pub fn backward_input(shape: &ConvShape, dy: &[f64], weight: &[f64]) -> Vec<f64> {
    let mut dx = vec![0.0; shape.input_len()];
    each_product(shape, |i, w, o| dx[i] += dy[o] * weight[w]);
    dx
}

/// Oracle of [`crate::conv::backward_weight`].
///
/// # Panics
///
/// If a slice is shorter than `shape` asks for.
#[must_use]
pub fn backward_weight(shape: &ConvShape, x: &[f64], dy: &[f64]) -> Vec<f64> {
    let mut dw = vec![0.0; shape.weight_len()];
    each_product(shape, |i, w, o| dw[w] += x[i] * dy[o]);
    dw
}
