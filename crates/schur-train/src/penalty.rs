//! What is added to the loss to keep weights small.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

use crate::objective::device_of;

/// The sum of the absolute values of all parameters called `weight`, and of the `readout` of implicit
/// kernels: the weights of convolutions and dense layers, not biases and norms. Differentiable.
pub(crate) fn l1_norm<M: Module>(network: &M) -> Tensor<1> {
    let mut weights = Weights::default();
    network.visit(&mut weights);
    let zero = || Tensor::zeros([1], &device_of(network));
    weights.norm.unwrap_or_else(zero)
}

/// Visits the parameters called `weight`, and the `readout` of implicit kernels.
#[derive(Default)]
struct Weights {
    path: Vec<String>,
    norm: Option<Tensor<1>>,
}

impl ModuleVisitor for Weights {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self
            .path
            .last()
            .is_some_and(|name| name == "weight" || name == "readout")
        {
            let norm = param.val().abs().sum();
            self.norm = Some(match self.norm.take() {
                Some(others) => others + norm,
                None => norm,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use schur_nn::network::BlockConfig;
    use schur_nn::{EquivariantConv, FieldNorm, NetworkConfig};

    use super::*;

    /// All weights, of the dense layers too, with their signs as gradients; nothing else.
    #[test]
    fn weights_have_their_signs_as_gradients() {
        let config = NetworkConfig {
            blocks: vec![BlockConfig::new(2, 3), BlockConfig::new(3, 3)],
            hidden: vec![5],
            dropout: 0.5,
            ..NetworkConfig::default()
        };
        let network = config.init(1, &Device::flex().autodiff()).unwrap();
        let norm = l1_norm(&network);
        let gradients = norm.backward();
        let (mut expected, mut weights) = (0.0, 0);
        for layer in network.layers() {
            if let Some(conv) = layer.downcast_ref::<EquivariantConv>() {
                let weight = conv.weight.val();
                let slopes = weight.grad(&gradients).unwrap().into_data();
                let values: Vec<f64> = weight.to_data().iter().collect();
                let signs = values.iter().map(|v| v.signum());
                assert!(slopes.iter::<f64>().eq(signs));
                expected += values.iter().map(|v| v.abs()).sum::<f64>();
                weights += 1;
                if let Some(bias) = &conv.bias {
                    assert!(bias.val().grad(&gradients).is_none());
                }
            }
            if let Some(norm) = layer.downcast_ref::<FieldNorm>() {
                assert!(norm.gamma.val().grad(&gradients).is_none());
            }
        }
        assert_eq!(weights, 4);
        let error = norm.into_scalar::<f64>() - expected;
        assert!(error.abs() < crate::tolerance::SUM * expected, "{error}");
    }
}
