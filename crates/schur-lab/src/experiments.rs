//! The experiments, one file each, in the order in which they build on each other.

mod augmentation;
mod averaging;
mod beyond_cyclic;
mod composition;
mod continuous;
mod flat_limit;
mod hierarchy;
mod holonomy;
mod invariant;
mod laws;
mod left_right;
mod moebius;
mod pose;
mod reflection;
mod shallow_water;
mod stride;
mod translation;
mod vertex;
mod volumes;
mod weight_sharing;
mod which_way_up;
mod wrong_symmetry;

use super::experiment::Experiment;

/// All experiments, in the order in which they build on each other.
pub static ALL: [Experiment; 22] = [
    laws::EXPERIMENT,
    translation::EXPERIMENT,
    averaging::EXPERIMENT,
    hierarchy::EXPERIMENT,
    reflection::EXPERIMENT,
    weight_sharing::EXPERIMENT,
    invariant::EXPERIMENT,
    composition::EXPERIMENT,
    stride::EXPERIMENT,
    augmentation::EXPERIMENT,
    wrong_symmetry::EXPERIMENT,
    which_way_up::EXPERIMENT,
    pose::EXPERIMENT,
    beyond_cyclic::EXPERIMENT,
    volumes::EXPERIMENT,
    left_right::EXPERIMENT,
    continuous::EXPERIMENT,
    moebius::EXPERIMENT,
    holonomy::EXPERIMENT,
    flat_limit::EXPERIMENT,
    vertex::EXPERIMENT,
    shallow_water::EXPERIMENT,
];
