//! Spherical harmonics of many points at once.
//!
//! The same recursion as for one point, on blocks of points whose coordinates lie side by side,
//! so that every step is one vector instruction per register. `pulp` picks the widest
//! instructions that the processor has. Products and sums are not fused, so the bits are the
//! same on every processor, and those of a point do not depend on its neighbours.

use std::f64::consts::SQRT_2;

use pulp::NullaryFnOnce;

use super::recursion::Recursion;
use super::{SphericalHarmonics, direction};
use crate::error::MathError;
use crate::tolerance::SAFE_SQUARES;

/// Points per block: two registers of AVX-512, four of AVX2.
const LANES: usize = 16;

/// One number for every point of a block.
type Lanes = [f64; LANES];

impl SphericalHarmonics {
    /// Writes the values in the directions of many points: point `i` has the numbers
    /// `values[i * dim..(i + 1) * dim]` with `dim = (L + 1)²`, those of
    /// [`values`](Self::values). Several times faster than one point after the other; for more
    /// threads, give each a part of the points.
    ///
    /// ```
    /// use schur_math::SphericalHarmonics;
    ///
    /// let harmonics = SphericalHarmonics::new(3)?;
    /// let points = [[0.6, 0.0, 0.8], [0.0, -2.0, 0.0]];
    /// let mut values = vec![0.0; 2 * harmonics.dim()];
    /// harmonics.values_of_points(&points, &mut values)?;
    /// for (fast, slow) in values[16..].iter().zip(harmonics.values(points[1])?) {
    ///     assert!((fast - slow).abs() < 1e-14);
    /// }
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a point is the origin or not finite, or the slice has another length than `n dim`.
    pub fn values_of_points(
        &self,
        points: &[[f64; 3]],
        values: &mut [f64],
    ) -> Result<(), MathError> {
        check_length("values", values.len(), points.len(), self.dim())?;
        check_points(points)?;
        pulp::Arch::new().dispatch(Job {
            recursion: &self.recursion,
            points,
            values,
            gradients: None,
        });
        Ok(())
    }

    /// Writes the values as [`values_of_points`](Self::values_of_points) and the gradients of
    /// [`values_and_gradients`](Self::values_and_gradients): the derivative by axis `a` (0 for
    /// x, 1 for y, 2 for z) of harmonic `k` at point `i` stands at
    /// `gradients[(i * 3 + a) * dim + k]`.
    ///
    /// ```
    /// use schur_math::SphericalHarmonics;
    ///
    /// let harmonics = SphericalHarmonics::new(1)?;
    /// let (mut values, mut gradients) = (vec![0.0; 4], vec![0.0; 12]);
    /// harmonics.values_and_gradients_of_points(&[[2.0, 0.0, 0.0]], &mut values, &mut gradients)?;
    /// // The harmonic that is proportional to y grows along y only, with slope 1 / |p|.
    /// assert_eq!([gradients[1], gradients[9]], [0.0, 0.0]);
    /// assert!((gradients[5] - values[3] / 2.0).abs() < 1e-15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`values_of_points`](Self::values_of_points), with `3 n dim` numbers for the
    /// gradients.
    pub fn values_and_gradients_of_points(
        &self,
        points: &[[f64; 3]],
        values: &mut [f64],
        gradients: &mut [f64],
    ) -> Result<(), MathError> {
        check_length("values", values.len(), points.len(), self.dim())?;
        check_length("gradients", gradients.len(), points.len(), 3 * self.dim())?;
        check_points(points)?;
        pulp::Arch::new().dispatch(Job {
            recursion: &self.recursion,
            points,
            values,
            gradients: Some(gradients),
        });
        Ok(())
    }
}

fn check_length(what: &str, found: usize, points: usize, each: usize) -> Result<(), MathError> {
    if Some(found) == points.checked_mul(each) {
        return Ok(());
    }
    Err(MathError::Length {
        what: format!("the slice for {what} of spherical harmonics"),
        found,
        expected: points.saturating_mul(each),
        meaning: format!("{each} for each of {points} points"),
    })
}

fn check_points(points: &[[f64; 3]]) -> Result<(), MathError> {
    let good = |p: &[f64; 3]| p.iter().all(|v| v.is_finite()) && p.iter().any(|&v| v != 0.0);
    match points.iter().find(|point| !good(point)) {
        Some(&point) => direction(point).map(|_| ()),
        None => Ok(()),
    }
}

