//! Upright pictures with their labels.

mod central;
mod normalisation;
mod numpy;
mod targets;

use std::collections::HashSet;
use std::sync::Arc;

pub use normalisation::Normalisation;
pub(crate) use normalisation::floats;

use crate::idx::{Images, read_images, read_labels};
use crate::rotate::Matrix;
use crate::{DataError, Globe, Numbers, Targets};

/// Number of classes of digits: 0 to 9.
pub const CLASSES: u8 = 10;
/// Labels are bytes; relatives of MNIST have up to 62 classes.
const MAX_CLASSES: u16 = 256;

/// Largest side of padded pictures, of scenes and of blobs, in pixels.
pub const MAX_SCENE: usize = 1024;

const IDENTITY: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// Pictures of one size, each with its label: digits, or pictures of one's own, grey (one channel) or
/// in colour (three), with bytes as pixels; or volumes ([`Pictures::volumes`]), with bytes or
/// 32-bit numbers. An image is a volume of depth 1. Each may have a mask, which says what every pixel
/// shows, or numbers and vectors to be found ([`Targets`]).
///
/// Only subsets may be empty.
///
/// ```
/// use schur_data::Pictures;
///
/// let digits = Pictures::embedded_test()?;
/// assert_eq!((digits.len(), digits.rows(), digits.cols()), (5000, 28, 28));
/// assert_eq!(digits.image(0).len(), 28 * 28);
/// assert_eq!(digits.labels()[..10].iter().sum::<u8>(), 45); // each class once
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Pictures {
    channels: usize,
    /// Depth, rows, columns.
    sizes: [usize; 3],
    /// Numbers of 32 bits are little-endian.
    pixels: Vec<u8>,
    /// Whether numbers have 32 bits.
    wide: bool,
    labels: Vec<u8>,
    /// Classes of pixels `[labels, depth, rows, cols]`, or nothing.
    masks: Vec<u8>,
    targets: Option<Targets>,
    normalisation: Normalisation,
    /// The sphere that they are seen on.
    globe: Option<Arc<Globe>>,
}

