//! Linear resampling, channels last: one matrix of weights per axis, the same for all channels.

use crate::parallel::*;
use pulp::NullaryFnOnce;

use super::scratch::{Buffer, Shared};
use super::vectors::in_wide_vectors;
use crate::error::check_len;
use crate::{Result, Scalar};

/// Numbers of a band of input rows, which a few output rows share: a quarter of a second-level
/// cache of 1 MiB in `f32`.
const BAND: usize = 1 << 16;

/// Weights from the places of one axis to those of the result, `y(out) = Σ w(out, in) x(in)`.
///
/// ```
/// use schur_engine::resample::AxisMap;
/// let means = AxisMap::new(2, 4, |out, input| if input / 2 == out { 0.5 } else { 0.0 });
/// assert_eq!(means.matrix(), [0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5]);
/// assert!(means.is_symmetric(0.0) && !means.is_identity());
/// assert_eq!(means.transposed().outputs(), 4);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AxisMap {
    inputs: usize,
    rows: Vec<Row<f64>>,
}

/// The weights of one place of the result, from the first to the last that is not 0.
#[derive(Clone, Debug, PartialEq)]
struct Row<T> {
    first: usize,
    weights: Vec<T>,
}

impl AxisMap {
    /// A map whose weights are given by (output, input) place.
    pub fn new(outputs: usize, inputs: usize, weight: impl Fn(usize, usize) -> f64) -> Self {
        let row = |out| {
            let weights: Vec<f64> = (0..inputs).map(|input| weight(out, input)).collect();
            let end = weights.iter().rposition(|&w| w != 0.0).map_or(0, |i| i + 1);
            let first = weights.iter().position(|&w| w != 0.0).unwrap_or(0);
            Row {
                first,
                weights: weights[first..end].to_vec(),
            }
        };
        Self {
            inputs,
            rows: (0..outputs).map(row).collect(),
        }
    }

    /// The map of an axis that is left as it is.
    #[must_use]
    pub fn identity(size: usize) -> Self {
        let row = |first| Row {
            first,
            weights: vec![1.0],
        };
        Self {
            inputs: size,
            rows: (0..size).map(row).collect(),
        }
    }

    /// Number of places before.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of places of the result.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.rows.len()
    }

    /// Whether the axis is left as it is.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        *self == Self::identity(self.inputs)
    }

    /// Whether it commutes with the reversal of the axis, `w(n - 1 - out, m - 1 - in) = w(out, in)`
    /// up to a tolerance.
    #[must_use]
    pub fn is_symmetric(&self, tolerance: f64) -> bool {
        let matrix = self.matrix();
        let mut pairs = matrix.iter().zip(matrix.iter().rev());
        pairs.all(|(a, b)| (a - b).abs() <= tolerance)
    }

    /// All weights, row-major, one row per place of the result.
    #[must_use]
    pub fn matrix(&self) -> Vec<f64> {
        let mut matrix = vec![0.0; self.rows.len() * self.inputs];
        for (out, row) in self.rows.iter().enumerate() {
            matrix[out * self.inputs + row.first..][..row.weights.len()]
                .copy_from_slice(&row.weights);
        }
        matrix
    }

    /// The transposed matrix.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let matrix = self.matrix();
        Self::new(self.inputs, self.rows.len(), |out, input| {
            matrix[input * self.inputs + out]
        })
    }

    fn rows<T: Scalar>(&self) -> Vec<Row<T>> {
        let row = |row: &Row<f64>| Row {
            first: row.first,
            weights: row.weights.iter().map(|&w| T::from_f64(w)).collect(),
        };
        self.rows.iter().map(row).collect()
    }
}

/// A map per axis, of depth, height and width: `y(i', j', k') = Σ A(i', i) B(j', j) C(k', k) x(i, j, k)`.
///
/// ```
/// use schur_engine::resample::{AxisMap, SeparableMap};
/// let mean = AxisMap::new(1, 2, |_, _| 0.5);
/// let pool = SeparableMap::new([AxisMap::identity(1), mean.clone(), mean]);
/// let x = [1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 6.0, 60.0];
/// assert_eq!(pool.apply(1, 2, &x)?, [3.0, 30.0]);
/// assert_eq!(pool.adjoint().apply(1, 1, &[4.0])?, [1.0; 4]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SeparableMap {
    axes: [AxisMap; 3],
}

impl SeparableMap {
    /// These maps of depth, height and width.
    #[must_use]
    pub fn new(axes: [AxisMap; 3]) -> Self {
        Self { axes }
    }

    /// The maps of depth, height and width.
    #[must_use]
    pub fn axes(&self) -> &[AxisMap; 3] {
        &self.axes
    }

    /// Depth, height and width of the result.
    #[must_use]
    pub fn out_size(&self) -> [usize; 3] {
        self.axes.each_ref().map(AxisMap::outputs)
    }

