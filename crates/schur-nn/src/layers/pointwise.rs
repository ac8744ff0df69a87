//! Pointwise nonlinearities.

use burn::module::Module;
use burn::tensor::activation::{elu, relu};

use crate::export::{Graph, Unary, Value};
use crate::network::Activation;
use crate::{EquivariantLayer, FeatureField, FieldType, NnError};

/// A nonlinearity applied to every channel: `y_c(x) = a(f_c(x))`.
///
/// It commutes with the group exactly where the group permutes the channels of a field, so it is
/// refused on other representations. Behind a batch norm,
/// [`FieldNorm`](crate::layers::norm::FieldNorm) does both in one pass.
///
/// ```
/// use schur_nn::network::Activation;
/// use schur_nn::{FieldType, Pointwise};
///
/// assert!(Pointwise::new(&FieldType::parse("D4: 3 regular")?, Activation::Relu).is_ok());
/// assert!(Pointwise::new(&FieldType::parse("D4: 3 E1")?, Activation::Relu).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct Pointwise {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    activation: Activation,
}

impl Pointwise {
    /// A nonlinearity on fields of this type.
    ///
    /// # Errors
    ///
    /// [`NnError::Inadmissible`] if a representation is no permutation representation.
    pub fn new(field_type: &FieldType, activation: Activation) -> Result<Self, NnError> {
        super::require_permutation(field_type, activation.name())?;
        Ok(Self {
            field_type: field_type.clone(),
            activation,
        })
    }
}

impl EquivariantLayer for Pointwise {
    fn name(&self) -> String {
        self.activation.name().to_string()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let function = match self.activation {
            Activation::Relu => Unary::Relu,
            Activation::Elu => Unary::Elu,
        };
        Ok(graph.unary(function, x, &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
        self.check_input(&field)?;
        let memory = field.into_memory();
        let memory = match self.activation {
            Activation::Relu => relu(memory),
            Activation::Elu => elu(memory, 1.0),
        };
        Ok(FeatureField::new(memory, self.field_type.clone()))
    }
}
