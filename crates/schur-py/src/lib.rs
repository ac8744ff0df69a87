//! The native half of the Python package `schur`: what Python asks of the Rust library, with numpy
//! arrays at the border. The package itself, with its documentation, is in `python/schur`.
//!
//! Nothing here computes: a Python call becomes one of the library, and an error of the library an
//! exception with its text.

mod arrays;
mod composed;
mod data;
mod definition;
mod direct;
mod domain;
mod error;
mod field_type;
mod layer;
mod math;
mod module;
mod runs;
mod surface;
mod threads;

use pyo3::prelude::*;

/// Keeps the memory of large arrays from one step to the next. Arrays of numpy that Rust made are Rust's
/// memory.
#[global_allocator]
static ALLOCATOR: schur_engine::KeepingAllocator = schur_engine::KeepingAllocator::new();

/// The native half of the package `schur`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::data::digits;
    #[pymodule_export]
    use crate::field_type::FieldType;
    #[pymodule_export]
    use crate::layer::{Layer, kinds};
    #[pymodule_export]
    use crate::math::{
        Element, Group, LinearGroup, Representation, circular_harmonics, clebsch_gordan,
        real_clebsch_gordan, real_wigner_d, spherical_harmonics, steerable_kernels,
    };
    #[pymodule_export]
    use crate::runs::{model, models, network, read_run, write_run};
    #[pymodule_export]
    use crate::surface::{icosphere, read_mesh, surface_graph};
}
