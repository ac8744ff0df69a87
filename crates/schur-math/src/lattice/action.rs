//! Groups acting on the points of a lattice: pixels, voxels, taps.

use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::group::FiniteAction;
use crate::group::{Element, Group};
use crate::lattice::{describe, describe_axes};
use crate::point_group::PointGroup;

/// The symmetries of a centred lattice of `[depth, height, width]` points: the elements of a point
/// group that map it to itself.
///
/// Coordinates are `x` along the columns, `y` against the rows and `z` along the slices, so in a
/// volume a group of the plane moves every slice alike, and a group of space moves an image as its
/// slice of depth 1.
///
/// ```
/// use schur_math::{LatticeAction, PlanarGroup, PlaneIsometry, SpaceIsometry, SpatialGroup};
///
/// let grid = LatticeAction::new(&PlanarGroup::parse("C4")?, [1, 2, 2])?;
/// // A quarter turn counter-clockwise brings the upper right pixel to the upper left.
/// let turn = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2)?;
/// assert_eq!(grid.source(&turn)?, [1, 3, 0, 2]);
/// // The inversion reverses the order of all voxels.
/// let volume = LatticeAction::new(&SpatialGroup::parse("Oh")?, [2, 2, 2])?;
/// assert_eq!(volume.source(&SpaceIsometry::INVERSION)?, [7, 6, 5, 4, 3, 2, 1, 0]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LatticeAction<P: PointGroup> {
    group: P,
    sizes: [usize; 3],
    what: &'static str,
}

/// Largest number of points of a lattice.
const MAX_POINTS: usize = 1 << 28;

/// A signed permutation of `x`, `y` and `z`, row by row.
type Signed = [[i64; 3]; 3];

impl<P: PointGroup> LatticeAction<P> {
    /// Largest number of points: 16,384 x 16,384 pixels, or 645 cubed.
    pub const MAX_POINTS: usize = MAX_POINTS;

    /// The action on `[depth, height, width]` points.
    ///
    /// # Errors
    ///
    /// If there are no points or more than [`MAX_POINTS`](Self::MAX_POINTS). Elements that do not
    /// fit the lattice are errors of [`source`](Self::source), so that a half turn of a wide image
    /// is possible in any group.
    pub fn new(group: &P, sizes: [usize; 3]) -> Result<Self, MathError> {
        Self::named(group, sizes, "grid")
    }

    /// The action with the name that error messages use for the lattice.
    pub(crate) fn named(
        group: &P,
        sizes: [usize; 3],
        what: &'static str,
    ) -> Result<Self, MathError> {
        check_sizes(sizes, what)?;
        Ok(Self {
            group: group.clone(),
            sizes,
            what,
        })
    }

    /// The group that acts.
    pub fn group(&self) -> &P {
        &self.group
    }

    /// Depth, height and width.
    pub fn sizes(&self) -> [usize; 3] {
        self.sizes
    }

    /// The number of points.
    pub fn points(&self) -> usize {
        self.sizes.iter().product()
    }

    /// The elements of the group that map this lattice to itself.
    pub fn elements(&self) -> Vec<P::Element> {
        let mut elements = self.group.test_elements();
        elements.retain(|g| self.lattice_matrix(g).is_ok());
        elements
    }

    /// Where the points of the moved field come from: `[g f](x) = f(g⁻¹ x)` is
    /// `out[dest] = in[source[dest]]`, with points counted row by row and slice by slice.
    ///
    /// # Errors
    ///
    /// If `g` is not in the group or does not map the lattice to itself: it is no signed
    /// permutation of the coordinates, or it exchanges axes of different sizes.
    pub fn source(&self, g: &P::Element) -> Result<Vec<usize>, MathError> {
        self.lattice_matrix(g)?;
        Ok(self.source_of_moved(g)?.0)
    }

