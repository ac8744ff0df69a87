//! Groups acting on the pixels of an image.

use crate::action::FiniteAction;
use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::group::{Element, Group};
use crate::planar::PlanarGroup;
use crate::rotation::PlaneIsometry;

/// The symmetries of a pixel grid: the elements of a planar group that map the centred
/// `height x width` grid to itself.
///
/// ```
/// use schur_math::{GridAction, PlanarGroup, PlaneIsometry};
///
/// let grid = GridAction::new(&PlanarGroup::parse("C4")?, 2, 2)?;
/// // A quarter turn counter-clockwise brings the upper right pixel to the upper left.
/// let turn = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2)?;
/// assert_eq!(grid.source(&turn)?, [1, 3, 0, 2]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GridAction {
    planar: PlanarGroup,
    height: usize,
    width: usize,
    what: &'static str,
}

impl GridAction {
    /// Largest number of pixels, 16,384 x 16,384.
    pub const MAX_PIXELS: usize = 1 << 28;

    /// The action on a grid of `height` rows and `width` columns.
    ///
    /// # Errors
    ///
    /// If the grid has no pixels or more than [`MAX_PIXELS`](Self::MAX_PIXELS). Elements that
    /// do not fit the grid are errors of [`source`](Self::source), so that a half turn of a
    /// wide image is possible in any group.
    pub fn new(planar: &PlanarGroup, height: usize, width: usize) -> Result<Self, MathError> {
        Self::named(planar, height, width, "grid")
    }

    /// As [`new`](Self::new), with the name that error messages use for the grid.
    pub(crate) fn named(
        planar: &PlanarGroup,
        height: usize,
        width: usize,
        what: &'static str,
    ) -> Result<Self, MathError> {
        let problem = match height.checked_mul(width) {
            Some(0) => Some("no pixels"),
            Some(pixels) if pixels <= Self::MAX_PIXELS => None,
            _ => Some("too many pixels"),
        };
        if let Some(problem) = problem {
            return Err(MathError::GridSize {
                what,
                height,
                width,
                problem,
                max: Self::MAX_PIXELS,
            });
        }
        Ok(Self {
            planar: planar.clone(),
            height,
            width,
            what,
        })
    }

