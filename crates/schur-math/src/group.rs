//! Finite groups.

mod construct;
mod element;
mod structure;
mod subgroup;

use std::fmt;
use std::sync::Arc;

pub use element::Element;
pub use subgroup::Subgroup;

use crate::cayley::CayleyTable;
use crate::error::MathError;

/// Where a group came from, which decides what closed forms are known for it.
///
/// ```
/// use schur_math::{Family, Group};
///
/// assert_eq!(Group::parse("d4")?.family(), Family::Dihedral(4));
/// assert_eq!(Group::from_cayley_table("one", &[vec![0]])?.family(), Family::Table);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// `C_n`, the rotations by multiples of `2π/n`.
    Cyclic(usize),
    /// `D_n`, of order `2n`: these rotations and `n` mirrors.
    Dihedral(usize),
    /// A multiplication table given by the user.
    Table,
}

/// A finite group: a checked multiplication table with names. Cloning copies a pointer.
///
/// ```
/// use schur_math::Group;
///
/// let d4 = Group::parse("D4")?;
/// let (r, s) = (d4.element(1)?, d4.element(4)?);
/// assert_eq!(d4.order(), 8);
/// assert_eq!(d4.compose(s, r), d4.compose(d4.inverse(r), s));
/// assert_eq!(d4.element_name(d4.compose(s, r)), "r^3 s");
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone)]
pub struct Group(Arc<Data>);

struct Data {
    name: String,
    family: Family,
    table: CayleyTable,
    identity: Element,
    inverses: Vec<Element>,
    generators: Vec<Element>,
    element_names: Vec<String>,
}

impl Group {
    /// Largest order of a group.
    pub const MAX_ORDER: usize = CayleyTable::MAX_ORDER;

    /// Name, such as `D4`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Where the group came from.
    pub fn family(&self) -> Family {
        self.0.family
    }

    /// Number of elements.
    pub fn order(&self) -> usize {
        self.0.table.order()
    }

    /// The multiplication table.
    pub fn table(&self) -> &CayleyTable {
        &self.0.table
    }

    /// All elements by index.
    pub fn elements(&self) -> impl ExactSizeIterator<Item = Element> + Clone + use<> {
        (0..self.order()).map(Element::new)
    }

    /// The element with an index. Conventions for the index: [crate docs](crate).
    ///
    /// # Errors
    ///
    /// If the index is not below the order.
    pub fn element(&self, index: usize) -> Result<Element, MathError> {
        if index < self.order() {
            return Ok(Element::new(index));
        }
        Err(MathError::NoElement {
            group: self.name().to_string(),
            index,
            last: self.order() - 1,
        })
    }

    /// Checks that an element obtained elsewhere is one of this group.
    pub(crate) fn check_element(&self, g: Element) -> Result<(), MathError> {
        self.element(g.index()).map(|_| ())
    }

    /// The identity `e`.
    pub fn identity(&self) -> Element {
        self.0.identity
    }

    /// The product `g h`: as maps, `h` acts first.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `g` or `h` is an element of another, larger group. That holds
    /// for all methods that take elements.
    pub fn compose(&self, g: Element, h: Element) -> Element {
        Element::new(self.0.table.product(g.index(), h.index()))
    }

    /// The element `g⁻¹` with `g g⁻¹ = g⁻¹ g = e`.
    pub fn inverse(&self, g: Element) -> Element {
        self.0.inverses[g.index()]
    }

    /// The power `g^k`, also for negative `k`.
    pub fn power(&self, g: Element, k: i64) -> Element {
        let steps = k.rem_euclid(self.element_order(g) as i64);
        (0..steps).fold(self.identity(), |power, _| self.compose(power, g))
    }

    /// Elements of which every element is a product; empty for the trivial group.
    pub fn generators(&self) -> &[Element] {
        &self.0.generators
    }

    /// Name of an element: `e`, `r^2`, `r^3 s` in `C_n` and `D_n`; `e`, `g1`, `g2` in a group
    /// given by its table.
    pub fn element_name(&self, g: Element) -> &str {
        &self.0.element_names[g.index()]
    }
}

impl PartialEq for Group {
    /// The same multiplication table; names do not matter.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.table() == other.table()
    }
}

impl Eq for Group {}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Group({}, order {})", self.name(), self.order())
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
