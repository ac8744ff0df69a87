//! `schur train --memory`.

use schur_nn::Network;
use schur_nn::network::TrainingMemory;
use schur_train::images::{Config, Parts};

use crate::error::{Result, fail};
use crate::say::bytes;

/// Cuts the steps of a training so that one takes at most `budget` bytes, and says how.
pub(super) fn fit(
    config: &mut Config,
    network: &Network,
    parts: &Parts,
    budget: u64,
) -> Result<String> {
    let domain = network.domain_of(parts.sizes())?;
    let of = |images| TrainingMemory::of(network, images, &domain);
    let (batch, whole) = (config.train.batch, of(config.train.batch)?);
    let Some(pieces) = whole.pieces(budget.into(), batch) else {
        return fail(format!(
            "--memory: a step takes about {} even with one image at a time, which is more than {}; give \
             that much, or choose a smaller network (--params) or smaller images (--size)",
            bytes(of(1)?.total()),
            bytes(budget.into())
        ));
    };
    config.train.pieces = pieces;
    crate::ALLOCATOR.limit(usize::try_from(budget).unwrap_or(usize::MAX));
    let at_a_time = config.train.at_a_time();
    let takes = bytes(of(at_a_time)?.total());
    Ok(match pieces {
        1 => format!("a step takes about {takes}"),
        _ => format!(
            "a step takes about {takes} instead of {}, in pieces of {at_a_time} of its {batch} images; norms \
             see a piece at a time",
            bytes(whole.total())
        ),
    })
}
