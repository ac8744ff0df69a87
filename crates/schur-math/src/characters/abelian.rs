//! Characters of abelian groups, exactly and without linear algebra.

use crate::group::{Element, Group};

/// The eigenvalue of every character at every element, in the order of the classes.
///
/// Characters are extended from a subgroup `H` to `H ∪ H g ∪ … ∪ H g^(m-1)`, where `g^m` is in
/// `H`: with values `e^(2πi a/e)` for the exponent `e` of the group, `χ(g^m) = a` extends by
/// `χ(g) = a/m + t e/m` for `t = 0, …, m-1`. `m` divides `a`, since `e` is a multiple of
/// the order of `g`.
pub(super) fn spectra(group: &Group) -> Vec<Vec<Vec<usize>>> {
    let exponent = group.exponent();
    let mut members = vec![group.identity()];
    let mut inside = vec![false; group.order()];
    inside[group.identity().index()] = true;
    // Per character the exponents on `members`.
    let mut characters = vec![vec![0usize]];
    for g in group.elements() {
        if inside[g.index()] {
            continue;
        }
        let mut powers: Vec<Element> = vec![group.identity()];
        let mut next = g;
        while !inside[next.index()] {
            powers.push(next);
            next = group.compose(next, g);
        }
        let steps = powers.len();
        let position = members.iter().position(|&h| h == next);
        let position = position.expect("what is inside is a member");
        let mut extended = Vec::with_capacity(characters.len() * steps);
        for character in &characters {
            for t in 0..steps {
                let value = character[position] / steps + t * (exponent / steps);
                let extend = |j: usize| {
                    let all = character.iter();
                    all.map(move |&a| (a + j * value) % exponent)
                };
                extended.push((0..steps).flat_map(extend).collect::<Vec<_>>());
            }
        }
        let products = powers
            .iter()
            .flat_map(|&power| members.iter().map(move |&h| group.compose(power, h)));
        members = products.collect();
        for h in &members {
            inside[h.index()] = true;
        }
        characters = extended;
    }
    let mut position = vec![0; group.order()];
    for (k, h) in members.iter().enumerate() {
        position[h.index()] = k;
    }
    // Classes are single elements, the identity first.
    let order: Vec<Element> = group.conjugacy_classes().concat();
    let orders: Vec<usize> = order.iter().map(|&g| group.element_order(g)).collect();
    let spectrum = |character: &Vec<usize>| {
        let values = order.iter().zip(&orders);
        values
            .map(|(g, &o)| vec![character[position[g.index()]] * o / exponent])
            .collect()
    };
    characters.iter().map(spectrum).collect()
}
