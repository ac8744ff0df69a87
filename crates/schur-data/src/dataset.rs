//! Pictures as a network sees them: rotated, with numbers for pixels.

use rayon::prelude::*;

use crate::random::{Draws, Purpose};
use crate::rotate::{
    MAX_OVERSAMPLING, Matrix, about_z, check_isometry, move_into, move_mask_into,
    rotate_oversampled,
};
use crate::{DataError, MAX_RESIZED_PIXELS, Pictures, Strip, Targets};

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

/// By what pictures are moved at random, each by a movement of its own.
///
/// ```
/// use schur_data::{Dataset, Moves, Pictures, Stream};
///
/// // One of the four quarter turns for every digit.
/// let quarter = |k: usize| {
///     let (c, s) = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][k];
///     [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]
/// };
/// let moves = Moves::Elements((0..4).map(quarter).collect());
/// let digits = Pictures::embedded_test()?.subset(&[0, 1, 2])?;
/// let moved = Dataset::moved(&digits, 1, Stream::Train, &moves)?;
/// assert_eq!(moved.len(), 3);
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Moves {
    /// Rotations, uniformly: of images in the plane by an angle, of volumes in space.
    Rotations,
    /// Rotations, half of them after a mirror: the left-right mirror of images, the reflection in the
    /// origin of volumes.
    Isometries,
    /// Matrices on (x, y, z), each as often as the others. Those of images keep z.
    Elements(Vec<[[f64; 3]; 3]>),
    /// Shifts of images along a strip, by a whole number of columns up to its period.
    Shifts(Strip),
}

/// How a picture is moved.
enum Movement {
    Isometry(Matrix),
    Shift(Strip, usize),
}

impl Movement {
    /// Moves numbers, to the places in `moved`.
    fn apply(&self, moved: &mut [f32], map: &[f32], sizes: [usize; 3]) {
        match self {
            Self::Isometry(matrix) => move_into(moved, map, sizes, matrix),
            Self::Shift(strip, by) => shift(moved, map, sizes, *strip, *by),
        }
    }

    /// Moves classes.
    fn apply_to_mask(&self, moved: &mut [u8], mask: &[u8], sizes: [usize; 3]) {
        match self {
            Self::Isometry(matrix) => move_mask_into(moved, mask, sizes, matrix),
            Self::Shift(strip, by) => shift(moved, mask, sizes, *strip, *by),
        }
    }
}

/// Shifts every slice of (depth, rows, columns) along a strip.
fn shift<T: Copy>(to: &mut [T], from: &[T], sizes: [usize; 3], strip: Strip, by: usize) {
    let [_, rows, columns] = sizes;
    let slices = to.chunks_exact_mut(rows * columns);
    for (to, from) in slices.zip(from.chunks_exact(rows * columns)) {
        to.copy_from_slice(&strip.shifted(from, [rows, columns], by));
    }
}

impl Moves {
    /// The movement of a picture of sizes (depth, rows, columns), with the angle of a rotation in the
    /// plane.
    fn draw(&self, draws: &mut Draws, sizes: [usize; 3]) -> (Movement, f64) {
        let space = sizes[0] > 1;
        match self {
            Self::Elements(elements) => {
                let element = elements[draws.below(elements.len())];
                return (Movement::Isometry(element), 0.0);
            }
            Self::Shifts(strip) => {
                let by = draws.below(strip.period(sizes[2]));
                return (Movement::Shift(*strip, by), 0.0);
            }
            Self::Rotations | Self::Isometries => {}
        }
        let (mut matrix, angle) = match space {
            true => (draws.rotation(), 0.0),
            false => {
                let angle = draws.angle();
                (about_z(angle), angle)
            }
        };
        if *self == Self::Isometries && draws.below(2) == 1 {
            let mirrored = if space { 0..3 } else { 0..1 };
            for row in &mut matrix {
                row[mirrored.clone()].iter_mut().for_each(|v| *v = -*v);
            }
        }
        (Movement::Isometry(matrix), angle)
    }
}

