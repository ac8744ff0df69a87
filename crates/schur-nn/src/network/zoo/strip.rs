//! Networks for digits on a Möbius strip (Weiler, Forré, Verlinde & Welling 2021).

use std::collections::BTreeMap;

use schur_engine::Activation;

use crate::field_type::Fields;
use crate::group::GridGroup;
use crate::kinds::{DomainKind, PoolKind};
use crate::network::config::NetworkConfig;
use crate::network::layer_config::{AnyLayerConfig, configs};
use crate::{NnError, Nonlinearity};

/// The group of the mirror across the strip.
pub(super) const MIRROR: &str = "D1@0";

/// Multiples of the widths of the first five convolutions.
const WIDTHS: [usize; 5] = [4, 8, 16, 32, 64];

/// Kernel size in pixels.
const KERNEL: usize = 5;

/// Channels of the last convolution, and of the layer before the classes.
const SCALARS: usize = 64;
const HIDDEN: usize = 32;
const DROPOUT: f64 = 0.3;

/// How many fields stand for a width of 1: scalars, fields that change their sign, regular ones.
type Multiples = [usize; 3];

pub(super) fn scalar(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    gauge("moebius-scalar", group, [4, 0, 0])
}

pub(super) fn sign_flip(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    gauge("moebius-sign-flip", group, [0, 4, 0])
}

pub(super) fn regular(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    gauge("moebius-regular", group, [0, 0, 2])
}

pub(super) fn irreps(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    gauge("moebius-irreps", group, [2, 2, 0])
}

pub(super) fn mixed(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    gauge("moebius-mixed", group, [1, 1, 1])
}

/// The conventional network with as many channels.
pub(super) fn channels(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    conventional("moebius-cnn", group, |width| width)
}

/// The conventional network with about as many parameters: fewer channels by a factor of √2.
pub(super) fn parameters(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    conventional("moebius-cnn-small", group, |width| {
        (width as f64 / std::f64::consts::SQRT_2) as usize
    })
}

fn gauge(
    name: &str,
    group: &GridGroup,
    [scalars, signs, regular]: Multiples,
) -> Result<NetworkConfig, NnError> {
    if *group != MIRROR.parse()? {
        return super::refuse(
            name,
            group,
            "D1@0, whose mirror fixes the direction along the strip",
        );
    }
    let fields = |width: usize| {
        let parts = [(scalars, "trivial"), (signs, "A2"), (regular, "regular")];
        let parts = parts.into_iter().filter(|(multiple, _)| *multiple > 0);
        Fields::new(parts.map(|(multiple, name)| (multiple * width, name)))
    };
    Ok(network(group, DomainKind::Moebius, WIDTHS.map(fields)))
}

fn conventional(
    name: &str,
    group: &GridGroup,
    width: impl Fn(usize) -> usize,
) -> Result<NetworkConfig, NnError> {
    if *group != "C1".parse()? {
        return super::refuse(name, group, "C1: it is the conventional network");
    }
    let fields = WIDTHS.map(|multiple| Fields::new([(width(4 * multiple), "trivial")]));
    Ok(network(group, DomainKind::MoebiusUntransported, fields))
}

/// Six convolutions with two pools, the maximum over the strip, and a dense head.
fn network(group: &GridGroup, domain: DomainKind, features: [Fields; 5]) -> NetworkConfig {
    let mut layers: Vec<AnyLayerConfig> = Vec::new();
    for (index, fields) in features.into_iter().enumerate() {
        layers.push(conv(fields.clone()).into());
        layers.push(by_sign(&fields, elu(), norm_elu()));
        if index == 1 || index == 3 {
            layers.push(by_sign(&fields, pool(), norm_pool()));
        }
    }
    layers.push(conv(trivial(SCALARS)).into());
    layers.push(
        configs::GlobalPool {
            kind: PoolKind::Max,
        }
        .into(),
    );
    for (width, gain) in [(HIDDEN, std::f64::consts::SQRT_2), (10, 1.0)] {
        layers.push(configs::Norm::new(Activation::Elu).into());
        let dropout = configs::Dropout {
            probability: DROPOUT,
            pointwise: false,
        };
        layers.push(dropout.into());
        let dense = configs::Conv {
            bias: true,
            gain,
            ..configs::Conv::new(trivial(width), 1)
        };
        layers.push(dense.into());
    }
    NetworkConfig {
        domain,
        ..NetworkConfig::of_layers(group.clone(), layers)
    }
}

fn conv(fields: Fields) -> configs::Conv {
    configs::Conv {
        padding: KERNEL / 2,
        bias: true,
        ..configs::Conv::new(fields, KERNEL)
    }
}

fn trivial(count: usize) -> Fields {
    Fields::new([(count, "trivial")])
}

/// One layer for the fields that change their sign and another for those that are permuted.
fn by_sign(fields: &Fields, permuted: AnyLayerConfig, signs: AnyLayerConfig) -> AnyLayerConfig {
    let label = |name: &str| if name == "A2" { "signs" } else { "others" };
    let labels: Vec<&str> = fields.parts().map(|(_, name)| label(name)).collect();
    let [has_signs, has_others] = ["signs", "others"].map(|label| labels.contains(&label));
    match (has_signs, has_others) {
        (true, true) => configs::Labelled {
            labels: labels.into_iter().map(str::to_string).collect(),
            layers: BTreeMap::from([
                ("signs".to_string(), signs),
                ("others".to_string(), permuted),
            ]),
            in_place: true,
        }
        .into(),
        (true, false) => signs,
        _ => permuted,
    }
}

fn elu() -> AnyLayerConfig {
    let function = Nonlinearity::Elu { alpha: 1.0 };
    configs::Pointwise { function }.into()
}

/// `sign(x) ELU(|x| + b)`.
fn norm_elu() -> AnyLayerConfig {
    configs::NormNonlinearity {
        function: Some(Nonlinearity::Elu { alpha: 1.0 }),
        subgroup: None,
    }
    .into()
}

fn pool() -> AnyLayerConfig {
    configs::Pool::new(PoolKind::Max, 2).into()
}

/// The number of largest absolute value.
fn norm_pool() -> AnyLayerConfig {
    configs::NormMaxPool {
        window: 2,
        stride: None,
    }
    .into()
}
