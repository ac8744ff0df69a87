//! Fields taken apart into irreps.

use burn::module::Module;

use crate::export::{Graph, Value};
use crate::field::sparse_map;
use crate::group::{Irreps, Part};
use crate::{Field, FieldType, Layer, NnError};

/// Takes every field apart into irreps: `f -> Qᵀ f` with the change of basis of its
/// representation, `ρ = Q (⊕ ψ) Qᵀ`. Nothing is lost; [`inverse`](Self::inverse) goes back.
///
/// A block of `m` fields becomes one block of `m` irrep fields per part of the representation.
///
/// ```
/// use schur_nn::{ChangeOfBasis, Layer, FieldType};
///
/// let split = ChangeOfBasis::new(&FieldType::parse("C4: 5 regular")?)?;
/// let parts = "C4: 5 A + 5 B + 5 E1";
/// assert_eq!(split.output_type().to_string(), parts);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct ChangeOfBasis {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    /// The input channels and factors of every output channel.
    #[module(skip)]
    rows: Vec<Vec<(usize, f64)>>,
}

impl ChangeOfBasis {
    /// From fields of any type to their irreps.
    ///
    /// # Errors
    ///
    /// If a representation can't be decomposed, such as tensors of a group of matrices.
    pub fn new(input: &FieldType) -> Result<Self, NnError> {
        let mut blocks = Vec::new();
        let mut rows = Vec::with_capacity(input.channels());
        for (offset, block) in input.parts() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            let Irreps { parts, basis } = block.representation.irreps()?;
            let mut column = 0;
            for Part { irrep, .. } in parts {
                for _ in 0..irrep.dim() {
                    let entries = (0..dim).filter(|&row| basis[(row, column)] != 0.0);
                    let entries: Vec<(usize, f64)> = entries
                        .map(|row| (offset + row * copies, basis[(row, column)]))
                        .collect();
                    for copy in 0..copies {
                        rows.push(entries.iter().map(|&(c, v)| (c + copy, v)).collect());
                    }
                    column += 1;
                }
                blocks.push((irrep, copies));
            }
        }
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(input.group(), blocks)?,
            rows,
        })
    }

    /// The way back, `f -> Q f`.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let mut rows = vec![Vec::new(); self.rows.len()];
        for (out, row) in self.rows.iter().enumerate() {
            for &(input, value) in row {
                rows[input].push((out, value));
            }
        }
        Self {
            input: self.output.clone(),
            output: self.input.clone(),
            rows,
        }
    }
}

impl Layer for ChangeOfBasis {
    fn name(&self) -> String {
        "change of basis".to_string()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        Ok(graph.channel_map(x, &self.rows, &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.output, |memory| sparse_map(memory, &self.rows))
    }
}