    /// The transposed map, which takes gradients back.
    #[must_use]
    pub fn adjoint(&self) -> Self {
        Self::new(self.axes.each_ref().map(AxisMap::transposed))
    }

    /// `[batch, depth, height, width, channels]` to `[batch, depth', height', width', channels]`, in
    /// one pass over `x`: sums over depth, then height, then width.
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::Length`] if `x` does not have the length of batch, maps and channels.
    pub fn apply<T: Scalar>(&self, batch: usize, channels: usize, x: &[T]) -> Result<Vec<T>> {
        let size = self.axes.each_ref().map(AxisMap::inputs);
        let image = size.iter().product::<usize>() * channels;
        check_len("x", x.len(), batch * image)?;
        let [depth, height, width] = self.out_size();
        let mut y = vec![T::ZERO; batch * depth * height * width * channels];
        if x.is_empty() || y.is_empty() {
            return Ok(y);
        }
        let maps = Maps {
            rows: self.axes.each_ref().map(AxisMap::rows),
            kept: self.axes.each_ref().map(AxisMap::is_identity),
            size,
            channels,
        };
        // Rows of a plane have their sums over depth in common.
        let rows = if maps.kept[0] { 1 } else { height };
        let scratch = Shared::new();
        let pieces = y.par_chunks_mut(rows * width * channels).enumerate();
        pieces.for_each(|(piece, y)| {
            let (plane, row) = (piece * rows / height, piece * rows % height);
            scratch.with(<[Buffer<T>; 2]>::default, |[planes, line]| {
                in_wide_vectors(Piece {
                    maps: &maps,
                    x: &x[plane / depth * image..][..image],
                    at: [plane % depth, row],
                    scratch: [planes, line],
                    y,
                });
            });
        });
        Ok(y)
    }
}

/// The maps of all axes in the numbers of the result.
struct Maps<T> {
    rows: [Vec<Row<T>>; 3],
    kept: [bool; 3],
    size: [usize; 3],
    channels: usize,
}

/// Some rows of one plane of the result.
struct Piece<'a, T: Scalar> {
    maps: &'a Maps<T>,
    /// One image or volume.
    x: &'a [T],
    /// The plane, and its first row that is made.
    at: [usize; 2],
    scratch: [&'a mut Buffer<T>; 2],
    y: &'a mut [T],
}

impl<T: Scalar> NullaryFnOnce for Piece<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Maps {
            rows: [depths, heights, widths],
            kept,
            size: [_, height, width],
            channels,
        } = self.maps;
        let line = width * channels;
        let out_line = widths.len() * channels;
        let band = (BAND / line).max(1);
        let [summed_planes, summed_rows] = self.scratch;
        let [plane, mut row] = self.at;
        for y in self.y.chunks_mut(band * out_line) {
            let rows = &heights[row..row + y.len() / out_line];
            let first = rows.iter().map(|row| row.first).min().unwrap_or(0);
            let end = rows.iter().map(|row| row.first + row.weights.len()).max();
            let len = (end.unwrap_or(0) - first) * line;
            let over = &depths[plane];
            let source = &self.x[(over.first * height + first) * line..];
            let planes = if kept[0] {
                &source[..len]
            } else {
                let planes = summed_planes.room(len);
                sum(planes, &over.weights, source, height * line);
                planes
            };
            for (row, y) in rows.iter().zip(y.chunks_exact_mut(out_line)) {
                let source = &planes[(row.first - first) * line..];
                let x = if kept[1] {
                    &source[..line]
                } else {
                    let x = summed_rows.room(line);
                    sum(x, &row.weights, source, line);
                    x
                };
                if kept[2] {
                    y.copy_from_slice(x);
                    continue;
                }
                for (row, y) in widths.iter().zip(y.chunks_exact_mut(*channels)) {
                    sum(y, &row.weights, &x[row.first * channels..], *channels);
                }
            }
            row += rows.len();
        }
    }
}

/// `y(i) = Σ_k w(k) x(stride k + i)`, the sums in registers.
#[inline(always)]
fn sum<T: Scalar>(y: &mut [T], weights: &[T], x: &[T], stride: usize) {
    let done = sum_runs::<T, 64>(y, weights, x, stride, 0);
    let done = sum_runs::<T, 16>(y, weights, x, stride, done);
    sum_runs::<T, 1>(y, weights, x, stride, done);
}

#[inline(always)]
fn sum_runs<T: Scalar, const RUN: usize>(
    y: &mut [T],
    weights: &[T],
    x: &[T],
    stride: usize,
    mut at: usize,
) -> usize {
    while at + RUN <= y.len() {
        let mut sums = [T::ZERO; RUN];
        for (k, &weight) in weights.iter().enumerate() {
            let x = &x[k * stride + at..][..RUN];
            for i in 0..RUN {
                sums[i] += weight * x[i];
            }
        }
        y[at..at + RUN].copy_from_slice(&sums);
        at += RUN;
    }
    at
}
