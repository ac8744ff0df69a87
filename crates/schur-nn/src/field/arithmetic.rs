//! Sums, multiples, concatenation and parts of feature fields.

use std::ops::Range;

use burn::tensor::Tensor;

use super::{Field, select_channels};
use crate::{Domain, NnError};

impl Field {
    /// The sum of two fields of one type, as behind a residual connection.
    ///
    /// # Errors
    ///
    /// If types or places differ.
    pub fn add(&self, other: &Self) -> Result<Self, NnError> {
        if self.field_type != other.field_type {
            return Err(NnError::WrongFieldType {
                layer: "a sum of fields".to_string(),
                expected: self.field_type.to_string(),
                found: other.field_type.to_string(),
            });
        }
        self.check_places(other, "a sum of fields")?;
        let field_type = self.field_type.clone();
        let sum = |memory| memory + other.memory.clone();
        self.clone().map(&field_type, sum)
    }

    /// The field times a number.
    #[must_use]
    pub fn scale(&self, factor: f64) -> Self {
        Self {
            memory: self.memory.clone() * factor,
            ..self.clone()
        }
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
    /// If groups or places differ.
    pub fn concat(&self, other: &Self) -> Result<Self, NnError> {
        let sum = self.field_type.direct_sum(&other.field_type)?;
        self.check_places(other, "a concatenation of fields")?;
        let both = |memory| Tensor::cat(vec![memory, other.memory.clone()], 2);
        self.clone().map(&sum, both)
    }

    /// The fields of a range of blocks.
    ///
    /// # Errors
    ///
    /// If the range is empty or leaves the blocks.
    pub fn select(&self, blocks: Range<usize>) -> Result<Self, NnError> {
        let part = self.field_type.select(blocks.clone())?;
        let offset = self.field_type.layout().offsets()[blocks.start];
        let channels = part.channels();
        let narrow = |memory: Tensor<3>| memory.narrow(2, offset, channels);
        self.clone().map(&part, narrow)
    }

    /// Single fields by their numbers, as by
    /// [`FieldType::select_fields`](crate::FieldType::select_fields).
    ///
    /// # Errors
    ///
    /// If there is no such field, or none is asked for.
    pub fn select_fields(&self, fields: &[usize]) -> Result<Self, NnError> {
        let (part, order) = self.field_type.selection(fields)?;
        let chosen = |memory| select_channels(memory, &order);
        self.clone().map(&part, chosen)
    }

    fn check_places(&self, other: &Self, what: &str) -> Result<(), NnError> {
        let (a, b) = (self.batch(), other.batch());
        if a == b && self.domain == other.domain {
            return Ok(());
        }
        let at = |batch: usize, domain: &Domain| match domain {
            Domain::Grid([1, height, width]) => {
                format!("{batch} images of {height} x {width} pixels")
            }
            _ => format!("{batch} fields on {domain}"),
        };
        Err(NnError::Size {
            layer: what.to_string(),
            problem: format!(
                "{} do not fit {}; crop or resample one of them",
                at(a, &self.domain),
                at(b, &other.domain)
            ),
        })
    }
}
