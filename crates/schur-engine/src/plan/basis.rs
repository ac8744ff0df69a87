//! Kernel bases as they arrive: plain sparse entries.

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
