//! Networks whose answers are no classes of images.

use super::features::{balanced, nonlinearity, sequence};
use crate::NnError;
use crate::group::GridGroup;
use crate::kinds::{NonlinearityKind, Output};
use crate::network::config::NetworkConfig;

pub(super) fn u_net(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    let widths = [4, 8, 16, 8, 4].map(|width| balanced(group, width));
    let mut blocks = sequence(group, &widths, &[(5, 2), (5, 2), (5, 2), (5, 2), (5, 2)])?;
    for i in 0..2 {
        (blocks[i].keep, blocks[i].pool) = (true, 2);
        (blocks[4 - i].join, blocks[4 - i].upsample) = (true, 2);
    }
    Ok(NetworkConfig {
        classes: 2,
        activation: nonlinearity(group, NonlinearityKind::Relu),
        output: Output::Mask,
        blocks,
        ..NetworkConfig::default()
    })
}

pub(super) fn pose(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    let body = match group.space() {
        Some(_) => super::space::octahedral(group)?,
        None => super::p4(group)?,
    };
    Ok(NetworkConfig {
        output: Output::Direction,
        ..body
    })
}
