//! All subgroups, up to conjugacy or one by one.

use std::collections::BTreeSet;

use super::{Element, Group, Subgroup};
use crate::error::MathError;

/// Subgroups `g H g⁻¹` that are conjugate to each other.
///
/// ```
/// use schur_math::Group;
///
/// // Three mirrors of the triangle, conjugate to each other.
/// let classes = Group::parse("D3")?.subgroup_classes()?;
/// let sizes: Vec<(usize, usize)> =
///     classes.iter().map(|class| (class.order(), class.members().len())).collect();
/// assert_eq!(sizes, [(1, 1), (2, 3), (3, 1), (6, 1)]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubgroupClass {
    members: Vec<Subgroup>,
}

impl SubgroupClass {
    /// The members, sorted by their elements.
    pub fn members(&self) -> &[Subgroup] {
        &self.members
    }

    /// The first member.
    pub fn representative(&self) -> &Subgroup {
        &self.members[0]
    }

    /// Order of each member.
    pub fn order(&self) -> usize {
        self.representative().order()
    }

    /// Whether the only member is normal.
    pub fn is_normal(&self) -> bool {
        self.members.len() == 1
    }
}

impl Group {
    /// Largest order for which [`subgroups`](Self::subgroups) and
    /// [`subgroup_classes`](Self::subgroup_classes) list all subgroups.
    pub const MAX_SUBGROUP_ORDER: usize = 1024;

    /// Most subgroups that are listed.
    pub const MAX_SUBGROUPS: usize = 8192;

    /// All subgroups up to conjugacy, by order and then by elements.
    ///
    /// Every subgroup is reached from the trivial one by adding one generator at a time, and
    /// conjugate subgroups grow into conjugate subgroups, so one member of a class is enough
    /// to go on from.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// // The identity, three flips, one triangle, everything.
    /// let classes = Group::parse("S3")?.subgroup_classes()?;
    /// let sizes: Vec<_> = classes.iter().map(|c| (c.order(), c.members().len())).collect();
    /// assert_eq!(sizes, [(1, 1), (2, 3), (3, 1), (6, 1)]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the order is above [`MAX_SUBGROUP_ORDER`](Self::MAX_SUBGROUP_ORDER) or there are
    /// more than [`MAX_SUBGROUPS`](Self::MAX_SUBGROUPS) subgroups.
    pub fn subgroup_classes(&self) -> Result<Vec<SubgroupClass>, MathError> {
        if self.order() > Self::MAX_SUBGROUP_ORDER {
            return Err(MathError::Order {
                name: format!("{}, whose subgroups are wanted,", self.name()),
                order: self.order().to_string(),
                max: Self::MAX_SUBGROUP_ORDER,
            });
        }
        let trivial = vec![self.identity()];
        let mut found = BTreeSet::from([trivial.clone()]);
        let mut classes = vec![vec![trivial.clone()]];
        // Elements of a subgroup, with elements that generate it.
        let mut todo = vec![(trivial, Vec::new())];
        while let Some((subgroup, generators)) = todo.pop() {
            for g in self.elements() {
                if subgroup.binary_search(&g).is_ok() {
                    continue;
                }
                let mut more: Vec<Element> = generators.clone();
                more.push(g);
                let larger = self.subgroup_generated(&more).elements().to_vec();
                if found.contains(&larger) {
                    continue;
                }
                let class = self.conjugates(&larger);
                found.extend(class.iter().cloned());
                if found.len() > Self::MAX_SUBGROUPS {
                    return Err(MathError::TooLarge {
                        what: format!("the list of all subgroups of {}", self.name()),
                        numbers: format!("more than {}", Self::MAX_SUBGROUPS),
                        max: Self::MAX_SUBGROUPS,
                        remedy: "a smaller group, or subgroup_generated for the subgroups needed",
                    });
                }
                classes.push(class);
                todo.push((larger, more));
            }
        }
        classes.sort_by(|a, b| (a[0].len(), &a[0]).cmp(&(b[0].len(), &b[0])));
        let class = |members: Vec<Vec<Element>>| SubgroupClass {
            members: members
                .into_iter()
                .map(|elements| Subgroup::new(self, elements))
                .collect(),
        };
        Ok(classes.into_iter().map(class).collect())
    }

    /// All subgroups, by order and then by elements.
    ///
    /// # Errors
    ///
    /// As [`subgroup_classes`](Self::subgroup_classes).
    pub fn subgroups(&self) -> Result<Vec<Subgroup>, MathError> {
        let classes = self.subgroup_classes()?;
        let mut all: Vec<Subgroup> = classes.into_iter().flat_map(|c| c.members).collect();
        all.sort_by(|a, b| (a.order(), a.elements()).cmp(&(b.order(), b.elements())));
        Ok(all)
    }

    /// All conjugates of a subgroup, sorted.
    fn conjugates(&self, subgroup: &[Element]) -> Vec<Vec<Element>> {
        let mut found = BTreeSet::from([subgroup.to_vec()]);
        let mut todo = vec![subgroup.to_vec()];
        while let Some(member) = todo.pop() {
            for &h in self.generators() {
                let mut moved: Vec<Element> =
                    member.iter().map(|&g| self.conjugate(g, h)).collect();
                moved.sort_unstable();
                if found.insert(moved.clone()) {
                    todo.push(moved);
                }
            }
        }
        found.into_iter().collect()
    }
}
