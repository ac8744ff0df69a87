//! Sums, multiples, concatenation and parts of feature fields.

use std::ops::Range;

use burn::tensor::Tensor;

use super::{Field, select_channels};
use crate::NnError;

impl Field {
    /// The sum of two fields of one type, as behind a residual connection.
    ///
    /// # Errors
    ///
    /// If types or sizes differ.
    pub fn add(&self, other: &Self) -> Result<Self, NnError> {
        if self.field_type != other.field_type {
            return Err(NnError::WrongFieldType {
                layer: "a sum of fields".to_string(),
                expected: self.field_type.to_string(),
                found: other.field_type.to_string(),
            });
        }
        self.check_size(other, "a sum of fields")?;
        let sum = self.memory.clone() + other.memory.clone();
        Ok(Self::new(sum, self.field_type.clone()))
    }

    /// The field times a number.
    #[must_use]
    pub fn scale(&self, factor: f64) -> Self {
        Self::new(self.memory.clone() * factor, self.field_type.clone())
    }

    /// The direct sum `f ⊕ g` at every point: the channels of `self`, then those of `other`.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use schur_nn::{Field, FieldType};
    ///
    /// let field = |text: &str, channels| {
    ///     let ones = Tensor::<4>::ones([1, channels, 4, 4], &Device::flex());
    ///     Field::from_tensor(ones, &FieldType::parse(text)?)
    /// };
    /// let both = field("C4: 2 trivial", 2)?.concat(&field("C4: regular", 4)?)?;
    /// assert_eq!(both.field_type().to_string(), "C4: 2 trivial + 1 regular");
    /// assert_eq!(both.select(1..2)?.to_tensor().dims(), [1, 4, 4, 4]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If groups or sizes differ.
    pub fn concat(&self, other: &Self) -> Result<Self, NnError> {
        let sum = self.field_type.direct_sum(&other.field_type)?;
        self.check_size(other, "a concatenation of fields")?;
        let memory = Tensor::cat(vec![self.memory.clone(), other.memory.clone()], 3);
        Ok(Self::new(memory, sum))
    }

    /// The fields of a range of blocks.
    ///
    /// # Errors
    ///
    /// If the range is empty or leaves the blocks.
    pub fn select(&self, blocks: Range<usize>) -> Result<Self, NnError> {
        let part = self.field_type.select(blocks.clone())?;
        let before = &self.field_type.blocks()[..blocks.start];
        let offset = before
            .iter()
            .map(|b| b.multiplicity * b.representation.dim())
            .sum();
        let memory = self.memory.clone().narrow(3, offset, part.channels());
        Ok(Self::new(memory, part))
    }

    /// Single fields by their numbers, as by
    /// [`FieldType::select_fields`](crate::FieldType::select_fields).
    ///
    /// # Errors
    ///
    /// If there is no such field, or none is asked for.
    pub fn select_fields(&self, fields: &[usize]) -> Result<Self, NnError> {
        let (part, order) = self.field_type.selection(fields)?;
        Ok(Self::new(
            select_channels(self.memory.clone(), &order),
            part,
        ))
    }

    fn check_size(&self, other: &Self, what: &str) -> Result<(), NnError> {
        let ([a, h, w, _], [b, i, j, _]) = (self.memory.dims(), other.memory.dims());
        if (a, h, w) == (b, i, j) {
            return Ok(());
        }
        Err(NnError::Size {
            layer: what.to_string(),
            problem: format!(
                "{a} images of {h} x {w} pixels do not fit {b} images of {i} x {j}; crop or \
                 resample one of them"
            ),
        })
    }
}
