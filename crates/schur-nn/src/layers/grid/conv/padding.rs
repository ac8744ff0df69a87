//! What lies around an image or a volume.

use burn::tensor::{Int, Tensor, TensorData};
use schur_engine::Geometry;

use crate::atlas::Steps;
use crate::axes::{by, short};
use crate::exactness::{AxisMoves, Inexactness};
use crate::export::{Graph, Value};
use crate::ops::SharedPlan;
use crate::{Domain, Field, FieldType, NnError};

/// Widest border in places: what lies beyond any kernel is memory for nothing.
const MAX_PADDING: usize = 4096;

/// What a convolution sees beyond the border of an image, or beyond the free edges of an
/// [`Atlas`](crate::Atlas); beyond a glued edge it sees the cells there.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{EquivariantConvConfig, FieldType, Layer, PaddingMode};
///
/// let fields = FieldType::parse("C4: 2 trivial")?;
/// let conv = EquivariantConvConfig::new(&fields, &fields, 5).with_padding(2);
/// let conv = conv.with_padding_mode(PaddingMode::Reflect).init(&Device::flex())?;
/// assert_eq!(conv.output_size(3, 3)?, (3, 3));
/// // Of two pixels one can be mirrored.
/// assert!(conv.output_size(2, 2).is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
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

    /// Refuses an axis with too few pixels to copy.
    fn check(self, size: usize, padding: usize) -> Result<(), NnError> {
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
        Ok(())
    }

    /// For every pixel of a padded axis the pixel it repeats.
    fn sources(self, size: usize, padding: usize) -> Result<Vec<i64>, NnError> {
        self.check(size, padding)?;
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

    /// Pads the axes of `[batch, depth, height, width, channels]` by copies of places.
    ///
    /// # Errors
    ///
    /// If there are too few.
    fn pad(self, mut x: Tensor<5>, padding: [usize; 3]) -> Result<Tensor<5>, NnError> {
        let device = x.device();
        for (axis, padding) in (1..).zip(padding) {
            if padding > 0 {
                let sources = self.sources(x.dims()[axis], padding)?;
                let sources = TensorData::from(sources.as_slice());
                x = x.select(axis, Tensor::<1, Int>::from_data(sources, &device));
            }
        }
        Ok(x)
    }
}

/// What is added along every axis around the input of a convolution: zeros, which its plan adds, or
/// copies of places, which are added here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Border {
    mode: PaddingMode,
    padding: [usize; 3],
    /// Whether the kernel is one on the hexagonal lattice.
    hexagonal: bool,
}

impl Border {
    /// # Errors
    ///
    /// If the border is too wide.
    pub(crate) fn new(mode: PaddingMode, padding: [usize; 3]) -> Result<Self, NnError> {
        let widest = padding.into_iter().fold(0, usize::max);
        if widest > MAX_PADDING {
            return Err(NnError::Config {
                at: "padding of a convolution".to_string(),
                problem: format!("{widest} pixels are out of range; use 0 to {MAX_PADDING}"),
            });
        }
        Ok(Self {
            mode,
            padding,
            hexagonal: false,
        })
    }

    /// That of a kernel on the hexagonal lattice, or not.
    pub(crate) fn with_hexagonal(self, hexagonal: bool) -> Self {
        Self { hexagonal, ..self }
    }

    /// The padding that the plan adds.
    pub(crate) fn zeros(self) -> [usize; 3] {
        match self.mode {
            PaddingMode::Zeros => self.padding,
            _ => [0; 3],
        }
    }

    /// The padding that the plan does not know.
    fn copies(self) -> [usize; 3] {
        match self.mode {
            PaddingMode::Zeros => [0; 3],
            _ => self.padding,
        }
    }

    /// Adds what lies beyond glued edges and what a plan does not know, and checks that the kernel
    /// fits: the numbers, and the plan with the zeros that are left to add.
    pub(crate) fn pad(
        self,
        field: Field,
        plan: &SharedPlan,
        layer: &str,
    ) -> Result<(Tensor<5>, SharedPlan), NnError> {
        let [glued, free] = field.domain().parted(self.padding);
        let x = field.into_cells(layer, glued)?;
        let (x, zeros) = match self.mode {
            PaddingMode::Zeros => (x, free),
            mode => (mode.pad(x, free)?, [0; 3]),
        };
        let plan = plan.with_padding(zeros)?;
        let [batch, depth, height, width, _] = x.dims();
        plan.shape(batch, [depth, height, width])?;
        Ok((x, plan))
    }

    /// The places of the results of a convolution with this border.
    pub(crate) fn output_domain(
        self,
        domain: &Domain,
        geometry: &Geometry,
        layer: &str,
    ) -> Result<Domain, NnError> {
        let steps = Steps::new(geometry, self.padding).with_hexagonal(self.hexagonal);
        domain.slid(layer, steps, |sizes| {
            if self.mode != PaddingMode::Zeros {
                let [_, free] = domain.parted(self.padding);
                let mut axes = sizes
                    .into_iter()
                    .zip(free)
                    .filter(|&(_, padding)| padding > 0);
                axes.try_for_each(|(size, padding)| self.mode.check(size, padding))?;
            }
            Ok(geometry.output_size(self.padded(sizes))?)
        })
    }

    /// The size with the padding that the plan does not know.
    pub(crate) fn padded(self, sizes: [usize; 3]) -> [usize; 3] {
        let copies = self.copies();
        std::array::from_fn(|axis| sizes[axis] + 2 * copies[axis])
    }

    /// Adds padding, as [`pad`](Self::pad) does, to a plain network.
    pub(crate) fn export(
        self,
        graph: &mut Graph,
        x: Value,
        plan: &SharedPlan,
        fields: &FieldType,
        name: &str,
    ) -> Result<(Value, SharedPlan), NnError> {
        let [glued, free] = graph.parted(self.padding);
        let x = graph.over_seams(x, glued, fields, name)?;
        if self.mode == PaddingMode::Zeros {
            return Ok((x, plan.with_padding(free)?));
        }
        let x = (0..3).try_fold(x, |x, axis| match free[axis] {
            0 => Ok::<_, NnError>(x),
            padding => {
                let sources = self.mode.repeated(x.size[axis], padding)?;
                Ok(graph.gather_places(x, axis, sources, name))
            }
        })?;
        Ok((x, plan.clone()))
    }

    /// Why an element does not keep the border, if it does not.
    pub(crate) fn inexactness(self, moves: &AxisMoves) -> Option<Inexactness> {
        let axes = moves.exchange(|from, to| self.padding[from] != self.padding[to]);
        axes.map(|axes| AxisMoves::differ("padding differs", axes))
    }

    /// The name of a layer between such fields, with this border and the geometry of its plan.
    pub(crate) fn name(self, kind: &str, fields: &FieldType, geometry: &Geometry) -> String {
        let short = |sizes| short(fields, sizes);
        let mut name = format!("{kind} {}", by(fields, geometry.kernel()));
        if geometry.stride() != [1; 3] {
            name += &format!(" stride {}", short(geometry.stride()));
        }
        match (self.mode, self.padding) {
            (_, [0, 0, 0]) => {}
            (PaddingMode::Zeros, sizes) => name += &format!(" padding {}", short(sizes)),
            (mode, sizes) => name += &format!(" {} padding {}", mode.name(), short(sizes)),
        }
        if geometry.dilation() != [1; 3] {
            name += &format!(" dilation {}", short(geometry.dilation()));
        }
        name
    }
}
