//! Upsampling and pooling to a given size.

use std::sync::Arc;

use burn::module::Module;
use schur_engine::resample::{AxisMap, SeparableMap};

use super::resample::export;
use crate::axes::{GridSizes, by, is_volume};
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::ops::resample;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError, tolerance};

/// How pixels or voxels of another size are computed.
///
/// ```
/// use schur_nn::{Domain, FieldType, Layer, Resampling, Resize};
///
/// let image = FieldType::parse("C4: trivial")?;
/// let up = Resize::new(&image, Resampling::Linear(2))?;
/// assert_eq!(up.output_domain(&Domain::image(3, 5))?, Domain::image(6, 10));
/// let to = Resize::new(&image, Resampling::LinearTo((4, 7).into()))?;
/// assert_eq!(to.output_domain(&Domain::image(3, 5))?, Domain::image(4, 7));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resampling {
    /// Every place becomes `n` equal ones along every axis.
    Nearest(usize),
    /// `n` times as many places along every axis, linear between the centres of the old ones
    /// and constant beyond them ("align corners" off): bilinear in images, trilinear in volumes.
    #[serde(alias = "bilinear", alias = "trilinear")]
    Linear(usize),
    /// A given size, linear in the same way. Fewer places than before are
    /// not averaged: blur before, or take [`AdaptiveAverage`](Self::AdaptiveAverage).
    #[serde(alias = "bilinear_to", alias = "trilinear_to")]
    LinearTo(GridSizes),
    /// A given size, linear between the old places, of which the outermost
    /// stay where they are ("align corners" on). A single new place stands in the middle.
    #[serde(alias = "bilinear_aligned", alias = "trilinear_aligned")]
    LinearAligned(GridSizes),
    /// `n` times as many places along every axis, by the cubic polynomials of Keys (1981) through
    /// the four nearest centres, with the border's places beyond it ("align corners" off). The
    /// free parameter is -3/4, as in PyTorch and ONNX.
    #[serde(alias = "bicubic", alias = "tricubic")]
    Cubic(usize),
    /// A given size, cubic in the same way. Fewer places than before are not averaged.
    #[serde(alias = "bicubic_to", alias = "tricubic_to")]
    CubicTo(GridSizes),
    /// A given size, cubic between the old places, of which the outermost
    /// stay where they are ("align corners" on). A single new place stands in the middle.
    #[serde(alias = "bicubic_aligned", alias = "tricubic_aligned")]
    CubicAligned(GridSizes),
    /// Means over windows that divide the grid into a given size, as evenly as possible.
    AdaptiveAverage(GridSizes),
}

/// Resampling to another number of pixels, linear and the same for every channel, so all fields
/// are admissible.
///
/// Upsampling is exact for every symmetry of the grid, of square images if they stay square.
/// Adaptive pooling is exact if the image size is a multiple of the result.
///
/// ```
/// use schur_nn::{Layer, FieldType, Resampling, Resize};
///
/// let fields = FieldType::parse("D4: 2 regular")?;
/// let up = Resize::new(&fields, Resampling::Linear(2))?;
/// assert_eq!(up.output_size(7, 7)?, (14, 14));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct Resize {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    kind: Resampling,
}

/// Largest factor, and largest number of rows and columns of a result.
const MAX_SIZE: usize = 1 << 14;

impl Resize {
    /// A resampling of fields of this type.
    ///
    /// # Errors
    ///
    /// If a factor or size is zero or above 16,384.
    pub fn new(field_type: &FieldType, kind: Resampling) -> Result<Self, NnError> {
        let sizes = match kind.to() {
            Ok(factor) => [factor; 3],
            Err(to) => to.of(field_type, 1),
        };
        if let Some(size) = sizes.iter().find(|size| !(1..=MAX_SIZE).contains(*size)) {
            return Err(NnError::Config {
                at: "resampling".to_string(),
                problem: format!("{size} is out of range; use 1 to {MAX_SIZE}"),
            });
        }
        Ok(Self {
            field_type: field_type.clone(),
            kind,
        })
    }

