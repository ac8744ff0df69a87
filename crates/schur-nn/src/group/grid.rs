//! The groups of networks on grids: of the plane for images, of space for volumes.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schur_math::{
    Group, Inclusion, MathError, PlanarGroup, PlanarRepresentation, PointGroup, Schoenflies,
    SpatialGroup, SpatialRepresentation, Subgroup, SymmetryGroup,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{AnyGroup, AnyRepresentation, GroupElement};
use crate::NnError;

/// Behind the name of a group of space that is also that of a group of the plane.
const IN_SPACE: &str = " in space";

/// A group that acts on the pixels of images or the voxels of volumes: that of a
/// [`NetworkConfig`](crate::NetworkConfig), and of a [`FieldType`](crate::FieldType) from a text.
///
/// As text a group of the plane is its name: `C8`, `D4@22.5`, `SO(2)`, `O(2)`. So is a group of space
/// with a name of its own (the symbols of Schoenflies, orientations behind `@`): `O`, `Oh`, `C4v`,
/// `C4@0,90,0`, `cone`, `SO(3)`, `O(3)`. Where the plane has the same name, that of the group of space
/// ends in `in space`: `C4 in space`, `D4 in space` (whose second generator is a half turn), `SO(2) in
/// space`.
///
/// ```
/// use schur_nn::GridGroup;
///
/// let (images, volumes): (GridGroup, GridGroup) = ("D4".parse()?, "D4 in space".parse()?);
/// assert_eq!((images.dimension(), volumes.dimension()), (2, 3));
/// assert_eq!(images.in_space()?, volumes);
/// assert_eq!(volumes.to_string(), "D4 in space");
/// let cube: GridGroup = "Oh".parse()?;
/// assert_eq!(cube.finite().map(|group| group.order()), Some(48));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum GridGroup {
    /// On images: a closed subgroup of O(2).
    Plane(PlanarGroup),
    /// On volumes: a closed subgroup of O(3).
    Space(SpatialGroup),
}

impl GridGroup {
    /// A group from its text.
    ///
    /// # Errors
    ///
    /// If there is no such group; the message names both kinds.
    pub fn parse(text: &str) -> Result<Self, NnError> {
        let name = text.trim();
        if name.ends_with(IN_SPACE) {
            return Ok(SpatialGroup::parse(name)?.into());
        }
        let planar = match PlanarGroup::parse(name) {
            Ok(group) => return Ok(group.into()),
            Err(error) => error,
        };
        match (SpatialGroup::parse(name), planar) {
            // What is almost a name of the plane, such as `C4@45`, is none of space.
            (Ok(group), planar) if is_planar_name(&group) => Err(planar.into()),
            (Ok(group), _) => Ok(group.into()),
            (Err(MathError::UnknownPointGroup { .. }), MathError::UnknownPlanarGroup { .. }) => {
                Err(NnError::UnknownGroup {
                    name: name.to_string(),
                    others: "",
                })
            }
            (Err(MathError::UnknownPointGroup { .. }), planar) => Err(planar.into()),
            (Err(spatial), _) => Err(spatial.into()),
        }
    }

