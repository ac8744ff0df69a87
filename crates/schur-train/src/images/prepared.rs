//! What a network sees of a picture.

use burn::tensor::{Device, Tensor, TensorData};

use crate::error::Result;
use crate::images::ink::Place;

/// A picture as a network sees it: numbers `[channels, size, size]`, cropped or scaled, normalised
/// as the images of its training. [`Predictor::prepare`](crate::images::Predictor::prepare) makes it.
#[derive(Clone, Debug)]
pub struct Prepared {
    numbers: Vec<f32>,
    size: usize,
    /// Where the whole picture lies in the square, if it was not cropped.
    place: Option<Place>,
}

impl Prepared {
    pub(super) fn new(numbers: Vec<f32>, size: usize, place: Option<Place>) -> Self {
        Self {
            numbers,
            size,
            place,
        }
    }

    /// Numbers `[channels, size, size]`.
    pub fn numbers(&self) -> &[f32] {
        &self.numbers
    }

    /// Side of the square, in pixels.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Turned counter-clockwise about the centre of the square, with bilinear interpolation.
    ///
    /// # Errors
    ///
    /// If the angle is not finite.
    pub fn turned(&self, degrees: f64) -> Result<Self> {
        let size = self.size;
        let mut numbers = Vec::with_capacity(self.numbers.len());
        for map in self.numbers.chunks_exact(size * size) {
            numbers.extend(schur_data::rotate(map, size, size, degrees)?);
        }
        Ok(Self {
            numbers,
            ..self.clone()
        })
    }

    /// A batch of one, `[1, channels, size, size]`.
    pub fn tensor(&self, device: &Device) -> Tensor<4> {
        let channels = self.numbers.len() / (self.size * self.size);
        let shape = [1, channels, self.size, self.size];
        Tensor::from_data(TensorData::new(self.numbers.clone(), shape), device)
    }

    /// (height, width) of what a mask is for: the picture, or the square if only a part of the
    /// picture is in it.
    pub(super) fn extent(&self) -> (usize, usize) {
        self.place
            .map_or((self.size, self.size), |place| place.picture)
    }

    /// A mask `[size, size]` of the square as one of the [`extent`](Self::extent).
    pub(super) fn at_full_size(&self, mask: &[u8]) -> Vec<u8> {
        self.place.map_or_else(
            || mask.to_vec(),
            |place| place.at_full_size(mask, self.size),
        )
    }
}
