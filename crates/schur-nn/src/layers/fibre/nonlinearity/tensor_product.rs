//! The quadratic nonlinearity.

mod paths;

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use self::paths::{Product, products};
use crate::export::{Graph, Op, Value};
use crate::layers::check_number_type;
use crate::layers::fibre::change_of_basis::ChangeOfBasis;
use crate::matmul::matmul;
use crate::random::normal;
use crate::{Field, FieldType, Layer, NnError};

/// A learned quadratic map: products of any two fields, coupled to the irreps of the output,
///
/// ```text
/// y_w = Σ_{paths, u <= v} W_{path, w, uv} C_path (x_u ⊗ x_v)
/// ```
///
/// where `C` runs over an orthonormal basis of the equivariant maps from the product of two
/// irreps to an irrep of the output (Thomas et al. 2018; Kondor et al. 2018). It is complete: every equivariant
/// quadratic map is of this form. For one field with itself only symmetric `C` are used, since
/// the others vanish. It commutes with every element of the group that maps the pixels to
/// themselves.
///
/// The number of weights grows as the square of the number of fields; few fields are meant.
/// Initial weights are normal with the variance that gives the output about the variance 1 when
/// the input has it.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{Layer, FieldType, TensorProduct};
///
/// let vectors = FieldType::parse("O(2): 2 E1")?;
/// // Three scalar products and one determinant.
/// let scalars = FieldType::parse("O(2): trivial + A2")?;
/// let layer = TensorProduct::new(&vectors, &scalars, 0, &Device::flex())?;
/// assert_eq!(layer.parameters(), 3 + 1);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct TensorProduct {
    /// The weights of all paths: `[path][pair of copies][output copy]`.
    pub weight: Param<Tensor<1>>,
    /// From the fields to their irreps.
    split: ChangeOfBasis,
    /// From the irreps of the output to its fields.
    join: ChangeOfBasis,
    #[module(skip)]
    products: Vec<Product>,
}

impl TensorProduct {
    /// A quadratic map with random weights from a seed.
    ///
    /// # Errors
    ///
    /// If the types are of different groups, or no product of two fields has a part that an
    /// irrep of the output could be.
    pub fn new(
        input: &FieldType,
        output: &FieldType,
        seed: u64,
        device: &Device,
    ) -> Result<Self, NnError> {
        if input.group() != output.group() {
            return Err(NnError::TwoGroups {
                input: input.to_string(),
                output: output.to_string(),
            });
        }
        let split = ChangeOfBasis::new(input)?;
        let join = ChangeOfBasis::new(output)?.inverse();
        let (from, to) = (split.output_type(), join.input_type());
        let products = products(from, to)?;
        let mut terms = vec![0usize; to.blocks().len()];
        for product in &products {
            for path in &product.paths {
                terms[path.output] += product.pairs.len();
            }
        }
        if let Some(missing) = terms.iter().position(|&count| count == 0) {
            return Err(NnError::Unsuitable {
                layer: "a tensor product".to_string(),
                representation: to.blocks()[missing].representation.name().to_string(),
                problem: format!(
                    "it is in no product of two fields of `{input}`; leave it out of the output \
                     or add fields to the input"
                ),
            });
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut weights: Vec<f64> = Vec::new();
        for product in &products {
            for path in &product.paths {
                let count = product.pairs.len() * to.blocks()[path.output].multiplicity;
                let scale = (terms[path.output] as f64).sqrt().recip();
                weights.extend((0..count).map(|_| scale * normal(&mut rng)));
            }
        }
        let count = weights.len();
        let weights = Tensor::from_data(TensorData::new(weights, [count]), device);
        Ok(Self {
            weight: Param::from_tensor(weights),
            split,
            join,
            products,
        })
    }
}

impl Layer for TensorProduct {
    fn name(&self) -> String {
        "tensor product".to_string()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let x = self.split.export(graph, x)?;
        let (from, to) = (self.split.output_type(), self.join.input_type());
        let (inputs, outputs) = (from.layout().offsets(), to.layout().offsets());
        let weights: Vec<f64> = self.weight.val().to_data().iter::<f64>().collect();
        let mut weights = weights.into_iter();
        // All products of channels, and what each adds to the outputs.
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let mut rows = vec![Vec::new(); to.channels()];
        for product in &self.products {
            let (a, b) = (&from.blocks()[product.left], &from.blocks()[product.right]);
            let dims = [a.representation.dim(), b.representation.dim()];
            let first = left.len();
            for entry in 0..dims[0] * dims[1] {
                for &(u, v) in &product.pairs {
                    left.push(inputs[product.left] + entry / dims[1] * a.multiplicity + u);
                    right.push(inputs[product.right] + entry % dims[1] * b.multiplicity + v);
                }
            }
            for path in &product.paths {
                let copies = to.blocks()[path.output].multiplicity;
                for pair in 0..product.pairs.len() {
                    for (copy, weight) in weights.by_ref().take(copies).enumerate() {
                        for &(component, entry, value) in &path.coupling {
                            let row = outputs[path.output] + component * copies + copy;
                            let channel = first + entry * product.pairs.len() + pair;
                            rows[row].push((channel, weight * value));
                        }
                    }
                }
            }
        }
        let left = graph.gather(x, 1, left, &name);
        let right = graph.gather(x, 1, right, &name);
        let products = graph.elementwise(Op::Mul, &[left, right], &name);
        let coupled = graph.channel_map(products, &rows, &name);
        self.join.export(graph, coupled)
    }

