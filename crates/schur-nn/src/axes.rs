//! Sizes along the axes of images and volumes.

use crate::FieldType;

/// A size along the axes of a grid: of kernels, windows, strides, paddings and results.
///
/// A single number is the size along all axes of the fields, `(rows, columns)` leaves the depth of a
/// volume alone, and `[depth, rows, columns]` says all three. Images have no depth to choose.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{EquivariantConvConfig, FieldType, Layer};
///
/// let (fields, device) = (FieldType::parse("D1: 2 regular")?, Device::flex());
/// let square = EquivariantConvConfig::new(&fields, &fields, 3).init(&device)?;
/// let row = EquivariantConvConfig::new(&fields, &fields, (1, 3)).init(&device)?;
/// assert_eq!([square.name(), row.name()], ["conv 3x3", "conv 1x3"]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(
    untagged,
    expecting = "expected a natural number, or a list of two along rows and columns, or of three along \
                 depth, rows and columns"
)]
pub enum GridSizes {
    /// The same along all axes.
    All(usize),
    /// (rows, columns).
    Image(usize, usize),
    /// \[depth, rows, columns\].
    Volume([usize; 3]),
}

impl From<usize> for GridSizes {
    fn from(size: usize) -> Self {
        Self::All(size)
    }
}

impl From<(usize, usize)> for GridSizes {
    fn from((rows, cols): (usize, usize)) -> Self {
        Self::Image(rows, cols)
    }
}

impl From<[usize; 3]> for GridSizes {
    fn from(sizes: [usize; 3]) -> Self {
        Self::Volume(sizes)
    }
}

impl GridSizes {
    /// The sizes over depth, height and width for fields of a type, with `rest` for an axis that is
    /// not spoken of: 1 for kernels and steps, 0 for paddings.
    pub(crate) fn of(self, fields: &FieldType, rest: usize) -> [usize; 3] {
        match self {
            Self::All(size) if is_volume(fields) => [size; 3],
            Self::All(size) => [rest, size, size],
            Self::Image(rows, cols) => [rest, rows, cols],
            Self::Volume(sizes) => sizes,
        }
    }
}

impl GridSizes {
    /// `3x5`: the sizes along the axes that fields of a type have, as far as they are spoken of.
    pub(crate) fn name(self, fields: &FieldType) -> String {
        match self {
            Self::Image(rows, cols) => format!("{rows}x{cols}"),
            _ => by(fields, self.of(fields, 1)),
        }
    }
}

/// Whether fields of a type live on volumes.
pub(crate) fn is_volume(fields: &FieldType) -> bool {
    fields.group().dimension() == Some(3)
}

/// `3x3` or `3x3x3`: the sizes along the axes that fields of a type have.
pub(crate) fn by(fields: &FieldType, sizes: [usize; 3]) -> String {
    let axes = if is_volume(fields) || sizes[0] > 1 {
        0
    } else {
        1
    };
    let sizes: Vec<String> = sizes[axes..].iter().map(usize::to_string).collect();
    sizes.join("x")
}

/// One number where all sizes are equal along the axes that fields have, otherwise as [`by`].
pub(crate) fn short(fields: &FieldType, sizes: [usize; 3]) -> String {
    let own = if is_volume(fields) {
        &sizes[..]
    } else {
        &sizes[1..]
    };
    match own.iter().all(|size| *size == own[0]) {
        true => own[0].to_string(),
        false => by(fields, sizes),
    }
}

/// Height and width of a size over depth, height and width.
pub(crate) fn plane([_, height, width]: [usize; 3]) -> (usize, usize) {
    (height, width)
}

/// The size of an image of `height` x `width` over depth, height and width.
pub(crate) fn image((height, width): (usize, usize)) -> [usize; 3] {
    [1, height, width]
}
