//! What entries of a description may be, and what they are where nothing is said.

use schur_math::DifferentialBasis;

use crate::NnError;
use crate::kinds::Kernels;

/// Widest layer that a config may ask for: beyond it memory runs out before anything is learnt.
pub(super) const MAX_FIELDS: usize = 4096;
/// Most fields of one kind in a layer: those of a block may all have gates of one kind.
pub(super) const MAX_COPIES: usize = 64 * MAX_FIELDS;
/// Largest kernel, in pixels.
pub(super) const MAX_KERNEL: usize = 15;
/// Largest stride and pooling window, in pixels.
pub(super) const MAX_STEP: usize = 64;
/// Most points that a point is said to see.
pub(super) const MAX_NEIGHBOURS: usize = 1 << 20;
/// Most frequencies per pixel of radius: a circle with taps a pixel apart tells about three
/// apart.
const MAX_CUTOFF: f64 = 8.0;

pub(super) fn one() -> usize {
    1
}

pub(super) fn is_one(value: &usize) -> bool {
    *value == 1
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Refuses entries that do not go with a kind of kernels; `at` stands before their names.
pub(super) fn check_kernels(
    at: &str,
    kernels: Kernels,
    cutoff: Option<f64>,
    order: Option<usize>,
) -> Result<(), NnError> {
    let refused = |entry: &str, problem: String| {
        let at = format!("{at}{entry}");
        Err(NnError::Config { at, problem })
    };
    if let Some(cutoff) = cutoff {
        if kernels != Kernels::Steerable {
            let problem = "only steerable kernels have frequencies; set `kernels = \"steerable\"`";
            return refused("cutoff", problem.to_string());
        }
        if !(0.0..=MAX_CUTOFF).contains(&cutoff) {
            let problem = format!("{cutoff} is out of range; use 0 to {MAX_CUTOFF}");
            return refused("cutoff", problem);
        }
    }
    if let Some(order) = order {
        in_range(
            &format!("{at}order"),
            order,
            1,
            <DifferentialBasis>::MAX_ORDER,
        )?;
        if !kernels.have_order() {
            let problem = "only differential operators have an order; set `kernels = \
                           \"differences\"` or `\"gaussian\"`";
            return refused("order", problem.to_string());
        }
    }
    Ok(())
}

/// A place in a list of a description, counted from 1 as `schur plan` does: `network.layers#3`.
pub(super) fn numbered(list: &str, index: usize) -> String {
    format!("{list}#{}", index + 1)
}

pub(super) fn in_range(at: &str, value: usize, low: usize, high: usize) -> Result<(), NnError> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(NnError::Config {
        at: at.to_string(),
        problem: format!("{value} is out of range; use {low} to {high}"),
    })
}
