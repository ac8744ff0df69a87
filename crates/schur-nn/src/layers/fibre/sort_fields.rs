//! Fields in another order, equal ones together.

use burn::module::Module;

use crate::export::{Graph, Value};
use crate::field::select_channels;
use crate::{Field, FieldType, Layer, NnError};

/// Puts fields of equal representations together, so that a sum such as `C4: 2 regular +
/// 1 trivial + 3 regular` becomes `C4: 5 regular + 1 trivial`. Nothing is computed; layers after
/// it have fewer and larger blocks, which is faster.
///
/// Representations stand in the order in which they first occur, fields of one in their order.
/// [`inverse`](Self::inverse) goes back.
///
/// ```
/// use schur_nn::{Layer, FieldType, SortFields};
///
/// let fields = FieldType::parse("C4: 2 regular + 1 trivial + 3 regular")?;
/// let sort = SortFields::new(&fields)?;
/// assert_eq!(sort.output_type().to_string(), "C4: 5 regular + 1 trivial");
/// assert_eq!(sort.inverse().output_type(), &fields);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct SortFields {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    /// The input channel of every output channel, in memory order.
    #[module(skip)]
    order: Vec<usize>,
}

impl SortFields {
    /// Sorts fields of this type.
    ///
    /// # Errors
    ///
    /// None: every type can be sorted.
    pub fn new(input: &FieldType) -> Result<Self, NnError> {
        // For every representation its blocks by their first channel.
        let mut sorted: Vec<(&_, Vec<(usize, usize)>)> = Vec::new();
        for (offset, block) in input.parts() {
            let (rho, copies) = (&block.representation, block.multiplicity);
            match sorted.iter_mut().find(|(known, _)| *known == rho) {
                Some((_, blocks)) => blocks.push((offset, copies)),
                None => sorted.push((rho, vec![(offset, copies)])),
            }
        }
        let mut order = Vec::with_capacity(input.channels());
        for (rho, blocks) in &sorted {
            for component in 0..rho.dim() {
                for &(offset, copies) in blocks {
                    let first = offset + component * copies;
                    order.extend(first..first + copies);
                }
            }
        }
        let blocks = sorted.into_iter().map(|(rho, blocks)| {
            let copies = blocks.iter().map(|(_, copies)| copies).sum();
            (rho.clone(), copies)
        });
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(input.group(), blocks)?,
            order,
        })
    }

    /// The way back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let mut order = vec![0; self.order.len()];
        for (out, &input) in self.order.iter().enumerate() {
            order[input] = out;
        }
        Self {
            input: self.output.clone(),
            output: self.input.clone(),
            order,
        }
    }
}

impl Layer for SortFields {
    fn name(&self) -> String {
        "sort fields".to_string()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        Ok(graph.gather(x, 1, self.order.clone(), &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.output, |memory| select_channels(memory, &self.order))
    }
}
