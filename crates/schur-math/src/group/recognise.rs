//! Which well-known group a group is.

use super::Group;

impl Group {
    /// Largest order that [`isomorphism_name`](Self::isomorphism_name) recognises.
    pub const MAX_RECOGNISED: usize = 512;

    /// The usual name of the group that this one is isomorphic to: a cyclic, dihedral,
    /// dicyclic, symmetric or alternating group or a direct product of these, in the notation
    /// of [`parse`](Self::parse). Abelian groups are products of cyclic groups whose orders
    /// divide each other, so `D2` is `C2 x C2`.
    ///
    /// The name is found by invariants and proved by an explicit isomorphism. `None` if it is
    /// none of these or its order is above [`MAX_RECOGNISED`](Self::MAX_RECOGNISED).
    ///
    /// ```
    /// use schur_math::{Group, Matrix, MatrixGroup};
    ///
    /// let turn = Matrix::from([[0.0, -1.0], [1.0, 0.0]]);
    /// let mirror = Matrix::from([[-1.0, 0.0], [0.0, 1.0]]);
    /// let square = MatrixGroup::generate("square", &[turn, mirror])?;
    /// assert_eq!(square.group().isomorphism_name().as_deref(), Some("D4"));
    /// assert_eq!(Group::parse("Oh")?.isomorphism_name().as_deref(), Some("S4 x C2"));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn isomorphism_name(&self) -> Option<String> {
        if self.order() > Self::MAX_RECOGNISED {
            return None;
        }
        if self.is_abelian() {
            return Some(self.abelian_name());
        }
        candidates(self.order()).into_iter().find(|name| {
            let candidate = Self::parse(name).expect("the names are well formed, orders small");
            // A search that is given up proves nothing.
            matches!(self.isomorphism_to(&candidate), Ok(Some(_)))
        })
    }

    /// Invariant factors of an abelian group. The number of `g` with `g^(p^k) = e` is
    /// `Π_i p^min(k, λ_i)` over the cyclic factors `p^λ_i`, which determines the `λ_i`.
    fn abelian_name(&self) -> String {
        let orders: Vec<usize> = self.elements().map(|g| self.element_order(g)).collect();
        let mut factors: Vec<usize> = Vec::new();
        let mut rest = self.order();
        for p in 2..=self.order() {
            if !rest.is_multiple_of(p) {
                continue;
            }
            let mut power = 1;
            while rest.is_multiple_of(p) {
                rest /= p;
                let count = |q: usize| orders.iter().filter(|&&o| q.is_multiple_of(o)).count();
                // p to the number of factors that p^(k+1) divides.
                let mut ratio = count(power * p) / count(power);
                power *= p;
                let mut position = 0;
                while ratio > 1 {
                    ratio /= p;
                    match factors.get_mut(position) {
                        Some(factor) => *factor *= p,
                        None => factors.push(p),
                    }
                    position += 1;
                }
            }
        }
        if factors.is_empty() {
            factors.push(1);
        }
        let names = factors.iter().rev().map(|n| format!("C{n}"));
        names.collect::<Vec<_>>().join(" x ")
    }
}

/// Names of non-abelian groups of an order: families first, then products.
fn candidates(order: usize) -> Vec<String> {
    let mut names = families(order);
    for part in (2..=order / 6).filter(|&part| order.is_multiple_of(part)) {
        for first in families(order / part) {
            let abelian = abelian_names(part, part);
            names.extend(abelian.iter().map(|rest| format!("{first} x {rest}")));
            let others = families(part);
            names.extend(others.iter().map(|rest| format!("{first} x {rest}")));
        }
    }
    names
}

/// Names of the non-abelian groups of an order in the families.
fn families(order: usize) -> Vec<String> {
    let mut names = Vec::new();
    let fixed = [
        (12, "A4"),
        (24, "S4"),
        (60, "A5"),
        (120, "S5"),
        (360, "A6"),
        (8, "Q8"),
    ];
    if order >= 6 && order.is_multiple_of(2) {
        names.push(format!("D{}", order / 2));
    }
    let known = fixed.iter().filter(|&&(size, _)| size == order);
    names.extend(known.map(|&(_, name)| name.to_string()));
    if order >= 12 && order.is_multiple_of(4) {
        names.push(format!("Dic{}", order / 4));
    }
    names
}

/// Names of the abelian groups of an order with invariant factors that divide `largest`.
fn abelian_names(order: usize, largest: usize) -> Vec<String> {
    if order == 1 {
        return vec![String::new()];
    }
    let mut names = Vec::new();
    for factor in (2..=order).rev() {
        if order.is_multiple_of(factor) && largest.is_multiple_of(factor) {
            for rest in abelian_names(order / factor, factor) {
                let joint = if rest.is_empty() { "" } else { " x " };
                names.push(format!("{rest}{joint}C{factor}"));
            }
        }
    }
    names
}
