//! Kernel bases as they arrive: plain sparse entries.

/// One nonzero entry of a kernel basis element.
///
/// ```
/// use schur_engine::Entry;
/// let centre_of_a_3x3_kernel = Entry { out: 0, input: 0, row: 1, col: 1, value: 1.0 };
/// assert_eq!(centre_of_a_3x3_kernel.value, 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// Component of the output representation.
    pub out: usize,
    /// Component of the input representation.
    pub input: usize,
    /// Kernel row, from the top.
    pub row: usize,
    /// Kernel column, from the left.
    pub col: usize,
    /// The entry B[out, input, row, col].
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
