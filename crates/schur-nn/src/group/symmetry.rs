//! Groups that are known by their irreps: planar, finite, compact ones and their products.

use std::any::Any;
use std::convert::Infallible;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_math::{
    ElementOf, FiniteRepresentation, IntertwinerBasis, Irrep, MathError, Matrix, PlanarGroup,
    PlanarRepresentation, PlaneIsometry, PointGroup, Representation, RepresentationText,
    RepresentationWords, SpaceIsometry, SpatialGroup, SpatialRepresentation, SymmetryGroup,
    SymmetryIrrep,
};

use super::{AnyGroup, GroupElement, GroupKind, TRIVIAL};
use crate::NnError;
use crate::group::representation::{
    AnyRepresentation, Irreps, MatrixKind, Part, Rep, check_maps, foreign_element, of_kind, same,
};

/// Largest order of a group whose elements are all looked at.
const MAX_ALL: usize = 64;

/// Elements from the Haar measure that are looked at.
const RANDOM: usize = 4;

#[derive(PartialEq)]
struct Symmetry<G>(G);

pub(super) fn any<G: SymmetryGroup>(group: &G) -> AnyGroup
where
    G::Irrep: Send + Sync + 'static,
{
    let spatial = (group as &dyn Any).downcast_ref();
    let name = spatial.map(|group| super::grid::spatial_name(group).into_owned());
    let name = name.unwrap_or_else(|| group.to_string());
    AnyGroup::of(name, Symmetry(group.clone()))
}

/// The group as what it is, if it is of this type.
pub(super) fn of_type<G: SymmetryGroup>(kind: &dyn GroupKind) -> Option<&G> {
    let group = (kind as &dyn Any).downcast_ref::<Symmetry<G>>();
    group.map(|group| &group.0)
}

impl<G: SymmetryGroup> Symmetry<G> {
    /// As in the finite group, such as `r^2 s`, or as isometries print themselves.
    fn named(&self, g: G::Element) -> GroupElement {
        let finite = self.0.finite();
        let finite = finite.and_then(|group| Some(group.element_name(self.0.finite_index(&g)?)));
        let any = &g as &dyn Any;
        let name = match (finite, any.downcast_ref(), any.downcast_ref()) {
            (Some(name), ..) => name.to_string(),
            (None, Some(plane), _) => PlaneIsometry::to_string(plane),
            (None, None, Some(space)) => SpaceIsometry::to_string(space),
            (None, None, None) => format!("{g:?}"),
        };
        GroupElement::new(g, name)
    }

    fn all_named(&self, elements: Vec<G::Element>) -> Vec<GroupElement> {
        elements.into_iter().map(|g| self.named(g)).collect()
    }
}

impl<G: SymmetryGroup> GroupKind for Symmetry<G>
where
    G::Irrep: Send + Sync + 'static,
{
    fn equals(&self, other: &dyn GroupKind) -> bool {
        super::same(self, other)
    }

    fn order(&self) -> Option<usize> {
        self.0.finite().map(|group| group.order())
    }

    fn test_elements(&self) -> Vec<GroupElement> {
        if let Some(group) = of_type::<PlanarGroup>(self) {
            let elements = group.test_elements().into_iter();
            return elements.map(|g| GroupElement::of_plane(group, g)).collect();
        }
        if let Some(group) = self.0.finite().filter(|group| group.order() <= MAX_ALL) {
            let elements = group.elements().filter_map(|g| self.0.finite_element(g));
            return self.all_named(elements.collect());
        }
        let mut generator = ChaCha8Rng::seed_from_u64(0);
        if let Some(group) = of_type::<SpatialGroup>(self) {
            // Volumes are moved exactly by the first of them.
            let lattice = group.lattice_subgroup().elements().unwrap_or_default();
            let mut others = group.probes();
            others.extend((0..RANDOM).map(|_| group.random(&mut generator)));
            others.retain(|g| g.lattice_matrix().is_none());
            return lattice
                .iter()
                .chain(&others)
                .map(GroupElement::from)
                .collect();
        }
        let mut elements = self.0.probes();
        elements.extend((0..RANDOM).map(|_| self.0.random(&mut generator)));
        self.all_named(elements)
    }

    fn generators(&self) -> Vec<GroupElement> {
        self.all_named(self.0.generators())
    }

    fn contains(&self, g: &GroupElement) -> bool {
        g.get().is_some_and(|g| self.0.contains(g))
    }

    fn trivial(&self) -> Result<AnyRepresentation, NnError> {
        Ok(Representation::<G::Irrep>::trivial(&self.0).into())
    }

    fn representation(&self, name: &str) -> Result<AnyRepresentation, NnError> {
        if let Some(group) = of_type::<PlanarGroup>(self) {
            return Ok(PlanarRepresentation::parse(group, name)?.into());
        }
        if let Some(group) = of_type::<SpatialGroup>(self) {
            return Ok(SpatialRepresentation::parse(group, name)?.into());
        }
        Ok(name.parse::<RepresentationText>()?.of(self)?.into())
    }
}

