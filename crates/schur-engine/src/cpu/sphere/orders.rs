//! Pairs of orders, and the tables over degrees and rings that belong to them.

use std::fmt;
use std::ops::{Deref, Range};

use super::Heights;
use crate::cpu::scratch::Buffer;
use crate::{EngineError, Result, Scalar};

/// Bytes of tables that a plan keeps.
const KEPT: usize = 64 << 20;
/// Most bytes of tables that cannot be made anew.
const MOST: usize = 1 << 30;

/// The orders `m` and `n`, both at least 0, of one family of products.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) m: usize,
    pub(super) n: usize,
    /// The least degree.
    pub(super) least: usize,
    /// Number of degrees.
    pub(super) degrees: usize,
    /// Where the products of all items before end, in units of columns and degrees.
    pub(super) before: usize,
}

impl Item {
    pub(super) fn all(degree: usize, spin: usize) -> Vec<Self> {
        let mut items = Vec::new();
        let mut before = 0;
        for m in 0..=degree {
            for n in 0..=spin {
                let least = m.max(n);
                let item = Self {
                    m,
                    n,
                    least,
                    degrees: degree + 1 - least,
                    before,
                };
                before += item.degrees * item.halves();
                items.push(item);
            }
        }
        items
    }

    /// 1 for one pair of cosine and sine, 2 for two.
    pub(super) fn halves(&self) -> usize {
        if self.n == 0 { 1 } else { 2 }
    }

    /// The first degree, counted from the least, whose functions of a kind (0 between cosines, 1
    /// between sines) are even (0) or odd (1) under the mirror at the equator.
    pub(super) fn first(&self, kind: usize, parity: usize) -> usize {
        (self.m + self.n + self.least + kind + parity) % 2
    }

    /// The place among the coefficients of the degree `l` of row `m` or `-m` and column `n` or `-n`;
    /// `None` where there is no such row or column.
    pub(super) fn place(&self, l: usize, degree: usize, negative: [bool; 2]) -> Option<usize> {
        let row = match (self.m, negative[0]) {
            (0, true) => return None,
            (m, true) => l - m,
            (m, false) => l + m,
        };
        match (self.n, negative[1]) {
            (0, true) => None,
            (0, false) => Some(l * l + row),
            (n, second) => {
                let before = 2 * (l * l - n * n + row) + usize::from(second);
                Some(first_coefficient(n, degree) + before)
            }
        }
    }
}

/// Orders `m` that are computed one after the other, so that what lies beside each other in memory is
/// used together.
pub(super) struct OrderBlock {
    pub(super) orders: Range<usize>,
    pub(super) items: Range<usize>,
}

impl OrderBlock {
    /// Orders of a block: a few lines of memory per ring, whatever the number of columns.
    const ORDERS: usize = 8;

    pub(super) fn all(degree: usize, spin: usize) -> Vec<Self> {
        let firsts = (0..=degree).step_by(Self::ORDERS);
        let block = |first: usize| {
            let orders = first..(first + Self::ORDERS).min(degree + 1);
            let items = orders.start * (spin + 1)..orders.end * (spin + 1);
            Self { orders, items }
        };
        firsts.map(block).collect()
    }

    /// Halves of all items.
    pub(super) fn halves(&self, spin: usize) -> usize {
        self.orders.len() * (2 * spin + 1)
    }
}

/// Where the coefficients of the frequency `n` in the third angle begin.
pub(super) fn first_coefficient(n: usize, degree: usize) -> usize {
    let all = (degree + 1).pow(2);
    let pairs = (1..n).map(|k| 2 * (all - k * k));
    usize::from(n > 0) * all + pairs.sum::<usize>()
}

/// Per item `[kind][degree][ring]`.
pub(super) enum Tables<T> {
    Kept(Vec<Vec<T>>),
    /// Made when they are needed.
    Functions(Heights),
}

impl<T> fmt::Debug for Tables<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kept(_) => "Kept",
            Self::Functions(_) => "Functions",
        })
    }
}

impl<T: Scalar> Tables<T> {
    pub(super) fn new(
        items: &[Item],
        rings: usize,
        spin: usize,
        heights: &Heights,
    ) -> Result<Self> {
        let numbers = items
            .iter()
            .map(|item| item.degrees * item.halves() * rings);
        let numbers = numbers.sum::<usize>();
        if spin == 0 && numbers * size_of::<T>() > KEPT {
            return Ok(Self::Functions(heights.clone()));
        }
        // Alike for both number types.
        let bytes = numbers * size_of::<f64>();
        if bytes > MOST {
            return Err(EngineError::Memory {
                what: "tables of functions on SO(3)",
                gibibytes: bytes >> 30,
            });
        }
        let tables = items.iter().map(|item| {
            let mut values = vec![T::ZERO; item.degrees * item.halves() * rings];
            table(item, heights, &mut values);
            values
        });
        Ok(Self::Kept(tables.collect()))
    }

    pub(super) fn of(&self, index: usize, item: &Item, rings: usize) -> Table<'_, T> {
        match self {
            Self::Kept(tables) => Table::Kept(&tables[index]),
            Self::Functions(heights) => {
                let mut made = Buffer::stale(item.degrees * item.halves() * rings);
                table(item, heights, &mut made);
                Table::Made(made)
            }
        }
    }
}

/// The table of an item.
pub(super) enum Table<'a, T: Scalar> {
    Kept(&'a [T]),
    Made(Buffer<T>),
}

impl<T: Scalar> Deref for Table<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Kept(table) => table,
            Self::Made(table) => table,
        }
    }
}

fn table<T: Scalar>(item: &Item, heights: &Heights, table: &mut [T]) {
    let mut values = Buffer::<f64>::stale(table.len());
    heights(item.m, item.n, &mut values);
    let each = table.iter_mut().zip(&*values);
    each.for_each(|(to, value)| *to = T::from_f64(*value));
}

/// The part of a table between cosines (0) or sines (1).
pub(super) fn kind(item: &Item, rings: usize, kind: usize) -> Range<usize> {
    let size = item.degrees * rings;
    kind * size..(kind + 1) * size
}
