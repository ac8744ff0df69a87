//! Layers made of others.

use std::collections::BTreeMap;

use super::{config, is_default};
use crate::layers::labelled::LabelledLayers;
use crate::network::layer_config::{AnyLayerConfig, Outline, init_all, outline_all};
use crate::network::ranges::numbered;
use crate::network::{Join, branch};
use crate::{FieldBlock, FieldType, NnError};

config! {
    /// [`Branch`](crate::network::Branch): two ways that meet again. A way of no layers is the
    /// identity.
    Branch = "branch" {
        /// The layers of the long way.
        body: Vec<AnyLayerConfig>,
        /// Those of the short way.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        shortcut: Vec<AnyLayerConfig>,
        /// How the two meet.
        join: Join,
    }
    (this, input, site) => {
        let body = init_all(places("body", &this.body), input, site)?;
        let shortcut = init_all(places("shortcut", &this.shortcut), input, site)?;
        branch::Branch::new(input, body, shortcut, this.join)?
    },
    outline => {
        let body = outline_all(places("body", &this.body), input, site)?;
        let shortcut = outline_all(places("shortcut", &this.shortcut), input, site)?;
        Outline {
            output: this.join.output(&shortcut.output, &body.output)?,
            parameters: body.parameters + shortcut.parameters,
        }
    }
}

/// Layers in a row with their places in a file.
pub(crate) fn places<'a>(
    list: &str,
    layers: &'a [AnyLayerConfig],
) -> impl Iterator<Item = (String, &'a AnyLayerConfig)> {
    let layers = layers.iter().enumerate();
    layers.map(move |(i, layer)| (numbered(list, i), layer))
}

config! {
    /// [`LabelledLayers`](crate::LabelledLayers): a layer of its own for the fields of every
    /// label.
    Labelled = "labelled" {
        /// One label per field, or one for each term of equal fields, as in `16 trivial + 16 A2`.
        labels: Vec<String>,
        /// One layer per label.
        layers: BTreeMap<String, AnyLayerConfig>,
        /// Whether the result of a field stands where the field was; otherwise the results of the
        /// label that comes first stand first, and so on.
        #[serde(default, skip_serializing_if = "is_default")]
        in_place: bool,
    }
    (this, input, site) => {
        let labels = this.by_field(input);
        let parts: Vec<(String, FieldType)> = input.group_by_labels(&labels)?;
        let mut layers = Vec::with_capacity(parts.len());
        for (label, part) in &parts {
            let config = this.layers.get(label).ok_or_else(|| NnError::Config {
                at: "layers".to_string(),
                problem: format!("the fields with the label `{label}` have no layer; add one"),
            })?;
            let place = (format!("layers.{label}"), config);
            layers.extend(init_all([place], part, site)?);
        }
        let names: Vec<String> = parts.into_iter().map(|(label, _)| label).collect();
        let layer = LabelledLayers::new(input, &labels, names, layers)?;
        if this.in_place { layer.in_place()? } else { layer }
    }
}

impl Labelled {
    /// The labels, one per field.
    fn by_field(&self, input: &FieldType) -> Vec<String> {
        let blocks = input.blocks();
        if self.labels.len() != blocks.len() {
            return self.labels.clone();
        }
        let labels = self.labels.iter().zip(blocks);
        let of_block = |(label, block): (&String, &FieldBlock)| {
            std::iter::repeat_n(label.clone(), block.multiplicity)
        };
        labels.flat_map(of_block).collect()
    }
}
