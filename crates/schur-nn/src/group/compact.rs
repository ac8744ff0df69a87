//! Compact groups.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_math::{
    CompactRepresentation, ElementOf, Matrix, SymmetryGroup, SymmetryIrrep,
    compact_intertwiner_basis,
};

use super::{AnyGroup, GroupElement, GroupKind, same};
use crate::NnError;
use crate::representation::{
    AnyRepresentation, Irreps, Part, Rep, check_maps, foreign_element, of_kind,
};

/// Elements from the Haar measure that are looked at.
const RANDOM: usize = 4;

#[derive(PartialEq)]
struct Compact<G>(G);

fn named<E: std::fmt::Debug + Send + Sync + 'static>(elements: Vec<E>) -> Vec<GroupElement> {
    let named = |g: E| {
        let name = format!("{g:?}");
        GroupElement::new(g, name)
    };
    elements.into_iter().map(named).collect()
}

impl<G: SymmetryGroup> GroupKind for Compact<G>
where
    G::Irrep: Send + Sync + 'static,
{
    fn equals(&self, other: &dyn GroupKind) -> bool {
        same(self, other)
    }

    fn test_elements(&self) -> Vec<GroupElement> {
        let mut elements = self.0.probes();
        let mut generator = ChaCha8Rng::seed_from_u64(0);
        elements.extend((0..RANDOM).map(|_| self.0.random(&mut generator)));
        named(elements)
    }

    fn generators(&self) -> Vec<GroupElement> {
        named(self.0.generators())
    }

    fn contains(&self, g: &GroupElement) -> bool {
        g.get().is_some_and(|g| self.0.check_element(g).is_ok())
    }

    fn trivial(&self) -> Result<AnyRepresentation, NnError> {
        Ok(CompactRepresentation::<G::Irrep>::trivial(&self.0)?.into())
    }
}

impl<I: SymmetryIrrep + Send + Sync + 'static> From<CompactRepresentation<I>>
    for AnyRepresentation
{
    fn from(rho: CompactRepresentation<I>) -> Self {
        Self::new(rho)
    }
}

impl<I: SymmetryIrrep + Send + Sync + 'static> Rep for CompactRepresentation<I> {
    fn group(&self) -> AnyGroup {
        AnyGroup::of(self.group().to_string(), Compact(self.group().clone()))
    }

    fn name(&self) -> String {
        self.to_string()
    }

    fn dim(&self) -> usize {
        self.dim()
    }

    fn matrix(&self, g: &GroupElement) -> Result<Matrix, NnError> {
        let element = g.get::<ElementOf<I>>();
        let element = element.ok_or_else(|| foreign_element(g, &Rep::group(self)))?;
        Ok(Matrix::new(self.dim(), self.dim(), self.matrix(element)?)?)
    }

    fn equals(&self, other: &dyn Rep) -> bool {
        crate::representation::same(self, other)
    }

    fn maps_to(&self, output: &dyn Rep) -> Result<Vec<Matrix>, NnError> {
        let output: &Self = of_kind(self, output)?;
        let basis = compact_intertwiner_basis(self, output)?;
        check_maps(basis.dim(), self, output)?;
        let map = |index| Ok(Matrix::new(output.dim(), self.dim(), basis.matrix(index))?);
        (0..basis.dim()).map(map).collect()
    }

    fn irreps(&self) -> Result<Irreps, NnError> {
        let part = |irrep: &I| -> Result<Part, NnError> {
            let endomorphism = |values| Ok(Matrix::new(irrep.dim(), irrep.dim(), values)?);
            let all = irrep.endomorphisms().into_iter();
            Ok(Part {
                irrep: Self::irreducible(irrep).into(),
                endomorphisms: all.map(endomorphism).collect::<Result<_, NnError>>()?,
            })
        };
        Ok(Irreps {
            parts: self.irreps().iter().map(part).collect::<Result<_, _>>()?,
            basis: Matrix::new(self.dim(), self.dim(), self.change_of_basis())?,
        })
    }

    fn tensor_product(&self, other: &dyn Rep) -> Result<AnyRepresentation, NnError> {
        let other: &Self = of_kind(self, other)?;
        Ok(self.tensor_product(other)?.into())
    }

    fn this(&self) -> &dyn Rep {
        self
    }
}
