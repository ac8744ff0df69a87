//! The layers, by what they look at: one place (`fibre`), a grid, or points. Layers made of others
//! stand beside these folders.

mod bias;
mod blocks;
pub(crate) mod fibre;
pub(crate) mod grid;
pub(crate) mod initial_weights;
pub(crate) mod labelled;
pub(crate) mod points;
mod sequence;
pub(crate) mod sphere;
mod tuples;

use burn::module::{Flag, Param};
use burn::tensor::{DType, Tensor};

use bias::{channel_bias, constants};
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

/// Whether a layer does what it does in training: its flag is up, which `freeze` and `valid` take
/// down, and gradients are recorded.
pub(crate) fn trains<const D: usize>(training: &Param<Flag>, x: &Tensor<D>) -> bool {
    training.is_enabled() && x.is_autodiff()
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
