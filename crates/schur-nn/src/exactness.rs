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

use crate::GroupElement;
use crate::group::GridIsometry;
use crate::kinds::PoolKind;

/// Why a layer does not commute exactly with a group element, and what to change.
///
/// ```
/// use schur_nn::{Domain, FieldType};
///
/// let third = &FieldType::parse("C3: trivial")?.group().test_elements()[1];
/// let why = Domain::image(5, 5).inexactness(third).expect("pixels lie on a square grid");
/// assert_eq!(why.to_string(), format!("{}; {}", why.reason, why.remedy));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
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
///
/// ```
/// use schur_engine::pool::Windows;
/// use schur_nn::PoolKind;
/// use schur_nn::exactness::Window;
///
/// let windows = Windows::new([1, 2, 2], [1, 2, 2], [0, 0, 0])?;
/// let pool = Window::of(PoolKind::Max, &windows);
/// assert_eq!(pool, Window::Pool { kind: PoolKind::Max, ceil: false });
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
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

/// Where an element that maps the places of a grid to places brings the axes depth, height and width.
///
/// ```
/// use schur_engine::Geometry;
/// use schur_math::SpaceIsometry;
/// use schur_nn::exactness::{AxisMoves, Window, sliding_window};
///
/// let turn = SpaceIsometry::from_axis_angle([1.0, 0.0, 0.0], std::f64::consts::FRAC_PI_2)?;
/// let moves = AxisMoves::of(&turn.into()).expect("it maps voxels to voxels");
/// // Windows of two in steps of two end with 4 cells, and not with 5.
/// let halves = Geometry::new([2; 3], [2; 3], [0; 3], [1; 3])?;
/// assert!(sliding_window(&moves, &halves, [4; 3], Window::Convolution).is_none());
/// assert!(sliding_window(&moves, &halves, [5; 3], Window::Convolution).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AxisMoves([AxisMove; 3]);

/// Where one axis goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct AxisMove {
    to: usize,
    reversed: bool,
}

/// The names of the axes of a grid, in the order of its sizes.
const AXES: [&str; 3] = ["depth", "height", "width"];

impl AxisMoves {
    /// How an element of a group of images or volumes moves the axes; `None` if it does not map
    /// places to places.
    pub fn of(g: &GroupElement) -> Option<Self> {
        let matrix = g.isometry()?.lattice_matrix()?;
        // The column of x is the axis of the width, that of z the axis of the depth, and y falls with
        // the row.
        let sign = |coordinate: usize| if coordinate == 1 { -1 } else { 1 };
        let mut moves = [AxisMove::default(); 3];
        for (to, row) in matrix.iter().enumerate() {
            for (from, &entry) in row.iter().enumerate() {
                if entry != 0 {
                    moves[2 - from] = AxisMove {
                        to: 2 - to,
                        reversed: entry * sign(from) * sign(to) < 0,
                    };
                }
            }
        }
        Some(Self(moves))
    }

    /// The first pair of different axes, (from, to), on which something differs.
    pub(crate) fn exchange(&self, differ: impl Fn(usize, usize) -> bool) -> Option<[usize; 2]> {
        let pairs = self
            .0
            .iter()
            .enumerate()
            .map(|(from, moved)| [from, moved.to]);
        let mut pairs = pairs.filter(|[from, to]| from != to);
        pairs.find(|&[from, to]| differ(from, to))
    }

    /// The sizes of what a grid of other sizes becomes.
    pub(crate) fn moved<T: Copy>(&self, sizes: [T; 3]) -> [T; 3] {
        let mut moved = sizes;
        for (size, to) in sizes.into_iter().zip(self.0) {
            moved[to.to] = size;
        }
        moved
    }

    /// That the layer treats two axes differently that the element exchanges.
    pub(crate) fn differ(what: &str, mut axes: [usize; 2]) -> Inexactness {
        axes.sort_unstable();
        let [a, b] = axes.map(|axis| AXES[axis]);
        Inexactness {
            reason: format!("{what} between {a} and {b}"),
            remedy: "use the same for both".to_string(),
        }
    }
}

/// Whether windows of this geometry over `sizes` (depth, height, width) become those over the grid
/// that an element makes of it. `None` means exactly.
pub fn sliding_window(
    moves: &AxisMoves,
    geometry: &Geometry,
    sizes: [usize; 3],
    window: Window,
) -> Option<Inexactness> {
    let of = |axis: usize| Axis::new(AXES[axis], sizes[axis], geometry, axis);
    moves.0.iter().enumerate().find_map(|(axis, moved)| {
        let from = of(axis);
        let to = Axis::new(from.name, from.size, geometry, moved.to);
        if from.windows(window, moved.reversed) == to.windows(window, false) {
            return None;
        }
        if axis != moved.to && !(moved.reversed && from == to) {
            let what = "kernel, stride, padding or dilation differ";
            return Some(AxisMoves::differ(what, [axis, moved.to]));
        }
        // Of one geometry along both axes the reason is that of a mirror. Where both are as long,
        // both have it, and the first is named.
        let first = axis.min(moved.to);
        let named = if sizes[first] == from.size {
            of(first)
        } else {
            from
        };
        Some(named.explain(window))
    })
}

/// What every layer on a grid says of an element that does not permute its places.
pub(crate) fn off_lattice(g: &GridIsometry<'_>) -> Inexactness {
    let (grid, remedy) = match g {
        GridIsometry::Plane(_) => (
            "pixel",
            "only multiples of quarter turns and mirrors can be exact on pixels",
        ),
        GridIsometry::Space(_) => (
            "voxel",
            "only the 48 symmetries of the cube can be exact on voxels",
        ),
    };
    Inexactness {
        reason: format!("{g} does not map the {grid} grid to itself"),
        remedy: remedy.to_string(),
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
                "reaches {beyond} beyond {} places of {}",
                self.size, self.name
            )
        } else {
            format!(
                "leaves {remainder} of {} places of {} unvisited",
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
