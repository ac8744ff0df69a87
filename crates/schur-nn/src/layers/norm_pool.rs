//! Pooling fields to their norms.

use burn::module::Module;
use burn::tensor::Tensor;
use schur_math::PlanarRepresentation;

use crate::export::{Graph, Op, Unary, Value};
use crate::tolerance::SQUARED_NORM;
use crate::{EquivariantLayer, FeatureField, FieldType, NnError};

/// The norm of every field, `y_u(x) = √(Σ_c f_{u,c}(x)² + ε)`: invariant for every orthogonal
/// representation. The small `ε` keeps the gradient finite where a field vanishes.
///
/// ```
/// use schur_nn::{EquivariantLayer, FieldType, NormPool};
///
/// let pool = NormPool::new(&FieldType::parse("O(2): 3 E1 + 2 trivial")?)?;
/// assert_eq!(pool.output_type().channels(), 5);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct NormPool {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
}

impl NormPool {
    /// A pool for fields of any type.
    ///
    /// # Errors
    ///
    /// None: every field has a norm.
    pub fn new(input: &FieldType) -> Result<Self, NnError> {
        Ok(Self {
            input: input.clone(),
            output: scalars(input)?,
        })
    }
}

/// One scalar per field, in the same blocks.
pub(super) fn scalars(input: &FieldType) -> Result<FieldType, NnError> {
    let trivial = PlanarRepresentation::trivial(input.group());
    let blocks = input.blocks().iter();
    FieldType::new(
        input.group(),
        blocks.map(|b| (trivial.clone(), b.multiplicity)),
    )
}

/// For every field the channels of its components, with factor 1.
pub(super) fn component_sums(fields: &FieldType) -> Vec<Vec<(usize, f64)>> {
    let mut rows = Vec::with_capacity(fields.fields());
    let mut offset = 0;
    for block in fields.blocks() {
        let (dim, copies) = (block.representation.dim(), block.multiplicity);
        for copy in 0..copies {
            rows.push(
                (0..dim)
                    .map(|c| (offset + c * copies + copy, 1.0))
                    .collect(),
            );
        }
        offset += dim * copies;
    }
    rows
}

/// Applies `pool` to every block, as `[batch, height, width, component, copy]`, and joins the
/// results.
pub(super) fn by_block(
    memory: Tensor<4>,
    fields: &FieldType,
    pool: impl Fn(Tensor<5>, usize) -> Tensor<4>,
) -> Tensor<4> {
    let [batch, height, width, _] = memory.dims();
    let mut offset = 0;
    let mut pooled = Vec::with_capacity(fields.blocks().len());
    for (index, block) in fields.blocks().iter().enumerate() {
        let (dim, copies) = (block.representation.dim(), block.multiplicity);
        let channels = memory.clone().narrow(3, offset, dim * copies);
        let shape = [batch, height, width, dim, copies];
        pooled.push(pool(channels.reshape(shape), index));
        offset += dim * copies;
    }
    Tensor::cat(pooled, 3)
}

impl EquivariantLayer for NormPool {
    fn name(&self) -> String {
        "norm pool".to_string()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let squares = graph.elementwise(Op::Mul, &[x, x], &name);
        let sums = graph.channel_map(squares, &component_sums(&self.input), &name);
        let by = graph.constant(&[1, 1, 1, 1], vec![SQUARED_NORM as f32]);
        let sums = graph.elementwise(Op::Shift { by }, &[sums], &name);
        Ok(graph.unary(Unary::Sqrt, sums, &name))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
        self.check_input(&field)?;
        let memory = by_block(field.into_memory(), &self.input, |x, _| {
            let squares: Tensor<4> = x.square().sum_dim(3).squeeze_dim(3);
            (squares + SQUARED_NORM).sqrt()
        });
        Ok(FeatureField::new(memory, self.output.clone()))
    }
}
