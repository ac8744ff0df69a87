//! Circle, SO(2), O(2) and the sphere.

use super::{MAX_CIRCLE, MAX_SPHERE, Quadrature, check, equidistant, gauss_legendre};
use crate::error::MathError;
use crate::rotation::PlaneIsometry;

impl Quadrature<[f64; 2]> {
    /// `degree + 1` equidistant points `(x, y)` on the unit circle.
    ///
    /// # Errors
    ///
    /// If the degree is above 65,536.
    pub fn circle(degree: usize) -> Result<Self, MathError> {
        check("the degree of circle quadrature", degree, MAX_CIRCLE)?;
        let points = equidistant(degree + 1).map(|angle| [angle.cos(), angle.sin()]);
        Ok(Self::even(points.collect(), degree))
    }
}

impl Quadrature<PlaneIsometry> {
    /// `degree + 1` rotations by equidistant angles.
    ///
    /// # Errors
    ///
    /// If the degree is above 65,536.
    pub fn so2(degree: usize) -> Result<Self, MathError> {
        check("the degree of SO(2) quadrature", degree, MAX_CIRCLE)?;
        let points = equidistant(degree + 1).map(|angle| PlaneIsometry::wrapped(angle, false));
        Ok(Self::even(points.collect(), degree))
    }

    /// The rotations of [`so2`](Self::so2), and their products with the mirror.
    ///
    /// # Errors
    ///
    /// If the degree is above 65,536.
    pub fn o2(degree: usize) -> Result<Self, MathError> {
        check("the degree of O(2) quadrature", degree, MAX_CIRCLE)?;
        let points = [false, true].into_iter().flat_map(|reflected| {
            equidistant(degree + 1).map(move |angle| PlaneIsometry::wrapped(angle, reflected))
        });
        Ok(Self::even(points.collect(), degree))
    }
}

impl Quadrature<[f64; 3]> {
    /// Points `(x, y, z)` on the unit sphere: Gauss-Legendre in `z`, with
    /// `degree / 2 + 1` nodes, times `degree + 1` equidistant longitudes.
    ///
    /// ```
    /// use schur_math::quadrature::Quadrature;
    ///
    /// // The mean of z² is 1/3.
    /// let sphere = Quadrature::sphere(2)?;
    /// assert!((sphere.mean(|p| p[2] * p[2]) - 1.0 / 3.0).abs() < 1e-15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the degree is above 2048.
    pub fn sphere(degree: usize) -> Result<Self, MathError> {
        check("the degree of sphere quadrature", degree, MAX_SPHERE)?;
        let (nodes, node_weights) = gauss_legendre(degree / 2 + 1)?;
        let longitudes = degree + 1;
        let mut points = Vec::with_capacity(nodes.len() * longitudes);
        let mut weights = Vec::with_capacity(points.capacity());
        for (z, weight) in nodes.into_iter().zip(node_weights) {
            let radius = ((1.0 - z) * (1.0 + z)).sqrt();
            for angle in equidistant(longitudes) {
                points.push([radius * angle.cos(), radius * angle.sin(), z]);
                weights.push(weight / 2.0 / longitudes as f64);
            }
        }
        Ok(Self {
            points,
            weights,
            degree,
        })
    }
}

impl<P> Quadrature<P> {
    /// Points of equal weight.
    pub(crate) fn even(points: Vec<P>, degree: usize) -> Self {
        let weights = vec![1.0 / points.len() as f64; points.len()];
        Self {
            points,
            weights,
            degree,
        }
    }
}
