//! Eight numbers at a time, in the widest registers of the processor.
//!
//! Arrays that stay local do not become vectors by themselves, so what happens to them between
//! load and store is written in the instructions of each set.

/// The token of an instruction set, which proves that the processor has it, and its arithmetic.
/// No product is fused with a sum: all sets give the same bits.
pub(super) trait Eights: Copy {
    type Eight: Copy;

    fn load(self, numbers: [f64; 8]) -> Self::Eight;
    fn store(self, numbers: Self::Eight) -> [f64; 8];
    fn add(self, a: Self::Eight, b: Self::Eight) -> Self::Eight;
    fn sub(self, a: Self::Eight, b: Self::Eight) -> Self::Eight;
    fn mul(self, a: Self::Eight, b: Self::Eight) -> Self::Eight;
    fn div(self, a: Self::Eight, b: Self::Eight) -> Self::Eight;
    fn sqrt(self, a: Self::Eight) -> Self::Eight;

    /// Is every number at least `low` and less than `high`?
    fn within(self, numbers: Self::Eight, low: f64, high: f64) -> bool;

    /// Rows become columns.
    fn transpose(self, rows: [Self::Eight; 8]) -> [Self::Eight; 8];

    #[inline(always)]
    fn splat(self, number: f64) -> Self::Eight {
        self.load([number; 8])
    }
}

/// No particular instructions.
#[derive(Clone, Copy)]
pub(super) struct Plain;

#[inline(always)]
fn each(number: impl Fn(usize) -> f64) -> [f64; 8] {
    let mut all = [0.0; 8];
    for (i, one) in all.iter_mut().enumerate() {
        *one = number(i);
    }
    all
}

impl Eights for Plain {
    type Eight = [f64; 8];

    #[inline(always)]
    fn load(self, numbers: [f64; 8]) -> [f64; 8] {
        numbers
    }

    #[inline(always)]
    fn store(self, numbers: [f64; 8]) -> [f64; 8] {
        numbers
    }

    #[inline(always)]
    fn add(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        each(|i| a[i] + b[i])
    }

    #[inline(always)]
    fn sub(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        each(|i| a[i] - b[i])
    }

    #[inline(always)]
    fn mul(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        each(|i| a[i] * b[i])
    }

    #[inline(always)]
    fn div(self, a: [f64; 8], b: [f64; 8]) -> [f64; 8] {
        each(|i| a[i] / b[i])
    }

    #[inline(always)]
    fn sqrt(self, a: [f64; 8]) -> [f64; 8] {
        each(|i| a[i].sqrt())
    }

    #[inline(always)]
    fn within(self, numbers: [f64; 8], low: f64, high: f64) -> bool {
        numbers.iter().all(|v| (low..high).contains(v))
    }

    #[inline(always)]
    fn transpose(self, rows: [[f64; 8]; 8]) -> [[f64; 8]; 8] {
        let mut out = rows;
        for (j, row) in out.iter_mut().enumerate() {
            *row = each(|i| rows[i][j]);
        }
        out
    }
}
