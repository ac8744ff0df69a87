//! Where the fields of a feature space live.

use std::fmt;
use std::sync::Arc;

use schur_math::{LatticeAction, PointGroup, SphereGrid, middle};

use crate::atlas::Steps;
use crate::exactness::{AxisMoves, Inexactness, off_lattice};
use crate::group::GridIsometry;
use crate::kinds::DomainKind;
use crate::{Atlas, FieldType, GroupElement, NnError, PointGraph};

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
    /// The cells of glued charts, such as a cylinder or a Möbius strip. Places count row by row from
    /// the top, chart after chart.
    Atlas(Arc<Atlas>),
    /// The places of a grid on the sphere, ring by ring from the north. Elements of O(3) move
    /// functions: those that permute the places do so exactly, others as functions of the
    /// [band](SphereGrid::band) that the grid determines.
    Sphere(Arc<SphereGrid>),
    /// Points in the plane, in space or on a surface, with edges between them: the sources of the graph.
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

impl From<Atlas> for Domain {
    fn from(atlas: Atlas) -> Self {
        Self::Atlas(Arc::new(atlas))
    }
}

impl From<SphereGrid> for Domain {
    fn from(grid: SphereGrid) -> Self {
        Self::Sphere(Arc::new(grid))
    }
}

/// The pixels of an image of (height, width).
impl From<(usize, usize)> for Domain {
    fn from((height, width): (usize, usize)) -> Self {
        Self::image(height, width)
    }
}

/// The cells of a grid of \[depth, height, width\].
impl From<[usize; 3]> for Domain {
    fn from(sizes: [usize; 3]) -> Self {
        Self::Grid(sizes)
    }
}

impl Domain {
    /// The cells of a volume, from the sizes (depth, height, width) of its tensor.
    pub fn volume(depth: usize, height: usize, width: usize) -> Self {
        Self::Grid([depth, height, width])
    }

    /// The pixels of an image.
    pub fn image(height: usize, width: usize) -> Self {
        Self::Grid([1, height, width])
    }

    /// Where images of \[depth, height, width\] live in a network with this entry `domain`.
    ///
    /// # Errors
    ///
    /// If they are volumes or empty, and the domain a strip.
    pub fn of_kind(kind: DomainKind, sizes: [usize; 3]) -> Result<Self, NnError> {
        let [depth, height, width] = sizes;
        if kind != DomainKind::Image && depth != 1 {
            return Err(NnError::Size {
                layer: "the domain of the network".to_string(),
                problem: format!(
                    "{} is no strip and no sphere; give images, or set network.domain to \"image\"",
                    Self::Grid(sizes)
                ),
            });
        }
        Ok(match kind {
            DomainKind::Image => Self::Grid(sizes),
            DomainKind::Cylinder => Atlas::cylinder(height, width)?.into(),
            DomainKind::Moebius => Atlas::moebius(height, width)?.into(),
            DomainKind::MoebiusUntransported => {
                Atlas::moebius(height, width)?.without_transport().into()
            }
            DomainKind::Sphere => SphereGrid::equiangular(height, width)?.into(),
        })
    }

    /// Number of places.
    pub fn places(&self) -> usize {
        match self {
            Self::Vector => 1,
            Self::Grid(sizes) => sizes.iter().product(),
            Self::Atlas(atlas) => atlas.sizes().iter().product(),
            Self::Sphere(grid) => grid.places(),
            Self::Points(graph) => graph.points().len(),
        }
    }

    /// What is left when all places are taken together: one cell of a grid or an atlas, or a vector.
    pub fn pooled(&self) -> Self {
        match self {
            Self::Grid(_) | Self::Atlas(_) => Self::Grid([1; 3]),
            _ => Self::Vector,
        }
    }

    /// (rows, columns) of the places as an image: those of the slices of a grid, or of the charts of
    /// an atlas, below each other, 1 x 1 of a vector, one row of points.
    pub fn size(&self) -> (usize, usize) {
        match self {
            Self::Vector => (1, 1),
            Self::Grid([depth, height, width]) => (depth * height, *width),
            Self::Atlas(atlas) => {
                let [charts, rows, columns] = atlas.sizes();
                (charts * rows, columns)
            }
            Self::Sphere(grid) => grid.image().unwrap_or((1, grid.places())),
            Self::Points(graph) => (1, graph.points().len()),
        }
    }

