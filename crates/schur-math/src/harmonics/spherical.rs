//! Real harmonics on the sphere.

use std::f64::consts::SQRT_2;

use super::recursion::Recursion;
use super::{check_degree, direction};
use crate::error::MathError;

/// The real spherical harmonics of degrees `0..=L`, orthonormal on the unit sphere of area
/// `4π`.
///
/// With `$z = \cos\theta$`, `$x + i y = \sin\theta\, e^{i\varphi}$` and associated Legendre
/// functions `$P_l^m$` free of the phase `$(-1)^m$`,
///
/// ```math
/// Y_{l,m} = N_{lm}\, P_l^{|m|}(\cos\theta) \cdot
/// \begin{cases}
///     \sqrt 2 \cos m\varphi   & m > 0 \\
///     1                       & m = 0 \\
///     \sqrt 2 \sin |m|\varphi & m < 0
/// \end{cases}
/// \qquad
/// N_{lm}^2 = \frac{2l+1}{4\pi}\, \frac{(l-|m|)!}{(l+|m|)!}
/// ```
///
/// in the order `l = 0..=L`, `m = -l..=l`, so that `Y_{l,m}` stands at `l² + l + m`. For
/// `l = 1` these are `√(3/4π) (y, z, x)`: vectors `(x, y, z)` are the irrep `l = 1` with the
/// coordinates in the order [`VECTOR_ORDER`](Self::VECTOR_ORDER). With the complex harmonics
/// `Y_l^m` of Condon and Shortley, `Y_{l,m} = (-1)^m √2 Re Y_l^m` and
/// `Y_{l,-m} = (-1)^m √2 Im Y_l^m` for `m > 0`.
///
/// Computed as polynomials in `x, y, z`, without angles, so the poles are ordinary points.
///
/// ```
/// use schur_math::SphericalHarmonics;
///
/// let harmonics = SphericalHarmonics::new(1)?;
/// let values = harmonics.values([0.6, 0.0, 0.8])?;
/// let scale = (3.0 / (4.0 * std::f64::consts::PI)).sqrt();
/// for (value, coordinate) in values[1..].iter().zip([0.0, 0.8, 0.6]) {
///     assert!((value - scale * coordinate).abs() < 1e-15);
/// }
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SphericalHarmonics {
    pub(super) recursion: Recursion,
}

impl SphericalHarmonics {
    /// Largest degree that is supported.
    pub const MAX_DEGREE: usize = 512;

    /// The coordinate (0 for `x`, 1 for `y`, 2 for `z`) at each place of the irrep `l = 1`.
    pub const VECTOR_ORDER: [usize; 3] = [1, 2, 0];

    /// The harmonics of degrees `0..=max_degree`.
    ///
    /// # Errors
    ///
    /// If the degree is above [`MAX_DEGREE`](Self::MAX_DEGREE).
    pub fn new(max_degree: usize) -> Result<Self, MathError> {
        let what = "the degree of spherical harmonics";
        check_degree(what, max_degree, Self::MAX_DEGREE)?;
        Ok(Self {
            recursion: Recursion::new(max_degree),
        })
    }

    /// The largest degree `L`.
    pub fn max_degree(&self) -> usize {
        self.recursion.max_degree()
    }

    /// The number of harmonics, `(L + 1)²`.
    pub fn dim(&self) -> usize {
        (self.max_degree() + 1).pow(2)
    }

    /// The values in the direction of a point, `(L + 1)²` numbers.
    ///
    /// # Errors
    ///
    /// If the point is the origin or not finite.
    pub fn values(&self, point: [f64; 3]) -> Result<Vec<f64>, MathError> {
        let mut values = vec![0.0; self.dim()];
        self.values_into(point, &mut values)?;
        Ok(values)
    }

