//! Characters of real irreps.

use super::EndomorphismType;
use crate::characters::CharacterTable;
use crate::group::Element;

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

/// The determinant, 1 or -1, of an orthogonal 3 x 3 matrix.
pub(super) fn determinant(m: &[f64]) -> f64 {
    let minor = |a: usize, b: usize| m[3 + a] * m[6 + b] - m[3 + b] * m[6 + a];
    (m[0] * minor(1, 2) - m[1] * minor(0, 2) + m[2] * minor(0, 1)).round()
}
