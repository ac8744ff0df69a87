//! Feature fields: a tensor together with how it transforms.

mod arithmetic;
mod bilinear;

use burn::tensor::{Device, Int, Tensor, TensorData};
use schur_math::{LatticeAction, PlaneIsometry};

use crate::matmul::matmul;
use crate::{FieldType, NnError};

/// A batch of feature fields on an image grid.
///
/// The numbers lie channels-last, `[batch, height, width, channels]`, with the channels of a
/// block component-major ([`schur_engine::Layout`]); layers keep that layout from the first
/// to the last, so nothing is copied between them. [`to_tensor`](Self::to_tensor) gives the
/// usual `[batch, channels, height, width]` with the channels of one field contiguous.
///
/// ```
/// use burn::tensor::{Device, Distribution, Tensor};
/// use schur_math::PlaneIsometry;
/// use schur_nn::{Field, FieldType};
///
/// let images = Tensor::<4>::ones([2, 1, 6, 6], &Device::flex());
/// let field = Field::from_tensor(images, &FieldType::parse("C4: 1 trivial")?)?;
/// let turned = field.transform(&PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2)?)?;
/// assert_eq!(turned.to_tensor().dims(), [2, 1, 6, 6]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Field {
    memory: Tensor<4>,
    field_type: FieldType,
}

impl Field {
    /// A field from a `[batch, channels, height, width]` tensor whose channels stand in the
    /// outward order (the channels of one field contiguous).
    ///
    /// # Errors
    ///
    /// If the number of channels is not that of the field type, or images have no pixels.
    pub fn from_tensor(tensor: Tensor<4>, field_type: &FieldType) -> Result<Self, NnError> {
        let memory = tensor.permute([0, 2, 3, 1]);
        check_shape(&memory, field_type)?;
        let outward = field_type.outward_of_memory();
        Ok(Self {
            memory: select_channels(memory, &outward),
            field_type: field_type.clone(),
        })
    }

    /// A field from a tensor in the memory layout, `[batch, height, width, channels]` with
    /// component-major blocks.
    ///
    /// # Errors
    ///
    /// If the number of channels is not that of the field type, or images have no pixels.
    pub fn from_memory(memory: Tensor<4>, field_type: &FieldType) -> Result<Self, NnError> {
        check_shape(&memory, field_type)?;
        Ok(Self::new(memory, field_type.clone()))
    }

    /// As [`from_memory`](Self::from_memory), for tensors that a layer has just made.
    pub(crate) fn new(memory: Tensor<4>, field_type: FieldType) -> Self {
        debug_assert_eq!(memory.dims()[3], field_type.channels());
        Self { memory, field_type }
    }

    /// `[batch, channels, height, width]`, the channels of one field contiguous.
    pub fn to_tensor(&self) -> Tensor<4> {
        let mut memory_of_outward = vec![0; self.field_type.channels()];
        for (memory, outward) in self.field_type.outward_of_memory().into_iter().enumerate() {
            memory_of_outward[outward] = memory;
        }
        select_channels(self.memory.clone(), &memory_of_outward).permute([0, 3, 1, 2])
    }

    /// The numbers as they lie, `[batch, height, width, channels]`.
    pub fn memory(&self) -> &Tensor<4> {
        &self.memory
    }

    /// Takes the numbers out, `[batch, height, width, channels]`.
    pub fn into_memory(self) -> Tensor<4> {
        self.memory
    }

    /// How the channels transform.
    pub fn field_type(&self) -> &FieldType {
        &self.field_type
    }

    /// Batch size.
    pub fn batch(&self) -> usize {
        self.memory.dims()[0]
    }

    /// (height, width) of the grid.
    pub fn size(&self) -> (usize, usize) {
        let [_, height, width, _] = self.memory.dims();
        (height, width)
    }

    /// The device that holds the numbers.
    pub fn device(&self) -> Device {
        self.memory.device()
    }

    /// The action of a group element that permutes the pixels:
    /// `[g f](x) = ρ(g) f(g⁻¹ x)`. Differentiable, exact (no interpolation).
    ///
    /// # Errors
    ///
    /// If `g` is not in the group, or does not map the pixel grid to itself: it is no multiple
    /// of a quarter turn or mirror, or it is a quarter turn and the grid is not square. For
    /// other elements there is [`transform_interpolated`](Self::transform_interpolated).
    pub fn transform(&self, g: &PlaneIsometry) -> Result<Self, NnError> {
        let (height, width) = self.size();
        let source = LatticeAction::new(self.field_type.group(), [1, height, width])?.source(g)?;
        let pixels = self.select_pixels(&source);
        let memory = self.act_on_channels(pixels, g)?;
        Ok(Self::new(memory, self.field_type.clone()))
    }