/// Of groups that act on no grid.
impl<G: SymmetryGroup> RepresentationWords for Symmetry<G> {
    type Representation = Representation<G::Irrep>;
    type Error = MathError;

    fn name(&self, name: &str) -> Result<Self::Representation, MathError> {
        match (name, self.0.finite()) {
            (TRIVIAL, _) => Ok(Representation::trivial(&self.0)),
            ("regular", Some(group)) => {
                Representation::from_finite(&self.0, FiniteRepresentation::regular(group))
            }
            _ => Ok(Representation::irreducible(&self.0.irrep(name)?)),
        }
    }

    fn of(&self, word: &str, arguments: &[&str]) -> Result<Self::Representation, MathError> {
        match (word, arguments) {
            ("irrep", [name]) => Ok(Representation::irreducible(&self.0.irrep(name)?)),
            _ => Err(MathError::RepresentationText {
                text: format!("{word}({})", arguments.join(", ")),
                problem: format!(
                    "{} has `trivial`, its irreps, and `regular` if it is finite",
                    self.0
                ),
            }),
        }
    }

    fn sum(
        &self,
        left: &Self::Representation,
        right: &Self::Representation,
    ) -> Result<Self::Representation, MathError> {
        left.direct_sum(right)
    }
}

impl<I: SymmetryIrrep + Send + Sync + 'static> From<Representation<I>> for AnyRepresentation {
    fn from(rho: Representation<I>) -> Self {
        Self::new(rho)
    }
}

/// Decomposed.
impl TryFrom<FiniteRepresentation> for AnyRepresentation {
    type Error = NnError;

    fn try_from(rho: FiniteRepresentation) -> Result<Self, NnError> {
        let group = rho.group().clone();
        Ok(Representation::<Irrep>::from_finite(&group, rho)?.into())
    }
}

impl From<Infallible> for NnError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl<I: SymmetryIrrep + Send + Sync + 'static> Rep for Representation<I> {
    fn group(&self) -> AnyGroup {
        any(self.group())
    }

    fn name(&self) -> String {
        self.name().to_string()
    }

    fn dim(&self) -> usize {
        self.dim()
    }

    fn matrix(&self, g: &GroupElement) -> Result<Matrix, NnError> {
        let element = g.get::<ElementOf<I>>();
        let element = element.ok_or_else(|| foreign_element(g, &Rep::group(self)))?;
        Ok(self.matrix(element)?)
    }

    fn equals(&self, other: &dyn Rep) -> bool {
        same(self, other)
    }

    fn kind(&self) -> Result<MatrixKind, NnError> {
        Ok(MatrixKind {
            trivial: self.is_trivial(),
            permutation: self.is_permutation(),
            monomial: self.is_monomial(),
            orthogonal: true,
        })
    }

    fn maps_to(&self, output: &dyn Rep) -> Result<Vec<Matrix>, NnError> {
        let output: &Self = of_kind(self, output)?;
        let basis = IntertwinerBasis::new(output, self)?;
        check_maps(basis.dim(), self, output)?;
        Ok((0..basis.dim()).map(|index| basis.matrix(index)).collect())
    }

    fn invariant_basis(&self) -> Result<Vec<Vec<f64>>, NnError> {
        Ok(self.invariant_basis())
    }

    fn irreps(&self) -> Result<Irreps, NnError> {
        let part = |irrep: &I| Part {
            irrep: Self::irreducible(irrep).into(),
            endomorphisms: irrep.endomorphisms(),
        };
        Ok(Irreps {
            parts: self.parts().iter().map(part).collect(),
            basis: self.change_of_basis().clone(),
        })
    }

    fn tensor_product(&self, other: &dyn Rep) -> Result<AnyRepresentation, NnError> {
        let other: &Self = of_kind(self, other)?;
        Ok(self.tensor_product(other)?.into())
    }

    fn direct_sum(&self, other: &dyn Rep) -> Result<AnyRepresentation, NnError> {
        let other: &Self = of_kind(self, other)?;
        Ok(self.direct_sum(other)?.into())
    }

    fn mapped(
        &self,
        name: &str,
        dim: usize,
        f: &dyn Fn(Matrix) -> Matrix,
    ) -> Result<AnyRepresentation, NnError> {
        let group = self.group();
        let Some(finite) = self.finite() else {
            let rho = Self::from_function(group, dim, self.band(), |g| Ok(f(self.matrix(g)?)))?;
            return Ok(rho.with_name(name).into());
        };
        let elements = finite.group().elements();
        let matrices: Vec<Matrix> = elements.map(|g| f(finite.matrix(g))).collect();
        let rho = FiniteRepresentation::from_matrices(finite.group(), name, &matrices)?;
        Ok(Self::from_finite(group, rho)?.into())
    }

    fn this(&self) -> &dyn Rep {
        self
    }
}
