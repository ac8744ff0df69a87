//! When a sliding window commutes exactly with a symmetry of the pixel grid.
//!
//! A window of size `k` (dilated: `d(k-1)+1`) that moves in steps of `s` over `n` pixels padded
//! by `p` on both sides begins at `-p, s - p, 2s - p, …` and leaves `(n + 2p - d(k-1) - 1) mod s`
//! pixels unvisited at the far end. A mirror exchanges the two ends, so windows become windows only
//! if that remainder is zero (Weiler & Cesa 2019 call the remedy "odd image sizes"; escnn documents
//! it for stride 2). A pool in ceil mode has one more window for that remainder, which reaches
//! beyond the image at the far end only. An element that exchanges the axes makes of an image of
//! `h x w` pixels one of `w x h`; windows along an axis must become those along the other.

use std::fmt;

use schur_engine::Geometry;
use schur_engine::pool::Windows;
use schur_math::PlaneIsometry;

use crate::kinds::PoolKind;

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

/// What slides over the image: what a window sees of it, and the remedies differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// A kernel, whose padding can be chosen.
    Convolution,
    /// A blur: a kernel without a choice.
    Blur,
    /// A pool: padding it is no remedy, since it takes pixels in that are none.
    Pool {
        /// The mean counts what is padding, the maximum passes over it.
        kind: PoolKind,
        /// Whether the last window may reach beyond the padding.
        ceil: bool,
    },
}

impl Window {
    /// What windows of a pool are.
    pub fn of(kind: PoolKind, windows: &Windows) -> Self {
        let ceil = windows.ceil_mode();
        Self::Pool { kind, ceil }
    }
}

/// Whether windows of this geometry over `height` x `width` pixels become those over the image that
/// `g` makes of it. `None` means exactly.
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
    // In index coordinates x grows with the column and y falls with the row, so an entry -1 of the
    // diagonal reverses an axis, and an entry 1 beside it one that comes to be the other.
    if matrix[0][0] == 0 {
        let pairs = [
            (matrix[0][1] == 1, rows, 2),
            (matrix[1][0] == 1, columns, 1),
        ];
        return pairs.into_iter().find_map(|(reversed, from, axis)| {
            let to = Axis::new(from.name, from.size, geometry, axis);
            if from.windows(window, reversed) == to.windows(window, false) {
                return None;
            }
            // Of one geometry along both axes the reason is that of a mirror. On squares both axes
            // have it, and the first is named.
            if reversed && from == to {
                let first = Axis::new("height", height, geometry, 1);
                let named = if height == width { first } else { from };
                return Some(named.explain(window));
            }
            Some(Inexactness {
                reason: "kernel, stride, padding or dilation differ between height and width"
                    .to_string(),
                remedy: "use the same for both".to_string(),
            })
        });
    }
    let axes = [(matrix[1][1] == -1, rows), (matrix[0][0] == -1, columns)];
    let broken = |(reversed, axis): &(bool, Axis)| {
        *reversed && axis.windows(window, true) != axis.windows(window, false)
    };
    let broken = axes.into_iter().find(broken);
    broken.map(|(_, axis)| axis.explain(window))
}

/// What every layer on pixels says of an element that does not permute them.
pub fn off_lattice(g: &PlaneIsometry) -> Inexactness {
    Inexactness {
        reason: format!("{g} does not map the pixel grid to itself"),
        remedy: "only multiples of quarter turns and mirrors can be exact on pixels".to_string(),
    }
}

/// One axis of a sliding window.
#[derive(PartialEq, Eq)]
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

    /// Of every window what decides its result: where it begins and ends, for a pool in the image
    /// alone, and over how many places a mean is taken. Seen from the other end, if `reversed`.
    fn windows(&self, window: Window, reversed: bool) -> Vec<[i64; 3]> {
        let [size, extent, stride, padding] =
            [self.size, self.extent, self.stride, self.padding].map(|number| number as i64);
        // The rule of `schur_engine::pool::Windows`.
        let rest = size + 2 * padding - extent;
        let count = match window {
            Window::Pool { ceil: true, .. } => {
                let steps = (rest + stride - 1).div_euclid(stride);
                steps + i64::from(steps * stride < size + padding)
            }
            _ => rest.div_euclid(stride) + 1,
        };
        let place = |i: i64| {
            let (first, end) = (i * stride - padding, i * stride - padding + extent);
            let inside = |place: i64| place.clamp(0, size);
            let places = match window {
                Window::Convolution | Window::Blur => return [first, end, 0],
                Window::Pool {
                    kind: PoolKind::Max,
                    ..
                } => 0,
                Window::Pool {
                    kind: PoolKind::Average,
                    ..
                } => end.min(size + padding) - first,
            };
            [inside(first), inside(end), places]
        };
        let mut places: Vec<_> = (0..count).map(place).collect();
        if reversed {
            places.reverse();
            for [first, end, _] in &mut places {
                (*first, *end) = (size - *end, size - *first);
            }
        }
        places
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
            Window::Blur | Window::Pool { .. } => {
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
        let ceil = matches!(window, Window::Pool { ceil: true, .. });
        let what = if ceil && begins_inside {
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
