//! Functions of every component of a vector.

use burn::module::Module;
use burn::tensor::Tensor;

use super::{VectorLayer, check, require};
use crate::export::{Graph, Value};
use crate::{NnError, Nonlinearity, VectorType};

/// A function of every component: `y_c = a(x_c)`, for vectors whose components the group
/// permutes, such as scalars, regular vectors or the `T(k)` of permutation groups; an odd
/// function also where signs change besides.
///
/// ```
/// use schur_math::{Group, LinearGroup, FiniteRepresentation};
/// use schur_nn::{Nonlinearity, VectorPointwise, VectorType};
///
/// let regular = FiniteRepresentation::regular(&Group::parse("S4")?);
/// let regular = VectorType::finite(&[(regular, 3)])?;
/// assert!(VectorPointwise::new(&regular, Nonlinearity::Relu).is_ok());
/// let vectors = VectorType::tensors(&LinearGroup::orthogonal(3)?, &"3 T(1)".parse()?)?;
/// assert!(VectorPointwise::new(&vectors, Nonlinearity::Relu).is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct VectorPointwise {
    #[module(skip)]
    vectors: VectorType,
    #[module(skip)]
    function: Nonlinearity,
}

impl VectorPointwise {
    /// A function on vectors of this type.
    ///
    /// # Errors
    ///
    /// If a representation is no permutation representation, nor a signed one under an odd
    /// function.
    pub fn new(vectors: &VectorType, function: impl Into<Nonlinearity>) -> Result<Self, NnError> {
        let function = function.into();
        let suits = |block| match &function {
            Nonlinearity::Identity => true,
            odd if odd.is_odd() => vectors.is_monomial(block),
            _ => vectors.is_permutation(block),
        };
        let problem = "it does not permute the components; use `VectorGated` or \
                       `VectorNormNonlinearity`";
        require(
            &format!("pointwise {}", function.name()),
            vectors,
            suits,
            problem,
        )?;
        Ok(Self {
            vectors: vectors.clone(),
            function,
        })
    }
}

impl VectorLayer for VectorPointwise {
    fn name(&self) -> String {
        self.function.name().to_string()
    }

    fn input_type(&self) -> &VectorType {
        &self.vectors
    }

    fn output_type(&self) -> &VectorType {
        &self.vectors
    }

    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        check(self, &x, None)?;
        Ok(self.function.apply(x))
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        self.function.export(graph, x, &self.name())
    }
}
