//! Pointwise nonlinearities.

use burn::module::Module;

use crate::export::{Graph, Value};
use crate::{Field, FieldType, Layer, NnError, Nonlinearity};

/// A function applied to every channel: `y_c(x) = a(f_c(x))`.
///
/// It commutes with the group exactly where the group permutes the channels of a field, and an
/// odd function also where it changes their signs besides; it is refused on other
/// representations. Behind a batch norm, [`FieldNorm`](crate::FieldNorm) does both
/// in one pass.
///
/// ```
/// use schur_nn::{FieldType, Nonlinearity, Pointwise};
///
/// assert!(Pointwise::new(&FieldType::parse("D4: 3 regular")?, Nonlinearity::Relu).is_ok());
/// assert!(Pointwise::new(&FieldType::parse("D4: 3 E1")?, Nonlinearity::Relu).is_err());
/// // On the lattice, E1 of D4 is a signed permutation.
/// assert!(Pointwise::new(&FieldType::parse("D4: 3 E1")?, Nonlinearity::Tanh).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct Pointwise {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    function: Nonlinearity,
}

impl Pointwise {
    /// A function on fields of this type.
    ///
    /// # Errors
    ///
    /// [`NnError::Inadmissible`] if a representation is no permutation representation, nor a
    /// signed one under an odd function.
    pub fn new(field_type: &FieldType, function: impl Into<Nonlinearity>) -> Result<Self, NnError> {
        let function = function.into();
        function.require_admissible(field_type)?;
        Ok(Self {
            field_type: field_type.clone(),
            function,
        })
    }
}

impl Layer for Pointwise {
    fn name(&self) -> String {
        self.function.name().to_string()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        self.function.export(graph, x, &self.name())
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.field_type, |memory| self.function.apply(memory))
    }
}
