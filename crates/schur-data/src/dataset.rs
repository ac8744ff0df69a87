//! Pictures as a network sees them: rotated, with numbers for pixels.

use rayon::prelude::*;

use crate::random::{Purpose, angle};
use crate::rotate::{MAX_OVERSAMPLING, rotate_into, rotate_oversampled};
use crate::{DataError, MAX_RESIZED_PIXELS, Pictures};

/// The seed of [`Stream::Test`], in place of the seed of the training: every model is tested
/// on the same rotated digits.
pub const TEST_ROTATION_SEED: u64 = 0x5c40_0001;

/// Which random angles a data set takes. Streams with one seed are independent.
///
/// ```
/// use schur_data::{Dataset, Pictures, Stream};
///
/// let digits = Pictures::embedded_test()?.subset(&[0, 1])?;
/// let test = |seed| Dataset::rotated(&digits, seed, Stream::Test);
/// assert_eq!(test(1), test(2));
/// let train = |seed| Dataset::rotated(&digits, seed, Stream::Train);
/// assert_ne!(train(1), train(2));
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Training digits, rotated once before the training.
    Train,
    /// Validation digits.
    Validation,
    /// Test digits. The seed is [`TEST_ROTATION_SEED`], whatever the seed of the training.
    Test,
    /// Training digits, rotated anew in every epoch.
    Augment {
        /// The epoch, from 0.
        epoch: u64,
    },
}

/// Images of one size, each with its label and the angle by which it was rotated.
///
/// All vectors have one entry per image, except `images`, which has channels times height times
/// width.
///
/// ```
/// use schur_data::{Dataset, Pictures, Stream, rotate};
///
/// let digits = Pictures::embedded_test()?.subset(&[0, 1, 2])?;
/// let upright = Dataset::upright(&digits);
/// let rotated = Dataset::rotated(&digits, 1, Stream::Train);
/// let by_hand = rotate(upright.image(2), 28, 28, rotated.angles[2])?;
/// assert_eq!(rotated.image(2), by_hand);
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Dataset {
    /// Values `[len, channels, height, width]`, in [0, 1] unless the pictures are normalised
    /// otherwise; 0 is background.
    pub images: Vec<f32>,
    /// Labels `[len]`.
    pub labels: Vec<u8>,
    /// Angles `[len]` in degrees, in [0, 360), counter-clockwise as displayed.
    pub angles: Vec<f64>,
    /// Channels of each image.
    pub channels: usize,
    /// Pixel rows of each image.
    pub height: usize,
    /// Pixel columns of each image.
    pub width: usize,
}

impl Dataset {
    /// The pictures as they are ([`Pictures::values`]), all angles 0.
    pub fn upright(pictures: &Pictures) -> Self {
        Self::turned(pictures, 1, |_| 0.0)
    }

    /// Every picture rotated by an angle of its own, uniform in [0, 360) degrees, as
    /// [`rotate()`](crate::rotate()) does it; normalised before, so that what comes in at the
    /// corners is 0.
    ///
    /// The angle depends on the seed, the stream and the position of the picture alone, so
    /// a prefix of the pictures gets the angles it has in the whole. [`Stream::Test`] does not
    /// use the seed.
    pub fn rotated(pictures: &Pictures, seed: u64, stream: Stream) -> Self {
        Self::turned(pictures, 1, Self::angles_of(seed, stream))
    }