    /// The action of any group element, with bilinear interpolation between the pixels and
    /// zero outside the grid. Differentiable. Equal to [`transform`](Self::transform), up to
    /// round-off, for elements that permute the pixels.
    ///
    /// # Errors
    ///
    /// If `g` is not in the group.
    pub fn transform_interpolated(&self, g: &PlaneIsometry) -> Result<Self, NnError> {
        let (height, width) = self.size();
        let mut sum: Option<Tensor<4>> = None;
        for (source, weights) in bilinear::corners(g, height, width) {
            let weights = Tensor::<1>::from_data(
                TensorData::from(weights.as_slice()),
                (&self.device(), self.memory.dtype()),
            );
            let term =
                self.select_pixels(&source) * weights.reshape([1, height as i32, width as i32, 1]);
            sum = Some(match sum {
                Some(sum) => sum + term,
                None => term,
            });
        }
        let pixels = sum.unwrap_or_else(|| self.memory.clone());
        let memory = self.act_on_channels(pixels, g)?;
        Ok(Self::new(memory, self.field_type.clone()))
    }

    /// For every pixel of a grid of the same size the pixel `source[pixel]` of this one.
    fn select_pixels(&self, source: &[usize]) -> Tensor<4> {
        let [batch, height, width, channels] = self.memory.dims();
        self.memory
            .clone()
            .reshape([batch, height * width, channels])
            .select(1, indices(source, &self.device()))
            .reshape([batch, height, width, channels])
    }

    /// Applies `ρ(g)` to the channels: a selection and signs where every row has one entry,
    /// which is exact, otherwise a matrix product.
    fn act_on_channels(&self, pixels: Tensor<4>, g: &PlaneIsometry) -> Result<Tensor<4>, NnError> {
        let rows = self.field_type.channel_action(g)?;
        Ok(sparse_map(pixels, &rows))
    }
}

/// Maps the channels (last axis) by a sparse matrix, given by rows of (input, factor): a
/// selection with factors where every row has one entry, which is exact, otherwise a matrix
/// product.
pub(crate) fn sparse_map(pixels: Tensor<4>, rows: &[Vec<(usize, f64)>]) -> Tensor<4> {
    let (device, dtype) = (pixels.device(), pixels.dtype());
    if rows.iter().all(|row| row.len() == 1) {
        let sources: Vec<usize> = rows.iter().map(|row| row[0].0).collect();
        let moved = select_channels(pixels, &sources);
        if rows.iter().all(|row| row[0].1 == 1.0) {
            return moved;
        }
        let factors: Vec<f64> = rows.iter().map(|row| row[0].1).collect();
        let factors =
            Tensor::<1>::from_data(TensorData::from(factors.as_slice()), (&device, dtype));
        return moved * factors.reshape([1, 1, 1, -1]);
    }
    let [batch, height, width, inputs] = pixels.dims();
    let outputs = rows.len();
    let mut transposed = vec![0.0f64; inputs * outputs];
    for (out, row) in rows.iter().enumerate() {
        for &(input, value) in row {
            transposed[input * outputs + out] = value;
        }
    }
    let matrix = Tensor::<2>::from_data(
        TensorData::new(transposed, [inputs, outputs]),
        (&device, dtype),
    );
    let pixels = pixels.reshape([batch * height * width, inputs]);
    matmul(pixels, matrix).reshape([batch, height, width, outputs])
}

/// Refuses other channels than those of the field type, and images without pixels. A batch may
/// be empty.
fn check_shape(memory: &Tensor<4>, field_type: &FieldType) -> Result<(), NnError> {
    let [_, height, width, found] = memory.dims();
    if found != field_type.channels() {
        return Err(NnError::Channels {
            found,
            expected: field_type.channels(),
            field_type: field_type.to_string(),
        });
    }
    if height * width == 0 {
        return Err(NnError::Size {
            layer: "a feature field".to_string(),
            problem: format!(
                "images of {height} x {width} pixels hold nothing; use at least 1 x 1"
            ),
        });
    }
    Ok(())
}

fn indices(values: &[usize], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i64> = values.iter().map(|&v| v as i64).collect();
    Tensor::from_data(TensorData::from(values.as_slice()), device)
}

/// The channels (last axis) in the given order; nothing is copied when the order is the
/// identity.
pub(crate) fn select_channels(memory: Tensor<4>, order: &[usize]) -> Tensor<4> {
    let all = order.len() == memory.dims()[3];
    if all && order.iter().enumerate().all(|(i, &c)| i == c) {
        return memory;
    }
    let device = memory.device();
    memory.select(3, indices(order, &device))
}
