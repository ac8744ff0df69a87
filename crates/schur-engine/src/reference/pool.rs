//! Oracles of the pools: one loop per index.

use crate::{MaxPool, PoolShape};

/// The window of every output place: its index and its corner, counted from that of the padding.
fn each_corner(shape: &PoolShape, mut visit: impl FnMut(usize, [usize; 3])) {
    let ([depths, heights, widths], stride) =
        (shape.out_size(), shape.windows().geometry().stride());
    let mut out = 0;
    for _ in 0..shape.batch() {
        for i in 0..depths {
            for j in 0..heights {
                for k in 0..widths {
                    visit(out, [i * stride[0], j * stride[1], k * stride[2]]);
                    out += 1;
                }
            }
        }
    }
}

/// Calls `visit(output index, place in the window, input index)` in row-major order.
fn each_window(shape: &PoolShape, mut visit: impl FnMut(usize, u32, usize)) {
    let ([depth, height, width], channels) = (shape.size(), shape.channels());
    let geometry = shape.windows().geometry();
    let ([window_depth, rows, cols], padding) = (geometry.kernel(), geometry.padding());
    let places = shape.out_size().iter().product::<usize>();
    each_corner(shape, |out, corner| {
        let image = out / places;
        for channel in 0..channels {
            let mut place = 0;
            for d in 0..window_depth {
                for r in 0..rows {
                    for c in 0..cols {
                        let z = (corner[0] + d).checked_sub(padding[0]);
                        let y = (corner[1] + r).checked_sub(padding[1]);
                        let x = (corner[2] + c).checked_sub(padding[2]);
                        if let (Some(z), Some(y), Some(x)) = (z, y, x)
                            && z < depth
                            && y < height
                            && x < width
                        {
                            let from = ((image * depth + z) * height + y) * width + x;
                            let (from, to) = (from * channels, out * channels);
                            visit(to + channel, place, from + channel);
                        }
                        place += 1;
                    }
                }
            }
        }
    });
}

/// The places of image and padding in every window, by output index.
fn areas(shape: &PoolShape) -> Vec<f64> {
    let geometry = shape.windows().geometry();
    let (window, padding) = (geometry.kernel(), geometry.padding());
    let mut areas = Vec::with_capacity(shape.output_len());
    each_corner(shape, |_, corner| {
        let axis = |axis: usize| {
            let padded = shape.size()[axis] + 2 * padding[axis];
            let inside = (0..window[axis]).filter(|&k| corner[axis] + k < padded);
            inside.count()
        };
        let area = (0..3).map(axis).product::<usize>() as f64;
        areas.extend(std::iter::repeat_n(area, shape.channels()));
    });
    areas
}

/// Oracle of [`crate::pool::max_pool`] (for finite numbers).
///
/// # Panics
///
/// If `x` is shorter than `shape` asks for.
#[must_use]
pub fn max_pool(shape: &PoolShape, x: &[f64]) -> MaxPool<f64> {
    let mut y = vec![f64::NEG_INFINITY; shape.output_len()];
    let mut argmax = vec![0; shape.output_len()];
    each_window(shape, |o, place, i| {
        if x[i] > y[o] {
            (y[o], argmax[o]) = (x[i], place);
        }
    });
    MaxPool { y, argmax }
}

/// Oracle of [`crate::pool::max_pool_backward`].
///
/// # Panics
///
/// If a slice is shorter than `shape` asks for.
#[must_use]
pub fn max_pool_backward(shape: &PoolShape, argmax: &[u32], dy: &[f64]) -> Vec<f64> {
    let mut dx = vec![0.0; shape.input_len()];
    each_window(shape, |o, place, i| {
        if place == argmax[o] {
            dx[i] += dy[o];
        }
    });
    dx
}

/// Oracle of [`crate::pool::average_pool`].
///
/// # Panics
///
/// If `x` is shorter than `shape` asks for.
#[must_use]
pub fn average_pool(shape: &PoolShape, x: &[f64]) -> Vec<f64> {
    let areas = areas(shape);
    let mut y = vec![0.0; shape.output_len()];
    each_window(shape, |o, _, i| y[o] += x[i] / areas[o]);
    y
}

/// Oracle of [`crate::pool::average_pool_backward`].
///
/// # Panics
///
/// If `dy` is shorter than `shape` asks for.
#[must_use]
pub fn average_pool_backward(shape: &PoolShape, dy: &[f64]) -> Vec<f64> {
    let areas = areas(shape);
    let mut dx = vec![0.0; shape.input_len()];
    each_window(shape, |o, _, i| dx[i] += dy[o] / areas[o]);
    dx
}
