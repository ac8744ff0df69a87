//! Whether two groups are the same up to names.

use super::{Element, Group, Homomorphism};
use crate::error::MathError;

/// Most products that a search for an isomorphism looks at.
const MAX_STEPS: usize = 200_000_000;

impl Group {
    /// An isomorphism to another group, if there is one.
    ///
    /// Isomorphisms keep the order of an element and the size of its class. The search tries
    /// all images of a few generators that agree in these, and keeps those that extend to an
    /// injective homomorphism.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// let (q8, d4) = (Group::parse("Q8")?, Group::parse("D4")?);
    /// assert!(q8.isomorphism_to(&d4)?.is_none());
    /// let octahedral = Group::parse("O")?.isomorphism_to(&Group::parse("S4")?)?;
    /// assert!(octahedral.is_some_and(|f| f.is_injective() && f.is_surjective()));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the groups agree in all counts but the search takes too many steps, which happens
    /// only for large groups with many generators.
    pub fn isomorphism_to(&self, other: &Self) -> Result<Option<Homomorphism>, MathError> {
        let (ours, theirs) = (self.invariants(), other.invariants());
        let sorted = |values: &[Invariant]| {
            let mut values = values.to_vec();
            values.sort_unstable();
            values
        };
        if sorted(&ours) != sorted(&theirs) {
            return Ok(None);
        }
        let mut search = Search {
            source: self,
            target: other,
            generators: self.few_generators(&ours),
            invariants: (ours, theirs),
            images: Vec::new(),
            steps: 0,
        };
        let images = search.extend();
        if images.is_none() && search.steps > MAX_STEPS {
            return Err(MathError::TooLarge {
                what: format!("the search for an isomorphism from {self} to {other}"),
                numbers: format!("more than {MAX_STEPS}"),
                max: MAX_STEPS,
                remedy: "smaller groups",
            });
        }
        Ok(images.map(|images| Homomorphism::from_checked(self, other, images)))
    }

    /// Order and size of the conjugacy class of every element.
    fn invariants(&self) -> Vec<Invariant> {
        let mut values = vec![(0, 0); self.order()];
        for class in self.conjugacy_classes() {
            let value = (self.element_order(class[0]), class.len());
            for g in class {
                values[g.index()] = value;
            }
        }
        values
    }

    /// Generators, each chosen to generate the most; of these the one whose invariants are
    /// rarest, since it has the fewest possible images.
    fn few_generators(&self, invariants: &[Invariant]) -> Vec<Element> {
        let mut chosen = Vec::new();
        let mut reached = 1;
        while reached < self.order() {
            let mut best = (0, usize::MAX, self.identity());
            for g in self.elements() {
                let mut more = chosen.clone();
                more.push(g);
                let order = self.subgroup_generated(&more).order();
                let like = |value: &&(usize, usize)| **value == invariants[g.index()];
                let images = invariants.iter().filter(like).count();
                if order > best.0 || (order == best.0 && images < best.1) {
                    best = (order, images, g);
                }
            }
            reached = best.0;
            chosen.push(best.2);
        }
        chosen
    }
}

/// Order and size of the conjugacy class of an element.
type Invariant = (usize, usize);

struct Search<'a> {
    source: &'a Group,
    target: &'a Group,
    generators: Vec<Element>,
    invariants: (Vec<Invariant>, Vec<Invariant>),
    /// Images of the first generators.
    images: Vec<Element>,
    steps: usize,
}

impl Search<'_> {
    /// The images of all elements, once the images of all generators are found.
    fn extend(&mut self) -> Option<Vec<usize>> {
        let map = self.consistent()?;
        if self.images.len() == self.generators.len() {
            return Some(map);
        }
        let wanted = self.invariants.0[self.generators[self.images.len()].index()];
        for candidate in self.target.elements() {
            if self.invariants.1[candidate.index()] != wanted || self.steps > MAX_STEPS {
                continue;
            }
            self.images.push(candidate);
            let found = self.extend();
            if found.is_some() {
                return found;
            }
            self.images.pop();
        }
        None
    }

    /// The map of the subgroup that the first generators generate, if their images extend to
    /// an injective homomorphism; `usize::MAX` outside it.
    fn consistent(&mut self) -> Option<Vec<usize>> {
        let (source, target) = (self.source, self.target);
        let mut map = vec![usize::MAX; source.order()];
        let mut used = vec![false; target.order()];
        map[source.identity().index()] = target.identity().index();
        used[target.identity().index()] = true;
        let mut todo = vec![source.identity()];
        while let Some(g) = todo.pop() {
            for (&a, &image) in self.generators.iter().zip(&self.images) {
                self.steps += 1;
                let product = source.compose(g, a).index();
                let moved = target.compose(Element::new(map[g.index()]), image).index();
                if map[product] == usize::MAX {
                    if std::mem::replace(&mut used[moved], true) {
                        return None;
                    }
                    map[product] = moved;
                    todo.push(Element::new(product));
                } else if map[product] != moved {
                    return None;
                }
            }
        }
        Some(map)
    }
}
