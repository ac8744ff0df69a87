//! Networks that `schur train` does not offer, because they are worse.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use schur_math::{PlanarGroup, PlanarRepresentation};
use schur_nn::Activation;
use schur_nn::network::{AnyLayer, PoolKind};
use schur_nn::{
    EquivariantConvConfig, Field, FieldNorm, FieldType, GlobalPool, GroupPool, Layer, Restriction,
    SpatialPool,
};

use crate::error::Result;

use super::Classifier;

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

/// The description of a [`Stack`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Design {
    pub(crate) group: &'static str,
    /// The subgroup that is left from the block [`RESTRICTED_BEHIND`] on.
    pub(crate) restrict: Option<&'static str>,
    pub(crate) ending: Ending,
    pub(crate) classes: usize,
    /// Most parameters.
    pub(crate) budget: usize,
}

/// A network of seven convolutions.
#[derive(Module, Debug)]
pub(crate) struct Stack {
    layers: Vec<AnyLayer>,
    #[module(skip)]
    input: FieldType,
}

/// Kernel sizes of the layers: those of the default network.
const KERNELS: [usize; 7] = [3, 3, 3, 3, 3, 3, 4];
/// The layer behind which 2 x 2 pixels are pooled.
const POOL_BEHIND: usize = 1;
/// The layer behind which the group becomes smaller.
const RESTRICTED_BEHIND: usize = 3;

impl Stack {
    /// The widest network of a design: as many fields in all layers as fit into the budget, and
    /// then one more in as many layers as fit, from the first.
    pub(crate) fn new(design: &Design, seed: u64, device: &Device) -> Result<Self> {
        // Layer by layer one field more: width 7 is one field everywhere, 8 two in the first.
        let build = |width: usize| {
            let fields: [usize; 7] = std::array::from_fn(|i| (width + 6 - i) / 7);
            Self::with_fields(design, fields, seed, device)
        };
        let mut best = build(KERNELS.len())?;
        for width in KERNELS.len() + 1.. {
            let wider = build(width)?;
            if wider.parameters() > design.budget {
                break;
            }
            best = wider;
        }
        Ok(best)
    }

    fn with_fields(
        design: &Design,
        fields: [usize; 7],
        seed: u64,
        device: &Device,
    ) -> Result<Self> {
        let mut group = PlanarGroup::parse(design.group)?;
        let input = FieldType::trivial(&group, 1)?;
        let layer_seed = |index: usize| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index as u64;
        let mut layers = Vec::new();
        let mut features = input.clone();
        for (index, (kernel, mut fields)) in KERNELS.into_iter().zip(fields).enumerate() {
            let inner = match design.ending {
                Ending::Symmetric => PlanarRepresentation::trivial(&group),
                _ => PlanarRepresentation::regular(&group)?,
            };
            if index > RESTRICTED_BEHIND {
                // As many channels as before the restriction.
                fields *= PlanarRepresentation::regular(input.planar("a stack")?)?.dim();
                fields /= PlanarRepresentation::regular(&group)?.dim();
            }
            let next = FieldType::new(&group, [(inner, fields)])?;
            let conv = EquivariantConvConfig::new(&features, &next, kernel)
                .with_seed(layer_seed(index))
                .init(device)?;
            layers.push(AnyLayer::new(conv));
            features = next;
            let norm = FieldNorm::new(&features, Activation::Relu, device)?;
            layers.push(AnyLayer::new(norm));
            if index == POOL_BEHIND {
                let pool = SpatialPool::new(&features, PoolKind::Max, 2, 2)?;
                layers.push(AnyLayer::new(pool));
            }
            if design.ending == Ending::Pooled {
                let pool = GroupPool::new(&features)?;
                features = pool.output_type().clone();
                layers.push(AnyLayer::new(pool));
            }
            if let Some(subgroup) = design.restrict.filter(|_| index == RESTRICTED_BEHIND) {
                group = PlanarGroup::parse(subgroup)?;
                let restriction = Restriction::new(&features, &group)?;
                features = restriction.output_type().clone();
                layers.push(AnyLayer::new(restriction));
            }
        }
        let seed = layer_seed(KERNELS.len());
        head(&mut layers, features, design, seed, device)?;
        Ok(Self { layers, input })
    }

    pub(crate) fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.parameters()).sum()
    }
}

/// From the last features to classes or to an arrow.
fn head(
    layers: &mut Vec<AnyLayer>,
    mut features: FieldType,
    design: &Design,
    seed: u64,
    device: &Device,
) -> Result<()> {
    let group = features.planar("a stack")?.clone();
    let linear = |from: &FieldType, to: &FieldType| {
        EquivariantConvConfig::new(from, to, 1)
            .with_bias(true)
            .with_gain(1.0)
            .with_seed(seed)
            .init(device)
    };
    if design.ending == Ending::Arrow {
        let arrow = FieldType::new(&group, [(PlanarRepresentation::defining(&group)?, 1)])?;
        layers.push(AnyLayer::new(linear(&features, &arrow)?));
        let mean = GlobalPool::new(&arrow, PoolKind::Average)?;
        layers.push(AnyLayer::new(mean));
        return Ok(());
    }
    if design.ending == Ending::Regular {
        let pool = GroupPool::new(&features)?;
        features = pool.output_type().clone();
        layers.push(AnyLayer::new(pool));
    }
    let pool = GlobalPool::new(&features, PoolKind::Max)?;
    layers.push(AnyLayer::new(pool));
    let logits = FieldType::trivial(&group, design.classes)?;
    layers.push(AnyLayer::new(linear(&features, &logits)?));
    Ok(())
}

impl Classifier for Stack {
    /// For [`Ending::Arrow`] x and y in place of classes.
    fn logits(&self, images: Tensor<4>) -> Result<Tensor<2>> {
        let field = Field::from_tensor(images, &self.input)?;
        let field = self
            .layers
            .iter()
            .try_fold(field, |field, layer| layer.forward(field))?;
        let [batch, _, channels] = field.memory().dims();
        Ok(field.into_memory().reshape([batch, channels]))
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;

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
        let stack = Stack::new(design, 1, &device).unwrap();
        let parameters = stack.parameters();
        assert!(
            (2_000..=3_000).contains(&parameters),
            "{design:?}: {parameters}"
        );
        [&images, &turned].map(|x| stack.logits(x.clone()).unwrap())
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
        let [upright, turned] = outputs(&design(Ending::Arrow));
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
