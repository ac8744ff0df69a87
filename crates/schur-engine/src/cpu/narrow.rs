//! Numbers as factors of products.

use crate::cpu::isa::Isa;
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::Buffer;
use crate::parallel::*;

/// Rows of `len` numbers as factors of neighbours: the numbers themselves, or in `room`.
pub(crate) fn along<'a, F: Factor>(
    isa: Isa,
    rows: &'a [F::Sum],
    len: usize,
    room: &'a mut Buffer<F>,
) -> &'a [F] {
    F::of_numbers(rows).unwrap_or_else(|| {
        let to = room.room(rows.len() / len.max(1) * len.div_ceil(F::NUMBERS));
        F::along(isa, rows, len, to);
        to
    })
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
    F::of_numbers(rows).unwrap_or_else(|| {
        let each = len.div_ceil(F::NUMBERS);
        let to = room.room(rows.len() / len.max(1) * each);
        to.par_chunks_mut((ROWS * each).max(1))
            .zip(rows.par_chunks((ROWS * len).max(1)))
            .for_each(|(to, rows)| F::along(isa, rows, len, to));
        to
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
    F::of_numbers(blocks).unwrap_or_else(|| {
        let count = blocks.len() / (rows * len).max(1);
        let to = room.room(count * rows.div_ceil(F::NUMBERS) * len);
        F::across(isa, blocks, (rows, len), to);
        to
    })
}
