//! Archives of NumPy arrays, as MedMNIST publishes its data.

use std::path::{Path, PathBuf};

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive};

use crate::volume::{Array, Volume, problem, unpack};
use crate::{DataError, Normalisation, Numbers, Pictures};

/// Largest file, and the most bytes of one array: 4 GiB.
pub(crate) const MAX_BYTES: u64 = 1 << 32;

/// Images or volumes with labels in three parts, from one `.npz` file with the arrays
/// `train_images`, `train_labels`, `val_images`, `val_labels`, `test_images` and `test_labels`, as
/// MedMNIST has them (J. Yang and others, "MedMNIST v2", Scientific Data 2023).
///
/// Images are `[count, rows, cols]`, in colour `[count, rows, cols, 3]`; volumes
/// `[count, depth, rows, cols]` or `[count, channels, depth, rows, cols]`. Labels are `[count]` or
/// `[count, 1]`.
///
/// ```no_run
/// use schur_data::NumpyArchive;
///
/// let archive = NumpyArchive::read("adrenalmnist3d.npz")?;
/// println!("{} volumes of {:?}", archive.train.len(), archive.train.sizes());
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NumpyArchive {
    /// What to train on.
    pub train: Pictures,
    /// What to choose the best epoch by.
    pub validation: Pictures,
    /// What to measure the final error on.
    pub test: Pictures,
}

impl NumpyArchive {
    /// Whether the name of a file ends as one of an archive does.
    pub fn is_one(path: impl AsRef<Path>) -> bool {
        let ending = path.as_ref().extension().unwrap_or_default();
        ending.eq_ignore_ascii_case("npz")
    }

    /// Whether the images of a file are volumes; only the header of an array is unpacked.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn holds_volumes(path: impl AsRef<Path>) -> Result<bool, DataError> {
        let path = path.as_ref();
        let bytes = crate::file::load(path, MAX_BYTES)?;
        let array = entry(&open(&bytes, path)?, path, "train_images", true, ARRAYS)?.0;
        Ok(!matches!(array.shape[..], [_, _, _] | [_, _, _, 3]))
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`DataError::Read`] if it can't be read, [`DataError::TooLarge`], and [`DataError::Volume`] for
    /// what is no archive, damaged, or without one of the arrays; for arrays that do not fit together,
    /// of other types or with numbers that are not finite.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let path = path.as_ref();
        let bytes = crate::file::load(path, MAX_BYTES)?;
        let archive = open(&bytes, path)?;
        let part = |name: &str| -> Result<Pictures, DataError> {
            let names = ["images", "labels"].map(|what| format!("{name}_{what}"));
            let [images, labels] = names;
            pictures(&archive, path, &images, &labels)
        };
        let parts = [part("train")?, part("val")?, part("test")?];
        let form = |p: &Pictures| (p.channels(), p.sizes(), p.are_bytes());
        if let Some(other) = parts.iter().find(|p| form(p) != form(&parts[0])) {
            let [a, b] = [&parts[0], other].map(|p| format!("{:?}", (p.channels(), p.sizes())));
            let text = format!(
                "its parts differ: {a} and {b} (channels, sizes) or their types; write \
                                all in one form"
            );
            return Err(problem(path, text));
        }
        let [train, validation, test] = parts;
        Ok(Self {
            train,
            validation,
            test,
        })
    }
}

/// The directory of an archive.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    path: &Path,
) -> Result<rawzip::ZipSliceArchive<&'a [u8]>, DataError> {
    ZipArchive::from_slice(bytes).map_err(|e| {
        let text = format!("it is no archive of NumPy arrays, or damaged ({e}); download it again");
        problem(path, text)
    })
}

