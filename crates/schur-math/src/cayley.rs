//! Multiplication tables.

pub(crate) mod laws;

use crate::violation::Violation;

/// A closed multiplication table on `{0, …, n-1}`: a magma, not yet a group.
///
/// [`laws`](crate::laws) says which group laws it satisfies;
/// [`Group::from_cayley_table`](crate::Group::from_cayley_table) requires all of them.
///
/// ```
/// use schur_math::{CayleyTable, laws};
///
/// // Subtraction modulo 3 has no two-sided identity.
/// let table = CayleyTable::new(&[vec![0, 2, 1], vec![1, 0, 2], vec![2, 1, 0]])?;
/// assert!(laws::identity(&table).is_err());
/// # Ok::<(), laws::Violation>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CayleyTable {
    order: usize,
    /// Row-major; 16 bits keep the tables of the largest groups at 8 MB.
    entries: Vec<u16>,
}

impl CayleyTable {
    /// Largest number of elements.
    pub const MAX_ORDER: usize = 2048;

    /// A table from rows: `rows[g][h]` is the product `g h`.
    ///
    /// # Errors
    ///
    /// If the closure law fails: there is no row or more than [`MAX_ORDER`](Self::MAX_ORDER),
    /// a row has another length than there are rows, or an entry is no row number.
    pub fn new(rows: &[Vec<usize>]) -> Result<Self, Violation> {
        laws::closure(rows)?;
        Ok(Self::from_fn(rows.len(), |g, h| rows[g][h]))
    }

    /// A table from a formula whose values are known to be below `order <= MAX_ORDER`.
    pub(crate) fn from_fn(order: usize, product: impl Fn(usize, usize) -> usize) -> Self {
        let pairs = (0..order).flat_map(|g| (0..order).map(move |h| (g, h)));
        Self {
            order,
            entries: pairs.map(|(g, h)| product(g, h) as u16).collect(),
        }
    }

    /// Number of elements.
    pub fn order(&self) -> usize {
        self.order
    }

    /// The product `g h`.
    ///
    /// # Panics
    ///
    /// If `g` or `h` is not below [`order`](Self::order).
    pub fn product(&self, g: usize, h: usize) -> usize {
        self.row(g)[h].into()
    }

    /// The element `e` with `e g = g e = g` for all `g`, if there is one.
    pub fn identity(&self) -> Option<usize> {
        let is_identity = |e: &usize| {
            (0..self.order).all(|g| self.product(*e, g) == g && self.product(g, *e) == g)
        };
        (0..self.order).find(is_identity)
    }

    fn row(&self, g: usize) -> &[u16] {
        &self.entries[g * self.order..(g + 1) * self.order]
    }
}
