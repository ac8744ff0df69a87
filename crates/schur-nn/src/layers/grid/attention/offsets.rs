//! Offsets between pixels and what depends on their length.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::constants;
use crate::domain::cells;

/// The distance of every two places of a grid, `[places, places]`. It is symmetric.
pub(super) fn distances(size: [usize; 3]) -> Vec<f64> {
    let places: Vec<[f64; 3]> = cells(size).collect();
    let between = |p: &[f64; 3], q: &[f64; 3]| {
        let squares = p.iter().zip(q).map(|(a, b)| (a - b) * (a - b));
        squares.sum::<f64>().sqrt()
    };
    let of_place = |p| places.iter().map(move |q| between(p, q));
    places.iter().flat_map(of_place).collect()
}

/// All pixels seen at one offset.
pub(super) struct Neighbour {
    /// Length of the offset.
    pub(super) distance: f64,
    /// For every pixel the one at the offset, itself where that is outside the image.
    pub(super) source: Vec<i64>,
    /// Where it is inside.
    pub(super) inside: Vec<bool>,
}

/// The offsets of length at most `radius` that lead from some place of a grid to another, or nowhere.
pub(super) fn neighbours(sizes: [usize; 3], radius: f64) -> Vec<Neighbour> {
    let [depth, height, width] = sizes.map(|size| size as i64);
    let reach = |size: i64| (radius.floor() as i64).min(size - 1);
    let [deep, high, wide] = [depth, height, width].map(|size| -reach(size)..=reach(size));
    let places = || {
        let rows = move |k| (0..height).flat_map(move |i| (0..width).map(move |j| [k, i, j]));
        (0..depth).flat_map(rows)
    };
    let mut neighbours = Vec::new();
    for behind in deep {
        for down in high.clone() {
            for right in wide.clone() {
                let squared = behind * behind + down * down + right * right;
                if squared as f64 > radius * radius {
                    continue;
                }
                let seen = |[k, i, j]: [i64; 3]| {
                    let seen = [k + behind, i + down, j + right];
                    let within = seen.iter().zip([depth, height, width]);
                    let inside = within.into_iter().all(|(at, size)| (0..size).contains(at));
                    (if inside { seen } else { [k, i, j] }, inside)
                };
                let (source, inside) = places()
                    .map(seen)
                    .map(|([k, i, j], inside)| ((k * height + i) * width + j, inside))
                    .unzip();
                neighbours.push(Neighbour {
                    distance: (squared as f64).sqrt(),
                    source,
                    inside,
                });
            }
        }
    }
    neighbours
}

impl Neighbour {
    /// The numbers of the neighbours, `[batch, pixels, heads, channels]`.
    pub(super) fn of(&self, x: Tensor<4>) -> Tensor<4> {
        if self.distance == 0.0 {
            return x;
        }
        let source = TensorData::from(self.source.as_slice());
        let source = Tensor::<1, Int>::from_data(source, &x.device());
        x.select(1, source)
    }

    /// Minus infinity for pixels whose neighbour is outside the image, so that it has no
    /// weight; otherwise 0.
    pub(super) fn outside(&self, device: &Device, dtype: DType) -> Tensor<4> {
        let value = |&inside: &bool| if inside { 0.0 } else { f64::NEG_INFINITY };
        let values: Vec<f64> = self.inside.iter().map(value).collect();
        let pixels = values.len();
        constants(values, [1, pixels, 1, 1], device, dtype)
    }
}

/// Linear interpolation between the distances 0, 1, …, constant beyond the last.
pub(super) struct RadialTable {
    knots: usize,
    /// Per distance.
    places: Vec<f64>,
}

impl RadialTable {
    pub(super) fn new(knots: usize, distances: &[f64]) -> Self {
        let last = (knots - 1) as f64;
        let places = distances.iter().map(|d| d.min(last)).collect();
        Self { knots, places }
    }

    /// `[knots, distances]`.
    pub(super) fn matrix(&self, device: &Device, dtype: DType) -> Tensor<2> {
        let weight = |knot: usize, place: f64| (1.0 - (place - knot as f64).abs()).max(0.0);
        let rows = (0..self.knots).flat_map(|k| self.places.iter().map(move |&p| weight(k, p)));
        let shape = [self.knots, self.places.len()];
        constants(rows.collect(), shape, device, dtype)
    }
}
