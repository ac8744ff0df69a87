//! Groups that act on the plane: the closed subgroups of O(2).

mod irrep;
mod name;
mod subgroup;
mod symmetry;

use std::f64::consts::{FRAC_PI_2, PI, TAU};
use std::fmt;
use std::sync::Arc;

pub use irrep::PlanarIrrep;
pub(crate) use subgroup::check_subgroup;

use crate::error::MathError;
use crate::group::{Element, Family, Group};
use crate::rotation::PlaneIsometry;
use crate::tolerance::PLANAR_ELEMENT;
use crate::turn;

/// A closed subgroup of O(2): `C_n`, `D_n`, SO(2) or O(2), acting on the plane. Cloning copies
/// a pointer.
///
/// Its elements are [`PlaneIsometry`]s. `C_n` and `D_n` are also finite [`Group`]s, whose
/// element `r^i s^f` is the rotation by `2π i/n` after `f` mirrors. The mirror `s` is the
/// left-right mirror `(x, y) -> (-x, y)`, whose axis stands at 90°, unless another
/// [axis](Self::with_mirror_axis) is asked for.
///
/// ```
/// use schur_math::{PlanarGroup, PlaneIsometry};
///
/// let d4 = PlanarGroup::parse("D4")?;
/// assert_eq!(d4.finite().map(|group| group.order()), Some(8));
/// assert!(d4.contains(&PlaneIsometry::MIRROR));
/// let o2 = PlanarGroup::parse("O(2)")?;
/// assert!(o2.contains(&PlaneIsometry::rotation(0.3)?) && o2.finite().is_none());
/// assert_eq!(o2.lattice_subgroup(), d4);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone)]
pub struct PlanarGroup(Arc<Data>);

struct Data {
    name: String,
    /// The abstract group of `C_n` and `D_n`.
    finite: Option<Group>,
    /// `n`, or `None` for all rotations.
    rotations: Option<usize>,
    /// The angle of the axis of `s` in `[0, π)`, if there are mirrors.
    axis: Option<f64>,
}

/// The angle of the left-right mirror's axis.
const STANDARD_AXIS: f64 = FRAC_PI_2;

impl PlanarGroup {
    /// The standard action of a finite group on the plane.
    ///
    /// # Errors
    ///
    /// If the group was not made as `C_n` or `D_n`.
    pub fn new(group: &Group) -> Result<Self, MathError> {
        let (rotations, axis) = match group.family() {
            Family::Cyclic(n) => (n, None),
            Family::Dihedral(n) => (n, Some(STANDARD_AXIS)),
            _ => {
                return Err(MathError::NotPlanar {
                    group: group.name().to_string(),
                });
            }
        };
        Ok(Self(Arc::new(Data {
            name: group.name().to_string(),
            finite: Some(group.clone()),
            rotations: Some(rotations),
            axis,
        })))
    }

    /// `C_n`, the rotations by multiples of `2π/n`.
    ///
    /// ```
    /// use schur_math::PlanarGroup;
    ///
    /// assert_eq!(PlanarGroup::cyclic(8)?, PlanarGroup::parse("C8")?);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `n` is zero, or so large that the group has more than the supported order.
    pub fn cyclic(n: usize) -> Result<Self, MathError> {
        Self::new(&Group::cyclic(n)?)
    }

    /// `D_n`, the rotations by multiples of `2π/n` and `n` mirrors, one of them the left-right
    /// mirror: a group of `2n` elements.
    ///
    /// ```
    /// use schur_math::PlanarGroup;
    ///
    /// assert_eq!(PlanarGroup::dihedral(4)?, PlanarGroup::parse("D4")?);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `n` is zero, or so large that the group has more than the supported order.
    pub fn dihedral(n: usize) -> Result<Self, MathError> {
        Self::new(&Group::dihedral(n)?)
    }

    /// SO(2), all rotations.
    pub fn so2() -> Self {
        Self::continuous(None)
    }

    /// O(2), all rotations and mirrors.
    pub fn o2() -> Self {
        Self::continuous(Some(STANDARD_AXIS))
    }

    fn continuous(axis: Option<f64>) -> Self {
        Self(Arc::new(Data {
            name: if axis.is_some() { "O(2)" } else { "SO(2)" }.to_string(),
            finite: None,
            rotations: None,
            axis,
        }))
    }

