//! Names of real irreps.

use super::EndomorphismType;
use super::real_character::{RealCharacter, determinant};
use crate::characters::CharacterTable;
use crate::group::{Element, MatrixGroup};

/// One name per irrep.
///
/// In general the dimension, with primes if there are several: `3`, `3'`; numbered `3_1`,
/// `3_2`, … if there are more than four. In the polyhedral groups Mulliken's symbols: `A`,
/// `E`, `T`, `G`, `H` for dimensions 1 to 5, with `T1` that of axial vectors (of rotations),
/// and `g` or `u` for even or odd under the inversion.
pub(super) fn names(
    table: &CharacterTable,
    characters: &[RealCharacter],
    polyhedral: Option<&MatrixGroup>,
) -> Vec<String> {
    match polyhedral {
        Some(points) => mulliken(table, characters, points),
        None => dimensions(characters),
    }
}

fn dimensions(characters: &[RealCharacter]) -> Vec<String> {
    let name = |(position, character): (usize, &RealCharacter)| {
        let like = |other: &&RealCharacter| other.dim == character.dim;
        let before = characters[..position].iter().filter(like).count();
        if characters.iter().filter(like).count() > 4 {
            format!("{}_{}", character.dim, before + 1)
        } else {
            format!("{}{}", character.dim, "'".repeat(before))
        }
    };
    characters.iter().enumerate().map(name).collect()
}

fn mulliken(
    table: &CharacterTable,
    characters: &[RealCharacter],
    points: &MatrixGroup,
) -> Vec<String> {
    let group = table.group();
    let det = |g: Element| determinant(points.matrix(g).values());
    let trace = |g: Element| points.matrix(g).trace();
    let inversion = group.elements().find(|&g| trace(g) < -2.5);
    let close = |a: f64, b: f64| (a - b).abs() < 0.5;
    let is_even = |c: &RealCharacter| inversion.is_none_or(|i| c.trace(table, i) > 0.0);
    let is_axial = |c: &RealCharacter| {
        let mut elements = group.elements();
        elements.all(|g| close(c.trace(table, g), det(g) * trace(g)))
    };
    // Even irreps of one dimension, axial vectors first: the position is the number. An odd
    // irrep has the number of the even one that it equals on rotations.
    let number = |c: &RealCharacter| {
        let mut even: Vec<&RealCharacter> = characters
            .iter()
            .filter(|other| is_even(other) && other.dim == c.dim && other.kind == c.kind)
            .collect();
        even.sort_by_key(|other| !is_axial(other));
        let same = |other: &&RealCharacter| {
            let compared = group.elements().filter(|&g| is_even(c) || det(g) > 0.0);
            let mut pairs = compared.map(|g| (c.trace(table, g), other.trace(table, g)));
            pairs.all(|(a, b)| close(a, b))
        };
        let position = even
            .iter()
            .position(same)
            .map_or(0, |position| position + 1);
        (even.len() > 1).then_some(position)
    };
    let name = |c: &RealCharacter| {
        let letter = match (c.dim, c.kind) {
            (1, _) => "A",
            (2, EndomorphismType::Real | EndomorphismType::Complex) => "E",
            (3, _) => "T",
            (4, _) => "G",
            _ => "H",
        };
        let number = number(c).map_or(String::new(), |number| number.to_string());
        let parity = match (inversion, is_even(c)) {
            (None, _) => "",
            (Some(_), true) => "g",
            (Some(_), false) => "u",
        };
        format!("{letter}{number}{parity}")
    };
    characters.iter().map(name).collect()
}
