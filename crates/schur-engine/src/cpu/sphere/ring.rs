//! The Fourier transform of a ring, in one factor or two, as matrix products.
//!
//! With `n = n1 n2` and `j = j1 + n1 j2` the frequency `m` is
//!
//! ```text
//! Σ_j x_j e^{-i m φ_j} = Σ_{j1} e^{-i m (φ_0 + 2π j1 / n)} A_{m mod n2}(j1),
//! A_k(j1) = Σ_{j2} x_{j1 + n1 j2} e^{-2πi j2 k / n2}
//! ```
//!
//! and `A_{n2 - k}` is the conjugate of `A_k`, since `x` is real. The first sum is one product with all
//! `(j1, column)` as columns, the second one product per residue of `m`. Frequencies above `n/2`,
//! which rings with few places cannot tell from others, come out as they are. The adjoint runs the
//! same matrices the other way.

use std::f64::consts::TAU;

use super::Ring;
use crate::Scalar;
use crate::cpu::factors::{Left, Product, Right, Storage, WHOLE};
use crate::cpu::isa::Isa;
use crate::cpu::product_unsafe::multiply_tile;
use crate::cpu::scratch::Buffer;

#[derive(Debug)]
pub(super) struct RingTransform<T> {
    count: usize,
    longitude: f64,
    /// Number of frequencies, from 0.
    orders: usize,
    method: Method<T>,
}

#[derive(Debug)]
enum Method<T> {
    /// `[order][cos, sin][place]`.
    One(Vec<T>),
    Two {
        n1: usize,
        n2: usize,
        /// `[k up to n2/2][re, im][j2]`.
        first: Vec<T>,
        /// Per residue of the order, `[cos, sin][order][re, im][j1]`.
        second: Vec<Vec<T>>,
    },
}

/// What a product with few rows and a short sum loses, in steps of the sum.
const OVERHEAD: usize = 24;

impl<T: Scalar> RingTransform<T> {
    pub(super) fn new(ring: &Ring, degree: usize) -> Self {
        let (count, orders) = (ring.count, degree + 1);
        let angle = |m: usize, j: usize| {
            let turns = ((m * j) % count) as f64 / count as f64;
            m as f64 * ring.longitude + TAU * turns
        };
        let method = match factors(count, orders) {
            None => {
                let row = |m: usize, sine: bool| {
                    (0..count).map(move |j| {
                        let (sin, cos) = angle(m, j).sin_cos();
                        T::from_f64(if sine { sin } else { cos })
                    })
                };
                let rows = (0..orders).flat_map(|m| [false, true].map(|sine| row(m, sine)));
                Method::One(rows.flatten().collect())
            }
            Some([n1, n2]) => {
                let wave = |k: usize, j: usize| TAU * ((k * j) % n2) as f64 / n2 as f64;
                let first = (0..=n2 / 2).flat_map(|k| {
                    let re = (0..n2).map(move |j| wave(k, j).cos());
                    re.chain((0..n2).map(move |j| -wave(k, j).sin()))
                });
                let second = (0..n2).map(|residue| {
                    let sign = if residue <= n2 / 2 { 1.0 } else { -1.0 };
                    let rows = [false, true].into_iter().flat_map(|sine| {
                        (residue..orders).step_by(n2).flat_map(move |m| {
                            // The real and minus the imaginary part of e^{-iθ} (A + i sign B).
                            let re = move |j: usize| match angle(m, j).sin_cos() {
                                (sin, _) if sine => sin,
                                (_, cos) => cos,
                            };
                            let im = move |j: usize| match angle(m, j).sin_cos() {
                                (_, cos) if sine => -sign * cos,
                                (sin, _) => sign * sin,
                            };
                            (0..n1).map(re).chain((0..n1).map(im))
                        })
                    });
                    rows.map(T::from_f64).collect()
                });
                Method::Two {
                    n1,
                    n2,
                    first: first.map(T::from_f64).collect(),
                    second: second.collect(),
                }
            }
        };
        Self {
            count,
            longitude: ring.longitude,
            orders,
            method,
        }
    }

    pub(super) fn is_of(&self, ring: &Ring) -> bool {
        self.count == ring.count && self.longitude == ring.longitude
    }