/// Images or volumes of one size, each with its label, the angle by which it was rotated, and perhaps a
/// mask or targets.
///
/// All vectors have one entry per image, except `images`, which has channels times depth times height
/// times width, and `masks`.
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
    /// Values `[len, channels, depth, height, width]`, in [0, 1] unless the pictures are normalised
    /// otherwise; 0 is background.
    pub images: Vec<f32>,
    /// Classes of the pixels `[len, depth, height, width]` of pictures with masks, or nothing.
    pub masks: Vec<u8>,
    /// Numbers and vectors to be found of pictures that have some; vectors are moved with them.
    pub targets: Option<Targets>,
    /// Labels `[len]`.
    pub labels: Vec<u8>,
    /// Angles `[len]` in degrees, in [0, 360), counter-clockwise as displayed; 0 where the movement is
    /// not by an angle in the plane.
    pub angles: Vec<f64>,
    /// Matrices `[len]` on (x, y, z), row by row, by which volumes were moved; none of images.
    pub matrices: Vec<[[f64; 3]; 3]>,
    /// Channels of each image.
    pub channels: usize,
    /// Slices of each volume, 1 of an image.
    pub depth: usize,
    /// Pixel rows of each image.
    pub height: usize,
    /// Pixel columns of each image.
    pub width: usize,
}

impl Dataset {
    /// The pictures as they are ([`Pictures::values`]), all angles 0.
    pub fn upright(pictures: &Pictures) -> Self {
        let mut all = Self::empty(pictures);
        let size = pictures.channels() * pictures.sizes().iter().product::<usize>();
        all.images = vec![0.0; pictures.len() * size];
        let images = all.images.par_chunks_exact_mut(size).enumerate();
        images.for_each(|(index, image)| image.copy_from_slice(&pictures.values(index)));
        all.masks = pictures.masks().to_vec();
        all
    }

    /// Every picture rotated by a rotation of its own: an image by an angle, uniform in [0, 360)
    /// degrees, as [`rotate()`](crate::rotate()) does it; a volume by a uniform rotation of space, as
    /// [`move_volume`](crate::move_volume) does it; an image on a sphere
    /// ([`Pictures::on_globe`](crate::Pictures::on_globe)) by one of the sphere. They are normalised before, so that what comes in
    /// at the corners is 0.
    ///
    /// The rotation depends on the seed, the stream and the position of the picture alone, so
    /// a prefix of the pictures gets the rotations it has in the whole. [`Stream::Test`] does not
    /// use the seed.
    pub fn rotated(pictures: &Pictures, seed: u64, stream: Stream) -> Self {
        Self::turned(pictures, 1, seed, stream, &Moves::Rotations)
    }

    /// Every picture moved by a movement of its own, which depends on the seed, the stream and the
    /// position of the picture alone.
    ///
    /// # Errors
    ///
    /// [`DataError::Isometry`] for a matrix that is none.
    pub fn moved(
        pictures: &Pictures,
        seed: u64,
        stream: Stream,
        moves: &Moves,
    ) -> Result<Self, DataError> {
        if let Moves::Elements(elements) = moves {
            elements.iter().try_for_each(check_isometry)?;
            if elements.is_empty() {
                return Ok(Self::upright(pictures));
            }
        }
        Ok(Self::turned(pictures, 1, seed, stream, moves))
    }

