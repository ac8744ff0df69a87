//! Irreps inside representations induced from signs of subgroups.
//!
//! A sign `λ: H -> ±1` of a subgroup induces a signed permutation representation on the cosets
//! `G/H`, which contains an irrep `<χ|_H, λ>` times, by Frobenius reciprocity. Where that is as
//! small as possible, the projector onto the part of `χ` has an irrep as its image; otherwise
//! the image is split by a generic symmetric matrix that commutes with the group.

use super::EndomorphismType;
use super::real_character::RealCharacter;
use super::signed::{Induced, SignedSubgroup};
use super::splitting::{Splitting, projector_basis};
use crate::characters::CharacterTable;
use crate::group::Element;

/// Most subgroups that are tried.
const MAX_SUBGROUPS: usize = 20_000;

/// Most products of characters that are summed for that. Groups with over 50 classes reach it
/// first; where a better subgroup was not found, splitting has more to do.
const MAX_PRODUCTS: usize = 200_000_000;

/// Finds subgroups for all characters of a table at once, and builds matrices.
pub(super) struct Inducer<'a> {
    table: &'a CharacterTable,
    /// Per character the best subgroup with the multiplicity there.
    best: Vec<Option<(usize, SignedSubgroup)>>,
    searched: bool,
    products: usize,
}

impl<'a> Inducer<'a> {
    pub(super) fn new(table: &'a CharacterTable) -> Self {
        Self {
            table,
            best: vec![None; table.characters().len()],
            searched: false,
            products: 0,
        }
    }

    /// The matrices of the real irrep of a character, one after another.
    ///
    /// The first basis vector is the projection of the coset `H`, the others those of further
    /// cosets made orthonormal to the ones before (Gram-Schmidt), skipping cosets that add
    /// little.
    pub(super) fn matrices(&mut self, character: &RealCharacter) -> Vec<f64> {
        if !self.searched {
            self.search();
            self.searched = true;
        }
        let best = self.best[character.index].as_ref();
        let (multiplicity, subgroup) = best.expect("the trivial subgroup serves every character");
        let copies = match character.kind {
            EndomorphismType::Quaternionic => multiplicity / 2,
            _ => *multiplicity,
        };
        let induced = Induced::new(self.table.group(), subgroup);
        let projector = |j: usize| induced.projector_column(self.table, character, j);
        let mut basis = projector_basis(induced.points(), character.dim * copies, projector);
        if copies > 1 {
            basis = Splitting::new(&induced, subgroup, &basis).irreducible(character.dim);
        }
        induced.matrices(&basis, character.dim)
    }

    /// Tries subgroups of one generator, then of two, until every character has the smallest
    /// possible multiplicity.
    fn search(&mut self) {
        let group = self.table.group();
        let representatives: Vec<Element> =
            self.table.classes().iter().map(|class| class[0]).collect();
        let cyclic = representatives.iter().map(|&a| (a, group.identity()));
        let pairs = representatives
            .iter()
            .flat_map(|&a| group.elements().map(move |b| (a, b)));
        for (a, b) in cyclic.chain(pairs).take(MAX_SUBGROUPS) {
            for (s, t) in [(1, 1), (-1, 1), (1, -1), (-1, -1)] {
                if let Some(subgroup) = SignedSubgroup::generate(group, &[(a, s), (b, t)]) {
                    self.consider(&subgroup);
                }
            }
            if self.is_done() || self.products > MAX_PRODUCTS {
                return;
            }
        }
    }

    /// The smallest multiplicity that a character can have.
    fn target(&self, index: usize) -> usize {
        if self.table.characters()[index].frobenius_schur() == -1 {
            2
        } else {
            1
        }
    }

    fn is_done(&self) -> bool {
        let mut all = self.best.iter().enumerate();
        all.all(|(index, best)| {
            let is_linear = self.table.characters()[index].dim() == 1;
            let found = best.as_ref().map(|&(multiplicity, _)| multiplicity);
            is_linear || found == Some(self.target(index))
        })
    }

    fn consider(&mut self, subgroup: &SignedSubgroup) {
        let order = subgroup.elements.len();
        // How often each sign occurs in each class.
        let mut counts = vec![0.0; self.table.classes().len()];
        for &h in &subgroup.elements {
            counts[self.table.class_of(h)] += f64::from(subgroup.signs[h.index()]);
        }
        for (index, character) in self.table.characters().iter().enumerate() {
            let known = self.best[index]
                .as_ref()
                .map(|&(multiplicity, _)| multiplicity);
            if character.dim() == 1 || known == Some(self.target(index)) {
                continue;
            }
            self.products += counts.len();
            let products = counts.iter().zip(character.values());
            let sum: f64 = products.map(|(count, value)| count * value.re).sum();
            let multiplicity = (sum / order as f64).round() as usize;
            if multiplicity > 0 && known.is_none_or(|known| multiplicity < known) {
                self.best[index] = Some((multiplicity, subgroup.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finite_representation::FiniteRepresentation;
    use crate::group::Group;
    use crate::laws;
    use crate::matrix::Matrix;

    /// From the trivial subgroup, where every irrep occurs as often as its dimension allows,
    /// only splitting gives irreps.
    #[test]
    fn several_copies_are_split() {
        let mut split = 0;
        for name in ["S4", "Q8", "A5", "Q8 x C3", "Q8 x D3", "C3 x D5"] {
            let group = Group::parse(name).unwrap();
            let table = CharacterTable::new(&group);
            let trivial = SignedSubgroup::generate(&group, &[]).unwrap();
            let mut inducer = Inducer::new(&table);
            inducer.searched = true;
            for (best, character) in inducer.best.iter_mut().zip(table.characters()) {
                *best = Some((character.dim(), trivial.clone()));
            }
            for character in RealCharacter::all(&table) {
                split += usize::from(character.dim > character.kind.dim());
                let (dim, values) = (character.dim, inducer.matrices(&character));
                let each = values.chunks(dim * dim);
                let matrices: Vec<Matrix> = each
                    .map(|values| Matrix::from_values(dim, dim, values.to_vec()))
                    .collect();
                assert!(laws::orthogonality(&group, &matrices).is_ok());
                let rho = FiniteRepresentation::from_matrices(&group, "split", &matrices).unwrap();
                for g in group.elements() {
                    let defect = rho.character(g) - character.trace(&table, g);
                    assert!(
                        defect.abs() < crate::tolerance::REPRESENTATION_DEFECT,
                        "{name}"
                    );
                }
            }
        }
        assert!(split > 0);
    }
}