impl Pictures {
    /// Pictures of `[channels, rows, cols]` with the pixels `[labels, channels, rows, cols]`, not
    /// normalised.
    ///
    /// ```
    /// use schur_data::Pictures;
    ///
    /// // A red and a blue picture of one pixel.
    /// let pictures = Pictures::new([3, 1, 1], vec![255, 0, 0, 0, 0, 255], vec![0, 1])?;
    /// assert_eq!(pictures.values(1), [0.0, 0.0, 1.0]);
    /// assert!(Pictures::new([3, 1, 1], vec![255, 0], vec![0]).is_err());
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Shape`] if a number is 0, there is no label, or there are not as many pixels as
    /// they say.
    pub fn new(
        [channels, rows, cols]: [usize; 3],
        pixels: Vec<u8>,
        labels: Vec<u8>,
    ) -> Result<Self, DataError> {
        let mut pictures =
            Self::volumes([channels, 1, rows, cols], Numbers::Bytes(pixels), labels)?;
        pictures.normalisation = Normalisation::none(channels);
        Ok(pictures)
    }

    /// Volumes of `[channels, depth, rows, cols]` with numbers `[labels, channels, depth, rows, cols]`,
    /// which a network sees as they are until they are [`normalised`](Self::normalised).
    ///
    /// ```
    /// use schur_data::{Numbers, Pictures};
    ///
    /// let numbers = Numbers::Floats((0..16).map(|i| i as f32 - 1000.0).collect());
    /// let volumes = Pictures::volumes([1, 2, 2, 2], numbers, vec![0, 1])?;
    /// assert_eq!((volumes.depth(), volumes.values(1)[0]), (2, -992.0));
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Shape`] if a size is 0, there is no label, or there are not as many numbers as they
    /// say.
    pub fn volumes(
        [channels, depth, rows, cols]: [usize; 4],
        numbers: Numbers,
        labels: Vec<u8>,
    ) -> Result<Self, DataError> {
        let expected = [labels.len(), channels, depth, rows, cols]
            .into_iter()
            .try_fold(1_usize, usize::checked_mul);
        if numbers.is_empty() || expected != Some(numbers.len()) {
            return Err(DataError::Shape {
                count: labels.len(),
                channels,
                depth,
                rows,
                cols,
                found: numbers.len(),
            });
        }
        let (pixels, wide) = match numbers {
            Numbers::Bytes(bytes) => (bytes, false),
            Numbers::Floats(floats) => {
                (floats.iter().flat_map(|v| v.to_le_bytes()).collect(), true)
            }
        };
        Ok(Self {
            channels,
            sizes: [depth, rows, cols],
            pixels,
            wide,
            labels,
            masks: Vec::new(),
            targets: None,
            normalisation: Normalisation::of_numbers(channels),
            globe: None,
        })
    }

    /// These pictures with what every pixel shows: `[len, depth, rows, cols]`, numbers of classes of
    /// which 0 is the background.
    ///
    /// ```
    /// use schur_data::Pictures;
    ///
    /// let pictures = Pictures::new([1, 1, 2], vec![0, 255], vec![0])?.with_masks(vec![0, 1])?;
    /// assert_eq!(pictures.mask(0), [0, 1]);
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Masks`] unless there are as many numbers as pixels.
    pub fn with_masks(mut self, masks: Vec<u8>) -> Result<Self, DataError> {
        let expected = self.len() * self.places();
        if masks.len() != expected {
            return Err(DataError::Masks {
                found: masks.len(),
                expected,
            });
        }
        self.masks = masks;
        Ok(self)
    }

    /// Pairs the images of an IDX file with labels. `file` names the images in errors.
    ///
    /// # Errors
    ///
    /// [`DataError::Empty`] if there is no image or no pixel,
    /// [`DataError::Count`] unless there are as many labels as images,
    /// [`DataError::PixelCount`] unless `images` holds the pixels it counts.
    pub fn from_idx(images: Images, labels: Vec<u8>, file: &str) -> Result<Self, DataError> {
        let Images {
            count,
            rows,
            cols,
            pixels,
        } = images;
        if count == 0 || rows == 0 || cols == 0 {
            return Err(DataError::Empty {
                file: file.to_owned(),
                count,
                rows,
                cols,
            });
        }
        if count != labels.len() {
            return Err(DataError::Count {
                file: file.to_owned(),
                images: count,
                labels: labels.len(),
            });
        }
        let expected = count
            .checked_mul(rows)
            .and_then(|size| size.checked_mul(cols));
        if expected != Some(pixels.len()) {
            return Err(DataError::PixelCount {
                file: file.to_owned(),
                count,
                rows,
                cols,
                found: pixels.len(),
            });
        }
        Self::new([1, rows, cols], pixels, labels)
    }

    /// The 12,000 training digits that are compiled in, 1,200 of each class: 10,000 for
    /// training and then 2,000 for validation, any prefix balanced.
    ///
    /// They are a subset of MNIST; `data/README.md` says how it was chosen.
    ///
    /// # Errors
    ///
    /// Those of [`read_images`] and [`read_labels`], if the build contains damaged files.
    pub fn embedded_train() -> Result<Self, DataError> {
        Self::read(
            include_bytes!("../data/train-images-idx3-ubyte.gz"),
            "embedded train-images-idx3-ubyte.gz",
            include_bytes!("../data/train-labels-idx1-ubyte.gz"),
            "embedded train-labels-idx1-ubyte.gz",
        )
    }

    /// The 5,000 test digits that are compiled in, 500 of each class. None of them is a
    /// training digit.
    ///
    /// # Errors
    ///
    /// As for [`Pictures::embedded_train`].
    pub fn embedded_test() -> Result<Self, DataError> {
        Self::read(
            include_bytes!("../data/t10k-images-idx3-ubyte.gz"),
            "embedded t10k-images-idx3-ubyte.gz",
            include_bytes!("../data/t10k-labels-idx1-ubyte.gz"),
            "embedded t10k-labels-idx1-ubyte.gz",
        )
    }

    /// The digits of an image file and a label file.
    pub(crate) fn read(
        images: &[u8],
        images_file: &str,
        labels: &[u8],
        labels_file: &str,
    ) -> Result<Self, DataError> {
        let images = read_images(images, images_file)?;
        let labels = read_labels(labels, MAX_CLASSES, labels_file)?;
        Self::from_idx(images, labels, images_file)
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Channels of each picture: 1 of grey ones, 3 (red, green, blue) in colour.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Slices of each volume; 1 of an image.
    pub fn depth(&self) -> usize {
        self.sizes[0]
    }

    /// Pixel rows of each picture.
    pub fn rows(&self) -> usize {
        self.sizes()[1]
    }

    /// Pixel columns of each picture.
    pub fn cols(&self) -> usize {
        self.sizes()[2]
    }

    /// Depth, rows and columns of the numbers of each picture: of its pixels, or, of pictures seen on
    /// a sphere ([`on_globe`](Self::on_globe)), of its places.
    pub fn sizes(&self) -> [usize; 3] {
        match &self.globe {
            Some(globe) => [1, globe.side(), globe.side()],
            None => self.sizes,
        }
    }

    /// These images as they are seen on a sphere: what a network sees of one are the values at its
    /// places. The pixels stay.
    ///
    /// ```
    /// use schur_data::{Dataset, Globe, Pictures, Stream};
    ///
    /// let digits = Pictures::embedded_test()?.subset(&[0, 1])?.on_globe(Globe::new(10)?)?;
    /// assert_eq!((digits.rows(), digits.values(0).len()), (20, 400));
    /// assert_eq!(digits.clone().off_globe().rows(), 28);
    /// // Each turned in space by a rotation of its own.
    /// let turned = Dataset::rotated(&digits, 1, Stream::Train);
    /// assert_eq!((turned.height, turned.images.len()), (20, 800));
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::NoGlobe`] of volumes and of images with masks or targets.
    pub fn on_globe(mut self, globe: Globe) -> Result<Self, DataError> {
        if self.sizes[0] > 1 || !self.masks.is_empty() || self.targets.is_some() {
            return Err(DataError::NoGlobe);
        }
        self.globe = Some(Arc::new(globe));
        Ok(self)
    }

    /// These images, seen flat.
    #[must_use]
    pub fn off_globe(mut self) -> Self {
        self.globe = None;
        self
    }

    /// The sphere that they are seen on.
    pub fn globe(&self) -> Option<&Globe> {
        self.globe.as_deref()
    }

    /// Pixels of a channel of a picture.
    fn places(&self) -> usize {
        self.sizes.iter().product()
    }

    /// Bytes of a picture.
    fn stride(&self) -> usize {
        self.channels * self.places() * if self.wide { size_of::<f32>() } else { 1 }
    }

    /// Whether pixels are bytes; otherwise they are 32-bit numbers.
    pub fn are_bytes(&self) -> bool {
        !self.wide
    }

    /// Classes of the pixels `[depth, rows, cols]` of picture `index`; nothing without masks.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if there are masks and `index` is not less than [`Pictures::len`].
    pub fn mask(&self, index: usize) -> &[u8] {
        match self.masks.is_empty() {
            true => &[],
            false => &self.masks[index * self.places()..(index + 1) * self.places()],
        }
    }

    /// All masks `[len, depth, rows, cols]`; nothing without masks.
    pub fn masks(&self) -> &[u8] {
        &self.masks
    }

    /// Bytes `[channels, depth, rows, cols]` of picture `index`; of digits 0 is background, 255 full
    /// ink. Numbers of 32 bits are four bytes each, little-endian ([`are_bytes`](Self::are_bytes)).
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `index` is not less than [`Pictures::len`].
    pub fn image(&self, index: usize) -> &[u8] {
        let size = self.stride();
        &self.pixels[index * size..(index + 1) * size]
    }

    /// The numbers `[channels, depth, rows, cols]` that a network sees of picture `index`: its
    /// pixels, normalised ([`Normalisation`]), on a sphere if they are seen there.
    ///
    /// # Panics
    ///
    /// As [`image`](Self::image).
    pub fn values(&self, index: usize) -> Vec<f32> {
        let values = self.flat_values(index);
        match &self.globe {
            Some(globe) => self.on(globe, &values, &IDENTITY),
            None => values,
        }
    }

    /// Every channel of an image on a sphere that is then turned.
    pub(crate) fn on(&self, globe: &Globe, values: &[f32], rotation: &Matrix) -> Vec<f32> {
        let [_, rows, columns] = self.sizes;
        let maps = values.chunks_exact(rows * columns);
        maps.flat_map(|map| globe.project(map, [rows, columns], rotation))
            .collect()
    }

    /// The pixels of picture `index`, normalised.
    pub(crate) fn flat_values(&self, index: usize) -> Vec<f32> {
        match self.wide {
            false => self.normalisation.values(self.image(index)),
            true => self.normalisation.values(&self.raw(index)),
        }
    }

    /// The numbers of picture `index` as they are.
    pub(crate) fn raw(&self, index: usize) -> Vec<f32> {
        let bytes = self.image(index);
        match self.wide {
            false => bytes.iter().copied().map(f32::from).collect(),
            true => floats(bytes).collect(),
        }
    }

    /// What makes numbers of pixels.
    pub fn normalisation(&self) -> &Normalisation {
        &self.normalisation
    }

    /// These pictures with another normalisation of their pixels.
    ///
    /// # Errors
    ///
    /// [`DataError::Normalisation`] unless it has as many channels as the pictures.
    pub fn normalised(mut self, normalisation: Normalisation) -> Result<Self, DataError> {
        if normalisation.mean().len() != self.channels {
            return Err(DataError::Normalisation {
                problem: format!(
                    "for {} channels, but the pictures have {}",
                    normalisation.mean().len(),
                    self.channels
                ),
            });
        }
        self.normalisation = normalisation;
        Ok(self)
    }

    /// All bytes `[len, channels, depth, rows, cols]`, as [`image`](Self::image) has them.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Labels `[len]`; of digits each in 0 .. [`CLASSES`].
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The pictures whose pixels occur in none of the `others`, in their order; perhaps none. So a
    /// network is not tested on what it was trained on.
    ///
    /// ```
    /// use schur_data::Pictures;
    ///
    /// let digits = Pictures::embedded_test()?.subset(&[0, 1, 2, 3])?;
    /// let seen = digits.subset(&[1, 3])?;
    /// assert_eq!(digits.excluding(&[&seen]), digits.subset(&[0, 2])?);
    /// assert!(digits.excluding(&[&digits]).is_empty());
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    pub fn excluding(&self, others: &[&Self]) -> Self {
        let seen: HashSet<&[u8]> = others
            .iter()
            .flat_map(|other| (0..other.len()).map(|i| other.image(i)))
            .collect();
        let unseen: Vec<usize> = (0..self.len())
            .filter(|&i| !seen.contains(self.image(i)))
            .collect();
        self.subset(&unseen)
            .expect("the indices are those of this set")
    }

