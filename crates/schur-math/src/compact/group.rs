//! A compact group chosen at run time: a product of factors, and what it does to points.

use std::fmt;

use super::factor::{Factor, FactorElement};
use crate::error::MathError;
use crate::group::Group;
use crate::point_group::plane::PlanarGroup;
use crate::rotation::{PlaneIsometry, SpaceIsometry, cone, dihedral};
use crate::symmetry::SymmetryGroup;

/// A compact group: SO(2), O(2), SO(3), O(3), SU(2), a finite group, or a direct product of
/// them, possibly with an action on the plane or on space.
///
/// | name | factors | action |
/// |---|---|---|
/// | `SO(2)`, `O(2)` | itself | rotations and mirrors of the plane |
/// | `SO(3)`, `O(3)` | itself | rotations of space |
/// | `SU(2)` | itself | rotations of space, each twice |
/// | `axial` | `SO(2)` | rotations of space about z |
/// | `dihedral` (D∞) | `O(2)` | those and half turns: `s` is the half turn about y |
/// | `cone` (C∞v) | `O(2)` | those and mirrors: `s` is `(x, y, z) -> (-x, y, z)` |
/// | `cylinder` (C∞h) | `SO(2) x C2` | `axial` and the inversion of space |
/// | `full cylinder` (D∞h) | `O(2) x C2` | `dihedral` and the inversion of space |
/// | `C4`, `S5`, … | any finite group | none |
/// | `SO(2) x C2`, `O(3) x S3`, … | products | none |
///
/// Two groups are equal if their factors and their actions are.
///
/// ```
/// use schur_math::{CompactGroup, FactorElement, PlaneIsometry, SymmetryGroup};
///
/// let cone = CompactGroup::parse("cone")?;
/// let s = cone.element(vec![FactorElement::Plane(PlaneIsometry::MIRROR)])?;
/// let point = cone.act(&s, &[1.0, 2.0, 3.0])?;
/// assert_eq!(point, [-1.0, 2.0, 3.0]);
/// let irreps = CompactGroup::parse("O(3) x S3")?.irreps(1)?;
/// assert_eq!(irreps.len(), 4 * 3);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct CompactGroup {
    pub(super) factors: Vec<Factor>,
    action: Action,
}

/// What the elements do to points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Action {
    None,
    Plane,
    Space,
    Axial,
    Dihedral,
    Cone,
}

/// Groups with a name for their action: whether the first factor is O(2), not SO(2), whether
/// there is the inversion as a second, and what they do.
pub(super) const NAMED: [(&str, bool, bool, Action); 5] = [
    ("axial", false, false, Action::Axial),
    ("dihedral", true, false, Action::Dihedral),
    ("cone", true, false, Action::Cone),
    ("cylinder", false, true, Action::Axial),
    ("full cylinder", true, true, Action::Dihedral),
];

/// An element of a [`CompactGroup`]: one of every factor.
///
/// ```
/// use schur_math::{CompactGroup, SymmetryGroup};
///
/// let group = CompactGroup::parse("SU(2) x C4")?;
/// assert_eq!(group.identity().parts().len(), 2);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ProductElement {
    pub(super) parts: Vec<FactorElement>,
}

impl ProductElement {
    /// The elements of the factors, in their order.
    pub fn parts(&self) -> &[FactorElement] {
        &self.parts
    }
}

impl CompactGroup {
    /// Most points of a quadrature.
    pub const MAX_POINTS: usize = 1 << 23;

    /// The direct product of some factors; none are the trivial group. A single factor keeps
    /// its action.
    pub fn product(factors: Vec<Factor>) -> Self {
        let action = match &factors[..] {
            [Factor::Plane(_)] => Action::Plane,
            [Factor::Space(_) | Factor::Spin(_)] => Action::Space,
            _ => Action::None,
        };
        Self { factors, action }
    }

    /// One of [`NAMED`].
    pub(super) fn with_axis(mirrors: bool, inversion: bool, action: Action) -> Self {
        let mut factors = vec![Factor::Plane(circle(mirrors))];
        if inversion {
            let c2 = Group::cyclic(2).expect("2 is a valid order");
            factors.push(Factor::Finite(c2));
        }
        Self { factors, action }
    }

    /// The factors.
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// The element with some parts.
    ///
    /// # Errors
    ///
    /// If there is not one element of every factor.
    pub fn element(&self, parts: Vec<FactorElement>) -> Result<ProductElement, MathError> {
        let element = ProductElement { parts };
        self.check_element(&element)?;
        Ok(element)
    }

