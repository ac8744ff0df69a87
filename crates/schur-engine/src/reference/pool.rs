//! Oracles of the pools: one loop per index.

use crate::{MaxPool, PoolShape};

/// Calls `visit(output index, place in the window, input index)` in row-major order.
fn each_window(shape: &PoolShape, mut visit: impl FnMut(usize, u32, usize)) {
    let (size, out_size) = (shape.size(), shape.out_size());
    let (window, stride, padding) = (shape.window(), shape.stride(), shape.padding());
    let channels = shape.channels();
    for n in 0..shape.batch() {
        for i in 0..out_size.0 {
            for j in 0..out_size.1 {
                for channel in 0..channels {
                    let out = ((n * out_size.0 + i) * out_size.1 + j) * channels + channel;
                    let mut place = 0;
                    for r in 0..window.0 {
                        for c in 0..window.1 {
                            let row = (i * stride.0 + r).checked_sub(padding.0);
                            let col = (j * stride.1 + c).checked_sub(padding.1);
                            if let (Some(row), Some(col)) = (row, col)
                                && row < size.0
                                && col < size.1
                            {
                                let x = ((n * size.0 + row) * size.1 + col) * channels + channel;
                                visit(out, place, x);
                            }
                            place += 1;
                        }
                    }
                }
            }
        }
    }
}

/// The pixels of image and padding in every window, by output index.
fn areas(shape: &PoolShape) -> Vec<f64> {
    let (size, out_size) = (shape.size(), shape.out_size());
    let (window, stride, padding) = (shape.window(), shape.stride(), shape.padding());
    let mut areas = Vec::with_capacity(shape.output_len());
    for _ in 0..shape.batch() {
        for i in 0..out_size.0 {
            for j in 0..out_size.1 {
                let rows = (0..window.0).filter(|r| i * stride.0 + r < size.0 + 2 * padding.0);
                let cols = (0..window.1).filter(|c| j * stride.1 + c < size.1 + 2 * padding.1);
                let area = (rows.count() * cols.count()) as f64;
                areas.extend(std::iter::repeat_n(area, shape.channels()));
            }
        }
    }
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
