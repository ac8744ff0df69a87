//! What every layer of this crate can do.

use schur_math::Element;

use crate::exactness::Inexactness;
use crate::{FeatureField, FieldType, NnError};

/// A map between feature fields that commutes with a group.
///
/// The promise is `L(g f) = g L(f)` for all elements `g` of the group for which
/// [`inexactness`](Self::inexactness) returns `None`;
/// [`assert_equivariant`](crate::assert_equivariant) tests it.
pub trait EquivariantLayer {
    /// A short name for reports, for example `conv 3x3`.
    fn name(&self) -> String;

    /// The type of field it takes.
    fn input_type(&self) -> &FieldType;

    /// The type of field it gives.
    fn output_type(&self) -> &FieldType;

    /// Applies the layer.
    ///
    /// # Errors
    ///
    /// If the field is of another type, or too small for the layer.
    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError>;

    /// Why the layer does not commute exactly with `g` on a grid of `height` x `width` pixels,
    /// or `None` if it does (up to round-off).
    fn inexactness(&self, g: Element, height: usize, width: usize) -> Option<Inexactness>;

    /// Refuses a field of another type than [`input_type`](Self::input_type).
    ///
    /// # Errors
    ///
    /// [`NnError::WrongFieldType`].
    fn check_input(&self, field: &FeatureField) -> Result<(), NnError> {
        if field.field_type() != self.input_type() {
            return Err(NnError::WrongFieldType {
                layer: self.name(),
                expected: self.input_type().to_string(),
                found: field.field_type().to_string(),
            });
        }
        Ok(())
    }
}