    /// This group with the axis of the mirror `s` at another angle, in radians from the
    /// x axis. In O(2) that is the same set of elements with another element called `s`.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlaneIsometry};
    ///
    /// // Up and down exchanged: the axis is the x axis.
    /// let flip = PlanarGroup::parse("D1")?.with_mirror_axis(0.0)?;
    /// assert_eq!(flip.name(), "D1@0");
    /// assert!(flip.contains(&PlaneIsometry::new(std::f64::consts::PI, true)?));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the group has no mirrors or the angle is not finite.
    pub fn with_mirror_axis(&self, radians: f64) -> Result<Self, MathError> {
        if !self.has_mirrors() || !radians.is_finite() {
            let problem = if self.has_mirrors() {
                "it is not finite"
            } else {
                "the group has no mirrors"
            };
            return Err(MathError::geometry(
                "the axis of a mirror",
                format!("{radians} in {self}"),
                problem,
                "give radians, for D_n or O(2)",
            ));
        }
        let axis = radians.rem_euclid(PI);
        let base = self.base_name();
        Ok(Self(Arc::new(Data {
            name: name::with_axis(base, axis),
            finite: self.0.finite.clone(),
            rotations: self.0.rotations,
            axis: Some(if axis < PI { axis } else { 0.0 }),
        })))
    }

    /// Name, such as `C8`, `D4@0` or `SO(2)`; [`parse`](Self::parse) understands it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The name without the axis.
    fn base_name(&self) -> &str {
        self.name().split('@').next().unwrap_or_default()
    }

    /// The abstract group, if it is finite.
    pub fn finite(&self) -> Option<&Group> {
        self.0.finite.as_ref()
    }

    /// The `n` of `C_n` and `D_n`; `None` for SO(2) and O(2).
    pub fn rotations(&self) -> Option<usize> {
        self.0.rotations
    }

    /// Whether there are mirrors.
    pub fn has_mirrors(&self) -> bool {
        self.0.axis.is_some()
    }

    /// The angle of the axis of the mirror `s`, in `[0, π)`; `π/2` where there is none.
    pub fn mirror_axis(&self) -> f64 {
        self.0.axis.unwrap_or(STANDARD_AXIS)
    }

    /// The mirror `s`, whether it is in the group or not.
    pub(crate) fn mirror(&self) -> PlaneIsometry {
        PlaneIsometry::wrapped(2.0 * self.mirror_axis() - PI, true)
    }

    /// The angle `θ` with `g = r(θ) s^f`.
    pub(crate) fn angle_of(&self, g: &PlaneIsometry) -> f64 {
        if g.is_reflected() {
            g.angle() - self.mirror().angle()
        } else {
            g.angle()
        }
    }

    /// Whether an element of O(2) is in the group, up to [`PLANAR_ELEMENT`].
    pub fn contains(&self, g: &PlaneIsometry) -> bool {
        (self.has_mirrors() || !g.is_reflected()) && self.turn_of(g).is_some()
    }

    /// The `i` of `r^i s^f`, or 0 in a continuous group; `None` if the angle is none of the
    /// group's.
    fn turn_of(&self, g: &PlaneIsometry) -> Option<usize> {
        let Some(n) = self.rotations() else {
            return Some(0);
        };
        let turns = self.angle_of(g) * n as f64 / TAU;
        let nearest = turns.round();
        let close = (turns - nearest).abs() * TAU / n as f64 <= PLANAR_ELEMENT;
        close.then(|| nearest.rem_euclid(n as f64) as usize)
    }

    /// The element of the finite group that an element of O(2) is; `None` if it is none, or
    /// the group is infinite.
    pub fn element(&self, g: &PlaneIsometry) -> Option<Element> {
        let n = self.rotations()?;
        let i = self.turn_of(g)?;
        let f = usize::from(g.is_reflected());
        if f == 1 && !self.has_mirrors() {
            return None;
        }
        self.finite()?.element(i + n * f).ok()
    }

    /// What an element of the finite group does to the plane: the rotation or mirror
    /// `r^i s^f`. `None` for elements of other groups and for infinite groups.
    pub fn rotation(&self, g: Element) -> Option<PlaneIsometry> {
        let (group, n) = (self.finite()?, self.rotations()?);
        group.element(g.index()).ok()?;
        let angle = turn::angle(g.index() % n, n);
        Some(if g.index() < n {
            PlaneIsometry::wrapped(angle, false)
        } else {
            PlaneIsometry::wrapped(angle + self.mirror().angle(), true)
        })
    }

