//! When a sliding window commutes exactly with a symmetry of the pixel grid.
//!
//! A window of size `k` (dilated: `d(k-1)+1`) that moves in steps of `s` over `n` pixels padded
//! by `p` on both sides visits the positions `0, s, 2s, …` and leaves
//! `(n + 2p - d(k-1) - 1) mod s` pixels unvisited at the far end. A mirror exchanges the two
//! ends, so the visited positions map to visited positions only if that remainder is zero
//! (Weiler & Cesa 2019 call the remedy "odd image sizes"; escnn documents it for stride 2).
//! A pool in ceil mode has one more window for that remainder, which reaches beyond the image at
//! the far end only.

use std::fmt;

use schur_engine::Geometry;
use schur_engine::pool::Windows;
use schur_math::PlaneIsometry;

/// Why a layer does not commute exactly with a group element, and what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inexactness {
    /// What breaks it.
    pub reason: String,
    /// What to change.
    pub remedy: String,
}

impl fmt::Display for Inexactness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.reason, self.remedy)
    }
}

/// What slides over the image: the remedies differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// A kernel, whose padding can be chosen.
    Convolution,
    /// A pool: padding it is no remedy, since it takes pixels in that are none.
    Pool,
    /// A pool in ceil mode, whose last window may reach beyond the padding.
    CeilPool,
}

impl Window {
    /// What windows of a pool are.
    pub fn of(windows: &Windows) -> Self {
        match windows.ceil_mode() {
            true => Self::CeilPool,
            false => Self::Pool,
        }
    }
}

/// Whether a window with this geometry visits a set of positions that `g` maps to itself on a
/// grid of `height` x `width` pixels. `None` means exactly.
pub fn sliding_window(
    g: &PlaneIsometry,
    geometry: &Geometry,
    (height, width): (usize, usize),
    window: Window,
) -> Option<Inexactness> {
    let Some(matrix) = g.lattice_matrix() else {
        return Some(off_lattice(g));
    };
    let rows = Axis::new("height", height, geometry, 1);
    let columns = Axis::new("width", width, geometry, 2);
    let exchanges_axes = matrix[0][0] == 0;
    if exchanges_axes && height != width {
        return Some(Inexactness {
            reason: format!("{height} x {width} pixels are not square"),
            remedy: "pad or crop the images to a square".to_string(),
        });
    }
    if exchanges_axes && rows.differs_from(&columns) {
        return Some(Inexactness {
            reason: "kernel, stride, padding or dilation differ between height and width"
                .to_string(),
            remedy: "use the same for both".to_string(),
        });
    }
    // In index coordinates x grows with the column and y falls with the row, so an entry -1
    // in x's row reverses columns and an entry -1 in y's row reverses rows, except that
    // exchanging the axes brings in the sign of y against the row index.
    let (reverses_columns, reverses_rows) = if exchanges_axes {
        (matrix[0][1] == 1, matrix[1][0] == 1)
    } else {
        (matrix[0][0] == -1, matrix[1][1] == -1)
    };
    [(reverses_rows, rows), (reverses_columns, columns)]
        .into_iter()
        .find(|(reversed, axis)| *reversed && axis.remainder() != 0)
        .map(|(_, axis)| axis.explain(window))
}

/// What every layer on pixels says of an element that does not permute them.
pub fn off_lattice(g: &PlaneIsometry) -> Inexactness {
    Inexactness {
        reason: format!("{g} does not map the pixel grid to itself"),
        remedy: "only multiples of quarter turns and mirrors can be exact on pixels".to_string(),
    }
}

/// One axis of a sliding window.
struct Axis {
    name: &'static str,
    size: usize,
    extent: usize,
    stride: usize,
    padding: usize,
}

impl Axis {
    fn new(name: &'static str, size: usize, geometry: &Geometry, axis: usize) -> Self {
        Self {
            name,
            size,
            extent: geometry.dilation()[axis] * (geometry.kernel()[axis] - 1) + 1,
            stride: geometry.stride()[axis],
            padding: geometry.padding()[axis],
        }
    }

    fn differs_from(&self, other: &Self) -> bool {
        (self.extent, self.stride, self.padding) != (other.extent, other.stride, other.padding)
    }

    fn remainder(&self) -> usize {
        (self.size + 2 * self.padding).saturating_sub(self.extent) % self.stride
    }

    fn explain(&self, window: Window) -> Inexactness {
        let remainder = self.remainder();
        let larger = self.size + self.stride - remainder;
        let smaller = self.size.saturating_sub(remainder);
        // The image may lie in the unvisited part altogether.
        let smaller = if smaller > 0 && smaller + 2 * self.padding >= self.extent {
            format!("{smaller} or ")
        } else {
            String::new()
        };
        let mut remedies = vec![format!(
            "give this layer an input {} of {smaller}{larger} by other image, kernel or padding \
             sizes before it",
            self.name
        )];
        match window {
            Window::Pool | Window::CeilPool => {
                remedies.push("use a window and stride that tile it".to_string());
            }
            Window::Convolution => {
                let fits = |padding: usize| {
                    (self.size + 2 * padding - self.extent).is_multiple_of(self.stride)
                };
                if let Some(padding) = (0..self.extent)
                    .filter(|&p| self.size + 2 * p >= self.extent && fits(p))
                    .min_by_key(|p| p.abs_diff(self.padding))
                {
                    remedies.push(format!("use padding {padding}"));
                }
                remedies.push("use stride 1 followed by an exact pool".to_string());
            }
        }
        let padded = self.size + 2 * self.padding;
        let windows = padded.saturating_sub(self.extent) / self.stride + 1;
        let begins_inside = windows * self.stride < self.size + self.padding;
        let what = if window == Window::CeilPool && begins_inside {
            let beyond = windows * self.stride + self.extent - padded;
            format!(
                "reaches {beyond} beyond {} pixels of {}",
                self.size, self.name
            )
        } else {
            format!(
                "leaves {remainder} of {} pixels of {} unvisited",
                self.size, self.name
            )
        };
        Inexactness {
            reason: format!(
                "window {} with stride {} and padding {} {what} at one end only",
                self.extent, self.stride, self.padding
            ),
            remedy: remedies.join(", or "),
        }
    }
}