    /// Where the points of the moved field come from on the lattice that `g` moves this one to,
    /// and its `[depth, height, width]`: other sizes if `g` exchanges axes of different ones.
    ///
    /// ```
    /// use schur_math::{LatticeAction, PlanarGroup, PlaneIsometry};
    ///
    /// // A quarter turn of a row of three pixels, counter-clockwise: the right end comes to the top.
    /// let row = LatticeAction::new(&PlanarGroup::parse("C4")?, [1, 1, 3])?;
    /// let quarter = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2)?;
    /// assert_eq!(row.source_of_moved(&quarter)?, (vec![2, 1, 0], [1, 3, 1]));
    /// assert!(row.source(&quarter).is_err());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `g` is not in the group or no signed permutation of the coordinates.
    pub fn source_of_moved(&self, g: &P::Element) -> Result<(Vec<usize>, [usize; 3]), MathError> {
        let m = self.signed_permutation(g)?;
        let [depth, height, width] = self.sizes;
        let extents = [width, height, depth];
        let extent = |i: usize| (0..3).find(|&j| m[i][j] != 0).map_or(0, |j| extents[j]);
        let sizes = [extent(2), extent(1), extent(0)];
        // An orthogonal matrix in integers: the transpose is the inverse.
        let back = std::array::from_fn(|i| std::array::from_fn(|j| m[j][i]));
        Ok((moved_by(&back, sizes, self.sizes), sizes))
    }

    /// Where the points go: entry `src` is the point `g src`, the inverse of
    /// [`source`](Self::source).
    ///
    /// ```
    /// use schur_math::{LatticeAction, PlanarGroup, PlaneIsometry};
    ///
    /// // A quarter turn of 2 x 2 pixels, counter-clockwise: the top right one becomes the top left.
    /// let grid = LatticeAction::new(&PlanarGroup::parse("C4")?, [1, 2, 2])?;
    /// let quarter = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2)?;
    /// assert_eq!(grid.images(&quarter)?, [2, 0, 3, 1]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `g` is not in the group or does not map the lattice to itself.
    pub fn images(&self, g: &P::Element) -> Result<Vec<usize>, MathError> {
        Ok(moved_by(&self.lattice_matrix(g)?, self.sizes, self.sizes))
    }

    /// The action of the whole group on the points.
    ///
    /// # Errors
    ///
    /// If the group is infinite or an element does not map the lattice to itself.
    pub fn finite_action(&self) -> Result<FiniteAction, MathError> {
        let group = self.finite()?;
        let elements = self.group.elements().unwrap_or_default();
        let images: Result<Vec<_>, _> = elements.iter().map(|g| self.images(g)).collect();
        FiniteAction::new(group, images?)
    }

    /// The finite group that acts.
    pub(crate) fn finite(&self) -> Result<&Group, MathError> {
        let infinite = || MathError::InfiniteGroup {
            group: self.group.to_string(),
            what: format!("an action on the points of a {}", self.what),
        };
        self.group.finite().ok_or_else(infinite)
    }

    /// The matrix of an element that permutes the axes, up to signs.
    fn signed_permutation(&self, g: &P::Element) -> Result<Signed, MathError> {
        let (group, element) = (self.group.to_string(), || self.group.element_name(g));
        if !self.group.contains(g) {
            return Err(MathError::NotInPointGroup {
                element: element(),
                group,
            });
        }
        let isometry = self.group.isometry(g);
        if isometry.values().iter().any(|v| v.fract() != 0.0) {
            return Err(MathError::NotLattice {
                group,
                element: element(),
            });
        }
        // A group of the line or the plane leaves the other coordinates alone.
        let dim = isometry.rows();
        let entry = |i: usize, j: usize| {
            if i.max(j) < dim {
                isometry[(i, j)] as i64
            } else {
                i64::from(i == j)
            }
        };
        Ok(std::array::from_fn(|i| {
            std::array::from_fn(|j| entry(i, j))
        }))
    }

    /// The matrix of an element that maps the lattice to itself.
    fn lattice_matrix(&self, g: &P::Element) -> Result<Signed, MathError> {
        let matrix = self.signed_permutation(g)?;
        let [depth, height, width] = self.sizes;
        let extents = [width, height, depth];
        let fits = |i: usize, j: usize| matrix[i][j] == 0 || extents[i] == extents[j];
        if (0..3).all(|i| (0..3).all(|j| fits(i, j))) {
            return Ok(matrix);
        }
        Err(MathError::NotSquare {
            group: self.group.to_string(),
            element: self.group.element_name(g),
            what: self.what,
            sizes: describe_axes(self.sizes),
        })
    }
}

