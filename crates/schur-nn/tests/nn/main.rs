//! The tests of `schur-nn`, one binary so that Burn is linked once.

mod support;
mod tolerance;
mod zoo;

mod atomic_file;
mod attention;
mod backends;
mod by_example;
mod can_fail;
mod checkpoint;
mod config;
mod convolutions;
mod equivariance;
mod export;
mod export_choices;
mod field_pools;
mod field_type;
mod fourier;
mod gradients;
mod implicit;
mod inference;
mod initialisation;
mod introduction;
mod irreps;
mod kernels;
mod layer_gradients;
mod layers;
mod linear;
mod nonlinearities;
mod normalizations;
mod points;
mod sequence;
mod sizes;
mod statistics;
mod steerable;
mod vectors;
