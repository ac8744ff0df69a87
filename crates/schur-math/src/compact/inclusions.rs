//! The inclusions that have names.

use super::factor::{Factor, FactorElement};
use super::group::CompactGroup;
use super::homomorphism::CompactHomomorphism;
use super::space::SpaceRotations;
use super::spin::SpinRotations;
use crate::continuous::{CompactElement, FiniteSubgroup};
use crate::error::MathError;
use crate::group::Group;
use crate::point_group::SpatialGroup;
use crate::point_group::plane::PlanarGroup;
use crate::rotation::{PlaneIsometry, SpaceIsometry, cone, dihedral};
use crate::symmetry::{SymmetryGroup, foreign};

impl CompactHomomorphism<PlanarGroup, PlanarGroup> {
    /// SO(2) in O(2), with the cosets of the identity and of the mirror `s`.
    ///
    /// # Errors
    ///
    /// None.
    pub fn so2_in_o2() -> Result<Self, MathError> {
        Self::new(PlanarGroup::so2(), PlanarGroup::o2(), 1, |g| Ok(*g))?
            .with_cosets(vec![PlaneIsometry::IDENTITY, PlaneIsometry::MIRROR], |g| {
                (!g.is_reflected()).then_some(*g)
            })
    }
}

impl CompactHomomorphism<SpaceRotations, SpaceRotations> {
    /// SO(3) in O(3), with the cosets of the identity and of the inversion.
    ///
    /// # Errors
    ///
    /// None.
    pub fn so3_in_o3() -> Result<Self, MathError> {
        Self::new(SpaceRotations::SO3, SpaceRotations::O3, 1, |g| Ok(*g))?.with_cosets(
            vec![SpaceIsometry::IDENTITY, SpaceIsometry::INVERSION],
            |g| (!g.is_improper()).then_some(*g),
        )
    }
}

impl CompactHomomorphism<PlanarGroup, SpaceRotations> {
    /// SO(2) in SO(3), as the turns about z.
    ///
    /// # Errors
    ///
    /// None.
    pub fn axial() -> Result<Self, MathError> {
        let (source, target) = (PlanarGroup::so2(), SpaceRotations::SO3);
        Self::new(source, target, 1, |g| Ok(dihedral(g)))
    }

    /// O(2) in SO(3), as D∞: `s` is the half turn about y.
    ///
    /// # Errors
    ///
    /// None.
    pub fn dihedral() -> Result<Self, MathError> {
        let (source, target) = (PlanarGroup::o2(), SpaceRotations::SO3);
        Self::new(source, target, 1, |g| Ok(dihedral(g)))
    }

    /// O(2) in O(3), as C∞v: `s` is the mirror `(x, y, z) -> (-x, y, z)`.
    ///
    /// # Errors
    ///
    /// None.
    pub fn cone() -> Result<Self, MathError> {
        let (source, target) = (PlanarGroup::o2(), SpaceRotations::O3);
        Self::new(source, target, 1, |g| Ok(cone(g)))
    }
}

impl CompactHomomorphism<SpinRotations, SpaceRotations> {
    /// SU(2) onto SO(3), which forgets the sign of the quaternion: degree `l` becomes spin
    /// `l`.
    ///
    /// ```
    /// use schur_math::{CompactHomomorphism, Representation, SpaceIrrep};
    ///
    /// // Degree 1 of SO(3) is spin 1 of SU(2).
    /// let vector = Representation::irreducible(&SpaceIrrep::so3(1)?);
    /// let spin = vector.restricted_along(&CompactHomomorphism::covering()?)?;
    /// assert_eq!((spin.to_string().as_str(), spin.dim()), ("1", 3));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None.
    pub fn covering() -> Result<Self, MathError> {
        Self::new(SpinRotations, SpaceRotations::SO3, 2, |q| {
            Ok(SpaceIsometry::new(*q, false))
        })
    }
}

impl CompactHomomorphism<CompactGroup, PlanarGroup> {
    /// A group that acts on the plane, to SO(2) or O(2).
    ///
    /// # Errors
    ///
    /// If the group does not act on the plane, or by mirrors and the target is SO(2).
    pub fn on_plane(group: &CompactGroup, target: PlanarGroup) -> Result<Self, MathError> {
        let source = group.clone();
        let map = move |g: &_| source.plane_rotation(g);
        Self::new(group.clone(), target, 1, map)
    }
}

impl CompactHomomorphism<CompactGroup, SpaceRotations> {
    /// A group that acts on space, to SO(3) or O(3): cylinder, cone, SU(2), ….
    ///
    /// # Errors
    ///
    /// If the group does not act on space, or by improper rotations and the target is SO(3).
    pub fn on_space(group: &CompactGroup, target: SpaceRotations) -> Result<Self, MathError> {
        let source = group.clone();
        // Degree l has band 2 l among the spins of SU(2).
        let is_spin = matches!(group.factors(), [Factor::Spin(_)]);
        let map = move |g: &_| source.space_rotation(g);
        Self::new(group.clone(), target, if is_spin { 2 } else { 1 }, map)
    }
}

