//! A network for inference.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use schur_engine::parallel::*;

use super::{AnyLayer, Branch, Network, Output};
use crate::exactness::Inexactness;
use crate::layers::grid::conv::FoldedConv;
use crate::{Domain, Field, FieldType, GroupElement, ImplicitConv, Layer, NnError, Processor};

/// A network that is only applied: the weights of its convolutions are prepared once, batch
/// norms behind convolutions are part of their weights, and bias and nonlinearity are applied
/// while the result is in the cache. It gives what [`Network`] gives without gradients, up to
/// rounding.
///
/// It keeps the numbers it was made from and does not follow later changes of the network. On
/// other devices than the CPU the layers stay as they are.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::NetworkConfig;
///
/// let config = NetworkConfig::default().with_parameter_budget(2_000)?;
/// let network = config.init(0, &Device::flex())?;
/// let images = Tensor::<4>::ones([2, 1, 28, 28], &Device::flex());
/// let fast = network.for_inference()?.forward(images.clone())?;
/// let largest = (fast - network.forward(images)?).abs().max().into_scalar::<f32>();
/// assert!(largest < 1e-5);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Debug, Clone)]
pub struct InferenceNetwork {
    source: Network,
    layers: Vec<AnyLayer>,
}

/// Bytes that the largest result of a layer may have for a part of a batch: it is then still in
/// the cache when the next layer reads it, and memory is not given back to the system and asked
/// for again.
const PART_BYTES: u128 = 2 << 20;

impl Network {
    /// The network as it is now, prepared to be applied many times, with running statistics.
    ///
    /// # Errors
    ///
    /// None for a network that [`forward`](Self::forward) can run.
    pub fn for_inference(&self) -> Result<InferenceNetwork, NnError> {
        let source = self.valid();
        Ok(InferenceNetwork {
            layers: prepared(&source.layers)?,
            source,
        })
    }
}

impl InferenceNetwork {
    /// Logits or directions `[batch, outputs]` of images, as [`Network::forward`] gives them.
    ///
    /// # Errors
    ///
    /// As there, and [`NnError::Prepared`] for images on another device than the weights, or
    /// with gradients.
    pub fn forward<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<2>, NnError> {
        self.source.per_image(|image| self.run(image), images)
    }

    /// Logits of masks of images, as [`Network::masks`] gives them.
    ///
    /// # Errors
    ///
    /// As [`forward`](Self::forward).
    pub fn masks<const D: usize>(&self, images: Tensor<D>) -> Result<Tensor<D>, NnError> {
        self.source.per_pixel(|image| self.run(image), images)
    }

    /// Applies the network to small parts of the batch, several at a time. Their sizes depend on
    /// nothing but the shapes.
    fn run(&self, images: Field) -> Result<Field, NnError> {
        let (batch, mut largest) = (images.batch(), 1);
        self.source.outputs(images.domain(), &mut |numbers| {
            largest = largest.max(numbers)
        })?;
        let bytes = batch as u128 * largest * images.memory().dtype().size() as u128;
        let parts = bytes.div_ceil(PART_BYTES).clamp(1, batch.max(1) as u128) as usize;
        if parts == 1 || !Processor::is_cpu(&images.device()) {
            return super::forward(&self.layers, images);
        }
        let start = |part: usize| part * batch / parts;
        let answers = (0..parts).into_par_iter().map(|part| {
            let (first, end) = (start(part), start(part + 1));
            let part = |x: Tensor<3>| x.narrow(0, first, end - first);
            super::forward(&self.layers, images.clone().map(&self.source.image, part)?)
        });
        let answers: Vec<_> = answers.collect();
        let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        let whole = answers.iter().map(|answer| answer.memory().clone());
        let whole = Tensor::cat(whole.collect(), 0);
        answers[0].clone().map(&self.source.answer, |_| whole)
    }

    /// The network that it was made from, without gradients.
    pub fn network(&self) -> &Network {
        &self.source
    }

    /// The device of the weights.
    pub fn device(&self) -> Device {
        self.source.device()
    }

    /// What the network gives: classes, a direction or a mask.
    pub fn output(&self) -> Output {
        self.source.output()
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.source.classes()
    }
}

/// As one layer; sizes and exactness are those of the network that it was made from.
impl Layer for InferenceNetwork {
    fn name(&self) -> String {
        "inference network".to_string()
    }

    fn input_type(&self) -> &FieldType {
        self.source.input_type()
    }

    fn output_type(&self) -> &FieldType {
        self.source.output_type()
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.run(self.source.placed(field)?)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        self.source.output_domain(domain)
    }

    fn parameters(&self) -> usize {
        self.source.parameters()
    }

    fn notices(&self) -> Vec<String> {
        self.source.notices()
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        self.source.inexactness(g, domain)
    }
}

/// Layers that compute the same, with norms folded into the convolutions that they follow.
fn prepared(layers: &[AnyLayer]) -> Result<Vec<AnyLayer>, NnError> {
    let mut prepared = Vec::new();
    let mut layers = layers.iter().peekable();
    while let Some(layer) = layers.next() {
        let norm = layers.peek().and_then(|next| next.downcast_ref());
        let fixed = layer.downcast_ref().map(ImplicitConv::fixed);
        let folded = match fixed.as_ref().or(layer.downcast_ref()) {
            Some(conv) => FoldedConv::new(conv, norm)?,
            None => None,
        };
        prepared.push(match (folded, layer.downcast_ref::<Branch>()) {
            (Some(folded), _) => {
                layers.next_if(|_| norm.is_some());
                AnyLayer::new(folded)
            }
            (None, Some(branch)) => AnyLayer::new(Branch::new(
                branch.input_type(),
                self::prepared(branch.body())?,
                self::prepared(branch.shortcut())?,
                branch.join(),
            )?),
            (None, None) => layer.clone(),
        });
    }
    Ok(prepared)
}
