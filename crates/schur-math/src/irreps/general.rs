//! Real irreps of any finite group, from its character table.

use super::induced::Inducer;
use super::names::names;
use super::real_character::{RealCharacter, determinant};
use super::{EndomorphismType, Irrep, endomorphisms};
use crate::characters::CharacterTable;
use crate::finite_representation::FiniteRepresentation;
use crate::group::{Family, Group, MatrixGroup};

/// All real irreps, in the order of their characters.
pub(super) fn irreps(group: &Group) -> Vec<Irrep> {
    let table = CharacterTable::new(group);
    let characters = RealCharacter::all(&table);
    let polyhedral = match group.family() {
        Family::Polyhedral(kind) => Some(MatrixGroup::polyhedral(kind)),
        _ => None,
    };
    let names = names(&table, &characters, polyhedral.as_ref());
    let mut inducer = Inducer::new(&table);
    let build = |(character, name): (&RealCharacter, String)| {
        let values = linear(&table, character)
            .or_else(|| defining(&table, character, polyhedral.as_ref()?))
            .unwrap_or_else(|| inducer.matrices(character));
        let rho = FiniteRepresentation::from_closed_form(group, name, character.dim, values);
        Irrep {
            endomorphisms: endomorphisms::basis(&table, character, &rho),
            representation: rho,
            endomorphism_type: character.kind,
            frequency: 0,
        }
    };
    characters.iter().zip(names).map(build).collect()
}

/// The matrices of a character of dimension 1: numbers, or rotations if it is not real.
fn linear(table: &CharacterTable, character: &RealCharacter) -> Option<Vec<f64>> {
    if table.characters()[character.index].dim() > 1 {
        return None;
    }
    let value = |g| {
        let value = table.value(character.index, g);
        match character.kind {
            EndomorphismType::Complex => vec![value.re, 0.0 - value.im, value.im, value.re],
            _ => vec![value.re],
        }
    };
    Some(table.group().elements().flat_map(value).collect())
}

/// The 3 x 3 matrices of a polyhedral group, or these times their determinants, if they have
/// the wanted character.
fn defining(
    table: &CharacterTable,
    character: &RealCharacter,
    points: &MatrixGroup,
) -> Option<Vec<f64>> {
    if character.dim != 3 {
        return None;
    }
    [false, true].into_iter().find_map(|axial| {
        let factor = |g| {
            if axial {
                determinant(points.matrix(g).values())
            } else {
                1.0
            }
        };
        let mut elements = table.group().elements();
        let fits = elements.all(|g| {
            let trace = points.matrix(g).trace();
            (factor(g) * trace - character.trace(table, g)).abs() < 0.5
        });
        let entries = |g| {
            points
                .matrix(g)
                .values()
                .iter()
                .map(move |v| factor(g) * v + 0.0)
        };
        fits.then(|| table.group().elements().flat_map(entries).collect())
    })
}
