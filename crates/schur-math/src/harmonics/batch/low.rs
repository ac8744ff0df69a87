//! Values to degree 3, where the recursion is short enough to be written out: no number leaves
//! its register before it is stored.

use std::f64::consts::SQRT_2;

use super::directions::of_eight;
use super::eights::Eights;
use super::rows::{Rows, write_eight, write_rest};
use crate::error::MathError;
use crate::harmonics::recursion::Recursion;

/// The largest degree that is written out.
pub(super) const MAX_DEGREE: usize = 3;

/// Writes the first `dim` values, at most 16, of every point. Same operations as in
/// [`Block`](super::block::Block), so the same bits.
#[inline(always)]
pub(super) fn write_values<E: Eights>(
    eights: E,
    points: &[[f64; 3]],
    dim: usize,
    values: &mut [f64],
) -> Result<(), MathError> {
    let recursion = Recursion::new(MAX_DEGREE);
    // `q_l^l` are constants.
    let constant =
        |l: usize| eights.splat(recursion.degree(l).0 * if l == 0 { 1.0 } else { SQRT_2 });
    let (q00, q11, q22, q33) = (constant(0), constant(1), constant(2), constant(3));
    let to = |l: usize, m: usize| {
        let (a, b) = recursion.degree(l).1[m];
        [eights.splat(a), eights.splat(b)]
    };
    let [to_10, to_20, to_30] = [to(1, 0), to(2, 0), to(3, 0)];
    let [to_21, to_31, to_32] = [to(2, 1), to(3, 1), to(3, 2)];
    for (points, numbers) in points.chunks(8).zip(values.chunks_mut(8 * dim)) {
        let ([x, y, z], _) = of_eight(eights, points)?;
        let [c2, s2] = turn(eights, [x, y], [x, y]);
        let [c3, s3] = turn(eights, [c2, s2], [x, y]);
        let q10 = first(eights, to_10, z, q00);
        let q21 = first(eights, to_21, z, q11);
        let q32 = first(eights, to_32, z, q22);
        let q20 = next(eights, to_20, z, q10, q00);
        let q31 = next(eights, to_31, z, q21, q11);
        let q30 = next(eights, to_30, z, q20, q10);
        let left = [
            q00,
            eights.mul(q11, y),
            q10,
            eights.mul(q11, x),
            eights.mul(q22, s2),
            eights.mul(q21, y),
            q20,
            eights.mul(q21, x),
        ];
        let right = [
            eights.mul(q22, c2),
            eights.mul(q33, s3),
            eights.mul(q32, s2),
            eights.mul(q31, y),
            q30,
            eights.mul(q31, x),
            eights.mul(q32, c2),
            eights.mul(q33, c3),
        ];
        let mut rows = Rows {
            numbers,
            stride: dim,
        };
        match dim {
            16 => {
                write_eight(eights, left, &mut rows, 0, 0);
                write_eight(eights, right, &mut rows, 0, 8);
            }
            9 => {
                write_eight(eights, left, &mut rows, 0, 0);
                write_rest(&[eights.store(right[0])], &mut rows, 8);
            }
            _ => {
                let mut numbers = [[0.0; 8]; 4];
                for (to, from) in numbers.iter_mut().zip(left) {
                    *to = eights.store(from);
                }
                write_rest(&numbers[..dim], &mut rows, 0);
            }
        }
    }
    Ok(())
}

/// The next power of `x + i y`.
#[inline(always)]
fn turn<E: Eights>(eights: E, [cos, sin]: [E::Eight; 2], [x, y]: [E::Eight; 2]) -> [E::Eight; 2] {
    [
        eights.sub(eights.mul(cos, x), eights.mul(sin, y)),
        eights.add(eights.mul(cos, y), eights.mul(sin, x)),
    ]
}

/// `q_l^{l-1}` from `q_{l-1}^{l-1}`.
#[inline(always)]
fn first<E: Eights>(eights: E, [a, _]: [E::Eight; 2], z: E::Eight, last: E::Eight) -> E::Eight {
    eights.mul(a, eights.mul(z, last))
}

/// `q_l^m` from those of the two degrees before.
#[inline(always)]
fn next<E: Eights>(
    eights: E,
    [a, b]: [E::Eight; 2],
    z: E::Eight,
    last: E::Eight,
    before: E::Eight,
) -> E::Eight {
    eights.mul(a, eights.sub(eights.mul(z, last), eights.mul(b, before)))
}
