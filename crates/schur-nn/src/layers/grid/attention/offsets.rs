//! Offsets between pixels and what depends on their length.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::constants;

/// The distance of every two pixels, `[pixels, pixels]`. It is symmetric.
pub(super) fn distances((height, width): (usize, usize)) -> Vec<f64> {
    let pixels = height * width;
    let between = |p: usize, q: usize| {
        let rows = (p / width).abs_diff(q / width) as f64;
        rows.hypot((p % width).abs_diff(q % width) as f64)
    };
    let of_pixel = |p| (0..pixels).map(move |q| between(p, q));
    (0..pixels).flat_map(of_pixel).collect()
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

/// The offsets of length at most `radius` that lead from some pixel to another, or nowhere.
pub(super) fn neighbours((height, width): (usize, usize), radius: f64) -> Vec<Neighbour> {
    let reach = radius.floor() as i64;
    let mut neighbours = Vec::new();
    let inside = |at: i64, size: usize| (0..size as i64).contains(&at);
    for down in -reach..=reach {
        for right in -reach..=reach {
            let squared = down * down + right * right;
            let fits = down.unsigned_abs() < height as u64 && right.unsigned_abs() < width as u64;
            if squared as f64 > radius * radius || !fits {
                continue;
            }
            let mut neighbour = Neighbour {
                distance: (squared as f64).sqrt(),
                source: Vec::with_capacity(height * width),
                inside: Vec::with_capacity(height * width),
            };
            for row in 0..height as i64 {
                for col in 0..width as i64 {
                    let (r, c) = (row + down, col + right);
                    let is_inside = inside(r, height) && inside(c, width);
                    let (r, c) = if is_inside { (r, c) } else { (row, col) };
                    neighbour.source.push(r * width as i64 + c);
                    neighbour.inside.push(is_inside);
                }
            }
            neighbours.push(neighbour);
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
