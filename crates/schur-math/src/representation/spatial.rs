//! Representations of groups of space.

use super::{NamedGroup, Representation};
use crate::compact::CompactHomomorphism;
use crate::continuous::Parity;
use crate::error::MathError;
use crate::group::Inclusion;
use crate::matrix::Matrix;
use crate::point_group::{SpatialGroup, SpatialIrrep, space::check_subgroup};

/// A representation of a group of space: how the fibre of a feature field in space transforms.
///
/// ```
/// use schur_math::{SpatialGroup, SpatialRepresentation};
///
/// // Stresses: symmetric tensors.
/// let vectors = SpatialRepresentation::defining(&SpatialGroup::so3())?;
/// assert_eq!(vectors.symmetric_power(2)?.to_string(), "0 + 2");
/// # Ok::<(), schur_math::MathError>(())
/// ```
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
    /// If the matrices are so inaccurate that they are no sum of irreps, which is known of no group.
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

    /// The representation on the harmonics of all degrees from `first` to `last`, one after the
    /// other, of the rotations or of O(3): how the coefficients of functions on the sphere
    /// transform. Those of `pseudo` functions, which change their sign under inversions and
    /// mirrors, have the other parities. Its name is `harmonics(first, last)` or
    /// `pseudoharmonics(first, last)`.
    ///
    /// ```
    /// use schur_math::{SpatialGroup, SpatialRepresentation};
    ///
    /// let o3 = SpatialGroup::o3();
    /// let functions = SpatialRepresentation::degrees(&o3, [0, 2], false)?;
    /// assert_eq!((functions.to_string().as_str(), functions.dim()), ("0+ + 1- + 2+", 9));
    /// let vorticity = SpatialRepresentation::degrees(&o3, [0, 2], true)?;
    /// assert_eq!(vorticity.to_string(), "0- + 1+ + 2-");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no degree, it is too large, or the group is neither SO(3) nor O(3).
    pub fn degrees(
        group: &SpatialGroup,
        [first, last]: [usize; 2],
        pseudo: bool,
    ) -> Result<Self, MathError> {
        let word = if pseudo {
            "pseudoharmonics"
        } else {
            "harmonics"
        };
        let name = format!("{word}({first}, {last})");
        let irrep = |degree: usize| match *group == SpatialGroup::so3() {
            true => SpatialIrrep::so3(degree),
            _ if pseudo => SpatialIrrep::o3(degree, Parity::of_degree(degree + 1)),
            _ => SpatialIrrep::o3(degree, Parity::of_degree(degree)),
        };
        let isotropic = *group == SpatialGroup::o3() || *group == SpatialGroup::so3();
        if !isotropic || first > last {
            return Err(MathError::UnknownRepresentation {
                group: group.to_string(),
                name,
            });
        }
        let parts: Result<Vec<SpatialIrrep>, _> = (first..=last).map(irrep).collect();
        Ok(Self::new(group, parts?, None)?.with_name(name))
    }
}

impl NamedGroup for SpatialGroup {
    fn oriented_as(&self, group: &Self) -> Self {
        self.turned_by(&group.orientation())
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
            ("harmonics" | "pseudoharmonics", [first, last]) => {
                let degrees = [first.parse().ok()?, last.parse().ok()?];
                let pseudo = word == "pseudoharmonics";
                Some(SpatialRepresentation::degrees(self, degrees, pseudo))
            }
            _ => None,
        }
    }
}
