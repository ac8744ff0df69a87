//! Quadrature with a certified degree on circles, spheres and compact groups.

mod flat;
mod gauss_legendre;
mod group;

pub use gauss_legendre::gauss_legendre;

use crate::error::MathError;
use crate::harmonics::check_degree;
use crate::tolerance::MEAN_OF_ONE;

/// Points and weights whose weighted sum is the mean over a space, exactly for all functions
/// up to a degree: with the invariant measure of total mass 1,
///
/// ```math
/// \sum_i w_i\, f(x_i) = \int_X f(x)\, \mathrm{d}x
/// ```
///
/// Weights are positive and sum to 1. "Exact" is meant up to round-off; "degree" is, by
/// constructor:
///
/// | constructor | space | exact for |
/// |---|---|---|
/// | [`circle`](Self::circle) | unit circle | frequencies `k <= degree` |
/// | [`sphere`](Self::sphere) | unit sphere | harmonics of degree `l <= degree` |
/// | [`so2`](Self::so2), [`o2`](Self::o2) | SO(2), O(2) | matrix coefficients of irreps of frequency `k <= degree` |
/// | [`so3`](Self::so3), [`o3`](Self::o3) | SO(3), O(3) | matrix coefficients of irreps `l <= degree` |
/// | [`su2`](Self::su2) | SU(2) | matrix coefficients of spins `j <= degree / 2` |
///
/// Each fails at `degree + 1`. For the inner product of two functions of degree up to `L`
/// take `degree = 2L`.
///
/// ```
/// use schur_math::quadrature::Quadrature;
///
/// // The mean of z² over the sphere is 1/3.
/// let sphere = Quadrature::sphere(2)?;
/// assert!((sphere.mean(|p| p[2] * p[2]) - 1.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Quadrature<P> {
    points: Vec<P>,
    weights: Vec<f64>,
    degree: usize,
}

impl<P> Quadrature<P> {
    /// A rule of one's own: points, weights whose sum is 1, and the degree to which weighted sums
    /// are means. Whether they are up to that degree is for the caller to know.
    ///
    /// ```
    /// use schur_math::quadrature::Quadrature;
    ///
    /// // Simpson's rule on [0, 1].
    /// let rule = Quadrature::new(vec![0.0, 0.5, 1.0], vec![1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0], 3)?;
    /// assert!((rule.mean(|x: &f64| x * x * x) - 0.25).abs() < 1e-15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are not as many weights as points, or the sum of the weights is not 1.
    pub fn new(points: Vec<P>, weights: Vec<f64>, degree: usize) -> Result<Self, MathError> {
        if weights.len() != points.len() {
            return Err(MathError::Length {
                what: "the list of weights of a quadrature rule".to_string(),
                found: weights.len(),
                expected: points.len(),
                meaning: "the number of points".to_string(),
            });
        }
        let sum: f64 = weights.iter().sum();
        // Written so that a sum that is no number fails.
        if (sum - 1.0).abs() <= MEAN_OF_ONE {
            return Ok(Self::from_parts(points, weights, degree));
        }
        Err(MathError::Weights { sum })
    }

    /// A rule that is known to be exact to a degree.
    pub(crate) fn from_parts(points: Vec<P>, weights: Vec<f64>, degree: usize) -> Self {
        Self {
            points,
            weights,
            degree,
        }
    }

    /// This rule with its points changed into others by a map, and the same weights.
    pub(crate) fn map<Q>(self, change: impl FnMut(P) -> Q) -> Quadrature<Q> {
        Quadrature {
            points: self.points.into_iter().map(change).collect(),
            weights: self.weights,
            degree: self.degree,
        }
    }

    /// The rule on pairs, the second point varying fastest.
    pub(crate) fn times<Q, R>(
        &self,
        other: &Quadrature<Q>,
        pair: impl Fn(&P, &Q) -> R,
    ) -> Quadrature<R> {
        let (mut points, mut weights) = (Vec::new(), Vec::new());
        for (p, v) in self.points.iter().zip(&self.weights) {
            points.extend(other.points.iter().map(|q| pair(p, q)));
            weights.extend(other.weights.iter().map(|w| v * w));
        }
        Quadrature {
            points,
            weights,
            degree: self.degree.min(other.degree),
        }
    }

    /// The points.
    pub fn points(&self) -> &[P] {
        &self.points
    }

    /// The weights, in the order of the points.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The degree up to which it is exact.
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// The weighted sum of the values of a function.
    pub fn mean(&self, mut function: impl FnMut(&P) -> f64) -> f64 {
        let terms = self.points.iter().zip(&self.weights);
        terms.map(|(point, weight)| weight * function(point)).sum()
    }
}

/// Largest degree of a quadrature on circles and on SO(2) and O(2).
const MAX_CIRCLE: usize = 1 << 16;

/// Largest degree on the sphere: 2 million points.
const MAX_SPHERE: usize = 2048;

/// Largest degree on groups of three dimensions: 8 million points.
const MAX_ROTATIONS: usize = 200;

fn check(what: &'static str, degree: usize, max: usize) -> Result<(), MathError> {
    check_degree(what, degree, max)
}

/// `count` equidistant angles in `[0, 2π)`, from 0. Their sum is exact for all frequencies
/// below `count` and fails at `count`.
fn equidistant(count: usize) -> impl Iterator<Item = f64> + Clone {
    (0..count).map(move |i| std::f64::consts::TAU * i as f64 / count as f64)
}