    /// The text of the group, which [`parse`](Self::parse) understands.
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Plane(group) => group.name().into(),
            Self::Space(group) => spatial_name(group),
        }
    }

    /// The group of the plane, if it is one.
    pub fn plane(&self) -> Option<&PlanarGroup> {
        match self {
            Self::Plane(group) => Some(group),
            Self::Space(_) => None,
        }
    }

    /// The group of space, if it is one.
    pub fn space(&self) -> Option<&SpatialGroup> {
        match self {
            Self::Plane(_) => None,
            Self::Space(group) => Some(group),
        }
    }

    /// The group of space that turns as this one does and has its name, on volumes instead of images: `C4` turns about z.
    ///
    /// # Errors
    ///
    /// As [`SpatialGroup::of_plane`], whose orders are those of the plane.
    pub fn in_space(&self) -> Result<Self, NnError> {
        match self {
            Self::Plane(group) => Ok(SpatialGroup::of_plane(group)?.into()),
            Self::Space(_) => Ok(self.clone()),
        }
    }

    /// This group among those of the same dimension as another: a name without a dimension beside a
    /// group of space is one of space.
    pub(crate) fn beside(&self, group: &Self) -> Result<Self, NnError> {
        match group {
            Self::Plane(_) => Ok(self.clone()),
            Self::Space(_) => self.in_space(),
        }
    }

    /// 2 for images, 3 for volumes.
    pub fn dimension(&self) -> usize {
        match self {
            Self::Plane(_) => 2,
            Self::Space(_) => 3,
        }
    }

    /// The abstract group, if it is finite.
    pub fn finite(&self) -> Option<&Group> {
        match self {
            Self::Plane(group) => group.finite(),
            Self::Space(group) => group.finite(),
        }
    }

    /// The elements that bring pixels to pixels or voxels to voxels.
    ///
    /// ```
    /// use schur_nn::GridGroup;
    ///
    /// assert_eq!(GridGroup::parse("C8")?.lattice_elements().len(), 4);
    /// assert_eq!(GridGroup::parse("SO(3)")?.lattice_elements().len(), 24);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    pub fn lattice_elements(&self) -> Vec<GroupElement> {
        match self {
            Self::Plane(group) => {
                let elements = group.lattice_subgroup().elements().unwrap_or_default();
                let named = elements.into_iter();
                named.map(|g| GroupElement::of_plane(group, g)).collect()
            }
            Self::Space(group) => {
                let elements = group.lattice_subgroup().elements().unwrap_or_default();
                elements.iter().map(GroupElement::from).collect()
            }
        }
    }

    /// Whether every element of another group is in this one.
    pub fn contains_group(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plane(group), Self::Plane(other)) => group.contains_group(other),
            (Self::Space(group), Self::Space(other)) => group.contains_group(other),
            _ => false,
        }
    }

    /// A representation from its name, such as `regular`, `quotient(C2)`, `irrep(E1)`, `T1u`,
    /// `spectral(2)` or `defining`: the names of [`PlanarRepresentation::parse`].
    ///
    /// ```
    /// use schur_nn::GridGroup;
    ///
    /// let faces = GridGroup::parse("O")?.representation("quotient(C4)")?;
    /// assert_eq!((faces.dim(), faces.name()), (6, "quotient(C4)"));
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name is not understood, or the group has no such representation.
    pub fn representation(&self, name: &str) -> Result<AnyRepresentation, NnError> {
        Ok(match self {
            Self::Plane(group) => PlanarRepresentation::parse(group, name)?.into(),
            Self::Space(group) => SpatialRepresentation::parse(group, name)?.into(),
        })
    }

    /// A group of any kind as one that acts on grids, if it does.
    pub(crate) fn of(group: &AnyGroup) -> Option<Self> {
        let plane = group.planar().map(Self::from);
        plane.or_else(|| group.spatial().map(Self::from))
    }

    /// All elements of a finite group, in the order of the abstract one.
    pub(crate) fn elements(&self) -> Option<Vec<GroupElement>> {
        Some(match self {
            Self::Plane(group) => group.elements()?.iter().map(GroupElement::from).collect(),
            Self::Space(group) => group.elements()?.iter().map(GroupElement::from).collect(),
        })
    }

    /// Functions on the cosets of a subgroup of the finite group.
    pub(crate) fn quotient(&self, subgroup: &Subgroup) -> Result<AnyRepresentation, NnError> {
        Ok(match self {
            Self::Plane(group) => {
                PlanarRepresentation::quotient(group, &group.subgroup(subgroup)?)?.into()
            }
            Self::Space(group) => {
                SpatialRepresentation::quotient(group, &group.subgroup(subgroup)?)?.into()
            }
        })
    }

    /// The inclusion of this finite group in another, as a map of abstract groups.
    pub(crate) fn inclusion_in(&self, group: &Self) -> Result<Inclusion, NnError> {
        Ok(match (self, group) {
            (Self::Plane(subgroup), Self::Plane(group)) => subgroup.inclusion_in(group)?,
            (Self::Space(subgroup), Self::Space(group)) => subgroup.inclusion_in(group)?,
            _ => return Err(other_dimension(self, group)),
        })
    }
}

/// Whether the name of a group of space looks like one of the plane: the axis of a mirror there is an
/// orientation about `z` here.
fn is_planar_name(group: &SpatialGroup) -> bool {
    let in_plane = matches!(group.kind(), Schoenflies::C(_) | Schoenflies::D(_));
    in_plane && group.is_upright()
}

/// The name of a group of space as text beside groups of the plane.
pub(super) fn spatial_name(group: &SpatialGroup) -> Cow<'_, str> {
    match is_planar_name(group) {
        true => format!("{}{IN_SPACE}", group.name()).into(),
        false => group.name().into(),
    }
}

/// A group of the plane where one of space is needed, or the other way round.
pub(super) fn other_dimension(found: &GridGroup, beside: &dyn fmt::Display) -> NnError {
    let remedy = match found {
        GridGroup::Plane(group) => format!("{group} acts on images; write `{group}{IN_SPACE}`"),
        GridGroup::Space(_) => format!("{found} acts on volumes; use C<n>, D<n>, SO(2) or O(2)"),
    };
    NnError::Config {
        at: format!("the group {found} beside {beside}"),
        problem: remedy,
    }
}

impl fmt::Display for GridGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl FromStr for GridGroup {
    type Err = NnError;

    fn from_str(text: &str) -> Result<Self, NnError> {
        Self::parse(text)
    }
}

impl Serialize for GridGroup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl<'de> Deserialize<'de> for GridGroup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl From<PlanarGroup> for GridGroup {
    fn from(group: PlanarGroup) -> Self {
        Self::Plane(group)
    }
}

impl From<SpatialGroup> for GridGroup {
    fn from(group: SpatialGroup) -> Self {
        Self::Space(group)
    }
}

impl From<&PlanarGroup> for GridGroup {
    fn from(group: &PlanarGroup) -> Self {
        Self::Plane(group.clone())
    }
}

impl From<&SpatialGroup> for GridGroup {
    fn from(group: &SpatialGroup) -> Self {
        Self::Space(group.clone())
    }
}

impl From<&GridGroup> for GridGroup {
    fn from(group: &GridGroup) -> Self {
        group.clone()
    }
}

impl From<GridGroup> for AnyGroup {
    fn from(group: GridGroup) -> Self {
        (&group).into()
    }
}

impl From<&GridGroup> for AnyGroup {
    fn from(group: &GridGroup) -> Self {
        match group {
            GridGroup::Plane(group) => group.into(),
            GridGroup::Space(group) => group.into(),
        }
    }
}
