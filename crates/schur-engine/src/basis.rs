//! Kernel bases as they arrive, plain sparse entries, and sparse matrices made of them.

use std::convert::Infallible;
use std::sync::Arc;

use crate::known::Known;

/// One nonzero entry of a kernel basis element.
///
/// ```
/// use schur_engine::Entry;
/// let centre_of_a_3x3_kernel = Entry { out: 0, input: 0, tap: 4, value: 1.0 };
/// assert_eq!(centre_of_a_3x3_kernel.value, 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// Component of the output representation.
    pub out: usize,
    /// Component of the input representation.
    pub input: usize,
    /// Kernel tap, row-major over depth, height and width.
    pub tap: usize,
    /// The entry B[out, input, tap].
    pub value: f64,
}

/// The kernel basis between one output and one input representation.
///
/// ```
/// use schur_engine::PairBasis;
/// let not_connected = PairBasis::default();
/// assert!(not_connected.elements.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairBasis {
    /// The basis elements, each a list of nonzero entries in any order.
    pub elements: Vec<Vec<Entry>>,
}

/// The kernel basis of one pair of blocks as a dense matrix, from
/// [`ConvPlan::basis_matrices`](crate::ConvPlan::basis_matrices).
///
/// A row belongs to a *position* `(tap * in dim + input) * out dim + out`,
/// a column to a basis element. The product with the parameters of the pair, as a matrix
/// `[element][input copy * output copies + output copy]`, is the pair's part of the dense weight.
///
/// ```
/// use schur_engine::{ConvPlan, Entry, Geometry, Layout, PairBasis};
/// let entry = |tap, value| Entry { out: 0, input: 0, tap, value };
/// let elements = vec![vec![entry(0, 1.0), entry(1, 2.0)], vec![entry(1, 3.0)]];
/// let (scalar, row) = (Layout::scalars(1)?, Geometry::plane((1, 2), (1, 1), (0, 0), (1, 1))?);
/// let plan = ConvPlan::new(scalar.clone(), scalar, row, vec![PairBasis { elements }])?;
/// let matrix = plan.basis_matrices().next().expect("one pair");
/// assert_eq!((matrix.positions, matrix.elements), (2, 2));
/// assert_eq!(matrix.values, [1.0, 0.0, 2.0, 3.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BasisMatrix {
    /// Rows: kernel taps times input components times output components.
    pub positions: usize,
    /// Columns: basis elements.
    pub elements: usize,
    /// The entries, row after row.
    pub values: Vec<f64>,
}

/// A kernel basis as a sparse matrix between *positions* `(tap * in dim + input) * out dim + out` and
/// elements, in both orders.
#[derive(Debug)]
pub(crate) struct SparseBasis {
    pub(crate) by_position: SparseRows,
    pub(crate) by_element: SparseRows,
    /// Components of output and input.
    dims: [usize; 2],
}

impl SparseBasis {
    /// A basis whose entries lie inside. Plans with equal bases share one.
    pub(crate) fn of(basis: &PairBasis, [outs, ins]: [usize; 2], taps: usize) -> Arc<Self> {
        static KNOWN: Known<SparseBasis> = Known::keeping(0);
        let mut unsorted = SparseRows::with_room(
            basis.elements.len(),
            basis.elements.iter().map(Vec::len).sum(),
        );
        for entries in &basis.elements {
            let place = |e: &Entry| ((e.tap * ins + e.input) * outs + e.out, e.value);
            unsorted.push(entries.iter().map(place));
        }
        // Entries of one element at the same place add up.
        let by_position = unsorted.transposed(taps * ins * outs).merged();
        let by_element = by_position.transposed(basis.elements.len());
        let is = |known: &Self| {
            known.dims == [outs, ins]
                && known.by_position.rows() == by_position.rows()
                && known.by_element == by_element
        };
        let make = || {
            Ok::<_, Infallible>(Self {
                by_position: by_position.clone(),
                by_element: by_element.clone(),
                dims: [outs, ins],
            })
        };
        match KNOWN.get(is, make) {
            Ok(basis) => basis,
            Err(never) => match never {},
        }
    }

    /// The entries of an element.
    pub(crate) fn entries(&self, element: usize) -> impl Iterator<Item = Entry> {
        let [outs, ins] = self.dims;
        let entries = self.by_element.row(element).iter();
        entries.map(move |&(position, value)| Entry {
            out: position % outs,
            input: position / outs % ins,
            tap: position / outs / ins,
            value,
        })
    }
}

