//! Layers one after the other.

use super::tuples::for_tuples;
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::layer::located;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError};

/// Refuses a field of another type than the next layer takes, where numbers do not tell.
fn meet(before: Option<&FieldType>, next: &impl Layer) -> Result<(), NnError> {
    match before {
        Some(before) if before != next.input_type() => Err(NnError::WrongFieldType {
            layer: next.name(),
            expected: next.input_type().to_string(),
            found: before.to_string(),
        }),
        _ => Ok(()),
    }
}

/// The composition of the layers of a tuple. That the types meet is seen when it is applied.
macro_rules! sequence {
    ($last:tt; $($layer:ident $index:tt),+) => {
        impl<$($layer: Layer),+> Layer for ($($layer,)+) {
            fn name(&self) -> String {
                [$(self.$index.name()),+].join(", ")
            }

            fn parameters(&self) -> usize {
                [$(self.$index.parameters()),+].iter().sum()
            }

            fn input_type(&self) -> &FieldType {
                self.0.input_type()
            }

            fn output_type(&self) -> &FieldType {
                self.$last.output_type()
            }

            fn forward(&self, field: Field) -> Result<Field, NnError> {
                $(let field = self.$index.forward(field)?;)+
                Ok(field)
            }

            fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
                let domain = domain.clone();
                $(let domain = self.$index.output_domain(&domain)?;)+
                Ok(domain)
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

            fn notices(&self) -> Vec<String> {
                let notices = [$(($index + 1, self.$index.name(), self.$index.notices())),+];
                notices.into_iter().flat_map(|(place, name, notices)| located(place, &name, notices)).collect()
            }

            /// The inexactness of the first layer that has one.
            fn inexactness(
                &self,
                g: &GroupElement,
                domain: &Domain,
            ) -> Option<Inexactness> {
                let domain = Some(domain.clone());
                $(
                    // What does not fit is an error of `forward`, not of symmetry.
                    let domain = domain?;
                    if let Some(why) = self.$index.inexactness(g, &domain) {
                        let name = self.$index.name();
                        return Some(Inexactness {
                            reason: format!("layer {} ({name}): {}", $index + 1, why.reason),
                            remedy: why.remedy,
                        });
                    }
                    let domain = self.$index.output_domain(&domain).ok();
                )+
                let _ = domain;
                None
            }
        }
    };
}

for_tuples!(sequence);
