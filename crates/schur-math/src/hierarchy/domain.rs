//! Square pixel grids and the offsets between their pixels.

/// What lies beyond the edge of a grid.
///
/// ```
/// use schur_math::hierarchy::Boundary;
///
/// assert_ne!(Boundary::Periodic, Boundary::Zero);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Boundary {
    /// The opposite edge: a torus, on which translations form a group.
    Periodic,
    /// Zeros: entries of a map with equal offsets are equal where both pixels exist.
    Zero,
}

/// An `n x n` grid. Offsets `(rows down, columns right)` run over a square
/// `lowest, ..., lowest + side - 1` in both directions, listed row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Domain {
    pub(super) size: usize,
    boundary: Boundary,
    lowest: i64,
    side: usize,
}

impl Domain {
    pub(super) fn new(size: usize, boundary: Boundary) -> Self {
        let n = size as i64;
        let (lowest, side) = match boundary {
            Boundary::Periodic => (-((n - 1) / 2), size),
            Boundary::Zero => (1 - n, 2 * size - 1),
        };
        Self {
            size,
            boundary,
            lowest,
            side,
        }
    }

    pub(super) fn pixels(&self) -> usize {
        self.size * self.size
    }

    /// Number of offsets.
    pub(super) fn offsets(&self) -> usize {
        self.side * self.side
    }

    /// The largest odd kernel whose taps are different offsets.
    pub(super) fn largest_kernel(&self) -> usize {
        self.side - usize::from(self.side.is_multiple_of(2))
    }

    fn offset(&self, index: usize) -> (i64, i64) {
        let (row, column) = (index / self.side, index % self.side);
        (row as i64 + self.lowest, column as i64 + self.lowest)
    }

    fn index(&self, (row, column): (i64, i64)) -> usize {
        let wrap = |d: i64| match self.boundary {
            Boundary::Periodic => (d - self.lowest).rem_euclid(self.size as i64),
            Boundary::Zero => d - self.lowest,
        };
        wrap(row) as usize * self.side + wrap(column) as usize
    }

    /// The offset from one pixel to another.
    pub(super) fn between(&self, from: usize, to: usize) -> usize {
        let position = |pixel: usize| ((pixel / self.size) as i64, (pixel % self.size) as i64);
        let ((a, b), (c, d)) = (position(from), position(to));
        self.index((c - a, d - b))
    }

    /// Number of pairs of pixels with an offset.
    pub(super) fn pairs(&self, index: usize) -> usize {
        let (row, column) = self.offset(index);
        let along = |d: i64| match self.boundary {
            Boundary::Periodic => self.size,
            Boundary::Zero => self.size - d.unsigned_abs() as usize,
        };
        along(row) * along(column)
    }

    /// Whether an offset is a tap of a centred `kernel x kernel` kernel of odd size.
    pub(super) fn is_local(&self, index: usize, kernel: usize) -> bool {
        let (row, column) = self.offset(index);
        let reach = (kernel / 2) as u64;
        row.unsigned_abs() <= reach && column.unsigned_abs() <= reach
    }

    /// Where offsets go, given where the pixels of a centred grid of `2 size - 1` rows and
    /// columns go, which are the differences of pixels.
    pub(super) fn moved(&self, differences: &[usize]) -> Vec<usize> {
        let (side, last) = (2 * self.size - 1, self.size as i64 - 1);
        let moved = |index| {
            let (row, column) = self.offset(index);
            let image = differences[(row + last) as usize * side + (column + last) as usize];
            self.index(((image / side) as i64 - last, (image % side) as i64 - last))
        };
        (0..self.offsets()).map(moved).collect()
    }
}
