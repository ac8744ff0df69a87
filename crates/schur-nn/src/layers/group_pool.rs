//! Pooling over the group: from fields that the group permutes to invariant scalars.

use burn::module::Module;
use schur_math::PlanarRepresentation;

use crate::{EquivariantLayer, FeatureField, FieldType, NnError};

/// Maximum over the components of every field: `y_u(x) = max_c f_{u,c}(x)`.
///
/// On permutation fields (regular, quotient, trivial) the group permutes the components, so
/// their maximum is a scalar field: it still moves with the pixels but has no components left
/// to mix (Cohen & Welling 2016, section 6.3, "coset pooling").
#[derive(Module, Debug)]
pub struct GroupPool {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
}

impl GroupPool {
    /// A pool for fields of this type.
    ///
    /// # Errors
    ///
    /// If a representation is no permutation representation: then the maximum of the
    /// components is no invariant.
    pub fn new(input: &FieldType) -> Result<Self, NnError> {
        super::require_permutation(input, "group max-pool")?;
        let trivial = PlanarRepresentation::trivial(input.group());
        let output = FieldType::new(
            input.group(),
            input
                .blocks()
                .iter()
                .map(|b| (trivial.clone(), b.multiplicity)),
        )?;
        Ok(Self {
            input: input.clone(),
            output,
        })
    }
}

impl EquivariantLayer for GroupPool {
    fn name(&self) -> String {
        "group pool".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
        self.check_input(&field)?;
        let [batch, height, width, _] = field.memory().dims();
        let memory = field.into_memory();
        let mut pooled = Vec::with_capacity(self.input.blocks().len());
        let mut offset = 0;
        for block in self.input.blocks() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            let channels = memory.clone().narrow(3, offset, dim * copies);
            pooled.push(
                channels
                    .reshape([batch, height, width, dim, copies])
                    .max_dim(3)
                    .reshape([batch, height, width, copies]),
            );
            offset += dim * copies;
        }
        let memory = burn::tensor::Tensor::cat(pooled, 3);
        Ok(FeatureField::new(memory, self.output.clone()))
    }
}
