//! What a network sees of a picture.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use image::DynamicImage;
use schur_data::{Globe, Normalisation, Volume};

use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::images::config::Config;
use crate::images::ink::{self, Place};
use crate::images::parts::{Recipe, TestImages, read_volume};
use crate::images::picture;
use crate::images::task::Task;

/// A picture or a volume as a network sees it: numbers `[channels, depth, height, width]`, cropped or
/// scaled, normalised as the images of its training. [`Predictor::prepare`](crate::images::Predictor::prepare) makes it.
///
/// ```
/// use burn::tensor::Device;
/// use schur_train::images::Prepared;
///
/// // A bright pixel on the right moves to the top in a quarter turn.
/// let seen = Prepared::of_grey(vec![0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 3)?;
/// assert_eq!(seen.turned(90.0)?.numbers()[1], 1.0);
/// assert_eq!(seen.tensor(&Device::flex()).dims(), [1, 1, 1, 3, 3]);
/// # Ok::<(), schur_train::TrainError>(())
/// ```
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
    /// A whole picture, of which a part lies somewhere in the square.
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

impl Prepared {
    /// What the network of a config sees of a picture or a volume in a file, in its `sizes` [depth,
    /// height, width].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] and [`ErrorKind::Data`] if the file can't be read or is no picture, or if
    /// a network of digits finds no ink on it.
    pub fn of_file(path: &Path, config: &Config, sizes: [usize; 3]) -> Result<Self> {
        let seen = match config.data.volume {
            Some(_) if !path.is_dir() && !Volume::is_one(path) && path.is_file() => {
                let text = "it is no volume (.nii, .nii.gz, .npy, or a folder of slices), which the network \
                            was trained on; convert it, for example one volume of an archive by `numpy.save`";
                fail(ErrorKind::Data, text)
            }
            Some(_) => prepare_volume(config, sizes, read_volume(path)?),
            None => match picture::decode(path) {
                Ok(picture) => prepare(config, sizes, &picture),
                Err(_) if path.is_file() && Volume::is_one(path) => no_picture(),
                Err(error) => return Err(error),
            },
        };
        seen.map_err(|e| TrainError::new(e.kind(), format!("{}: {e}", path.display())))
    }

    /// Number `index` of some test images as a network sees it, upright, if there is one.
    pub fn of_test(images: &TestImages, index: usize) -> Option<Self> {
        let numbers = images.values(index)?;
        Some(Self::new(numbers, images.sizes(), Whole::Seen))
    }

    /// What a network sees of grey values in [0, 1] that need no preparation, `[size, size]`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`] if there are not `size` x `size` of them.
    pub fn of_grey(pixels: Vec<f32>, size: usize) -> Result<Self> {
        if size == 0 || pixels.len() != size * size {
            let text = format!(
                "{} grey values are no square of {size} x {size} pixels",
                pixels.len()
            );
            return fail(ErrorKind::Data, text);
        }
        Ok(Self::new(pixels, [1, size, size], Whole::Seen))
    }
}

/// Side of the digits that are put on a sphere, in pixels.
const DIGIT: usize = 28;

pub(super) fn prepare(
    config: &Config,
    sizes: [usize; 3],
    picture: &DynamicImage,
) -> Result<Prepared> {
    if config.data.volume.is_some() {
        let text = "the network was trained on volumes, and this is a picture; give it a volume";
        return fail(ErrorKind::Data, text);
    }
    if let Some(bandwidth) = config.data.sphere {
        let globe = Globe::new(bandwidth)?;
        let flat = ink::digit(picture, DIGIT)?;
        let upright = schur_data::rotation_about_z(0.0)?;
        let seen = globe.project(&flat, [DIGIT; 2], &upright);
        return Ok(Prepared::new(seen, sizes, Whole::Seen));
    }
    let size = sizes[1];
    let own = config.data.is_own();
    if config.task() == Task::Segmentation && !own {
        let (pixels, place) = ink::scene(picture, size)?;
        return Ok(Prepared::new(pixels, sizes, Whole::Picture(place)));
    }
    let numbers = match config.data.normalisation() {
        Some(normalisation) if own => {
            normalisation?.values(&picture::square(picture, config.network.channels, size)?)
        }
        _ => ink::digit(picture, size)?,
    };
    let whole = match (config.task(), own) {
        (Task::Segmentation, true) => {
            let extent = (picture.height() as usize, picture.width() as usize);
            Whole::Picture(Place::central(extent, size))
        }
        _ => Whole::Seen,
    };
    Ok(Prepared::new(numbers, sizes, whole))
}

fn no_picture() -> Result<Prepared> {
    let text =
        "this is a volume, and the network was trained on images; give it a PNG or JPEG file";
    fail(ErrorKind::Data, text)
}

pub(super) fn prepare_volume(
    config: &Config,
    sizes: [usize; 3],
    volume: Volume,
) -> Result<Prepared> {
    if config.data.volume.is_none() {
        return no_picture();
    }
    let recipe = Recipe::of(&config.data);
    let whole = Whole::Volume(recipe, volume.sizes(), volume.spacing());
    let volume = recipe.apply(volume)?;
    let [depth, rows, cols] = sizes;
    let wanted = [config.network.channels, depth, rows, cols];
    if volume.shape() != wanted {
        // The sizes may be those after a recipe; channels are what the file has.
        let remedy = match volume.shape()[0] == wanted[0] {
            true => "cut or resample the volume, or train with --size",
            false => "give it a volume with as many channels",
        };
        return fail(
            ErrorKind::Data,
            format!(
                "(channels, slices, rows, columns) are {:?}, but the network was trained on {wanted:?}; {remedy}",
                volume.shape()
            ),
        );
    }
    let none = || Ok(Normalisation::none(wanted[0]).in_units());
    let normalisation = config.data.normalisation().unwrap_or_else(none)?;
    let numbers = normalisation.values(volume.numbers());
    Ok(Prepared::new(numbers, sizes, whole))
}
