//! The products of one pair of orders `(m, n)`.
//!
//! With `p, q, r, s` the coefficients of rows and columns `(m, n)`, `(m, -n)`, `(-m, n)` and
//! `(-m, -n)`, and with `Δ` between cosines and `Δ'` between sines, the factors of
//! `cos mφ cos nγ`, … of the function are
//!
//! ```text
//! cos cos = Δ p + Δ' s     cos sin = Δ' r - Δ q     -sin sin = Δ' p + Δ s     sin cos = Δ r - Δ' q
//! ```
//!
//! so that the columns `U = (p, -q)` and `V = (s, r)` give `Y = (cos cos, cos sin) = Δ U + Δ' V` and
//! `Y' = (-sin sin, sin cos) = Δ' U + Δ V`. For `n = 0` there are `U = (p, r)` and
//! `Y = (cos, sin) = Δ U`.

use super::SpherePlan;
use super::columns::Columns;
use super::orders::{Item, OrderBlock, first_coefficient, kind};
use super::ring::{into, left, rows};
use crate::Scalar;
use crate::cpu::factors::{Right, Storage};
use crate::cpu::product_unsafe::multiply_tile;

/// Row, component and sign of the two parts of `Y` or `Y'`: cosine or sine of `mφ`, and the place
/// among 1, cos γ, sin γ, ….
fn waves(item: &Item, half: usize) -> [(usize, usize, bool); 2] {
    match (item.n, half) {
        (0, _) => [(0, 0, false), (1, 0, false)],
        (n, 0) => [(0, 2 * n - 1, false), (0, 2 * n, false)],
        (n, _) => [(1, 2 * n, true), (1, 2 * n - 1, false)],
    }
}

/// Signs of row and column, and of the number, of the two parts of `U` or `V`.
fn entries(item: &Item, half: usize) -> [([bool; 2], bool); 2] {
    match (item.n, half) {
        (0, _) => [([false, false], false), ([true, false], false)],
        (_, 0) => [([false, false], false), ([false, true], true)],
        _ => [([true, true], false), ([true, false], false)],
    }
}

fn copy<T: Scalar>(to: &mut [T], from: &[T], negative: bool) {
    if let ([to], [from]) = (&mut *to, from) {
        *to = if negative { -*from } else { *from };
    } else if negative {
        to.iter_mut().zip(from).for_each(|(to, from)| *to = -*from);
    } else {
        to.copy_from_slice(from);
    }
}

/// `[half][pair][two][column]` of one parity from the block
/// `[pair][m][cos, sin][parity][component][column]`.
pub(super) fn gather_waves<T: Scalar>(
    plan: &SpherePlan<T>,
    block: &OrderBlock,
    item: &Item,
    parity: usize,
    from: &[T],
    width: usize,
    to: &mut [T],
) {
    let row = 2 * plan.components() * width;
    let each = to.chunks_exact_mut(2 * width);
    for (index, to) in each.enumerate() {
        let (half, pair) = (index / plan.pairs.len(), index % plan.pairs.len());
        let first = (pair * block.orders.len() + item.m - block.orders.start) * 2 * row;
        for (to, (sine, component, negative)) in to.chunks_exact_mut(width).zip(waves(item, half)) {
            let at = first + sine * row + (parity * plan.components() + component) * width;
            copy(to, &from[at..at + width], negative);
        }
    }
}

/// `[m][cos, sin][parity][component][column]` of a pair from blocks
/// `[pair][item, half][parity][two][column]`.
pub(super) fn scatter_waves<T: Scalar>(
    plan: &SpherePlan<T>,
    blocks: &[OrderBlock],
    pair: usize,
    mut from: &[T],
    width: usize,
    to: &mut [T],
) {
    let row = 2 * plan.components() * width;
    for block in blocks {
        let size = block.halves(plan.spin) * 4 * width;
        let mut parts = from[pair * size..(pair + 1) * size].chunks_exact(width);
        for item in &plan.items[block.items.clone()] {
            for half in 0..item.halves() {
                for parity in 0..2 {
                    for (sine, component, negative) in waves(item, half) {
                        let at = (2 * item.m + sine) * row
                            + (parity * plan.components() + component) * width;
                        let part = parts.next().unwrap_or_default();
                        copy(&mut to[at..at + width], part, negative);
                    }
                }
            }
        }
        from = &from[plan.pairs.len() * size..];
    }
}

