//! Layers between vectors one after the other.

use burn::tensor::Tensor;

use super::VectorLayer;
use crate::export::{Graph, Value};
use crate::layers::tuples::{for_tuples, of_all};
use crate::{NnError, VectorType};

/// Refuses a vector of another type than the next layer takes: numbers do not tell.
fn meet(before: Option<&VectorType>, next: &impl VectorLayer) -> Result<(), NnError> {
    match before {
        Some(before) if before != next.input_type() => Err(NnError::WrongFieldType {
            layer: next.name(),
            expected: next.input_type().to_string(),
            found: before.to_string(),
        }),
        _ => Ok(()),
    }
}

/// The composition of the layers of a tuple.
macro_rules! sequence {
    ($last:tt; $($layer:ident $index:tt),+) => {
        impl<$($layer: VectorLayer),+> VectorLayer for ($($layer,)+) {
            of_all!($($index),+);

            fn input_type(&self) -> &VectorType {
                self.0.input_type()
            }

            fn output_type(&self) -> &VectorType {
                self.$last.output_type()
            }

            fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
                let before = None;
                $(
                    meet(before, &self.$index)?;
                    let x = self.$index.forward(x)?;
                    let before = Some(self.$index.output_type());
                )+
                let _ = before;
                Ok(x)
            }

            fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
                let before = None;
                $(
                    meet(before, &self.$index)?;
                    let x = self.$index.export(graph, x)?;
                    let before = Some(self.$index.output_type());
                )+
                let _ = before;
                Ok(x)
            }
        }
    };
}

for_tuples!(sequence);
