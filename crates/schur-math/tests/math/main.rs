//! The tests of `schur-math`: one binary, one module per subject, so that the crate is linked once.

mod support;

mod actions;
mod characters;
mod compact_groups;
mod compact_representations;
mod compact_restrictions;
mod continuous;
mod coupling;
mod decompositions;
mod differential_operators;
mod finite_groups;
mod golden;
mod group_text;
mod groups;
mod harmonics;
mod hierarchy;
mod irreps;
mod kernel_choices;
mod kernels;
mod lattice;
mod laws;
mod laws_can_fail;
mod linear_groups;
mod own_symmetry;
mod planar;
mod planar_golden;
mod point_groups;
mod rotations;
mod spatial_groups;
mod spectral_fields;
mod steerable;
mod steerable_bases;
mod steerable_samples;
mod structure;
mod wigner;
