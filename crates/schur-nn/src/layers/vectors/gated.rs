//! Vectors gated by scalars.

use burn::module::Module;
use burn::tensor::Tensor;

use super::{VectorLayer, check, map_blocks};
use crate::export::{Graph, Op, Value};
use crate::{NnError, Nonlinearity, VectorType};

/// Multiplies every field by a function of a scalar of its own, `y = x σ(s)`, and applies
/// another to scalar features: the gated nonlinearity of Weiler et al. (2018), which commutes
/// with every group, also where lengths change.
///
/// The gates are the last block of the input: as many scalars as there are fields before that
/// are not scalar. They are not in the output.
///
/// ```
/// use schur_math::LinearGroup;
/// use schur_nn::{VectorGated, VectorLayer, VectorType};
///
/// let lorentz = LinearGroup::lorentz()?;
/// let input = VectorType::tensors(&lorentz, &"4 T(0) + 3 T(1) + 2 T(2) + 5 T(0)".parse()?)?;
/// let gates = VectorGated::new(&input)?;
/// assert_eq!(gates.output_type().to_string(), "O(1, 3): 4 T(0) + 3 T(1) + 2 T(2)");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct VectorGated {
    #[module(skip)]
    input: VectorType,
    #[module(skip)]
    output: VectorType,
    #[module(skip)]
    gate: Nonlinearity,
    #[module(skip)]
    scalar: Nonlinearity,
}

impl VectorGated {
    /// Sigmoids of gates, and SiLU of scalar features.
    ///
    /// # Errors
    ///
    /// If the last block is not one gate for each of the fields that are not scalar.
    pub fn new(input: &VectorType) -> Result<Self, NnError> {
        let last = input.blocks().len() - 1;
        let features = input.blocks().iter().enumerate().take(last);
        let gated: usize = features
            .filter(|(index, _)| !is_scalar(input, *index))
            .map(|(_, block)| block.multiplicity)
            .sum();
        let gates = &input.blocks()[last];
        let problem = if gated == 0 {
            "no field before the last block is other than scalar, so there is nothing to gate; \
             use `VectorPointwise` for scalars, and append scalars as gates of other fields"
                .to_string()
        } else if !is_scalar(input, last) || gates.multiplicity != gated {
            format!(
                "the last block are not {gated} scalars, one for each field that is not scalar; \
                 append them to the output of the layer before"
            )
        } else {
            return Ok(Self {
                input: input.clone(),
                output: input.select(0..last)?,
                gate: Nonlinearity::Sigmoid,
                scalar: Nonlinearity::Silu,
            });
        };
        Err(NnError::Unsuitable {
            layer: "gates".to_string(),
            representation: input.to_string(),
            problem,
        })
    }

    /// Another function of the gates than the sigmoid.
    #[must_use]
    pub fn with_gate_function(mut self, function: impl Into<Nonlinearity>) -> Self {
        self.gate = function.into();
        self
    }

    /// Another function of the scalar features than SiLU.
    #[must_use]
    pub fn with_scalar_function(mut self, function: impl Into<Nonlinearity>) -> Self {
        self.scalar = function.into();
        self
    }
}

fn is_scalar(of: &VectorType, block: usize) -> bool {
    of.blocks()[block].dim == 1 && of.is_trivial(block)
}

impl VectorLayer for VectorGated {
    fn name(&self) -> String {
        format!("{} gates", self.gate.name())
    }

    fn input_type(&self) -> &VectorType {
        &self.input
    }

    fn output_type(&self) -> &VectorType {
        &self.output
    }

    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        check(self, &x, None)?;
        let ([batch, size], features) = (x.dims(), self.output.dim());
        let gates = self
            .gate
            .apply(x.clone().narrow(1, features, size - features));
        let mut first = 0;
        let features = x.narrow(1, 0, features);
        Ok(map_blocks(features, &self.output, |x, block, _| {
            if is_scalar(&self.output, block) {
                return self.scalar.apply(x);
            }
            let copies = x.dims()[1];
            let open = gates.clone().narrow(1, first, copies);
            first += copies;
            x * open.reshape([batch, copies, 1])
        }))
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let (mut offset, mut gate) = (0, self.output.dim());
        let mut parts = Vec::new();
        for (index, block) in self.output.blocks().iter().enumerate() {
            let size = block.dim * block.multiplicity;
            let features = graph.gather(x, 1, (offset..offset + size).collect(), &name);
            offset += size;
            if is_scalar(&self.output, index) {
                parts.push(self.scalar.export(graph, features, &name)?);
                continue;
            }
            let own = (gate..gate + block.multiplicity).collect();
            gate += block.multiplicity;
            let open = graph.gather(x, 1, own, &name);
            let open = self.gate.export(graph, open, &name)?;
            let of_component = (0..size).map(|k| k / block.dim).collect();
            let open = graph.gather(open, 1, of_component, &name);
            parts.push(graph.elementwise(Op::Mul, &[features, open], &name));
        }
        Ok(graph.concat(&parts, &name))
    }
}
