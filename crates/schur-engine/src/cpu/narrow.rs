//! Numbers as factors of products.

use crate::cpu::isa::Isa;
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::Buffer;
use crate::parallel::*;

/// The numbers themselves if they are factors, or `count` factors in `room`, which `fill` writes.
fn made<'a, F: Factor>(
    numbers: &'a [F::Sum],
    count: usize,
    room: &'a mut Buffer<F>,
    fill: impl FnOnce(&mut [F]),
) -> &'a [F] {
    F::of_numbers(numbers).unwrap_or_else(|| {
        let to = room.room(count);
        fill(to);
        to
    })
}

/// Rows of `len` numbers as factors of neighbours: the numbers themselves, or in `room`.
pub(crate) fn along<'a, F: Factor>(
    isa: Isa,
    rows: &'a [F::Sum],
    len: usize,
    room: &'a mut Buffer<F>,
) -> &'a [F] {
    let count = rows.len() / len.max(1) * len.div_ceil(F::NUMBERS);
    made(rows, count, room, |to| F::along(isa, rows, len, to))
}

/// [`along`] for many rows, by all threads.
pub(crate) fn all_along<'a, F: Factor>(
    isa: Isa,
    rows: &'a [F::Sum],
    len: usize,
    room: &'a mut Buffer<F>,
) -> &'a [F] {
    /// Rows at a time.
    const ROWS: usize = 256;
    let each = len.div_ceil(F::NUMBERS);
    let count = rows.len() / len.max(1) * each;
    made(rows, count, room, |to| {
        to.par_chunks_mut((ROWS * each).max(1))
            .zip(rows.par_chunks((ROWS * len).max(1)))
            .for_each(|(to, rows)| F::along(isa, rows, len, to));
    })
}

/// Blocks of `rows` rows of `len` numbers as factors of neighbouring rows: the numbers themselves,
/// or in `room`.
pub(crate) fn across<'a, F: Factor>(
    isa: Isa,
    blocks: &'a [F::Sum],
    (rows, len): (usize, usize),
    room: &'a mut Buffer<F>,
) -> &'a [F] {
    let count = blocks.len() / (rows * len).max(1) * rows.div_ceil(F::NUMBERS) * len;
    made(blocks, count, room, |to| {
        F::across(isa, blocks, (rows, len), to)
    })
}
