//! The tests of `schur-nn`, one binary so that Burn is linked once.

mod support;
mod tolerance;

mod atomic_file;
mod attention;
mod can_fail;
mod checkpoint;
mod config;
mod convolutions;
mod equivariance;
mod export;
mod field_pools;
mod field_type;
mod gradients;
mod initialisation;
mod introduction;
mod irreps;
mod kernels;
mod layers;
mod linear;
mod statistics;
mod steerable;
