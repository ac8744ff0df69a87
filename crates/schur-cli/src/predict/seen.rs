//! What a network sees of a picture.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use schur_train::images::{Config, picture};

use crate::error::Result;

use super::ink;

/// Numbers `[channels, size, size]`.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    numbers: Vec<f32>,
    size: usize,
}

impl Seen {
    /// What a network sees of a picture file: as the images of one's own that it was trained on,
    /// or as bright ink on black.
    pub(crate) fn load(path: &Path, config: &Config, size: usize) -> Result<Self> {
        let numbers = match config.data.normalisation() {
            Some(normalisation) if config.data.is_own() => {
                let picture = picture::decode(path)?;
                let bytes = picture::square(&picture, config.network.channels, size)?;
                normalisation?.values(&bytes)
            }
            _ => ink::load(path, size)?,
        };
        Ok(Self { numbers, size })
    }

    /// What a network sees of grey values, `[size, size]`.
    pub(crate) fn of(numbers: Vec<f32>, size: usize) -> Self {
        Self { numbers, size }
    }

    /// Turned counter-clockwise.
    pub(crate) fn turned(&self, degrees: f64) -> Result<Self> {
        let size = self.size;
        let mut numbers = Vec::with_capacity(self.numbers.len());
        for map in self.numbers.chunks_exact(size * size) {
            numbers.extend(schur_data::rotate(map, size, size, degrees)?);
        }
        Ok(Self { numbers, size })
    }

    /// `[1, channels, size, size]`.
    pub(crate) fn tensor(&self, device: &Device) -> Tensor<4> {
        let channels = self.numbers.len() / (self.size * self.size);
        let shape = [1, channels, self.size, self.size];
        Tensor::from_data(TensorData::new(self.numbers.clone(), shape), device)
    }
}
