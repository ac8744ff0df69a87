//! Fields of a subgroup as fields of a larger group.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::export::{Graph, Value};
use crate::group::GridGroup;
use crate::layers::map_blocks;
use crate::{Field, FieldType, Layer, NnError};

/// Lifts fields of a subgroup `H` to fields of a group `G`: `f -> e_H ⊗ f` in the induced
/// representation, whose fields have one component of the old type for every coset of `H`; the
/// other components are zero.
///
/// It is the universal map of this kind: every map from a field of `H` to one of `G` that
/// commutes with `H` factors through it (Frobenius reciprocity). It commutes with `H` only, and
/// so does a network that contains it.
///
/// ```
/// use schur_math::PlanarGroup;
/// use schur_nn::{Layer, FieldType, Induction};
///
/// let fields = FieldType::parse("C4: 2 regular")?;
/// let lifted = Induction::new(&fields, &PlanarGroup::parse("D4")?)?;
/// assert_eq!(lifted.output_type().to_string(), "D4: 2 induced(C4, regular)");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct Induction {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
}

impl Induction {
    /// From fields of a subgroup to fields of a group.
    ///
    /// # Errors
    ///
    /// If the fields are of no subgroup of it, or it has infinitely many cosets.
    pub fn new(input: &FieldType, group: impl Into<GridGroup>) -> Result<Self, NnError> {
        let group = group.into();
        let induced = |block: &crate::FieldBlock| -> Result<_, NnError> {
            Ok((block.representation.induced_to(&group)?, block.multiplicity))
        };
        let blocks: Result<Vec<_>, _> = input.blocks().iter().map(induced).collect();
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(&group, blocks?)?,
        })
    }
}

impl Layer for Induction {
    fn name(&self) -> String {
        format!("induction to {}", self.output.group())
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let mut rows: Vec<Vec<(usize, f64)>> = Vec::with_capacity(self.output.channels());
        for ((offset, old), new) in self.input.parts().zip(self.output.blocks()) {
            let channels = old.representation.dim() * old.multiplicity;
            rows.extend((0..channels).map(|c| vec![(offset + c, 1.0)]));
            let all = new.representation.dim() * new.multiplicity;
            rows.extend((channels..all).map(|_| Vec::new()));
        }
        Ok(graph.channel_map(x, &rows, &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        // The identity is in the first coset, whose components come first.
        field.map(&self.output, |memory| {
            map_blocks(memory, &self.input, |x, block| {
                let [pixels, dim, copies] = x.dims();
                let all = self.output.blocks()[block].representation.dim();
                let (device, dtype) = (x.device(), x.dtype());
                let zeros = Tensor::zeros([pixels, all - dim, copies], (&device, dtype));
                Tensor::cat(vec![x, zeros], 1)
            })
        })
    }
}