    /// \[depth, height, width\] for a layer that acts on grids.
    ///
    /// # Errors
    ///
    /// If the domain is another one.
    pub fn grid_size(&self, layer: &str) -> Result<[usize; 3], NnError> {
        match self {
            Self::Grid(sizes) => Ok(*sizes),
            _ => Err(self.refused(
                layer,
                "images and volumes",
                "make it with `Field::from_tensor` or `Field::from_volume`",
            )),
        }
    }

    /// \[depth, height, width\] of a grid, or \[charts, rows, columns\] of an atlas, for a layer with
    /// windows that asks what lies beyond an edge.
    pub(crate) fn window_sizes(&self, layer: &str) -> Result<[usize; 3], NnError> {
        match self {
            Self::Atlas(atlas) => Ok(atlas.sizes()),
            _ => self.grid_size(layer),
        }
    }

    /// Padding along the axes in two parts: of cells beyond glued edges, and beyond free ones.
    pub(crate) fn parted(&self, padding: [usize; 3]) -> [[usize; 3]; 2] {
        let glued = match self {
            Self::Atlas(atlas) => atlas.glued(),
            _ => [false; 3],
        };
        let part = |of: bool| std::array::from_fn(|a| if glued[a] == of { padding[a] } else { 0 });
        [part(true), part(false)]
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

    /// The grid for a layer that acts on the sphere.
    ///
    /// # Errors
    ///
    /// If the domain is another one.
    pub fn sphere(&self, layer: &str) -> Result<&Arc<SphereGrid>, NnError> {
        match self {
            Self::Sphere(grid) => Ok(grid),
            _ => Err(self.refused(
                layer,
                "the places of a sphere",
                "make it with `Field::from_sphere`",
            )),
        }
    }

    /// The places of what layers make of fields on the points of a graph: those that see.
    pub(crate) fn that_see(graph: &Arc<PointGraph>) -> Self {
        match graph.is_bipartite() {
            true => graph.of_targets().into(),
            false => Self::Points(Arc::clone(graph)),
        }
    }

    /// The grid that a layer on grids makes of this one, by its rule for \[depth, height, width\].
    pub(crate) fn map_grid(
        &self,
        layer: &str,
        rule: impl FnOnce([usize; 3]) -> Result<[usize; 3], NnError>,
    ) -> Result<Self, NnError> {
        rule(self.grid_size(layer)?).map(Self::Grid)
    }

    /// The places of the windows that slide over a grid or over charts, by the rule for their number
    /// along \[depth or charts, height, width\].
    pub(crate) fn slid(
        &self,
        layer: &str,
        steps: Steps,
        rule: impl FnOnce([usize; 3]) -> Result<[usize; 3], NnError>,
    ) -> Result<Self, NnError> {
        let counts = rule(self.window_sizes(layer)?)?;
        Ok(match self {
            Self::Atlas(atlas) => atlas.coarser(layer, steps, counts)?.into(),
            _ => {
                steps.on_grid(layer, self)?;
                Self::Grid(counts)
            }
        })
    }

    /// Why a layer on grids does not commute exactly with an element, by its rule for where the
    /// axes go and for \[depth, height, width\]. What is no grid is an error of `forward`.
    pub(crate) fn of_grid(
        &self,
        g: &GroupElement,
        rule: impl FnOnce(&AxisMoves, [usize; 3]) -> Option<Inexactness>,
    ) -> Option<Inexactness> {
        if let Some(why) = self.inexactness(g) {
            return Some(why);
        }
        rule(&AxisMoves::of(g)?, self.window_sizes("").ok()?)
    }

    /// Why an element does not move the places exactly, so that no layer can commute with it
    /// exactly there; `None` if it does.
    pub fn inexactness(&self, g: &GroupElement) -> Option<Inexactness> {
        match (self, g.isometry()) {
            (Self::Vector, _) => None,
            (Self::Points(graph), _) if graph.is_moved_by(g) => None,
            (Self::Sphere(grid), Some(GridIsometry::Space(g))) => {
                let permuted = grid.sources(g).is_some();
                (!permuted).then(|| Inexactness {
                    reason: format!("{g} moves the places of {self} between places"),
                    remedy: "turn harmonic coefficients, on which every rotation is exact"
                        .to_string(),
                })
            }
            (Self::Atlas(atlas), Some(GridIsometry::Plane(g))) if atlas.is_kept_by(g) => None,
            (Self::Grid(_), Some(g)) => g.lattice_matrix().is_none().then(|| off_lattice(&g)),
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
            Self::Grid(sizes) => {
                let group = of.group();
                let (sources, sizes) = match (group.planar(), group.spatial()) {
                    (Some(group), _) => grid_moved(group, *sizes, g.plane()),
                    (_, Some(group)) => grid_moved(group, *sizes, g.space()),
                    _ => None,
                }
                .unwrap_or_else(|| Err(self.foreign(g)))?;
                (Some(sources), Self::Grid(sizes))
            }
            Self::Atlas(atlas) => {
                let [charts, rows, columns] = atlas.sizes();
                if !self.is_exact(g) {
                    return Err(self.foreign(g));
                }
                // Of several charts only the identity keeps all.
                let moved = match (charts, of.group().planar()) {
                    (1, Some(group)) => grid_moved(group, [1, rows, columns], g.plane()),
                    _ => None,
                };
                let sources = moved.transpose()?.map(|(sources, _)| sources);
                (sources, self.clone())
            }
            Self::Sphere(grid) => {
                let sources = g.space().and_then(|g| grid.sources(g));
                (Some(sources.ok_or_else(|| self.foreign(g))?), self.clone())
            }
            Self::Points(graph) => (None, graph.transform(g)?.into()),
        };
        Ok(Moved { sources, domain })
    }

    /// Whether an element moves the places and leaves values in their frames alone: an isometry of space
    /// on a surface.
    pub(crate) fn is_moved_alone(&self, g: &GroupElement) -> bool {
        matches!(self, Self::Points(graph) if graph.is_on_surface() && g.space().is_some())
    }

    /// The element as an isometry.
    pub(crate) fn isometry<'a>(&self, g: &'a GroupElement) -> Result<GridIsometry<'a>, NnError> {
        g.isometry().ok_or_else(|| self.foreign(g))
    }

    fn foreign(&self, g: &GroupElement) -> NnError {
        NnError::Config {
            at: format!("the element {g}"),
            problem: format!(
                "it does not act on {self}; use vectors, or an element of O(2) on images, of O(3) \
                 on volumes, or one of the mirrors across and along a strip"
            ),
        }
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
            Self::Atlas(atlas) => atlas.fmt(f),
            Self::Sphere(grid) => grid.fmt(f),
            Self::Points(graph) => graph.fmt(f),
        }
    }
}

/// Where values come from, and the sizes of the grid on which they are then.
type Sources = (Vec<usize>, [usize; 3]);

/// Where the values on a grid of these sizes come from when an element moves it, and the sizes of the
/// moved grid; `None` without an element.
fn grid_moved<P: PointGroup>(
    group: &P,
    sizes: [usize; 3],
    g: Option<&P::Element>,
) -> Option<Result<Sources, NnError>> {
    let moved = |g| Ok(LatticeAction::new(group, sizes)?.source_of_moved(g)?);
    g.map(moved)
}

/// The places `[x, y, z]` of the cells of a grid, row by row from the top and slice by slice, `x` to
/// the right, `y` upwards and `z` along the slices.
pub(crate) fn cells([depth, height, width]: [usize; 3]) -> impl Iterator<Item = [f64; 3]> {
    let [slice, row, col] = [depth, height, width].map(middle);
    let in_row = move |k: usize, i: usize| {
        let place = move |j| [j as f64 - col, row - i as f64, k as f64 - slice];
        (0..width).map(place)
    };
    (0..depth).flat_map(move |k| (0..height).flat_map(move |i| in_row(k, i)))
}
