//! The inclusions that have names.

use super::factor::{Factor, FactorElement};
use super::group::CompactGroup;
use super::homomorphism::CompactHomomorphism;
use super::spin::SpinRotations;
use crate::continuous::{CompactElement, FiniteSubgroup};
use crate::error::MathError;
use crate::group::Group;
use crate::point_group::SpatialGroup;
use crate::point_group::plane::PlanarGroup;
use crate::point_group::space::check_subgroup;
use crate::rotation::{PlaneIsometry, SpaceIsometry};
use crate::symmetry::{SymmetryGroup, foreign};

/// Why what follows cannot fail: the tests call all of it.
const KNOWN: &str = "it is a homomorphism, with these cosets";

impl CompactHomomorphism<PlanarGroup, PlanarGroup> {
    /// SO(2) in O(2), with the cosets of the identity and of the mirror `s`.
    pub fn so2_in_o2() -> Self {
        let cosets = vec![PlaneIsometry::IDENTITY, PlaneIsometry::MIRROR];
        Self::new(PlanarGroup::so2(), PlanarGroup::o2(), 1, |g| Ok(*g))
            .and_then(|f| f.with_cosets(cosets, |g| (!g.is_reflected()).then_some(*g)))
            .expect(KNOWN)
    }
}

impl CompactHomomorphism<SpinRotations, SpatialGroup> {
    /// SU(2) onto SO(3), which forgets the sign of the quaternion: degree `l` becomes spin
    /// `l`.
    ///
    /// ```
    /// use schur_math::{CompactHomomorphism, Representation, SpatialIrrep};
    ///
    /// // Degree 1 of SO(3) is spin 1 of SU(2).
    /// let vector = Representation::irreducible(&SpatialIrrep::so3(1)?);
    /// let spin = vector.restricted_along(&CompactHomomorphism::covering())?;
    /// assert_eq!((spin.to_string().as_str(), spin.dim()), ("1", 3));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn covering() -> Self {
        let map = |q: &_| Ok(SpaceIsometry::new(*q, false));
        Self::new(SpinRotations, SpatialGroup::so3(), 2, map).expect(KNOWN)
    }
}

impl CompactHomomorphism<SpatialGroup, SpatialGroup> {
    /// SO(3) in O(3), with the cosets of the identity and of the inversion.
    pub fn so3_in_o3() -> Self {
        let cosets = vec![SpaceIsometry::IDENTITY, SpaceIsometry::INVERSION];
        Self::of_space(&SpatialGroup::so3(), &SpatialGroup::o3())
            .and_then(|f| f.with_cosets(cosets, |g| (!g.is_improper()).then_some(*g)))
            .expect(KNOWN)
    }

    /// A group of space inside another.
    ///
    /// ```
    /// use schur_math::{
    ///     CompactHomomorphism, Representation, SpatialGroup, SymmetryGroup,
    /// };
    ///
    /// // Degree 2 in a crystal: the five functions split into two and three.
    /// let (o3, cube) = (SpatialGroup::o3(), SpatialGroup::parse("Oh")?);
    /// let two = Representation::irreducible(&o3.irrep("2+")?);
    /// let inside = CompactHomomorphism::of_space(&cube, &o3)?;
    /// assert_eq!(two.restricted_along(&inside)?.to_string(), "Eg + T2g");
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
        check_subgroup(group, subgroup)?;
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
    ///     CompactGroup, CompactHomomorphism, Representation, SpatialGroup, SymmetryGroup,
    /// };
    ///
    /// // From a product with O(3) to the cone inside it.
    /// let (product, cone) = (CompactGroup::parse("O(3) x S3")?, SpatialGroup::parse("cone")?);
    /// let inside = CompactHomomorphism::of_space(&cone, &SpatialGroup::o3())?
    ///     .then(&CompactHomomorphism::factor(&product, 0, SpatialGroup::o3())?)?;
    /// let rho = Representation::irreducible(&product.irrep("1- x 1")?);
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
    ///     CompactHomomorphism, Parity, Representation, SpatialGroup, SpatialIrrep,
    /// };
    ///
    /// // In the symmetry of methane a polar vector stays irreducible.
    /// let group = SpatialGroup::parse("Td")?;
    /// let methane = group.finite_subgroup().expect("it is finite");
    /// let inclusion = CompactHomomorphism::of_finite(methane, SpatialGroup::o3())?;
    /// let vector = Representation::irreducible(&SpatialIrrep::o3(1, Parity::Odd)?);
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