    /// What the layer does with an image or a volume of these sizes, (depth, height, width), as a map
    /// of the engine.
    ///
    /// # Errors
    ///
    /// If a side would be longer than 2^20 places.
    pub fn map(&self, sizes: [usize; 3]) -> Result<SeparableMap, NnError> {
        Ok(SeparableMap::new(self.maps(sizes, self.resized(sizes)?)))
    }

    /// The maps of all axes to a size.
    fn maps(&self, sizes: [usize; 3], to: [usize; 3]) -> [AxisMap; 3] {
        std::array::from_fn(|axis| {
            let (size, to) = (sizes[axis], to[axis]);
            let by = |weights: fn(usize, usize, &Places) -> AxisMap, places: Places| {
                weights(size, to, &places)
            };
            match self.kind {
                Resampling::Nearest(_) => nearest(size, to),
                Resampling::Linear(_) | Resampling::LinearTo(_) => by(linear, centred(size, to)),
                Resampling::LinearAligned(_) => by(linear, aligned(size, to)),
                Resampling::Cubic(_) | Resampling::CubicTo(_) => by(cubic, centred(size, to)),
                Resampling::CubicAligned(_) => by(cubic, aligned(size, to)),
                Resampling::AdaptiveAverage(_) => means(size, to),
            }
        })
    }

    /// The size of the result.
    fn resized(&self, sizes: [usize; 3]) -> Result<[usize; 3], NnError> {
        /// Most places of a side, before and after.
        const MAX_SIDE: usize = 1 << 20;
        let to = match self.kind.to() {
            Ok(factor) => {
                let factors = GridSizes::All(factor).of(&self.field_type, 1);
                std::array::from_fn(|axis| sizes[axis].saturating_mul(factors[axis]))
            }
            Err(to) => to.of(&self.field_type, sizes[0]),
        };
        if sizes.iter().chain(&to).all(|side| *side <= MAX_SIDE) {
            return Ok(to);
        }
        Err(NnError::Size {
            layer: self.name(),
            problem: format!(
                "{} to {}: a side has at most {MAX_SIDE}; use smaller ones",
                Domain::Grid(sizes),
                by(&self.field_type, to)
            ),
        })
    }
}

impl Resampling {
    /// The factor by which the grid grows, or the size that it comes to have.
    fn to(self) -> Result<usize, GridSizes> {
        match self {
            Self::Nearest(factor) | Self::Linear(factor) | Self::Cubic(factor) => Ok(factor),
            Self::LinearTo(to)
            | Self::LinearAligned(to)
            | Self::CubicTo(to)
            | Self::CubicAligned(to)
            | Self::AdaptiveAverage(to) => Err(to),
        }
    }
}

fn nearest(size: usize, outputs: usize) -> AxisMap {
    AxisMap::new(outputs, size, |out, input| {
        f64::from(u8::from(out * size / outputs == input))
    })
}

/// Where new pixels stand among the old ones, as multiples of `1 / unit` pixels: in integers, so
/// that both ends of an axis have the same weights.
struct Places {
    unit: i64,
    of: Vec<i64>,
}

/// At `(out + 1/2) size / outputs - 1/2`.
fn centred(size: usize, outputs: usize) -> Places {
    let place = |out: usize| (2 * out + 1) as i64 * size as i64 - outputs as i64;
    Places {
        unit: 2 * outputs as i64,
        of: (0..outputs).map(place).collect(),
    }
}

/// At `out (size - 1) / (outputs - 1)`, a single one in the middle.
fn aligned(size: usize, outputs: usize) -> Places {
    let last = size.saturating_sub(1) as i64;
    if outputs == 1 {
        return Places {
            unit: 2,
            of: vec![last],
        };
    }
    Places {
        unit: outputs as i64 - 1,
        of: (0..outputs as i64).map(|out| out * last).collect(),
    }
}

/// Linear between the pixels, constant beyond them.
fn linear(size: usize, outputs: usize, places: &Places) -> AxisMap {
    let last = places.unit * (size as i64 - 1);
    AxisMap::new(outputs, size, |out, input| {
        let place = places.of[out].clamp(0, last);
        let distance = (place - places.unit * input as i64).abs();
        (places.unit - distance).max(0) as f64 / places.unit as f64
    })
}

