//! Pooling fields to their norms.

use burn::module::Module;
use burn::tensor::Tensor;

use super::nonlinearity::cosets::coset_representation;
use crate::export::{Graph, Op, Unary, Value};
use crate::field_type::require_orthogonal;
use crate::group::GridGroup;
use crate::layers::map_blocks;
use crate::tolerance::SQUARED_NORM;
use crate::{Field, FieldType, Layer, NnError};

/// The norm of every field, `y_u(x) = √(Σ_c f_{u,c}(x)² + ε)`: invariant for every orthogonal
/// representation. The small `ε` keeps the gradient finite where a field vanishes.
///
/// Of fields induced from a subgroup ([`induced`](Self::induced)) also the norms at the cosets.
///
/// ```
/// use schur_nn::{Layer, FieldType, NormPool};
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
    /// Number of cosets that every field is divided into; 1 for whole fields.
    #[module(skip)]
    cosets: usize,
}

impl NormPool {
    /// A pool for fields of any type.
    ///
    /// # Errors
    ///
    /// If the group does not keep the length of some fields.
    pub fn new(input: &FieldType) -> Result<Self, NnError> {
        require_orthogonal(input, "norm pool")?;
        Ok(Self {
            input: input.clone(),
            output: scalars(input)?,
            cosets: 1,
        })
    }

    /// The norm of the components at each coset of a subgroup, for fields of representations
    /// induced from it: a field on the cosets.
    ///
    /// ```
    /// use schur_math::PlanarGroup;
    /// use schur_nn::{Layer, FieldType, NormPool};
    ///
    /// let fields = FieldType::parse("D4: 3 induced(C4, E1)")?;
    /// let pool = NormPool::induced(&fields, &PlanarGroup::parse("C4")?)?;
    /// assert!(pool.output_type() == &FieldType::parse("D4: 3 quotient(C4)")?);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a representation does not permute blocks of components as the group permutes the
    /// cosets.
    pub fn induced(input: &FieldType, subgroup: impl Into<GridGroup>) -> Result<Self, NnError> {
        let subgroup = subgroup.into();
        let mut cosets = 1;
        let mut blocks = Vec::with_capacity(input.blocks().len());
        for block in input.blocks() {
            let rho = &block.representation;
            let rho = coset_representation(rho, &subgroup, "induced norm pool")?;
            cosets = rho.dim();
            blocks.push((rho, block.multiplicity));
        }
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(input.group(), blocks)?,
            cosets,
        })
    }
}

/// One scalar per field, in the same blocks.
pub(super) fn scalars(input: &FieldType) -> Result<FieldType, NnError> {
    let trivial = input.group().trivial()?;
    let blocks = input.blocks().iter();
    FieldType::new(
        input.group(),
        blocks.map(|b| (trivial.clone(), b.multiplicity)),
    )
}

/// For every coset of every field the channels of its components, with factor 1.
pub(in crate::layers) fn component_sums(
    fields: &FieldType,
    cosets: usize,
) -> Vec<Vec<(usize, f64)>> {
    let mut rows = Vec::with_capacity(fields.fields() * cosets);
    for (offset, block) in fields.parts() {
        let (dim, copies) = (block.representation.dim(), block.multiplicity);
        let size = dim / cosets;
        for (coset, copy) in (0..cosets).flat_map(|c| (0..copies).map(move |u| (c, u))) {
            let component = |c: usize| offset + (coset * size + c) * copies + copy;
            rows.push((0..size).map(|c| (component(c), 1.0)).collect());
        }
    }
    rows
}

impl Layer for NormPool {
    fn name(&self) -> String {
        let of = if self.cosets == 1 { "" } else { "induced " };
        format!("{of}norm pool")
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let squares = graph.elementwise(Op::Mul, &[x, x], &name);
        let sums = graph.channel_map(squares, &component_sums(&self.input, self.cosets), &name);
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

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.output, |memory| {
            map_blocks(memory, &self.input, |x, _| {
                let [pixels, dim, copies] = x.dims();
                let size = dim / self.cosets;
                let x: Tensor<4> = x.reshape([pixels, self.cosets, size, copies]);
                let squares = x.square().sum_dim(2);
                let norms = (squares + SQUARED_NORM).sqrt();
                norms.reshape([pixels, self.cosets, copies])
            })
        })
    }
}
