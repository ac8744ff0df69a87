//! What windows make of an atlas.

use std::fmt;

use schur_engine::Geometry;

use super::Atlas;
use crate::NnError;

/// Windows that slide over charts: their geometry, with the padding on every side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    extent: [usize; 3],
    stride: [usize; 3],
    padding: [usize; 3],
    /// Whether a window is a cell and its six neighbours, in a square of 3 x 3.
    hexagonal: bool,
}

impl Steps {
    /// The windows of a geometry with this padding instead of its own.
    pub(crate) fn new(geometry: &Geometry, padding: [usize; 3]) -> Self {
        let extent = |axis: usize| geometry.dilation()[axis] * (geometry.kernel()[axis] - 1) + 1;
        Self {
            extent: [0, 1, 2].map(extent),
            stride: geometry.stride(),
            padding,
            hexagonal: false,
        }
    }

    /// Windows on the hexagonal lattice, or not.
    pub(crate) fn with_hexagonal(self, hexagonal: bool) -> Self {
        Self { hexagonal, ..self }
    }

    /// Refuses windows on the hexagonal lattice on an image.
    pub(crate) fn on_grid(&self, layer: &str, domain: &dyn fmt::Display) -> Result<(), NnError> {
        if !self.hexagonal {
            return Ok(());
        }
        Err(NnError::Size {
            layer: layer.to_string(),
            problem: format!(
                "kernels on the hexagonal lattice act on `Atlas::icosahedron`, not on {domain}; use \
                 others"
            ),
        })
    }
}

/// Extent, stride and padding of a cell with its six neighbours.
const HEXAGON: ([usize; 3], [usize; 3], [usize; 3]) = ([1, 3, 3], [1; 3], [0, 1, 1]);

/// The names of the axes.
const AXES: [&str; 3] = ["charts", "rows", "columns"];

impl Atlas {
    /// The same charts with one cell for each of `counts` windows along rows and columns.
    ///
    /// # Errors
    ///
    /// If the windows do not look the same from all charts: along a glued axis there must be one
    /// in every `stride` cells, and where a seam turns an axis round they must end with the chart.
    pub(crate) fn coarser(
        &self,
        layer: &str,
        steps: Steps,
        counts: [usize; 3],
    ) -> Result<Self, NnError> {
        let refused = |problem: String| {
            Err(NnError::Size {
                layer: layer.to_string(),
                problem: format!("{problem} on {self}"),
            })
        };
        if self.is_hexagonal() != steps.hexagonal {
            return refused(
                match steps.hexagonal {
                    true => "kernels on the hexagonal lattice do not act",
                    false => {
                        "windows that are squares do not act; use a convolution with \
                         `KernelKind::Hexagonal`"
                    }
                }
                .to_string(),
            );
        }
        if steps.hexagonal && (steps.extent, steps.stride, steps.padding) != HEXAGON {
            return refused(
                "a hexagon is a kernel of 3 x 3 in steps of 1 with padding 1; others do not act"
                    .to_string(),
            );
        }
        if steps.extent[0] != 1 {
            return refused("a window may not reach from chart to chart; use depth 1".to_string());
        }
        let (sizes, glued) = (self.sizes(), self.glued());
        for axis in [1, 2] {
            let (name, size) = (AXES[axis], sizes[axis]);
            let (extent, stride) = (steps.extent[axis], steps.stride[axis]);
            let padded = size + 2 * steps.padding[axis];
            if glued[axis] && !size.is_multiple_of(stride) {
                return refused(format!(
                    "{size} {name} go around, which steps of {stride} do not divide; use a \
                     multiple of {stride}"
                ));
            }
            if glued[axis] && counts[axis] != size / stride {
                return refused(format!(
                    "{size} {name} go around, but windows of {extent} in steps of {stride} with \
                     padding {} make {} of them and not {}; use padding {}",
                    steps.padding[axis],
                    counts[axis],
                    size / stride,
                    extent.saturating_sub(stride).div_ceil(2)
                ));
            }
            let ends = (counts[axis].max(1) - 1) * stride + extent == padded;
            if !ends && self.seams().any(|seam| seam.turn[axis - 1][axis - 1] != 1) {
                return refused(format!(
                    "the {name} are turned round at a seam, and windows of {extent} in steps of \
                     {stride} with padding {} do not end with the {size} {name}; use sizes and \
                     padding such that they do",
                    steps.padding[axis]
                ));
            }
        }
        let turned = self.seams().any(|seam| seam.turn[0][0].abs() != 1);
        let alike = |of: [usize; 3]| of[1] == of[2];
        if turned && !(alike(steps.extent) && alike(steps.stride) && alike(steps.padding)) {
            return refused(
                "rows go on as columns at a seam; use the same windows along both".to_string(),
            );
        }
        Ok(self.resized(counts[1], counts[2]))
    }
}
