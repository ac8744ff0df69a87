//! Networks that `schur train` does not offer, because they are worse.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use schur_math::{PlanarGroup, PlanarRepresentation};
use schur_nn::network::{Activation, GlobalPooling, Layer, PoolKind};
use schur_nn::{
    EquivariantConvConfig, EquivariantLayer, FeatureField, FieldNorm, FieldType, GlobalPool,
    GroupPool, SpatialPool,
};

use super::Classifier;
use crate::error::Result;

/// What becomes of orientations between two layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Every kernel is symmetric, so that scalars give scalars.
    Symmetric,
    /// Filters in all orientations, and the strongest response is passed on.
    Pooled,
    /// Filters in all orientations, and all responses are passed on.
    Regular,
}

/// A classifier of seven convolutions, in which the orientations of features are given up in
/// every layer or after the last.
#[derive(Module, Debug)]
pub(crate) struct Stack {
    layers: Vec<Layer>,
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    classes: usize,
}

/// Kernel sizes of the layers: those of the default network.
const KERNELS: [usize; 7] = [3, 3, 3, 3, 3, 3, 4];
/// The layer behind which 2 x 2 pixels are pooled.
const POOL_BEHIND: usize = 1;

impl Stack {
    /// The widest network of this kind with at most so many parameters: as many fields in all
    /// layers as fit, and then one more in as many layers as fit, from the first.
    pub(crate) fn within_budget(
        group: &str,
        ending: Ending,
        classes: usize,
        budget: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Self> {
        let group = PlanarGroup::parse(group)?;
        // Layer by layer one field more: width 7 is one field everywhere, 8 two in the first.
        let build = |width: usize| {
            let fields: [usize; 7] = std::array::from_fn(|i| (width + 6 - i) / 7);
            Self::new(&group, ending, fields, classes, seed, device)
        };
        let mut best = build(KERNELS.len())?;
        for width in KERNELS.len() + 1.. {
            let wider = build(width)?;
            if wider.parameters() > budget {
                break;
            }
            best = wider;
        }
        Ok(best)
    }

    fn new(
        group: &PlanarGroup,
        ending: Ending,
        fields: [usize; 7],
        classes: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Self> {
        let input = FieldType::trivial(group, 1)?;
        let inner = match ending {
            Ending::Symmetric => PlanarRepresentation::trivial(group),
            Ending::Pooled | Ending::Regular => PlanarRepresentation::regular(group)?,
        };
        let layer_seed = |index: usize| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index as u64;
        let mut layers = Vec::new();
        let mut features = input.clone();
        for (index, (kernel, fields)) in KERNELS.into_iter().zip(fields).enumerate() {
            let next = FieldType::new(group, [(inner.clone(), fields)])?;
            let conv = EquivariantConvConfig::new(&features, &next, kernel)
                .with_seed(layer_seed(index))
                .init(device)?;
            layers.push(Layer::Conv(conv));
            features = next;
            let norm = FieldNorm::new(&features, Activation::Relu.into(), device)?;
            layers.push(Layer::Norm(norm));
            if index == POOL_BEHIND {
                let pool = SpatialPool::new(&features, PoolKind::Max, 2, 2)?;
                layers.push(Layer::Pool(pool));
            }
            if ending == Ending::Pooled || index + 1 == KERNELS.len() {
                let pool = GroupPool::new(&features)?;
                features = pool.output_type().clone();
                layers.push(Layer::GroupPool(pool));
            }
        }
        let pool = GlobalPool::new(&features, GlobalPooling::Max)?;
        layers.push(Layer::GlobalPool(pool));
        let logits = FieldType::trivial(group, classes)?;
        let head = EquivariantConvConfig::new(&features, &logits, 1)
            .with_bias(true)
            .with_gain(1.0)
            .with_seed(layer_seed(KERNELS.len()))
            .init(device)?;
        layers.push(Layer::Conv(head));
        Ok(Self {
            layers,
            input,
            classes,
        })
    }

    pub(crate) fn parameters(&self) -> usize {
        self.layers.iter().map(Layer::parameters).sum()
    }
}

impl Classifier for Stack {
    fn logits(&self, images: Tensor<4>) -> Result<Tensor<2>> {
        let field = FeatureField::from_tensor(images, &self.input)?;
        let field = self
            .layers
            .iter()
            .try_fold(field, |field, layer| layer.forward(field))?;
        let batch = field.batch();
        Ok(field.into_memory().reshape([batch, self.classes]))
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;

    use super::*;
    use crate::lab::tolerance::EXACT_F32;

    const ENDINGS: [Ending; 3] = [Ending::Symmetric, Ending::Pooled, Ending::Regular];

    #[test]
    fn all_kinds_are_invariant_to_quarter_turns_and_within_the_budget() {
        let device = Device::flex();
        let images = Tensor::<4>::random([3, 1, 28, 28], Distribution::Default, &device);
        // A quarter turn: transpose and reverse the rows.
        let turned = images.clone().swap_dims(2, 3).flip([2]);
        for ending in ENDINGS {
            let stack = Stack::within_budget("C4", ending, 10, 3_000, 1, &device).unwrap();
            let parameters = stack.parameters();
            assert!(
                (2_000..=3_000).contains(&parameters),
                "{ending:?}: {parameters}"
            );
            let [a, b] = [&images, &turned].map(|x| stack.logits(x.clone()).unwrap());
            let size = a.clone().abs().max().into_scalar::<f64>();
            let defect = (a - b).abs().max().into_scalar::<f64>();
            assert!(
                size > 0.0 && defect <= EXACT_F32 * size,
                "{ending:?}: {defect:e}"
            );
        }
    }
}
