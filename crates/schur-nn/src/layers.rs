//! The layers: one file each, the larger ones with a folder.

pub mod adaptive_max_pool;
pub mod attention;
mod blocks;
pub mod blur_pool;
pub mod change_of_basis;
pub mod conv;
pub mod dropout;
pub mod global_pool;
pub mod group_pool;
pub mod implicit_conv;
pub mod induction;
pub(crate) mod initial_weights;
pub mod labelled;
pub mod linear;
pub mod mask;
pub mod nonlinearity;
pub mod norm;
pub mod norm_max_pool;
pub mod norm_pool;
pub mod normalization;
pub mod pointwise;
pub mod pool;
mod resample;
pub mod resize;
pub mod restriction;
mod sequence;
pub mod sort_fields;
mod tuples;

use burn::tensor::{DType, Tensor};

pub(crate) use blocks::{map_blocks, map_parts};

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

/// Refuses numbers of a type that the engine does not compute in.
pub(crate) fn check_engine_type<const D: usize>(layer: &str, x: &Tensor<D>) -> Result<(), NnError> {
    if matches!(x.dtype(), DType::F32 | DType::F64) {
        return Ok(());
    }
    Err(NnError::UnsupportedNumberType {
        layer: layer.to_string(),
        found: format!("{:?}", x.dtype()),
    })
}

/// Refuses numbers of a type that the engine does not compute in, or of another type than the
/// layer's parameters.
pub(crate) fn check_number_type<const D: usize>(
    layer: &str,
    x: &Tensor<D>,
    parameters: &Tensor<1>,
) -> Result<(), NnError> {
    check_engine_type(layer, x)?;
    let (found, expected) = (x.dtype(), parameters.dtype());
    if found == expected {
        return Ok(());
    }
    Err(NnError::NumberType {
        layer: layer.to_string(),
        found: format!("{found:?}"),
        expected: format!("{expected:?}"),
    })
}
