//! Concatenated nonlinearities.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::export::{Graph, Value};
use crate::layers::map_blocks;
use crate::{Field, FieldType, Layer, NnError, Nonlinearity};

/// A function of every channel and of its negative: `y = (a(x_1), a(-x_1), a(x_2), …)`, which
/// with ReLU loses nothing (Shang et al. 2016).
///
/// Where the group permutes the channels of a field, the result is two such fields. Where it
/// permutes them up to signs, a sign exchanges `a(x_c)` and `a(-x_c)`: the result is one field
/// of twice the dimension, which the group permutes without signs. So this makes permutation
/// fields of signed ones, such as `A2`, `B` and, on the lattice, vectors.
///
/// ```
/// use schur_nn::{Concatenated, Layer, FieldType, Nonlinearity};
///
/// let regular = Concatenated::new(&FieldType::parse("C4: 3 regular")?, Nonlinearity::Relu)?;
/// assert_eq!(regular.output_type().to_string(), "C4: 6 regular");
/// let signs = Concatenated::new(&FieldType::parse("C4: 3 B")?, Nonlinearity::Relu)?;
/// assert!(signs.output_type().is_permutation() && signs.output_type().channels() == 6);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct Concatenated {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    function: Nonlinearity,
}

impl Concatenated {
    /// A function on fields of this type.
    ///
    /// # Errors
    ///
    /// If a representation does not permute the channels up to signs.
    pub fn new(input: &FieldType, function: impl Into<Nonlinearity>) -> Result<Self, NnError> {
        let mut blocks = Vec::with_capacity(input.blocks().len());
        for block in input.blocks() {
            let (rho, copies) = (&block.representation, block.multiplicity);
            if rho.is_permutation() {
                blocks.push((rho.clone(), 2 * copies));
            } else if rho.is_monomial() {
                blocks.push((rho.unsigned()?, copies));
            } else {
                return Err(NnError::Unsuitable {
                    layer: "a concatenated nonlinearity".to_string(),
                    representation: rho.name().to_string(),
                    problem: "it does not permute the channels up to signs; use a norm, gated or \
                              Fourier nonlinearity"
                        .to_string(),
                });
            }
        }
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(input.group(), blocks)?,
            function: function.into(),
        })
    }
}

impl Layer for Concatenated {
    fn name(&self) -> String {
        format!("concatenated {}", self.function.name())
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let mut rows = Vec::with_capacity(self.output.channels());
        for (offset, block) in self.input.parts() {
            let copies = block.multiplicity;
            for component in 0..block.representation.dim() {
                let first = offset + component * copies;
                for sign in [1.0, -1.0] {
                    rows.extend((0..copies).map(|copy| vec![(first + copy, sign)]));
                }
            }
        }
        let pairs = graph.channel_map(x, &rows, &name);
        self.function.export(graph, pairs, &name)
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.output, |memory| {
            map_blocks(memory, &self.input, |x, block| {
                let [pixels, dim, copies] = x.dims();
                let doubled = self.output.blocks()[block].representation.dim() == 2 * dim;
                let pair: Tensor<4> = Tensor::stack(vec![x.clone(), x.neg()], 2);
                // As twice the components, or as twice the copies.
                let shape = if doubled {
                    [pixels, 2 * dim, copies]
                } else {
                    [pixels, dim, 2 * copies]
                };
                self.function.apply(pair.reshape(shape))
            })
        })
    }
}
