//! What a network sees of a picture.

use burn::tensor::{Device, Tensor, TensorData};
use schur_data::Volume;

use crate::error::Result;
use crate::images::ink::Place;
use crate::images::parts::Recipe;

/// A picture or a volume as a network sees it: numbers `[channels, depth, height, width]`, cropped or
/// scaled, normalised as the images of its training. [`Predictor::prepare`](crate::images::Predictor::prepare) makes it.
#[derive(Clone, Debug)]
pub struct Prepared {
    numbers: Vec<f32>,
    /// Depth, height, width.
    sizes: [usize; 3],
    whole: Whole,
}

/// What a mask is for.
#[derive(Clone, Debug)]
pub(super) enum Whole {
    /// What the network sees.
    Seen,
    /// A whole picture, which lies somewhere in the square.
    Picture(Place),
    /// A volume of sizes and distances of voxels, before a recipe.
    Volume(Recipe, [usize; 3], Option<[f64; 3]>),
}

impl Prepared {
    pub(super) fn new(numbers: Vec<f32>, sizes: [usize; 3], whole: Whole) -> Self {
        Self {
            numbers,
            sizes,
            whole,
        }
    }

    /// Numbers `[channels, depth, height, width]`.
    pub fn numbers(&self) -> &[f32] {
        &self.numbers
    }

    /// [depth, height, width]; images are squares of depth 1.
    pub fn sizes(&self) -> [usize; 3] {
        self.sizes
    }

    /// Turned counter-clockwise about the centre, with bilinear interpolation; a volume about z.
    ///
    /// # Errors
    ///
    /// If the angle is not finite.
    pub fn turned(&self, degrees: f64) -> Result<Self> {
        self.moved(&schur_data::rotation_about_z(degrees)?)
    }

    /// Moved about the centre by an isometry, a matrix on (x, y, z), with linear interpolation
    /// ([`schur_data::move_volume`]).
    ///
    /// # Errors
    ///
    /// If the matrix is not orthogonal.
    pub fn moved(&self, matrix: &[[f64; 3]; 3]) -> Result<Self> {
        let places = self.sizes.iter().product();
        let mut numbers = Vec::with_capacity(self.numbers.len());
        for map in self.numbers.chunks_exact(places) {
            numbers.extend(schur_data::move_volume(map, self.sizes, matrix)?);
        }
        Ok(Self {
            numbers,
            ..self.clone()
        })
    }

    /// A batch of one, `[1, channels, depth, height, width]`.
    pub fn tensor(&self, device: &Device) -> Tensor<5> {
        let [depth, height, width] = self.sizes;
        let channels = self.numbers.len() / (depth * height * width);
        let shape = [1, channels, depth, height, width];
        Tensor::from_data(TensorData::new(self.numbers.clone(), shape), device)
    }

    /// [depth, height, width] of what a mask is for: the picture, or the part of it that the network
    /// sees.
    pub(super) fn extent(&self) -> [usize; 3] {
        match &self.whole {
            Whole::Seen => self.sizes,
            Whole::Picture(place) => [1, place.picture.0, place.picture.1],
            Whole::Volume(_, sizes, _) => *sizes,
        }
    }

    /// A mask of what the network sees as one of the [`extent`](Self::extent).
    ///
    /// # Errors
    ///
    /// None that is known: classes stay classes.
    pub(super) fn at_full_size(&self, mask: &[u8]) -> Result<Vec<u8>> {
        match &self.whole {
            Whole::Seen => Ok(mask.to_vec()),
            Whole::Picture(place) => Ok(place.at_full_size(mask, self.sizes[1])),
            Whole::Volume(recipe, sizes, spacing) => {
                let [depth, rows, cols] = self.sizes;
                let numbers = mask.iter().map(|&class| f32::from(class)).collect();
                let mask = Volume::new([1, depth, rows, cols], numbers)?;
                Ok(recipe.back(mask, *sizes, *spacing).into_classes("mask")?)
            }
        }
    }
}