struct Job<'a> {
    recursion: &'a Recursion,
    points: &'a [[f64; 3]],
    values: &'a mut [f64],
    gradients: Option<&'a mut [f64]>,
}

impl NullaryFnOnce for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let dim = (self.recursion.max_degree() + 1).pow(2);
        let mut block = Block::new(self.recursion.max_degree(), self.gradients.is_some());
        let mut gradients = self.gradients;
        let blocks = self.points.chunks(LANES);
        for (points, (index, values)) in blocks.zip(self.values.chunks_mut(LANES * dim).enumerate())
        {
            block.load(points);
            block.evaluate(self.recursion);
            for (lane, row) in values.chunks_mut(dim).enumerate() {
                unload(&block.values, lane, row);
            }
            if let Some(gradients) = gradients.as_deref_mut() {
                let start = index * LANES * 3 * dim;
                let mine = &mut gradients[start..start + points.len() * 3 * dim];
                for (lane, rows) in mine.chunks_mut(3 * dim).enumerate() {
                    for (axis, row) in rows.chunks_mut(dim).enumerate() {
                        unload(&block.gradients[axis], lane, row);
                    }
                }
            }
        }
    }
}

/// The numbers of one point, eight at a time so that stores are vectors.
#[inline(always)]
fn unload(from: &[Lanes], lane: usize, to: &mut [f64]) {
    let (from, from_rest) = from.as_chunks::<8>();
    let (to, to_rest) = to.as_chunks_mut::<8>();
    for (to, from) in to.iter_mut().zip(from) {
        *to = [
            from[0][lane],
            from[1][lane],
            from[2][lane],
            from[3][lane],
            from[4][lane],
            from[5][lane],
            from[6][lane],
            from[7][lane],
        ];
    }
    for (to, from) in to_rest.iter_mut().zip(from_rest) {
        *to = from[lane];
    }
}

#[inline(always)]
fn lanes(number: impl Fn(usize) -> f64) -> Lanes {
    let mut all = [0.0; LANES];
    for (i, one) in all.iter_mut().enumerate() {
        *one = number(i);
    }
    all
}

struct Block {
    /// Coordinates of the unit vectors, and the inverse lengths of the points.
    unit: [Lanes; 3],
    inverse_length: Lanes,
    values: Vec<Lanes>,
    /// By axis; empty if not wanted.
    gradients: [Vec<Lanes>; 3],
    /// `q_l^m` of the order before and of this one.
    columns: [Vec<Lanes>; 2],
}

impl Block {
    fn new(max_degree: usize, gradients: bool) -> Self {
        let dim = (max_degree + 1).pow(2);
        let zero = [0.0; LANES];
        let gradient = vec![zero; if gradients { dim } else { 0 }];
        Self {
            unit: [zero; 3],
            inverse_length: zero,
            values: vec![zero; dim],
            gradients: [gradient.clone(), gradient.clone(), gradient],
            columns: [vec![zero; max_degree + 1], vec![zero; max_degree + 1]],
        }
    }

    /// Brings points to unit length. Empty places get the pole.
    #[inline(always)]
    fn load(&mut self, points: &[[f64; 3]]) {
        let mut raw = [[0.0; LANES], [0.0; LANES], [1.0; LANES]];
        for (lane, point) in points.iter().enumerate() {
            for (axis, &coordinate) in raw.iter_mut().zip(point) {
                axis[lane] = coordinate;
            }
        }
        let [x, y, z] = &raw;
        let square = lanes(|i| x[i] * x[i] + y[i] * y[i] + z[i] * z[i]);
        self.inverse_length = lanes(|i| 1.0 / square[i].sqrt());
        let inverse = &self.inverse_length;
        self.unit = [x, y, z].map(|axis| lanes(|i| axis[i] * inverse[i]));
        // Squares that overflow or vanish are rare; those points go the careful way.
        let smallest = square.iter().fold(f64::INFINITY, |m, &v| m.min(v));
        let largest = square.iter().fold(0.0f64, |m, &v| m.max(v));
        if SAFE_SQUARES.contains(&smallest) && SAFE_SQUARES.contains(&largest) {
            return;
        }
        for lane in 0..points.len() {
            if SAFE_SQUARES.contains(&square[lane]) {
                continue;
            }
            if let Ok((unit, length)) = direction(points[lane]) {
                for (axis, coordinate) in self.unit.iter_mut().zip(unit) {
                    axis[lane] = coordinate;
                }
                self.inverse_length[lane] = length.recip();
            }
        }
    }

