//! Sparse maps of channels.

use std::collections::BTreeMap;

use burn::tensor::{Tensor, TensorData};

use super::select_channels;
use crate::matmul::{matmul, reshaped};

/// Matrices of so many numbers are multiplied as they are: fewer products than that are not worth
/// another order of the channels.
const DENSE: usize = 1 << 14;

/// Maps the channels (last axis) by a sparse matrix, given by rows of (input, factor): a
/// selection with factors where every row has one entry, which is exact, otherwise matrix products, in
/// large matrices of the blocks along the diagonal that they have in some order of the channels.
pub(crate) fn sparse_map<const D: usize>(x: Tensor<D>, rows: &[Vec<(usize, f64)>]) -> Tensor<D> {
    let (device, dtype) = (x.device(), x.dtype());
    if rows.iter().all(|row| row.len() == 1) {
        let sources: Vec<usize> = rows.iter().map(|row| row[0].0).collect();
        let moved = select_channels(x, &sources);
        if rows.iter().all(|row| row[0].1 == 1.0) {
            return moved;
        }
        let factors: Vec<f64> = rows.iter().map(|row| row[0].1).collect();
        let factors =
            Tensor::<1>::from_data(TensorData::from(factors.as_slice()), (&device, dtype));
        return moved * factors.unsqueeze();
    }
    let mut shape = x.dims();
    let inputs = std::mem::replace(&mut shape[D - 1], rows.len());
    let places: usize = shape[..D - 1].iter().product();
    let x = reshaped(x, [places, inputs]);
    let blocks = match inputs * rows.len() {
        0..=DENSE => vec![Connected::whole(inputs, rows.len())],
        _ => Connected::all(inputs, rows),
    };
    // Blocks of one size are one batch of products.
    let mut of_size: BTreeMap<[usize; 2], Vec<&Connected>> = BTreeMap::new();
    for block in &blocks {
        let size = [block.inputs.len(), block.outputs.len()];
        of_size.entry(size).or_default().push(block);
    }
    let (mut parts, mut order) = (Vec::new(), Vec::new());
    for ([from, to], blocks) in of_size {
        let sources: Vec<usize> = blocks.iter().flat_map(|b| b.inputs.clone()).collect();
        order.extend(blocks.iter().flat_map(|b| b.outputs.clone()));
        let matrices: Vec<f64> = blocks.iter().flat_map(|b| b.transposed(rows)).collect();
        let matrices = TensorData::new(matrices, [blocks.len(), from, to]);
        let matrices = Tensor::<3>::from_data(matrices, (&device, dtype));
        let values = reshaped(
            select_channels(x.clone(), &sources),
            [places, blocks.len(), from],
        );
        let mapped = matmul(values.swap_dims(0, 1), matrices).swap_dims(0, 1);
        parts.push(reshaped(mapped, [places, blocks.len() * to]));
    }
    let mut place = vec![0; order.len()];
    for (found, output) in order.into_iter().enumerate() {
        place[output] = found;
    }
    reshaped(select_channels(Tensor::cat(parts, 1), &place), shape)
}

/// Inputs and outputs of a sparse matrix that have entries with each other alone, in order.
struct Connected {
    inputs: Vec<usize>,
    outputs: Vec<usize>,
}

impl Connected {
    fn whole(inputs: usize, outputs: usize) -> Self {
        Self {
            inputs: (0..inputs).collect(),
            outputs: (0..outputs).collect(),
        }
    }

    /// The connected components that have outputs; rows without entries are together one.
    fn all(inputs: usize, rows: &[Vec<(usize, f64)>]) -> Vec<Self> {
        let mut parent: Vec<usize> = (0..=inputs).collect();
        for row in rows {
            let mut entries = row.iter().map(|&(input, _)| input);
            if let Some(first) = entries.next() {
                for other in entries {
                    let (a, b) = (root(&mut parent, first), root(&mut parent, other));
                    parent[a.max(b)] = a.min(b);
                }
            }
        }
        let mut blocks: BTreeMap<usize, Self> = BTreeMap::new();
        for (output, row) in rows.iter().enumerate() {
            let first = row.first().map_or(inputs, |&(input, _)| input);
            let block = blocks.entry(root(&mut parent, first));
            let block = block.or_insert_with(|| Self::whole(0, 0));
            block.outputs.push(output);
        }
        for input in 0..inputs {
            if let Some(block) = blocks.get_mut(&root(&mut parent, input)) {
                block.inputs.push(input);
            }
        }
        // Any input does for rows without entries: its factor is 0.
        if let Some(zeros) = blocks.get_mut(&inputs) {
            zeros.inputs.push(0);
        }
        blocks.into_values().collect()
    }

    /// `[input, output]`.
    fn transposed(&self, rows: &[Vec<(usize, f64)>]) -> Vec<f64> {
        let mut matrix = vec![0.0; self.inputs.len() * self.outputs.len()];
        for (to, &output) in self.outputs.iter().enumerate() {
            for &(input, value) in &rows[output] {
                // Of a block, inputs are sorted and hold all that its rows name.
                if let Ok(from) = self.inputs.binary_search(&input) {
                    matrix[from * self.outputs.len() + to] = value;
                }
            }
        }
        matrix
    }
}

/// The smallest input that is known to be in the same block.
fn root(parent: &mut [usize], input: usize) -> usize {
    let mut found = input;
    while parent[found] != found {
        parent[found] = parent[parent[found]];
        found = parent[found];
    }
    found
}

#[cfg(test)]
mod tests {
    use burn::tensor::{DType, Device};

    use super::*;
    use crate::tolerance::EXACT_F64;

    /// Blocks of two sizes, interleaved, rows without entries and inputs that no row has, in a matrix
    /// larger than what is multiplied as it is.
    #[test]
    fn blocks_give_what_the_whole_matrix_does() {
        let channels = 180;
        let partner = |c: usize| (c % 60) * 3;
        let row = |c: usize| match c % 3 {
            0 => vec![(partner(c), 2.0), (partner(c) + 1, c as f64)],
            1 => vec![(partner(c), -1.0), (partner(c) + 1, 0.5)],
            _ => vec![],
        };
        let rows: Vec<Vec<(usize, f64)>> = (0..channels).map(row).collect();
        let options = (&Device::flex(), DType::F64);
        let values: Vec<f64> = (0..2 * channels).map(|v| (v as f64).sin()).collect();
        let data = TensorData::new(values.clone(), [2, channels]);
        let found = sparse_map(Tensor::<2>::from_data(data, options), &rows);
        let found: Vec<f64> = found.into_data().iter::<f64>().collect();
        for (index, found) in found.into_iter().enumerate() {
            let (batch, output) = (index / channels, index % channels);
            let term = |&(input, by): &(usize, f64)| by * values[batch * channels + input];
            let expected: f64 = rows[output].iter().map(term).sum();
            assert!((found - expected).abs() <= EXACT_F64 * expected.abs().max(1.0));
        }
        assert!(Connected::all(channels, &rows).len() > 1);
    }
}
