//! From bytes to the numbers that a network sees.

use crate::{DataError, Pictures};

/// Mean and deviation of every channel: a pixel of value `v` becomes
/// `(v / 255 - mean) / deviation`.
///
/// Networks learn faster from numbers around 0 of size 1; and where a picture is padded or turned,
/// the 0 that comes in is then its mean colour instead of black. Digits are left as they are: 0 is
/// their background.
///
/// ```
/// use schur_data::{Normalisation, Pictures};
///
/// let pictures = Pictures::new([1, 1, 2], vec![0, 255, 255, 0], vec![0, 1])?;
/// let normalisation = Normalisation::of(&pictures);
/// assert_eq!((normalisation.mean(), normalisation.deviation()), (&[0.5][..], &[0.5][..]));
/// assert_eq!(pictures.normalised(normalisation)?.values(0), [-1.0, 1.0]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Normalisation {
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

impl Normalisation {
    /// `v / 255`: mean 0 and deviation 1 in every channel.
    pub fn none(channels: usize) -> Self {
        Self {
            mean: vec![0.0; channels],
            deviation: vec![1.0; channels],
        }
    }

    /// A normalisation by given means and deviations, one of each per channel.
    ///
    /// ```
    /// use schur_data::Normalisation;
    ///
    /// assert!(Normalisation::new(vec![0.5], vec![0.25]).is_ok());
    /// assert!(Normalisation::new(vec![0.5], vec![0.0]).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Normalisation`] unless there are equally many of both, all are finite, and
    /// deviations are above 0.
    pub fn new(mean: Vec<f64>, deviation: Vec<f64>) -> Result<Self, DataError> {
        let problem = if mean.len() != deviation.len() {
            format!("{} means and {} deviations", mean.len(), deviation.len())
        } else if let Some(number) = mean.iter().find(|m| !m.is_finite()) {
            format!("a mean of {number}")
        } else if let Some(number) = deviation.iter().find(|d| !(d.is_finite() && **d > 0.0)) {
            format!("a deviation of {number}")
        } else {
            return Ok(Self { mean, deviation });
        };
        Err(DataError::Normalisation { problem })
    }

    /// Mean and deviation of all pixels of a channel over all pictures; deviation 1 where all are
    /// equal. Sums are of integers, so they are exact in any order.
    pub fn of(pictures: &Pictures) -> Self {
        let (channels, size) = (pictures.channels(), pictures.rows() * pictures.cols());
        let mut normalisation = Self::none(channels);
        let count = (pictures.len() * size) as f64;
        if count == 0.0 {
            return normalisation;
        }
        for channel in 0..channels {
            let (mut sum, mut squares) = (0_u64, 0_u64);
            for map in pictures
                .pixels()
                .chunks_exact(size)
                .skip(channel)
                .step_by(channels)
            {
                for &pixel in map {
                    sum += u64::from(pixel);
                    squares += u64::from(pixel) * u64::from(pixel);
                }
            }
            let mean = sum as f64 / count;
            let variance = squares as f64 / count - mean * mean;
            normalisation.mean[channel] = mean / 255.0;
            // Of equal pixels only rounding is left, far below the least variance of bytes that
            // differ.
            if variance * count > 0.25 {
                normalisation.deviation[channel] = variance.sqrt() / 255.0;
            }
        }
        normalisation
    }

    /// Mean of every channel, as a share of 255.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// Standard deviation of every channel, as a share of 255.
    pub fn deviation(&self) -> &[f64] {
        &self.deviation
    }

    /// The numbers of pixels `[channels, …]`.
    ///
    /// ```
    /// use schur_data::Normalisation;
    ///
    /// assert_eq!(Normalisation::none(1).values(&[0, 255]), [0.0, 1.0]);
    /// ```
    pub fn values(&self, pixels: &[u8]) -> Vec<f32> {
        let size = pixels.len() / self.mean.len().max(1);
        let mut values = Vec::with_capacity(pixels.len());
        let numbers = self.mean.iter().zip(&self.deviation);
        for (map, (mean, deviation)) in pixels.chunks_exact(size.max(1)).zip(numbers) {
            let number = |v: &u8| ((f64::from(*v) / 255.0 - mean) / deviation) as f32;
            values.extend(map.iter().map(number));
        }
        values
    }

    /// The byte that a number of a channel was made of, cut off at 0 and 255: for showing what a
    /// network sees.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if there is no such channel.
    pub fn byte(&self, channel: usize, value: f64) -> u8 {
        let share = value * self.deviation[channel] + self.mean[channel];
        (255.0 * share).round().clamp(0.0, 255.0) as u8
    }
}
