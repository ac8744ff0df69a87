//! Networks from a description.

mod any_layer;
mod branch;
mod budget;
mod build;
mod config;
mod expand;
mod frozen;
mod inference;
mod layer_config;
mod memory;
mod paths;
mod ranges;
mod zoo;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

pub use crate::field_type::Fields;
pub use crate::kinds::{BlockPooling, DomainKind, Kernels, NonlinearityKind, Output, PoolKind};
pub use any_layer::AnyLayer;
pub use branch::{Branch, Join};
pub use config::{BlockConfig, NetworkConfig};
pub use inference::InferenceNetwork;
pub use layer_config::{
    AnyLayerConfig, LayerConfig, LayerEntry, LayerKind, Outline, Site, configs, kinds,
};
pub use memory::{TrainingMemory, output_bytes, weight_bytes};
pub use zoo::{Model, model, models, own_group};

use crate::checkpoint::{FORMAT_VERSION, LayerDescription, ModelDescription};
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::layer::located;
use crate::{Domain, Field, FieldType, GridGroup, GroupElement, Layer, NnError};

/// A group-equivariant convolutional network, as its [`NetworkConfig`] describes it. A
/// classifier is invariant, `f(g x) = f(x)`: convolutions between feature fields, batch norm per
/// field, pooling, then pooling over the group and the image (Cohen & Welling 2016). A network
/// that gives a direction, vectors or a mask turns its answer with the image, `f(g x) = g f(x)`.
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
    layers: Vec<AnyLayer>,
    #[module(skip)]
    domain: DomainKind,
    #[module(skip)]
    group: GridGroup,
    #[module(skip)]
    image: FieldType,
    #[module(skip)]
    answer: FieldType,
    #[module(skip)]
    output: Output,
}

impl Network {
    /// Logits `[batch, classes]` of images `[batch, channels, height, width]` or volumes
    /// `[batch, channels, depth, height, width]`; of a network that gives a direction its vector
    /// `[batch, 2]` in the coordinates x (right) and y (up), in space two vectors `[batch, 6]`; of one that gives
    /// values first its numbers, then the coordinates of one vector after the other.
    ///
    /// # Errors
    ///
    /// If the images have another number of channels or are too small for the layers, or the network
    /// gives masks ([`masks`](Self::masks)).
    pub fn forward<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<2>, NnError> {
        self.per_image(|image| Layer::forward(self, image), images)
    }

    /// Logits `[batch, height, width, classes]` of every pixel of images
    /// `[batch, channels, height, width]`, and of volumes likewise, with the depth before the height.
    ///
    /// # Errors
    ///
    /// As [`forward`](Self::forward), or if the network gives no masks.
    pub fn masks<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NnError> {
        self.per_pixel(|image| Layer::forward(self, image), images)
    }

    /// Vectors `[batch, channels]` of a network that gives one per image and is computed by
    /// `run`.
    fn per_image<const D: usize>(
        &self,
        run: impl FnOnce(Field) -> Result<Field, NnError>,
        images: Tensor<D>,
    ) -> Result<Tensor<2>, NnError> {
        if self.output == Output::Mask {
            return Err(self.other_answer("a mask", "masks"));
        }
        let answer = run(self.fields(images)?)?;
        if answer.domain().places() != 1 {
            return Err(NnError::Size {
                layer: "the answer of the network".to_string(),
                problem: format!(
                    "it is {}; end with a pool over all places, or set `output` to \"mask\"",
                    answer.domain()
                ),
            });
        }
        Ok(answer.to_rows())
    }

    /// `[batch, height, width, channels]` of a network that gives masks.
    fn per_pixel<const D: usize>(
        &self,
        run: impl FnOnce(Field) -> Result<Field, NnError>,
        images: Tensor<D>,
    ) -> Result<Tensor<D>, NnError> {
        if self.output != Output::Mask {
            return Err(self.other_answer("one answer per image", "forward"));
        }
        let answer = run(self.fields(images)?)?;
        let sizes = answer.domain().window_sizes("a mask")?;
        let (batch, classes) = (answer.batch(), self.answer.channels());
        // Of images without the depth.
        let numbers = [&[batch], &sizes[5 - D..], &[classes]].concat();
        let shape: [usize; D] = std::array::from_fn(|axis| numbers[axis]);
        Ok(answer.into_memory().reshape(shape))
    }

