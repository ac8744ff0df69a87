//! Blocks of fields one after the other.

use burn::tensor::Tensor;

use crate::FieldType;
use crate::matmul::reshaped;

/// Applies `map` to every block in turn as `[batch · place, component, copy]`, with the index of the
/// block, and joins the results, which may have other numbers of components and copies.
pub(crate) fn map_blocks(
    memory: Tensor<3>,
    fields: &FieldType,
    map: impl FnMut(Tensor<3>, usize) -> Tensor<3>,
) -> Tensor<3> {
    let blocks = fields.blocks().iter();
    map_parts(
        memory,
        blocks.map(|b| (b.representation.dim(), b.multiplicity)),
        map,
    )
}

/// Maps parts of the channels, given by (components, copies), and joins the results.
pub(crate) fn map_parts(
    memory: Tensor<3>,
    parts: impl ExactSizeIterator<Item = (usize, usize)>,
    mut map: impl FnMut(Tensor<3>, usize) -> Tensor<3>,
) -> Tensor<3> {
    let [batch, places, _] = memory.dims();
    let mut offset = 0;
    let mut mapped = Vec::with_capacity(parts.len());
    for (index, (dim, copies)) in parts.enumerate() {
        let channels = memory.clone().narrow(2, offset, dim * copies);
        let result = map(reshaped(channels, [batch * places, dim, copies]), index);
        let [_, dims, others] = result.dims();
        mapped.push(reshaped(result, [batch, places, dims * others]));
        offset += dim * copies;
    }
    if mapped.len() == 1 {
        return mapped.remove(0);
    }
    Tensor::cat(mapped, 2)
}
