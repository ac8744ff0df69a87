//! Functions of one number in a plain network.

use super::Nonlinearity;
use crate::NnError;
use crate::export::{Graph, Op, Unary, Value};

impl Nonlinearity {
    /// Adds the function of every number to a plain network.
    pub(crate) fn export(
        &self,
        graph: &mut Graph,
        x: Value,
        layer: &str,
    ) -> Result<Value, NnError> {
        Ok(match self {
            Self::Identity => x,
            Self::Relu => graph.unary(Unary::Relu, x, layer),
            Self::LeakyRelu { slope } => graph.unary(Unary::LeakyRelu(*slope), x, layer),
            Self::Elu { alpha: 1.0 } => graph.unary(Unary::Elu, x, layer),
            Self::Elu { alpha } => {
                let elu = graph.unary(Unary::Elu, x, layer);
                let relu = graph.unary(Unary::Relu, x, layer);
                let (elu, relu) = (
                    scale(graph, elu, *alpha, layer),
                    scale(graph, relu, 1.0 - alpha, layer),
                );
                graph.elementwise(Op::Add, &[elu, relu], layer)
            }
            Self::Gelu => {
                let root = scale(graph, x, std::f64::consts::FRAC_1_SQRT_2, layer);
                let erf = graph.unary(Unary::Erf, root, layer);
                let twice = shift(graph, erf, 1.0, layer);
                let half = scale(graph, x, 0.5, layer);
                graph.elementwise(Op::Mul, &[half, twice], layer)
            }
            Self::Silu => {
                let sigmoid = graph.unary(Unary::Sigmoid, x, layer);
                graph.elementwise(Op::Mul, &[x, sigmoid], layer)
            }
            Self::Sigmoid => graph.unary(Unary::Sigmoid, x, layer),
            Self::Softplus => graph.unary(Unary::Softplus, x, layer),
            Self::Tanh => graph.unary(Unary::Tanh, x, layer),
            Self::Softsign => {
                let negative = scale(graph, x, -1.0, layer);
                let sides = [x, negative].map(|side| graph.unary(Unary::Relu, side, layer));
                let size = graph.elementwise(Op::Add, &sides, layer);
                let larger = shift(graph, size, 1.0, layer);
                let gain = graph.unary(Unary::Reciprocal, larger, layer);
                graph.elementwise(Op::Mul, &[x, gain], layer)
            }
            Self::Formula { formula, .. } => formula.export(graph, x, layer),
            Self::Custom(_) => {
                return Err(NnError::NoExport {
                    layer: layer.to_string(),
                });
            }
        })
    }
}

/// A value times a number.
pub(crate) fn scale(graph: &mut Graph, x: Value, factor: f64, layer: &str) -> Value {
    let by = graph.constant(&[1, 1, 1, 1], vec![factor as f32]);
    graph.elementwise(Op::Scale { by }, &[x], layer)
}

/// A value plus a number.
pub(super) fn shift(graph: &mut Graph, x: Value, term: f64, layer: &str) -> Value {
    let by = graph.constant(&[1, 1, 1, 1], vec![term as f32]);
    graph.elementwise(Op::Shift { by }, &[x], layer)
}