    /// Writes the values in the direction of a point to a slice of `(L + 1)²` numbers.
    ///
    /// # Errors
    ///
    /// If the point is the origin or not finite, or the slice has another length.
    pub fn values_into(&self, point: [f64; 3], values: &mut [f64]) -> Result<(), MathError> {
        if values.len() != self.dim() {
            return Err(MathError::Length {
                what: "the slice for spherical harmonics".to_string(),
                found: values.len(),
                expected: self.dim(),
                meaning: format!("(L + 1)² for L = {}", self.max_degree()),
            });
        }
        let ([x, y, z], _) = direction(point)?;
        let (mut cos, mut sin) = (1.0, 0.0);
        self.recursion.for_each_order(z, |m, column| {
            if m == 0 {
                for (l, q) in column.iter().enumerate() {
                    values[l * l + l] = *q;
                }
                return;
            }
            (cos, sin) = (cos * x - sin * y, cos * y + sin * x);
            for (l, q) in (m..).zip(column) {
                let centre = l * l + l;
                values[centre + m] = SQRT_2 * q * cos;
                values[centre - m] = SQRT_2 * q * sin;
            }
        });
        Ok(())
    }

    /// The values as [`values`](Self::values), and the gradients with respect to the point of
    /// the functions `p -> Y(p / |p|)`, one `[∂x, ∂y, ∂z]` per harmonic. Gradients are
    /// orthogonal to the point.
    ///
    /// ```
    /// use schur_math::SphericalHarmonics;
    ///
    /// // At distance 2 harmonics are half as steep as at distance 1.
    /// let harmonics = SphericalHarmonics::new(4)?;
    /// let (_, near) = harmonics.values_and_gradients([0.6, 0.0, 0.8])?;
    /// let (_, far) = harmonics.values_and_gradients([1.2, 0.0, 1.6])?;
    /// assert!((near[20][1] - 2.0 * far[20][1]).abs() < 1e-14);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the point is the origin or not finite.
    pub fn values_and_gradients(
        &self,
        point: [f64; 3],
    ) -> Result<(Vec<f64>, Vec<[f64; 3]>), MathError> {
        let values = self.values(point)?;
        let (unit, length) = direction(point)?;
        let [x, y, z] = unit;
        // The derivative of q_l^m by z is a multiple of q_l^{m+1}, so each order is handled
        // when the next one is known.
        let mut gradients = vec![[0.0; 3]; values.len()];
        let mut previous: Vec<f64> = Vec::new();
        let (mut cos, mut sin) = (1.0, 0.0);
        let (mut lower_cos, mut lower_sin) = (0.0, 0.0);
        let mut order = |m: usize, column: &[f64], next: &[f64]| {
            let scale = if m == 0 { 1.0 } else { SQRT_2 };
            for (l, q) in (m..).zip(column) {
                let slope = if l > m {
                    (((l - m) * (l + m + 1)) as f64).sqrt() * next[l - m - 1]
                } else {
                    0.0
                };
                let (q, slope, turn) = (scale * q, scale * slope, m as f64);
                let along_cos = [q * turn * lower_cos, -q * turn * lower_sin, slope * cos];
                let along_sin = [q * turn * lower_sin, q * turn * lower_cos, slope * sin];
                let centre = l * l + l;
                gradients[centre + m] = tangential(along_cos, unit, length);
                if m > 0 {
                    gradients[centre - m] = tangential(along_sin, unit, length);
                }
            }
            (lower_cos, lower_sin) = (cos, sin);
            (cos, sin) = (cos * x - sin * y, cos * y + sin * x);
        };
        self.recursion.for_each_order(z, |m, column| {
            if m > 0 {
                order(m - 1, &previous, column);
            }
            previous.clear();
            previous.extend_from_slice(column);
        });
        order(self.max_degree(), &previous, &[]);
        Ok((values, gradients))
    }
}

/// The part of a gradient orthogonal to a unit vector, at a distance from the origin.
fn tangential(gradient: [f64; 3], unit: [f64; 3], length: f64) -> [f64; 3] {
    let radial: f64 = gradient.iter().zip(unit).map(|(g, u)| g * u).sum();
    [0, 1, 2].map(|i| (gradient[i] - radial * unit[i]) / length)
}
