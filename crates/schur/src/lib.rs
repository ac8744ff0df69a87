#![doc = include_str!("../../../README.md")]

pub use burn;
pub use schur_data as data;
pub use schur_engine as engine;
pub use schur_math as math;
pub use schur_nn as nn;
pub use schur_train as train;
