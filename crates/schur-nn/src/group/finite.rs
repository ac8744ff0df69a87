//! Finite groups.

use schur_math::{
    Decomposition, Element, Group, Matrix, Representation, SymmetryGroup, SymmetryIrrep,
    intertwiner_basis,
};

use super::{AnyGroup, GroupElement, GroupKind, same};
use crate::NnError;
use crate::representation::{
    AnyRepresentation, Irreps, Kind, Part, Rep, check_maps, foreign_element, of_kind,
};

/// Largest order of a group whose elements are all looked at.
const MAX_ALL: usize = 64;

#[derive(PartialEq)]
struct Finite(Group);

impl Finite {
    fn named(&self, elements: impl IntoIterator<Item = Element>) -> Vec<GroupElement> {
        let named = |g: Element| GroupElement::new(g, self.0.element_name(g));
        elements.into_iter().map(named).collect()
    }
}

impl GroupKind for Finite {
    fn equals(&self, other: &dyn GroupKind) -> bool {
        same(self, other)
    }

    fn test_elements(&self) -> Vec<GroupElement> {
        match self.0.order() <= MAX_ALL {
            true => self.named(self.0.elements()),
            false => self.named(self.0.probes()),
        }
    }

    fn generators(&self) -> Vec<GroupElement> {
        self.named(self.0.generators().to_vec())
    }

    fn contains(&self, g: &GroupElement) -> bool {
        g.get::<Element>()
            .is_some_and(|g| g.index() < self.0.order())
    }

    fn trivial(&self) -> Result<AnyRepresentation, NnError> {
        Ok(Representation::trivial(&self.0).into())
    }
}

impl From<Representation> for AnyRepresentation {
    fn from(rho: Representation) -> Self {
        Self::new(rho)
    }
}

impl Rep for Representation {
    fn group(&self) -> AnyGroup {
        AnyGroup::of(self.group().to_string(), Finite(self.group().clone()))
    }

    fn name(&self) -> String {
        self.name().to_string()
    }

    fn dim(&self) -> usize {
        self.dim()
    }

    fn matrix(&self, g: &GroupElement) -> Result<Matrix, NnError> {
        let group = Rep::group(self);
        match g.get::<Element>() {
            Some(&element) if group.contains(g) => {
                Ok(Matrix::new(self.dim(), self.dim(), self.matrix(element))?)
            }
            _ => Err(foreign_element(g, &group)),
        }
    }

    fn equals(&self, other: &dyn Rep) -> bool {
        crate::representation::same(self, other)
    }

    fn kind(&self) -> Result<Kind, NnError> {
        Ok(Kind {
            trivial: self.is_trivial(),
            permutation: self.is_permutation(),
            monomial: self.is_monomial(),
            orthogonal: true,
        })
    }

    fn maps_to(&self, output: &dyn Rep) -> Result<Vec<Matrix>, NnError> {
        let output: &Self = of_kind(self, output)?;
        let basis = intertwiner_basis(self, output)?;
        check_maps(basis.dim(), self, output)?;
        let map = |index| Ok(Matrix::new(output.dim(), self.dim(), basis.matrix(index))?);
        (0..basis.dim()).map(map).collect()
    }

    fn irreps(&self) -> Result<Irreps, NnError> {
        let decomposition = Decomposition::new(self)?;
        let parts = decomposition.copies().map(|copy| {
            let irrep = copy.irrep();
            let dim = irrep.representation().dim();
            let endomorphism = |values| Ok(Matrix::new(dim, dim, values)?);
            let all = SymmetryIrrep::endomorphisms(irrep).into_iter();
            Ok(Part {
                irrep: irrep.representation().clone().into(),
                endomorphisms: all.map(endomorphism).collect::<Result<_, NnError>>()?,
            })
        });
        Ok(Irreps {
            parts: parts.collect::<Result<_, NnError>>()?,
            basis: Matrix::new(self.dim(), self.dim(), decomposition.change_of_basis())?,
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