/// Keys' cubic convolution of the four nearest pixels; those beyond the border are the border's.
fn cubic(size: usize, outputs: usize, places: &Places) -> AxisMap {
    AxisMap::new(outputs, size, |out, input| {
        let place = places.of[out];
        let below = place.div_euclid(places.unit);
        let taps =
            (below - 1..=below + 2).filter(|tap| (*tap).clamp(0, size as i64 - 1) == input as i64);
        taps.map(|tap| keys((place - places.unit * tap).abs() as f64 / places.unit as f64))
            .sum()
    })
}

/// The kernel of Keys (1981) at a distance in pixels.
fn keys(distance: f64) -> f64 {
    const A: f64 = -0.75;
    let d = distance;
    if d <= 1.0 {
        ((A + 2.0) * d - (A + 3.0)) * d * d + 1.0
    } else if d < 2.0 {
        A * (((d - 5.0) * d + 8.0) * d - 4.0)
    } else {
        0.0
    }
}

/// Window `i` of `n` covers the pixels from `⌊i size/n⌋` to `⌈(i+1) size/n⌉`.
fn means(size: usize, outputs: usize) -> AxisMap {
    AxisMap::new(outputs, size, |out, input| {
        let (first, end) = (out * size / outputs, ((out + 1) * size).div_ceil(outputs));
        if (first..end).contains(&input) {
            1.0 / (end - first) as f64
        } else {
            0.0
        }
    })
}

impl Layer for Resize {
    fn name(&self) -> String {
        let volume = is_volume(&self.field_type);
        let [linear, cubic] = match volume {
            true => ["trilinear", "tricubic"],
            false => ["bilinear", "bicubic"],
        };
        let (rule, corners) = match self.kind {
            Resampling::Nearest(_) => ("nearest", ""),
            Resampling::Linear(_) | Resampling::LinearTo(_) => (linear, ""),
            Resampling::LinearAligned(_) => (linear, ", corners aligned"),
            Resampling::Cubic(_) | Resampling::CubicTo(_) => (cubic, ""),
            Resampling::CubicAligned(_) => (cubic, ", corners aligned"),
            Resampling::AdaptiveAverage(to) => {
                return format!("average to {}", to.name(&self.field_type));
            }
        };
        match self.kind.to() {
            Ok(factor) => format!("upsample x{factor} {rule}"),
            Err(to) => {
                let to = to.name(&self.field_type);
                format!("resample to {to} {rule}{corners}")
            }
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let maps = self.maps(x.size, self.resized(x.size)?);
        Ok(export(graph, x, &maps, &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let sizes = field.domain().grid_size(&self.name())?;
        let map = Arc::new(self.map(sizes)?);
        let resampled = resample(field.into_grid(&self.name())?, &map);
        Ok(Field::of_grid(resampled, &self.field_type))
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        domain.map_grid(&self.name(), |sizes| self.resized(sizes))
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        domain.of_grid(g, |moves, sizes| {
            let to = match self.resized(sizes) {
                Ok(to) => to,
                Err(error) => {
                    return Some(Inexactness {
                        reason: error.to_string(),
                        remedy: "use smaller ones".to_string(),
                    });
                }
            };
            let maps = self.maps(sizes, to);
            let turned = moves.moved(sizes);
            let of_turned = self.resized(turned).map(|to| self.maps(turned, to));
            let differ = |from: usize, to: usize| {
                of_turned
                    .as_ref()
                    .is_ok_and(|turned| maps[from] != turned[to])
            };
            let size = || by(&self.field_type, sizes).replace('x', " x ");
            if moves.exchange(differ).is_some() {
                let what = if is_volume(&self.field_type) {
                    "the axes"
                } else {
                    "rows and columns"
                };
                return Some(Inexactness {
                    reason: format!("{what} are resampled differently ({})", size()),
                    remedy: "use a result of equal sides".to_string(),
                });
            }
            let symmetric = maps
                .iter()
                .all(|map| map.is_symmetric(tolerance::AXIS_WEIGHT));
            (!symmetric).then(|| Inexactness {
                reason: format!("the windows do not divide {} places symmetrically", size()),
                remedy: "use a size that is a multiple of the result".to_string(),
            })
        })
    }
}
