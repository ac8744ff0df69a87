//! A classifier that is invariant by construction.

mod config;
mod layer_kind;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use schur_math::{PlanarGroup, PlaneRotation};

pub use config::{Activation, BlockConfig, GlobalPooling, NetworkConfig, PoolKind};
pub use layer_kind::Layer;

use crate::checkpoint::{FORMAT_VERSION, LayerDescription, ModelDescription};
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::layers::conv::EquivariantConvConfig;
use crate::layers::global_pool::GlobalPool;
use crate::layers::group_pool::GroupPool;
use crate::layers::norm::FieldNorm;
use crate::layers::pool::SpatialPool;
use crate::{EquivariantLayer, FeatureField, FieldType, NnError, parameters};

/// A group-equivariant convolutional classifier (Cohen & Welling 2016): lifting convolution,
/// group convolutions, batch norm per field, pooling, then pooling over the group and the
/// image, which makes the logits invariant: `f(g x) = f(x)`.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::NetworkConfig;
///
/// let config = NetworkConfig::default().with_parameter_budget(2_000)?;
/// let network = config.init(0, &Device::flex())?;
/// let images = Tensor::<4>::zeros([2, 1, 28, 28], &Device::flex());
/// assert_eq!(network.forward(images)?.dims(), [2, 10]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct Network {
    layers: Vec<Layer>,
    #[module(skip)]
    image: FieldType,
    #[module(skip)]
    logits: FieldType,
    #[module(skip)]
    classes: usize,
}

impl NetworkConfig {
    /// Builds the network for one-channel images with weights drawn from `seed`.
    ///
    /// # Errors
    ///
    /// If the description makes no sense; the message names the entry.
    pub fn init(&self, seed: u64, device: &Device) -> Result<Network, NnError> {
        self.validate()?;
        let group = PlanarGroup::parse(&self.group)?;
        let image = FieldType::trivial(&group, 1)?;
        let mut layers = Vec::new();
        let mut features = image.clone();
        // Every convolution draws from its own stream, so that adding a layer leaves the
        // others as they were.
        let layer_seed = |index: usize| seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index as u64;
        for (index, block) in self.blocks.iter().enumerate() {
            let next = FieldType::regular(&group, block.fields)?;
            layers.push(Layer::Conv(
                EquivariantConvConfig::new(&features, &next, block.kernel)
                    .with_stride(block.stride)
                    .with_padding(block.padding)
                    .with_seed(layer_seed(index))
                    .init(device)?,
            ));
            layers.push(Layer::Norm(FieldNorm::new(
                &next,
                self.activation.into(),
                device,
            )?));
            if block.pool > 1 {
                layers.push(Layer::Pool(SpatialPool::new(
                    &next,
                    block.pool_kind,
                    block.pool,
                    block.pool,
                )?));
            }
            features = next;
        }
        let pool = GroupPool::new(&features)?;
        let invariant = pool.output_type().clone();
        layers.push(Layer::GroupPool(pool));
        layers.push(Layer::GlobalPool(GlobalPool::new(
            &invariant,
            self.global_pool,
        )?));
        let logits = FieldType::trivial(&group, self.classes)?;
        layers.push(Layer::Conv(
            EquivariantConvConfig::new(&invariant, &logits, 1)
                .with_bias(true)
                .with_gain(1.0)
                .with_seed(layer_seed(self.blocks.len()))
                .init(device)?,
        ));
        Ok(parameters::number(Network {
            layers,
            image,
            logits,
            classes: self.classes,
        }))
    }
}

impl Network {
    /// Logits `[batch, classes]` of images `[batch, 1, height, width]`.
    ///
    /// # Errors
    ///
    /// If the images have more than one channel or are too small for the layers.
    pub fn forward(&self, images: Tensor<4>) -> Result<Tensor<2>, NnError> {
        let images = FeatureField::from_tensor(images, &self.image)?;
        let logits = EquivariantLayer::forward(self, images)?;
        let batch = logits.batch();
        Ok(logits.into_memory().reshape([batch, self.classes]))
    }

    /// The layers from input to output.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The field type of an image.
    pub fn image_type(&self) -> &FieldType {
        &self.image
    }

    /// The group that the network is invariant to, with its action on the plane.
    pub fn group(&self) -> &PlanarGroup {
        self.image.group()
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Checks that images of this size pass through all layers, without computing anything but
    /// sizes.
    ///
    /// # Errors
    ///
    /// The first layer that does not fit, with its input size.
    pub fn check_size(&self, height: usize, width: usize) -> Result<(), NnError> {
        self.activations(height, width).map(|_| ())
    }

    /// How many numbers the outputs of all layers have for one image of this size.
    ///
    /// # Errors
    ///
    /// As [`check_size`](Self::check_size).
    pub fn activations(&self, height: usize, width: usize) -> Result<u128, NnError> {
        let (mut h, mut w) = (height, width);
        let mut numbers = 0;
        for (index, layer) in self.layers.iter().enumerate() {
            (h, w) = layer.output_size(h, w).map_err(|e| NnError::Size {
                layer: format!("layer {} ({})", index + 1, layer.name()),
                problem: format!("{e} (the network's input is {height} x {width} pixels)"),
            })?;
            numbers += h as u128 * w as u128 * layer.output_type().channels() as u128;
        }
        Ok(numbers)
    }

    /// The readable description that goes into checkpoints.
    pub fn description(&self) -> ModelDescription {
        ModelDescription {
            format_version: FORMAT_VERSION,
            group: self.group().name().to_string(),
            classes: self.classes,
            parameters: self.parameters(),
            layers: self
                .layers
                .iter()
                .map(|layer| LayerDescription {
                    name: layer.name(),
                    input: layer.input_type().to_string(),
                    output: layer.output_type().to_string(),
                })
                .collect(),
        }
    }
}

/// As one layer from images to logits: scalar fields on a single pixel, which the group leaves
/// as they are.
impl EquivariantLayer for Network {
    fn name(&self) -> String {
        "network".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.image
    }

    fn output_type(&self) -> &FieldType {
        &self.logits
    }

    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
        self.check_input(&field)?;
        self.layers
            .iter()
            .try_fold(field, |field, layer| layer.forward(field))
    }

    fn output_size(&self, height: usize, width: usize) -> Result<(usize, usize), NnError> {
        self.check_size(height, width).map(|()| (1, 1))
    }

    fn parameters(&self) -> usize {
        self.layers.iter().map(EquivariantLayer::parameters).sum()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let mut layers = self.layers.iter();
        layers.try_fold(x, |x, layer| layer.export(graph, x))
    }

    /// That of the first layer that has one.
    fn inexactness(&self, g: &PlaneRotation, height: usize, width: usize) -> Option<Inexactness> {
        let (mut height, mut width) = (height, width);
        for (index, layer) in self.layers.iter().enumerate() {
            if let Some(why) = layer.inexactness(g, height, width) {
                return Some(Inexactness {
                    reason: format!("layer {} ({}): {}", index + 1, layer.name(), why.reason),
                    remedy: why.remedy,
                });
            }
            // What does not fit is an error of `check_size`, not of symmetry.
            (height, width) = layer.output_size(height, width).ok()?;
        }
        None
    }
}