    /// Images `[batch, channels, height, width]` or volumes `[batch, channels, depth, height, width]`
    /// as fields where the network has them: on its [domain](Self::domain_of).
    ///
    /// # Errors
    ///
    /// If the number of channels is not that of the network.
    pub fn fields<const D: usize>(&self, images: Tensor<D>) -> Result<Field, NnError> {
        let field = match images.dims()[..] {
            [batch, channels, height, width] => {
                let images = images.reshape([batch, channels, height, width]);
                Field::from_tensor(images, &self.image)?
            }
            [batch, channels, depth, height, width] => {
                let volumes = images.reshape([batch, channels, depth, height, width]);
                Field::from_volume(volumes, &self.image)?
            }
            _ => {
                return Err(NnError::Size {
                    layer: "network".to_string(),
                    problem: format!(
                        "a tensor with {D} axes; pass [batch, channels, height, width], or \
                         [batch, channels, depth, height, width] for volumes"
                    ),
                });
            }
        };
        self.placed(field)
    }

    /// Images where the network has them: a grid is a picture of its [domain](Self::domain_of).
    fn placed(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.on(self.domain_of(field.domain().clone())?)
    }

    /// Where the network has images or volumes of a size: as they are, or on a strip of that size.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::network::{DomainKind, model};
    ///
    /// let strip = model("moebius-regular", &"D1@0".parse()?)?.config;
    /// assert_eq!(strip.domain, DomainKind::Moebius);
    /// let network = strip.init(0, &Device::flex())?;
    /// let domain = network.domain_of((28, 28))?;
    /// assert_eq!(domain.to_string(), "a Möbius strip of 28 x 28 cells");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If volumes are to be strips.
    pub fn domain_of(&self, size: impl Into<Domain>) -> Result<Domain, NnError> {
        match size.into() {
            Domain::Grid(sizes) => Domain::of_kind(self.domain, sizes),
            other => Ok(other),
        }
    }

    /// Where images live.
    pub fn domain(&self) -> DomainKind {
        self.domain
    }

    fn other_answer(&self, what: &str, method: &str) -> NnError {
        NnError::Config {
            at: "network.output".to_string(),
            problem: format!("this network gives {what}; call its method `{method}`"),
        }
    }

    /// The layers from input to output.
    pub fn layers(&self) -> &[AnyLayer] {
        &self.layers
    }

    /// Where the weights are, and images have to be.
    pub fn device(&self) -> Device {
        self.devices().into_iter().next().unwrap_or(Device::flex())
    }

    /// The field type of an image.
    pub fn image_type(&self) -> &FieldType {
        &self.image
    }

    /// The group that the network is invariant to, with its action on images or volumes.
    pub fn group(&self) -> &GridGroup {
        &self.group
    }

    /// What the network gives.
    pub fn output(&self) -> Output {
        self.output
    }

    /// Number of classes: of logits per image or per pixel. Directions and values have as many
    /// components.
    pub fn classes(&self) -> usize {
        self.answer.channels()
    }

    /// Checks that images of (height, width), or volumes of \[depth, height, width\], pass through all
    /// layers, without computing anything but sizes.
    ///
    /// # Errors
    ///
    /// The first layer that does not fit, with its input size.
    pub fn check_size(&self, size: impl Into<Domain>) -> Result<(), NnError> {
        self.activations(size).map(|_| ())
    }

    /// How many numbers the outputs of all layers have for one image or volume of this size.
    ///
    /// # Errors
    ///
    /// As [`check_size`](Self::check_size).
    pub fn activations(&self, size: impl Into<Domain>) -> Result<u128, NnError> {
        let mut numbers = 0;
        let domain = self.domain_of(size)?;
        self.outputs(&domain, &mut |output| numbers += output)?;
        Ok(numbers)
    }

