//! From bytes to the numbers that a network sees.

use crate::tolerance::BYTES_DIFFER;
use crate::{DataError, Pictures};

/// Mean and deviation of every channel: a pixel of value `v` becomes
/// `(v / 255 - mean) / deviation` in an image, and `(v - mean) / deviation` in a volume, whose numbers
/// have units of their own.
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
    /// By what numbers are divided first.
    full: f64,
}

/// The value of white in an image.
const WHITE: f64 = 255.0;

/// Numbers of 32 bits from their bytes.
pub(crate) fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    let chunks = bytes.as_chunks().0.iter();
    chunks.map(|bytes| f32::from_le_bytes(*bytes))
}

impl Normalisation {
    /// `v / 255`: mean 0 and deviation 1 in every channel.
    pub fn none(channels: usize) -> Self {
        Self {
            mean: vec![0.0; channels],
            deviation: vec![1.0; channels],
            full: WHITE,
        }
    }

    /// Numbers of volumes as they are: mean 0 and deviation 1 in every channel.
    pub(crate) fn of_numbers(channels: usize) -> Self {
        Self {
            full: 1.0,
            ..Self::none(channels)
        }
    }

    /// These means and deviations for volumes: in the units of their numbers instead of shares of 255.
    ///
    /// ```
    /// use schur_data::Normalisation;
    ///
    /// let normalisation = Normalisation::new(vec![-1000.0], vec![500.0])?.in_units();
    /// assert_eq!(normalisation.values(&[0.0_f32, -1000.0]), [2.0, 0.0]);
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    pub fn in_units(self) -> Self {
        Self { full: 1.0, ..self }
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
            return Ok(Self {
                mean,
                deviation,
                full: WHITE,
            });
        };
        Err(DataError::Normalisation { problem })
    }

    /// Mean and deviation of all pixels of a channel over all pictures; deviation 1 where all are
    /// equal. Sums of bytes are of integers, so they are exact in any order; those of 32-bit numbers
    /// are of the first picture, then the second and so on, in 64 bits.
    pub fn of(pictures: &Pictures) -> Self {
        let channels = pictures.channels();
        let size: usize = pictures.sizes().iter().product();
        let mut normalisation = Self {
            full: pictures.normalisation().full,
            ..Self::none(channels)
        };
        let count = (pictures.len() * size) as f64;
        if count == 0.0 {
            return normalisation;
        }
        let width = if pictures.are_bytes() {
            1
        } else {
            size_of::<f32>()
        };
        for channel in 0..channels {
            let maps = pictures.pixels().chunks_exact(size * width);
            let maps = maps.skip(channel).step_by(channels);
            let (mean, variance, differ) = match pictures.are_bytes() {
                true => of_bytes(maps, count),
                false => of_floats(maps, count),
            };
            normalisation.mean[channel] = mean / normalisation.full;
            if differ {
                normalisation.deviation[channel] = variance.sqrt() / normalisation.full;
            }
        }
        normalisation
    }

    /// Mean of every channel: as a share of 255, of volumes in their units.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// Standard deviation of every channel: as a share of 255, of volumes in their units.
    pub fn deviation(&self) -> &[f64] {
        &self.deviation
    }

    /// The numbers of pixels `[channels, …]`.
    ///
    /// ```
    /// use schur_data::Normalisation;
    ///
    /// assert_eq!(Normalisation::none(1).values(&[0_u8, 255]), [0.0, 1.0]);
    /// ```
    pub fn values<T: Copy + Into<f64>>(&self, pixels: &[T]) -> Vec<f32> {
        let size = pixels.len() / self.mean.len().max(1);
        let mut values = Vec::with_capacity(pixels.len());
        let numbers = self.mean.iter().zip(&self.deviation);
        for (map, (mean, deviation)) in pixels.chunks_exact(size.max(1)).zip(numbers) {
            let number = |v: &T| (((*v).into() / self.full - mean) / deviation) as f32;
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
        (self.full * share).round().clamp(0.0, WHITE) as u8
    }
}

/// Mean and variance of bytes, and whether they differ.
fn of_bytes<'a>(maps: impl Iterator<Item = &'a [u8]>, count: f64) -> (f64, f64, bool) {
    let (mut sum, mut squares) = (0_u64, 0_u64);
    for &pixel in maps.flatten() {
        sum += u64::from(pixel);
        squares += u64::from(pixel) * u64::from(pixel);
    }
    let mean = sum as f64 / count;
    let variance = squares as f64 / count - mean * mean;
    // Of equal pixels only rounding is left, far below the least variance of bytes that differ.
    (mean, variance, variance * count > BYTES_DIFFER)
}

/// Mean and variance of 32-bit numbers, and whether they differ: about the mean, in a second pass,
/// because numbers with an offset would cancel.
fn of_floats<'a>(maps: impl Iterator<Item = &'a [u8]> + Clone, count: f64) -> (f64, f64, bool) {
    let all = || maps.clone().flat_map(floats).map(f64::from);
    let mean = all().sum::<f64>() / count;
    let variance = all().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
    let first = all().next();
    (
        mean,
        variance,
        all().any(|v| Some(v) != first) && variance > 0.0,
    )
}
