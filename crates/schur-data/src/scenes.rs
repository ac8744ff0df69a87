//! Whole digits among pieces of others, for finding them.

use rayon::prelude::*;

use crate::random::{Draws, Purpose};
use crate::rotate::{about_z, move_into};
use crate::{DataError, Pictures, Stream, TEST_ROTATION_SEED};

/// Pieces of other digits in every scene.
const PIECES: usize = 6;
/// Side of a piece, in pixels.
const PIECE: usize = 9;
/// Grey value from which on a pixel belongs to the digit.
const INK: f32 = 0.5;

/// Square images, each with one whole digit, turned and placed at random, among square pieces of
/// six other digits, and the mask of the digit's own ink. A pixel shows the brightest of what
/// covers it, so pieces may cover a part of the digit.
///
/// All vectors have one entry per image, except `images` and `masks`, which have `side²`.
///
/// ```
/// use schur_data::{Pictures, Scenes, Stream};
///
/// let digits = Pictures::embedded_test()?.subset(&[0, 1, 2, 3, 4, 5, 6])?;
/// let scenes = Scenes::new(&digits, 40, 1, Stream::Train)?;
/// assert_eq!(scenes.masks.len(), 7 * 40 * 40);
/// // Where the mask is, there is ink.
/// let ink = scenes.images.iter().zip(&scenes.masks);
/// assert!(ink.filter(|(_, mask)| **mask == 1).all(|(value, _)| *value >= 0.5));
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Scenes {
    /// Values `[len, side, side]` in [0, 1].
    pub images: Vec<f32>,
    /// 1 where the whole digit has ink, otherwise 0: `[len, side, side]`.
    pub masks: Vec<u8>,
    /// The class of the whole digit, `[len]`.
    pub labels: Vec<u8>,
    /// The angle of the whole digit in degrees, counter-clockwise, `[len]`.
    pub angles: Vec<f64>,
    /// Side of the images in pixels.
    pub side: usize,
}

impl Scenes {
    /// One scene for every digit. It depends on the digits, the seed, the stream and the position
    /// alone; [`Stream::Test`] does not use the seed.
    ///
    /// # Errors
    ///
    /// [`DataError::Padding`] if a digit does not fit into the side, or the side is above
    /// [`MAX_SCENE`](crate::MAX_SCENE); [`DataError::Colour`] unless the digits are grey.
    pub fn new(
        digits: &Pictures,
        side: usize,
        seed: u64,
        stream: Stream,
    ) -> Result<Self, DataError> {
        let (rows, cols) = (digits.rows(), digits.cols());
        digits.check_padding(side)?;
        if digits.channels() != 1 {
            return Err(DataError::Colour {
                channels: digits.channels(),
            });
        }
        let (purpose, seed, epoch) = match stream {
            Stream::Train => (Purpose::TrainScenes, seed, 0),
            Stream::Augment { epoch } => (Purpose::TrainScenes, seed, epoch),
            Stream::Validation => (Purpose::ValidationScenes, seed, 0),
            Stream::Test => (Purpose::TestScenes, TEST_ROTATION_SEED, 0),
        };
        let size = side * side;
        let mut scenes = Self {
            images: vec![0.0; digits.len() * size],
            masks: vec![0; digits.len() * size],
            labels: digits.labels().to_vec(),
            angles: vec![0.0; digits.len()],
            side,
        };
        scenes
            .images
            .par_chunks_exact_mut(size)
            .zip(scenes.masks.par_chunks_exact_mut(size))
            .zip(&mut scenes.angles)
            .enumerate()
            .for_each(|(index, ((image, mask), angle))| {
                let mut draws = Draws::new(purpose, seed, epoch, index);
                *angle = draws.angle();
                let digit = turned(digits, index, *angle);
                let place = (draws.below(side - rows + 1), draws.below(side - cols + 1));
                copy(&digit, (0, 0, rows, cols), cols, image, place, side);
                for (mask, value) in mask.iter_mut().zip(&*image) {
                    *mask = u8::from(*value >= INK);
                }
                for _ in 0..PIECES {
                    let other = draws.below(digits.len());
                    let piece = turned(digits, other, draws.angle());
                    let (height, width) = (PIECE.min(rows), PIECE.min(cols));
                    let from = (
                        draws.below(rows - height + 1),
                        draws.below(cols - width + 1),
                    );
                    let to = (
                        draws.below(side - height + 1),
                        draws.below(side - width + 1),
                    );
                    // A second whole digit would have no answer; the digit itself may lend pieces.
                    copy(
                        &piece,
                        (from.0, from.1, height, width),
                        cols,
                        image,
                        to,
                        side,
                    );
                }
            });
        Ok(scenes)
    }

    /// Number of scenes.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

fn turned(digits: &Pictures, index: usize, degrees: f64) -> Vec<f32> {
    let upright = digits.values(index);
    let mut turned = vec![0.0; upright.len()];
    move_into(&mut turned, &upright, digits.sizes(), &about_z(degrees));
    turned
}

/// Puts a rectangle (row, column, height, width) of an image at a place of another where it is
/// brighter.
fn copy(
    from: &[f32],
    (row, col, height, width): (usize, usize, usize, usize),
    from_cols: usize,
    to: &mut [f32],
    (to_row, to_col): (usize, usize),
    to_cols: usize,
) {
    for i in 0..height {
        let source = &from[(row + i) * from_cols + col..][..width];
        let target = &mut to[(to_row + i) * to_cols + to_col..][..width];
        for (target, value) in target.iter_mut().zip(source) {
            *target = target.max(*value);
        }
    }
}