    /// Calls `see` with the size of every layer's output for one image.
    fn outputs(&self, domain: &Domain, see: &mut dyn FnMut(u128)) -> Result<(), NnError> {
        outputs(&self.layers, domain, see).map_err(|e| match e {
            NnError::Size { layer, problem } => NnError::Size {
                layer,
                problem: format!("{problem} (the network's input is {domain})"),
            },
            other => other,
        })
    }

    /// The readable description that goes into checkpoints.
    pub fn description(&self) -> ModelDescription {
        ModelDescription {
            format_version: FORMAT_VERSION,
            group: self.group().name().to_string(),
            classes: self.classes(),
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

/// As one layer from images to the answer. Classes and directions stand on a single pixel.
impl Layer for Network {
    fn name(&self) -> String {
        "network".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.image
    }

    fn output_type(&self) -> &FieldType {
        &self.answer
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        forward(&self.layers, self.placed(field)?)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        output_domain(&self.layers, &self.domain_of(domain.clone())?)
    }

    fn parameters(&self) -> usize {
        self.layers.iter().map(Layer::parameters).sum()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let domain = self.domain_of(Domain::Grid(x.size))?;
        self.check_size(domain.clone())?;
        match &domain {
            Domain::Atlas(atlas) => graph.put_on(atlas),
            Domain::Sphere(_) => {
                return Err(NnError::NoExport {
                    layer: format!("network on {domain}"),
                });
            }
            _ => {}
        }
        export(&self.layers, graph, x)
    }

    fn notices(&self) -> Vec<String> {
        notices(&self.layers)
    }

    /// The inexactness of the first layer that has one.
    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        let placed = self.domain_of(domain.clone());
        inexactness(&self.layers, g, placed.as_ref().unwrap_or(domain))
    }
}

/// Applies layers in order.
fn forward(layers: &[AnyLayer], field: Field) -> Result<Field, NnError> {
    layers
        .iter()
        .try_fold(field, |field, layer| layer.forward(field))
}

/// Exports layers in order.
fn export(layers: &[AnyLayer], graph: &mut Graph, x: Value) -> Result<Value, NnError> {
    let mut layers = layers.iter();
    layers.try_fold(x, |x, layer| layer.export(graph, x))
}

/// The places behind layers in order.
fn output_domain(layers: &[AnyLayer], domain: &Domain) -> Result<Domain, NnError> {
    let layers = &mut layers.iter().enumerate();
    layers.try_fold(domain.clone(), |domain, (index, layer)| {
        behind(index, layer, &domain)
    })
}

/// The places behind a layer; an error names it.
fn behind(index: usize, layer: &AnyLayer, domain: &Domain) -> Result<Domain, NnError> {
    layer.output_domain(domain).map_err(|e| NnError::Size {
        layer: format!("layer {} ({})", index + 1, layer.name()),
        problem: e.to_string(),
    })
}

/// Calls `see` with the numbers in the output of every layer for one image.
fn outputs(layers: &[AnyLayer], domain: &Domain, see: &mut dyn FnMut(u128)) -> Result<(), NnError> {
    let mut domain = domain.clone();
    for (index, layer) in layers.iter().enumerate() {
        if let Some(branch) = layer.downcast_ref::<Branch>() {
            outputs(branch.body(), &domain, see)?;
            outputs(branch.shortcut(), &domain, see)?;
        }
        domain = behind(index, layer, &domain)?;
        see(domain.places() as u128 * layer.output_type().channels() as u128);
    }
    Ok(())
}

/// What the layers have to say of themselves.
fn notices(layers: &[AnyLayer]) -> Vec<String> {
    let layers = layers.iter().enumerate();
    layers
        .flat_map(|(index, layer)| located(index + 1, &layer.name(), layer.notices()))
        .collect()
}

/// Why the first of the layers that is not exact is not.
fn inexactness(layers: &[AnyLayer], g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
    let mut domain = domain.clone();
    for (index, layer) in layers.iter().enumerate() {
        if let Some(why) = layer.inexactness(g, &domain) {
            return Some(Inexactness {
                reason: format!("layer {} ({}): {}", index + 1, layer.name(), why.reason),
                remedy: why.remedy,
            });
        }
        // What does not fit is an error of `check_size`, not of symmetry.
        domain = layer.output_domain(&domain).ok()?;
    }
    None
}
