//! Characters modulo a prime, by the class algebra.
//!
//! The centre of the group algebra over `F_p` has the class sums as a basis and splits into
//! copies of `F_p`, one per character. Its primitive idempotents are
//! `e_χ = χ(1)/|G| Σ_g χ(g⁻¹) g`. A generic central element `z` acts with different eigenvalues
//! on them, so its minimal polynomial `f` has `r` different roots, and
//! `e_λ = Π_(μ ≠ λ) (z - μ)/(λ - μ)`. The powers of `z` are computed once; every idempotent is
//! a combination of them.

use super::Classes;
use super::polynomial::{recurrence, roots};
use super::prime_field::{PRODUCTS, PrimeField};
use crate::group::Group;
use crate::mixer::Mixer;

/// All irreducible characters modulo a prime, one value per class, with the prime.
pub(super) struct ModularCharacters {
    pub(super) field: PrimeField,
    pub(super) values: Vec<Vec<u64>>,
}

pub(super) fn characters(group: &Group, classes: &Classes) -> ModularCharacters {
    let field = PrimeField::with_roots(group.exponent());
    let inverse = classes.inverse(group);
    let idempotents = idempotents(group, classes, field);
    let order = group.order() as u64;
    let values = idempotents.into_iter().map(|idempotent| {
        // e_χ(1) = d²/|G|; the square of the dimension is below |G| < p.
        let dim = field.mul(order, idempotent[0]).isqrt();
        let scale = field.mul(order, field.inverse(dim));
        inverse
            .iter()
            .map(|&class| field.mul(scale, idempotent[class]))
            .collect()
    });
    ModularCharacters {
        field,
        values: values.collect(),
    }
}

/// The primitive idempotents of the centre, as their coefficients on the classes.
fn idempotents(group: &Group, classes: &Classes, field: PrimeField) -> Vec<Vec<u64>> {
    let count = classes.members.len();
    let mut mixer = Mixer(count as u64);
    let mut random = || {
        (0..count)
            .map(|_| mixer.next() % field.p)
            .collect::<Vec<_>>()
    };
    // A random element fails with a probability of about count² / 2p, at most 1/250; then the
    // next one is tried.
    loop {
        let matrix = multiplication(group, classes, &random(), field);
        let functional = random();
        let mut powers = vec![vec![0; count]];
        powers[0][0] = 1;
        let mut sequence = vec![field.dot(&functional, &powers[0])];
        for _ in 1..2 * count {
            let last = powers.last().expect("it starts with one");
            let next: Vec<u64> = matrix.iter().map(|row| field.dot(row, last)).collect();
            sequence.push(field.dot(&functional, &next));
            powers.push(next);
        }
        let minimal = recurrence(field, &sequence);
        if minimal.len() == count + 1 {
            return roots(field, &minimal)
                .into_iter()
                .map(|root| idempotent(field, &powers, &minimal, root))
                .collect();
        }
    }
}

/// `f(z) / (z - root) / f'(root)`.
fn idempotent(field: PrimeField, powers: &[Vec<u64>], minimal: &[u64], root: u64) -> Vec<u64> {
    let count = minimal.len() - 1;
    // Division by x - root, from the top.
    let mut quotient = vec![0; count];
    let mut carry = 0;
    for k in (0..count).rev() {
        carry = field.add(minimal[k + 1], field.mul(carry, root));
        quotient[k] = carry;
    }
    let derivative = quotient
        .iter()
        .rev()
        .fold(0, |sum, &c| field.add(field.mul(sum, root), c));
    let scale = field.inverse(derivative);
    let mut sum = vec![0; count];
    // Sums are reduced after as many products as fit into 64 bits.
    for (powers, quotient) in powers.chunks(PRODUCTS).zip(quotient.chunks(PRODUCTS)) {
        for (power, &c) in powers.iter().zip(quotient) {
            let factor = field.mul(c, scale);
            sum.iter_mut()
                .zip(power)
                .for_each(|(s, &w)| *s += factor * w);
        }
        sum.iter_mut().for_each(|s| *s %= field.p);
    }
    sum
}

/// The matrix of the multiplication by a central element: column `j` is the product with the
/// sum of class `j`, whose coefficient at `x` is `Σ_(y in class j) z(x y⁻¹)`.
fn multiplication(
    group: &Group,
    classes: &Classes,
    central: &[u64],
    field: PrimeField,
) -> Vec<Vec<u64>> {
    let row = |class: &Vec<_>| {
        let mut row = vec![0; classes.members.len()];
        for y in group.elements() {
            let quotient = group.compose(class[0], group.inverse(y)).index();
            let entry = &mut row[classes.class_of[y.index()]];
            *entry = field.add(*entry, central[classes.class_of[quotient]]);
        }
        row
    };
    classes.members.iter().map(row).collect()
}
