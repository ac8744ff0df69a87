//! The tests of `schur-nn`, one binary so that Burn is linked once.

mod support;
mod tolerance;
mod zoo;

mod atomic_file;
mod can_fail;
mod checkpoint;
mod config;
mod convolutions;
mod equivariance;
mod export;
mod field_type;
mod gradients;
mod initialisation;
mod introduction;
mod irreps;
mod layer_gradients;
mod layers;
mod nonlinearities;
mod normalizations;
mod statistics;
mod steerable;