impl CompactHomomorphism<SpatialGroup, SpaceRotations> {
    /// A group of space inside O(3).
    ///
    /// ```
    /// use schur_math::{
    ///     CompactHomomorphism, Representation, SpaceRotations, SpatialGroup, SymmetryGroup,
    /// };
    ///
    /// // Degree 2 in a crystal: the five functions split into two and three.
    /// let two = Representation::irreducible(&SpaceRotations::O3.irrep("2+")?);
    /// let cube = CompactHomomorphism::in_o3(&SpatialGroup::parse("Oh")?)?;
    /// assert_eq!(two.restricted_along(&cube)?.to_string(), "Eg + T2g");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None that is known: every group of space is inside O(3).
    pub fn in_o3(group: &SpatialGroup) -> Result<Self, MathError> {
        Self::new(group.clone(), SpaceRotations::O3, 1, |g| Ok(*g))
    }
}

impl CompactHomomorphism<SpatialGroup, SpatialGroup> {
    /// A group of space inside another.
    ///
    /// ```
    /// use schur_math::{
    ///     CompactHomomorphism, Representation, SpatialGroup, SymmetryGroup,
    /// };
    ///
    /// // A vector about the threefold axis of a cube.
    /// let (cube, axis) = (SpatialGroup::parse("O")?, SpatialGroup::parse("C3@45,54.735610317,0")?);
    /// let vector = Representation::irreducible(&cube.irrep("T1")?);
    /// let inside = CompactHomomorphism::of_space(&axis, &cube)?;
    /// assert_eq!(vector.restricted_along(&inside)?.to_string(), "A + E1");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the first is not inside the second.
    pub fn of_space(subgroup: &SpatialGroup, group: &SpatialGroup) -> Result<Self, MathError> {
        if !group.contains_group(subgroup) {
            return Err(MathError::NotSpatialSubgroup {
                subgroup: subgroup.name().to_string(),
                group: group.name().to_string(),
            });
        }
        Self::new(subgroup.clone(), group.clone(), 1, |g| Ok(*g))
    }
}

impl<H: SymmetryGroup> CompactHomomorphism<H, CompactGroup> {
    /// A factor inside a product: the identity in all other places. With it, representations
    /// of a [`CompactGroup`] restrict to a group of known type, and from there along the
    /// [other](CompactHomomorphism::then) homomorphisms.
    ///
    /// ```
    /// use schur_math::{
    ///     CompactGroup, CompactHomomorphism, Representation, SpaceRotations, SymmetryGroup,
    /// };
    ///
    /// // From O(3) to the cone inside it, all chosen by name.
    /// let (o3, cone) = (CompactGroup::parse("O(3)")?, CompactGroup::parse("cone")?);
    /// let inside = CompactHomomorphism::on_space(&cone, SpaceRotations::O3)?
    ///     .then(&CompactHomomorphism::factor(&o3, 0, SpaceRotations::O3)?)?;
    /// let rho = Representation::irreducible(&o3.irrep("1-")?);
    /// assert_eq!(rho.restricted_along(&inside)?.to_string(), "A1 + E1");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the factor is another group, or there is none at that place.
    pub fn factor(group: &CompactGroup, place: usize, source: H) -> Result<Self, MathError>
    where
        H: Into<Factor>,
        H::Element: Into<FactorElement>,
    {
        if group.factors().get(place) != Some(&source.clone().into()) {
            let what = format!("the factor {place} of {group}");
            let found = group.factors().get(place).map(ToString::to_string);
            return Err(foreign(what, &found.unwrap_or_default(), &source));
        }
        let target = group.clone();
        let map = move |g: &H::Element| target.element_at(place, g.clone().into());
        Self::new(source, group.clone(), 1, map)
    }
}

impl<G: SymmetryGroup> CompactHomomorphism<Group, G> {
    /// A finite subgroup, in whatever orientation it stands.
    ///
    /// ```
    /// use schur_math::{
    ///     CompactHomomorphism, Representation, SpaceIrrep, SpaceRotations, SpatialGroup,
    /// };
    ///
    /// // In the symmetry of methane a polar vector stays irreducible.
    /// let group = SpatialGroup::parse("Td")?;
    /// let methane = group.finite_subgroup().expect("it is finite");
    /// let inclusion = CompactHomomorphism::of_finite(methane, SpaceRotations::O3)?;
    /// let vector = Representation::irreducible(&SpaceIrrep::o3(1, schur_math::Parity::Odd)?);
    /// assert_eq!(vector.restricted_along(&inclusion)?.to_string(), "T2");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If an element of the subgroup is none of the target, such as a mirror in SO(3).
    pub fn of_finite(subgroup: &FiniteSubgroup<G::Element>, target: G) -> Result<Self, MathError>
    where
        G::Element: CompactElement,
    {
        let images = subgroup.clone();
        let map = move |g: &crate::group::Element| Ok(images.image(*g).clone());
        Self::new(subgroup.group().clone(), target, 1, map)
    }
}