/// `[half][degree][two][column]` from the coefficients of a part of the batch.
pub(super) fn gather_coefficients<T: Scalar>(
    plan: &SpherePlan<T>,
    item: &Item,
    columns: &Columns,
    from: &[T],
    channels: usize,
    to: &mut [T],
) {
    let width = columns.width;
    for (index, to) in to.chunks_exact_mut(2 * width).enumerate() {
        let (half, l) = (index / item.degrees, item.least + index % item.degrees);
        for (to, (signs, negative)) in to.chunks_exact_mut(width).zip(entries(item, half)) {
            match item.place(l, plan.degree, signs) {
                Some(place) => columns.load(from, plan.coefficients(), place, channels, to),
                None => to.fill(T::ZERO),
            }
            if negative {
                to.iter_mut().for_each(|number| *number = -*number);
            }
        }
    }
}

/// The coefficients of frequency `n` and degree `l` of all entries from `[half][degree][two][column]`
/// per item.
pub(super) fn scatter_coefficients<T: Scalar>(
    plan: &SpherePlan<T>,
    columns: &Columns,
    n: usize,
    l: usize,
    channels: usize,
    from: &[T],
    to: &mut [&mut [T]],
) {
    let (width, count) = (columns.width, columns.channels.len());
    let begin =
        first_coefficient(n, plan.degree) + if n == 0 { l * l } else { 2 * (l * l - n * n) };
    for m in 0..=l {
        let item = &plan.items[m * (plan.spin + 1) + n];
        for half in 0..item.halves() {
            let row = item.before + half * item.degrees + l - item.least;
            let parts = from[row * 2 * width..].chunks_exact(width);
            for (part, (signs, negative)) in parts.zip(entries(item, half)) {
                let Some(place) = item.place(l, plan.degree, signs) else {
                    continue;
                };
                let at = (place - begin) * channels + columns.channels.start;
                for (to, from) in to.iter_mut().zip(part.chunks_exact(count)) {
                    copy(&mut to[at..at + count], from, negative);
                }
            }
        }
    }
}

/// `U` and `V`, `[half][degree][two][column]`, from `Y` and `Y'` of one parity.
pub(super) fn analyse<T: Scalar>(
    plan: &SpherePlan<T>,
    item: &Item,
    parity: usize,
    table: &[T],
    right: &[T],
    out: &mut [T],
    width: usize,
) {
    let (pairs, cols) = (plan.pairs.len(), 2 * width);
    // Halves of the result, and with which table each half of the waves goes there.
    for half in 0..item.halves() {
        for from in 0..item.halves() {
            let table_kind = half ^ from;
            let first = item.first(table_kind, parity);
            if first >= item.degrees {
                continue;
            }
            let table = &table[kind(item, pairs, table_kind)][first * pairs..];
            let count = (item.degrees - first).div_ceil(2);
            let matrix = left(table, count, pairs, [2 * pairs, 1]);
            let right = rows(&right[from * pairs * cols..], pairs, cols);
            let out = &mut out[(half * item.degrees + first) * cols..];
            // The other parity has been here with the other table.
            let accumulate = item.n > 0 && parity == 1;
            multiply_tile(
                plan.isa,
                into(out, 2 * cols, cols),
                accumulate,
                matrix,
                right,
            );
        }
    }
}

/// `Y` and `Y'` of one parity from `U` and `V`, to the first slots of a block
/// `[pair][slot][parity][two][column]` that has so many slots.
pub(super) fn synthesise<T: Scalar>(
    plan: &SpherePlan<T>,
    item: &Item,
    parity: usize,
    table: &[T],
    right: &[T],
    out: &mut [T],
    slots: usize,
) {
    let (pairs, cols) = (
        plan.pairs.len(),
        right.len() / (item.degrees * item.halves()),
    );
    for half in 0..item.halves() {
        for from in 0..item.halves() {
            let table_kind = half ^ from;
            let first = item.first(table_kind, parity).min(item.degrees);
            let table = &table[kind(item, pairs, table_kind)][first * pairs..];
            let count = (item.degrees - first).div_ceil(2);
            let matrix = left(table, pairs, count, [1, 2 * pairs]);
            let right = Right {
                data: &right[(from * item.degrees + first) * cols..],
                rows: count,
                cols,
                storage: Storage::Rows(2 * cols),
            };
            let out = &mut out[(half * 2 + parity) * cols..];
            let out = into(out, slots * 2 * cols, cols);
            multiply_tile(plan.isa, out, from > 0, matrix, right);
        }
    }
}
