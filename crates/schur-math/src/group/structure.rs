//! What a multiplication table tells about a group.

use std::collections::BTreeSet;

use super::{Element, Group, Subgroup};
use crate::error::MathError;

impl Group {
    /// The smallest `k > 0` with `g^k = e`.
    pub fn element_order(&self, g: Element) -> usize {
        let powers = std::iter::successors(Some(g), |&power| Some(self.compose(power, g)));
        1 + powers.take_while(|&power| power != self.identity()).count()
    }

    /// Whether all elements commute. It is enough to look at the generators.
    pub fn is_abelian(&self) -> bool {
        let generators = self.generators();
        let commute = |&g: &Element, &h: &Element| self.compose(g, h) == self.compose(h, g);
        generators
            .iter()
            .all(|g| generators.iter().all(|h| commute(g, h)))
    }

    /// The conjugate `h g h⁻¹`.
    pub fn conjugate(&self, g: Element, h: Element) -> Element {
        self.compose(self.compose(h, g), self.inverse(h))
    }

    /// The conjugacy classes `{h g h⁻¹}`: that of the identity first, then by smallest
    /// element; each class is sorted.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// let classes = Group::parse("D4")?.conjugacy_classes();
    /// let sizes: Vec<usize> = classes.iter().map(Vec::len).collect();
    /// assert_eq!(sizes, [1, 2, 1, 2, 2]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn conjugacy_classes(&self) -> Vec<Vec<Element>> {
        let mut seen = vec![false; self.order()];
        let mut classes = Vec::new();
        for g in std::iter::once(self.identity()).chain(self.elements()) {
            if seen[g.index()] {
                continue;
            }
            let class: BTreeSet<Element> = self.elements().map(|h| self.conjugate(g, h)).collect();
            for member in &class {
                seen[member.index()] = true;
            }
            classes.push(class.into_iter().collect());
        }
        classes
    }

    /// The elements that commute with all others.
    pub fn center(&self) -> Subgroup {
        let commutes = |g: Element| {
            let mut generators = self.generators().iter();
            generators.all(|&h| self.compose(g, h) == self.compose(h, g))
        };
        Subgroup::new(self, self.elements().filter(|&g| commutes(g)).collect())
    }

    /// The smallest subgroup that contains the given elements.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// let c12 = Group::parse("C12")?;
    /// let multiples = c12.subgroup_generated(&[c12.element(8)?, c12.element(6)?]);
    /// assert_eq!(multiples.order(), 6);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn subgroup_generated(&self, generators: &[Element]) -> Subgroup {
        let mut seen = vec![false; self.order()];
        seen[self.identity().index()] = true;
        let mut todo = vec![self.identity()];
        while let Some(g) = todo.pop() {
            for &h in generators {
                let product = self.compose(g, h);
                if !seen[product.index()] {
                    seen[product.index()] = true;
                    todo.push(product);
                }
            }
        }
        // In a finite group inverses are powers, so products alone reach everything.
        Subgroup::new(self, self.elements().filter(|g| seen[g.index()]).collect())
    }

    /// The left cosets `g H`, by smallest element; each is sorted.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// let d4 = Group::parse("D4")?;
    /// let cosets = d4.left_cosets(&d4.center())?;
    /// assert_eq!((cosets.len(), cosets[0].len()), (4, 2));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `subgroup` is of another group.
    pub fn left_cosets(&self, subgroup: &Subgroup) -> Result<Vec<Vec<Element>>, MathError> {
        if subgroup.group() != self {
            return Err(MathError::ForeignGroup {
                what: format!("the subgroup {subgroup}"),
                found: subgroup.group().name().to_string(),
                expected: self.name().to_string(),
            });
        }
        let mut seen = vec![false; self.order()];
        let mut cosets = Vec::new();
        for g in self.elements() {
            if seen[g.index()] {
                continue;
            }
            let members = subgroup.elements().iter();
            let mut coset: Vec<Element> = members.map(|&h| self.compose(g, h)).collect();
            coset.sort_unstable();
            for member in &coset {
                seen[member.index()] = true;
            }
            cosets.push(coset);
        }
        Ok(cosets)
    }
}
