//! Representations of groups of space.

use super::{NamedGroup, Representation};
use crate::compact::CompactHomomorphism;
use crate::continuous::Parity;
use crate::error::MathError;
use crate::group::Inclusion;
use crate::matrix::Matrix;
use crate::point_group::{SpatialGroup, SpatialIrrep, space::check_subgroup};

/// A representation of a group of space: how the fibre of a feature field in space transforms.
pub type SpatialRepresentation = Representation<SpatialIrrep>;

impl SpatialRepresentation {
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

impl NamedGroup for SpatialGroup {
    fn oriented_as(&self, group: &Self) -> Result<Self, MathError> {
        Ok(self.turned_by(&group.orientation()))
    }

    fn check_subgroup(&self, subgroup: &Self) -> Result<(), MathError> {
        check_subgroup(self, subgroup)
    }

    fn inclusion(&self, group: &Self) -> Result<Inclusion, MathError> {
        self.inclusion_in(group)
    }

    fn vectors(&self) -> Result<SpatialRepresentation, MathError> {
        SpatialRepresentation::defining(self)
    }

    fn restriction(
        rho: &SpatialRepresentation,
        subgroup: &Self,
    ) -> Result<SpatialRepresentation, MathError> {
        rho.restricted_along(&CompactHomomorphism::of_space(subgroup, rho.group())?)
    }

    fn word(
        &self,
        word: &str,
        arguments: &[&str],
    ) -> Option<Result<SpatialRepresentation, MathError>> {
        match (word, arguments) {
            ("harmonics", [degree]) => {
                let degree = degree.parse().ok()?;
                Some(SpatialRepresentation::harmonics(self, degree))
            }
            _ => None,
        }
    }
}
