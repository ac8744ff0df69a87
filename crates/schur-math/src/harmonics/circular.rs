//! Harmonics on the circle.

use std::f64::consts::{PI, TAU};

use super::{check_degree, direction};
use crate::error::MathError;

/// The real circular harmonics of frequencies `0..=K`, orthonormal on the circle of length
/// `2π`, in the order `1/√(2π), cos φ/√π, sin φ/√π, cos 2φ/√π, sin 2φ/√π, …`.
///
/// `φ` counts counter-clockwise from the `x` axis. At a point rotated by `θ` each pair is the
/// old pair rotated by `k θ`: the vector of frequency `k` transforms by the irrep `E_k` of
/// SO(2), and points by `E_1`.
///
/// ```
/// use schur_math::CircularHarmonics;
///
/// let harmonics = CircularHarmonics::new(2)?;
/// let values = harmonics.values([0.0, 3.0])?;
/// let root = std::f64::consts::PI.sqrt();
/// // φ = π/2: cos φ = 0, sin φ = 1, cos 2φ = -1, sin 2φ = 0.
/// assert!((values[2] - 1.0 / root).abs() < 1e-15 && (values[3] + 1.0 / root).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CircularHarmonics {
    max_frequency: usize,
}

impl CircularHarmonics {
    /// Largest frequency that is supported.
    pub const MAX_FREQUENCY: usize = 4096;

    /// The harmonics of frequencies `0..=max_frequency`.
    ///
    /// # Errors
    ///
    /// If the frequency is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
    pub fn new(max_frequency: usize) -> Result<Self, MathError> {
        let what = "the frequency of circular harmonics";
        check_degree(what, max_frequency, Self::MAX_FREQUENCY)?;
        Ok(Self { max_frequency })
    }

    /// The number of harmonics, `2K + 1`.
    pub fn dim(&self) -> usize {
        2 * self.max_frequency + 1
    }

    /// The values in the direction of a point, `2K + 1` numbers.
    ///
    /// # Errors
    ///
    /// If the point is the origin or not finite.
    pub fn values(&self, point: [f64; 2]) -> Result<Vec<f64>, MathError> {
        let ([x, y], _) = direction(point)?;
        let scale = PI.sqrt().recip();
        let mut values = Vec::with_capacity(self.dim());
        values.push(TAU.sqrt().recip());
        let (mut cos, mut sin) = (1.0, 0.0);
        for _ in 0..self.max_frequency {
            (cos, sin) = (cos * x - sin * y, cos * y + sin * x);
            values.extend([scale * cos, scale * sin]);
        }
        Ok(values)
    }

    /// The values as [`values`](Self::values), and the gradients with respect to the point of
    /// the functions `p -> Y(p / |p|)`, one `[∂x, ∂y]` per harmonic.
    ///
    /// ```
    /// use schur_math::CircularHarmonics;
    ///
    /// let harmonics = CircularHarmonics::new(1)?;
    /// let (values, gradients) = harmonics.values_and_gradients([2.0, 0.0])?;
    /// // The cosine is at its top, the sine has slope 1 / |p|.
    /// assert_eq!(gradients[1], [0.0, 0.0]);
    /// assert!((gradients[2][1] - values[1] / 2.0).abs() < 1e-15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the point is the origin or not finite.
    pub fn values_and_gradients(
        &self,
        point: [f64; 2],
    ) -> Result<(Vec<f64>, Vec<[f64; 2]>), MathError> {
        let values = self.values(point)?;
        let ([x, y], length) = direction(point)?;
        let mut gradients = vec![[0.0; 2]];
        for (k, pair) in (1..).map(f64::from).zip(values[1..].chunks(2)) {
            // The derivatives by φ of cos kφ and sin kφ, along the tangent (-y, x).
            for slope in [-k * pair[1] / length, k * pair[0] / length] {
                gradients.push([-y * slope, x * slope]);
            }
        }
        Ok((values, gradients))
    }
}
