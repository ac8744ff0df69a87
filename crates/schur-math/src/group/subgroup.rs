//! Subgroups.

use std::fmt;

use super::{Element, Group};

/// A subgroup of a finite group: its elements, sorted.
///
/// ```
/// use schur_math::Group;
///
/// let d4 = Group::parse("D4")?;
/// let rotations = d4.subgroup_generated(&[d4.element(1)?]);
/// assert_eq!((rotations.order(), rotations.index()), (4, 2));
/// assert_eq!(rotations.to_string(), "{e, r, r^2, r^3}");
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subgroup {
    group: Group,
    elements: Vec<Element>,
}

impl Subgroup {
    /// From sorted elements that are known to form a subgroup.
    pub(super) fn new(group: &Group, elements: Vec<Element>) -> Self {
        let group = group.clone();
        Self { group, elements }
    }

    /// The group it is part of.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// The elements of the subgroup, sorted.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// Number of elements.
    pub fn order(&self) -> usize {
        self.elements.len()
    }

    /// Number of cosets.
    pub fn index(&self) -> usize {
        self.group.order() / self.order()
    }

    /// Whether an element belongs to it.
    pub fn contains(&self, g: Element) -> bool {
        self.elements.binary_search(&g).is_ok()
    }

    /// Whether `h n h⁻¹` stays in the subgroup for all its `n` and all `h`.
    pub fn is_normal(&self) -> bool {
        let stays = |h| {
            let mut elements = self.elements.iter();
            elements.all(|&n| self.contains(self.group.conjugate(n, h)))
        };
        self.group.generators().iter().all(|&h| stays(h))
    }
}

impl fmt::Display for Subgroup {
    /// `{e, r^2}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self
            .elements
            .iter()
            .map(|&g| self.group.element_name(g))
            .collect();
        write!(f, "{{{}}}", names.join(", "))
    }
}
