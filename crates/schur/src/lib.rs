//! Neural networks that commute with a symmetry group: choose a group and the types of input and
//! output, and get the equivariant layers between them.
//!
//! This crate has no code of its own. It shows the libraries of the project under one name, and the
//! version of Burn that their types are made for:
//!
//! | module | what is in it |
//! |---|---|
//! | [`nn`] | field types, layers, networks, equivariance checks, checkpoints, export; begin here |
//! | [`math`] | groups, representations, irreps, harmonics, bases of equivariant kernels; plain `f64` |
//! | [`engine`] | convolutions, norms and pools on slices, forward and backward, on the CPU |
//! | [`train`] | tasks, losses, epochs, runs that resume to the same bits |
//! | [`data`] | embedded digits, IDX files, folders of images, exactly reproducible rotations |
//! | [`burn`] | tensors, autodiff, optimizers |
//! | [`image`] | pictures in files and in memory, as a [`Predictor`](train::images::Predictor) takes them |
//!
//! A layer between scalar images and features that turn and mirror along, and its test on all eight
//! symmetries of the square:
//!
//! ```
//! use schur::burn::tensor::{Device, Distribution, Tensor};
//! use schur::nn::{EquivariantConvConfig, Field, FieldType, assert_equivariant, tolerance};
//!
//! let (image, features) = (FieldType::parse("D4: 1 trivial")?, FieldType::parse("D4: 8 regular")?);
//! let layer = EquivariantConvConfig::new(&image, &features, 3).init(&Device::flex())?;
//! let x = Tensor::random([2, 1, 9, 9], Distribution::Default, &Device::flex());
//! let x = Field::from_tensor(x, &image)?;
//! let checked = assert_equivariant(&layer, &x, tolerance::EXACT_F32)?;
//! assert_eq!(checked.elements.len(), 8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Training allocates large tensors at every step. An allocator that keeps their memory makes a step
//! up to a third faster; the program `schur` has mimalloc, in a program of yours it takes
//! `#[global_allocator] static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;`.

pub use burn;
pub use image;
pub use schur_data as data;
pub use schur_engine as engine;
pub use schur_math as math;
pub use schur_nn as nn;
pub use schur_train as train;