    /// The pictures at the given positions, in the given order.
    ///
    /// ```
    /// use schur_data::Pictures;
    ///
    /// let digits = Pictures::embedded_test()?;
    /// let pair = digits.subset(&[7, 3])?;
    /// assert_eq!(pair.image(1), digits.image(3));
    /// assert!(digits.subset(&[5000]).is_err());
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Index`] for a position that is not less than [`Pictures::len`].
    pub fn subset(&self, indices: &[usize]) -> Result<Self, DataError> {
        if let Some(&index) = indices.iter().find(|&&index| index >= self.len()) {
            return Err(DataError::Index {
                index,
                len: self.len(),
            });
        }
        let mut pixels = Vec::with_capacity(indices.len() * self.stride());
        let mut labels = Vec::with_capacity(indices.len());
        let mut masks = Vec::new();
        for &index in indices {
            pixels.extend_from_slice(self.image(index));
            labels.push(self.labels[index]);
            masks.extend_from_slice(self.mask(index));
        }
        Ok(Self {
            pixels,
            labels,
            masks,
            targets: self
                .targets
                .as_ref()
                .map(|t| t.subset(indices.iter().copied())),
            normalisation: self.normalisation.clone(),
            globe: self.globe.clone(),
            ..*self
        })
    }

    /// These pictures and then others.
    ///
    /// ```
    /// use schur_data::Pictures;
    ///
    /// let digits = Pictures::embedded_test()?;
    /// let (first, rest) = (digits.subset(&[0, 1])?, digits.subset(&[2])?);
    /// assert_eq!(first.followed_by(&rest)?, digits.subset(&[0, 1, 2])?);
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Joined`] if the others have other channels, sizes, numbers, masks or another
    /// normalisation, and if one of both has targets.
    pub fn followed_by(&self, others: &Self) -> Result<Self, DataError> {
        let kind = |of: &Self| (of.channels, of.sizes, of.wide, of.masks.is_empty());
        // Sets with targets are not put together: nobody asks.
        let targets = self.targets.is_some() || others.targets.is_some();
        if targets || kind(self) != kind(others) || self.normalisation != others.normalisation {
            return Err(DataError::Joined);
        }
        let mut all = self.clone();
        all.pixels.extend_from_slice(&others.pixels);
        all.labels.extend_from_slice(&others.labels);
        all.masks.extend_from_slice(&others.masks);
        Ok(all)
    }

    /// The pictures of some classes, in their order; perhaps none.
    ///
    /// ```
    /// use schur_data::Pictures;
    ///
    /// let sevens = Pictures::embedded_test()?.of_classes(&[7]);
    /// assert_eq!(sevens.len(), 500);
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    pub fn of_classes(&self, classes: &[u8]) -> Self {
        let indices: Vec<usize> = (0..self.len())
            .filter(|&i| classes.contains(&self.labels[i]))
            .collect();
        self.subset(&indices)
            .expect("the indices are those of this set")
    }

