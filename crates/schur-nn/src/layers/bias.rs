//! Constants that a layer may add: on invariant directions alone.

use burn::tensor::{Tensor, TensorData};

use crate::{AnyRepresentation, FieldType, NnError};

/// The invariant directions of a representation, with largest entry 1: vectors of ones for
/// regular and quotient fields.
fn invariant_directions(representation: &AnyRepresentation) -> Result<Vec<Vec<f64>>, NnError> {
    let scaled = |direction: Vec<f64>| {
        let largest = direction.iter().fold(0.0f64, |l, v| l.max(v.abs()));
        direction.into_iter().map(|v| v / largest).collect()
    };
    let basis = representation.invariant_basis()?.into_iter();
    Ok(basis.map(scaled).collect())
}

/// Number of invariant directions of all fields.
pub(crate) fn constants(fields: &FieldType) -> Result<usize, NnError> {
    let mut constants = 0;
    for block in fields.blocks() {
        constants += block.representation.invariant_basis()?.len() * block.multiplicity;
    }
    Ok(constants)
}

/// The bias of every channel in memory order: each invariant direction of a field times its
/// constant.
pub(crate) fn channel_bias(output: &FieldType, bias: Tensor<1>) -> Result<Tensor<1>, NnError> {
    let (constants, channels) = (bias.dims()[0], output.channels());
    let mut directions = vec![0.0f64; constants * channels];
    let mut first = 0;
    for (offset, block) in output.parts() {
        let copies = block.multiplicity;
        for direction in invariant_directions(&block.representation)? {
            for (component, value) in direction.into_iter().enumerate() {
                for copy in 0..copies {
                    let channel = offset + component * copies + copy;
                    directions[(first + copy) * channels + channel] = value;
                }
            }
            first += copies;
        }
    }
    let directions = Tensor::<2>::from_data(
        TensorData::new(directions, [constants, channels]),
        (&bias.device(), bias.dtype()),
    );
    let bias = bias.reshape([1, constants]).matmul(directions);
    Ok(bias.squeeze_dim(0))
}
