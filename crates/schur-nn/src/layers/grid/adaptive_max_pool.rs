//! Max-pooling to a given size.

use burn::module::Module;
use burn::tensor::{Int, Tensor, TensorData};
use schur_engine::pool::Windows;

use crate::exactness::{Inexactness, off_lattice};
use crate::export::{Graph, Value};
use crate::kinds::PoolKind;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError, ops};

/// Maxima over windows that divide the image into a given number of (rows, columns), as evenly
/// as possible: window `i` of `n` covers the pixels from `⌊i size/n⌋` to `⌈(i+1) size/n⌉`. For
/// fields whose channels the group permutes; means on all fields are
/// [`Resampling::AdaptiveAverage`](crate::Resampling::AdaptiveAverage).
///
/// The windows are symmetric about the centre whatever the size, so the layer is exact for
/// half turns and mirrors, and for quarter turns if the result is square.
///
/// ```
/// use schur_nn::{AdaptiveMaxPool, Layer, FieldType};
///
/// let pool = AdaptiveMaxPool::new(&FieldType::parse("D4: 2 regular")?, (3, 3))?;
/// assert_eq!(pool.output_size(20, 31)?, (3, 3));
/// assert!(AdaptiveMaxPool::new(&FieldType::parse("D4: E1")?, (3, 3)).is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct AdaptiveMaxPool {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    size: (usize, usize),
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

    /// A pool to `size` = (rows, columns).
    ///
    /// # Errors
    ///
    /// If the size is zero or above [`MAX_SIZE`](Self::MAX_SIZE), or a field is not permuted.
    pub fn new(field_type: &FieldType, size: (usize, usize)) -> Result<Self, NnError> {
        crate::layers::require_permutation(field_type, "adaptive max-pool")?;
        let sizes = [size.0, size.1];
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

    fn windows(&self, height: usize, width: usize) -> Result<(AxisWindows, AxisWindows), NnError> {
        if height == 0 || width == 0 {
            return Err(NnError::Size {
                layer: self.name(),
                problem: format!("{height} x {width} pixels have no maximum; pass an image"),
            });
        }
        let (rows, cols) = self.size;
        Ok((
            AxisWindows::new(height, rows),
            AxisWindows::new(width, cols),
        ))
    }
}

impl Layer for AdaptiveMaxPool {
    fn name(&self) -> String {
        format!("max to {}x{}", self.size.0, self.size.1)
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let (rows, cols) = self.windows(x.height, x.width)?;
        let window = (rows.length, cols.length);
        let x = graph.gather(x, 2, rows.lines, &self.name());
        let x = graph.gather(x, 3, cols.lines, &self.name());
        let windows = Windows::plane(window, window, (0, 0))?;
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
        let x = field.into_pixels(&self.name())?;
        let [_, height, width, _] = x.dims();
        let (rows, cols) = self.windows(height, width)?;
        let window = (rows.length, cols.length);
        let windows = Windows::plane(window, window, (0, 0))?;
        let lines = |lines: Vec<usize>| {
            let lines: Vec<i64> = lines.into_iter().map(|i| i as i64).collect();
            Tensor::<1, Int>::from_data(TensorData::from(lines.as_slice()), &device)
        };
        let x = x.select(1, lines(rows.lines)).select(2, lines(cols.lines));
        let y = ops::pool(x, PoolKind::Max, &windows);
        Ok(Field::of_pixels(y, &self.field_type))
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        domain.map_image(&self.name(), |height, width| {
            self.windows(height, width)?;
            Ok(self.size)
        })
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        domain.of_image(g, |g, _, _| {
            let Some(matrix) = g.lattice_matrix() else {
                return Some(off_lattice(g));
            };
            let (rows, cols) = self.size;
            (matrix[0][0] == 0 && rows != cols).then(|| Inexactness {
                reason: format!(
                    "a turn makes the result one of {cols} x {rows}, and the layer gives {rows} x \
                     {cols}"
                ),
                remedy: "use a square result".to_string(),
            })
        })
    }
}