    /// An element of the factor `place`, which there is, and the identity of the others.
    ///
    /// # Errors
    ///
    /// If it is no element of that factor.
    pub(super) fn element_at(
        &self,
        place: usize,
        part: FactorElement,
    ) -> Result<ProductElement, MathError> {
        let mut element = self.identity();
        element.parts[place] = part;
        self.check_element(&element)?;
        Ok(element)
    }

    /// The dimension of the space it acts on: 2, 3, or `None`.
    pub fn action_dim(&self) -> Option<usize> {
        match self.action {
            Action::None => None,
            Action::Plane => Some(2),
            _ => Some(3),
        }
    }

    /// The image of a point `(x, y)` or `(x, y, z)`.
    ///
    /// # Errors
    ///
    /// If the group has no action, the point another dimension, or `g` is no element.
    pub fn act(&self, g: &ProductElement, point: &[f64]) -> Result<Vec<f64>, MathError> {
        match *point {
            [x, y] if self.action == Action::Plane => {
                Ok(self.plane_rotation(g)?.apply([x, y]).to_vec())
            }
            [x, y, z] if self.action != Action::Plane => {
                Ok(self.space_rotation(g)?.apply([x, y, z]).to_vec())
            }
            _ => Err(self.no_action(point, "give a point of the dimension of its action")),
        }
    }

    /// The element of O(2) by which `g` acts on the plane.
    ///
    /// # Errors
    ///
    /// If the group does not act on the plane, or `g` is no element.
    pub fn plane_rotation(&self, g: &ProductElement) -> Result<PlaneIsometry, MathError> {
        self.check_element(g)?;
        match (self.action, &g.parts[..]) {
            (Action::Plane, [FactorElement::Plane(g)]) => Ok(*g),
            _ => Err(self.no_action(g, "use SO(2) or O(2)")),
        }
    }

    /// The element of O(3) by which `g` acts on space.
    ///
    /// # Errors
    ///
    /// If the group does not act on space, or `g` is no element.
    pub fn space_rotation(&self, g: &ProductElement) -> Result<SpaceIsometry, MathError> {
        self.check_element(g)?;
        let remedy = "use SO(3), O(3), SU(2), axial, dihedral, cone, cylinder or full cylinder";
        let rest = || self.no_action(g, remedy);
        let (first, others) = g.parts.split_first().ok_or_else(rest)?;
        let rotation = match (self.action, first) {
            (Action::Space, FactorElement::Space(g)) => *g,
            (Action::Space, FactorElement::Spin(q)) => SpaceIsometry::new(*q, false),
            (Action::Axial | Action::Dihedral, FactorElement::Plane(g)) => dihedral(g),
            (Action::Cone, FactorElement::Plane(g)) => cone(g),
            _ => return Err(rest()),
        };
        let is_inverted = matches!(others, [FactorElement::Finite(i)] if i.index() == 1);
        Ok(if is_inverted {
            rotation.compose(&SpaceIsometry::INVERSION)
        } else {
            rotation
        })
    }

    fn no_action(&self, value: impl fmt::Debug, remedy: &'static str) -> MathError {
        MathError::geometry(
            "the action of a compact group",
            value,
            "the group does not act there",
            remedy,
        )
    }
}

/// O(2) or SO(2).
fn circle(mirrors: bool) -> PlanarGroup {
    if mirrors {
        PlanarGroup::o2()
    } else {
        PlanarGroup::so2()
    }
}

impl fmt::Display for CompactGroup {
    /// A name that [`CompactGroup::parse`] understands, if its finite factors have one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inversion = self.factors.len() > 1;
        for (name, mirrors, inverted, action) in NAMED {
            let same = self.factors.first() == Some(&Factor::Plane(circle(mirrors)));
            if same && action == self.action && inverted == inversion {
                return f.write_str(name);
            }
        }
        let names: Vec<String> = self.factors.iter().map(ToString::to_string).collect();
        f.write_str(if names.is_empty() { "C1" } else { "" })?;
        f.write_str(&names.join(" x "))
    }
}

impl fmt::Debug for CompactGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompactGroup({self})")
    }
}

impl<T: Into<Factor>> From<T> for CompactGroup {
    /// A group of one factor, which keeps its action.
    fn from(factor: T) -> Self {
        Self::product(vec![factor.into()])
    }
}