    /// All values, and gradients if wanted, of the points loaded.
    #[inline(always)]
    fn evaluate(&mut self, recursion: &Recursion) {
        let [x, y, z] = self.unit;
        let (mut cos, mut sin) = ([1.0; LANES], [0.0; LANES]);
        let (mut lower_cos, mut lower_sin) = ([0.0; LANES], [0.0; LANES]);
        for m in 0..=recursion.max_degree() {
            let size = recursion.fill_order(m, &z, &mut self.columns[1]);
            if m > 0 {
                // Slopes of the order before need this one.
                if !self.gradients[0].is_empty() {
                    self.order_gradients(m - 1, [&cos, &sin, &lower_cos, &lower_sin]);
                }
                (lower_cos, lower_sin) = (cos, sin);
                cos = lanes(|i| lower_cos[i] * x[i] - lower_sin[i] * y[i]);
                sin = lanes(|i| lower_cos[i] * y[i] + lower_sin[i] * x[i]);
            }
            self.columns.swap(0, 1);
            for (k, q) in self.columns[0][..size].iter().enumerate() {
                let l = m + k;
                let centre = l * l + l;
                if m == 0 {
                    self.values[centre] = *q;
                } else {
                    self.values[centre + m] = lanes(|i| SQRT_2 * q[i] * cos[i]);
                    self.values[centre - m] = lanes(|i| SQRT_2 * q[i] * sin[i]);
                }
            }
        }
        if !self.gradients[0].is_empty() {
            let last = [&cos, &sin, &lower_cos, &lower_sin];
            self.order_gradients(recursion.max_degree(), last);
        }
    }

    /// The gradients of the order `m`: of its `cos` and `sin`, and of those of `m - 1`, by the
    /// derivative of `q_l^m`, which is a multiple of `q_l^{m+1}` in the second column.
    #[inline(always)]
    fn order_gradients(&mut self, m: usize, [cos, sin, lower_cos, lower_sin]: [&Lanes; 4]) {
        let unit = self.unit;
        let scale = if m == 0 { 1.0 } else { SQRT_2 };
        let turn = scale * m as f64;
        let degrees = self.columns[0].len() - m;
        for k in 0..degrees {
            let l = m + k;
            let q = self.columns[0][k];
            let factor = match k {
                0 => 0.0,
                _ => scale * (((l - m) * (l + m + 1)) as f64).sqrt(),
            };
            let next = self.columns[1][k.saturating_sub(1)];
            let slope = lanes(|i| factor * next[i]);
            let q = lanes(|i| turn * q[i]);
            let centre = l * l + l;
            self.project(
                centre + m,
                &unit,
                [
                    lanes(|i| q[i] * lower_cos[i]),
                    lanes(|i| -q[i] * lower_sin[i]),
                    lanes(|i| slope[i] * cos[i]),
                ],
            );
            if m > 0 {
                self.project(
                    centre - m,
                    &unit,
                    [
                        lanes(|i| q[i] * lower_sin[i]),
                        lanes(|i| q[i] * lower_cos[i]),
                        lanes(|i| slope[i] * sin[i]),
                    ],
                );
            }
        }
    }

    /// Stores the part of a gradient orthogonal to the points.
    #[inline(always)]
    fn project(&mut self, place: usize, unit: &[Lanes; 3], [a, b, c]: [Lanes; 3]) {
        let [x, y, z] = unit;
        let radial = lanes(|i| a[i] * x[i] + b[i] * y[i] + c[i] * z[i]);
        let inverse = &self.inverse_length;
        for ((out, axis), part) in self.gradients.iter_mut().zip(unit).zip([a, b, c]) {
            out[place] = lanes(|i| (part[i] - radial[i] * axis[i]) * inverse[i]);
        }
    }
}

impl Recursion {
    /// Fills `column[l - m]` with `q_l^m(z)` for `l = m..=L`, and says how many these are.
    #[inline(always)]
    fn fill_order(&self, m: usize, z: &Lanes, column: &mut [Lanes]) -> usize {
        let (start, steps) = self.order(m);
        let mut before = [0.0; LANES];
        let mut last = [start; LANES];
        column[0] = last;
        for (place, &(a, b)) in column[1..].iter_mut().zip(steps) {
            let next = lanes(|i| a * (z[i] * last[i] - b * before[i]));
            (before, last) = (last, next);
            *place = next;
        }
        steps.len() + 1
    }
}
