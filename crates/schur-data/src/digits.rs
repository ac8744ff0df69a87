//! Upright digits with their labels.

use std::collections::HashSet;

use crate::idx::{Images, read_images, read_labels};
use crate::{DataError, MAX_SCENE};

/// Number of classes: the digits 0 to 9.
pub const CLASSES: u8 = 10;

/// Grey-value images, all of one size, each with its label.
///
/// There is a label in 0 .. [`CLASSES`] for each image. Only subsets may be empty.
///
/// ```
/// use schur_data::Digits;
///
/// let digits = Digits::embedded_test()?;
/// assert_eq!((digits.len(), digits.rows(), digits.cols()), (5000, 28, 28));
/// assert_eq!(digits.image(0).len(), 28 * 28);
/// assert_eq!(digits.labels()[..10].iter().sum::<u8>(), 45); // each class once
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digits {
    rows: usize,
    cols: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Digits {
    /// Pairs images with labels. `file` names the images in errors.
    ///
    /// # Errors
    ///
    /// [`DataError::Empty`] if there is no image or no pixel,
    /// [`DataError::Count`] unless there are as many labels as images,
    /// [`DataError::PixelCount`] unless `images` holds the pixels it counts,
    /// [`DataError::Label`] for a label of [`CLASSES`] or more.
    pub fn new(images: Images, labels: Vec<u8>, file: &str) -> Result<Self, DataError> {
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
        if let Some(position) = labels.iter().position(|&label| label >= CLASSES) {
            return Err(DataError::Label {
                file: file.to_owned(),
                label: labels[position],
                position,
                classes: CLASSES,
            });
        }
        Ok(Self {
            rows,
            cols,
            pixels,
            labels,
        })
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
    /// As for [`Digits::embedded_train`].
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
        let labels = read_labels(labels, CLASSES, labels_file)?;
        Self::new(images, labels, images_file)
    }

    /// Number of digits.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Pixel rows of each image.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Pixel columns of each image.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Pixels `[rows, cols]` of image `index`; 0 is background, 255 full ink.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `index` is not less than [`Digits::len`].
    pub fn image(&self, index: usize) -> &[u8] {
        let size = self.rows * self.cols;
        &self.pixels[index * size..(index + 1) * size]
    }

    /// All pixels `[len, rows, cols]`.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Labels `[len]`, each in 0 .. [`CLASSES`].
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The digits whose pixels occur in none of the `others`, in their order; perhaps none. So a
    /// network is not tested on what it was trained on.
    ///
    /// ```
    /// use schur_data::Digits;
    ///
    /// let digits = Digits::embedded_test()?.subset(&[0, 1, 2, 3])?;
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

    /// The digits at the given positions, in the given order.
    ///
    /// ```
    /// use schur_data::Digits;
    ///
    /// let digits = Digits::embedded_test()?;
    /// let pair = digits.subset(&[7, 3])?;
    /// assert_eq!(pair.image(1), digits.image(3));
    /// assert!(digits.subset(&[5000]).is_err());
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Index`] for a position that is not less than [`Digits::len`].
    pub fn subset(&self, indices: &[usize]) -> Result<Self, DataError> {
        if let Some(&index) = indices.iter().find(|&&index| index >= self.len()) {
            return Err(DataError::Index {
                index,
                len: self.len(),
            });
        }
        let mut pixels = Vec::with_capacity(indices.len() * self.rows * self.cols);
        let mut labels = Vec::with_capacity(indices.len());
        for &index in indices {
            pixels.extend_from_slice(self.image(index));
            labels.push(self.labels[index]);
        }
        Ok(Self {
            rows: self.rows,
            cols: self.cols,
            pixels,
            labels,
        })
    }

    /// The digits of some classes, in their order; perhaps none.
    ///
    /// ```
    /// use schur_data::Digits;
    ///
    /// let sevens = Digits::embedded_test()?.of_classes(&[7]);
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

    /// The digits in the middle of larger square images; where the margin can't be the same on
    /// both sides it is one pixel wider at the bottom and on the right.
    ///
    /// ```
    /// use schur_data::Digits;
    ///
    /// let digits = Digits::embedded_test()?.subset(&[0])?.padded(29)?;
    /// assert_eq!((digits.rows(), digits.cols()), (29, 29));
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Padding`] if the side is smaller than the images are, or above
    /// [`MAX_SCENE`].
    pub fn padded(&self, side: usize) -> Result<Self, DataError> {
        if side < self.rows.max(self.cols) || side > MAX_SCENE {
            return Err(DataError::Padding {
                rows: self.rows,
                cols: self.cols,
                side,
            });
        }
        let (top, left) = ((side - self.rows) / 2, (side - self.cols) / 2);
        let mut pixels = vec![0; self.len() * side * side];
        for (index, image) in pixels.chunks_exact_mut(side * side).enumerate() {
            for (row, line) in self.image(index).chunks_exact(self.cols).enumerate() {
                let start = (top + row) * side + left;
                image[start..start + self.cols].copy_from_slice(line);
            }
        }
        Ok(Self {
            rows: side,
            cols: side,
            pixels,
            labels: self.labels.clone(),
        })
    }

    /// Adds digits of the same size behind these.
    pub(crate) fn append(&mut self, mut other: Self) {
        debug_assert_eq!((self.rows, self.cols), (other.rows, other.cols));
        self.pixels.append(&mut other.pixels);
        self.labels.append(&mut other.labels);
    }
}