    /// The 2 x 2 matrix of an element of a finite group on `(x, y)`, row-major: `R(2πi/n)`
    /// times the matrix of `s`. Entries of quarter turns, and of mirrors along them, are
    /// exactly 0 and ±1.
    pub(crate) fn matrix(&self, g: Element) -> [f64; 4] {
        let n = self.rotations().unwrap_or(1);
        let (cos, sin) = turn::cos_sin(g.index() % n, n);
        if g.index() < n {
            return [cos, 0.0 - sin, sin, cos];
        }
        let [[a, b], [c, d]] = self.mirror().exact_matrix();
        let entry = |x: f64, y: f64| x + y + 0.0;
        [
            entry(cos * a, -sin * c),
            entry(cos * b, -sin * d),
            entry(sin * a, cos * c),
            entry(sin * b, cos * d),
        ]
    }

    /// All elements of a finite group, in the order of its indices.
    pub fn elements(&self) -> Option<Vec<PlaneIsometry>> {
        let group = self.finite()?;
        group.elements().map(|g| self.rotation(g)).collect()
    }

    /// Elements to test with: all of a finite group; of a continuous one those that permute
    /// pixels, and others at angles that have nothing to do with each other.
    pub fn test_elements(&self) -> Vec<PlaneIsometry> {
        if let Some(all) = self.elements() {
            return all;
        }
        let mut rotations: Vec<f64> = (0..4).map(|i| turn::angle(i, 4)).collect();
        // Multiples of the golden angle are spread evenly and never repeat.
        let golden = PI * (3.0 - 5f64.sqrt());
        rotations.extend((1..=6).map(|i| golden * f64::from(i)));
        let mut elements: Vec<PlaneIsometry> = Vec::new();
        elements.extend(rotations.iter().map(|&a| PlaneIsometry::wrapped(a, false)));
        if self.has_mirrors() {
            elements.extend(rotations.iter().map(|&a| PlaneIsometry::wrapped(a, true)));
        }
        elements
    }

    /// The name of an element: as in the finite group (`r^2 s`), or by its angle.
    pub fn element_name(&self, g: &PlaneIsometry) -> String {
        match (self.finite(), self.element(g)) {
            (Some(group), Some(g)) => group.element_name(g).to_string(),
            _ => g.to_string(),
        }
    }

    /// The elements that map the pixel grid to itself: one of C1, C2, C4, D1, D2, D4, with
    /// its axis.
    ///
    /// ```
    /// use schur_math::PlanarGroup;
    ///
    /// // Of eighths of a turn every other one moves pixels to pixels.
    /// assert_eq!(PlanarGroup::parse("C8")?.lattice_subgroup(), PlanarGroup::parse("C4")?);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn lattice_subgroup(&self) -> Self {
        let rotations = match self.rotations() {
            Some(n) if n % 4 != 0 => 2 - n % 2,
            _ => 4,
        };
        // Its own mirror first, so that a group that permutes the pixels is its own part.
        let quarters = (0..4).map(|i| PlaneIsometry::wrapped(turn::angle(i, 4), true));
        let mut mirrors = std::iter::once(self.mirror()).chain(quarters);
        let permutes = |m: &PlaneIsometry| m.lattice_matrix().is_some() && self.contains(m);
        let mirror = mirrors.find(permutes);
        match mirror {
            None => Self::of_rotations(rotations),
            Some(mirror) => Self::of_mirror(rotations, &mirror),
        }
    }

    /// `C_n`.
    fn of_rotations(n: usize) -> Self {
        Self::cyclic(n).expect("small orders exist")
    }

    /// The `D_n` with this mirror.
    fn of_mirror(n: usize, mirror: &PlaneIsometry) -> Self {
        // The mirror r(θ) s of the standard s has its axis at π/2 + θ/2.
        let axis = (STANDARD_AXIS + mirror.angle() / 2.0).rem_euclid(PI);
        let group = Self::dihedral(n).expect("small orders exist");
        let turned = group.with_mirror_axis(axis);
        turned.expect("it has mirrors and the angle is finite")
    }

    /// Whether every element maps the pixel grid to itself.
    pub fn is_lattice_exact(&self) -> bool {
        *self == self.lattice_subgroup()
    }

    /// Whether every element of another group is in this one.
    pub fn contains_group(&self, other: &Self) -> bool {
        let rotations = match (self.rotations(), other.rotations()) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(n), Some(m)) => n % m == 0,
        };
        rotations && (!other.has_mirrors() || self.contains(&other.mirror()))
    }
}

impl PartialEq for PlanarGroup {
    /// Groups are equal if their elements are, and the mirror `s` up to elements that do not matter:
    /// representations of the two can be compared.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.rotations() == other.rotations()
                && self.has_mirrors() == other.has_mirrors()
                && self.mirror().distance(&other.mirror()) <= PLANAR_ELEMENT)
    }
}

impl fmt::Display for PlanarGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for PlanarGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlanarGroup({})", self.name())
    }
}
