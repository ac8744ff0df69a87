//! A representation as an action on points of n-dimensional space.

use super::FiniteRepresentation;
use crate::error::MathError;
use crate::group::{Element, Subgroup};
use crate::linear::norm;
use crate::tolerance::SAME_POINT;

impl FiniteRepresentation {
    /// The orbit `{ρ(g) v}` of a point, in the order of the first elements that reach its
    /// points; `v` is first.
    ///
    /// ```
    /// use schur_math::{Group, irrep};
    ///
    /// // A square and its centre; a corner is fixed by the identity and one mirror.
    /// let plane = irrep(&Group::parse("D4")?, "E1")?.representation().clone();
    /// assert_eq!(plane.orbit(&[1.0, 1.0])?.len(), 4);
    /// assert_eq!(plane.stabilizer(&[1.0, 1.0])?.order(), 2);
    /// assert_eq!(plane.stabilizer(&[0.0, 0.0])?.order(), 8);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `v` has not [`dim`](Self::dim) components or one is not finite.
    pub fn orbit(&self, v: &[f64]) -> Result<Vec<Vec<f64>>, MathError> {
        self.check_point(v)?;
        let mut orbit = vec![v.to_vec()];
        for g in self.group().elements() {
            let moved = self.apply(g, v);
            if orbit.iter().all(|known| !are_same(known, &moved)) {
                orbit.push(moved);
            }
        }
        Ok(orbit)
    }

    /// The elements with `ρ(g) v = v`, up to [`SAME_POINT`].
    ///
    /// # Errors
    ///
    /// As [`orbit`](Self::orbit).
    pub fn stabilizer(&self, v: &[f64]) -> Result<Subgroup, MathError> {
        self.check_point(v)?;
        let fixes = |&g: &Element| are_same(v, &self.apply(g, v));
        let fixing: Vec<Element> = self.group().elements().filter(fixes).collect();
        Ok(self.group().subgroup_generated(&fixing))
    }

    fn check_point(&self, v: &[f64]) -> Result<(), MathError> {
        if v.len() != self.dim() {
            return Err(MathError::Length {
                what: "the point".to_string(),
                found: v.len(),
                expected: self.dim(),
                meaning: format!("coordinates of {}", self.name()),
            });
        }
        if v.iter().all(|x| x.is_finite()) {
            return Ok(());
        }
        Err(MathError::geometry(
            "a point",
            v,
            "a coordinate is not finite",
            "give finite numbers",
        ))
    }
}

/// Whether two points, equally far from the origin, are one.
pub(crate) fn are_same(a: &[f64], b: &[f64]) -> bool {
    let difference: Vec<f64> = a.iter().zip(b).map(|(x, y)| x - y).collect();
    norm(&difference) <= SAME_POINT * norm(a)
}
