//! Representations of groups of space.

use super::Representation;
use crate::compact::CompactHomomorphism;
use crate::continuous::Parity;
use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::group::Group;
use crate::matrix::Matrix;
use crate::point_group::{SpatialGroup, SpatialIrrep};
use crate::symmetry::SymmetryGroup;

/// A representation of a group of space: how the fibre of a feature field in space transforms.
pub type SpatialRepresentation = Representation<SpatialIrrep>;

impl SpatialRepresentation {
    /// The regular representation on functions on a finite group: `ρ(g) e_h = e_{gh}`.
    ///
    /// ```
    /// use schur_math::{SpatialGroup, SpatialRepresentation};
    ///
    /// let regular = SpatialRepresentation::regular(&SpatialGroup::parse("C4v")?)?;
    /// assert_eq!(regular.to_string(), "A1 + A2 + B1 + B2 + 2 E1");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the group is infinite.
    pub fn regular(group: &SpatialGroup) -> Result<Self, MathError> {
        let rho = FiniteRepresentation::regular(finite(group, "the regular representation")?);
        Self::from_finite(group, rho)
    }

    /// The quotient representation on functions on the left cosets of a subgroup.
    ///
    /// ```
    /// use schur_math::{SpatialGroup, SpatialRepresentation};
    ///
    /// // Functions on the six faces of a cube: the rotations about one face fix it.
    /// let (cube, face) = (SpatialGroup::parse("O")?, SpatialGroup::parse("C4")?);
    /// let faces = SpatialRepresentation::quotient(&cube, &face)?;
    /// assert_eq!(faces.to_string(), "A1 + E + T1");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the group is infinite or the other is no subgroup of it.
    pub fn quotient(group: &SpatialGroup, subgroup: &SpatialGroup) -> Result<Self, MathError> {
        let whole = finite(group, "a quotient representation")?;
        let image = subgroup.inclusion_in(group)?.image();
        let rho = FiniteRepresentation::quotient(whole, &image)?;
        let name = format!("quotient({subgroup})");
        Ok(Self::from_finite(group, rho)?.with_name(name))
    }

    /// The defining representation on vectors `(x, y, z)`.
    ///
    /// ```
    /// use schur_math::{SpatialGroup, SpatialRepresentation};
    ///
    /// let vectors = SpatialRepresentation::defining(&SpatialGroup::parse("cone")?)?;
    /// assert_eq!(vectors.to_string(), "A1 + E1");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn defining(group: &SpatialGroup) -> Result<Self, MathError> {
        // The harmonics of degree 1 are y, z and x.
        let basis = Matrix::from([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]);
        let vectors = Self::harmonics(group, 1)?.in_basis(&basis)?;
        Ok(vectors.with_name("defining"))
    }

    /// The representation on the real spherical harmonics of a degree `l`, in their order:
    /// `Y(g x) = ρ(g) Y(x)`, of dimension `2l + 1`, with the irreps that it consists of.
    ///
    /// ```
    /// use schur_math::{SpatialGroup, SpatialRepresentation};
    ///
    /// let cube = SpatialGroup::parse("Oh")?;
    /// let names = |degree| SpatialRepresentation::harmonics(&cube, degree).map(|rho| rho.to_string());
    /// assert_eq!((names(1)?.as_str(), names(2)?.as_str()), ("T1u", "Eg + T2g"));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the degree is too large.
    pub fn harmonics(group: &SpatialGroup, degree: usize) -> Result<Self, MathError> {
        let irrep = SpatialIrrep::o3(degree, Parity::of_degree(degree))?;
        let harmonics = Self::irreducible(&irrep);
        let inside = CompactHomomorphism::of_space(group, &SpatialGroup::o3())?;
        let restricted = harmonics.restricted_along(&inside)?;
        Ok(restricted.with_name(format!("harmonics({degree})")))
    }
}

/// The abstract group, or why there is none.
fn finite<'a>(group: &'a SpatialGroup, what: &str) -> Result<&'a Group, MathError> {
    group.finite().ok_or_else(|| MathError::InfiniteGroup {
        group: group.name().to_string(),
        what: what.to_string(),
    })
}
