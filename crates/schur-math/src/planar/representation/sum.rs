//! Sums, products and changes of basis.

use std::sync::Arc;

use super::{Data, PlanarRepresentation};
use crate::error::MathError;
use crate::group::Group;
use crate::laws::{self, multiply};
use crate::planar::{PlanarGroup, PlanarIrrep};
use crate::representation::Representation;

impl PlanarRepresentation {
    pub(super) fn from_parts(
        group: &PlanarGroup,
        name: impl Into<String>,
        finite: Option<Representation>,
        parts: Vec<PlanarIrrep>,
        basis: Vec<f64>,
    ) -> Self {
        Self(Arc::new(Data {
            group: group.clone(),
            name: name.into(),
            finite,
            parts,
            basis,
        }))
    }

    /// The direct sum `ρ ⊕ σ`.
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the sum would be too large.
    pub fn direct_sum(&self, other: &Self) -> Result<Self, MathError> {
        other.check_group(self.group())?;
        let finite = match (self.finite(), other.finite()) {
            (Some(a), Some(b)) => Some(a.direct_sum(b)?),
            _ => None,
        };
        let (a, b) = (self.dim(), other.dim());
        let mut basis = vec![0.0; (a + b) * (a + b)];
        for (k, &value) in self.change_of_basis().iter().enumerate() {
            basis[(k / a) * (a + b) + k % a] = value;
        }
        for (k, &value) in other.change_of_basis().iter().enumerate() {
            basis[(a + k / b) * (a + b) + a + k % b] = value;
        }
        let parts = [self.parts(), other.parts()].concat();
        let name = format!("{} + {}", self.name(), other.name());
        Ok(Self::from_parts(self.group(), name, finite, parts, basis))
    }

    /// The tensor product `ρ ⊗ σ`; component `(i, j)` stands at `i · σ.dim() + j`.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation};
    ///
    /// // Two vectors have a scalar product and an area, both unchanged by rotations.
    /// let vector = PlanarRepresentation::irrep(&PlanarGroup::so2(), "E1")?;
    /// assert_eq!(vector.tensor_product(&vector)?.invariants(), 2);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the product would be too large.
    pub fn tensor_product(&self, other: &Self) -> Result<Self, MathError> {
        other.check_group(self.group())?;
        let band = self.band() + other.band();
        let name = format!("{} x {}", self.name(), other.name());
        self.through_finite(band, name, |group| {
            let (a, b) = (self.restricted_to(group)?, other.restricted_to(group)?);
            match (a.finite(), b.finite()) {
                (Some(a), Some(b)) => a.tensor_product(b),
                _ => unreachable!("restricted to a finite group"),
            }
        })
    }

    /// The same representation in the orthonormal basis of the columns of `B`:
    /// `g -> Bᵀ ρ(g) B`, with `B` row-major.
    ///
    /// # Errors
    ///
    /// If `B` has the wrong size or is not orthogonal.
    pub fn in_basis(&self, basis: &[f64]) -> Result<Self, MathError> {
        let dim = self.dim();
        check_orthogonal(basis, dim)?;
        let finite = match self.finite() {
            Some(finite) => Some(finite.in_basis(basis)?),
            None => None,
        };
        let transposed: Vec<f64> = (0..dim * dim)
            .map(|k| basis[(k % dim) * dim + k / dim])
            .collect();
        let basis = multiply(&transposed, self.change_of_basis(), dim);
        let parts = self.parts().to_vec();
        let name = format!("{} in another basis", self.name());
        Ok(Self::from_parts(self.group(), name, finite, parts, basis))
    }

    /// The largest frequency of a part.
    pub(crate) fn band(&self) -> usize {
        let frequencies = self.parts().iter().map(PlanarIrrep::frequency);
        frequencies.max().unwrap_or(0)
    }

    /// A representation of this group built from one of a finite group: this group itself, or
    /// of a continuous one the subgroup `C_n` or `D_n` with more than `2 band` rotations. Up to
    /// the band the irreps of the two are the same, matrices and all.
    pub(super) fn through_finite(
        &self,
        band: usize,
        name: impl Into<String>,
        build: impl FnOnce(&PlanarGroup) -> Result<Representation, MathError>,
    ) -> Result<Self, MathError> {
        let group = self.group();
        if group.finite().is_some() {
            return Self::from_finite(group, build(group)?.with_name(name));
        }
        let large = finite_part(group, band)?;
        let found = Self::from_finite(&large, build(&large)?)?;
        lift(group, name, &found)
    }
}

/// The subgroup `C_n` or `D_n` of a continuous group with `n > 2 band`.
pub(super) fn finite_part(group: &PlanarGroup, band: usize) -> Result<PlanarGroup, MathError> {
    let n = 2 * band + 1;
    if !group.has_mirrors() {
        return PlanarGroup::new(&Group::cyclic(n)?);
    }
    PlanarGroup::new(&Group::dihedral(n)?)?.with_mirror_axis(group.mirror_axis())
}

/// The representation of a continuous group with the same irreps and basis as one of its
/// finite part.
pub(super) fn lift(
    group: &PlanarGroup,
    name: impl Into<String>,
    of_part: &PlanarRepresentation,
) -> Result<PlanarRepresentation, MathError> {
    let all = PlanarIrrep::all(group, of_part.band());
    let same = |part: &PlanarIrrep| {
        let found = all
            .iter()
            .find(|irrep| irrep.to_string() == part.to_string());
        found.cloned().ok_or_else(|| MathError::UnknownIrrep {
            group: group.name().to_string(),
            name: part.to_string(),
            known: "those of the continuous group".to_string(),
        })
    };
    let parts: Result<Vec<_>, _> = of_part.parts().iter().map(same).collect();
    let basis = of_part.change_of_basis().to_vec();
    Ok(PlanarRepresentation::from_parts(
        group, name, None, parts?, basis,
    ))
}

pub(super) fn identity(dim: usize) -> Vec<f64> {
    let mut identity = vec![0.0; dim * dim];
    identity.iter_mut().step_by(dim + 1).for_each(|v| *v = 1.0);
    identity
}

fn check_orthogonal(basis: &[f64], dim: usize) -> Result<(), MathError> {
    if basis.len() != dim * dim {
        return Err(MathError::Length {
            what: "the change of basis".to_string(),
            found: basis.len(),
            expected: dim * dim,
            meaning: format!("{dim} x {dim}"),
        });
    }
    // One matrix is a family over the trivial group.
    laws::orthogonality(&Group::cyclic(1)?, dim, &[basis.to_vec()])
        .map_err(MathError::law("the change of basis of a representation"))?;
    Ok(())
}
