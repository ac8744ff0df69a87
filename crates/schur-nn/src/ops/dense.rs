//! Where weights meet bases: combinations of basis elements, copy by copy, as dense numbers.

use burn::tensor::{Tensor, TensorData};
use schur_engine::Block;

/// Basis elements from one field to another at some positions, such as the taps of a kernel or the
/// cosine and sine of a harmonic.
#[derive(Clone, Debug)]
pub(crate) struct Elements {
    /// How many there are.
    pub(crate) count: usize,
    /// The number of positions.
    pub(crate) positions: usize,
    /// `[element][position][input][output]`.
    pub(crate) numbers: Vec<f64>,
}

impl Elements {
    /// The numbers of every element.
    pub(crate) fn each(&self) -> impl Iterator<Item = &[f64]> {
        let size = self.numbers.len() / self.count.max(1);
        self.numbers.chunks(size.max(1)).take(self.count)
    }
}

/// The weights of pairs of blocks, taken pair by pair.
pub(crate) struct Weights {
    all: Tensor<1>,
    first: usize,
}

impl Weights {
    /// From the first weight on.
    pub(crate) fn new(all: Tensor<1>) -> Self {
        Self { all, first: 0 }
    }

    /// `Σ_b w_b,uv B_b` for all pairs of copies, as `[position, input component, output component,
    /// input copy, output copy]`, with the next weights, `[element][input copy][output copy]`.
    /// The elements are `[position · input · output, element]`; without any the result is 0.
    pub(crate) fn combine(
        &mut self,
        elements: Option<Tensor<2>>,
        positions: usize,
        [input, output]: [Block; 2],
    ) -> Tensor<5> {
        let copies = [input.multiplicity, output.multiplicity];
        let shape = [positions, input.dim, output.dim, copies[0], copies[1]];
        let Some(elements) = elements else {
            return Tensor::zeros(shape, (&self.all.device(), self.all.dtype()));
        };
        let (count, copies) = (elements.dims()[1], copies[0] * copies[1]);
        let own = self.all.clone().narrow(0, self.first, count * copies);
        self.first += count * copies;
        elements.matmul(own.reshape([count, copies])).reshape(shape)
    }

    /// [`combine`](Self::combine) with elements that are not on the device yet.
    pub(crate) fn combine_new(&mut self, elements: &Elements, blocks: [Block; 2]) -> Tensor<5> {
        let (count, place) = (elements.count, (&self.all.device(), self.all.dtype()));
        let matrix = (count > 0).then(|| {
            let shape = [count, elements.numbers.len() / count];
            let data = TensorData::new(elements.numbers.clone(), shape);
            Tensor::<2>::from_data(data, place).transpose()
        });
        self.combine(matrix, elements.positions, blocks)
    }
}