/// A sparse matrix, stored row after row.
///
/// ```
/// use schur_engine::program::SparseRows;
/// // [[0, 2], [0, 0], [5, 3]] from (row, column, value), sorted by row.
/// let matrix = SparseRows::from_sorted(3, &[(0, 1, 2.0), (2, 0, 5.0), (2, 1, 3.0)]);
/// assert_eq!((matrix.rows(), matrix.entries()), (3, 3));
/// assert_eq!(matrix.row(2), [(0, 5.0), (1, 3.0)]);
/// assert_eq!(matrix.transposed(2).row(1), [(0, 2.0), (2, 3.0)]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SparseRows {
    /// Row r has the entries `starts[r]..starts[r + 1]`.
    starts: Vec<usize>,
    entries: Vec<(usize, f64)>,
}

impl SparseRows {
    /// From (row, column, value) triples sorted by row.
    #[must_use]
    pub fn from_sorted(rows: usize, triples: &[(usize, usize, f64)]) -> Self {
        let mut starts = Vec::with_capacity(rows + 1);
        let mut next = 0;
        for row in 0..rows {
            starts.push(next);
            next += triples[next..].iter().take_while(|t| t.0 == row).count();
        }
        starts.push(next);
        let entries = triples
            .iter()
            .map(|&(_, col, value)| (col, value))
            .collect();
        Self { starts, entries }
    }

    /// A matrix without rows.
    pub(crate) fn none() -> Self {
        Self::with_room(0, 0)
    }

    /// A matrix without rows that has room for some.
    fn with_room(rows: usize, entries: usize) -> Self {
        let mut starts = Vec::with_capacity(rows + 1);
        starts.push(0);
        Self {
            starts,
            entries: Vec::with_capacity(entries),
        }
    }

    /// Adds a row of (column, value) pairs.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = (usize, f64)>) {
        self.entries.extend(row);
        self.starts.push(self.entries.len());
    }

    /// The rows of several matrices, one under the other.
    pub(crate) fn stacked(parts: Vec<Self>) -> Self {
        let rows = parts.iter().map(Self::rows).sum::<usize>();
        let entries = parts.iter().map(Self::entries).sum::<usize>();
        let mut all = Self::with_room(rows, entries);
        for part in parts {
            let first = all.entries.len();
            all.starts
                .extend(part.starts[1..].iter().map(|start| first + start));
            all.entries.extend(part.entries);
        }
        all
    }

    /// The same with the sum of entries of a row that follow each other in one column.
    fn merged(self) -> Self {
        let same = |pair: &[(usize, f64)]| pair[0].0 == pair[1].0;
        if !(0..self.rows()).any(|row| self.row(row).windows(2).any(same)) {
            return self;
        }
        let mut merged = Self::with_room(self.rows(), self.entries());
        for row in self.starts.windows(2) {
            let row = self.entries[row[0]..row[1]].chunk_by(|a, b| a.0 == b.0);
            merged.push(row.map(|same| (same[0].0, same.iter().map(|e| e.1).sum())));
        }
        merged
    }

    /// Gives every column another number, entry after entry, and sorts the rows by the new ones.
    pub(crate) fn renumber(&mut self, mut number: impl FnMut(usize) -> usize) {
        self.entries
            .iter_mut()
            .for_each(|entry| entry.0 = number(entry.0));
        for row in self.starts.windows(2) {
            self.entries[row[0]..row[1]].sort_unstable_by_key(|entry| entry.0);
        }
    }

    /// The transpose, with `cols` rows. Columns of a row stand in the order of the rows here.
    #[must_use]
    pub fn transposed(&self, cols: usize) -> Self {
        let mut starts = vec![0; cols + 1];
        for &(col, _) in &self.entries {
            starts[col + 1] += 1;
        }
        for col in 0..cols {
            starts[col + 1] += starts[col];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); self.entries.len()];
        for row in 0..self.starts.len() - 1 {
            for &(col, value) in self.row(row) {
                entries[next[col]] = (row, value);
                next[col] += 1;
            }
        }
        Self { starts, entries }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of entries.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    /// The (column, value) pairs of a row.
    ///
    /// # Panics
    ///
    /// If there is no such row, as for an index into a slice.
    #[must_use]
    pub fn row(&self, row: usize) -> &[(usize, f64)] {
        &self.entries[self.starts[row]..self.starts[row + 1]]
    }
}