    /// The group with its action on the plane.
    pub fn planar(&self) -> &PlanarGroup {
        &self.planar
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The elements of the group that map this grid to itself.
    pub fn elements(&self) -> Vec<PlaneIsometry> {
        let mut elements = self.planar.test_elements();
        elements.retain(|g| self.lattice_matrix(g).is_ok());
        elements
    }

    /// Where the pixels of the moved image come from: `[g f](x) = f(g⁻¹ x)` is
    /// `out[dest] = in[source[dest]]`, with pixels counted row by row.
    ///
    /// # Errors
    ///
    /// If `g` is not in the group or does not map the grid to itself: it is no multiple of a
    /// quarter turn or mirror, or it exchanges rows and columns of a grid that is not square.
    pub fn source(&self, g: &PlaneIsometry) -> Result<Vec<usize>, MathError> {
        // An orthogonal matrix in integers: the transpose is the inverse.
        let [[a, b], [c, d]] = self.lattice_matrix(g)?;
        Ok(self.moved_by([[a, c], [b, d]]))
    }

    /// Where the pixels go: entry `src` is the pixel `g src`, the inverse of
    /// [`source`](Self::source).
    ///
    /// ```
    /// use schur_math::{GridAction, PlanarGroup, PlaneIsometry};
    ///
    /// // A quarter turn of 2 x 2 pixels, counter-clockwise: the top right one becomes the top left.
    /// let grid = GridAction::new(&PlanarGroup::parse("C4")?, 2, 2)?;
    /// let quarter = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2)?;
    /// assert_eq!(grid.images(&quarter)?, [2, 0, 3, 1]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`source`](Self::source).
    pub fn images(&self, g: &PlaneIsometry) -> Result<Vec<usize>, MathError> {
        Ok(self.moved_by(self.lattice_matrix(g)?))
    }

    /// The action of the whole group on the pixels.
    ///
    /// # Errors
    ///
    /// If the group is infinite or an element does not map the grid to itself.
    pub fn finite_action(&self) -> Result<FiniteAction, MathError> {
        let group = self.finite()?;
        let elements = self.planar.elements().unwrap_or_default();
        let images: Result<Vec<_>, _> = elements.iter().map(|g| self.images(g)).collect();
        FiniteAction::new(group, images?)
    }

    /// The finite group that acts.
    pub(crate) fn finite(&self) -> Result<&Group, MathError> {
        let infinite = || MathError::InfinitePlanarGroup {
            group: self.planar.name().to_string(),
            what: format!("an action on the pixels of a {}", self.what),
        };
        self.planar.finite().ok_or_else(infinite)
    }

    fn lattice_matrix(&self, g: &PlaneIsometry) -> Result<[[i32; 2]; 2], MathError> {
        let group = &self.planar;
        if !group.contains(g) {
            return Err(MathError::NotInPlanarGroup {
                element: g.to_string(),
                group: group.name().to_string(),
            });
        }
        let matrix = g.lattice_matrix().ok_or_else(|| MathError::NotLattice {
            group: group.name().to_string(),
            element: group.element_name(g),
        })?;
        if matrix[0][0] == 0 && self.height != self.width {
            return Err(MathError::NotSquare {
                group: group.name().to_string(),
                element: group.element_name(g),
                what: self.what,
                height: self.height,
                width: self.width,
            });
        }
        Ok(matrix)
    }

    /// Applies an integer matrix to all pixels, in doubled coordinates
    /// `(2j - (W-1), (H-1) - 2i)`, which are integers for even sizes too.
    fn moved_by(&self, [[a, b], [c, d]]: [[i32; 2]; 2]) -> Vec<usize> {
        let [a, b, c, d] = [a, b, c, d].map(i64::from);
        // At most 2^28 pixels, so neither side exceeds i64 or overflows when doubled.
        let (last_row, last_col) = (self.height as i64 - 1, self.width as i64 - 1);
        let mut moved = Vec::with_capacity(self.height * self.width);
        for i in 0..=last_row {
            for j in 0..=last_col {
                let (x, y) = (2 * j - last_col, last_row - 2 * i);
                let (x, y) = (a * x + b * y, c * x + d * y);
                let (row, col) = ((last_row - y) / 2, (x + last_col) / 2);
                moved.push((row * (last_col + 1) + col) as usize);
            }
        }
        moved
    }
}

/// Moves one field: `[g f](x) = ρ(g) f(g⁻¹ x)`.
///
/// `field` holds `dim x height x width` numbers, row-major, and so does the result.
///
/// ```
/// use schur_math::{GridAction, Group, PlanarGroup, FiniteRepresentation, transform_feature_map};
///
/// let group = Group::parse("D1")?;
/// let d1 = PlanarGroup::new(&group)?;
/// let (mirror, grid) = (group.element(1)?, GridAction::new(&d1, 1, 3)?);
/// // The mirror reverses the pixels and the direction of an arrow that points right.
/// let arrows = [1.0, 2.0, 3.0, 0.0, 0.0, 4.0];
/// let vectors = FiniteRepresentation::defining(&d1)?;
/// let moved = transform_feature_map(&vectors, &grid, mirror, &arrows)?;
/// assert_eq!(moved, [-3.0, -2.0, -1.0, 4.0, 0.0, 0.0]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the representation is of another group, `g` does not map the grid to itself, or `field`
/// has another length.
pub fn transform_feature_map(
    representation: &FiniteRepresentation,
    grid: &GridAction,
    g: Element,
    field: &[f64],
) -> Result<Vec<f64>, MathError> {
    let group = grid.finite()?;
    representation.check_group(group)?;
    let moved = grid.planar().rotation(g);
    let source = grid.source(&moved.ok_or_else(|| group.no_element(g.index()))?)?;
    let (dim, pixels) = (representation.dim(), source.len());
    if Some(field.len()) != dim.checked_mul(pixels) {
        return Err(MathError::Length {
            what: "the feature map".to_string(),
            found: field.len(),
            expected: dim.saturating_mul(pixels),
            meaning: format!("{dim} channels x {} x {}", grid.height, grid.width),
        });
    }
    let matrix = representation.matrix(g);
    let mut moved = vec![0.0; dim * pixels];
    for (row, out) in matrix.values().chunks(dim).zip(moved.chunks_mut(pixels)) {
        for (&factor, channel) in row.iter().zip(field.chunks(pixels)) {
            if factor != 0.0 {
                for (sum, &src) in out.iter_mut().zip(&source) {
                    *sum += factor * channel[src];
                }
            }
        }
    }
    Ok(moved)
}
