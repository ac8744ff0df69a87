//! Infinitesimal rotations of functions on the sphere.

use std::f64::consts::FRAC_1_SQRT_2;

/// The operators `K = r × ∇` (angular momentum without `-i`) on coefficients of real harmonics, where
/// they are antisymmetric and mix orders of one degree: with them gradients have no pole.
///
/// Functions of the second kind follow: `∇f = -r × Kf`, and for tangent vectors `v` the divergence is
/// `K·(r × v)`, the curl `K·v`, where `r` is the point of the unit sphere.
#[derive(Clone, Debug)]
pub(super) struct Momentum {
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    row: usize,
    column: usize,
    axis: usize,
    value: f64,
}

impl Momentum {
    /// For degrees up to `degree`.
    pub(super) fn new(degree: usize) -> Self {
        let mut entries = Vec::new();
        let mut link = |column: usize, row: usize, axis: usize, value: f64| {
            for (row, column, value) in [(row, column, value), (column, row, -value)] {
                entries.push(Entry {
                    row,
                    column,
                    axis,
                    value,
                });
            }
        };
        for l in 0..=degree {
            let (cosine, sine) = (|m: usize| l * l + l + m, |m: usize| l * l + l - m);
            for m in 0..=l {
                link(cosine(m), sine(m), 2, -(m as f64));
                if m == l {
                    continue;
                }
                let half = if m == 0 { FRAC_1_SQRT_2 } else { 0.5 };
                let step = half * (((l - m) * (l + m + 1)) as f64).sqrt();
                link(cosine(m), sine(m + 1), 0, step);
                link(cosine(m), cosine(m + 1), 1, -step);
                if m > 0 {
                    link(sine(m), cosine(m + 1), 0, -step);
                    link(sine(m), sine(m + 1), 1, -step);
                }
            }
        }
        Self { entries }
    }

    /// `Kf`.
    pub(super) fn of(&self, function: &[f64]) -> Vec<[f64; 3]> {
        let mut result = vec![[0.0; 3]; function.len()];
        for entry in &self.entries {
            result[entry.row][entry.axis] += entry.value * function[entry.column];
        }
        result
    }

    /// `K·v`, where the vector of a coefficient is what `vector` finds in it.
    pub(super) fn dot<T>(&self, all: &[T], vector: impl Fn(&T) -> [f64; 3]) -> Vec<f64> {
        let mut result = vec![0.0; all.len()];
        for entry in &self.entries {
            result[entry.row] += entry.value * vector(&all[entry.column])[entry.axis];
        }
        result
    }
}
