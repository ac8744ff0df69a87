//! The points of a grid on the sphere, and what moves them.

use std::f64::consts::TAU;

use super::SphereGrid;
use crate::rotation::SpaceIsometry;
use crate::tolerance::SAME_PLACE;

impl SphereGrid {
    /// The points, ring by ring from the north.
    pub fn points(&self) -> Vec<[f64; 3]> {
        let mut points = Vec::with_capacity(self.places());
        for ring in &self.rings {
            points.extend((0..ring.count).map(|j| {
                let angle = ring.longitude + TAU * j as f64 / ring.count as f64;
                let (sin, cos) = angle.sin_cos();
                [ring.sin * cos, ring.sin * sin, ring.cos]
            }));
        }
        points
    }

    /// The weight of every point.
    pub fn weights(&self) -> Vec<f64> {
        let each = self.rings.iter();
        each.flat_map(|ring| std::iter::repeat_n(ring.weight, ring.count))
            .collect()
    }

    /// Where the values come from when an element of O(3) that permutes the points moves them:
    /// `out[place] = in[sources[place]]`. `None` if it does not permute them.
    ///
    /// ```
    /// use schur_math::{SpaceIsometry, SphereGrid};
    ///
    /// let grid = SphereGrid::equiangular(2, 4)?;
    /// let quarter = SpaceIsometry::from_axis_angle([0.0, 0.0, 1.0], std::f64::consts::FRAC_PI_2)?;
    /// assert_eq!(grid.sources(&quarter), Some(vec![3, 0, 1, 2, 7, 4, 5, 6]));
    /// let tilted = SpaceIsometry::from_axis_angle([0.0, 1.0, 0.0], 0.5)?;
    /// assert_eq!(grid.sources(&tilted), None);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn sources(&self, g: &SpaceIsometry) -> Option<Vec<usize>> {
        let back = g.inverse();
        let points = self.points();
        let sources = points.iter().map(|&point| self.place_at(back.apply(point)));
        let sources: Vec<usize> = sources.collect::<Option<_>>()?;
        Some(sources)
    }

    /// The place at a point of the sphere, if there is one.
    fn place_at(&self, [x, y, z]: [f64; 3]) -> Option<usize> {
        let below = self.rings.partition_point(|ring| ring.cos > z + SAME_PLACE);
        let mut first: usize = self.rings[..below].iter().map(|ring| ring.count).sum();
        for ring in &self.rings[below..] {
            if ring.cos < z - SAME_PLACE {
                return None;
            }
            let steps = (y.atan2(x) - ring.longitude) / TAU * ring.count as f64;
            let nearest = steps.round();
            // As an angle seen from the centre.
            let distance = (steps - nearest).abs() / ring.count as f64 * TAU * ring.sin;
            if distance <= SAME_PLACE {
                let index = (nearest as i64).rem_euclid(ring.count as i64);
                return Some(first + index as usize);
            }
            first += ring.count;
        }
        None
    }
}
