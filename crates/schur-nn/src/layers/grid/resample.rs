//! Linear resampling of pixels and voxels: one matrix per axis.
//!
//! Blurring, pooling by means, adaptive pooling and upsampling treat all axes alike and every
//! channel alike: `y(i', j') = Σ_ij R(i', i) C(j', j) x(i, j)`. They commute exactly with a
//! symmetry of the grid when the matrices do: with the reversal of an axis if
//! `R(H'-1-i', H-1-i) = R(i', i)`, with the exchange of the axes if `R = C`.

use burn::tensor::{Tensor, TensorData};

use crate::NnError;
use crate::export::{Graph, Value};
use crate::matmul::matmul;

/// Weights from the pixels of one axis to those of the result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AxisMap {
    outputs: usize,
    inputs: usize,
    /// Row-major, one row per output pixel.
    weights: Vec<f64>,
}

impl AxisMap {
    /// A map whose weights are given by (output, input) pixel.
    pub(crate) fn new(outputs: usize, inputs: usize, weight: impl Fn(usize, usize) -> f64) -> Self {
        let weights = (0..outputs * inputs)
            .map(|k| weight(k / inputs, k % inputs))
            .collect();
        Self {
            outputs,
            inputs,
            weights,
        }
    }

    /// Number of output pixels.
    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Whether it commutes with the reversal of the axis, to the last bit or nearly.
    pub(crate) fn is_symmetric(&self) -> bool {
        let reversed = self.weights.iter().rev();
        let pairs = self.weights.iter().zip(reversed);
        pairs
            .into_iter()
            .all(|(a, b)| (a - b).abs() <= crate::tolerance::AXIS_WEIGHT)
    }

    /// The map of an axis that is left as it is.
    pub(crate) fn identity(size: usize) -> Self {
        Self::new(size, size, |out, input| f64::from(u8::from(out == input)))
    }

    fn tensor(&self, like: &Tensor<5>) -> Tensor<2> {
        Tensor::from_data(
            TensorData::new(self.weights.clone(), [self.outputs(), self.inputs]),
            (&like.device(), like.dtype()),
        )
    }
}

/// Applies a map to every axis of `[batch, depth, height, width, channels]`.
pub(crate) fn resample(mut x: Tensor<5>, maps: &[AxisMap; 3]) -> Tensor<5> {
    for (axis, map) in (1..).zip(maps) {
        if *map == AxisMap::identity(1) {
            continue;
        }
        let mut sizes = x.dims();
        let (before, after) = (
            sizes[..axis].iter().product(),
            sizes[axis + 1..].iter().product(),
        );
        let matrix = map.tensor(&x);
        let lines: Tensor<3> = x.reshape::<3, [usize; 3]>([before, sizes[axis], after]);
        sizes[axis] = map.outputs();
        x = matmul(matrix.unsqueeze(), lines).reshape(sizes);
    }
    x
}

/// Adds the maps of all axes to a plain network.
pub(crate) fn export(graph: &mut Graph, x: Value, maps: &[AxisMap; 3], layer: &str) -> Value {
    let maps = maps.iter().enumerate();
    let maps = maps.filter(|(_, map)| **map != AxisMap::identity(1));
    maps.fold(x, |x, (axis, map)| {
        let matrix = map.weights.iter().map(|&w| w as f32).collect();
        graph.resample(x, axis, (map.outputs(), matrix), layer)
    })
}

/// The size of the result of a window that slides over `size` pixels.
///
/// # Errors
///
/// If the window does not fit.
pub(crate) fn slid(
    layer: &str,
    size: usize,
    window: usize,
    stride: usize,
    padding: usize,
) -> Result<usize, NnError> {
    let padded = size + 2 * padding;
    if padded < window {
        return Err(NnError::Size {
            layer: layer.to_string(),
            problem: format!(
                "a window of {window} pixels does not fit into {size} with padding {padding}; use \
                 larger images or more padding"
            ),
        });
    }
    Ok((padded - window) / stride + 1)
}
