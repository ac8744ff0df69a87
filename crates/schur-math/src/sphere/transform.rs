//! Sums of harmonics at the places of a grid, and back.

use std::f64::consts::{SQRT_2, TAU};

use super::SphereGrid;
use crate::error::MathError;

/// From coefficients of `√4π Y_lm` (at `l² + l + m`) to values at the places of a grid, and back: along
/// rings, then over the heights. Several functions at once, as numbers of an array.
///
/// In `f64` and without vectors; the engine has the fast one.
#[derive(Clone, Debug)]
pub(super) struct Transform {
    degree: usize,
    rings: usize,
    /// For every order, `[degree from m][ring]`.
    heights: Vec<Vec<f64>>,
    /// `[longitude][order from -L]`.
    turns: Vec<f64>,
    /// Of a place of every ring.
    weights: Vec<f64>,
}

impl Transform {
    /// For a grid whose rings all have the same longitudes.
    pub(super) fn new(grid: &SphereGrid, degree: usize) -> Result<Self, MathError> {
        let (rings, count) = (grid.rings.len(), grid.rings[0].count);
        let functions = grid.legendre(degree)?;
        let heights = (0..=degree).map(|m| {
            let mut values = vec![0.0; (degree + 1 - m) * rings];
            functions.order(m, &mut values).map(|()| values)
        });
        let turns = (0..count).flat_map(|j| {
            let angle = TAU * j as f64 / count as f64;
            let sines = (1..=degree).rev().map(move |m| (m as f64 * angle).sin());
            let cosines = (1..=degree).map(move |m| (m as f64 * angle).cos());
            let scaled = |value: f64| SQRT_2 * value;
            sines.map(scaled).chain([1.0]).chain(cosines.map(scaled))
        });
        Ok(Self {
            degree,
            rings,
            heights: heights.collect::<Result<_, _>>()?,
            turns: turns.collect(),
            weights: grid.rings.iter().map(|ring| ring.weight).collect(),
        })
    }

    /// Values `[place]` of functions.
    pub(super) fn synthesis<const C: usize>(&self, coefficients: &[[f64; C]]) -> Vec<[f64; C]> {
        let width = 2 * self.degree + 1;
        let mut orders = vec![[0.0; C]; self.rings * width];
        self.each(|index, order, heights| {
            for (ring, height) in heights.iter().enumerate() {
                add(
                    &mut orders[ring * width + order],
                    *height,
                    &coefficients[index],
                );
            }
        });
        let mut values = Vec::with_capacity(self.rings * self.turns.len() / width);
        for orders in orders.chunks(width) {
            values.extend(self.turns.chunks(width).map(|turns| {
                let mut value = [0.0; C];
                for (turn, order) in turns.iter().zip(orders) {
                    add(&mut value, *turn, order);
                }
                value
            }));
        }
        values
    }

    /// Coefficients of functions, as means over the places.
    pub(super) fn analysis<const C: usize>(&self, values: &[[f64; C]]) -> Vec<[f64; C]> {
        let width = 2 * self.degree + 1;
        let mut orders = vec![[0.0; C]; self.rings * width];
        let rings = values.chunks(self.turns.len() / width);
        for (orders, values) in orders.chunks_mut(width).zip(rings) {
            for (turns, value) in self.turns.chunks(width).zip(values) {
                for (turn, order) in turns.iter().zip(&mut *orders) {
                    add(order, *turn, value);
                }
            }
        }
        let mut coefficients = vec![[0.0; C]; (self.degree + 1).pow(2)];
        self.each(|index, order, heights| {
            for (ring, (height, weight)) in heights.iter().zip(&self.weights).enumerate() {
                add(
                    &mut coefficients[index],
                    height * weight,
                    &orders[ring * width + order],
                );
            }
        });
        coefficients
    }

    /// Every coefficient with its order from `-L` and its function of the height.
    fn each(&self, mut visit: impl FnMut(usize, usize, &[f64])) {
        for l in 0..=self.degree {
            for k in 0..=2 * l {
                let m = k.abs_diff(l);
                let heights = &self.heights[m][(l - m) * self.rings..][..self.rings];
                visit(l * l + k, self.degree + k - l, heights);
            }
        }
    }
}

fn add<const C: usize>(sum: &mut [f64; C], factor: f64, terms: &[f64; C]) {
    sum.iter_mut()
        .zip(terms)
        .for_each(|(s, t)| *s += factor * t);
}
