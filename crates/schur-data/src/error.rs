//! The one error type of this crate.

use std::path::PathBuf;

use thiserror::Error;

/// What can be wrong with pictures, their files and folders, and image arguments.
///
/// `file` is the path of the file, or "embedded ..." for digits that are compiled in.
///
/// ```
/// use schur_data::{DataError, idx};
///
/// let error = idx::read_images(&[0, 0, 8], "short.idx").unwrap_err();
/// assert!(matches!(error, DataError::Truncated { expected: 16, found: 3, .. }));
/// assert!(error.to_string().starts_with("short.idx: "));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file could not be read.
    #[error("{file}: cannot be read ({source}); check the path and its permissions")]
    Read {
        /// The file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },

    /// A gzip stream is damaged.
    #[error("{file}: damaged gzip data ({source}); download the file again")]
    Gzip {
        /// The file.
        file: String,
        /// What the decoder said.
        source: std::io::Error,
    },

    /// The file, or what it unpacks to, is larger than this crate reads.
    #[error(
        "{file}: {size} bytes of uncompressed content, more than the limit of {limit}; \
         download the file again if its header is damaged, or split it"
    )]
    TooLarge {
        /// The file.
        file: String,
        /// Uncompressed size in bytes, as the header promises it or as the file has it.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },

    /// The file does not begin with the magic number of its kind.
    #[error("{file}: magic number {found:#010x}, expected {expected:#010x}; {hint}")]
    Magic {
        /// The file.
        file: String,
        /// Magic number of the wanted kind.
        expected: u32,
        /// Magic number in the file.
        found: u32,
        /// What the file probably is.
        hint: &'static str,
    },

    /// The file ends early.
    #[error(
        "{file}: truncated: expected {expected} bytes of uncompressed content, got {found}; \
         download the file again"
    )]
    Truncated {
        /// The file.
        file: String,
        /// Bytes that the header promises (or the length of the header itself).
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },

    /// The file goes on after the last item.
    #[error(
        "{file}: trailing bytes: expected {expected} bytes of uncompressed content, \
         got at least {found}; the header does not match the content, download the file again"
    )]
    Trailing {
        /// The file.
        file: String,
        /// Bytes that the header promises.
        expected: u64,
        /// Bytes that were seen before reading stopped.
        found: u64,
    },

    /// The header counts no images or no pixels.
    #[error(
        "{file}: {count} images of {rows} x {cols} pixels; every one of these numbers must be \
         at least 1"
    )]
    Empty {
        /// The file.
        file: String,
        /// Number of images.
        count: usize,
        /// Pixel rows.
        rows: usize,
        /// Pixel columns.
        cols: usize,
    },

    /// A label names no class.
    #[error(
        "{file}: label {label} at position {position} (counting from 0), but labels run from 0 \
         to {}; use a data set with {classes} classes", .classes - 1
    )]
    Label {
        /// The file.
        file: String,
        /// The label.
        label: u8,
        /// Its position, from 0.
        position: usize,
        /// Number of classes.
        classes: u16,
    },

    /// Images and labels do not go in pairs.
    #[error("{file}: {images} images but {labels} labels; take both files from the same data set")]
    Count {
        /// The image file.
        file: String,
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },

    /// A set of images does not hold the pixels it counts.
    #[error(
        "{file}: {count} images of {rows} x {cols} pixels given with {found} grey values; pass \
         count times rows times columns of them"
    )]
    PixelCount {
        /// The file.
        file: String,
        /// Number of images.
        count: usize,
        /// Pixel rows.
        rows: usize,
        /// Pixel columns.
        cols: usize,
        /// Number of grey values.
        found: usize,
    },

    /// A file that must be there is not.
    #[error(
        "{}: no {wanted}; put images there in one folder per class, or a file with one of these names: \
         {names}",
        directory.display()
    )]
    Missing {
        /// Where it was looked for.
        directory: PathBuf,
        /// What was looked for, in words.
        wanted: &'static str,
        /// The accepted names.
        names: String,
    },

    /// Two sets of images that belong together differ in size.
    #[error(
        "{file}: images of {rows} x {cols} pixels, but the training images have \
         {train_rows} x {train_cols}; take both from the same data set"
    )]
    Size {
        /// The file whose images differ.
        file: String,
        /// Its pixel rows.
        rows: usize,
        /// Its pixel columns.
        cols: usize,
        /// Pixel rows of the training images.
        train_rows: usize,
        /// Pixel columns of the training images.
        train_cols: usize,
    },

    /// Images are not square.
    #[error(
        "{file}: images of {rows} x {cols} pixels; rotations by a quarter turn need square \
         images, pad or crop them to a square first"
    )]
    NotSquare {
        /// The file.
        file: String,
        /// Pixel rows.
        rows: usize,
        /// Pixel columns.
        cols: usize,
    },

    /// There are too few digits for a training, a validation and a test part.
    #[error("{file}: {found} digits are too few to split; give at least {least}")]
    TooFew {
        /// The file.
        file: String,
        /// Pictures that are there.
        found: usize,
        /// Smallest number that can be split.
        least: usize,
    },

    /// The number of pixels is not height times width.
    #[error(
        "image of {height} x {width} pixels given with {found} values; pass height times width \
         values, row by row"
    )]
    Pixels {
        /// Pixel rows.
        height: usize,
        /// Pixel columns.
        width: usize,
        /// Number of values.
        found: usize,
    },

    /// An angle is infinite or not a number.
    #[error("rotation by {angle} degrees; give a finite angle")]
    Angle {
        /// The angle in degrees.
        angle: f64,
    },

    /// An image cannot be resized to this size.
    #[error(
        "resizing to {depth} x {height} x {width} pixels; each must be at least 1 and the whole at most \
         {limit} pixels; choose another size, or for volumes voxels of another spacing"
    )]
    Resize {
        /// Wanted slices, 1 of images.
        depth: usize,
        /// Wanted pixel rows.
        height: usize,
        /// Wanted pixel columns.
        width: usize,
        /// Largest number of pixels.
        limit: usize,
    },

    /// A position lies outside a set of pictures.
    #[error("picture {index} of a set of {len}; positions run from 0 to one less than its size")]
    Index {
        /// The position, from 0.
        index: usize,
        /// Size of the set.
        len: usize,
    },

    /// A factor by which images are enlarged before they are turned.
    #[error("oversampling by {factor}; use 1 to {limit}")]
    Oversampling {
        /// The factor.
        factor: usize,
        /// Largest factor.
        limit: usize,
    },

    /// Images can't be padded to a smaller size, or not to such a large one.
    #[error(
        "images of {rows} x {cols} pixels can't be padded to {side} x {side}; use a side from \
         {} to {limit}", .rows.max(.cols)
    )]
    Padding {
        /// Pixel rows.
        rows: usize,
        /// Pixel columns.
        cols: usize,
        /// Wanted side.
        side: usize,
        /// Largest side.
        limit: usize,
    },

    /// An image has no pixels or too many.
    #[error("an image of {side} x {side} pixels; use a side from 1 to {limit}")]
    Side {
        /// Wanted side.
        side: usize,
        /// Largest side.
        limit: usize,
    },

    /// Two sets of pictures that are no one set.
    #[error(
        "pictures of different channels, sizes, numbers, masks or normalisations do not make one set; \
         bring them to one form first"
    )]
    Joined,

    /// A sphere for pictures without places, or with too many.
    #[error("a sphere of bandwidth {bandwidth}; use 1 to {limit}, such as 30 for 60 x 60 places")]
    Bandwidth {
        /// What was asked for.
        bandwidth: usize,
        /// The largest that there is.
        limit: usize,
    },

    /// Pictures that a sphere can't show.
    #[error("volumes and images with masks are not put on a sphere; use plain images")]
    NoGlobe,

    /// Pictures do not hold the pixels that they count.
    #[error(
        "{count} pictures of {channels} channels and {depth} x {rows} x {cols} pixels given with {found} \
         numbers; pass count times channels times depth times rows times columns of them, at least one"
    )]
    Shape {
        /// Number of pictures.
        count: usize,
        /// Channels of a picture.
        channels: usize,
        /// Slices, 1 of images.
        depth: usize,
        /// Pixel rows.
        rows: usize,
        /// Pixel columns.
        cols: usize,
        /// Number of bytes or 32-bit numbers.
        found: usize,
    },

    /// Masks do not have as many pixels as the pictures.
    #[error("masks of {found} pixels for pictures of {expected}; give every pixel one class")]
    Masks {
        /// Number of classes given.
        found: usize,
        /// Pixels of all pictures.
        expected: usize,
    },

    /// A volume does not hold the numbers that its sizes say, or is not made so.
    #[error("{file}: {problem}")]
    Volume {
        /// The file, or what the volume is.
        file: String,
        /// What is wrong, and the remedy.
        problem: String,
    },

    /// A file of a mesh that is none.
    #[error("{file}: {problem}")]
    Mesh {
        /// The file.
        file: String,
        /// What is wrong, where, and the remedy.
        problem: String,
    },

    /// A matrix that is no isometry.
    #[error(
        "the matrix {matrix:?} is no rotation and no rotation with a mirror; its rows have to be \
         orthogonal and of length 1"
    )]
    Isometry {
        /// The matrix, row by row.
        matrix: [[f64; 3]; 3],
    },

    /// A mean or a deviation by which pixels can't be normalised.
    #[error("normalisation: {problem}; give one finite mean and one deviation above 0 per channel")]
    Normalisation {
        /// What is wrong.
        problem: String,
    },

    /// Pictures in colour where grey ones are needed.
    #[error("pictures of {channels} channels; scenes are made of grey ones, with 1")]
    Colour {
        /// Channels of a picture.
        channels: usize,
    },

    /// A line of an `.amat` file is no image.
    #[error("{file}, line {line}: {problem}")]
    Amat {
        /// The file.
        file: String,
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },

    /// A table of targets that is none.
    #[error("{file}{place}: {problem}")]
    Table {
        /// The file.
        file: String,
        /// Line and column, as far as they are known, behind a comma.
        place: String,
        /// What is wrong, and the remedy.
        problem: String,
    },

    /// Numbers and vectors that are none, or do not fit the pictures.
    #[error("targets: {problem}")]
    Targets {
        /// What is wrong, and the remedy.
        problem: String,
    },

    /// A folder of pictures is not laid out as one.
    #[error("{}: {problem}", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong, and the remedy.
        problem: String,
    },
}

