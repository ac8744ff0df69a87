//! Oracle of the convolutions: one loop per index.

use crate::ConvShape;

/// Calls `visit(x index, weight index, y index)` for every product of the convolution.
fn each_product(shape: &ConvShape, mut visit: impl FnMut(usize, usize, usize)) {
    let geometry = shape.geometry();
    let (kernel, stride) = (geometry.kernel(), geometry.stride());
    let (padding, dilation) = (geometry.padding(), geometry.dilation());
    let (size, out_size) = (shape.size(), shape.out_size());
    let (inputs, outputs) = (shape.in_channels(), shape.out_channels());
    let places = |size: [usize; 3]| size.iter().product::<usize>();
    // The three indices of a place counted row-major.
    let split = |place: usize, size: [usize; 3]| {
        let line = place / size[2];
        [line / size[1], line % size[1], place % size[2]]
    };
    for n in 0..shape.batch() {
        for out in 0..places(out_size) {
            let to = split(out, out_size);
            for tap in 0..places(kernel) {
                let tap_at = split(tap, kernel);
                let mut from = n;
                let mut inside = true;
                for axis in 0..3 {
                    // A place in the padded image.
                    let place = to[axis] * stride[axis] + tap_at[axis] * dilation[axis];
                    inside &= (padding[axis]..padding[axis] + size[axis]).contains(&place);
                    from = from * size[axis] + place.saturating_sub(padding[axis]);
                }
                if !inside {
                    continue;
                }
                for a in 0..inputs {
                    for o in 0..outputs {
                        let w = (tap * inputs + a) * outputs + o;
                        let y = (n * places(out_size) + out) * outputs + o;
                        visit(from * inputs + a, w, y);
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
