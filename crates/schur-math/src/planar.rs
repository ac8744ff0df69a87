//! Groups that act on the plane.

use crate::error::MathError;
use crate::group::{Element, Family, Group};
use crate::turn;

/// `C_n` or `D_n` acting on the plane: `r` rotates by `2π/n` counter-clockwise, `s` mirrors
/// left and right. So `r^i s^f` has the matrix `R(2π i/n) diag(-1, 1)^f`.
///
/// ```
/// use schur_math::{Group, PlanarGroup};
///
/// let d4 = PlanarGroup::new(&Group::parse("D4")?)?;
/// let (r, s) = (d4.group().element(1)?, d4.group().element(4)?);
/// assert_eq!(d4.matrix(r), [[0.0, -1.0], [1.0, 0.0]]);
/// assert_eq!(d4.lattice_matrix(s), Some([[-1, 0], [0, 1]]));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanarGroup {
    group: Group,
    /// `r` rotates by one `rotations`-th of a turn.
    rotations: usize,
}

impl PlanarGroup {
    /// The standard action of a group on the plane.
    ///
    /// # Errors
    ///
    /// If the group was not made as `C_n` or `D_n`.
    pub fn new(group: &Group) -> Result<Self, MathError> {
        match group.family() {
            Family::Cyclic(n) | Family::Dihedral(n) => Ok(Self {
                group: group.clone(),
                rotations: n,
            }),
            _ => Err(MathError::NotPlanar {
                group: group.name().to_string(),
            }),
        }
    }

    /// The group itself.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// The matrix of `g` on column vectors `(x, y)`, row-major. Entries of quarter turns and
    /// of mirrors along them are exactly 0 and ±1.
    pub fn matrix(&self, g: Element) -> [[f64; 2]; 2] {
        let (cos, sin) = turn::cos_sin(self.turn(g), self.rotations);
        if self.is_reflection(g) {
            [[0.0 - cos, 0.0 - sin], [0.0 - sin, cos]]
        } else {
            [[cos, 0.0 - sin], [sin, cos]]
        }
    }

    /// The matrix of `g` in integers, if `g` maps the pixel grid to itself: multiples of a
    /// quarter turn, and mirrors of rows, columns and diagonals.
    pub fn lattice_matrix(&self, g: Element) -> Option<[[i32; 2]; 2]> {
        let quarters = 4 * self.turn(g);
        if !quarters.is_multiple_of(self.rotations) {
            return None;
        }
        let (cos, sin) = [(1, 0), (0, 1), (-1, 0), (0, -1)][quarters / self.rotations];
        let mirror = if self.is_reflection(g) { -1 } else { 1 };
        Some([[mirror * cos, -sin], [mirror * sin, cos]])
    }

    /// The elements that map the pixel grid to itself, by index.
    pub fn lattice_elements(&self) -> Vec<Element> {
        let elements = self.group.elements();
        elements
            .filter(|&g| self.lattice_matrix(g).is_some())
            .collect()
    }

    /// Whether every element maps the pixel grid to itself: C1, C2, C4, D1, D2 and D4.
    pub fn is_lattice_exact(&self) -> bool {
        self.lattice_elements().len() == self.group.order()
    }

    /// The angle `2π i/n` in `[0, 2π)` of the rotation in `g = r^i s^f`. A mirror `r^i s` is
    /// the left-right mirror followed by that rotation; its axis stands at
    /// `π/2 + angle/2`.
    pub fn angle(&self, g: Element) -> f64 {
        turn::angle(self.turn(g), self.rotations)
    }

    /// Whether `g` is a mirror.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `g` is an element of another, larger group. That holds for all
    /// methods that take elements.
    pub fn is_reflection(&self, g: Element) -> bool {
        assert!(
            g.index() < self.group.order(),
            "element {} is not one of {}",
            g.index(),
            self.group
        );
        g.index() >= self.rotations
    }

    /// The `i` of `r^i s^f`.
    fn turn(&self, g: Element) -> usize {
        g.index() % self.rotations
    }
}
