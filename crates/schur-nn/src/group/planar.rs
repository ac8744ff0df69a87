//! Groups of the plane.

use std::any::Any;

use schur_math::{
    KernelBand, KernelBasis, Matrix, PlanarGroup, PlanarIrrep, PlanarRepresentation,
    SteerableKernelBasis,
};

use super::{AnyGroup, GroupElement, GroupKind, same};
use crate::NnError;
use crate::representation::{
    AnyRepresentation, Irreps, Kind, Part, Rep, check_maps, foreign_element, of_kind,
};

#[derive(PartialEq)]
struct Planar(PlanarGroup);

pub(super) fn any(group: &PlanarGroup) -> AnyGroup {
    AnyGroup::of(group.name(), Planar(group.clone()))
}

pub(super) fn of(kind: &dyn GroupKind) -> Option<&PlanarGroup> {
    let planar = (kind as &dyn Any).downcast_ref::<Planar>();
    planar.map(|planar| &planar.0)
}

impl GroupKind for Planar {
    fn equals(&self, other: &dyn GroupKind) -> bool {
        same(self, other)
    }

    fn test_elements(&self) -> Vec<GroupElement> {
        let elements = self.0.test_elements().into_iter();
        elements
            .map(|g| GroupElement::of_plane(&self.0, g))
            .collect()
    }

    fn generators(&self) -> Vec<GroupElement> {
        self.test_elements()
    }

    fn contains(&self, g: &GroupElement) -> bool {
        g.plane().is_some_and(|g| self.0.contains(g))
    }

    fn trivial(&self) -> Result<AnyRepresentation, NnError> {
        Ok(PlanarRepresentation::trivial(&self.0).into())
    }
}

impl From<PlanarRepresentation> for AnyRepresentation {
    fn from(rho: PlanarRepresentation) -> Self {
        Self::new(rho)
    }
}

impl From<&PlanarRepresentation> for AnyRepresentation {
    fn from(rho: &PlanarRepresentation) -> Self {
        Self::new(rho.clone())
    }
}

impl Rep for PlanarRepresentation {
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
        let isometry = g.plane();
        let isometry = isometry.ok_or_else(|| foreign_element(g, &Rep::group(self)))?;
        Ok(Matrix::new(self.dim(), self.dim(), self.matrix(isometry)?)?)
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

    /// The kernels at a point.
    fn maps_to(&self, output: &dyn Rep) -> Result<Vec<Matrix>, NnError> {
        let output: &Self = of_kind(self, output)?;
        let basis = SteerableKernelBasis::new(output, self, &KernelBand::point())?;
        check_maps(basis.dim(), self, output)?;
        let numbers = basis.sample([0.0; 2]);
        let size = self.dim() * output.dim();
        let maps = numbers.chunks(size).map(|map| {
            let length = map.iter().map(|v| v * v).sum::<f64>().sqrt();
            let unit = map.iter().map(|v| v / length).collect();
            Ok(Matrix::new(output.dim(), self.dim(), unit)?)
        });
        maps.collect()
    }

    fn invariant_basis(&self) -> Result<Vec<Vec<f64>>, NnError> {
        Ok(self.invariant_basis())
    }

    fn irreps(&self) -> Result<Irreps, NnError> {
        let part = |part: &PlanarIrrep| -> Result<Part, NnError> {
            let mut endomorphisms = vec![Matrix::identity(part.dim())];
            if part.dim() == 2 && part.regular_multiplicity() == 1 {
                // The quarter turn (x, y) -> (-y, x).
                endomorphisms.push(Matrix::new(2, 2, vec![0.0, -1.0, 1.0, 0.0])?);
            }
            let irrep = PlanarRepresentation::irrep(self.group(), &part.to_string())?;
            Ok(Part {
                irrep: irrep.into(),
                endomorphisms,
            })
        };
        Ok(Irreps {
            parts: self.parts().iter().map(part).collect::<Result<_, _>>()?,
            basis: Matrix::new(self.dim(), self.dim(), self.change_of_basis().to_vec())?,
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
