//! Linear resampling of pixels and voxels: one matrix per axis.
//!
//! Blurring, pooling by means, adaptive pooling and upsampling treat all axes alike and every
//! channel alike: `y(i', j') = Σ_ij R(i', i) C(j', j) x(i, j)`. They commute exactly with a
//! symmetry of the grid when the matrices do: with the reversal of an axis if
//! `R(H'-1-i', H-1-i) = R(i', i)`, with the exchange of the axes if `R = C`.

use schur_engine::resample::AxisMap;

use crate::NnError;
use crate::export::{Graph, Value};

/// Adds the maps of all axes to a plain network.
pub(crate) fn export(graph: &mut Graph, x: Value, maps: &[AxisMap; 3], layer: &str) -> Value {
    let maps = maps.iter().enumerate();
    let maps = maps.filter(|(_, map)| !map.is_identity());
    maps.fold(x, |x, (axis, map)| {
        let matrix = map.matrix().into_iter().map(|w| w as f32).collect();
        graph.resample(x, axis, map.outputs(), matrix, layer)
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
