//! The recursion on a block of points, degree by degree.

use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

use super::directions::Directions;
use super::eights::Eights;
use super::rows::{Rows, Stage};
use super::{LANES, Lanes};
use crate::harmonics::recursion::Recursion;

#[inline(always)]
fn lanes(number: impl Fn(usize) -> f64) -> Lanes {
    let mut all = [0.0; LANES];
    for (i, one) in all.iter_mut().enumerate() {
        *one = number(i);
    }
    all
}

/// What lies between the points of a block and their harmonics.
pub(super) struct Block {
    /// `[c_m, s_m]` by order, with `c_m + i s_m = (x + i y)^m`.
    turns: Vec<[Lanes; 2]>,
    /// By order, `q_l^m` (times `√2` for `m > 0`) of this degree and of the one before.
    degrees: [Vec<Lanes>; 2],
    values: Stage,
    /// By axis, if wanted.
    gradients: Option<[Stage; 3]>,
}

impl Block {
    pub(super) fn new(max_degree: usize, gradients: bool) -> Self {
        let zero = [0.0; LANES];
        let stage = || Stage::new(2 * max_degree + 1);
        Self {
            turns: vec![[[1.0; LANES], zero]; max_degree + 1],
            degrees: [vec![zero; max_degree + 1], vec![zero; max_degree + 1]],
            values: stage(),
            gradients: gradients.then(|| [stage(), stage(), stage()]),
        }
    }

    /// Writes the values in some directions, and the gradients if they are wanted.
    #[inline(always)]
    pub(super) fn evaluate(
        &mut self,
        eights: impl Eights,
        recursion: &Recursion,
        directions: &Directions,
        values: &mut [f64],
        mut gradients: Option<&mut [f64]>,
    ) {
        let stride = (recursion.max_degree() + 1).pow(2);
        let mut values = Rows {
            numbers: values,
            stride,
        };
        self.fill_turns(directions);
        for l in 0..=recursion.max_degree() {
            self.fill_degree(recursion, l, &directions.unit[2]);
            self.fill_values(l);
            self.values.write(eights, &mut values);
            if let Some(gradients) = gradients.as_deref_mut() {
                self.fill_gradients(l, directions);
                self.each_axis(gradients, stride, |stage, rows| stage.write(eights, rows));
            }
        }
        self.values.finish(eights, &mut values);
        if let Some(gradients) = gradients {
            self.each_axis(gradients, stride, |stage, rows| stage.finish(eights, rows));
        }
    }

    #[inline(always)]
    fn fill_turns(&mut self, directions: &Directions) {
        let [x, y, _] = &directions.unit;
        if let Some(first) = self.turns.get_mut(1) {
            *first = [*x, *y];
        }
        for m in 2..self.turns.len() {
            let (lower, turns) = self.turns.split_at_mut(m);
            let [cos, sin] = &lower[m - 1];
            turns[0][0] = lanes(|i| cos[i] * x[i] - sin[i] * y[i]);
            turns[0][1] = lanes(|i| cos[i] * y[i] + sin[i] * x[i]);
        }
    }

    /// Goes on to degree `l`, which takes the place of `l - 2`.
    #[inline(always)]
    fn fill_degree(&mut self, recursion: &Recursion, l: usize, z: &Lanes) {
        let [next, last] = &mut self.degrees;
        std::mem::swap(next, last);
        let (start, steps) = recursion.degree(l);
        let scale = if l == 0 { 1.0 } else { SQRT_2 };
        next[l] = [scale * start; LANES];
        if l > 0 {
            // Of degree l - 2 there is no order l - 1.
            next[l - 1] = [0.0; LANES];
        }
        for ((next, last), &(a, b)) in next.iter_mut().zip(&*last).zip(steps) {
            *next = lanes(|i| a * (z[i] * last[i] - b * next[i]));
        }
    }

    #[inline(always)]
    fn fill_values(&mut self, l: usize) {
        let (sines, cosines) = self.values.next(2 * l + 1).split_at_mut(l);
        let degree = &self.degrees[0][..=l];
        cosines[0] = degree[0];
        let places = cosines[1..].iter_mut().zip(sines.iter_mut().rev());
        let factors = degree[1..].iter().zip(&self.turns[1..]);
        for ((cosine, sine), (q, [cos, sin])) in places.zip(factors) {
            *cosine = lanes(|i| q[i] * cos[i]);
            *sine = lanes(|i| q[i] * sin[i]);
        }
    }

    /// The gradients of degree `l`.
    ///
    /// The gradient of the polynomial `q_l^m c_m` is `(m q c_{m-1}, -m q s_{m-1}, q' c_m)`, its
    /// radial part `c_m (m q + q' z)`; that of `q_l^m s_m` is
    /// `(m q s_{m-1}, m q c_{m-1}, q' s_m)` with the radial part `s_m (m q + q' z)`.
    #[inline(always)]
    fn fill_gradients(&mut self, l: usize, directions: &Directions) {
        let Some([along_x, along_y, along_z]) = &mut self.gradients else {
            return;
        };
        let count = 2 * l + 1;
        let (along_x, along_y) = (along_x.next(count), along_y.next(count));
        let along_z = along_z.next(count);
        let Directions {
            unit: [x, y, z],
            inverse_length: inverse,
        } = directions;
        let degree = &self.degrees[0][..=l];
        for (m, q) in degree.iter().enumerate() {
            // `q'` is this multiple of `q_l^{m+1}`; there is no order l + 1.
            let steepness = (((l - m) * (l + m + 1)) as f64).sqrt();
            let scale = if m == 0 { FRAC_1_SQRT_2 } else { 1.0 };
            let (factor, order) = (scale * steepness, m as f64);
            let next = degree.get(m + 1).unwrap_or(q);
            let slope = lanes(|i| factor * next[i] * inverse[i]);
            let turn = lanes(|i| order * q[i] * inverse[i]);
            let radial = lanes(|i| turn[i] + slope[i] * z[i]);
            let radial_x = lanes(|i| radial[i] * x[i]);
            let radial_y = lanes(|i| radial[i] * y[i]);
            let polar = lanes(|i| slope[i] - radial[i] * z[i]);
            if m == 0 {
                along_x[l] = lanes(|i| -radial_x[i]);
                along_y[l] = lanes(|i| -radial_y[i]);
                along_z[l] = polar;
                continue;
            }
            let [cos, sin] = &self.turns[m];
            let [lower_cos, lower_sin] = &self.turns[m - 1];
            let turn_cos = lanes(|i| turn[i] * lower_cos[i]);
            let turn_sin = lanes(|i| turn[i] * lower_sin[i]);
            along_x[l + m] = lanes(|i| turn_cos[i] - radial_x[i] * cos[i]);
            along_y[l + m] = lanes(|i| -turn_sin[i] - radial_y[i] * cos[i]);
            along_z[l + m] = lanes(|i| polar[i] * cos[i]);
            along_x[l - m] = lanes(|i| turn_sin[i] - radial_x[i] * sin[i]);
            along_y[l - m] = lanes(|i| turn_cos[i] - radial_y[i] * sin[i]);
            along_z[l - m] = lanes(|i| polar[i] * sin[i]);
        }
    }

    #[inline(always)]
    fn each_axis(
        &mut self,
        gradients: &mut [f64],
        dim: usize,
        mut act: impl FnMut(&mut Stage, &mut Rows<'_>),
    ) {
        for (axis, stage) in self.gradients.iter_mut().flatten().enumerate() {
            let mut rows = Rows {
                numbers: &mut gradients[axis * dim..],
                stride: 3 * dim,
            };
            act(stage, &mut rows);
        }
    }
}
