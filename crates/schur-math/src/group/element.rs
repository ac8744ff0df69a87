//! Elements of a finite group.

/// An element of a finite group, by its index in the multiplication table.
///
/// ```
/// use schur_math::Group;
///
/// let c6 = Group::cyclic(6)?;
/// assert_eq!(c6.element(2)?.index(), 2);
/// assert!(c6.element(6).is_err());
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element(usize);

impl Element {
    pub(crate) fn new(index: usize) -> Self {
        Self(index)
    }

    /// The index, from zero to the order of the group.
    pub fn index(self) -> usize {
        self.0
    }
}
