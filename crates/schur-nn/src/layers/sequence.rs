//! Layers one after the other.

use schur_math::PlaneRotation;

use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::{EquivariantLayer, FeatureField, FieldType, NnError};

/// The composition of the layers of a tuple. That the types meet is seen when it is applied.
macro_rules! sequence {
    ($last:tt; $($layer:ident $index:tt),+) => {
        impl<$($layer: EquivariantLayer),+> EquivariantLayer for ($($layer,)+) {
            fn name(&self) -> String {
                [$(self.$index.name()),+].join(", ")
            }

            fn input_type(&self) -> &FieldType {
                self.0.input_type()
            }

            fn output_type(&self) -> &FieldType {
                self.$last.output_type()
            }

            fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
                $(let field = self.$index.forward(field)?;)+
                Ok(field)
            }

            fn output_size(
                &self,
                height: usize,
                width: usize,
            ) -> Result<(usize, usize), NnError> {
                $(let (height, width) = self.$index.output_size(height, width)?;)+
                Ok((height, width))
            }

            fn parameters(&self) -> usize {
                [$(self.$index.parameters()),+].iter().sum()
            }

            fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
                $(let x = self.$index.export(graph, x)?;)+
                Ok(x)
            }

            /// That of the first layer that has one.
            fn inexactness(
                &self,
                g: &PlaneRotation,
                height: usize,
                width: usize,
            ) -> Option<Inexactness> {
                let size = Some((height, width));
                $(
                    // What does not fit is an error of `forward`, not of symmetry.
                    let (height, width) = size?;
                    if let Some(why) = self.$index.inexactness(g, height, width) {
                        let name = self.$index.name();
                        return Some(Inexactness {
                            reason: format!("layer {} ({name}): {}", $index + 1, why.reason),
                            remedy: why.remedy,
                        });
                    }
                    let size = self.$index.output_size(height, width).ok();
                )+
                let _ = size;
                None
            }
        }
    };
}

sequence!(1; A 0, B 1);
sequence!(2; A 0, B 1, C 2);
sequence!(3; A 0, B 1, C 2, D 3);
sequence!(4; A 0, B 1, C 2, D 3, E 4);
sequence!(5; A 0, B 1, C 2, D 3, E 4, F 5);
sequence!(6; A 0, B 1, C 2, D 3, E 4, F 5, G 6);
sequence!(7; A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
