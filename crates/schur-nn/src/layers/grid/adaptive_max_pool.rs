//! Max-pooling to a given size.

use burn::module::Module;
use burn::tensor::{Int, Tensor, TensorData};
use schur_engine::pool::Windows;

use crate::axes::{GridSizes, by};
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::kinds::PoolKind;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError, ops};

/// Maxima over windows that divide an image or volume into a given size, as evenly
/// as possible: window `i` of `n` covers the places from `⌊i size/n⌋` to `⌈(i+1) size/n⌉`. For
/// fields whose channels the group permutes; means on all fields are
/// [`Resampling::AdaptiveAverage`](crate::Resampling::AdaptiveAverage).
///
/// The windows are symmetric about the centre whatever the size, so the layer is exact for
/// half turns and mirrors, and for quarter turns if the result is square.
///
/// ```
/// use schur_nn::{AdaptiveMaxPool, Layer, FieldType};
///
/// let pool = AdaptiveMaxPool::new(&FieldType::parse("D4: 2 regular")?, 3)?;
/// assert_eq!(pool.output_size(20, 31)?, (3, 3));
/// assert!(AdaptiveMaxPool::new(&FieldType::parse("D4: E1")?, (3, 3)).is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct AdaptiveMaxPool {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    size: GridSizes,
}

/// The windows of one axis, made equally long: a line more than once does not change a maximum.
struct AxisWindows {
    lines: Vec<usize>,
    length: usize,
}

impl AxisWindows {
    fn new(size: usize, outputs: usize) -> Self {
        let bounds = |i: usize| (i * size / outputs, ((i + 1) * size).div_ceil(outputs));
        let lengths = (0..outputs).map(|i| bounds(i).1 - bounds(i).0);
        let length = lengths.max().unwrap_or(1);
        let window = |i: usize| {
            let (first, end) = bounds(i);
            (0..length).map(move |k| (first + k).min(end - 1))
        };
        let lines = (0..outputs).flat_map(window).collect();
        Self { lines, length }
    }
}

impl AdaptiveMaxPool {
    /// Most rows and columns of the result.
    pub const MAX_SIZE: usize = 1 << 14;

    /// A pool to a size: the same along every axis, (rows, columns) or \[depth, rows, columns\].
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_SIZE`](Self::MAX_SIZE), or a field is not permuted.
    pub fn new(field_type: &FieldType, size: impl Into<GridSizes>) -> Result<Self, NnError> {
        crate::layers::require_permutation(field_type, "adaptive max-pool")?;
        let size = size.into();
        let sizes = size.of(field_type, 1);
        if let Some(size) = sizes.iter().find(|s| !(1..=Self::MAX_SIZE).contains(*s)) {
            return Err(NnError::Config {
                at: "adaptive max-pool".to_string(),
                problem: format!("{size} is out of range; use 1 to {}", Self::MAX_SIZE),
            });
        }
        Ok(Self {
            field_type: field_type.clone(),
            size,
        })
    }

    fn windows(&self, sizes: [usize; 3]) -> Result<[AxisWindows; 3], NnError> {
        if sizes.contains(&0) {
            return Err(NnError::Size {
                layer: self.name(),
                problem: format!("{} has no maximum; pass some", Domain::Grid(sizes)),
            });
        }
        let to = self.size.of(&self.field_type, sizes[0]);
        Ok([0, 1, 2].map(|axis| AxisWindows::new(sizes[axis], to[axis])))
    }
}

impl Layer for AdaptiveMaxPool {
    fn name(&self) -> String {
        format!("max to {}", self.size.name(&self.field_type))
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let axes = self.windows(x.size)?;
        let window = [0, 1, 2].map(|axis| axes[axis].length);
        let windows = Windows::new(window, window, [0; 3])?;
        let x = axes.into_iter().enumerate().fold(x, |x, (axis, of)| {
            graph.gather_places(x, axis, of.lines, &self.name())
        });
        graph.pool(x, PoolKind::Max, &windows, &self.name())
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        crate::layers::check_engine_type(&self.name(), field.memory())?;
        let device = field.device();
        let axes = self.windows(field.domain().grid_size(&self.name())?)?;
        let mut x = field.into_grid(&self.name())?;
        let window = [0, 1, 2].map(|axis| axes[axis].length);
        let windows = Windows::new(window, window, [0; 3])?;
        for (axis, windows) in (1..).zip(&axes) {
            let lines: Vec<i64> = windows.lines.iter().map(|&i| i as i64).collect();
            let lines = TensorData::from(lines.as_slice());
            x = x.select(axis, Tensor::<1, Int>::from_data(lines, &device));
        }
        let y = ops::pool(x, PoolKind::Max, &windows);
        Ok(Field::of_grid(y, &self.field_type))
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        domain.map_grid(&self.name(), |sizes| {
            self.windows(sizes)?;
            Ok(self.size.of(&self.field_type, sizes[0]))
        })
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        domain.of_grid(g, |moves, sizes| {
            let of = |sizes: [usize; 3]| self.size.of(&self.field_type, sizes[0]);
            let (turned, given) = (moves.moved(of(sizes)), of(moves.moved(sizes)));
            let text = |sizes| by(&self.field_type, sizes).replace('x', " x ");
            (turned != given).then(|| Inexactness {
                reason: format!(
                    "a turn makes the result one of {}, and the layer gives {}",
                    text(turned),
                    text(given)
                ),
                remedy: "use a result of equal sides".to_string(),
            })
        })
    }
}
