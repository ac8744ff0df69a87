//! Groups that act on space: the closed subgroups of O(3).

mod axial;
mod elements;
mod frame;
mod irrep;
mod isotropic;
mod mulliken;
mod name;
mod recognise;
mod schoenflies;
mod standard;

use std::f64::consts::FRAC_PI_2;
use std::fmt;
use std::sync::{Arc, OnceLock};

pub(crate) use elements::check_subgroup;
pub use irrep::SpatialIrrep;
pub use schoenflies::Schoenflies;

use crate::continuous::FiniteSubgroup;
use crate::error::MathError;
use crate::irreps::{Irrep, irreps};
use crate::point_group::plane::PlanarGroup;
use crate::rotation::{EulerZyz, SpaceIsometry, UnitQuaternion};
use crate::symmetry::SymmetryGroup;
use crate::tolerance::SAME_ROTATION;

/// A closed subgroup of O(3) in any orientation, acting on space. Cloning copies a pointer.
///
/// Its elements are [`SpaceIsometry`]s. The group is `x S x⁻¹`: its kind `S` in the standard
/// orientation that [`Schoenflies`] describes (main axis along `z`), turned by a rotation `x`,
/// the [orientation](Self::orientation). Finite ones are also finite [`Group`](crate::Group)s.
///
/// ```
/// use schur_math::{PointGroup, SpaceIsometry, SpatialGroup, SymmetryGroup};
///
/// let cube = SpatialGroup::parse("Oh")?;
/// assert_eq!(cube.finite().map(|group| group.order()), Some(48));
/// assert!(cube.contains(&SpaceIsometry::INVERSION));
/// // Every rotation about z and every half turn about a horizontal axis.
/// let dihedral = SpatialGroup::parse("O(2)")?;
/// assert!(dihedral.contains(&SpaceIsometry::from_axis_angle([0.0, 0.0, 1.0], 0.3)?));
/// assert_eq!(dihedral.lattice_subgroup(), SpatialGroup::parse("D4")?);
/// // The same about the space diagonal.
/// let tilted = SpatialGroup::parse("C3v@45,54.735610317,90")?;
/// assert!(cube.contains_group(&tilted));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone)]
pub struct SpatialGroup(Arc<Data>);

struct Data {
    kind: Schoenflies,
    /// The rotation `x` that brings the standard orientation to this one.
    orientation: UnitQuaternion,
    name: String,
    /// The abstract group of a finite one, with its elements.
    finite: Option<FiniteSubgroup<SpaceIsometry>>,
    /// The irreps of a finite one, found when they are first asked for.
    irreps: OnceLock<Vec<Irrep>>,
    /// The part that permutes the cubic lattice, where it is another group.
    lattice: OnceLock<SpatialGroup>,
}

impl SpatialGroup {
    /// The group of a kind in its standard orientation.
    ///
    /// ```
    /// use schur_math::{Schoenflies, SpatialGroup};
    ///
    /// assert_eq!(SpatialGroup::new(Schoenflies::Cv(Some(4)))?.name(), "C4v");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the order is zero or above [`Group::MAX_ORDER`](crate::Group::MAX_ORDER), or `n` of `S_n` is odd.
    pub fn new(kind: Schoenflies) -> Result<Self, MathError> {
        let finite = standard::finite(kind)?;
        Ok(Self::build(kind, UnitQuaternion::IDENTITY, finite))
    }

    /// The group of proper rotations of a group of the plane: turns about `z`, and for the mirrors half
    /// turns about their axes in the horizontal plane. It has the same name.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, SpatialGroup};
    ///
    /// let tilted = SpatialGroup::of_plane(&PlanarGroup::parse("D4@22.5")?)?;
    /// assert_eq!(tilted, SpatialGroup::parse("D4@22.5")?);
    /// assert_eq!(SpatialGroup::of_plane(&PlanarGroup::so2())?.name(), "SO(2)");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), whose orders are those of the plane.
    pub fn of_plane(group: &PlanarGroup) -> Result<Self, MathError> {
        let kind = match group.has_mirrors() {
            true => Schoenflies::D(group.rotations()),
            false => Schoenflies::C(group.rotations()),
        };
        let (group, alpha) = (Self::new(kind)?, group.mirror_axis() - FRAC_PI_2);
        if alpha == 0.0 {
            return Ok(group);
        }
        let (beta, gamma) = (0.0, 0.0);
        let angles = EulerZyz { alpha, beta, gamma };
        let turn = UnitQuaternion::from_euler_zyz(angles)?;
        Ok(group.turned_by(&SpaceIsometry::new(turn, false)))
    }

