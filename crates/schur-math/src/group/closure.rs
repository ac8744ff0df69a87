//! Closing a set of generators under multiplication.

use super::Group;
use crate::cayley::CayleyTable;
use crate::error::MathError;

/// All products of some generators, by word length and then by the order of the generators.
pub(super) struct Closure<T> {
    /// The identity first.
    pub(super) elements: Vec<T>,
    /// `right[g][a]` is the element `g a`, for every generator `a`.
    right: Vec<Vec<usize>>,
    /// Element `g > 0` is `parent.0` times generator `parent.1`.
    parents: Vec<(usize, usize)>,
}

impl<T> Closure<T> {
    /// Multiplies out. `locate(elements, x)` says which of the elements `x` is, or `None` if
    /// it is new; then it becomes the next one. `perhaps` is said of too many.
    ///
    /// # Errors
    ///
    /// If more than [`Group::MAX_ORDER`] elements are found, or `locate` fails.
    pub(super) fn generate(
        name: &str,
        identity: T,
        generators: &[T],
        perhaps: &str,
        multiply: impl Fn(&T, &T) -> T,
        mut locate: impl FnMut(&[T], &T) -> Result<Option<usize>, MathError>,
    ) -> Result<Self, MathError> {
        locate(&[], &identity)?;
        let mut closure = Self {
            elements: vec![identity],
            right: Vec::new(),
            parents: vec![(0, 0)],
        };
        let mut next = 0;
        while next < closure.elements.len() {
            let mut products = Vec::with_capacity(generators.len());
            for (a, generator) in generators.iter().enumerate() {
                let product = multiply(&closure.elements[next], generator);
                let index = match locate(&closure.elements, &product)? {
                    Some(index) => index,
                    None if closure.elements.len() == Group::MAX_ORDER => {
                        return Err(MathError::Order {
                            name: format!("the group {name:?} that the generators generate"),
                            order: format!("above {}{perhaps}", Group::MAX_ORDER),
                            max: Group::MAX_ORDER,
                        });
                    }
                    None => {
                        closure.elements.push(product);
                        closure.parents.push((next, a));
                        closure.elements.len() - 1
                    }
                };
                products.push(index);
            }
            closure.right.push(products);
            next += 1;
        }
        Ok(closure)
    }

    /// A generator that is not invertible: multiplication by it maps two elements to one.
    pub(super) fn singular_generator(&self) -> Option<usize> {
        let generators = self.right[0].len();
        (0..generators).find(|&a| {
            let mut hit = vec![false; self.elements.len()];
            self.right
                .iter()
                .any(|products| std::mem::replace(&mut hit[products[a]], true))
        })
    }

    /// The indices of the generators, without the identity and without repetition.
    pub(super) fn generators(&self) -> Vec<usize> {
        let mut found = Vec::new();
        for &g in &self.right[0] {
            if g != 0 && !found.contains(&g) {
                found.push(g);
            }
        }
        found
    }

    /// The multiplication table after renumbering: new element `i` is old element `order[i]`.
    ///
    /// If `h = p a`, then `g h = (g p) a`: every entry is one look-up, without multiplying.
    pub(super) fn table(&self, order: &[usize]) -> CayleyTable {
        let n = self.elements.len();
        let mut old = vec![0u16; n * n];
        for g in 0..n {
            old[g * n] = g as u16;
            for h in 1..n {
                let (parent, a) = self.parents[h];
                let gp = usize::from(old[g * n + parent]);
                old[g * n + h] = self.right[gp][a] as u16;
            }
        }
        let new = inverse_order(order);
        CayleyTable::from_fn(n, |g, h| new[usize::from(old[order[g] * n + order[h]])])
    }

    /// A shortest word for every element, in letters `a`, `b`, … for the generators, or `g1`,
    /// `g2`, … if they are more than the letters `a` to `d`: `e`, `a`, `b^2 a`.
    pub(super) fn words(&self) -> Vec<String> {
        let generators = self.right[0].len();
        let letter = |a: usize| match a {
            0..4 if generators <= 4 => ["a", "b", "c", "d"][a].to_string(),
            _ => format!("g{}", a + 1),
        };
        let word = |mut g: usize| {
            let mut letters: Vec<(usize, usize)> = Vec::new();
            while g != 0 {
                let (parent, a) = self.parents[g];
                match letters.last_mut() {
                    Some((last, power)) if *last == a => *power += 1,
                    _ => letters.push((a, 1)),
                }
                g = parent;
            }
            let parts = letters.iter().rev().map(|&(a, power)| match power {
                1 => letter(a),
                _ => format!("{}^{power}", letter(a)),
            });
            parts.collect::<Vec<_>>().join(" ")
        };
        (0..self.elements.len())
            .map(|g| if g == 0 { "e".to_string() } else { word(g) })
            .collect()
    }
}

/// The numbering that undoes `order`.
pub(super) fn inverse_order(order: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        inverse[old] = new;
    }
    inverse
}