/// What kind of thing is wrong, for programs; a [`DataError`] says it for people.
///
/// ```
/// use schur_data::{DataErrorKind, Volume};
///
/// let error = Volume::read("nowhere.nii").unwrap_err();
/// assert_eq!(error.kind(), DataErrorKind::File);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataErrorKind {
    /// A file or folder is missing or can't be read.
    File,
    /// What is in a file is damaged, too large or of another kind.
    Format,
    /// Pictures that do not fit together, or not what is asked of them.
    Pictures,
    /// An argument is out of its range.
    Argument,
}

impl DataError {
    /// What kind of error it is.
    ///
    /// ```
    /// use schur_data::{DataErrorKind, idx};
    ///
    /// let error = idx::read_images(&[0, 0, 8], "short.idx").unwrap_err();
    /// assert_eq!(error.kind(), DataErrorKind::Format);
    /// ```
    pub fn kind(&self) -> DataErrorKind {
        match self {
            Self::Read { .. } | Self::Missing { .. } | Self::Folder { .. } => DataErrorKind::File,
            Self::Gzip { .. }
            | Self::TooLarge { .. }
            | Self::Magic { .. }
            | Self::Truncated { .. }
            | Self::Trailing { .. }
            | Self::Amat { .. }
            | Self::Volume { .. }
            | Self::Mesh { .. }
            | Self::Table { .. }
            | Self::Empty { .. } => DataErrorKind::Format,
            Self::Label { .. }
            | Self::Count { .. }
            | Self::PixelCount { .. }
            | Self::Size { .. }
            | Self::NotSquare { .. }
            | Self::TooFew { .. }
            | Self::Pixels { .. }
            | Self::NoGlobe
            | Self::Joined
            | Self::Shape { .. }
            | Self::Masks { .. }
            | Self::Targets { .. }
            | Self::Colour { .. } => DataErrorKind::Pictures,
            Self::Angle { .. }
            | Self::Resize { .. }
            | Self::Index { .. }
            | Self::Oversampling { .. }
            | Self::Bandwidth { .. }
            | Self::Padding { .. }
            | Self::Side { .. }
            | Self::Isometry { .. }
            | Self::Normalisation { .. } => DataErrorKind::Argument,
        }
    }
}
