//! Upsampling and pooling to a given size.

use burn::module::Module;

use super::resample::{AxisMap, export, resample};
use crate::exactness::{Inexactness, off_lattice};
use crate::export::{Graph, Value};
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError};

/// How pixels of another size are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resampling {
    /// Every pixel becomes `n x n` equal ones.
    Nearest(usize),
    /// `n` times as many pixels in each direction, linear between the centres of the old ones
    /// and constant beyond them ("align corners" off).
    Bilinear(usize),
    /// A given number of (rows, columns), linear in the same way. Fewer pixels than before are
    /// not averaged: blur before, or take [`AdaptiveAverage`](Self::AdaptiveAverage).
    BilinearTo(usize, usize),
    /// A given number of (rows, columns), linear between the old pixels, of which the outermost
    /// stay where they are ("align corners" on). A single new pixel stands in the middle.
    BilinearAligned(usize, usize),
    /// `n` times as many pixels in each direction, by the cubic polynomials of Keys (1981) through
    /// the four nearest centres, with the border's pixels beyond it ("align corners" off). The
    /// free parameter is -3/4, as in PyTorch and ONNX.
    Bicubic(usize),
    /// A given number of (rows, columns), cubic in the same way. Fewer pixels than before are not
    /// averaged.
    BicubicTo(usize, usize),
    /// A given number of (rows, columns), cubic between the old pixels, of which the outermost
    /// stay where they are ("align corners" on). A single new pixel stands in the middle.
    BicubicAligned(usize, usize),
    /// Means over windows that divide the image into a given number of (rows, columns), as
    /// evenly as possible.
    AdaptiveAverage(usize, usize),
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
/// let up = Resize::new(&fields, Resampling::Bilinear(2))?;
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
        let sizes = match kind {
            Resampling::Nearest(n) | Resampling::Bilinear(n) | Resampling::Bicubic(n) => [n, n],
            Resampling::BilinearTo(rows, cols)
            | Resampling::BilinearAligned(rows, cols)
            | Resampling::BicubicTo(rows, cols)
            | Resampling::BicubicAligned(rows, cols)
            | Resampling::AdaptiveAverage(rows, cols) => [rows, cols],
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

    /// The maps of rows and of columns.
    fn axes(&self, height: usize, width: usize) -> (AxisMap, AxisMap) {
        let both = |weights: Weights, places: fn(usize, usize) -> Places, to: (usize, usize)| {
            let rows = weights(height, to.0, &places(height, to.0));
            (rows, weights(width, to.1, &places(width, to.1)))
        };
        match self.kind {
            Resampling::Nearest(n) => (nearest(height, n), nearest(width, n)),
            Resampling::Bilinear(n) => both(linear, centred, (height * n, width * n)),
            Resampling::BilinearTo(rows, cols) => both(linear, centred, (rows, cols)),
            Resampling::BilinearAligned(rows, cols) => both(linear, aligned, (rows, cols)),
            Resampling::Bicubic(n) => both(cubic, centred, (height * n, width * n)),
            Resampling::BicubicTo(rows, cols) => both(cubic, centred, (rows, cols)),
            Resampling::BicubicAligned(rows, cols) => both(cubic, aligned, (rows, cols)),
            Resampling::AdaptiveAverage(rows, cols) => (means(height, rows), means(width, cols)),
        }
    }

    /// Rows and columns of the result.
    fn resized(&self, height: usize, width: usize) -> Result<(usize, usize), NnError> {
        /// Most pixels of a side, before and after.
        const MAX_SIDE: usize = 1 << 20;
        let (rows, cols) = match self.kind {
            Resampling::Nearest(n) | Resampling::Bilinear(n) | Resampling::Bicubic(n) => {
                (height.saturating_mul(n), width.saturating_mul(n))
            }
            Resampling::BilinearTo(rows, cols)
            | Resampling::BilinearAligned(rows, cols)
            | Resampling::BicubicTo(rows, cols)
            | Resampling::BicubicAligned(rows, cols)
            | Resampling::AdaptiveAverage(rows, cols) => (rows, cols),
        };
        match [height, width, rows, cols].into_iter().max() {
            Some(side) if side > MAX_SIDE => Err(NnError::Size {
                layer: self.name(),
                problem: format!(
                    "{height} x {width} pixels to {rows} x {cols}: a side has at most {MAX_SIDE}; \
                     use smaller images"
                ),
            }),
            _ => Ok((rows, cols)),
        }
    }
}

fn nearest(size: usize, factor: usize) -> AxisMap {
    AxisMap::new(size * factor, size, |out, input| {
        f64::from(u8::from(out / factor == input))
    })
}

/// Where new pixels stand among the old ones, as multiples of `1 / unit` pixels: in integers, so
/// that both ends of an axis have the same weights.
struct Places {
    unit: i64,
    of: Vec<i64>,
}

/// Weights of an axis: from (pixels, new pixels, where these stand).
type Weights = fn(usize, usize, &Places) -> AxisMap;

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
        match self.kind {
            Resampling::Nearest(n) => format!("upsample x{n} nearest"),
            Resampling::Bilinear(n) => format!("upsample x{n} bilinear"),
            Resampling::BilinearTo(rows, cols) => format!("resample to {rows}x{cols} bilinear"),
            Resampling::BilinearAligned(rows, cols) => {
                format!("resample to {rows}x{cols} bilinear, corners aligned")
            }
            Resampling::Bicubic(n) => format!("upsample x{n} bicubic"),
            Resampling::BicubicTo(rows, cols) => format!("resample to {rows}x{cols} bicubic"),
            Resampling::BicubicAligned(rows, cols) => {
                format!("resample to {rows}x{cols} bicubic, corners aligned")
            }
            Resampling::AdaptiveAverage(rows, cols) => format!("average to {rows}x{cols}"),
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let (rows, cols) = self.axes(x.height, x.width);
        Ok(export(graph, x, &rows, &cols, &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let x = field.into_pixels(&self.name())?;
        let [_, height, width, _] = x.dims();
        let (rows, cols) = self.axes(height, width);
        Ok(Field::of_pixels(
            resample(x, &rows, &cols),
            &self.field_type,
        ))
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        domain.map_image(&self.name(), |height, width| self.resized(height, width))
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        domain.of_image(g, |g, height, width| {
            let Some(matrix) = g.lattice_matrix() else {
                return Some(off_lattice(g));
            };
            if let Err(error) = self.resized(height, width) {
                return Some(Inexactness {
                    reason: error.to_string(),
                    remedy: "use smaller images".to_string(),
                });
            }
            let (rows, cols) = self.axes(height, width);
            let turned = (matrix[0][0] == 0).then(|| self.axes(width, height));
            if turned.is_some_and(|(of_cols, of_rows)| (&rows, &cols) != (&of_rows, &of_cols)) {
                return Some(Inexactness {
                    reason: format!(
                        "rows and columns are resampled differently ({height} x {width})"
                    ),
                    remedy: "use a square result".to_string(),
                });
            }
            (!rows.is_symmetric() || !cols.is_symmetric()).then(|| Inexactness {
                reason: format!(
                    "the windows do not divide {height} x {width} pixels symmetrically"
                ),
                remedy: "use an image size that is a multiple of the result".to_string(),
            })
        })
    }
}