    fn input_type(&self) -> &FieldType {
        self.split.input_type()
    }

    fn output_type(&self) -> &FieldType {
        self.join.output_type()
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        check_number_type(&self.name(), field.memory(), &self.weight.val())?;
        let [batch, places, _] = field.memory().dims();
        let pixels = batch * places;
        let split = self.split.forward(field)?;
        let parts = split.memory();
        let (from, to) = (self.split.output_type(), self.join.input_type());
        let mut blocks: Vec<Tensor<3>> = Vec::with_capacity(from.blocks().len());
        for (offset, block) in from.parts() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            let channels = parts.clone().narrow(2, offset, dim * copies);
            blocks.push(channels.reshape([pixels, dim, copies]));
        }
        let mut sums: Vec<Vec<Option<Tensor<2>>>> = to
            .blocks()
            .iter()
            .map(|b| vec![None; b.representation.dim()])
            .collect();
        let mut weight = 0;
        for product in &self.products {
            let terms = product.pairs.len();
            let values = outer(
                &blocks[product.left],
                &blocks[product.right],
                &product.pairs,
            );
            let [_, entries, _] = values.dims();
            for path in &product.paths {
                let copies = to.blocks()[path.output].multiplicity;
                let matrix = self.weight.val().narrow(0, weight, terms * copies);
                weight += terms * copies;
                let flat = values.clone().reshape([pixels * entries, terms]);
                let mixed = matmul(flat, matrix.reshape([terms, copies]));
                let mixed = mixed.reshape([pixels, entries, copies]);
                for &(component, entry, value) in &path.coupling {
                    let term = mixed.clone().narrow(1, entry, 1) * value;
                    let term = term.reshape([pixels, copies]);
                    let sum = &mut sums[path.output][component];
                    *sum = Some(match sum.take() {
                        Some(sum) => sum + term,
                        None => term,
                    });
                }
            }
        }
        // Every component of an irrep is reached where one is.
        let components: Vec<Tensor<2>> = sums.into_iter().flatten().flatten().collect();
        let coupled = Tensor::cat(components, 1).reshape([batch, places, to.channels()]);
        self.join.forward(split.map(to, |_| coupled)?)
    }

    fn parameters(&self) -> usize {
        self.weight.val().dims()[0]
    }
}

/// `x_a[u] y_b[v]` for the pairs `(u, v)`: `[pixel, (a, b), pair]`.
fn outer(x: &Tensor<3>, y: &Tensor<3>, pairs: &[(usize, usize)]) -> Tensor<3> {
    let indices = |side: fn(&(usize, usize)) -> usize| {
        let indices: Vec<i64> = pairs.iter().map(|pair| side(pair) as i64).collect();
        Tensor::<1, Int>::from_data(TensorData::from(indices.as_slice()), &x.device())
    };
    let [pixels, dims, _] = x.dims();
    let others = y.dims()[1];
    let x: Tensor<4> = x.clone().select(2, indices(|p| p.0)).unsqueeze_dim(2);
    let y: Tensor<4> = y.clone().select(2, indices(|p| p.1)).unsqueeze_dim(1);
    (x * y).reshape([pixels, dims * others, pairs.len()])
}
