//! Real irreps of any finite group, from its character table.

use super::induced::Inducer;
use super::names::names;
use super::{EndomorphismType, Irrep, endomorphisms};
use crate::characters::CharacterTable;
use crate::finite_representation::FiniteRepresentation;
use crate::group::{Element, Family, Group, MatrixGroup};

/// A complex character with what real irrep it gives.
pub(super) struct RealCharacter {
    /// Index in the table.
    pub(super) index: usize,
    /// Dimension of the real irrep.
    pub(super) dim: usize,
    pub(super) kind: EndomorphismType,
}

impl RealCharacter {
    /// One for every complex character up to conjugation, in the order of the table: a real
    /// one of indicator 1 is a real irrep, one of indicator -1 half of one, and a pair of
    /// conjugates one (Serre 1977, section 13.2).
    pub(super) fn all(table: &CharacterTable) -> Vec<Self> {
        let mut all = Vec::new();
        for (index, character) in table.characters().iter().enumerate() {
            if table.conjugate(index) < index {
                continue;
            }
            let (dim, kind) = match character.frobenius_schur() {
                1 => (character.dim(), EndomorphismType::Real),
                0 => (2 * character.dim(), EndomorphismType::Complex),
                _ => (2 * character.dim(), EndomorphismType::Quaternionic),
            };
            all.push(Self { index, dim, kind });
        }
        all
    }

    /// The trace of the real irrep at `g`.
    pub(super) fn trace(&self, table: &CharacterTable, g: Element) -> f64 {
        let factor = self.dim / table.characters()[self.index].dim();
        factor as f64 * table.value(self.index, g).re
    }
}

/// All real irreps, in the order of their characters.
pub(super) fn irreps(group: &Group) -> Vec<Irrep> {
    let table = CharacterTable::new(group);
    let characters = RealCharacter::all(&table);
    let polyhedral = match group.family() {
        Family::Polyhedral(kind) => MatrixGroup::polyhedral(kind).ok(),
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

/// The determinant, 1 or -1, of an orthogonal 3 x 3 matrix.
pub(super) fn determinant(m: &[f64]) -> f64 {
    let minor = |a: usize, b: usize| m[3 + a] * m[6 + b] - m[3 + b] * m[6 + a];
    (m[0] * minor(1, 2) - m[1] * minor(0, 2) + m[2] * minor(0, 1)).round()
}
