//! Elements of groups of any kind, behind one type.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use schur_math::{PlanarGroup, PlaneIsometry, SpaceIsometry};

/// An element of a group of any kind: what layers, fields and domains are asked about, whether the
/// group acts on the plane, on vectors of a finite group, or on tensors. Cloning copies a pointer.
///
/// ```
/// use schur_math::PlaneIsometry;
/// use schur_nn::GroupElement;
///
/// let turn = GroupElement::from(PlaneIsometry::rotation(0.5)?);
/// assert!(turn.plane().is_some_and(|g| !g.is_reflected()));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone)]
pub struct GroupElement {
    name: Arc<str>,
    value: Arc<dyn Any + Send + Sync>,
    equals: fn(&Self, &Self) -> bool,
}

impl GroupElement {
    /// An element as the type of its group has it, with the name that messages use.
    pub fn new<E: Any + PartialEq + Send + Sync>(element: E, name: impl Into<String>) -> Self {
        Self {
            name: name.into().into(),
            value: Arc::new(element),
            equals: |g, h| matches!((g.get::<E>(), h.get()), (Some(g), Some(h)) if g == h),
        }
    }

    /// An element of a planar group, by the name that it has there, such as `r^2 s`.
    pub fn of_plane(group: &PlanarGroup, g: PlaneIsometry) -> Self {
        Self::new(g, group.element_name(&g))
    }

    /// The element as the type of its group has it; `None` if it is of another type.
    pub fn get<E: Any>(&self) -> Option<&E> {
        self.value.downcast_ref()
    }

    /// The isometry of the plane that it is, if it is one.
    pub fn plane(&self) -> Option<&PlaneIsometry> {
        self.get()
    }

    /// The isometry of space that it is, if it is one.
    pub fn space(&self) -> Option<&SpaceIsometry> {
        self.get()
    }

    /// The isometry that it is, if it moves the places of images or volumes.
    pub(crate) fn isometry(&self) -> Option<GridIsometry<'_>> {
        let plane = self.plane().map(GridIsometry::Plane);
        plane.or_else(|| self.space().map(GridIsometry::Space))
    }

    /// The name of the element, for people.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// What moves the places `(x, y, z)` of images, where `z` is 0, and volumes.
pub(crate) enum GridIsometry<'a> {
    Plane(&'a PlaneIsometry),
    Space(&'a SpaceIsometry),
}

impl GridIsometry<'_> {
    /// The integer matrix, if it maps the lattice of places to itself.
    pub(crate) fn lattice_matrix(&self) -> Option<[[i32; 3]; 3]> {
        match self {
            Self::Plane(g) => {
                let [[a, b], [c, d]] = g.lattice_matrix()?;
                Some([[a, b, 0], [c, d, 0], [0, 0, 1]])
            }
            Self::Space(g) => g.lattice_matrix(),
        }
    }

    /// The place that it brings to a given one.
    pub(crate) fn source_of(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        match self {
            Self::Plane(g) => {
                let [x, y] = g.inverse().apply([x, y]);
                [x, y, z]
            }
            Self::Space(g) => g.inverse().apply([x, y, z]),
        }
    }
}

impl fmt::Display for GridIsometry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plane(g) => g.fmt(f),
            Self::Space(g) => g.fmt(f),
        }
    }
}

impl From<PlaneIsometry> for GroupElement {
    fn from(g: PlaneIsometry) -> Self {
        Self::new(g, g.to_string())
    }
}

impl From<SpaceIsometry> for GroupElement {
    fn from(g: SpaceIsometry) -> Self {
        Self::new(g, g.to_string())
    }
}

impl From<&PlaneIsometry> for GroupElement {
    fn from(g: &PlaneIsometry) -> Self {
        Self::from(*g)
    }
}

impl From<&SpaceIsometry> for GroupElement {
    fn from(g: &SpaceIsometry) -> Self {
        Self::from(*g)
    }
}

impl From<&GroupElement> for GroupElement {
    fn from(g: &GroupElement) -> Self {
        g.clone()
    }
}

/// The same numbers, whatever the names: elements that differ by round-off are not equal.
impl PartialEq for GroupElement {
    fn eq(&self, other: &Self) -> bool {
        (self.equals)(self, other)
    }
}

impl fmt::Display for GroupElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for GroupElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GroupElement({})", self.name)
    }
}
