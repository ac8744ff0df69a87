//! Networks that `schur train` does not offer, because they are worse.

use burn::tensor::Device;
use schur_math::{PlanarGroup, PlanarRepresentation};
use schur_nn::network::{AnyLayerConfig, Fields, Output, PoolKind, configs};
use schur_nn::{Activation, Network, NetworkConfig};

use crate::error::Result;

/// What becomes of orientations between the layers and behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Every kernel is symmetric, so that scalars give scalars; classes at the end.
    Symmetric,
    /// Filters in all orientations, and the strongest response is passed on; classes at the end.
    Pooled,
    /// Filters in all orientations, and all responses are passed on; classes at the end.
    Regular,
    /// Filters in all orientations, all responses are passed on, and at the end two numbers that
    /// turn with the image: x and y of an arrow.
    Arrow,
}

/// The description of a network of seven convolutions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Design {
    pub(crate) group: &'static str,
    /// The subgroup that is left from the block [`RESTRICTED_BEHIND`] on.
    pub(crate) restrict: Option<&'static str>,
    pub(crate) ending: Ending,
    /// None where an arrow is the answer.
    pub(crate) classes: usize,
    /// Most parameters.
    pub(crate) budget: usize,
}

/// Kernel sizes of the layers: those of the default network.
const KERNELS: [usize; 7] = [3, 3, 3, 3, 3, 3, 4];
/// The layer behind which 2 x 2 pixels are pooled.
const POOL_BEHIND: usize = 1;
/// The layer behind which the group becomes smaller.
const RESTRICTED_BEHIND: usize = 3;

impl Design {
    /// The widest network of a design: as many fields in all layers as fit into the budget, and
    /// then one more in as many layers as fit, from the first.
    pub(crate) fn network(&self, seed: u64, device: &Device) -> Result<Network> {
        // Layer by layer one field more: width 7 is one field everywhere, 8 two in the first.
        let of_width = |width: usize| self.config(|i| (width + 6 - i) / 7);
        let mut best = of_width(KERNELS.len())?;
        for width in KERNELS.len() + 1.. {
            let wider = of_width(width)?;
            if wider.parameters()? > self.budget {
                break;
            }
            best = wider;
        }
        Ok(best.init(seed, device)?)
    }

    fn config(&self, fields: impl Fn(usize) -> usize) -> Result<NetworkConfig> {
        let whole = PlanarGroup::parse(self.group)?;
        let mut group = whole.clone();
        let mut layers: Vec<AnyLayerConfig> = Vec::new();
        for (index, kernel) in KERNELS.into_iter().enumerate() {
            let mut fields = fields(index);
            if index > RESTRICTED_BEHIND {
                // As many channels as before the restriction.
                fields *= PlanarRepresentation::regular(&whole)?.dim();
                fields /= PlanarRepresentation::regular(&group)?.dim();
            }
            let inner = match self.ending {
                Ending::Symmetric => "trivial",
                _ => "regular",
            };
            layers.push(configs::Conv::new(Fields::new([(fields, inner)]), kernel).into());
            layers.push(configs::Norm::new(Activation::Relu).into());
            if index == POOL_BEHIND {
                layers.push(configs::Pool::new(PoolKind::Max, 2).into());
            }
            if self.ending == Ending::Pooled {
                layers.push(configs::GroupPool::default().into());
            }
            if let Some(subgroup) = self.restrict.filter(|_| index == RESTRICTED_BEHIND) {
                group = PlanarGroup::parse(subgroup)?;
                let group = group.clone().into();
                layers.push(configs::Restriction { group }.into());
            }
        }
        if self.ending == Ending::Arrow {
            layers.push(linear(1, "defining"));
            let kind = PoolKind::Average;
            layers.push(configs::GlobalPool { kind }.into());
        } else {
            if self.ending == Ending::Regular {
                layers.push(configs::GroupPool::default().into());
            }
            layers.push(configs::GlobalPool::default().into());
            layers.push(linear(self.classes, "trivial"));
        }
        Ok(NetworkConfig {
            classes: self.classes,
            output: match self.ending {
                Ending::Arrow => Output::Direction,
                _ => Output::Classes,
            },
            ..NetworkConfig::of_layers(whole.into(), layers)
        })
    }
}

/// A linear answer of the network.
fn linear(fields: usize, representation: &str) -> AnyLayerConfig {
    let conv = configs::Conv::new(Fields::new([(fields, representation)]), 1);
    let (bias, gain) = (true, 1.0);
    configs::Conv { bias, gain, ..conv }.into()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Distribution, Tensor};
    use schur_nn::Layer;

    use super::*;
    use crate::tolerance::EXACT_F32;

    fn design(ending: Ending) -> Design {
        Design {
            group: "C4",
            restrict: None,
            ending,
            classes: 10,
            budget: 3_000,
        }
    }

    /// Outputs for random images, and for the same after a quarter turn.
    fn outputs(design: &Design) -> [Tensor<2>; 2] {
        let device = Device::flex();
        let images = Tensor::<4>::random([3, 1, 28, 28], Distribution::Default, &device);
        // Counter-clockwise: transpose and reverse the rows.
        let turned = images.clone().swap_dims(2, 3).flip([2]);
        let network = design.network(1, &device).unwrap();
        let parameters = network.parameters();
        assert!(
            (2_000..=3_000).contains(&parameters),
            "{design:?}: {parameters}"
        );
        [&images, &turned].map(|x| network.forward(x.clone()).unwrap())
    }

    fn largest(x: Tensor<2>) -> f64 {
        x.abs().max().into_scalar::<f64>()
    }

    #[test]
    fn classes_are_invariant_to_quarter_turns() {
        for ending in [Ending::Symmetric, Ending::Pooled, Ending::Regular] {
            let [upright, turned] = outputs(&design(ending));
            let size = largest(upright.clone());
            let defect = largest(upright - turned);
            assert!(
                size > 0.0 && defect <= EXACT_F32 * size,
                "{ending:?}: {defect:e}"
            );
        }
    }

    #[test]
    fn arrows_turn() {
        let arrow = design(Ending::Arrow);
        let [upright, turned] = outputs(&Design {
            classes: 0,
            ..arrow
        });
        let size = largest(upright.clone());
        // (x, y) becomes (-y, x).
        let [x, y] = [0, 1].map(|i| upright.clone().narrow(1, i, 1));
        let defect = largest(Tensor::cat(vec![y.neg(), x], 1) - turned);
        assert!(size > 0.0 && defect <= EXACT_F32 * size, "{defect:e}");
    }

    #[test]
    fn a_restricted_network_keeps_the_subgroup_only() {
        for (restrict, invariant) in [("C4", true), ("C2", false)] {
            let design = Design {
                group: "D4",
                restrict: Some(restrict),
                ..design(Ending::Regular)
            };
            let [upright, turned] = outputs(&design);
            let size = largest(upright.clone());
            let defect = largest(upright - turned);
            assert_eq!(
                defect <= EXACT_F32 * size,
                invariant,
                "{restrict}: {defect:e}"
            );
        }
    }
}
