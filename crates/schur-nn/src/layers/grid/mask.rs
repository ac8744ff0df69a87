//! A mask that keeps what rotations keep.

use burn::module::Module;
use burn::tensor::{Tensor, TensorData};
use schur_math::middle;

use crate::axes::is_volume;
use crate::domain::cells;
use crate::export::{Graph, Op, Value};
use crate::{Domain, Field, FieldType, Layer, NnError};

/// Multiplies every pixel by a soft disc, every voxel by a soft ball: 1 up to the radius
/// `r₀ = (S - 1)/2 · (1 - margin)` where the shortest side has `S` of them, then `exp((r₀² - r²)/σ²)`.
///
/// Rotations carry the corners of an image out of it; a network that never sees them has
/// nothing to lose there. Rotation-invariant, so it commutes with every symmetry of the grid.
///
/// ```
/// use schur_nn::{Layer, FieldType, Mask};
///
/// let mask = Mask::new(&FieldType::parse("C8: trivial")?, 0.0, 2.0)?;
/// assert_eq!(mask.name(), "mask");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct Mask {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    margin: f64,
    #[module(skip)]
    sigma: f64,
}

impl Mask {
    /// A mask with a margin, as a share of the radius, and a rim of `sigma` pixels.
    ///
    /// # Errors
    ///
    /// If the margin is not in `[0, 1)` or `sigma` is not positive.
    pub fn new(field_type: &FieldType, margin: f64, sigma: f64) -> Result<Self, NnError> {
        let fits = (0.0..1.0).contains(&margin) && sigma > 0.0 && sigma.is_finite();
        if !fits {
            return Err(NnError::Config {
                at: "mask".to_string(),
                problem: format!(
                    "margin {margin} and sigma {sigma}; use a margin from 0 to below 1 and a \
                     positive sigma"
                ),
            });
        }
        Ok(Self {
            field_type: field_type.clone(),
            margin,
            sigma,
        })
    }

    fn values(&self, sizes: [usize; 3]) -> Vec<f64> {
        let first = usize::from(!is_volume(&self.field_type));
        let sides = sizes[first..].iter().map(|&size| middle(size));
        let radius = sides.fold(f64::INFINITY, f64::min) * (1.0 - self.margin);
        let value = |[x, y, z]: [f64; 3]| {
            let beyond = y * y + x * x + z * z - radius * radius;
            (-beyond.max(0.0) / (self.sigma * self.sigma)).exp()
        };
        cells(sizes).map(value).collect()
    }
}

impl Layer for Mask {
    fn name(&self) -> String {
        "mask".to_string()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let values = self.values(x.size);
        let values = values.into_iter().map(|v| v as f32).collect();
        let places = x.shape().along(x.size);
        let by = graph.constant(&[&[1, 1], &places[..]].concat(), values);
        Ok(graph.elementwise(Op::Scale { by }, &[x], &self.name()))
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
        let mask = Tensor::<3>::from_data(
            TensorData::new(self.values(sizes), [1, sizes.iter().product(), 1]),
            (&field.device(), field.memory().dtype()),
        );
        field.map(&self.field_type, |values| values * mask)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        domain.map_grid(&self.name(), Ok)
    }
}
