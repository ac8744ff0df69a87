//! The layers, one file each.

pub mod conv;
pub mod global_pool;
pub mod group_pool;
pub mod norm;
pub mod pointwise;
pub mod pool;

use crate::{FieldType, NnError};

/// Refuses field types on which an operation that treats channels alike does not commute with
/// the group.
pub(crate) fn require_permutation(
    field_type: &FieldType,
    nonlinearity: &str,
) -> Result<(), NnError> {
    match field_type
        .blocks()
        .iter()
        .find(|b| !b.representation.is_permutation())
    {
        None => Ok(()),
        Some(block) => Err(NnError::Inadmissible {
            nonlinearity: nonlinearity.to_string(),
            representation: block.representation.name().to_string(),
        }),
    }
}
