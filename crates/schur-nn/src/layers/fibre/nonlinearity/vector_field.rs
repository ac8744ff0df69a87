//! Vector fields from functions on the group.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::sampling::{Sampling, cosets};
use super::transform::{matrix_like, off_grid, samples};
use crate::exactness::Inexactness;
use crate::export::{Graph, Op, Unary, Value};
use crate::layers::map_blocks;
use crate::matmul::matmul;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError};

/// The vector that points where a function on the group has its maximum, as long as the maximum
/// if that is positive: `y = relu(f(g*)) g* e_x` with `g* = argmax f` (Marcos et al. 2017).
///
/// Fields are regular fields of finite groups of the plane or of space, or `spectral(F)` of SO(2) and
/// O(2) in the plane, which are sampled as by [`FourierPointwise`](crate::FourierPointwise) and are
/// exact for the elements that permute the samples. Each field becomes a vector `(x, y)` or
/// `(x, y, z)` (the defining representation). Between equal maxima it takes the mean direction, so ties break no symmetry.
///
/// ```
/// use schur_nn::{Layer, FieldType, VectorField};
///
/// let layer = VectorField::new(&FieldType::parse("C8: 3 regular")?)?;
/// assert_eq!(layer.output_type().to_string(), "C8: 3 defining");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct VectorField {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    /// Sampling of every block; none where the components are the samples.
    #[module(skip)]
    samplings: Vec<Option<Sampling>>,
    /// The directions of the samples of every block.
    #[module(skip)]
    directions: Vec<Vec<Vec<f64>>>,
}

impl VectorField {
    /// From regular or band-limited regular fields.
    ///
    /// # Errors
    ///
    /// If a representation is neither.
    pub fn new(input: &FieldType) -> Result<Self, NnError> {
        const LAYER: &str = "a vector field";
        let group = input.grid_group(LAYER)?;
        let defining = group.representation("defining")?;
        let direction =
            |g: &GroupElement| -> Result<Vec<f64>, NnError> { Ok(defining.matrix(g)?.column(0)) };
        let regular = group.representation("regular").ok();
        let (mut samplings, mut directions) = (Vec::new(), Vec::new());
        for block in input.blocks() {
            let sampling = if regular.as_ref() == Some(&block.representation) {
                None
            } else {
                let rho = &block.representation;
                Some(Sampling::new(
                    rho,
                    &cosets(input, None, LAYER)?,
                    None,
                    LAYER,
                )?)
            };
            // In the plane the mirror that keeps a sample keeps its direction.
            if sampling.as_ref().is_some_and(|s| s.merged) && group.space().is_some() {
                return Err(NnError::Unsuitable {
                    layer: LAYER.to_string(),
                    representation: block.representation.name().to_string(),
                    problem:
                        "its functions do not tell elements apart that have other directions; \
                              use regular fields, or `spectral(1)` of SO(3)"
                            .to_string(),
                });
            }
            let points = match &sampling {
                Some(sampling) => sampling.points.clone(),
                None => group.elements().unwrap_or_default(),
            };
            directions.push(points.iter().map(direction).collect::<Result<_, _>>()?);
            samplings.push(sampling);
        }
        let blocks = input.blocks().iter();
        let output = blocks.map(|b| (defining.clone(), b.multiplicity));
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(&group, output)?,
            samplings,
            directions,
        })
    }

    /// The vectors of one block in a plain network, given its channels.
    fn export_block(&self, graph: &mut Graph, x: Value, block: usize, name: &str) -> Value {
        let copies = self.input.blocks()[block].multiplicity;
        let directions = &self.directions[block];
        let components = directions.len();
        // Channels are `[sample, copy]`.
        let values = match &self.samplings[block] {
            Some(sampling) => {
                let row = |k: usize| {
                    let terms = sampling.rows[k / copies].iter().enumerate();
                    terms.map(|(c, &v)| (c * copies + k % copies, v)).collect()
                };
                let rows: Vec<_> = (0..components * copies).map(row).collect();
                graph.channel_map(x, &rows, name)
            }
            None => x,
        };
        let maximum = graph.component_max(values, components, name);
        let again = (0..components * copies).map(|k| k % copies).collect();
        let threshold = graph.gather(maximum, 1, again, name);
        let largest = graph.elementwise(Op::AtLeast, &[values, threshold], name);
        // The mean direction of all samples with the others 0, over the share of the largest.
        let row = |k: usize| {
            let terms = directions.iter().enumerate();
            let weight = |d: &[f64]| d[k / copies] / components as f64;
            terms
                .map(|(i, d)| (i * copies + k % copies, weight(d)))
                .collect()
        };
        let dim = directions[0].len();
        let rows: Vec<_> = (0..dim * copies).map(row).collect();
        let sums = graph.channel_map(largest, &rows, name);
        let share = graph.component_mean(largest, components, name);
        let inverse = graph.unary(Unary::Reciprocal, share, name);
        let length = graph.unary(Unary::Relu, maximum, name);
        let gain = graph.elementwise(Op::Mul, &[length, inverse], name);
        let all = (0..dim * copies).map(|k| k % copies).collect();
        let gain = graph.gather(gain, 1, all, name);
        graph.elementwise(Op::Mul, &[sums, gain], name)
    }
}

impl Layer for VectorField {
    fn name(&self) -> String {
        "vector field".to_string()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let mut vectors = Vec::with_capacity(self.directions.len());
        let mut first = 0;
        for (index, block) in self.input.blocks().iter().enumerate() {
            let end = first + block.representation.dim() * block.multiplicity;
            let channels = graph.gather(x, 1, (first..end).collect(), &name);
            vectors.push(self.export_block(graph, channels, index, &name));
            first = end;
        }
        Ok(graph.concat(&vectors, &name))
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
                let values: Tensor<2> = match &self.samplings[block] {
                    Some(sampling) => samples(x, sampling),
                    None => x.swap_dims(1, 2).reshape([pixels * copies, dim]),
                };
                let maximum = values.clone().max_dim(1);
                // Which samples are the maximum is a constant as far as gradients go.
                let dtype = values.dtype();
                let largest = values.detach().greater_equal(maximum.clone().detach());
                let largest: Tensor<2> = largest.float().cast(dtype);
                let directions = &self.directions[block];
                let vector = directions[0].len();
                let directions = matrix_like(directions, 1.0, &largest);
                let mean = matmul(largest.clone(), directions) / largest.sum_dim(1);
                let vectors = relu(maximum) * mean;
                vectors.reshape([pixels, copies, vector]).swap_dims(1, 2)
            })
        })
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        let grids = self.samplings.iter().flatten().map(|s| &s.grid);
        domain.inexactness(g).or_else(|| off_grid(g, grids))
    }
}
