//! Reading IDX files, raw or compressed with gzip.
//!
//! An IDX file is a big-endian header and then unsigned bytes
//! (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"):
//!
//! | file | header | content |
//! |---|---|---|
//! | images | `0x00000803`, count, rows, columns | count x rows x columns grey values, row by row |
//! | labels | `0x00000801`, count | count labels |
//!
//! The header is not trusted: memory is taken only for bytes that are there, and unpacking
//! stops one byte after what the header promises.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::DataError;

const IMAGES_MAGIC: u32 = 0x0000_0803;
const LABELS_MAGIC: u32 = 0x0000_0801;
const IMAGES_HEADER: usize = 16;
const LABELS_HEADER: usize = 8;
/// What a gzip stream begins with.
pub(crate) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Largest uncompressed content that is read, in bytes: 1 GiB, 1.7 times the largest
/// published relative of MNIST (EMNIST, 814,255 images of 28 x 28).
pub const MAX_CONTENT: u64 = 1 << 30;

/// The content of an image file.
///
/// ```
/// use schur_data::idx::read_images;
///
/// let mut file = vec![0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2];
/// file.extend([10, 20, 30, 40]);
/// let images = read_images(&file, "tiny.idx")?;
/// assert_eq!((images.count, images.rows, images.cols), (1, 2, 2));
/// assert_eq!(images.pixels, [10, 20, 30, 40]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// Number of images, at least 1.
    pub count: usize,
    /// Pixel rows of each image, at least 1.
    pub rows: usize,
    /// Pixel columns of each image, at least 1.
    pub cols: usize,
    /// Grey values `[count, rows, cols]`, 0 is background.
    pub pixels: Vec<u8>,
}

/// Reads an image file, raw or gzip, from its bytes. `file` is its name in errors.
///
/// # Errors
///
/// [`DataError::Magic`], [`DataError::Empty`], [`DataError::Truncated`],
/// [`DataError::Trailing`], [`DataError::TooLarge`], [`DataError::Gzip`].
pub fn read_images(bytes: &[u8], file: &str) -> Result<Images, DataError> {
    let mut content = Content::new(bytes, file);
    let header: [u8; IMAGES_HEADER] = content.header(IMAGES_MAGIC)?;
    let [count, rows, cols] = [4, 8, 12].map(|at| big_endian(&header, at));
    if count == 0 || rows == 0 || cols == 0 {
        return Err(DataError::Empty {
            file: file.to_owned(),
            count: count as usize,
            rows: rows as usize,
            cols: cols as usize,
        });
    }
    // Saturates far above the limit, which is then reported.
    let size = u64::from(rows) * u64::from(cols);
    let pixels = content.body(u64::from(count).saturating_mul(size))?;
    Ok(Images {
        count: count as usize,
        rows: rows as usize,
        cols: cols as usize,
        pixels,
    })
}

/// Reads a label file, raw or gzip, from its bytes. Labels must lie in 0 .. `classes`.
/// `file` is its name in errors.
///
/// ```
/// use schur_data::idx::read_labels;
///
/// let file = [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 12];
/// assert_eq!(read_labels(&file, 20, "letters.idx")?, [7, 0, 12]);
/// let error = read_labels(&file, 10, "letters.idx").unwrap_err();
/// assert!(error.to_string().contains("label 12 at position 2"));
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Magic`], [`DataError::Truncated`], [`DataError::Trailing`],
/// [`DataError::TooLarge`], [`DataError::Gzip`], [`DataError::Label`].
pub fn read_labels(bytes: &[u8], classes: u16, file: &str) -> Result<Vec<u8>, DataError> {
    let mut content = Content::new(bytes, file);
    let header: [u8; LABELS_HEADER] = content.header(LABELS_MAGIC)?;
    let labels = content.body(u64::from(big_endian(&header, 4)))?;
    match labels.iter().position(|&label| u16::from(label) >= classes) {
        Some(position) => Err(DataError::Label {
            file: file.to_owned(),
            label: labels[position],
            position,
            classes,
        }),
        None => Ok(labels),
    }
}

fn big_endian(header: &[u8], at: usize) -> u32 {
    header[at..at + 4]
        .iter()
        .fold(0, |number, &byte| number << 8 | u32::from(byte))
}

/// The uncompressed bytes of a file, read from the front.
struct Content<'a> {
    stream: Box<dyn Read + 'a>,
    file: &'a str,
    /// Bytes read so far.
    read: u64,
}

impl<'a> Content<'a> {
    fn new(bytes: &'a [u8], file: &'a str) -> Self {
        let stream: Box<dyn Read + 'a> = if bytes.starts_with(&GZIP_MAGIC) {
            Box::new(MultiGzDecoder::new(bytes))
        } else {
            Box::new(bytes)
        };
        Self {
            stream,
            file,
            read: 0,
        }
    }

    /// The next bytes, `limit` of them or as many as there are.
    fn take(&mut self, limit: u64) -> Result<Vec<u8>, DataError> {
        let mut taken = Vec::new();
        (&mut self.stream)
            .take(limit)
            .read_to_end(&mut taken)
            .map_err(|source| DataError::Gzip {
                file: self.file.to_owned(),
                source,
            })?;
        self.read += taken.len() as u64;
        Ok(taken)
    }

    /// The header of N bytes, which begins with `magic`.
    fn header<const N: usize>(&mut self, magic: u32) -> Result<[u8; N], DataError> {
        let bytes = self.take(N as u64)?;
        // The magic number comes first: a foreign file is named as such even if it is short.
        if bytes.len() >= 4 && big_endian(&bytes, 0) != magic {
            return Err(self.wrong_magic(magic, big_endian(&bytes, 0)));
        }
        bytes.try_into().map_err(|_| self.truncated(N as u64))
    }

    /// The `size` bytes after the header, which must be all that is left.
    fn body(&mut self, size: u64) -> Result<Vec<u8>, DataError> {
        let promised = self.read.saturating_add(size);
        if promised > MAX_CONTENT {
            return Err(DataError::TooLarge {
                file: self.file.to_owned(),
                size: promised,
                limit: MAX_CONTENT,
            });
        }
        let bytes = self.take(size + 1)?;
        if self.read < promised {
            Err(self.truncated(promised))
        } else if self.read > promised {
            Err(DataError::Trailing {
                file: self.file.to_owned(),
                expected: promised,
                found: self.read,
            })
        } else {
            Ok(bytes)
        }
    }

    fn truncated(&self, expected: u64) -> DataError {
        DataError::Truncated {
            file: self.file.to_owned(),
            expected,
            found: self.read,
        }
    }

    fn wrong_magic(&self, expected: u32, found: u32) -> DataError {
        let hint = match found {
            IMAGES_MAGIC => "this is an image file where labels are expected, swap the two files",
            LABELS_MAGIC => "this is a label file where images are expected, swap the two files",
            _ if found >> 16 == 0 => "this is an IDX file of another type or dimension",
            _ => "this is not an IDX file",
        };
        DataError::Magic {
            file: self.file.to_owned(),
            expected,
            found,
            hint,
        }
    }
}
