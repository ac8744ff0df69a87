//! Where the fields of a feature space live.

use std::fmt;
use std::sync::Arc;

use schur_math::{LatticeAction, PlaneIsometry};

use crate::exactness::{Inexactness, off_lattice};
use crate::{FieldType, GroupElement, NnError, PointGraph};

/// The places that the values of a [`Field`](crate::Field) belong to.
///
/// All that differs between domains is asked here: how an element moves the places, which
/// elements do so exactly, and whether a layer can act on them.
///
/// ```
/// use schur_nn::{Domain, PointGraph};
///
/// let points = PointGraph::within(&[[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]], 2.0)?;
/// let domains = [Domain::Vector, Domain::image(4, 6), Domain::from(points)];
/// assert_eq!(domains.map(|domain| domain.places()), [1, 24, 3]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    /// No places: one value per entry of the batch, on which only `ρ(g)` is left of the action.
    Vector,
    /// The centres of the cells of a grid of (depth, height, width), centred at the origin. An
    /// image has the depth 1. Places count row by row from the top, slice after slice.
    Grid([usize; 3]),
    /// Points in the plane or in space with edges between them: the sources of the graph.
    Points(Arc<PointGraph>),
}

/// What an element does to a domain: the value at `place` comes from `sources[place]` (from
/// `place` itself, if there are none), and belongs to `domain` from then on.
pub(crate) struct Moved {
    pub(crate) sources: Option<Vec<usize>>,
    pub(crate) domain: Domain,
}

impl From<PointGraph> for Domain {
    fn from(graph: PointGraph) -> Self {
        Self::Points(Arc::new(graph))
    }
}

impl Domain {
    /// The pixels of an image.
    pub fn image(height: usize, width: usize) -> Self {
        Self::Grid([1, height, width])
    }

    /// Number of places.
    pub fn places(&self) -> usize {
        match self {
            Self::Vector => 1,
            Self::Grid(sizes) => sizes.iter().product(),
            Self::Points(graph) => graph.points().len(),
        }
    }

    /// What is left when all places are taken together: one cell of a grid, or a vector.
    pub fn pooled(&self) -> Self {
        match self {
            Self::Grid(_) => Self::Grid([1; 3]),
            _ => Self::Vector,
        }
    }

    /// (rows, columns) of the places as an image: those of the slices below each other of a
    /// grid, 1 x 1 of a vector, one row of points.
    pub fn size(&self) -> (usize, usize) {
        match self {
            Self::Vector => (1, 1),
            Self::Grid([depth, height, width]) => (depth * height, *width),
            Self::Points(graph) => (1, graph.points().len()),
        }
    }

    /// (height, width) for a layer that acts on images.
    ///
    /// # Errors
    ///
    /// If the domain is another one.
    pub fn image_size(&self, layer: &str) -> Result<(usize, usize), NnError> {
        match self {
            Self::Grid([1, height, width]) => Ok((*height, *width)),
            _ => Err(self.refused(layer, "images", "make it with `Field::from_tensor`")),
        }
    }

    /// The graph for a layer that acts on points.
    ///
    /// # Errors
    ///
    /// If the domain is another one.
    pub fn graph(&self, layer: &str) -> Result<&Arc<PointGraph>, NnError> {
        match self {
            Self::Points(graph) => Ok(graph),
            _ => Err(self.refused(layer, "points", "make it with `Field::from_points`")),
        }
    }

    /// The image that a layer on images makes of this one, by its rule for (height, width).
    pub(crate) fn map_image(
        &self,
        layer: &str,
        rule: impl FnOnce(usize, usize) -> Result<(usize, usize), NnError>,
    ) -> Result<Self, NnError> {
        let (height, width) = self.image_size(layer)?;
        let (height, width) = rule(height, width)?;
        Ok(Self::image(height, width))
    }

    /// Why a layer on images does not commute exactly with an element, by its rule for isometries
    /// of the plane, height and width. What is no image is an error of `forward`.
    pub(crate) fn of_image(
        &self,
        g: &GroupElement,
        rule: impl FnOnce(&PlaneIsometry, usize, usize) -> Option<Inexactness>,
    ) -> Option<Inexactness> {
        match (self, g.plane()) {
            (Self::Grid([1, height, width]), Some(g)) => rule(g, *height, *width),
            _ => self.inexactness(g),
        }
    }

    /// Why an element does not move the places exactly, so that no layer can commute with it
    /// exactly there; `None` if it does.
    pub fn inexactness(&self, g: &GroupElement) -> Option<Inexactness> {
        match (self, g.plane()) {
            (Self::Vector, _) => None,
            (Self::Points(graph), _) if graph.is_moved_by(g) => None,
            (Self::Grid(_), Some(g)) => g.lattice_matrix().is_none().then(|| off_lattice(g)),
            _ => Some(Inexactness {
                reason: format!("{g} does not act on {self}"),
                remedy: "use vectors, or a group that acts on the places".to_string(),
            }),
        }
    }

    /// Whether an element maps the places to themselves, or to places as good: a quarter turn
    /// makes an image of 3 x 4 pixels one of 4 x 3.
    pub fn is_exact(&self, g: &GroupElement) -> bool {
        self.inexactness(g).is_none()
    }

    /// What an element does to the places of fields of a type.
    ///
    /// # Errors
    ///
    /// If it does not act on them, or not exactly.
    pub(crate) fn moved(&self, of: &FieldType, g: &GroupElement) -> Result<Moved, NnError> {
        let (sources, domain) = match self {
            Self::Vector => (None, Self::Vector),
            Self::Grid(_) => {
                let (height, width) = self.image_size("the action of a planar group")?;
                let group = of.planar("an action on images")?;
                let action = LatticeAction::new(group, [1, height, width])?;
                let (sources, sizes) = action.source_of_moved(self.isometry(g)?)?;
                (Some(sources), Self::Grid(sizes))
            }
            Self::Points(graph) => (None, graph.transform(g)?.into()),
        };
        Ok(Moved { sources, domain })
    }

    /// The element as an isometry of the plane.
    pub(crate) fn isometry<'a>(&self, g: &'a GroupElement) -> Result<&'a PlaneIsometry, NnError> {
        g.plane().ok_or_else(|| NnError::Config {
            at: format!("the element {g}"),
            problem: format!("it does not act on {self}; use vectors, or an element of O(2)"),
        })
    }

    fn refused(&self, layer: &str, needed: &str, remedy: &str) -> NnError {
        NnError::Size {
            layer: layer.to_string(),
            problem: format!("it acts on {needed}, not on {self}; {remedy}"),
        }
    }
}

impl fmt::Display for Domain {
    /// `an image of 4 x 6 pixels`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vector => f.write_str("vectors"),
            Self::Grid([1, height, width]) => write!(f, "an image of {height} x {width} pixels"),
            Self::Grid([depth, height, width]) => {
                write!(f, "a volume of {depth} x {height} x {width} cells")
            }
            Self::Points(graph) => graph.fmt(f),
        }
    }
}

/// The index of the middle of an axis, a half between two cells for even sizes.
pub(crate) fn middle(size: usize) -> f64 {
    (size as f64 - 1.0) / 2.0
}

/// The places `[x, y]` of the pixels of an image, row by row from the top, `x` to the right and
/// `y` upwards.
pub(crate) fn pixels(height: usize, width: usize) -> impl Iterator<Item = [f64; 2]> {
    let (row, col) = (middle(height), middle(width));
    (0..height).flat_map(move |i| (0..width).map(move |j| [j as f64 - col, row - i as f64]))
}
