//! The experiments, one file each, in the order in which they build on each other.

mod augmentation;
mod averaging;
mod invariant;
mod laws;
mod reflection;
mod stride;
mod translation;
mod weight_sharing;

use super::experiment::Experiment;

pub(super) static ALL: [Experiment; 8] = [
    laws::EXPERIMENT,
    translation::EXPERIMENT,
    averaging::EXPERIMENT,
    reflection::EXPERIMENT,
    weight_sharing::EXPERIMENT,
    invariant::EXPERIMENT,
    stride::EXPERIMENT,
    augmentation::EXPERIMENT,
];