    /// Whether the main axis points along `z`, as in [`of_plane`](Self::of_plane): an orientation has one
    /// number in the [name](Self::name), or none.
    pub fn is_upright(&self) -> bool {
        name::is_upright(&self.0.orientation)
    }

    /// SO(3), all rotations.
    pub fn so3() -> Self {
        Self::build(Schoenflies::SO3, UnitQuaternion::IDENTITY, None)
    }

    /// O(3), all rotations and the inversion.
    pub fn o3() -> Self {
        Self::build(Schoenflies::O3, UnitQuaternion::IDENTITY, None)
    }

    fn build(
        kind: Schoenflies,
        orientation: UnitQuaternion,
        finite: Option<FiniteSubgroup<SpaceIsometry>>,
    ) -> Self {
        Self(Arc::new(Data {
            kind,
            orientation,
            name: name::with_orientation(kind, &orientation),
            finite,
            irreps: OnceLock::new(),
            lattice: OnceLock::new(),
        }))
    }

    /// The group `x G x⁻¹` for a rotation `x`, which brings every axis `a` of `G` to `x a`.
    ///
    /// SO(3) and O(3) stay what they are. An improper `x` does what `-x` does, because the
    /// inversion commutes with everything.
    ///
    /// ```
    /// use schur_math::{PointGroup, SpaceIsometry, SpatialGroup, SymmetryGroup};
    ///
    /// let quarter = std::f64::consts::FRAC_PI_2;
    /// let about_x = SpatialGroup::parse("C4")?
    ///     .turned_by(&SpaceIsometry::from_axis_angle([0.0, 1.0, 0.0], quarter)?);
    /// assert!(about_x.contains(&SpaceIsometry::from_axis_angle([1.0, 0.0, 0.0], quarter)?));
    /// assert!(about_x.is_lattice_exact());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    #[must_use]
    pub fn turned_by(&self, x: &SpaceIsometry) -> Self {
        if matches!(self.kind(), Schoenflies::SO3 | Schoenflies::O3) {
            return self.clone();
        }
        let x = SpaceIsometry::new(x.quaternion(), false);
        let orientation = x.quaternion().compose(&self.0.orientation);
        let finite = self.0.finite.as_ref().map(|group| group.conjugated_by(&x));
        Self::build(self.kind(), orientation, finite)
    }

    /// The kind of group, without the orientation.
    pub fn kind(&self) -> Schoenflies {
        self.0.kind
    }

    /// The rotation that brings the group in its standard orientation to this one; the identity
    /// for SO(3) and O(3).
    pub fn orientation(&self) -> SpaceIsometry {
        SpaceIsometry::new(self.0.orientation, false)
    }

    /// Name, such as `Oh`, `D4@45`, `C4@0,90,0` or `SO(2)`; [`parse`](Self::parse) understands
    /// it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The abstract group with its inclusion into O(3), if it is finite. In `C_n`, `S_n`, `C_nv`,
    /// `D_n` and `D_nd` it is cyclic or dihedral; in `C_nh` and `D_nh` such a group times `C2`.
    pub fn finite_subgroup(&self) -> Option<&FiniteSubgroup<SpaceIsometry>> {
        self.0.finite.as_ref()
    }

    /// The irreps of a finite group.
    fn finite_irreps(&self) -> &[Irrep] {
        let found = || self.finite().map(irreps).unwrap_or_default();
        self.0.irreps.get_or_init(found)
    }
}

impl PartialEq for SpatialGroup {
    /// The same kind with the same element for every element of the standard orientation, up to
    /// [`SAME_ROTATION`], so that representations of the two can be compared. Two groups that
    /// consist of the same elements under other names contain
    /// [each other](SpatialGroup::contains_group).
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.0, &other.0) {
            return true;
        }
        // Where the standard generators go decides where all elements go.
        let same = |(a, b): (SpaceIsometry, SpaceIsometry)| a.distance(&b) <= SAME_ROTATION;
        let pairs = || self.generators().into_iter().zip(other.generators());
        self.kind() == other.kind() && (self.kind().isotropic().is_some() || pairs().all(same))
    }
}

impl fmt::Display for SpatialGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for SpatialGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpatialGroup({})", self.name())
    }
}