/// One part.
fn pictures(
    archive: &rawzip::ZipSliceArchive<&[u8]>,
    path: &Path,
    images: &str,
    labels: &str,
) -> Result<Pictures, DataError> {
    let inside = |name: &str| PathBuf::from(format!("{} ({name})", path.display()));
    let (array, bytes) = entry(archive, path, labels, false, ARRAYS)?;
    let (labels, labels_file) = (array.labels(&bytes, &inside(labels))?, inside(labels));
    let columns = array.shape.iter().skip(1).product::<u64>();
    if columns != 1 {
        let text = format!(
            "labels of {}: one class per image is needed, not several answers at once",
            array.words()
        );
        return Err(problem(&labels_file, text));
    }
    let (array, bytes) = entry(archive, path, images, false, ARRAYS)?;
    let file = inside(images);
    let sizes: Vec<usize> = array.shape.iter().map(|&n| n as usize).collect();
    let bad = |what: &str| problem(&file, format!("an array of {}: {what}", array.words()));
    if sizes.first() != Some(&labels.len()) {
        return Err(bad(&format!(
            "but there are {} labels; write one per image",
            labels.len()
        )));
    }
    if sizes.contains(&0) {
        return Err(bad("it is empty; every size must be at least 1"));
    }
    let (shape, last) = match sizes[..] {
        [_, rows, cols] => ([1, 1, rows, cols], false),
        [_, rows, cols, 3] => ([3, 1, rows, cols], true),
        [_, depth, rows, cols] => ([1, depth, rows, cols], false),
        [_, channels, depth, rows, cols] => ([channels, depth, rows, cols], false),
        _ => {
            return Err(bad(
                "images are (count, rows, columns), volumes (count, slices, rows, columns)",
            ));
        }
    };
    let image = shape[1] == 1;
    if image && !array.is_bytes() {
        return Err(bad(
            "images have bytes as pixels; use `array.astype(numpy.uint8)`",
        ));
    }
    let numbers = match array.numbers(bytes) {
        Numbers::Bytes(bytes) if last => {
            Numbers::Bytes(channels_first(&bytes, shape[2] * shape[3]))
        }
        Numbers::Floats(floats) => {
            let [channels, depth, rows, cols] = shape;
            let whole = Volume::new([channels * labels.len(), depth, rows, cols], floats)?;
            whole.check_finite(&file, Some(channels))?;
            Numbers::Floats(whole.into_numbers())
        }
        Numbers::Bytes(bytes) => Numbers::Bytes(bytes),
    };
    let pictures = Pictures::volumes(shape, numbers, labels)?;
    match image {
        true => pictures.normalised(Normalisation::none(shape[0])),
        false => Ok(pictures),
    }
}

/// Colours of every pixel as three maps per image.
fn channels_first(bytes: &[u8], pixels: usize) -> Vec<u8> {
    let images = bytes.chunks_exact(3 * pixels);
    let maps = images.flat_map(|image| (0..3).map(move |channel| (image, channel)));
    maps.flat_map(|(image, channel)| image.iter().skip(channel).step_by(3).copied())
        .collect()
}

/// The arrays of an archive of images, for messages.
const ARRAYS: &str = "{train, val, test}_{images, labels}, as in MedMNIST";

/// An array of the archive: its header, and the bytes of its numbers unless the header is enough. If it
/// is not there, the message says which `arrays` an archive has.
pub(crate) fn entry(
    archive: &rawzip::ZipSliceArchive<&[u8]>,
    path: &Path,
    name: &str,
    header: bool,
    arrays: &str,
) -> Result<(Array, Vec<u8>), DataError> {
    let file = format!("{name}.npy");
    let damaged = |e: rawzip::Error| {
        problem(
            path,
            format!("it is damaged at {name} ({e}); download it again"),
        )
    };
    let mut there = Vec::new();
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().map_err(damaged)? {
        if entry.file_path().as_ref() != file.as_bytes() {
            there.push(String::from_utf8_lossy(entry.file_path().as_ref()).into_owned());
            continue;
        }
        let size = entry.uncompressed_size_hint();
        if size > MAX_BYTES {
            return Err(DataError::TooLarge {
                file: format!("{} ({name})", path.display()),
                size,
                limit: MAX_BYTES,
            });
        }
        let method = entry.compression_method();
        let local = archive.get_entry(entry.wayfinder()).map_err(damaged)?;
        let inside = PathBuf::from(format!("{} ({name})", path.display()));
        // Longer headers than this are refused.
        let size = if header { size.min(1 << 17) } else { size };
        let all = match method {
            CompressionMethod::STORE => {
                unpack(local.verifying_reader(local.data()), size, &inside)?
            }
            CompressionMethod::DEFLATE => {
                let stream = local.verifying_reader(DeflateDecoder::new(local.data()));
                unpack(stream, size, &inside)?
            }
            _ => {
                let text = "it is packed in a rare way; write it with `numpy.savez_compressed`";
                return Err(problem(&inside, text));
            }
        };
        if header {
            let mut rest = &all[..];
            let take = &mut |count: u64| {
                let (part, after) = rest.split_at((count as usize).min(rest.len()));
                rest = after;
                Ok(part.to_vec())
            };
            return Ok((Array::read(take, &inside)?, Vec::new()));
        }
        return Array::split(&all, &inside);
    }
    let text = format!(
        "it has no array {name}, but {}; the arrays are {arrays}",
        match there.is_empty() {
            true => "none at all".to_string(),
            false => there.join(", "),
        }
    );
    Err(problem(path, text))
}
