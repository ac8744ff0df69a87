//! Elements of O(2).

use std::f64::consts::{FRAC_PI_2, TAU};
use std::fmt;

use crate::error::MathError;
use crate::tolerance::PLANAR_ELEMENT;

/// A rotation of the plane, proper or improper: an element `r(θ) s^f` of O(2).
///
/// `r(θ)` rotates by `θ` counter-clockwise, `s` is the left-right mirror
/// `(x, y) -> (-x, y)`, and `s r(θ) s = r(-θ)`. Elements with `f = 0` form SO(2). The element
/// `r^i s^f` of `D_n` is the one with `θ = 2π i/n`.
///
/// ```
/// use schur_math::PlaneIsometry;
///
/// let r = PlaneIsometry::rotation(0.3)?;
/// let s = PlaneIsometry::MIRROR;
/// assert!(s.compose(&r).compose(&s).distance(&r.inverse()) < 1e-15);
/// assert_eq!(s.matrix(), [[-1.0, 0.0], [0.0, 1.0]]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneIsometry {
    /// In `[0, 2π)`.
    angle: f64,
    reflected: bool,
}

impl PlaneIsometry {
    /// The identity.
    pub const IDENTITY: Self = Self {
        angle: 0.0,
        reflected: false,
    };

    /// The left-right mirror `s`.
    pub const MIRROR: Self = Self {
        angle: 0.0,
        reflected: true,
    };

    /// The element `r(angle) s^reflected`, with the angle in radians.
    ///
    /// # Errors
    ///
    /// If the angle is not finite.
    pub fn new(angle: f64, reflected: bool) -> Result<Self, MathError> {
        if !angle.is_finite() {
            return Err(MathError::geometry(
                "the angle of a rotation",
                angle,
                "it is not finite",
                "give radians",
            ));
        }
        Ok(Self::wrapped(angle, reflected))
    }

    /// The rotation `r(angle)`.
    ///
    /// # Errors
    ///
    /// If the angle is not finite.
    pub fn rotation(angle: f64) -> Result<Self, MathError> {
        Self::new(angle, false)
    }

    /// The angle `θ` in `[0, 2π)` of `r(θ) s^f`.
    pub fn angle(&self) -> f64 {
        self.angle
    }

    /// Whether it is improper: a mirror.
    pub fn is_reflected(&self) -> bool {
        self.reflected
    }

    /// The product `self · other`: as maps, `other` acts first.
    #[must_use]
    pub fn compose(&self, other: &Self) -> Self {
        let angle = if self.reflected {
            self.angle - other.angle
        } else {
            self.angle + other.angle
        };
        Self::wrapped(angle, self.reflected ^ other.reflected)
    }

    /// The inverse. A mirror is its own.
    #[must_use]
    pub fn inverse(&self) -> Self {
        if self.reflected {
            *self
        } else {
            Self::wrapped(-self.angle, false)
        }
    }

    /// The matrix `R(θ) diag(-1, 1)^f` on column vectors `(x, y)`, row-major.
    pub fn matrix(&self) -> [[f64; 2]; 2] {
        let (sin, cos) = self.angle.sin_cos();
        // `0.0 -` keeps zeros positive.
        if self.reflected {
            [[0.0 - cos, 0.0 - sin], [0.0 - sin, cos]]
        } else {
            [[cos, 0.0 - sin], [sin, cos]]
        }
    }

    /// The matrix, with entries of exactly 0 and ±1 where it permutes the pixels.
    pub(crate) fn exact_matrix(&self) -> [[f64; 2]; 2] {
        match self.lattice_matrix() {
            Some(matrix) => matrix.map(|row| row.map(f64::from)),
            None => self.matrix(),
        }
    }

    /// The image of a point.
    pub fn apply(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        self.matrix().map(|[a, b]| a * x + b * y)
    }

    /// The matrix in integers, if the element maps the pixel grid to itself up to
    /// [`PLANAR_ELEMENT`]: multiples of a quarter turn, and mirrors of rows, columns and
    /// diagonals.
    ///
    /// ```
    /// use schur_math::PlaneIsometry;
    ///
    /// assert_eq!(PlaneIsometry::MIRROR.lattice_matrix(), Some([[-1, 0], [0, 1]]));
    /// assert_eq!(PlaneIsometry::rotation(0.5)?.lattice_matrix(), None);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn lattice_matrix(&self) -> Option<[[i32; 2]; 2]> {
        let quarters = self.angle / FRAC_PI_2;
        let nearest = quarters.round();
        if (quarters - nearest).abs() * FRAC_PI_2 > PLANAR_ELEMENT {
            return None;
        }
        let (cos, sin) = [(1, 0), (0, 1), (-1, 0), (0, -1)][nearest as usize % 4];
        let mirror = if self.reflected { -1 } else { 1 };
        Some([[mirror * cos, -sin], [mirror * sin, cos]])
    }

    /// The largest difference of the entries of the two matrices.
    pub fn distance(&self, other: &Self) -> f64 {
        let (a, b) = (self.matrix(), other.matrix());
        let pairs = a.iter().flatten().zip(b.iter().flatten());
        pairs.fold(0.0, |worst, (x, y)| worst.max((x - y).abs()))
    }

    /// An element with its angle brought to `[0, 2π)`.
    pub(crate) fn wrapped(angle: f64, reflected: bool) -> Self {
        let angle = angle.rem_euclid(TAU);
        Self {
            // `rem_euclid` rounds tiny negative angles up to a full turn.
            angle: if angle < TAU { angle } else { 0.0 },
            reflected,
        }
    }
}

impl fmt::Display for PlaneIsometry {
    /// By the angle in degrees: `r(90°)`, `r(22.5°) s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Three decimals tell apart what anybody turns by.
        let degrees = (self.angle.to_degrees() * 1000.0).round() / 1000.0;
        let mirror = if self.reflected { " s" } else { "" };
        write!(f, "r({degrees}°){mirror}")
    }
}