    /// `[place][column]` to `[order][cos, sin][column]`, for a number of columns that is a multiple
    /// of the vector length.
    pub(super) fn forward(&self, isa: Isa, x: &[T], out: &mut [T], cols: usize) {
        match &self.method {
            Method::One(matrix) => {
                let left = left(matrix, 2 * self.orders, self.count, [self.count, 1]);
                multiply_tile(
                    isa,
                    into(out, cols, cols),
                    false,
                    left,
                    rows(x, self.count, cols),
                );
            }
            Method::Two {
                n1,
                n2,
                first,
                second,
            } => {
                let (n1, n2) = (*n1, *n2);
                let parts = 2 * (n2 / 2 + 1);
                let mut middle = Buffer::stale(parts * n1 * cols);
                let wide = n1 * cols;
                let matrix = left(first, parts, n2, [n2, 1]);
                multiply_tile(
                    isa,
                    into(&mut middle, wide, wide),
                    false,
                    matrix,
                    rows(x, n2, wide),
                );
                for (residue, matrix) in second.iter().enumerate().take(self.orders) {
                    let at = residue.min(n2 - residue) * 2 * wide;
                    let right = rows(&middle[at..at + 2 * wide], 2 * n1, cols);
                    let count = matrix.len() / (4 * n1);
                    for sine in 0..2 {
                        let part = &matrix[sine * count * 2 * n1..];
                        let place = (2 * residue + sine) * cols;
                        let product = into(&mut out[place..], 2 * n2 * cols, cols);
                        let left = left(part, count, 2 * n1, [2 * n1, 1]);
                        multiply_tile(isa, product, false, left, right);
                    }
                }
            }
        }
    }

    /// The adjoint: `[order][cos, sin][column]` to `[place][column]`.
    pub(super) fn adjoint(&self, isa: Isa, x: &[T], out: &mut [T], cols: usize) {
        match &self.method {
            Method::One(matrix) => {
                let left = left(matrix, self.count, 2 * self.orders, [1, self.count]);
                let right = rows(x, 2 * self.orders, cols);
                multiply_tile(isa, into(out, cols, cols), false, left, right);
            }
            Method::Two {
                n1,
                n2,
                first,
                second,
            } => {
                let (n1, n2) = (*n1, *n2);
                let parts = 2 * (n2 / 2 + 1);
                let wide = n1 * cols;
                let mut middle = Buffer::zeros(parts * wide);
                for (residue, matrix) in second.iter().enumerate().take(self.orders) {
                    let at = residue.min(n2 - residue) * 2 * wide;
                    let count = matrix.len() / (4 * n1);
                    for sine in 0..2 {
                        let part = &matrix[sine * count * 2 * n1..];
                        let right = Right {
                            data: &x[(2 * residue + sine) * cols..],
                            rows: count,
                            cols,
                            storage: Storage::Rows(2 * n2 * cols),
                        };
                        let product = into(&mut middle[at..], cols, cols);
                        let left = left(part, 2 * n1, count, [1, 2 * n1]);
                        multiply_tile(isa, product, true, left, right);
                    }
                }
                let matrix = left(first, n2, parts, [1, n2]);
                multiply_tile(
                    isa,
                    into(out, wide, wide),
                    false,
                    matrix,
                    rows(&middle, parts, wide),
                );
            }
        }
    }
}

/// Two factors of the number of places, if the transform in two steps takes fewer products.
fn factors(count: usize, orders: usize) -> Option<[usize; 2]> {
    // Per place and column.
    let cost = |n1: usize| (count / n1 + 2) + 2 * n1 * (2 * orders).div_ceil(count) + OVERHEAD;
    let divisors = (2..count).filter(|n1| count.is_multiple_of(*n1));
    let best = divisors.min_by_key(|&n1| cost(n1))?;
    (cost(best) < 2 * orders).then_some([best, count / best])
}

/// The left factor of a product: its rows, the length of its sum, and the strides of both.
pub(super) fn left<T>(
    data: &[T],
    rows: usize,
    inner: usize,
    [row_stride, inner_stride]: [usize; 2],
) -> Left<'_, T> {
    Left {
        data,
        rows,
        segments: WHOLE,
        inner,
        row_stride,
        inner_stride,
    }
}

/// A right factor whose rows follow each other.
pub(super) fn rows<T>(data: &[T], rows: usize, cols: usize) -> Right<'_, T> {
    Right {
        data,
        rows,
        cols,
        storage: Storage::Rows(cols),
    }
}

pub(super) fn into<T>(data: &mut [T], stride: usize, cols: usize) -> Product<'_, T> {
    Product { data, stride, cols }
}