    /// Rotates every image as [`rotated`](Self::rotated) does, each enlarged by a factor
    /// before it is turned and reduced again after, which blurs less ([`rotate_oversampled`]).
    ///
    /// # Errors
    ///
    /// [`DataError::Oversampling`] if the factor is zero or above [`MAX_OVERSAMPLING`], or not 1 for
    /// volumes, [`DataError::Resize`] if the enlarged images would be too large.
    pub fn rotated_oversampled(
        pictures: &Pictures,
        seed: u64,
        stream: Stream,
        factor: usize,
    ) -> Result<Self, DataError> {
        let limit = match pictures.depth() {
            1 => MAX_OVERSAMPLING,
            _ => 1,
        };
        if !(1..=limit).contains(&factor) {
            return Err(DataError::Oversampling { factor, limit });
        }
        let (height, width) = (pictures.rows() * factor, pictures.cols() * factor);
        if factor > 1 && height.saturating_mul(width) > MAX_RESIZED_PIXELS {
            return Err(DataError::Resize {
                depth: 1,
                height,
                width,
                limit: MAX_RESIZED_PIXELS,
            });
        }
        Ok(Self::turned(
            pictures,
            factor,
            seed,
            stream,
            &Moves::Rotations,
        ))
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
            masks: Vec::new(),
            targets: None,
            labels,
            angles,
            matrices: Vec::new(),
            channels: 1,
            depth: 1,
            height: side,
            width: side,
        })
    }

    /// Labels and sizes of the pictures, without their values.
    fn empty(pictures: &Pictures) -> Self {
        let volumes = if pictures.depth() > 1 {
            pictures.len()
        } else {
            0
        };
        Self {
            images: Vec::new(),
            masks: Vec::new(),
            targets: pictures.targets().cloned(),
            labels: pictures.labels().to_vec(),
            angles: vec![0.0; pictures.len()],
            matrices: vec![about_z(0.0); volumes],
            channels: pictures.channels(),
            depth: pictures.depth(),
            height: pictures.rows(),
            width: pictures.cols(),
        }
    }

    fn turned(
        pictures: &Pictures,
        factor: usize,
        seed: u64,
        stream: Stream,
        moves: &Moves,
    ) -> Self {
        let shifts = matches!(moves, Moves::Shifts(_));
        let purpose = |angles, of_shifts| if shifts { of_shifts } else { angles };
        let (purpose, seed, epoch) = match stream {
            Stream::Train => (purpose(Purpose::TrainAngles, Purpose::TrainShifts), seed, 0),
            Stream::Validation => {
                let purpose = purpose(Purpose::ValidationAngles, Purpose::ValidationShifts);
                (purpose, seed, 0)
            }
            Stream::Test => {
                let purpose = purpose(Purpose::TestAngles, Purpose::TestShifts);
                (purpose, TEST_ROTATION_SEED, 0)
            }
            Stream::Augment { epoch } => {
                let purpose = purpose(Purpose::AugmentedAngles, Purpose::AugmentedShifts);
                (purpose, seed, epoch)
            }
        };
        let sizes = pictures.sizes();
        let size: usize = sizes.iter().product();
        let mut all = Self::empty(pictures);
        let draw = |index| {
            let mut draws = Draws::new(purpose, seed, epoch, index);
            moves.draw(&mut draws, sizes)
        };
        all.images = vec![0.0; pictures.len() * pictures.channels() * size];
        all.images
            .par_chunks_exact_mut(pictures.channels() * size)
            .zip(&mut all.angles)
            .enumerate()
            .for_each(|(index, (image, degrees))| {
                if let Some(globe) = pictures.globe() {
                    let mut draws = Draws::new(purpose, seed, epoch, globe.draw_of(index));
                    let flat = pictures.flat_values(index);
                    image.copy_from_slice(&pictures.on(globe, &flat, &draws.rotation()));
                    return;
                }
                let (movement, angle) = draw(index);
                *degrees = angle;
                let upright = pictures.values(index);
                let maps = upright.chunks_exact(size);
                for (turned, map) in image.chunks_exact_mut(size).zip(maps) {
                    if factor == 1 {
                        movement.apply(turned, map, sizes);
                    } else {
                        let map = rotate_oversampled(map, sizes[1], sizes[2], angle, factor);
                        turned.copy_from_slice(&map.expect("factor and size were checked"));
                    }
                }
            });
        let matrix = |index| match draw(index).0 {
            Movement::Isometry(matrix) => matrix,
            Movement::Shift(..) => about_z(0.0),
        };
        all.matrices = (0..all.matrices.len()).map(matrix).collect();
        all.targets = pictures.targets().map(|targets| targets.moved_each(matrix));
        all.masks = vec![0; pictures.masks().len()];
        let masks = all.masks.par_chunks_exact_mut(size).enumerate();
        masks.for_each(|(index, turned)| {
            draw(index)
                .0
                .apply_to_mask(turned, pictures.mask(index), sizes);
        });
        all
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Values `[channels, depth, height, width]` of image `index`.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `index` is not less than [`Dataset::len`].
    pub fn image(&self, index: usize) -> &[f32] {
        let size = self.channels * self.depth * self.height * self.width;
        &self.images[index * size..(index + 1) * size]
    }
}
