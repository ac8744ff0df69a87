//! Neural networks that commute with a symmetry group: choose a group and the types of input and
//! output, and get the equivariant layers between them.
//!
#![doc = concat!("<div style=\"overflow-x:auto\">\n", include_str!("square.svg"), "\n</div>\n")]
//!
//! A 7, its features in a trained network, and the same with the 7 turned: the features turn along.
//!
//! This crate has no code of its own. It shows the libraries of the project under one name, with the
//! versions of Burn and `image` that their types are made for:
//!
//! | module | what is in it |
//! |---|---|
//! | [`nn`] | field types, layers, networks, equivariance checks, checkpoints, export; begin here |
//! | [`math`] | groups, representations, irreps, harmonics, bases of equivariant kernels; plain `f64` |
//! | [`engine`] | convolutions, norms, pools and transforms on the sphere on slices, forward and backward, on the CPU |
//! | [`train`] | a training loop for any data and loss, runs that resume to the same bits, answers of trained networks |
//! | [`data`] | embedded digits, IDX files, folders of images and masks, volumes, meshes, tables of numbers and vectors; exactly reproducible rotations, digits on strips and spheres |
//! | [`mod@burn`] | tensors, autodiff, optimizers |
//! | [`mod@image`] | pictures in files and in memory |
//!
//! # A layer
//!
//! Between scalar images and features that turn and mirror along, and its test on all eight
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
//! # A training loop
//!
//! Two tensors are data, a tuple of layers is a network, a function is a loss. Here numbers are learned
//! that no quarter turn of an image changes:
//!
//! ```
//! use schur::burn::tensor::{Device, Tensor, TensorData};
//! use schur::nn::network::Site;
//! use schur::nn::{
//!     EquivariantConvConfig, Field, FieldType, GlobalPool, Layer, Nonlinearity, Pointwise, PoolKind,
//! };
//! use schur::train::{LossOnly, TrainConfig, Trainer};
//!
//! // Data in vectors: 64 images of 9 x 9 pixels, and a number for each.
//! let pixels: Vec<f32> = (0..64 * 81).map(|i| (i * i % 97) as f32 / 97.0).collect();
//! let numbers: Vec<f32> = pixels.chunks(81).map(|image| image.iter().map(|p| p * p).sum()).collect();
//! let device = Device::flex();
//! let images = Tensor::<4>::from_data(TensorData::new(pixels, [64, 1, 9, 9]), &device);
//! let numbers = Tensor::<2>::from_data(TensorData::new(numbers, [64, 1]), &device);
//! let mut examples = (images, numbers / 27.0);
//!
//! // A network; the site gives each of its layers weights of its own.
//! let mut site = Site::new(7, &device);
//! let [image, hidden] = ["C4: 1 trivial", "C4: 4 regular"].map(FieldType::parse);
//! let (image, hidden) = (image?, hidden?);
//! let mut conv = |from: &FieldType, to: &FieldType| {
//!     EquivariantConvConfig::new(from, to, 3).with_seed(site.next_seed()).init(&device)
//! };
//! let network = (
//!     conv(&image, &hidden)?,
//!     Pointwise::new(&hidden, Nonlinearity::Silu)?,
//!     conv(&hidden, &image)?,
//!     GlobalPool::new(&image, PoolKind::Average)?,
//! );
//!
//! // A loss: mean squares.
//! let squares = LossOnly::new(|network: &_, (images, numbers): (Tensor<4>, Tensor<2>)| {
//!     let found = Layer::forward(network, Field::from_tensor(images, Layer::input_type(network))?)?;
//!     Ok((found.to_tensor().reshape([-1, 1]) - numbers).square().mean())
//! });
//! let settings = TrainConfig { epochs: 5, batch: 16, learning_rate: 0.01, ..TrainConfig::default() };
//! let mut trainer = Trainer::new(network, squares, settings, 7)?;
//! let validation = examples.clone();
//! trainer.fit(&mut examples, &validation, None, &())?;
//! let losses: Vec<f64> = trainer.history().epochs.iter().map(|e| e.validation_loss).collect();
//! assert!(losses[4] < losses[0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `RunDir` of [`train`] keeps the epochs in a directory, from which a training continues to the
//! bit. The book in the repository has chapters on loops, layers and programs of your own.
//!
//! # A trained network
//!
//! ```
//! use schur::burn::tensor::Device;
//! use schur::train::images::Predictor;
//!
//! let run = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pretrained/digits-C8");
//! let predictor = Predictor::load(run, &Device::flex())?;
//! assert_eq!(predictor.class_names().len(), 10);
//! // println!("{}", predictor.predict_file("digit.png")?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Burn
//!
//! Do not add Burn to your `Cargo.toml`: a second one would have other types. Its derives look for a
//! crate of the name `burn`, so `#[derive(Module)]` needs one line, whatever the compiler advises:
//!
//! ```
//! use schur::burn; // for the derive
//! use schur::burn::module::{Module, Param};
//! use schur::burn::tensor::Tensor;
//!
//! #[derive(Module, Debug)]
//! struct Scale {
//!     factors: Param<Tensor<1>>,
//! }
//! ```
//!
//! Training allocates large tensors at every step. An allocator that keeps their memory makes a step
//! faster, on images by up to a third, on volumes nearly twice as fast; the program `schur` has one, and in
//! a program of yours it takes two lines:
//!
//! ```
//! #[global_allocator]
//! static GLOBAL: schur::engine::KeepingAllocator = schur::engine::KeepingAllocator::new();
//! ```

pub use burn;
pub use image;
pub use schur_data as data;
pub use schur_engine as engine;
pub use schur_math as math;
pub use schur_nn as nn;
pub use schur_train as train;