    /// Rotates every picture as [`rotated`](Self::rotated) does, each image enlarged by a factor
    /// before it is turned and reduced again after, which blurs less ([`rotate_oversampled`]).
    ///
    /// # Errors
    ///
    /// [`DataError::Oversampling`] if the factor is zero or above [`MAX_OVERSAMPLING`],
    /// [`DataError::Resize`] if the enlarged images would be too large.
    pub fn rotated_oversampled(
        pictures: &Pictures,
        seed: u64,
        stream: Stream,
        factor: usize,
    ) -> Result<Self, DataError> {
        if !(1..=MAX_OVERSAMPLING).contains(&factor) {
            return Err(DataError::Oversampling {
                factor,
                limit: MAX_OVERSAMPLING,
            });
        }
        let (height, width) = (pictures.rows() * factor, pictures.cols() * factor);
        if height.saturating_mul(width) > MAX_RESIZED_PIXELS {
            return Err(DataError::Resize {
                height,
                width,
                limit: MAX_RESIZED_PIXELS,
            });
        }
        Ok(Self::turned(
            pictures,
            factor,
            Self::angles_of(seed, stream),
        ))
    }

    fn angles_of(seed: u64, stream: Stream) -> impl Fn(usize) -> f64 + Sync {
        let (purpose, seed, epoch) = match stream {
            Stream::Train => (Purpose::TrainAngles, seed, 0),
            Stream::Validation => (Purpose::ValidationAngles, seed, 0),
            Stream::Test => (Purpose::TestAngles, TEST_ROTATION_SEED, 0),
            Stream::Augment { epoch } => (Purpose::AugmentedAngles, seed, epoch),
        };
        move |index| angle(purpose, seed, epoch, index)
    }

    /// The training digits of one epoch, each rotated anew: [`Dataset::rotated`] with
    /// [`Stream::Augment`].
    pub fn augmented(pictures: &Pictures, seed: u64, epoch: u64) -> Self {
        Self::rotated(pictures, seed, Stream::Augment { epoch })
    }

    /// Square grey images with their labels and angles, as [`Scenes`](crate::Scenes) has them.
    ///
    /// # Errors
    ///
    /// [`DataError::Pixels`] unless there are `side²` values per label, [`DataError::Count`]
    /// unless there are as many angles as labels.
    pub fn from_parts(
        images: Vec<f32>,
        labels: Vec<u8>,
        angles: Vec<f64>,
        side: usize,
    ) -> Result<Self, DataError> {
        if angles.len() != labels.len() {
            return Err(DataError::Count {
                file: "angles of images".to_owned(),
                images: angles.len(),
                labels: labels.len(),
            });
        }
        let expected = side
            .checked_mul(side)
            .and_then(|n| n.checked_mul(labels.len()));
        if expected != Some(images.len()) {
            return Err(DataError::Pixels {
                height: side,
                width: side,
                found: images.len(),
            });
        }
        Ok(Self {
            images,
            labels,
            angles,
            channels: 1,
            height: side,
            width: side,
        })
    }

    fn turned(pictures: &Pictures, factor: usize, angle: impl Fn(usize) -> f64 + Sync) -> Self {
        let (height, width) = (pictures.rows(), pictures.cols());
        let mut images = vec![0.0; pictures.pixels().len()];
        let mut angles = vec![0.0; pictures.len()];
        images
            .par_chunks_exact_mut(pictures.channels() * height * width)
            .zip(&mut angles)
            .enumerate()
            .for_each(|(index, (image, degrees))| {
                *degrees = angle(index);
                let upright = pictures.values(index);
                let maps = upright.chunks_exact(height * width);
                for (turned, map) in image.chunks_exact_mut(height * width).zip(maps) {
                    if factor == 1 {
                        rotate_into(turned, map, height, width, *degrees);
                    } else {
                        let map = rotate_oversampled(map, height, width, *degrees, factor);
                        turned.copy_from_slice(&map.expect("factor and size were checked"));
                    }
                }
            });
        Self {
            images,
            labels: pictures.labels().to_vec(),
            angles,
            channels: pictures.channels(),
            height,
            width,
        }
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Values `[channels, height, width]` of image `index`.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `index` is not less than [`Dataset::len`].
    pub fn image(&self, index: usize) -> &[f32] {
        let size = self.channels * self.height * self.width;
        &self.images[index * size..(index + 1) * size]
    }
}