    /// Images of bytes in the middle of larger square ones, on pixels of 0; where the margin can't be the
    /// same on both sides it is one pixel wider at the bottom and on the right.
    ///
    /// ```
    /// use schur_data::Pictures;
    ///
    /// let digits = Pictures::embedded_test()?.subset(&[0])?.padded(29)?;
    /// assert_eq!((digits.rows(), digits.cols()), (29, 29));
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Padding`] if the side is smaller than the images are, or above
    /// [`MAX_SCENE`], and of volumes.
    pub fn padded(&self, side: usize) -> Result<Self, DataError> {
        self.check_padding(side)?;
        let [_, rows, cols] = self.sizes;
        let (top, left) = ((side - rows) / 2, (side - cols) / 2);
        let mut pixels = vec![0; self.len() * self.channels * side * side];
        let maps = self.pixels.chunks_exact(rows * cols);
        for (large, map) in pixels.chunks_exact_mut(side * side).zip(maps) {
            for (row, line) in map.chunks_exact(cols).enumerate() {
                let start = (top + row) * side + left;
                large[start..start + cols].copy_from_slice(line);
            }
        }
        Ok(Self {
            sizes: [1, side, side],
            pixels,
            labels: self.labels.clone(),
            masks: Vec::new(),
            targets: self.targets.clone(),
            normalisation: self.normalisation.clone(),
            globe: self.globe.clone(),
            ..*self
        })
    }

    /// [`DataError::Padding`] unless the pictures can be padded to squares of this side.
    pub(crate) fn check_padding(&self, side: usize) -> Result<(), DataError> {
        let ([depth, rows, cols], limit) = (self.sizes, MAX_SCENE);
        if side < rows.max(cols) || side > limit || depth > 1 || self.wide {
            return Err(DataError::Padding {
                rows,
                cols,
                side,
                limit,
            });
        }
        Ok(())
    }

    /// Adds pictures of the same size behind these.
    pub(crate) fn append(&mut self, mut other: Self) {
        debug_assert_eq!(
            (self.channels, self.sizes, self.wide),
            (other.channels, other.sizes, other.wide)
        );
        self.masks.append(&mut other.masks);
        self.pixels.append(&mut other.pixels);
        self.labels.append(&mut other.labels);
    }
}
