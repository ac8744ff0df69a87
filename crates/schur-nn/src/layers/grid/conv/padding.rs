//! What lies around an image.

use burn::tensor::{Int, Tensor, TensorData};
use schur_engine::{ConvPlan, Geometry};
use schur_math::PlaneIsometry;

use crate::axes::plane;
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::{Field, NnError};

/// Widest border in pixels: what lies beyond any kernel is memory for nothing.
const MAX_PADDING: usize = 4096;

/// What a convolution sees beyond the border.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaddingMode {
    /// Zeros.
    #[default]
    Zeros,
    /// The image again: a torus. Commutes with all circular shifts.
    Circular,
    /// The image mirrored at its border pixels.
    Reflect,
    /// The border pixels again and again.
    Replicate,
}

impl PaddingMode {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zeros => "zeros",
            Self::Circular => "circular",
            Self::Reflect => "reflect",
            Self::Replicate => "replicate",
        }
    }

    /// For every pixel of a padded axis the pixel it repeats.
    fn sources(self, size: usize, padding: usize) -> Result<Vec<i64>, NnError> {
        let most = match self {
            Self::Zeros => 0,
            Self::Circular => size,
            Self::Reflect => size.saturating_sub(1),
            Self::Replicate => usize::MAX,
        };
        if padding > most || size == 0 {
            return Err(NnError::Size {
                layer: format!("{} padding", self.name()),
                problem: format!(
                    "{size} pixels can be padded by at most {most}, not by {padding}; use larger \
                     images or less padding"
                ),
            });
        }
        let (size, padding) = (size as i64, padding as i64);
        let source = |place: i64| match self {
            Self::Circular => place.rem_euclid(size),
            Self::Reflect if place < 0 => -place,
            Self::Reflect if place >= size => 2 * (size - 1) - place,
            _ => place.clamp(0, size - 1),
        };
        Ok((-padding..size + padding).map(source).collect())
    }

    /// The sources of padded pixels, as [`sources`](Self::sources) gives them, for a plain network.
    fn repeated(self, size: usize, padding: usize) -> Result<Vec<usize>, NnError> {
        let sources = self.sources(size, padding)?;
        Ok(sources.into_iter().map(|i| i as usize).collect())
    }

    /// Pads rows and columns of `[batch, height, width, channels]` by copies of pixels.
    ///
    /// # Errors
    ///
    /// If the image has too few pixels.
    fn pad(self, x: Tensor<4>, (rows, cols): (usize, usize)) -> Result<Tensor<4>, NnError> {
        let [_, height, width, _] = x.dims();
        let device = x.device();
        let index = |sources: Vec<i64>| {
            Tensor::<1, Int>::from_data(TensorData::from(sources.as_slice()), &device)
        };
        let x = x.select(1, index(self.sources(height, rows)?));
        Ok(x.select(2, index(self.sources(width, cols)?)))
    }
}

/// Rows and columns around the image of a convolution: zeros, which its plan adds, or copies of
/// pixels, which are added here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Border {
    mode: PaddingMode,
    padding: (usize, usize),
}

impl Border {
    /// # Errors
    ///
    /// If the border is too wide.
    pub(crate) fn new(mode: PaddingMode, padding: (usize, usize)) -> Result<Self, NnError> {
        let widest = padding.0.max(padding.1);
        if widest > MAX_PADDING {
            return Err(NnError::Config {
                at: "padding of a convolution".to_string(),
                problem: format!("{widest} pixels are out of range; use 0 to {MAX_PADDING}"),
            });
        }
        Ok(Self { mode, padding })
    }

    /// The padding that the plan adds.
    pub(crate) fn zeros(self) -> (usize, usize) {
        match self.mode {
            PaddingMode::Zeros => self.padding,
            _ => (0, 0),
        }
    }

    /// The padding that the plan does not know.
    fn copies(self) -> (usize, usize) {
        match self.mode {
            PaddingMode::Zeros => (0, 0),
            _ => self.padding,
        }
    }

    /// Adds what the plan does not know, and checks that the kernel fits.
    pub(crate) fn pad(
        self,
        field: Field,
        plan: &ConvPlan,
        layer: &str,
    ) -> Result<Tensor<4>, NnError> {
        let pixels = field.into_pixels(layer)?;
        let x = match self.mode {
            PaddingMode::Zeros => pixels,
            mode => mode.pad(pixels, self.padding)?,
        };
        let [batch, height, width, _] = x.dims();
        plan.shape(batch, [1, height, width])?;
        Ok(x)
    }

    /// The size with the padding that the plan does not know.
    pub(crate) fn padded(self, height: usize, width: usize) -> (usize, usize) {
        let (rows, cols) = self.copies();
        (height + 2 * rows, width + 2 * cols)
    }

    /// Adds padding, as [`pad`](Self::pad) does, to a plain network.
    pub(crate) fn export(self, graph: &mut Graph, x: Value, name: &str) -> Result<Value, NnError> {
        if self.mode == PaddingMode::Zeros {
            return Ok(x);
        }
        let (rows, cols) = self.padding;
        let x = graph.gather(x, 2, self.mode.repeated(x.height, rows)?, name);
        Ok(graph.gather(x, 3, self.mode.repeated(x.width, cols)?, name))
    }

    /// Why an element does not keep the border, if it does not.
    pub(crate) fn inexactness(self, g: &PlaneIsometry) -> Option<Inexactness> {
        let turns = g.lattice_matrix().is_some_and(|m| m[0][0] == 0);
        let differs = self.padding.0 != self.padding.1;
        (turns && differs).then(|| Inexactness {
            reason: "padding differs between height and width".to_string(),
            remedy: "use the same for both".to_string(),
        })
    }

    /// The name of a layer with this border and the geometry of its plan.
    pub(crate) fn name(self, kind: &str, geometry: &Geometry) -> String {
        let (rows, cols) = plane(geometry.kernel());
        let (stride, dilation) = (plane(geometry.stride()), plane(geometry.dilation()));
        let mut name = format!("{kind} {rows}x{cols}");
        if stride != (1, 1) {
            name += &format!(" stride {}", stride.0);
        }
        match (self.mode, self.padding) {
            (_, (0, 0)) => {}
            (PaddingMode::Zeros, (rows, _)) => name += &format!(" padding {rows}"),
            (mode, (rows, _)) => name += &format!(" {} padding {rows}", mode.name()),
        }
        if dilation != (1, 1) {
            name += &format!(" dilation {}", dilation.0);
        }
        name
    }
}
