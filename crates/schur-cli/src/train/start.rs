//! What a network starts with: the weights of another run, and layers that do not learn.

use std::collections::BTreeMap;
use std::path::Path;

use schur_nn::{Checkpoint, Layer, Network, Transplanted};
use schur_train::RunDir;
use schur_train::images::Config;

use crate::error::{Result, fail};

/// Which part of a network was taken over.
pub(super) fn taken(part: &Transplanted, from: &Path) -> String {
    let all = part.taken.len() + part.fresh.len();
    let mut text = format!(
        "from      {}: {} of {all} tensors",
        from.display(),
        part.taken.len()
    );
    let fresh = by_layer(&part.fresh);
    if !fresh.is_empty() {
        let layers = fresh.iter().map(|(layer, names)| match layer {
            Some(layer) => format!("layer {layer} ({})", names.join(", ")),
            None => names.join(", "),
        });
        text += &format!(
            "; with first values: {}",
            layers.collect::<Vec<_>>().join(", ")
        );
    }
    text
}

/// Names of tensors by the numbers of their layers from 1, as `plan` counts them.
fn by_layer(names: &[String]) -> BTreeMap<Option<usize>, Vec<&str>> {
    let mut layers: BTreeMap<Option<usize>, Vec<&str>> = BTreeMap::new();
    for name in names {
        let inside = name
            .strip_prefix("layers.")
            .and_then(|rest| rest.split_once('.'));
        let inside =
            inside.and_then(|(index, rest)| Some((index.parse::<usize>().ok()? + 1, rest)));
        let (layer, rest) =
            inside.map_or((None, name.as_str()), |(layer, rest)| (Some(layer), rest));
        layers.entry(layer).or_default().push(rest);
    }
    layers
}

/// Refuses layers that would stay as they are drawn: frozen, and with nothing from the other run.
pub(super) fn check_frozen(config: &Config, network: &Network) -> Result<()> {
    let (Some(from), false) = (&config.from, config.train.freeze.is_empty()) else {
        return Ok(());
    };
    let best = Checkpoint::read(&RunDir::open(from)?.best_path())?;
    let (_, part) = best.transplant(network.clone());
    let fresh = by_layer(&part.fresh);
    let frozen = config.train.frozen(network.layers().len())?;
    match frozen
        .iter()
        .find(|&&index| fresh.contains_key(&Some(index + 1)))
    {
        None => Ok(()),
        Some(index) => fail(format!(
            "--freeze {} (train.freeze): layer {} would stay as it is drawn at random, since that of {} does \
             not fit it; leave this layer out",
            config.train.freeze,
            index + 1,
            from.display()
        )),
    }
}

/// The layers that do not learn, and how much of the network that is.
pub(super) fn frozen(config: &Config, network: &Network) -> Result<Option<String>> {
    let layers = network.layers();
    let frozen = config.train.frozen(layers.len())?;
    let parameters: usize = frozen.iter().map(|&i| layers[i].parameters()).sum();
    Ok((!frozen.is_empty()).then(|| {
        format!(
            "{} of {} layers ({}), with {parameters} of {} parameters{}",
            frozen.len(),
            layers.len(),
            config.train.freeze,
            network.parameters(),
            match config.from {
                Some(_) => "",
                None => "; they stay as they are drawn at random, --from takes those of a trained network",
            }
        )
    }))
}
