//! From a description to a network.

use burn::tensor::Device;

use super::layer_config::{AnyLayerConfig, Outline, init_all, outline_all};
use super::{Network, NetworkConfig, Output, Site};
use crate::field::check_transports;
use crate::field_type::{Fields, Known};
use crate::{Domain, FieldType, Layer, NnError, parameters};

impl NetworkConfig {
    /// Builds the network with weights drawn from `seed`.
    ///
    /// # Errors
    ///
    /// If the description makes no sense; the message names the entry.
    pub fn init(&self, seed: u64, device: &Device) -> Result<Network, NnError> {
        self.build(&mut Site::new(seed, device))
    }

    /// Builds the network where a site says, which may know layers of a caller's own: see
    /// [`LayerConfig`](super::LayerConfig).
    ///
    /// # Errors
    ///
    /// If the description makes no sense; the message names the entry.
    pub fn build(&self, site: &mut Site) -> Result<Network, NnError> {
        let (image, layers) = self.expanded(&mut site.known)?;
        let layers = init_all(located(&layers), &image, site)?;
        let answer = layers.last().map_or(&image, Layer::output_type).clone();
        self.check_answer(&answer)?;
        if let [.., before, _] = &layers[..] {
            self.check_vectors(before.output_type())?;
        }
        Ok(parameters::number_parameters(Network {
            layers,
            domain: self.domain,
            group: self.group.clone(),
            image,
            answer,
            output: self.output,
        }))
    }

    /// What the network gives and learns, before it has weights. The number of parameters is
    /// counted by formula: a convolution has the dimension of the space of equivariant kernels
    /// per pair of fields (for regular fields `k² |G|`, which is `|G|` times fewer than the dense
    /// kernel), a batch norm two per field, the last convolution one more per invariant
    /// direction.
    ///
    /// # Errors
    ///
    /// If the description makes no sense; the message names the entry.
    pub fn outline(&self, site: &mut Site) -> Result<Outline, NnError> {
        let (image, layers) = self.expanded(&mut site.known)?;
        let outline = outline_all(located(&layers), &image, site)?;
        self.check_answer(&outline.output)?;
        Ok(outline)
    }

    /// Number of learnable scalars of a network of layers of this crate.
    ///
    /// # Errors
    ///
    /// If the description makes no sense; the message names the entry.
    pub fn parameters(&self) -> Result<usize, NnError> {
        Ok(self.outline(&mut Site::new(0, &Device::flex()))?.parameters)
    }

    /// Checks every entry, of layers of this crate.
    ///
    /// # Errors
    ///
    /// The first entry that makes no sense, with its place and its permitted range.
    pub fn validate(&self) -> Result<(), NnError> {
        self.parameters().map(|_| ())
    }

    /// This network with its blocks as [`layers`](Self::layers), to be changed one by one.
    ///
    /// ```
    /// use schur_nn::NetworkConfig;
    /// use schur_nn::network::configs;
    ///
    /// let mut config = NetworkConfig::default().as_layers()?;
    /// assert_eq!(config.layers[1].layer(), "norm");
    /// config.layers[1] = configs::Norm::new(schur_nn::Activation::Elu).into();
    /// assert!(config.validate().is_ok());
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the description makes no sense; the message names the entry.
    pub fn as_layers(&self) -> Result<Self, NnError> {
        let (_, layers) = self.expanded(&mut Known::default())?;
        let layers = layers.into_iter().map(|(_, layer)| layer).collect();
        Ok(Self {
            domain: self.domain,
            channels: self.channels,
            classes: self.classes,
            scalars: self.scalars,
            vectors: self.vectors,
            output: self.output,
            ..Self::of_layers(self.group.clone(), layers)
        })
    }

    /// The type of an image, and the layers with their places in the description.
    fn expanded(
        &self,
        known: &mut Known,
    ) -> Result<(FieldType, Vec<(String, AnyLayerConfig)>), NnError> {
        self.check_ranges()?;
        let image = FieldType::trivial(&self.group, self.channels)?;
        check_transports(&Domain::of_kind(self.domain, [1; 3])?, &image)
            .map_err(|e| e.within("network.domain"))?;
        let layers = if self.layers.is_empty() {
            self.expand_blocks(&image, known)?
        } else {
            let places = super::layer_config::configs::places("network.layers", &self.layers);
            places.map(|(at, layer)| (at, layer.clone())).collect()
        };
        Ok((image, layers))
    }

    /// This network with another answer: with the entries `output`, `classes`, `scalars` and `vectors`
    /// that `change` gives it. Where the last of its [layers](Self::layers) has the fields of the old
    /// answer, it gets those of the new one, as the answer of blocks does.
    ///
    /// ```
    /// use schur_nn::network::model;
    ///
    /// let ten = model("se3", &"O".parse()?)?.config;
    /// let two = ten.answering(|config| config.classes = 2);
    /// assert!(two.validate().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn answering(mut self, change: impl FnOnce(&mut Self)) -> Self {
        let before = self.answer_fields();
        change(&mut self);
        let after = self.answer_fields();
        if let Some(last) = self.layers.last_mut()
            && let Some(other) = last.with_fields(&before, &after)
        {
            *last = other;
        }
        self
    }

    /// Refuses vectors that are made of numbers alone, which could only be 0.
    fn check_vectors(&self, before: &FieldType) -> Result<(), NnError> {
        let only_numbers = before
            .blocks()
            .iter()
            .all(|b| b.representation.is_trivial());
        let moves = self.group.finite().is_none_or(|group| group.order() > 1);
        let at = match self.output {
            Output::Values if self.vectors > 0 => "network.vectors",
            Output::Direction => "network.output",
            _ => return Ok(()),
        };
        if !only_numbers || !moves {
            return Ok(());
        }
        Err(NnError::Config {
            at: at.to_string(),
            problem: "the layers before the last one give numbers alone, of which it can make no vectors; \
                      learn numbers alone, or take a model that keeps vectors to its end"
                .to_string(),
        })
    }

    /// The fields of the answer.
    pub(super) fn answer_fields(&self) -> Fields {
        let (scalars, vectors) = match self.output {
            Output::Classes | Output::Mask => (self.classes, 0),
            // As many as a rotation needs: the last axis follows.
            Output::Direction => (0, self.group.dimension() - 1),
            Output::Values => (self.scalars, self.vectors),
        };
        let parts = [(scalars, "trivial"), (vectors, "defining")];
        Fields::new(parts.into_iter().filter(|(count, _)| *count > 0))
    }

    /// Refuses an answer that is no logits, and not the numbers and vectors that are asked for.
    fn check_answer(&self, answer: &FieldType) -> Result<(), NnError> {
        let group = answer.grid_group("a network")?;
        let expected = self.answer_fields().of(group)?;
        let is_scalar = |fields: &FieldType| {
            fields
                .blocks()
                .iter()
                .all(|b| b.representation.is_trivial())
        };
        let scalars = is_scalar(&expected) && is_scalar(answer);
        if *answer == expected || scalars && answer.channels() == expected.channels() {
            return Ok(());
        }
        Err(NnError::WrongFieldType {
            layer: "the answer of the network".to_string(),
            expected: expected.to_string(),
            found: answer.to_string(),
        })
    }
}

fn located(layers: &[(String, AnyLayerConfig)]) -> impl Iterator<Item = (String, &AnyLayerConfig)> {
    layers.iter().map(|(at, layer)| (at.clone(), layer))
}