/// Applies a matrix to all points of a lattice of sizes `from`, which it maps to one of sizes `to`,
/// in doubled coordinates, which are integers for even sizes too.
fn moved_by(matrix: &Signed, from: [usize; 3], to: [usize; 3]) -> Vec<usize> {
    // At most 2^28 points, so no size exceeds i64 or overflows when doubled.
    let ([depth, height, width], to) = (from.map(|size| size as i64), to.map(|size| size as i64));
    let image = |slice: i64, row: i64, column: i64| {
        let point = [
            2 * column - (width - 1),
            height - 1 - 2 * row,
            2 * slice - (depth - 1),
        ];
        let [x, y, z] = matrix.map(|[a, b, c]| a * point[0] + b * point[1] + c * point[2]);
        let (column, row) = ((x + to[2] - 1) / 2, (to[1] - 1 - y) / 2);
        ((z + to[0] - 1) / 2 * to[1] + row) * to[2] + column
    };
    // The map is affine: an origin, and a step along every axis.
    let origin = image(0, 0, 0);
    let steps = [image(1, 0, 0), image(0, 1, 0), image(0, 0, 1)].map(|next| next - origin);
    let mut moved = Vec::with_capacity(from.iter().product());
    for slice in 0..depth {
        for row in 0..height {
            let first = origin + slice * steps[0] + row * steps[1];
            moved.extend((0..width).map(|column| (first + column * steps[2]) as usize));
        }
    }
    moved
}

/// Checks that a lattice has points, and not too many.
pub(crate) fn check_sizes(sizes: [usize; 3], what: &'static str) -> Result<(), MathError> {
    let max = MAX_POINTS;
    let mut product = sizes.iter();
    let points = product.try_fold(1usize, |product, &size| product.checked_mul(size));
    let problem = match points {
        Some(0) => "no points",
        Some(points) if points <= max => return Ok(()),
        _ => "too many points",
    };
    Err(MathError::GridSize {
        what,
        sizes: describe(sizes),
        problem,
        max,
    })
}

/// Moves one field: `[g f](x) = ρ(g) f(g⁻¹ x)`.
///
/// `field` holds `dim x depth x height x width` numbers, row-major, and so does the result.
///
/// ```
/// use schur_math::{Group, LatticeAction, PlanarGroup, PlanarRepresentation, transform_feature_map};
///
/// let group = Group::parse("D1")?;
/// let d1 = PlanarGroup::new(&group)?;
/// let (mirror, grid) = (group.element(1)?, LatticeAction::new(&d1, [1, 1, 3])?);
/// // The mirror reverses the pixels and the direction of an arrow that points right.
/// let arrows = [1.0, 2.0, 3.0, 0.0, 0.0, 4.0];
/// let vectors = PlanarRepresentation::defining(&d1);
/// let vectors = vectors.finite().expect("D1 is finite");
/// let moved = transform_feature_map(vectors, &grid, mirror, &arrows)?;
/// assert_eq!(moved, [-3.0, -2.0, -1.0, 4.0, 0.0, 0.0]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the representation is of another group, `g` does not map the lattice to itself, or `field`
/// has another length.
pub fn transform_feature_map<P: PointGroup>(
    representation: &FiniteRepresentation,
    action: &LatticeAction<P>,
    g: Element,
    field: &[f64],
) -> Result<Vec<f64>, MathError> {
    let group = action.finite()?;
    representation.check_group(group)?;
    group.check_element(g)?;
    let elements = action.group().elements().unwrap_or_default();
    let source = action.source(&elements[g.index()])?;
    let (dim, points) = (representation.dim(), source.len());
    if Some(field.len()) != dim.checked_mul(points) {
        return Err(MathError::Length {
            what: "the feature map".to_string(),
            found: field.len(),
            expected: dim.saturating_mul(points),
            meaning: format!("{dim} channels x {}", describe(action.sizes())),
        });
    }
    let matrix = representation.matrix(g);
    let mut moved = vec![0.0; dim * points];
    for (row, out) in matrix.values().chunks(dim).zip(moved.chunks_mut(points)) {
        for (&factor, channel) in row.iter().zip(field.chunks(points)) {
            if factor != 0.0 {
                for (sum, &src) in out.iter_mut().zip(&source) {
                    *sum += factor * channel[src];
                }
            }
        }
    }
    Ok(moved)
}
