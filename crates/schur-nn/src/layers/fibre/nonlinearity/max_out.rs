//! Max-out.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::export::{Graph, Value};
use crate::layers::map_blocks;
use crate::{Field, FieldType, Layer, NnError};

/// The maximum over groups of `k` successive fields, component by component:
/// `y_{u,c}(x) = max_{v in group u} f_{v,c}(x)` (Goodfellow et al. 2013).
///
/// Admissible where the group permutes the components; `m` fields become `m / k`.
///
/// ```
/// use schur_nn::{Layer, FieldType, MaxOut};
///
/// let layer = MaxOut::new(&FieldType::parse("C8: 6 regular")?, 2)?;
/// assert_eq!(layer.output_type().to_string(), "C8: 3 regular");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct MaxOut {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    over: usize,
}

impl MaxOut {
    /// The maximum over groups of `over` fields.
    ///
    /// # Errors
    ///
    /// If a representation is no permutation representation, or `over` does not divide the
    /// multiplicity of a block.
    pub fn new(input: &FieldType, over: usize) -> Result<Self, NnError> {
        crate::layers::require_permutation(input, "max-out")?;
        let mut blocks = Vec::with_capacity(input.blocks().len());
        for block in input.blocks() {
            let (rho, fields) = (&block.representation, block.multiplicity);
            if over == 0 || fields % over != 0 {
                return Err(NnError::Unsuitable {
                    layer: "max-out".to_string(),
                    representation: rho.name().to_string(),
                    problem: format!(
                        "{fields} fields do not fall into groups of {over}; use a divisor of \
                         {fields}"
                    ),
                });
            }
            blocks.push((rho.clone(), fields / over));
        }
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(input.group(), blocks)?,
            over,
        })
    }
}

impl Layer for MaxOut {
    fn name(&self) -> String {
        format!("max-out over {}", self.over)
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        // First one member of every group, then another, ...
        let mut order = Vec::with_capacity(x.channels);
        for member in 0..self.over {
            order.extend((0..x.channels / self.over).map(|group| group * self.over + member));
        }
        let members = graph.gather(x, 1, order, &name);
        Ok(graph.component_max(members, self.over, &name))
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
                let grouped: Tensor<4> = x.reshape([pixels, dim, copies / self.over, self.over]);
                grouped.max_dim(3).squeeze_dim(3)
            })
        })
    }
}
